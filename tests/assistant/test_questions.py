"""The shared questions over the five documents: what issue-level figures must not fall below, with no model."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.ask import Assistant
from assistant.model import Answer, Outcome, Turn
from index_build.build import build
from index_build.settings import BuildSettings
from index_build.text import fold

SHARED = Path(__file__).parents[3] / "shared"
QUESTIONS = SHARED / "gold" / "questions.jsonl"
SILENT = (Outcome.NOT_FOUND, Outcome.NOT_STATED, Outcome.DECLINED)

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(
        not QUESTIONS.is_file(), reason="the shared documents and questions are not beside the project"
    ),
]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], Answer, float]]:
    index = tmp_path_factory.mktemp("corpus") / "index"
    build([SHARED / "corpus"], index, BuildSettings())
    assistant = Assistant.open(index)
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = []
    for warm in (False, True):
        found = []
        for row in rows:
            turns = [Turn(t["role"], t["content"]) for t in row["history"]]
            started = time.process_time()
            answer = assistant.answer(row["question"], turns)
            found.append((row, answer, time.process_time() - started if warm else 0.0))
    return found


def share(values: list[bool]) -> float:
    assert values
    return sum(values) / len(values)


def holds(answer: Answer, evidence: dict[str, str], *, first: bool) -> bool:
    sources = answer.citations[:1] if first else answer.citations
    head = fold(evidence["head"])
    return any(c.entry.policy.doc == evidence["doc"] and head in fold(c.entry.text) for c in sources)


def test_what_is_not_there_is_not_answered(answered: list[tuple[dict[str, Any], Answer, float]]) -> None:
    assert share([a.outcome in SILENT for row, a, _ in answered if not row["answerable"]]) >= 0.95
    assert share([a.outcome not in SILENT for row, a, _ in answered if row["answerable"]]) >= 0.99


def test_the_right_measure_comes_first(answered: list[tuple[dict[str, Any], Answer, float]]) -> None:
    single = [(r, a) for r, a, _ in answered if r["evidence"] and r["evidence_mode"] != "all"]
    assert share([any(holds(a, e, first=True) for e in r["evidence"]) for r, a in single]) >= 0.96
    assert sorted(len(a.citations) for _, a in single)[len(single) // 2] == 1


def test_lists_are_complete(answered: list[tuple[dict[str, Any], Answer, float]]) -> None:
    every = [(r, a) for r, a, _ in answered if r["evidence"] and r["evidence_mode"] == "all"]
    shares = [sum(holds(a, e, first=False) for e in r["evidence"]) / len(r["evidence"]) for r, a in every]
    assert sum(shares) / len(shares) >= 0.97


def test_leads_and_days_are_the_records(answered: list[tuple[dict[str, Any], Answer, float]]) -> None:
    leads, days = [], []
    for row, answer, _ in answered:
        if row["lead"] and row["type"] not in ("dept_list", "deadline_list"):
            have = {fold(n).removeprefix("各") for _, m in answer.facts for n in m.lead}
            leads.append({fold(n).removeprefix("各") for n in row["lead"]} <= have)
        if row["deadline_iso"] and row["type"] != "deadline_list":
            have = {d.date.isoformat() for _, m in answer.facts for d in m.deadlines if d.date}
            days.append(set(row["deadline_iso"]) <= have)
    assert share(leads) >= 0.97
    assert share(days) >= 0.97


def test_a_warm_answer_is_quick(answered: list[tuple[dict[str, Any], Answer, float]]) -> None:
    """Processor time, so that a busy machine does not decide: the issue asks for 15 ms and 60 ms."""
    times = sorted(seconds for _, _, seconds in answered)
    assert times[len(times) // 2] < 0.015
    assert times[int(len(times) * 0.99)] < 0.060
