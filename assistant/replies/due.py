"""All that is due by the day, in the month, or as the deadline is worded: counted, complete, and every one cited."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.choose import choose
from assistant.compose import stated_deadlines
from assistant.desk import Desk, policies_of
from assistant.labels import asked_places
from assistant.ledger.standing import Standing, goes_on, measure_standing
from assistant.model import Answer, Outcome, Question
from assistant.question.references import asked_count
from assistant.replies.lists import about_topic, answer_list, place_and_unit
from assistant.replies.missing import answer_missing
from assistant.replies.single import answer_single
from assistant.wording import say
from index_build.catalog import Filter
from index_build.model import Measure, Role
from index_build.text import fold
from index_build.words import normalise

_POINT = re.compile(r"底|前|末")
_QUOTED_DAY = re.compile(r"[“\"「『‘']([^“”\"「」『』‘’']*\d[^“”\"「」『』‘’']*)[”\"」』’']")


def answer_due(question: Question, desk: Desk) -> Answer:
    """All measures with the deadline that the question names."""
    policies = policies_of(question, desk.known)
    first, last = _range(question)
    if last is None and first is None and not question.standing and not question.extreme:
        return answer_single(question, desk)
    where = Filter(
        policies=policies or (),
        departments=question.departments,
        role=Role(question.role) if question.role and question.departments else None,
    )
    if policies is not None and not policies:
        return answer_missing(question, desk, choose(question, desk, ()))
    if question.standing or question.extreme:
        return _answer_standing(question, desk, where)
    english = question.english
    each = _each_day(question)
    if each:
        return _answer_each_day(question, each, desk, where)
    chosen = _due(question, desk, where)
    earlier = _due_earlier(question, desk, where, chosen) if last else []
    meant = {(d.first, d.last): d.raw for d in reversed(question.dates)}  # 9月底, 9月底前: said once
    days = " ".join(reversed(meant.values())) or str(last)
    if english:  # a question is read in lower case
        days = re.sub(r"\b[a-z]", lambda m: m[0].upper(), days)
    place = asked_places(question)
    if question.departments:
        place = "".join(place_and_unit(question))
    if not chosen:
        key = "due_none_unit" if question.departments else "due_none"
        text = say(key, english, unit=place, place=place, days=days)
        if not earlier or question.unknown_years or not means_before(question):
            return Answer(text + _last_before(earlier, english), Outcome.NOT_FOUND, question)
        title = text + say("due_earlier", english, count=len(earlier))
        return answer_list(question, desk, title, earlier)
    if question.cumulative:
        upto = re.sub(r"^截[至止]到?|[之以]?前$", "", days)
        title = say("due_by", english, place=place, days=upto, count=len(chosen))
    else:
        title = say("due", english, place=place, days=days, count=len(chosen))
    answer = answer_list(question, desk, title, chosen)
    if earlier and not question.cumulative and means_before(question):
        more = say("due_earlier", english, count=len(earlier))
        answer = replace(answer, text=f"{answer.text}\n\n{more}")
    return answer


def _each_day(question: Question) -> list[Question]:
    """10月底和12月底各有几项: the question of each day; none where days bound a time between them."""
    points = [d for d in question.dates if d.last and (d.first is None or _POINT.search(d.raw))]
    if question.cumulative or len(points) < len(question.dates) or len({d.last for d in points}) < 2:
        return []
    joined = r"(?:的|之?前)*\s*(?:、|和|与|及|跟|以及|还有|\band\b)\s*"
    if not re.search(joined.join(re.escape(d.raw) for d in points), normalise(question.text)):
        return []
    return [replace(question, dates=(day,)) for day in points]


def _answer_each_day(question: Question, each: Sequence[Question], desk: Desk, where: Filter) -> Answer:
    """One count for each day, then all that is due on any of them."""
    english = question.english
    place = "".join(place_and_unit(question)) or say("all_places", english)
    due = [_due(one, desk, where) for one in each]
    counts = [
        say("due_count", english, days=one.dates[0].raw, count=len(found))
        for one, found in zip(each, due, strict=True)
    ]
    title = say("due_each", english, place=place, counts=say("semicolon", english).join(counts))
    measures = list({m.id: m for found in due for m in found}.values())
    if not measures:
        return Answer(title, Outcome.NOT_FOUND, question)
    return answer_list(question, desk, title, measures)


def _answer_standing(question: Question, desk: Desk, where: Filter) -> Answer:
    """The measures that stand so on the day, or of all those asked for the ones that are due first or last."""
    english, day = question.english, question.day or dt.date.today()
    place = "".join(place_and_unit(question)) or say("all_places", english)
    if question.dates and not question.standing:
        measures = _due(question, desk, where)
    else:
        measures = about_topic(question, desk, desk.catalog.measures(replace(where, has_deadline=True)))
    every = measures
    if question.standing == "ongoing" and (called := _limits_called(question.text)):
        words, printed = called
        measures = [m for m in every if any(printed.search(d.raw) for d in m.deadlines)]
        if not measures:
            return Answer(say("due_none", english, place=place, days=words), Outcome.NOT_FOUND, question)
        return answer_list(
            question, desk, say("due", english, place=place, days=words, count=len(measures)), measures
        )
    if question.standing:
        measures = _as_called([m for m in every if _stands(m, question, day)], question)
    key = question.standing or ""
    if question.extreme:
        count = asked_count(question.text)
        measures, key = _outermost(measures, question.extreme, day, count), f"due_{question.extreme}"
    if not measures:
        none = say(f"{key}_none", english, place=place, day=day)
        begun = [m for m in every if any(d.date and d.date < day for d in m.deadlines)]
        if question.standing != "overdue" or not begun:
            return Answer(none, Outcome.NOT_FOUND, question)
        return answer_list(question, desk, none + say("goes_on", english, count=len(begun)), begun)
    return answer_list(question, desk, say(key, english, place=place, day=day, count=len(measures)), measures)


def _stands(measure: Measure, question: Question, day: dt.date) -> bool:
    if question.standing == "ongoing":
        dated = any(d.date for d in measure.deadlines)
        return any(goes_on(d) for d in measure.deadlines) and not (dated and question.undated)
    standing = measure_standing(measure.deadlines, day)
    if question.standing == "overdue":
        return standing is Standing.OVERDUE
    return standing in (Standing.NOT_DUE, Standing.DUE_THIS_MONTH)


_LASTING = re.compile(r"长期|持续|常态|坚持|全年|长效")
# Limits without a day as a question calls them, and as papers print them.
_CALLED = tuple(
    (re.compile(rf"(?:{asked})(?:执行|整改|落实|完成|开展)?"), re.compile(printed))
    for asked, printed in (
        ("每个?月|[按逐]月", "每个?月|[按逐]月"),
        ("每个?季度?|[按逐]季度?", "每个?季|[按逐]季"),
        ("每个?周", "每个?周"),
        ("每个?年", "每个?年"),
        ("立即|立刻|马上|即刻|立行立改|即知即改|随时", "立即|立刻|马上|即刻|立行立改|即知即改|随时"),
    )
)


def _limits_called(text: str) -> tuple[str, re.Pattern[str]] | None:
    """每个月, 立即执行: the words of a limit without a day, and how papers print them."""
    return next(((m[0], printed) for asked, printed in _CALLED if (m := asked.search(text))), None)


def _as_called(measures: Sequence[Measure], question: Question) -> list[Measure]:
    """Those whose limit prints the question's own words for it (长期坚持), where any does."""
    wanted = set(_LASTING.findall(question.text)) if question.standing == "ongoing" else set()
    called = [m for m in measures if any(all(w in d.raw for w in wanted) for d in m.deadlines)]
    return called or list(measures)


def _outermost(measures: Sequence[Measure], extreme: str, day: dt.date, count: int) -> list[Measure]:
    """Those with the first day that is still to come, or, where all are past, with the first of all; or with the last;
    with further days until there are `count`."""
    days = sorted({d.date for m in measures for d in m.deadlines if d.date})
    ordered = days[::-1] if extreme == "last" else [d for d in days if d >= day] or days
    found: list[Measure] = []
    for wanted in ordered:
        found += [m for m in measures if m not in found and any(d.date == wanted for d in m.deadlines)]
        if len(found) >= count:
            break
    return found


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
    return about_topic(question, desk, chosen)


def _due_earlier(question: Question, desk: Desk, where: Filter, chosen: Sequence[Measure]) -> list[Measure]:
    """The measures due before those that are listed."""
    known_ids = {m.id for m in chosen}
    measures = desk.catalog.measures(replace(where, due_by=_range(question)[1]))
    return [m for m in about_topic(question, desk, measures) if m.id not in known_ids]


def _last_before(earlier: Sequence[Measure], english: bool) -> str:
    """How many have an earlier deadline, and the last of those days."""
    days = [d.date for m in earlier for d in m.deadlines if d.date]
    if not days:
        return ""
    return say("due_all_earlier", english, count=len(earlier), day=max(days))


def means_before(question: Question) -> bool:
    """Whether a day named is the end of the time asked about: 6月底前."""
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
    if len(days) == 1 and last and (days[0].first is None or _POINT.search(days[0].raw)):
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
