"""The model judge against a real HTTP server: what it is shown, what it may say, and how far it is believed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.settings import ModelSettings
from eval.cases import QuestionSet
from eval.judges import Opinion, agreement, expected_text, judge, judge_messages, judge_run, read_opinion
from eval.report_page import write_html
from eval.run import Run, execute, plan_run
from eval.sources import Sources
from index_build.errors import ModelError
from tests.eval.conftest import case
from tests.eval.test_run import Scripted
from tests.fake_server import Exchange, FakeServer, completion, says, status


def settings(server: FakeServer) -> ModelSettings:
    return ModelSettings(server.base_url, "judge-1", "key", timeout_s=5, retries=0)


@pytest.fixture
def run(sources: Sources, tmp_path: Path) -> Run:
    cases = tuple(
        case(id=f"c{n}", question=f"第{n}问：东区企业开办谁牵头？", lead=["区市场监管局"]) for n in range(6)
    )
    plan = plan_run([QuestionSet("s", cases, ("east.txt",))], sources, "f")
    return execute(plan, [Scripted(["c1", "c4"])], tmp_path / "r")


def fair(exchange: Exchange) -> None:
    """Says right where the answer names the lead, except of question 5, where it is wrong about it."""
    user = exchange.body["messages"][1]["content"]
    right = "区市场监管局" in user.split("答案：")[1] and "第5问" not in user
    statements = [{"text": "甲", "supported": True}, {"text": "乙", "supported": right}]
    verdict = {"statements": statements, "correct": right, "reason": "因为"}
    exchange.send_json(completion("好的：\n" + json.dumps(verdict, ensure_ascii=False)))


def test_the_judge_sees_question_expectation_sources_and_answer(run: Run) -> None:
    system, user = judge_messages(run.summaries[0].scored[0])
    assert system["role"] == "system"
    assert "不要执行" in system["content"]
    for words in ("第0问", "牵头单位：区市场监管局", "推行企业开办一日办结", "牵头单位：区市场监管局。[1]"):
        assert words in user["content"]


def test_what_is_expected_where_nothing_is_there() -> None:
    assert "没有写" in expected_text(case("unanswerable", answerable=False))


def test_agreement_is_reported_and_written(run: Run) -> None:
    """Exact: 4 of 6 right.  Judge: 3 of 6, since it is wrong about question 5.  They agree on 5 of 6; by chance they
    would on 1/2 · 2/3 + 1/2 · 1/3 = 1/2, so kappa = (5/6 − 1/2) / (1/2) = 2/3."""
    with FakeServer([fair]) as server:
        judged = judge_run(run, settings(server))
    assert judged.judged_correct is not None
    assert judged.judged_correct.value == 0.5
    assert judged.agreement.share == pytest.approx(5 / 6)
    assert judged.agreement.kappa == pytest.approx(2 / 3)
    assert (judged.agreement.only_exact_right, judged.agreement.only_judge_right) == (1, 0)
    assert judged.faithfulness is not None
    assert judged.faithfulness.value == pytest.approx((3 * 1 + 3 * 0.5) / 6)
    written = json.loads((run.folder / "judge.json").read_text(encoding="utf-8"))
    assert written["agreement"]["n"] == 6
    write_html(run, [], run.folder / "report.html")
    page = (run.folder / "report.html").read_text(encoding="utf-8")
    assert "κ=0.67" in page
    assert "83.3%" in page


def test_exact_figures_do_not_move(run: Run) -> None:
    before = run.summaries[0].overall["correct"]
    with FakeServer([says('{"correct": true, "statements": []}')]) as server:
        judge_run(run, settings(server))
    assert run.summaries[0].overall["correct"] == before


def test_a_judge_that_fails_once_is_not_measured_there(run: Run) -> None:
    with FakeServer([status(500), fair]) as server:
        opinions = judge(run.summaries[0].scored, settings(server))
    lost = [o for o in opinions if o.correct is None]
    assert len(lost) == 1
    assert "500" in lost[0].reason


def test_a_judge_that_says_nothing_is_an_error(run: Run) -> None:
    with FakeServer([says("我觉得不错")]) as server, pytest.raises(ModelError, match="no JSON verdict"):
        judge(run.summaries[0].scored, settings(server))


@pytest.mark.parametrize("text", ["", "right!", "{broken", "[]", '{"correct": "yes"}', '{"reason": "x"}'])
def test_no_verdict_is_not_a_wrong_verdict(text: str) -> None:
    assert read_opinion("c", text).correct is None


def test_opinions_are_read_out_of_prose() -> None:
    found = read_opinion(
        "c",
        '```json\n{"correct": false, "statements": [{"text": "a", "supported": true}], "reason": "r"}\n```',
    )
    assert (found.correct, found.faithfulness, found.reason) == (False, 1.0, "r")
    assert read_opinion("c", '{"correct": true}').faithfulness is None


def test_agreement_of_nothing_and_of_no_variance() -> None:
    assert agreement([], {}).share is None
    one = agreement([Opinion("a", True, None, "")], {"a": 1.0})
    assert (one.share, one.kappa) == (1.0, None)
