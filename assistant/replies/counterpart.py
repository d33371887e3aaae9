"""The same thing at another level: which measure of a higher place a measure carries on, or which of lower places carry
it on, by the links of the catalog's cascade; where there is none, by the topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.choose import Chosen, choose
from assistant.compose import answer_of_parts
from assistant.desk import Desk, policies_of
from assistant.known import Path
from assistant.labels import number_label, place_name
from assistant.model import Answer, Entry, Outcome, Question
from assistant.replies.missing import answer_missing
from assistant.replies.numbered import called_by_number
from assistant.replies.single import answer_single, compose_entry
from assistant.wording import say
from index_build.model import Measure

MOST = 8  # measures of lower places


def answer_counterpart(question: Question, desk: Desk) -> Answer:
    """The measures of the other level, beside the one they belong to where both are asked for."""
    plain = replace(question, intent=question.asked, aspect=None)
    own = _own_place(question)
    if own is None:
        return answer_single(plain, desk)
    here = replace(plain, places=(own,), documents=())
    chosen = _at_hand(here, desk)
    if not chosen.entries:
        return answer_missing(here, desk, chosen)
    others = [p for p in question.places if p != own]
    found = _linked(chosen.entries[0], question, desk, others) or _alike(plain, desk, own, others)
    if not found:
        place = place_name(own)
        return Answer(say(f"no_{question.level}", question.english, place=place), Outcome.NOT_FOUND, question)
    entries = [chosen.entries[0], *found] if question.both_levels else list(found)
    several = len(entries) > 1
    parts = [
        compose_entry(plain, desk, Chosen((e,), True, (), chosen.found), e, n, brief=several)
        for n, e in enumerate(entries, 1)
    ]
    rows = [
        say("place_row", question.english, place=_where(e, question.english), text=p.text)
        for e, p in zip(entries, parts, strict=True)
    ]
    return answer_of_parts(
        parts, entries, desk.records, question=question, text="\n".join(rows), outcome=Outcome.ANSWERED
    )


def _where(entry: Entry, english: bool) -> str:
    """岚溪县第4条: the place and the number, which of its measures is asked for."""
    return f"{place_name(entry.policy.place)}{number_label(entry, english)}"


def _at_hand(here: Question, desk: Desk) -> Chosen:
    """The measure whose counterpart is asked for: the one of its number, else what its topic chooses."""
    policies = policies_of(here, desk.known)
    called = called_by_number(here, desk, policies) if here.by_number and policies else []
    return Chosen((called[0],), True, ()) if called else choose(here, desk, policies)


def _own_place(question: Question) -> Path | None:
    """The place whose measure is at hand: the lowest named where the higher level is asked for, else the highest."""
    ordered = sorted(question.places, key=len)
    if not ordered:
        return None
    return ordered[-1] if question.level == "upper" else ordered[0]


def _linked(entry: Entry, question: Question, desk: Desk, places: Sequence[Path]) -> list[Entry]:
    """The measures that the cascade links with this one, the surest first, of the places named."""
    links = desk.catalog.cascade([entry.id]) if isinstance(entry, Measure) else []
    ends = [
        link.upper if question.level == "upper" else link.lower
        for link in sorted(links, key=lambda link: -link.share)
        if (link.lower if question.level == "upper" else link.upper) == entry.id
    ]
    by_id = {e.id: e for e in desk.searcher.entries(ends)}
    found = [by_id[end] for end in ends if end in by_id]
    return [e for e in found if not places or desk.known.policy(e.policy.key).place in places][:MOST]


def _alike(plain: Question, desk: Desk, own: Path, places: Sequence[Path]) -> list[Entry]:
    """The best measure of the same topic of each place of the other level."""
    above = [own[:depth] for depth in range(len(own) - 1, 0, -1)]
    found: list[Entry] = []
    for place in places or [p for p in above if p in desk.known.places]:
        there = replace(plain, places=(place,), documents=(), departments=())
        found += choose(there, desk, policies_of(there, desk.known)).entries[:1]
    return found
