"""From drafts to measures and passages: every value gets its span, by way of the view."""

from __future__ import annotations

import hashlib
import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from index_build.clauses.bindings import find_bound_deadlines
from index_build.clauses.leads import LeadRules
from index_build.drafts import Draft, Placed, Prose, Stretch
from index_build.model import Deadline, Measure, Mention, Passage, Policy, make
from index_build.names import UnitHit, without_person
from index_build.sheet import Sheet
from index_build.text import tidy

_PLACE_KIND = re.compile("(?:自治[区州县旗]|地区|[省市县区旗州盟])$")
_TIDY = re.compile(r"[A-Za-z#—]")
_COMMITTEE = ("管委会", "管理委员会", "党工委")
_LEVELS = "省市县区旗州盟"


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
        view = self.sheet.view
        seed = f"{view.document.sha256}:{view.offsets[start]}:{self.policy.ordinal}:{ordinal}:{kind}"
        return hashlib.blake2b(seed.encode(), digest_size=8).hexdigest()

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
        cuts = self.sheet.cuts
        if not cuts:
            return stretches
        return [
            piece
            for a, b in stretches
            for piece in itertools.pairwise([a, *cuts[bisect_right(cuts, a) : bisect_left(cuts, b)], b])
        ]

    def measures(self, drafts: Sequence[Draft]) -> list[Measure]:
        committees = _committees(drafts) if self._has_committees else {}
        return [self._measure(draft, i, committees) for i, draft in enumerate(drafts)]

    def _measure(self, draft: Draft, ordinal: int, committees: Mapping[str, str]) -> Measure:
        plan = self._pieces([s for s in draft.plan if s[1] > s[0]]) if draft.plan else ()
        body = self._pieces([s for s in draft.body if s[1] > s[0]])
        spans = self.sheet.view.spans
        mentions = self._mentions(draft.clauses, committees)
        if self.lead_rules:
            mentions = self.lead_rules.settle(mentions, self.sheet.document)
        return Measure(
            id=self._id(draft.body[0][0], ordinal, "m"),
            policy=self.policy,
            section=draft.section,
            number=draft.number,
            text=self._text(body),
            parts=spans(body),
            extent=spans(self._pieces(draft.extent)),
            mentions=mentions,
            deadlines=self._deadlines(draft, plan),
            plan=self._text(plan) if plan else None,
            plan_parts=spans(plan) if plan else (),
            has_clause=draft.has_own_clause,
        )

    def _mentions(self, clauses: Iterable[Placed], committees: Mapping[str, str]) -> tuple[Mention, ...]:
        """The units of a measure's clauses; `committees` has the full names that the paper prints elsewhere."""
        found: list[Mention] = []
        for placed in clauses:
            units = placed.clause.units
            hits = [without_person(unit) if unit.name[-1] == "）" else unit for unit, _ in units]
            spans = self.sheet.view.spans(placed.over_each(hits))
            for (name, start, end, kind), (_, role), span in zip(hits, units, spans, strict=True):
                if len(name) > end - start:
                    name = self._without_level(name, end - start)
                elif name in committees:
                    name = committees[name]
                found.append(make(Mention, (name, role, span, kind, placed.inherited)))
        return tuple(found)

    def _without_level(self, name: str, size: int) -> str:
        """A name that took a level from the one before it (区水务局、星洲渔业局), of which `size` characters are printed,
        without that level where the paper's own place opens it."""
        printed = name[-size:]
        return printed if self._stems and printed.startswith(self._stems) else name

    @property
    def _has_committees(self) -> bool:
        """May the paper name a park's committee?  Few do, and else no name need be looked at."""
        view, (start, end, _) = self.sheet.view, self.policy.span
        first, last = view.index(start), view.index(end)
        return any(view.text.find(word, first, last) >= 0 for word in _COMMITTEE)

    @cached_property
    def _stems(self) -> tuple[str, ...]:
        """The paper's places without their kind: 星洲 of 星洲区."""
        stems = (_PLACE_KIND.sub("", place) for place in self.policy.place)
        return tuple(stem for stem in stems if len(stem) > 1)

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
            parts=self.sheet.view.spans(pieces),
            number=prose.number,
        )


def _committees(drafts: Iterable[Draft]) -> dict[str, str]:
    """A park's committee stands for itself behind a shared level (市财政局、工业园区管委会), unless the paper also prints
    it with one: bare name → the one full name (市工业园区管委会)."""
    names = {
        hit.name
        for draft in drafts
        for placed in draft.clauses
        for hit, _ in placed.clause.units
        if hit.name.endswith(_COMMITTEE)
    }
    full: dict[str, list[str]] = {}
    for name in names:
        if name[0] in _LEVELS and name[1:] in names:
            full.setdefault(name[1:], []).append(name)
    return {bare: found[0] for bare, found in full.items() if len(found) == 1}


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
