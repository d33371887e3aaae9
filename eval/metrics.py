"""What is measured, as one table of pure functions: (case, reply, sources) → Score, or None where the case says
nothing about it.  To add a metric: one function whose docstring is its definition, one row of `METRICS`, one test.

A score carries its explanation.  "Not measured" is None and never a number, so a system that states no fields
has no who-score rather than a bad one, and a run in which nothing was checked cannot look perfect.  Names and
quotes are compared folded (white space, bracket and digit width do not count) and exactly: 市发改委 is not 区发改委.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable
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


# -- shared readings of a case --------------------------------------------------------------------------------


def names(values: Iterable[str]) -> frozenset[str]:
    """Department names to compare as a set; 各街道 and 街道 are one entry (the convention of the gold rows)."""
    return frozenset(fold(v).removeprefix("各") for v in values)


def _asks(case: Case) -> bool:
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


def _wanted(values: Iterable[str], have: frozenset[str], what: str) -> Score:
    want = names(values)
    missing = sorted(want - have)
    return Score(
        float(not missing), f"{what}: missing {'、'.join(missing)}" if missing else f"{what}: all there"
    )


def _facts(case: Case, reply: Reply) -> tuple[Fact, ...] | None:
    """The facts that answer: of source [1] where one measure suffices, of all sources where several are asked."""
    if reply.facts is None:
        return None
    if case.evidence_mode == "all":
        return reply.facts
    return (reply.first_fact,) if reply.first_fact else ()


# -- overall --------------------------------------------------------------------------------------------------


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
    fields = _FIELDS if reply.facts is not None else _WORDS
    for check in (*fields, must_contain):
        part = check(case, reply, sources)
        if part is not None and part.value < 1:
            return Score(0.0, part.why)
    return Score(1.0, "everything asked is there")


def correct_strict(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if correct and nothing beside the point: the first source holds the evidence, its record says exactly the
    departments asked (and at least the dates), at most three sources.  Source: `correct_strict` of the score
    script.  Only for questions that one measure answers, and for systems that state fields."""
    if not _asks(case) or case.evidence_mode == "all" or case.is_list or case.type == "ambiguous":
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


# -- retrieval ------------------------------------------------------------------------------------------------


def recall_at(k: int) -> MetricFunction:
    def measure(case: Case, reply: Reply, sources: Sources) -> Measured:
        if not _asks(case) or case.is_list:
            return None
        found = ranks(case, reply.ranked[:k])
        hits = sum(r is not None for r in found)
        if case.evidence_mode == "any":
            return Score(float(hits > 0), f"ranks {found}")
        return Score(hits / min(k, len(found)), f"ranks {found}")

    measure.__doc__ = f"""Share of the evidence among the first {k} passages; 1 of 1 where any one suffices, and
    never out of more than {k}.  Source: recall@k (Manning et al. 2008, ch. 8), capped as in BEIR.  Lists are
    scored by list_completeness instead.  A refusal shows nothing and scores 0.  A passage counts if it holds the
    head of the measure; whether its clause was cut off is not seen here, see who_in_first and when_in_first."""
    return measure


def mrr(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 / rank of the first passage that holds any evidence, 0 if none does.  Source: reciprocal rank (Voorhees,
    TREC-8 1999).  Says nothing about the second piece of evidence."""
    if not _asks(case) or case.is_list:
        return None
    found = [r for r in ranks(case, reply.ranked) if r is not None]
    return Score(
        1 / (min(found) + 1) if found else 0.0, f"first at {min(found) + 1}" if found else "not retrieved"
    )


def ndcg_at_10(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Normalised discounted cumulative gain of the first 10 passages, gain 1 for each piece of evidence at its first
    passage.  Source: Järvelin and Kekäläinen 2002, binary gains.  Where any one suffices the ideal is one hit."""
    if not _asks(case) or case.is_list:
        return None
    found = sorted({r for r in ranks(case, reply.ranked[:10]) if r is not None})
    if case.evidence_mode == "any":
        found, ideal = found[:1], 1
    else:
        ideal = min(10, len(case.evidence))
    best = sum(1 / math.log2(i + 2) for i in range(ideal))
    gain = sum(1 / math.log2(r + 2) for r in found)
    return Score(min(1.0, gain / best), f"ranks {found}, ideal {ideal}")


def wrong_document_at(k: int) -> MetricFunction:
    def measure(case: Case, reply: Reply, sources: Sources) -> Measured:
        if not _asks(case) or not reply.cited:
            return None
        right = {e.doc for e in case.evidence}
        top = reply.cited[:k]
        wrong = [s.doc for s in top if s.doc not in right]
        return Score(
            len(wrong) / len(top), f"from {sorted(set(wrong))}" if wrong else "all from the right documents"
        )

    measure.__doc__ = f"""Share of the first {k} sources shown that come from a document without any of the evidence (lower is
    better).  Source: document-level retrieval mismatch, DRM (SAC, arXiv 2510.06999).  Not measured where nothing
    is shown; a wrong measure of the right document is not seen here."""
    return measure


def wrong_paper_at_1(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if the first passage stands in another paper than any of the evidence: a compilation file holds many papers of
    many places, so the file's name alone proves nothing (lower is better).  Own definition, DRM one level down.
    Needs offsets and the papers of the file; a file of one paper counts as one."""
    if not _asks(case) or not reply.cited or not reply.cited[0].parts:
        return None
    right = sources.papers_of(case)
    if not right:
        return None
    first = reply.cited[0]
    paper = sources.paper_at(first.doc, first.parts[0][0])
    return Score(float(paper not in right), f"from {paper[1] or paper[0]}")


def evidence_first(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if source [1] holds evidence.  Source: the score script.  Only where any one piece suffices and the answer
    was not refused is it asked of citations rather than of the ranking; a refusal scores 0."""
    if not _asks(case) or case.evidence_mode == "all":
        return None
    found = [r for r in ranks(case, reply.cited) if r is not None]
    return Score(float(bool(found) and min(found) == 0), f"ranks {found}")


def evidence_cited(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if any cited source holds evidence.  Source: the score script; where any one piece suffices."""
    if not _asks(case) or case.evidence_mode == "all":
        return None
    found = [r for r in ranks(case, reply.cited) if r is not None]
    return Score(
        float(bool(found)), f"source [{min(found) + 1}]" if found else "the right measure is not cited"
    )


def evidence_all_recall(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the evidence that is cited, where all of it is asked for.  Source: the score script."""
    if not _asks(case) or case.evidence_mode != "all":
        return None
    found = ranks(case, reply.cited)
    missing = [e.head[:12] for e, r in zip(case.evidence, found, strict=True) if r is None]
    value = (len(found) - len(missing)) / len(found)
    return Score(
        value, f"{len(found) - len(missing)}/{len(found)} cited" + (f", not {missing}" if missing else "")
    )


# -- who ------------------------------------------------------------------------------------------------------


def _who_asked(case: Case, role: str) -> tuple[str, ...]:
    """The departments a case expects in a role; none for lists, where they are what was asked with."""
    return () if case.is_list or not _asks(case) else getattr(case, role)


def _right_role(role: str) -> MetricFunction:
    def measure(case: Case, reply: Reply, sources: Sources) -> Measured:
        want = _who_asked(case, role)
        if not want:
            return None
        if reply.facts is None and reply.outcome is not None:
            return None
        have = names(d for f in reply.facts or () for d in getattr(f, role))
        text = fold(reply.answer)
        unsaid = [n for n in names(want) if n not in text]
        score = _wanted(want, have, role)
        return Score(0.0, f"not in the answer: {'、'.join(unsaid)}") if score.value and unsaid else score

    measure.__doc__ = f"""1 if every expected {role} department is a {role} of some fact and stands in the answer's text.
    Source: `{role}_right` of the score script.  Extra departments do not count against it: see {role}_precision."""
    return measure


lead_right, responsible_right = _right_role("lead"), _right_role("responsible")


def _set_scores(role: str, part: str) -> MetricFunction:
    def measure(case: Case, reply: Reply, sources: Sources) -> Measured:
        want = names(_who_asked(case, role))
        facts = _facts(case, reply)
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
    facts = _facts(case, reply)
    if facts is None or reply.refused:
        return None
    leads, others = (names(d for f in facts for d in getattr(f, r)) for r in ("lead", "responsible"))
    if not leads | others:
        return None
    wants = [(d, leads, others) for d in names(_who_asked(case, "lead"))]
    wants += [(d, others, leads) for d in names(_who_asked(case, "responsible"))]
    if not wants:
        return None
    swapped = sorted(d for d, here, there in wants if d in there and d not in here)
    return Score(len(swapped) / len(wants), f"in the other role: {'、'.join(swapped) or '-'}")


_PREFIX = re.compile(r"^(?:自治区|新区|各|省|市|区|县|旗|州|盟)(?=..)")


def _said(name: str, text: str) -> bool:
    """Whether a passage's words name the department, with or without the prefix that sources print once."""
    bare = _PREFIX.sub("", name)
    return name in text or bare in text


def who_in_first(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if the first passage holds the evidence and names every expected department anywhere in its words, its facts
    counted as words.  Own definition: the credit that a system without fields can be given.  Blind to roles and to
    other departments in the same passage, so generous to windows of text."""
    want = names((*_who_asked(case, "lead"), *_who_asked(case, "responsible")))
    if not want or case.evidence_mode == "all":
        return None
    if not reply.cited or 0 not in ranks(case, reply.cited[:1]):
        return Score(0.0, "the first passage is not the measure")
    fact = reply.first_fact
    text = fold(reply.cited[0].words) + (fold("、".join((*fact.lead, *fact.responsible))) if fact else "")
    unsaid = sorted(n for n in want if not _said(n, text))
    return Score(float(not unsaid), f"not in the passage: {'、'.join(unsaid)}" if unsaid else "all named")


# -- when -----------------------------------------------------------------------------------------------------


def _dates_asked(case: Case) -> tuple[str, ...]:
    return case.deadline_iso if _asks(case) and case.type != "deadline_list" else ()


def deadline_right(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if every expected date is a deadline of some fact.  Source: `deadline_right` of the score script.  2022年底前
    and 2022年12月底前 are the same date.  Does not see extra dates: see deadline_exact."""
    want = _dates_asked(case)
    if not want or (reply.facts is None and reply.outcome is not None):
        return None
    have = {d for f in reply.facts or () for d in f.dates}
    missing = sorted(set(want) - have)
    return Score(
        float(not missing), f"missing {missing}, have {sorted(have)[:8]}" if missing else "all there"
    )


def deadline_exact(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if the dates of the answering record are exactly the expected ones, no more and no fewer.  Own definition.  A
    record that holds further dates beside the one that was asked for (a plan's stages, another department's) scores 0:
    read it as "nothing to pick from", and deadline_right for the date itself."""
    want, facts = _dates_asked(case), _facts(case, reply)
    if not want or facts is None:
        return None
    have = {d for f in facts for d in f.dates} if not reply.refused else set()
    return Score(float(have == set(want)), f"want {sorted(set(want))}, have {sorted(have)}")


def days_off(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Mean distance in days from each expected date to the nearest stated one (lower is better).  Own definition.
    Not measured where no date is stated: a missing date has no distance, deadline_right counts it."""
    want, facts = _dates_asked(case), _facts(case, reply)
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
    if not _dates_asked(case) or not case.deadline_raw:
        return None
    text = fold(reply.answer)
    unsaid = [raw for raw in case.deadline_raw if fold(raw) not in text]
    count = len(case.deadline_raw)
    return Score(
        (count - len(unsaid)) / count, f"not in the answer: {unsaid}" if unsaid else "as printed", count
    )


def when_in_first(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if the first passage holds the evidence and the deadline's printed words (all of them).  Own definition, as
    who_in_first: the credit for a passage that a reader could read the date from."""
    if not _dates_asked(case) or not case.deadline_raw or case.evidence_mode == "all":
        return None
    if not reply.cited or 0 not in ranks(case, reply.cited[:1]):
        return Score(0.0, "the first passage is not the measure")
    text = fold(reply.cited[0].words) + fold(reply.answer if reply.facts else "")
    unsaid = [raw for raw in case.deadline_raw if fold(raw) not in text]
    return Score(float(not unsaid), f"not in the passage: {unsaid}" if unsaid else "all there")


def words_in_shown(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if every expected department and every deadline's words stand in some of the first five passages.  Own
    definition: the credit of a system without fields where several measures are asked."""
    if case.evidence_mode != "all":
        return None
    text = fold("\n".join(s.words for s in reply.cited[:5]))
    want = names((*_who_asked(case, "lead"), *_who_asked(case, "responsible")))
    raws = case.deadline_raw if _dates_asked(case) else ()
    if not want and not raws:
        return None
    unsaid = [n for n in sorted(want) if not _said(n, text)] + [r for r in raws if fold(r) not in text]
    return Score(float(not unsaid), f"not in the passages: {unsaid}" if unsaid else "all there")


_FIELDS: tuple[MetricFunction, ...] = (lead_right, responsible_right, deadline_right)
_WORDS: tuple[MetricFunction, ...] = (who_in_first, when_in_first, words_in_shown)


# -- lists ----------------------------------------------------------------------------------------------------


def list_completeness(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of a list's measures that the answer shows.  Own definition (set recall).  Where a set names only some of
    a long list, the share of those."""
    if not case.is_list or not _asks(case):
        return None
    shown = reply.cited if not reply.refused else ()
    found = ranks(case, shown)
    hits = sum(r is not None for r in found)
    missing = [e.head[:12] for e, r in zip(case.evidence, found, strict=True) if r is None]
    return Score(hits / len(found), f"{hits}/{len(found)}" + (f", not {missing}" if missing else ""))


def list_precision(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the shown measures that belong to the list.  Source: `list_precision` of the score script.  Not
    measured where the set does not name the whole list, or nothing is shown."""
    if not case.is_list or not _asks(case) or not case.evidence_all or case.evidence_mode != "all":
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


# -- citations ------------------------------------------------------------------------------------------------


def citation_span_exact(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the citations whose offsets yield exactly the quote, white space and page marks left out.  Source:
    `citation_span_exact` of the score script.  Does not say whether the quote supports the answer."""
    known = [s for s in reply.cited if s.doc in sources.texts]
    if not known:
        return None
    wrong = [
        s
        for s in known
        if not s.parts or sources.printed(s.doc, s.parts) != fold(s.quote) or not fold(s.quote)
    ]
    why = f"offsets do not yield {wrong[0].quote[:20]!r}" if wrong else "every quote stands at its offsets"
    return Score((len(known) - len(wrong)) / len(known), why, len(known))


def quote_verbatim(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the citations whose pieces stand word for word somewhere in the document they name.  Source: the
    verbatim quote rate of fojin (xr843/fojin#901).  Weaker than citation_span_exact: the place may be wrong."""
    known = [s for s in reply.cited if s.doc in sources.texts]
    if not known:
        return None
    wrong = [
        s
        for s in known
        if not sources.has_words(s.doc, s.quote)
        and sources.printed(s.doc, s.parts) != (fold(s.quote) or None)
    ]
    why = f"not in {wrong[0].doc}: {wrong[0].quote[:20]!r}" if wrong else "every quote is in its document"
    return Score((len(known) - len(wrong)) / len(known), why, len(known))


def _overlap(a: Iterable[tuple[int, int]], b: Iterable[tuple[int, int]]) -> int:
    other = list(b)
    return sum(max(0, min(e, f) - max(s, t)) for s, e in a for t, f in other)


def span_recall(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the evidence's characters that the shown passages cover; the best piece where any one suffices.  Source:
    LegalBench-RAG (arXiv 2408.10343).  Where a case gives no `tail`, only the head's characters are known."""
    if not _asks(case):
        return None
    places = [(e.doc, place[0]) for e in case.evidence if (place := sources.place(e))]
    if not places:
        return None
    shares, lengths = [], []
    for doc, span in places:
        parts = [p for s in reply.cited if s.doc == doc for p in s.parts]
        shares.append(_overlap([span], _merged(parts)) / (span[1] - span[0]))
        lengths.append(span[1] - span[0])
    if case.evidence_mode == "any":
        return Score(max(shares), f"best of {len(shares)}")
    value = sum(s * n for s, n in zip(shares, lengths, strict=True)) / sum(lengths)
    return Score(value, f"{len(shares)} measures")


def _merged(parts: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(parts):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def span_precision(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the shown passages' characters that belong to the evidence: how much a reader reads in vain.  Source:
    LegalBench-RAG.  Only where every piece of evidence has a `tail`, so that its end is known."""
    if not _asks(case) or not reply.cited or not all(s.parts for s in reply.cited):
        return None
    places = [(e.doc, sources.place(e)) for e in case.evidence]
    if not places or any(place is None or not place[1] for _, place in places):
        return None
    shown = belongs = 0
    for doc in {s.doc for s in reply.cited}:
        parts = _merged(p for s in reply.cited if s.doc == doc for p in s.parts)
        shown += sum(b - a for a, b in parts)
        belongs += _overlap(parts, _merged(place[0] for d, place in places if d == doc and place))
    return Score(belongs / shown, f"{belongs} of {shown} characters")


def claims_verified(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the answer's claims that the verifier found in their role inside the cited span (verdict exact).
    Source: RAGAS faithfulness = supported claims / claims, with a verifier in place of its judge.  None where no
    claim was checked: nothing checked is not verified (xr843/fojin#953)."""
    checked = [c for c in reply.claims or () if c.verdict is not None]
    if not checked:
        return None
    bad = [c for c in checked if c.verdict != "exact"]
    why = f"{bad[0].kind} {bad[0].value[:20]!r} is {bad[0].verdict}" if bad else "all exact"
    return Score((len(checked) - len(bad)) / len(checked), why, len(checked))


def uncited_claims(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the claims whose citation number has no source or no marker in the text (lower is better).  Source:
    citation recall of ALCE (arXiv 2305.14627) turned round, structural only: support is claims_verified."""
    if not reply.claims:
        return None
    marked = {int(n) for n in _MARKER.findall(reply.answer)}
    bad = [
        c for c in reply.claims if not c.citation or c.citation > len(reply.cited) or c.citation not in marked
    ]
    return Score(len(bad) / len(reply.claims), f"{len(bad)} of {len(reply.claims)}", len(reply.claims))


_MARKER = re.compile(r"\[(\d{1,3})\]")


def dangling_markers(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the markers [n] in the text that point at no source (lower is better).  The most reported fault of such
    products (infiniflow/ragflow#7232)."""
    marked = [int(n) for n in _MARKER.findall(reply.answer)]
    if not marked:
        return None
    bad = [n for n in marked if not 1 <= n <= len(reply.cited)]
    return Score(
        len(bad) / len(marked), f"no source for {bad}" if bad else "every marker has its source", len(marked)
    )


def sources_under_refusal(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if "not found" or "declined" shows sources all the same (lower is better).  Source: anything-llm#505."""
    if reply.outcome not in ("not_found", "declined"):
        return None
    return Score(float(bool(reply.cited)), f"{len(reply.cited)} sources")


# -- abstention -----------------------------------------------------------------------------------------------


def abstains_when_it_should(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if an unanswerable question is refused: the true positive rate of abstention.  Source: deflection TPR of GaRAGe
    (arXiv 2506.07671).  Refusing everything scores 1 here: read it with abstains_wrongly."""
    if case.answerable:
        return None
    return Score(float(reply.refused), f"outcome {reply.outcome}")


def abstains_wrongly(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if an answerable question is refused: the false positive rate of abstention (lower is better).  Source: GaRAGe."""
    if not _asks(case):
        return None
    return Score(float(reply.refused), f"outcome {reply.outcome}")


def answers_when_it_should(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if an answerable question gets an answer (an error is none).  Source: the score script."""
    if not _asks(case):
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


# -- content and cost -----------------------------------------------------------------------------------------


def must_contain(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the must_contain groups of which one alternative stands in the answer's text, white space and widths left
    out.  Source: the score script.  A string that stands there by chance counts."""
    if not _asks(case) or not case.must_contain:
        return None
    text = fold(reply.answer)
    unsaid = ["|".join(g) for g in case.must_contain if not any(fold(o) in text for o in g)]
    count = len(case.must_contain)
    return Score(
        (count - len(unsaid)) / count, f"not in the answer: {unsaid}" if unsaid else "all there", count
    )


def seconds(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Wall-clock seconds from question to whole answer, warm, inside the asking process (lower is better).  Not
    comparable between runs on different machines or with different parallelism."""
    return None if reply.seconds is None else Score(reply.seconds)


def tokens(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Language-model tokens, prompt and completion, as the server reports them (lower is better).  None without a
    model."""
    return None if reply.tokens is None else Score(float(reply.tokens))


def cost(case: Case, reply: Reply, sources: Sources) -> Measured:
    """What the language model's tokens cost at the prices that are set (lower is better).  None without a model or
    without prices; the machine's own cost is not in it."""
    return None if reply.cost is None else Score(reply.cost)


def shown_characters(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Characters of the first five sources: what a reader (or a model) has to read (lower is better).  Own
    definition.  Not measured where nothing is shown."""
    if not reply.cited:
        return None
    return Score(float(sum(len(fold(s.words)) for s in reply.cited[:5])))


# -- the table ------------------------------------------------------------------------------------------------


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


_G = Group
METRICS: dict[str, Metric] = {
    m.name: m
    for m in (
        Metric("correct", correct, _G.OVERALL, "答对"),
        Metric("correct_strict", correct_strict, _G.OVERALL, "答对且不多不少"),
        Metric("truthfulness", truthfulness, _G.OVERALL, "可信（对＋1，错－1）", unit="score"),
        Metric("replied", replied, _G.OVERALL, "有回答"),
        Metric("recall_at_1", recall_at(1), _G.RETRIEVAL, "首条即依据"),
        Metric("recall_at_3", recall_at(3), _G.RETRIEVAL, "前三条含依据"),
        Metric("recall_at_5", recall_at(5), _G.RETRIEVAL, "前五条含依据"),
        Metric("recall_at_10", recall_at(10), _G.RETRIEVAL, "前十条含依据"),
        Metric("mrr", mrr, _G.RETRIEVAL, "倒数排名"),
        Metric("ndcg_at_10", ndcg_at_10, _G.RETRIEVAL, "nDCG@10"),
        Metric("wrong_document_at_1", wrong_document_at(1), _G.RETRIEVAL, "首条出自别的文件", False),
        Metric("wrong_document_at_5", wrong_document_at(5), _G.RETRIEVAL, "前五条出自别的文件", False),
        Metric("wrong_paper_at_1", wrong_paper_at_1, _G.RETRIEVAL, "首条出自别的方案", False),
        Metric("evidence_first", evidence_first, _G.RETRIEVAL, "出处一即依据"),
        Metric("evidence_cited", evidence_cited, _G.RETRIEVAL, "引用了依据"),
        Metric("evidence_all_recall", evidence_all_recall, _G.RETRIEVAL, "依据引用齐全"),
        Metric("lead_right", lead_right, _G.WHO, "牵头单位答出"),
        Metric("lead_precision", _set_scores("lead", "precision"), _G.WHO, "牵头单位查准"),
        Metric("lead_recall", _set_scores("lead", "recall"), _G.WHO, "牵头单位查全"),
        Metric("lead_f1", _set_scores("lead", "f1"), _G.WHO, "牵头单位 F1"),
        Metric("lead_exact", _set_scores("lead", "exact"), _G.WHO, "牵头单位全同"),
        Metric("responsible_right", responsible_right, _G.WHO, "责任单位答出"),
        Metric("responsible_precision", _set_scores("responsible", "precision"), _G.WHO, "责任单位查准"),
        Metric("responsible_recall", _set_scores("responsible", "recall"), _G.WHO, "责任单位查全"),
        Metric("responsible_f1", _set_scores("responsible", "f1"), _G.WHO, "责任单位 F1"),
        Metric("responsible_exact", _set_scores("responsible", "exact"), _G.WHO, "责任单位全同"),
        Metric("roles_swapped", roles_swapped, _G.WHO, "牵头与责任颠倒", False),
        Metric("who_in_first", who_in_first, _G.WHO, "首条中有应答单位"),
        Metric("deadline_right", deadline_right, _G.WHEN, "完成日期答出"),
        Metric("deadline_exact", deadline_exact, _G.WHEN, "完成日期全同"),
        Metric("days_off", days_off, _G.WHEN, "日期相差天数", False, True, "days"),
        Metric("deadline_words", deadline_words, _G.WHEN, "时限照原文", pooled=True),
        Metric("when_in_first", when_in_first, _G.WHEN, "首条中有应答时限"),
        Metric("list_completeness", list_completeness, _G.LISTS, "清单完整"),
        Metric("list_precision", list_precision, _G.LISTS, "清单不混入"),
        Metric("list_exact", list_exact, _G.LISTS, "清单全同"),
        Metric("citation_span_exact", citation_span_exact, _G.CITATIONS, "出处位置准确", pooled=True),
        Metric("quote_verbatim", quote_verbatim, _G.CITATIONS, "引文逐字", pooled=True),
        Metric("span_recall", span_recall, _G.CITATIONS, "依据文字覆盖"),
        Metric("span_precision", span_precision, _G.CITATIONS, "出处不多引"),
        Metric("claims_verified", claims_verified, _G.CITATIONS, "陈述已核对", pooled=True),
        Metric("uncited_claims", uncited_claims, _G.CITATIONS, "陈述无出处", False, True),
        Metric("dangling_markers", dangling_markers, _G.CITATIONS, "悬空标号", False, True),
        Metric("sources_under_refusal", sources_under_refusal, _G.CITATIONS, "拒答仍列出处", False),
        Metric("abstains_when_it_should", abstains_when_it_should, _G.ABSTENTION, "该拒则拒"),
        Metric("abstains_wrongly", abstains_wrongly, _G.ABSTENTION, "不该拒而拒", False),
        Metric("answers_when_it_should", answers_when_it_should, _G.ABSTENTION, "该答则答"),
        Metric("outcome_right", outcome_right, _G.ABSTENTION, "结局恰当"),
        Metric("must_contain", must_contain, _G.CONTENT, "要点齐备", pooled=True),
        Metric("seconds", seconds, _G.COST, "用时", False, unit="seconds"),
        Metric("tokens", tokens, _G.COST, "模型用量", False, unit="tokens"),
        Metric("cost", cost, _G.COST, "模型费用", False, unit="money"),
        Metric("shown_characters", shown_characters, _G.COST, "前五条字数", False, unit="characters"),
    )
}


def score(case: Case, reply: Reply, sources: Sources) -> dict[str, Score]:
    """Every metric that says something about this case."""
    found = {name: metric.measure(case, reply, sources) for name, metric in METRICS.items()}
    return {name: value for name, value in found.items() if value is not None}
