"""Drafts: each kind right by construction, reviewed before it counts, the same for the same seed."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.history import History, history_path
from assistant.model import Turn
from eval.case_files import check_set, save_set
from eval.case_rows import row_faults
from eval.drafts import (
    ask,
    ask_missing_deadline,
    ask_missing_others,
    department_lists,
    draft_set,
    due_lists,
    feedback_set,
    near_misses,
    topic,
)
from index_build.model import Deadline, DeadlineKind, Measure, Mention, Policy, Role, Span

EAST = Policy("east.txt", 1, "东区举措", Span(0, 9), place=("甲省", "东区"))
WEST = Policy("west.txt", 1, "西区举措", Span(0, 9), place=("甲省", "西区"))
PROVINCE = Policy("p.txt", 1, "甲省方案", Span(0, 9), place=("甲省",))
END = Deadline("2022年底前", dt.date(2022, 12, 31), DeadlineKind.BY, Span(0, 1))


def measure(
    text: str, lead: str = "", others: str = "", deadline: Deadline | None = None, policy: Policy = EAST
) -> Measure:
    mentions = [Mention(n, Role.LEAD, Span(0, 1)) for n in lead.split()]
    mentions += [Mention(n, Role.RESPONSIBLE, Span(0, 1)) for n in others.split()]
    return Measure(f"{policy.doc}-{text}", policy, (), "1", text, (Span(0, 9),), (Span(0, 9),), tuple(mentions),
                   (deadline,) if deadline else (), has_clause=bool(mentions))  # fmt: skip


START = measure("推行企业开办一日办结，首套印章免费。", "区市场监管局", "区税务局 区公安分局", END)
HOUSES = measure("不动产登记当日办结。", "区自然资源分局", deadline=END)
WATER = measure("用水用气联合报装。", "区住建局", "区工信局")
POWER = measure("企业接电零投资。", "区市场监管局", policy=WEST)


@dataclass
class Rows:
    """The two calls of the catalog that drafts need."""

    rows: list[Measure]

    def measures(self) -> list[Measure]:
        return self.rows

    def documents(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name=p.doc) for p in (EAST, WEST)]


def test_topic_is_the_first_clause() -> None:
    assert topic("推行“一窗”受理，首套免费。") == "推行一窗受理"
    assert topic("一、推进不动产登记当日办结，减免费用") == "一、推进不动产登记当日办结"


def test_one_measure_one_question() -> None:
    lead, others, when = (ask(kind, START) for kind in ("who_lead", "who_responsible", "when"))
    assert lead is not None
    assert others is not None
    assert when is not None
    assert lead.question == "东区推行企业开办一日办结，由谁牵头？"
    assert lead.lead == ("区市场监管局",)
    assert others.responsible == ("区税务局", "区公安分局")
    assert (when.deadline_iso, when.deadline_raw) == (("2022-12-31",), ("2022年底前",))
    assert lead.evidence[0].head == "推行企业开办一日办结，首套印章免费。"
    assert ask("when", WATER) is None
    assert ask("who_responsible", HOUSES) is None


def test_what_is_not_stated_is_asked_only_where_it_is_not() -> None:
    assert ask_missing_deadline(START) is None
    missing = ask_missing_deadline(WATER)
    assert missing is not None
    assert (missing.answerable, missing.outcomes) == (False, ("not_stated",))
    alone = ask_missing_others(HOUSES)
    assert alone is not None
    assert "除牵头单位外" in alone.question
    assert ask_missing_others(START) is None
    assert ask_missing_others(measure("没有责任条款的措施。")) is None
    assert ask_missing_deadline(measure("没有责任条款的措施。")) is None


def test_near_misses_ask_the_other_place() -> None:
    """西区 has nothing on houses; it has power, so 东区 is asked for that.  A county in a province is no other place."""
    found = {c.question for c in near_misses([HOUSES, POWER], random.Random(0))}
    assert found == {"西区不动产登记当日办结，由谁牵头？", "东区企业接电零投资，由谁牵头？"}
    twin = measure("不动产登记当日办结。", "区住建局", policy=WEST)
    assert list(near_misses([HOUSES, twin], random.Random(0))) == []
    assert (
        list(near_misses([HOUSES, measure("完全另一件事情。", "省厅", policy=PROVINCE)], random.Random(0)))
        == []
    )


def test_lists_hold_all_and_only_theirs() -> None:
    second = measure("注销一日办结。", "区市场监管局", deadline=END)
    rows = [START, second, HOUSES, POWER]
    departments = list(department_lists(rows))
    assert [(c.lead, len(c.evidence)) for c in departments] == [(("区市场监管局",), 2)]
    assert "东区举措" in departments[0].question
    due = list(due_lists(rows))
    assert [(c.deadline_iso, len(c.evidence)) for c in due] == [(("2022-12-31",), 3)]


def test_a_set_of_drafts(tmp_path: Path) -> None:
    rows = Rows([START, HOUSES, WATER, POWER])
    first, again = draft_set(rows, 10, seed=1), draft_set(rows, 10, seed=1)
    assert first == again
    assert len({c.id for c in first.cases}) == len(first.cases) == 10
    assert all(c.draft for c in first.cases)
    assert {c.type for c in first.cases} >= {"who_lead", "who_responsible", "when", "unanswerable"}
    asked, left = first.applicable(["east.txt", "west.txt"])
    assert (asked, len(left)) == ((), 10), "drafts are not asked before a person has reviewed them"
    save_set(first, tmp_path / "d.xlsx")
    assert check_set(tmp_path / "d.xlsx")[1] == ()
    for case in first.cases:
        assert row_faults(case.row() | {"draft": False}) == [], case


def test_feedback_becomes_drafts(tmp_path: Path) -> None:
    history = History(history_path(tmp_path / "index"))
    talk = history.create("wang")
    history.add("wang", talk.id, "user", "东区企业开办谁牵头？")
    row = {
        "outcome": "answered",
        "citations": [{"doc": "east.txt", "number": "1", "text": "推行企业开办一日办结，首套印章免费。"}],
        "facts": [{"lead": ["区市场监管局"], "responsible": [], "deadlines": []}],
        "question_read": {"intent": "who_lead"},
    }
    good = history.add("wang", talk.id, "assistant", "区市场监管局[1]", answer=row)
    history.add("wang", talk.id, "user", "西区呢？")
    bad = history.add("wang", talk.id, "assistant", "没有", answer=row | {"outcome": "not_found"})
    history.rate("wang", good.id, useful=True)
    history.rate("wang", bad.id, useful=False, reason="部门不对", right_answer="区行政审批局")
    found = feedback_set(history_path(tmp_path / "index"), Rows([]))
    by_question = {c.question: c for c in found.cases}
    assert by_question["东区企业开办谁牵头？"].lead == ("区市场监管局",)
    wrong = by_question["西区呢？"]
    assert wrong.why_hard == "部门不对；区行政审批局"
    assert wrong.history[0] == Turn("user", "东区企业开办谁牵头？")
    assert all(c.draft for c in found.cases)
    save_set(found, tmp_path / "f.jsonl")
    assert check_set(tmp_path / "f.jsonl")[1] == ()


@pytest.mark.parametrize("count", [1, 3])
def test_no_more_than_asked_for(count: int) -> None:
    assert len(draft_set(Rows([START, HOUSES, WATER]), count, 0).cases) == count
