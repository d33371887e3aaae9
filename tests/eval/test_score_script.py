"""The project's score script and eval agree on every figure that both have, on right and on broken answers."""

from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from eval.case_files import load_set
from eval.cases import Case
from eval.metrics import METRICS
from eval.replies import reply_from_row
from eval.sources import Sources, sources_of
from eval.summary import score_all, summarise

SHARED = Path(__file__).parents[3] / "shared"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(
        not (SHARED / "score/score.py").is_file(), reason="../shared with corpus, gold and score is not there"
    ),
]
SAME = ("citation_span_exact", "abstains_when_it_should", "correct", "answers_when_it_should", "evidence_first",
        "evidence_cited", "evidence_all_recall", "list_precision", "lead_right", "responsible_right", "deadline_right",
        "must_contain", "correct_strict")  # fmt: skip


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", SHARED / "score/score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def sources() -> Sources:
    return sources_of(SHARED / "corpus")


CASES = load_set(SHARED / "gold/questions.jsonl").cases if (SHARED / "gold/questions.jsonl").is_file() else ()


def answer(case: Case, sources: Sources, chance: random.Random) -> dict[str, Any]:
    """A right answer made from the gold, then spoilt in one of many ways, or not."""
    cited, facts = [], []
    for n, evidence in enumerate(case.evidence, 1):
        place = sources.place(evidence)
        assert place is not None, evidence
        start, end = place[0]
        words = sources.texts[evidence.doc][start:end]
        cited.append({"n": n, "doc": evidence.doc, "text": words, "quote": words, "start": start, "end": end})
        deadlines = [{"raw": d, "date": d} for d in case.deadline_iso]
        facts.append(
            {
                "citation": n,
                "lead": list(case.lead),
                "responsible": list(case.responsible),
                "deadlines": deadlines,
            }
        )
    words = "、".join((*case.lead, *case.responsible, *(g[0] for g in case.must_contain)))
    row = {"id": case.id, "answer": words, "outcome": "answered" if case.answerable else "not_found",
           "citations": cited, "facts": facts}  # fmt: skip
    return SPOILERS[chance.choice(sorted(SPOILERS))](row)


def _shifted(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"citations": [c | {"start": c["start"] + 2} for c in row["citations"]]}


def _swapped(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"facts": [f | {"lead": f["responsible"], "responsible": f["lead"]} for f in row["facts"]]}


def _elsewhere(row: dict[str, Any]) -> dict[str, Any]:
    other = {"n": 1, "doc": "nowhere.txt", "text": "甲", "quote": "甲", "start": 0, "end": 1}
    return row | {"citations": [other, *row["citations"]]}


SPOILERS = {
    "right": lambda row: row,
    "right again": lambda row: row,
    "refused": lambda row: row | {"outcome": "not_stated"},
    "answered": lambda row: row | {"outcome": "answered"},
    "no sources": lambda row: row | {"citations": []},
    "half the sources": lambda row: row | {"citations": row["citations"][: len(row["citations"]) // 2]},
    "shifted": _shifted,
    "swapped": _swapped,
    "elsewhere first": _elsewhere,
    "no dates": lambda row: row | {"facts": [f | {"deadlines": []} for f in row["facts"]]},
    "no words": lambda row: row | {"answer": "见出处[1]"},
    "reversed": lambda row: row | {"citations": row["citations"][::-1], "facts": row["facts"][::-1]},
}


def figures(rows: list[dict[str, Any]], sources: Sources) -> dict[str, float]:
    replies = {row["id"]: reply_from_row(row) for row in rows}
    return {
        name: mean.value
        for name, mean in summarise("x", "x", score_all(CASES, replies, sources)).overall.items()
    }


def script_figures(
    script: ModuleType, rows: list[dict[str, Any]], sources: Sources, tmp_path: Path
) -> dict[str, float]:
    gold = script.rows(SHARED / "gold/questions.jsonl")
    tally = script.Tally()
    script.score_answers(gold, json.loads(json.dumps(rows)), dict(sources.texts), tally)
    return {name: tally.hits[name] / tally.total[name] for name in tally.total}


@pytest.mark.parametrize("seed", range(6))
def test_the_figures_agree(script: ModuleType, sources: Sources, seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    rows = [answer(case, sources, chance) for case in CASES]
    ours, theirs = figures(rows, sources), script_figures(script, rows, sources, tmp_path)
    assert set(SAME) <= set(METRICS)
    for name in SAME:
        assert ours[name] == pytest.approx(theirs[name]), name
    assert 0.1 < theirs["correct"] < 0.9, "spoilt enough to tell"


def test_right_answers_are_all_right(script: ModuleType, sources: Sources, tmp_path: Path) -> None:
    rows = [answer(case, sources, _Always("right")) for case in CASES]
    ours, theirs = figures(rows, sources), script_figures(script, rows, sources, tmp_path)
    for name in (
        "correct",
        "evidence_first",
        "evidence_all_recall",
        "citation_span_exact",
        "abstains_when_it_should",
    ):
        assert ours[name] == theirs[name] == 1, name


def test_by_type_too(script: ModuleType, sources: Sources, tmp_path: Path) -> None:
    rows = [answer(case, sources, random.Random(n)) for n, case in enumerate(CASES)]
    replies = {row["id"]: reply_from_row(row) for row in rows}
    ours = summarise("x", "x", score_all([c for c in CASES if c.answerable], replies, sources)).by_type
    theirs = script_figures(script, rows, sources, tmp_path)
    for kind, means in ours.items():
        if kind != "smalltalk_meta":
            assert means["correct"].value == pytest.approx(theirs[f"correct[{kind}]"]), kind


class _Always(random.Random):
    def __init__(self, choice: str) -> None:
        super().__init__(0)
        self._choice = choice

    def choice(self, seq: Any) -> Any:
        return self._choice
