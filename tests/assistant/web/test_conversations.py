"""Conversations on the server: kept with their sources, one's own only, editable, exportable, with feedback."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from assistant.api.service import Service
from assistant.conversation import STOPPED, converse, load
from index_build.errors import HistoryFault

QUESTION = "区级领导包联重点企业制度由谁牵头，什么时候完成？"


def talk(service: Service, *questions: str, user: str = "") -> str:
    found: str | None = None
    for question in questions:
        found = list(converse(service, user, question, conversation=found))[-1].conversation
    assert found is not None
    return found


def test_an_answer_grows_and_is_kept(service: Service) -> None:
    clock = iter(range(10_000))
    states = list(converse(service, "", QUESTION, clock=lambda: float(next(clock))))
    statuses = [state.turns[-1]["status"] for state in states]
    assert statuses[0] == "working" and statuses[-1] == "done" and "writing" in statuses
    lengths = [len(state.turns[-1]["text"]) for state in states if state.turns[-1]["status"] == "writing"]
    assert lengths == sorted(lengths)
    kept = load(service, "", states[-1].conversation)
    assert {**kept.turns[0], "seconds": None} == {**states[-1].turns[0], "seconds": None}


def test_stopping_keeps_what_was_written(service: Service) -> None:
    clock = iter(range(10_000))
    states = converse(service, "stopper", QUESTION, clock=lambda: float(next(clock)))
    conversation = next(states).conversation
    written = next(states).turns[-1]["text"]
    states.close()
    (turn,) = load(service, "stopper", conversation).turns
    assert turn["status"] == "stopped" and turn["text"].startswith(written[:5])


def test_stopping_before_a_word(service: Service) -> None:
    states = converse(service, "stopper", QUESTION)
    conversation = next(states).conversation
    states.close()
    assert (
        load(service, "stopper", conversation).turns == ()
        or STOPPED in load(service, "stopper", conversation).turns[0]["text"]
    )


def test_a_bad_question_leaves_no_conversation_behind(service: Service) -> None:
    (_, failed) = list(converse(service, "nobody", "？？"))
    assert failed.turns[-1]["status"] == "failed" and failed.conversation is None
    assert service.history.conversations("nobody") == []


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
