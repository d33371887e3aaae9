"""Every page in both languages, both themes, on a desk and on a phone; and what holds on all of them: keys, the
address, the other language, a service that has gone."""

from __future__ import annotations

import itertools
import re
import urllib.parse
from typing import Any

import pytest

from assistant.page.words import WORDS
from tests.assistant.web.test_page_browser import QUESTION, ask
from tests.assistant.web.test_tabs_browser import rows, settle

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
LOOKS = [
    pytest.param(
        {**size, "color_scheme": theme, "locale": language},
        language,
        theme,
        id=f"{name}-{theme}-{language}",
    )
    for name, size in (("desk", DESK), ("phone", PHONE))
    for theme in ("light", "dark")
    for language in ("zh", "en")
]
# tab -> what stands there once it is drawn
DRAWN = {
    "ledger": "tr[data-at]",
    "documents": ".cw-paper h2",
    "overview": ".cw-flow",
    "evaluation": ".cw-empty, .cw-run",
}
LEAVES = """() => [...document.querySelectorAll("body *")]
  .filter((e) => !e.children.length && e.checkVisibility() && !e.closest("script, style, mark"))
  .map((e) => e.textContent.trim()).filter(Boolean)"""
LOST = re.compile(
    r"\{\w+\}|undefined|\[object|\b[a-z]{3,}_[a-z_]+\b(?!\.)"
)  # a key or a gap that nobody filled in


# what is pressed and lower than a finger needs, its own hit area counted: height and class
SMALL = """() => [...document.querySelectorAll("button, a, select, summary, input, textarea")]
  .filter((e) => e.checkVisibility() && !e.closest(".cw-hidden, .cw-skip"))
  .map((e) => {
    const around = getComputedStyle(e, "::after");
    const more = around.content !== "none" && around.position === "absolute" ? Math.min(0, parseFloat(around.top) || 0) : 0;
    return [Math.round(e.getBoundingClientRect().height - 2 * more), e.className || e.tagName];
  }).filter(([height]) => height < 44)"""


def said_by_the_other(language: str) -> set[str]:
    """The words that only the other language's page says."""
    own, other = (0, 1) if language == "zh" else (1, 0)
    mine = {pair[own] for pair in WORDS.values()}
    named = {"other_language", "name"}
    return {pair[other] for key, pair in WORDS.items() if key not in named} - mine


@pytest.mark.parametrize(("opened", "language", "theme"), LOOKS, indirect=["opened"])
def test_all_pages(opened: Any, base: str, language: str, theme: str) -> None:
    page = opened.page
    foreign = said_by_the_other(language)

    def check(tab: str) -> None:
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (
            f"{tab} is wider than the screen"
        )
        leaves = page.evaluate(LEAVES)
        assert not foreign.intersection(leaves), f"{tab} says words of the other language"
        assert [leaf for leaf in leaves if LOST.search(leaf)] == []

    page.goto(base + ("/en/" if language == "en" else "/"))
    page.locator(".cw-examples button").first.wait_for()
    assert page.evaluate("document.body.classList.contains('dark')") is (theme == "dark")
    check("the empty chat")
    ask(page, QUESTION)
    check("an answer")
    for tab, drawn in DRAWN.items():
        button = page.locator(f"#nav-{tab}")
        box = button.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"], "within reach"
        button.click()
        page.locator(drawn).locator("visible=true").first.wait_for()
        check(tab)
        named = page.title()
        assert WORDS[f"tab_{tab}"][language == "en"] in named and WORDS["name"][language == "en"] in named


@pytest.mark.parametrize("opened", [PHONE], indirect=True, ids=["phone"])
def test_fingers_find_everything(opened: Any, base: str) -> None:
    """Nothing to press is lower than 44 pixels, its own hit area counted."""
    page = opened.page
    page.goto(base)
    page.locator(".cw-examples button").first.wait_for()
    ask(page, QUESTION)
    assert page.evaluate(SMALL) == []
    page.locator("#nav-ledger").click()
    rows(page).first.wait_for()
    # a measure opens by its whole card, so the words on it may be lower
    assert [one for one in page.evaluate(SMALL) if one[1] != "cw-row-open"] == []
    page.get_by_role("button", name="筛选").click()
    page.locator(".cw-day-open").first.wait_for()
    # the calendar behind a button is pressed by nobody
    assert [one for one in page.evaluate(SMALL) if one[1] not in ("cw-row-open", "cw-day-picker")] == []
    for tab in ("documents", "overview"):
        page.locator(f"#nav-{tab}").click()
        page.locator(DRAWN[tab]).locator("visible=true").first.wait_for()
        assert page.evaluate(SMALL) == []


def test_back_closes_the_source_and_its_address_opens_it(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    turn = ask(page, QUESTION)
    turn.locator(".cw-text .cite").first.click()
    page.locator(".cw-source-body .cw-m-cited").first.wait_for()
    link = page.url
    page.go_back()
    page.locator(".cw-source").wait_for(state="hidden")
    assert page.locator(".cw-turn[data-status=done]").count() == 1, "the conversation stands as it was"
    page.goto(link)
    page.locator(".cw-source-body .cw-m-cited").first.wait_for()
    page.locator(".cw-turn[data-status=done]").wait_for()
    page.keyboard.press("Escape")
    page.locator(".cw-source").wait_for(state="hidden")
    assert "source=" not in page.url and "c=" in page.url


def test_the_other_language_opens_at_the_same_place(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(f"{base}?tab=ledger&order=due")
    rows(page).first.wait_for()
    page.locator(".cw-table").evaluate("table => table.scrollTop = 600")
    page.locator("[data-language]").click()
    page.wait_for_url("**/en/?tab=ledger&order=due")
    rows(page).first.wait_for()
    page.wait_for_function("document.querySelector('.cw-table').scrollTop === 600")


def test_keys(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    page.locator(".cw-examples button").first.wait_for()
    page.locator(".cw-composer textarea").fill("2?")  # while writing they are letters
    assert page.locator(".cw-dialog").count() == 0
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    listed = page.locator(".cw-dialog kbd").all_inner_texts()
    assert {"1", "5", "/", "n", "j", "k", "Esc", "Enter"} <= set(listed)
    page.keyboard.press("Escape")
    page.locator(".cw-dialog").wait_for(state="detached")
    page.keyboard.press("2")
    rows(page).first.wait_for()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "text"
    page.keyboard.type("企业开办")
    page.wait_for_function("location.search.includes('text=')")


def test_a_view_is_kept_sorted_and_printed_whole(opened: Any, base: str) -> None:
    page = opened.page
    page.add_init_script(
        "window.print = () => (window.printed = document.querySelectorAll('tr[data-at]').length)"
    )
    page.goto(f"{base}?tab=ledger")
    rows(page).first.wait_for()
    page.get_by_role("button", name="今年").click()
    page.wait_for_function("location.search.includes('due_by=2024-12-31')")
    page.locator("th[data-column=deadline] button").click()
    page.locator("th[data-column=deadline][aria-sort=ascending]").wait_for()
    found = page.locator(".cw-found").inner_text()
    total = int(found.removeprefix("共 ").removesuffix(" 项"))
    assert total > rows(page).count() == 50
    page.get_by_role("button", name="打印").click()
    assert page.wait_for_function("window.printed").json_value() == total

    page.locator(".cw-views summary").click()
    page.get_by_role("button", name="保存当前视图").click()
    page.locator(".cw-dialog input").fill("今年的任务")
    page.keyboard.press("Enter")
    page.locator(".cw-toast", has_text="已保存").wait_for()
    page.get_by_role("button", name="清除筛选").click()
    page.wait_for_function("!location.search.includes('due_by')")
    page.locator(".cw-views summary").click()
    page.locator(".cw-view button", has_text="今年的任务").click()
    settle(page, found)
    kept = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)
    assert kept == {"tab": ["ledger"], "due_from": ["2024-01-01"], "due_by": ["2024-12-31"], "order": ["due"]}


@pytest.mark.parametrize(
    "question",
    ["临溪区区住建局牵头哪些任务？", "临溪区住建局牵头哪些任务？"],
    ids=["as printed", "with its place"],
)
def test_a_list_leads_to_the_same_list_in_the_ledger(opened: Any, base: str, question: str) -> None:
    page = opened.page
    page.goto(base)
    turn = ask(page, question)
    link = turn.locator(".cw-to-ledger")
    link.wait_for()
    assert "3 项" in link.inner_text()
    link.click()
    settle(page, "共 3 项")
    assert page.locator("td[data-column=lead]").all_inner_texts() == ["区住建局"] * 3


@pytest.mark.parametrize(
    "opened", [DESK, pytest.param(PHONE, id="phone")], indirect=True, ids=lambda size: "desk"
)
def test_a_long_list_is_a_table_too(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    turn = ask(page, "临溪区区市场监管局牵头哪些任务？")
    assert turn.locator(".cw-card").count() == 0
    bar, window = turn.locator(".cw-list-bar").bounding_box(), page.locator(".cw-scroll").bounding_box()
    assert bar["y"] + bar["height"] < window["y"] + window["height"], "the switch is in view"
    turn.get_by_role("button", name="表格").click()
    assert not turn.locator(".cw-text li").first.is_visible()
    lines = turn.locator(".cw-card-table tbody tr")
    lines.nth(5).wait_for()
    assert lines.count() == 6
    assert all("区市场监管局" in text for text in lines.locator("[data-column=lead]").all_inner_texts())
    lines.nth(3).locator("td").nth(1).click()
    page.locator(".cw-source-body .cw-m-lead", has_text="区市场监管局").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.keyboard.press("Escape")
    turn.get_by_role("button", name="列表").click()
    assert turn.locator(".cw-text li").first.is_visible() and not lines.first.is_visible()


@pytest.mark.parametrize("opened", [PHONE], indirect=True, ids=["phone"])
def test_nothing_scrolls_the_frame_away(opened: Any, base: str) -> None:
    """A browser scrolls whatever can be scrolled to show what has the focus; bars and composer have to stay."""
    page = opened.page
    page.goto(base)
    ask(page, "临溪区区市场监管局牵头哪些任务？")
    ask(page, QUESTION)
    page.locator(".cw-turn .cw-actions").first.evaluate("e => e.scrollIntoView({ block: 'start' })")
    page.evaluate("document.getElementById('cw-main').scrollTop = 200")
    assert page.locator(".cw-top").bounding_box()["y"] == 0
    bar, top = page.locator(".cw-talk-bar").bounding_box(), page.locator(".cw-top").bounding_box()
    assert bar["y"] == top["height"]


def test_a_conversation_is_printed_whole(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    told = "我在临溪区开一家小店，想把手续办齐，" * 20 + QUESTION
    ask(page, told)
    ask(page, "青禾市2024年12月底前要完成哪些任务？").get_by_role("button", name="表格").click()
    page.locator(".cw-card-table tbody tr").first.wait_for()
    ask(page, QUESTION)
    page.emulate_media(media="print")
    hidden = """() => [...document.querySelectorAll(".cw-scroll, .cw-card-table, .cw-question > p")]
      .filter((e) => e.scrollHeight > e.getBoundingClientRect().height + 2).map((e) => e.className)"""
    assert page.evaluate(hidden) == []
    boxes = [turn.bounding_box() for turn in page.locator(".cw-turn").all()]
    assert all(one["y"] + one["height"] <= other["y"] + 1 for one, other in itertools.pairwise(boxes))
    assert not page.locator(".cw-composer").is_visible()


def test_a_service_that_has_gone_is_told_in_the_conversation(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    page.locator(".cw-examples button").first.wait_for()
    page.context.set_offline(True)
    page.locator(".cw-composer textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".cw-turn[data-status=failed] [role=alert]", has_text="连接断了").wait_for()
    assert not page.get_by_text("Connection to the server").is_visible()
    page.context.set_offline(False)
    page.locator(".cw-turn").wait_for(state="detached")  # loaded anew when the service is back
    page.wait_for_function(f"document.querySelector('.cw-composer textarea')?.value === {QUESTION!r}")
    page.locator(".cw-composer textarea").press("Enter")
    page.locator(".cw-turn[data-status=done] .cite").first.wait_for()
    opened.errors.clear()  # the browser notes the requests that could not be made


def test_a_wrong_answer_is_told_by_pressing(opened: Any, base: str, service: Any) -> None:
    page = opened.page
    page.goto(base)
    turn = ask(page, QUESTION)
    turn.get_by_role("button", name="有误").click()
    turn.get_by_role("button", name="时限不对").click()
    turn.locator(".cw-feedback textarea").first.fill("应为每月")
    turn.locator(".cw-feedback .cw-main-button").click()
    turn.locator(".cw-feedback").wait_for(state="detached")
    assert "时限不对：应为每月" in [one.reason for one in service.history.feedback()]


def test_a_refusal_says_what_can_be_asked(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    page.locator(".cw-examples button").first.wait_for()
    shown = page.locator(".cw-examples button").all_inner_texts()
    turn = ask(page, "火星基地建设由谁牵头？")
    assert turn.locator(".cw-outcome").get_attribute("data-outcome") == "not_found"
    assert turn.locator(".cite").count() == 0
    assert turn.locator(".cw-next button").all_inner_texts() == shown[:3]


def test_a_refusal_about_a_place_says_what_its_documents_answer(opened: Any, base: str, service: Any) -> None:
    page = opened.page
    page.goto(base)
    turn = ask(page, "白榆县火星基地建设由谁牵头？")
    assert turn.locator(".cw-outcome").get_attribute("data-outcome") == "not_found"
    turn.locator(".cw-next", has_text="白榆县的文件可以这样问").wait_for()
    *questions, listing = turn.locator(".cw-next button").all_inner_texts()
    assert questions == service.examples("zh", ("云岭省", "青禾市", "白榆县"))[:3] and "白榆县" in listing
    turn.get_by_role("button", name="浏览白榆县的全部措施").click()
    rows(page).first.wait_for()
    assert set(page.locator("td[data-column=place]").all_inner_texts()) == {"白榆县"}
