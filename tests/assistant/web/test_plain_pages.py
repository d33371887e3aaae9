"""What stands alone: the page for an address that is not there, each in the language of its path."""

from __future__ import annotations

import httpx
import pytest

from assistant.page.plain import language_of, login_page, missing_page
from assistant.page.words import in_language

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("path", "said", "home"),
    [("/nothing", "没有这个页面", 'href="/"'), ("/en/nothing", "There is no such page", 'href="/en/"')],
)
def test_a_person_gets_a_page_that_leads_on(http: httpx.Client, path: str, said: str, home: str) -> None:
    answer = http.get(path, headers=BROWSER)
    assert answer.status_code == 404 and answer.headers["content-type"].startswith("text/html")
    assert said in answer.text and home in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_program_gets_json(http: httpx.Client) -> None:
    for path in ("/nothing", "/api/nothing"):
        answer = http.get(path)
        assert answer.status_code == 404 and answer.headers["content-type"].startswith("application/json")


def test_the_path_is_shown_as_text() -> None:
    assert "<script>" not in missing_page("/<script>alert(1)</script>").split("<body>")[1]
    assert 'name="next" value="/?&quot;&gt;&lt;b&gt;"' in login_page('/?"><b>')


@pytest.mark.parametrize(
    ("path", "language"), [("/", "zh"), ("/en", "en"), ("/en/?tab=ledger", "en"), ("/entry", "zh")]
)
def test_the_language_of_a_path(path: str, language: str) -> None:
    assert language_of(path) == language


def test_the_login_links_to_itself_in_the_other_language() -> None:
    assert "/login?next=/en/%3Ftab%3Dledger" in login_page("/?tab=ledger")
    assert "/login?next=/%3Ftab%3Dledger" in login_page("/en/?tab=ledger")


def test_the_half_of_a_message() -> None:
    both = "没有这个文件 · 甲；换一个 · no such file: choose another"
    assert in_language(both, "zh") == "没有这个文件 · 甲；换一个"
    assert in_language(both, "en") == "No such file: choose another"
    assert in_language("只有中文", "en") == "只有中文"
