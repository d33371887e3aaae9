"""Tables of a PDF that nothing rules: columns told by the heads and the white between them, rows by their numbers.

Pure geometry.  Taken for a table is only what has three heads on one line, a number in the first column of each row,
and no character across the white between the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from index_build.readers.layout import Box, find_lines

Rect = tuple[float, float, float, float]  # x0, top, x1, bottom

_LEAST_HEADS, _LONGEST_HEAD, _LOOK_AHEAD, _FARTHEST = 3, 10, 4, 2.5


def find_unruled(chars: Sequence[Box], width: float) -> list[tuple[Rect, ...]]:
    """The cells of each such table on a page, in reading order."""
    rows = _rows(chars)
    tables: list[tuple[Rect, ...]] = []
    at = 0
    while at < len(rows):
        cells, at = _table(rows, at, width)
        if cells:
            tables.append(cells)
    return tables


def _rows(chars: Sequence[Box]) -> list[list[Box]]:
    """The characters of each printed line, top down."""
    rows: list[list[Box]] = []
    for char in sorted(chars, key=lambda c: (c.middle, c.x0)):
        if not char.text.isspace():
            if rows and abs(char.middle - rows[-1][0].middle) < 0.5 * min(char.size, rows[-1][0].size):
                rows[-1].append(char)
            else:
                rows.append([char])
    return rows


def _table(rows: Sequence[Sequence[Box]], at: int, width: float) -> tuple[tuple[Rect, ...], int]:
    """The cells of the table whose head is line `at` (none where it is no head), and the line after it."""
    heads = find_lines(rows[at])
    if len(heads) < _LEAST_HEADS or any(not _is_head(head.text) for head in heads):
        return (), at + 1
    below = rows[at + 1 : at + 1 + _LOOK_AHEAD]
    edges = [0.0, *(_edge(a, b, below) for a, b in pairwise(heads)), width]
    stop = at + 1
    while stop < len(rows) and _goes_on(rows[stop - 1], rows[stop], edges):
        stop += 1
    firsts = _first_lines(rows[at + 1 : stop], edges[1])
    if len(firsts) < 2:
        return (), at + 1
    tops = [min(c.top for c in rows[at]), *(min(c.top for c in rows[at + 1 + n]) for n in firsts)]
    bottom = max(c.bottom for c in rows[stop - 1])
    levels = [*(top - 1 for top in tops), bottom + 1]
    cells = [(x0, y0, x1, y1) for y0, y1 in pairwise(levels) for x0, x1 in pairwise(edges)]
    return tuple(cells), stop


def _is_head(text: str) -> bool:
    return len(text) <= _LONGEST_HEAD and not any(c in "。；，：" or c.isdigit() for c in text)


def _edge(left: Box, right: Box, below: Sequence[Sequence[Box]]) -> float:
    """Where one column ends and the next begins: left of the next head, or where the fewest lines below are cut."""
    places = [right.x0 - 1 - n for n in range(max(1, int(right.x0 - left.x1)))]
    return min(places, key=lambda x: sum(_cuts(row, x) for row in below))


def _cuts(row: Sequence[Box], x: float) -> bool:
    return any(c.x0 + 0.5 < x < c.x1 - 0.5 for c in row)


def _goes_on(above: Sequence[Box], row: Sequence[Box], edges: Sequence[float]) -> bool:
    """Is a line still the table's: near the one above, no word across the white, nothing but a number in front?"""
    if any(_cuts(row, x) for x in edges[1:-1]):
        return False
    if min(c.top for c in row) - max(c.bottom for c in above) > _FARTHEST * row[0].size:
        return False
    first = _first_cell(row, edges[1])
    return not first or first.isdigit()


def _first_cell(row: Sequence[Box], edge: float) -> str:
    return "".join(c.text for c in sorted(row, key=lambda c: c.x0) if c.x1 <= edge + 0.5)


def _first_lines(lines: Sequence[Sequence[Box]], edge: float) -> list[int]:
    """The lines that begin a row: those with a number in the first column; none where the first line has none."""
    firsts = [n for n, line in enumerate(lines) if _first_cell(line, edge)]
    return firsts if firsts[:1] == [0] else []
