"""How people ask for lists: a unit's measures in each role, scope and form, how they stand against a day, what follows
upon a list, the same thing at another level, and where words stand.  What has to be listed is written out by hand
from the plans.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.model import Intent, Outcome, Turn
from index_build.build import build
from index_build.settings import BuildSettings

SAMPLES = Path(__file__).parents[2] / "index_build" / "samples"
TODAY = dt.date(2031, 5, 10)
PLACES = ("岚溪县", "岚溪")
PAPERS = (
    "《岚溪县优化营商环境行动方案》",
    "岚溪县优化营商环境行动方案里",
    "《岚溪县人民政府办公室关于印发《岚溪县优化营商环境行动方案》的通知》",
    "岚政办发〔2031〕6号",
)
# unit -> the measures that it leads, helps with, and has any part in
PARTS = {
    "发改委": ({"5"}, {"4"}, {"4", "5"}),
    "供电公司": ({"4"}, {"5"}, {"4", "5"}),
    "市场监管局": ({"1", "5", "7"}, set(), {"1", "5", "7"}),
    "人社局": (set(), {"1", "6"}, {"1", "6"}),
}
LEADS = [
    "调一下{0}的牵头台账",
    "{0}牵头事项有哪些",
    "{0}牵头哪些条目",
    "{0}作为牵头单位的有哪几条",
    "{0}列在牵头单位里的有几项",
    "请导出{0}的牵头任务清单，我做督查表用",
    "牵头单位是{0}的措施有哪些",
    "哪些措施是{0}牵头的",
    "{0} 牵头 清单",
    "{0}当牵头单位的都有什么",
    "帮我拉一份{0}牵头的工作清单",
    "{0}领衔的事项有哪些",
    "{0}主责的任务有哪些",
    "把{0}牵头的都给我",
    "{0}担任牵头部门的是哪几条",
    "查一下{0}牵头了几项",
    "{0}牵头的行数和内容",
    "{0}挂帅的有哪些事",
    "汇总{0}牵头的全部事项",
    "{0}打头的任务有哪几项",
    "{0}作为第一责任单位的任务",
    "{0}挑头的有几样",
    "{0}是哪些措施的牵头单位",
    "{0}牵头项",
    "{0} 牵头项目有哪些",
    "{0}主责项清单",
    "{0}挂帅、不是协助的有哪些",
    "Which measures does {0} lead?",
    "list what {0} leads",
]
HELPS = [
    "{0}作为责任单位出现在哪几条措施里",
    "{0}要给谁打配合？把相关任务列全",
    "{0}要配合哪些事项",
    "{0}作为配合单位的有哪几条",
    "{0}配合的措施清单",
    "{0}当责任单位的任务有哪些",
    "责任单位里有{0}的措施有哪些",
    "{0}协助的工作有哪些",
    "{0}列在责任单位里的有几条",
    "{0}给别人打下手的是哪些任务",
    "调一下{0}的配合台账",
    "{0}不牵头只配合的是哪几项",
    "{0}只是责任单位的条目有哪些",
    "{0}参与配合的任务有多少项",
    "{0}帮谁的忙，列一下",
    "{0}配合谁，各是哪条",
    "{0}要跟着配合的有哪些",
    "{0}只是协助、不挂帅的是哪一条",
    "{0}不领衔、只配合的事项",
    "{0}光打下手不挂帅的有哪几条",
    "{0}仅仅协办、没有牵头的任务",
    "{0}纯配合的有哪些",
    "{0}协办项",
    "{0}是哪几条的责任单位",
    "Which measures does {0} help with?",
]
EITHER = [
    "{0}都涉及哪些行",
    "{0}的具体分工",
    "{0}有哪些任务",
    "{0}的任务清单",
    "{0}出现在哪些措施里",
    "{0}的责任台账",
    "{0}要干哪些事",
    "{0}涉及的条款有哪些",
    "{0}名下的任务",
    "{0}不管牵头还是配合一共几项",
    "把{0}的活儿全列出来",
    "{0}领了哪些任务",
    "{0}的责任分工",
    "{0}牵头和配合的各有哪些",
    "{0}承担了哪些工作",
    "{0}在哪几条里出现",
    "{0}那一摊都有啥",
    "把{0}参与的条目编号列出来",
    "{0}的任务书",
    "{0}担责的有哪些",
    "{0}占了几条",
    "{0}都干啥，主办协办不分",
    "凡是跟{0}沾边的，牵头、配合都捞一遍",
    "{0}有份的措施都列出来",
    "{0}不分主次都有哪些任务",
    "{0}要干的，主办协办都要",
    "跟{0}搭边的条目有哪些",
    "不论什么角色，{0}的任务",
    "What are the tasks of {0}?",
]
GRID = [(w, part) for part, wordings in enumerate((LEADS, HELPS, EITHER)) for w in wordings]


def numbers(asked: Assistant, text: str) -> tuple[Outcome, set[str | None]]:
    answer = asked.answer(text, today=TODAY)
    return answer.outcome, {c.entry.number for c in answer.citations}


@pytest.mark.parametrize(("wording", "part"), GRID, ids=[w for w, _ in GRID])
def test_the_measures_of_a_unit(asked: Assistant, wording: str, part: int) -> None:
    for unit, parts in PARTS.items():
        if not parts[part]:
            continue
        for subject in (*(p + unit for p in PLACES), *(p + "县" + unit for p in PAPERS)):
            question = wording.format(subject)
            assert numbers(asked, question) == (Outcome.ANSWERED, parts[part]), question


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """A province and a district that carries its plan on."""
    index = tmp_path_factory.mktemp("levels") / "index"
    names = ("临溪区贯彻落实省行动方案工作举措.txt", "云岭省以高效服务激发经营主体活力行动方案.txt")
    build([SAMPLES / name for name in names], index, BuildSettings())
    return Assistant.open(index)


def found(asked: Assistant, text: str, *history: str, today: dt.date = TODAY) -> set[str]:
    """Place and number of each source (临溪区4)."""
    turns = [Turn("user" if i % 2 == 0 else "assistant", t) for i, t in enumerate(history)]
    answer = asked.answer(text, turns, today=today)
    return {f"{c.entry.policy.place[-1]}{c.entry.number}" for c in answer.citations}


def county(*numbers: int) -> set[str]:
    return {f"岚溪县{n}" for n in numbers}


AUTUMN = dt.date(2031, 10, 15)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("截至今天，岚溪县哪些任务已经超期了？", county(1, 2, 5)),
        ("岚溪县哪些措施逾期了", county(1, 2, 5)),
        ("岚溪县行动方案里现在过期的任务有哪些", county(1, 2, 5)),
        ("岚溪县到目前为止应该完成的有哪些", county(1, 2, 5)),
        ("岚溪县该完成没完成的任务", county(1, 2, 5)),
        ("假如现在是2031年8月1日，岚溪县哪几条已经逾期", county(1)),
        ("what is overdue in Lanxi County?", county(1, 2, 5)),
        ("岚溪县还没到期的任务有哪些", county(4, 6)),
        ("岚溪县没有写时限的措施有哪些", county(3, 7)),
        ("岚溪县最急的是哪个", county(4, 6)),
        ("岚溪县最早到期的是哪几条", county(4, 6)),
        ("岚溪县最晚到期的是哪几条", county(4, 6)),
        ("岚溪县供电公司牵头的哪些逾期了", set()),
        ("岚溪县发改委牵头的哪些逾期了", county(5)),
        ("岚溪县司法局牵头的任务里有没有超期的", county(2)),
        ("岚溪县市场监管局没写时限的任务有哪些", county(7)),
        ("督查室要查岚溪县9月底前到期的事项，给个清单", county(2, 5)),
        ("岚溪县9月底前这个节点要交账的是哪些任务", county(2, 5)),
        ("岚溪县发改委9月底前要完成的任务", county(5)),
        ("Which tasks are due in Lanxi County by the end of June?", county(1)),
    ],
)
def test_how_measures_stand(asked: Assistant, text: str, expected: set[str]) -> None:
    assert found(asked, text, today=AUTUMN) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("临溪区没有具体日期、长期推进的是哪些", {"临溪区4", "临溪区28"}),
        ("临溪区长期坚持的任务", {"临溪区4", "临溪区28"}),
        ("临溪区营商环境建设局长期坚持的任务有哪些", {"临溪区4", "临溪区28"}),
        ("临溪区行政审批局牵头的任务里哪些是长期坚持的", {"临溪区4"}),
    ],
)
def test_what_goes_on_without_an_end(levels: Assistant, text: str, expected: set[str]) -> None:
    assert found(levels, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "岚溪县企业年报逾期怎么处理",
        "岚溪县长期护理保险谁牵头",
        "岚溪县发改委对拖欠账款有什么安排",
        "岚溪县对应急管理有什么要求",
        "岚溪县对应届毕业生有什么补贴",
        "岚溪县公证最快几天办结",
        "岚溪县司法局建立的公证台账谁配合",
    ],
)
def test_words_of_lists_in_a_topic_ask_for_no_list(asked: Assistant, text: str) -> None:
    question = asked.read(text, today=AUTUMN)
    assert (question.standing, question.extreme, question.level, question.mentioning) == (
        None,
        None,
        None,
        False,
    )
    assert question.intent not in (Intent.DEPARTMENT_TASKS, Intent.DUE_LIST, Intent.COUNT)


LED = ("岚溪县市场监管局牵头的措施有哪些", "共 3 项：1.第1条；2.第5条；3.第7条。")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("只看6月底前的", county(1)),
        ("9月底前的呢", county(5)),
        ("最急的是哪个", county(1)),
        ("哪个最先到期", county(1)),
        ("which is most urgent?", county(1)),
        ("没有写时限的呢", county(7)),
        ("那司法局呢", county(2, 7)),
        ("换成发改委呢", county(5)),
        ("导出来", county(1, 5, 7)),
        ("和司法局比谁多", county(1, 2, 5, 7)),
        ("比供电公司多几项", county(1, 4, 5, 7)),
        ("一共几条", county(1, 5, 7)),
        ("6月底前到期的列一下", county(1)),
        ("里面9月底前要交账的呢", county(5)),
        ("only those due by the end of September", county(1, 5)),
        ("列个表", county(1, 5, 7)),
    ],
)
def test_what_follows_upon_a_list(asked: Assistant, text: str, expected: set[str]) -> None:
    assert found(asked, text, *LED) == expected


def test_a_unit_is_moved_to_another_place_without_the_name_of_its_own(levels: Assistant) -> None:
    before = ("临溪区税务局牵头的措施有哪些", "共 2 项。")
    assert found(levels, "换成云岭省呢", *before) == {"云岭省25", "云岭省26"}


@pytest.mark.parametrize(
    "text", ["岚溪县市场监管局和司法局谁牵头的多", "岚溪县市场监管局牵头的比司法局多几项"]
)
def test_which_unit_has_more(asked: Assistant, text: str) -> None:
    assert "多 1 项" in asked.answer(text, today=TODAY).text  # 3 against 2


@pytest.mark.parametrize(
    "text", ["除了它还有谁并列牵头？", "还有谁一起牵头", "它和谁共同牵头", "还有哪家也牵头"]
)
def test_who_else_leads(asked: Assistant, text: str) -> None:
    before = ("岚溪县转供电违规加价清理谁牵头", "县发改委牵头（第5条）。")
    turns = [Turn("user", before[0]), Turn("assistant", before[1])]
    answer = asked.answer(text, turns, today=TODAY)
    assert "牵头单位：县发改委、县市场监管局" in answer.text


TRANSFER = ("临溪区带押过户谁牵头", "区自然资源分局牵头，责任单位是区金融办。")


@pytest.mark.parametrize(
    ("text", "history", "expected"),
    [
        ("上面哪个厅在抓同一件事？有谁配合", TRANSFER, {"云岭省24"}),
        ("上级对应的是哪条", TRANSFER, {"云岭省24"}),
        ("省级层面同样的事谁在牵头", TRANSFER, {"云岭省24"}),
        ("who handles the same thing at the provincial level?", TRANSFER, {"云岭省24"}),
        ("临溪区带押过户在省里对应哪个厅", (), {"云岭省24"}),
        ("临溪区带押过户，省级层面对应的是谁在抓，两边对照一下", (), {"临溪区15", "云岭省24"}),
        ("云岭省带押过户这条，下面哪个县区在承接", (), {"临溪区15"}),
        (
            "上面谁在抓同一件事",
            ("临溪区企业迁移绿色通道谁牵头", "区市场监管局、区税务局牵头。"),
            set(),
        ),
    ],
)
def test_the_same_thing_at_another_level(
    levels: Assistant, text: str, history: tuple[str, ...], expected: set[str]
) -> None:
    assert found(levels, text, *history) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("哪些地方的哪些措施提到了“三零”服务？", {"临溪区12", "临溪区13", "云岭省17", "云岭省20"}),
        ("带押过户在哪几份文件里出现过", {"临溪区15", "云岭省24"}),
        ("临溪区哪些条目写到了免申即享", {"临溪区29"}),
        ("which places mention 带押过户?", {"临溪区15", "云岭省24"}),
    ],
)
def test_where_words_stand(levels: Assistant, text: str, expected: set[str]) -> None:
    assert found(levels, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("岚溪县人社局配合市场监管局的有几项", county(1)),
        ("岚溪县供电公司牵头、发改委配合的措施有哪些", county(4)),
        ("岚溪县发改委协助供电公司的任务", county(4)),
        ("岚溪县发改委都和谁一起牵头", county(5)),
        ("岚溪县市场监管局跟别的部门一起牵头的有哪些", county(5, 7)),
        ("岚溪县人社局牵头、税务局配合的有哪些", set()),
    ],
)
def test_two_units_in_one_measure(asked: Assistant, text: str, expected: set[str]) -> None:
    assert found(asked, text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "named", "left_out"),
    [
        ("岚溪县哪些部门牵头任务超过2项", ["县市场监管局：3 项牵头"], ["县司法局：2 项牵头"]),
        (
            "岚溪县哪些部门牵头2项以上",
            ["县市场监管局：3 项牵头", "县司法局：2 项牵头"],
            ["县发改委：1 项牵头"],
        ),
        ("岚溪县各部门牵头数量排个名", ["县市场监管局：3 项牵头", "县发改委：1 项牵头"], []),
    ],
)
def test_units_by_how_many_they_lead(
    asked: Assistant, text: str, named: list[str], left_out: list[str]
) -> None:
    answer = asked.answer(text, today=TODAY)
    assert all(row in answer.text for row in named)
    assert not any(row in answer.text for row in left_out)


LISTED = "共3项：1.第1条 推行企业开办一网通办；2.第5条 清理转供电加价；3.第7条 规范行政处罚裁量权。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第二条的时限呢", county(5)),
        ("第三条呢", county(7)),
        ("倒数第二条谁配合", county(5)),
        ("最后一条什么时候完成", county(7)),
    ],
)
def test_an_item_of_the_list_before(asked: Assistant, text: str, expected: set[str]) -> None:
    assert found(asked, text, LED[0], LISTED) == expected
