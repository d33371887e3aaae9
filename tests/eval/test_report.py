"""The page: complete, self-contained, safe to open, and usable in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from eval.cases import QuestionSet
from eval.report import comparison_line, figure, markdown, number, print_comparison, print_report
from eval.report_page import write_html
from eval.run import Run, execute, plan_run
from eval.sources import Sources
from eval.stats import Mean
from eval.summary import compare, values_of
from tests.eval.conftest import case
from tests.eval.test_run import Scripted

EVIL = "东区<script>document.title='owned'</script>谁牵头？"


@pytest.fixture
def run(sources: Sources, tmp_path: Path) -> Run:
    cases = [case(id=f"c{n}", lead=["区市场监管局"]) for n in range(8)]
    cases.append(case(id="evil", question=EVIL, lead=["区市场监管局"]))
    plan = plan_run([QuestionSet("试卷", tuple(cases), ("east.txt",))], sources, "f")
    return execute(plan, [Scripted(["c1", "evil"]), Scripted(["c2"], name="other")], tmp_path / "r")


@pytest.fixture
def page(run: Run) -> Path:
    ours, theirs = run.summaries
    path = run.folder / "report.html"
    write_html(run, [compare(ours.label, values_of(ours), "另一次", values_of(theirs))], path)
    return path


def test_figures_as_people_read_them() -> None:
    assert figure(None) == "—"
    assert figure(Mean(0.8954, 12)) == "89.5%"
    assert number(0.0123, "seconds") == "12 ms"
    assert number(2.34, "seconds") == "2.3 s"
    assert number(-0.5, "score") == "-0.50"


def test_the_page_loads_nothing_from_elsewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", text)
    assert "@import" not in text
    assert "http" not in text.split("</style>")[0]


def test_what_comes_from_outside_is_escaped(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "document.title='owned'" not in text.replace("&#39;", "")
    assert "&lt;script&gt;" in text


def test_the_page_says_everything(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for words in (
        "9 个问题里答对 <b>7</b>",
        "不该拒答",
        "wrongly refused",
        "区市场监管局",
        "推行企业开办一日办结",
        "赢 won 1",
        "输 lost 2",
    ):
        assert words in text, words
    assert text.count('class="miss ') == 2


def test_the_terminal_table(run: Run) -> None:
    console = Console(record=True, width=160)
    ours, theirs = run.summaries
    comparison = compare("甲", values_of(ours), "乙", values_of(theirs))
    print_report(run, [comparison], console)
    print_comparison(comparison, console)
    text = console.export_text()
    assert "77.8%" in text
    assert "不该拒答 2" in text
    assert "输 2" in comparison_line(comparison)
    assert "c1、evil" in text


def test_the_readme_table(run: Run) -> None:
    table = markdown(run)
    about, _, head = table.splitlines()[:3]
    assert re.match(r"\d{4}-\d\d-\d\d, \d+ 核 cores", about)
    assert "试卷 (9); 2 份文件" in about
    assert head == "| 指标 metric | 照稿 | 照稿 |"
    assert re.search(r"correct, n=9 \| 77\.8% \(\d", table)
    assert "| — |" in table, "what was not measured is a dash"


@pytest.mark.browser
def test_the_page_in_a_browser(page: Path, chromium: Any) -> None:
    """Filter by error class, open a miss, read question, expected and answered side by side; no script of a question ran."""
    tab = chromium.new_page(viewport={"width": 1200, "height": 900})
    failed: list[str] = []
    tab.on("pageerror", lambda error: failed.append(str(error)))
    tab.goto(page.as_uri())
    assert tab.title() == "策问评测 · 试卷"
    assert tab.locator(".miss:visible").count() == 2
    tab.fill("#find", "script")
    assert tab.locator(".miss:visible").count() == 1
    tab.locator(".miss:visible summary").click()
    assert tab.locator(".miss[open] mark").first.inner_text().startswith("推行企业开办")
    assert "没有" in tab.locator(".miss[open] pre").inner_text()
    tab.fill("#find", "")
    tab.locator("#chips button", has_text="不该拒答").click()
    assert tab.locator(".miss:visible").count() == 2
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert failed == []
    tab.close()
