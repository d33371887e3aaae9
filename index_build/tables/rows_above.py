"""What the rows of a task table owe to those above them: a cell that says 同上, and the class that a row of its own names
(一 | 水环境) over the tasks 1, 2, 3 below it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from index_build.drafts import Stretch
from index_build.majority import are_most
from index_build.sheet import Sheet
from index_build.tables.columns import UNIT_COLUMNS, Column
from index_build.tables.rows import Row, TaskTable

_SAME = re.compile("(?:同上|同前|〃|″|”|\"|'')[。]?")
_LONGEST_SAME = 3  # characters
_CLASS_NUMBER = re.compile("[（(]?[一二三四五六七八九十]{1,3}[）)]?[、.]?")
_SAYS = (*UNIT_COLUMNS, Column.DEADLINE)  # a class has none of them
_LONGEST_CLASS = 30  # characters


def with_rows_above(sheet: Sheet, table: TaskTable) -> TaskTable:
    """The table with its cells that repeat those above them filled, and rows that are classes over the rows below."""
    rows = _filled(sheet, table.rows)
    classes = _classes(sheet, rows)
    if not classes and rows == table.rows:
        return table
    tasks: list[Row] = []
    heading: tuple[str, ...] = ()
    for i, row in enumerate(rows):
        if i in classes:
            heading = (classes[i],)
        else:
            tasks.append(replace(row, sections=(*heading, *row.sections)) if heading else row)
    notes = sorted({*table.notes, *(stretch for i in classes for stretch in rows[i].cells[Column.BODY])})
    return replace(table, rows=tuple(tasks), notes=tuple(notes))


def _filled(sheet: Sheet, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    found: list[Row] = []
    above: dict[Column, tuple[Stretch, ...]] = {}
    for row in rows:
        same = [c for c in _SAYS if c in above and _repeats(sheet, row.cells.get(c, ()))]
        if same:
            row = replace(row, cells=row.cells | {c: above[c] for c in same})
        above |= {c: held for c, held in row.cells.items() if c in _SAYS}
        found.append(row)
    return tuple(found)


def _repeats(sheet: Sheet, stretches: tuple[Stretch, ...]) -> bool:
    if len(stretches) != 1 or stretches[0][1] - stretches[0][0] > _LONGEST_SAME:
        return False
    return _SAME.fullmatch(sheet.view.text, *stretches[0]) is not None


def _classes(sheet: Sheet, rows: tuple[Row, ...]) -> dict[int, str]:
    """By place among the rows, the words of those that say neither who nor when under a Han number, where the others do."""
    found: dict[int, str] = {}
    for i, row in enumerate(rows):
        said = any(c in row.cells for c in _SAYS) or row.periods or row.marks
        if not said and row.number and _CLASS_NUMBER.fullmatch(row.number):
            words = "".join(sheet.view.printed(*s) for s in row.cells.get(Column.BODY, ()))
            if 0 < len(words) <= _LONGEST_CLASS:
                found[i] = f"{row.number}、{words}" if row.number.isalpha() else f"{row.number}{words}"
    others = [row for i, row in enumerate(rows) if i not in found]
    saying = sum(any(c in row.cells for c in _SAYS) for row in others)
    last_is_class = len(rows) - 1 in found
    return found if found and not last_is_class and are_most(saying, len(others)) else {}
