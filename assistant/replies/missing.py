"""Nothing answers: which place, number or words are missing, the nearest there is, or what there is to ask about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.choose import Chosen, choose
from assistant.desk import Desk
from assistant.known import PolicyKey
from assistant.labels import (
    asked_places,
    head,
    names_text,
    number_label,
    place_label,
    place_name,
    places_listed,
    places_text,
    short_title,
)
from assistant.model import Answer, Outcome, Question
from assistant.question.topic import WEAK
from assistant.replies.papers import without_letters
from assistant.wording import say
from index_build.catalog import Filter

NAMED_MISSING = 4  # missing words that are named
NEAR = 0.2  # coverage from which the best hit is named as the nearest


def ask_back(question: Question, desk: Desk, policies: Sequence[PolicyKey] | None) -> Answer:
    """A question that names no topic: what there is to ask about."""
    english = question.english
    places = [place_name(path) for path in desk.known.places if path]
    if question.places and policies:
        text = say(
            "unclear_place",
            english,
            place=places_text(question),
            count=len(without_letters([desk.known.policy(key) for key in policies], desk)),
            measures=desk.catalog.count(Filter(policies=tuple(policies))),
        )
        return Answer(text, Outcome.CLARIFY, question)
    hint = say("unclear_hint", english, places=places_listed(places, english))
    return Answer(f"{say('unclear', english)}{hint}", Outcome.CLARIFY, question, choices=tuple(places))


def _spelled(numbers: Sequence[str]) -> list[str]:
    return [f"第{number}条" for number in numbers]


def _named_missing(question: Question, missing: Sequence[str]) -> list[str]:
    """The words that no document has and that say what was asked for, no fragments of the asking (还要, 懂)."""
    telling = {c.words for c in question.concepts if c.weight > WEAK and len(c.words) > 1}
    return [word for word in missing if word in telling][:NAMED_MISSING]


def answer_missing(question: Question, desk: Desk, chosen: Chosen) -> Answer:
    """Which place, year or topic is missing, and the nearest there is; no sources are shown."""
    english = question.english
    if question.more:
        return Answer(say("no_more", english), Outcome.NOT_FOUND, question)
    place = asked_places(question)
    text = say("not_found_topic", english, place=place)
    if question.numbers and not question.concepts:
        text = say("no_number", english, place=place, numbers=names_text(_spelled(question.numbers), english))
    choices: tuple[str, ...] = ()
    if chosen.found:
        missing = _named_missing(question, chosen.found.missing)
        if missing:
            text += say("missing_words", english, words=names_text(missing, english))
        if chosen.found.hits and chosen.found.hits[0].coverage >= NEAR:
            nearest = chosen.found.hits[0].entry
            text += "\n\n" + say(
                "nearest_measure",
                english,
                place=place_label(nearest.policy),
                title=short_title(nearest.policy),
                number=number_label(nearest, english),
                head=head(nearest, 40),
            )
    if question.places:
        elsewhere = choose(replace(question, places=(), documents=()), desk, None)
        if elsewhere.entries and elsewhere.entries[0].policy.place not in question.places:
            choices = (place_name(elsewhere.entries[0].policy.place),)
            text += "\n\n" + say("elsewhere", english, names=names_text(choices, english))
    return Answer(text, Outcome.NOT_FOUND, question, choices=choices)
