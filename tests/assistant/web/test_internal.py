"""Internal documents: at every face a visitor learns nothing of them, and staff see them."""

from __future__ import annotations

import asyncio
import html
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from assistant.access import Account, Accounts, UserRole
from assistant.api import create_app
from assistant.api.service import Service
from assistant.ask import Assistant
from assistant.cli.internal import internal
from assistant.conversation import converse, load
from assistant.history import History
from assistant.internal import Internal, internal_among, internal_path
from index_build.build import build
from index_build.catalog import DocumentRow, Filter
from index_build.errors import SettingsError
from index_build.settings import BuildSettings
from index_build.store import open_index
from tests.assistant.web.conftest import SAMPLES, TODAY, Server

SECRET = "雾松岛优化营商环境内部方案.txt"
TITLE = "雾松岛优化营商环境内部方案"
# Names of a place, a department and a thing that no sample has: any trace of them came from this document.
PLAN = f"""{TITLE}
雾松办发〔2024〕77号

一、航运服务
1.建设潜艇泊位预约平台，渔船进港提前预约。
牵头单位：雾松岛海钓事务局
责任单位：区税务局
完成时限：2024年9月底
2.推行灯塔缴费一次办结。
牵头单位：雾松岛海钓事务局
完成时限：2024年12月底
"""
TRACES = ("雾松", "海钓", "潜艇", "灯塔", "渔船", SECRET)
PASSWORD = "correct horse 电池"
ASKED = "潜艇泊位预约平台由谁牵头，什么时候完成？"
NEVER = "量子泊位预约平台由谁牵头，什么时候完成？"


def make_index(folder: Path, *, secret: bool) -> Path:
    papers = folder / "papers"
    shutil.copytree(SAMPLES, papers)
    if secret:
        (papers / SECRET).write_text(PLAN, encoding="utf-8")
    build([papers], folder / "index", BuildSettings(vectors=False))
    return folder / "index"


@pytest.fixture(scope="module")
def index_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_index(tmp_path_factory.mktemp("internal"), secret=True)
    Internal(internal_path(made)).add([SECRET])
    return made


@pytest.fixture(scope="module")
def never(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """What answers where the document has never been."""
    return Assistant.open(make_index(tmp_path_factory.mktemp("never"), secret=False))


@pytest.fixture(scope="module")
def served(index_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("accounts")
    accounts = Accounts(folder / "accounts.db")
    accounts.add("访客", PASSWORD, UserRole.VISITOR)
    accounts.add("科员", PASSWORD, UserRole.STAFF)
    history = History(folder / "history.db")
    return Service(Assistant.open(index_path), history, today=lambda: TODAY, accounts=accounts)


@pytest.fixture(scope="module")
def app(served: Service) -> Iterator[TestClient]:
    with TestClient(create_app(served, page=False), base_url="http://policy.example") as client:
        yield client


Call = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def visitor(app: TestClient, served: Service) -> Call:
    return as_account(app, served, "访客")


@pytest.fixture(scope="module")
def staff(app: TestClient, served: Service) -> Call:
    return as_account(app, served, "科员")


def as_account(client: TestClient, service: Service, name: str) -> Call:
    assert service.accounts is not None
    headers = {"Authorization": f"Bearer {service.accounts.new_key(name)}"}
    return lambda method, path, **more: client.request(method, path, headers=headers, **more)


def traces(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text]


def words(response: httpx.Response) -> str:
    """The response as text; a workbook unpacked, and its characters by number (&#38654;) as themselves."""
    data = response.content
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = (book.read(name).decode("utf-8", "replace") for name in book.namelist())
            return html.unescape(" ".join(parts))
    return data.decode("utf-8")


LISTS = [
    "/api/documents", "/api/measures?limit=1000", "/api/facets", "/api/overview", "/api/examples",
    "/api/measures?format=jsonl", "/api/measures?format=csv", "/api/measures?format=xlsx",
    "/api/measures?format=ics", "/api/measures?format=table", "/api/measures?order=due&state=not_due&limit=1000",
]  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_no_list_and_no_export_knows_of_it(path: str, visitor: Call, staff: Call) -> None:
    shown = visitor("GET", path)
    assert shown.status_code == 200 and traces(words(shown)) == []
    if path != "/api/examples":  # a choice of a few
        assert traces(words(staff("GET", path)))


def test_every_count_is_as_if_it_did_not_exist(
    visitor: Call, staff: Call, app: TestClient, never: Assistant
) -> None:
    without = never.index.catalog
    assert visitor("GET", "/api/measures").json()["total"] == without.count()
    assert staff("GET", "/api/measures").json()["total"] == without.count() + 2
    ready = app.get("/ready").json()
    assert (ready["documents"], ready["measures"]) == (len(without.documents()), without.count())
    facets = visitor("GET", "/api/facets").json()
    lead = {d["name"]: (d["lead"], d["responsible"]) for d in facets["departments"]}
    expected: dict[str, tuple[int, int]] = {}
    for row in without.departments():
        a, b = expected.get(row.name, (0, 0))
        expected[row.name] = (a + row.lead, b + row.responsible)
    assert lead == expected
    by_tax = {"department": "区税务局"}
    assert (
        staff("GET", "/api/measures", params=by_tax).json()["total"]
        == visitor("GET", "/api/measures", params=by_tax).json()["total"] + 1
    )


def test_answers_are_as_if_it_did_not_exist(visitor: Call, staff: Call, never: Assistant) -> None:
    assert "雾松岛海钓事务局" in staff("POST", "/api/answers", json={"question": ASKED}).json()["answer"]
    questions = [
        ASKED, NEVER, "雾松岛海钓事务局牵头哪些任务？", "雾松岛有哪些措施？", "雾松办发〔2024〕77号有哪些措施？",
        "有哪些文件？", "你能回答什么？", "区税务局牵头或配合多少项任务？", "2024年9月底前要完成哪些任务？",
    ]  # fmt: skip
    for question in questions:
        got = visitor("POST", "/api/answers", json={"question": question}).json()
        expected = never.answer(question, today=TODAY).row()
        for row in (got, expected):
            row.pop("trace", None)
        assert got == expected, question


def test_each_interface_answers_so(visitor: Call, staff: Call) -> None:
    said = [{"role": "user", "content": ASKED}]
    calls: list[tuple[str, dict[str, Any]]] = [
        ("/api/answers", {"question": ASKED, "stream": True}),
        ("/v1/chat/completions", {"model": "cewen", "messages": said}),
        ("/v1/chat/completions", {"model": "cewen", "messages": said, "stream": True}),
        ("/retrieval", {"knowledge_id": "", "query": ASKED, "retrieval_setting": {"top_k": 100}}),
        (
            "/retrieval",
            {
                "query": "税务",
                "retrieval_setting": {"top_k": 100},
                "metadata_condition": {
                    "conditions": [{"name": "document", "comparison_operator": "contains", "value": "方案"}]
                },
            },
        ),
    ]
    for path, body in calls:
        shown = visitor("POST", path, json=body)
        assert shown.status_code == 200
        assert "海钓" not in words(shown) and SECRET not in words(shown), path
    for path, body in calls[:4]:
        assert "海钓" in words(staff("POST", path, json=body)), path


def test_its_text_cannot_be_read(visitor: Call, staff: Call) -> None:
    entry = staff("GET", "/api/measures", params={"text": "潜艇"}).json()["rows"][0]["id"]
    for path, params in (
        ("/api/source", {"entry": entry}),
        ("/api/documents/text", {"doc": SECRET}),
        ("/api/documents/outline", {"doc": SECRET}),
    ):
        assert staff("GET", path, params=params).status_code == 200
        refused = visitor("GET", path, params=params)
        other = {name: value.replace("雾松岛", "从无此岛") for name, value in params.items()}
        if other == params:
            other = {"entry": "no-such-entry"}
        missing = visitor("GET", path, params=other)
        assert refused.status_code == missing.status_code == 404
        same = refused.text.replace(SECRET, "") == missing.text.replace(other.get("doc", ""), "")
        assert same  # nothing but the name that was asked for


@pytest.mark.parametrize(
    "params",
    [{"place": "雾松岛"}, {"document": TITLE}, {"document": "内部方案"}, {"department": "海钓事务局"}],
)
def test_nearest_names_are_not_its_own(params: dict[str, str], visitor: Call) -> None:
    refused = visitor("GET", "/api/measures", params=params)
    assert refused.status_code == 422
    said = json.dumps(refused.json(), ensure_ascii=False)
    for value in params.values():
        said = said.replace(value, "")
    assert traces(said) == []


def test_the_page_answers_so(served: Service) -> None:
    as_visitor = served.seen_by(Account("访客", UserRole.VISITOR))
    (turn,) = list(converse(as_visitor, "访客", ASKED))[-1].turns
    assert "海钓" not in json.dumps(turn, ensure_ascii=False)
    (turn,) = list(converse(served.seen_by(Account("科员", UserRole.STAFF)), "科员", ASKED))[-1].turns
    assert "海钓" in turn["text"]
    assert served.seen_by(None) is as_visitor  # who is not known sees no more


def test_an_answer_from_before_is_taken_back(served: Service, visitor: Call) -> None:
    state = list(converse(served, "访客", ASKED))[-1]  # asked while the document was open to all
    as_visitor = served.seen_by(Account("访客", UserRole.VISITOR))
    assert state.conversation is not None
    shown = json.dumps(load(as_visitor, "访客", state.conversation).row(), ensure_ascii=False)
    assert "海钓" not in shown and "不再对外提供" in shown
    path = f"/api/conversations/{state.conversation}"
    assert "海钓" not in visitor("GET", path).text
    assert visitor("GET", f"{path}/export").status_code == 403


def test_mcp_answers_so(served: Service) -> None:
    mcp = pytest.importorskip("mcp", reason="the mcp extra is not installed")
    http = pytest.importorskip("mcp.client.streamable_http", reason="the mcp extra is not installed")
    assert served.accounts is not None
    server = Server(create_app(served, page=False, mcp_route=True))
    address = server.start() + "/mcp"

    async def call(key: str) -> str:
        async with (
            httpx_client(key) as client,
            mcp.Client(http.streamable_http_client(address, http_client=client)) as session,
        ):
            said = [
                await session.call_tool("ask", {"question": ASKED}),
                await session.call_tool("list_documents", {}),
                await session.call_tool("list_departments", {"limit": 1000}),
                await session.call_tool("search_measures", {"text": "预约", "limit": 200}),
            ]
            return json.dumps([s.structured_content for s in said], ensure_ascii=False)

    def httpx_client(key: str) -> Any:
        import mcp.client.streamable_http as transport  # noqa: PLC0415  (an extra)

        library = transport.httpx if hasattr(transport, "httpx") else httpx
        return library.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=30)

    def run(name: str) -> str:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(call(served.accounts.new_key(name)))).result()

    try:
        assert "海钓" not in run("访客") and "海钓" in run("科员")
    finally:
        server.stop()


def test_staff_mark_and_open_at_once(served: Service, visitor: Call, staff: Call, index_path: Path) -> None:
    one = {"doc": "云岭省优化营商环境政策汇编.md"}
    before = visitor("GET", "/api/measures").json()["total"]
    assert visitor("PUT", "/api/documents/internal", params={**one, "internal": True}).status_code == 403
    assert (
        staff("PUT", "/api/documents/internal", params={"doc": "没有.txt", "internal": True}).status_code
        == 404
    )
    marked = staff("PUT", "/api/documents/internal", params={**one, "internal": True})
    assert marked.json() == {"internal": sorted([one["doc"], SECRET])}
    try:
        names = [d["name"] for d in visitor("GET", "/api/documents").json()["documents"]]
        assert one["doc"] not in names and visitor("GET", "/api/measures").json()["total"] < before
        rows = {d["name"]: d["internal"] for d in staff("GET", "/api/documents").json()["documents"]}
        assert {name for name, is_internal in rows.items() if is_internal} == {one["doc"], SECRET}
    finally:
        staff("PUT", "/api/documents/internal", params={**one, "internal": False})
    assert visitor("GET", "/api/measures").json()["total"] == before
    assert Internal(internal_path(index_path)).marks() == {SECRET}


def test_one_person_on_a_machine_sees_everything(index_path: Path, tmp_path: Path) -> None:
    alone = Service(Assistant.open(index_path), History(tmp_path / "h.db"), today=lambda: TODAY)
    with TestClient(create_app(alone, page=False), base_url="http://127.0.0.1") as client:
        assert "海钓" in client.post("/api/answers", json={"question": ASKED}).json()["answer"]


def test_the_command(index_path: Path, tmp_path: Path) -> None:
    own = tmp_path / "index"
    shutil.copytree(index_path, own)

    def run(*arguments: str) -> tuple[str, str]:
        done = CliRunner().invoke(internal, ["--index", str(own), *arguments], catch_exceptions=False)
        return done.stdout, done.stderr

    assert run() == ("没有内部文件 · no internal documents\n", "")
    assert run(SECRET) == (f"{SECRET}\n", "")
    folder = tmp_path / "later"
    folder.mkdir()
    listed, note = run(str(folder))
    assert "未收录" in listed and "还没有" in note
    run("--open", SECRET)
    run("--open", str(folder))
    assert run()[0] == "没有内部文件 · no internal documents\n"
    with pytest.raises(SettingsError, match="不是内部文件"):
        run("--open", SECRET)


def row(name: str, path: str) -> DocumentRow:
    return DocumentRow(name, "", 0, 0, (), path=path)


def test_what_a_mark_stands_for(tmp_path: Path) -> None:
    rows = [
        row("a.txt", "/plans/open/a.txt"),
        row("b.txt", "/plans/closed/b.txt"),
        row("c.zip/d.txt", "/plans/open/c.zip"),
        row("closed/a.txt", "/plans/closed/a.txt"),
    ]
    assert internal_among(rows, {"a.txt"}) == {"a.txt"}
    assert internal_among(rows, {"c.zip"}) == {"c.zip/d.txt"}
    assert internal_among(rows, {"/plans/closed"}) == {"b.txt", "closed/a.txt"}
    assert internal_among(rows, {"/plans/clo"}) == frozenset()
    assert internal_among(rows, set()) == frozenset()
    kept = Internal(tmp_path / "data" / "internal.json")
    kept.add(["/plans/closed", "a.txt"])
    with pytest.raises(SettingsError, match="/plans/closed"):
        kept.open_to_visitors([rows[1]])
    kept.open_to_visitors([rows[0]])
    assert kept.marks() == {"/plans/closed"}


def test_marks_that_cannot_be_read_are_never_none(tmp_path: Path, served: Service) -> None:
    kept = Internal(tmp_path / "internal.json")
    kept.path.write_text('["a.txt"', encoding="utf-8")
    with pytest.raises(SettingsError, match="内部文件名单"):
        kept.marks()


def test_what_is_left_equals_an_index_that_never_held_it(index_path: Path, never: Assistant) -> None:
    seen, other = open_index(index_path).without([SECRET]), never.index
    assert [p.title for p in seen.catalog.policies()] == [p.title for p in other.catalog.policies()]
    assert seen.catalog.measures() == other.catalog.measures()
    assert seen.catalog.total() == other.catalog.total()
    doubted = Filter(has_doubt=True)
    assert seen.catalog.measures(doubted) == other.catalog.measures(doubted)
    assert len(seen.catalog.time_limits()) == len(other.catalog.time_limits())
    assert len(seen.lexical) == len(other.lexical)
    for term in ("潜艇", "海钓", "税务", "预约"):
        assert seen.lexical.document_frequency(term) == other.lexical.document_frequency(term)
        assert seen.lexical.search({term: 1.0}) == other.lexical.search({term: 1.0})
    assert seen.catalog.count(Filter(departments=("雾松岛海钓事务局",))) == 0
    with pytest.raises(KeyError):
        seen.catalog.text(SECRET)


def test_a_search_by_meaning_finds_nothing_of_it(index_dir: Path) -> None:
    whole = open_index(index_dir)
    secret = whole.catalog.policies()[0]
    key = (secret.doc, secret.ordinal)
    text = whole.catalog.measures(Filter(policies=(key,)), limit=1)[0].text
    own = whole.catalog.ids([key])
    assert any(entry in own for entry, _ in whole.vectors.search(text, limit=10))
    seen = whole.without([secret.doc])
    found = [entry for entry, _ in seen.vectors.search(text, limit=500)]
    assert len(found) == seen.catalog.total() and len(seen.catalog.entries(found)) == len(found)
    assert seen.vectors.search(text, policies=[key]) == []
    seen.close()
    whole.close()
