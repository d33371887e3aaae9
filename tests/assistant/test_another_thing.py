"""Follow-ups: another thing is answered by that thing's measure, also where one heading names both; more of the same
is another measure; one role of a list is that list without the other."""

from __future__ import annotations

import pytest

from assistant.ask import Assistant
from assistant.model import Turn
from index_build.build import build
from index_build.model import Measure
from index_build.settings import BuildSettings

PLAN = """云溪市优化营商环境工作方案
（2031年1月6日）
一、优化政务服务
（一）便利企业开办和注销
1.实行登记、刻章、领票一次申请，企业开办一日办结，免费刻制印章。（牵头单位：市市场监管局）
2.完善企业简易注销制度，公示期压缩至二十日，一个平台同步办理。（牵头单位：市行政审批局）
（二）便利用水和用气报装
3.办理用水报装不超过两个环节，外线工程实行并联审批。（牵头单位：市水务局）
4.办理用气报装不超过四日，供气企业主动上门服务。（牵头单位：市住建局）
（三）加大融资支持
5.推广小微企业信用贷款产品，引导各银行机构下放贷款审批权限到县区支行。（牵头单位：市金融办；责任单位：市司法局）
6.设立规模不低于五千万元的小微企业贷款担保基金，逐步降低企业的贷款担保费率。（牵头单位：市财政局；责任单位：市金融办）
7.开展小微企业贷款无还本续贷服务，符合条件的贷款在到期之前随到随办。（牵头单位：市金融办）
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("town")
    (folder / "plan.txt").write_text(PLAN, encoding="utf-8")
    build([folder / "plan.txt"], folder / "index", BuildSettings())
    return Assistant.open(folder / "index")


@pytest.mark.parametrize(
    ("first", "then", "number"),
    [
        ("企业简易注销由谁牵头？", "那企业开办呢？", "1"),
        ("企业简易注销由谁牵头？", "企业开办谁管？", "1"),
        ("企业开办由谁牵头？", "注销呢？", "2"),
        ("用水报装由谁牵头？", "用气呢？", "4"),
        ("用气报装找哪个部门？", "用水报装呢？", "3"),
        # a part of the same thing stays with it
        ("企业开办由谁牵头？", "刻章呢？", "1"),
        ("企业简易注销由谁牵头？", "公示期多久？", "2"),
    ],
)
def test_the_measure_is_that_of_the_thing_named_last(
    town: Assistant, first: str, then: str, number: str
) -> None:
    history = [Turn("user", first), Turn("assistant", town.answer(first).text)]
    entry = town.answer(then, history).citations[0].entry
    assert isinstance(entry, Measure) and entry.number == number


@pytest.mark.parametrize("more", ["还有别的政策吗", "还有其他措施吗？", "有没有别的办法", "还有吗"])
def test_more_of_the_same_is_another_measure_of_it(town: Assistant, more: str) -> None:
    history: list[Turn] = []
    seen: list[str | None] = []
    for asked in ("企业贷款难怎么办？", more, more):
        answer = town.answer(asked, history)
        seen.append(answer.citations[0].entry.number)
        history += [Turn("user", asked), Turn("assistant", answer.text)]
    assert sorted(seen, key=str) == ["5", "6", "7"]


@pytest.mark.parametrize(
    ("narrowed", "numbers"),
    [
        ("只要牵头的", ["5", "7"]),
        ("光看配合的呢", ["6"]),
        ("那就只列它牵头的任务吧", ["5", "7"]),
        ("只说牵头的就行了", ["5", "7"]),
        ("告诉我牵头的就够了", ["5", "7"]),
        ("作为责任单位的有哪些", ["6"]),
    ],
)
def test_one_role_of_a_departments_list(town: Assistant, narrowed: str, numbers: list[str]) -> None:
    asked = "市金融办有哪些任务？"
    first = town.answer(asked)
    assert [c.entry.number for c in first.citations] == ["5", "6", "7"]
    answer = town.answer(narrowed, [Turn("user", asked), Turn("assistant", first.text)])
    assert [c.entry.number for c in answer.citations] == numbers


@pytest.mark.parametrize("units", ["分别谁牵头？", "牵头单位是哪家", "都是哪个局牵头的"])
def test_who_leads_the_rows_of_a_departments_list(town: Assistant, units: str) -> None:
    asked = "市金融办有哪些任务？"
    answer = town.answer(units, [Turn("user", asked), Turn("assistant", town.answer(asked).text)])
    assert [c.entry.number for c in answer.citations] == ["5", "6", "7"]
