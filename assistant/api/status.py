"""Health, readiness and version: what a supervisor and a load balancer ask."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.responses import Response

from assistant.api.service import TheService
from index_build.catalog import Filter
from index_build.errors import IndexFault

router = APIRouter(tags=["状态 · status"])


@router.get("/health", summary="进程在运行 · the process is alive")
def health() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/ready", summary="索引可以回答 · the index can answer")
def ready(service: TheService) -> Response:
    """200 with what is served, 503 with the reason otherwise."""
    try:
        index = service.assistant.index
        counted = {"documents": len(index.catalog.documents()), "measures": index.catalog.count(Filter())}
    except IndexFault as fault:
        return JSONResponse({"status": "unavailable", "reason": str(fault)}, status_code=503)
    return JSONResponse({"status": "ready", "generation": index.generation, **counted})


@router.get("/version", summary="版本 · version")
def product_version() -> dict[str, Any]:
    return {"name": "cewen", "version": version("cewen")}
