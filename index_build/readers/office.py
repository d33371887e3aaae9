"""Old and foreign Office files (.doc, .wps, .rtf, .odt, .xls, .et, .ods): read as what they hold.

Many a .doc or .xls is a page or a newer file under an old name, and is read as that.  A true one is converted by
LibreOffice, where it is installed, and the conversion is read; without it the error says what to do.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path, PurePosixPath

from index_build.errors import ReadError, UnsupportedFormat
from index_build.model import Document
from index_build.readers.docx import read_docx
from index_build.readers.faults import both, one_line, refuse
from index_build.readers.html import read_html
from index_build.readers.kinds import SHEETS
from index_build.readers.mht import read_mht
from index_build.readers.xlsx import read_xlsx

_TIMEOUT_S = 120
_CONVERTED = both(
    "由 LibreOffice 转换后读入，请核对编号和表格",
    "Read as LibreOffice converted it: check numbers and tables",
)
_OLD = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")
_PAGE = re.compile(
    rb"(?i)\A\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|meta|table|div|p)\b"
)
_MESSAGE = re.compile(rb"(?i)\A\s*(?:from|mime-version|content-type)\s*:")
# whose the format is, by the names of its parts
_PARTS = ((b"word/document.xml", read_docx), (b"xl/workbook.xml", read_xlsx))


def read_office(data: bytes, name: str) -> Document:
    """Raises UnsupportedFormat where LibreOffice is missing, ReadError for what it cannot convert or nobody can read."""
    if _PAGE.match(data[:4096]):
        return read_html(data, name)
    if _MESSAGE.match(data[:4096]):
        return read_mht(data, name)
    if data.startswith(b"PK"):
        for part, read in _PARTS:
            if part in data:
                return read(data, name)
    is_open = data.startswith(b"PK") and b"opendocument" in data[:4096]
    if not data.startswith(_OLD) and not is_open:
        raise _unsupported(name)
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise _unsupported(name)
    is_sheet = PurePosixPath(name.lower()).suffix in SHEETS
    converted = _convert(office, data, name, "xlsx" if is_sheet else "docx")
    document = (read_xlsx if is_sheet else read_docx)(converted, name)
    return dataclasses.replace(
        document,
        sha256=hashlib.sha256(data).hexdigest(),
        warnings=(*document.warnings, _CONVERTED),
    )


def _unsupported(name: str) -> UnsupportedFormat:
    kind = ".xlsx" if PurePosixPath(name.lower()).suffix in SHEETS else ".docx"
    remedy = both(
        f"请用 Word/WPS 打开后另存为 {kind}，或在本机安装 LibreOffice 后重试",
        f"Open it in Word or WPS and save it as {kind}, or install LibreOffice here and try again",
    )
    return UnsupportedFormat(one_line(f"{name}：{remedy}"))


def _convert(office: str, data: bytes, name: str, form: str) -> bytes:
    """The file in the newer form, made in a folder and with a profile of its own; macros never run."""
    with tempfile.TemporaryDirectory(prefix="cewen-") as folder:
        suffix = PurePosixPath(name.lower()).suffix
        # WPS writes what Word and Excel wrote, under names that LibreOffice takes for another program's
        source = Path(folder, "source" + {".wps": ".doc", ".wpt": ".doc", ".et": ".xls"}.get(suffix, suffix))
        source.write_bytes(data)
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", form, "--outdir", folder, str(source)]
        _run(command, name)
        made = source.with_suffix(f".{form}")
        if not made.exists():
            raise refuse(
                name,
                "LibreOffice 打不开（可能有密码或已损坏）；请用 Word/WPS 去掉密码，另存为 .docx 或 .xlsx。",
                "LibreOffice cannot open it (password or damage): save it as .docx or .xlsx.",
            )
        return made.read_bytes()


def _run(command: list[str], name: str) -> None:
    """Run the converter to its end or its time limit, its children with it."""
    running = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        running.wait(_TIMEOUT_S)
    except subprocess.TimeoutExpired as error:
        raise _too_slow(name) from error
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)


def _too_slow(name: str) -> ReadError:
    return refuse(
        name,
        f"LibreOffice 转换超过 {_TIMEOUT_S} 秒；请用 Word/WPS 另存为 .docx 或 .xlsx。",
        "Converting takes too long: save it as .docx or .xlsx.",
    )
