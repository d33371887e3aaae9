"""Answers from the catalog: all tasks of a department, all that is due, and counts.  Complete and counted; every row
is cited, a long list prints its first page in full.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.choose import Desk, choose, policies_of
from assistant.compose import (
    as_fact,
    cite,
    days_text,
    deadline_claims,
    head,
    mention_claims,
    names_text,
    number_label,
    place_label,
    place_name,
    short_title,
    stated_deadlines,
)
from assistant.intent import is_limit
from assistant.known import Known, Path, PolicyKey
from assistant.model import Answer, Claim, Outcome, Question
from assistant.single import answer_missing, answer_single
from assistant.wording import say
from index_build.catalog import Filter
from index_build.model import Measure, Policy, Role
from index_build.names import same_department
from index_build.places import place_aliases
from index_build.text import fold
from index_build.words import normalise

_QUOTED_DAY = re.compile(r"[“\"「『‘']([^“”\"「」『』‘’']*\d[^“”\"「」『』‘’']*)[”\"」』’']")
_NAMES_PAPER = re.compile(r"方案|计划|清单|办法|要点|规划|举措|文件|条措施|\d+条|[一二三四五六七八九十]+条")
UNITS_SHOWN = 10


def answer_tasks(question: Question, desk: Desk) -> Answer:
    """All measures of a department, in the role asked for, and due by the day asked for."""
    if any(is_limit(day) for day in question.dates) and len(question.places) < 2:
        return answer_due(question, desk)
    role = Role(question.role) if question.role else None
    where = Filter(
        departments=question.departments, role=role, policies=_policies(question, desk.known) or ()
    )
    if where.policies == () and (question.places or question.documents):
        return answer_missing(question, desk, choose(question, desk, ()))
    measures = _about_topic(question, desk, desk.catalog.measures(where))
    if question.jointly and len(question.departments) > 1:
        measures = [m for m in measures if all(_has(m, [d], role) for d in question.departments)]
    if not measures:
        return _no_tasks(question, desk, where)
    pairs = _pairs(question)
    if len(pairs) > 1 and not question.jointly:
        return _tasks_of_each(question, desk, pairs, measures)
    place, unit = _place_and_unit(question)
    key = f"tasks_{question.role or 'any'}"
    lead = sum(_has(m, question.departments, Role.LEAD) for m in measures)
    title = say(
        key,
        question.english,
        place=place,
        unit=unit,
        count=len(measures),
        lead=lead,
        responsible=len(measures) - lead,
    )
    return _answer_list(question, desk, title, measures, role=role)


def _pairs(question: Question) -> list[tuple[tuple[Path, ...], str]]:
    """(places, department) for each count that is asked for: every department, and it at every place where several
    are named; one whose own name opens with a place is that place's only."""
    pairs: list[tuple[tuple[Path, ...], str]] = []
    for name in question.departments:
        own = [
            p
            for p in question.places
            if any(name.startswith(alias) for alias in place_aliases(p) if len(alias) > 1)
        ]
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
    for places, name in pairs:
        one = replace(question, places=places, departments=(name,))
        where = Filter(departments=(name,), role=role, policies=_policies(one, desk.known) or ())
        measures = (
            _about_topic(one, desk, desk.catalog.measures(where)) if where.policies or not places else []
        )
        found.update((m.id, m) for m in measures)
        place, unit = _place_and_unit(one)
        counts.append(say("tasks_each", english, unit=place + unit, count=len(measures)))
    what = say(f"role_word_{question.role or 'any'}", english)
    title = say("tasks_counts", english, role=what, counts=say("semicolon", english).join(counts))
    listed = every if len({places for places, _ in pairs}) == 1 else list(found.values())
    return _answer_list(question, desk, title, listed, role=role)


def _has(measure: Measure, departments: Sequence[str], role: Role | None) -> bool:
    return any(
        (role is None or m.role is role) and any(same_department(d, m.name) for d in departments)
        for m in measure.mentions
    )


def _about_topic(question: Question, desk: Desk, measures: Sequence[Measure]) -> list[Measure]:
    """Of a department's measures those of the topic named with it; all where the topic is the paper's own."""
    weighed = [w for w in desk.searcher.weigh(question.concepts) if w.seen and w.concept.weight >= 0.5]
    if not weighed or not measures:
        return list(measures)
    titles = {_flat(m.policy.title) for m in measures}
    names = [w for w in weighed if not any(_in_title(form, t) for form, _ in w.forms[:1] for t in titles)]
    if not names:
        return list(measures)
    found = desk.searcher.search(question, list({(m.policy.doc, m.policy.ordinal) for m in measures}))
    share = {h.entry.id: c for h, c in zip(found.hits, found.coverage, strict=True)}
    near = [m for m in measures if share.get(m.id, 0.0) >= 0.5]
    return near or list(measures)


def _flat(text: str) -> str:
    return "".join(text.split()).lower()


def _in_title(form: str, title: str) -> bool:
    if form in title:
        return True
    pairs = [form[i : i + 2] for i in range(len(form) - 1)]
    return bool(pairs) and sum(p in title for p in pairs) / len(pairs) >= 0.6


def _no_tasks(question: Question, desk: Desk, where: Filter) -> Answer:
    """The department is not in these papers, or only in the other role."""
    english = question.english
    unit = names_text(question.departments, english)
    place = _places_text(question) or say("all_places", english)
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
        answer = _answer_list(question, desk, text, others, role=other)
        return replace(answer, outcome=Outcome.NOT_STATED)
    text = say("not_found_unit", english, place=place, names=unit)
    near = _similar_units(question, desk.known, where.policies)
    if near:
        text += say("near_units", english, names=names_text(near, english))
    return Answer(text, Outcome.NOT_FOUND, question, choices=tuple(near))


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
            if share >= 0.4:
                scored[row.name] = max(scored.get(row.name, 0.0), share)
    return sorted(scored, key=lambda n: -scored[n])[:3]


def _policies(question: Question, known: Known) -> tuple[PolicyKey, ...] | None:
    return policies_of(question, known)


def _place_and_unit(question: Question) -> tuple[str, str]:
    """兴国县 and 住建局: the level that opens a unit's name is not said twice."""
    unit, place = names_text(question.departments, question.english), _places_text(question)
    if place and place in unit:
        return "", unit
    if len(question.places) == 1 and any(
        unit.startswith(a) for a in place_aliases(question.places[0]) if len(a) > 1
    ):
        return "", unit
    for level in ("自治区", "省", "市", "区", "县", "旗"):
        if len(question.departments) == 1 and unit.startswith(level) and place.endswith(level):
            return place, unit.removeprefix(level)
    return place, unit


def _places_text(question: Question) -> str:
    return names_text([place_name(p) for p in question.places], question.english)


# What is due


def answer_due(question: Question, desk: Desk) -> Answer:
    """All measures with the deadline that the question names."""
    policies = _policies(question, desk.known)
    first, last = _range(question)
    if last is None and first is None:
        return answer_single(question, desk)
    where = Filter(
        policies=policies or (),
        departments=question.departments,
        role=Role(question.role) if question.role and question.departments else None,
    )
    if policies is not None and not policies:
        return answer_missing(question, desk, choose(question, desk, ()))
    english = question.english
    chosen = _due(question, desk, where)
    earlier = _due_earlier(question, desk, where, chosen) if last else []
    days = " ".join(d.raw for d in question.dates) or str(last)
    if english:  # a question is read in lower case
        days = re.sub(r"\b[a-z]", lambda m: m[0].upper(), days)
    place = _places_text(question) or say("all_places", english)
    if question.departments:
        place = "".join(_place_and_unit(question))
    if not chosen:
        key = "due_none_unit" if question.departments else "due_none"
        text = say(key, english, unit=place, place=place, days=days)
        if not earlier:
            return Answer(text, Outcome.NOT_FOUND, question)
        title = text + say("due_earlier", english, count=len(earlier))
        return _answer_list(question, desk, title, earlier)
    if question.cumulative:
        upto = re.sub(r"^截[至止]到?|[之以]?前$", "", days)
        title = say("due_by", english, place=place, days=upto, count=len(chosen))
    else:
        title = say("due", english, place=place, days=days, count=len(chosen))
    answer = _answer_list(question, desk, title, chosen)
    if earlier and not question.cumulative and _means_before(question):
        more = say("due_earlier", english, count=len(earlier))
        answer = replace(answer, text=f"{answer.text}\n\n{more}")
    return answer


def _due(question: Question, desk: Desk, where: Filter) -> list[Measure]:
    """The measures due then: by the day, of papers without a year by its words; of the topic named with it."""
    first, last = _range(question)
    candidates = desk.catalog.measures(
        replace(where, due_from=None if question.cumulative else first, due_by=last)
    )
    chosen = [m for m in candidates if _due_between(m, first, last, question)]
    if not chosen and question.dates:  # papers without a year: 6月底前 is a deadline all the same
        undated = desk.catalog.measures(replace(where, has_deadline=True))
        chosen = [m for m in undated if all(d.date is None for d in m.deadlines) and _worded_so(m, question)]
    quoted = _QUOTED_DAY.findall(question.text)
    if quoted:
        chosen = [
            m for m in chosen if any(fold(q) in fold(d.raw) for d in m.deadlines for q in quoted)
        ] or chosen
    elif question.as_worded:
        chosen = [m for m in chosen if _worded_so(m, question)] or chosen
    return _about_topic(question, desk, chosen)


def _due_earlier(question: Question, desk: Desk, where: Filter, chosen: Sequence[Measure]) -> list[Measure]:
    """The measures due before those that are listed."""
    known_ids = {m.id for m in chosen}
    measures = desk.catalog.measures(replace(where, due_by=_range(question)[1]))
    return [m for m in _about_topic(question, desk, measures) if m.id not in known_ids]


def _means_before(question: Question) -> bool:
    return any("前" in d.raw for d in question.dates)


def _range(question: Question) -> tuple[dt.date | None, dt.date | None]:
    """The days that the question names; a month or a 前 means the deadline of exactly that day, unless it asks
    for everything up to it."""
    days = question.dates
    if not days:
        return None, None
    last = max((d.last for d in days if d.last), default=None)
    if question.cumulative:
        return None, last
    first = min((d.first for d in days if d.first), default=None)
    if len(days) == 1 and last and (days[0].first is None or re.search(r"底|前|末", days[0].raw)):
        return last, last
    return first, last


def _worded_so(measure: Measure, question: Question) -> bool:
    """Whether a deadline prints the day in the question's words: 12月底 is not 年底."""
    wanted = {re.sub(r"[之以]?前$", "", fold(d.raw)) for d in question.dates}
    return any(
        w in fold(d.raw) or w.endswith(fold(d.raw).removesuffix("前"))
        for d in measure.deadlines
        for w in wanted
    )


def _due_between(measure: Measure, first: dt.date | None, last: dt.date | None, question: Question) -> bool:
    return any(
        d.date and (first is None or d.date >= first) and (last is None or d.date <= last)
        for d in stated_deadlines(measure, clause_only=question.clause_only)
    )


# Counts


def answer_count(question: Question, desk: Desk) -> Answer:
    """How many: of a department, by a day, of a place, or of a topic, with the list itself."""
    if question.departments:
        return answer_tasks(question, desk)
    if question.dates:
        return answer_due(question, desk)
    english = question.english
    policies = _policies(question, desk.known)
    place = _places_text(question) or say("all_places", english)
    if question.units_counted:
        return _answer_units(question, desk, policies, place)
    if question.lacking:
        return _answer_lacking(question, desk, policies, place)
    concepts = [w for w in desk.searcher.weigh(question.concepts) if w.seen and w.concept.weight >= 0.5]
    titled = _titled(question, desk, policies) if _NAMES_PAPER.search(question.text) else ()
    if len(titled) == 1:
        policies, concepts = titled, []
    if concepts:
        found = desk.searcher.search(question, policies)
        measures = [
            h.entry
            for h, share in zip(found.hits, found.coverage, strict=True)
            if isinstance(h.entry, Measure) and share >= 0.6
        ]
        if not measures:
            return answer_missing(question, desk, choose(question, desk, policies))
        topic = names_text([w.concept.words for w in concepts], english)
        title = say("count_topic", english, place=place, topic=topic, count=len(measures))
        return _answer_list(question, desk, title, measures)
    measures = desk.catalog.measures(Filter(policies=policies or ()))
    if not measures:
        return answer_missing(question, desk, choose(question, desk, policies))
    return _answer_list(
        question, desk, say("count", english, place=place, count=len(measures)), measures, brief=True
    )


def _answer_units(question: Question, desk: Desk, policies: Sequence[PolicyKey] | None, place: str) -> Answer:
    """How many units the measures name, and those that they name most, each with one of its measures."""
    english = question.english
    counted: dict[str, tuple[int, int]] = {}
    for row in desk.known.departments:
        if policies is None or row.policy in policies:
            lead, responsible = counted.get(row.name, (0, 0))
            counted[row.name] = (lead + row.lead, responsible + row.responsible)
    if question.role == "lead":
        counted = {name: both for name, both in counted.items() if both[0]}
    what = say("units_lead" if question.role == "lead" else "units_any", english)
    ranked = sorted(
        counted, key=lambda n: (-(counted[n][0] if question.role == "lead" else sum(counted[n])), n)
    )
    lines: list[str] = []
    cited: list[Measure] = []
    for name in ranked[:UNITS_SHOWN]:
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
    return Answer(
        text="\n".join([title, "", *lines]),
        outcome=Outcome.ANSWERED,
        question=question,
        citations=tuple(cite(n, m, desk.records) for n, m in enumerate(cited, 1)),
        facts=tuple((n, as_fact(m)) for n, m in enumerate(cited, 1)),
    )


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
    words = [normalise(c.words) for c in question.concepts if c.weight >= 0.5]
    return tuple(
        k for k in policies or () if words and all(w in normalise(desk.known.policy(k).title) for w in words)
    )


def _answer_lacking(
    question: Question, desk: Desk, policies: Sequence[PolicyKey] | None, place: str
) -> Answer:
    """Measures whose record has no deadline, or no lead."""
    keys = _titled(question, desk, policies) or tuple(policies or ())
    measures = _about_topic(question, desk, desk.catalog.measures(LACKING[question.lacking or ""](keys)))
    keep = KEPT.get(question.lacking or "")
    measures = [m for m in measures if keep(m)] if keep else measures
    title = say(f"lacking_{question.lacking}", question.english, place=place, count=len(measures))
    if not measures:
        return Answer(title, Outcome.NOT_FOUND, question)
    return _answer_list(question, desk, title, measures)


# Lists


def _answer_list(
    question: Question,
    desk: Desk,
    title: str,
    measures: Sequence[Measure],
    *,
    role: Role | None = None,
    brief: bool = False,
) -> Answer:
    """A counted list grouped by paper.  Rows beyond the page are cited by their markers."""
    english, page = question.english, desk.settings.page_size
    shown = measures[:page]
    lines: list[str] = []
    claims: tuple[Claim, ...] = ()
    n = 0
    for policy, group in _grouped(measures):
        rows = []
        for measure in group:
            n += 1
            if n > len(shown):
                continue
            row, more = _list_row(question, measure, n, role)
            rows.append(row)
            claims += more
        if rows:
            lines += [
                "",
                say("group", english, place=place_label(policy), title=short_title(policy), count=len(group)),
                *rows,
            ]
    opening = title
    if len(measures) > len(shown):
        opening = opening.rstrip("。.") + say("shown", english, shown=len(shown))
    opening += say("stop", english) if not opening.endswith(("。", ".", "：")) else ""
    rest = len(measures) - len(shown)
    if rest:
        markers = f"[{len(shown) + 1}]–[{len(measures)}]"
        lines += ["", say("rest", english, count=rest, markers=markers)]
    ordered = [m for _, group in _grouped(measures) for m in group]
    return Answer(
        text="\n".join([opening, *lines]),
        outcome=Outcome.ANSWERED,
        question=question,
        citations=tuple(cite(n, m, desk.records) for n, m in enumerate(ordered, 1)),
        facts=tuple((n, as_fact(m)) for n, m in enumerate(ordered, 1)),
        claims=claims,
    )


def _grouped(measures: Iterable[Measure]) -> list[tuple[Policy, list[Measure]]]:
    groups: dict[PolicyKey, tuple[Policy, list[Measure]]] = {}
    for m in measures:
        groups.setdefault((m.policy.doc, m.policy.ordinal), (m.policy, []))[1].append(m)
    return list(groups.values())


def _list_row(
    question: Question, measure: Measure, n: int, role: Role | None
) -> tuple[str, tuple[Claim, ...]]:
    english = question.english
    facts: list[str] = []
    claims: tuple[Claim, ...] = ()
    if measure.lead and role is not Role.LEAD:
        facts.append(say("lead", english, names=names_text(measure.lead, english)))
        claims += mention_claims(measure, Role.LEAD, n)
    days = stated_deadlines(measure, clause_only=question.clause_only)
    if days:
        facts.append(say("deadline", english, days=days_text(days, english)))
        claims += deadline_claims(days, n)
    label = number_label(measure, english).strip()
    detail = say("semicolon", english).join(facts)
    row = f"{n}. " + " ".join(x for x in (label, head(measure)) if x)
    return row + (f"（{detail}）" if detail else "") + f" [{n}]", claims
