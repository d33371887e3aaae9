"""Task tables: their rows as stretches of the document.

A *real* table comes from the format (docx, html, xlsx, ruled pdf) with its grid and is read here; `flat`,
`parted` and `cards` read what is printed otherwise.  All become `Row`s of folded stretches, so that everything after
treats them alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from index_build.drafts import Stretch
from index_build.model import Cell, Table
from index_build.outline import Sheet
from index_build.tables.cells import bare_number
from index_build.tables.column_contents import tell_columns
from index_build.tables.columns import (
    EMPTY_CELL,
    HAN,
    SAYS_WHAT,
    UNIT_COLUMNS,
    Column,
    name_columns,
    read_head,
    reads_as_units,
    settle_columns,
)
from index_build.tables.grids import MOST_ABOVE
from index_build.tables.matrices import (
    Legend,
    find_legend,
    find_part_column,
    find_parties,
    note_of,
    part_of,
    parts_of,
)
from index_build.text import fold

_TELLS = SAYS_WHAT - {Column.SECTION, Column.PLAN}  # what a row is about, by itself
_NOTE_ROW = re.compile("(?:备?注|说明|填[报表])[：:0-9]")
_LONGEST_BANNER = 60
_MOST_HEAD_ROWS = 4
_MANY_UNITS = 3
_SHORT_HEAD = 2  # characters of a head that any word may be below a wide one: 起, 止
_BARE_HEAD = re.compile("单位|部门|名称|领导|人员?")
_YEAR = re.compile(r"(20\d\d)年?度?")
_TOTAL = re.compile(r"^(?:合计|总计|小计|共计)(?:：|$|\d)")


class Period(NamedTuple):
    """The head of a column that is a time, a row's cell in it, and the year that a wider head above names."""

    head: Stretch
    cell: Stretch
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One task of a table: its cells as folded stretches, in several pieces where a page cut them."""

    number: str | None
    sections: tuple[str, ...]
    cells: dict[Column, tuple[Stretch, ...]]
    extent: tuple[Stretch, ...]
    printed_number: Stretch | None = None
    flat: bool = False
    periods: tuple[Period, ...] = ()
    marks: dict[int, str] = field(default_factory=dict)  # by column: what stands under a department's name


@dataclass(frozen=True, slots=True)
class TaskTable:
    """Folded [start, end) of the document, its columns in order, its rows; `notes` are cells that are no row's, and
    `headings` the lines right above it that head it."""

    start: int
    end: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Stretch, ...] = ()
    headings: tuple[Stretch, ...] = ()
    inferred: bool = False  # what its columns hold was told by their cells


def with_task_numbers(rows: Sequence[Row], columns: Sequence[Column]) -> tuple[Row, ...]:
    """Rows whose numbers were read from their names (14.扩建东泉学校): kept where they count on from row to row."""
    numbers = [int(row.number) if row.number and row.number.isdigit() else 0 for row in rows]
    if Column.NUMBER in columns or all(0 < a < b for a, b in pairwise(numbers)):
        return tuple(rows)
    return tuple(replace(row, number=None) for row in rows)


def read_table(sheet: Sheet, table: Table) -> TaskTable | None:
    """A table of the format as rows of tasks; None where neither its head nor its cells show units or times."""
    grid = _grid(table)
    text = sheet.document.text
    for top in range(min(MOST_ABOVE, table.rows)):
        heads, words, last = _head_cells(text, table, grid, top)
        named = name_columns(words)
        if len({head for head, column in zip(heads, named, strict=True) if column}) < 2:
            continue
        named = _kinds(text, table, grid, heads, words, last)
        if not _TELLS & set(named) and None in named:
            longest = _longest_unnamed(table, grid, named, last)
            named = [Column.BODY if c == longest else column for c, column in enumerate(named)]
        if columns := settle_columns(named):
            _take_steps(text, table, grid, columns, named, last)
            return _task_table(sheet, table, grid, columns, heads, (top, last))
    for top in range(min(MOST_ABOVE, table.rows - 1)):
        heads = [grid.get((top, c)) for c in range(table.columns)]
        if len({cell for cell in heads if cell and cell.end > cell.start}) < 2:
            continue  # a title
        by_cells = _kinds(text, table, grid, heads, _head_words(text, heads), top)
        if columns := settle_columns(by_cells):
            return replace(_task_table(sheet, table, grid, columns, heads, (top, top)), inferred=True)
    return None


def _task_table(
    sheet: Sheet,
    table: Table,
    grid: dict[tuple[int, int], Cell],
    columns: list[Column],
    heads: Sequence[Cell | None],
    head_rows: tuple[int, int],
) -> TaskTable:
    top, last = head_rows
    index = sheet.view.index
    numbers = [c for c, column in enumerate(columns) if column is Column.NUMBER]
    if len(numbers) > 1:  # numbers of two levels: those of the rows themselves
        own = max(numbers, key=lambda c: (len({grid.get((r, c)) for r in range(last + 1, table.rows)}), -c))
        columns = [Column.OTHER if c in numbers and c != own else column for c, column in enumerate(columns)]
    times = {
        c: Period((index(head.start), index(head.end)), (0, 0), _year_above(sheet, grid, head, top, c))
        for c, head in enumerate(heads)
        if head and columns[c] is Column.PERIOD
    }
    rows = _grid_rows(sheet, table, grid, columns, last + 1, times)
    if Column.PARTY in columns:
        parties = {
            c: (index(head.start), index(head.end))
            for c, head in enumerate(heads)
            if head and columns[c] is Column.PARTY
        }
        legend = find_legend(sheet.document.text)
        rows = [_with_marked_parties(row, parties, legend) for row in rows]
    used = {stretch for row in rows for stretch in row.extent}
    whole = {
        (index(cell.start), index(cell.end))
        for cell in table.cells
        if cell.end - cell.start > 8 and not top <= cell.row <= last
    }
    notes = sorted(s for s in whole - used if s[1] > s[0])
    return TaskTable(index(table.start), index(table.end), tuple(columns), tuple(rows), tuple(notes))


def _year_above(
    sheet: Sheet, grid: dict[tuple[int, int], Cell], head: Cell, top: int, column: int
) -> int | None:
    """The year that a wider head over the head of a column names: 2025年 over 上半年 and 下半年."""
    for row in range(head.row - 1, top - 1, -1):
        above = grid.get((row, column))
        words = sheet.document.text[above.start : above.end] if above and above is not head else ""
        if named := _YEAR.search(words):
            return int(named[1])
    return None


def _with_parties(
    text: str,
    table: Table,
    grid: dict[tuple[int, int], Cell],
    heads: Sequence[Cell | None],
    named: Sequence[Column | None],
    last: int,
) -> list[Column | None]:
    """The columns that are headed by a department and hold its part in each task (牵头, 配合, ★)."""
    called = {c: fold(text[head.start : head.end]) for c, head in enumerate(heads) if head and not named[c]}
    if len(called) < 2 and not any(map(reads_as_units, called.values())):
        return list(named)
    columns: dict[int, tuple[str, list[str]]] = {}
    for c, words in called.items():
        below = [grid.get((r, c)) for r in range(last + 1, table.rows)]
        own = [cell for cell in below if cell and cell.column_span == 1 and cell.end > cell.start]
        columns[c] = words, [fold(text[cell.start : cell.end]) for cell in own]
    parties = find_parties(columns, find_legend(text))
    return [Column.PARTY if c in parties else column for c, column in enumerate(named)]


def _with_marked_parties(row: Row, parties: dict[int, Stretch], legend: Legend) -> Row:
    """The row with the departments whose columns are marked in it, each in its part."""
    cells: dict[Column, tuple[Stretch, ...]] = dict(row.cells)
    cells.pop(Column.PARTY, None)
    for c, part in parts_of({c: row.marks.get(c, "") for c in parties}, legend).items():
        cells[part] = (*cells.get(part, ()), parties[c])
    return replace(row, cells=cells)


def _head_words(text: str, heads: Sequence[Cell | None]) -> list[str]:
    return [text[head.start : head.end] if head else "" for head in heads]


def _kinds(
    text: str,
    table: Table,
    grid: dict[tuple[int, int], Cell],
    heads: Sequence[Cell | None],
    words: Sequence[str],
    last: int,
) -> list[Column | None]:
    """What the columns are, by their heads and by the cells below `last`, the last row of the head."""
    parties = _with_parties(text, table, grid, heads, name_columns(words), last)
    cells = [
        [cell for r in range(last + 1, table.rows) if (cell := grid.get((r, c)))]
        for c in range(table.columns)
    ]
    told = tell_columns([[text[cell.start : cell.end] for cell in below] for below in cells], words)
    kinds = [p if p is Column.PARTY else t.column for p, t in zip(parties, told, strict=True)]
    part = find_part_column(
        [[fold(text[c.start : c.end]) for c in below if c.column_span == 1] for below in cells]
    )
    if part is None or Column.PARTY in kinds:
        return kinds
    worded = [*kinds[:part], Column.PART, *kinds[part + 1 :]]
    return worded if UNIT_COLUMNS & set(worded) and Column.LEAD not in worded else kinds


_LEAST_WORDS = 4  # characters that the cells of tasks have at least, on the average
_NAME = 10  # characters that the mere name of a task has at most


def _take_steps(
    text: str,
    table: Table,
    grid: dict[tuple[int, int], Cell],
    columns: list[Column],
    named: Sequence[Column | None],
    last: int,
) -> None:
    """Where the tasks are mere names (异地就医) and long steps (推进举措) stand beside them, the steps are the body."""
    if columns.count(Column.PLAN) != 1 or columns.count(Column.BODY) != 1:
        return
    body, plan = columns.index(Column.BODY), columns.index(Column.PLAN)
    cells = [[c for r in range(last + 1, table.rows) if (c := grid.get((r, k)))] for k in (body, plan)]
    said = [sum(len(fold(text[c.start : c.end])) for c in found) / max(1, len(found)) for found in cells]
    if named[body] is Column.TASK and said[0] <= _NAME and said[1] > 3 * said[0]:
        columns[body], columns[plan] = Column.TASK, Column.BODY


def _longest_unnamed(
    table: Table, grid: dict[tuple[int, int], Cell], named: Sequence[Column | None], last: int
) -> int | None:
    """Of the columns whose head no list has, the one with the most words; None where they are mere titles of persons."""

    def words(c: int) -> int:
        cells = (grid.get((r, c)) for r in range(last + 1, table.rows))
        return sum(cell.end - cell.start for cell in cells if cell)

    longest = max((c for c, head in enumerate(named) if head is None), key=words)
    return longest if words(longest) >= _LEAST_WORDS * (table.rows - last - 1) else None


def _head_cells(
    text: str, table: Table, grid: dict[tuple[int, int], Cell], top: int
) -> tuple[list[Cell | None], list[str], int]:
    """The cells that name the columns, their words, and the last row of the head: where rows of heads stand below wider
    heads (责任 over 牵头单位 and 配合单位), each column has the lowest one, with the wider one's words before a mere 单位."""
    heads = [grid.get((top, c)) for c in range(table.columns)]
    names = _head_words(text, heads)
    last = top
    while last + 1 < min(table.rows, top + _MOST_HEAD_ROWS):
        lower = [grid.get((last + 1, c)) for c in range(table.columns)]
        own = {c: cell for c, cell in enumerate(lower) if cell and cell.row > last and cell.end > cell.start}
        wide = {c for c, cell in enumerate(heads) if cell and cell.column_span > 1 and cell.row == last}
        if len(own) < 2 or not wide:
            break
        words = {c: text[cell.start : cell.end] for c, cell in own.items()}
        if not all(
            read_head(w) or (c in wide and (reads_as_units(fold(w)) or len(fold(w)) <= _SHORT_HEAD))
            for c, w in words.items()
        ):
            break
        heads = [own.get(c, cell) for c, cell in enumerate(heads)]
        names = [
            w if (w := words.get(c)) and not _BARE_HEAD.fullmatch(fold(w)) else name + words.get(c, "")
            for c, name in enumerate(names)
        ]
        last += 1
    return heads, names, last


def _grid(table: Table) -> dict[tuple[int, int], Cell]:
    grid: dict[tuple[int, int], Cell] = {}
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            for column in range(cell.column, cell.column + cell.column_span):
                grid[row, column] = cell
    return grid


def _grid_rows(
    sheet: Sheet,
    table: Table,
    grid: dict[tuple[int, int], Cell],
    columns: Sequence[Column],
    top: int,
    times: dict[int, Period],
) -> list[Row]:
    rows: list[Row] = []
    banner: str | None = None
    due: Stretch | None = None
    for r in range(top, table.rows):
        cells = {
            c: cell for c in range(table.columns) if (cell := grid.get((r, c))) and cell.end > cell.start
        }
        if not cells:
            continue
        distinct = {(cell.start, cell.end) for cell in cells.values()}
        first = next(iter(cells.values()))
        if len(distinct) == 1 and (first.column_span > 1 or len(cells) == 1):
            words = fold(sheet.document.text[first.start : first.end])
            if not _NOTE_ROW.match(words):
                banner = words if len(words) <= _LONGEST_BANNER else banner
                index = sheet.view.index
                due = (index(first.start), index(first.end)) if read_head(words) is Column.PERIOD else None
            continue
        if _is_head_again(sheet, cells, columns) or _TOTAL.match(
            fold(sheet.document.text[first.start : first.end])
        ):
            continue
        row = _grid_row(sheet, r, cells, columns, banner)
        if row and due and Column.DEADLINE not in columns and not times:
            row = replace(row, periods=(Period(due, due),))
        if row and _goes_down(row, rows[-1] if rows else None):
            rows[-1] = _with_lower(rows[-1], row)
        elif row:
            rows.append(_with_periods(sheet, row, cells, times) if times else row)
    return rows


def _is_head_again(sheet: Sheet, cells: dict[int, Cell], columns: Sequence[Column]) -> bool:
    text = sheet.document.text
    named = [read_head(text[cell.start : cell.end]) for cell in cells.values()]
    return len(named) > 1 and all(named) and any(n in UNIT_COLUMNS for n in named)


def _grid_row(
    sheet: Sheet, r: int, cells: dict[int, Cell], columns: Sequence[Column], banner: str | None
) -> Row | None:
    view = sheet.view
    found: dict[Column, list[Stretch]] = {}
    sections = [banner] if banner else []
    marks: dict[int, str] = {}
    number: str | None = None
    printed: Stretch | None = None
    for c, cell in cells.items():
        column = columns[c] if c < len(columns) else Column.OTHER
        stretch = (view.index(cell.start), view.index(cell.end))
        if column is Column.PARTY:
            marks[c] = fold(sheet.document.text[cell.start : cell.end])  # a view may leave signs out
            if note := note_of(view.text[slice(*stretch)]):
                noted = (stretch[0] + note[0], stretch[0] + note[1])
                found.setdefault(Column.DEADLINE, []).append(noted)
            continue
        if stretch[1] <= stretch[0]:
            continue
        words = view.text[stretch[0] : stretch[1]]
        if column is Column.NUMBER:
            number = bare_number(words)
            printed = stretch
            if cell.row < r:
                number = None
        elif column in (Column.SECTION, Column.TASK):
            if words not in sections:
                sections.append(words)
        elif stretch not in found.get(column, []):
            if EMPTY_CELL.match(words):
                continue
            found.setdefault(column, []).append(stretch)
    if Column.BODY not in found and Column.ARTICLE not in found:
        return None
    if part := found.pop(Column.PART, None):
        units = [*found.pop(Column.RESPONSIBLE, []), *found.pop(Column.UNITS, [])]
        found[part_of(view.text[slice(*part[0])])] = units
    own = sorted(
        {s for column, stretches in found.items() for s in stretches} | ({printed} if printed else set())
    )
    return Row(
        number,
        tuple(sections),
        {column: tuple(stretches) for column, stretches in found.items()},
        tuple(s for s in own if s[1] > s[0]),
        printed,
        marks=marks,
    )


def _goes_down(row: Row, above: Row | None) -> bool:
    """Is a row the lower part of a body that is merged downwards?"""
    body = row.cells.get(Column.BODY)
    return above is not None and body is not None and body == above.cells.get(Column.BODY)


def _with_lower(above: Row, row: Row) -> Row:
    """A row with the units and times of the row below it that has the same words."""
    cells = dict(above.cells)
    for column in (*UNIT_COLUMNS, Column.DEADLINE):
        more = tuple(s for s in row.cells.get(column, ()) if s not in cells.get(column, ()))
        if more:
            cells[column] = (*cells.get(column, ()), *more)
    extent = tuple(sorted({*above.extent, *(s for found in cells.values() for s in found)}))
    return replace(above, cells=cells, extent=extent)


def _with_periods(sheet: Sheet, row: Row, cells: dict[int, Cell], times: dict[int, Period]) -> Row:
    """The row with what stands in its columns of quarters or months: a cell over several of them is the last one's."""
    index, text = sheet.view.index, sheet.view.text
    document = sheet.document.text
    held = {
        cell: c
        for c, cell in cells.items()
        if c in times and not EMPTY_CELL.match(fold(document[cell.start : cell.end]))
    }
    periods = tuple(times[c]._replace(cell=(index(cell.start), index(cell.end))) for cell, c in held.items())
    plan = tuple(period.cell for period in periods if HAN.search(text, *period.cell))
    found: dict[Column, tuple[Stretch, ...]] = dict(row.cells)
    found.pop(Column.PERIOD, None)
    if plan:
        found[Column.PLAN] = (*found.get(Column.PLAN, ()), *plan)
    return replace(row, cells=found, periods=periods)


def names_many_units(sheet: Sheet, table: Table) -> bool:
    """Do several cells of a table hold nothing but units, so that it may be one of tasks?"""
    text = sheet.document.text
    cells = (fold(text[cell.start : cell.end]) for cell in table.cells if 2 < cell.end - cell.start < 80)
    return sum(not EMPTY_CELL.match(words) and reads_as_units(words) for words in cells) >= _MANY_UNITS
