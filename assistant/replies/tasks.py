"""All measures of a department, in the role asked for: counted, complete, and every one cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.choose import choose
from assistant.desk import Desk, policies_of
from assistant.known import Known, Path, PolicyKey, place_at_front
from assistant.labels import asked_places, names_text
from assistant.model import Answer, Outcome, Question
from assistant.question.named_days import is_limit
from assistant.replies.due import answer_due
from assistant.replies.lists import about_topic, answer_list, nothing_of, place_and_unit
from assistant.replies.missing import answer_missing
from assistant.wording import say
from index_build.catalog import Filter
from index_build.model import Measure, Role
from index_build.names import same_department
from index_build.places import place_aliases

SIMILAR, SIMILAR_SHOWN = 0.4, 3  # share of common characters by which a unit's name is like another; how many

# 和谁一起牵头; 含并列牵头 means all that it leads.
_WITH_WHOM = re.compile(
    r"(?<![含括上管论连])(?:和|跟|与|同)(?:谁|哪|别|其他|其它|另)|\bwith (?:whom|others)\b"
)


def answer_tasks(question: Question, desk: Desk) -> Answer:
    """All measures of a department, in the role asked for, and due by the day asked for."""
    further = any(d.first and d.first.year in question.unknown_years for d in question.dates)
    timed = question.standing or question.extreme or further or any(is_limit(day) for day in question.dates)
    timed = timed or _due_in_year(question, desk)
    if timed and len(question.places) < 2:
        return answer_due(question, desk)
    role = Role(question.role) if question.role else None
    where = Filter(
        departments=question.departments, role=role, policies=policies_of(question, desk.known) or ()
    )
    if where.policies == () and (question.places or question.documents):
        return answer_missing(question, desk, choose(question, desk, ()))
    every = desk.catalog.measures(where)
    topic = nothing_of(question, desk, every)
    if topic:
        return _none_of_topic(question, topic, every)
    together = bool(question.partners) or (question.jointly and len(question.departments) > 1)
    measures = _of_all(question, desk, where, every) if together else about_topic(question, desk, every)
    jointly_led = [m for m in measures if len(m.lead) > 1]
    shared = bool(jointly_led and _WITH_WHOM.search(question.text) and role is Role.LEAD and not together)
    if shared:
        measures = jointly_led
    if not measures:
        elsewhere = _outside_its_name(question, desk.known)
        return answer_tasks(elsewhere, desk) if elsewhere else _no_tasks(question, desk, where)
    pairs = _pairs(question)
    if len(pairs) > 1 and not together:
        return _tasks_of_each(question, desk, pairs, measures)
    if question.partners:
        return answer_list(question, desk, _of_partners("tasks_partners", question, len(measures)), measures)
    place, unit = place_and_unit(question)
    key = "tasks_shared" if shared else f"tasks_{question.role or 'any'}"
    forms = [form for name in question.departments for form in _forms(name, question)]
    lead = sum(_has(m, forms, Role.LEAD) for m in measures)
    title = say(
        key,
        question.english,
        place=place,
        unit=unit,
        count=len(measures),
        lead=lead,
        responsible=len(measures) - lead,
    )
    return answer_list(question, desk, title, measures, role=None if shared else role)


def _of_partners(key: str, question: Question, count: int = 0) -> str:
    """What is said of the measures in which one unit leads and the other helps."""
    parts = {part: name for name, part in question.partners}
    place = asked_places(question)
    return say(key, question.english, place=place, count=count, **parts)


# 2024年要完成的: the year is a limit where papers set limits of several years.
_DUE_THEN = re.compile(
    r"(?:19|20)\d\d年?(?:度|内|里|之内|以内)*(?:就|都|应当|应该|必须|需要|要|得|该|应|须|需|能|计划|要求)*(?:全部|都)?"
    r"(?:完成|到期|办结|做完|干完|办完|交账|截止|落地|建成|见效)"
)


def _due_in_year(question: Question, desk: Desk) -> bool:
    """Whether a bare year is asked for as the time by which tasks are due, and there are others due in another year."""
    years = {d.first.year for d in question.dates if d.first and not is_limit(d)}
    if not years or not _DUE_THEN.search(question.text):
        return False
    dated = desk.catalog.measures(Filter(policies=policies_of(question, desk.known) or (), has_deadline=True))
    return any(d.date and d.date.year not in years for m in dated for d in m.deadlines)


def _of_all(question: Question, desk: Desk, where: Filter, every: Sequence[Measure]) -> list[Measure]:
    """The measures that have all the departments: each in its own part where the question says those, else of the
    topic and in the role asked for."""
    parts: list[tuple[str, Role | None]] = [(name, Role(part)) for name, part in question.partners]
    wanted = parts or [(name, where.role) for name in question.departments]
    among = desk.catalog.measures(replace(where, role=None)) if parts else about_topic(question, desk, every)
    return [m for m in among if all(_has(m, _forms(name, question), role) for name, role in wanted)]


def _none_of_topic(question: Question, topic: str, measures: Sequence[Measure]) -> Answer:
    """The unit has measures here, none of them of the topic asked for."""
    place, unit = place_and_unit(question)
    english = question.english
    role = say(f"role_word_{question.role or 'any'}", english)
    text = say(
        "tasks_none_topic", english, place=place, unit=unit, role=role, topic=topic, count=len(measures)
    )
    return Answer(text, Outcome.NOT_FOUND, question)


def _outside_its_name(question: Question, known: Known) -> Question | None:
    """澄湖海关 in a plan of the province: the question to the papers that print the place as a part of the unit's name,
    where that is all that names the place."""
    aliases = [a for p in question.places for a in place_aliases(p) if len(a) > 1]
    if not aliases or question.documents:
        return None
    papers = [
        row.policy
        for row in known.departments
        if any(a in row.name for a in aliases)
        and any(a in d and same_department(d, row.name) for a in aliases for d in question.departments)
    ]
    return replace(question, places=(), documents=tuple(dict.fromkeys(papers))) if papers else None


def _pairs(question: Question) -> list[tuple[tuple[Path, ...], str]]:
    """(places, department) for each count that is asked for: every department, and it at every place where several
    are named; one whose own name opens with a place is that place's only."""
    pairs: list[tuple[tuple[Path, ...], str]] = []
    for name in question.departments:
        own = [p for p in question.places if place_at_front(name, [p])]
        if own or len(question.places) < 2:
            pairs.append((tuple(own) or question.places, name))
        else:
            pairs += [((place,), name) for place in question.places]
    return pairs


def _tasks_of_each(
    question: Question, desk: Desk, pairs: Sequence[tuple[tuple[Path, ...], str]], every: Sequence[Measure]
) -> Answer:
    """One count for each department of each place, then all their measures."""
    role = Role(question.role) if question.role else None
    english = question.english
    counts: list[str] = []
    found: dict[str, Measure] = {}
    found_in: list[tuple[str, int]] = []
    for places, name in pairs:
        one = replace(question, places=places, departments=(name,))
        where = Filter(departments=(name,), role=role, policies=policies_of(one, desk.known) or ())
        measures = (
            about_topic(one, desk, desk.catalog.measures(where)) if where.policies or not places else []
        )
        found.update((m.id, m) for m in measures)
        place, unit = place_and_unit(one)
        found_in.append((place + unit, len(measures)))
        counts.append(say("tasks_each", english, unit=place + unit, count=len(measures)))
    what = say(f"role_word_{question.role or 'any'}", english)
    title = say("tasks_counts", english, role=what, counts=say("semicolon", english).join(counts))
    if len(found_in) == 2 and found_in[0][1] != found_in[1][1]:
        (most, many), (_, few) = sorted(found_in, key=lambda pair: -pair[1])
        title += say("tasks_more", english, unit=most, more=many - few)
    listed = every if len({places for places, _ in pairs}) == 1 else list(found.values())
    return answer_list(question, desk, title, listed, role=role)


def _forms(name: str, question: Question) -> list[str]:
    """岚溪县供电公司 is printed as 县供电公司 in the county's own papers."""
    forms = [name]
    for place in question.places:
        own = place_at_front(name, [place])
        forms += [place[-1][-1] + name.removeprefix(own)] if own else []
    return forms


def _has(measure: Measure, departments: Sequence[str], role: Role | None) -> bool:
    return any(
        (role is None or m.role is role) and any(same_department(d, m.name) for d in departments)
        for m in measure.mentions
    )


def _no_tasks(question: Question, desk: Desk, where: Filter) -> Answer:
    """The department is not in these papers, or only in the other role."""
    english = question.english
    unit = names_text(question.departments, english)
    place = asked_places(question)
    if question.partners:
        return Answer(_of_partners("tasks_none_partners", question), Outcome.NOT_FOUND, question)
    if question.jointly and len(question.departments) > 1:
        text = say(
            "tasks_none_joint",
            english,
            place=place,
            unit=unit,
            role=say(f"role_word_{where.role or 'any'}", english),
        )
        return Answer(text, Outcome.NOT_FOUND, question)
    others = desk.catalog.measures(replace(where, role=None)) if where.role else []
    if others:
        other = Role.RESPONSIBLE if where.role is Role.LEAD else Role.LEAD
        text = say(
            "tasks_none", english, place=place, unit=unit, role=say(f"role_word_{where.role}", english)
        )
        text += say("tasks_other", english, role=say(f"role_word_{other}", english), count=len(others))
        answer = answer_list(question, desk, text, others, role=other)
        return replace(answer, outcome=Outcome.NOT_STATED)
    text = say("not_found_unit", english, place=place, names=unit)
    near = _similar_units(question, desk.known, where.policies)
    if near:
        text += say("near_units", english, names=names_text(near, english))
    return Answer(text, Outcome.NOT_FOUND, question, choices=tuple(near))


def _bare(name: str, question: Question) -> str:
    """What a unit deals with, without its place, its level and its form: 旅游 of 霁川市旅游局."""
    name = name.removeprefix(place_at_front(name, question.places))
    return re.sub(r"^[省市区县旗](?=..)|(?:管理|发展|服务)?(?:局|厅|委|办|中心|处)$", "", name)


def _similar_units(question: Question, known: Known, policies: Sequence[PolicyKey]) -> list[str]:
    """Units of these papers whose names share most with the one asked for."""
    chosen = set(policies)
    scored: dict[str, float] = {}
    for row in known.departments:
        if chosen and row.policy not in chosen:
            continue
        for name in question.departments:
            a, b = set(name[:-1]), set(row.name[:-1])
            share = len(a & b) / max(1, len(a | b))
            if len(bare := _bare(name, question)) > 1 and bare in row.name:
                share = 1.0  # 旅游局, of which 文化和旅游局 is printed
            if share >= SIMILAR:
                scored[row.name] = max(scored.get(row.name, 0.0), share)
    return sorted(scored, key=lambda n: -scored[n])[:SIMILAR_SHOWN]
