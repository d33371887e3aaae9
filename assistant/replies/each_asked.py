"""Several things asked at once, each of which another measure answers: the answer to each piece of the question."""

from __future__ import annotations

from dataclasses import replace

from assistant.choose import Chosen, choose
from assistant.compose import answer_of_parts
from assistant.desk import Desk, policies_of
from assistant.model import Answer, Hit, Outcome, Question
from assistant.replies.single import compose_entry
from assistant.wording import say

# How far a measure has the words of its own piece; the part of that which those of the other pieces may have.
FULLY, CLEARLY = 0.75, 0.85


def answer_each(question: Question, desk: Desk) -> Answer | None:
    """None where one measure answers all, or a piece has none that says it."""
    policies = policies_of(question, desk.known)
    if not question.pieces or policies is None:
        return None
    asked = question.pieces
    found = [choose(one, desk, policies) for one in asked]
    firsts = [chosen.first_hit for chosen in found]
    if len({hit.entry.id for hit in firsts if hit}) < len(asked):
        return None
    for n, chosen in enumerate(found):
        others = {hit.entry.id for at, hit in enumerate(firsts) if hit and at != n}
        if not chosen.stated or not _has_it_alone(chosen, others):
            return None
    entries = [chosen.entries[0] for chosen in found]
    parts = [
        compose_entry(one, desk, replace(chosen, entries=(entry,)), entry, n)
        for n, (one, chosen, entry) in enumerate(zip(asked, found, entries, strict=True), 1)
    ]
    texts = [say("several", question.english, count=len(parts)), *(part.text for part in parts)]
    return answer_of_parts(
        parts, entries, desk.records, question=question, text="\n\n".join(texts), outcome=Outcome.ANSWERED
    )


def _has_it_alone(chosen: Chosen, others: set[str]) -> bool:
    """Whether the entry has all that its piece names, and none of the `others` has all of it."""
    found, first = chosen.found, chosen.first_hit
    if found is None or first is None:
        return False

    def least(hit: Hit) -> float:
        own = [value for w, value in found.had(hit) if w.concept.telling and not w.concept.carried]
        return min(own, default=0.0)

    beside = [hit for hit in found.hits if hit.entry.id in others]
    mine = least(first)
    return mine >= FULLY and all(least(hit) < CLEARLY * mine for hit in beside)
