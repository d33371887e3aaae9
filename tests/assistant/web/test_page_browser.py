"""The page in a real browser: ask in everyday words, read the answer, open the source, go on, come back."""

from __future__ import annotations

import re
from typing import Any

import pytest

from assistant.ask import Assistant
from tests.assistant.web.conftest import Watched

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
# Item 28 of the district sample, read by eye.
QUESTION = "区级领导包联重点企业制度由谁牵头，什么时候完成？"
LEADS = ["区委办公室", "区政府办公室"]
RESPONSIBLE = ["区营商环境建设局", "各包联单位"]
DEADLINE = "长期坚持"
SECTION = "四、打造亲清和谐的服务环境"
PAGE = "10"


def ask(page: Any, question: str) -> Any:
    """Type, send, wait; the last turn."""
    turns = page.locator(".cw-turn").count()
    page.locator(".cw-composer textarea").fill(question)
    page.keyboard.press("Enter")
    turn = page.locator(".cw-turn").nth(turns)
    turn.wait_for()
    page.locator(f".cw-turn:nth-child({turns + 1})[data-status=done]").wait_for(timeout=15_000)
    return turn


def texts(page: Any, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def test_the_owner_asks_reads_and_opens_the_source(opened: Any, base: str, assistant: Assistant) -> None:
    page = opened.page
    page.goto(base)
    page.locator(".cw-examples button").first.wait_for()
    page.locator(".cw-holds", has_text="项措施").wait_for()
    assert f"{assistant.index.catalog.count()} 项措施" in page.locator(".cw-holds").inner_text()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"

    turn = ask(page, QUESTION)
    assert all(name in turn.locator(".cw-text").inner_text() for name in LEADS)
    card = turn.locator(".cw-card").first
    assert card.locator("dd .lead").inner_text() == "、".join(LEADS)
    assert card.locator("dd .responsible").inner_text() == "、".join(RESPONSIBLE)
    assert DEADLINE in card.locator("dd .deadline").first.inner_text()
    assert card.locator(".cw-badge").first.inner_text() == "持续推进"
    assert "临政发〔2024〕9号" in card.locator(".cw-basis").inner_text()

    turn.locator(".cw-text .cite").first.click()
    page.locator(".cw-source-body .cw-m-cited").first.wait_for()
    cited = "".join(texts(page, ".cw-source-body .cw-m-cited"))
    assert (
        "建立区级领导包联重点企业制度，每名区级领导包联3至5家企业，企业反映问题实行台账管理、销号办结。"
        in cited
    )
    assert texts(page, ".cw-source-body .cw-m-lead") == LEADS
    assert texts(page, ".cw-source-body .cw-m-responsible") == RESPONSIBLE
    assert DEADLINE in "".join(texts(page, ".cw-source-body .cw-m-deadline"))
    assert page.locator(".cw-source-title").inner_text().startswith("临溪区贯彻落实")
    fields = {
        row.get_attribute("data-field"): row.locator("dd").inner_text()
        for row in page.locator(".cw-source-meta div").all()
    }
    assert fields["number"] == "28"
    assert fields["doc_no"] == "临政发〔2024〕9号"
    assert fields["section"].endswith(SECTION)
    assert fields["page"] == PAGE
    box = page.locator(".cw-source-body .cw-m-cited").first.bounding_box()
    assert 0 < box["y"] < 850, "the cited words are in view"

    page.keyboard.press("Escape")
    assert not page.locator(".cw-source").is_visible()
    assert page.evaluate("document.activeElement.className").startswith("cite"), "focus is back at the marker"


def test_a_follow_up_and_the_conversation_after_a_reload(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    ask(page, QUESTION)
    second = ask(page, "责任单位有哪些？")
    assert "区营商环境建设局" in second.locator(".cw-text").inner_text()
    page.wait_for_function("location.search.includes('c=')")
    page.reload()
    page.locator(".cw-turn[data-status=done]").nth(1).wait_for()
    assert texts(page, ".cw-question > p")[0].endswith(QUESTION)
    page.locator(".cw-turn .cite").first.click()
    page.locator(".cw-source-body .cw-m-lead").first.wait_for()


@pytest.mark.parametrize(
    "opened", [{"viewport": {"width": 1366, "height": 768}}, PHONE], indirect=True, ids=["desk", "phone"]
)
def test_each_answer_stands_below_its_question_in_view(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    for question in (QUESTION, "责任单位有哪些？", "临溪区住建局牵头哪些任务？"):
        turn = ask(page, question)
        window = page.locator(".cw-scroll").bounding_box()
        asked, said = turn.locator(".cw-question").bounding_box(), turn.locator(".cw-text").bounding_box()
        assert 0 <= asked["y"] - window["y"] < 40, "what was asked last stands on top"
        assert said["y"] + 40 < window["y"] + window["height"], "and the answer begins below it"


@pytest.mark.parametrize("opened", [PHONE], indirect=True, ids=["phone"])
def test_a_long_question_is_folded_and_its_answer_in_view(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    told = "我在临溪区开一家小店，想把手续办齐，" * 20 + QUESTION
    turn = ask(page, told)
    said, window = turn.locator(".cw-text").bounding_box(), page.locator(".cw-scroll").bounding_box()
    assert said["y"] + 40 < window["y"] + window["height"]
    folded = turn.locator(".cw-question > p").bounding_box()["height"]
    turn.get_by_role("button", name="展开").click()
    assert turn.locator(".cw-question > p").bounding_box()["height"] > 2 * folded
    turn.get_by_role("button", name="收起").click()
    assert turn.locator(".cw-question > p").bounding_box()["height"] == folded


def test_a_source_at_a_glance(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    turn = ask(page, QUESTION)
    marker = turn.locator(".cw-text .cite").first
    marker.hover()
    page.locator(".cw-peek", has_text="建立区级领导包联重点企业制度").wait_for()
    assert "第 28 项" in page.locator(".cw-peek small").inner_text()
    page.locator(".cw-composer").hover()
    page.locator(".cw-peek").wait_for(state="hidden")
    marker.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.locator(".cw-peek").wait_for()
    assert marker.get_attribute("aria-describedby") == page.locator(".cw-peek").get_attribute("id")
    page.keyboard.press("Enter")
    page.locator(".cw-source-body .cw-m-cited").first.wait_for()
    assert not page.locator(".cw-peek").is_visible()


@pytest.mark.parametrize(
    "opened", [{"permissions": ["clipboard-read", "clipboard-write"]}], indirect=True, ids=["desk"]
)
def test_an_answer_is_copied_as_people_write(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    turn = ask(page, "临溪区住建局牵头哪些任务？")
    turn.get_by_role("button", name="复制", exact=True).click()
    page.locator(".cw-toast", has_text="已复制").wait_for()
    plain = page.evaluate("navigator.clipboard.readText()")
    assert plain.startswith("临溪区住建局牵头的措施共 3 项") and not re.search(r"\*\*|\[\d", plain)
    turn.get_by_role("button", name="连同出处复制").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('[3] “')")
    rich = page.evaluate(
        "navigator.clipboard.read().then(([one]) => one.getType('text/html')).then((blob) => blob.text())"
    )
    assert "<strong>" in rich and "<li>" in rich and "临政发〔2024〕9号" in rich and "<button" not in rich


def test_who_and_when_stand_out_of_the_answer(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    text = ask(page, QUESTION).locator(".cw-text")
    assert text.locator("p").first.locator(".cw-said-lead").inner_text() == "、".join(LEADS)
    assert text.locator("p").first.locator(".cw-said-responsible").inner_text() == "、".join(RESPONSIBLE)
    assert text.locator("p").first.locator(".cw-said-deadline").inner_text() == DEADLINE
    assert "建立区级领导包联重点企业制度" in text.locator(".cw-quoted").inner_text()
    assert text.locator(".cw-quoted span").count() == 0, "a quote keeps the paper's own look"


@pytest.mark.parametrize(
    "opened", [{"permissions": ["clipboard-read", "clipboard-write"]}], indirect=True, ids=["desk"]
)
def test_a_link_asks_the_same_again_for_whoever_opens_it(
    opened: Any, base: str, chromium: Any, assistant: Assistant
) -> None:
    page = opened.page
    page.goto(base)
    ask(page, QUESTION)
    second = ask(page, "责任单位有哪些？")
    said = second.locator(".cw-text").inner_text()
    second.get_by_role("button", name="复制提问链接").click()
    page.locator(".cw-toast", has_text="已复制").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    other = Watched(chromium, base)
    other.page.goto(link)
    other.page.locator(".cw-turn[data-status=done]").nth(1).wait_for()
    assert other.page.locator(".cw-text").nth(1).inner_text() == said
    assert texts(other.page, ".cw-question > p")[0].endswith(QUESTION)
    other.page.wait_for_function("location.search.includes('c=') && !location.search.includes('q=')")
    other.page.reload()
    other.page.locator(".cw-turn[data-status=done]").nth(1).wait_for()
    assert other.page.locator(".cw-turn").count() == 2, "a reload asks nothing again"
    other.context.close()
    assert other.errors == []


def test_what_a_question_takes_from_the_one_before_is_said(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    first = ask(page, "临溪区企业简易注销由谁牵头？")
    assert first.locator(".cw-chip[data-carried]").count() == 0
    second = ask(page, "企业开办呢？")
    assert "沿用上文" in second.locator(".cw-chip[data-kind=place][data-carried]").inner_text()


def test_the_list_of_conversations_begins_with_the_last_of_today(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    for question in ("企业简易注销由谁牵头？", QUESTION):
        page.get_by_role("button", name="新对话").click()
        ask(page, question)
        page.locator(".cw-talk-list li:nth-child(2)", has_text=question[:6]).wait_for()
        assert page.locator(".cw-talk-list li").first.inner_text() == "今天"


def test_language_switch_keeps_the_conversation(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    ask(page, QUESTION)
    page.wait_for_function("location.search.includes('c=')")
    page.locator("[data-language]").click()
    page.locator(".cw-turn[data-status=done]").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator(".cw-card dt").first.inner_text() == "Lead"
    assert page.locator(".cw-card dd .lead").first.inner_text() == "、".join(LEADS)


def test_what_people_type_is_never_run(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    typed = '<img src=x onerror="document.title=1"> <script>document.title=2</script> **谁** [1](javascript:alert(1)) 牵头？'
    turn = ask(page, typed)
    assert typed in turn.locator(".cw-question > p").inner_text()
    assert page.locator(".cw-turns img, .cw-turns script, .cw-turns a").count() == 0
    assert page.title() not in ("1", "2")


def test_a_question_of_no_words_says_what_to_do(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    page.locator(".cw-composer textarea").fill("？？")
    page.keyboard.press("Enter")
    page.locator(".cw-turn .cw-error").wait_for()
    assert "请写出要问的内容" in page.locator(".cw-error").inner_text()
    assert "c=" not in page.url


def test_new_conversation_feedback_and_history(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    turn = ask(page, "企业简易注销由谁牵头？")
    turn.get_by_role("button", name="有误").click()
    page.locator(".cw-feedback textarea").first.fill("部门不全")
    page.locator(".cw-feedback .cw-main-button").click()
    page.locator(".cw-feedback").wait_for(state="detached")
    page.get_by_role("button", name="新对话").click()
    assert page.locator(".cw-turn").count() == 0
    page.locator(".cw-talk-list li", has_text="企业简易注销").first.locator("button").first.click()
    page.locator(".cw-turn[data-status=done]").wait_for()
    assert page.get_by_role("button", name="有误").get_attribute("aria-pressed") == "true"


def test_edit_and_ask_again_replaces_the_turn(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    ask(page, "企业简易注销由谁牵头？")
    page.locator(".cw-question").hover()
    page.get_by_role("button", name="修改后重问").click()
    page.locator(".cw-edit textarea").fill(QUESTION)
    page.locator(".cw-edit .cw-main-button").click()
    page.locator(".cw-turn[data-status=done]", has_text=QUESTION).wait_for()
    assert page.locator(".cw-turn").count() == 1


@pytest.mark.parametrize("opened", [PHONE], indirect=True, ids=["phone"])
def test_on_a_phone(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    page.locator(".cw-examples button").first.wait_for()
    turn = ask(page, QUESTION)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "nothing is wider than the screen"
    turn.locator(".cw-text .cite").first.click()
    page.locator(".cw-source-body .cw-m-lead").first.wait_for()
    box = page.locator(".cw-source").bounding_box()
    assert (box["x"], round(box["width"])) == (0, 390), "the source covers the screen"
    page.locator(".cw-source [data-close]").click()
    assert not page.locator(".cw-source").is_visible()


def test_examples_are_answered_with_sources(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    page.locator(".cw-examples button").first.wait_for()
    shown = texts(page, ".cw-examples button")
    assert len(shown) == 6
    assert all(re.search("[一-鿿]", question) for question in shown)
    page.locator(".cw-examples button").first.click()
    page.locator(".cw-turn[data-status=done] .cite").first.wait_for()


def test_a_chosen_document_goes_into_the_question(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    title = "临溪区贯彻落实《云岭省以高效服务激发经营主体活力行动方案》工作举措"
    page.locator(".cw-scope option", has_text=title).wait_for(state="attached")
    page.locator(".cw-scope").select_option(label=title)
    page.reload()
    page.locator(".cw-scope option", has_text=title).wait_for(state="attached")
    assert page.locator(".cw-scope").input_value() == "临政发〔2024〕9号", "the choice is kept"
    page.locator(".cw-composer textarea").fill("企业简易注销由谁牵头？")
    page.keyboard.press("Enter")
    page.locator(".cw-turn[data-status=done]").wait_for()
    assert "临政发〔2024〕9号中，企业简易注销由谁牵头？" in page.locator(".cw-question > p").inner_text()
    assert page.locator(".cw-card dd .lead").first.inner_text() == "区市场监管局"


def test_a_chosen_place_goes_into_the_question_unless_that_names_one(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    page.locator(".cw-scope option", has_text="白榆县").first.wait_for(state="attached")
    page.locator(".cw-scope").select_option("临溪区")
    turn = ask(page, "企业简易注销由谁牵头？")
    assert "临溪区企业简易注销由谁牵头？" in turn.locator(".cw-question > p").inner_text()
    other = ask(page, "白榆企业开办由谁牵头？")
    assert other.locator(".cw-question > p").inner_text().endswith("白榆企业开办由谁牵头？")
    assert "临溪区" not in other.locator(".cw-question > p").inner_text()


def test_two_places_stand_side_by_side(opened: Any, base: str) -> None:
    page = opened.page
    page.goto(base)
    cards = ask(page, "临溪区和白榆县的企业开办有什么不同").locator(".cw-card")
    assert cards.locator(".cw-card-place").all_inner_texts() == ["临溪区", "白榆县"]
    left, right = (card.bounding_box() for card in cards.all())
    assert left["y"] == right["y"] and left["x"] + left["width"] < right["x"]
    page.set_viewport_size({"width": 390, "height": 844})
    left, right = (card.bounding_box() for card in cards.all())
    assert left["x"] == right["x"] and left["y"] + left["height"] < right["y"]
