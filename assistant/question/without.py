"""What a person takes out of a question as it was understood: a place, a department, a day, by their keys.

The words stay recognised, so that a place that was taken out does not come back as a word of the topic; what is
asked changes where it cannot be asked any more (a department's tasks without a department are all tasks).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.known import Known
from assistant.model import DateRange, Intent, Question


def place_key(path: Sequence[str]) -> str:
    return "place:" + "/".join(path)


def department_key(name: str) -> str:
    return "department:" + name


def date_key(read: Mapping[str, Any]) -> str:
    return "date:" + date_words(read)


def unknown_key(name: object) -> str:
    return f"unknown:{name}"


def date_words(read: Mapping[str, Any]) -> str:
    """The words of the question, else the days they stand for."""
    if read.get("raw"):
        return str(read["raw"])
    first, last = read.get("first") or "", read.get("last") or ""
    return f"{first}–{last}" if first != last else str(first)


def leave_out(question: Question, without: Collection[str], known: Known) -> Question:
    """The question without what these keys name; keys of what it does not hold are passed over."""
    gone = frozenset(without) & keys_of(question) if without else frozenset()
    if not gone:
        return question
    places = tuple(p for p in question.places if place_key(p) not in gone)
    lost = [p for p in question.places if p not in places]
    left = replace(
        question,
        places=places,
        documents=tuple(d for d in question.documents if known.policy(d).place not in lost),
        departments=tuple(d for d in question.departments if department_key(d) not in gone),
        dates=tuple(d for d in question.dates if _key(d) not in gone),
        unknown_places=tuple(n for n in question.unknown_places if unknown_key(n) not in gone),
        unknown_years=tuple(y for y in question.unknown_years if unknown_key(y) not in gone),
        sides=tuple(s for s in question.sides if s.place not in lost),
        around=question.around if places else (),
        namesakes=question.namesakes if places else (),
        without=tuple(sorted(gone)),
    )
    return _still_askable(left)


def keys_of(question: Question) -> frozenset[str]:
    """The keys of all that can be taken out of a question."""
    return frozenset(
        [
            *map(place_key, question.places),
            *map(department_key, question.departments),
            *map(_key, question.dates),
            *map(unknown_key, question.unknown_places),
            *map(unknown_key, question.unknown_years),
        ]
    )


def _key(day: DateRange) -> str:
    first, last = (d.isoformat() if d else None for d in (day.first, day.last))
    return date_key({"raw": day.raw, "first": first, "last": last})


def _still_askable(question: Question) -> Question:
    """Lists of a department or of a day that has been taken out become the wider list; a comparison of one place
    asks the same of that place."""
    intent = question.intent
    if intent is Intent.DEPARTMENT_TASKS and not question.departments:
        wider = Intent.DUE_LIST if question.dates else Intent.COUNT
        return replace(question, intent=wider, role=None, jointly=False)
    if intent is Intent.DUE_LIST and not question.dates:
        return replace(question, intent=Intent.DEPARTMENT_TASKS if question.departments else Intent.COUNT)
    if intent is Intent.COMPARE and len({*question.places, *(s.place for s in question.sides)}) < 2:
        side = question.sides[0] if question.sides else None
        concepts, runs = (side.concepts, side.runs) if side else (question.concepts, question.runs)
        return replace(
            question, intent=question.aspect or Intent.WHAT, sides=(), concepts=concepts, runs=runs
        )
    return question
