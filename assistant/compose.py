"""Hits → the words of an answer, extractive: a short direct sentence from the record, then where it stands and what
the document says there.  Every name, day and figure is printed as the record or the document has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.labels import days_text, names_text, number_label, place_label, short_title
from assistant.model import (
    Answer,
    Citation,
    Claim,
    ClaimKind,
    Entry,
    Intent,
    Outcome,
    Question,
    Texts,
)
from assistant.wording import say
from index_build.model import Deadline, Measure, Mention, Role, Span
from index_build.names import same_department
from index_build.text import tidy


@dataclass(frozen=True)
class Part:
    """A piece of an answer about one entry: its sentence, its claims, and the entry as a fact."""

    text: str
    claims: tuple[Claim, ...]
    fact: Measure | None


# Citations


def cite(n: int, entry: Entry, texts: Texts) -> Citation:
    """Marker n: everything that the entry says, body, clause, plan and time lines."""
    text = texts.text(entry.policy.doc)
    quote = "".join(tidy(text[p.start : p.end]) for p in entry.extent)
    return Citation(n, entry, quote, entry.extent)


def cite_each(entries: Iterable[Entry], texts: Texts) -> tuple[Citation, ...]:
    """Markers 1, 2, … in the order of the entries."""
    return tuple(cite(n, entry, texts) for n, entry in enumerate(entries, 1))


def answer_of_measures(
    measures: Sequence[Measure],
    texts: Texts,
    *,
    question: Question,
    text: str,
    claims: Iterable[Claim] = (),
) -> Answer:
    """An answer that is a list: every measure is a fact, cited in this order."""
    return Answer(
        text=text,
        outcome=Outcome.ANSWERED if measures else Outcome.NOT_FOUND,
        question=question,
        citations=cite_each(measures, texts),
        facts=tuple((n, as_fact(m)) for n, m in enumerate(measures, 1)),
        claims=tuple(claims),
    )


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


def has_day_inside(entry: Entry) -> bool:
    """Whether one of its deadlines stands in the body or the plan, not in a time line that holds for all of it."""
    inside = [*entry.parts, *entry.plan_parts]
    return any(_within(d.span, p) for d in entry.deadlines for p in inside)


def as_fact(entry: Entry, extra: Iterable[Deadline] = ()) -> Measure:
    """The entry as a fact of the answer, with the days that the answer read out of its text."""
    known = {(d.raw, d.date) for d in entry.deadlines}
    days = (*entry.deadlines, *(d for d in extra if (d.raw, d.date) not in known))
    if isinstance(entry, Measure):
        return replace(entry, deadlines=days)
    p = entry
    return Measure(p.id, p.policy, p.section, p.number, p.text, p.parts, p.parts, deadlines=days)


def mention_claims(entry: Entry, role: Role, n: int) -> tuple[Claim, ...]:
    """Who has this role in the entry, each name once, with where the name first stands."""
    firsts: dict[str, Mention] = {}
    for m in entry.mentions:
        if m.role is role:
            firsts.setdefault(m.name, m)
    return tuple(Claim(ClaimKind(role.value), name, n, (m.span,)) for name, m in firsts.items())


def deadline_claims(deadlines: Iterable[Deadline], n: int) -> tuple[Claim, ...]:
    return tuple(Claim(ClaimKind.DEADLINE, tidy(d.raw), n, (d.span,)) for d in deadlines)


def who_text(entry: Entry, role: Role, english: bool = False) -> str:
    """牵头单位：甲局、乙局; empty where the record names nobody in this role."""
    names = entry.lead if role is Role.LEAD else entry.responsible
    return say(role.value, english, names=names_text(names, english)) if names else ""


# The role that is asked for; both where it is neither.
ROLE_ASKED = {Intent.WHO_LEAD: Role.LEAD, Intent.WHO_RESPONSIBLE: Role.RESPONSIBLE}


def _roles_told(entry: Entry, intent: Intent) -> tuple[Role, ...]:
    """The roles that an answer names: the one that is asked for or, where the record has nobody in it, the other."""
    if intent in (Intent.WHO, Intent.WHO_WHEN):
        return (Role.LEAD, Role.RESPONSIBLE)
    asked = ROLE_ASKED.get(intent)
    if asked is None:
        return ()
    other = Role.RESPONSIBLE if asked is Role.LEAD else Role.LEAD
    return (asked,) if who_text(entry, asked) else (other,)


def facts_line(
    entry: Entry,
    intent: Intent,
    n: int,
    *,
    english: bool = False,
    deadlines: Sequence[Deadline] | None = None,
) -> tuple[str, tuple[Claim, ...]]:
    """牵头单位：…；责任单位：…；完成时限：… as far as asked and stated, with their claims."""
    days = tuple(entry.deadlines if deadlines is None else deadlines)
    parts: list[str] = []
    claims: tuple[Claim, ...] = ()
    for role in _roles_told(entry, intent):
        if told := who_text(entry, role, english):
            parts.append(told)
            claims += mention_claims(entry, role, n)
    if intent in (Intent.WHEN, Intent.WHO_WHEN) and days:
        key = "deadline" if any(d in entry.deadlines for d in days) else "date"
        parts.append(say(key, english, days=days_text(days, english)))
        known = {d.span for d in entry.deadlines}
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
