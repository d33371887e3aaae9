"""POST /retrieval: the external knowledge interface of Dify (RAGFlow and others speak it too).

Records are measures and passages with their whole metadata; `metadata_condition` filters on any of its fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from assistant.api.service import Caller, TheService
from assistant.compose import who_text
from assistant.labels import days_text
from assistant.model import Hit
from assistant.wording import say
from index_build.model import Policy, Role

router = APIRouter(tags=["Dify 外部知识库 · Dify external knowledge"])

Value = str | float | int | list[str] | None


class Condition(BaseModel):
    """`name` is a field of the records' metadata; a list of names is met if any of them is."""

    name: str | list[str]
    comparison_operator: str
    value: Value = None


class Conditions(BaseModel):
    logical_operator: Literal["and", "or"] = "and"
    conditions: list[Condition] = []


class Setting(BaseModel):
    top_k: int = Field(default=5, ge=1, le=100)
    score_threshold: float = Field(default=0.0, ge=0, le=1)


class Retrieval(BaseModel):
    knowledge_id: str = Field(default="", description="任意；一个服务只有一个知识库 · any, there is one")
    query: str
    retrieval_setting: Setting = Setting()
    metadata_condition: Conditions | None = None


@router.post("/retrieval", summary="检索 · retrieve")
def retrieval(asked: Retrieval, service: TheService, account: Caller) -> dict[str, Any]:
    """Records best first, `score` between 0 and 1: how much of the query the entry covers, and how closely."""
    conditions = asked.metadata_condition or Conditions()
    policies = None
    if conditions.conditions:
        # conditions on the paper narrow the search itself, so that enough of its entries are found
        kept = [
            p for p in service.assistant.index.catalog.policies() if may_meet(conditions, policy_metadata(p))
        ]
        policies = {p.key for p in kept}
    records = []
    for hit in service.search(asked.query, policies):
        metadata = {**policy_metadata(hit.entry.policy), **entry_metadata(hit)}
        score = round(min(1.0, max(0.0, hit.score)), 4)
        if score < asked.retrieval_setting.score_threshold or not meets(conditions, metadata):
            continue
        records.append(
            {"content": content(hit), "score": score, "title": hit.entry.policy.title, "metadata": metadata}
        )
        if len(records) == asked.retrieval_setting.top_k:
            break
    return {"records": records}


def content(hit: Hit) -> str:
    """The entry as a model should read it: headings, number, body, and who and when in so many words."""
    entry = hit.entry
    lines = [" › ".join(entry.section)] if entry.section else []
    lines.append(f"{entry.number} {entry.text}" if entry.number else entry.text)
    lines += [line for role in Role if (line := who_text(entry, role))]
    lines += [say("plan", text=entry.plan)] if entry.plan else []
    lines += [say("deadline", days=days_text(entry.deadlines))] if entry.deadlines else []
    return "\n".join(lines)


def policy_metadata(policy: Policy) -> dict[str, Any]:
    return {
        "document": policy.doc,
        "policy": policy.title,
        "doc_no": policy.doc_no or "",
        "issuer": list(policy.issuers),
        "issued": policy.issued.isoformat() if policy.issued else "",
        "year": policy.year or (policy.issued.year if policy.issued else ""),
        "place": list(policy.place),
        "kind": policy.kind.value,
    }


def entry_metadata(hit: Hit) -> dict[str, Any]:
    entry = hit.entry
    days = [d.date.isoformat() for d in entry.deadlines if d.date]
    return {
        "entry": entry.id,
        "section": list(entry.section),
        "number": entry.number or "",
        "page": entry.page if entry.page is not None else "",
        "start": min(p.start for p in entry.parts),
        "end": max(p.end for p in entry.parts),
        "lead": list(entry.lead),
        "responsible": list(entry.responsible),
        "deadline": max(days, default=""),
    }


def texts(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def any_text(test: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda have, want: any(test(h, w) for h in texts(have) for w in texts(want))


def compared(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """As numbers where both are numbers, else as text (ISO days compare as text); an absent value meets nothing."""

    def check(have: Any, want: Any) -> bool:
        if have in ("", None, []):
            return False
        a, b = number(have), number(want)
        return test(a, b) if a is not None and b is not None else test(texts(have)[0], texts(want)[0])

    return check


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "contains": any_text(lambda h, w: w in h),
    "not contains": lambda h, w: not OPERATORS["contains"](h, w),
    "start with": any_text(lambda h, w: h.startswith(w)),
    "end with": any_text(lambda h, w: h.endswith(w)),
    "is": any_text(lambda h, w: h == w),
    "is not": lambda h, w: not OPERATORS["is"](h, w),
    "in": any_text(lambda h, w: h == w),
    "not in": lambda h, w: not OPERATORS["in"](h, w),
    "empty": lambda h, w: h in ("", None, []),
    "not empty": lambda h, w: h not in ("", None, []),
    "null": lambda h, w: h in ("", None, []),
    "not null": lambda h, w: h not in ("", None, []),
    "=": compared(lambda a, b: a == b),
    "≠": compared(lambda a, b: a != b),
    ">": compared(lambda a, b: a > b),
    "<": compared(lambda a, b: a < b),
    "≥": compared(lambda a, b: a >= b),
    "≤": compared(lambda a, b: a <= b),
    "before": compared(lambda a, b: a < b),
    "after": compared(lambda a, b: a > b),
}


def meets(conditions: Conditions, metadata: Mapping[str, Any]) -> bool:
    if not conditions.conditions:
        return True
    every = all if conditions.logical_operator == "and" else any
    return every(meets_one(condition, metadata) for condition in conditions.conditions)


def meets_one(condition: Condition, metadata: Mapping[str, Any]) -> bool:
    """An unknown field or operator meets nothing, so that a typing error is seen at once."""
    operator = OPERATORS.get(condition.comparison_operator)
    names = condition.name if isinstance(condition.name, list) else [condition.name]
    return operator is not None and any(
        n in metadata and operator(metadata[n], condition.value) for n in names
    )


def may_meet(conditions: Conditions, metadata: Mapping[str, Any]) -> bool:
    """Whether an entry of a paper with this metadata can meet the conditions."""
    if conditions.logical_operator == "or":
        return True
    named = [c for c in conditions.conditions if isinstance(c.name, str) and c.name in metadata]
    return all(meets_one(condition, metadata) for condition in named)
