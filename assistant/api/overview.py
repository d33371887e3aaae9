"""GET /api/overview: the numbers of the 总览 tab."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from assistant.api.service import Caller, TheService

router = APIRouter(prefix="/api", tags=["总览 · overview"])


@router.get("/overview", summary="台账的统计 · the ledger in numbers")
def numbers(service: TheService, account: Caller) -> dict[str, Any]:
    """Due by month and paper, load of the busiest departments, states against today, what is stated."""
    return {**service.overview().row(), "today": service.today().isoformat()}
