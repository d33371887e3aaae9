"""A citation of a PDF on its printed page: the picture, the marked words where they stand, and what is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from assistant.api.service import Service
from assistant.ask import Assistant
from assistant.history import History
from index_build.build import build
from index_build.settings import BuildSettings
from tests.assistant.web.conftest import TODAY, Watched
from tests.fixtures.writing import write_pdf

PLAN = """# 松岚市2024年优化营商环境工作分工表
松岚市优化营商环境工作专班
2024年3月8日
|序号|工作内容|牵头单位|责任单位|完成时限|
|1|将企业开办环节整合为一个环节，办理时间压缩至半个工作日。|市市场监管局|市公安局、市税务局|2024年6月底前|
|2|新建商品房实现交房即交证，覆盖率达到90%以上。|市自然资源局|市住建局|2024年9月底前|
"""


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "plan" / "分工表.pdf"
    path.parent.mkdir()
    path.write_bytes(write_pdf(PLAN))
    return path


@pytest.fixture
def address(pdf: Path, tmp_path: Path, serving: Any) -> str:
    build([pdf.parent], tmp_path / "index", BuildSettings())
    service = Service(
        Assistant.open(tmp_path / "index"), History(tmp_path / "history.db"), today=lambda: TODAY
    )
    found: str = serving(service)
    return found


def first_entry(address: str) -> str:
    rows = httpx.get(f"{address}/api/measures", params={"text": "企业开办"}).json()["rows"]
    assert [row["lead"] for row in rows] == [["市市场监管局"]]
    entry: str = rows[0]["id"]
    return entry


def test_words_are_marked_where_they_are_printed(address: str) -> None:
    entry = first_entry(address)
    found = httpx.get(f"{address}/api/page", params={"entry": entry}).json()
    assert found["page"] == 1
    answer = httpx.get(f"{address}/api/page.png", params={"entry": entry, "number": 1})
    assert answer.headers["content-type"] == "image/png"
    picture = Image.open(io.BytesIO(answer.content)).convert("L")
    kinds = {area["kind"] for area in found["areas"]}
    assert {"cited", "lead", "deadline"} <= kinds
    for area in found["areas"]:
        left, top = area["left"] * picture.width, area["top"] * picture.height
        box = (left, top, left + area["width"] * picture.width, top + area["height"] * picture.height)
        assert picture.crop(tuple(map(round, box))).histogram()[:128] != [0] * 128  # there is print in it
    lead = next(area for area in found["areas"] if area["kind"] == "lead")
    body = next(area for area in found["areas"] if area["kind"] == "cited")
    assert lead["left"] > body["left"] + body["width"]  # its column stands to the right of the text's


def test_a_pdf_inside_an_archive_is_shown_too(tmp_path: Path, serving: Any) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("分工/分工表.pdf", write_pdf(PLAN))
    (tmp_path / "plan").mkdir()
    with zipfile.ZipFile(tmp_path / "plan" / "材料.zip", "w") as archive:
        archive.writestr("第一批.zip", inner.getvalue())
    build([tmp_path / "plan"], tmp_path / "index", BuildSettings())
    address = serving(
        Service(Assistant.open(tmp_path / "index"), History(tmp_path / "history.db"), today=lambda: TODAY)
    )
    entry = first_entry(address)
    found = httpx.get(f"{address}/api/page", params={"entry": entry}).json()
    assert found["page"] == 1 and {"cited", "lead", "deadline"} <= {area["kind"] for area in found["areas"]}
    picture = httpx.get(f"{address}/api/page.png", params={"entry": entry, "number": 1})
    assert Image.open(io.BytesIO(picture.content)).width > 500


def test_a_file_that_changed_is_not_shown(address: str, pdf: Path) -> None:
    entry = first_entry(address)
    pdf.write_bytes(pdf.read_bytes() + b"\n")
    for path in ("page", "page.png"):
        answer = httpx.get(f"{address}/api/{path}", params={"entry": entry, "number": 1})
        assert answer.status_code == 404 and "cewen build" in answer.json()["detail"]


def test_only_pages_of_entries(address: str, http: httpx.Client) -> None:
    entry = first_entry(address)
    assert httpx.get(f"{address}/api/page.png", params={"entry": entry, "number": 9}).status_code == 404
    assert httpx.get(f"{address}/api/page", params={"entry": "none"}).status_code == 404
    text = http.get("/api/measures").json()["rows"][0]["id"]  # of a document that is no PDF
    assert http.get("/api/page", params={"entry": text}).status_code == 404


@pytest.mark.browser
def test_the_panel_shows_the_page_with_its_marks(chromium: Any, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.page
    page.goto(f"{address}?tab=ledger")
    page.locator(".cw-row-open").first.click()
    page.get_by_role("button", name="原页").click()
    page.locator(".cw-page-picture mark.cw-m-lead").first.wait_for()
    page.wait_for_function("document.querySelector('.cw-page-picture img').naturalWidth > 500")
    page.get_by_role("button", name="文字", exact=True).click()
    page.locator(".cw-source-body p .cw-m-lead").first.wait_for()
    watched.context.close()
    assert watched.errors == [] and watched.outside == []
