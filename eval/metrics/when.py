"""Are the dates right?"""

from __future__ import annotations

import datetime as dt

from eval.cases import Case
from eval.metrics.measured import Group, Measured, Metric, Score, answering_facts, asks, listed, ranks
from eval.replies import Reply
from eval.sources import Sources, fold


def dates_asked(case: Case) -> tuple[str, ...]:
    return case.deadline_iso if asks(case) and case.type != "deadline_list" else ()


def deadline_right(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if every expected date is a deadline of some fact.  Source: `deadline_right` of the score script.  2022年底前
    and 2022年12月底前 are the same date.  Does not see extra dates: see deadline_exact."""
    want = dates_asked(case)
    if not want or (reply.facts is None and reply.outcome is not None):
        return None
    have = {d for f in reply.facts or () for d in f.dates}
    return Score.whole(sorted(set(want) - have), f"have {listed(sorted(have)[:8]) or '-'}, missing")


def deadline_exact(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if the dates of the answering record are exactly the expected ones, no more and no fewer.  Own definition.  A
    record that holds further dates beside the one that was asked for (a plan's stages, another department's) scores 0:
    read it as "nothing to pick from", and deadline_right for the date itself."""
    want, facts = dates_asked(case), answering_facts(case, reply)
    if not want or facts is None:
        return None
    have = {d for f in facts for d in f.dates} if not reply.refused else set()
    return Score(float(have == set(want)), f"want {sorted(set(want))}, have {sorted(have)}")


def days_off(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Mean distance in days from each expected date to the nearest stated one (lower is better).  Own definition.
    Not measured where no date is stated: a missing date has no distance, deadline_right counts it."""
    want, facts = dates_asked(case), answering_facts(case, reply)
    if not want or not facts or reply.refused:
        return None
    have = [dt.date.fromisoformat(d) for f in facts for d in f.dates]
    if not have:
        return None
    gaps = [min(abs((dt.date.fromisoformat(w) - h).days) for h in have) for w in want]
    return Score(sum(gaps) / len(gaps), f"off by {gaps} days", len(gaps))


def deadline_words(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the deadlines' printed words that the answer repeats.  Own definition: here 2022年底前 and 2022年12月底前
    differ, because a clerk who quotes the document needs its words."""
    if not dates_asked(case) or not case.deadline_raw:
        return None
    text = fold(reply.answer)
    unsaid = [raw for raw in case.deadline_raw if fold(raw) not in text]
    return Score.share(len(case.deadline_raw), unsaid, "not in the answer", "as printed")


def when_in_first(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if the first passage holds the evidence and the deadline's printed words (all of them).  Own definition, as
    who_in_first: the credit for a passage that a reader could read the date from."""
    if not dates_asked(case) or not case.deadline_raw or case.evidence_mode == "all":
        return None
    if not reply.cited or 0 not in ranks(case, reply.cited[:1]):
        return Score(0.0, "the first passage is not the measure")
    text = fold(reply.cited[0].words) + fold(reply.answer if reply.facts else "")
    unsaid = [raw for raw in case.deadline_raw if fold(raw) not in text]
    return Score.whole(unsaid, "not in the passage")


ROWS = (
    Metric("deadline_right", deadline_right, Group.WHEN, "完成日期答出"),
    Metric("deadline_exact", deadline_exact, Group.WHEN, "完成日期全同"),
    Metric("days_off", days_off, Group.WHEN, "日期相差天数", False, True, "days"),
    Metric("deadline_words", deadline_words, Group.WHEN, "时限照原文", pooled=True),
    Metric("when_in_first", when_in_first, Group.WHEN, "首条中有应答时限"),
)
