"""What a metric is made of: the score it gives, its row, and the readings of a case that several share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from eval.cases import Case, Evidence
from eval.replies import Fact, Reply, Shown
from eval.sources import Sources, fold


@dataclass(frozen=True, slots=True)
class Score:
    """A value, why it is that, and how many items it is the mean of (citations, groups; else 1)."""

    value: float
    why: str = ""
    items: int = 1

    @classmethod
    def whole(cls, lacking: Sequence[object], where: str, fine: str = "all there") -> Score:
        """1 where nothing is lacking, else 0."""
        return cls(float(not lacking), f"{where}: {listed(lacking)}" if lacking else fine)

    @classmethod
    def share(cls, count: int, lacking: Sequence[object], where: str, fine: str = "all there") -> Score:
        """The part of so many items that is not lacking."""
        value = (count - len(lacking)) / count
        return cls(value, f"{where}: {listed(lacking)}" if lacking else fine, count)


def listed(values: Sequence[object]) -> str:
    return "、".join(map(str, values))


Measured = Score | None
MetricFunction = Callable[[Case, Reply, Sources], Measured]


class Group(StrEnum):
    OVERALL = "overall"
    RETRIEVAL = "retrieval"
    WHO = "who"
    WHEN = "when"
    LISTS = "lists"
    CITATIONS = "citations"
    ABSTENTION = "abstention"
    CONTENT = "content"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Metric:
    """A row of the table.  `pooled`: the mean weighs a case by its items (all citations, not all answers)."""

    name: str
    measure: MetricFunction
    group: Group
    zh: str
    higher_is_better: bool = True
    pooled: bool = False
    unit: str = "share"

    @property
    def definition(self) -> str:
        return " ".join((self.measure.__doc__ or "").split())


def names(values: Iterable[str]) -> frozenset[str]:
    """Department names to compare as a set; 各街道 and 街道 are one entry (the convention of the gold rows)."""
    return frozenset(fold(v).removeprefix("各") for v in values)


def asks(case: Case) -> bool:
    """Whether the case asks for something that the documents answer with a source."""
    return case.answerable and case.type != "smalltalk_meta"


def holds(shown: Shown, evidence: Evidence) -> bool:
    """Whether a shown passage holds the evidence: the same document, and the head's words inside it.

    This favours passages that start where a measure starts over windows that hold only its later part."""
    return shown.doc == evidence.doc and fold(evidence.head) in fold(shown.words)


def ranks(case: Case, shown: Iterable[Shown]) -> list[int | None]:
    """For each piece of evidence the place (from 0) of the first passage that holds it."""
    passages = [(s.doc, fold(s.words)) for s in shown]
    found: list[int | None] = []
    for evidence in case.evidence:
        head = fold(evidence.head)
        hits = (i for i, (doc, text) in enumerate(passages) if doc == evidence.doc and head in text)
        found.append(next(hits, None))
    return found


def wanted(values: Iterable[str], have: frozenset[str], what: str) -> Score:
    want = names(values)
    return Score.whole(sorted(want - have), f"{what}: missing", f"{what}: all there")


def evidence_share(case: Case, shown: Iterable[Shown]) -> Score:
    """The share of the evidence that stands in what is shown."""
    found = ranks(case, shown)
    missing = [e.head[:12] for e, r in zip(case.evidence, found, strict=True) if r is None]
    hits = len(found) - len(missing)
    return Score(hits / len(found), f"{hits}/{len(found)}" + (f", not {missing}" if missing else ""))


def answering_facts(case: Case, reply: Reply) -> tuple[Fact, ...] | None:
    """The facts that answer: of source [1] where one measure suffices, of all sources where several are asked."""
    if reply.facts is None:
        return None
    if case.evidence_mode == "all":
        return reply.facts
    return (reply.first_fact,) if reply.first_fact else ()
