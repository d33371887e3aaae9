"""Task tables as drafts: of each row its number and words, or the several tasks of one cell, with units and times."""

from __future__ import annotations

from collections.abc import Sequence

from index_build.clauses.leads import lead_of_heading
from index_build.drafts import Draft, Placed, Stretch, merged, names_lead
from index_build.outline import read_loose, read_marker
from index_build.sheet import Sheet
from index_build.tables.cell_clauses import CellReader
from index_build.tables.cells import number_of
from index_build.tables.columns import UNIT_COLUMNS, Column
from index_build.tables.rows import Row, TaskTable
from index_build.tables.spoken_rows import with_spoken_units

_Task = tuple[str | None, tuple[Stretch, ...]]  # its number and words


def table_drafts(sheet: Sheet, table: TaskTable, cells: CellReader) -> list[Draft]:
    """The drafts of a table's tasks."""
    parts = _tasks_in_cells(sheet, table, cells) or _numbered_cards(sheet, table)
    lead = _lead_of(sheet, table)
    drafts: list[Draft] = []
    for serial, row in enumerate(table.rows, start=1):
        body = row.cells.get(Column.BODY, ())
        if not body:
            continue
        plan = row.cells.get(Column.PLAN, ())
        tasks = parts.get(serial) or [_row_words(sheet, row, body)]
        numbers = [number for number, _ in tasks] if serial in parts else []
        for number, words in tasks:
            clauses = tuple(cells.clauses(row, number, numbers))
            if lead and not names_lead(clauses):
                clauses = (*clauses, lead)
            extent = merged((*row.extent, *(period.head for period in row.periods)))
            drafts.append(
                Draft(number, row.sections, words, extent, clauses, plan, style="row", serial=serial)
            )
    return with_spoken_units(sheet, table, drafts)


def _lead_of(sheet: Sheet, table: TaskTable) -> Placed | None:
    """The units that the heading above a table names as those of all its tasks (一、县教育局牵头任务)."""
    if not table.headings or Column.LEAD in table.columns or Column.UNITS in table.columns:
        return None
    start, end = table.headings[-1]
    marker = read_marker(sheet, start)
    begin = marker.body if marker else start
    return lead_of_heading(sheet.text, begin, end)


def _row_words(sheet: Sheet, row: Row, body: tuple[Stretch, ...]) -> _Task:
    """A row's number and words; a number that opens the words is the row's where it has no other."""
    marker = read_marker(sheet, body[0][0])
    steps = marker is not None and marker.style == "round" and "（2）" in sheet.text[slice(*body[0])]
    if marker and not steps and marker.body < body[0][1] and row.number in (None, marker.printed):
        return marker.printed, ((marker.body, body[0][1]), *body[1:])
    return row.number, body


def _tasks_in_cells(sheet: Sheet, table: TaskTable, cells: CellReader) -> dict[int, list[_Task]]:
    """By row, several tasks of one cell: lines whose numbers count on from row to row, or begin anew in each row
    whose times or units bear the same numbers."""
    found: dict[int, list[_Task]] = {}
    last = said = 0
    for serial, row in enumerate(table.rows, start=1):
        body = row.cells.get(Column.BODY, ())
        starts = [at for a, b in body for at in (a, *(x.start for x in sheet.lines_between(a + 1, b)))]
        markers = [m for at in starts if (m := read_marker(sheet, at))]
        if len(body) != 1 or not markers or markers[0].start != body[0][0]:
            return {}
        anew = serial > 1 and markers[0].number == 1 and said > 0
        last = 0 if anew else last
        if [m.number for m in markers] != list(range(last + 1, last + 1 + len(markers))):
            return {}
        last += len(markers)
        said += _bears_numbers(cells, row, [m.printed for m in markers])
        ends = [*(m.start for m in markers[1:]), body[0][1]]
        found[serial] = [(m.printed, ((m.body, end),)) for m, end in zip(markers, ends, strict=True)]
    count = sum(map(len, found.values()))
    restarts = last < count
    return found if count > len(table.rows) > 1 and (not restarts or 2 * said > len(found)) else {}


def _bears_numbers(cells: CellReader, row: Row, numbers: Sequence[str | None]) -> bool:
    """Do the lines of a row's cell of times or units bear the numbers of its tasks?"""
    for column, stretches in row.cells.items():
        if len(numbers) > 1 and column in (*UNIT_COLUMNS, Column.DEADLINE):
            named = [number_of(text) for text, _ in cells.lines(stretches)]
            if named == list(numbers):
                return True
    return False


def _numbered_cards(sheet: Sheet, table: TaskTable) -> dict[int, list[_Task]]:
    """By row, the task of a card whose words open with a bare number, as those of all cards do, counted from 1."""
    if table.columns or any(row.number for row in table.rows):
        return {}
    found: dict[int, list[_Task]] = {}
    for serial, row in enumerate(table.rows, start=1):
        body = row.cells.get(Column.BODY, ())
        marker = read_loose(sheet, body[0][0]) if body else None
        if marker is None or marker.number != serial:
            return {}
        found[serial] = [(marker.printed, ((marker.body, body[0][1]), *body[1:]))]
    return found
