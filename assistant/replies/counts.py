"""How many: measures of a department, by a day, of a place or a topic; units; and records that lack a field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.choose import choose
from assistant.compose import answer_of_measures
from assistant.desk import Desk, policies_of
from assistant.known import PolicyKey
from assistant.labels import asked_places, names_text, place_name, short_title
from assistant.model import Answer, Outcome, Question
from assistant.replies.due import answer_due
from assistant.replies.lists import about_topic, answer_list, place_and_unit, topic_of
from assistant.replies.missing import answer_missing
from assistant.replies.tasks import answer_tasks
from assistant.wording import say
from index_build.catalog import Filter
from index_build.model import Measure, Role
from index_build.words import normalise

_NAMES_PAPER = re.compile(
    r"方案|计划|清单|办法|要点|规划|举措|文件|附件|攻坚行动|专项行动|条措施|\d+条|[一二三四五六七八九十]+条"
)
UNITS_SHOWN = 10
OF_TOPIC = 0.6  # coverage by which a measure is counted as one of the topic


def answer_count(question: Question, desk: Desk) -> Answer:
    """How many: of a department, by a day, of a place, or of a topic, with the list itself."""
    if question.departments and not question.lacking:
        return answer_tasks(question, desk)
    if (question.dates and not question.lacking) or question.standing:
        return answer_due(question, desk)
    english = question.english
    policies = policies_of(question, desk.known)
    place = asked_places(question)
    if question.units_counted:
        return _answer_units(question, desk, policies, place)
    if question.lacking:
        return _answer_lacking(question, desk, policies, place)
    if question.mentioning and (mentioned := _mentioning(question, desk, policies)):
        words, measures = mentioned
        title = say("mentioning", english, place=place, words=words, count=len(measures))
        places = len({m.policy.place for m in measures})
        title += say("in_places", english, places=places) if places > 1 else ""
        return answer_list(question, desk, title, measures)
    concepts = topic_of(question, desk)
    titled = _titled(question, desk, policies) if _NAMES_PAPER.search(question.text) else ()
    if len(titled) == 1:
        policies, concepts = titled, []
    if concepts:
        found = desk.searcher.search(question, policies)
        measures = [h.entry for h in found.hits if isinstance(h.entry, Measure) and h.coverage >= OF_TOPIC]
        if not measures:
            return answer_missing(question, desk, choose(question, desk, policies))
        topic = names_text([w.concept.words for w in concepts], english)
        title = say("count_topic", english, place=place, topic=topic, count=len(measures))
        return answer_list(question, desk, title, measures)
    if len(question.places) > 1 and not question.documents:
        return _of_each_place(question, desk)
    measures = desk.catalog.measures(Filter(policies=policies or ()))
    if not measures:
        return answer_missing(question, desk, choose(question, desk, policies))
    title = say("count", english, place=place, count=len(measures))
    if len(titled) == 1:
        title = say("count_paper", english, title=short_title(measures[0].policy), count=len(measures))
    return answer_list(question, desk, title, measures)


def _of_each_place(question: Question, desk: Desk) -> Answer:
    """The measures of every place named, counted one by one, each count with its first measure."""
    english = question.english
    lines: list[str] = []
    cited: list[Measure] = []
    counts: list[tuple[int, str]] = []
    for path in question.places:
        where = Filter(policies=tuple(policies_of(question, desk.known, [path]) or ()))
        count = desk.catalog.count(where) if where.policies else 0
        counts.append((count, place_name(path)))
        line = say("count_row", english, place=place_name(path), count=count)
        if count:
            cited += desk.catalog.measures(where, limit=1)
            line += f" [{len(cited)}]"
        lines.append(line)
    (many, most), *_, (few, _) = sorted(counts, reverse=True)
    title = ""
    if len(counts) == 2 and many != few:
        title = say("count_more", english, place=most, more=many - few)
    text = "\n".join([*([title, ""] if title else []), *lines])
    return answer_of_measures(cited, desk.records, question=question, text=text)


def _mentioning(
    question: Question, desk: Desk, policies: Sequence[PolicyKey] | None
) -> tuple[str, list[Measure]] | None:
    """(words, the measures that print them): the quoted words, else the topic as typed, else each word of it."""
    quoted = [c.words for c in question.concepts if c.weight > 1]
    told = [c.words for c in question.concepts if c.telling]
    for words in filter(None, (" ".join(quoted), "".join(question.runs[:1]), " ".join(told))):
        measures = desk.catalog.measures(Filter(policies=tuple(policies or ()), words=words))
        if measures:
            return words, measures
    return None


_LEAST = re.compile(
    r"(?:超过|多于|大于|more than|over)\s*(\d+)|(?:不少于|不低于|至少有?|达到|at least)\s*(\d+)|(\d+)\s*(?:项|条|个)?(?:及)?以上"
)


def _least(text: str) -> int | None:
    """The fewest measures that a unit must have to be meant: 超过5项, 5项以上."""
    found = _LEAST.search(text)
    if not found:
        return None
    return int(found[1]) + 1 if found[1] else int(found[2] or found[3])


def _answer_units(question: Question, desk: Desk, policies: Sequence[PolicyKey] | None, place: str) -> Answer:
    """How many units the measures name, and those that they name most, each with one of its measures."""
    english, leads = question.english, question.role == "lead"
    every: dict[str, tuple[int, int]] = {}
    for row in desk.known.departments:
        if policies is None or row.policy in policies:
            lead, responsible = every.get(row.name, (0, 0))
            every[row.name] = (lead + row.lead, responsible + row.responsible)
    least = _least(question.text)
    sizes = {name: both[0] if leads else sum(both) for name, both in every.items()}
    fewest = least or (1 if leads else 0)
    counted = {name: every[name] for name, size in sizes.items() if size >= fewest}
    what = say("units_lead" if leads else "units_any", english)
    ranked = sorted(counted, key=lambda name: (-sizes[name], name))
    lines: list[str] = []
    cited: list[Measure] = []
    for name in ranked if least else ranked[:UNITS_SHOWN]:
        rows = desk.catalog.measures(
            Filter(
                departments=(name,),
                policies=tuple(policies or ()),
                role=Role(question.role) if question.role else None,
            ),
            limit=1,
        )
        lead, responsible = counted[name]
        line = say("unit_row", english, unit=name, lead=lead, responsible=responsible)
        if rows:
            cited.append(rows[0])
            line += f" [{len(cited)}]"
        lines.append(line)
    if not counted:
        return answer_missing(question, desk, choose(question, desk, policies))
    title = say("units", english, place=place, count=len(counted), what=what) + say("units_most", english)
    text = "\n".join([title, "", *lines])
    return answer_of_measures(cited, desk.records, question=question, text=text)


LACKING: Mapping[str, Callable[[tuple[PolicyKey, ...]], Filter]] = {
    "deadline": lambda keys: Filter(policies=keys, has_deadline=False),
    "date": lambda keys: Filter(policies=keys),
    "lead": lambda keys: Filter(policies=keys, has_lead=False),
    "responsible": lambda keys: Filter(policies=keys, has_lead=True),
    "shared_lead": lambda keys: Filter(policies=keys, has_lead=True),
}
# What the catalog's filter cannot say.
KEPT: Mapping[str, Callable[[Measure], bool]] = {
    "date": lambda m: not any(d.date for d in m.deadlines),  # 长期推进 is a limit without a day
    "responsible": lambda m: not m.responsible,
    "shared_lead": lambda m: len(m.lead) > 1,
}


def _titled(question: Question, desk: Desk, policies: Sequence[PolicyKey] | None) -> tuple[PolicyKey, ...]:
    """The papers in whose titles all that the question speaks of stands."""
    words = [normalise(c.words) for c in question.concepts if c.telling]
    return tuple(
        k for k in policies or () if words and all(w in normalise(desk.known.policy(k).title) for w in words)
    )


def _answer_lacking(
    question: Question, desk: Desk, policies: Sequence[PolicyKey] | None, place: str
) -> Answer:
    """Measures whose record has no deadline, or no lead."""
    keys = _titled(question, desk, policies) or tuple(policies or ())
    where = replace(
        LACKING[question.lacking or ""](keys),
        departments=question.departments,
        role=Role(question.role) if question.role and question.departments else None,
    )
    if question.departments:
        place = "".join(place_and_unit(question))
    measures = about_topic(question, desk, desk.catalog.measures(where))
    keep = KEPT.get(question.lacking or "")
    measures = [m for m in measures if keep(m)] if keep else measures
    title = say(f"lacking_{question.lacking}", question.english, place=place, count=len(measures))
    if not measures:
        return Answer(title, Outcome.NOT_FOUND, question)
    return answer_list(question, desk, title, measures)
