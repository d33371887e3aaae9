"""POST /api/answers: one answer as JSON, or as server-sent events while it is being written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field
from starlette.responses import Response

from assistant.api.service import Caller, TheService
from assistant.model import Answer, Turn
from index_build.errors import CewenError

router = APIRouter(prefix="/api", tags=["问答 · answers"])


class Said(BaseModel):
    """One earlier turn of the conversation."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=40_000)
    without: list[str] = Field(
        default=[], max_length=20, description="当时去掉的条件 · what was taken out of it"
    )


class Asked(BaseModel):
    """A question, with the turns before it where it is a follow-up."""

    question: str = Field(description="问题", examples=["哪些任务要在年底前完成？"])
    history: list[Said] = Field(default=[], max_length=200, description="此前的对话")
    without: list[str] = Field(
        default=[],
        max_length=20,
        description="从理解中去掉的地区、部门或日期，如 place:省/市、department:区税务局、date:6月底前；见 question_read"
        " · places, departments or dates to take out of what was understood",
    )
    stream: bool = Field(
        default=False, description="以 server-sent events 逐段返回；也可用 Accept: text/event-stream"
    )

    def turns(self) -> list[Turn]:
        return [Turn(said.role, said.content, tuple(said.without)) for said in self.history]


@router.post(
    "/answers",
    summary="问一个问题 · ask a question",
    response_description="The answer row of the machine interface: answer, outcome, citations, facts, question_read.",
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
def ask(asked: Asked, request: Request, service: TheService, account: Caller) -> Response:
    """With `stream`, events `text` (a piece), then one `answer` (the whole row); `error` if it fails midway."""
    if asked.stream or "text/event-stream" in request.headers.get("accept", ""):
        # The first piece is fetched before the headers go out, so that a bad question is still a proper error.
        pieces = service.stream(asked.question, asked.turns(), asked.without)
        first = next(pieces)
        return StreamingResponse(events(first, pieces), media_type="text/event-stream", headers=NO_BUFFER)
    return JSONResponse(service.answer(asked.question, asked.turns(), asked.without).row())


@router.get("/examples", summary="这批文件答得了的问题 · questions these documents can answer")
def examples(
    service: TheService,
    account: Caller,
    language: Literal["zh", "en"] = "zh",
    place: Annotated[str, Query(max_length=200, description="地区，如 省/市；没有它的文件时为空")] = "",
) -> dict[str, list[str]]:
    return {"questions": service.examples(language, tuple(filter(None, place.split("/"))))}


NO_BUFFER = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def events(first: str | Answer, rest: Iterator[str | Answer]) -> Iterator[str]:
    try:
        yield event_of(first)
        for piece in rest:
            yield event_of(piece)
    except CewenError as error:
        yield sse("error", {"message": str(error), "type": type(error).__name__})


def event_of(piece: str | Answer) -> str:
    return sse("text", {"text": piece}) if isinstance(piece, str) else sse("answer", piece.row())


def sse(event: str, data: dict[str, Any]) -> str:
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
