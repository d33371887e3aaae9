"""Evaluation, for evaluators: the runs, two of them compared, the page of one, and starting one."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, File, HTTPException, Query, UploadFile
from fastapi.responses import FileResponse
from starlette.responses import Response

from assistant.access import UserRole
from assistant.api.service import Caller, Service, TheService
from assistant.reports import FIGURES, PAGE, Run, compare, find_run, read_runs
from assistant.trials import LARGEST

router = APIRouter(prefix="/api", tags=["评测 · evaluation"])

# A report is a page of its own: it may run its own script and nothing else, and sees nothing of ours.
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:;"
    " frame-ancestors 'self'; form-action 'none'; base-uri 'none'; sandbox allow-scripts"
)


@router.get("/reports", summary="评测运行 · the evaluation runs, newest first")
def reports(service: TheService, account: Caller) -> dict[str, Any]:
    """Each run with its sets and key figures (value, n, low and high of the 95 % interval)."""
    account.require(UserRole.EVALUATOR)
    return {
        "folder": str(service.reports),
        "runs": [run.row() for run in read_runs(service.reports)],
        "figures": {name: asdict(figure) for name, figure in FIGURES.items()},
    }


@router.post("/reports", status_code=202, summary="运行一个问题集 · run a question set")
def start(
    service: TheService,
    account: Caller,
    file: Annotated[UploadFile, File(description="问题集，.jsonl 或 .xlsx · a question set")],
) -> dict[str, Any]:
    """Returns at once; answers go on meanwhile.  How far it is: GET /api/trial."""
    account.require(UserRole.EVALUATOR)
    data = file.file.read(LARGEST + 1)
    return service.trials.start(file.filename or "", data, dt.datetime.now()).row()


@router.get("/trial", summary="最近一次由网页发起的运行 · the run that was started last, and how far it is")
def trial(service: TheService, account: Caller) -> dict[str, Any]:
    account.require(UserRole.EVALUATOR)
    last = service.trials.last
    return {"trial": last.row() if last else None}


@router.delete("/trial", status_code=204, summary="停止这次运行 · stop that run")
def stop(service: TheService, account: Caller) -> Response:
    account.require(UserRole.EVALUATOR)
    service.trials.stop()
    return Response(status_code=204)


@router.get("/reports/compare", summary="两次运行对比 · two runs side by side")
def compared(
    service: TheService,
    account: Caller,
    one: Annotated[str, Query(description="运行目录名")],
    other: Annotated[str, Query(description="与之对比的运行目录名")],
) -> dict[str, Any]:
    """Every figure of both, and the questions that one answered right and the other did not."""
    account.require(UserRole.EVALUATOR)
    return compare(run_of(service, one), run_of(service, other))


@router.get("/reports/{run}/page", summary="一次运行的报告页 · the report of a run as a page")
def page(service: TheService, account: Caller, run: str) -> Response:
    account.require(UserRole.EVALUATOR)
    path = run_of(service, run).folder / PAGE
    if not path.is_file():
        raise HTTPException(
            404, "这次运行没有报告页；用 cewen eval rescore 补写 · no page: run cewen eval rescore"
        )
    headers = {"Content-Security-Policy": REPORT_POLICY, "Cache-Control": "no-cache"}
    return FileResponse(path, media_type="text/html; charset=utf-8", headers=headers)


def run_of(service: Service, name: str) -> Run:
    """A run that can be read."""
    found = find_run(service.reports, name)
    if found is None:
        raise HTTPException(404, f"没有名为 {name} 的评测运行；名称见 /api/reports · no such run")
    if found.scores is None:
        raise HTTPException(
            422,
            f"{name} 的 scores.json 无法读取；用 cewen eval rescore 重写 · cannot be read: run cewen eval rescore",
        )
    return found
