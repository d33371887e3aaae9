"""The page of a PDF that a citation stands on, as a picture, with the areas of its words."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from starlette.responses import Response

from assistant.api.documents import spans_of
from assistant.api.service import Caller, Service, TheService
from assistant.internal import ARCHIVE
from assistant.reading import marks_of
from index_build.model import Document, Measure, Passage
from index_build.readers.archive import find_member

router = APIRouter(prefix="/api", tags=["文件 · documents"])

GONE = "原文件已移走或改动，只能看文字；重新运行 cewen build · the file was moved or changed: build again"
Entry = Annotated[str, Query(description="条目 id")]


@router.get("/page", summary="引文在 PDF 原页上的位置 · where a citation stands on the page of a PDF")
def areas(
    service: TheService,
    account: Caller,
    entry: Entry,
    parts: Annotated[str, Query(pattern=r"^[\d,-]*$")] = "",
) -> dict[str, Any]:
    """The page's number and areas (left, top, width, height as shares of the page, kind of mark)."""
    from index_build.readers.page_image import find_areas  # noqa: PLC0415  (PDFium, only where a page is looked at)

    found, document, data = read_pdf(service, entry)
    cited = spans_of(parts, document) or tuple(found.extent)
    number = document.page_at(cited[0].start) or 1
    marks = [m for m in marks_of(found, cited) if (document.page_at(m.start) or 1) == number]
    pieces = [line for m in marks if m.kind == "cited" for line in lines(document.text[m.start : m.end])]
    words = [(m.kind, document.text[m.start : m.end]) for m in marks if m.kind != "cited"]
    return {"page": number, "areas": [asdict(area) for area in find_areas(data, number, pieces, words)]}


@router.get("/page.png", summary="PDF 的一页 · a page of a PDF as a picture")
def picture(
    service: TheService, account: Caller, entry: Entry, number: Annotated[int, Query(ge=1)]
) -> Response:
    from index_build.readers.page_image import page_png  # noqa: PLC0415  (as above)

    *_, data = read_pdf(service, entry)
    png = page_png(data, number)
    if png is None:
        raise HTTPException(404, "文件没有这一页 · no such page")
    return Response(png, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def read_pdf(service: Service, entry: str) -> tuple[Measure | Passage, Document, bytes]:
    """An entry of the index, its document, and the PDF it was read from, alone or in an archive, if that is still as
    it was read: only files that the index names are ever opened."""
    catalog = service.assistant.index.catalog
    entries = catalog.entries([entry])
    if not entries:
        raise HTTPException(404, "索引里没有这一条；文件可能已更新，请重新提问 · no such entry: ask again")
    name = entries[0].policy.doc
    row = next(row for row in catalog.documents() if row.name == name)
    path = Path(row.path)
    if not name.lower().endswith(".pdf") or not path.is_file():
        raise HTTPException(404, GONE)
    whole = path.read_bytes()
    if hashlib.sha256(whole).hexdigest() != row.file_sha256:
        raise HTTPException(404, GONE)
    data = find_member(whole, name.partition(ARCHIVE)[2]) if path.suffix.lower() == ".zip" else whole
    if data is None:
        raise HTTPException(404, GONE)
    return entries[0], catalog.document(name), data
