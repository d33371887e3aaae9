"""The fake server itself: it has to speak the protocol as the real client reads it."""

from __future__ import annotations

import openai
import pytest

from tests.fake_server import FakeServer, cut, embedding, embeds, says, status


def client(server: FakeServer) -> openai.OpenAI:
    return openai.OpenAI(base_url=server.base_url, api_key="key", max_retries=0, timeout=5)


def test_models_chat_and_stream() -> None:
    with FakeServer([says("第一句。"), says("一二三四五")]) as server:
        api = client(server)
        assert [m.id for m in api.models.list()] == ["fake-model"]
        messages = [{"role": "user", "content": "问"}]
        whole = api.chat.completions.create(model="m", messages=messages)  # type: ignore[call-overload]
        assert whole.choices[0].message.content == "第一句。"
        assert whole.usage.total_tokens == 120
        stream = api.chat.completions.create(model="m", messages=messages, stream=True)  # type: ignore[call-overload]
        assert [c.choices[0].delta.content for c in stream if c.choices and c.choices[0].delta.content] == [
            "一二三",
            "四五",
        ]
        assert [r.body["model"] for r in server.chat_requests] == ["m", "m"]


def test_embeddings_are_what_the_function_says() -> None:
    with FakeServer(embeddings=[embeds(8), embeds(8, shuffled=True), status(500)]) as server:
        api = client(server)
        for _ in range(2):
            got = api.embeddings.create(model="e", input=["甲", "乙丙"], encoding_format="float")
            assert {d.index: d.embedding for d in got.data} == {
                0: embedding("甲", 8),
                1: embedding("乙丙", 8),
            }
        with pytest.raises(openai.InternalServerError):
            api.embeddings.create(model="e", input=["甲"])


def test_the_last_behaviour_stays() -> None:
    with FakeServer([status(429), says("好。")]) as server:
        api = client(server)
        messages = [{"role": "user", "content": "问"}]
        with pytest.raises(openai.RateLimitError):
            api.chat.completions.create(model="m", messages=messages)  # type: ignore[call-overload]
        for _ in range(2):
            assert (
                api.chat.completions.create(model="m", messages=messages).choices[0].message.content == "好。"
            )  # type: ignore[call-overload]


def test_a_cut_stream_breaks_off() -> None:
    with FakeServer([cut("一二三四五六", after=4)]) as server:
        stream = client(server).chat.completions.create(
            model="m", messages=[{"role": "user", "content": "问"}], stream=True
        )
        got = "".join(c.choices[0].delta.content or "" for c in stream if c.choices)
        assert got == "一二三四"
