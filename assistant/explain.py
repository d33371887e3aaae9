"""How an answer came about, for `--trace`: what was understood, what was searched, each candidate with its ranks, why
the others were dropped, and each claim's verdict."""

from __future__ import annotations

from typing import Any

from assistant.choose import Chosen, choose
from assistant.desk import Desk, policies_of
from assistant.model import Intent, Question
from assistant.replies.compare import comparison_sides
from assistant.retrieve import Found

SHOWN = 10  # candidates shown


def explain_question(question: Question, desk: Desk) -> dict[str, Any]:
    """The search of a question, or of each side of a comparison."""
    told: dict[str, Any] = {"question_read": question.read()}
    if question.intent is Intent.COMPARE:
        told["sides"] = {
            label: _search(side, desk, keys) for label, side, keys in comparison_sides(question, desk)
        }
    return {**told, **_search(question, desk, policies_of(question, desk.known))}


def _search(question: Question, desk: Desk, policies: Any) -> dict[str, Any]:
    chosen = choose(question, desk, policies)
    found = chosen.found
    return {
        "searched": None if policies is None else [desk.known.policy(key).title for key in policies],
        "weights": {w.concept.words: round(w.weight, 3) for w in found.weighed} if found else {},
        "missing": list(found.missing) if found else [],
        "chosen": [e.id for e in chosen.entries],
        "stated": chosen.stated,
        "reason": chosen.reason,
        "without_vectors": desk.searcher.degraded,
        "candidates": _candidates(chosen, found, desk) if found else [],
    }


def _candidates(chosen: Chosen, found: Found, desk: Desk) -> list[dict[str, Any]]:
    picked = {e.id for e in chosen.entries}
    rows = []
    for h in found.hits[:SHOWN]:
        rows.append(
            {
                "entry": h.entry.id,
                "number": h.entry.number,
                "policy": h.entry.policy.title,
                "score": round(h.score, 4),
                "coverage": round(h.coverage, 3),
                "word_rank": h.word_rank,
                "vector_rank": h.vector_rank,
                "reasons": list(h.reasons),
                "dropped": None if h.entry.id in picked else _why_dropped(h.coverage, chosen, found, desk),
                "head": h.entry.text[:24],
            }
        )
    return rows


def _why_dropped(share: float, chosen: Chosen, found: Found, desk: Desk) -> str:
    if not chosen.entries:
        return chosen.reason
    if share < desk.settings.min_coverage:
        return f"covers {share:.2f} of the question, {desk.settings.min_coverage:.2f} needed"
    first = next((h for h in found.hits if h.entry.id == chosen.entries[0].id), None)
    if first is not None and first is not found.hits[0]:
        return "does not say what was asked, or stands behind the one that does"
    return "stands behind the one chosen"
