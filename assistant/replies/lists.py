"""A counted list of measures as an answer: complete, grouped by paper, every row cited, a long list printing its first
page in full; and how what it is a list of is said (place and unit) and narrowed (by a topic).
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.characters import share_of_pairs
from assistant.compose import (
    answer_of_measures,
    deadline_claims,
    mention_claims,
    stated_deadlines,
    who_text,
)
from assistant.desk import Desk
from assistant.known import PolicyKey, place_at_front
from assistant.labels import (
    FEW,
    HEAD,
    LONG_HEAD,
    days_text,
    head,
    names_text,
    number_label,
    place_label,
    places_text,
    short_title,
)
from assistant.matching import Weighed, flat
from assistant.model import Answer, Claim, Intent, Question
from assistant.wording import say
from index_build.model import Measure, Policy, Role
from index_build.words import normalise

MAIN = 0.8  # weight of a word that a topic is made of
ANY_OF_IT, ALL_OF_IT = 0.3, 0.8  # coverage of a topic by which a measure has any of it, or all
NEAR_TOPIC = 0.5  # and by which it is one of those about it
TITLED = 0.6  # share of a word's pairs of characters by which a title has it


def answer_list(
    question: Question,
    desk: Desk,
    title: str,
    measures: Sequence[Measure],
    *,
    role: Role | None = None,
) -> Answer:
    """A counted list grouped by paper.  Rows beyond the page are cited by their markers."""
    english, page = question.english, desk.settings.page_size
    if question.by_day:
        measures = sorted(measures, key=_first_day)
    groups = _grouped(measures)
    ordered = [measure for _, group in groups for measure in group]
    length = LONG_HEAD if len(ordered) <= FEW else HEAD
    rows = [_list_row(question, m, n, role, length) for n, m in enumerate(ordered[:page], 1)]
    left = iter(row for row, _ in rows)
    lines: list[str] = []
    for policy, group in groups:
        shown = list(itertools.islice(left, len(group)))
        if shown:
            lines += [
                "",
                say("group", english, place=place_label(policy), title=short_title(policy), count=len(group)),
                "",  # without which markdown takes a list that does not begin with 1 for more of the line before
                *shown,
            ]
    opening, rest = title, len(ordered) - len(rows)
    if rest:
        opening = opening.rstrip("。.") + say("shown", english, shown=len(rows))
        markers = f"[{len(ordered)}]" if rest == 1 else f"[{len(rows) + 1}]–[{len(ordered)}]"
        lines += ["", say("rest", english, count=rest, markers=markers)]
    opening += say("stop", english) if not opening.endswith(("。", ".", "：")) else ""
    text, claims = "\n".join([opening, *lines]), (claim for _, made in rows for claim in made)
    return answer_of_measures(ordered, desk.records, question=question, text=text, claims=claims)


def _first_day(measure: Measure) -> dt.date:
    """The first day of a measure; without one it comes last."""
    return min((d.date for d in measure.deadlines if d.date), default=dt.date.max)


def _grouped(measures: Iterable[Measure]) -> list[tuple[Policy, list[Measure]]]:
    groups: dict[PolicyKey, tuple[Policy, list[Measure]]] = {}
    for m in measures:
        groups.setdefault(m.policy.key, (m.policy, []))[1].append(m)
    return list(groups.values())


def _list_row(
    question: Question, measure: Measure, n: int, role: Role | None, length: int
) -> tuple[str, tuple[Claim, ...]]:
    english = question.english
    facts: list[str] = []
    claims: tuple[Claim, ...] = ()
    asks_others = question.aspect in (Intent.WHO, Intent.WHO_RESPONSIBLE)
    for each, told in ((Role.LEAD, role is not Role.LEAD), (Role.RESPONSIBLE, asks_others)):
        if told and (names := who_text(measure, each, english)):
            facts.append(names)
            claims += mention_claims(measure, each, n)
    days = stated_deadlines(measure, clause_only=question.clause_only)
    if days:
        facts.append(say("deadline", english, days=days_text(days, english)))
        claims += deadline_claims(days, n)
    label = number_label(measure, english).strip()
    detail = say("semicolon", english).join(facts)
    row = f"{n}. " + " ".join(x for x in (label, head(measure, length)) if x)
    return row + (f"（{detail}）" if detail else "") + f" [{n}]", claims


def about_topic(question: Question, desk: Desk, measures: Sequence[Measure]) -> list[Measure]:
    """Of a department's measures those of the topic named with it; all where the topic is the paper's own."""
    weighed = topic_of(question, desk)
    if not weighed or not measures:
        return list(measures)
    surely = 0.8 if question.english else 1.0  # an English word is any of its terms

    def calls(word: Weighed, title: str) -> bool:
        forms = [form for n, (form, weight) in enumerate(word.forms) if not n or weight >= surely]
        return any(form in title or share_of_pairs(form, title) >= TITLED for form in forms)

    titles = {m.policy.key: flat(m.policy.title) for m in measures}
    called = [w for w in weighed if any(calls(w, title) for title in titles.values())]
    papers = {key for key, title in titles.items() if all(calls(w, title) for w in called)}
    measures = [m for m in measures if m.policy.key in papers] or measures
    if len(called) == len(weighed):
        return list(measures)
    found = desk.searcher.search(question, list({m.policy.key for m in measures}))
    share = {hit.entry.id: hit.coverage for hit in found.hits}
    near = [m for m in measures if share.get(m.id, 0.0) >= NEAR_TOPIC]
    return near or list(measures)


_OF_FIELD = (
    r"(?:方面|领域|业务|有关|相关|这块|这一块|类)?的?(?:任务|措施|事项|工作(?!日)|举措|条目|活儿?|事儿?)"
)


def nothing_of(question: Question, desk: Desk, measures: Sequence[Measure]) -> str:
    """The topic that the question names of the tasks (养老方面的任务), where none of these measures has any of it and
    another, here or elsewhere, has all of it; "" else."""
    plain = normalise(question.text)
    weighed = topic_of(question, desk)
    named = any(re.search(re.escape(w.concept.words) + _OF_FIELD, plain) for w in weighed)
    if not named or any(w.concept.weight < MAIN for w in weighed) or not measures:
        return ""
    found = desk.searcher.search(question, list({m.policy.key for m in measures}))
    own = {m.id for m in measures}
    if any(hit.coverage >= ANY_OF_IT for hit in found.hits if hit.entry.id in own):
        return ""
    if all(hit.coverage < ALL_OF_IT for hit in found.hits):
        everywhere = desk.searcher.search(replace(question, places=(), documents=()), None)
        if all(hit.coverage < ALL_OF_IT for hit in everywhere.hits):
            return ""
    return names_text([w.concept.words for w in weighed], question.english)


def topic_of(question: Question, desk: Desk) -> list[Weighed]:
    """The concepts by which a list is narrowed: those that the index has and that are not said in passing."""
    return [w for w in desk.searcher.weigh(question.concepts) if w.seen and w.concept.telling]


def place_and_unit(question: Question) -> tuple[str, str]:
    """岚溪县 and 住建局: the level that opens a unit's name is not said twice."""
    unit, place = names_text(question.departments, question.english), places_text(question)
    if place and (place in unit or (len(question.places) == 1 and place_at_front(unit, question.places))):
        return "", unit
    for level in ("自治区", "省", "市", "区", "县", "旗"):
        if len(question.departments) == 1 and unit.startswith(level) and place.endswith(level):
            return place, unit.removeprefix(level)
    return place, unit
