"""One paper as drafts: its covering letter, its tables and the running text between them.

`PaperReading` knows the rules that hold in the paper, and how the cells of its task tables become clauses.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from index_build.clauses import Clause, find_clauses, shifted
from index_build.clauses.assigned import read_duty_lines, read_duty_table
from index_build.clauses.defaults import find_default_limits, find_default_units, ruling_sentences
from index_build.clauses.leads import LeadRules, lead_of_heading
from index_build.clauses.own_labels import OwnLabels, find_own_labels
from index_build.clauses.shares import Share
from index_build.dates import find_dates, find_deadlines, read_limits
from index_build.doubts import table_doubts
from index_build.drafts import Draft, Drafts, Placed, Prose, Stretch, merged
from index_build.flow import RunningText, letter_breaks, read_flow
from index_build.model import DeadlineKind, Role
from index_build.names import is_unit_list, parse_units
from index_build.outline import read_loose, read_marker
from index_build.papers import Paper
from index_build.paragraphs import paragraph_breaks, paragraphs
from index_build.sheet import Sheet
from index_build.tables.cards import find_line_cards, read_card_table, read_learned_cards, with_headings
from index_build.tables.cells import Piece, by_number, number_of, roles_in_words, serial_day, without_number
from index_build.tables.columns import HAN, UNIT_COLUMNS, Column
from index_build.tables.flat import find_flat_tables
from index_build.tables.grids import split_table
from index_build.tables.parted import find_parted_tables
from index_build.tables.rows import Row, TaskTable, names_many_units, read_table
from index_build.tables.rows_above import with_rows_above
from index_build.tables.spoken_rows import with_spoken_units
from index_build.tables.torn import find_torn_tables

_MARKED_LEAD = re.compile(r"（(?:牵头|主办|主责)[^（）]{0,4}）")
_OFFICES = re.compile(r"(?:[\u4e00-\u9fff]{2,8}(?:处|科|室|股|部|中心)[、，]?)+")
_NEW_PART = re.compile(r"(?:19|20)?\d{2}年|\d{1,2}月|(?:牵头|责任|配合|完成|长期|持续)")
_LONGEST_CELL = 2000  # characters of units; more are the rest of a text that only looks like a table
_REPORTED = re.compile(r"报|提交|反馈|备案")
_REPORT = re.compile(r"，?[^。；，]{0,30}(?:报|提交|反馈|备案)")


@dataclass(frozen=True)
class PaperReading:
    """One paper being read; `first_is_lead` is its rule for lists of units without roles."""

    sheet: Sheet
    paper: Paper
    first_is_lead: bool
    lead_rules: LeadRules | None = None

    @property
    def year(self) -> int | None:
        return self.paper.policy.year

    @cached_property
    def breaks(self) -> frozenset[int] | None:
        breaks = paragraph_breaks(self.sheet, self.paper.start, self.paper.end)
        return None if breaks is None else breaks | {limit.origin for limit in self.default_limits}

    @cached_property
    def own_labels(self) -> OwnLabels | None:
        return find_own_labels(self.sheet, self.paper.body, self.paper.end, self.year)

    @cached_property
    def tables(self) -> list[TaskTable]:
        return [with_rows_above(self.sheet, table) for table in self._found_tables()]

    def _found_tables(self) -> list[TaskTable]:
        """The task tables: those of the document, each read as cards or rows; where none is, what lines keep of a
        table, the surest signs first: a head on every page, tabs and runs of blanks, labels, words of cells whose places are lost."""
        if self._duty_lines:
            return []
        start, end = self.paper.start, self.paper.end
        index = self.sheet.view.index
        found: list[TaskTable] = []
        for table in (
            part for whole in self.sheet.tables_near(start, end) for part in split_table(self.sheet, whole)
        ):
            if start <= index(table.start) < end and table.start not in self._duty_tables:
                floor = found[-1].end if found else self.paper.body
                task = (
                    read_card_table(self.sheet, table, floor)
                    or read_table(self.sheet, table)
                    or read_learned_cards(self.sheet, table)
                )
                found += [with_headings(self.sheet, task, floor)] if task else []
        return (
            found
            or find_flat_tables(self.sheet, self.paper.body, end)
            or find_parted_tables(self.sheet, self.paper.body, end)
            or find_line_cards(self.sheet, self.paper.body, end)
            or find_torn_tables(self.sheet, self.paper.body, end)
        )

    @cached_property
    def _duty_tables(self) -> dict[int, list[Share]]:
        """By where it begins, what a table gives to numbers, unit by unit."""
        start, end, index = self.paper.start, self.paper.end, self.sheet.view.index
        here = [table for table in self.sheet.tables_near(start, end) if index(table.start) >= start]
        return {t.start: shares for t in here if (shares := read_duty_table(self.sheet, t))}

    @cached_property
    def _duty_lines(self) -> list[Share]:
        """The same as the lines of an annex without tables keep it."""
        if not self.paper.annex or self.sheet.document.tables:
            return []
        return read_duty_lines(self.sheet, self.paper.body, self.paper.end)

    @property
    def duty_shares(self) -> list[Share]:
        return [*self._duty_lines, *(share for shares in self._duty_tables.values() for share in shares)]

    def table_doubts(self) -> Iterable[str]:
        """What a person should check of the paper's tables."""
        index, policy = self.sheet.view.index, self.paper.policy
        read = [(table.start, table.end, table.inferred) for table in self.tables]
        for table in self.sheet.tables_near(self.paper.start, self.paper.end):
            at = index(table.start)
            if at < self.paper.start:
                continue
            inferred = next((inferred for a, b, inferred in read if a <= at < b), None)
            if inferred or (inferred is None and names_many_units(self.sheet, table)):
                opening = self.sheet.view.text[at : self.sheet.line_end(at)]
                yield table_doubts(policy, opening, inferred=bool(inferred))

    @cached_property
    def default_limits(self) -> list[Placed]:
        return find_default_limits(
            self.sheet, self.paper.start, self.paper.end, self.year, self._ruling_sentences
        )

    @cached_property
    def default_units(self) -> list[Placed]:
        return find_default_units(self.sheet, self._ruling_sentences)

    @cached_property
    def _ruling_sentences(self) -> list[Stretch]:
        return ruling_sentences(self.sheet, self.paper.start, self.paper.end)

    @property
    def body(self) -> int:
        """Where the letter ends: a title inside a table is still a part of the table."""
        return min([self.paper.body, *(table.start for table in self.tables)])

    def read(self) -> Drafts:
        result = Drafts()
        self._letter(result)
        at = self.body
        for table in self.tables:
            self._flow(at, table.start, result)
            self._rows(table, result)
            at = max(at, table.end)
        self._flow(at, max(at, self.paper.closing), result)
        for a, b in paragraphs(self.sheet, max(at, self.paper.closing), self.paper.end, self.breaks):
            result.prose.append(Prose((), a, b))
        return result

    def _letter(self, result: Drafts) -> None:
        """A covering letter: passages; a paragraph that asks for reports by a day is a measure of its own."""
        start, end = self.paper.start, self.body
        if end <= start:
            return
        for a, b in paragraphs(self.sheet, start, end, letter_breaks(self.sheet, start, end, self.breaks)):
            if self.is_duty(a, b):
                result.measures.append(Draft(None, (), ((a, b),), ((a, b),), duty=True))
            else:
                result.prose.append(Prose((), a, b))

    def is_duty(self, start: int, end: int) -> bool:
        """Does the text ask for a report by a day that it names?"""
        text = self.sheet.text[start:end]
        if not _REPORTED.search(text):
            return False
        return any(
            hit.last is not None and hit.kind is DeadlineKind.BY and _REPORT.match(text, hit.end)
            for hit in find_deadlines(text, self.year)
        )

    def _flow(self, start: int, end: int, result: Drafts) -> None:
        running = RunningText(
            self.sheet,
            start,
            end,
            breaks=self.breaks,
            first_is_lead=self.first_is_lead,
            year=self.year,
            is_duty=self.is_duty,
            title=self.paper.policy.title,
            own_labels=self.own_labels,
        )
        found = read_flow(running)
        result.measures.extend(found.measures)
        result.prose.extend(found.prose)
        result.plan_wide.extend(found.plan_wide)

    def _rows(self, table: TaskTable, result: Drafts) -> None:
        if Column.ARTICLE in table.columns:
            return  # read when all papers are: its units go to the articles it names
        for a, b in table.notes:
            result.prose.extend(Prose((), x, y) for x, y in paragraphs(self.sheet, a, b, None))
        result.prose.extend(Prose((), a, b) for a, b in table.headings)
        parts, lead = self._tasks_in_cells(table) or self._numbered_cards(table), self._lead_of(table)
        drafts: list[Draft] = []
        for serial, row in enumerate(table.rows, start=1):
            body = row.cells.get(Column.BODY, ())
            if not body:
                continue
            plan = row.cells.get(Column.PLAN, ())
            tasks = parts.get(serial) or [self._row_words(row, body)]
            numbers = [number for number, _ in tasks] if serial in parts else []
            for number, words in tasks:
                clauses = tuple(self.cell_clauses(row, number, numbers))
                if lead and not _names_lead(clauses):
                    clauses = (*clauses, lead)
                extent = merged((*row.extent, *(period.head for period in row.periods)))
                drafts.append(
                    Draft(number, row.sections, words, extent, clauses, plan, style="row", serial=serial)
                )
        result.measures.extend(with_spoken_units(self.sheet, table, drafts))

    def _lead_of(self, table: TaskTable) -> Placed | None:
        """The units that the heading above a table names as those of all its tasks (一、县教育局牵头任务)."""
        if not table.headings or Column.LEAD in table.columns or Column.UNITS in table.columns:
            return None
        start, end = table.headings[-1]
        marker = read_marker(self.sheet, start)
        begin = marker.body if marker else start
        return lead_of_heading(self.sheet.text, begin, end)

    def _row_words(self, row: Row, body: tuple[Stretch, ...]) -> tuple[str | None, tuple[Stretch, ...]]:
        """A row's number and words; a number that opens the words is the row's where it has no other."""
        marker = read_marker(self.sheet, body[0][0])
        steps = marker is not None and marker.style == "round" and "（2）" in self.sheet.text[slice(*body[0])]
        if marker and not steps and marker.body < body[0][1] and row.number in (None, marker.printed):
            return marker.printed, ((marker.body, body[0][1]), *body[1:])
        return row.number, body

    def _tasks_in_cells(self, table: TaskTable) -> dict[int, list[tuple[str | None, tuple[Stretch, ...]]]]:
        """By row, several tasks of one cell: lines whose numbers count on from row to row, or begin anew in each row
        whose times or units bear the same numbers."""
        found: dict[int, list[tuple[str | None, tuple[Stretch, ...]]]] = {}
        last = said = 0
        for serial, row in enumerate(table.rows, start=1):
            body = row.cells.get(Column.BODY, ())
            starts = [
                at for a, b in body for at in (a, *(x.start for x in self.sheet.lines_between(a + 1, b)))
            ]
            markers = [m for at in starts if (m := read_marker(self.sheet, at))]
            if len(body) != 1 or not markers or markers[0].start != body[0][0]:
                return {}
            anew = serial > 1 and markers[0].number == 1 and said > 0
            last = 0 if anew else last
            if [m.number for m in markers] != list(range(last + 1, last + 1 + len(markers))):
                return {}
            last += len(markers)
            said += self._bears_numbers(row, [m.printed for m in markers])
            ends = [*(m.start for m in markers[1:]), body[0][1]]
            found[serial] = [(m.printed, ((m.body, end),)) for m, end in zip(markers, ends, strict=True)]
        count = sum(map(len, found.values()))
        restarts = last < count
        return found if count > len(table.rows) > 1 and (not restarts or 2 * said > len(found)) else {}

    def _bears_numbers(self, row: Row, numbers: Sequence[str | None]) -> bool:
        """Do the lines of a row's cell of times or units bear the numbers of its tasks?"""
        for column, stretches in row.cells.items():
            if len(numbers) > 1 and column in (*UNIT_COLUMNS, Column.DEADLINE):
                named = [number_of(text) for text, _ in self._cell_lines(stretches)]
                if named == list(numbers):
                    return True
        return False

    def _numbered_cards(self, table: TaskTable) -> dict[int, list[tuple[str | None, tuple[Stretch, ...]]]]:
        """By row, the task of a card whose words open with a bare number, as those of all cards do, counted from 1."""
        if table.columns or any(row.number for row in table.rows):
            return {}
        found: dict[int, list[tuple[str | None, tuple[Stretch, ...]]]] = {}
        for serial, row in enumerate(table.rows, start=1):
            body = row.cells.get(Column.BODY, ())
            marker = read_loose(self.sheet, body[0][0]) if body else None
            if marker is None or marker.number != serial:
                return {}
            found[serial] = [(marker.printed, ((marker.body, body[0][1]), *body[1:]))]
        return found

    def cell_clauses(
        self, row: Row, number: str | None = None, numbers: Sequence[str | None] = ()
    ) -> Iterable[Placed]:
        """A row's unit and time cells as clauses; of a row of several tasks, those of the task with `number`."""
        roles = {Column.LEAD: Role.LEAD, Column.RESPONSIBLE: Role.RESPONSIBLE}
        if Column.DEADLINE not in row.cells:
            yield from self._period_limits(row)
        for column, stretches in self._cells_of(row):
            own = by_number(self._cell_lines(stretches), number, numbers)
            units = column in UNIT_COLUMNS and not row.flat
            text, places = own or self._cell_text(stretches, units, each_whole=bool(row.marks))
            if column in UNIT_COLUMNS:
                text, places = _parted_after_lead(text, places)
            if column is Column.UNITS:
                found = self._unit_cell(text)
            elif column is Column.DEADLINE:
                day = serial_day(text)
                hits = [day] if day else read_limits(text, self.year)
                found = [Clause(0, len(text), (), tuple((hit, None) for hit in hits), None, "cell")]
            elif column is Column.RESPONSIBLE and (worded := roles_in_words(text, self.year)):
                found = [worded]
            else:
                named = tuple(
                    (hit, Role.LEAD if _MARKED_LEAD.match(text, hit.end) else roles[column])
                    for hit in parse_units(text)
                )
                if named and self.first_is_lead and Column.LEAD not in row.cells:
                    named = ((named[0][0], Role.LEAD), *named[1:])
                found = [Clause(0, len(text), named, (), None, "cell")]
            for clause in found:
                yield Placed(clause, places=places)

    def _cells_of(self, row: Row) -> Iterable[tuple[Column, tuple[Stretch, ...]]]:
        """The cells of units and times; several times of one row, each a date by itself, one by one."""
        for column, stretches in row.cells.items():
            if column in UNIT_COLUMNS:
                yield column, stretches
            elif column is Column.DEADLINE:
                pieces = self._cell_lines(stretches)  # 6月底前建成四座 over 11月底前全部建成
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
                yield Placed(Clause(hit.start, hit.end, (), ((limit, None),), None, "cell"), start)

    def _cell_lines(self, stretches: Sequence[Stretch]) -> list[Piece]:
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
        pieces = self._cell_lines(stretches)
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
        """Units of a cell in pieces: a 、 between pieces that each end and begin a unit, none inside a name."""
        pieces = [without_number(piece) for piece in self._cell_lines(stretches)]
        text, places = pieces[0]
        for words, at in pieces[1:]:
            if text[-1] not in "、，；：" and (each_whole or _ends_and_begins(text, words)):
                text, places = f"{text}、", [*places, at[0]]
            text, places = text + words, [*places, *at]
        return text, places

    def _unit_cell(self, text: str) -> list[Clause]:
        """A cell for all units: with words for the roles, or a list whose first unit leads."""
        found = find_clauses(f"（{text}）", first_is_lead=True, year=self.year)
        if found:
            return [shifted(c, -1)._replace(end=min(len(text), c.end - 1)) for c in found]
        units = tuple((hit, Role.RESPONSIBLE if i else Role.LEAD) for i, hit in enumerate(parse_units(text)))
        return [Clause(0, len(text), units, (), None, "cell")]


def _names_lead(clauses: Sequence[Placed]) -> bool:
    return any(role is Role.LEAD for placed in clauses for _, role in placed.clause.units)


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
