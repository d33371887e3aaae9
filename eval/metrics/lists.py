"""Is a list complete and clean?"""

from __future__ import annotations

from eval.cases import Case
from eval.metrics.measured import Group, Measured, Metric, Score, asks, evidence_share, holds
from eval.replies import Reply
from eval.sources import Sources


def list_completeness(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of a list's measures that the answer shows.  Own definition (set recall).  Where a set names only some of
    a long list, the share of those."""
    if not case.is_list or not asks(case):
        return None
    return evidence_share(case, () if reply.refused else reply.cited)


def list_precision(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the shown measures that belong to the list.  Source: `list_precision` of the score script.  Not
    measured where the set does not name the whole list, or nothing is shown."""
    if not case.is_list or not asks(case) or not case.evidence_all or case.evidence_mode != "all":
        return None
    if not reply.cited:
        return None
    wrong = [s.text[:12] for s in reply.cited if not any(holds(s, e) for e in case.evidence)]
    count = len(reply.cited)
    return Score(
        (count - len(wrong)) / count,
        f"{len(wrong)} of {count} do not belong: {wrong[:4]}" if wrong else "all belong",
    )


def list_exact(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if the list is complete and holds nothing else.  Own definition."""
    complete, clean = list_completeness(case, reply, sources), list_precision(case, reply, sources)
    if complete is None or not case.evidence_all:
        return None
    right = complete.value == 1 and clean is not None and clean.value == 1
    return Score(
        float(right), complete.why if complete.value < 1 else clean.why if clean else "nothing shown"
    )


ROWS = (
    Metric("list_completeness", list_completeness, Group.LISTS, "清单完整"),
    Metric("list_precision", list_precision, Group.LISTS, "清单不混入"),
    Metric("list_exact", list_exact, Group.LISTS, "清单全同"),
)
