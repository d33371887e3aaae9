"""Ruled tables of a PDF: cell boxes → a grid, and parts on following pages joined into one table.

Pure geometry.  A part goes on when the next page begins with a table of the same columns; heads printed again are
left out, and a row that the page break cuts is put together again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index_build.readers.draft import GridCell
from index_build.readers.layout import Rect, join

_NEAR = 3.0


@dataclass(frozen=True, slots=True)
class Part:
    """A table, or the piece of it on one page: its column edges and cells."""

    edges: tuple[float, ...]
    rows: int
    cells: tuple[GridCell, ...]


def grid(boxes: Sequence[Rect], texts: Sequence[str], page: int) -> Part:
    """The grid that ruled boxes span; texts are theirs, in the same order."""
    xs = _edges(x for box in boxes for x in (box[0], box[2]))
    ys = _edges(y for box in boxes for y in (box[1], box[3]))
    cells = []
    for box, text in zip(boxes, texts, strict=True):
        left, right = _at(xs, box[0]), _at(xs, box[2])
        top, bottom = _at(ys, box[1]), _at(ys, box[3])
        cells.append(GridCell(text, top, left, max(1, bottom - top), max(1, right - left), page))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Part(tuple(xs), max(1, len(ys) - 1), tuple(cells))


def _edges(values: object) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):  # type: ignore[call-overload]
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges


def _at(edges: list[float], value: float) -> int:
    at = bisect_left(edges, value - _NEAR)
    return min(at, len(edges) - 1)


def goes_on(part: Part, following: Part) -> bool:
    """Whether `following`, first on the next page, is the same table."""
    return len(part.edges) == len(following.edges) and all(
        abs(a - b) < 2 * _NEAR for a, b in zip(part.edges, following.edges, strict=True)
    )


def join_parts(part: Part, following: Part) -> Part:
    """One table of two: repeated head rows left out, a cut row and a cut merged cell put together."""
    skip = _repeated_rows(part, following)
    cells = [replace(c, row=c.row - skip) for c in following.cells if c.row >= skip]
    rows = following.rows - skip
    if not cells:
        return part
    merged = list(part.cells)
    if _is_cut(part, cells):
        for more in [cell for cell in cells if cell.row == 0]:
            at = _last_in_column(merged, more.column)
            if at is None:
                continue
            old = merged[at]
            text = join([old.text, more.text]) if old.text and more.text else old.text or more.text
            merged[at] = replace(old, text=text, row_span=old.row_span + more.row_span - 1)
        height = 1
        cells = [replace(c, row=c.row - height) for c in cells if c.row >= height]
        rows -= height
    else:
        for hole in [cell for cell in cells if cell.row == 0 and not cell.text and cell.row_span >= 1]:
            at = _last_in_column(merged, hole.column)
            tall = any(c.row_span > 1 for c in (*part.cells, *cells) if c.column == hole.column)
            if at is not None and tall and merged[at].text:
                old = merged[at]
                merged[at] = replace(old, row_span=part.rows - old.row + hole.row_span)
                cells.remove(hole)
    merged += [replace(cell, row=cell.row + part.rows) for cell in cells]
    return Part(part.edges, part.rows + rows, tuple(merged))


def _repeated_rows(part: Part, following: Part) -> int:
    """How many rows at the top of `following` print the head of `part` again."""
    rows = 0
    while rows < min(part.rows, following.rows) - 1:
        mine, theirs = _row(part.cells, rows), _row(following.cells, rows)
        if mine != theirs or not any(mine):
            break
        rows += 1
    return rows


def _row(cells: Sequence[GridCell], row: int) -> list[str]:
    return ["".join(cell.text.split()) for cell in cells if cell.row == row]


def _is_cut(part: Part, cells: Sequence[GridCell]) -> bool:
    """A row goes on over the page when a cell is empty in it that no row of the table leaves empty.

    Columns whose cells are merged downwards say nothing: their next piece is empty on every page."""
    first = [cell for cell in cells if cell.row == 0]
    merged = {c.column for c in (*part.cells, *cells) if c.row_span > 1}
    filled = Counter(c.column for c in part.cells if c.text)
    held = Counter(c.column for c in part.cells)
    always = {column for column, count in held.items() if filled[column] >= max(2, 0.9 * count)} - merged
    return any(cell.text for cell in first) and any(not cell.text and cell.column in always for cell in first)


def _last_in_column(cells: Sequence[GridCell], column: int) -> int | None:
    at = [n for n, cell in enumerate(cells) if cell.column == column]
    return at[-1] if at else None
