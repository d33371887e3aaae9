"""Adding and removing documents (staff), and how far that is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, HTTPException, Query, UploadFile

from assistant.access import UserRole
from assistant.api.service import Caller, TheService
from assistant.intake import LARGEST
from assistant.internal import internal_among, path_mark
from index_build.errors import ReadError

router = APIRouter(prefix="/api", tags=["文件 · documents"])

MOST_FILES = 50


@router.get("/me", summary="我是谁，可以做什么 · who I am and what I may do")
def me(account: Caller) -> dict[str, Any]:
    may = [role.value for role in UserRole if account.may(role)]
    return {"name": account.name, "role": account.role.value, "may": may}


@router.put("/documents/internal", summary="标为内部或对访客开放 · mark as internal, or open to visitors")
def mark(
    service: TheService,
    account: Caller,
    doc: Annotated[list[str], Query(description="文件名，可重复")],
    internal: Annotated[bool, Query(description="true 为内部 · true: internal")],
) -> dict[str, Any]:
    """At once, without a build: from the next request on, visitors get answers, lists, counts and files as if the
    document did not exist.  Returns the names of all internal documents."""
    account.require(UserRole.STAFF)
    kept = service.internal
    rows = service.assistant.index.catalog.documents()
    known = {row.name for row in rows}
    if unknown := [name for name in doc if name not in known]:
        raise HTTPException(404, f"索引里没有文件 {unknown[0]}；文件名见 /api/documents · no such document")
    if internal:
        kept.add(doc)
    else:
        kept.open_to_visitors([row for row in rows if row.name in doc])
    return {"internal": sorted(internal_among(rows, kept.marks()))}


@router.post("/documents", status_code=202, summary="上传文件并编入索引 · upload and index")
def upload(
    service: TheService,
    account: Caller,
    files: Annotated[list[UploadFile], File(description="txt md html docx pdf xlsx csv zip")],
    internal: Annotated[bool, Form(description="只供工作人员 · for staff only")] = False,
) -> dict[str, Any]:
    """Returns a job at once; answers go on from the index as it was until the job is done."""
    account.require(UserRole.STAFF)
    if len(files) > MOST_FILES:
        raise ReadError(f"一次最多上传 {MOST_FILES} 个文件；请分批 · too many files: upload them in parts")
    intake = service.intake
    paths = [intake.keep(file.filename or "", file.file.read(LARGEST + 1)) for file in files]
    if internal:  # before the build, so that no visitor sees them in between
        service.internal.add(path_mark(path) for path in paths)
    return intake.add(paths).row()


@router.delete("/documents", status_code=202, summary="移出索引 · remove from the index")
def remove(
    service: TheService, account: Caller, doc: Annotated[list[str], Query(description="文件名，可重复")]
) -> dict[str, Any]:
    account.require(UserRole.STAFF)
    return service.intake.remove(doc).row()


@router.get("/jobs/{job}", summary="上传或移出的进度 · how far a change is")
def job(service: TheService, account: Caller, job: str) -> dict[str, Any]:
    account.require(UserRole.STAFF)
    found = service.intake.job(job)
    if found is None:
        raise HTTPException(404, "没有这项任务；它可能早已结束 · no such job")
    return found.row()
