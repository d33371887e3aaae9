"""What is left of a question without the words that only ask: its topic, if there is any."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.characters import blanked
from assistant.known import Known, PolicyKey
from assistant.model import DateRange, Intent
from assistant.question.intent import EXTREMES, LACKS, STANDINGS, Asked
from assistant.question.named_papers import beside_the_title
from assistant.question.phrases import Phrases
from assistant.question.topic import VERB, find_concepts

ROWS = ("rows", "who_more", *LACKS, *STANDINGS, *EXTREMES, "due")


def without_rows(left: str, phrases: Phrases) -> str:
    """The text without what only calls for rows of a list, and how these stand."""
    for signal in ROWS:
        left = phrases.blank(signal, left)
    return left


def without_asking(left: str, asked: Asked, dates: Sequence[DateRange], phrases: Phrases) -> str:
    """What is left of the text without the words that only ask for a list, a count or a change."""
    if asked.mentioning:
        left = phrases.blank("mentions", left)
    if asked.intent in (Intent.DUE_LIST, Intent.DEPARTMENT_TASKS, Intent.COUNT):
        for day in dates:
            left = left.replace(day.raw, "\x00" * len(day.raw))
        left = _without_listing(without_rows(left, phrases), phrases)
    if asked.intent is Intent.COUNT:
        for signal in LACKS:
            left = phrases.blank(signal, left)
    return phrases.blank("changes", left) if asked.intent is Intent.CHANGES else left


def _without_listing(left: str, phrases: Phrases) -> str:
    """The text without 负责哪些措施, but with the topic that may stand inside (负责哪条网上办税的措施)."""
    for match in phrases.find_all("tasks", left):
        told = [c.weight for c in find_concepts(match[0], phrases)]
        if not any(w > VERB or (w >= 0.5 and phrases.says("field", match[0])) for w in told):
            left = blanked(left, [match.span()])
    return left


def is_topical(
    left: str,
    phrases: Phrases,
    english: bool,
    known: Known | None = None,
    documents: Sequence[PolicyKey] = (),
) -> bool:
    """Whether anything is left besides the asking: the assistant, a paper's number, what measures do not say; with
    `documents` also besides the words that call one of these papers by its title."""
    for signal in ("about", "paper", "in_force", "count_units", "whole", *LACKS):
        left = phrases.blank(signal, left)
    concepts = find_concepts(left, phrases, english=english)
    if known:
        concepts = beside_the_title(concepts, known, documents)
    return any(c.telling for c in concepts)
