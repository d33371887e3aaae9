"""Task tables that a text draws with lines: what stands between two rules is one row, on as many lines as it takes.

A rule that leaves the place of a column blank does not part its cell from the one above, so the rows share it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index_build.drafts import Stretch
from index_build.majority import are_most
from index_build.sheet import Line, Sheet
from index_build.tables.cells import SERIAL, bare_number
from index_build.tables.column_contents import names_time
from index_build.tables.columns import UNIT_COLUMNS, Column, name_columns, settle_columns
from index_build.tables.parted import OpenRow, row_of
from index_build.tables.printed_cells import RULE, Parting, is_barred, printed_cells
from index_build.tables.rows import TaskTable, with_task_numbers
from index_build.text import fold

_CROSSING = re.compile(r"[├┼┤┬┴┌┐└┘│┃|+]")
_SAYS_WHO_OR_WHEN = UNIT_COLUMNS | {Column.DEADLINE, Column.PERIOD}
_LEAST = 3  # parts between rules: a head and two rows
_TITLES = 2  # parts above the head
_LONGEST_BANNER = 40  # characters of a row that is a heading


@dataclass(slots=True)
class _Part:
    """What stands between two rules: the document stretches of each column's pieces, line by line; `shared` are the
    columns that the rule above does not close."""

    shared: frozenset[int]
    pieces: dict[int, list[Stretch]] = field(default_factory=dict)

    def words(self, sheet: Sheet) -> dict[int, str]:
        """What each column holds, folded."""
        text = sheet.document.text
        return {k: fold("".join(text[a:b] for a, b in pieces)) for k, pieces in sorted(self.pieces.items())}


def find_drawn_tables(sheet: Sheet, start: int, end: int) -> list[TaskTable]:
    """Tables in folded [start, end) with rules between their rows."""
    if all(sheet.text.find(crossing, start, end) < 0 for crossing in ("┼", "┬", "┤", "-+")):
        return []
    found = (_read(sheet, lines, _parts(sheet, lines)) for lines in _blocks(sheet, start, end))
    return [table for table in found if table]


def _blocks(sheet: Sheet, start: int, end: int) -> Iterator[list[Line]]:
    """Runs of lines that are rules or have upright bars, where they begin with a rule."""
    block: list[Line] = []
    for line in sheet.lines_between(start, end):
        words = sheet.text[line.start : line.end]
        if (RULE.match(words) and len(words) > 2) or (block and is_barred(words)):
            block.append(line)
            continue
        if block:
            yield block
        block = []
    if block:
        yield block


def _parts(sheet: Sheet, lines: Sequence[Line]) -> list[_Part]:
    parts: list[_Part] = []
    rule: frozenset[int] | None = frozenset()
    for line in lines:
        if RULE.match(sheet.text[line.start : line.end]):
            rule = _left_open(sheet, line)
            continue
        if rule is not None:
            parts.append(_Part(rule))
            rule = None
        for cell in printed_cells(sheet, line, Parting.TABS):
            parts[-1].pieces.setdefault(cell.at, []).append((cell.start, cell.end))
    return parts


def _left_open(sheet: Sheet, line: Line) -> frozenset[int]:
    """The columns whose place a rule leaves blank."""
    offsets = sheet.view.offsets
    printed = sheet.document.text[offsets[line.start] : offsets[line.end - 1] + 1]
    return frozenset(k for k, piece in enumerate(_CROSSING.split(printed)[1:-1]) if piece.isspace())


def _read(sheet: Sheet, lines: Sequence[Line], parts: Sequence[_Part]) -> TaskTable | None:
    found = _find_head(sheet, parts)
    if found is None:
        return None
    at, columns = found
    head, names = parts[at], parts[at].words(sheet)
    below = parts[at + 1 :]
    if not are_most(sum(_is_one_row(sheet, part, columns) for part in below), len(below)):
        return None  # rules between classes, and a row a line
    open_rows = list(_open_rows(sheet, below, columns, names))
    index = sheet.view.index
    periods = {
        k: (index(head.pieces[k][0][0]), index(head.pieces[k][-1][1]))
        for k, column in enumerate(columns)
        if column is Column.PERIOD
    }
    rows = [row for open_row in open_rows if (row := row_of(sheet, columns, periods, open_row))]
    if not rows:
        return None
    return TaskTable(lines[0].start, lines[-1].end, tuple(columns), with_task_numbers(rows, columns))


def _find_head(sheet: Sheet, parts: Sequence[_Part]) -> tuple[int, list[Column]] | None:
    """The part whose words name the columns, and what they are; above it may stand titles."""
    for at, part in enumerate(parts[: 1 + _TITLES] if len(parts) >= _LEAST else ()):
        names = part.words(sheet)
        if len(names) > 2 and [*names] == [*range(len(names))]:
            columns = settle_columns(name_columns([*names.values()]))
            if columns:
                return at, columns
    return None


def _is_one_row(sheet: Sheet, part: _Part, columns: Sequence[Column]) -> bool:
    """Does a part not hold several numbers, or several times, one a line?"""
    text = sheet.document.text
    for column, reads in ((Column.NUMBER, SERIAL.fullmatch), (Column.DEADLINE, names_time)):
        if column in columns:
            pieces = part.pieces.get(columns.index(column), ())
            return sum(bool(reads(fold(text[a:b]))) for a, b in pieces) < 2
    return True


def _open_rows(
    sheet: Sheet, parts: Sequence[_Part], columns: Sequence[Column], names: dict[int, str]
) -> Iterator[OpenRow]:
    """The rows of the parts below a head: a cell that goes on is shared by its rows, and rows that share their words are
    one; a part that says neither who nor when heads those below it."""
    body = columns.index(Column.BODY)
    number_at = columns.index(Column.NUMBER) if Column.NUMBER in columns else -1
    section: str | None = None
    row: OpenRow | None = None
    above: dict[int, list[Stretch]] = {}
    for part in parts:
        held = part.words(sheet)
        if held == names:
            continue
        shared = {k: above[k] for k in part.shared if k in above}
        for k, pieces in shared.items():
            pieces += part.pieces.get(k, [])
        above = {**part.pieces, **shared}
        said = [words for k, words in held.items() if columns[k] is not Column.OTHER]
        if not any(columns[k] in _SAYS_WHO_OR_WHEN for k in above):
            section = "".join(said) if len("".join(said)) <= _LONGEST_BANNER else section
        elif body in shared and row:
            for k, pieces in part.pieces.items():
                if k not in shared:
                    row.pieces.setdefault(k, []).extend(pieces)
        else:
            row = OpenRow(bare_number(held[number_at]) if number_at in held else None, section, above)
            yield row
