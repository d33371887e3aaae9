"""Tables of a PDF without upright rules: columns told by the white between them, rows by the rules across or, where
there are none, by their numbers.

Pure geometry.  Where nothing is ruled, taken for a table is only what has three heads on one line, which the next one
may go on with, a number in the first column of each row, and no character across the white between the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from index_build.readers.layout import Box, Rect, find_lines

_LEAST_HEADS, _LONGEST_HEAD, _LOOK_AHEAD, _FARTHEST = 3, 10, 4, 2.5
_MOST_HEAD_LINES = 3
_LEAST_WHITE = 0.4  # between columns, of the type's size
_LEAST_WIDTH = 0.5  # of the page's width, that a table's rules run over
_NEAR = 3.0


def find_striped(chars: Sequence[Box], rules: Sequence[Rect], width: float) -> list[tuple[Rect, ...]]:
    """The cells of each table on a page whose rules run only across, in reading order."""
    if any(x1 - x0 < _NEAR < bottom - top for x0, top, x1, bottom in rules):
        return []
    tables = []
    for levels, left, right in _levels(rules, width):
        inside = [c for c in chars if levels[0] < c.middle < levels[-1] and not c.text.isspace()]
        columns = _columns(inside)
        rows = [y for a, b in pairwise(levels) for y in _tops(inside, a, b, columns)]
        if len(columns) >= _LEAST_HEADS and len(rows) > 2:
            edges = [
                min(left, columns[0][0]),
                *(start - 1 for start, _ in columns[1:]),
                max(right, columns[-1][1]),
            ]
            bounds = [*rows, levels[-1], *_cut_row(chars, levels[-1], edges)]
            tables.append(
                tuple((x0, y0, x1, y1) for y0, y1 in pairwise(bounds) for x0, x1 in pairwise(edges))
            )
    return tables


def _cut_row(chars: Sequence[Box], bottom: float, edges: Sequence[float]) -> list[float]:
    """Where the row below the last rule ends, which the page's end cuts; none where no row stands there."""
    rows = _rows([c for c in chars if c.middle > bottom])
    end = bottom
    held: set[int] = set()
    for row in rows:
        top = min(c.top for c in row)
        if (
            any(_cuts(row, x) for x in edges[1:-1])
            or top - end > _FARTHEST * row[0].size
            or row[0].x0 < edges[0]
        ):
            break
        held |= {sum(c.x0 > x for x in edges[1:-1]) for c in row}
        end = max(c.bottom for c in row)
    return [end + 1] if len(held) >= _LEAST_HEADS else []


def _levels(rules: Sequence[Rect], width: float) -> list[tuple[list[float], float, float]]:
    """The heights of three rules or more, one below the other over the same width, with that width's ends."""
    strokes: list[list[float]] = []  # height, left, right
    for x0, top, x1, bottom in sorted(rules, key=lambda rule: (round(rule[1] / _NEAR), rule[0])):
        if bottom - top > _NEAR:
            continue
        last = strokes[-1] if strokes else None
        if last is not None and abs(last[0] - top) < _NEAR and x0 - last[2] < _NEAR:
            last[2] = max(last[2], x1)
        else:
            strokes.append([top, x0, x1])
    groups: list[tuple[list[float], float, float]] = []
    for y, x0, x1 in sorted(strokes):
        if x1 - x0 < _LEAST_WIDTH * width:
            continue
        if groups and abs(groups[-1][1] - x0) < _NEAR and abs(groups[-1][2] - x1) < _NEAR:
            if y - groups[-1][0][-1] > _NEAR:
                groups[-1][0].append(y)
        else:
            groups.append(([y], x0, x1))
    return [group for group in groups if len(group[0]) >= _LEAST_HEADS]


def _columns(chars: Sequence[Box]) -> list[tuple[float, float]]:
    """From where to where characters stand, white over the whole height between."""
    columns: list[tuple[float, float]] = []
    for char in sorted(chars, key=lambda c: c.x0):
        if columns and char.x0 - columns[-1][1] < _LEAST_WHITE * char.size:
            columns[-1] = columns[-1][0], max(columns[-1][1], char.x1)
        else:
            columns.append((char.x0, char.x1))
    return columns


def _tops(
    chars: Sequence[Box], top: float, bottom: float, columns: Sequence[tuple[float, float]]
) -> list[float]:
    """Where the rows between two rules begin: at the upper one, and where no rule parts them at their numbers."""
    rows = _rows([c for c in chars if top < c.middle < bottom])
    if not rows or not columns:
        return [] if not rows else [top]
    numbered = [row for row in rows if _first_cell(row, columns[0][1]).isdigit()]
    if len(numbered) < 2 or numbered[0] is not rows[0]:
        return [top]
    return [top, *(min(c.top for c in row) - 1 for row in numbered[1:])]


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
    if any(not _is_head(head.text) for head in heads):
        return (), at + 1
    if (block := _head_block(rows, at)) is not None:
        return _below_block(rows, at, block, width)
    if len(heads) < _LEAST_HEADS:
        return (), at + 1
    below = rows[at + 1 : at + 1 + _LOOK_AHEAD]
    edges = [0.0, *(_edge(a, b, below) for a, b in pairwise(heads)), width]
    first = at + 1
    while (
        first < len(rows)
        and first - at < _MOST_HEAD_LINES
        and _is_more_head(rows[first - 1], rows[first], edges)
    ):
        first += 1
    return _cells_below(rows, at, first, edges)


def _cells_below(
    rows: Sequence[Sequence[Box]], at: int, first: int, edges: Sequence[float]
) -> tuple[tuple[Rect, ...], int]:
    """The cells of a table whose head begins at line `at` and whose rows at line `first`, and the line after it."""
    stop = first
    while stop < len(rows) and _goes_on(rows[stop - 1], rows[stop], edges):
        stop += 1
    firsts = _first_lines(rows[first:stop], edges[1])
    if not firsts:
        return (), at + 1
    tops = [min(c.top for c in rows[n]) - 1 for n in (at, *(first + n for n in firsts))]
    levels = [*tops, max(c.bottom for c in rows[stop - 1]) + 1]
    return tuple((x0, y0, x1, y1) for y0, y1 in pairwise(levels) for x0, x1 in pairwise(edges)), stop


def _head_block(rows: Sequence[Sequence[Box]], at: int) -> int | None:
    """The line after heads that stand at several heights side by side, as centred ones do; None where they do not."""
    stop = at + 1
    while stop < len(rows) and stop - at < 2 * _MOST_HEAD_LINES and _is_head_line(rows[stop - 1], rows[stop]):
        stop += 1
    overlapping = any(
        min(c.top for c in row) < max(c.bottom for c in above) - 0.2 * row[0].size
        for above, row in pairwise(rows[at:stop])
    )
    return stop if overlapping else None


def _is_head_line(above: Sequence[Box], row: Sequence[Box]) -> bool:
    near = min(c.top for c in row) - max(c.bottom for c in above) < 0.8 * row[0].size
    return near and all(_is_head(part.text) for part in find_lines(row))


def _below_block(
    rows: Sequence[Sequence[Box]], at: int, first: int, width: float
) -> tuple[tuple[Rect, ...], int]:
    """The cells of the table below a block of heads, its columns told by the white in its first rows."""
    chars = [c for row in rows[at : first + 2 * _LOOK_AHEAD] for c in row]
    columns = _columns(chars)
    if len(columns) < _LEAST_HEADS:
        return (), at + 1
    return _cells_below(rows, at, first, [0.0, *(start - 1 for start, _ in columns[1:]), width])


def _is_more_head(above: Sequence[Box], row: Sequence[Box], edges: Sequence[float]) -> bool:
    """Whether a line goes on with the heads above it: close below, within their columns, short, no number in front."""
    return _is_head_line(above, row) and not any(_cuts(row, x) for x in edges[1:-1])


def _is_head(text: str) -> bool:
    return len(text) <= _LONGEST_HEAD and not any(c in "。；，：" or c.isdigit() for c in text)


def _edge(left: Box, right: Box, below: Sequence[Sequence[Box]]) -> float:
    """Where one column ends and the next begins: left of the next head, or where the fewest lines below are cut."""
    places = [right.x0 - 1 - n for n in range(max(1, int(right.x0 - left.x1)))]
    return min(places, key=lambda x: sum(_touches(row, x) for row in below))


def _touches(row: Sequence[Box], x: float) -> bool:
    """Whether a character stands at x or so near before it that x lies inside a word."""
    return any(c.x0 + 0.5 < x < c.x1 + 0.25 * c.size for c in row)


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
    """The lines that begin a row: those with a number in the first column, and the first one, with which a row goes on
    that the page before cut; none where hardly any line has a number."""
    firsts = [n for n, line in enumerate(lines) if _first_cell(line, edge)]
    if len(firsts) < 2:
        return []
    return firsts if firsts[0] == 0 else [0, *firsts]
