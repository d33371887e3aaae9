"""The cells of units and times of a task table's rows as clauses, each with the folded places of its characters."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index_build.clauses import Clause, find_clauses, of_limits, shifted
from index_build.dates import find_dates, read_limits
from index_build.drafts import Placed, Stretch
from index_build.model import DeadlineKind, Role
from index_build.names import is_unit_list, parse_units
from index_build.sheet import Sheet
from index_build.tables.cells import Piece, by_number, number_of, roles_in_words, serial_day, without_number
from index_build.tables.columns import UNIT_COLUMNS, Column
from index_build.tables.rows import Row
from index_build.text import HAN

_MARKED_LEAD = re.compile(r"（(?:牵头|主办|主责)[^（）]{0,4}）")
_OFFICES = re.compile(r"(?:[\u4e00-\u9fff]{2,8}(?:处|科|室|股|部|中心)[、，]?)+")
_NEW_PART = re.compile(r"(?:19|20)?\d{2}年|\d{1,2}月|(?:牵头|责任|配合|完成|长期|持续)")
_LONGEST_CELL = 2000  # characters of units; more are the rest of a text that only looks like a table


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads the cells of one paper's task tables; `first_is_lead` is its rule for lists of units without roles."""

    sheet: Sheet
    first_is_lead: bool
    year: int | None

    def clauses(
        self, row: Row, number: str | None = None, numbers: Sequence[str | None] = ()
    ) -> Iterable[Placed]:
        """A row's unit and time cells as clauses; of a row of several tasks, those of the task with `number`."""
        roles = {Column.LEAD: Role.LEAD, Column.RESPONSIBLE: Role.RESPONSIBLE}
        if Column.DEADLINE not in row.cells:
            yield from self._period_limits(row)
        for column, stretches in self._cells_of(row):
            own = by_number(self.lines(stretches), number, numbers)
            units = column in UNIT_COLUMNS and not row.flat
            text, places = own or self._cell_text(stretches, units, each_whole=bool(row.marks))
            if column in UNIT_COLUMNS:
                text, places = _parted_after_lead(text, places)
            if column is Column.UNITS:
                found = self._unit_cell(text)
            elif column is Column.DEADLINE:
                day = serial_day(text)
                hits = [day] if day else read_limits(text, self.year)
                found = [of_limits(hits, 0, len(text), "cell")]
            elif column is Column.RESPONSIBLE and (worded := roles_in_words(text, self.year)):
                found = [worded]
            else:
                named = tuple(
                    (hit, Role.LEAD if _MARKED_LEAD.match(text, hit.end) else roles[column])
                    for hit in parse_units(text)
                )
                if column is Column.RESPONSIBLE and len(stretches) > 1:
                    leads = self._leads_in(row)  # of 责任单位 and 建设单位 one may lead
                    named = tuple(unit for unit in named if unit[0].name not in leads)
                if named and self.first_is_lead and Column.LEAD not in row.cells:
                    named = ((named[0][0], Role.LEAD), *named[1:])
                found = [Clause(0, len(text), named, (), None, "cell")]
            for clause in found:
                yield Placed(clause, places=places)

    def _leads_in(self, row: Row) -> set[str]:
        """The names in the cells of a row's leads."""
        cells = row.cells.get(Column.LEAD, ())
        return {hit.name for a, b in cells for hit in parse_units(self.sheet.view.text[a:b])}

    def _cells_of(self, row: Row) -> Iterable[tuple[Column, tuple[Stretch, ...]]]:
        """The cells of units and times; several times of one row, each a date by itself, one by one."""
        for column, stretches in row.cells.items():
            if column in UNIT_COLUMNS:
                yield column, stretches
            elif column is Column.DEADLINE:
                pieces = self.lines(stretches)  # 6月底前建成四座 over 11月底前全部建成
                whole = any(number_of(text) for text, _ in pieces)
                lines = list(stretches) if whole else [(at[0], at[-1] + 1) for _, at in pieces if at]
                each = [read_limits(self.sheet.view.text[a:b], self.year) for a, b in lines]
                alone = len(each) > 1 and all(hits and hits[0].last for hits in each)
                yield from ((column, (s,)) for s in lines) if alone else [(column, stretches)]

    def _period_limits(self, row: Row) -> Iterable[Placed]:
        """What is due in a quarter or month that heads a column is due by its end."""
        signs = [p for p in row.periods if not HAN.search(self.sheet.view.text, *p.cell)]
        # ● from month to month, until the last
        passing = signs[:-1] if len(signs) == len(row.periods) else []
        for (start, end), _, year in (p for p in row.periods if p not in passing):
            for hit in find_dates(self.sheet.view.text[start:end], year or self.year)[:1]:
                if hit.last and self.year and hit.last.year < self.year:
                    continue  # what has been reached already
                limit = hit._replace(kind=DeadlineKind.BY)
                yield Placed(of_limits([limit], hit.start, hit.end, "cell"), start)

    def lines(self, stretches: Sequence[Stretch]) -> list[Piece]:
        """The lines of a cell, each with the folded places of its characters."""
        pieces: list[Piece] = []
        for a, b in stretches:
            starts = [line.start for line in self.sheet.lines_between(a + 1, b)]
            for x, y in itertools.pairwise([a, *starts, b]):
                pieces.append((self.sheet.view.text[x:y], list(range(x, y))))
        return pieces

    def _cell_text(self, stretches: Sequence[Stretch], units: bool, *, each_whole: bool = False) -> Piece:
        """A cell's text and the folded place of each character; units on lines of their own get a 、 between.

        `each_whole` says that every stretch holds whole names, as the heads of a matrix do."""
        if units and len(stretches) > 1:
            return self._joined_units(stretches, each_whole)
        pieces = self.lines(stretches)
        if units:
            pieces = [without_number(piece) for piece in pieces]
        text, places = pieces[0]
        if units and len(pieces) > 1:
            lists = all(is_unit_list(words) and words[-1] not in "、，；" for words, _ in pieces)
        for words, at in pieces[1:]:
            mark = "" if not units else "、" if lists else "；" if _NEW_PART.match(words) else ""
            text, places = f"{text}{mark}{words}", [*places, *at[: len(mark)], *at]
        return text, places

    def _joined_units(self, stretches: Sequence[Stretch], each_whole: bool) -> Piece:
        """Units of a cell in pieces: a sign between pieces that each end and begin a unit, none inside a name; a cell of
        a grid shares no prefix with the one before."""
        grid = self.sheet.document.tables and not each_whole
        cells = {a for a, _ in stretches} if grid else ()
        pieces = [without_number(piece) for piece in self.lines(stretches)]
        text, places = pieces[0]
        for words, at in pieces[1:]:
            if text[-1] not in "、，；：" and (each_whole or _ends_and_begins(text, words)):
                text, places = f"{text}{'，' if at[0] in cells else '、'}", [*places, at[0]]
            text, places = text + words, [*places, *at]
        return text, places

    def _unit_cell(self, text: str) -> list[Clause]:
        """A cell for all units: with words for the roles, or a list whose first unit leads."""
        found = find_clauses(f"（{text}）", first_is_lead=True, year=self.year)
        if found:
            return [shifted(c, -1)._replace(end=min(len(text), c.end - 1)) for c in found]
        units = tuple((hit, Role.RESPONSIBLE if i else Role.LEAD) for i, hit in enumerate(parse_units(text)))
        return [Clause(0, len(text), units, (), None, "cell")]


def _ends_and_begins(text: str, words: str) -> bool:
    """Do two pieces hold whole units: sure ones, or the offices of one body (行政审批处, 法规处)?"""
    return len(text) <= _LONGEST_CELL and all(
        is_unit_list(piece) or _OFFICES.fullmatch(piece) for piece in (text, words)
    )


def _parted_after_lead(text: str, places: list[int]) -> tuple[str, list[int]]:
    """A 、 after a lead that a note in brackets marks, where none stands: 市工信局（牵头）各县区."""
    for found in reversed(list(_MARKED_LEAD.finditer(text))):
        at = found.end()
        if at < len(text) and text[at] not in "、，；。）":
            text, places = f"{text[:at]}、{text[at:]}", [*places[:at], places[at], *places[at:]]
    return text, places
