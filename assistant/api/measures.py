"""GET /api/measures: the ledger with all its filters, as pages of JSON or as a file of exactly what is filtered."""

from __future__ import annotations

import io
import urllib.parse
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from assistant.api.service import Caller, Service, TheService
from assistant.ledger.exports import TITLE, export, title_of
from assistant.ledger.filter import read_filter
from assistant.ledger.standing import Standing
from assistant.reviews import narrowed, with_reviews
from index_build.catalog import Filter

router = APIRouter(prefix="/api", tags=["责任台账 · ledger"])

Order = Literal["source", "due", "due_last_first", "place"]
FILES = {
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar; charset=utf-8",
    "table": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Wanted:
    """The filters of the address, resolved against the index."""

    where: Filter
    states: tuple[Standing, ...]
    title: str  # what is filtered, in words


def wanted(
    service: TheService,
    department: Annotated[list[str], Query(description="部门，可重复 · repeatable")] = [],  # noqa: B006
    lead_only: Annotated[bool, Query(description="只要该部门牵头的")] = False,
    place: Annotated[list[str], Query(description="地区，如 临溪区；可重复")] = [],  # noqa: B006
    below: Annotated[bool, Query(description="连同下级地区")] = False,
    document: Annotated[list[str], Query(description="文件名、标题或文号；可重复")] = [],  # noqa: B006
    due_from: Annotated[str, Query(description="截止日期不早于：2022-06-30 或 2022年6月底")] = "",
    due_by: Annotated[str, Query(description="截止日期不晚于")] = "",
    text: Annotated[str, Query(max_length=200, description="正文、举措或标题含这些词")] = "",
    number: Annotated[list[str], Query(description="编号，可重复")] = [],  # noqa: B006
    state: Annotated[list[Standing], Query(description="对今天的状态，可重复")] = [],  # noqa: B006
    has_lead: bool | None = None,
    has_deadline: bool | None = None,
    has_doubt: Annotated[bool | None, Query(description="读取时存疑的")] = None,
    reviewed: Annotated[bool | None, Query(description="存疑的当中，已有人核对的，或还待核对的")] = None,
) -> Wanted:
    """SettingsError, which lists the nearest, for a name that the index does not hold."""
    where = read_filter(
        service.assistant.index.catalog,
        departments=[d for d in department if d],
        lead_only=lead_only,
        places=[p for p in place if p],
        below=below,
        documents=[d for d in document if d],
        due_from=due_from or None,
        due_by=due_by or None,
        words=text,
        today=service.today(),
    )
    where = replace(
        where, numbers=tuple(number), has_lead=has_lead, has_deadline=has_deadline, has_doubt=has_doubt
    )
    if reviewed is not None:
        where = narrowed(replace(where, has_doubt=True), reviewed, service.decided())
    title = title_of(
        [p for p in place if p], [d for d in department if d], [d for d in document if d],
        lead_only=lead_only, due_from=due_from, due_by=due_by, words=text, states=state,
    )  # fmt: skip
    return Wanted(where, tuple(state), title)


@router.get("/measures", summary="责任台账 · the ledger, filtered", response_model=None)
def measures(
    service: TheService,
    account: Caller,
    chosen: Annotated[Wanted, Depends(wanted)],
    order: Order = "source",
    limit: Annotated[int, Query(ge=0, le=1000, description="每页行数；导出文件时不计")] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
    format: Literal["json", "jsonl", "csv", "xlsx", "ics", "table"] = "json",
) -> dict[str, Any] | Response:
    """As `json`, one page: `total`, `offset`, `rows` (the measure rows of the machine interface, with `state`).
    Every other format is a file of all rows that the filters name."""
    today = service.today()
    ledger = service.ledger
    if format != "json":
        out = io.BytesIO()
        made = with_reviews(ledger.rows(chosen.where, chosen.states, today, order), service.history.reviews())
        export(made, format, out, title=chosen.title)
        name = urllib.parse.quote(f"{TITLE}-{today.isoformat()}.{'txt' if format == 'table' else format}")
        headers = {
            "Content-Disposition": f"attachment; filename=\"ledger.{format}\"; filename*=UTF-8''{name}"
        }
        return Response(out.getvalue(), media_type=FILES[format], headers=headers)
    page = ledger.page(chosen.where, chosen.states, today, order=order, limit=limit, offset=offset)
    rows = list(with_reviews(page.rows, service.history.reviews()))
    return {"total": page.total, "offset": page.offset, "today": today.isoformat(), "rows": rows}


@router.get("/facets", summary="可选的地区、文件、部门 · what can be chosen in the filters")
def facets(service: TheService, account: Caller) -> dict[str, Any]:
    to_check = service.assistant.index.catalog.count(
        narrowed(Filter(has_doubt=True), False, service.decided())
    )
    return {**facets_of(service), "to_check": to_check}


def facets_of(service: Service) -> dict[str, Any]:
    return service.kept("facets", lambda: make_facets(service))


def make_facets(service: Service) -> dict[str, Any]:
    catalog = service.assistant.index.catalog
    policies = catalog.policies()
    return {
        "places": [list(path) for path in sorted({p.place for p in policies if p.place})],
        "documents": [{"doc": p.doc, "title": p.title, "doc_no": p.doc_no} for p in policies],
        "departments": departments(service),
        "states": service.states(),
        "today": service.today().isoformat(),
    }


def departments(service: Service) -> list[dict[str, Any]]:
    """Every printed name with its counts over all papers, the busiest first."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in service.assistant.index.catalog.departments():
        counted[one.name][0] += one.lead
        counted[one.name][1] += one.responsible
    ranked = sorted(counted.items(), key=lambda item: (-sum(item[1]), item[0]))
    return [{"name": name, "lead": lead, "responsible": helps} for name, (lead, helps) in ranked]
