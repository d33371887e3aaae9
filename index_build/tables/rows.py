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
from index_build.sheet import Sheet
from index_build.tables.cells import bare_number
from index_build.tables.column_contents import tell_columns
from index_build.tables.columns import (
    EMPTY_CELL,
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
from index_build.text import HAN, fold

_TELLS = SAYS_WHAT - {Column.SECTION, Column.PLAN}  # what a row is about, by itself
_NOTE_ROW = re.compile("(?:备?注|说明|填[报表])[：:0-9]")
_LONGEST_BANNER = 60
_MOST_HEAD_ROWS = 4
_MANY_UNITS = 3
_SHORT_HEAD = 2  # characters of a head that any word may be below a wide one: 起, 止
_BARE_HEAD = re.compile("单位|部门|名称|领导|人员?")
_YEAR = re.compile(r"(20\d\d)年?度?")
_TOTAL = re.compile(r"^(?:合计|总计|小计|共计)(?:：|$|\d)")
_LEAST_WORDS = 4  # characters that the cells of tasks have at least, on the average
_NAME = 10  # characters that the mere name of a task has at most


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
    grid = _Grid(sheet, table)
    for top in range(min(MOST_ABOVE, table.rows)):
        head = grid.head(top)
        named = name_columns(head.words)
        if len({cell for cell, column in zip(head.cells, named, strict=True) if column}) < 2:
            continue
        named = grid.kinds(head)
        if not _TELLS & set(named) and None in named:
            longest = grid.longest_unnamed(named, head)
            named = [Column.BODY if c == longest else column for c, column in enumerate(named)]
        if columns := settle_columns(named):
            return _task_table(grid, grid.with_steps(columns, named, head), head)
    for top in range(min(MOST_ABOVE, table.rows - 1)):
        head = grid.head_row(top)
        if len({cell for cell in head.cells if cell and cell.end > cell.start}) < 2:
            continue  # a title
        if columns := settle_columns(grid.kinds(head)):
            return replace(_task_table(grid, columns, head), inferred=True)
    return None


class _Head(NamedTuple):
    """By column, the cells that name the columns of a table and their words; its first and last row."""

    cells: list[Cell | None]
    words: list[str]
    top: int
    last: int


class _Grid:
    """A table by its places: the cell that covers each row and column, and what its columns hold."""

    def __init__(self, sheet: Sheet, table: Table) -> None:
        self.sheet, self.table, self.text = sheet, table, sheet.document.text
        self.cells = {
            (row, column): cell
            for cell in table.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }

    def row(self, r: int) -> list[Cell | None]:
        return [self.cells.get((r, c)) for c in range(self.table.columns)]

    def below(self, c: int, head: _Head) -> list[Cell]:
        """The cells of a column below the head."""
        rows = range(head.last + 1, self.table.rows)
        return [cell for r in rows if (cell := self.cells.get((r, c)))]

    def words(self, cell: Cell | None) -> str:
        return self.text[cell.start : cell.end] if cell else ""

    def head_row(self, top: int) -> _Head:
        """One row as the head."""
        cells = self.row(top)
        return _Head(cells, [self.words(cell) for cell in cells], top, top)

    def head(self, top: int) -> _Head:
        """The head that begins in a row: where rows of heads stand below wider heads (责任 over 牵头单位 and 配合单位), each
        column has the lowest one, with the wider one's words before a mere 单位."""
        cells, names, _, last = self.head_row(top)
        while last + 1 < min(self.table.rows, top + _MOST_HEAD_ROWS):
            lower = enumerate(self.row(last + 1))
            own = {c: cell for c, cell in lower if cell and cell.row > last and cell.end > cell.start}
            wide = {c for c, cell in enumerate(cells) if cell and cell.column_span > 1 and cell.row == last}
            if len(own) < 2 or not wide:
                break
            words = {c: self.words(cell) for c, cell in own.items()}
            if not all(read_head(w) or (c in wide and _may_be_below(fold(w))) for c, w in words.items()):
                break
            cells = [own.get(c, cell) for c, cell in enumerate(cells)]
            names = [
                w if (w := words.get(c)) and not _BARE_HEAD.fullmatch(fold(w)) else name + words.get(c, "")
                for c, name in enumerate(names)
            ]
            last += 1
        return _Head(cells, names, top, last)

    def kinds(self, head: _Head) -> list[Column | None]:
        """What the columns are, by their heads and by the cells below."""
        parties = self._parties(head, name_columns(head.words))
        cells = [self.below(c, head) for c in range(self.table.columns)]
        told = tell_columns([[self.words(cell) for cell in below] for below in cells], head.words)
        kinds = [Column.PARTY if c in parties else known.column for c, known in enumerate(told)]
        part = find_part_column(
            [[fold(self.words(cell)) for cell in below if cell.column_span == 1] for below in cells]
        )
        if part is None or Column.PARTY in kinds:
            return kinds
        worded = [*kinds[:part], Column.PART, *kinds[part + 1 :]]
        return worded if UNIT_COLUMNS & set(worded) and Column.LEAD not in worded else kinds

    def _parties(self, head: _Head, named: Sequence[Column | None]) -> set[int]:
        """The columns that are headed by a department and hold its part in each task (牵头, 配合, ★)."""
        called = {c: fold(head.words[c]) for c, cell in enumerate(head.cells) if cell and not named[c]}
        if len(called) < 2 and not any(map(reads_as_units, called.values())):
            return set()
        columns: dict[int, tuple[str, list[str]]] = {}
        for c, words in called.items():
            own = [cell for cell in self.below(c, head) if cell.column_span == 1 and cell.end > cell.start]
            columns[c] = words, [fold(self.words(cell)) for cell in own]
        return find_parties(columns, find_legend(self.text))

    def longest_unnamed(self, named: Sequence[Column | None], head: _Head) -> int | None:
        """Of the columns whose head no list has, the one with the most words; None where they are mere titles of persons."""
        sizes = {
            c: sum(cell.end - cell.start for cell in self.below(c, head))
            for c, column in enumerate(named)
            if column is None
        }
        longest = max(sizes, key=sizes.__getitem__)
        return longest if sizes[longest] >= _LEAST_WORDS * (self.table.rows - head.last - 1) else None

    def with_steps(self, columns: list[Column], named: Sequence[Column | None], head: _Head) -> list[Column]:
        """The columns; where the tasks are mere names (异地就医) and long steps (推进举措) stand beside them, the steps
        are the body."""
        if columns.count(Column.PLAN) != 1 or columns.count(Column.BODY) != 1:
            return columns
        body, plan = columns.index(Column.BODY), columns.index(Column.PLAN)
        names, steps = (
            sum(len(fold(self.words(cell))) for cell in found) / max(1, len(found))
            for found in (self.below(body, head), self.below(plan, head))
        )
        if named[body] is not Column.TASK or names > _NAME or steps <= 3 * names:
            return columns
        turned = {body: Column.TASK, plan: Column.BODY}
        return [turned.get(c, column) for c, column in enumerate(columns)]

    def year_above(self, head: _Head, c: int, cell: Cell) -> int | None:
        """The year that a wider head over the head of a column names: 2025年 over 上半年 and 下半年."""
        for r in range(cell.row - 1, head.top - 1, -1):
            above = self.cells.get((r, c))
            if above is not cell and (named := _YEAR.search(self.words(above))):
                return int(named[1])
        return None


def _may_be_below(words: str) -> bool:
    """May a folded head that no list has stand below a wider one?"""
    return len(words) <= _SHORT_HEAD or reads_as_units(words)


def _task_table(grid: _Grid, columns: list[Column], head: _Head) -> TaskTable:
    sheet, table = grid.sheet, grid.table
    numbers = [c for c, column in enumerate(columns) if column is Column.NUMBER]
    if len(numbers) > 1:  # numbers of two levels: those of the rows themselves
        own = max(numbers, key=lambda c: (len(set(grid.below(c, head))), -c))
        columns = [Column.OTHER if c in numbers and c != own else column for c, column in enumerate(columns)]
    heads = {c: sheet.stretch(cell) for c, cell in enumerate(head.cells) if cell}
    times = {
        c: Period(heads[c], (0, 0), grid.year_above(head, c, cell))
        for c, cell in enumerate(head.cells)
        if cell and columns[c] is Column.PERIOD
    }
    rows = _grid_rows(grid, columns, head.last + 1, times)
    if Column.PARTY in columns:
        parties = {c: stretch for c, stretch in heads.items() if columns[c] is Column.PARTY}
        legend = find_legend(grid.text)
        rows = [_with_marked_parties(row, parties, legend) for row in rows]
    used = {stretch for row in rows for stretch in row.extent}
    whole = {
        sheet.stretch(cell)
        for cell in table.cells
        if cell.end - cell.start > 8 and not head.top <= cell.row <= head.last
    }
    notes = sorted(s for s in whole - used if s[1] > s[0])
    return TaskTable(*sheet.stretch(table), tuple(columns), tuple(rows), tuple(notes))


def _with_marked_parties(row: Row, parties: dict[int, Stretch], legend: Legend) -> Row:
    """The row with the departments whose columns are marked in it, each in its part."""
    cells: dict[Column, tuple[Stretch, ...]] = dict(row.cells)
    for c, part in parts_of({c: row.marks.get(c, "") for c in parties}, legend).items():
        cells[part] = (*cells.get(part, ()), parties[c])
    return replace(row, cells=cells)


def _grid_rows(grid: _Grid, columns: Sequence[Column], top: int, times: dict[int, Period]) -> list[Row]:
    rows: list[Row] = []
    banner: str | None = None
    due: Stretch | None = None
    for r in range(top, grid.table.rows):
        cells = {c: cell for c, cell in enumerate(grid.row(r)) if cell and cell.end > cell.start}
        if not cells:
            continue
        first = next(iter(cells.values()))
        words = fold(grid.words(first))
        if len(set(cells.values())) == 1 and (first.column_span > 1 or len(cells) == 1):
            if not _NOTE_ROW.match(words):
                banner = words if len(words) <= _LONGEST_BANNER else banner
                due = grid.sheet.stretch(first) if read_head(words) is Column.PERIOD else None
            continue
        if _is_head_again(grid, cells) or _TOTAL.match(words):
            continue
        row = _grid_row(grid, r, cells, columns, banner)
        if row and due and Column.DEADLINE not in columns and not times:
            row = replace(row, periods=(Period(due, due),))
        if row and _goes_down(row, rows[-1] if rows else None):
            rows[-1] = _with_lower(rows[-1], row)
        elif row:
            rows.append(_with_periods(grid, row, cells, times) if times else row)
    return rows


def _is_head_again(grid: _Grid, cells: dict[int, Cell]) -> bool:
    named = [read_head(grid.words(cell)) for cell in cells.values()]
    return len(named) > 1 and all(named) and any(n in UNIT_COLUMNS for n in named)


def _grid_row(
    grid: _Grid, r: int, cells: dict[int, Cell], columns: Sequence[Column], banner: str | None
) -> Row | None:
    text = grid.sheet.view.text
    found: dict[Column, list[Stretch]] = {}
    sections = [banner] if banner else []
    marks: dict[int, str] = {}
    number: str | None = None
    printed: Stretch | None = None
    for c, cell in cells.items():
        column, stretch = columns[c], grid.sheet.stretch(cell)
        words = text[slice(*stretch)]
        if column is Column.PARTY:
            marks[c] = fold(grid.words(cell))  # a view may leave signs out
            if note := note_of(words):
                noted = (stretch[0] + note[0], stretch[0] + note[1])
                found.setdefault(Column.DEADLINE, []).append(noted)
        elif not words:
            continue
        elif column is Column.NUMBER:
            number, printed = bare_number(words), stretch
            if cell.row < r:
                number = None
        elif column in (Column.SECTION, Column.TASK):
            if words not in sections:
                sections.append(words)
        elif stretch not in found.get(column, []) and not EMPTY_CELL.match(words):
            found.setdefault(column, []).append(stretch)
    if Column.BODY not in found and Column.ARTICLE not in found:
        return None
    if part := found.pop(Column.PART, None):
        units = [*found.pop(Column.RESPONSIBLE, []), *found.pop(Column.UNITS, [])]
        found[part_of(text[slice(*part[0])])] = units
    own = {stretch for stretches in found.values() for stretch in stretches}
    return Row(
        number,
        tuple(sections),
        {column: tuple(stretches) for column, stretches in found.items()},
        tuple(sorted(own | ({printed} if printed else set()))),
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


def _with_periods(grid: _Grid, row: Row, cells: dict[int, Cell], times: dict[int, Period]) -> Row:
    """The row with what stands in its columns of quarters or months: a cell over several of them is the last one's."""
    sheet = grid.sheet
    held = {
        cell: c for c, cell in cells.items() if c in times and not EMPTY_CELL.match(fold(grid.words(cell)))
    }
    periods = tuple(times[c]._replace(cell=sheet.stretch(cell)) for cell, c in held.items())
    plan = tuple(period.cell for period in periods if HAN.search(sheet.view.text, *period.cell))
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
