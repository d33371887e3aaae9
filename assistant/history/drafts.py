"""Feedback as draft rows of a question set: to be read and finished by a person before they count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.history.kept import Feedback

# What the question was read as -> the type of a question-set row.
DRAFT_TYPES = {
    "who": "who_lead", "who_lead": "who_lead", "who_responsible": "who_responsible", "when": "when",
    "who_when": "who_when", "what": "what", "department_tasks": "dept_list", "due_list": "deadline_list",
    "compare": "cross_region", "changes": "cross_region", "count": "dept_list", "documents": "smalltalk_meta",
    "about": "smalltalk_meta", "invent": "injection",
}  # fmt: skip
HEAD_LENGTH = 24  # characters by which a row knows its measure


def draft_of(given: Feedback) -> dict[str, Any]:
    """A question-set row from one feedback.  For 有用 the answer given is what is expected; for 有误 nothing is
    known to be right but the question, and what the person wrote stands in `note` for whoever finishes the row."""
    answer = given.answer or {}
    right = given.useful
    facts = answer.get("facts") or [] if right else []
    dates = [d for fact in facts for d in fact.get("deadlines") or []]
    intent = (answer.get("question_read") or {}).get("intent") or ""
    answerable = answer.get("outcome") not in ("not_found", "not_stated", "declined")
    return {
        "id": f"feedback-{given.id[:12]}",
        "type": "follow_up" if given.earlier else DRAFT_TYPES.get(intent, "what"),
        "question": given.question,
        "history": [{"role": t.role, "content": t.content} for t in given.earlier],
        "answerable": answerable if right else True,
        "evidence": [evidence_of(c) for c in answer.get("citations") or []] if right else [],
        "evidence_mode": "any",
        "lead": each_once(name for fact in facts for name in fact.get("lead") or []),
        "responsible": each_once(name for fact in facts for name in fact.get("responsible") or []),
        "deadline_iso": each_once(d["date"] for d in dates if d.get("date")),
        "deadline_raw": each_once(d["raw"] for d in dates),
        "must_contain": [],
        "why_hard": None,
        "draft": True,
        "note": {
            "useful": right,
            "reason": given.reason,
            "right_answer": given.right_answer,
            "said": given.said,
        },
    }


def evidence_of(citation: Mapping[str, Any]) -> dict[str, Any]:
    """What a question-set row knows a measure by: document, number and first characters."""
    return {
        "doc": citation["doc"],
        "no": citation.get("number"),
        "head": "".join(citation["text"].split())[:HEAD_LENGTH],
    }


def each_once(values: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(values))
