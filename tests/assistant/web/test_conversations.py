"""Conversations on the server: kept with their sources, one's own only, editable, exportable, with feedback."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from assistant.api.service import Service
from assistant.ask import Assistant
from assistant.conversation import STOPPED, State, converse, load, stop
from assistant.history import History
from assistant.settings import AskSettings, ModelSettings
from index_build.errors import HistoryFault
from tests.assistant.web.conftest import TODAY
from tests.fake_server import FakeServer, drip

QUESTION = "区级领导包联重点企业制度由谁牵头，什么时候完成？"


def talk(service: Service, *questions: str, user: str = "") -> str:
    found: str | None = None
    for question in questions:
        found = list(converse(service, user, question, conversation=found))[-1].conversation
    assert found is not None
    return found


@pytest.fixture
def growing(index_dir: Path, tmp_path: Path) -> Iterator[Service]:
    """A service whose answers are written bit by bit, by a model that says a little more than every pause."""
    with FakeServer([drip(SAID, 0.01, size=8)] * 3) as model:
        settings = AskSettings(model=ModelSettings(base_url=model.base_url, model="fake-model", api_key="k"))
        assistant = Assistant.open(index_dir, settings)
        yield Service(assistant, History(tmp_path / "h.db"), today=lambda: TODAY, settings=settings)


SAID = "这项工作由{{m1.lead}}牵头。[m1]完成时限是{{m1.deadline}}。[m1]由{{m1.responsible}}配合。[m1]"


def every_second() -> Callable[[], float]:
    clock = itertools.count()
    return lambda: float(next(clock))


def test_an_answer_that_is_there_at_once_is_one_state(service: Service) -> None:
    (state,) = converse(service, "", QUESTION)
    assert state.turns[0]["status"] == "done" and state.at == 0
    kept = load(service, "", state.conversation or "")
    assert {**kept.turns[0], "seconds": None} == {**state.turns[0], "seconds": None}


def test_an_answer_grows_and_is_kept(growing: Service) -> None:
    states = list(converse(growing, "", QUESTION, clock=every_second()))
    statuses = [state.turns[-1]["status"] for state in states]
    assert statuses[0] == "working" and statuses[-1] == "done" and "writing" in statuses
    lengths = [len(state.turns[-1]["text"]) for state in states if state.turns[-1]["status"] == "writing"]
    assert lengths == sorted(lengths)
    kept = load(growing, "", states[-1].conversation or "")
    assert {**kept.turns[0], "seconds": None} == {**states[-1].turns[0], "seconds": None}


def test_it_is_redrawn_at_most_every_150_ms(growing: Service) -> None:
    still = itertools.chain([0.0, 0.0], itertools.repeat(0.1))
    states = list(converse(growing, "", QUESTION, clock=lambda: next(still)))
    assert [state.turns[-1]["status"] for state in states] == ["working", "done"]


def test_only_the_new_turn_is_sent(service: Service) -> None:
    first = list(converse(service, "shorter", QUESTION))[-1]
    second = list(converse(service, "shorter", "责任单位有哪些？", conversation=first.conversation))[-1]
    assert second.at == 1 and [turn["question"] for turn in second.turns] == ["责任单位有哪些？"]
    assert second.title == QUESTION
    asked = [turn["question"] for turn in load(service, "shorter", first.conversation or "").turns]
    assert asked == [QUESTION, "责任单位有哪些？"]


def test_a_follow_up_knows_what_was_said_before(service: Service) -> None:
    first = list(converse(service, "follower", QUESTION))[-1]
    (turn,) = list(converse(service, "follower", "责任单位有哪些？", conversation=first.conversation))[
        -1
    ].turns
    assert turn["outcome"] == "answered" and "临政发〔2024〕9号" in str(turn["citations"])


def test_stopping_keeps_what_was_written(growing: Service) -> None:
    states = converse(growing, "stopper", QUESTION, clock=every_second())
    conversation = next(states).conversation or ""
    written = next(states).turns[-1]["text"]
    states.close()
    (turn,) = load(growing, "stopper", conversation).turns
    assert turn["status"] == "stopped" and turn["text"].startswith(written[:5])
    assert "interrupted" not in turn


def test_stopping_before_a_word(growing: Service) -> None:
    states = converse(growing, "stopper", QUESTION)
    conversation = next(states).conversation or ""
    states.close()
    (turn,) = load(growing, "stopper", conversation).turns
    assert STOPPED in turn["text"]


def test_a_window_stops_its_turn_before_it_knows_the_conversation(growing: Service) -> None:
    states = converse(growing, "stopper", QUESTION, seat="window 1")
    conversation = next(states).conversation
    assert stop(growing, "another", None, "window 1") == State(), "only one's own"
    assert stop(growing, "stopper", None, "window 2") == State(), "only this window's"
    now = stop(growing, "stopper", None, "window 1")
    assert now.conversation == conversation and now.turns[-1]["status"] == "stopped"
    assert [state.turns[-1]["status"] for state in states] == [], "nothing more is shown"
    assert len(load(growing, "stopper", conversation or "").turns) == 1


def test_a_server_that_dies_while_it_answers_keeps_the_question(growing: Service) -> None:
    """The generator is left where it stands, as a killed process leaves it; another server opens the history."""
    states = converse(growing, "unlucky", QUESTION)
    conversation = next(states).conversation or ""
    assert load(growing, "unlucky", conversation).turns[0]["status"] == "working"
    after = replace(growing, history=History(growing.history.path), growing={})
    (turn,) = load(after, "unlucky", conversation).turns
    assert turn["status"] == "stopped" and turn["interrupted"] and turn["question"] == QUESTION
    again = list(converse(after, "unlucky", QUESTION, conversation=conversation, instead_of=turn["id"]))[-1]
    assert again.at == 0 and again.turns[-1]["status"] == "done"
    assert len(load(after, "unlucky", conversation).turns) == 1
    states.close()


def test_a_bad_question_leaves_no_conversation_behind(service: Service) -> None:
    (failed,) = converse(service, "nobody", "？？")
    assert failed.turns[-1]["status"] == "failed" and failed.conversation is None
    assert service.history.conversations("nobody") == []


def test_a_bad_question_leaves_nothing_in_a_conversation(service: Service) -> None:
    conversation = talk(service, QUESTION, user="fails")
    (failed,) = converse(service, "fails", "？？", conversation=conversation)
    assert failed.turns[-1]["status"] == "failed" and failed.at == 1
    assert len(load(service, "fails", conversation).turns) == 1


def test_a_question_that_is_taken_back_while_it_is_answered_leaves_nothing(growing: Service) -> None:
    states = converse(growing, "hasty", QUESTION)
    conversation = next(states).conversation or ""
    growing.history.cut("hasty", load(growing, "hasty", conversation).turns[0]["id"])
    states.close()
    assert load(growing, "hasty", conversation).turns == ()


def test_editing_takes_back_what_followed(service: Service) -> None:
    conversation = talk(service, QUESTION, "责任单位有哪些？", user="editor")
    first = load(service, "editor", conversation).turns[0]["id"]
    last = list(
        converse(service, "editor", "区税务局牵头哪些任务？", conversation=conversation, instead_of=first)
    )[-1]
    assert [turn["question"] for turn in last.turns] == ["区税务局牵头哪些任务？"]
    assert len(load(service, "editor", conversation).turns) == 1


def test_list_search_rename_export_delete(http: httpx.Client, service: Service) -> None:
    conversation = talk(service, QUESTION)
    listed = http.get("/api/conversations", params={"words": "包联"}).json()["conversations"]
    assert conversation in [one["id"] for one in listed]
    assert http.get("/api/conversations", params={"words": "没有说过的话"}).json()["conversations"] == []
    renamed = http.patch(f"/api/conversations/{conversation}", json={"title": "包联制度"}).json()
    assert renamed["title"] == "包联制度"
    exported = http.get(f"/api/conversations/{conversation}/export")
    assert "临政发〔2024〕9号" in exported.text and "attachment" in exported.headers["content-disposition"]
    assert http.delete(f"/api/conversations/{conversation}").status_code == 204
    assert http.get(f"/api/conversations/{conversation}").status_code == 404


def test_nobody_sees_anothers_conversation(service: Service, http: httpx.Client) -> None:
    conversation = talk(service, QUESTION, user="someone")
    with pytest.raises(HistoryFault):
        load(service, "another", conversation)
    assert http.get(f"/api/conversations/{conversation}").status_code == 404


def test_feedback(service: Service, http: httpx.Client) -> None:
    conversation = talk(service, QUESTION)
    answer = load(service, "", conversation).turns[0]["answer"]
    body = {"message": answer, "useful": False, "reason": "部门不全", "right_answer": "还有区工信局"}
    assert http.post("/api/feedback", json=body).status_code == 201
    drafts = http.get("/api/feedback", params={"useful": False}).json()["drafts"]
    assert any(d["note"]["right_answer"] == "还有区工信局" and d["question"] == QUESTION for d in drafts)
    assert load(service, "", conversation).turns[0]["useful"] is False
    assert http.delete(f"/api/feedback/{answer}").status_code == 204
    assert load(service, "", conversation).turns[0]["useful"] is None
    assert http.post("/api/feedback", json={**body, "message": "none"}).status_code == 404


@pytest.fixture(autouse=True)
def tidy(service: Service) -> Iterator[None]:
    """Leave the one person's list as it was, since the browser tests look at it too."""
    before = {one.id for one in service.history.conversations("")}
    yield
    for one in service.history.conversations(""):
        if one.id not in before:
            service.history.delete("", one.id)
