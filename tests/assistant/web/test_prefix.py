"""Behind a proxy, below a prefix: the whole page works there, whether the proxy cuts the prefix off or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from assistant.access import Accounts, UserRole
from assistant.api import create_app
from assistant.api.prefix import read_prefix
from assistant.api.service import Service
from assistant.ask import Assistant
from assistant.cli import cewen
from assistant.history import History
from index_build.errors import SettingsError
from tests.assistant.web.conftest import TODAY, Server, Watched

PREFIX = "/cewen"
QUESTION = "区级领导包联重点企业制度由谁牵头，什么时候完成？"


@pytest.fixture(scope="module")
def under(service: Service) -> Iterator[str]:
    server = Server(create_app(service, prefix=PREFIX))
    yield server.start()
    server.stop()


def test_both_kinds_of_proxy_reach_the_same(under: str) -> None:
    for path in ("/health", "/api/facets", "/assets-cewen/core.js", "/en/", "/docs", "/config"):
        kept, cut = httpx.get(f"{under}{PREFIX}{path}"), httpx.get(f"{under}{path}")
        assert kept.status_code == cut.status_code == 200, path
        assert kept.content == cut.content or path == "/config", path
    assert httpx.get(under + PREFIX).headers["location"] == f"{PREFIX}/"
    assert httpx.get(f"{under}{PREFIX}/en?tab=ledger").headers["location"].endswith("/cewen/en/?tab=ledger")
    assert httpx.get(f"{under}{PREFIX}x/health").status_code == 404


def test_addresses_that_answers_give_have_the_prefix(under: str) -> None:
    body = {"model": "cewen", "messages": [{"role": "user", "content": QUESTION}]}
    said = httpx.post(f"{under}{PREFIX}/v1/chat/completions", json=body).json()["choices"][0]["message"]
    assert said["annotations"][0]["url_citation"]["url"].startswith(f"{under}{PREFIX}/?source=")
    assert httpx.get(f"{under}{PREFIX}/openapi.json").json()["servers"][0]["url"] == PREFIX


def test_logging_in_and_out_stays_below_the_prefix(assistant: Assistant, tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.db")
    accounts.add("wang", "long password", UserRole.VISITOR)
    service = Service(assistant, History(tmp_path / "h.db"), today=lambda: TODAY, accounts=accounts)
    app = create_app(service, page=False, prefix=PREFIX)
    with TestClient(app, base_url="http://policy.example", follow_redirects=False) as client:
        sent = client.get(f"{PREFIX}/en/?tab=ledger").headers["location"]
        assert sent == f"{PREFIX}/login?next=/cewen/en/%3Ftab%3Dledger"
        page = client.get(sent).text
        assert set(re.findall(r'(?:href|src|action)="(/[^/"]*)', page)) == {PREFIX}
        assert '<html lang="en">' in page and 'value="/cewen/en/?tab=ledger"' in page
        given = {"name": "wang", "password": "long password", "next": f"{PREFIX}/en/?tab=ledger"}
        assert client.post(f"{PREFIX}/login", data=given).headers["location"] == given["next"]
        elsewhere = {**given, "next": "//elsewhere.example"}
        assert client.post(f"{PREFIX}/login", data=elsewhere).headers["location"] == f"{PREFIX}/"
        assert client.get(f"{PREFIX}/api/facets").status_code == 200
        assert client.get(f"{PREFIX}/logout").headers["location"] == f"{PREFIX}/login"
        assert client.get(f"{PREFIX}/api/facets").status_code == 401
        assert client.get("/health").status_code == 200, "a supervisor asks without the proxy"


def test_the_prefix_is_read_as_people_write_it() -> None:
    assert [read_prefix(text) for text in ("", "/", "cewen", "/cewen/", "/a/b")] == [
        "",
        "",
        PREFIX,
        PREFIX,
        "/a/b",
    ]
    for text in ("http://host/cewen", "/ce wen", "/策问?"):
        with pytest.raises(SettingsError, match="--root-path"):
            read_prefix(text)
    told = CliRunner().invoke(cewen, ["serve", "--root-path", "/ce wen"])
    assert told.exit_code != 0


@pytest.mark.browser
def test_the_whole_page_works_below_the_prefix(chromium: Any, under: str) -> None:
    window = Watched(chromium, under)
    page = window.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{under}{PREFIX}/")
    page.locator(".cw-composer textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".cw-turn[data-status=done] .cw-card").first.wait_for()
    page.locator(".cw-text .cite").first.click()
    page.locator(".cw-source-body mark").first.wait_for()
    for tab, ready in (("ledger", ".cw-row-open"), ("documents", ".cw-paper h2"), ("overview", ".cw-tile")):
        page.goto(f"{under}{PREFIX}/?tab={tab}")
        page.locator(ready).first.wait_for()
    page.wait_for_load_state("networkidle")
    page.locator("[data-language]").click()
    page.wait_for_url(f"{under}{PREFIX}/en/**")
    page.locator(".cw-tile").first.wait_for()
    page.wait_for_load_state("networkidle")
    beside = [url for url in asked if url.startswith(under) and not url.startswith(f"{under}{PREFIX}/")]
    assert beside == [], "nothing is asked for beside the prefix"
    assert window.errors == [] and window.outside == []
    window.context.close()
