"""What is measured, as one table of pure functions: (case, reply, sources) → Score, or None where the case says
nothing about it.  To add a metric: one function whose docstring is its definition and one row of `ROWS` in the
module of its kind, and one test.

A score carries its explanation.  "Not measured" is None and never a number, so a system that states no fields
has no who-score rather than a bad one, and a run in which nothing was checked cannot look perfect.  Names and
quotes are compared folded (white space, bracket and digit width do not count) and exactly: 市发改委 is not 区发改委.
"""

from __future__ import annotations

import itertools

from eval.cases import Case
from eval.metrics import abstention, citations, content, cost, lists, overall, retrieval, when, who
from eval.metrics.measured import Metric, Score
from eval.replies import Reply
from eval.sources import Sources

METRICS: dict[str, Metric] = {
    m.name: m
    for m in itertools.chain(
        overall.ROWS,
        retrieval.ROWS,
        who.ROWS,
        when.ROWS,
        lists.ROWS,
        citations.ROWS,
        abstention.ROWS,
        content.ROWS,
        cost.ROWS,
    )
}


def score(case: Case, reply: Reply, sources: Sources) -> dict[str, Score]:
    """Every metric that says something about this case."""
    found = {name: metric.measure(case, reply, sources) for name, metric in METRICS.items()}
    return {name: value for name, value in found.items() if value is not None}
