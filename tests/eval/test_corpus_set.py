"""The set over the five documents of ../shared/corpus: every row against the texts and against what is extracted.

The documents are no part of the project; without them beside it these tests are skipped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from eval.case_files import load_set
from eval.cases import TYPES, Case
from eval.sources import Sources, fold
from index_build.measures import extract
from index_build.model import Measure
from index_build.readers import find_files, read

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared/corpus"
SET = load_set(ROOT / "eval/sets/corpus.jsonl")
INDEPENDENT = [c for c in SET.cases if c.id.startswith(("dev-", "held-"))]
POSITIVE = [c for c in INDEPENDENT if c.evidence]

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the documents in ../shared/corpus are not here"),
]


@cache
def sources() -> Sources:
    return Sources({d.name: d.text for path in find_files([CORPUS]) for d in read(path)})


@cache
def measures(doc: str) -> tuple[Measure, ...]:
    return tuple(extract(read(CORPUS / doc)[0]).measures)


def found(case: Case) -> list[Measure]:
    """The measures that the case's evidence opens; evidence outside measures (a covering notice) has none."""
    return [
        m
        for e in case.evidence
        for m in measures(e.doc)
        if fold(m.text).startswith(fold(e.head)) and (e.no is None or m.number == e.no)
    ]


def key(measure: Measure) -> tuple[str, int]:
    return measure.policy.doc, measure.parts[0].start


def dates(measure: Measure) -> set[str]:
    return {d.date.isoformat() for d in measure.deadlines if d.date}


def of_papers(case: Case) -> list[Measure]:
    """All measures that a list over the case's paper could hold: the file's, in a compilation the policy's."""
    rows = found(case)
    titles = {m.policy.title for m in rows}
    docs = {e.doc for e in case.evidence}
    compiled = {doc for doc in docs if len({m.policy.place for m in measures(doc)}) > 1}
    return [m for doc in docs for m in measures(doc) if doc not in compiled or m.policy.title in titles]


def test_most_to_work_on_and_a_part_held_back() -> None:
    held = sum(c.id.startswith("held-") for c in INDEPENDENT)
    assert len(INDEPENDENT) >= 240
    assert held >= 80
    assert {c.type for c in INDEPENDENT} == set(TYPES)
    assert sum(c.type == "unanswerable" for c in INDEPENDENT) >= 35
    assert {e.doc for c in INDEPENDENT for e in c.evidence} == set(SET.documents)


@pytest.mark.parametrize("case", POSITIVE, ids=lambda c: c.id)
def test_what_is_expected_stands_in_the_source(case: Case) -> None:
    texts = [sources().view(e.doc).text for e in case.evidence]
    for evidence in case.evidence:
        assert sources().has_words(evidence.doc, evidence.head), evidence
    for group in case.must_contain:
        assert case.type == "ambiguous" or any(fold(option) in text for option in group for text in texts), (
            group
        )
    for raw in case.deadline_raw:
        assert any(fold(raw) in text for text in texts), raw


@pytest.mark.parametrize(
    "case",
    [c for c in POSITIVE if c.type not in ("dept_list", "deadline_list", "ambiguous")],
    ids=lambda c: c.id,
)
def test_departments_and_dates_are_those_of_the_measures(case: Case) -> None:
    rows = found(case)
    assert len(rows) == len(case.evidence) or all(e.no is None for e in case.evidence)
    if case.lead:
        assert set(case.lead) == {n for m in rows for n in m.lead}
    if case.responsible:
        assert set(case.responsible) == {n for m in rows for n in m.responsible}
    assert set(case.deadline_iso) <= {d for m in rows for d in dates(m)}


@pytest.mark.parametrize("case", [c for c in POSITIVE if c.type == "dept_list"], ids=lambda c: c.id)
def test_a_departments_list_is_complete(case: Case) -> None:
    """The evidence is what names the department: in either part, as lead, or as responsible unit."""
    name = (*case.lead, *case.responsible)[0]
    given = {key(m) for m in found(case)}
    leads = {key(m) for m in of_papers(case) if name in m.lead}
    others = {key(m) for m in of_papers(case) if name in m.responsible}
    assert given in (leads, others, leads | others) if case.evidence_all else given <= leads | others


@pytest.mark.parametrize("case", [c for c in POSITIVE if c.type == "deadline_list"], ids=lambda c: c.id)
def test_a_list_of_due_measures_is_complete(case: Case) -> None:
    """Every measure of the paper whose limit is one of those asked for is there, and none that is not due then."""
    wanted, words = set(case.deadline_iso), {fold(raw) for raw in case.deadline_raw}

    def is_due(measure: Measure) -> bool:
        if not wanted:
            return not dates(measure)
        return any(
            d.date and d.date.isoformat() in wanted and fold(d.raw) in words for d in measure.deadlines
        )

    given, due = {key(m) for m in found(case)}, {key(m) for m in of_papers(case) if is_due(m)}
    assert given == due if case.evidence_all else given < due
