"""Does the answer say what it has to?"""

from __future__ import annotations

from eval.cases import Case
from eval.metrics.measured import Group, Measured, Metric, Score, asks
from eval.replies import Reply
from eval.sources import Sources, fold


def must_contain(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the must_contain groups of which one alternative stands in the answer's text, white space and widths left
    out.  Source: the score script.  A string that stands there by chance counts."""
    if not asks(case) or not case.must_contain:
        return None
    text = fold(reply.answer)
    unsaid = ["|".join(g) for g in case.must_contain if not any(fold(o) in text for o in g)]
    return Score.share(len(case.must_contain), unsaid, "not in the answer")


ROWS = (Metric("must_contain", must_contain, Group.CONTENT, "要点齐备", pooled=True),)
