"""PDF with a text layer: text over columns and pages, running heads and page numbers left out, ruled tables.

A scan has no text; it is reported as such, never indexed as an empty document.
"""

from __future__ import annotations

import io
import logging
import re
import struct
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException

from index_build.errors import ReadError
from index_build.model import Document
from index_build.readers.draft import Draft, GridCell
from index_build.readers.faults import refuse
from index_build.readers.layout import (
    Block,
    Box,
    find_lines,
    find_paragraphs,
    is_full,
    is_new,
    join,
    margin_of,
    merge_rows,
    printed_numbers,
    reading_order,
    running_lines,
    usual_right,
)
from index_build.readers.ruled import Part, Rect, goes_on, grid, join_parts

MAX_PAGES = 5_000
MAX_SECONDS = 1_800
MAX_STREAM_BYTES = 256 * 1024 * 1024
_MAX_RULES = 20_000

# what pdfminer raises on damaged files: its own errors, and whatever broken structures make of plain Python
_FAULTS = (
    PDFException,
    PSException,
    PdfminerException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    NotImplementedError,
    RecursionError,
    StopIteration,
    struct.error,
    zlib.error,
    OSError,
    MemoryError,
)
_STREAM = re.compile(rb"stream\r?\n")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What one page holds: its loose lines and its ruled tables with their boxes."""

    lines: tuple[Box, ...]
    tables: tuple[tuple[Rect, tuple[Rect, ...], tuple[str, ...]], ...]
    width: float
    height: float
    has_picture: bool
    lost: int = 0  # characters that have no text or stand askew


def read_pdf(data: bytes, name: str) -> Document:
    """Raises ReadError for scans, encrypted, damaged and over-long files."""
    _refuse_bombs(data, name)
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(io.BytesIO(data)) as opened:
            sheets = list(_sheets(opened, name))
            title = opened.metadata.get("Title")
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise _encrypted(name) from error
    except _FAULTS as error:
        if isinstance(error, ReadError):
            raise
        if isinstance(error.args[0] if error.args else None, (PDFPasswordIncorrect, PDFEncryptionError)):
            raise _encrypted(name) from error
        raise refuse(
            name,
            "PDF 已损坏或不完整；请重新下载，或用阅读器打开后重新“打印为 PDF”。",
            "Damaged or incomplete PDF: download it again or print it to PDF anew.",
        ) from error
    if not any(sheet.lines or sheet.tables for sheet in sheets):
        raise _no_text(name, sheets)
    lost, kept = sum(sheet.lost for sheet in sheets), sum(_size(sheet) for sheet in sheets)
    if lost > kept:
        raise refuse(
            name,
            "PDF 的字体没有文字编码，读出来是乱码；请用 OCR 软件处理，或向发布单位索取 .docx。",
            "Its fonts carry no text codes: run OCR, or ask for the .docx.",
        )
    return _compose(sheets, data, name, title if isinstance(title, str) else None)


def _size(sheet: _Sheet) -> int:
    return sum(len(line.text) for line in sheet.lines) + sum(
        len(t) for *_, texts in sheet.tables for t in texts
    )


def _encrypted(name: str) -> ReadError:
    return refuse(name, "PDF 有密码保护；请去掉密码后重试。", "Password protected: remove the password.")


def _no_text(name: str, sheets: list[_Sheet]) -> ReadError:
    if any(sheet.has_picture for sheet in sheets):
        return refuse(
            name,
            "是扫描件，只有图片、没有文字层；请先做文字识别（OCR），存为带文字层的 PDF 或 .docx。",
            "A scan without a text layer: run OCR first and save a searchable PDF or .docx.",
        )
    return refuse(
        name,
        "PDF 里没有文字；请检查是否为空白文件或扫描件（需先 OCR）。",
        "The PDF holds no text: run OCR if it is a scan.",
    )


def _refuse_bombs(data: bytes, name: str) -> None:
    """Streams that inflate beyond any honest page are refused before the library inflates them whole."""
    for match in _STREAM.finditer(data):
        inflater = zlib.decompressobj()
        size, chunk = 0, data[match.end() : match.end() + 65536]
        at = match.end() + len(chunk)
        try:
            while chunk and not inflater.eof:
                size += len(inflater.decompress(chunk, 1 << 20))
                if size > MAX_STREAM_BYTES:
                    raise refuse(
                        name,
                        "PDF 内的数据流解压后过大，疑似压缩炸弹。",
                        "A stream unpacks to more than is safe.",
                    )
                chunk = inflater.unconsumed_tail
                if not chunk:
                    chunk = data[at : at + 65536]
                    at += len(chunk)
        except zlib.error:
            continue


def _sheets(opened: Any, name: str) -> Iterator[_Sheet]:
    if len(opened.pages) > MAX_PAGES:
        raise refuse(
            name, f"PDF 超过 {MAX_PAGES} 页；请拆分后重试。", f"More than {MAX_PAGES} pages: split it."
        )
    until = time.monotonic() + MAX_SECONDS
    for page in opened.pages:
        if time.monotonic() > until:
            raise refuse(name, "PDF 读取超时；请拆分后重试。", "Reading takes too long: split the file.")
        yield _sheet(page)
        page.close()  # frees the page's objects, so that memory does not grow with the pages


def _sheet(page: Any) -> _Sheet:
    chars, lost = _chars(page)
    tables: list[tuple[Rect, tuple[Rect, ...], tuple[str, ...]]] = []
    if chars and 4 <= len(page.edges) <= _MAX_RULES:
        for table in page.find_tables({"explicit_horizontal_lines": _open_ends(page)}):
            boxes = tuple(_rect(cell) for cell in table.cells)
            inside = [_inside(chars, box) for box in boxes]
            texts = tuple(_cell_text(part, box) for part, box in zip(inside, boxes, strict=True))
            if len(boxes) >= 4 and sum(bool(t) for t in texts) >= 2 and _is_grid(boxes):
                tables.append((_rect(table.bbox), boxes, texts))
                held = {id(c) for part in inside for c in part}
                chars = [c for c in chars if id(c) not in held]
    return _Sheet(
        lines=tuple(find_lines(chars)),
        tables=tuple(tables),
        width=float(page.width),
        height=float(page.height),
        has_picture=bool(page.images),
        lost=lost,
    )


def _open_ends(page: Any) -> list[float]:
    """Where the upright rules of a table end without a line across: a row that the page break cuts."""
    across = [edge["top"] for edge in page.edges if edge["orientation"] == "h"]
    ends = Counter(
        round(y) for edge in page.edges if edge["orientation"] == "v" for y in (edge["top"], edge["bottom"])
    )
    return [y for y, count in ends.items() if count > 1 and all(abs(y - line) > 3 for line in across)]


def _rect(values: tuple[float, ...]) -> Rect:
    x0, top, x1, bottom = values
    return float(x0), float(top), float(x1), float(bottom)


def _chars(page: Any) -> tuple[list[Box], int]:
    """The page's upright characters, those printed twice for boldness once; and how many are lost: characters
    of fonts that do not say what they mean, and those set askew, such as a watermark."""
    found: dict[tuple[str, int, int], Box] = {}
    lost = 0
    for char in page.chars:
        text = char["text"]
        across, askew = char["matrix"][:2]
        if abs(askew) > 0.1 * abs(across) or text.startswith("(cid:") or not text.isprintable():
            lost += not text.isspace()
        elif text:
            box = Box(text, char["x0"], char["x1"], char["top"], char["bottom"], max(char["size"], 1.0))
            found.setdefault((text, round(box.x0 / 2), round(box.top / 2)), box)
    return list(found.values()), lost


def _inside(chars: list[Box], box: Rect) -> list[Box]:
    x0, top, x1, bottom = box
    return [c for c in chars if x0 <= (c.x0 + c.x1) / 2 < x1 and top <= c.middle < bottom]


def _is_grid(boxes: tuple[Rect, ...]) -> bool:
    """Two rows and two columns at least: a frame round a paragraph is no table."""
    return len({round(box[0]) for box in boxes}) > 1 and len({round(box[1]) for box in boxes}) > 1


def _cell_text(chars: list[Box], box: Rect) -> str:
    """A cell's paragraphs on a line each.  Its text keeps off the right rule as far as off the left one."""
    if not chars:
        return ""
    lines = merge_rows(find_lines(chars))
    margin = min(max(0.0, min(line.x0 for line in lines) - box[0]), 2 * lines[0].size)
    return "\n".join(join(line.text for line in part) for part in find_paragraphs(lines, box[2] - margin))


def _compose(sheets: list[_Sheet], data: bytes, name: str, title: str | None) -> Document:
    margins = [margin_of(sheet.lines, sheet.height) for sheet in sheets]
    numbers = printed_numbers(margins)
    running = running_lines(margins, numbers)
    draft = Draft()
    edges = _edges(sheets)
    pending = _Pending()
    table: Part | None = None
    for at, sheet in enumerate(sheets):
        lines = [line for line in sheet.lines if (at, line) not in running]
        for item in _flow(lines, sheet, numbers[at]):
            if isinstance(item, Part):
                _put_paragraph(draft, pending)
                if table is not None and goes_on(table, item):
                    table = join_parts(table, item)
                    continue
                _put_table(draft, table)
                table = item
                continue
            _put_table(draft, table)
            table = None
            _carry(draft, pending, item, numbers[at], None if item.in_column else edges.get(sheet.width))
    _put_table(draft, table)
    _put_paragraph(draft, pending)
    draft.warnings += _warnings(sheets, numbers)
    return draft.document(data, name, title)


def _warnings(sheets: list[_Sheet], numbers: list[int]) -> list[str]:
    """What of the file is not in the text, for people."""
    empty = [not sheet.lines and not sheet.tables for sheet in sheets]
    blank = [n for n, sheet, none in zip(numbers, sheets, empty, strict=True) if none and sheet.has_picture]
    torn = [n for n, sheet in zip(numbers, sheets, strict=True) if sheet.lost > 0.02 * _size(sheet) + 5]
    said = []
    if blank:
        said.append(f"第 {_listed(blank)} 页只有图片、没有文字，未读入；需要时请先做文字识别（OCR）")
    if torn:
        said.append(f"第 {_listed(torn)} 页有倾斜或没有编码的文字（如水印），未读入；请核对原文")
    return said


def _listed(pages: list[int]) -> str:
    return "、".join(map(str, pages[:10])) + (f" 等 {len(pages)}" if len(pages) > 10 else "")


def _flow(lines: list[Box], sheet: _Sheet, number: int) -> Iterator[Block | Part]:
    """Blocks of lines and tables of one page in reading order."""
    rest = lines
    for bbox, boxes, texts in sorted(sheet.tables, key=lambda t: t[0][1]):
        above = [line for line in rest if line.middle < bbox[1]]
        rest = [line for line in rest if line.middle >= bbox[1]]
        yield from reading_order(above, sheet.width)
        yield grid(boxes, texts, number)
    yield from reading_order(rest, sheet.width)


Numbered = list[tuple[int, Box]]


@dataclass(slots=True)
class _Pending:
    """The last paragraph so far, which the next page or column may go on with, and its block's right edge."""

    lines: Numbered = field(default_factory=list)
    edge: float = 0.0


def _edges(sheets: list[_Sheet]) -> dict[float, float]:
    """The right edge of running lines for each width of page.

    Lines that never reach the right third of the page were broken by hand: then nothing counts as a full line."""
    lines: dict[float, list[Box]] = {}
    for sheet in sheets:
        lines.setdefault(sheet.width, []).extend(sheet.lines)
    edges = {width: usual_right(found) for width, found in lines.items() if found}
    return {width: edge if edge > 0.6 * width else width for width, edge in edges.items()}


def _carry(draft: Draft, pending: _Pending, block: Block, page: int, edge: float | None) -> None:
    """Put down a block's paragraphs, the last one kept back."""
    paragraphs = find_paragraphs(block.lines, edge)
    if pending.lines and _continues(pending, block.lines):
        pending.lines += [(page, line) for line in paragraphs.pop(0)]
        if not paragraphs:
            return
    _put_paragraph(draft, pending)
    for paragraph in paragraphs[:-1]:
        _put_paragraph(draft, _Pending([(page, line) for line in paragraph]))
    pending.lines = [(page, line) for line in paragraphs[-1]]
    pending.edge = usual_right(block.lines) if edge is None else edge


def _continues(pending: _Pending, block: tuple[Box, ...]) -> bool:
    """Whether a page's or column's first line goes on with the last paragraph before it."""
    last, first = pending.lines[-1][1], block[0]
    indented = first.x0 > min(line.x0 for line in block) + 0.8 * first.size
    same_size = abs(last.size - first.size) < 0.12 * last.size
    return same_size and not indented and is_full(last, first, pending.edge) and not is_new(last, first)


def _put_paragraph(draft: Draft, pending: _Pending) -> None:
    pieces: list[tuple[int | None, str]] = []
    text = ""
    for page, line in pending.lines:
        joined = join([text, line.text])
        pieces.append((page, joined[len(text) :]))
        text = joined
    if pieces:
        draft.stretch(pieces)
    pending.lines = []


def _put_table(draft: Draft, table: Part | None) -> None:
    if table is not None:
        draft.table(list[GridCell](table.cells))
