"""The things that questions and answers are made of.  All frozen; no files, no network, no clock.

A *question* (text and history) is read into a `Question`; it finds `Hit`s; hits become `Claim`s, each checked
against its `Citation`; the `Answer` holds them with an outcome, and prints as a row (`Answer.row`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from index_build.model import Measure, Passage, Role, Span

Entry = Measure | Passage

PIECE = 24  # characters of a streamed piece
TELLING = 0.5  # weight from which a word tells what is asked about


class Intent(StrEnum):
    """What is asked for."""

    WHO = "who"  # lead and the others
    WHO_LEAD = "who_lead"
    WHO_RESPONSIBLE = "who_responsible"
    WHEN = "when"
    WHO_WHEN = "who_when"
    WHAT = "what"  # content, targets, yes or no
    DEPARTMENT_TASKS = "department_tasks"
    DUE_LIST = "due_list"
    COMPARE = "compare"
    COUNT = "count"
    COUNTERPART = "counterpart"  # the same thing at a higher or lower level
    CHANGES = "changes"  # what a lower level changed against a higher one
    DOCUMENTS = "documents"
    ABOUT = "about"
    INVENT = "invent"  # asked to make something up or to leave the sources


# What a question's `quantity` is where no kind of figure is named: 几个证 (things that may be listed), 最高多少.
SOME_THINGS, ANY_FIGURE = r"\S", r"\d"
WHO_OR_WHEN = frozenset({Intent.WHO, Intent.WHO_LEAD, Intent.WHO_RESPONSIBLE, Intent.WHEN, Intent.WHO_WHEN})


class Outcome(StrEnum):
    """answered; not_stated: found, but the record lacks what is asked; not_found; clarify: what is meant has to
    be said first; declined: off the subject, or asked to leave the sources; about: Cewen, the papers as such, a courtesy."""

    ANSWERED = "answered"
    NOT_STATED = "not_stated"
    NOT_FOUND = "not_found"
    CLARIFY = "clarify"
    DECLINED = "declined"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Turn:
    """`without` are keys (assistant.question.without) of what the person took out of the question as it was understood."""

    role: str  # "user" or "assistant"
    content: str
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days first to last, both included; None is open."""

    first: dt.date | None
    last: dt.date | None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that the question is about: the words as typed and, with weights, other words for it.

    `weight` is 1 for the question's own words, less for those of earlier turns; `told` are words of a sentence that
    tells the situation and asks nothing (娃他爸被坑了, 该找谁); `frame` is a word made of asking words alone (几成, 没人),
    which means something only where a document prints it."""

    words: str
    weight: float = 1.0
    others: tuple[tuple[str, float], ...] = ()
    carried: bool = False
    told: bool = False
    frame: bool = False

    @property
    def telling(self) -> bool:
        """Whether it tells what is asked about; words that many measures share only help to choose between them."""
        return self.weight >= TELLING


@dataclass(frozen=True, slots=True)
class Side:
    """One place of a comparison, with the words and departments that are asked of it."""

    place: tuple[str, ...]
    concepts: tuple[Concept, ...]
    departments: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What was understood.  `places` are paths as in Policy.place; `documents` are policy keys (doc, ordinal).

    `unknown_places` and `unknown_years` name what the index does not hold; `terms` maps a search word to its
    weight; `carried` says which of these came from earlier turns."""

    text: str
    intent: Intent
    places: tuple[tuple[str, ...], ...] = ()
    namesakes: tuple[tuple[str, ...], ...] = ()  # other places that the name of the one asked about may mean
    unknown_places: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    role: str | None = None  # "lead", "responsible" or None for either, where a department's tasks are asked
    dates: tuple[DateRange, ...] = ()
    unknown_years: tuple[int, ...] = ()
    documents: tuple[tuple[str, int], ...] = ()
    numbers: tuple[str, ...] = ()
    annex: int | None = None  # which annex of a paper is meant
    by_number: bool = False  # the question itself calls its measure by number
    units_counted: bool = False  # how many units there are is asked
    in_force: bool = False  # whether a paper still holds is asked
    subject: bool = False  # a department is what the question is about: X负责…
    off_topic: bool = False  # nothing that papers could say: the weather, a poem
    terms: Mapping[str, float] = field(default_factory=dict)
    carried: tuple[str, ...] = ()
    english: bool = False
    concepts: tuple[Concept, ...] = ()
    aspect: Intent | None = None  # what a comparison compares
    many: bool = False  # several measures are asked for ("有哪些措施")
    yes_or_no: bool = False
    # "either" of the departments, which "part" or "whether" any one has, or said to "lead"
    doubt: str | None = None
    quantity: str | None = None  # pattern of what the asked figure counts
    claimed: tuple[str, ...] = ()  # departments that the question asserts, to be checked
    partners: tuple[tuple[str, str], ...] = ()  # two departments and the part of each in the same measures
    # of what was changed, deadlines put off ("later") or brought forward ("earlier")
    moved: str | None = None
    level: str | None = None  # the same thing at the "upper" or the "lower" level is asked for
    both_levels: bool = False  # beside the one that it belongs to
    mentioning: bool = False  # measures whose words have the topic in them are asked for
    standing: str | None = None  # measures that on `day` are "overdue", "not_due", or "ongoing" without end
    day: dt.date | None = None
    undated: bool = False  # of ongoing ones only those without any day
    extreme: str | None = None  # of the measures asked for those due "first" or "last"
    cumulative: bool = False  # "by" a day includes everything before it
    unit_at: int | None = None  # which unit of the previous answer is meant, from 0, -1 the last
    as_worded: bool = False  # the day as the question words it, not any that comes to the same
    clause_only: bool = False  # deadlines of the time line only, not those inside the text
    sides: tuple[Side, ...] = ()
    runs: tuple[str, ...] = ()  # stretches of topic as typed, for headings that repeat them word for word
    lacking: str | None = None  # measures without a "deadline", "lead"… or with a "shared_lead" are asked for
    jointly: bool = False  # of several departments those that all of them share
    around: tuple[str, ...] = ()  # each place's name with the two characters after it (白榆口岸)
    previous: tuple[str, ...] = ()  # texts of the earlier answers that a follow-up leans on
    more: bool = False  # measures besides those of the answer before are asked for
    page_asked: bool = False
    pieces: tuple[Question, ...] = ()  # where several things are asked at once, the question for each
    in_section: bool = False  # what stands below a heading is asked for, called so
    by_day: bool = False  # rows in the order of their days, not of their numbers
    export: bool = False  # the list is wanted as a file
    courtesy: bool = False  # thanks, a farewell: no question at all
    without: tuple[str, ...] = ()  # keys of what the person took out

    @property
    def asked(self) -> Intent:
        """What is asked of a measure: what a comparison compares, else the intent itself."""
        return self.aspect or self.intent

    def read(self) -> dict[str, Any]:
        """`question_read` of the answer row."""
        return {
            "place": [list(p) for p in self.places],
            "department": list(self.departments),
            "dates": [
                {
                    "raw": d.raw,
                    "first": d.first.isoformat() if d.first else None,
                    "last": d.last.isoformat() if d.last else None,
                }
                for d in self.dates
            ],
            "intent": self.intent.value,
            "terms": dict(self.terms),
            "unknown_place": list(self.unknown_places),
            "unknown_year": list(self.unknown_years),
            "document": [list(d) for d in self.documents],
            "number": list(self.numbers),
            "carried": list(self.carried),
            "without": list(self.without),
            "language": "en" if self.english else "zh",
        }


class Texts(Protocol):
    """Where a document's text as read comes from."""

    def text(self, doc: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry with its score and how it was found: rank by words, by vectors (1 the best), None if not there.

    `coverage` is the share of the question that it covers, by weight; `held` what it has of each concept, 0 to 1, in
    the question's order; `bm25` its score by words, all wordings summed."""

    entry: Entry
    score: float
    word_rank: int | None = None
    vector_rank: int | None = None
    reasons: tuple[str, ...] = ()
    coverage: float = 0.0
    held: tuple[float, ...] = ()
    bm25: float = 0.0


class ClaimKind(StrEnum):
    TEXT = "text"
    LEAD = "lead"
    RESPONSIBLE = "responsible"
    PLAN = "plan"
    DEADLINE = "deadline"
    TARGET = "target"


class Verdict(StrEnum):
    """exact: found in its role inside the cited span; paraphrased: worded otherwise, shown beside its quote;
    moved: in the document, but not inside the span; absent: not there; unsupported: there in another role or
    with its meaning changed."""

    EXACT = "exact"
    PARAPHRASED = "paraphrased"
    MOVED = "moved"
    ABSENT = "absent"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement that the answer makes, and the citation it rests on (`citation` is the marker's number)."""

    kind: ClaimKind
    value: str
    citation: int
    spans: tuple[Span, ...]
    verdict: Verdict | None = None

    def row(self) -> dict[str, Any]:
        """As `claims` of the answer row."""
        return {
            "kind": self.kind.value,
            "value": self.value,
            "citation": self.citation,
            "verdict": self.verdict.value if self.verdict else None,
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """What marker [n] opens.  `quote` is the document's own words over `parts`; `text` the cited measure's body."""

    n: int
    entry: Entry
    quote: str
    parts: tuple[Span, ...]

    def row(self) -> dict[str, Any]:
        policy = self.entry.policy
        return {
            "n": self.n,
            "doc": policy.doc,
            "policy": policy.title,
            "doc_no": policy.doc_no,
            "place": list(policy.place),
            "number": self.entry.number,
            "section": list(self.entry.section),
            "page": self.parts[0].page,
            "start": min(p.start for p in self.parts),
            "end": max(p.end for p in self.parts),
            "parts": [[p.start, p.end] for p in self.parts],
            "quote": self.quote,
            "text": self.entry.text,
            "entry": self.entry.id,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.  `facts` are the measures it rests on, by citation number; `trace` explains how it came about."""

    text: str
    outcome: Outcome
    question: Question
    citations: tuple[Citation, ...] = ()
    facts: tuple[tuple[int, Measure], ...] = ()
    claims: tuple[Claim, ...] = ()
    choices: tuple[str, ...] = ()
    trace: Mapping[str, Any] = field(default_factory=dict)

    def row(self, question_id: str | None = None) -> dict[str, Any]:
        """The answer as plain values: a line of `cewen ask --batch` and `ask --format json`, the reply over HTTP, what the
        history keeps.  `facts` and `claims` name citations by their number; null is what the document does not say."""
        return {
            "id": question_id,
            "answer": self.text,
            "outcome": self.outcome.value,
            "citations": [c.row() for c in self.citations],
            "facts": [
                {
                    "citation": n,
                    "measure": m.id,
                    "lead": list(m.own(Role.LEAD)),
                    "responsible": list(m.own(Role.RESPONSIBLE)),
                    "inherited": list(m.inherited),
                    "deadlines": [deadline_row(d) for d in m.deadlines],
                }
                for n, m in self.facts
            ],
            "claims": [c.row() for c in self.claims],
            "choices": list(self.choices),
            "question_read": self.question.read(),
        }

    def pieces(self) -> Iterator[str]:
        """The text bit by bit, as a text that is there at once is streamed."""
        return (self.text[at : at + PIECE] for at in range(0, len(self.text), PIECE))


def deadline_row(deadline: Any) -> dict[str, Any]:
    return {
        "raw": deadline.raw,
        "date": deadline.date.isoformat() if deadline.date else None,
        "who": deadline.who,
        "kind": deadline.kind.value,
    }
