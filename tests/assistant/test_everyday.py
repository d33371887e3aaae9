"""Questions as people tell them: a situation first, words that no paper has, a thing that only another place has."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.model import Intent, Outcome
from index_build.build import build
from index_build.settings import BuildSettings

TOWN = """栖禾县人民政府办公室关于印发《栖禾县便民利企工作方案》的通知
栖政办发〔2031〕9号

各乡镇人民政府，县直各单位：
现将《栖禾县便民利企工作方案》印发给你们，请认真执行。
栖禾县人民政府办公室
2031年3月8日

栖禾县便民利企工作方案

一、民生服务
1.开展锅炉司炉人员操作证考核，考试合格后3个工作日内发证。（牵头单位：县应急管理局；完成时限：6月底前）
2.简化继承公证手续，第一顺序继承人到场的，其他继承人无需到场。（牵头单位：县司法局；完成时限：9月底前）
3.推进“栖禾办”移动端在便民服务站推广使用。（牵头单位：县行政审批局；责任单位：各乡镇）
4.推广“栖禾办”自助终端，设立老年人服务专区。（牵头单位：县数据局；完成时限：12月底前）
5.建设城区停车诱导系统，公布剩余泊位。（牵头单位：县城市管理局；责任单位：县公安局；完成时限：10月底前）
6.开展职业技能等级评价，支持企业自主评价。（牵头单位：县人社局；完成时限：11月底前）
7.优化养老服务大厅，设立综合受理窗口，公布服务清单。（牵头单位：县民政局；完成时限：8月底前）
8.提升养老服务大厅，5月底前各大厅设立综合受理窗口并公布服务清单。另建活动室两处。（牵头单位：县民政局；完成时限：12月底前）
9.规范涉企检查，对守信企业同一事项一年只查1次，检查结果全部公开。（牵头单位：县司法局；完成时限：10月底前）
10.推进商事案件线上办理，全年线上立案占全部立案的60%以上。（牵头单位：县人民法院；完成时限：12月底前）
11.完善商事案件线上立案、线上开庭、线上送达，优化线上立案流程。（牵头单位：县人民法院；完成时限：12月底前）
12.治理货车违停，规范桥东停车。（牵头单位：县公安局；完成时限：12月底前）
13.治理货车违停，规范桥西停车。（牵头单位：县交通运输局；完成时限：12月底前）
14.举办山野民俗文化节，推介乡村美食。（牵头单位：县文旅局；完成时限：9月底前）
"""

LETTER = """栖禾县工商业联合会关于开展2031年“助企服务周”活动的通知
栖工商联〔2031〕4号

各商会：
定于2031年6月在全县开展“助企服务周”活动，现将有关事项通知如下。
一、主要内容
（一）政策宣讲进商会。组织业务骨干宣讲惠企政策，不少于10场。
（二）法律服务进商会。组织律师开展法治体检。
二、工作要求
各商会要认真组织，于2031年7月10日前报送活动总结。
栖禾县工商业联合会
2031年5月6日
"""

PROVINCE = """霜州省人民政府关于印发霜州省便民利企行动方案的通知
霜政发〔2031〕2号

各市、县人民政府：
现将《霜州省便民利企行动方案》印发给你们，请认真执行。
霜州省人民政府
2031年1月18日

霜州省便民利企行动方案

一、政务服务
1.建设“栖禾办”国际专区，为外籍人员提供双语服务。（牵头单位：省政务服务局；完成时限：12月底前）
2.建设省级科技馆，新增青少年展区。（牵头单位：省科技厅；完成时限：12月底前）
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("everyday")
    plans: Path = folder / "plans"
    plans.mkdir()
    (plans / "栖禾县便民利企工作方案.txt").write_text(TOWN, encoding="utf-8")
    (plans / "霜州省便民利企行动方案.txt").write_text(PROVINCE, encoding="utf-8")
    (plans / "栖禾县助企服务周通知.txt").write_text(LETTER, encoding="utf-8")
    build([plans], folder / "index", BuildSettings())
    return Assistant.open(folder / "index")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("刚考完锅炉工回村里，栖禾县司炉操作证几天就能自己去拿？", "1"),
        ("老人走了留下老屋，栖禾县办继承的时候，有第一顺序的在，叔叔姑姑还用跑一趟吗", "2"),
        ("俺们厂想自己给徒弟评技能等级，栖禾县这块归哪个局牵头？", "6"),
        ("家里来了客人车没地方搁，栖禾县城区停车诱导归谁", "5"),
    ],
)
def test_a_situation_told_first_does_not_hide_the_question(told: Assistant, text: str, number: str) -> None:
    answer = told.answer(text, today=dt.date(2031, 5, 10))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.citations[0].entry.number == number


@pytest.mark.parametrize(
    "text",
    [
        "栖禾县“栖禾办”国际专区归哪个局做？",  # the province has it
        "栖禾县科技馆谁负责新增青少年展区",
        "孩子放暑假想去看看，栖禾县科技馆新增展区由谁牵头",
        "栖禾县宠物寄养许可谁牵头",  # nobody has it
        "家里养了猫，栖禾县宠物医院补贴谁发",
    ],
)
def test_what_only_another_place_has_is_not_answered(told: Assistant, text: str) -> None:
    answer = told.answer(text, today=dt.date(2031, 5, 10))
    assert answer.outcome is Outcome.NOT_FOUND
    assert not answer.citations


def test_the_other_place_is_named(told: Assistant) -> None:
    answer = told.answer("栖禾县“栖禾办”国际专区归哪个局做？", today=dt.date(2031, 5, 10))
    assert answer.choices == ("霜州省",)


def test_words_of_a_sentence_that_only_tells_are_marked(told: Assistant) -> None:
    question = told.read("娃他爸叫人坑了，栖禾县停车诱导归谁")
    assert {c.words: c.told for c in question.concepts if c.words in ("停车", "诱导")} == {
        "停车": False,
        "诱导": False,
    }
    assert all(c.told for c in question.concepts if c.words not in ("停车", "诱导"))
    alone = told.read("栖禾县停车诱导，操作证考核")
    assert not any(c.told for c in alone.concepts)  # nothing asks: nothing is only told


@pytest.mark.parametrize(
    ("said", "word"),
    [("摸个底", "摸底"), ("留了言", "留言"), ("盖过章", "盖章"), ("签了约", "签约"), ("停过个电", "停电")],
)
def test_a_word_said_in_two_parts_is_told(told: Assistant, said: str, word: str) -> None:
    concepts = {c.words: dict(c.others) for c in told.read(f"栖禾县老房子{said}谁负责").concepts}
    assert concepts[said][word] >= 0.9


@pytest.mark.parametrize("text", ["栖禾县有个人谁负责", "栖禾县这个月谁负责", "栖禾县每个县城谁负责"])
def test_a_counting_word_parts_no_word(told: Assistant, text: str) -> None:
    assert not any("个" in c.words and c.others for c in told.read(text).concepts)


def test_a_not_at_the_end_asks(told: Assistant) -> None:
    question = told.read("家里来客车没地方停，栖禾县停车诱导归县住建局管不？")
    assert question.yes_or_no
    assert {c.words for c in question.concepts if not c.told} == {"停车", "诱导"}
    assert not told.read("栖禾县停车诱导不归县住建局管").yes_or_no


def test_a_word_of_asking_words_alone_says_nothing(told: Assistant) -> None:
    question = told.read("栖禾县停车诱导老没人管是从几月")
    frames = {c.words for c in question.concepts if c.frame}
    assert "停车" not in frames
    found = told.desk.searcher.weigh(question.concepts)
    assert all(w.weight == 0 for w in found if w.concept.frame and not w.seen)


@pytest.mark.parametrize(
    "asking",
    [
        "哪家在弄",
        "抓这项的是哪两家",
        "哪个口子办",
        "哪家主抓",
        "由何部门出面",
        "哪个衙门管",
        "是啥局在管",
        "哪头管",
        "归哪几家",
        "何单位牵的头",
    ],
)
def test_who_is_asked_in_many_words(told: Assistant, asking: str) -> None:
    answer = told.answer(f"栖禾县城区停车诱导系统，{asking}", today=dt.date(2031, 5, 10))
    assert answer.outcome is Outcome.ANSWERED
    assert "县城市管理局" in answer.text
    assert answer.citations[0].entry.number == "5"


@pytest.mark.parametrize("thing", ["哪家企业能用", "哪几家银行参加", "哪家店便宜"])
def test_which_company_is_no_office(told: Assistant, thing: str) -> None:
    asked = told.read(f"栖禾县停车诱导系统{thing}").intent
    assert asked is Intent.WHAT


@pytest.mark.parametrize(
    ("text", "number", "printed"),
    [
        ("栖禾县各大厅的综合受理窗口，最晚几月底前得摆好", "8", "5月底前"),  # not the measure's own December
        ("栖禾县信用好的企业，同一件事一年最多被查几回", "9", "1次"),
        ("栖禾县今年商事案子在线上立的要占几成", "10", "60%"),
    ],
)
def test_the_sentence_that_says_it_is_answered_from(
    told: Assistant, text: str, number: str, printed: str
) -> None:
    answer = told.answer(text, today=dt.date(2031, 5, 10))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.citations[0].entry.number == number
    assert printed in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "栖禾县工商联助企服务周的总结什么时候交",
        "助企服务周活动总结，栖禾县要几号前报上去",
        "栖禾县工商联那个助企服务周，活动总结哪天前报",
    ],
)
def test_words_of_the_title_say_which_paper_is_meant(told: Assistant, text: str) -> None:
    answer = told.answer(text, today=dt.date(2031, 5, 10))
    assert answer.outcome is Outcome.ANSWERED
    assert "2031年7月10日前" in answer.text
    assert "报送活动总结" in answer.citations[0].quote


def test_words_of_the_title_alone_are_no_answer(told: Assistant) -> None:
    answer = told.answer("栖禾县工商联助企服务周的彩票奖金谁出", today=dt.date(2031, 5, 10))
    assert answer.outcome is Outcome.NOT_FOUND


def test_two_measures_that_fit_equally_are_both_given(told: Assistant) -> None:
    answer = told.answer("栖禾县货车在桥头违停堵路，谁来治理", today=dt.date(2031, 5, 10))
    assert answer.outcome is Outcome.ANSWERED
    assert {c.entry.number for c in answer.citations} == {"12", "13"}
    assert "县公安局" in answer.text
    assert "县交通运输局" in answer.text


def test_one_that_fits_better_stands_alone(told: Assistant) -> None:
    answer = told.answer("栖禾县货车违停，桥西停车谁来治理", today=dt.date(2031, 5, 10))
    assert [c.entry.number for c in answer.citations] == ["13"]


def test_a_name_shortened_in_the_middle_is_found(told: Assistant) -> None:
    answer = told.answer("栖禾县办民俗节归商务局还是文旅局", today=dt.date(2031, 5, 10))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.text.startswith("由县文旅局牵头，不是商务局。")


def test_a_word_that_was_set_right_is_looked_for_as_typed_too(told: Assistant) -> None:
    """助企 sounds like an everyday word of the lexicon, but a paper prints it."""
    concept = next(c for c in told.read("栖禾县尔手房过户谁牵头").concepts if "二手房" in c.words)
    assert any("尔手房" in word for word, _ in concept.others)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("我们公司做外贸出口，线上立案找谁", ["10", "11"]), ("老家房子要过户给弟弟，公证找谁", ["2"])],
)
def test_what_only_tells_the_situation_may_be_lacking(told: Assistant, text: str, numbers: list[str]) -> None:
    assert [c.entry.number for c in told.answer(text).citations] == numbers


def test_policies_on_something_are_what_the_papers_say_of_it(told: Assistant) -> None:
    answer = told.answer("栖禾县商事案件有什么政策")
    assert {c.entry.number for c in answer.citations} == {"10", "11"}
    assert "现有 3 份文件" in told.answer("有什么政策").text
