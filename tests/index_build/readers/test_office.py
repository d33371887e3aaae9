"""Old Office files: read as what they hold, true ones through LibreOffice, or refused with what to do."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from index_build.errors import ReadError, UnsupportedFormat
from index_build.readers import read_bytes
from tests.fixtures.writing import write_docx, write_html, write_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
MARKUP = "# 方案\n1.推行一网通办。\n|序号|任务|\n|1|甲|"


@pytest.mark.parametrize("name", ["a.doc", "a.wps", "a.xls", "a.DOC"])
def test_a_page_under_an_old_name(name: str) -> None:
    document = read_bytes(b"\xef\xbb\xbf\r\n" + write_html(MARKUP), name)
    assert document.text == "方案\n1.推行一网通办。\n序号\n任务\n1\n甲\n"
    assert len(document.tables) == 1


def test_a_newer_file_under_an_old_name() -> None:
    assert read_bytes(write_docx(MARKUP), "a.doc").text == read_bytes(write_docx(MARKUP), "a.docx").text
    sheet = write_xlsx("|1|甲|\n|2|乙|")
    assert read_bytes(sheet, "a.et").text == read_bytes(sheet, "a.xlsx").text == "1\n甲\n2\n乙\n"


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [("a.doc", OLE, ".docx"), ("a.xls", OLE, ".xlsx"), ("a.rtf", b"{\\rtf1 x}", ".docx")],
)
def test_without_libreoffice_the_remedy_is_named(
    name: str, data: bytes, kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnsupportedFormat, match=f"另存为 {kind}.*LibreOffice.* · .*install LibreOffice"):
        read_bytes(data, name)


def test_a_converter_that_makes_nothing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    idle = tmp_path / "soffice"
    idle.write_text("#!/bin/sh\nexit 0\n")
    idle.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(ReadError, match="打不开"):
        read_bytes(OLE, "a.doc")


@pytest.mark.office
@pytest.mark.parametrize(
    ("form", "name"), [("doc", "a.doc"), ("doc", "a.wps"), ("odt", "a.odt"), ("rtf", "a.rtf")]
)
def test_what_libreoffice_converts_is_read(tmp_path: Path, form: str, name: str) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice; Debian: libreoffice-writer-nogui) is not installed")
    source = tmp_path / "made.docx"
    source.write_bytes(write_docx(f"{MARKUP}\n后"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", form, "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=200)
    data = (tmp_path / f"made.{form}").read_bytes()
    document = read_bytes(data, name)
    assert document.text.split() == ["方案", "1.推行一网通办。", "序号", "任务", "1", "甲", "后"]
    assert len(document.tables) == 1
    assert (document.name, document.sha256) == (name, hashlib.sha256(data).hexdigest())
    assert any("LibreOffice" in warning for warning in document.warnings)


@pytest.mark.office
@pytest.mark.parametrize(("form", "name"), [("xls", "a.xls"), ("xls", "a.et"), ("ods", "a.ods")])
def test_what_libreoffice_converts_of_workbooks_is_read(tmp_path: Path, form: str, name: str) -> None:
    office = shutil.which("soffice")
    book = openpyxl.Workbook()
    for row in (("序号", "任务", "牵头单位"), (1, "推行一网通办", "市灯塔局"), (2, "开展巡检", "市帆船局")):
        book.active.append(row)
    source = tmp_path / "made.xlsx"
    book.save(source)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        str(office),
        profile,
        "--headless",
        "--convert-to",
        form,
        "--outdir",
        str(tmp_path),
        str(source),
    ]
    if office is not None:
        subprocess.run(command, check=True, capture_output=True, timeout=200)
    made = tmp_path / f"made.{form}"
    if not made.exists():
        pytest.skip("LibreOffice Calc (Debian: libreoffice-calc-nogui) is not installed")
    document = read_bytes(made.read_bytes(), name)
    (table,) = document.tables
    cells = [document.text[cell.start : cell.end] for cell in table.cells]
    assert cells == ["序号", "任务", "牵头单位", "1", "推行一网通办", "市灯塔局", "2", "开展巡检", "市帆船局"]
    assert any("LibreOffice" in warning for warning in document.warnings)
