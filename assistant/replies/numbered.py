"""Answers to questions that call a measure by its number: in the paper, the annex or the place they name.  A number
that several papers have is answered for each of them; one that none has is said to be missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.choose import Chosen
from assistant.compose import answer_of_parts
from assistant.desk import Desk, policies_of
from assistant.extracts import dates_in_text
from assistant.known import PolicyKey
from assistant.labels import number_label, place_name, places_listed, short_title
from assistant.matching import flat
from assistant.model import WHO_OR_WHEN, Answer, Intent, Outcome, Question
from assistant.question.references import as_count, parts_of, printed_forms
from assistant.replies.missing import answer_missing
from assistant.replies.single import compose_entry
from assistant.retrieve import Found
from assistant.wording import say
from index_build.catalog import Filter
from index_build.model import Deadline, Measure

SHOWN = 6
LISTED = 13  # measures of one paper that are called by their numbers
BEFORE_TITLE = 40  # characters before an annex's title among which 附件3 stands
_ANNEX = re.compile(r"附件\s*(\d{1,2}|[一二三四五六七八九十]{1,3})")
_ANNEX_LINE = re.compile(
    r"^[ \t　]*附件[ \t]*(?P<n>\d{1,2}|[一二三四五六七八九十]{1,3})?[ \t]*[:：]?[ \t]*$", re.MULTILINE
)
_PAPER = re.compile(
    r"(?:行动|工作|实施|责任|任务|重点|具体|若干)*(?:方案|举措|措施|办法|清单|要点|计划|文件|通知|规划|细则|附件)+"
)


def answer_numbered(question: Question, desk: Desk) -> Answer | None:
    """None where the question is about something else besides, which the measure of that number is not."""
    topic = [c for c in question.concepts if c.telling and not c.carried and not _PAPER.fullmatch(c.words)]
    policies = policies_of(question, desk.known)
    searched = tuple(policies) if policies else tuple(p.key for p in desk.known.policies)
    annexes = _annexes(question.annex, searched, desk) if question.annex is not None else ()
    measures = called_by_number(question, desk, annexes or searched)
    if question.annex is not None and not annexes:
        measures = [m for m in measures if _in_annex(m, question.annex, desk)]
    if topic:
        spoken = {m.id: sum(_speaks_of(m, c.words, c.others) for c in topic) for m in measures}
        most = max(spoken.values(), default=0)
        about = [m for m in measures if most and spoken[m.id] == most]
        if not about and len(measures) != 1:
            return None
        if not about and not question.documents and question.annex is None:
            return None
        measures = about or measures
    bare = replace(question, concepts=())
    if not measures:
        return answer_missing(bare, desk, Chosen(reason="no such number"))
    if policies is None and len({m.policy.place for m in measures}) > SHOWN:
        return _of_each_place(question, desk, measures)
    return _written(question, desk, measures[: LISTED if len(question.numbers) > 1 else SHOWN])


def _of_each_place(question: Question, desk: Desk, measures: Sequence[Measure]) -> Answer:
    """The first few places that have the number, and the names of all."""
    firsts = list({m.policy.place: m for m in reversed(measures)}.values())[::-1]
    names = tuple(place_name(m.policy.place) for m in firsts)
    answer = _written(question, desk, firsts[:SHOWN])
    where = say("number_where", question.english, names=places_listed(names, question.english))
    return replace(answer, text=f"{where}\n\n{answer.text}", choices=names)


def called_by_number(question: Question, desk: Desk, policies: Sequence[PolicyKey]) -> list[Measure]:
    """The measures of each number, in each paper by the likeliest of the forms that it may be printed in."""
    found: dict[str, Measure] = {}
    for number in question.numbers:
        forms = printed_forms(number)
        rows = desk.catalog.measures(Filter(policies=tuple(policies), numbers=forms))
        if not rows and parts_of(number):
            rows = desk.catalog.measures(Filter(policies=tuple(policies), numbers=parts_of(number)))
            forms = parts_of(number)
            found.update((m.id, m) for m in rows)
            continue
        best: dict[PolicyKey, int] = {}
        for m in rows:
            key = m.policy.key
            best[key] = min(best.get(key, len(forms)), forms.index(m.number or ""))
        found.update((m.id, m) for m in rows if forms.index(m.number or "") == best[m.policy.key])
    chosen = list(found.values())
    return chosen if question.annex is not None else _main_papers(chosen, question)


def _main_papers(measures: Sequence[Measure], question: Question) -> list[Measure]:
    """Without its annexes where the plan that they belong to has the number itself: of one file and place with one
    date, the first paper."""
    if question.documents:
        return list(measures)
    first: dict[tuple[object, ...], int] = {}
    for m in measures:
        p = m.policy
        if p.doc_no is None:
            whole = (p.doc, p.place, p.issued)
            first[whole] = min(first.get(whole, p.ordinal), p.ordinal)
    return [
        m
        for m in measures
        if m.policy.doc_no is not None
        or first[(m.policy.doc, m.policy.place, m.policy.issued)] == m.policy.ordinal
    ]


def _annexes(annex: int, policies: Sequence[PolicyKey], desk: Desk) -> tuple[PolicyKey, ...]:
    """The papers right before whose title 附件3 is printed."""
    chosen = []
    for key in policies:
        policy = desk.known.policy(key)
        text = desk.records.text(policy.doc)
        before = text[max(0, policy.span.start - BEFORE_TITLE) : policy.span.start + 8]
        found = _ANNEX.findall(before)
        if found and as_count(found[-1]) == annex:
            chosen.append(key)
    return tuple(chosen)


def _in_annex(measure: Measure, annex: int, desk: Desk) -> bool:
    """Whether the last line before the measure that opens an annex opens this one; a line without a number opens the
    only one there is."""
    if any(as_count(n) == annex for title in measure.section for n in _ANNEX.findall(title)[:1]):
        return True
    text = desk.records.text(measure.policy.doc)
    start = min(span.start for span in measure.extent)
    opened = [m["n"] for m in _ANNEX_LINE.finditer(text, 0, start)]
    return bool(opened) and (as_count(opened[-1]) if opened[-1] else 1) == annex


def _speaks_of(measure: Measure, words: str, others: Sequence[tuple[str, float]]) -> bool:
    text = flat(f"{measure.policy.title} {' '.join(measure.section)} {measure.text}")
    return any(
        flat(part) in text for form in (words, *(o for o, _ in others)) for part in form.split("&")[:1]
    )


def _written(question: Question, desk: Desk, measures: Sequence[Measure]) -> Answer:
    english = question.english
    asked = question.asked
    whole = replace(question, intent=asked if asked in WHO_OR_WHEN else Intent.WHAT, quantity=None)
    several = len(measures) > 1
    chosen = [_chosen(question, desk, m, asked) for m in measures]
    parts = [
        compose_entry(whole, desk, c, m, n, brief=several and asked in WHO_OR_WHEN)
        for n, (c, m) in enumerate(zip(chosen, measures, strict=True), 1)
    ]
    texts = [p.text for p in parts]
    if several:
        papers = len({m.policy.key for m in measures}) > 1
        if papers:
            texts = [
                say("place_row", english, place=short_title(m.policy), text=t)
                for m, t in zip(measures, texts, strict=True)
            ]
        else:
            texts = [f"{number_label(m, english).strip()} {t}" for m, t in zip(measures, texts, strict=True)]
        texts.insert(0, say("several", english, count=len(measures)))
    stated = any(c.stated for c in chosen)
    return answer_of_parts(
        parts,
        measures,
        desk.records,
        question=question,
        text="\n\n".join(texts),
        outcome=Outcome.ANSWERED if stated else Outcome.NOT_STATED,
    )


def _chosen(question: Question, desk: Desk, measure: Measure, asked: Intent) -> Chosen:
    """The measure with, where it has no deadline of its own, the days that its text prints."""
    days: tuple[Deadline, ...] = ()
    if asked in (Intent.WHEN, Intent.WHO_WHEN) and not measure.deadlines:
        days = dates_in_text(measure, desk.searcher.weigh(question.concepts), desk.records)
    return Chosen((measure,), bool(days) or _says(measure, asked), days, Found())


def _says(measure: Measure, asked: Intent) -> bool:
    if asked is Intent.WHEN:
        return bool(measure.deadlines)
    if asked is Intent.WHO_LEAD:
        return bool(measure.lead)
    if asked is Intent.WHO_WHEN:
        return bool(measure.mentions or measure.deadlines)
    return asked not in WHO_OR_WHEN or bool(measure.mentions)
