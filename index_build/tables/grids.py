"""The grid of a table before it is read: the tables that one grid holds, side by side or one below the other, each
with a head of its own, and matrices turned so that tasks are rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from index_build.model import Cell, Table
from index_build.sheet import Sheet
from index_build.tables.columns import EMPTY_CELL, UNIT_COLUMNS, Column, read_head, reads_as_units
from index_build.tables.matrices import find_legend, is_part
from index_build.text import fold

MOST_ABOVE = 6  # rows of titles and notes above a head
_LEAST_HEADS = 3  # that a further head in one grid names


def split_table(sheet: Sheet, table: Table) -> list[Table]:
    """The tables that stand side by side or one below the other in one grid (a sheet of a workbook), each with a head
    of its own; a matrix whose rows are departments comes turned round."""
    beside = _side_by_side(sheet, _with_wide_heads(sheet, table))
    return [_upright(sheet, below) for part in beside for below in _one_below_another(sheet, part)]


def _with_wide_heads(sheet: Sheet, table: Table) -> Table:
    """A head over two rows whose cells nobody merged (责任分工 and nothing beside it, over 牵头单位 and 配合单位), with the
    spans that it would have: below each wide cell all columns are named, below others at most more of a name."""
    text = sheet.document.text
    filled = {(c.row, c.column): text[c.start : c.end] for c in table.cells if c.end > c.start}
    merged = {cell.row for cell in table.cells if cell.column_span > 1 or cell.row_span > 1}
    for top in range(min(MOST_ABOVE, table.rows - 1)):
        upper = [c for c in range(table.columns) if (top, c) in filled]
        lower = {c for c in range(table.columns) if (top + 1, c) in filled}
        if merged & {top, top + 1} or upper[:1] != [0] or 0 in lower:
            continue  # a row all of whose columns are named is the head itself
        spans = {c: after - c for c, after in pairwise([*upper, table.columns])}
        below = {k for c, span in spans.items() if span > 1 for k in range(c, c + span)}
        if below and below <= lower and all(read_head(filled[top + 1, c]) for c in lower - below):
            sizes = {c: (span, 1 if span > 1 or c in lower else 2) for c, span in spans.items()}
            return _spanned(table, top, sizes)
    return table


def _spanned(table: Table, top: int, spans: dict[int, tuple[int, int]]) -> Table:
    """The table with the columns and rows that the cells of row `top` take, and without the cells below these."""
    covered = {
        (top + down, c + right)
        for c, (columns, rows) in spans.items()
        for right in range(columns)
        for down in range(rows)
    }
    kept = []
    for cell in table.cells:
        if cell.row == top and cell.column in spans:
            columns, rows = spans[cell.column]
            kept.append(replace(cell, column_span=columns, row_span=rows))
        elif (cell.row, cell.column) not in covered:
            kept.append(cell)
    return replace(table, cells=tuple(kept))


def _side_by_side(sheet: Sheet, table: Table) -> list[Table]:
    """The parts of a table each of whose heads begins with a number of its own, units or times in each."""
    text = sheet.document.text
    for r in range(min(MOST_ABOVE, table.rows)):
        cells = [cell for cell in table.cells if cell.row == r and cell.end > cell.start]
        named = [(cell.column, read_head(text[cell.start : cell.end])) for cell in cells]
        starts = [c for c, column in named if column is Column.NUMBER]
        if len(starts) < 2 or starts[0] != named[0][0]:
            continue
        parts = list(pairwise([0, *starts[1:], table.columns]))
        held = [{column for c, column in named if left <= c < right} for left, right in parts]
        if all(
            {*UNIT_COLUMNS, Column.DEADLINE} & columns and len(columns) >= _LEAST_HEADS for columns in held
        ):
            return [_columns_of(table, left, right) for left, right in parts]
    return [table]


def _columns_of(table: Table, left: int, right: int) -> Table:
    """The columns [left, right) of a table as a table; a cell over more of them belongs to the first."""
    cells = tuple(
        replace(cell, column=cell.column - left, column_span=min(cell.column_span, right - cell.column))
        for cell in table.cells
        if left <= cell.column < right
    )
    return Table(cells[0].start, cells[-1].end, table.rows, right - left, cells)


def _one_below_another(sheet: Sheet, table: Table) -> list[Table]:
    """A line over all columns right above a further head is its title, and a part of it."""
    rows: list[list[Cell]] = [[] for _ in range(table.rows)]
    for cell in table.cells:
        if cell.end > cell.start:
            rows[cell.row].append(cell)
    text = sheet.document.text
    heads = [r for r, cells in enumerate(rows) if cells and _is_full_head(text, cells)]
    heads = [r for r in heads if not any(c.row < r < c.row + c.row_span for c in table.cells)]
    new = [
        r
        for before, r in pairwise(heads)
        if r - before > 1 and [*_shown(text, rows[before])] != [*_shown(text, rows[r])]
    ]
    if heads and sum(len(cells) >= _LEAST_HEADS for cells in rows[: heads[0]]) > 1:
        new.insert(0, heads[0])  # below a table whose head has words of its own
    cuts = [r - (len(rows[r - 1]) == 1) for r in new]
    if not cuts:
        return [table]
    return [_part_of(table, top, stop) for top, stop in pairwise([0, *cuts, table.rows])]


def _is_full_head(text: str, cells: Sequence[Cell]) -> bool:
    """Does a row name columns, units or times among them: most, where the first is the number, else each?"""
    first = read_head(text[cells[0].start : cells[0].end])
    if first is None:
        return False  # true of nearly all rows
    named = [read_head(words) for words in _shown(text, cells)]
    least = len(named) // 2 + 1 if first is Column.NUMBER else len(named)
    if sum(map(bool, named)) < max(_LEAST_HEADS, least) or {*UNIT_COLUMNS, Column.DEADLINE}.isdisjoint(named):
        return False
    return first is Column.NUMBER or Column.PERIOD not in named  # 10月底 is a value


def _shown(text: str, cells: Sequence[Cell]) -> Iterator[str]:
    return (fold(text[cell.start : cell.end]) for cell in cells)


def _part_of(table: Table, top: int, stop: int) -> Table:
    """The rows [top, stop) of a table as a table."""
    cells = tuple(replace(cell, row=cell.row - top) for cell in table.cells if top <= cell.row < stop)
    return Table(cells[0].start, cells[-1].end, stop - top, table.columns, cells)


def _upright(sheet: Sheet, table: Table) -> Table:
    """A matrix whose rows are departments and whose columns are tasks turned round, any other table as it is."""
    text = sheet.document.text
    first = [fold(text[c.start : c.end]) for c in table.cells if c.column == 0 and c.row]
    if sum(map(reads_as_units, first)) < max(2, len(first) - 2) or any(
        c.column_span > 1 for c in table.cells if c.column
    ):
        return table
    legend = find_legend(text)
    inside = [fold(text[c.start : c.end]) for c in table.cells if c.column and c.row]
    filled = [words for words in inside if not EMPTY_CELL.match(words)]
    if 2 * sum(is_part(words, legend) for words in filled) <= len(filled):
        return table
    cells = (
        Cell(
            c.start,
            c.end if c.row or c.column else c.start,  # the corner names what stands below it, not beside it
            c.column,
            c.row,
            row_span=c.column_span,
            column_span=c.row_span,
        )
        for c in table.cells
    )
    turned = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
    return Table(table.start, table.end, table.columns, table.rows, turned)
