"""Lists by what papers head their measures with: 不动产登记有哪些措施 asks for all below that heading, whether or not
they print the word again.  What has to be listed is written out by hand from the sample plans.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.model import Outcome
from index_build.build import build
from index_build.settings import BuildSettings

SAMPLES = Path(__file__).parents[2] / "index_build" / "samples"
TODAY = dt.date(2024, 5, 10)
PROVINCE = {"云岭省22", "云岭省23", "云岭省24"}
DISTRICT = {"临溪区14", "临溪区15", "临溪区16"}


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """A province and a district that carries its plan on."""
    index = tmp_path_factory.mktemp("topics") / "index"
    names = ("临溪区贯彻落实省行动方案工作举措.txt", "云岭省以高效服务激发经营主体活力行动方案.txt")
    build([SAMPLES / name for name in names], index, BuildSettings())
    return Assistant.open(index)


def found(assistant: Assistant, text: str) -> set[str]:
    answer = assistant.answer(text, today=TODAY)
    return {f"{c.entry.policy.place[-1]}{c.entry.number}" for c in answer.citations}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("云岭省不动产登记有哪些措施", PROVINCE),
        ("临溪区在不动产登记方面都有哪些举措", DISTRICT),
        ("关于不动产登记有什么规定", PROVINCE | DISTRICT),
        ("不动产登记有哪些便利", PROVINCE | DISTRICT),
        ("云岭省获得电力有哪些支持", {"云岭省17", "云岭省18", "云岭省19"}),
    ],
)
def test_all_below_the_heading_that_is_asked_for(levels: Assistant, text: str, expected: set[str]) -> None:
    assert found(levels, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("临溪区方案“不动产登记”这一节下面都有哪几条？", DISTRICT),
        ("临溪区不动产登记那一部分一共几项", DISTRICT),
        ("云岭省“不动产登记”下面列了多少条", PROVINCE),
        ("临溪区便利企业开办部分有哪些措施", {"临溪区5", "临溪区6", "临溪区7", "临溪区8"}),
        ("临溪区获得电力和用水用气这个板块有几条", {"临溪区12", "临溪区13"}),
    ],
)
def test_a_heading_called_so_is_listed(levels: Assistant, text: str, expected: set[str]) -> None:
    assert found(levels, text) == expected
    assert "”部分的措施共 " in levels.answer(text, today=TODAY).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("临溪区（云岭省）不动产抵押登记归谁管", {"临溪区14"}),
        ("云岭省（临溪区）不动产抵押登记归谁管", {"临溪区14"}),
        ("Who leads mortgage registration in Linxi, Yunling?", {"临溪区14"}),
    ],
)
def test_what_a_place_lies_in_is_compared_with_nothing(
    levels: Assistant, text: str, expected: set[str]
) -> None:
    assert found(levels, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "临溪区第14条对着省里哪一条？两边各谁牵头",
        "临溪区第14条对应云岭省第几条，各归谁管",
        "云岭省第22条对上临溪区哪条，分别谁牵头",
    ],
)
def test_the_measure_of_the_other_level_is_called_by_its_number(levels: Assistant, text: str) -> None:
    answer = levels.answer(text, today=TODAY)
    assert "**临溪区第14条**" in answer.text and "**云岭省第" in answer.text


def test_the_list_says_what_it_is_of(levels: Assistant) -> None:
    answer = levels.answer("关于不动产登记有哪些措施", today=TODAY)
    assert answer.text.startswith("与“不动产登记”有关的措施找到 6 项。")
    assert answer.choices == ("临溪区", "云岭省") or answer.choices == ("云岭省", "临溪区")


def test_more_than_the_heading_says_asks_for_one_measure(levels: Assistant) -> None:
    assert found(levels, "云岭省不动产登记带押过户有哪些规定") == {"云岭省24"}


@pytest.mark.parametrize("text", ["临溪区到2026年底要办完的事", "截至2026年6月底临溪区应该完成的有哪些"])
def test_everything_up_to_a_day_after_all_that_the_papers_set_is_all_of_it(
    levels: Assistant, text: str
) -> None:
    answer = levels.answer(text, today=TODAY)
    assert answer.outcome is Outcome.ANSWERED
    assert len(answer.citations) == 28  # of 30: two go on without an end


@pytest.mark.parametrize("text", ["临溪区2026年底前要完成的任务有哪些", "2026年6月底前到期的临溪区任务"])
def test_that_limit_itself_no_paper_has_but_earlier_ones(levels: Assistant, text: str) -> None:
    answer = levels.answer(text, today=TODAY)
    assert answer.outcome is Outcome.NOT_FOUND
    assert answer.text.endswith("更早的有 28 项，最晚到 2024-12-31。")


@pytest.mark.parametrize("text", ["临溪区2026年要完成的任务有哪些", "临溪区2026年的方案里企业开办谁牵头"])
def test_a_year_that_no_paper_is_of_is_said_to_be_missing(levels: Assistant, text: str) -> None:
    answer = levels.answer(text, today=TODAY)
    assert answer.outcome is Outcome.NOT_FOUND
    assert answer.text.startswith("没有临溪区2026年的文件。")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("临溪区和达茂旗不动产登记有啥不一样", "- **达茂旗**：没有它的文件"),
        ("临溪区、呼市办电各归谁管", "- **呼市**：没有它的文件"),
        ("临溪区跟科左中旗的企业开办哪里不同", "- **科左中旗**：没有它的文件"),
    ],
)
def test_a_place_compared_that_has_no_paper(levels: Assistant, text: str, line: str) -> None:
    assert line in levels.answer(text, today=TODAY).text


def test_two_places_without_an_answer_are_both_told_of(levels: Assistant) -> None:
    answer = levels.answer("临溪区和呼市的跨境班列有什么区别", today=TODAY)
    assert answer.outcome is Outcome.NOT_FOUND
    assert answer.text.startswith("没有呼市的文件。")
