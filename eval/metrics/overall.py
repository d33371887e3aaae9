"""Is the answer right as a whole?"""

from __future__ import annotations

from eval.cases import Case
from eval.metrics.content import must_contain
from eval.metrics.measured import Group, Measured, Metric, MetricFunction, Score, asks, names, ranks
from eval.metrics.retrieval import evidence_all_recall, evidence_cited
from eval.metrics.when import dates_asked, deadline_right, when_in_first
from eval.metrics.who import lead_right, names_it, responsible_right, who_asked, who_in_first
from eval.replies import Fact, Reply
from eval.sources import Sources, fold


def words_in_shown(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if every expected department and every deadline's words stand in some of the first five passages.  Own
    definition: the credit of a system without fields where several measures are asked."""
    if case.evidence_mode != "all":
        return None
    text = fold("\n".join(s.words for s in reply.cited[:5]))
    want = names((*who_asked(case, "lead"), *who_asked(case, "responsible")))
    raws = case.deadline_raw if dates_asked(case) else ()
    if not want and not raws:
        return None
    unsaid = [n for n in sorted(want) if not names_it(n, text)] + [r for r in raws if fold(r) not in text]
    return Score.whole(unsaid, "not in the passages")


BY_FIELDS: tuple[MetricFunction, ...] = (lead_right, responsible_right, deadline_right)
BY_WORDS: tuple[MetricFunction, ...] = (who_in_first, when_in_first, words_in_shown)


def correct(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if the answer is right in everything the case asks: not refused, evidence cited (at least 0.8 of it where
    all is asked), the departments and dates among the facts, every must_contain group in the text; for an
    unanswerable case, 1 if refused.  Source: `correct` of the project's score script, after GOV.UK Chat's rule that
    a partly right answer is not right.  A system that states no fields is given credit for the words: departments
    and dates have to stand in its first passage (in any shown one where several are asked).  Does not measure what
    else the answer says; see correct_strict."""
    if case.type == "smalltalk_meta":
        return None
    if not case.answerable:
        return Score(float(reply.refused), f"outcome {reply.outcome}")
    if reply.outcome is None or reply.refused:
        return Score(0.0, f"outcome {reply.outcome}")
    every = case.evidence_mode == "all"
    found = (evidence_all_recall if every else evidence_cited)(case, reply, sources)
    if found is None or found.value < (0.8 if every else 1.0):
        return Score(0.0, found.why if found else "")
    fields = BY_FIELDS if reply.facts is not None else BY_WORDS
    for check in (*fields, must_contain):
        part = check(case, reply, sources)
        if part is not None and part.value < 1:
            return Score(0.0, part.why)
    return Score(1.0, "everything asked is there")


def correct_strict(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if correct and nothing beside the point: the first source holds the evidence, its record says exactly the
    departments asked (and at least the dates), at most three sources.  Source: `correct_strict` of the score
    script.  Only for questions that one measure answers, and for systems that state fields."""
    if not asks(case) or case.evidence_mode == "all" or case.is_list or case.type == "ambiguous":
        return None
    if reply.facts is None and reply.outcome is not None:
        return None
    base = correct(case, reply, sources)
    if base is None or base.value < 1:
        return Score(0.0, base.why if base else "")
    first = ranks(case, reply.cited)
    if 0 not in first or len(reply.cited) > 3:
        return Score(0.0, f"evidence at {first}, {len(reply.cited)} sources")
    fact = reply.first_fact or Fact(None, (), (), ())
    for role in ("lead", "responsible"):
        want = names(getattr(case, role))
        if want and want != names(getattr(fact, role)):
            return Score(0.0, f"source [1] says {role} {'、'.join(getattr(fact, role))}")
    if not set(case.deadline_iso) <= set(fact.dates):
        return Score(0.0, f"source [1] says {fact.dates}")
    return Score(1.0, "the answer and nothing else")


def truthfulness(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 for a correct answer, 0 for a refusal where an answer was due, −1 for a wrong answer.  Source: CRAG (Yang
    et al., arXiv 2406.04744), whose judge is replaced by `correct`.  A wrong answer costs more than none."""
    base = correct(case, reply, sources)
    if base is None:
        return None
    if base.value == 1:
        return base
    silent = reply.outcome is None or reply.refused or reply.outcome == "clarify"
    return Score(0.0 if silent else -1.0, base.why)


def replied(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if there is an answer row with an outcome (an error or a missing row is 0)."""
    return Score(float(reply.outcome is not None), reply.error or f"outcome {reply.outcome}")


ROWS = (
    Metric("correct", correct, Group.OVERALL, "答对"),
    Metric("correct_strict", correct_strict, Group.OVERALL, "答对且不多不少"),
    Metric("truthfulness", truthfulness, Group.OVERALL, "可信（对＋1，错－1）", unit="score"),
    Metric("replied", replied, Group.OVERALL, "有回答"),
)
