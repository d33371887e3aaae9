"""/v1/models and /v1/chat/completions: any OpenAI client can chat with the documents.

Citations come twice: as `url_citation` annotations of the message, which chat front ends show as sources, and
whole, as the answer row, in the extra field `cewen`.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field
from starlette.responses import Response

from assistant import budget
from assistant.api.answers import NO_BUFFER
from assistant.api.service import Caller, TheService
from assistant.model import Answer, Turn
from assistant.view import MARKER
from index_build.errors import CewenError, QuestionError
from index_build.text import titled

MODEL = "cewen"
router = APIRouter(prefix="/v1", tags=["OpenAI 兼容 · OpenAI-compatible"])


class Part(BaseModel):
    type: str
    text: str = ""


class Message(BaseModel):
    """`system` and `developer` messages are accepted and not followed: the answer is what the documents say."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def words(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type in ("text", "input_text"))
        return self.content or ""


class StreamOptions(BaseModel):
    include_usage: bool = False


class Completion(BaseModel):
    """What of an OpenAI request is heeded; temperature, max_tokens and the like are accepted without effect."""

    model: str = MODEL
    messages: list[Message] = Field(min_length=1, max_length=400)
    stream: bool = False
    stream_options: StreamOptions | None = None

    def question(self) -> tuple[str, list[Turn]]:
        """The last message of the user, and the turns before it."""
        asked = [m for m in self.messages if m.role in ("user", "assistant")]
        if not asked or asked[-1].role != "user":
            raise QuestionError(
                "最后一条消息须是 user 的问题 · the last message has to be the user's question"
            )
        return asked[-1].words(), [Turn(m.role, m.words()) for m in asked[:-1]]

    def tokens(self) -> int:
        return sum(budget.count(m.words()) for m in self.messages)


@router.get("/models", summary="模型列表 · models")
def models(account: Caller) -> dict[str, Any]:
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "cewen"}]}


@router.get("/models/{model}", summary="模型 · one model")
def model(account: Caller, model: str) -> dict[str, Any]:
    known(model)
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": "cewen"}


@router.post("/chat/completions", summary="对话 · chat completions")
def chat(asked: Completion, request: Request, service: TheService, account: Caller) -> Response:
    known(asked.model)
    question, history = asked.question()
    frame = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}
    base = str(request.base_url)
    if asked.stream:
        pieces = service.stream(question, history)
        first = next(pieces)
        return StreamingResponse(
            chunks(first, pieces, frame, asked, base), media_type="text/event-stream", headers=NO_BUFFER
        )
    answer = service.answer(question, history)
    message = {
        "role": "assistant",
        "content": answer.text,
        "refusal": None,
        "annotations": url_citations(answer, base),
    }
    return JSONResponse(
        {
            **frame,
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
            "usage": usage(asked, answer.text),
            "cewen": answer.row(),
        }
    )


def known(model: str) -> None:
    if model != MODEL:
        raise HTTPException(404, f"没有模型 {model}；请用 {MODEL} · no such model: use {MODEL}")


def chunks(
    first: str | Answer, rest: Iterator[str | Answer], frame: Mapping[str, Any], asked: Completion, base: str
) -> Iterator[str]:
    """Deltas of the text, one chunk with annotations and the answer row, usage if wished, [DONE]."""

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return data({**frame, "object": "chat.completion.chunk", "choices": [choice], **more})

    yield chunk({"role": "assistant", "content": ""})
    try:
        piece: str | Answer | None = first
        while isinstance(piece, str):
            yield chunk({"content": piece})
            piece = next(rest, None)
    except CewenError as error:
        yield data({"error": {"message": str(error), "type": type(error).__name__}})
        yield "data: [DONE]\n\n"
        return
    if piece is not None:
        yield chunk({"annotations": url_citations(piece, base)}, cewen=piece.row())
        written = piece.text
    else:
        written = ""
    yield chunk({}, "stop")
    if asked.stream_options and asked.stream_options.include_usage:
        yield data(
            {**frame, "object": "chat.completion.chunk", "choices": [], "usage": usage(asked, written)}
        )
    yield "data: [DONE]\n\n"


def data(value: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


def usage(asked: Completion, written: str) -> dict[str, int]:
    prompt, completion = asked.tokens(), budget.count(written)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def url_citations(answer: Answer, base: str) -> list[dict[str, Any]]:
    """A url_citation for every marker of the text; its address opens the page at the cited words."""
    cited = {c.n: c for c in answer.citations}
    found = []
    for marker in MARKER.finditer(answer.text):
        citation = cited.get(int(marker[1]))
        if citation is None:
            continue
        policy = citation.entry.policy
        parts = ",".join(f"{p.start}-{p.end}" for p in citation.parts)
        title = titled(policy.title) + (f" {citation.entry.number}" if citation.entry.number else "")
        address = f"{base}?{urlencode({'source': citation.entry.id, 'parts': parts})}"
        place = {"start_index": marker.start(), "end_index": marker.end(), "title": title, "url": address}
        found.append({"type": "url_citation", "url_citation": place})
    return found
