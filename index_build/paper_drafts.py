"""One paper as drafts: its covering letter, its tables and the running text between them.

`PaperReading` knows the rules that hold in the paper, and in which order its parts are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from index_build.clauses.assigned import read_duty_lines, read_duty_table
from index_build.clauses.defaults import find_default_limits, find_default_units, ruling_sentences
from index_build.clauses.leads import LeadRules
from index_build.clauses.own_labels import OwnLabels, find_own_labels
from index_build.clauses.shares import Share
from index_build.dates import find_deadlines
from index_build.doubts import table_doubts
from index_build.drafts import Draft, Drafts, Placed, Prose, Stretch
from index_build.flow import RunningText, letter_breaks, read_flow
from index_build.model import DeadlineKind
from index_build.papers import Paper
from index_build.paragraphs import paragraph_breaks, paragraphs
from index_build.sheet import Sheet
from index_build.table_drafts import table_drafts
from index_build.tables.cards import find_line_cards, read_card_table, read_learned_cards, with_headings
from index_build.tables.cell_clauses import CellReader
from index_build.tables.columns import Column
from index_build.tables.drawn import find_drawn_tables
from index_build.tables.flat import find_flat_tables
from index_build.tables.grids import split_table
from index_build.tables.parted import find_parted_tables
from index_build.tables.rows import TaskTable, names_many_units, read_table
from index_build.tables.rows_above import with_rows_above
from index_build.tables.torn import find_torn_tables

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
        table, the surest signs first: a head on every page, drawn rules, tabs and runs of blanks, labels, words of cells whose places are lost."""
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
            or find_drawn_tables(self.sheet, self.paper.body, end)
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
    def cells(self) -> CellReader:
        return CellReader(self.sheet, self.first_is_lead, self.year)

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
            if Column.ARTICLE not in table.columns:  # else its units go to the articles that it names
                self._rows(table, result)
            at = max(at, table.end)
        self._flow(at, max(at, self.paper.closing), result)
        for a, b in paragraphs(self.sheet, max(at, self.paper.closing), self.paper.end, self.breaks):
            result.prose.append(Prose((), a, b))
        return result

    def _rows(self, table: TaskTable, result: Drafts) -> None:
        for a, b in table.notes:
            result.prose.extend(Prose((), x, y) for x, y in paragraphs(self.sheet, a, b, None))
        result.prose.extend(Prose((), a, b) for a, b in table.headings)
        result.measures.extend(table_drafts(self.sheet, table, self.cells))

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

    def running(self, start: int, end: int) -> RunningText:
        """Folded [start, end) of the paper as running text, with the rules that hold in it."""
        return RunningText(
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

    def _flow(self, start: int, end: int, result: Drafts) -> None:
        found = read_flow(self.running(start, end))
        result.measures.extend(found.measures)
        result.prose.extend(found.prose)
        result.plan_wide.extend(found.plan_wide)
