"""Kept conversations and feedback: list, search, open, rename, delete, export, rate.  Each sees only their own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field
from starlette.responses import Response

from assistant.access import UserRole
from assistant.api.service import Caller, TheService
from assistant.conversation import load
from assistant.history.kept import Conversation
from index_build.errors import AccessDenied

router = APIRouter(prefix="/api", tags=["对话与反馈 · conversations and feedback"])


class Renamed(BaseModel):
    title: str = Field(max_length=200)


class Rated(BaseModel):
    """有用 or 有误, with a reason and, if wished, the right answer."""

    message: str = Field(description="回答的 id · the id of the answer")
    useful: bool
    reason: str = Field(default="", max_length=2_000)
    right_answer: str = Field(default="", max_length=10_000)


@router.get("/conversations", summary="对话列表，可搜索 · conversations, last used first")
def conversations(
    service: TheService,
    account: Caller,
    words: Annotated[str, Query(max_length=200, description="标题和内容里都要有的词")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    history = service.history
    if words.strip():
        found = history.search(account.name, words, limit=limit)
    else:
        found = history.conversations(account.name, limit=limit)
    return {"conversations": [talk_row(talk) for talk in found if talk.messages]}


@router.get("/conversations/{conversation}", summary="打开一段对话 · one conversation as the page shows it")
def conversation(service: TheService, account: Caller, conversation: str) -> dict[str, Any]:
    return load(service, account.name, conversation).row()


@router.patch("/conversations/{conversation}", summary="改名 · rename")
def rename(service: TheService, account: Caller, conversation: str, renamed: Renamed) -> dict[str, Any]:
    return talk_row(service.history.rename(account.name, conversation, renamed.title))


@router.delete("/conversations/{conversation}", status_code=204, summary="删除 · delete")
def delete(service: TheService, account: Caller, conversation: str) -> Response:
    service.history.delete(account.name, conversation)
    return Response(status_code=204)


@router.get("/conversations/{conversation}/export", summary="导出 · export")
def export(
    service: TheService, account: Caller, conversation: str, format: Literal["markdown", "json"] = "markdown"
) -> Response:
    messages = service.history.messages(account.name, conversation)
    if any(service.is_withheld(m.answer) for m in messages if m.answer):
        raise AccessDenied(
            "对话里有回答所引的文件不再对外提供，不能导出 · it holds an answer from documents that are no longer available"
        )
    text = service.history.export(account.name, conversation, format)
    kind, suffix = ("text/markdown", "md") if format == "markdown" else ("application/json", "json")
    name = f"cewen-{conversation[:8]}.{suffix}"
    return PlainTextResponse(
        text, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.post("/feedback", status_code=201, summary="评价一个回答 · rate an answer")
def rate(service: TheService, account: Caller, rated: Rated) -> dict[str, Any]:
    given = service.history.rate(
        account.name, rated.message, useful=rated.useful, reason=rated.reason, right_answer=rated.right_answer
    )
    return {"id": given.id, "useful": given.useful}


@router.delete("/feedback/{message}", status_code=204, summary="撤回评价 · take a rating back")
def unrate(service: TheService, account: Caller, message: str) -> Response:
    service.history.unrate(account.name, message)
    return Response(status_code=204)


@router.get("/feedback", summary="全部反馈，作为问题集草稿 · all feedback as draft rows of a question set")
def feedback(service: TheService, account: Caller, useful: bool | None = None) -> dict[str, Any]:
    account.require(UserRole.EVALUATOR)
    return {"drafts": list(service.history.drafts(useful=useful))}


def talk_row(talk: Conversation) -> dict[str, Any]:
    return {
        "id": talk.id,
        "title": talk.title,
        "created": talk.created.isoformat(),
        "updated": talk.updated.isoformat(),
        "messages": talk.messages,
    }
