"""Whether the best hit covers enough of a question to answer it: the line between an answer and "not found".

Coverage has to reach a limit that falls where a hit is far ahead, has rare words or much weight, and rises where it
lacks a main word; below it a hit still answers where no other place has a better one, and above it none does that
another place's measure fits far better.
"""

from __future__ import annotations

import math
from dataclasses import replace

from assistant.desk import Desk
from assistant.matching import flat
from assistant.model import Intent, Question
from assistant.retrieve import Found
from assistant.settings import AskSettings

HELD, BARELY_HELD = 0.5, 0.3  # value by which an entry has a word, and below which it has nothing of it
FAR_AHEAD = 1.3  # the first hit's score over the second's from which it stands alone
AHEAD_NEEDS = 0.9  # the part of the coverage that such a hit still needs
MOVED_NEEDS = 0.65  # and one for a topic that is asked of another place
LED_NEEDS = 0.6  # and one that has the lead which the question names
WEIGHTY, RARE = 0.6, 0.8  # weight of a main word, and of a rare one, as parts of the weightiest
SPOKEN_OF = 0.7  # and what may be lacking beside it, as a part of its weight
RARE_NEEDS = 0.75  # the part of the coverage that a hit needs which has one
LACKING_NEEDS = 0.62  # coverage that a hit needs which lacks a main word
ELSEWHERE = 0.9  # coverage from which another place's measure is what the question is about
FURTHER = 0.25  # and by which the hit of the asked place has to stay behind it
TOLD = 0.4  # what a lacking word counts that only tells the situation
# The share that a hit needs which has much weight of rare words: .68 for one word that stands in one entry only, .36 for
# two of them.
MUCH, PER_ROOT = 1.45, 0.77
# What answers with less: in all wordings together as much as MEANT words that one entry alone has, in the place asked
# about a hit that no other place's goes far beyond.  Set by eval/refused.py: no unanswerable question of the shipped
# sets has as much.
MEANT, BARELY, BEST_OF_ALL = 4.0, 0.25, 0.9


def not_about_it(found: Found, settings: AskSettings, *, moved: bool = False, led: bool = False) -> str:
    """Why the best hit does not answer; empty where it does.  A hit far ahead of all others may cover less, one
    that lacks a main word has to cover more; `moved` means that a topic of earlier turns is asked of another place,
    which may word it otherwise, `led` that the unit which the question calls the lead leads it."""
    first = found.hits[0]
    share, needed = first.coverage, settings.min_coverage
    if any(w.concept.told for w in found.weighed):
        had, lacking = _had_and_lacking(found)
        share = max(share, had / (had + lacking)) if had else share
    firm = sum(value >= HELD for w, value in found.had(first) if w.concept.telling)
    if _is_far_ahead(found) and firm >= 2:
        needed *= AHEAD_NEEDS
    elif _lacks_main_word(found):
        needed = max(needed, LACKING_NEEDS)
    if needed > settings.min_coverage and _has_rare_words(found):
        needed = settings.min_coverage * RARE_NEEDS
    if moved:
        needed *= MOVED_NEEDS
    if led:
        needed *= LED_NEEDS
    if share < needed and not _has_much(found):
        return f"covers {share:.2f} of the question, {needed:.2f} needed"
    return ""


def _is_far_ahead(found: Found) -> bool:
    second = found.hits[1].score if len(found.hits) > 1 else 0.0
    return found.hits[0].score >= FAR_AHEAD * second


def _lacks_main_word(found: Found) -> bool:
    """Whether the best hit has nothing of one of the question's weightiest words."""
    top = max((w.weight for w in found.weighed), default=0.0)
    return any(
        w.weight >= WEIGHTY * top
        and value < (HELD if w.concept.weight > 1.0 else BARELY_HELD)
        and w.concept.weight >= 1.0
        and not w.concept.carried
        for w, value in found.had(found.hits[0])
    )


def _has_rare_words(found: Found) -> bool:
    """Whether the best hit, well ahead of the others, prints a long word of the question that hardly any other entry
    has, and lacks only words that no document has at all: those are how people speak, not what they ask about."""
    if not _is_far_ahead(found):
        return False
    body = flat(found.hits[0].entry.text)
    rare = max((w.weight for w in found.weighed), default=0.0) * RARE
    printed = [
        w.weight
        for w in found.weighed
        if w.seen and w.weight >= rare and len(w.words) > 2 and w.words in body
    ]
    lacking = [w for w, value in found.had(found.hits[0]) if value < BARELY_HELD]
    topics = [w for w in lacking if not w.seen and w.concept.others]
    spoken_of = sum(w.weight for w in lacking if w.seen and w.concept.telling)
    return bool(printed) and not topics and spoken_of <= SPOKEN_OF * max(printed)


def _has_much(found: Found) -> bool:
    """Whether the best hit has so much weight of rare words that a smaller share of the question does; what it lacks of
    a sentence that only tells the situation counts in part."""
    held, lacking = _had_and_lacking(found)
    return held > 0 and held / (held + lacking) >= MUCH - PER_ROOT * math.sqrt(held / found.rarest)


def _had_and_lacking(found: Found) -> tuple[float, float]:
    """The weight of the question that the best hit has and that it lacks; what only tells the situation counts less."""
    pairs = found.had(found.hits[0])
    held = sum(w.weight * min(1.0, value) for w, value in pairs)
    lacking = sum(
        w.weight * (1.0 - min(1.0, value)) * (TOLD if w.concept.told else 1.0) for w, value in pairs
    )
    return held, lacking


def is_best_of_all(question: Question, desk: Desk, found: Found) -> bool:
    """Whether the best hit, of which a question of many words names too little, is still what it is about: it has much
    of all that its words may mean, and other places have nothing that fits better.  What the place lacks is either
    hardly touched by its best hit or some other place has it."""
    first = found.hits[0]
    if much_of(found) < MEANT or first.coverage < BARELY:
        return False
    if not question.places or set(desk.known.places) <= {*question.places}:
        return False
    return best_elsewhere(question, desk) <= first.score / BEST_OF_ALL


def much_of(found: Found) -> float:
    """How much the best hit has of everything that the question may mean, in words that one entry alone has."""
    return found.hits[0].bm25 / found.rarest


def best_elsewhere(question: Question, desk: Desk) -> float:
    """The score of the best hit in other places than those asked about; 0 where there is none."""
    everywhere = desk.searcher.search(replace(question, places=(), documents=()), None)
    others = (hit.score for hit in everywhere.hits if hit.entry.policy.place not in question.places)
    return max(others, default=0.0)


def is_of_another_place(question: Question, desk: Desk, found: Found) -> str:
    """Why the best hit is only near what is asked about: another place's measure has nearly all of the question, and
    this one far less (a thing that only the region has, asked of the city); empty where it is none."""
    share = found.hits[0].coverage
    compared = question.intent is Intent.COMPARE  # a side may word otherwise what the other has word for word
    if compared or not question.places or question.documents:
        return ""
    if share > 1.0 - FURTHER or not _lacks_noun(found):
        return ""
    best = desk.searcher.coverage(replace(question, places=()), question.places)
    if best >= ELSEWHERE and best - share >= FURTHER:
        return f"covers {share:.2f} of the question, {best:.2f} are covered in another place"
    return ""


def _lacks_noun(found: Found) -> bool:
    """Whether the best hit has nothing of a thing that the question names, not only of what is done with it."""
    return any(w.concept.weight >= 1.0 and value < HELD for w, value in found.had(found.hits[0]))
