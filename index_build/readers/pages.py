"""Fixed pages → a document: text over columns and pages, running heads and page numbers left out, tables.

A scan has no text; it is reported as such, never indexed as an empty document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from index_build.errors import ReadError
from index_build.model import Document
from index_build.readers.dividers import find_dividers, order_beside
from index_build.readers.draft import Draft, GridCell
from index_build.readers.faults import both, refuse
from index_build.readers.footnotes import part_marks, part_notes
from index_build.readers.glyphs import Rule, Sheet
from index_build.readers.layout import (
    Block,
    Box,
    Rect,
    find_gutter,
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
from index_build.readers.ruled import Part, goes_on, grid, join_parts
from index_build.readers.unruled import find_striped, find_unruled

MAX_PAGES = 5_000
_MAX_RULES = 5_000
_MARGIN = 0.08  # of a page's height, where its head and foot stand
Table = tuple[Rect, tuple[Rect, ...], tuple[str, ...]]  # its box, those of its cells, their texts


@dataclass(frozen=True, slots=True)
class PageContent:
    """What one page holds: its loose lines and its ruled tables with their boxes."""

    lines: tuple[Box, ...]
    tables: tuple[Table, ...]
    width: float
    height: float
    has_picture: bool
    dividers: tuple[Rule, ...] = ()
    lost: int = 0  # characters that have no text or stand askew
    notes: tuple[str, ...] = ()


def check_pages(count: int, name: str) -> None:
    """Raises ReadError where a file has more pages than are read."""
    if count > MAX_PAGES:
        raise refuse(name, f"超过 {MAX_PAGES} 页；请拆分后重试。", f"More than {MAX_PAGES} pages: split it.")


def page_content(sheet: Sheet) -> PageContent:
    """A page's ruled tables, and its other characters as lines."""
    chars, opening = part_marks(sheet.chars)
    tables: list[Table] = []
    if chars and 4 <= len(sheet.rules) <= _MAX_RULES:
        for boxes in _ruled(sheet.rules):
            texts, others = _cells(chars, boxes)
            whole = _is_grid(boxes) or (all(texts) and _is_cut_off(boxes, others, sheet.height))
            if len(boxes) >= 4 and sum(bool(t) for t in texts) >= 2 and whole:
                tables.append((_around(boxes), boxes, texts))
                chars = others
    bare = [] if tables or not chars else find_striped(chars, sheet.rules[:_MAX_RULES], sheet.width)
    for boxes in bare or (() if tables else find_unruled(chars, sheet.width)):
        texts, chars = _cells(chars, boxes)
        tables.append((_around(boxes), boxes, texts))
    found, notes = part_notes(find_lines(chars), opening, sheet.rules)
    lines = tuple(found)
    return PageContent(
        lines=lines,
        notes=tuple(notes),
        tables=tuple(tables),
        width=sheet.width,
        height=sheet.height,
        has_picture=sheet.has_picture,
        dividers=() if tables else find_dividers(sheet.rules, lines, sheet.height),
        lost=sheet.lost,
    )


def _ruled(rules: Sequence[Rule]) -> list[tuple[Rect, ...]]:
    """The cells of each table that the rules draw (pdfplumber's table geometry on our lines)."""
    ends = _open_ends(rules)
    left, right = min(rule[0] for rule in rules), max(rule[2] for rule in rules)
    edges = [_edge(rule) for rule in (*rules, *((left, y, right, y) for y in ends))]
    merged = merge_edges(
        edges, snap_x_tolerance=3, snap_y_tolerance=3, join_x_tolerance=3, join_y_tolerance=3
    )
    cells = intersections_to_cells(edges_to_intersections(merged, 3, 3))
    return [tuple(_rect(cell) for cell in table) for table in cells_to_tables(cells)]


def _edge(rule: Rule) -> dict[str, object]:
    x0, top, x1, bottom = rule
    orientation = "h" if x1 - x0 >= bottom - top else "v"
    return {
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
        "orientation": orientation,
        "object_type": "line",
    }


def _around(boxes: Sequence[Rect]) -> Rect:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _open_ends(rules: Sequence[Rule]) -> list[float]:
    """Where the upright rules of a table end without a line across: a row that the page break cuts."""
    across = [top for x0, top, x1, bottom in rules if x1 - x0 >= bottom - top]
    ends = Counter(round(y) for x0, top, x1, bottom in rules if x1 - x0 < bottom - top for y in (top, bottom))
    return [y for y, count in ends.items() if count > 1 and all(abs(y - line) > 3 for line in across)]


def _rect(values: tuple[float, ...]) -> Rect:
    x0, top, x1, bottom = values
    return float(x0), float(top), float(x1), float(bottom)


def _cells(chars: list[Box], boxes: Sequence[Rect]) -> tuple[tuple[str, ...], list[Box]]:
    """The text of each box, and the characters that are in none."""
    inside = [
        [c for c in chars if x0 <= (c.x0 + c.x1) / 2 < x1 and top <= c.middle < bottom]
        for x0, top, x1, bottom in boxes
    ]
    held = {id(c) for part in inside for c in part}
    texts = tuple(_cell_text(part, box) for part, box in zip(inside, boxes, strict=True))
    return texts, [c for c in chars if id(c) not in held]


def _is_grid(boxes: tuple[Rect, ...]) -> bool:
    """Two rows and two columns at least: a frame round a paragraph is no table."""
    return len({round(box[0]) for box in boxes}) > 1 and len({round(box[1]) for box in boxes}) > 1


def _is_cut_off(boxes: tuple[Rect, ...], others: Sequence[Box], height: float) -> bool:
    """One row of cells at the head or foot of a page, the rest of which stands on the page beside."""
    _, top, _, bottom = _around(boxes)
    low, high = _MARGIN * height, (1 - _MARGIN) * height
    if len({round(box[1]) for box in boxes}) > 1:
        return False
    return not any(c.middle > bottom and c.middle < high for c in others) or not any(
        low < c.middle < top for c in others
    )


def _cell_text(chars: list[Box], box: Rect) -> str:
    """A cell's paragraphs on a line each.  Its text keeps off the right rule as far as off the left one."""
    if not chars:
        return ""
    lines = merge_rows(find_lines(chars))
    margin = min(max(0.0, min(line.x0 for line in lines) - box[0]), 2 * lines[0].size)
    return "\n".join(join(line.text for line in part) for part in find_paragraphs(lines, box[2] - margin))


def compose(sheets: list[PageContent], data: bytes, name: str, title: str | None) -> Document:
    """The document that the pages make.  Raises ReadError where they hold no text."""
    if not any(sheet.lines or sheet.tables for sheet in sheets):
        raise _no_text(name, sheets)
    lost, kept = sum(sheet.lost for sheet in sheets), sum(_size(sheet) for sheet in sheets)
    if lost > kept:
        raise refuse(
            name,
            "PDF 的字体没有文字编码，读出来是乱码；请用 OCR 软件处理，或向发布单位索取 .docx。",
            "Its fonts carry no text codes: run OCR, or ask for the .docx.",
        )
    return _compose(sheets, data, name, title)


def _size(sheet: PageContent) -> int:
    texts = [line.text for line in sheet.lines] + [text for *_, texts in sheet.tables for text in texts]
    return sum(map(len, texts))


def _no_text(name: str, sheets: list[PageContent]) -> ReadError:
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


def _compose(sheets: list[PageContent], data: bytes, name: str, title: str | None) -> Document:
    margins = [margin_of(sheet.lines, sheet.height) for sheet in sheets]
    numbers = printed_numbers(margins)
    running = running_lines(margins, numbers)
    draft = Draft()
    edges = _edges(sheets)
    pending = _Pending()
    table: Part | None = None
    gutters: dict[float, float] = {}  # by the page's width: where the last page with columns is parted
    for at, sheet in enumerate(sheets):
        lines = [line for line in sheet.lines if (at, line) not in running]
        known = gutters.get(sheet.width)
        if (gutter := find_gutter(lines)) is not None:
            gutters[sheet.width] = gutter
        for item in _flow(lines, sheet, numbers[at], known):
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
    for note in [note for sheet in sheets for note in sheet.notes]:
        draft.line(f"注：{note}")
    draft.warnings += _warnings(sheets, numbers)
    return draft.document(data, name, title)


def _warnings(sheets: list[PageContent], numbers: list[int]) -> list[str]:
    """What of the file is not in the text, for people."""
    empty = [not sheet.lines and not sheet.tables for sheet in sheets]
    blank = [n for n, sheet, none in zip(numbers, sheets, empty, strict=True) if none and sheet.has_picture]
    torn = [n for n, sheet in zip(numbers, sheets, strict=True) if sheet.lost > 0.02 * _size(sheet) + 5]
    said = []
    if blank:
        shown = _listed(blank)
        said.append(
            both(
                f"第 {shown} 页只有图片、没有文字，未读入；需要时请先做文字识别（OCR）",
                f"Pages {shown} hold pictures and no text, and were not read: recognise their text first (OCR)",
            )
        )
    if torn:
        shown = _listed(torn)
        said.append(
            both(
                f"第 {shown} 页有倾斜或没有编码的文字（如水印），未读入；请核对原文",
                f"Pages {shown} have slanted words or words without codes (a watermark), not read: check the source",
            )
        )
    return said


def _listed(pages: list[int]) -> str:
    return "、".join(map(str, pages[:10])) + (f" …（{len(pages)}）" if len(pages) > 10 else "")


def _flow(lines: list[Box], sheet: PageContent, number: int, known: float | None) -> Iterator[Block | Part]:
    """Blocks of lines and tables of one page in reading order; `known` is where columns before it were parted."""
    rest = lines
    for bbox, boxes, texts in sorted(sheet.tables, key=lambda t: t[0][1]):
        above = [line for line in rest if line.middle < bbox[1]]
        rest = [line for line in rest if line.middle >= bbox[1]]
        yield from reading_order(above, known)
        yield grid(boxes, texts, number)
    yield from order_beside(rest, sheet.dividers, known)


@dataclass(slots=True)
class _Pending:
    """The last paragraph so far, which the next page or column may go on with, and its block's right edge."""

    lines: list[tuple[int, Box]] = field(default_factory=list)
    edge: float = 0.0


def _edges(sheets: list[PageContent]) -> dict[float, float]:
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
