"""From a document to its measures and passages: `extract(document) -> Extraction`.

Papers are found, their tables and running text read into drafts (folded stretches), clauses that stand elsewhere
(in an annex table by article, in a rule for the whole plan) handed to the drafts they hold for; then every value
gets its span.  `Document.span` makes them all.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from index_build.bindings import find_bound_deadlines
from index_build.cards import find_line_cards, read_card_table, with_headings
from index_build.cells import Piece, by_number, roles_in_words, serial_day, without_number
from index_build.clauses import Clause, find_clauses, shifted
from index_build.dates import find_dates, find_deadlines, limit_signs, read_limits
from index_build.defaults import apply_defaults, find_default_limits
from index_build.doubts import doubts_of, guessed_labels, number_gaps, table_doubts
from index_build.drafts import Draft, Drafts, Placed, Prose, Stretch, merged
from index_build.flow import RunningText, is_no_task, letter_breaks, read_flow
from index_build.leads import LeadRules, lead_of_heading, read_lead_rules
from index_build.model import (
    Deadline,
    DeadlineKind,
    Document,
    Extraction,
    Measure,
    Mention,
    Passage,
    Policy,
    Role,
    Span,
)
from index_build.names import UnitHit, is_unit_list, parse_units, without_person
from index_build.outline import Sheet, read_loose, read_marker, read_number, read_sheet
from index_build.own_labels import OwnLabels, find_own_labels
from index_build.papers import Paper, find_papers
from index_build.paragraphs import paragraph_breaks, paragraphs
from index_build.parted import find_parted_tables
from index_build.roles import names_first_lead
from index_build.tables import (
    UNIT_COLUMNS,
    Column,
    Row,
    TaskTable,
    find_flat_tables,
    names_many_units,
    read_table,
    split_table,
)
from index_build.text import tidy

_MARKED_LEAD = re.compile(r"（(?:牵头|主办|主责)[^（）]{0,4}）")
_OFFICES = re.compile(r"(?:[\u4e00-\u9fff]{2,8}(?:处|科|室|股|部|中心)[、，]?)+")
_TIDY = re.compile(r"[A-Za-z#—]")
_NEW_PART = re.compile(r"(?:19|20)?\d{2}年|\d{1,2}月|(?:牵头|责任|配合|完成|长期|持续)")
_REPORTED = re.compile(r"报|提交|反馈|备案")
_REPORT = re.compile(r"，?[^。；，]{0,30}(?:报|提交|反馈|备案)")


def extract(document: Document) -> Extraction:
    """All policies, measures and passages of a document."""
    if not document.text.strip():
        return Extraction(document, (), (), (), document.warnings)
    sheet = read_sheet(document)
    readings: list[Reading] = []
    for paper in find_papers(sheet):
        before = readings[-1] if readings and paper.annex else None
        rule = names_first_lead(sheet.text, paper.start, paper.end) or (
            before is not None and before.first_is_lead
        )
        rules = read_lead_rules(sheet.text[paper.start : paper.end]) or (
            before.lead_rules if before else None
        )
        readings.append(Reading(sheet, paper, rule, rules))
    found = [reading.read() for reading in readings]
    _hand_down(readings, found)
    measures: list[Measure] = []
    passages: list[Passage] = []
    warnings = list(document.warnings)
    signs = limit_signs(sheet.text)
    for reading, drafts in zip(readings, found, strict=True):
        writer = Writer(sheet, reading.paper.policy, reading.breaks, signs, reading.lead_rules)
        worded = [
            d for d in drafts.measures if any(a < b for a, b in d.body)
        ]  # not a number with nothing after it
        ordered = sorted(worded, key=lambda d: d.start)
        own = writer.measures(ordered)
        with_clauses = sum(m.has_clause for m in own) > len(own) / 2
        for measure in own:
            doubts = doubts_of(measure, plan_has_clauses=with_clauses)
            measures.append(replace(measure, doubts=doubts) if doubts else measure)
        passages.extend(writer.passages(drafts.prose))
        warnings.extend(number_gaps(ordered, reading.paper.policy))
        if reading.own_labels:
            warnings.extend(guessed_labels(reading.own_labels.named(sheet), reading.paper.policy))
        warnings.extend(reading.table_doubts())
    policies = tuple(reading.paper.policy for reading in readings)
    return Extraction(document, policies, tuple(measures), tuple(passages), tuple(warnings))


# ---- papers as drafts ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
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
        start, end = self.paper.start, self.paper.end
        index = self.sheet.view.index
        found: list[TaskTable] = []
        for table in (
            part for whole in self.sheet.document.tables for part in split_table(self.sheet, whole)
        ):
            if start <= index(table.start) < end:
                floor = found[-1].end if found else self.paper.body
                task = read_card_table(self.sheet, table, floor) or read_table(self.sheet, table)
                found += [with_headings(self.sheet, task, floor)] if task else []
        return (
            found
            or find_flat_tables(self.sheet, self.paper.body, end)
            or find_parted_tables(self.sheet, self.paper.body, end)
            or find_line_cards(self.sheet, self.paper.body, end)
        )

    def table_doubts(self) -> Iterable[str]:
        """What a person should check of the paper's tables."""
        index, policy = self.sheet.view.index, self.paper.policy
        read = [(table.start, table.end, table.inferred) for table in self.tables]
        for table in self.sheet.document.tables:
            at = index(table.start)
            if not self.paper.start <= at < self.paper.end:
                continue
            inferred = next((inferred for a, b, inferred in read if a <= at < b), None)
            if inferred or (inferred is None and names_many_units(self.sheet, table)):
                opening = self.sheet.view.text[at : self.sheet.line_end(at)]
                yield table_doubts(policy, opening, inferred=bool(inferred))

    @cached_property
    def default_limits(self) -> list[Placed]:
        return find_default_limits(self.sheet, self.paper.start, self.paper.end, self.year)

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
                extent = merged((*row.extent, *(head for head, _ in row.periods)))
                result.measures.append(
                    Draft(number, row.sections, words, extent, clauses, plan, style="row", serial=serial)
                )

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
        if marker and marker.body < body[0][1] and row.number in (None, marker.printed):
            return marker.printed, ((marker.body, body[0][1]), *body[1:])
        return row.number, body

    def _tasks_in_cells(self, table: TaskTable) -> dict[int, list[tuple[str | None, tuple[Stretch, ...]]]]:
        """By row, several tasks of one cell: lines whose numbers count on from row to row."""
        found: dict[int, list[tuple[str | None, tuple[Stretch, ...]]]] = {}
        last = 0
        for serial, row in enumerate(table.rows, start=1):
            body = row.cells.get(Column.BODY, ())
            lines = [line for a, b in body for line in self.sheet.lines_between(a, b)]
            markers = [m for line in lines if (m := read_marker(self.sheet, line.start))]
            if len(body) != 1 or not markers or markers[0].start != body[0][0]:
                return {}
            if [m.number for m in markers] != list(range(last + 1, last + 1 + len(markers))):
                return {}
            last += len(markers)
            ends = [*(m.start for m in markers[1:]), body[0][1]]
            found[serial] = [(m.printed, ((m.body, end),)) for m, end in zip(markers, ends, strict=True)]
        return found if last > len(table.rows) > 1 else {}

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
            text, places = own or self._cell_text(stretches, column in UNIT_COLUMNS and not row.flat)
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
                units = tuple(
                    (hit, Role.LEAD if _MARKED_LEAD.match(text, hit.end) else roles[column])
                    for hit in parse_units(text)
                )
                if units and self.first_is_lead and Column.LEAD not in row.cells:
                    units = ((units[0][0], Role.LEAD), *units[1:])
                found = [Clause(0, len(text), units, (), None, "cell")]
            for clause in found:
                yield Placed(clause, places=places)

    def _cells_of(self, row: Row) -> Iterable[tuple[Column, tuple[Stretch, ...]]]:
        """The cells of units and times; several times of one row, each a date by itself, one by one."""
        for column, stretches in row.cells.items():
            if column in UNIT_COLUMNS:
                yield column, stretches
            elif column is Column.DEADLINE:
                each = [read_limits(self.sheet.view.text[a:b], self.year) for a, b in stretches]
                alone = len(each) > 1 and all(hits and hits[0].last for hits in each)
                yield from ((column, (s,)) for s in stretches) if alone else [(column, stretches)]

    def _period_limits(self, row: Row) -> Iterable[Placed]:
        """What is due in a quarter or month that heads a column is due by its end."""
        for (start, end), _ in row.periods:
            for hit in find_dates(self.sheet.view.text[start:end], self.year)[:1]:
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

    def _cell_text(self, stretches: Sequence[Stretch], units: bool) -> Piece:
        """A cell's text and the folded place of each character; units on lines of their own get a 、 between."""
        if units and len(stretches) > 1:
            return self._joined_units(stretches)
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

    def _joined_units(self, stretches: Sequence[Stretch]) -> Piece:
        """Units of a cell in pieces: a 、 between pieces that each end and begin a unit, none inside a name."""
        pieces = [without_number(piece) for piece in self._cell_lines(stretches)]
        text, places = pieces[0]
        for words, at in pieces[1:]:
            if text[-1] not in "、，；：" and _ends_and_begins(text, words):
                text, places = f"{text}、", [*places, at[0]]
            text, places = text + words, [*places, *at]
        return text, places

    def _unit_cell(self, text: str) -> list[Clause]:
        """A cell for all units: with words for the roles, or a list whose first unit leads."""
        found = find_clauses(f"（{text}）", first_is_lead=True, year=self.year)
        if found:
            return [replace(shifted(c, -1), end=min(len(text), c.end - 1)) for c in found]
        units = tuple((hit, Role.RESPONSIBLE if i else Role.LEAD) for i, hit in enumerate(parse_units(text)))
        return [Clause(0, len(text), units, (), None, "cell")]


def _names_lead(clauses: Sequence[Placed]) -> bool:
    return any(role is Role.LEAD for placed in clauses for _, role in placed.clause.units)


def _ends_and_begins(text: str, words: str) -> bool:
    """Do two pieces hold whole units: sure ones, or the offices of one body (行政审批处, 法规处)?"""
    return all(is_unit_list(piece) or _OFFICES.fullmatch(piece) for piece in (text, words))


def _parted_after_lead(text: str, places: list[int]) -> tuple[str, list[int]]:
    """A 、 after a lead that a note in brackets marks, where none stands: 市工信局（牵头）各县区."""
    for found in reversed(list(_MARKED_LEAD.finditer(text))):
        at = found.end()
        if at < len(text) and text[at] not in "、，；。）":
            text, places = f"{text[:at]}、{text[at:]}", [*places[:at], places[at], *places[at:]]
    return text, places


# ---- clauses that stand elsewhere ------------------------------------------------------------------------------


def _hand_down(readings: Sequence[Reading], found: Sequence[Drafts]) -> None:
    """Give units of annex tables to the articles they name, and rules for a whole plan to its measures."""
    for i, reading in enumerate(readings):
        first = next(j for j in range(i, -1, -1) if not readings[j].paper.annex or j == 0)
        group = range(first, i + 1)
        for table in reading.tables:
            if Column.ARTICLE in table.columns:
                _hand_out_rows(reading, table, [found[j] for j in group])
        _hand_out_tasks(reading.sheet, [found[j] for j in group])
        _keep_letter(readings[first], found[first], [found[j] for j in group])
        for rule in found[i].plan_wide:
            _hand_out_rule(rule, found[i])
        _hand_out_limits([readings[j] for j in sorted({first, i})], found[i])
    for i, drafts in enumerate(found):
        _keep_duties(drafts, [found[j] for j in range(i + 1, len(found)) if readings[j].paper.annex])


def _hand_out_limits(stating: Sequence[Reading], drafts: Drafts) -> None:
    """A time limit that the paper, or the notice that it is the annex of, sets for all measures without one."""
    limits = [limit for reading in stating for limit in reading.default_limits]
    if not limits:
        return
    year, text = stating[-1].year, stating[-1].sheet.text
    timed = [
        any(p.clause.deadlines for p in draft.clauses)
        or any(find_deadlines(text[a:b], year) for a, b in draft.body)
        for draft in drafts.measures
    ]
    drafts.measures[:] = apply_defaults(drafts.measures, limits, timed)


def _keep_duties(drafts: Drafts, annexes: Sequence[Drafts]) -> None:
    """A call for reports (各单位于3月底前将…报…) in the letter or under a heading of organisation is no task of a plan
    that says who does each of its tasks."""
    tasks = [d for found in (drafts, *annexes) for d in found.measures if not d.duty]
    named = sum(any(held.clause.units for held in d.clauses) for d in tasks)
    if 2 * named <= len(tasks):
        return
    for draft in [d for d in drafts.measures if d.duty and not d.has_own_clause]:
        drafts.measures.remove(draft)
        drafts.prose.append(Prose(draft.section, draft.extent[0][0], draft.body[-1][1], draft.number))


_OWN_POINTS = re.compile(
    r"措施|举措|政策|意见|办法|条$"
)  # papers whose points 一、二、三 are what they are about
_MOST_POINTS = 6


def _keep_letter(reading: Reading, drafts: Drafts, group: Sequence[Drafts]) -> None:
    """The points 一、二、三 of a notice that only brings a list of tasks with units are its letter, no tasks."""
    rows = [d for found in group for d in found.measures if d.style == "row" and d.has_own_clause]
    points = [d for d in drafts.measures if d.node >= 0]
    if len(rows) < max(2, len(points)) or _OWN_POINTS.search(reading.paper.policy.title):
        return
    if len(points) > _MOST_POINTS or any(d.has_own_clause or d.style != "han" for d in points):
        return
    for draft in points:
        drafts.measures.remove(draft)
        drafts.prose.append(Prose(draft.section, draft.extent[0][0], draft.body[-1][1], draft.number))


def _hand_out_rows(reading: Reading, table: TaskTable, targets: Sequence[Drafts]) -> None:
    own = targets[-1]
    for row in table.rows:
        named = row.cells.get(Column.ARTICLE, ())
        words = "".join(reading.sheet.text[a:b] for a, b in named)
        wanted = article_numbers(words)
        clauses = tuple(reading.cell_clauses(row))
        hit = False
        for drafts in targets:
            for n, draft in enumerate(drafts.measures):
                if draft.serial in wanted and draft.node >= 0 and not draft.has_own_clause:
                    for clause in clauses:
                        draft = draft.with_clause(clause)
                    drafts.measures[n] = draft
                    hit = True
        body = row.cells.get(Column.BODY, ())
        if not hit and body:
            own.measures.append(Draft(words or None, row.sections, body, row.extent, clauses, style="row"))
    for drafts in targets:
        if any(draft.has_own_clause for draft in drafts.measures):
            _drop_no_tasks(reading.sheet, drafts)


def _hand_out_tasks(sheet: Sheet, targets: Sequence[Drafts]) -> None:
    """Rows of a table that name the plan's own tasks (优化企业开办服务 | 省市场监管局) give these their units.

    Only where most rows do: a table that has words of its own is a list of measures of its own."""
    rows = [(drafts, d) for drafts in targets for d in drafts.measures if d.style == "row"]
    if not rows:
        return
    bare = [
        (drafts, d) for drafts in targets for d in drafts.measures if d.node >= 0 and not d.has_own_clause
    ]
    by_opening: dict[str, list[tuple[Drafts, Draft, str]]] = defaultdict(list)
    for drafts, draft in bare:
        words = _words(sheet, draft)
        by_opening[words[:4]].append((drafts, draft, words))
    pairs = []
    for held, row in rows:
        words = _words(sheet, row).rstrip("。；")
        same = [b for b in by_opening.get(words[:4], []) if len(words) >= 4 and b[2].startswith(words)]
        if len(same) == 1:
            pairs.append((held, row, *same[0][:2]))
    if len(pairs) < 0.6 * len(rows):
        return
    for held, row, drafts, draft in pairs:
        at = drafts.measures.index(draft)
        for clause in row.clauses:
            draft = draft.with_clause(clause)
        drafts.measures[at] = draft
        held.measures.remove(row)


def _words(sheet: Sheet, draft: Draft) -> str:
    return "".join(sheet.text[a:b] for a, b in draft.body)


def _drop_no_tasks(sheet: Sheet, drafts: Drafts) -> None:
    """Articles of purpose and of force become passages once the others have their units."""
    for draft in [d for d in drafts.measures if not d.has_own_clause]:
        if is_no_task(_words(sheet, draft)):
            drafts.measures.remove(draft)
            drafts.prose.append(Prose(draft.section, draft.extent[0][0], draft.body[-1][1], draft.number))


_RANGE = re.compile(
    r"第?(?P<first>[一二三四五六七八九十百\d]+)条?(?:（[^（）]*）)?(?:(?:至|到|-|—|－|~|～)+第?(?P<last>[一二三四五六七八九十百\d]+)条?)?"
)


def article_numbers(text: str) -> set[int]:
    """第三条至第五条、第八条 → {3, 4, 5, 8}; 1-3, 7 → {1, 2, 3, 7}."""
    numbers: set[int] = set()
    for found in _RANGE.finditer(text):
        first = read_number(found["first"])
        last = read_number(found["last"]) if found["last"] else first
        if 0 < first <= last <= first + 200:
            numbers.update(range(first, last + 1))
    return numbers


def _hand_out_rule(rule: Placed, drafts: Drafts) -> None:
    """以下各任务均需…: for the measures after the rule; 以上 and the plan's own name: for all of them."""
    at = rule.stretch[0]
    for n, draft in enumerate(drafts.measures):
        if draft.extent[-1][1] > at:
            drafts.measures[n] = draft.with_clause(rule)


# ---- spans ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Writer:
    """Turns the drafts of one policy into measures and passages; `signs` are the sheet's `limit_signs`."""

    sheet: Sheet
    policy: Policy
    breaks: frozenset[int] | None
    signs: Sequence[int]
    lead_rules: LeadRules | None = None

    def _id(self, start: int, ordinal: int, kind: str) -> str:
        """Stable while the file is: from its hash and the place where the words begin."""
        seed = f"{self.sheet.document.sha256}:{self.sheet.view.offsets[start]}:{self.policy.ordinal}:{ordinal}:{kind}"
        return hashlib.blake2b(seed.encode(), digest_size=8).hexdigest()

    def _spans(self, stretches: Sequence[Stretch]) -> tuple[Span, ...]:
        span = self.sheet.view.span
        return tuple([span(a, b) for a, b in stretches])

    def _text(self, stretches: Sequence[Stretch]) -> str:
        return "".join([self._words(a, b) for a, b in stretches])

    def _words(self, start: int, end: int) -> str:
        """The source's words: `tidy`, by a short way where no Latin words and no page mark can be among them."""
        offsets = self.sheet.view.offsets
        text = self.sheet.document.text[offsets[start] : offsets[end - 1] + 1]
        if len(text) == end - start:
            return text  # nothing was folded
        return tidy(text) if _TIDY.search(text) else "".join(text.split())

    def _pieces(self, stretches: Sequence[Stretch]) -> Sequence[Stretch]:
        """Stretches cut where a page's foot or a sign of stress, left out of the text, stands inside them."""
        if not self.sheet.cuts:
            return stretches
        return [
            piece
            for a, b in stretches
            for piece in itertools.pairwise([a, *(cut for cut in self.sheet.cuts if a < cut < b), b])
        ]

    def measures(self, drafts: Sequence[Draft]) -> list[Measure]:
        return [self._measure(draft, i) for i, draft in enumerate(drafts)]

    def _measure(self, draft: Draft, ordinal: int) -> Measure:
        plan = self._pieces([s for s in draft.plan if s[1] > s[0]])
        body = self._pieces([s for s in draft.body if s[1] > s[0]])
        mentions = self._mentions(draft.clauses)
        if self.lead_rules:
            mentions = self.lead_rules.settle(mentions, self.sheet.document)
        return Measure(
            id=self._id(draft.body[0][0], ordinal, "m"),
            policy=self.policy,
            section=draft.section,
            number=draft.number,
            text=self._text(body),
            parts=self._spans(body),
            extent=self._spans(self._pieces(draft.extent)),
            mentions=mentions,
            deadlines=self._deadlines(draft, plan),
            plan=self._text(plan) if plan else None,
            plan_parts=self._spans(plan),
            has_clause=draft.has_own_clause,
        )

    def _mentions(self, clauses: Iterable[Placed]) -> tuple[Mention, ...]:
        span = self.sheet.view.span
        return tuple(
            [
                Mention(hit.name, role, span(*placed.over(hit.start, hit.end)), hit.kind, placed.inherited)
                for placed in clauses
                for hit, role in ((without_person(unit), role) for unit, role in placed.clause.units)
            ]
        )

    def _deadlines(self, draft: Draft, plan: Sequence[Stretch]) -> tuple[Deadline, ...]:
        span = self.sheet.view.span
        found = [
            Deadline(
                hit.raw, hit.last, hit.kind, span(*placed.over(hit.start, hit.end)), who, placed.inherited
            )
            for placed in draft.clauses
            for hit, who in placed.clause.deadlines
        ]
        units: list[UnitHit] | None = None
        for stretch in (*draft.body, *plan):
            if bisect_left(self.signs, stretch[0]) == bisect_left(self.signs, stretch[1]):
                continue
            if units is None:
                units = [hit for placed in draft.clauses for hit, _ in placed.clause.units]
            for a, b in self._paragraphs(*stretch):
                for hit, who in find_bound_deadlines(self.sheet.view.text[a:b], self.policy.year, units):
                    found.append(Deadline(hit.raw, hit.last, hit.kind, span(a + hit.start, a + hit.end), who))
        return tuple(distinct(found) if len(found) > 1 else found)

    def _paragraphs(self, start: int, end: int) -> Iterable[Stretch]:
        """A stretch cut at paragraph breaks, so that a heading's words do not run into the sentence below it."""
        starts = [line.start for line in self.sheet.lines_between(start + 1, end)]
        cuts = starts if self.breaks is None else [s for s in starts if s in self.breaks]
        return itertools.pairwise([start, *cuts, end])

    def passages(self, prose: Sequence[Prose]) -> list[Passage]:
        return [self._passage(p, i) for i, p in enumerate(sorted(prose, key=lambda p: p.start))]

    def _passage(self, prose: Prose, ordinal: int) -> Passage:
        pieces = self._pieces([(prose.start, prose.end)])
        return Passage(
            id=self._id(prose.start, ordinal, "p"),
            policy=self.policy,
            section=prose.section,
            text=self._text(pieces),
            parts=self._spans(pieces),
            number=prose.number,
        )


def distinct(deadlines: Iterable[Deadline]) -> list[Deadline]:
    """Each limit once, in source order; where text and clause name one day, the one that says whom it binds."""
    kept: list[Deadline] = []
    for deadline in deadlines:
        for i, other in enumerate(kept):
            same_day = other.date == deadline.date and (
                deadline.date is not None or other.raw == deadline.raw
            )
            same_words = deadline.raw in other.raw or other.raw in deadline.raw
            if same_day and (other.who == deadline.who or (not (deadline.who and other.who) and same_words)):
                if deadline.who and not other.who:
                    kept[i] = deadline
                break
        else:
            kept.append(deadline)
    return sorted(kept, key=lambda d: d.span.start)
