"""Are the departments right, in their roles?"""

from __future__ import annotations

import re

from eval.cases import Case
from eval.metrics.measured import (
    Group,
    Measured,
    Metric,
    MetricFunction,
    Score,
    answering_facts,
    asks,
    names,
    ranks,
    wanted,
)
from eval.replies import Reply
from eval.sources import Sources, fold


def who_asked(case: Case, role: str) -> tuple[str, ...]:
    """The departments a case expects in a role; none for lists, where they are what was asked with."""
    return () if case.is_list or not asks(case) else getattr(case, role)


def _right_role(role: str) -> MetricFunction:
    def measure(case: Case, reply: Reply, sources: Sources) -> Measured:
        want = who_asked(case, role)
        if not want:
            return None
        if reply.facts is None and reply.outcome is not None:
            return None
        have = names(d for f in reply.facts or () for d in getattr(f, role))
        text = fold(reply.answer)
        unsaid = [n for n in names(want) if n not in text]
        score = wanted(want, have, role)
        return Score(0.0, f"not in the answer: {'、'.join(unsaid)}") if score.value and unsaid else score

    measure.__doc__ = f"""1 if every expected {role} department is a {role} of some fact and stands in the answer's text.
    Source: `{role}_right` of the score script.  Extra departments do not count against it: see {role}_precision."""
    return measure


lead_right, responsible_right = _right_role("lead"), _right_role("responsible")


def _set_scores(role: str, part: str) -> MetricFunction:
    def measure(case: Case, reply: Reply, sources: Sources) -> Measured:
        want = names(who_asked(case, role))
        facts = answering_facts(case, reply)
        if not want or facts is None:
            return None
        have = names(d for f in facts for d in getattr(f, role)) if not reply.refused else frozenset()
        both = len(want & have)
        why = f"want {'、'.join(sorted(want))}; have {'、'.join(sorted(have)) or '-'}"
        if part == "precision":
            return Score(both / len(have), why) if have else None
        if part == "recall":
            return Score(both / len(want), why)
        if part == "f1":
            return Score(2 * both / (len(want) + len(have)), why)
        return Score(float(want == have), why)

    meaning = {
        "precision": f"share of the stated {role} departments that are right; None where none is stated",
        "recall": f"share of the expected {role} departments that are stated",
        "f1": f"harmonic mean of precision and recall of the {role} set; 0 where none is stated",
        "exact": f"1 if the stated {role} set is exactly the expected one",
    }[part]
    measure.__doc__ = f"""Set score over department names: {meaning}.  Taken from the record of source [1], or of all
    sources where the case asks for all.  Source: set-based precision, recall and F1 (van Rijsbergen 1979, ch. 7).
    Compares names as printed with the shared prefix filled in: an abbreviation is another name."""
    return measure


def roles_swapped(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the expected departments that stand in the other role only: a lead given as responsible or the
    reverse (lower is better).  Own definition; it tells a wrong role from a wrong department."""
    facts = answering_facts(case, reply)
    if facts is None or reply.refused:
        return None
    leads, others = (names(d for f in facts for d in getattr(f, r)) for r in ("lead", "responsible"))
    if not leads | others:
        return None
    wants = [(d, leads, others) for d in names(who_asked(case, "lead"))]
    wants += [(d, others, leads) for d in names(who_asked(case, "responsible"))]
    if not wants:
        return None
    swapped = sorted(d for d, here, there in wants if d in there and d not in here)
    return Score(len(swapped) / len(wants), f"in the other role: {'、'.join(swapped) or '-'}")


_PREFIX = re.compile(r"^(?:自治区|新区|各|省|市|区|县|旗|州|盟)(?=..)")


def names_it(name: str, text: str) -> bool:
    """Whether a passage's words name the department, with or without the prefix that sources print once."""
    bare = _PREFIX.sub("", name)
    return name in text or bare in text


def who_in_first(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if the first passage holds the evidence and names every expected department anywhere in its words, its facts
    counted as words.  Own definition: the credit that a system without fields can be given.  Blind to roles and to
    other departments in the same passage, so generous to windows of text."""
    want = names((*who_asked(case, "lead"), *who_asked(case, "responsible")))
    if not want or case.evidence_mode == "all":
        return None
    if not reply.cited or 0 not in ranks(case, reply.cited[:1]):
        return Score(0.0, "the first passage is not the measure")
    fact = reply.first_fact
    text = fold(reply.cited[0].words) + (fold("、".join((*fact.lead, *fact.responsible))) if fact else "")
    unsaid = sorted(n for n in want if not names_it(n, text))
    return Score.whole(unsaid, "not in the passage", "all named")


ROWS = (
    Metric("lead_right", lead_right, Group.WHO, "牵头单位答出"),
    Metric("lead_precision", _set_scores("lead", "precision"), Group.WHO, "牵头单位查准"),
    Metric("lead_recall", _set_scores("lead", "recall"), Group.WHO, "牵头单位查全"),
    Metric("lead_f1", _set_scores("lead", "f1"), Group.WHO, "牵头单位 F1"),
    Metric("lead_exact", _set_scores("lead", "exact"), Group.WHO, "牵头单位全同"),
    Metric("responsible_right", responsible_right, Group.WHO, "责任单位答出"),
    Metric("responsible_precision", _set_scores("responsible", "precision"), Group.WHO, "责任单位查准"),
    Metric("responsible_recall", _set_scores("responsible", "recall"), Group.WHO, "责任单位查全"),
    Metric("responsible_f1", _set_scores("responsible", "f1"), Group.WHO, "责任单位 F1"),
    Metric("responsible_exact", _set_scores("responsible", "exact"), Group.WHO, "责任单位全同"),
    Metric("roles_swapped", roles_swapped, Group.WHO, "牵头与责任颠倒", False),
    Metric("who_in_first", who_in_first, Group.WHO, "首条中有应答单位"),
)
