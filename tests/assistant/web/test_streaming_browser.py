"""The page while an answer grows (a slow language model behind it), staff at work, and hostile documents: each
with a server of its own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant.access import Accounts, UserRole, accounts_path
from assistant.api.service import Service, open_service
from assistant.ask import Assistant
from assistant.history import History
from assistant.settings import AskSettings, ModelSettings
from index_build.build import build
from index_build.settings import BuildSettings
from tests.assistant.web.conftest import TODAY, Watched
from tests.assistant.web.test_intake import PLAN, QUESTION
from tests.fake_server import FakeServer, drip

pytestmark = pytest.mark.browser

ASKED = "区级领导包联重点企业制度由谁牵头，什么时候完成？"
# What a model may say: placeholders that the program fills from the record.  The last sentence never ends.
SAID = (
    "这项工作由{{m1.lead}}牵头。[m1]完成时限是{{m1.deadline}}。[m1]由{{m1.responsible}}配合。[m1]"
    + "原文" * 400
)


def test_an_answer_grows_and_can_be_stopped(
    chromium: Any, index_dir: Path, tmp_path: Path, serving: Any
) -> None:
    with FakeServer([drip(SAID, 0.05, size=2)]) as model:
        settings = AskSettings(model=ModelSettings(base_url=model.base_url, model="fake-model", api_key="k"))
        assistant = Assistant.open(index_dir, settings)
        service = Service(assistant, History(tmp_path / "h.db"), today=lambda: TODAY, settings=settings)
        base = serving(service)
        window = Watched(chromium, base)
        page = window.page
        page.goto(base)
        page.locator(".cw-composer textarea").fill(ASKED)
        page.keyboard.press("Enter")
        text = page.locator(".cw-turn .cw-text")
        text.wait_for(timeout=20_000)
        page.wait_for_function("document.querySelector('.cw-turn .cw-text').textContent.length > 20")
        first = len(text.inner_text())
        top = page.locator(".cw-question").bounding_box()["y"]
        page.wait_for_function(
            f"document.querySelector('.cw-turn .cw-text').textContent.length > {first + 10}"
        )
        assert page.locator(".cw-question").bounding_box()["y"] == top, "nothing jumps while it grows"

        page.get_by_role("button", name="停止").click()
        page.locator(".cw-turn[data-status=stopped]").wait_for()
        page.wait_for_timeout(400)
        stopped = len(text.inner_text())
        page.wait_for_timeout(600)
        assert len(text.inner_text()) == stopped, "nothing is added after it was stopped"
        page.get_by_role("button", name="提问").wait_for()

        page.locator(".cw-talk-list li[data-talk]").first.locator("button").first.click()
        page.locator(".cw-turn[data-status=stopped]").wait_for()
        assert "区委办公室" in text.inner_text(), "what was written is kept"
        assert window.errors == [] and window.outside == []
        window.context.close()


def test_staff_upload_a_plan_ask_about_it_and_remove_it(
    chromium: Any, index_dir: Path, tmp_path: Path, serving: Any
) -> None:
    own = tmp_path / "index"
    shutil.copytree(index_dir, own)
    base = serving(open_service(own))
    window = Watched(chromium, base)
    page = window.page
    page.goto(f"{base}?tab=documents")
    page.locator(".cw-paper h2").first.wait_for()
    before = page.locator("li.cw-paper").count()
    plan = {"name": "望湖县方案.txt", "mimeType": "text/plain", "buffer": PLAN.encode()}
    page.locator(".cw-intake input[type=file]").set_input_files([plan])
    page.locator(".cw-job li", has_text="望湖县方案.txt：新增，2 项措施").wait_for()
    page.locator("li.cw-paper").nth(before).wait_for()
    assert page.locator("li.cw-paper").count() == before + 1
    page.locator(".cw-job li").get_by_role("button", name="看台账").click()
    page.locator(".cw-found", has_text="共 2 项").wait_for()

    page.locator("#nav-chat").click()
    page.locator(".cw-composer textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    card = page.locator(".cw-turn[data-status=done] .cw-card").first
    card.wait_for()
    assert card.locator("dd .lead").inner_text() == "县数据局"
    assert "2025年9月底" in card.locator("dd .deadline").inner_text()

    page.locator("#nav-documents").click()
    page.locator("li.cw-paper", has_text="望湖县方案.txt").locator(".cw-remove").click()
    page.locator(".cw-dialog .cw-danger").click()
    page.locator(".cw-job li", has_text="已移出").wait_for()
    page.locator("li.cw-paper", has_text="望湖县方案.txt").wait_for(state="detached")
    assert window.errors == [] and window.outside == []
    window.context.close()


HOSTILE = """<img src=x onerror="window.hit=1">县优化营商环境工作方案<script>window.hit=2</script>

一、<b onmouseover="window.hit=3">提升</b>服务
1.建设<img src=x onerror="window.hit=4">湖畔驿站，[就近](javascript:window.hit=5)办理![图](http://elsewhere.example/a.png)事项。
牵头单位：县<svg onload="window.hit=6">数据局
责任单位：县财政局"><script>window.hit=7</script>
完成时限：2025年9月底<iframe src="http://elsewhere.example"></iframe>
2.推行代办专员制度，{{constructor.constructor('window.hit=8')()}} ${window.hit=9} 为重点项目配备专员。
牵头单位：县发展改革局
完成时限：2025年6月底
"""


def test_what_a_document_says_is_never_run(chromium: Any, tmp_path: Path, serving: Any) -> None:
    source = tmp_path / '方案"><img src=x onerror=window.hit=10>.txt'
    source.write_text(HOSTILE, encoding="utf-8")
    build([source], tmp_path / "index", BuildSettings())
    base = serving(open_service(tmp_path / "index"))
    window = Watched(chromium, base)
    page = window.page
    for tab, ready in (("ledger", ".cw-row-open"), ("documents", ".cw-paper h2"), ("overview", ".cw-tile")):
        page.goto(f"{base}?tab={tab}")
        page.locator(ready).first.wait_for()
        page.wait_for_load_state("networkidle")
    page.goto(f"{base}?tab=documents")
    page.get_by_role("button", name="阅读全文").first.click()
    page.locator(".cw-reader p[data-ref]").first.click()
    page.locator(".cw-source-body mark").first.wait_for()
    page.goto(base)
    for question in (
        "湖畔驿站由谁牵头，什么时候完成？",
        "代办专员制度由谁牵头？",
        "有哪些任务？",
        "你有哪些文件？",
    ):
        done = page.locator(".cw-turn[data-status=done]").count()
        page.locator(".cw-composer textarea").fill(question)
        page.keyboard.press("Enter")
        page.locator(".cw-turn[data-status=done]").nth(done).wait_for()
    for marker in page.locator(".cw-text .cite").all()[:4]:
        marker.click()
        page.locator(".cw-source-body mark").first.wait_for()
    assert page.evaluate("window.hit") is None
    shown = "#cw-main img, #cw-main iframe, #cw-main script, .cw-source img, .cw-source script, .cw-text svg, .cw-text a"
    assert page.locator(shown).count() == 0
    assert "<script>" in page.locator(".cw-source").inner_text(), "shown as the characters they are"
    assert window.errors == [] and window.outside == []
    window.context.close()


def test_with_accounts_one_logs_in_and_sees_ones_own(
    chromium: Any, assistant: Assistant, tmp_path: Path, serving: Any
) -> None:
    accounts = Accounts(tmp_path / "accounts.db")
    accounts.add("wang", "long password", UserRole.VISITOR)
    history = History(tmp_path / "h.db")
    base = serving(Service(assistant, history, today=lambda: TODAY, accounts=accounts))
    window = Watched(chromium, base)
    page = window.page
    page.goto(f"{base}/?tab=documents")
    page.locator("input[name=name]").fill("wang")
    page.locator("input[name=password]").fill("wrong password")
    page.locator("button").click()
    assert "用户名或密码不对" in page.locator("[role=alert]").inner_text()
    window.errors.clear()  # the browser itself notes the refused login
    page.locator("input[name=name]").fill("wang")
    page.locator("input[name=password]").fill("long password")
    page.locator("button").click()
    page.locator(".cw-paper h2").first.wait_for()  # back at the view that was asked for
    page.locator("#nav-chat").click()
    page.locator(".cw-composer textarea").fill(ASKED)
    page.keyboard.press("Enter")
    page.locator(".cw-turn[data-status=done]").wait_for()
    assert [one.title for one in history.conversations("wang")] == [ASKED]
    page.locator("#nav-documents").click()
    page.locator(".cw-paper h2").first.wait_for()
    assert page.locator(".cw-intake, .cw-remove").count() == 0, "a visitor neither adds nor removes"
    page.locator("[data-logout]").click()
    page.locator("input[name=password]").wait_for()
    assert window.errors == [] and window.outside == []
    window.context.close()


def test_staff_close_a_document_to_visitors_and_open_it_again(
    chromium: Any, index_dir: Path, tmp_path: Path, serving: Any
) -> None:
    own = tmp_path / "index"
    shutil.copytree(index_dir, own)
    accounts = Accounts(accounts_path(own))
    for name, role in (("科员", UserRole.STAFF), ("访客", UserRole.VISITOR)):
        accounts.add(name, "a long password", role)
    base = serving(open_service(own, with_accounts=True))
    document = "临溪区贯彻落实省行动方案工作举措.txt"

    def enter(name: str) -> Any:
        window = Watched(chromium, base)
        window.page.goto(f"{base}?tab=documents")
        window.page.get_by_label("用户名").fill(name)
        window.page.get_by_label("密码").fill("a long password")
        window.page.get_by_role("button", name="登录").click()
        window.page.locator("li.cw-paper h2").first.wait_for()
        return window

    staff, visitor = enter("科员"), enter("访客")
    paper = staff.page.locator(f"li.cw-paper[data-doc='{document}']")
    switch = paper.get_by_role("switch")
    assert not switch.is_checked() and visitor.page.locator(".cw-paper").count() == 6
    assert visitor.page.get_by_role("switch").count() == 0 and visitor.page.locator(".cw-remove").count() == 0
    for closed, shown in ((True, 5), (False, 6)):
        switch.set_checked(closed, force=True)
        staff.page.locator(".cw-toast", has_text=document).wait_for()
        staff.page.locator(".cw-toast").wait_for(state="detached")
        assert (paper.get_attribute("data-internal") is not None) is closed
        visitor.page.reload()
        visitor.page.locator("li.cw-paper h2").first.wait_for()
        assert visitor.page.locator("li.cw-paper").count() == shown
    for window in (staff, visitor):
        assert window.errors == [] and window.outside == []
        window.context.close()
