"""Chips that are taken out: the same question without a place, a department or a day, at every face and later on."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from assistant.api.service import Service
from assistant.conversation import converse, load
from assistant.model import Intent, Turn

DISTRICT = "place:云岭省/青禾市/临溪区"
TASKS = "临溪区里，区税务局牵头哪些任务？"
BOTH = "临溪区和白榆县的企业开办由谁牵头？"
DUE = "临溪区2024年6月底前要完成哪些任务？"


def read(service: Service, question: str, *without: str, history: tuple[Turn, ...] = ()) -> dict[str, Any]:
    return service.answer(question, history, without).row()


def test_a_department_that_is_taken_out_leaves_all_tasks_of_the_place(service: Service) -> None:
    asked, left = read(service, TASKS), read(service, TASKS, "department:区税务局")
    assert asked["question_read"]["department"] == ["区税务局"] and asked["question_read"]["without"] == []
    assert left["question_read"]["department"] == []
    assert left["question_read"]["place"] == [["云岭省", "青禾市", "临溪区"]]
    assert left["question_read"]["without"] == ["department:区税务局"]
    assert "30" in left["answer"].splitlines()[0]  # the whole plan of the district has 30 measures


def test_a_place_that_is_taken_out_asks_about_all_places(service: Service) -> None:
    asked, left = read(service, TASKS), read(service, TASKS, DISTRICT)
    assert asked["question_read"]["place"] == [["云岭省", "青禾市", "临溪区"]]
    assert left["question_read"]["place"] == []
    assert {c["doc"] for c in asked["citations"]} <= {c["doc"] for c in left["citations"]}
    assert "临溪区" not in left["question_read"]["terms"]


def test_a_day_that_is_taken_out(service: Service) -> None:
    key = "date:" + read(service, DUE)["question_read"]["dates"][0]["raw"]
    left = read(service, DUE, key)
    assert left["question_read"]["dates"] == []
    assert left["question_read"]["intent"] == Intent.COUNT.value and "30" in left["answer"].splitlines()[0]


def test_a_comparison_with_one_place_left_is_no_comparison(service: Service) -> None:
    assert len(read(service, BOTH)["question_read"]["place"]) == 2
    left = read(service, BOTH, DISTRICT)["question_read"]
    assert [path[-1] for path in left["place"]] == ["白榆县"] and left["intent"] != "compare"


def test_a_key_of_something_else_changes_nothing(service: Service) -> None:
    asked, left = read(service, TASKS), read(service, TASKS, "place:别处", "nonsense")
    assert {**left, "id": None, "trace": None} == {**asked, "id": None, "trace": None}


def test_a_follow_up_does_not_bring_it_back(service: Service) -> None:
    first = "临溪区企业简易注销由谁牵头？"
    kept = read(service, "什么时候完成？", history=(Turn("user", first), Turn("assistant", "区税务局")))
    gone = read(
        service, "什么时候完成？", history=(Turn("user", first, (DISTRICT,)), Turn("assistant", "区税务局"))
    )
    assert [path[-1] for path in kept["question_read"]["place"]] == ["临溪区"]
    assert gone["question_read"]["place"] == []


def test_it_is_kept_with_the_conversation(service: Service) -> None:
    states = list(converse(service, "chips", TASKS, without=["department:区税务局"]))
    turn = states[-1].turns[-1]
    assert turn["taken_out"] == [{"kind": "department", "text": "区税务局", "key": "department:区税务局"}]
    talk = states[-1].conversation
    assert talk is not None
    assert load(service, "chips", talk).turns[0]["taken_out"] == turn["taken_out"]
    assert service.history.turns("chips", talk)[0].without == ("department:区税务局",)


def test_the_json_interface_takes_it_too(service: Service, http: httpx.Client) -> None:
    row = http.post("/api/answers", json={"question": TASKS, "without": [DISTRICT]}).json()
    assert row["question_read"]["place"] == [] and row["question_read"]["without"] == [DISTRICT]
    assert row["answer"] == read(service, TASKS, DISTRICT)["answer"]


@pytest.mark.browser
def test_chips_are_removed_and_put_back(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    page.locator(".cw-composer textarea").fill(TASKS)
    page.keyboard.press("Enter")
    chip = page.locator(".cw-chip[data-kind=department]:not(.cw-chip-out)")
    chip.wait_for()
    page.get_by_role("button", name="去掉“区税务局”再问").click()
    page.locator(".cw-chip-out", has_text="区税务局").wait_for()
    assert chip.count() == 0
    assert page.locator(".cw-turn").count() == 1
    page.reload()  # it is kept, not only drawn
    page.locator(".cw-chip-out", has_text="区税务局").wait_for()
    page.get_by_role("button", name="加回“区税务局”再问").click()
    chip.wait_for()
    assert page.locator(".cw-chip-out").count() == 0
    page.locator(".cw-talk-list [data-talk]").first.wait_for()
