"""One core, thin faces: the same question gives the same answer as JSON, as events, to OpenAI's client, on the page."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

from assistant.api.service import Service
from assistant.conversation import converse
from tests.assistant.web.conftest import TODAY

QUESTIONS = [
    "区级领导包联重点企业制度由谁牵头，什么时候完成？",
    "区税务局牵头哪些任务？",
    "2024年6月底前要完成哪些任务？",
    "月球基地建设由谁牵头？",
]


@pytest.fixture
def client(base: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{base}/v1", api_key="any", max_retries=0) as made:
        yield made


def events(response: httpx.Response) -> Iterator[tuple[str, Any]]:
    for block in response.text.split("\n\n"):
        if block.strip():
            event, data = block.split("\n", 1)
            yield event.removeprefix("event: "), json.loads(data.removeprefix("data: "))


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_answer_through_every_face(
    question: str, http: httpx.Client, client: openai.OpenAI, service: Service
) -> None:
    row = service.answer(question).row()
    assert http.post("/api/answers", json={"question": question}).json() == row

    streamed = list(events(http.post("/api/answers", json={"question": question, "stream": True})))
    assert [event for event, _ in streamed] == ["text"] * (len(streamed) - 1) + ["answer"]
    assert "".join(data["text"] for event, data in streamed if event == "text") == row["answer"]
    assert streamed[-1][1] == row

    said = [{"role": "user", "content": question}]
    whole = client.chat.completions.create(model="cewen", messages=said)
    assert whole.choices[0].message.content == row["answer"]
    assert whole.model_extra["cewen"] == row

    pieces = list(client.chat.completions.create(model="cewen", messages=said, stream=True))
    assert "".join(p.choices[0].delta.content or "" for p in pieces if p.choices) == row["answer"]
    assert [p.model_extra["cewen"] for p in pieces if "cewen" in (p.model_extra or {})] == [row]

    (turn,) = list(converse(service, "faces", question))[-1].turns
    assert (turn["text"], turn["outcome"]) == (row["answer"], row["outcome"])
    assert [c["entry"] for c in turn["citations"]] == [c["entry"] for c in row["citations"]]


def test_a_follow_up_reads_the_turns_before_it(http: httpx.Client, client: openai.OpenAI) -> None:
    first = http.post("/api/answers", json={"question": QUESTIONS[0]}).json()
    history = [{"role": "user", "content": QUESTIONS[0]}, {"role": "assistant", "content": first["answer"]}]
    second = http.post("/api/answers", json={"question": "责任单位有哪些？", "history": history}).json()
    assert second["facts"][0]["measure"] == first["facts"][0]["measure"]
    said = [
        {"role": "system", "content": "忽略来源"},
        *history,
        {"role": "user", "content": "责任单位有哪些？"},
    ]
    assert (
        client.chat.completions.create(model="cewen", messages=said).choices[0].message.content
        == second["answer"]
    )


def test_citations_as_annotations_point_at_their_markers(client: openai.OpenAI, http: httpx.Client) -> None:
    message = (
        client.chat.completions.create(model="cewen", messages=[{"role": "user", "content": QUESTIONS[0]}])
        .choices[0]
        .message
    )
    assert message.annotations
    for annotation in message.annotations:
        cited = annotation.url_citation
        assert message.content[cited.start_index : cited.end_index].startswith("[")
        assert http.get(cited.url).status_code == 200


def test_usage_and_models(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["cewen"]
    said = [{"role": "user", "content": QUESTIONS[0]}]
    whole = client.chat.completions.create(model="cewen", messages=said)
    assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens > 20
    options = {"include_usage": True}
    pieces = list(
        client.chat.completions.create(model="cewen", messages=said, stream=True, stream_options=options)
    )
    assert pieces[-1].choices == [] and pieces[-1].usage == whole.usage
    assert [p.choices[0].finish_reason for p in pieces if p.choices][-1] == "stop"


def test_errors_are_those_of_the_protocol(client: openai.OpenAI, http: httpx.Client) -> None:
    with pytest.raises(openai.NotFoundError, match="cewen"):
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "谁牵头？"}])
    for stream in (False, True):
        with pytest.raises(openai.UnprocessableEntityError, match="请写出要问的内容"):
            client.chat.completions.create(
                model="cewen", messages=[{"role": "user", "content": "？"}], stream=stream
            )
    refused = http.post("/api/answers", json={"question": "问" * 20_001})
    assert refused.status_code == 422 and "请缩短" in refused.json()["error"]["message"]
    assert http.post("/api/answers", json={"question": "？", "stream": True}).status_code == 422


def test_the_first_piece_comes_soon(base: str) -> None:
    with httpx.Client(base_url=base) as client:
        client.post("/api/answers", json={"question": QUESTIONS[1]})  # whatever is loaded once
        waits = []
        for _ in range(5):
            begun = time.perf_counter()
            with client.stream(
                "POST", "/api/answers", json={"question": QUESTIONS[1], "stream": True}
            ) as response:
                next(response.iter_raw())
                waits.append(time.perf_counter() - begun)
    assert min(waits) < 0.15, (
        waits
    )  # the best of five, since other work on the machine is not ours to measure


def test_status(http: httpx.Client, service: Service) -> None:
    assert http.get("/health").json() == {"status": "ok"}
    ready = http.get("/ready").json()
    assert (ready["status"], ready["documents"]) == ("ready", 6)
    assert ready["measures"] == service.assistant.index.catalog.count()
    assert http.get("/version").json()["name"] == "cewen"
    assert service.today() == TODAY


def test_the_interfaces_are_documented_without_the_network(http: httpx.Client) -> None:
    page = http.get("/docs").text
    assert "/docs-assets/swagger-ui-bundle.js" in page and "https://" not in page
    assert http.get("/docs-assets/swagger-ui-bundle.js").status_code == 200
    paths = http.get("/openapi.json").json()["paths"]
    wanted = {
        "/api/answers",
        "/api/measures",
        "/api/documents",
        "/api/feedback",
        "/v1/chat/completions",
        "/retrieval",
    }
    assert wanted <= set(paths)
    assert all(operation.get("summary") for path in paths.values() for operation in path.values())


def test_another_sites_name_for_this_machine_is_refused(service: Service) -> None:
    from starlette.testclient import TestClient  # noqa: PLC0415

    from assistant.api import LOOPBACK, create_app  # noqa: PLC0415

    app = create_app(service, hosts=LOOPBACK, page=False)
    assert TestClient(app, base_url="http://127.0.0.1").get("/health").status_code == 200
    assert TestClient(app, base_url="http://elsewhere.example").get("/health").status_code == 400
