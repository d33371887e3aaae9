"""The shipped set: every head and every must_contain stands in the sample plans, and all kinds of question are there."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from eval.case_files import load_set
from eval.cases import TYPES, Case
from eval.sources import Sources, fold
from index_build.readers import find_files, read

ROOT = Path(__file__).parents[2]
SET = load_set(ROOT / "eval/sets/samples.jsonl")
EXPECTED = ROOT / "tests/fixtures/expected"


@cache
def sources() -> Sources:
    documents = [d for path in find_files([ROOT / "index_build/samples"]) for d in read(path)]
    return Sources({d.name: d.text for d in documents})


def test_enough_of_every_kind() -> None:
    kinds = [c.type for c in SET.cases]
    assert len(kinds) >= 150
    assert set(kinds) == set(TYPES)
    assert set(SET.documents) == set(sources().texts)
    assert sum(not c.answerable for c in SET.cases) >= 20
    assert {o for c in SET.cases for o in c.outcomes} >= {"not_stated", "not_found", "about"}


@pytest.mark.parametrize("case", SET.cases, ids=lambda c: c.id)
def test_every_answer_stands_in_the_source(case: Case) -> None:
    """Each head once in its document, with its tail after it; each must_contain and deadline in some document of the
    case; each department's name, or its name without the prefix that is printed once, inside or near the evidence."""
    found = sources()
    for evidence in case.evidence:
        assert found.view(evidence.doc).text.count(fold(evidence.head)) == 1, evidence
        place = found.place(evidence)
        assert place is not None
        assert evidence.tail is None or place[1], f"no tail {evidence.tail} after {evidence.head}"
    texts = [found.view(e.doc).text for e in case.evidence]
    for group in case.must_contain:
        assert any(fold(option) in text for option in group for text in texts), group
    if case.type != "deadline_list":
        for raw in case.deadline_raw:
            assert any(fold(raw) in text for text in texts), raw
    for name in (*case.lead, *case.responsible):
        bare = name.lstrip("省市县区各")
        assert any(bare in text for text in texts), name


@cache
def measures() -> dict[tuple[str, str], dict]:
    """The sample plans' measures as written down by hand, by document and head."""
    rows = [
        json.loads(line)
        for path in EXPECTED.glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return {(r["doc"], fold(r["head"])): r for r in rows}


@pytest.mark.parametrize(
    "case", [c for c in SET.cases if c.evidence_mode == "any" and c.answerable], ids=lambda c: c.id
)
def test_departments_and_dates_agree_with_the_measures_by_hand(case: Case) -> None:
    """The set and the readers' expected measures were written apart; where both speak of a measure they agree."""
    for evidence in case.evidence:
        row = measures().get((evidence.doc, fold(evidence.head)))
        if row is None or case.type == "ambiguous":
            continue
        if case.lead:
            assert set(case.lead) == set(row["lead"])
        if case.responsible:
            assert set(case.responsible) == set(row["responsible"])
        if case.deadline_iso and not row["deadlines_open"]:
            assert set(case.deadline_iso) <= {d["date"] for d in row["deadlines"]}


def test_near_misses_are_asked_of_all_documents() -> None:
    """ "Not in the documents" can only be right if every document of the set is there."""
    for case in SET.cases:
        if not case.answerable and case.type == "unanswerable" and "not_stated" not in case.outcomes:
            assert case.documents, case.id
