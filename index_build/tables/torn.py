"""Tables torn out of their grid: a conversion has left the words of the cells in order, but not all of their places.

Bars with cells missing that were merged downwards, cells parted by single blanks with empty ones gone, one cell a line
with bars between or none.  Where the cells of a row belong is told by what they read as: each is put under the column
that its words fit, in the order of the heads, so that the row as a whole fits best.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index_build.drafts import Stretch, merged
from index_build.outline import read_marker
from index_build.sheet import Line, Sheet
from index_build.tables.cell_places import LEAST_FIT, NOWHERE, place_cells
from index_build.tables.cells import SERIAL, bare_number
from index_build.tables.columns import EMPTY_CELL, UNIT_COLUMNS, Column, name_columns, settle_columns
from index_build.tables.printed_cells import BARS
from index_build.tables.rows import Row, TaskTable, with_task_numbers

_CELL = re.compile(rf"[^{BARS}]+")
_NAMES_BODY = re.compile(
    "(?:责任|牵头|配合|承办|主办|协办|参与|落实|实施|负责|主管)(?:单位|部门|科室|处室|股室)|时限"
)
# With what heads end.
_HEAD_TAIL = re.compile(rf"[位门室股处体限间期点求注话式况导人员度果施容标项名{BARS}]")
_NO_HEAD = re.compile("[。；：]")
_LONGEST_HEAD_LINE = 90  # characters
_LONGEST_LABEL = 14
_REPORT = re.compile("情况|进展|成效|结果")  # heads of what has been done
_LEAST_CELLS = 3
_MOST_CELLS = 12  # of a row, those in pieces counted each
_LONGEST_BANNER = 40  # characters of a heading between two rows
_LONGER = 1.5  # times the names of tasks that their words are long
_SAMPLE = 40  # rows that are looked at for what unknown columns hold


@dataclass(frozen=True, slots=True)
class _Head:
    """The columns, the number of the line after the head, and how its cells are parted."""

    first: int
    below: int
    columns: tuple[Column, ...]
    form: str  # bars, blanks, lines


@dataclass(slots=True)
class _Taken:
    """What has been read below a head: `sections` are the cells that rows below may share."""

    rows: list[Row] = field(default_factory=list)
    sections: dict[int, str] = field(default_factory=dict)


def find_torn_tables(sheet: Sheet, start: int, end: int) -> list[TaskTable]:
    """Tables in folded [start, end) that no other reader has made out."""
    first, last = sheet.numbers_between(start, end)
    lines = sheet.lines[first:last]
    tables: list[TaskTable] = []
    for head in _heads(sheet, lines, sheet.tails[first:last]):
        if tables and lines[head.first].start < tables[-1].end:
            continue
        table = _read_lines(sheet, lines, head) if head.form == "lines" else _read_rows(sheet, lines, head)
        tables += [table] if table else []
    return tables


def _heads(sheet: Sheet, lines: Sequence[Line], tails: str) -> Iterator[_Head]:
    """The lines, or runs of short lines, that name columns, units or times among them; `tails` are their last signs."""
    done = 0
    for at, (start, end) in ((m.start(), lines[m.start()]) for m in _HEAD_TAIL.finditer(tails)):
        if at < done or end - start > _LONGEST_HEAD_LINE or not _NAMES_BODY.search(sheet.text, start, end):
            continue
        if _NO_HEAD.search(sheet.text, start, end):
            continue
        head = _head_of_lines(sheet, lines, at) if end - start <= _LONGEST_LABEL else None
        head = head or _head_of_line(sheet, lines, at)
        if head:
            done = head.below
            yield head


def _head_of_line(sheet: Sheet, lines: Sequence[Line], at: int) -> _Head | None:
    line = lines[at]
    form = "bars" if any(bar in sheet.line_text(line) for bar in BARS) else "blanks"
    words = _words(sheet, _cells(sheet, line, form))
    named = name_columns(words)
    if len(named) < _LEAST_CELLS or named.count(None) > (len(named) // 3 if form == "bars" else 0):
        return None
    full: list[list[str]] = []
    if None in named:
        below = [_words(sheet, _cells(sheet, row, form)) for row in lines[at + 1 : at + _SAMPLE]]
        full = [row for row in below if len(row) == len(words)]
    columns = _columns(words, full)
    return _Head(at, at + 1, columns, form) if columns else None


def _head_of_lines(sheet: Sheet, lines: Sequence[Line], at: int) -> _Head | None:
    """A head whose cells are lines, around the line that names units; lines of bars between them do not count."""
    first = last = at
    while first > 0 and _names_column(sheet, lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and _names_column(sheet, lines[last + 1]):
        last += 1
    words = [sheet.line_text(line).strip(BARS) for line in lines[first : last + 1]]
    columns = _columns([w for w in words if w], ())
    return _Head(first, last + 1, columns, "lines") if columns else None


def _names_column(sheet: Sheet, line: Line) -> bool:
    words = sheet.line_text(line).strip(BARS)
    if not words:
        return True
    return len(words) <= _LONGEST_LABEL and name_columns([words])[0] is not None


def _columns(words: Sequence[str], full: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    """The columns that the words of a head name; a few that no list has only above rows with all their cells (`full`),
    and the one of these that says more than the names of tasks do is the body."""
    named = name_columns(words)
    unknown = [c for c, column in enumerate(named) if column is None]
    free = [c for c in unknown if not _REPORT.search(words[c])]
    if len(named) < _LEAST_CELLS or len(unknown) > (len(named) // 3 if full else 0):
        return ()
    if free and Column.BODY not in named:
        length = [sum(len(row[c]) for row in full) for c in range(len(words))]
        longest = max(free, key=length.__getitem__)
        names = named.index(Column.TASK) if Column.TASK in named else None
        if names is None or length[longest] > _LONGER * length[names]:
            named[longest] = Column.BODY
    return tuple(settle_columns(named) or ())


def _words(sheet: Sheet, cells: Sequence[Stretch]) -> list[str]:
    return [sheet.text[a:b] for a, b in cells]


def _cells(sheet: Sheet, line: Line, form: str) -> list[Stretch]:
    """The cells of a line that bars or blanks part."""
    if form == "bars":
        return [m.span() for m in _CELL.finditer(sheet.text, line.start, line.end)]
    cuts = [at + 1 for at in range(line.start, line.end - 1) if sheet.gap_after(at)]
    points = [line.start, *cuts, line.end]
    return list(pairwise(points))


# ---- rows -----------------------------------------------------------------------------------------------------


def _read_rows(sheet: Sheet, lines: Sequence[Line], head: _Head) -> TaskTable | None:
    """A row a line; a line that fits no row ends the table, but for a heading between two rows."""
    taken = _Taken()
    banner: str | None = None
    last = head.below
    for at in range(head.below, len(lines)):
        cells = _cells(sheet, lines[at], head.form)
        words = _words(sheet, cells)
        score, columns = place_cells(words, head.columns, pieces=head.form == "blanks")
        if len(cells) > _MOST_CELLS or score < LEAST_FIT:
            if len(cells) != 1 or len(words[0]) > _LONGEST_BANNER or banner == words[0] or at > last:
                break
            banner, last = words[0], at + 1
            continue
        row = _row(sheet, cells, columns, head.columns, taken, banner)
        if row:
            taken.rows.append(row)
            last = at + 1
    return _table(lines, head, head.columns, taken, last)


def _read_lines(sheet: Sheet, lines: Sequence[Line], head: _Head) -> TaskTable | None:
    """Rows of a table whose cells are lines: the cells are cut into rows so that all of them fit best."""
    below = [
        (n, _CELL.search(sheet.text, line.start, line.end))
        for n, line in enumerate(lines[head.below :], head.below)
    ]
    cells = [(n, found.span()) for n, found in below if found]
    words = [sheet.text[a:b] for _, (a, b) in cells]
    columns = _with_numbers(words, head.columns)
    taken = _Taken()
    last, at = head.below, 0
    for stop in _row_ends(words, columns):
        _, chosen = place_cells(words[at:stop], columns, pieces=False)
        row = _row(sheet, [cell for _, cell in cells[at:stop]], chosen, columns, taken, None)
        if row:
            taken.rows.append(row)
            last = cells[stop - 1][0] + 1
        at = stop
    return _table(lines, head, columns, taken, last)


def _with_numbers(words: Sequence[str], columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns with one of numbers that has no head, where the cells number the rows: before the body, or the
    first where cells that rows share do not stand before the numbers."""
    serials = [at for at, w in enumerate(words) if SERIAL.fullmatch(w)]
    if Column.NUMBER in columns or len(serials) < 2 or Column.BODY not in columns:
        return columns
    place = columns.index(Column.BODY) if serials[0] else 0
    return (*columns[:place], Column.NUMBER, *columns[place:])


def _row_ends(words: Sequence[str], columns: Sequence[Column]) -> list[int]:
    """Where rows end in a stream of cells, so that the sum of how well they fit is the greatest.

    After the last row the stream may go on with what is no row."""
    best: list[tuple[float, list[int]]] = [(0.0, []), *[(NOWHERE, []) for _ in words]]
    for at in range(len(words)):
        score, ends = best[at]
        if score < 0 or (at and not ends):
            continue
        for stop in range(at + 2, min(len(words), at + len(columns)) + 1):
            fit, _ = place_cells(words[at:stop], columns, pieces=False)
            if fit >= LEAST_FIT and score + fit > best[stop][0]:
                best[stop] = (score + fit, [*ends, stop])
    return max(best)[1]


def _row(
    sheet: Sheet,
    cells: Sequence[Stretch],
    chosen: Sequence[int],
    columns: Sequence[Column],
    taken: _Taken,
    banner: str | None,
) -> Row | None:
    """A row of cells under their columns; topics that it lacks are those of the row above, merged down to it."""
    found: dict[Column, list[Stretch]] = {}
    topics: dict[int, str] = {}
    number: str | None = None
    printed: Stretch | None = None
    for cell, c in zip(cells, chosen, strict=True):
        column, words = columns[c], sheet.text[cell[0] : cell[1]]
        if column is Column.NUMBER:
            number, printed = bare_number(words), cell
        elif column in (Column.SECTION, Column.TASK):
            topics[c] = topics.get(c, "") + words
            marker = read_marker(sheet, cell[0]) if column is Column.TASK else None
            number = number or (marker.printed if marker else None)
        elif column is not Column.OTHER and not EMPTY_CELL.match(words):
            found.setdefault(column, []).append(cell)
    if Column.BODY not in found or not ({*UNIT_COLUMNS, Column.DEADLINE} & found.keys()):
        return None
    for c, words in taken.sections.items():
        if c not in topics and not any(k < c for k in topics):
            topics[c] = words
    taken.sections = topics
    sections = (*([banner] if banner else []), *(topics[c] for c in sorted(topics)))
    own = [s for stretches in found.values() for s in stretches]
    return Row(
        number,
        sections,
        {column: tuple(stretches) for column, stretches in found.items()},
        merged([*own, *([printed] if printed else [])]),
        printed,
    )


def _table(
    lines: Sequence[Line], head: _Head, columns: tuple[Column, ...], taken: _Taken, last: int
) -> TaskTable | None:
    if len(taken.rows) < 2:
        return None
    start, end = lines[head.first].start, lines[last - 1].end
    return TaskTable(start, end, columns, with_task_numbers(taken.rows, columns))
