"""Deciding about doubtful readings: who may, what it changes, how long it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from assistant.access import Accounts, UserRole
from assistant.api import create_app
from assistant.api.service import Service
from assistant.ask import Assistant
from assistant.history import History
from assistant.reviews import decided, review_row

PASSWORD = "correct horse 电池"


@pytest.fixture
def http(assistant: Assistant, tmp_path: Path) -> Iterator[httpx.Client]:
    """A server with a history of its own: decisions are everybody's."""
    service = Service(assistant, History(tmp_path / "history.db"))
    with TestClient(create_app(service, page=False)) as client:
        yield client


def listed(http: httpx.Client, *, reviewed: bool) -> list[str]:
    found = http.get("/api/measures", params={"reviewed": reviewed}).json()
    assert found["total"] == len(found["rows"])
    return [row["id"] for row in found["rows"]]


def test_what_was_decided_leaves_the_list_of_what_is_to_check(http: httpx.Client) -> None:
    first, second = listed(http, reviewed=False)  # two in the samples, read by eye
    assert http.get("/api/facets").json()["to_check"] == 2
    answer = http.put(f"/api/reviews/{first}", json={"good": False, "note": "应为区财政局"})
    assert answer.status_code == 200 and answer.json()["review"]["note"] == "应为区财政局"
    assert (listed(http, reviewed=False), listed(http, reviewed=True)) == ([second], [first])
    assert http.get("/api/facets").json()["to_check"] == 1
    (row,) = http.get("/api/measures", params={"reviewed": True}).json()["rows"]
    assert (row["review"]["good"], row["review"]["note"]) == (False, "应为区财政局")
    assert http.get("/api/source", params={"entry": first}).json()["review"] == row["review"]
    told = http.get("/api/measures", params={"has_doubt": True, "format": "csv"}).content.decode("utf-8-sig")
    assert told.count("读错了，应为区财政局") == 1 and told.count("待核对：") == 1
    assert http.delete(f"/api/reviews/{first}").status_code == 204
    assert listed(http, reviewed=False) == [first, second] and listed(http, reviewed=True) == []


def test_only_doubtful_measures_are_decided_about(http: httpx.Client) -> None:
    sure = http.get("/api/measures", params={"has_doubt": False, "limit": 1}).json()["rows"][0]["id"]
    assert http.put(f"/api/reviews/{sure}", json={"good": True}).status_code == 409
    assert http.put("/api/reviews/nothing", json={"good": True}).status_code == 404


def test_visitors_see_decisions_and_make_none(assistant: Assistant, tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.db")
    accounts.add("王科员", PASSWORD, UserRole.STAFF)
    accounts.add("visitor", PASSWORD, UserRole.VISITOR)
    service = Service(assistant, History(tmp_path / "history.db"), accounts=accounts)
    staff, visitor = (
        {"Authorization": f"Bearer {accounts.new_key(name, '测试')}"} for name in ("王科员", "visitor")
    )
    with TestClient(create_app(service, page=False)) as http:
        rows = http.get("/api/measures", params={"has_doubt": True}, headers=visitor).json()["rows"]
        path = f"/api/reviews/{rows[0]['id']}"
        assert http.put(path, json={"good": True}, headers=visitor).status_code == 403
        assert http.delete(path, headers=visitor).status_code == 403
        assert http.put(path, json={"good": True}, headers=staff).status_code == 200
        seen = http.get("/api/measures", params={"reviewed": True}, headers=visitor)
        assert seen.json()["rows"][0]["review"]["good"] is True and "王科员" not in seen.text


def test_a_decision_holds_for_the_doubts_it_was_about(assistant: Assistant, tmp_path: Path) -> None:
    history, catalog = History(tmp_path / "history.db"), assistant.index.catalog
    service = Service(assistant, history)
    doubted = [entry.id for entry in catalog.measures() if entry.doubts]
    history.review("", doubted[0], ["别的存疑"], good=True)
    history.review("", "gone", ["未见责任单位"], good=True)
    history.review("", doubted[1], catalog.entries([doubted[1]])[0].doubts, good=True)  # type: ignore[union-attr]
    assert decided(history.reviews(), catalog) == (doubted[1],) == service.decided()
    assert review_row(history.reviews()[doubted[0]], ["未见责任单位"]) is None
