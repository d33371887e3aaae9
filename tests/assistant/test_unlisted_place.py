"""Questions over a plan of a place that no list of divisions has, with limits over several years, signs in circles,
figures in words and names of its own.  What is expected is written out by hand from the plan.
"""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.ask import Assistant
from assistant.model import Answer, Outcome, Turn
from index_build.build import build
from index_build.settings import BuildSettings

TODAY = dt.date(2031, 5, 10)
PLAN = """云泽市民生改善三年行动计划
云泽政发〔2031〕9号

各县区人民政府，市直各单位：
现将《云泽市民生改善三年行动计划》印发给你们，请认真执行。
湖北省云泽市人民政府
2031年3月8日

云泽市民生改善三年行动计划

一、教育医疗
①实施市第二中学迁建工程，建成教学楼和风雨操场，秋季学期投入使用。（市教育局牵头，市财政局、市住建局配合，2031年8月底前完成）
②对全职引进的博士发放安家补贴二十万元，硕士八万元，分三年拨付。（市人力资源社会保障局牵头，市财政局配合，2032年6月底前完成）
③支持乡镇卫生院设立中医馆三十个，配备针灸推拿设备。（市卫生健康委牵头，2033年11月底前完成）
二、文化生活
④举办滨湖龙舟文化周，安排水上安全保障。（市体育局牵头，市公安局配合，2031年6月上旬完成）
⑤申请公共租赁住房的家庭，人均住房建筑面积应当低于十五平方米，由社区受理。（市住建局牵头，市民政局配合，2032年底前完成）
三、市容环境
⑥更新公共厕所三十座，实行专人保洁。（市城管局牵头，2034年3月底前完成）
⑦清理背街小巷堆物，修补破损路面。（市城管局牵头，市公安局配合，2034年4月底前完成）
⑧整治占道经营，规范早市夜市。（市城管局牵头，2034年5月底前完成）
⑨关停小散乱污企业，回收率达到百分之六十。（市生态环境局牵头，2034年6月底前完成）
"""


@pytest.fixture(scope="module")
def unlisted(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("unlisted")
    (folder / "云泽市.txt").write_text(PLAN, encoding="utf-8")
    build([folder / "云泽市.txt"], folder / "index", BuildSettings())
    return Assistant.open(folder / "index")


def cited(answer: Answer) -> list[str | None]:
    return [c.entry.number for c in answer.citations]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("云泽市第④条谁牵头", ["④"]),
        ("云泽第4条谁牵头", ["④"]),
        ("云泽市2032年到期的任务有哪些", ["②", "⑤"]),
        ("云泽市2033年要完成哪些任务", ["③"]),
        ("后年云泽市要完成什么", ["③"]),
        ("云泽市财政局2032年要干完哪些", ["②"]),
        ("云泽市2032年以后到期的任务有哪些", ["②", "③", "⑤", "⑥", "⑦", "⑧", "⑨"]),
        ("云泽市2032年6月底以前要完成的任务", ["①", "②", "④"]),
        ("云泽市2031年8月底前完成的任务有哪些", ["①"]),
        ("云泽市第二中学新校区什么时候能用", ["①"]),
        ("云泽市龙舟赛哪个单位主办", ["④"]),
        ("云泽市申请公租房有什么条件", ["⑤"]),
        ("全职博士来云泽市给多少安家费", ["②"]),
        ("云泽市人均多少平方米以下能申请公租房", ["⑤"]),
        ("云泽市的公厕谁管", ["⑥"]),
        ("云泽市回收率要到多少", ["⑨"]),
        ("云泽市的市容谁负责", ["⑥", "⑦", "⑧", "⑨"]),  # nothing but their heading has it
        ("云泽市文化生活包括哪些措施", ["④", "⑤"]),
        ("云泽市文化生活部分有哪些任务", ["④", "⑤"]),  # no 生活部
        ("Which tasks in 云泽市 are due in 2032?", ["②", "⑤"]),
    ],
)
def test_what_is_cited(unlisted: Assistant, text: str, numbers: list[str]) -> None:
    answer = unlisted.answer(text, today=TODAY)
    assert answer.outcome is Outcome.ANSWERED
    assert cited(answer) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "云泽市2029年到期的任务有哪些",
        "云泽市2035年到期的任务有哪些",
        "白榆市的龙舟赛谁主办",
        "云泽市第⑫条谁牵头",
    ],
)
def test_what_is_not_there(unlisted: Assistant, text: str) -> None:
    answer = unlisted.answer(text, today=TODAY)
    assert answer.outcome is Outcome.NOT_FOUND
    assert not answer.citations


@pytest.mark.parametrize("text", ["云泽市的保障工作谁负责", "云泽市发展情况", "云泽市的民生谁管"])
def test_what_is_asked_back(unlisted: Assistant, text: str) -> None:
    """Words that any task is called by choose none; the title's own words stand in the letter alone."""
    assert unlisted.answer(text, today=TODAY).outcome is Outcome.CLARIFY


def test_the_place_is_called_by_its_own_name(unlisted: Assistant) -> None:
    for called in ("云泽市", "云泽", "湖北省云泽市"):
        assert unlisted.answer(f"{called}龙舟文化周谁牵头", today=TODAY).question.places == (
            ("湖北省", "云泽市"),
        )


@pytest.mark.parametrize(
    ("text", "shows", "hides"),
    [
        ("分别什么时候完成", "2034年3月底前完成", "市公安局"),
        ("时限呢", "2034年3月底前完成", "市公安局"),
        ("配合单位都是谁", "责任单位：市公安局", "市生态环境局"),
        ("谁来配合", "责任单位：市公安局", "市生态环境局"),
    ],
)
def test_who_and_when_are_asked_of_the_rows_of_a_list(
    unlisted: Assistant, text: str, shows: str, hides: str
) -> None:
    asked = "云泽市城管局牵头哪些任务"
    listed = unlisted.answer(asked, today=TODAY)
    assert cited(listed) == ["⑥", "⑦", "⑧"]
    answer = unlisted.answer(text, [Turn("user", asked), Turn("assistant", listed.text)], today=TODAY)
    assert cited(answer) == ["⑥", "⑦", "⑧"]
    assert shows in answer.text
    assert hides not in answer.text


@pytest.mark.parametrize(
    ("text", "numbers"), [("第二项谁配合", ["⑦"]), ("最晚的是哪个", ["⑧"]), ("早市那项什么时候完成", ["⑧"])]
)
def test_a_row_that_is_picked_out(unlisted: Assistant, text: str, numbers: list[str]) -> None:
    asked = "云泽市城管局牵头哪些任务"
    listed = unlisted.answer(asked, today=TODAY).text
    assert (
        cited(unlisted.answer(text, [Turn("user", asked), Turn("assistant", listed)], today=TODAY)) == numbers
    )
