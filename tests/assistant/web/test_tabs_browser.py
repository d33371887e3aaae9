"""The ledger, the documents and the overview in a real browser: a clerk's whole job."""

from __future__ import annotations

import io
import urllib.parse
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from assistant.api.service import Service
from assistant.ask import Assistant
from assistant.history import History
from index_build.build import build
from index_build.settings import BuildSettings
from tests.assistant.web.conftest import Watched

pytestmark = pytest.mark.browser

DISTRICT = "临溪区贯彻落实《云岭省以高效服务激发经营主体活力行动方案》工作举措"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def rows(page: Any) -> Any:
    return page.locator(".cw-table tbody tr[data-at]")


def settle(page: Any, total: str) -> None:
    page.locator(".cw-found", has_text=total).wait_for()


def test_a_clerk_filters_exports_and_finds_the_same_rows(opened: Any, base: str, tmp_path: Path) -> None:
    page = opened.page
    page.goto(f"{base}?tab=ledger")
    rows(page).first.wait_for()
    everything = page.locator(".cw-found").inner_text()
    page.locator("select[name=document]").select_option(DISTRICT)
    settle(page, "共 30 项")
    page.locator("input[name=department]").fill("区住建局")
    page.locator("input[name=due_from]").fill("2024-07-01")
    page.locator("input[name=due_by]").fill("2024-09-30")
    page.wait_for_function(
        "location.search.includes('due_by=2024-09-30') && location.search.includes('department')"
    )
    page.locator(".cw-table:not([aria-busy]) tbody tr[data-at]").first.wait_for()
    page.wait_for_function(f"document.querySelector('.cw-found').textContent !== {everything!r}")
    shown = page.locator(".cw-row-open").all_inner_texts()
    assert 0 < len(shown) < 30
    whole = [button.evaluate("e => e.textContent") for button in page.locator(".cw-row-open").all()]

    with page.expect_download() as waiting:
        page.locator("[data-format=xlsx]").click()
    file = tmp_path / "ledger.xlsx"
    waiting.value.save_as(file)
    assert waiting.value.suggested_filename == "责任台账-2024-06-10.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(file.read_bytes())).active
    assert (
        sheet["A1"].value
        == f"责任台账（《{DISTRICT.replace('《', '〈').replace('》', '〉')}》，区住建局，2024-07-01至2024-09-30到期）"
    )
    heads = [cell.value for cell in sheet[2]]
    exported = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [line[heads.index("措施内容")] for line in exported] == whole
    assert all(
        "区住建局" in (line[heads.index("牵头单位")] or "") + (line[heads.index("责任单位")] or "")
        for line in exported
    )

    link = page.url
    page.goto(base)
    page.goto(link)
    rows(page).first.wait_for()
    assert [b.evaluate("e => e.textContent") for b in page.locator(".cw-row-open").all()] == whole
    assert page.locator("input[name=department]").input_value() == "区住建局"


@pytest.mark.parametrize(
    "opened",
    [{"locale": "zh-CN"}, {"locale": "en-US"}, {"locale": "de-DE"}],
    indirect=True,
    ids=["zh", "en", "de"],
)
def test_days_read_the_same_in_every_browser(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(f"{base}?tab=ledger&due_by=2024-09-30")
    rows(page).first.wait_for()
    by, since = page.locator("input[name=due_by]"), page.locator("input[name=due_from]")
    assert by.input_value() == "2024-09-30"
    for written, meant in (
        ("2024年6月", "2024-06-30"),
        ("2024/2", "2024-02-29"),
        ("20241005", "2024-10-05"),
        ("2025年底", "2025-12-31"),
    ):
        by.fill(written)
        by.press("Enter")
        page.wait_for_function(f"location.search.includes('due_by={meant}')")
        assert by.input_value() == meant
    since.fill("2024年6月")
    since.press("Tab")
    page.wait_for_function("location.search.includes('due_from=2024-06-01')")
    by.fill("第三季度")  # what only the server reads
    by.press("Enter")
    page.wait_for_function("decodeURIComponent(location.search).includes('due_by=第三季度')")
    rows(page).first.wait_for()
    by.fill("过一阵子")
    by.press("Enter")
    page.locator(".cw-table [role=alert]", has_text="看不懂日期").wait_for()
    opened.errors.clear()  # the browser itself notes the refused request
    for wrong in ("soon", "2024-13", "2024-02-30"):
        by.fill(wrong)
        by.press("Enter")
        assert by.get_attribute("aria-invalid") == "true"
        assert "2024-06-30" in by.evaluate("field => field.validationMessage")
        page.locator("select[name=order]").select_option("due")
        page.wait_for_function("!location.search.includes('due_by')")
        page.locator("select[name=order]").select_option("")
    by.fill("")
    by.press("Enter")
    assert by.get_attribute("aria-invalid") == "false"


def test_what_a_person_should_check_is_listed_and_told_at_its_source(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(f"{base}?tab=ledger")
    rows(page).first.wait_for()
    page.locator("select[name=lacking]").select_option("doubt")
    settle(page, "共 2 项")
    assert all("未见责任单位" in text for text in page.locator(".cw-table .cw-doubt").all_inner_texts())
    page.locator(".cw-row-open").first.click()
    page.locator(".cw-source-doubts .cw-doubt", has_text="未见责任单位").wait_for()
    page.locator("[data-close]").click()
    page.locator("select[name=lacking]").select_option("")
    page.locator("select[name=document]").select_option(DISTRICT)
    settle(page, "共 30 项")
    page.locator(".cw-row-open").first.click()
    page.locator(".cw-source-meta [data-field=number] dd", has_text="1").wait_for()
    assert page.locator(".cw-doubt").count() == 0
    page.goto(f"{base}/en/?tab=ledger&lacking=doubt")
    page.locator(".cw-table .cw-doubt", has_text="no unit was found").first.wait_for()
    assert "未见" not in page.locator(".cw-table .cw-doubt").first.inner_text()


def test_a_clerk_decides_about_what_is_to_check(
    chromium: Any, serving: Any, assistant: Assistant, tmp_path: Path
) -> None:
    base = serving(Service(assistant, History(tmp_path / "history.db")))
    watched = Watched(chromium, base)
    page = watched.page
    page.goto(f"{base}?tab=ledger")
    page.get_by_role("button", name="待核对（2）").click()
    settle(page, "共 2 项")
    page.locator(".cw-row-open").first.click()
    page.locator(".cw-deciding").get_by_role("button", name="读错了").click()
    page.locator(".cw-dialog input").fill("应为区财政局")
    page.keyboard.press("Enter")
    told = "已核对：读错了，应为区财政局"
    page.locator(".cw-source-doubts [data-review=wrong]", has_text=told).wait_for()
    assert rows(page).first.locator(".cw-doubt").inner_text() == f"✗ {told}"[2:]
    page.get_by_role("button", name="待核对（1）").wait_for()
    page.locator(".cw-source [data-step='1']").click()
    page.locator(".cw-deciding").get_by_role("button", name="读得对").click()
    page.locator(".cw-source-doubts [data-review=good]").wait_for()
    page.keyboard.press("Escape")
    page.locator("select[name=lacking]").select_option("checked")
    settle(page, "共 2 项")
    page.locator(".cw-row-open").first.click()
    page.get_by_role("button", name="撤回核对").click()
    page.locator(".cw-source-doubts .cw-doubt", has_text="待核对").wait_for()
    watched.context.close()
    assert watched.errors == []


def test_the_calendar_fills_the_field(opened: Any, base: str) -> None:
    page = opened.page
    page.add_init_script("HTMLInputElement.prototype.showPicker = function () { window.picked = this; }")
    page.goto(f"{base}?tab=ledger")
    rows(page).first.wait_for()
    page.get_by_role("button", name="打开日历").nth(1).click()
    page.evaluate("picked.value = '2024-08-15'; picked.dispatchEvent(new Event('change', { bubbles: true }))")
    page.wait_for_function("location.search.includes('due_by=2024-08-15')")
    assert page.locator("input[name=due_by]").input_value() == "2024-08-15"


@pytest.mark.parametrize(
    "opened", [{"viewport": {"width": 1366, "height": 768}}], indirect=True, ids=["laptop"]
)
def test_filters_fold_beside_an_open_source(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(f"{base}?tab=ledger")
    page.locator(".cw-row-open").first.click()
    page.locator(".cw-source-body .cw-m-cited").first.wait_for()
    assert not page.locator(".cw-filters").is_visible()
    assert page.locator(".cw-table").bounding_box()["height"] > 400
    page.get_by_role("button", name="筛选", exact=True).click()
    assert page.locator(".cw-filters").is_visible()


def test_of_a_departments_measures_those_it_leads(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(
        f"{base}?tab=ledger&document={urllib.parse.quote(DISTRICT)}&department={urllib.parse.quote('区住建局')}"
    )
    page.get_by_role("button", name="其中牵头 3 项").click()
    settle(page, "共 3 项")
    assert page.locator("td[data-column=lead]").all_inner_texts() == ["区住建局"] * 3
    assert page.locator("select[name=lead_only]").input_value() == "true"
    assert page.locator(".cw-found button").count() == 0


def test_a_row_opens_its_source_and_steps_to_the_next(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(f"{base}?tab=ledger&document={urllib.parse.quote(DISTRICT)}")
    settle(page, "共 30 项")
    page.locator(".cw-row-open").first.click()
    page.locator(".cw-source-meta [data-field=number] dd", has_text="1").wait_for()
    assert page.locator(".cw-source-body .cw-m-lead").first.inner_text() == "区行政审批局"
    page.locator(".cw-source [data-step='1']").click()
    page.locator(".cw-source-meta [data-field=number] dd", has_text="2").wait_for()
    assert page.locator("tr[aria-current]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("tr[aria-current]").count() == 0


def test_pages_of_the_ledger(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(f"{base}?tab=ledger")
    rows(page).first.wait_for()
    first = page.locator(".cw-row-open").first.inner_text()
    page.get_by_role("button", name="下一页").click()
    page.locator(".cw-pager", has_text="第 51–100 项").wait_for()
    assert page.locator(".cw-row-open").first.inner_text() != first
    page.go_back()
    page.locator(".cw-pager", has_text="第 1–50 项").wait_for()
    assert page.locator(".cw-row-open").first.inner_text() == first


@pytest.mark.parametrize("opened", [{}], indirect=True, ids=["desk"])
def test_an_unknown_department_is_explained(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(f"{base}?tab=ledger&department={urllib.parse.quote('区税务居')}")
    page.locator(".cw-table [role=alert]").wait_for()
    assert "区税务局" in page.locator(".cw-table [role=alert]").inner_text()
    opened.errors.clear()  # the browser itself notes the refused request


def test_documents_are_listed_and_read(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(f"{base}?tab=documents")
    page.locator(".cw-paper h2").first.wait_for()
    assert page.locator("li.cw-paper").count() == 6
    page.locator(".cw-find").fill("临政发〔2024〕9号")
    assert page.locator("li.cw-paper").count() == 1
    page.get_by_role("button", name="阅读全文").click()
    page.locator(".cw-outline li", has_text="（三）优化工程建设项目审批").locator("button").click()
    page.locator(".cw-reader p.cw-here").wait_for()
    assert page.locator(".cw-reader .cw-m-lead").count() > 3
    page.locator(".cw-reader p[data-ref]", has_text="施工许可").first.click()
    page.locator(".cw-source-body .cw-m-cited").first.wait_for()
    assert page.locator(".cw-source-meta [data-field=number] dd").inner_text() == "9"


THEMES = ("企业开办", "注销便利", "用地审批", "获得电力", "纳税服务", "跨境贸易")


def test_a_file_of_many_papers_shows_a_few_and_those_looked_for(
    chromium: Any, serving: Any, tmp_path: Path
) -> None:
    papers = [
        f"# 青禾市{theme}行动方案\n\n青政发〔2031〕{n}号\n\n1.推进{theme}便利。（牵头单位：市财政局）\n"
        for n, theme in enumerate(THEMES, 1)
    ]
    (tmp_path / "汇编.md").write_text("\n".join(papers), encoding="utf-8")
    build([tmp_path / "汇编.md"], tmp_path / "index", BuildSettings())
    base = serving(Service(Assistant.open(tmp_path / "index"), History(tmp_path / "history.db")))
    watched = Watched(chromium, base)
    page = watched.page
    page.goto(f"{base}?tab=documents")
    titles = page.locator(".cw-policy h2 >> visible=true")
    titles.first.wait_for()
    assert titles.all_inner_texts() == [f"青禾市{theme}行动方案" for theme in THEMES[:4]]
    page.get_by_text("其余 2 份").click()
    assert titles.count() == 6
    page.locator(".cw-find").fill("跨境")
    assert titles.all_inner_texts() == ["青禾市跨境贸易行动方案"]
    page.locator(".cw-find").fill("汇编")
    assert titles.count() == 4
    watched.context.close()
    assert watched.errors == []


def test_a_bar_of_the_overview_leads_to_its_measures(opened: Any, base: str, http: httpx.Client) -> None:
    page = opened.page
    page.goto(f"{base}?tab=overview")
    page.locator("#cw-chart-months .bars path >> visible=true").first.wait_for()
    numbers = http.get("/api/overview").json()
    tiles = page.locator(".cw-tile b").all_inner_texts()
    assert tiles[0] == str(numbers["measures"]) and tiles[3] == str(numbers["states"]["due_this_month"])
    states = page.locator(".cw-state b").all_inner_texts()
    assert [int(text) for text in states] == [
        numbers["states"][state] for state in ("overdue", "due_this_month", "not_due", "ongoing", "unstated")
    ]
    page.locator(".cw-state", has_text="已过期").press("Enter")
    settle(page, f"共 {numbers['states']['overdue']} 项")
    page.go_back()
    page.locator("button.cw-tile", has_text="本月到期").click()
    settle(page, f"共 {numbers['states']['due_this_month']} 项")
    page.go_back()
    bar = page.locator("#cw-chart-load .bars path >> visible=true").first
    bar.wait_for()
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function(
        "location.search.includes('tab=ledger') && location.search.includes('department=')"
    )
    rows(page).first.wait_for()


def test_the_months_of_the_overview_have_no_gap(opened: Any, base: str, http: httpx.Client) -> None:
    page = opened.page
    page.goto(f"{base}?tab=overview")
    page.locator("#cw-chart-months .bars path >> visible=true").first.wait_for()
    shown = page.evaluate("document.getElementById('cw-chart-months').data[0].x")
    due = sorted(
        {month for months in http.get("/api/overview").json()["months"].values() for month in months}
    )
    assert (shown[0], shown[-1]) == (due[0], due[-1]) and set(due) < set(shown)
    years = [12 * int(month[:4]) + int(month[5:]) for month in shown]
    assert years == list(range(years[0], years[-1] + 1))


@pytest.mark.parametrize("opened", [PHONE], indirect=True, ids=["phone"])
@pytest.mark.parametrize("tab", ["ledger", "documents", "overview", "evaluation"])
def test_nothing_is_wider_than_a_phone(opened: Any, base: str, tab: str) -> None:
    page = opened.page
    page.goto(f"{base}?tab={tab}")
    page.wait_for_load_state("networkidle")
    page.locator(".cw-row-open, .cw-paper h2, .cw-tile, .cw-empty h2, .cw-run").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.evaluate(
        "[...document.querySelectorAll(`#tab-${document.body.dataset.tab} *`)].filter("
        "e => e.getBoundingClientRect().right > 392 && !e.closest('svg, .cw-table table, .cw-matrix table, .cw-presets')).map(e => e.className)"
    )
    assert wide == []


def test_keyboard_alone(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    page.locator(".cw-examples button").first.wait_for()
    page.locator("#nav-chat").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "nav-ledger"
    rows(page).first.wait_for()
    page.locator(".cw-row-open").first.focus()
    page.keyboard.press("Enter")
    page.locator(".cw-source-body .cw-m-lead").first.wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "cw-row-open"
