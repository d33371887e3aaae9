"""Running text as drafts: one of each number, of each of its clauses, and of each paragraph with a clause of its own.

`_Flow.read` tells in which order the ways of finding who and when are tried.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from index_build.clauses import Clause
from index_build.clauses.assigned import find_assigned
from index_build.clauses.labels import Label, label_before
from index_build.clauses.shares import find_shares, give_shares
from index_build.drafts import Draft, Drafts, Placed, Prose, merged
from index_build.flow.bare import TaskList
from index_build.flow.clauses import ClauseReader
from index_build.flow.edges import read_edges
from index_build.flow.entries import Entries
from index_build.flow.footnotes import find_notes, give_notes
from index_build.flow.heads import Heads
from index_build.flow.inherited import (
    inherit_group_clauses,
    inherit_heading_clauses,
    inherit_heading_leads,
    inherit_heading_times,
)
from index_build.flow.parts import join_parts
from index_build.flow.running import CLOSING_LINE, MARKS, WORDS, RunningText
from index_build.flow.shapes import Shapes
from index_build.flow.spoken import Spoken
from index_build.flow.unnumbered import find_unnumbered
from index_build.outline import Node
from index_build.paragraphs import paragraphs

_SIGN_OF_WORD = re.compile(r"\w")
_PART = re.compile(r"（(\d{1,2})）|([①-⑳])")
_SENTENCE_END = re.compile("[。；]")
_PERSON_LINE = 40  # characters that such a line has at most


def read_flow(running: RunningText) -> Drafts:
    """The drafts of a stretch of running text."""
    if running.end <= running.start:
        return Drafts()
    return _Flow(running).read()


class _Flow:
    """The reading of one stretch; `drafts` are its measures so far, `found` what is settled."""

    def __init__(self, running: RunningText) -> None:
        self.notes = find_notes(running)
        if self.notes:
            running = replace(running, end=self.notes[0].start)
        self.running, self.sheet, self.text = running, running.sheet, running.sheet.text
        self.breaks, self.is_duty = running.breaks, running.is_duty
        heads = Heads(running)
        self.tail, self.blotted = heads.tail, heads.blotted
        self.reader = ClauseReader(running, heads)
        self.entries = Entries(running, heads, self.reader)
        self.shapes = Shapes(running, self.entries)
        self.spoken = Spoken(running, self.entries)
        self.found = Drafts()
        self.drafts: list[Draft] = []

    def read(self) -> Drafts:
        """Who and when, looked for farther and farther from a measure's words, each step only for what is still bare.

        1. In the number: clauses of the usual styles, else what its own words say (`spoken`).
        2. By its name: in parts that name numbers (`shares`), else in a list below (`assigned`); in notes whose sign
           it bears (`footnotes`).
        3. At its edges, where most are still bare and most have a clause there (`edges`).
        4. In paragraphs without numbers, where no number has a clause (`unnumbered`).
        5. Around it: in the heading above, then after the last of its group (`inherited`).

        At the end numbers that are no tasks become passages (`bare`), and the others get their headings' times."""
        join_parts(self.entries)
        self._read_entries()
        self._hand_out_shares()
        if self.notes:
            self.drafts = give_notes(self.running, self.drafts, self.notes)
            self._keep((), self.notes[0].start, self.notes[-1].end)
        self.drafts = read_edges(self.running, self.drafts)
        if self._take_unnumbered():
            return self.found
        for inherit in (inherit_heading_clauses, inherit_heading_leads, inherit_group_clauses):
            self.drafts = inherit(self.entries, self.drafts)
        self.drafts, left = TaskList(self.entries, self.drafts).settled()
        for draft in left:
            self._keep(draft.section, draft.extent[0][0], draft.body[-1][1], draft.number)
        self.found.measures = inherit_heading_times(self.entries, self.drafts)
        self.found.plan_wide = self.reader.plan_wide
        return self.found

    def _read_entries(self) -> None:
        """Each entry that is no part of another, and what stands before the first and after the last."""
        entries, running = self.entries, self.running
        first = entries.nodes[0].start if entries.nodes else running.end
        self._plain((), running.start, min(first, self.tail))
        for n, node in enumerate(entries.nodes):
            if n in entries.absorbed:
                continue
            if node.style.startswith("heading") or node.style == "label":
                section = (*entries.section(n), entries.heading(n))
                self._plain(section, entries.heading_end(n), entries.stop(n), headed=True)
            elif entries.closing.get(n):
                self._with_clauses(n)
            elif entries.has_children(n):
                self._heading_text(n)
            else:
                self.drafts.append(self._bare(n))
        if self.tail < running.end:
            self._keep((), self.tail, running.end)

    def _take_unnumbered(self) -> bool:
        """Take the paragraphs that open with who does them, where no number has a clause and more of them do."""
        if any(draft.has_own_clause for draft in self.drafts):
            return False
        found = find_unnumbered(self.running, self.tail)
        if len(found) <= len(self.drafts):
            return False
        self.found = Drafts(measures=found)
        points = [
            self.running.start,
            *(at for draft in found for at in (draft.extent[0][0], draft.extent[-1][1])),
        ]
        for start, end in zip(points[::2], [*points[1::2], self.running.end], strict=True):
            self._keep((), start, end)
        return True

    def _hand_out_shares(self) -> None:
        """Give measures the units that the paper gives to their numbers; the words of it are no measure's."""
        heads = {node.start for node in self.entries.nodes}
        shares = find_shares(
            self.sheet,
            self.running.start,
            self.running.end,
            heads,
            self.running.clauses_in,
            is_wrapped=self.breaks is not None,
        )
        own = [d for d in self.drafts if d.node >= 0]
        if not shares and 2 * sum(d.has_own_clause for d in own) < len(own):
            begin, end = own[-1].body[0][0], self.running.end
            shares = find_assigned(self.sheet, begin, end, self.breaks, self.running.whole_clause)
        numbered = {d.serial for d in own}
        shares = [share for share in shares if share.numbers & numbered]
        if not shares:
            return
        self.drafts = give_shares(self.drafts, shares)
        for share in shares:
            self._keep((), share.start, min(share.end, self.tail))

    def _bare(self, n: int) -> Draft:
        node = self.entries.nodes[n]
        stop = self._bare_stop(n)
        self._rest(self.entries.section(n), stop, self.entries.stop(n))
        own = [Placed(c, node.body) for c in self.entries.inner.get(n, [])]
        if n in self.spoken.agents:
            own = [self.spoken.agents[n]]
        elif not own:
            own = self.spoken.in_sentence(n, stop)
        return self._numbered(n, node.body, stop, own)

    def _numbered(self, n: int, begin: int, stop: int, clauses: Sequence[Placed]) -> Draft:
        """The measure of a number's words [begin, stop)."""
        node = self.entries.nodes[n]
        return Draft(
            self.entries.number(n),
            self.entries.section(n),
            ((begin, stop),),
            ((node.start, stop),),
            tuple(clauses),
            node=n,
            style=node.style,
            serial=node.number,
        )

    def _bare_stop(self, n: int) -> int:
        """Where a number without a clause ends: before closing paragraphs that no other number of its kind has."""
        node, stop = self.entries.nodes[n], self.entries.stop(n)
        lines = self.sheet.lines_between(node.body + 1, stop)
        for line in self.sheet.lines_headed("本附抄出列请缺", node.body + 1, stop):
            if CLOSING_LINE.match(self.text, line.start):
                return line.start
        if (
            self.breaks is None
            and lines
            and self.text[lines[0].start - 1] == "。"
            and self.shapes.is_one_line(node.style)
        ):
            return lines[0].start
        return stop

    def _heading_text(self, n: int) -> None:
        """What follows a heading before its first entry, kept as a passage together with the heading."""
        stop = min(self.entries.nodes[n].end, self.tail)
        if _SIGN_OF_WORD.search(self.text, self.entries.heading_end(n), stop):
            self._keep(
                self.entries.section(n), self.entries.nodes[n].start, stop, self.entries.nodes[n].printed
            )

    def _plain(self, section: tuple[str, ...], start: int, end: int, *, headed: bool = False) -> None:
        """Plain text: passages; a paragraph with a clause of its own is a measure without a number.

        Under a heading (`headed`) one clause on a line of its own closes all paragraphs above it."""
        if end <= start:
            return
        cursor = start
        closing = self.reader.clauses_in(start, end)[0]
        for clause in closing:
            at = start + clause.start
            begin = self._paragraph_start(cursor, at)
            if headed and len(closing) == 1 and self.sheet.at_line_start(at):
                begin = start
            if begin > cursor > start:
                cursor = self._finish_paragraph(cursor, begin)
            self._keep(section, cursor, begin)
            self._draft(None, section, begin, at, Placed(clause, start), -1)
            cursor = start + clause.end
        if cursor > start and self.drafts:
            cursor = self._finish_paragraph(cursor, end)
        for a, b in paragraphs(self.sheet, cursor, end, self.breaks):
            if self.is_duty(a, b):
                self.drafts.append(Draft(None, section, ((a, b),), ((a, b),)))
            else:
                self._rest(section, a, b)

    def _keep(self, section: tuple[str, ...], start: int, end: int, number: str | None = None) -> None:
        if end > start:
            for a, b in paragraphs(self.sheet, start, end, self.breaks):
                self.found.prose.append(Prose(section, a, b, number))

    def _rest(self, section: tuple[str, ...], cursor: int, end: int) -> None:
        while cursor < end and self.text[cursor] in MARKS:
            cursor += 1
        if cursor < end and WORDS.search(self.text, cursor, end):
            self._keep(section, cursor, end)

    def _paragraph_start(self, cursor: int, at: int) -> int:
        """The start of the paragraph that a clause at `at` closes (the one above, for a clause on a line of its own)."""
        starts = [line.start for line in self.sheet.lines_between(cursor, at)]
        if self.breaks is not None:
            starts = [s for s in starts if s in self.breaks]
        return max([cursor, *starts[-1:]])

    def _draft(
        self, number: str | None, section: tuple[str, ...], begin: int, at: int, clause: Placed, n: int
    ) -> None:
        """Add the measure of the words [begin, at) that `clause` closes; a further clause right after one joins it."""
        while begin < at and (self.text[begin] in MARKS or self.text.startswith("——", begin)):
            begin += 1 + (self.text[begin] == "—")
        before = bisect_left(self.blotted, (at, at)) - 1
        if before >= 0 and self.blotted[before][1] == at and self.blotted[before][0] > begin:
            at = self.blotted[before][0]
        near = max(begin, at - _PERSON_LINE)
        if (person := self._person_before(near, at)) is not None:
            at = person
        stop = clause.stretch[1]
        plan = (clause.over(*clause.clause.plan),) if clause.clause.plan else ()
        if begin >= at:
            if self.drafts and 0 <= begin - self.drafts[-1].extent[-1][1] <= 2:
                self.drafts[-1] = self.drafts[-1].with_clause(clause, plan=plan)
            return
        node = self.entries.nodes[n] if n >= 0 else None
        self.drafts.append(
            Draft(
                number,
                section,
                ((begin, at),),
                ((begin, stop),),
                (clause,),
                plan,
                node=n,
                style=node.style if node else "",
                serial=node.number if node else 0,
                own_line=self.sheet.at_line_start(at),
            )
        )

    def _person_before(self, start: int, end: int) -> int | None:
        """Where a labelled person (责任领导：某某) stands that ends at `end`: in the extent of a measure, not in its words."""
        colon = self.text.rfind("：", start, end)
        label = label_before(self.text, colon, start) if colon > 0 else None
        if label is None or label[0] is not Label.PERSON or _SENTENCE_END.search(self.text, colon, end - 1):
            return None
        at = label[1]
        return at if self.sheet.at_line_start(at) or self.text[at - 1] in MARKS else None

    def _with_clauses(self, n: int) -> None:
        """A number with clauses: one measure each, of the words since the clause before."""
        node, stop, section = self.entries.nodes[n], self.entries.stop(n), self.entries.section(n)
        closing = self.entries.closing[n]
        number = self.entries.number(n)
        if self.shapes.opens_with_clause(n):
            self._with_clause_before(n)
            return
        parts = self._has_parts(node, closing)
        spread = not parts and self.shapes.is_spread(n)
        if spread:
            section = (*section, self.entries.heading(n))
            self.entries.spread.add(n)
        cursor = self.entries.heading_end(n) if spread else node.body
        for i, clause in enumerate(closing):
            at = node.body + clause.start
            begin, label = cursor, number
            if parts:
                begin, label = self._part(cursor, at, number, i)
                if i == 0:
                    self._keep(section, node.start, self._before_part(begin), number)
            elif spread or (i > 0 and self.running.begins_paragraph(cursor)):
                begin, label = self._paragraph_start(cursor, at), None
                self._keep(section, cursor, begin, number)
            self._draft(label, section, begin, at, Placed(clause, node.body), n)
            cursor = node.body + clause.end
        if self.drafts and (n in self.entries.details or self.shapes.is_titled(n)):
            self._add_details(cursor, stop)
            return
        if len(closing) == 1 and self.drafts:
            cursor = self._finish_paragraph(cursor, stop)
        self._rest(section, cursor, stop)

    def _with_clause_before(self, n: int) -> None:
        """A number whose clause stands before its words."""
        node, stop, clause = self.entries.nodes[n], self.entries.stop(n), self.entries.closing[n][0]
        begin = node.body + clause.end
        while self.text[begin] in MARKS:
            begin += 1
        self.drafts.append(self._numbered(n, begin, stop, [Placed(clause, node.body)]))

    def _finish_paragraph(self, cursor: int, stop: int) -> int:
        """Give the last measure the words between its clause and the end of its paragraph; where that is."""
        starts = (line.start for line in self.sheet.lines_between(cursor, stop))
        end = next((s for s in starts if self.breaks is None or s in self.breaks), stop)
        self._add_details(cursor, end)
        return end

    def _add_details(self, start: int, stop: int) -> None:
        """Numbers under a measure that has its clause already are further words of it."""
        last = self.drafts[-1]
        ended = self.text[last.body[-1][1] - 1] in MARKS
        while ended and start < stop and self.text[start] in MARKS:
            start += 1
        if start < stop and WORDS.search(self.text, start, stop):
            self.drafts[-1] = last._replace(
                body=(*last.body, (start, stop)), extent=merged((*last.extent, (start, stop)))
            )

    def _has_parts(self, node: Node, closing: Sequence[Clause]) -> bool:
        """Do run-in parts （1）…（2）… carry the clauses of this number?"""
        if len(closing) < 2:
            return False
        between = self.text[node.body + closing[0].end : node.body + closing[1].start]
        return bool(_PART.match(between.lstrip(MARKS)))

    def _part(self, cursor: int, at: int, number: str | None, i: int) -> tuple[int, str | None]:
        marks = list(_PART.finditer(self.text, cursor, at))
        if not marks:
            return cursor, number
        ones = [m for m in marks if m.group(1) == "1" or m.group(2) == "①"]
        mark = ones[0] if i == 0 and ones else marks[0]
        label = f"（{mark.group(1)}）" if mark.group(1) else mark.group(2)
        if self.entries.nodes and number and re.fullmatch(r"\d+（\d+）", number):
            number = number.partition("（")[0]  # a further part on the line of part （1）
        return mark.end(), f"{number}{label}" if number else mark.group(1) or mark.group(2)

    def _before_part(self, begin: int) -> int:
        found = re.search(r"(?:（\d{1,2}）|[①-⑳])$", self.text[max(0, begin - 4) : begin])
        return begin - (len(found.group()) if found else 0)
