"""An understood question → its answer: what the index does not hold is said first, then each kind of question has a
module of its own, one row of `ANSWERS`; all others ask about one measure.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from assistant.desk import Desk, policies_of
from assistant.known import PolicyKey, doc_number, lies_in
from assistant.labels import asked_places, names_text, place_name, places_listed
from assistant.model import Answer, Concept, Intent, Outcome, Question
from assistant.question.followup import LISTS
from assistant.replies.changes import answer_changes
from assistant.replies.compare import answer_compare
from assistant.replies.counterpart import answer_counterpart
from assistant.replies.counts import answer_count
from assistant.replies.due import answer_due, means_before
from assistant.replies.each_asked import answer_each
from assistant.replies.numbered import answer_numbered
from assistant.replies.papers import answer_documents, document_row
from assistant.replies.single import answer_section, answer_single
from assistant.replies.tasks import answer_tasks
from assistant.replies.undecided import named_section
from assistant.wording import say
from index_build.catalog import Filter
from index_build.names import same_department
from index_build.places import find_places
from index_build.text import titled
from index_build.words import normalise

DOCUMENTS_SHOWN = 8
_CITED_TITLE = re.compile(r"《([^《》]{4,})》")


def reply(question: Question, desk: Desk) -> Answer:
    """The answer as composed, not verified yet; where a file is wanted, with the way to one before it."""
    answer = _of_namesakes(question, desk) if question.namesakes else _reply(question, desk)
    if not question.export:
        return answer
    way = say("export", question.english)
    if answer.outcome is Outcome.CLARIFY:  # nothing else is asked
        return Answer(way, Outcome.ABOUT, question)
    return replace(answer, text=f"{way}\n\n{answer.text}")


def _of_namesakes(question: Question, desk: Desk) -> Answer:
    """The answer of the place of that name which has one; of all of them where several have."""
    places = (*question.places, *question.namesakes)
    each = [_reply(replace(question, places=(path,), namesakes=()), desk) for path in places]
    told = [answer for answer in each if answer.outcome in (Outcome.ANSWERED, Outcome.ABOUT)]
    if len(told) < 2:
        return (told or each)[0]
    every = replace(question, places=places, namesakes=())
    if question.intent not in (*LISTS, Intent.DOCUMENTS):
        every = replace(every, intent=Intent.COMPARE, aspect=question.asked)
    return _reply(every, desk)


def _reply(question: Question, desk: Desk) -> Answer:
    repealed = _repealed_by(question, desk)
    if repealed is not None:
        return answer_single(repealed, desk)
    missing = _missing_scope(question, desk) or _missing_unit(question, desk)
    if missing is not None:
        return missing
    if question.by_number and question.intent not in ANSWERS:
        numbered = answer_numbered(question, desk)
        if numbered is not None:
            return numbered
    in_section = question.in_section and not (question.departments or question.dates or question.lacking)
    if in_section and (section := named_section(question, desk)):
        return answer_section(question, desk, section)
    if question.pieces and (each := answer_each(question, desk)):
        return each
    answer = ANSWERS.get(question.intent, answer_single)(question, desk)
    if answer.outcome is Outcome.CLARIFY and question.many and question.places:
        return answer_count(question, desk)  # 所有措施的牵头单位: all of them, since no topic narrows it
    return answer


def _missing_scope(question: Question, desk: Desk) -> Answer | None:
    """The answer where the place, the year or the document asked about is not there; None where all are."""
    if question.intent in (Intent.ABOUT, Intent.INVENT):
        return None
    english = question.english
    if question.unknown_places and not question.places:
        names = names_text(question.unknown_places, english)
        numbers = any(c.isdigit() for c in names)
        text = say("not_found_document" if numbers else "not_found_place", english, names=names)
        within = _within(question.unknown_places, desk)
        if within:
            text += (" " if english else "") + say(
                "have_within", english, names=places_listed(within, english)
            )
        others = [name for name in _places(desk) if name not in within]
        if others:
            text += (" " if english else "") + say(
                "have_others" if within else "have_places", english, names=places_listed(others, english)
            )
        return Answer(text, Outcome.NOT_FOUND, question, choices=(*within, *others))
    if question.unknown_years and not _speaks_of_years(question, desk):
        place = asked_places(question)
        text = say(
            "not_found_year",
            english,
            place=place,
            years=names_text(map(str, question.unknown_years), english),
        )
        have = [p for p in desk.known.policies if not question.places or p.place in question.places]
        rows = [titled(p.title) + (f"（{p.doc_no}）" if p.doc_no else "") for p in have[:DOCUMENTS_SHOWN]]
        return Answer(
            text + say("have_years", english, names=names_text(rows, english)), Outcome.NOT_FOUND, question
        )
    return None


def _speaks_of_years(question: Question, desk: Desk) -> bool:
    """Whether the papers, all of earlier years, set something for the years asked about (到2030年)."""
    policies = tuple(policies_of(question, desk.known) or ())
    have = [
        y
        for path, years in desk.known.years.items()
        for y in years
        if not question.places or path in question.places
    ]
    plain = normalise(question.text)
    cited = "".join(
        title
        for title in _CITED_TITLE.findall(question.text)
        if desk.catalog.count(Filter(policies=policies, words=title))
    )
    if cited and all(str(year) in cited for year in question.unknown_years):
        return True  # 《…方案（2022—2025年）》 is a paper that a measure here speaks of
    later = bool(have) and min(question.unknown_years) > max(have)
    if later and question.intent is Intent.DUE_LIST and (question.cumulative or means_before(question)):
        return True  # all that papers of earlier years set is due before then
    if (question.intent in LISTS or question.asked is Intent.WHEN) and all(
        _sets_limits(year, policies, desk) for year in question.unknown_years
    ):
        return True
    return later and all(
        re.search(rf"(?:到|至|截至|力争)\s*{year}|{year}年?(?:底|末|前|时|达|要|实现|目标)|by {year}", plain)
        and desk.catalog.count(Filter(policies=policies, words=f"{year}年"))
        for year in question.unknown_years
    )


def _sets_limits(year: int, policies: tuple[PolicyKey, ...], desk: Desk) -> bool:
    """Whether a measure of the papers is due in the year."""
    within = Filter(policies=policies, due_from=dt.date(year, 1, 1), due_by=dt.date(year, 12, 31))
    return desk.catalog.count(within) > 0


def _missing_unit(question: Question, desk: Desk) -> Answer | None:
    """The answer where the unit that the question makes its subject is in none of the papers asked about."""
    if not question.departments or not question.subject or question.intent in ANSWERS:
        return None
    policies = policies_of(question, desk.known)
    if policies is None:
        return None
    chosen = set(policies)
    names = [row.name for row in desk.known.departments if row.policy in chosen]
    names += [name for key in chosen for name in desk.known.policy(key).issuers]
    if any(same_department(d, name) for d in question.departments for name in names):
        return None
    return answer_tasks(replace(question, role=None), desk)


def _repealed_by(question: Question, desk: Desk) -> Question | None:
    """Asked whether a paper that is not here still holds: the question to the paper here that repeals it."""
    if not question.in_force or not question.unknown_places:
        return None
    asked = {canonical for name in question.unknown_places for _, _, canonical in doc_number(normalise(name))}
    for policy in desk.known.policies:
        gone = {canonical for no in policy.repeals for _, _, canonical in doc_number(normalise(no))}
        if asked & gone:
            return replace(
                question,
                unknown_places=(),
                places=(policy.place,),
                documents=(policy.key,),
                intent=Intent.WHAT,
                concepts=(Concept("废止"),),
                quantity=None,
            )
    return None


def _places(desk: Desk) -> list[str]:
    return [place_name(path) for path in desk.known.places if path]


def _within(names: Iterable[str], desk: Desk) -> list[str]:
    """The places with documents that lie in a place which has none."""
    wide = [path for name in names for _, _, path in find_places(normalise(name))]
    return [
        place_name(path) for path in desk.known.places if any(path != w and lies_in(path, w) for w in wide)
    ]


def _answer_about(question: Question, desk: Desk) -> Answer:
    english = question.english
    if question.off_topic:
        return Answer(say("off_topic", english), Outcome.DECLINED, question)
    if question.courtesy:
        return Answer(say("courtesy", english), Outcome.ABOUT, question)
    policies = desk.known.policies
    rows = [document_row(p, desk, english) for p in policies[:DOCUMENTS_SHOWN]]
    lines = [say("about", english), "", say("about_documents", english, count=len(policies)), *rows]
    if len(policies) > DOCUMENTS_SHOWN:
        lines.append(say("and_more", english, count=len(policies)))
    return Answer("\n".join(lines), Outcome.ABOUT, question)


def _decline(question: Question, desk: Desk) -> Answer:
    return Answer(say("declined", question.english), Outcome.DECLINED, question)


ANSWERS: dict[Intent, Callable[[Question, Desk], Answer]] = {
    Intent.ABOUT: _answer_about,
    Intent.INVENT: _decline,
    Intent.DOCUMENTS: answer_documents,
    Intent.DEPARTMENT_TASKS: answer_tasks,
    Intent.DUE_LIST: answer_due,
    Intent.COUNT: answer_count,
    Intent.COMPARE: answer_compare,
    Intent.CHANGES: answer_changes,
    Intent.COUNTERPART: answer_counterpart,
}
