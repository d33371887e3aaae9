"""Accounts: nothing is stored in the clear, nobody unknown gets past, each role gets what is its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.access import FAILURES, LOCAL, Accounts, UserRole
from assistant.api import create_app
from assistant.api.login import own_path
from assistant.api.service import Service
from assistant.ask import Assistant
from assistant.history import History
from index_build.errors import AccessDenied

PASSWORD = "correct horse 电池"


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    made = Accounts(tmp_path / "accounts.db")
    made.add("王科员", PASSWORD, UserRole.STAFF)
    made.add("visitor", PASSWORD, UserRole.VISITOR)
    made.add("evaluator", PASSWORD, UserRole.EVALUATOR)
    return made


@pytest.fixture
def guarded(accounts: Accounts, assistant: Assistant, tmp_path: Path) -> TestClient:
    service = Service(assistant, History(tmp_path / "history.db"), accounts=accounts)
    return TestClient(
        create_app(service, page=False), base_url="http://policy.example", follow_redirects=False
    )


def test_neither_passwords_nor_keys_nor_sessions_are_stored(accounts: Accounts) -> None:
    secrets = [PASSWORD, accounts.new_key("visitor", "机器人"), accounts.login("visitor", PASSWORD)]
    stored = accounts.path.read_bytes()
    assert all(secret.encode() not in stored for secret in secrets)
    assert b"$argon2id$" in stored
    assert accounts.path.stat().st_mode & 0o077 == 0


def test_sessions_and_keys_know_whose_they_are(accounts: Accounts) -> None:
    secret, key = accounts.login("王科员", PASSWORD), accounts.new_key("王科员")
    assert accounts.by_session(secret) == accounts.by_key(key)
    assert accounts.by_session(secret).role is UserRole.STAFF
    assert (
        accounts.by_session(key) is None
        and accounts.by_key(secret) is None
        and accounts.by_session("") is None
    )
    accounts.logout(secret)
    assert accounts.by_session(secret) is None
    assert accounts.remove_key("王科员", key[-4:]) and accounts.by_key(key) is None


def test_sessions_end(tmp_path: Path) -> None:
    now = dt.datetime(2024, 6, 10, tzinfo=dt.UTC)
    accounts = Accounts(tmp_path / "a.db", clock=lambda: now)
    accounts.add("visitor", PASSWORD, UserRole.VISITOR)
    secret = accounts.login("visitor", PASSWORD)
    now += dt.timedelta(days=13)
    assert accounts.by_session(secret) is not None
    now += dt.timedelta(days=2)
    assert accounts.by_session(secret) is None


def test_a_new_password_and_a_removal_end_what_was_open(accounts: Accounts) -> None:
    secret, key = accounts.login("visitor", PASSWORD), accounts.new_key("visitor")
    accounts.add("visitor", "another password", UserRole.VISITOR)
    assert accounts.by_session(secret) is None
    accounts.remove("visitor")
    assert accounts.by_key(key) is None


def test_guessing_is_slowed_down(accounts: Accounts) -> None:
    for _ in range(FAILURES):
        with pytest.raises(AccessDenied, match="用户名或密码不对"):
            accounts.login("visitor", "wrong password")
    with pytest.raises(AccessDenied, match="分钟后再试"):
        accounts.login("visitor", PASSWORD)
    assert accounts.login("evaluator", PASSWORD)  # others are not locked out


@pytest.mark.parametrize(
    ("name", "password"), [("a b", PASSWORD), ("", PASSWORD), ("x" * 41, PASSWORD), ("ok", "short")]
)
def test_bad_names_and_passwords_are_refused(accounts: Accounts, name: str, password: str) -> None:
    with pytest.raises(AccessDenied):
        accounts.add(name, password, UserRole.VISITOR)


CLOSED = [
    ("GET", "/api/documents"), ("GET", "/api/measures"), ("GET", "/api/facets"), ("GET", "/api/overview"),
    ("POST", "/api/answers"), ("GET", "/api/conversations"), ("POST", "/api/feedback"), ("GET", "/v1/models"),
    ("POST", "/v1/chat/completions"), ("POST", "/retrieval"), ("GET", "/openapi.json"), ("GET", "/api/source"),
    ("POST", "/mcp"), ("GET", "/gradio_api/info"), ("POST", "/gradio_api/queue/join"), ("POST", "/en/gradio_api/queue/join"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_nobody_unknown_gets_past(guarded: TestClient, method: str, path: str) -> None:
    refused = guarded.request(method, path, json={} if method == "POST" else None)
    assert refused.status_code == 401
    assert "登录" in refused.json()["error"]["message"]
    assert guarded.request(method, path, headers={"Authorization": "Bearer cewen-made-up"}).status_code == 401


def test_every_interface_is_closed(guarded: TestClient) -> None:
    open_to_all = {"/health", "/ready", "/version"}
    paths = set(guarded.app.openapi()["paths"])
    for path in paths - open_to_all:
        assert guarded.get(path.replace("{", "").replace("}", "")).status_code == 401, path
    assert all(guarded.get(path).status_code == 200 for path in open_to_all)


def test_a_person_is_led_to_the_login_and_back(guarded: TestClient) -> None:
    assert guarded.get("/").headers["location"] == "/login?next=/"
    assert guarded.get("/en/").headers["location"] == "/login?next=/en/"
    assert (
        guarded.get("/?tab=ledger&state=overdue").headers["location"]
        == "/login?next=/%3Ftab%3Dledger%26state%3Doverdue"
    )
    assert guarded.get("/login").status_code == 200
    wrong = guarded.post("/login", data={"name": "visitor", "password": "wrong", "next": "/en/"})
    assert wrong.status_code == 401 and "Wrong name or password" in wrong.text
    assert "用户名或密码不对" not in wrong.text  # each page speaks one language
    assert "用户名或密码不对" in guarded.post("/login", data={"name": "visitor", "password": "wrong"}).text
    inside = guarded.post("/login", data={"name": "visitor", "password": PASSWORD, "next": "/en/"})
    assert (inside.status_code, inside.headers["location"]) == (303, "/en/")
    cookie = inside.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    assert guarded.get("/api/documents").status_code == 200
    guarded.get("/logout")
    assert guarded.get("/api/documents").status_code == 401


def test_a_key_opens_the_interfaces_to_programs(guarded: TestClient, accounts: Accounts) -> None:
    headers = {"Authorization": f"Bearer {accounts.new_key('visitor')}"}
    assert guarded.get("/v1/models", headers=headers).status_code == 200


def test_roles(guarded: TestClient, accounts: Accounts) -> None:
    for name, status in (("visitor", 403), ("王科员", 403), ("evaluator", 200)):
        headers = {"Authorization": f"Bearer {accounts.new_key(name)}"}
        assert guarded.get("/api/feedback", headers=headers).status_code == status
    assert LOCAL.may(UserRole.ADMIN)


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:1", ""]
)
def test_the_way_back_is_never_another_site(path: str) -> None:
    assert own_path(path) == "/"
    assert own_path("/en/?tab=ledger") == "/en/?tab=ledger"
