"""What cannot be read: one line each, Chinese first, with the remedy; and which files are meant at all."""

from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path

import pytest

from index_build.errors import ReadError, UnsupportedFormat
from index_build.readers import READERS, find_files, read, read_all, read_bytes
from tests.fixtures.writing import write_docx, write_pdf, write_xlsx

DOCX = write_docx("# 方案\n1.推行一网通办。\n|1|2|\n|3|4|")
PDF = write_pdf("1.推行一网通办。")
XLSX = write_xlsx("|1|2|\n|3|4|")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(ReadError) as caught:
        read_all(data, name)
    message = str(caught.value)
    assert message.startswith(name.split("/")[0])
    assert "\n" not in message
    # Chinese first, then English
    assert re.search(r"[\u4e00-\u9fff].* · .*[A-Za-z]", message), message
    return message


@pytest.mark.parametrize("suffix", READERS)
def test_an_empty_file(suffix: str) -> None:
    assert "空" in refusal(b"", f"a{suffix}")
    assert "空" in refusal(b" \n\0\0", f"a{suffix}")


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (PDF, "a.txt", ".pdf"),
        (DOCX, "a.txt", ".docx"),
        (OLE, "a.docx", "密码"),
        (OLE, "a.txt", ".docx"),
        (b"{\\rtf1 x", "a.txt", "RTF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a.pdf", "OCR"),
        (b"Rar!\x1a\x07\0" + bytes(99), "a.zip", "解压"),
        (b"<html><p>x</p></html>", "a.docx", "不是 .docx"),
        ("正文".encode(), "a.pdf", "不是 .pdf"),
        (XLSX, "a.docx", "不是完整的 Word"),
        (DOCX, "a.xlsx", "不是完整的 Excel"),
    ],
)
def test_content_of_another_kind_than_the_suffix(data: bytes, name: str, says: str) -> None:
    assert says in refusal(data, name)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("a.doc", "另存为 .docx"),
        ("a.wps", "另存为 .docx"),
        ("a.XLS", "另存为 .xlsx"),
        ("a.caj", ".pdf"),
        ("a.jpg", "OCR"),
        ("a.rar", ".zip"),
        ("a.xyz", "不支持 .xyz"),
        ("a", "无扩展名"),
    ],
)
def test_formats_without_a_reader_name_the_remedy(name: str, remedy: str) -> None:
    with pytest.raises(UnsupportedFormat, match=re.escape(remedy)) as caught:
        read_bytes(b"x", name)
    assert " · " in str(caught.value)


@pytest.mark.parametrize(("data", "suffix"), [(DOCX, "docx"), (PDF, "pdf"), (XLSX, "xlsx")])
def test_half_a_file(data: bytes, suffix: str) -> None:
    refusal(data[: len(data) // 2], f"a.{suffix}")


def test_missing_folder_and_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReadError, match="找不到"):
        read(tmp_path / "没有.txt")
    with pytest.raises(ReadError, match="文件夹"):
        read(tmp_path)
    locked = tmp_path / "锁.txt"
    locked.write_text("文")
    locked.chmod(0)
    if os.access(locked, os.R_OK):  # the superuser reads everything

        def deny(self: Path) -> bytes:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", deny)
    with pytest.raises(ReadError, match="权限"):
        read(locked)


def test_a_name_with_line_ends_stays_on_one_line() -> None:
    with pytest.raises(ReadError) as caught:
        read_bytes(b"", "a\nb\x1b[31m.txt")
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_find_files(tmp_path: Path) -> None:
    names = [
        "b.txt",
        "a.txt",
        "子/c.docx",
        ".git/x.txt",
        "~$a.docx",
        "Thumbs.db",
        "子/.~lock.c#",
        "z.doc",
        "__MACOSX/q.txt",
    ]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "again").symlink_to(tmp_path / "子")
    found = find_files([tmp_path, tmp_path / "a.txt", tmp_path / "没有.txt"])
    assert [p.relative_to(tmp_path).as_posix() for p in found] == [
        "a.txt",
        "b.txt",
        "z.doc",
        "子/c.docx",
        "没有.txt",
    ]


def pack(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return out.getvalue()


def unpack(tmp_path: Path, data: bytes) -> list[tuple[str, str]]:
    (tmp_path / "包.zip").write_bytes(data)
    return [(d.name, d.text) for d in read(tmp_path / "包.zip")]


def test_an_archive_gives_each_member(tmp_path: Path) -> None:
    members = {
        "乙/b.txt": "乙文".encode(),
        "a.md": "甲文".encode(),
        "__MACOSX/._a.md": b"x",
        "乙/~$b.docx": b"x",
    }
    assert unpack(tmp_path, pack(members)) == [("包.zip/a.md", "甲文"), ("包.zip/乙/b.txt", "乙文")]


def test_names_packed_as_gbk(tmp_path: Path) -> None:
    data = pack({"xxxx.txt": "文".encode()}).replace(b"xxxx.txt", "方案".encode("gbk") + b".txt")
    assert unpack(tmp_path, data) == [("包.zip/方案.txt", "文")]


def test_path_tricks_reach_nothing(tmp_path: Path) -> None:
    members = {"../../etc/a.txt": "甲".encode(), "/abs/b.txt": "乙".encode(), "C:\\win\\c.txt": "丙".encode()}
    names = [name for name, _ in unpack(tmp_path, pack(members))]
    assert names == ["包.zip/C/win/c.txt", "包.zip/abs/b.txt", "包.zip/etc/a.txt"]
    assert [p.name for p in tmp_path.iterdir()] == ["包.zip"]


def test_unreadable_members_are_warned_of(tmp_path: Path) -> None:
    (tmp_path / "包.zip").write_bytes(pack({"a.txt": "甲".encode(), "b.doc": OLE, "c.pdf": b"x"}))
    (document,) = read(tmp_path / "包.zip")
    assert len(document.warnings) == 2
    assert "b.doc" in document.warnings[0]


def test_an_archive_without_documents(tmp_path: Path) -> None:
    for members in ({}, {"a.doc": OLE}, {"a.exe": b"x", "b.doc": OLE}):
        with pytest.raises(ReadError):
            unpack(tmp_path, pack(members))


def test_bombs_are_refused(tmp_path: Path) -> None:
    bomb = pack({f"{n}.txt": bytes(20_000_000) for n in range(4)})
    assert len(bomb) < 200_000
    with pytest.raises(ReadError, match="压缩炸弹"):
        unpack(tmp_path, bomb)
    for name in ("a.docx", "a.xlsx"):
        assert "压缩炸弹" in refusal(bomb, name)


def test_archives_in_archives_end(tmp_path: Path) -> None:
    inner = pack({"a.txt": "甲".encode()})
    assert unpack(tmp_path, pack({"b.zip": inner})) == [("包.zip/b.zip/a.txt", "甲")]
    with pytest.raises(ReadError, match="太深"):
        unpack(tmp_path, pack({"c.zip": pack({"b.zip": inner})}))


def test_a_pdf_stream_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import zlib  # noqa: PLC0415 - this test alone packs a stream

    from index_build.readers import pdf  # noqa: PLC0415 - its limit is lowered here

    monkeypatch.setattr(pdf, "MAX_STREAM_BYTES", 1_000_000)
    body = zlib.compress(bytes(5_000_000))
    data = b"%PDF-1.4\n1 0 obj<</Filter/FlateDecode>>stream\n" + body + b"\nendstream endobj\n%%EOF"
    assert "压缩炸弹" in refusal(data, "a.pdf")


def patched(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A container with one replacement in one part."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    assert old in members[part]
    members[part] = members[part].replace(old, new, 1)
    return pack(members)


def test_entities_expand_to_nothing_and_reach_no_file() -> None:
    lines = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    bomb = f'?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{lines}]>'.encode()
    outside = b'?><!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/hostname">]>'
    for prolog in (bomb, outside):
        data = patched(DOCX, "word/document.xml", b"?>", prolog)
        refusal(patched(data, "word/document.xml", b"<w:t>", b"<w:t>&j;"), "a.docx")


def test_a_sheet_with_one_far_cell_is_not_filled_up() -> None:
    import openpyxl  # noqa: PLC0415 - this test alone makes a sheet by hand

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "甲", "乙"
    out = io.BytesIO()
    book.save(out)
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A2:XFC1048575"/></mergeCells>'
    data = patched(out.getvalue(), "xl/worksheets/sheet1.xml", b"</sheetData>", merge)
    assert read_bytes(data, "a.xlsx").text == "甲\n乙\n"
