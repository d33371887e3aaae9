"""A place that has no plan, around or beside one that has: the county is real, for the list of divisions to know what it
lies in; its plan is invented."""

from __future__ import annotations

import pytest

from assistant.ask import Assistant
from assistant.model import Outcome, Verdict
from index_build.build import build
from index_build.settings import BuildSettings

PLAN = """兴国县提升灯塔服务水平工作方案（虚构）

各乡镇人民政府，县直各单位：
1.推行企业开办“一网通办”，6月底前实现全县覆盖。（牵头单位：县灯塔局；完成时限：6月底前）
2.按照赣州市统一部署，开展灯塔巡检。（牵头单位：县灯塔局；完成时限：9月底前）
3.推进不动产登记“带押过户”，3个工作日内办结。（牵头单位：县自然资源局；完成时限：8月底前）
4.优化用电报装服务，推行网上申请、容缺受理和并联审批，供电企业提前介入、主动对接，精简资料和环节，低压小微企业办电时间压减至8个工作日以内。（牵头单位：县供电公司；完成时限：10月底前）

兴国县人民政府办公室
2031年3月8日
"""


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("county")
    (folder / "plan.txt").write_text(PLAN, encoding="utf-8")
    build([folder / "plan.txt"], folder / "index", BuildSettings())
    return Assistant.open(folder / "index")


def test_what_lies_in_a_place_without_plans_is_named_first(county: Assistant) -> None:
    answer = county.answer("赣州市企业开办谁牵头")
    assert answer.outcome is Outcome.NOT_FOUND
    assert "没有赣州市的文件。它下面有文件的是：兴国县。" in answer.text
    assert answer.choices == ("兴国县",)
    assert not answer.citations


def test_a_place_elsewhere_has_nothing_in_it(county: Assistant) -> None:
    answer = county.answer("南昌市企业开办谁牵头")
    assert "没有南昌市的文件。现有文件的地方：兴国县。" in answer.text


def test_a_place_around_another_is_a_side_of_a_comparison(county: Assistant) -> None:
    answer = county.answer("兴国县和赣州市的企业开办完成时限有什么不同")
    assert "**赣州市**：没有它的文件" in answer.text
    assert "**兴国县**：完成时限：6月底前" in answer.text


@pytest.mark.parametrize("asked", ["赣州市的兴国县灯塔局牵头几项", "赣州市兴国县灯塔局牵头几项"])
def test_a_place_that_introduces_another_is_no_topic(county: Assistant, asked: str) -> None:
    assert "牵头的措施共 2 项" in county.answer(asked).text


def test_what_a_text_says_of_the_wider_place_is_found(county: Assistant) -> None:
    assert "开展灯塔巡检" in county.answer("兴国县怎么落实赣州市统一部署的").text


def test_a_time_that_a_question_doubts_need_not_stand_in_the_answer(county: Assistant) -> None:
    answer = county.answer("兴国县不动产登记一个小时能办完吗")
    assert answer.outcome is Outcome.ANSWERED
    assert "3个工作日内办结" in answer.text


def test_a_figure_inside_a_long_measure_is_said_first(county: Assistant) -> None:
    answer = county.answer("兴国县小微企业办电要几天")
    assert answer.text.startswith("文件写明“低压小微企业办电时间压减至8个工作日以内”。[1]")
    assert {claim.verdict for claim in answer.claims} == {Verdict.EXACT}
