"""Plans of other trades than the ones that are asked about elsewhere: which part a unit has, limits without a day,
years of a plan of several, days that others go before, the fees and sides of comparisons, English bureaus and quarters.
What is expected is written out by hand from the two invented plans."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.model import Answer, Outcome, Turn
from index_build.build import build
from index_build.places import place_path
from index_build.settings import BuildSettings

TODAY = dt.date(2032, 2, 1)
CITY = """棠城市人民政府关于印发《棠城市园林和养老服务行动方案（2031—2032年）》的通知
棠政发〔2031〕8号

棠城市园林和养老服务行动方案（2031—2032年）

一、重点任务
1.建设滨水步道12公里。（牵头单位：市园林绿化局；责任单位：市水利局、国网棠城供电公司；完成时限：2031年9月底前）
2.新建城区公厕9座。（牵头单位：市城市管理局；责任单位：市财政局、各街道办事处；完成时限：2032年6月底前）
3.给予老年食堂每餐4元补贴。（牵头单位：市民政局；责任单位：市园林绿化局；完成时限：2031年12月底前）
4.开展养老机构消防检查。（牵头单位：市消防救援支队；责任单位：市疾病预防控制中心；完成时限：每月）
5.清除步道违规广告。（牵头单位：市城市管理局；责任单位：市文化和旅游局；完成时限：立即执行）
6.建立独居老人探访制度。（牵头单位：各街道办事处；责任单位：市民政局；完成时限：2032年3月底前）
7.开设数字阅读门户。（牵头单位：市文化和旅游局；完成时限：2031年5月底前）
8.完善古树巡护，巡护覆盖率达到95%。（牵头单位：市园林绿化局；完成时限：长期坚持）
9.引入企业承包经营老年食堂，合同期限不超过三年。（牵头单位：市民政局；完成时限：2031年10月底前）
"""
COUNTY = """梧屏县人民政府关于印发《梧屏县老年友好行动方案》的通知
梧政发〔2031〕3号

梧屏县老年友好行动方案

一、重点任务
1.给予老年食堂每餐3元补贴。（牵头单位：县财政局；责任单位：县民政局；完成时限：2031年8月底前）
2.建设滨水步道5公里。（牵头单位：县水利局；完成时限：2031年11月底前）
3.改造县图书馆。（牵头单位：县文化和旅游局）
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("town")
    plans = folder / "plans"
    plans.mkdir()
    (plans / "棠城市.txt").write_text(CITY, encoding="utf-8")
    (plans / "梧屏县.txt").write_text(COUNTY, encoding="utf-8")
    build([plans], folder / "index", BuildSettings())
    return Assistant.open(folder / "index")


def ask(town: Assistant, text: str) -> Answer:
    return town.answer(text, today=TODAY)


def cited(answer: Answer) -> list[str | None]:
    return [c.entry.number for c in answer.citations]


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("棠城市推进园林建设行动方案", ("棠城市",)),
        ("邬城市桐安区养老实施方案", ("邬城市", "桐安区")),
        ("栖城市人民政府关于印发《栖城市节水方案》的通知", ("栖城市",)),
        ("碧城区老旧小区改造方案", ("碧城区",)),
        ("主城区停车治理方案", ()),
        ("新城市区绿化方案", ()),
        ("大城市精细治理行动方案", ()),
        ("新城市建设三年计划", ()),
        ("推进城市更新实施方案", ()),
    ],
)
def test_a_city_may_be_called_after_a_walled_town(title: str, place: tuple[str, ...]) -> None:
    assert place_path(title) == place


@pytest.mark.parametrize("text", ["新建城区公厕谁牵头", "城区公厕要建几座，归哪个局", "城区的公厕哪天前建好"])
def test_an_area_is_no_place_without_papers(town: Assistant, text: str) -> None:
    assert cited(ask(town, text)) == ["2"]


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        (
            "棠城市滨水步道，国网供电公司是牵头的还是打配合的？",
            "国网棠城供电公司是配合的（责任单位），牵头的是市园林绿化局。",
        ),
        (
            "棠城市滨水步道水利局算牵头单位还是责任单位",
            "市水利局是配合的（责任单位），牵头的是市园林绿化局。",
        ),
        ("棠城市滨水步道园林绿化局是配合还是牵头", "由市园林绿化局牵头。"),
        ("棠城市滨水步道，民政局是牵头还是协办", "这一项里没有民政局。"),
        ("棠城市滨水步道由路政局牵头，对吗", "不是。"),
    ],
)
def test_which_part_a_unit_has(town: Assistant, text: str, opening: str) -> None:
    answer = ask(town, text)
    assert answer.text.startswith(opening)
    assert cited(answer) == ["1"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("棠城市每个月都要做的是什么", ["4"]),
        ("棠城市每月的任务有哪些", ["4"]),
        ("棠城市哪些措施是立即执行的", ["5"]),
        ("棠城市立行立改的任务有哪些", ["5"]),
        ("棠城市长期坚持的任务有哪些", ["8"]),
    ],
)
def test_limits_without_a_day_are_called_by_their_words(
    town: Assistant, text: str, numbers: list[str]
) -> None:
    assert cited(ask(town, text)) == numbers


def test_no_limit_of_that_kind(town: Assistant) -> None:
    assert ask(town, "梧屏县每季度的任务有哪些").outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("棠城市城市管理局2032年要完成的有几条", ["2"]),
        ("棠城市民政局牵头的任务里，2031年要完成的有哪些", ["3", "9"]),
        ("棠城市民政局2032年到期的任务", ["6"]),
        ("棠城市民政局2031年牵头哪些任务", ["3", "9"]),
        ("棠城市2031年9月底以前到期的都有哪些", ["1", "7"]),
        ("棠城市园林绿化局牵头、2031年12月底前就得完成的", ["1"]),
        ("棠城市哪几件事2031年12月以后才到期", ["2", "3", "6"]),
        ("List what 棠城市 must finish in Q4 2031.", ["3", "9"]),
        ("What must 棠城市 complete in the second quarter of 2031?", ["7"]),
    ],
)
def test_what_is_due_then(town: Assistant, text: str, numbers: list[str]) -> None:
    assert sorted(map(str, cited(ask(town, text)))) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("棠城市街道办事处牵头的是哪件事", ["6"]),
        ("棠城市街道办事处要配合哪些工作", ["2"]),
        ("棠城市疾控中心要帮着干哪些活", ["4"]),
        ("棠城市民政局在园林和养老服务方案里的全部任务，牵头和配合分开列", ["3", "6", "9"]),
        ("Which tasks does the civil affairs bureau of 棠城市 lead?", ["3", "9"]),
    ],
)
def test_tasks_of_a_unit_by_what_people_call_it(town: Assistant, text: str, numbers: list[str]) -> None:
    assert sorted(map(str, cited(ask(town, text)))) == numbers


@pytest.mark.parametrize("unit", ["旅游局", "文化局", "棠城市旅游局"])
def test_a_body_of_which_the_unit_is_a_part_is_named(town: Assistant, unit: str) -> None:
    answer = ask(town, f"棠城市{unit.removeprefix('棠城市')}牵头哪些任务")
    assert answer.outcome is Outcome.NOT_FOUND
    assert "市文化和旅游局" in answer.choices


@pytest.mark.parametrize("text", ["巡护古树一次收多少钱", "古树巡护要交多少费", "古树巡护补几块"])
def test_a_rate_is_no_money(town: Assistant, text: str) -> None:
    answer = ask(town, f"棠城市{text}")
    assert "95%" not in answer.text.splitlines()[0]
    assert answer.outcome in (Outcome.NOT_STATED, Outcome.NOT_FOUND)


def test_money_and_leads_of_two_places(town: Assistant) -> None:
    text = ask(town, "老年食堂补贴，棠城市和梧屏县每餐各补几块，各归哪个局牵头").text
    assert "每餐4元补贴" in text
    assert "每餐3元补贴" in text
    assert "市民政局" in text
    assert "县财政局" in text


@pytest.mark.parametrize(
    "text",
    [
        "滨水步道：棠城市12公里、梧屏县5公里，哪边先到期？",
        "棠城市和梧屏县的滨水步道谁先建成",
        "滨水步道棠城市和梧屏县哪个更早完成",
    ],
)
def test_whose_day_comes_first(town: Assistant, text: str) -> None:
    assert ask(town, text).text.startswith("完成时限不同。棠城市的更早。")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("棠城市老年食堂包给公司做，合同最多签几年", "9"),
        ("Who leads the citywide digital reading portal in 棠城市?", "7"),
        ("Is the urban management bureau in charge of public toilets in 棠城市?", "2"),
    ],
)
def test_everyday_and_english_words_of_other_trades(town: Assistant, text: str, number: str) -> None:
    assert cited(ask(town, text)) == [number]


@pytest.mark.parametrize(
    "text", ["你这里头都收了哪些地方的文件呀？", "库里有哪些城市的方案", "系统里收录了哪些地方的政策文件"]
)
def test_which_places_have_papers(town: Assistant, text: str) -> None:
    answer = ask(town, text)
    assert answer.outcome is Outcome.ABOUT
    assert "棠城市" in answer.text
    assert "梧屏县" in answer.text


@pytest.mark.parametrize(
    "text", ["梧屏县有没有写完成时限", "梧屏县是不是没有写时限", "梧屏县哪些任务没写时限"]
)
def test_whether_a_paper_leaves_limits_out(town: Assistant, text: str) -> None:
    assert cited(ask(town, text)) == ["3"]


NAMESAKE = """棠城县人民政府关于印发《棠城县防汛和赛事方案》的通知
棠县政发〔2031〕2号

棠城县防汛和赛事方案

一、重点任务
1.修订防汛应急预案。（牵头单位：县应急管理局；责任单位：县财政局；完成时限：2031年6月底前）
2.整治病媒生物孳生地。（牵头单位：县卫生健康局；完成时限：2031年7月底前）
3.今年举办自行车联赛6场。（牵头单位：县体育局；完成时限：2031年11月底前）
4.新打水源井4眼。（牵头单位：县水利局；完成时限：2031年8月底前）
"""


@pytest.fixture(scope="module")
def namesakes(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("namesakes")
    plans = folder / "plans"
    plans.mkdir()
    for name, text in {"棠城市": CITY, "棠城县": NAMESAKE}.items():
        (plans / f"{name}.txt").write_text(text, encoding="utf-8")
    build([plans], folder / "index", BuildSettings())
    return Assistant.open(folder / "index")


@pytest.mark.parametrize(
    ("text", "numbers", "place"),
    [
        ("棠城防汛应急预案谁牵头", ["1"], "县应急管理局"),
        ("棠城独居老人探访谁牵头", ["6"], "各街道办事处"),
        ("棠城消防支队牵头哪些任务", ["4"], "养老机构消防检查"),
        ("棠城财政局配合哪些任务", ["2", "1"], "棠城县财政局"),
        ("棠城有哪些文件", [], "棠城县防汛和赛事方案"),
    ],
)
def test_a_name_of_two_places_means_the_one_that_answers(
    namesakes: Assistant, text: str, numbers: list[str], place: str
) -> None:
    answer = ask(namesakes, text)
    assert sorted(map(str, cited(answer))) == sorted(numbers)
    assert place in answer.text


def test_a_name_of_two_places_stands_for_the_same_ones_in_the_next_turn(namesakes: Assistant) -> None:
    before = "棠城独居老人探访谁牵头"
    turns = [Turn("user", before), Turn("assistant", ask(namesakes, before).text)]
    assert "2032年3月底前" in namesakes.answer("什么时候完成", turns, today=TODAY).text


@pytest.mark.parametrize("text", ["棠城县城区滨水步道谁牵头", "棠城县老年食堂补贴归谁"])
def test_a_name_with_its_form_means_one_place(namesakes: Assistant, text: str) -> None:
    assert ask(namesakes, text).outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("棠城县老鼠药谁来投", "2"),
        ("棠城县蟑螂归谁管", "2"),
        ("棠城县打井打几眼", "4"),
        ("棠城县今年要办多少场比赛", "3"),
    ],
)
def test_everyday_words_of_other_trades(namesakes: Assistant, text: str, number: str) -> None:
    assert cited(ask(namesakes, text)) == [number]


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("棠城市老年食堂补贴是每餐5元吗", "不是。[1]"),
        ("棠城市老年食堂补贴每餐4元，对吗", "是。[1]"),
        ("棠城市城区公厕是不是新建12座", "不是。[1]"),
        ("棠城市滨水步道要建12公里吧", "是。[1]"),
    ],
)
def test_a_doubted_figure_is_settled_first(town: Assistant, text: str, opening: str) -> None:
    assert ask(town, text).text.startswith(opening)


@pytest.mark.parametrize(
    "text", ["棠城市独居老人探访2032年能建成吗", "棠城市城区公厕2032年能建好吗", "棠城市公厕能按时完成吗"]
)
def test_whether_it_will_be_done_is_answered_by_its_day(town: Assistant, text: str) -> None:
    assert ask(town, text).text.startswith("完成时限：2032年")


@pytest.mark.parametrize("text", ["棠城市第一个到期的任务是什么", "棠城市头一项要到期的是哪个"])
def test_the_first_that_is_due(town: Assistant, text: str) -> None:
    assert cited(town.answer(text, today=dt.date(2031, 1, 5))) == ["7"]


@pytest.mark.parametrize(
    "text",
    [
        "棠城市和梧屏县民政局各参与几项",
        "棠城市、梧屏县民政局分别参与哪些任务",
        "棠城市与梧屏县民政局谁参与的任务多",
    ],
)
def test_a_unit_behind_two_places_is_that_of_both(town: Assistant, text: str) -> None:
    assert "棠城市民政局 3 项；梧屏县民政局 1 项" in ask(town, text).text


@pytest.mark.parametrize(
    "text",
    [
        "棠城市财政局参与的任务，牵头的是谁",
        "棠城市财政局配合的事都是谁牵头",
        "棠城市财政局协助的工作由哪个单位牵头",
    ],
)
def test_who_leads_what_a_unit_helps_with(town: Assistant, text: str) -> None:
    answer = ask(town, text)
    assert cited(answer) == ["2"]
    assert "市城市管理局" in answer.text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Who is responsible for rats in 棠城县?", "2"),
        ("Who leads pest control in 棠城县?", "2"),
        ("When must flood control plans be revised in 棠城县?", "1"),
    ],
)
def test_english_words_of_other_trades(namesakes: Assistant, text: str, number: str) -> None:
    assert cited(ask(namesakes, text)) == [number]


def test_a_group_goes_without_its_form_of_company(tmp_path: Path) -> None:
    plan = tmp_path / "柳屏县.txt"
    plan.write_text(
        """柳屏县人民政府关于印发《柳屏县供水方案》的通知

柳屏县供水方案

一、重点任务
1.安装智能水表。（牵头单位：县供水集团有限公司；责任单位：县水利局；完成时限：2031年6月底前）
2.更新管网。（牵头单位：县水利局；责任单位：县供水集团有限公司；完成时限：2031年7月底前）
""",
        encoding="utf-8",
    )
    build([plan], tmp_path / "index", BuildSettings())
    assistant = Assistant.open(tmp_path / "index")
    for text in ("柳屏县供水集团牵头的事", "柳屏县供水集团有限公司牵头哪些任务", "供水集团在柳屏县牵头几项"):
        assert cited(assistant.answer(text, today=TODAY)) == ["1"], text
