"""Other ways of asking: whether the measure just spoken of is a unit's, the same of another thing, figures that the
question tells itself, units named only in words, the first few measures, topics of which a unit has nothing.  What is
expected is written out by hand from the plans.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.model import Answer, Intent, Outcome, Turn
from assistant.question.phrases import load_phrases
from assistant.question.quantity import read_quantity
from assistant.told import of_another_part, told_again
from index_build.build import build
from index_build.settings import BuildSettings
from index_build.text import nested

TODAY = dt.date(2031, 5, 10)
POWER = ("岚溪小微企业用电报装容量多少", "提高至200千瓦。")
LEAD = ("岚溪小微企业用电报装谁牵头", "县供电公司。")
LIST = ("岚溪县市场监管局牵头哪些措施", "1. 第1条 推行企业开办\n2. 第5条 清理转供电\n3. 第7条 规范行政处罚")
WINDOWS = """芦坪县人民政府关于印发《芦坪县便民服务提升方案》的通知

芦坪县便民服务提升方案

一、主要任务
1.全县建设12个便民服务站，覆盖所有乡镇。（牵头单位：县民政局；完成时限：2031年9月底前）
2.设立3亿元人才资金，支持高层次人才创业。（牵头单位：县财政局）
3.定期公布困难群众补贴资金的发放情况。（牵头单位：县民政局）
4.将施工许可由20个工作日压缩至8个工作日。（牵头单位：县住建局）
"""


def ask(asked: Assistant, text: str, *history: str) -> Answer:
    turns = [Turn("user" if i % 2 == 0 else "assistant", t) for i, t in enumerate(history)]
    return asked.answer(text, turns, today=TODAY)


def cited(answer: Answer) -> list[str | None]:
    return [c.entry.number for c in answer.citations]


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("是司法局管的吧", "不是"),
        ("这个是司法局管的？", "不是"),
        ("那归市场监管局？", "不是"),
        ("它也归税务局管吗", "不是"),
        ("这事儿该司法局办吧？", "不是"),
        ("县发改委牵头吗", "不是"),
        ("不是发改委负责吗", "县发改委是责任单位"),
        ("应该是住建局的活吧", "县住建局是责任单位"),
        ("是不是供电公司？", "是"),
        ("难道是县司法局？", "不是"),
    ],
)
def test_whether_the_measure_just_spoken_of_is_a_units(asked: Assistant, text: str, opening: str) -> None:
    answer = ask(asked, text, *POWER)
    assert cited(answer) == ["4"]
    assert answer.text.startswith(opening)


def test_a_unit_alone_still_asks_for_its_tasks(asked: Assistant) -> None:
    assert cited(ask(asked, "发改委牵头的呢", *POWER)) == ["5"]
    assert cited(ask(asked, "那发改委有哪些任务？", *POWER)) == ["4", "5"]


@pytest.mark.parametrize(
    "text", ["公证服务那块呢", "那公证呢？", "公证网上办呢", "公证的那个", "公证服务那项呢", "公证书邮寄那条"]
)
def test_the_same_is_asked_of_another_thing(asked: Assistant, text: str) -> None:
    answer = ask(asked, text, *LEAD)
    assert answer.question.asked is Intent.WHO_LEAD
    assert cited(answer) == ["2"]
    assert "县司法局" in answer.text


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("岚溪方案前两条", ["1", "2"]),
        ("岚溪县行动方案的前3条说了什么", ["1", "2", "3"]),
        ("岚溪县优化营商环境行动方案头两条是什么", ["1", "2"]),
    ],
)
def test_the_first_few_of_a_paper(asked: Assistant, text: str, numbers: list[str]) -> None:
    assert cited(ask(asked, text)) == numbers


def test_the_first_few_of_the_list_before(asked: Assistant) -> None:
    answer = ask(asked, "前两条谁牵头", *LIST)
    assert cited(answer) == ["1", "5"]
    assert "县发改委" in answer.text


def test_the_first_few_of_a_list_in_which_a_row_has_no_number(asked: Assistant) -> None:
    rows = "1. 第1条 推行企业开办\n2. 清理转供电\n3. 第7条 规范行政处罚"
    assert cited(ask(asked, "前两条谁牵头", LIST[0], rows)) == [
        "1",
        "5",
        "7",
    ]  # all rows, none by a row's number


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("第14（2）条 缩短时间", "14（2）"),
        ("第1-2条 建设窗口", "1-2"),
        ("T-01 建设窗口", "T-01"),
        ("（三） 免罚", "（三）"),
    ],
)
def test_numbers_as_the_rows_of_an_answer_have_them(asked: Assistant, row: str, number: str) -> None:
    assert ask(asked, "第一条谁牵头", LIST[0], f"1. {row}\n2. 第7条 规范").question.numbers == (number,)


def test_a_topic_of_which_the_unit_has_nothing(asked: Assistant) -> None:
    for text in ("岚溪县司法局牵头的用电报装任务有哪些", "岚溪县人社局公证方面的任务有哪些"):
        answer = ask(asked, text)
        assert (answer.outcome, cited(answer)) == (Outcome.NOT_FOUND, []), text
        assert "没有与" in answer.text and "共 2 项" in answer.text
    assert cited(ask(asked, "岚溪县司法局牵头的公证任务有哪些")) == ["2"]
    assert cited(ask(asked, "岚溪县司法局牵头的督查任务有哪些")) == ["2", "7"]


def test_a_lower_place_that_carries_out_a_higher_ones_plan_compares_nothing(levels: Assistant) -> None:
    answer = ask(levels, "临溪区落实云岭省哪些要求")
    assert {c.entry.policy.place[-1] for c in answer.citations} == {"临溪区"}


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    index = tmp_path_factory.mktemp("otherwise") / "index"
    samples = Path(__file__).parents[2] / "index_build" / "samples"
    names = ("临溪区贯彻落实省行动方案工作举措.txt", "云岭省以高效服务激发经营主体活力行动方案.txt")
    build([samples / name for name in names], index, BuildSettings())
    return Assistant.open(index)


@pytest.fixture(scope="module")
def stations(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("stations")
    (folder / "芦坪县.txt").write_text(WINDOWS, encoding="utf-8")
    build([folder / "芦坪县.txt"], folder / "index", BuildSettings())
    return Assistant.open(folder / "index")


@pytest.mark.parametrize(
    "text",
    [
        "芦坪县要建的那12个便民服务站，城关镇分到几个",
        "芦坪县12个便民服务站里，我们镇有几个",
        "芦坪县3亿元人才资金，一个人能领几万",
        "芦坪县人才资金每人能领多少元",
        "芦坪县人才资金每户补多少钱",
        "芦坪县3亿元人才资金，引进的硕士给多少钱",
        "芦坪县3亿元人才资金，博士分多少亿",
    ],
)
def test_a_figure_told_or_for_all_is_no_answer(stations: Assistant, text: str) -> None:
    answer = ask(stations, text)
    assert answer.outcome in (Outcome.NOT_STATED, Outcome.NOT_FOUND), answer.text


@pytest.mark.parametrize(
    ("text", "number", "figure"),
    [
        ("芦坪县要建多少个便民服务站", "1", "12个"),
        ("芦坪县人才资金一共多少亿", "2", "3亿元"),
        ("芦坪县施工许可20个工作日要压到几个工作日", "4", "8个工作日"),
        ("芦坪县会公布困难群众补贴发了多少吗", "3", "发放情况"),
    ],
)
def test_another_figure_is_an_answer(stations: Assistant, text: str, number: str, figure: str) -> None:
    answer = ask(stations, text)
    assert (answer.outcome, cited(answer)[:1]) == (Outcome.ANSWERED, [number])
    assert figure in answer.text


def test_figures_that_the_question_tells() -> None:
    assert told_again("那12个站，我们有几个", ["建设12个站"])
    assert not told_again("那12个站，我们有几个", ["建设12个站，城关镇3个"])
    assert not told_again("由20天压到几天", ["由20天压缩至8天"])
    assert told_again("3亿元资金里硕士给多少钱", ["设立3亿元资金"], "(多)?(万|亿|千|百)?元|%")
    assert not told_again("3亿元资金里硕士给多少钱", ["设立3亿元资金，硕士2万元"], "(多)?(万|亿|千|百)?元|%")
    assert of_another_part("天津养老综合体河西区建几个", [("天津市",)], "建设30个综合体")
    assert not of_another_part("天津养老综合体河西区建几个", [("天津市",)], "河西区建设3个")
    assert not of_another_part("天津养老综合体建几个", [("天津市",)], "建设30个综合体")
    assert not told_again("我们有几个", ["建设12个站"])


def test_the_figure_that_is_asked_for() -> None:
    phrases = load_phrases()
    assert read_quantity("一共发多少亿元", phrases) == "(多)?(万|亿|千|百)?元|%"
    assert read_quantity("每人发多少亿元", phrases) == "(多)?(万|千|百)?元|%"  # no sum of all
    assert read_quantity("公布发了多少钱", phrases) is not None
    assert read_quantity("会公布发了多少钱吗", phrases) is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("岚溪县最早到期的是哪一条", {"1"}),
        ("岚溪县最早的是哪条", {"1"}),
        ("岚溪县最晚的两条是哪两条", {"4", "6"}),
        ("岚溪县最迟的是哪一项", {"4", "6"}),
        ("岚溪县最先要完成的3项", {"1", "2", "5"}),
        ("岚溪县最急的前两条", {"1", "2", "5"}),
        ("岚溪县和澄湖市12月底前分别要完成什么", {"4", "6"}),
        ("岚溪县供电公司不挂帅的有哪几条", {"5"}),
        ("岚溪县发改委没有牵头的有哪些", {"4"}),
        ("岚溪县发改委不配合的有哪些", {"5"}),
        ("岚溪县发改委有没有牵头的任务", {"5"}),
    ],
)
def test_rows_by_day_and_by_the_part_left_out(asked: Assistant, text: str, numbers: set[str]) -> None:
    assert set(cited(ask(asked, text))) == numbers


def test_papers_compared_by_their_titles(asked: Assistant) -> None:
    answer = ask(asked, "岚溪县行动方案和澄湖市提升行动计划在企业开办上有什么区别")
    assert [(c.entry.policy.place[-1], c.entry.number) for c in answer.citations] == [
        ("岚溪县", "1"),
        ("澄湖市", "1"),
    ]


def test_a_title_as_answers_print_it_and_beside_another_place(levels: Assistant) -> None:
    title = next(p.title for p in levels.known.policies if p.place[-1] == "临溪区")
    printed = nested(title[title.index("《") + 1 :] if title.startswith("《") else title)
    answer = ask(levels, f"《{printed}》有哪些措施")
    assert {c.entry.policy.place[-1] for c in answer.citations} == {"临溪区"}


def test_a_title_beside_another_places_name_is_compared(asked: Assistant) -> None:
    answer = ask(asked, "《岚溪县优化营商环境行动方案》和霁州省方案在破产府院联动上牵头单位一样吗")
    assert [(c.entry.policy.place[-1], c.entry.number) for c in answer.citations] == [
        ("岚溪县", "6"),
        ("霁州省", "3"),
    ]


def test_a_units_parts_are_counted_by_its_printed_name(asked: Assistant) -> None:
    assert "牵头 1 项，作为责任单位 1 项" in ask(asked, "岚溪县供电公司有哪些任务").text


@pytest.mark.parametrize("text", ["那它要协助啥", "它还要配合哪些？", "还配合什么", "又要协助什么"])
def test_the_other_role_after_a_list(asked: Assistant, text: str) -> None:
    answer = ask(asked, text, "岚溪县发改委牵头哪些措施", "1. 第5条 清理转供电环节")
    assert cited(answer) == ["4"]


@pytest.mark.parametrize(
    "text", ["导出成 excel", "导出台账", "可以导出吗", "把这些存成csv", "做成Excel表格给我"]
)
def test_a_list_wanted_as_a_file_says_the_way_and_lists_again(asked: Assistant, text: str) -> None:
    answer = ask(asked, text, *LIST)
    assert "“责任台账”页" in answer.text and "cewen measures --out" in answer.text
    assert cited(answer) == ["1", "5", "7"]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("怎么导出成表格", "“责任台账”页"),
        ("岚溪县的台账能导出吗", "“责任台账”页"),
        ("export the ledger to excel", "Ledger tab"),
    ],
)
def test_the_way_to_a_file_alone(asked: Assistant, text: str, way: str) -> None:
    answer = ask(asked, text)
    assert answer.outcome is Outcome.ABOUT and answer.text.count("\n") == 0 and way in answer.text


@pytest.mark.parametrize("text", ["岚溪县公证书下载谁牵头", "公证书网上导出由谁牵头"])
def test_a_file_that_a_measure_speaks_of(asked: Assistant, text: str) -> None:
    answer = ask(asked, text)
    assert cited(answer) == ["2"] and "cewen" not in answer.text


def test_a_unit_that_holds_its_place_needs_none_in_brackets(asked: Assistant) -> None:
    assert "岚溪县司法局 leads 2 measures" in ask(asked, "What does 岚溪县司法局 lead?").text
