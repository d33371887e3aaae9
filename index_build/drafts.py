"""Drafts: measures and passages as stretches of the folded view, before their spans are made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from index_build.clauses import Clause
from index_build.model import Role
from index_build.names import UnitHit

Stretch = tuple[int, int]  # folded [start, end)


class Placed(NamedTuple):
    """A clause and the way from its positions to the folded view: they are counted from `origin`, or `places` has the
    folded place of each character of a text that is in pieces (a cell that a page cuts).

    `inherited` marks a clause that a rule or heading gives."""

    clause: Clause
    origin: int = 0
    inherited: bool = False
    places: Sequence[int] | None = None

    def over(self, start: int, end: int) -> Stretch:
        """The folded stretch of [start, end) of the clause's text, from its first character to its last."""
        if self.places is None:
            return self.origin + start, self.origin + end
        return self._place(start), self._place(end - 1) + 1

    def over_each(self, hits: Iterable[UnitHit]) -> list[Stretch]:
        """`over` each of the units."""
        if self.places is None:
            origin = self.origin
            return [(origin + start, origin + end) for _, start, end, _ in hits]
        return [self.over(hit.start, hit.end) for hit in hits]

    def _place(self, at: int) -> int:
        places = self.places or ()
        return places[at] if at < len(places) else places[-1] + 1

    @property
    def stretch(self) -> Stretch:
        clause = self.clause
        return self.over(clause.start, max(clause.start + 1, clause.end))


class Draft(NamedTuple):
    """A measure before its spans are made.

    `body` is its words, `extent` all that a citation covers; `node` is its entry in the outline (-1: none) and
    `style`, `serial` that entry's kind of number and value; `own_line` says that its clause starts a line, `duty` that it is a
    measure only because it asks somebody to report by a day."""

    number: str | None
    section: tuple[str, ...]
    body: tuple[Stretch, ...]
    extent: tuple[Stretch, ...]
    clauses: tuple[Placed, ...] = ()
    plan: tuple[Stretch, ...] = ()
    node: int = -1
    style: str = ""
    serial: int = 0
    own_line: bool = False
    duty: bool = False

    @property
    def start(self) -> int:
        """What measures are ordered by: a row's extent may begin with the head of its column."""
        return min(a for a, _ in (self.body or self.extent))

    @property
    def has_own_clause(self) -> bool:
        clauses = self.clauses  # its own come first, so that one look tells it of most
        return bool(clauses) and (not clauses[0].inherited or any(not held.inherited for held in clauses))

    def with_clause(self, clause: Placed, *, plan: tuple[Stretch, ...] = ()) -> Draft:
        """The draft with a clause that stands elsewhere; what a citation covers grows by it."""
        extent = self.extent if clause.inherited else merged((*self.extent, clause.stretch))
        return self._replace(clauses=(*self.clauses, clause), extent=extent, plan=self.plan + plan)

    def cut_at(self, at: int, clauses: tuple[Placed, ...]) -> Draft:
        """The draft with its words up to `at` alone, and these clauses."""
        body = tuple((a, min(b, at)) for a, b in self.body if a < at)
        extent = tuple((a, min(b, at)) for a, b in self.extent if a < at)
        return self._replace(body=body, extent=extent, clauses=clauses)


class Prose(NamedTuple):
    """A passage before its spans are made."""

    section: tuple[str, ...]
    start: int
    end: int
    number: str | None = None


@dataclass
class Drafts:
    """What a stretch of a paper yields, collected in order."""

    measures: list[Draft] = field(default_factory=list)
    prose: list[Prose] = field(default_factory=list)
    plan_wide: list[Placed] = field(default_factory=list)

    def set_aside(self, draft: Draft) -> None:
        """Make a passage of a measure that turns out to be none."""
        self.measures.remove(draft)
        self.prose.append(Prose(draft.section, draft.extent[0][0], draft.extent[-1][1], draft.number))


def names_lead(clauses: Iterable[Placed]) -> bool:
    return any(role is Role.LEAD for placed in clauses for _, role in placed.clause.units)


def merged(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Stretches in order, those that touch or overlap joined."""
    joined: list[Stretch] = []
    for a, b in sorted(s for s in stretches if s[1] > s[0]):
        if joined and a <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], b))
        else:
            joined.append((a, b))
    return tuple(joined)
