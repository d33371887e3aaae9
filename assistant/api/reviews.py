"""Deciding about doubtful readings (staff): a person has looked at the source and says whether it was read rightly."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field
from starlette.responses import Response

from assistant.access import UserRole
from assistant.api.service import Caller, TheService
from assistant.reviews import review_row

router = APIRouter(prefix="/api", tags=["责任台账 · ledger"])


class Decided(BaseModel):
    """What a person found at the source."""

    good: bool = Field(description="读得对 · it was read rightly")
    note: str = Field(default="", max_length=2_000, description="应该是什么 · what it should be")


@router.put("/reviews/{measure}", summary="核对一条存疑的措施 · decide about a doubtful reading")
def decide(service: TheService, account: Caller, measure: str, decision: Decided) -> dict[str, Any]:
    """It holds until the measure is read anew with other doubts; deciding again replaces it."""
    account.require(UserRole.STAFF)
    doubts = doubts_of(service, measure)
    if not doubts:
        raise HTTPException(409, "这一条没有存疑之处，无须核对 · nothing about it is doubtful")
    kept = service.history.review(account.name, measure, doubts, good=decision.good, note=decision.note)
    return {"review": review_row(kept, doubts)}


@router.delete("/reviews/{measure}", status_code=204, summary="撤回核对 · take a decision back")
def take_back(service: TheService, account: Caller, measure: str) -> Response:
    account.require(UserRole.STAFF)
    service.history.unreview(measure)
    return Response(status_code=204)


def doubts_of(service: TheService, measure: str) -> tuple[str, ...]:
    entries = service.assistant.index.catalog.entries([measure])
    if not entries:
        raise HTTPException(404, "索引里没有这一条；文件可能已更新，请刷新 · no such measure: reload")
    return tuple(getattr(entries[0], "doubts", ()))
