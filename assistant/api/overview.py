"""The numbers of the 总览 tab: GET /api/overview, and places and levels side by side."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from assistant.api.service import Caller, Service, TheService
from assistant.ledger.levels import cascade, comparison, theme_row
from assistant.question.phrases import load_phrases

router = APIRouter(prefix="/api", tags=["总览 · overview"])


@router.get("/overview", summary="台账的统计 · the ledger in numbers")
def numbers(service: TheService, account: Caller) -> dict[str, Any]:
    """Due by month and paper, load of the busiest departments, states against today, what is stated."""
    return {**service.overview().row(), "today": service.today().isoformat()}


@router.get("/overview/places", summary="各地同一主题的对比 · places compared on the same themes")
def places(
    service: TheService,
    account: Caller,
    words: Annotated[str, Query(max_length=60, description="自选主题；不填则为各地共有的主题")] = "",
) -> dict[str, Any]:
    """Themes by places: how many measures, who leads most of them, the first deadline."""
    shared = themes_of(service)
    if not words.strip():
        return shared
    catalog = service.assistant.index.catalog
    own = theme_row(catalog, words.strip(), [tuple(place) for place in shared["places"]])
    return {**shared, "themes": [own]}


@router.get("/overview/cascade", summary="下级对上级举措的承接与变化 · what lower places carry on and change")
def carried_on(service: TheService, account: Caller) -> dict[str, Any]:
    """From paper to paper: how many measures are carried on, how many unchanged, what differs in the others."""
    return flows_of(service)


def themes_of(service: Service) -> dict[str, Any]:
    catalog, lexicon = service.assistant.index.catalog, service.settings.lexicon
    return service.kept("places", lambda: comparison(catalog, load_phrases(lexicon).weak))


def flows_of(service: Service) -> dict[str, Any]:
    catalog = service.assistant.index.catalog
    return service.kept("cascade", lambda: {"flows": cascade(catalog)})
