"""Scores gathered: means with intervals overall, by type, by document; outcomes; the comparison of two systems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.cases import Case
from eval.faults import find_fault
from eval.metrics import METRICS, score
from eval.metrics.measured import Score
from eval.replies import NO_REPLY, Reply
from eval.sources import Sources
from eval.stats import Mean, Paired, holm, mean, paired

# the figures that a change must not make worse: right answers, right sources, honest refusals, true quotes
GATES = (
    "correct",
    "correct_strict",
    "recall_at_1",
    "list_completeness",
    "abstains_when_it_should",
    "abstains_wrongly",
    "citation_span_exact",
)
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Scored:
    """One case with what a system said to it, how it scored, and the class of its fault."""

    case: Case
    reply: Reply
    scores: Mapping[str, Score]
    fault: str | None


Means = Mapping[str, Mean]


@dataclass(frozen=True)
class Summary:
    """All that a report says of one system.  `outcomes` counts outcomes by kind of case."""

    name: str
    label: str
    scored: tuple[Scored, ...]
    overall: Means
    by_type: Mapping[str, Means]
    by_document: Mapping[str, Means]
    outcomes: Mapping[str, Mapping[str, int]]
    faults: Mapping[str, int]

    def values(self, metric: str) -> dict[str, float]:
        return {s.case.id: s.scores[metric].value for s in self.scored if metric in s.scores}


def score_all(cases: Iterable[Case], replies: Mapping[str, Reply], sources: Sources) -> tuple[Scored, ...]:
    """Score every case; one without a reply counts as not answered."""
    scored = []
    for case in cases:
        reply = replies.get(case.id, NO_REPLY)
        scores = score(case, reply, sources)
        scored.append(Scored(case, reply, scores, find_fault(case, reply, scores, sources)))
    return tuple(scored)


def means(scored: Sequence[Scored]) -> dict[str, Mean]:
    """A mean for each metric that was measured at all."""
    found = {}
    for name, metric in METRICS.items():
        have = [s.scores[name] for s in scored if name in s.scores]
        weights = [float(h.items) for h in have] if metric.pooled else None
        value = mean([h.value for h in have], weights)
        if value is not None:
            found[name] = value
    return found


def case_documents(case: Case) -> tuple[str, ...]:
    """The documents whose figures a case counts for; cases about no document of the set count for none."""
    return tuple(dict.fromkeys(e.doc for e in case.evidence)) or case.documents


def kind(case: Case) -> str:
    """The row of the outcome table that a case belongs to."""
    if case.type in ("ambiguous", "injection", "smalltalk_meta"):
        return case.type
    return "answerable" if case.answerable else "unanswerable"


def summarise(name: str, label: str, scored: tuple[Scored, ...]) -> Summary:
    types = dict.fromkeys(s.case.type for s in scored)
    documents = sorted({doc for s in scored for doc in case_documents(s.case)})
    outcomes: dict[str, Counter[str]] = {}
    for s in scored:
        outcomes.setdefault(kind(s.case), Counter())[s.reply.outcome or "no_reply"] += 1
    return Summary(
        name=name,
        label=label,
        scored=scored,
        overall=means(scored),
        by_type={t: means([s for s in scored if s.case.type == t]) for t in types},
        by_document={d: means([s for s in scored if d in case_documents(s.case)]) for d in documents},
        outcomes={k: dict(v) for k, v in outcomes.items()},
        faults=dict(Counter(s.fault for s in scored if s.fault).most_common()),
    )


@dataclass(frozen=True)
class Comparison:
    """Two systems or runs, metric by metric, and the cases that changed in `correct`."""

    ours: str
    theirs: str
    metrics: Mapping[str, Paired]
    won: tuple[str, ...]
    lost: tuple[str, ...]
    same: int


Values = Mapping[str, Mapping[str, float]]  # metric -> case id -> value


def values_of(summary: Summary) -> dict[str, dict[str, float]]:
    return {name: summary.values(name) for name in summary.overall}


def compare(ours: str, our_values: Values, theirs: str, their_values: Values) -> Comparison:
    """Paired over the cases that both were asked."""
    rows: dict[str, Paired] = {}
    for name, metric in METRICS.items():
        if name in our_values and name in their_values:
            found = paired(our_values[name], their_values[name], metric.higher_is_better)
            if found is not None:
                rows[name] = found
    mine, other = our_values.get("correct", {}), their_values.get("correct", {})
    shared = [key for key in mine if key in other]
    won = tuple(k for k in shared if mine[k] > other[k])
    lost = tuple(k for k in shared if mine[k] < other[k])
    return Comparison(ours, theirs, rows, won, lost, len(shared) - len(won) - len(lost))


def losses(comparison: Comparison) -> dict[str, float]:
    """The gated metrics on which ours is significantly worse, with p adjusted for their number (Holm)."""
    gated = {name: comparison.metrics[name] for name in GATES if name in comparison.metrics}
    adjusted = holm({name: found.p for name, found in gated.items()})
    worse = {
        name: found.difference < 0 if METRICS[name].higher_is_better else found.difference > 0
        for name, found in gated.items()
    }
    return {name: p for name, p in adjusted.items() if worse[name] and p <= SIGNIFICANT}
