"""Task tables that a text prints one row a line, their cells parted by tabs or runs of blanks.

The head names the columns; a row's cells are told by their number, and where cells are empty or go on below, by
where under the head they begin.  Folding drops blanks, so this module alone looks at the source's own lines.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from index_build.drafts import Stretch, merged
from index_build.outline import read_marker
from index_build.sheet import Line, Sheet
from index_build.tables.cell_places import LEAST_FIT, fit_as_placed, place_cells
from index_build.tables.cells import SERIAL, bare_number
from index_build.tables.column_contents import tell_columns
from index_build.tables.columns import (
    EMPTY_CELL,
    UNIT_COLUMNS,
    Column,
    fits_column,
    name_columns,
    read_head,
    settle_columns,
)
from index_build.tables.printed_cells import (
    BARS,
    RULE,
    Parting,
    PrintedCell,
    is_barred,
    printed_cells,
    width,
)
from index_build.tables.rows import Period, Row, TaskTable, with_task_numbers
from index_build.text import HAN, fold

_TWO_BLANKS = re.compile(r"[ \u3000\xa0]{2}")
_AFTER = re.compile(r"^(?:注|备注|说明|附注)[：:1]|^附件|^[（(]?此件|^抄送")
_ARTICLE = re.compile(r"第?[一二三四五六七八九十百\d]+(?:条|项|款|$|[、，—~～至到-])")
_HEADING = re.compile(r"^(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.]|第[一二三四五六七八九十]+[章节部])")
_NO_HEAD = re.compile(r"[：:，。；*、@☐☑]|\d[-/.]\d")  # marks of words, of a list, of a day
_NEAR = 3  # columns of print that a cell may stand to the left of where its column begins
_LONGEST_HEAD = 10  # characters of a column head that no list has


@dataclass(frozen=True, slots=True)
class _Head:
    line: int  # index into the region's lines
    columns: tuple[Column, ...]
    starts: tuple[int, ...]
    parting: Parting


@dataclass(slots=True)
class OpenRow:
    """A row while its lines are read: the document stretches of each column's pieces."""

    number: str | None
    section: str | None
    pieces: dict[int, list[tuple[int, int]]]


def find_parted_tables(sheet: Sheet, start: int, end: int) -> list[TaskTable]:
    """Tables in folded [start, end) whose rows are lines."""
    first, last = sheet.numbers_between(start, end)
    lines, tails = sheet.lines[first:last], sheet.tails[first:last]
    tables: list[TaskTable] = []
    offsets = sheet.view.offsets
    barred = any(sheet.text.find(bar, start, end) >= 0 for bar in BARS)
    parted = [
        at
        for at, ((a, b), tail) in enumerate(zip(lines, tails, strict=True))
        if tail not in "。；，、"
        and (offsets[b - 1] - offsets[a] >= b - a or (barred and is_barred(sheet.text[a:b])))
    ]
    for at in parted:  # a line without a blank or bars is one cell, and no head is a sentence
        if tables and lines[at].start < tables[-1].end:
            continue
        head = _read_head_line(sheet, lines, at)
        if head and (table := _Reader(sheet, lines, head).read()):
            tables.append(table)
    return tables


def _is_about_paper(cells: Sequence[PrintedCell]) -> bool:
    """Are cells labels with a colon and their values, what a page says of the paper below its table?"""
    labels = [cell.words.endswith(("：", ":")) for cell in cells]
    return len(labels) > 1 and all(labels[::2])


def _read_head_line(sheet: Sheet, lines: Sequence[Line], at: int) -> _Head | None:
    line = lines[at]
    if not 6 <= line.end - line.start <= 90:
        return None
    first, last = sheet.view.offsets[line.start], sheet.view.offsets[line.end - 1]
    source = sheet.document.text[first : last + 1]
    barred = is_barred(source)
    if last - first == line.end - 1 - line.start and not barred:
        return None  # without a blank it is one cell
    parting = Parting.BLANKS if _TWO_BLANKS.search(source) else Parting.ONE_BLANK
    parting = Parting.TABS if barred or "\t" in source else parting
    words = [word for cell in parting.value.findall(source) if (word := cell.strip())]
    if len(words) < 3 - ("条" in source):
        return None
    if any(len(word) > _LONGEST_HEAD and read_head(word) is None for word in words):
        return None
    heads = name_columns(words)
    known = sum(head is not None for head in heads)
    if known < max(2, len(words) - 1) or (parting is Parting.ONE_BLANK and known < len(words)):
        heads = _heads_by_rows(sheet, lines, at, words, parting)
    if Column.BODY not in heads and Column.TASK not in heads and None in heads:
        heads[heads.index(None)] = Column.TASK
    columns = settle_columns(heads)
    if not columns:
        return None
    starts = tuple(cell.at for cell in printed_cells(sheet, line, parting))
    return _Head(at, tuple(columns), starts, parting)


def _heads_by_rows(
    sheet: Sheet, lines: Sequence[Line], at: int, heads: Sequence[str], parting: Parting
) -> list[Column | None]:
    """What the columns hold under heads that no list has, told by the lines below that have as many cells."""
    below = [printed_cells(sheet, line, parting) for line in lines[at + 1 : at + 13]]
    rows = [row for row in below if len(row) == len(heads)]
    said = any(SERIAL.fullmatch(head) or _ARTICLE.match(head) or _NO_HEAD.search(head) for head in heads)
    if len(rows) < max(2, len(below) // 3) or said:
        return [None] * len(heads)
    told = tell_columns([[row[c].words for row in rows] for c in range(len(heads))], heads)
    return [column for column, _ in told]


def _fit(column: Column, before: str, words: str) -> int | None:
    """How well a cell reads under a column after what the row has there; None where it does not."""
    if column is Column.NUMBER:
        return 1 if SERIAL.fullmatch(words) else None
    if column is Column.ARTICLE:
        return 1 if _ARTICLE.match(words) else None
    joined = fold(before + words)
    if column in UNIT_COLUMNS or column is Column.DEADLINE:
        return 2 if EMPTY_CELL.match(words) or fits_column(column, joined) else None
    other = any(fits_column(kind, fold(words)) for kind in (Column.DEADLINE, Column.LEAD))
    ended = column is Column.BODY and before.endswith(("。", "；"))
    return -1 if other or ended or column is Column.OTHER else 0


class _Reader:
    """Reads the rows below one head."""

    def __init__(self, sheet: Sheet, lines: Sequence[Line], head: _Head) -> None:
        self.sheet, self.lines, self.head = sheet, lines, head
        self.starts = [{start} for start in head.starts]
        self.rows: list[OpenRow] = []
        self.section: str | None = None

    def _cells(self, i: int) -> list[PrintedCell]:
        return printed_cells(self.sheet, self.lines[i], self.head.parting)

    @cached_property
    def periods(self) -> dict[int, Stretch]:
        """The heads of columns that are a year, a quarter or a month each, by column."""
        head, index = self.head, self.sheet.view.index
        if Column.PERIOD not in head.columns:
            return {}
        cells = self._cells(head.line)
        return {
            k: (index(cell.start), index(cell.end))
            for k, (cell, column) in enumerate(zip(cells, head.columns, strict=False))
            if column is Column.PERIOD
        }

    def read(self) -> TaskTable | None:
        last = self.head.line
        for i in range(self.head.line + 1, len(self.lines)):
            cells = self._cells(i)
            words = "".join(cell.words for cell in cells)
            again = _read_head_line(self.sheet, self.lines, i)
            if RULE.match(words) or (again and again.columns == self.head.columns):
                last = i
                continue
            placed = None if again or _AFTER.match(words) or _is_about_paper(cells) else self._placed(cells)
            if placed is None:
                if again or not self._is_banner(cells, i):
                    break
                self.section = words
                continue
            self._take(placed)
            last = i
        if not self.rows or (len(self.rows) < 2 and len(self.head.columns) < 4):
            return None
        rows = tuple(
            row
            for open_row in self.rows
            if (row := row_of(self.sheet, self.head.columns, self.periods, open_row))
        )
        if not rows:
            return None
        start, end, columns = self.lines[self.head.line].start, self.lines[last].end, self.head.columns
        return TaskTable(start, end, columns, with_task_numbers(rows, columns))

    def _is_banner(self, cells: Sequence[PrintedCell], i: int) -> bool:
        """A heading between rows: one cell, and a row of the table next."""
        if len(cells) != 1 or len(cells[0].words) > 40 or i + 1 >= len(self.lines):
            return False
        below = self._cells(i + 1)
        placed = self._placed(below) if len(below) >= 3 else None
        return placed is not None and self._begins_row(placed)

    def _placed(self, cells: Sequence[PrintedCell]) -> dict[int, PrintedCell] | None:
        """Each cell under its column; None where the line is none of the table."""
        count = len(self.head.columns)
        if not cells or len(cells) > count:
            return None
        if self.head.parting is Parting.TABS:
            shift = cells[0].at
            if any(cell.at >= count for cell in cells) or (len(cells) == 1 and shift == 0):
                return None
            return self._better_placed({cell.at: cell for cell in cells})
        if len(cells) == count:
            placed = dict(enumerate(cells))
            if not self._begins_row(placed) and not self._under(cells):
                return None
            for k, cell in placed.items():
                self.starts[k].add(cell.at)
            return placed
        if len(cells) == 1 and (_HEADING.match(cells[0].words) or not self.rows):
            return None
        under = None if self.head.parting is Parting.ONE_BLANK else self._under(cells)
        return under or self._by_kind(cells)

    def _better_placed(self, placed: dict[int, PrintedCell]) -> dict[int, PrintedCell]:
        """The cells of a row that lacks some where they read as what their columns hold, if they do so far better: a
        cell merged downwards is missing before them."""
        columns = self.head.columns
        if len(placed) == len(columns):
            return placed
        words = {k: fold(cell.words) for k, cell in placed.items()}
        fit, chosen = place_cells([*words.values()], columns, pieces=False)
        if fit < max(LEAST_FIT, fit_as_placed(words, columns) + LEAST_FIT):
            return placed
        return dict(zip(chosen, placed.values(), strict=True))

    def _by_kind(self, cells: Sequence[PrintedCell]) -> dict[int, PrintedCell] | None:
        """Cells whose place says nothing (a reader took the indents away), each under a column that it reads as;
        what goes on with the row above is read together with it."""
        columns = self.head.columns
        heads = bool(SERIAL.fullmatch(cells[0].words) or _ARTICLE.match(cells[0].words))
        goes_on = not (heads and columns[0] in (Column.NUMBER, Column.ARTICLE))
        if goes_on and (not self.rows or columns[0] not in (Column.NUMBER, Column.ARTICLE)):
            return None
        before = [self._words(k) if goes_on else "" for k in range(len(columns))]
        if len(cells) == 1 and not self._fits_below(cells[0], before):
            return None
        options = range(1, len(columns)) if goes_on else range(len(columns))
        best: tuple[int, tuple[int, ...]] | None = None
        for chosen in itertools.combinations(options, len(cells)):
            marks = [_fit(columns[k], before[k], cell.words) for k, cell in zip(chosen, cells, strict=True)]
            if None not in marks and (best is None or sum(m or 0 for m in marks) > best[0]):
                best = (sum(m or 0 for m in marks), chosen)
        return dict(zip(best[1], cells, strict=True)) if best else None

    def _words(self, k: int) -> str:
        text = self.sheet.document.text
        return "".join(text[a:b] for a, b in self.rows[-1].pieces.get(k, []))

    def _fits_below(self, cell: PrintedCell, before: Sequence[str]) -> bool:
        """May a line of one cell go on with the row above, and is no sentence below the table?"""
        body = before[self.head.columns.index(Column.BODY)] if Column.BODY in self.head.columns else ""
        return bool(body) and body[-1] not in "。；！" and len(cell.words) <= len(body) + 2

    def _under(self, cells: Sequence[PrintedCell]) -> dict[int, PrintedCell] | None:
        """Cells by where they begin, each under a column of its own from left to right."""
        placed: dict[int, PrintedCell] = {}
        least = 0
        for cell in cells:
            options = range(least, len(self.starts))
            distance, k = min(
                ((min(abs(cell.at - at) for at in self.starts[k]), k) for k in options), default=(99, -1)
            )
            alone = len(cells) == 1
            if k < 0 or distance > (_NEAR if alone or self._following(k, cell) else 4 * _NEAR):
                return None
            if alone and k + 1 < len(self.starts) and cell.at + width(cell.words) > max(self.starts[k + 1]):
                return None  # a sentence below the table
            if self.head.columns[k] is Column.NUMBER and not SERIAL.fullmatch(cell.words):
                return None
            placed[k] = cell
            least = k + 1
        return placed

    def _following(self, k: int, cell: PrintedCell) -> bool:
        """Is the cell left of all that its column has shown, so that it may be another column's?"""
        return cell.at < min(self.starts[k])

    def _begins_row(self, placed: dict[int, PrintedCell]) -> bool:
        columns = self.head.columns
        for kind, numbers in ((Column.NUMBER, SERIAL.fullmatch), (Column.ARTICLE, _ARTICLE.match)):
            if kind in columns:
                cell = placed.get(columns.index(kind))
                return cell is not None and bool(numbers(cell.words))
        if len(placed) == len(columns):
            return True
        has_body = Column.BODY in columns and columns.index(Column.BODY) in placed
        has_units = any(columns[k] in UNIT_COLUMNS for k in placed)
        dated = Column.DEADLINE not in columns or columns.index(Column.DEADLINE) in placed
        return has_body and has_units and dated

    def _take(self, placed: dict[int, PrintedCell]) -> None:
        columns = self.head.columns
        if self._begins_row(placed) or not self.rows:
            number = None
            if Column.NUMBER in columns and (cell := placed.get(columns.index(Column.NUMBER))):
                number = bare_number(cell.words)
            self.rows.append(OpenRow(number, self.section, {}))
        for k, cell in placed.items():
            self.rows[-1].pieces.setdefault(k, []).append((cell.start, cell.end))


def row_of(sheet: Sheet, columns: Sequence[Column], heads: Mapping[int, Stretch], row: OpenRow) -> Row | None:
    """A row whose lines are read; `heads` are those of columns that are a time each."""
    index, text = sheet.view.index, sheet.view.text
    cells: dict[Column, tuple[Stretch, ...]] = {}
    sections = [row.section] if row.section else []
    printed: Stretch | None = None
    number = row.number
    periods: list[Period] = []
    for k, pieces in sorted(row.pieces.items()):
        column = columns[k]
        stretches = tuple((index(a), index(b)) for a, b in pieces)
        words = "".join(text[a:b] for a, b in stretches)
        if column is Column.NUMBER:
            printed = stretches[0]
        elif column in (Column.SECTION, Column.TASK):
            sections.append(words)
            marker = read_marker(sheet, stretches[0][0]) if column is Column.TASK else None
            number = number or (marker.printed if marker else None)
        elif EMPTY_CELL.match(words):
            continue
        elif column is Column.PERIOD and k in heads:
            periods += [Period(heads[k], s) for s in stretches[:1]]
            if HAN.search(words):
                cells[Column.PLAN] = (*cells.get(Column.PLAN, ()), *stretches)
        else:
            cells[column] = (*cells.get(column, ()), *stretches)
    if Column.BODY not in cells and Column.ARTICLE not in cells:
        return None
    own = [s for column, found in cells.items() if column is not Column.OTHER for s in found]
    return Row(
        number,
        tuple(sections),
        cells,
        merged([*own, *([printed] if printed else [])]),
        printed,
        periods=tuple(periods),
    )
