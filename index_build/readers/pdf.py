"""PDF with a text layer: whole and sound files alone, their pages read as `pages` does."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Iterator

from pypdfium2 import PdfiumError

from index_build.errors import ReadError
from index_build.model import Document
from index_build.readers.faults import refuse
from index_build.readers.glyphs import LockedError, read_sheets, read_title
from index_build.readers.pages import PageContent, check_pages, compose, page_content

MAX_SECONDS = 1_800
MAX_STREAM_BYTES = 256 * 1024 * 1024
_STREAM = re.compile(rb"(?<!end)stream\r?\n")


def read_pdf(data: bytes, name: str) -> Document:
    """Raises ReadError for scans, encrypted, damaged and over-long files."""
    _check_whole(data, name)
    try:
        sheets = list(_pages(data, name))
        title = read_title(data)
    except LockedError as error:
        raise refuse(
            name, "PDF 有密码保护；请去掉密码后重试。", "Password protected: remove the password."
        ) from error
    except PdfiumError as error:
        raise _damaged(name) from error
    return compose(sheets, data, name, title)


def _damaged(name: str) -> ReadError:
    return refuse(
        name,
        "PDF 已损坏或不完整；请重新下载，或用阅读器打开后重新“打印为 PDF”。",
        "Damaged or incomplete PDF: download it again or print it to PDF anew.",
    )


def _check_whole(data: bytes, name: str) -> None:
    """PDFium mends what it can and would give half of a damaged file without a word; so the file has to end as a
    PDF ends, and its compressed streams have to inflate, to no more than is safe."""
    if b"%%EOF" not in data[-4096:]:
        raise _damaged(name)
    scrambled = b"/Encrypt" in data
    for match in _STREAM.finditer(data):
        head = data[match.end() : match.end() + 2]
        # a zlib stream says so in its first two bytes
        if len(head) < 2 or head[0] != 0x78 or (head[0] * 256 + head[1]) % 31 or scrambled:
            continue
        size = _inflated(data, match.end())
        if size is None:
            raise _damaged(name)
        if size > MAX_STREAM_BYTES:
            raise refuse(
                name, "PDF 内的数据流解压后过大，疑似压缩炸弹。", "A stream unpacks to more than is safe."
            )


def _inflated(data: bytes, start: int) -> int | None:
    """The size to which a zlib stream inflates (counted to just over the limit); None where it is broken."""
    inflater = zlib.decompressobj()
    size, at, chunk = 0, start, b""
    try:
        while not inflater.eof and size <= MAX_STREAM_BYTES:
            if not chunk:
                chunk, at = data[at : at + 65536], at + 65536
                if not chunk:
                    return None
            size += len(inflater.decompress(chunk, 1 << 20))
            chunk = inflater.unconsumed_tail
    except zlib.error as error:
        # a wrong checksum after all the data: other readers accept it too
        return size if "incorrect data check" in str(error) else None
    return size


def _pages(data: bytes, name: str) -> Iterator[PageContent]:
    until = time.monotonic() + MAX_SECONDS
    for number, sheet in enumerate(read_sheets(data), 1):
        check_pages(number, name)
        if time.monotonic() > until:
            raise refuse(name, "PDF 读取超时；请拆分后重试。", "Reading takes too long: split the file.")
        yield page_content(sheet)
