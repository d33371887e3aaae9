"""Does it refuse when it should, and only then?"""

from __future__ import annotations

from eval.cases import Case
from eval.metrics.measured import Group, Measured, Metric, Score, asks
from eval.replies import Reply
from eval.sources import Sources


def abstains_when_it_should(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if an unanswerable question is refused: the true positive rate of abstention.  Source: deflection TPR of GaRAGe
    (arXiv 2506.07671).  Refusing everything scores 1 here: read it with abstains_wrongly."""
    if case.answerable:
        return None
    return Score(float(reply.refused), f"outcome {reply.outcome}")


def abstains_wrongly(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if an answerable question is refused: the false positive rate of abstention (lower is better).  Source: GaRAGe."""
    if not asks(case):
        return None
    return Score(float(reply.refused), f"outcome {reply.outcome}")


def answers_when_it_should(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if an answerable question gets an answer (an error is none).  Source: the score script."""
    if not asks(case):
        return None
    return Score(float(reply.outcome is not None and not reply.refused), f"outcome {reply.outcome}")


def expected_outcomes(case: Case) -> tuple[str, ...]:
    """The outcomes that fit a case: its own where it names some, else those of its kind."""
    if case.outcomes:
        return case.outcomes
    if not case.answerable:
        return ("not_found", "not_stated", "declined")
    if case.type == "smalltalk_meta":
        return ("about",)
    return ("answered", "clarify") if case.type == "ambiguous" else ("answered",)


def outcome_right(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if the outcome is one that fits: "no deadline is stated" is another answer than "no such measure".  Own
    definition; the case may name the outcomes it accepts."""
    want = expected_outcomes(case)
    return Score(float(reply.outcome in want), f"{reply.outcome}, expected {' or '.join(want)}")


ROWS = (
    Metric("abstains_when_it_should", abstains_when_it_should, Group.ABSTENTION, "该拒则拒"),
    Metric("abstains_wrongly", abstains_wrongly, Group.ABSTENTION, "不该拒而拒", False),
    Metric("answers_when_it_should", answers_when_it_should, Group.ABSTENTION, "该答则答"),
    Metric("outcome_right", outcome_right, Group.ABSTENTION, "结局恰当"),
)
