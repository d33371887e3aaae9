"""The things that documents are made of.  Everything here is frozen; nothing here reads files or the clock.

A *file* is read into a `Document`: one immutable text, its pages, headings and real tables.  A document holds
one or more `Policy`s; a policy yields `Measure`s (numbered tasks with who and when) and `Passage`s (the prose
around them, which can answer a question but names no task).  Every value that was read out of the source
carries its own `Span`, and only `Document.span` makes spans, so that page and offsets cannot disagree.
What a document holds by the thousand is a named tuple, which is made in half the time of a frozen dataclass.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import ClassVar, NamedTuple

# A named tuple's own constructor is a Python function; where values are made by the thousand, this makes the same value
# of its fields, in order, in half the time: make(Span, (start, end, page)).
make = tuple.__new__


class Span(NamedTuple):
    """Half-open character offsets [start, end) into `Document.text`, and the page on which it starts."""

    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the source: its printed number and where its text starts in `Document.text`."""

    number: int
    start: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that the format itself marks (docx style, <h2>, #), level 1 the highest."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: where its text stands, and the grid places it covers (rows and columns from 0)."""

    start: int
    end: int
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A real table of the format (docx, html, xlsx, ruled pdf): cells in reading order.

    `header_rows` repeated at the top of later pages are left out of `cells`."""

    start: int
    end: int
    rows: int
    columns: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Document:
    """A source file as read: its text never changes afterwards.

    `name` is the file's name as people know it; `sha256` is of the file's bytes; `warnings` say what the
    reader had to leave out or guess (Chinese, for people); `bold` are the stretches set in bold type, in order;
    `marks` are those that nobody reads as words, in order: signs of Markdown, characters that take no room."""

    name: str
    text: str
    sha256: str
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    tables: tuple[Table, ...] = ()
    title: str | None = None
    warnings: tuple[str, ...] = ()
    bold: tuple[tuple[int, int], ...] = ()
    marks: tuple[tuple[int, int], ...] = ()

    @cached_property
    def _page_starts(self) -> list[int]:
        return [page.start for page in self.pages]

    @cached_property
    def _page_numbers(self) -> list[int | None]:
        """By how many pages have begun, the number of the last."""
        return [None, *(page.number for page in self.pages)]

    def page_at(self, offset: int) -> int | None:
        """The number of the page that holds `offset`; None in formats without pages."""
        return self._page_numbers[bisect_right(self._page_starts, offset)]

    def span(self, start: int, end: int) -> Span:
        """The span of [start, end), as `spans` makes it."""
        return self.spans([(start, end)])[0]

    def spans(self, stretches: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
        """The one maker of spans.  Raises ValueError outside the text or for an empty stretch."""
        starts, numbers, length = self._page_starts, self._page_numbers, len(self.text)
        made: list[Span] = []
        for start, end in stretches:
            if not 0 <= start < end <= length:
                raise ValueError(f"[{start}, {end}) is not a stretch of {self.name} ({length} characters)")
            made.append(make(Span, (start, end, numbers[bisect_right(starts, start)])))
        return tuple(made)

    def slice(self, span: Span) -> str:
        return self.text[span.start : span.end]


class PolicyKind(StrEnum):
    PLAN = "plan"
    RULES = "rules"
    NOTICE = "notice"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Policy:
    """A paper with a title of its own; a compilation file holds many.

    `place` is the path from the province down; `year` is the plan's year, which a month without a year takes;
    `repeals` are the document numbers that it puts out of force."""

    doc: str
    ordinal: int
    title: str
    span: Span
    doc_no: str | None = None
    issuers: tuple[str, ...] = ()
    issued: dt.date | None = None
    year: int | None = None
    place: tuple[str, ...] = ()
    kind: PolicyKind = PolicyKind.PLAN
    addressees: str | None = None
    effective: dt.date | None = None
    expires: dt.date | None = None
    repeals: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from all other papers: its document and its place in that document."""
        return self.doc, self.ordinal


class Role(StrEnum):
    LEAD = "lead"
    RESPONSIBLE = "responsible"


class UnitKind(StrEnum):
    """What a named unit is: one body, or a group of them (各旗县市区, 市直有关部门)."""

    UNIT = "unit"
    COLLECTIVE = "collective"


class Mention(NamedTuple):
    """A unit named in a role.  `name` has the shared prefix filled in (区住建局); `span` is what is printed (住建局).

    `inherited` marks a unit that a rule for the whole plan or part gives, not the measure's own clause."""

    name: str
    role: Role
    span: Span
    kind: UnitKind = UnitKind.UNIT
    inherited: bool = False


class DeadlineKind(StrEnum):
    BY = "by"
    FROM = "from"
    DURING = "during"
    RECURRING = "recurring"
    ONGOING = "ongoing"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time limit for doing the measure.  `date` is the last day named, None where none can be (持续推进)."""

    raw: str
    date: dt.date | None
    kind: DeadlineKind
    span: Span
    who: str | None = None
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A numbered task (措施): the unit of the index, of the citation, of the filter and of the ledger.

    `text` is the body without its number and without the responsibility clause, white space folded and page
    marks left out; `parts` are where it stands, in order, and joined and folded they equal `text`.
    `extent` is everything that the measure says, body, clause, plan and time lines: what a citation covers.
    `doubts` say what the extractor was not sure of (Chinese, for the review list)."""

    id: str
    policy: Policy
    section: tuple[str, ...]
    number: str | None
    text: str
    parts: tuple[Span, ...]
    extent: tuple[Span, ...]
    mentions: tuple[Mention, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    plan: str | None = None
    plan_parts: tuple[Span, ...] = ()
    has_clause: bool = False
    doubts: tuple[str, ...] = ()

    @property
    def lead(self) -> tuple[str, ...]:
        return names_in(self.mentions, Role.LEAD)

    @property
    def responsible(self) -> tuple[str, ...]:
        return names_in(self.mentions, Role.RESPONSIBLE)

    def own(self, role: Role) -> tuple[str, ...]:
        """Who the measure itself puts in a role; where it names nobody at all, who a rule for the plan puts there."""
        own = [m for m in self.mentions if not m.inherited]
        return names_in(own or self.mentions, role)

    @property
    def inherited(self) -> tuple[str, ...]:
        """Units that a rule for the whole plan adds to those that the measure names itself, in any role."""
        if all(m.inherited for m in self.mentions):
            return ()
        return tuple(dict.fromkeys(m.name for m in self.mentions if m.inherited))

    @property
    def page(self) -> int | None:
        return self.parts[0].page


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph that is no measure (letter, aim, heading with text, rule): searchable and citable.

    Nobody's task: asked who, when and how, it names nothing."""

    mentions: ClassVar[tuple[Mention, ...]] = ()
    deadlines: ClassVar[tuple[Deadline, ...]] = ()
    lead: ClassVar[tuple[str, ...]] = ()
    responsible: ClassVar[tuple[str, ...]] = ()
    plan: ClassVar[str | None] = None
    plan_parts: ClassVar[tuple[Span, ...]] = ()

    id: str
    policy: Policy
    section: tuple[str, ...]
    text: str
    parts: tuple[Span, ...]
    number: str | None = None

    @property
    def extent(self) -> tuple[Span, ...]:
        return self.parts

    @property
    def page(self) -> int | None:
        return self.parts[0].page


@dataclass(frozen=True)
class Extraction:
    """All that one document yields."""

    document: Document
    policies: tuple[Policy, ...]
    measures: tuple[Measure, ...]
    passages: tuple[Passage, ...]
    warnings: tuple[str, ...] = field(default=())


def names_in(mentions: Iterable[Mention], role: Role) -> tuple[str, ...]:
    """The names that stand in a role, in source order, each once."""
    return tuple(dict.fromkeys(m.name for m in mentions if m.role is role))
