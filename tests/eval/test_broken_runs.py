"""A perfect run and four broken ones: each scores badly in exactly the metrics that name its fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eval.cases import Case
from eval.metrics import METRICS
from eval.replies import Reply, reply_from_row
from eval.sources import Sources
from eval.summary import Summary, score_all, summarise
from tests.eval.conftest import EAST_FACT, OPENING, WEST_FACT, case, citation, fact

SECOND = "推行不动产登记当日办结。"
CASES = (
    case(id="lead", lead=["区市场监管局"]),
    case("who_responsible", id="others", responsible=["区公安分局", "区税务局"]),
    case("when", id="when", deadline_iso=["2022-12-31"], deadline_raw=["2022年12月底前"]),
    case("dept_list", id="list", evidence_mode="all",
         evidence=[{"doc": "east.txt", "no": "1", "head": OPENING}, {"doc": "east.txt", "no": "2", "head": SECOND}]),
    case("unanswerable", id="none", answerable=False),
)  # fmt: skip
ANSWER = "牵头单位：区市场监管局；责任单位：区公安分局、区税务局；完成时限：2022年12月底前。[1]"
CLAIM = {"kind": "lead", "value": "区市场监管局", "citation": 1, "verdict": "exact"}
REFUSAL = {"answer": "文件中没有找到。", "outcome": "not_found", "citations": [], "facts": [], "claims": []}


def perfect(asked: Case) -> dict[str, Any]:
    if asked.id == "none":
        return REFUSAL
    cited = [citation("east.txt", 1)]
    if asked.id == "list":
        cited.append(citation("east.txt", 2, 2))
    return {
        "answer": ANSWER,
        "outcome": "answered",
        "citations": cited,
        "facts": [EAST_FACT],
        "claims": [CLAIM],
    }


def answers_nothing(asked: Case) -> dict[str, Any]:
    return {"error": "boom"}


def refuses_everything(asked: Case) -> dict[str, Any]:
    return REFUSAL


def wrong_district(asked: Case) -> dict[str, Any]:
    row = perfect(asked)
    if asked.id == "none":
        return row
    return row | {"citations": [citation("west.txt", 1)], "facts": [WEST_FACT]}


def swaps_roles(asked: Case) -> dict[str, Any]:
    row = perfect(asked)
    if asked.id == "none":
        return row
    return row | {"facts": [fact(EAST_FACT["responsible"], EAST_FACT["lead"], ["2022-12-31"])]}


def summary(system: Callable[[Case], dict[str, Any]], sources: Sources) -> Summary:
    replies: dict[str, Reply] = {c.id: reply_from_row(system(c) | {"id": c.id}) for c in CASES}
    return summarise("x", "x", score_all(CASES, replies, sources))


def bad(found: Summary) -> set[str]:
    """The metrics below their best."""
    low = set()
    for name, mean in found.overall.items():
        metric = METRICS[name]
        if metric.unit in ("share", "score", "days") and mean.value != (1 if metric.higher_is_better else 0):
            low.add(name)
    return low


def test_a_perfect_run_has_no_fault(sources: Sources) -> None:
    found = summary(perfect, sources)
    assert bad(found) - {"span_recall", "span_precision"} == set()
    assert found.faults == {}
    assert found.overall["correct"].n == 5


def test_answering_nothing(sources: Sources) -> None:
    """No rows at all: nothing is replied or found, and refusals are not credited for silence."""
    found = summary(answers_nothing, sources)
    assert found.overall["replied"].value == 0
    assert found.overall["correct"].value == 0
    assert found.overall["abstains_when_it_should"].value == 0
    assert found.overall["answers_when_it_should"].value == 0
    assert found.faults == {"no_reply": 5}
    for name in (
        "citation_span_exact",
        "claims_verified",
        "wrong_document_at_1",
        "dangling_markers",
        "days_off",
    ):
        assert name not in found.overall, f"{name} was not measured and has no number"


def test_refusing_everything(sources: Sources) -> None:
    """Perfect at abstaining where it should, and worst at the price of it."""
    found = summary(refuses_everything, sources)
    assert found.overall["abstains_when_it_should"].value == 1
    assert found.overall["abstains_wrongly"].value == 1
    assert found.overall["answers_when_it_should"].value == 0
    assert found.overall["list_completeness"].value == 0
    assert found.overall["truthfulness"].value == pytest.approx(1 / 5), "refused is not wrong"
    assert found.faults == {"wrongly_refused": 4}
    for name in ("roles_swapped", "wrong_document_at_1", "citation_span_exact", "sources_under_refusal"):
        assert name not in found.overall or found.overall[name].value == 0


def test_citing_the_wrong_district(sources: Sources) -> None:
    """Same words, other place: quotes are verbatim and nothing is refused; place, who and when are wrong."""
    found = summary(wrong_district, sources)
    wrong = bad(found)
    assert {"correct", "recall_at_1", "wrong_document_at_1", "wrong_paper_at_1", "evidence_first"} <= wrong
    assert {"lead_right", "lead_exact", "deadline_right", "days_off", "list_completeness"} <= wrong
    assert wrong.isdisjoint(
        {"citation_span_exact", "quote_verbatim", "abstains_when_it_should", "abstains_wrongly", "replied",
         "answers_when_it_should", "roles_swapped", "dangling_markers", "claims_verified"}
    )  # fmt: skip
    assert found.faults["wrong_place"] == 4


def test_swapping_lead_and_responsible(sources: Sources) -> None:
    """Everything but the roles is right, and only metrics of roles (and the sums over them) see it."""
    found = summary(swaps_roles, sources)
    by_role = {
        f"{role}_{p}"
        for role in ("lead", "responsible")
        for p in ("right", "precision", "recall", "f1", "exact")
    }
    sums = {"correct", "correct_strict", "truthfulness"}
    assert bad(found) - {"span_recall", "span_precision"} == by_role | sums | {"roles_swapped"}
    assert found.faults == {"roles_swapped": 2}
    assert found.overall["roles_swapped"].value == 1


def test_summaries_count_by_type_document_and_outcome(sources: Sources) -> None:
    found = summary(refuses_everything, sources)
    assert found.outcomes == {"answerable": {"not_found": 4}, "unanswerable": {"not_found": 1}}
    assert found.by_type["dept_list"]["correct"].value == 0
    assert found.by_document["east.txt"]["correct"].n == 4
    assert "west.txt" not in found.by_document


def test_citations_are_pooled(sources: Sources) -> None:
    """One answer with one right citation, one with three of which one is wrong: 3 of 4, not the mean of 1 and 2/3."""
    bad_one = citation("east.txt", 2) | {"start": 0}
    rows = {
        "a": {"citations": [citation("east.txt", 1)]},
        "b": {"citations": [citation("east.txt", 1), citation("east.txt", 3), bad_one]},
    }
    cases = [case(id="a"), case(id="b")]
    replies = {
        k: reply_from_row({"id": k, "answer": "", "outcome": "answered"} | row) for k, row in rows.items()
    }
    found = summarise("x", "x", score_all(cases, replies, sources))
    assert found.overall["citation_span_exact"].value == 0.75
    assert found.overall["recall_at_1"].value == 1
