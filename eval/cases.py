"""Question sets: what is asked, and what a right answer holds.

A set holds cases; `case_rows` checks and makes a case from the row that a file holds, `case_files` reads and writes
the files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assistant.model import Turn

# type -> (Chinese, English): every kind of question a set can hold
TYPES: dict[str, tuple[str, str]] = {
    "who_lead": ("谁牵头", "who leads"),
    "who_responsible": ("谁配合", "who takes part"),
    "when": ("何时完成", "by when"),
    "who_when": ("谁、何时", "who and when"),
    "what": ("内容", "what it says"),
    "target": ("指标", "targets"),
    "dept_list": ("部门任务清单", "a department's tasks"),
    "deadline_list": ("到期清单", "what is due"),
    "cross_region": ("跨地区对比", "places compared"),
    "follow_up": ("追问", "follow-up"),
    "ambiguous": ("未说明地区", "place not named"),
    "unanswerable": ("文件没有写", "not in the documents"),
    "injection": ("诱导与注入", "injection"),
    "smalltalk_meta": ("闲聊与自我介绍", "small talk"),
}
LIST_TYPES = frozenset({"dept_list", "deadline_list"})
OUTCOMES = ("answered", "not_stated", "not_found", "clarify", "declined", "about")
HEAD_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Evidence:
    """A measure or passage that answers: `head` is the first characters of its body, white space left out.

    `tail` is its last characters, where a set gives them: with both, spans can be scored for precision."""

    doc: str
    head: str
    no: str | None = None
    tail: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what a right answer holds.

    `must_contain` is a list of groups, one string of each group has to occur; `outcomes` names the accepted
    outcomes where the default of the type is not what is meant; `documents` names what has to be indexed."""

    id: str
    type: str
    question: str
    answerable: bool
    history: tuple[Turn, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    evidence_mode: str = "any"
    evidence_all: bool = True
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    deadline_iso: tuple[str, ...] = ()
    deadline_raw: tuple[str, ...] = ()
    must_contain: tuple[tuple[str, ...], ...] = ()
    outcomes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    today: dt.date | None = None
    why_hard: str | None = None
    draft: bool = False

    @property
    def is_list(self) -> bool:
        return self.type in LIST_TYPES

    def row(self) -> dict[str, Any]:
        """The case as a JSONL row; fields that hold nothing and are not part of the gold schema are left out."""
        row: dict[str, Any] = {
            "id": self.id,
            "type": self.type,
            "question": self.question,
            "history": [{"role": t.role, "content": t.content} for t in self.history],
            "answerable": self.answerable,
            "evidence": [_evidence_row(e) for e in self.evidence],
            "evidence_mode": self.evidence_mode,
            "lead": list(self.lead),
            "responsible": list(self.responsible),
            "deadline_iso": list(self.deadline_iso),
            "deadline_raw": list(self.deadline_raw),
            "must_contain": [list(group) for group in self.must_contain],
            "why_hard": self.why_hard,
        }
        if not self.evidence_all:
            row["evidence_all"] = False
        if self.outcomes:
            row["outcomes"] = list(self.outcomes)
        if self.documents:
            row["documents"] = list(self.documents)
        if self.today:
            row["today"] = self.today.isoformat()
        if self.draft:
            row["draft"] = True
        return row


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Cases of one file.  `documents` are the files the set was written for."""

    name: str
    cases: tuple[Case, ...]
    documents: tuple[str, ...] = ()
    note: str = ""

    def needs(self, case: Case) -> tuple[str, ...]:
        """The documents without which the case says nothing about the assistant."""
        return case.documents or tuple(dict.fromkeys(e.doc for e in case.evidence)) or self.documents

    def applicable(self, indexed: Iterable[str]) -> tuple[tuple[Case, ...], tuple[tuple[Case, str], ...]]:
        """Cases that can be asked of an index with these documents, and the others, each with the reason.

        Where one piece of evidence suffices, one document that holds it suffices as well."""
        have = set(indexed)
        asked: list[Case] = []
        left: list[tuple[Case, str]] = []
        for case in self.cases:
            needs = self.needs(case)
            missing = [doc for doc in needs if doc not in have]
            enough = bool(case.evidence) and not case.documents and case.evidence_mode == "any"
            if case.draft:
                left.append((case, "草稿，尚未审阅 · a draft, not reviewed yet"))
            elif not missing or (enough and len(missing) < len(needs)):
                asked.append(case)
            else:
                left.append((case, f"索引里没有（not in the index）：{'、'.join(missing)}"))
        return tuple(asked), tuple(left)


def _evidence_row(evidence: Evidence) -> dict[str, Any]:
    row: dict[str, Any] = {"doc": evidence.doc, "no": evidence.no, "head": evidence.head}
    if evidence.tail:
        row["tail"] = evidence.tail
    return row
