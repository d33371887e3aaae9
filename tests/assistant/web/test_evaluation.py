"""The 评测 tab: runs that the real evaluation wrote, their reports in the page, two of them compared, for evaluators."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from assistant.access import Accounts, UserRole
from assistant.api.service import Service
from assistant.ask import Assistant
from assistant.cli import cewen
from assistant.history import History
from assistant.reports import FIGURES, chance, compare, find_run, read_runs
from assistant.settings import AskSettings
from assistant.trials import Trials, set_name
from eval.metrics import METRICS
from tests.assistant.web.conftest import TODAY, Watched
from tests.assistant.web.test_looks_browser import PHONE, SMALL

SHIPPED = Path(__file__).parents[3] / "eval" / "sets" / "samples.jsonl"
ASKED = "who_lead"  # one question of the shipped set of this type, and one of small talk


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, index_dir: Path) -> Path:
    """Two runs of the real evaluation; in the second the lead's answer is marked wrong by hand."""
    made = tmp_path_factory.mktemp("reports")
    rows = two_questions()
    lead = rows[1]["id"]
    questions = made / "set.jsonl"
    questions.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    options = ["eval", str(questions), "--index", str(index_dir), "--report", str(made / "first"), "--quiet"]
    done = CliRunner().invoke(cewen, options)
    assert (made / "first" / "scores.json").is_file(), done.output
    shutil.copytree(made / "first", made / "second")
    path = made / "second" / "scores.json"
    scores = json.loads(path.read_text(encoding="utf-8"))
    scores["started"] = "2031-01-02T08:00:00+00:00"
    system = scores["systems"]["cewen"]
    right = system["cases"][lead]["scores"]["correct"][0]
    system["cases"][lead]["scores"]["correct"] = [1.0 - right, "changed by hand"]
    system["overall"]["correct"]["value"] = 1.0 - right
    path.write_text(json.dumps(scores), encoding="utf-8")
    (made / "broken").mkdir()
    (made / "broken" / "scores.json").write_text('{"started"', encoding="utf-8")
    return made


def two_questions() -> list[dict[str, Any]]:
    """The head of the shipped set, and one question each of two types."""
    head, *rows = [json.loads(line) for line in SHIPPED.read_text(encoding="utf-8").splitlines()]
    first = {kind: next(row for row in rows if row["type"] == kind) for kind in (ASKED, "smalltalk_meta")}
    return [head, *first.values()]


def serve_over(
    folder: Path, assistant: Assistant, tmp_path: Path, accounts: Accounts | None = None
) -> Service:
    history = History(tmp_path / "history.db")
    return Service(assistant, history, today=lambda: TODAY, accounts=accounts, reports=folder)


@pytest.fixture
def address(folder: Path, assistant: Assistant, tmp_path: Path, serving: Any) -> str:
    found: str = serving(serve_over(folder, assistant, tmp_path))
    return found


@pytest.fixture
def window(chromium: Any, address: str) -> Iterator[Watched]:
    watched = Watched(chromium, address)
    yield watched
    watched.context.close()
    assert watched.errors == [] and watched.outside == []


def test_every_figure_is_a_metric_with_its_name_and_direction() -> None:
    for name, figure in FIGURES.items():
        metric = METRICS[name]
        assert (figure.zh, figure.higher_is_better, figure.unit) == (
            metric.zh,
            metric.higher_is_better,
            metric.unit,
        )


def test_runs_are_listed_newest_first_and_a_broken_one_is_said_to_be(folder: Path) -> None:
    rows = [run.row() for run in read_runs(folder)]
    assert [row["name"] for row in rows] == ["second", "first", "broken"]
    assert rows[1]["asked"] == 2 and rows[1]["page"]
    assert rows[1]["figures"]["correct"]["n"] == 1
    assert rows[2] == {"name": "broken", "fault": True, "started": "", "page": False}
    assert read_runs(folder / "not-there") == ()


def test_two_runs_are_compared_question_by_question(folder: Path) -> None:
    first, second = find_run(folder, "first"), find_run(folder, "second")
    assert first and second and first.scores
    right = first.scores["systems"]["cewen"]["overall"]["correct"]["value"] == 1.0
    found = compare(first, second)
    assert found["shared"] == 2
    won, lost = (found["won"], found["lost"]) if right else (found["lost"], found["won"])
    asked = two_questions()[1]
    assert [(one["id"], one["question"]) for one in won] == [(asked["id"], asked["question"])]
    assert lost == []
    assert won[0]["expected"]["lead"] == asked["lead"] and won[0]["answerable"]
    assert (
        won[0]["one"] == won[0]["other"] and asked["lead"][0] in won[0]["one"]
    )  # the same answers, judged by hand
    assert found["chance"] == 1.0
    correct = next(row for row in found["figures"] if row["name"] == "correct")
    assert {correct["better"], correct["worse"]} == {0, 1} and correct["same"] == 0


@pytest.mark.parametrize(
    ("won", "lost", "expected"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (3, 3, 1.0), (8, 1, 0.0390625)],
)
def test_how_much_of_a_difference_is_luck(won: int, lost: int, expected: float) -> None:
    assert (
        chance(won, lost) == chance(lost, won) == pytest.approx(expected)
    )  # binomials of a fair coin, by hand


def test_a_report_is_a_page_that_reaches_nothing_of_ours(address: str) -> None:
    answer = httpx.get(f"{address}/api/reports/first/page")
    assert "策问评测" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "sandbox allow-scripts" in policy
    for name in ("..%2Ffirst", "nothing", "set.jsonl"):
        assert httpx.get(f"{address}/api/reports/{name}/page").status_code == 404


def test_only_evaluators_see_runs(folder: Path, assistant: Assistant, tmp_path: Path, serving: Any) -> None:
    accounts = Accounts(tmp_path / "accounts.db")
    keys = {role: _key(accounts, role) for role in UserRole}
    base = serving(serve_over(folder, assistant, tmp_path, accounts))
    for role, key in keys.items():
        headers = {"Authorization": f"Bearer {key}"}
        wanted = 200 if role in (UserRole.EVALUATOR, UserRole.ADMIN) else 403
        for path in ("", "/first/page", "/compare?one=first&other=second"):
            assert httpx.get(f"{base}/api/reports{path}", headers=headers).status_code == wanted
    assert httpx.get(f"{base}/api/reports").status_code == 401


def _key(accounts: Accounts, role: UserRole) -> str:
    accounts.add(role.value, "a long enough password", role)
    return accounts.new_key(role.value, "test")


@pytest.mark.browser
def test_an_evaluator_opens_a_report_and_compares(window: Watched, address: str) -> None:
    page = window.page
    page.goto(f"{address}?tab=evaluation")
    page.locator("tr[data-run=first]").wait_for()
    assert page.locator("tr[data-run=broken] .cw-fault").count() == 1
    assert page.locator("tr[data-run=first] .cw-figure b").first.inner_text() in ("100.0%", "0.0%")
    page.locator("tr[data-run=first]").get_by_role("button", name="打开报告").click()
    page.frame_locator(".cw-report iframe").locator("h1").wait_for()
    page.get_by_role("button", name="返回运行列表").click()
    page.locator("tr[data-run=first] input").check()
    page.locator("tr[data-run=second] input").check()
    page.get_by_role("button", name="对比", exact=True).click()
    page.locator("tr[data-figure=correct] .cw-change").wait_for()
    assert page.locator("[data-questions] li").all_inner_texts()[0].startswith(two_questions()[1]["question"])
    link = page.url
    page.goto(link)  # a link reproduces the comparison
    page.locator("tr[data-figure=correct] .cw-change").wait_for()


def the_set(folder: Path) -> bytes:
    return (folder / "set.jsonl").read_bytes()


def finished(base: str, **more: Any) -> dict[str, Any]:
    """The run that was started last, once it has ended."""
    for _ in range(600):
        trial: dict[str, Any] = httpx.get(f"{base}/api/trial", **more).json()["trial"]
        if trial["state"] != "running":
            return trial
        time.sleep(0.1)
    raise AssertionError("the run does not end")


def test_a_set_is_run_from_the_page(folder: Path, assistant: Assistant, tmp_path: Path, serving: Any) -> None:
    base = serving(serve_over(tmp_path / "runs", assistant, tmp_path))
    assert httpx.get(f"{base}/api/trial").json() == {"trial": None}
    begun = httpx.post(f"{base}/api/reports", files={"file": ("我的 题.jsonl", the_set(folder))})
    assert begun.status_code == 202 and begun.json()["state"] == "running"
    again = httpx.post(f"{base}/api/reports", files={"file": ("set.jsonl", the_set(folder))})
    assert again.status_code == 409, "one at a time"
    ended = finished(base)
    assert (ended["state"], ended["done"], ended["total"], ended["message"]) == ("done", 2, 2, "")
    (run,) = httpx.get(f"{base}/api/reports").json()["runs"]
    assert run["name"] == ended["run"] and run["name"].endswith("-我的-题") and run["asked"] == 2
    for name, data, status in (("set.txt", b"{}", 422), ("set.jsonl", b"not json", 202)):
        assert httpx.post(f"{base}/api/reports", files={"file": (name, data)}).status_code == status
    ended = finished(base)
    assert ended["state"] == "failed" and "set.jsonl" in ended["message"] and " · " in ended["message"]


def test_only_evaluators_start_and_stop_runs(
    folder: Path, assistant: Assistant, tmp_path: Path, serving: Any
) -> None:
    accounts = Accounts(tmp_path / "accounts.db")
    base = serving(serve_over(tmp_path / "runs", assistant, tmp_path, accounts))
    files = {"file": ("set.txt", b"{}")}  # refused for its kind where the account is not
    for role in UserRole:
        headers = {"Authorization": f"Bearer {_key(accounts, role)}"}
        may = role in (UserRole.EVALUATOR, UserRole.ADMIN)
        started = httpx.post(f"{base}/api/reports", files=files, headers=headers)
        assert started.status_code == (422 if may else 403)
        assert httpx.get(f"{base}/api/trial", headers=headers).status_code == (200 if may else 403)
        assert httpx.delete(f"{base}/api/trial", headers=headers).status_code == (204 if may else 403)


def test_a_run_is_stopped(folder: Path, index_dir: Path, tmp_path: Path) -> None:
    trials = Trials(index_dir, tmp_path / "runs", AskSettings())
    trial = trials.start("set.jsonl", the_set(folder), dt.datetime(2031, 1, 2, 8, 0))
    assert trial.run == "2031-01-02-080000-set"
    trials.stop()
    again = trials.start("set.jsonl", the_set(folder), dt.datetime(2031, 1, 2, 9, 0))
    assert (trial.state, again.state) == ("stopped", "running")
    trials.stop()


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/a b.JSONL", "a-b.jsonl"), ("C:\\题\\问 题.xlsx", "问-题.xlsx"), ("--.jsonl", "set.jsonl")],
)
def test_a_set_is_kept_under_a_plain_name(given: str, kept: str) -> None:
    assert set_name(given) == kept


@pytest.mark.browser
def test_an_evaluator_runs_a_set_and_reads_how_it_compares(
    folder: Path, chromium: Any, assistant: Assistant, tmp_path: Path, serving: Any
) -> None:
    runs = tmp_path / "runs"
    shutil.copytree(folder / "second", runs / "second")
    base = serving(serve_over(runs, assistant, tmp_path))
    watched = Watched(chromium, base)
    page = watched.page
    page.goto(f"{base}?tab=evaluation")
    page.locator("tr[data-run=second]").wait_for()
    page.locator(".cw-intake input[type=file]").set_input_files(folder / "set.jsonl")
    page.locator(".cw-job", has_text="运行完成").wait_for(timeout=60_000)
    assert page.locator(".cw-run b").all_inner_texts()[-1].endswith("-set")
    for box in page.locator(".cw-runs input").all():
        box.check()
    page.get_by_role("button", name="对比", exact=True).click()
    page.locator(".cw-verdict", has_text="还不能说谁更好").wait_for()
    page.locator("[data-questions] summary").first.click()
    told = page.locator("[data-questions] dl").first.inner_text()
    assert told.startswith("牵头单位")
    assert two_questions()[1]["lead"][0] in told and "牵头单位：" in told
    watched.context.close()
    assert watched.errors == [] and watched.outside == []


@pytest.mark.browser
def test_two_runs_are_ticked_with_a_finger(chromium: Any, address: str) -> None:
    watched = Watched(chromium, address, **PHONE)
    page = watched.page
    page.goto(f"{address}/?tab=evaluation")
    page.locator(".cw-run").first.wait_for()
    assert page.evaluate(SMALL) == []
    page.set_viewport_size({"width": 390, "height": 500})
    for box in page.locator(".cw-runs input").all():
        box.tap(position={"x": 3, "y": 40})
        box_top = box.bounding_box()["y"]  # scrolled to, it still stands in its own card
        card = box.locator("xpath=ancestor::tr").bounding_box()
        assert card["y"] <= box_top + 22 <= card["y"] + card["height"]
    page.get_by_role("button", name="对比").tap()
    page.locator(".cw-side-by-side").wait_for()
    watched.context.close()
    assert watched.errors == []


@pytest.mark.browser
def test_without_runs_the_page_says_how_to_make_one(
    chromium: Any, assistant: Assistant, tmp_path: Path, serving: Any
) -> None:
    base = serving(serve_over(tmp_path / "none", assistant, tmp_path))
    watched = Watched(chromium, base)
    watched.page.goto(f"{base}/en/?tab=evaluation")
    watched.page.locator(".cw-empty pre", has_text="cewen eval set.jsonl").wait_for()
    watched.context.close()
    assert watched.errors == []


@pytest.mark.browser
def test_a_visitor_has_no_such_tab(
    folder: Path, chromium: Any, assistant: Assistant, tmp_path: Path, serving: Any
) -> None:
    accounts = Accounts(tmp_path / "accounts.db")
    for role in (UserRole.VISITOR, UserRole.EVALUATOR):
        accounts.add(role.value, "a long enough password", role)
    base = serving(serve_over(folder, assistant, tmp_path, accounts))
    for role, seen in ((UserRole.VISITOR, False), (UserRole.EVALUATOR, True)):
        watched = Watched(chromium, base)
        page = watched.page
        page.goto(f"{base}/login")
        page.locator("input[name=name]").fill(role.value)
        page.locator("input[name=password]").fill("a long enough password")
        page.locator("input[name=password]").press("Enter")
        page.locator("#nav-overview").wait_for()
        page.wait_for_load_state("networkidle")
        assert page.locator("#nav-evaluation").is_visible() is seen
        watched.context.close()
