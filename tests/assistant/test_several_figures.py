"""What a question asks that has several figures, places or units in it, over two invented plans; what is expected is
written out by hand from them."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.ask import Assistant
from assistant.model import Answer, Intent, Outcome, Turn
from index_build.build import build
from index_build.settings import BuildSettings

TODAY = dt.date(2031, 5, 10)
COUNTY = """芦坪县人民政府关于印发《芦坪县便民服务提升方案》的通知
芦政发〔2031〕3号

芦坪县便民服务提升方案

一、公共服务
（一）用水用电
1.加大配网改造力度，提高自动化水平，稳步提升供电质量和供电可靠性。中心区、市区、乡镇用户年均停电时间分别压减至1个、3个、8个小时以内。（牵头单位：县能源局；责任单位：县住建局）
2.用水报装办理时间不超过2个工作日。（牵头单位：县水务局）
3.用气报装办理时间不超过4个工作日，9月底前完成。（牵头单位：县住建局；责任单位：县燃气公司）
（二）教育和停车
4.新建第二幼儿园，年内新增学前学位240个。（牵头单位：县教育局；责任单位：县公安局）
5.推动停车场建设，年内新增停车位150个。（牵头单位：县城管局；责任单位：县公安局）
6.个体工商户变更经营者的，成立时间、字号可以自动延续。（牵头单位：县市场监管局）
（三）审批
7.推动新一代信息技术和新材料领域专利快速预审、快速维权工作，知识产权保护中心备案企业达到500家、专利快速预审800件、知识产权维权案件90件、专利导航3项。（牵头单位：县市场监管局）
8.公共信用信息嵌入审批系统和执法系统。（牵头单位：县发改委；责任单位：县司法局；完成时限：9月底前）
9.建立诉求办理联席会议制度，由县政府常务副县长任召集人。（牵头单位：县行政审批局；责任单位：县司法局）
10.出口退税办理时间压缩至6个工作日以内，8月底前完成。（牵头单位：县税务局）
11.在申请退税方面，将留抵退税提速办理范围扩大到更多企业。（牵头单位：县税务局）
12.由县司法局牵头开展普法宣传。（牵头单位：县司法局、县公安局；责任单位：县教育局）
"""
CITY = """汀兰市人民政府关于印发《汀兰市便民服务提升行动计划》的通知
汀政发〔2030〕8号

汀兰市便民服务提升行动计划

1.中心区、市区用户年均停电时间分别压减至2个、5个小时以内。（牵头单位：市能源局）
2.新增小学学位700个、初中学位300个。（牵头单位：市教育局）
3.完善破产管理人名册。（牵头单位：市中级人民法院；责任单位：市海事局；完成时限：9月底前）
"""


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("figures")
    (folder / "芦坪县.txt").write_text(COUNTY, encoding="utf-8")
    (folder / "汀兰市.txt").write_text(CITY, encoding="utf-8")
    build([folder / "芦坪县.txt", folder / "汀兰市.txt"], folder / "index", BuildSettings())
    return Assistant.open(folder / "index")


def ask(plans: Assistant, text: str, *history: str) -> Answer:
    turns = [Turn("user" if i % 2 == 0 else "assistant", t) for i, t in enumerate(history)]
    return plans.answer(text, turns, today=TODAY)


def cited(answer: Answer) -> list[str]:
    return [f"{(c.entry.policy.place or ('',))[-1]}{c.entry.number}" for c in answer.citations]


# Figures that are said first


@pytest.mark.parametrize(
    "text",
    ["芦坪县市区一年停电几个小时", "芦坪停电平均多少小时", "芦坪县年均停电时间压到几个小时"],
)
def test_figures_shared_out_among_parts_are_said_together(plans: Assistant, text: str) -> None:
    assert "分别压减至1个、3个、8个小时以内”" in ask(plans, text).text.split("[1]")[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("芦坪专利快速预审要做到多少件", "专利快速预审800件"),
        ("芦坪县知识产权维权案件多少件", "知识产权维权案件90件"),
        ("芦坪备案企业要达到多少家", "500家"),
    ],
)
def test_of_a_list_of_figures_the_one_asked_for_is_said(plans: Assistant, text: str, said: str) -> None:
    opening = ask(plans, text).text.split("[1]")[0]
    assert said in opening
    assert sum(figure in opening for figure in ("500家", "800件", "90件")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "芦坪县和汀兰市的停电时间各压到几个小时",
        "停电几个小时，汀兰跟芦坪县分别是多少",
        "芦坪县与汀兰市一年停电多少小时",
    ],
)
def test_a_place_compared_is_no_part_of_the_other(plans: Assistant, text: str) -> None:
    answer = ask(plans, text)
    assert "1个、3个、8个小时" in answer.text and "2个、5个小时" in answer.text
    assert "没有写明" not in answer.text and "没有它的文件" not in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "芦坪县个体户换人，字号和开了多少年还能接着算吗",
        "芦坪个体工商户变更经营者，干了几年能不能接着算",
        "芦坪县个体户转给别人，用了多少年的字号可以延续吗",
    ],
)
def test_what_somebody_has_by_now_is_no_figure_asked_for(plans: Assistant, text: str) -> None:
    answer = ask(plans, text)
    assert (answer.outcome, cited(answer)) == (Outcome.ANSWERED, ["芦坪县6"])
    assert "没有写明" not in answer.text


@pytest.mark.parametrize(
    "text", ["芦坪用气报装，配合的是哪几家", "芦坪县用气报装牵头的是哪几个局", "芦坪用气报装哪几天能办"]
)
def test_which_ones_is_no_figure(plans: Assistant, text: str) -> None:
    assert "所问的数字" not in ask(plans, text).text


@pytest.mark.parametrize(
    "text",
    [
        "芦坪出口退税提速到6个工作日，哪家办、几月底前",
        "芦坪县出口退税6个工作日谁负责，什么时候",
        "芦坪县出口退税要几个工作日，几月底前",
    ],
)
def test_the_measure_that_prints_the_term_itself(plans: Assistant, text: str) -> None:
    assert cited(ask(plans, text)) == ["芦坪县10"]


# Places


@pytest.mark.parametrize("text", ["芦平县停车位谁管", "汀蓝市破产管理人归谁管", "芦坪的停车位谁管"])
def test_one_place_with_a_wrong_character(plans: Assistant, text: str) -> None:
    assert len(cited(ask(plans, text))) == 1


@pytest.mark.parametrize("text", ["庐坪停车位谁管", "停车位在芦苹归谁", "我在芦平，停车位哪家管"])
def test_two_characters_that_sound_like_a_place(plans: Assistant, text: str) -> None:
    answer = ask(plans, text)
    assert cited(answer) == ["芦坪县5"]
    assert "没有写明地方" not in answer.text


# Units


@pytest.mark.parametrize(
    "text", ["司法局9月底前要干完什么", "县司法局9月底要交什么", "到9月底司法局得完成哪些"]
)
def test_a_unit_tells_the_year_of_its_paper(plans: Assistant, text: str) -> None:
    answer = ask(plans, text)
    assert answer.question.dates[0].last == dt.date(2031, 9, 30)
    assert cited(answer) == ["芦坪县8"]


@pytest.mark.parametrize(
    "text",
    [
        "芦坪信用信息嵌到审批系统，发改委牵头，另外哪些单位有责任",
        "芦坪信用信息嵌入审批系统，县发改委之外谁还有责任",
        "芦坪县信用信息嵌进审批系统，另有哪几个单位",
    ],
)
def test_the_units_beside_the_lead_in_other_words(plans: Assistant, text: str) -> None:
    answer = ask(plans, text)
    assert answer.question.asked is Intent.WHO_RESPONSIBLE
    assert answer.text.startswith("责任单位：县司法局")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("芦坪县教育局牵头的里面哪些要公安局配合", ["芦坪县4"]),
        ("芦坪县城管局牵头，哪几条是公安局配合", ["芦坪县5"]),
        ("芦坪县行政审批局牵头的当中哪些需要司法局协助", ["芦坪县9"]),
    ],
)
def test_of_what_one_unit_leads_that_with_which_another_helps(
    plans: Assistant, text: str, expected: list[str]
) -> None:
    answer = ask(plans, text)
    assert cited(answer) == expected
    assert "牵头、" in answer.text.split("\n")[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("芦坪县司法局牵头（含跟别人一块牵头）的都有哪些", ["芦坪县12"]),
        ("芦坪县发改委牵头的，包括和别的局一起牵头的有几条", ["芦坪县8"]),
        ("芦坪县税务局牵头的，不管和谁一起，都列出来", ["芦坪县10", "芦坪县11"]),
    ],
)
def test_led_together_with_others_counts_as_led(plans: Assistant, text: str, expected: list[str]) -> None:
    assert cited(ask(plans, text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("芦坪县哪几条是税务局牵头", ["芦坪县10", "芦坪县11"]),
        ("芦坪哪些措施由公安局配合", ["芦坪县4", "芦坪县5"]),
        ("芦坪县哪几项归县住建局负责", ["芦坪县1", "芦坪县3"]),
    ],
)
def test_which_measures_are_a_units(plans: Assistant, text: str, expected: list[str]) -> None:
    assert cited(ask(plans, text)) == expected


@pytest.mark.parametrize(
    "text", ["芦坪诉求联席会议谁当召集人", "芦坪县诉求办理联席会议召集人是谁", "芦坪联席会议哪位任召集人"]
)
def test_who_holds_a_seat_is_told_by_the_words(plans: Assistant, text: str) -> None:
    answer = ask(plans, text)
    assert cited(answer) == ["芦坪县9"]
    assert answer.text.startswith("《芦坪县") and "常务副县长任召集人" in answer.text


# Days, numbers and papers


@pytest.mark.parametrize(
    "text",
    [
        "芦坪到9月底要交账的，写明9月底前的有哪些",
        "芦坪县9月底的任务，字样是9月底前",
        "芦坪写着“9月底前”、9月底的有哪些",
    ],
)
def test_one_day_in_two_wordings_is_said_once(plans: Assistant, text: str) -> None:
    answer = ask(plans, text)
    assert answer.text.split("\n")[0].count("9月底") == 1
    assert cited(answer) == ["芦坪县3", "芦坪县8"]


@pytest.mark.parametrize(
    "text",
    ["芦坪县9月底前的，挨个说谁牵头", "芦坪9月底的逐条列一下牵头单位", "芦坪县9月底那几条，一条一条说谁管"],
)
def test_each_of_a_day_in_turn(plans: Assistant, text: str) -> None:
    assert cited(ask(plans, text)) == ["芦坪县3", "芦坪县8"]


@pytest.mark.parametrize("text", ["9条呢", "那9呢", "再看第9条谁管"])
def test_the_next_number(plans: Assistant, text: str) -> None:
    answer = ask(plans, text, "芦坪县第8条谁牵头", "牵头单位：县发改委。")
    assert cited(answer) == ["芦坪县9"]


def test_a_number_after_a_topic_is_none_of_a_measure(plans: Assistant) -> None:
    answer = ask(plans, "那9呢", "芦坪县停车位谁管", "牵头单位：县城管局。")
    assert not answer.question.numbers


@pytest.mark.parametrize(
    "text",
    [
        "你这儿都收了哪些地方的文件",
        "库里存了哪些县的方案？",
        "现在收录了哪几个市县的政策",
        "装进来的是哪些单位的文件",
    ],
)
def test_which_papers_are_here(plans: Assistant, text: str) -> None:
    answer = ask(plans, text)
    assert answer.outcome is Outcome.ABOUT
    assert answer.text.startswith("现有 2 份文件")


# Several things asked at once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("芦坪年内要添多少个学前学位、多少个停车位", ["芦坪县4", "芦坪县5"]),
        ("芦坪用气报装和用水报装时间分别压到几天", ["芦坪县3", "芦坪县2"]),
        ("芦坪县停车位归谁管，诉求联席会议呢", ["芦坪县5", "芦坪县9"]),
        ("芦坪出口退税谁牵头？信用信息嵌入审批系统又是哪家负责", ["芦坪县10", "芦坪县8"]),
    ],
)
def test_each_of_two_things_has_its_own_answer(plans: Assistant, text: str, expected: list[str]) -> None:
    answer = ask(plans, text)
    assert (answer.outcome, cited(answer)) == (Outcome.ANSWERED, expected)
    assert answer.text.startswith("找到 2 项：")


def test_each_answer_says_its_own_figure(plans: Assistant) -> None:
    first, second = ask(plans, "芦坪用气报装和用水报装时间分别压到几天").text.split("[1]")
    assert "4个工作日" in first and "2个工作日" in second


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("芦坪用气报装几天，谁牵头", ["芦坪县3"]),
        ("芦坪停电市区几个小时，乡镇呢", ["芦坪县1"]),
        ("芦坪专利快速预审多少件、专利导航多少项", ["芦坪县7"]),
        ("芦坪停车位谁管，要建多少个", ["芦坪县5"]),
        ("芦坪停车位多少个，跨海大桥呢", ["芦坪县5"]),  # nothing is said of a bridge
    ],
)
def test_what_one_measure_answers_is_answered_once(plans: Assistant, text: str, expected: list[str]) -> None:
    assert cited(ask(plans, text)) == expected


# Days named together, and papers called briefly


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("芦坪县8月底和9月底各有几项", "芦坪县：8月底 1 项；9月底 2 项", ["芦坪县10", "芦坪县3", "芦坪县8"]),
        (
            "芦坪8月底、9月底要完成的有哪些",
            "芦坪县：8月底 1 项；9月底 2 项",
            ["芦坪县10", "芦坪县3", "芦坪县8"],
        ),
        (
            "芦坪县8月底前和9月底前分别要交什么",
            "芦坪县：8月底前 1 项；9月底前 2 项",
            ["芦坪县10", "芦坪县3", "芦坪县8"],
        ),
    ],
)
def test_each_of_two_days_is_counted(plans: Assistant, text: str, title: str, expected: list[str]) -> None:
    answer = ask(plans, text)
    assert answer.text.split("\n")[0].startswith(title)
    assert sorted(cited(answer)) == sorted(expected)


def test_days_that_bound_a_time_are_one(plans: Assistant) -> None:
    answer = ask(plans, "芦坪县8月底到9月底要完成的任务")
    assert "；9月底" not in answer.text.split("\n")[0]
    assert sorted(cited(answer)) == ["芦坪县10", "芦坪县3", "芦坪县8"]


@pytest.mark.parametrize(
    "text",
    ["芦坪哪些是两个部门一起牵头的", "芦坪县两个局一起牵头的是哪几条", "芦坪有几项是几个部门共同牵头的"],
)
def test_what_several_units_lead(plans: Assistant, text: str) -> None:
    assert cited(ask(plans, text)) == ["芦坪县12"]


@pytest.mark.parametrize(
    "text", ["芦坪县审批里都有啥", "芦坪方案的审批那部分具体有哪几条", "芦坪县“审批”里面一共有几项"]
)
def test_what_stands_in_a_part_of_a_plan(plans: Assistant, text: str) -> None:
    assert cited(ask(plans, text)) == [f"芦坪县{n}" for n in range(7, 13)]


# Follow-ups and numbers, said otherwise


@pytest.mark.parametrize("text", ["那它配合的有几条", "配合的一共几项", "打下手的有多少条"])
def test_another_part_after_what_a_unit_leads(plans: Assistant, text: str) -> None:
    answer = ask(plans, text, "芦坪县司法局牵头几条", "芦坪县司法局牵头的措施共 1 项。")
    assert cited(answer) == ["芦坪县8", "芦坪县9"]


@pytest.mark.parametrize("text", ["具体怎么做", "那讲的是啥内容", "到底怎么规定的"])
def test_what_the_measure_says_after_who_it_is(plans: Assistant, text: str) -> None:
    answer = ask(plans, text, "芦坪县停车位谁管", "牵头单位：县城管局。")
    assert answer.question.asked is Intent.WHAT
    assert cited(answer) == ["芦坪县5"] and answer.text.startswith("《芦坪县")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("芦坪 9 谁牵头", ["芦坪县9"]),
        ("芦坪县3到5条都谁牵头", ["芦坪县3", "芦坪县4", "芦坪县5"]),
        ("芦坪县的2、3条归谁", ["芦坪县2", "芦坪县3"]),
        ("luping县停车位谁管", ["芦坪县5"]),
    ],
)
def test_numbers_right_behind_a_place(plans: Assistant, text: str, expected: list[str]) -> None:
    assert cited(ask(plans, text)) == expected


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("怎样把芦坪县的台账导成表格", 0),
        ("芦坪县税务局牵头的措施下载成excel", 2),
        ("把芦坪县税务局牵头的任务导成表格", 2),
    ],
)
def test_a_table_as_a_file(plans: Assistant, text: str, rows: int) -> None:
    answer = ask(plans, text)
    assert answer.text.startswith("导出为文件")
    assert len(answer.citations) == rows
