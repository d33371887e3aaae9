"""Hits → the words of an answer, extractive: a short direct sentence from the record, then where it stands and what
the document says there.  Every name, day and figure is printed as the record or the document has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.labels import days_text, names_text, number_label, place_label, short_title
from assistant.matching import STEM, STEMMED, Weighed
from assistant.model import (
    ANY_FIGURE,
    SOME_THINGS,
    Answer,
    Citation,
    Claim,
    ClaimKind,
    Entry,
    Intent,
    Outcome,
    Question,
)
from assistant.wording import say
from index_build.dates import DateHit, find_dates
from index_build.model import Deadline, DeadlineKind, Measure, Mention, Role, Span
from index_build.names import same_department
from index_build.text import tidy
from index_build.words import normalise

WHOLE_BODY = 170  # a body up to this long is quoted whole
QUOTED = 240  # characters of a longer one
LIST_QUOTED = 700  # and of one that lists what is asked for
MOST = 0.5  # the share of a question that a sentence holds which is wholly about it
OPENING = 18  # a first sentence up to this long is the measure's own heading
_EVERY = re.compile(r"每(?:半年|两年|季度?|年|月|周|天|日|旬|(?:半|半个)?小时|\d*分钟)")
UNDATED = frozenset({DeadlineKind.RECURRING})
_SENTENCE = re.compile(r"[^。；;！!？?]*[。；;！!？?”」]*")
_LISTED = re.compile(r"\s*(?:[（(](?:\d{1,2}|[一二三四五六七八九十]{1,2})[）)]|[①-⑳]|\d{1,2}[.．、](?!\d))")
_FIGURE = re.compile(
    r"\d|[一二两三四五六七八九十百千万亿]+(?:余|多)?"
    r"(?:个|项|家|天|日|次|件|倍|成|元|户|名|人|所|座|处|套|台|辆|亩|吨|场|年|月|小时|分钟|公里|平方米|米)|百分之"
)
_SHARE = re.compile(r"百分之[一二三四五六七八九十百点]|[一二三四五六七八九]分之[一二三四五六七八九]")
# A day, month or year of the calendar is no length of time, a document's number no figure.
_CALENDAR = re.compile(
    r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|(?<!\d)\d{1,2}月(?:\d{1,2}日)?|[〔\[（(]\d{4}[〕\]）)](?:第?\d+号)?"
)
_ANY = (SOME_THINGS, ANY_FIGURE)
_CLAUSE_END = re.compile(r"[，,；;。！!？?：:“”（）()]")
SHORT, FIGURES_SAID = 24, 3  # characters of a stretch that is said whole; stretches that are said
# Weight of a wording that makes a sentence be about the question: for any figure, for one of a kind.
SURELY, LIKELY = 0.8, 0.5


@dataclass(frozen=True)
class Part:
    """A piece of an answer about one entry: its sentence, its claims, and the entry as a fact."""

    text: str
    claims: tuple[Claim, ...]
    fact: Measure | None


# Citations


class Texts(Protocol):
    """Where a document's text as read comes from."""

    def text(self, doc: str) -> str: ...


def cite(n: int, entry: Entry, texts: Texts) -> Citation:
    """Marker n: everything that the entry says, body, clause, plan and time lines."""
    text = texts.text(entry.policy.doc)
    quote = "".join(tidy(text[p.start : p.end]) for p in entry.extent)
    return Citation(n, entry, quote, entry.extent)


def cite_each(entries: Iterable[Entry], texts: Texts) -> tuple[Citation, ...]:
    """Markers 1, 2, … in the order of the entries."""
    return tuple(cite(n, entry, texts) for n, entry in enumerate(entries, 1))


def answer_of_parts(
    parts: Sequence[Part],
    entries: Sequence[Entry],
    texts: Texts,
    *,
    question: Question,
    text: str,
    outcome: Outcome,
    choices: Iterable[str] = (),
) -> Answer:
    """An answer of which each part is about one entry, in their order: their markers, facts and claims."""
    return Answer(
        text=text,
        outcome=outcome,
        question=question,
        citations=cite_each(entries, texts),
        facts=tuple((n, part.fact) for n, part in enumerate(parts, 1) if part.fact),
        claims=tuple(claim for part in parts for claim in part.claims),
        choices=tuple(choices),
    )


# Sentences of one entry


def key_words(
    entry: Entry, weighed: Iterable[Weighed], *, quantity: str | None = None, many: bool = False
) -> str:
    """What the entry says to the question: whole where short, else the sentences that hold most of it, in order;
    where `many` things are asked for, the list that these sentences are a part of."""
    limit = QUOTED
    body = tidy(entry.text)
    plan = tidy(entry.plan) if isinstance(entry, Measure) and entry.plan else ""
    sentences = _sentences(body)
    if len(body) <= WHOLE_BODY:
        chosen = body
        if plan and quantity and has_figure(plan, quantity):
            return f"{body}……{_best(_sentences(plan), weighed, quantity, limit)}"
        if plan and _value(plan, weighed, quantity) > _value(body, weighed, quantity):
            chosen = _best(sentences + _sentences(plan), weighed, quantity, limit)
        return chosen
    return _best(sentences + _sentences(plan), weighed, quantity, limit, many=many)


def _sentences(tidied: str) -> list[str]:
    return [m[0] for m in _SENTENCE.finditer(tidied) if m[0].strip()]


def best_sentence(entry: Entry, weighed: Sequence[Weighed]) -> str:
    """The sentence that holds most of the question; "" where none holds any of it."""
    sentences = [s.strip() for s in _sentences(tidy(entry.text))]
    values = [_value(s, weighed, None) for s in sentences]
    best = max(values, default=0.0)
    return sentences[values.index(best)] if best else ""


def _best(
    sentences: Sequence[str],
    weighed: Iterable[Weighed],
    quantity: str | None,
    limit: int,
    *,
    many: bool = False,
) -> str:
    weighed = tuple(weighed)
    values = [_value(s, weighed, quantity) for s in sentences]
    ranked = sorted(range(len(sentences)), key=lambda i: (-values[i], i))
    kept: list[int] = []
    used = 0
    for i in ranked:
        if kept and (used + len(sentences[i]) > limit or values[i] < values[ranked[0]] * 0.3):
            continue
        kept.append(i)
        used += len(sentences[i])
    if many:
        kept = _with_lists(sentences, kept)
    kept.sort()
    text = ""
    for at, i in enumerate(kept):
        text += ("……" if at and kept[at - 1] != i - 1 else "") + sentences[i]
    return text


def _with_lists(sentences: Sequence[str], kept: Sequence[int]) -> list[int]:
    """The kept sentences with the other items of the lists that they open or stand in."""
    found = list(kept)
    used = sum(len(sentences[i]) for i in kept)
    for at in kept:
        for step in (1, -1):
            i = at + step
            while 0 <= i < len(sentences) and (
                _LISTED.match(sentences[i]) or (step < 0 and _LISTED.match(sentences[i + 1]))
            ):
                if i not in found:
                    used += len(sentences[i])
                    if used > LIST_QUOTED:
                        return found
                    found.append(i)
                i += step
    return found


def _value(sentence: str, weighed: Iterable[Weighed], quantity: str | None) -> float:
    """How much of the question a sentence holds; a figure of the asked kind counts as much as its words."""
    flat = normalise(sentence)
    total = value = 0.0
    for item in weighed:
        total += item.weight
        value += item.weight * max((w * _share(form, flat) for form, w in item.forms), default=0.0)
    share = value / total if total else 0.0
    if quantity and has_figure(sentence, quantity):
        share += 0.35
    return share


def _share(form: str, flat: str) -> float:
    if form in flat:
        return 1.0
    if len(form) < 3:
        return 0.0
    pairs = [form[i : i + 2] for i in range(len(form) - 1)]
    share = sum(pair in flat for pair in pairs) / len(pairs)
    if len(form) == STEMMED and share >= 0.5:
        return STEM
    return 0.7 * share if share >= 0.5 else 0.0


def has_figure(text: str, quantity: str) -> bool:
    """Whether a text prints a figure of the asked kind."""
    flat = _CALENDAR.sub("。", normalise(text).replace(" ", ""))
    if "每(?:" in quantity and _EVERY.search(flat):
        return True
    if "%" in quantity and _SHARE.search(flat):
        return True
    if quantity in _ANY:
        return bool(_FIGURE.search(flat))
    return bool(
        re.search(
            rf"(?:[\d.一二三四五六七八九十百千万两半]|—|-)\s*(?:{quantity})|(?:{quantity})(?=以上|以内)",
            flat,
            re.IGNORECASE,
        )
    ) or (quantity.startswith("\\d") and bool(re.search(quantity, flat)))


def has_figure_of(entry: Entry, weighed: Sequence[Weighed], quantity: str, *, whole: bool = False) -> bool:
    """Whether a sentence that is about the question prints a figure of the asked kind; under a short opening that is
    about it (压缩办电时间。) every sentence is.  With `whole` the sentence has to hold most of the question."""
    plan = entry.plan if isinstance(entry, Measure) and entry.plan else ""
    sentences = _sentences(tidy(entry.text)) + _sentences(tidy(plan))
    if not sentences:
        return False
    main = [w for w in weighed if w.concept.telling] or list(weighed)
    least = SURELY if quantity in _ANY else LIKELY
    opened = len(sentences[0]) <= OPENING and _is_about(sentences[0], main, least)
    if whole:
        above = normalise(f"{entry.policy.title}\n{entry.section}")
        main = [w for w in main if not any(form in above for form, _ in w.forms)] or main
        return any(has_figure(s, quantity) and _value(s, main, None) >= MOST for s in sentences)
    return any(has_figure(s, quantity) and (opened or _is_about(s, main, least)) for s in sentences)


def figures_said(entry: Entry, weighed: Sequence[Weighed], quantity: str) -> tuple[str, ...]:
    """The stretches that print a figure of the asked kind, in sentences that are about the question, as printed."""
    if quantity in _ANY:
        return ()
    main = [w for w in weighed if w.concept.telling] or list(weighed)
    plan = entry.plan if isinstance(entry, Measure) and entry.plan else ""
    sentences = _sentences(tidy(entry.text)) + _sentences(tidy(plan))
    about = [s for s in sentences if _is_about(s, main)] or sentences
    found: dict[str, None] = {}
    for clause in (c for s in about for c in _CLAUSE_END.split(s)):
        if has_figure(clause, quantity):
            pieces = [p for p in clause.split("、") if has_figure(p, quantity)]
            found[(clause if len(clause) <= SHORT or not pieces else pieces[-1]).strip()] = None
    return tuple(found)[:FIGURES_SAID]


def _is_about(sentence: str, weighed: Iterable[Weighed], least: float = LIKELY) -> bool:
    flat = normalise(sentence).replace(" ", "")
    return any(
        _share(part, flat) >= 0.5
        for w in weighed
        for form, weight in w.forms
        if weight >= least
        for part in form.split("&")
    )


# Who and when


def stated_deadlines(measure: Measure, *, clause_only: bool = False) -> tuple[Deadline, ...]:
    """A measure's deadlines; with `clause_only` those of its time line, where it has one."""
    if clause_only:
        inside = [*measure.parts, *measure.plan_parts]
        outside = tuple(d for d in measure.deadlines if not any(_within(d.span, p) for p in inside))
        if outside:
            return outside
    return measure.deadlines


def _within(span: Span, part: Span) -> bool:
    return part.start <= span.start and span.end <= part.end


def has_day_inside(measure: Measure) -> bool:
    """Whether one of its deadlines stands in the body or the plan, not in a time line that holds for all of it."""
    inside = [*measure.parts, *measure.plan_parts]
    return any(_within(d.span, p) for d in measure.deadlines for p in inside)


def dates_in_text(entry: Entry, weighed: Sequence[Weighed], texts: Texts) -> tuple[Deadline, ...]:
    """Days printed in the sentences that answer, where they are no deadline of the record: the end of a policy,
    the day a paper comes into force, a report's day."""
    text = texts.text(entry.policy.doc)
    best: tuple[float, tuple[Deadline, ...]] = (0.0, ())
    for part in entry.extent:
        piece = text[part.start : part.end]
        for m in _SENTENCE.finditer(piece):
            hits = [h for h in find_dates(m[0], entry.policy.year) if h.first or h.last or h.kind in UNDATED]
            value = _value(tidy(m[0]), weighed, None)
            if hits and value > best[0]:
                at = part.start + m.start()
                best = (value, tuple(_as_deadline(h, at, part) for h in hits))
    return best[1]


def _as_deadline(hit: DateHit, at: int, part: Span) -> Deadline:
    return Deadline(hit.raw, hit.last or hit.first, hit.kind, Span(at + hit.start, at + hit.end, part.page))


def as_fact(entry: Entry, extra: Iterable[Deadline] = ()) -> Measure:
    """The entry as a fact of the answer, with the days that the answer read out of its text."""
    more = tuple(extra)
    if isinstance(entry, Measure):
        known = {(d.raw, d.date) for d in entry.deadlines}
        return replace(
            entry, deadlines=entry.deadlines + tuple(d for d in more if (d.raw, d.date) not in known)
        )
    return Measure(
        entry.id,
        entry.policy,
        entry.section,
        entry.number,
        entry.text,
        entry.parts,
        entry.parts,
        deadlines=more,
    )


def mention_claims(measure: Measure, role: Role, n: int) -> tuple[Claim, ...]:
    """Who has this role in the measure, each name once, with where the name first stands."""
    kind = ClaimKind.LEAD if role is Role.LEAD else ClaimKind.RESPONSIBLE
    firsts: dict[str, Mention] = {}
    for m in measure.mentions:
        if m.role is role:
            firsts.setdefault(m.name, m)
    return tuple(Claim(kind, name, n, (m.span,)) for name, m in firsts.items())


def deadline_claims(deadlines: Iterable[Deadline], n: int) -> tuple[Claim, ...]:
    return tuple(Claim(ClaimKind.DEADLINE, tidy(d.raw), n, (d.span,)) for d in deadlines)


def facts_line(
    entry: Entry,
    intent: Intent,
    n: int,
    *,
    english: bool = False,
    deadlines: Sequence[Deadline] | None = None,
) -> tuple[str, tuple[Claim, ...]]:
    """牵头单位：…；责任单位：…；完成时限：… as far as asked and stated, with their claims."""
    measure = entry if isinstance(entry, Measure) else as_fact(entry)
    days = tuple(measure.deadlines if deadlines is None else deadlines)
    parts: list[str] = []
    claims: tuple[Claim, ...] = ()
    if intent in (Intent.WHO, Intent.WHO_LEAD, Intent.WHO_WHEN) and measure.lead:
        parts.append(say("lead", english, names=names_text(measure.lead, english)))
        claims += mention_claims(measure, Role.LEAD, n)
    wants_others = intent in (Intent.WHO, Intent.WHO_RESPONSIBLE, Intent.WHO_WHEN) or (
        intent is Intent.WHO_LEAD and not measure.lead
    )
    if wants_others and measure.responsible:
        parts.append(say("responsible", english, names=names_text(measure.responsible, english)))
        claims += mention_claims(measure, Role.RESPONSIBLE, n)
    if intent is Intent.WHO_RESPONSIBLE and not measure.responsible and measure.lead:
        parts.append(say("lead", english, names=names_text(measure.lead, english)))
        claims += mention_claims(measure, Role.LEAD, n)
    if intent in (Intent.WHEN, Intent.WHO_WHEN) and days:
        key = "deadline" if any(d in measure.deadlines for d in days) else "date"
        parts.append(say(key, english, days=days_text(days, english)))
        known = {d.span for d in measure.deadlines}
        claims += deadline_claims((d for d in days if d.span in known), n)
        claims += tuple(Claim(ClaimKind.TEXT, tidy(d.raw), n, (d.span,)) for d in days if d.span not in known)
    return say("semicolon", english).join(parts), claims


def source_line(entry: Entry, quote: str, english: bool = False) -> str:
    """Where an entry stands and what it says there: 《title》第21条：“…”."""
    policy = entry.policy
    return say(
        "source",
        english,
        place=place_label(policy),
        title=short_title(policy),
        number=number_label(entry, english),
        quote=quote,
    )


def names_department(measure: Measure, name: str, role: Role | None = None) -> bool:
    return any((role is None or m.role is role) and same_department(name, m.name) for m in measure.mentions)


__all__ = ["DeadlineKind", "Part", "Question", "cite", "facts_line", "key_words"]
