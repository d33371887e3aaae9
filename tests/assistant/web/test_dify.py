"""The external knowledge interface: records, scores, thresholds, and every operator of metadata conditions."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from assistant.api.dify import OPERATORS, Condition, Conditions, meets


def retrieve(
    http: httpx.Client, query: str, top_k: int = 5, threshold: float = 0.0, **more: Any
) -> list[dict[str, Any]]:
    body = {
        "knowledge_id": "any",
        "query": query,
        "retrieval_setting": {"top_k": top_k, "score_threshold": threshold},
    }
    response = http.post("/retrieval", json={**body, **more}, headers={"Authorization": "Bearer any"})
    assert response.status_code == 200, response.text
    return response.json()["records"]


def test_records_are_ranked_whole_and_within_bounds(http: httpx.Client) -> None:
    records = retrieve(http, "区级领导包联重点企业", top_k=3)
    assert len(records) == 3
    scores = [record["score"] for record in records]
    assert scores == sorted(scores, reverse=True) and all(0 <= score <= 1 for score in scores)
    best = records[0]
    assert "牵头单位：区委办公室、区政府办公室" in best["content"]
    assert best["metadata"]["lead"] == ["区委办公室", "区政府办公室"] and best["metadata"]["number"] == "28"


def test_the_threshold_and_conditions_narrow(http: httpx.Client) -> None:
    best = retrieve(http, "企业开办", top_k=1)[0]["score"]
    assert all(r["score"] >= best for r in retrieve(http, "企业开办", top_k=50, threshold=best))
    conditions = [
        {"name": "lead", "comparison_operator": "is", "value": "区市场监管局"},
        {"name": "deadline", "comparison_operator": "before", "value": "2024-09-01"},
    ]
    found = retrieve(
        http, "企业开办", top_k=50, metadata_condition={"logical_operator": "and", "conditions": conditions}
    )
    assert found
    assert all(
        "区市场监管局" in r["metadata"]["lead"] and r["metadata"]["deadline"] < "2024-09-01" for r in found
    )


def test_nothing_fits(http: httpx.Client) -> None:
    condition = {"conditions": [{"name": "doc_no", "comparison_operator": "is", "value": "无此文号"}]}
    assert retrieve(http, "企业开办", metadata_condition=condition) == []


META = {
    "title": "行动方案",
    "lead": ["区税务局", "区财政局"],
    "year": 2024,
    "deadline": "2024-06-30",
    "page": "",
}


@pytest.mark.parametrize(
    ("name", "operator", "value", "met"),
    [
        ("title", "contains", "行动", True), ("title", "contains", "计划", False),
        ("title", "not contains", "计划", True), ("lead", "not contains", "税务", False),
        ("title", "start with", "行动", True), ("title", "start with", "方案", False),
        ("title", "end with", "方案", True), ("title", "end with", "行动", False),
        ("lead", "is", "区财政局", True), ("lead", "is", "财政局", False),
        ("lead", "is not", "财政局", True), ("lead", "is not", "区财政局", False),
        ("lead", "in", ["区财政局", "区教育局"], True), ("lead", "in", ["区教育局"], False),
        ("lead", "not in", ["区教育局"], True), ("lead", "not in", ["区税务局"], False),
        ("page", "empty", None, True), ("lead", "empty", None, False),
        ("lead", "not empty", None, True), ("page", "not empty", None, False),
        ("page", "null", None, True), ("year", "not null", None, True),
        ("year", "=", 2024, True), ("year", "=", "2023", False), ("year", "≠", 2023, True), ("year", "≠", 2024, False),
        ("year", ">", 2023, True), ("year", ">", 2024, False), ("year", "<", 2025, True), ("year", "<", 2024, False),
        ("year", "≥", 2024, True), ("year", "≥", 2025, False), ("year", "≤", 2024, True), ("year", "≤", 2023, False),
        ("deadline", "before", "2024-07-01", True), ("deadline", "before", "2024-06-30", False),
        ("deadline", "after", "2024-06-29", True), ("deadline", "after", "2024-06-30", False),
        ("page", ">", 1, False), ("nothing", "is", "x", False), ("title", "resembles", "行动", False),
    ],
)  # fmt: skip
def test_operators(name: str, operator: str, value: Any, met: bool) -> None:
    condition = Condition(name=name, comparison_operator=operator, value=value)
    assert meets(Conditions(conditions=[condition]), META) is met


def test_every_operator_is_tested() -> None:
    tested = {mark[1] for mark in test_operators.pytestmark[0].args[1]}
    assert set(OPERATORS) <= tested


def test_or_needs_only_one() -> None:
    conditions = [
        Condition(name="year", comparison_operator="=", value=1999),
        Condition(name="title", comparison_operator="contains", value="行动"),
    ]
    assert meets(Conditions(logical_operator="or", conditions=conditions), META)
    assert not meets(Conditions(conditions=conditions), META)
