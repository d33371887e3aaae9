"""A row of a question set, as a file holds it: what is wrong with it, and the case that it is.

An unknown field, a wrong type or a contradiction is named with the field and the remedy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from assistant.model import Turn
from eval.cases import OUTCOMES, TYPES, Case, Evidence

STRINGS = ("lead", "responsible", "deadline_iso", "deadline_raw", "outcomes", "documents")
_PLAIN = ("id", "type", "question", "history", "answerable", "evidence", "evidence_mode", "evidence_all")
_KNOWN = frozenset((*_PLAIN, *STRINGS, "must_contain", "today", "why_hard", "draft"))


def _field_faults(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Faults of the fields one by one, as (field, remedy)."""
    for name in sorted(set(row) - _KNOWN):
        yield name, f"没有这个字段，可用的是 · no such field; use one of {', '.join(sorted(_KNOWN))}"
    for name in ("id", "question"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            yield name, "须填一段文字 · give it a text that is not empty"
    if row.get("type") not in TYPES:
        yield "type", f"须是以下之一 · must be one of {', '.join(TYPES)} (got {row.get('type')!r})"
    for name in ("answerable", "evidence_all", "draft"):
        if not isinstance(row.get(name, name != "answerable" or None), bool):
            yield name, "须是 true 或 false · must be true or false"
    if row.get("evidence_mode", "any") not in ("any", "all"):
        yield "evidence_mode", 'must be "any" (任一条即可) or "all" (全部)'
    for name in STRINGS:
        value = row.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            yield name, '须是文字的列表 · must be a list of texts, e.g. ["甲局", "乙局"]'
    for value in row.get("deadline_iso") or []:
        if not _is_date(value):
            yield "deadline_iso", f"{value!r} 不是日期 · is no date; write it as 2022-06-30"
    for value in row.get("outcomes") or []:
        if value not in OUTCOMES:
            yield "outcomes", f"{value!r} 不是结局 · is no outcome; use {', '.join(OUTCOMES)}"
    if row.get("today") is not None and not _is_date(row["today"]):
        yield "today", "须写成 2022-06-30 · write the day as 2022-06-30"


def _is_date(value: Any) -> bool:
    try:
        dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _nested_faults(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Faults of history, evidence and must_contain."""
    for turn in row.get("history") or []:
        if (
            not isinstance(turn, dict)
            or turn.get("role") not in ("user", "assistant")
            or not turn.get("content")
        ):
            yield "history", '每轮须是 · each turn must be {"role": "user" or "assistant", "content": text}'
    for entry in row.get("evidence") or []:
        if not isinstance(entry, dict) or not entry.get("doc") or not entry.get("head"):
            yield (
                "evidence",
                '每条须有 doc 和 head · each must be {"doc": file, "no": number or null, "head": text}',
            )
        elif any(c.isspace() for c in str(entry["head"])):
            yield "evidence", f"head 里去掉空白 · take the white space out of {entry['head']!r}"
    for group in row.get("must_contain") or []:
        options = group if isinstance(group, list) else [group]
        if not options or not all(isinstance(o, str) and o for o in options):
            yield (
                "must_contain",
                '每项须是文字或几个可选的文字 · each must be a text or a list of texts, e.g. ["1日", "当日"]',
            )


def _contradictions(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Fields that are right one by one but not together."""
    if row.get("answerable") is False:
        for name in ("evidence", "lead", "responsible", "deadline_iso", "must_contain"):
            if row.get(name):
                yield name, "answerable 是 false，这里须空着 · must be empty where answerable is false"
    elif row.get("type") not in ("smalltalk_meta", None) and not row.get("evidence"):
        yield "evidence", "能回答的问题须写出依据 · an answerable question needs its evidence (doc and head)"
    if row.get("type") == "follow_up" and not row.get("history"):
        yield "history", "追问须有前文 · a follow-up needs its earlier turns"


def row_faults(row: Any) -> list[tuple[str, str]]:
    """All that is wrong with one row, as (field, remedy); empty for a good one.  A draft may be incomplete."""
    if not isinstance(row, dict):
        return [("-", "每行须是一个 JSON 对象 · every line must be a JSON object")]
    faults = [*_field_faults(row), *_nested_faults(row)]
    return faults or ([] if row.get("draft") else [*_contradictions(row)])


def case_from_row(row: Mapping[str, Any]) -> Case:
    """A checked row as a case."""
    return Case(
        id=row["id"],
        type=row["type"],
        question=row["question"],
        answerable=row["answerable"],
        history=tuple(Turn(t["role"], t["content"]) for t in row.get("history") or ()),
        evidence=tuple(
            Evidence(e["doc"], e["head"], e.get("no"), e.get("tail")) for e in row.get("evidence") or ()
        ),
        evidence_mode=row.get("evidence_mode", "any"),
        evidence_all=row.get("evidence_all", True),
        must_contain=tuple(tuple(g) if isinstance(g, list) else (g,) for g in row.get("must_contain") or ()),
        today=dt.date.fromisoformat(row["today"]) if row.get("today") else None,
        why_hard=row.get("why_hard"),
        draft=row.get("draft", False),
        **{name: tuple(row.get(name) or ()) for name in STRINGS},
    )
