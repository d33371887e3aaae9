"""Measures and passages of invented plans; what is expected is written down by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest

from index_build.measures import extract
from index_build.model import Document, Extraction, Heading, Measure
from index_build.text import fold

HEAD = "霁州市2024年优化营商环境实施方案\n"


def read(text: str, headings: tuple[Heading, ...] = ()) -> Extraction:
    return extract(Document("plan.txt", text, "0" * 64, headings=headings))


def measures(text: str) -> tuple[Measure, ...]:
    return read(HEAD + text).measures


@dataclass(frozen=True)
class Want:
    number: str | None
    text: str
    lead: list[str] = field(default_factory=list)
    responsible: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)


def shown(measure: Measure) -> Want:
    return Want(
        measure.number,
        measure.text,
        list(measure.lead),
        list(measure.responsible),
        [d.date.isoformat() if d.date else d.raw for d in measure.deadlines],
    )


CASES: dict[str, tuple[str, list[Want]]] = {
    "a bracket with labels closes a number": (
        "1.推行网办。（牵头单位：市数据局；责任单位：市财政局、人社局；完成时限：6月底前）\n2.推行秒批。（牵头单位：市行政审批局）",
        [
            Want("1", "推行网办。", ["市数据局"], ["市财政局", "市人社局"], ["2024-06-30"]),
            Want("2", "推行秒批。", ["市行政审批局"]),
        ],
    ),
    "a bracket on a line of its own": (
        "（1）推行网办。\n（牵头单位：市数据局）\n（2）推行秒批。\n（牵头单位：市行政审批局）",
        [Want("1", "推行网办。", ["市数据局"]), Want("2", "推行秒批。", ["市行政审批局"])],
    ),
    "label lines, one a line": (
        "1.推行网办。\n牵头单位：市数据局\n责任单位：市财政局\n完成时限：2024年8月底前\n2.推行秒批。\n牵头单位：市行政审批局\n完成时限：长期坚持",
        [
            Want("1", "推行网办。", ["市数据局"], ["市财政局"], ["2024-08-31"]),
            Want("2", "推行秒批。", ["市行政审批局"], [], ["长期坚持"]),
        ],
    ),
    "several clauses inside one number": (
        "（一）完善机制。建立清单。（市数据局负责）开展评估。（市司法局牵头，市财政局配合）",
        [
            Want("（一）", "完善机制。建立清单。", ["市数据局"]),
            Want("（一）", "开展评估。", ["市司法局"], ["市财政局"]),
        ],
    ),
    "run-in parts with clauses of their own": (
        "5.改进验收。针对标准不一等问题，（1）梳理要点。（市住建局牵头，各区政府配合）（2）完善承诺制。（市消防救援支队负责）\n6.推行监管。（市商务局负责）",
        [
            Want("5（1）", "梳理要点。", ["市住建局"], ["各区政府"]),
            Want("5（2）", "完善承诺制。", ["市消防救援支队"]),
            Want("6", "推行监管。", ["市商务局"]),
        ],
    ),
    "run-in parts with one clause are one measure": (
        "5.改进检验。（1）建立采信制度。（2）完善标签服务。（霁州海关负责）",
        [Want("5", "改进检验。（1）建立采信制度。（2）完善标签服务。", ["霁州海关"])],
    ),
    "a clause after a group of numbers holds for all of them": (
        "（一）放宽准入\n1.清理清单。\n2.排查壁垒。\n〔市发改委牵头，市商务局配合〕\n（二）优化许可\n3.简化审批。〔市市场监管局负责〕",
        [
            Want("1", "清理清单。", ["市发改委"], ["市商务局"]),
            Want("2", "排查壁垒。", ["市发改委"], ["市商务局"]),
            Want("3", "简化审批。", ["市市场监管局"]),
        ],
    ),
    "a clause in a heading holds for the numbers below": (
        "（一）放宽准入（牵头单位：市发改委）\n1.清理清单。\n2.排查壁垒。\n（二）优化许可（牵头单位：市行政审批局）\n3.简化审批。",
        [
            Want("1", "清理清单。", ["市发改委"]),
            Want("2", "排查壁垒。", ["市发改委"]),
            Want("3", "简化审批。", ["市行政审批局"]),
        ],
    ),
    "an unnumbered paragraph with its own clause": (
        "1.深化改革\n（1）压缩时间。（牵头单位：市数据局）\n推行免费刻章。（牵头单位：市公安局）\n（3）推行秒批。（牵头单位：市行政审批局）",
        [
            Want("1", "压缩时间。", ["市数据局"]),
            Want(None, "推行免费刻章。", ["市公安局"]),
            Want("3", "推行秒批。", ["市行政审批局"]),
        ],
    ),
    "a number without a clause in a list that is counted through": (
        "一、任务\n1.推行网办。（市数据局）\n2.推行秒批。（市行政审批局）\n五、实施保障\n（一）压实责任。\n3.各部门要细化任务，落实责任。",
        [
            Want("1", "推行网办。", ["市数据局"]),
            Want("2", "推行秒批。", ["市行政审批局"]),
            Want("3", "各部门要细化任务，落实责任。"),
        ],
    ),
    "aims and organisation are no tasks": (
        "一、总体要求\n（一）指导思想。坚持新发展理念。\n二、重点任务\n（一）推行网办。\n（二）推行秒批。\n三、保障措施\n（一）加强领导。成立专班推进工作。\n（二）强化督查。定期通报情况。",
        [Want("（一）", "推行网办。"), Want("（二）", "推行秒批。")],
    ),
    "per-department plans and times": (
        "7.规范收费。\n牵头单位：市市场监管局、市发改委\n计划举措：\n市市场监管局：公布清单。\n市发改委：开展检查。\n完成时限：\n市市场监管局：2024年6月底前\n市发改委：2024年9月底前",
        [Want("7", "规范收费。", ["市市场监管局", "市发改委"], [], ["2024-06-30", "2024-09-30"])],
    ),
    "numbers under an open plan are parts of it": (
        "7.规范大厅。\n牵头单位：市行政审批局\n计划举措：\n（1）统一标准。\n（2）统一标识。\n完成时限：2024年6月底前\n8.推行帮办。\n牵头单位：市行政审批局\n计划举措：设置窗口。\n完成时限：2024年7月底前",
        [
            Want("7", "规范大厅。", ["市行政审批局"], [], ["2024-06-30"]),
            Want("8", "推行帮办。", ["市行政审批局"], [], ["2024-07-31"]),
        ],
    ),
    "a bracket copied from the plan above is not the answer": (
        "7.完善大厅。（省政务服务局，各地区各部门）\n牵头单位：市行政审批局\n责任单位：各相关部门",
        [Want("7", "完善大厅。（省政务服务局，各地区各部门）", ["市行政审批局"], ["各相关部门"])],
    ),
    "the rule that the first unit leads": (
        "1.推行网办。（市数据局、财政局，各县区。排在首位的为牵头单位，下同）\n2.推行秒批。（市行政审批局、司法局）",
        [
            Want("1", "推行网办。", ["市数据局"], ["市财政局", "各县区"]),
            Want("2", "推行秒批。", ["市行政审批局"], ["市司法局"]),
        ],
    ),
    "a list of annexes holds no tasks": (
        "1.推行网办。（市数据局负责）\n2.推行秒批。（市行政审批局负责）\n附件：\n1.霁州市事项清单\n2.霁州市责任清单",
        [Want("1", "推行网办。", ["市数据局"]), Want("2", "推行秒批。", ["市行政审批局"])],
    ),
    "a time in a heading is inherited": (
        "一、打基础（2024年6月底前完成）\n1.推行网办。（责任单位：市数据局）\n2.推行秒批，4月底前上线。（责任单位：市行政审批局）",
        [
            Want("1", "推行网办。", [], ["市数据局"], ["2024-06-30"]),
            Want("2", "推行秒批，4月底前上线。", [], ["市行政审批局"], ["2024-04-30"]),
        ],
    ),
    "numbered fields": (
        "（一）推行网办\n1.改革内容：当日办结。\n2.牵头单位：市数据局\n3.完成时限：2024年7月\n（二）推行秒批\n1.改革内容：即时办结。\n2.牵头单位：市行政审批局\n3.完成时限：2024年8月",
        [
            Want("（一）", "推行网办1.改革内容：当日办结。", ["市数据局"], [], ["2024-07-31"]),
            Want("（二）", "推行秒批1.改革内容：即时办结。", ["市行政审批局"], [], ["2024-08-31"]),
        ],
    ),
    "parts closed by label lines are words of their number": (
        "1.推行一件事\n（1）整合环节。\n（2）压减时间。\n牵头单位：市数据局\n2.推行秒批\n减少环节。\n牵头单位：市行政审批局",
        [
            Want("1", "推行一件事（1）整合环节。（2）压减时间。", ["市数据局"]),
            Want("2", "推行秒批减少环节。", ["市行政审批局"]),
        ],
    ),
    "details after the clause of their number are words of it": (
        "1.推行网办，完善系统，做好培训和宣传，确保按期上线。（牵头单位：市数据局）\n（1）开发系统。\n（2）开展培训。\n2.推行秒批。（牵头单位：市行政审批局）",
        [
            Want(
                "1",
                "推行网办，完善系统，做好培训和宣传，确保按期上线。（1）开发系统。（2）开展培训。",
                ["市数据局"],
            ),
            Want("2", "推行秒批。", ["市行政审批局"]),
        ],
    ),
    "bullets": (
        "● 推行网办。（牵头单位：市数据局）\n● 推行秒批。（牵头单位：市行政审批局）",
        [Want(None, "推行网办。", ["市数据局"]), Want(None, "推行秒批。", ["市行政审批局"])],
    ),
    "tasks above measures": (
        "任务一：提升服务\n举措1：推行网办。（市数据局负责）\n任务二：强化监管\n举措2：推行联检。（市司法局负责）",
        [Want("1", "推行网办。", ["市数据局"]), Want("2", "推行联检。", ["市司法局"])],
    ),
    "a clause in the middle of a sentence": (
        "1.推行网办（牵头单位：市数据局），6月底前上线。\n2.推行秒批（市行政审批局负责）。同步压减材料。",
        [
            Want("1", "推行网办，6月底前上线。", ["市数据局"], [], ["2024-06-30"]),
            Want("2", "推行秒批。同步压减材料。", ["市行政审批局"]),
        ],
    ),
    "traditional characters": (
        "第一條 推行網辦。（牽頭單位：市數據局；責任單位：市財政局；完成時限：6月底前）\n第二條 推行秒批。（牽頭單位：市行政審批局）",
        [
            Want("第一條", "推行網辦。", ["市數據局"], ["市財政局"], ["2024-06-30"]),
            Want("第二條", "推行秒批。", ["市行政審批局"]),
        ],
    ),
    "a number without a clause among others that each have their own": (
        "一、任务\n1.推行甲。\n牵头单位：市数据局\n2.推行乙。\n牵头单位：市司法局\n3.推行丙。\n4.推行丁。\n牵头单位：市财政局",
        [
            Want("1", "推行甲。", ["市数据局"]),
            Want("2", "推行乙。", ["市司法局"]),
            Want("3", "推行丙。"),
            Want("4", "推行丁。", ["市财政局"]),
        ],
    ),
    "a person's name between the words and the clause": (
        "1.推行网办。\n责任领导：张某某\n牵头单位：市数据局\n2.推行秒批。\n责任领导：李某某\n牵头单位：市司法局",
        [Want("1", "推行网办。", ["市数据局"]), Want("2", "推行秒批。", ["市司法局"])],
    ),
    "headings that are departments": (
        "一、市发展改革委\n1.编制要点，4月底前印发。\n2.开展推广。\n二、市市场监管局、税务局\n3.推行注销服务。",
        [
            Want("1", "编制要点，4月底前印发。", ["市发展改革委"], [], ["2024-04-30"]),
            Want("2", "开展推广。", ["市发展改革委"]),
            Want("3", "推行注销服务。", ["市市场监管局", "市税务局"]),
        ],
    ),
    "a clause at a chapter holds two levels below": (
        "一、优化准入（牵头单位：市市场监管局）\n（一）企业开办\n1.推行网办。\n（二）企业注销\n2.推行简易注销。",
        [Want("1", "推行网办。", ["市市场监管局"]), Want("2", "推行简易注销。", ["市市场监管局"])],
    ),
    "decimal numbers": (
        "1 优化服务\n1.1 推行网办。责任单位：市数据局。\n1.2 推行秒批。责任单位：市行政审批局。\n2 优化市场\n2.1 规范招标。责任单位：市发改委。",
        [
            Want("1.1", "推行网办。", [], ["市数据局"]),
            Want("1.2", "推行秒批。", [], ["市行政审批局"]),
            Want("2.1", "规范招标。", [], ["市发改委"]),
        ],
    ),
    "articles of purpose and of force are no tasks": (
        "第一条 为优化服务，制定本办法。\n第二条 推行网办。（责任单位：市数据局）\n第三条 推行秒批。（责任单位：市行政审批局）\n第四条 本办法自2024年5月1日起施行。",
        [Want("第二条", "推行网办。", [], ["市数据局"]), Want("第三条", "推行秒批。", [], ["市行政审批局"])],
    ),
    "the closing paragraph is no part of the last number": (
        "1.推行网办，压减时间。\n2.推行秒批，压减环节。\n3.推行帮办，压减材料。\n本方案自印发之日起施行，原方案同时废止。",
        [
            Want("1", "推行网办，压减时间。"),
            Want("2", "推行秒批，压减环节。"),
            Want("3", "推行帮办，压减材料。"),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_measures_of(name: str) -> None:
    text, wanted = CASES[name]
    assert [shown(m) for m in measures(text)] == wanted


def test_sections_are_the_headings_as_printed() -> None:
    found = measures(
        "一、重点任务\n（一）提升线上服务水平。大力推进建设，支撑办理。\n1.推行网办。（市数据局负责）\n提升任务：\n2.推行秒批。（市数据局负责）"
    )
    assert found[0].section == ("一、重点任务", "（一）提升线上服务水平")


def test_a_label_line_between_numbers_is_a_heading() -> None:
    found = measures(
        "1.提升水平。指标进入前列。\n提升任务：\n（1）推行网办。（市数据局负责）\n争优任务：\n（2）推行秒批。（市数据局负责）"
    )
    assert [m.section[-1] for m in found] == ["提升任务", "争优任务"]
    assert [m.text for m in found] == ["推行网办。", "推行秒批。"]


def test_headings_that_the_format_marks_are_sections() -> None:
    text = HEAD + "优化服务\n1.推行网办。（市数据局负责）\n2.推行秒批。（市数据局负责）"
    at = text.index("优化服务")
    found = read(text, (Heading(at, at + 4, 2),)).measures
    assert [(m.number, m.section) for m in found] == [("1", ("优化服务",)), ("2", ("优化服务",))]


def test_label_lines_close_all_paragraphs_under_a_heading() -> None:
    text = (
        HEAD
        + "推行网办\n完善系统。\n做好培训。\n牵头单位：市数据局\n推行秒批\n压减环节。\n牵头单位：市行政审批局"
    )
    marks = [text.index("推行网办"), text.index("推行秒批")]
    found = read(text, tuple(Heading(at, at + 4, 2) for at in marks)).measures
    assert [(m.section, m.text, m.lead) for m in found] == [
        (("推行网办",), "完善系统。做好培训。", ("市数据局",)),
        (("推行秒批",), "压减环节。", ("市行政审批局",)),
    ]


def test_a_plan_keeps_the_words_of_the_measure_and_of_the_plan_apart() -> None:
    (measure,) = measures(
        "1.推行网办。\n牵头单位：市数据局\n计划举措：完善系统，做好培训。\n完成时限：2024年6月底前"
    )
    assert (measure.text, measure.plan) == ("推行网办。", "完善系统，做好培训。")
    assert [d.raw for d in measure.deadlines] == ["2024年6月底前"]


def test_whom_a_time_binds() -> None:
    (measure,) = measures(
        "（一）推进认领。旗本级4月底前、苏木乡镇场（街道）6月底前完成认领。（牵头单位：旗行政审批局）"
    )
    assert [(d.who, d.date.isoformat() if d.date else None) for d in measure.deadlines] == [
        ("旗本级", "2024-04-30"),
        ("苏木乡镇场（街道）", "2024-06-30"),
    ]


def test_a_rule_for_the_whole_plan_is_inherited_and_marked() -> None:
    (measure,) = measures(
        "以下各项任务均需各县区人民政府配合落实，不再逐一列出。\n1.推行网办。（责任单位：市数据局）"
    )
    assert [(m.name, m.inherited) for m in measure.mentions] == [
        ("市数据局", False),
        ("各县区人民政府", True),
    ]


@pytest.mark.parametrize(
    ("who", "report"), [("", [(None, ["2024-07-10"])]), ("（市数据局负责）", [])], ids=["few units", "units"]
)
def test_a_report_by_a_day_is_a_measure_unless_the_tasks_name_their_units(
    who: str, report: list[tuple[str | None, list[str]]]
) -> None:
    extraction = read(
        "霁州市人民政府关于印发优化营商环境实施方案的通知\n各县区人民政府：\n现将方案印发给你们，请认真落实。\n"
        "一、加强协调。各部门要密切配合，力争2024年8月底完成。\n二、及时反馈。请于2024年7月10日前将进展情况报送市政府办公室。\n"
        "霁州市人民政府\n2024年3月1日\n霁州市优化营商环境实施方案\n为优化营商环境，制定本方案。\n"
        f"1.推行网办，压减环节、时间、材料和费用，让企业和群众办事更加方便、更加快捷、更加省心。{who}\n"
        f"2.推行秒批，压减环节、时间、材料和费用，让企业和群众办事更加方便、更加快捷、更加省心。{who}\n"
        "3.推行通办，压减环节、时间、材料和费用，让企业和群众办事更加方便、更加快捷、更加省心。（市数据局负责）\n"
    )
    assert [(m.number, [str(d.date) for d in m.deadlines]) for m in extraction.measures] == [
        *report,
        ("1", []),
        ("2", []),
        ("3", []),
    ]
    assert any(p.text.startswith("一、加强协调") for p in extraction.passages)


WRAPPED = """霁州市优化营商环境实施方案
霁州市人民政府办公室
2024年3月5日
一、重点任务
（一）优化准入服务
进一步放宽准入，简化办理流程，
优化审批手续，加大电子证照推广力度。
1.优化许可办理流程。
针对线上办理通过率低、
现场核查耗时长等问题，推动全程网办，在风险可控
的前提下探索远程核查。
（市市场监管局牵头，市行政审批局、
各区政府配合）
2.加强惠企政策兑现。梳理形成政策清单，编制办事指
南，推行免申即享，让企业直接、快速、便利地享受到
各项政策红利，切实增强获得感。（牵
头单位：市财政局；责任单
位：市工信局、

# Page 4:
商务局）
3.强化要素保障。统筹用地、用能、用工等要素，做到
要素跟着项目走。（市自然资源局、市人社局按职责分工
负责）
"""


def test_lines_cut_by_the_page_are_read_through() -> None:
    found = read(WRAPPED).measures
    assert [shown(m) for m in found] == [
        Want(
            "1",
            "优化许可办理流程。针对线上办理通过率低、现场核查耗时长等问题，推动全程网办，在风险可控的前提下探索远程核查。",
            ["市市场监管局"],
            ["市行政审批局", "各区政府"],
        ),
        Want(
            "2",
            "加强惠企政策兑现。梳理形成政策清单，编制办事指南，推行免申即享，让企业直接、快速、便利地享受到各项政策红利，切实增强获得感。",
            ["市财政局"],
            ["市工信局", "市商务局"],
        ),
        Want(
            "3",
            "强化要素保障。统筹用地、用能、用工等要素，做到要素跟着项目走。",
            ["市自然资源局", "市人社局"],
        ),
    ]


def test_numbers_that_are_missing_are_reported() -> None:
    extraction = read(HEAD + "".join(f"{n}.推行第{n}项改革。（市数据局负责）\n" for n in (1, 2, 5)))
    assert extraction.warnings == (
        "《霁州市2024年优化营商环境实施方案》编号从 2 到 5，中间缺 2 项"
        " · 《霁州市2024年优化营商环境实施方案》: 2 missing between numbers 2 and 5",
    )


def test_numbers_that_the_source_lost_are_not_reported() -> None:
    text = "（1）推行甲。（市数据局负责）\n推行乙。（市数据局负责）\n（3）推行丙。（市数据局负责）\n"
    assert read(HEAD + text).warnings == ()


def test_a_measure_without_units_among_others_that_have_them_is_doubted() -> None:
    found = measures("1.推行网办。（市数据局负责）\n2.推行秒批。（市数据局负责）\n3.推行帮办。")
    assert [bool(m.doubts) for m in found] == [False, False, True]


def test_a_time_that_names_no_day_is_doubted() -> None:
    (measure,) = measures("1.清淤疏浚。（责任单位：市水利局；完成时限：汛期前）")
    assert measure.doubts == ("时限无法换算成日期：汛期前 · a deadline that is no date: 汛期前",)


def test_ids_stay_and_differ() -> None:
    text = HEAD + "1.推行网办。（市数据局负责）\n2.推行网办。（市数据局负责）"
    first, again = read(text), read(text)
    assert [m.id for m in first.measures] == [m.id for m in again.measures]
    entries = [*first.measures, *first.passages]
    assert len({e.id for e in entries}) == len(entries)


def test_long_prose_is_cut_into_passages_at_full_stops() -> None:
    sentence = "各级各部门要提高思想认识，加强统筹协调，形成工作合力，确保各项部署落到实处。"
    passages = read(HEAD + sentence * 40).passages
    assert max(len(p.text) for p in passages) <= 600
    assert all(p.text.endswith("。") for p in passages[1:])


def test_nothing_of_an_empty_or_wordless_document() -> None:
    assert read("  \n").measures == ()
    assert read("。。。\n———\n").measures == ()


# ---- laws ----------------------------------------------------------------------------------------------------


def check_laws(extraction: Extraction) -> None:
    document = extraction.document
    for entry in (*extraction.measures, *extraction.passages):
        assert fold("".join(document.slice(s) for s in entry.parts)) == fold(entry.text)
        assert list(entry.parts) == sorted(entry.parts)
        for span in (*entry.parts, *entry.extent):
            assert span == document.span(span.start, span.end)
    for measure in extraction.measures:
        for part in measure.parts:
            assert any(e.start <= part.start and part.end <= e.end for e in measure.extent)
        for mention in measure.mentions:
            printed = re.sub(r"\s|# Page \d+:", "", document.slice(mention.span))
            assert printed and (
                mention.name.endswith(fold(printed)[-2:]) or fold(printed) in fold(mention.name)
            )
        for deadline in measure.deadlines:
            assert fold(deadline.raw)[:2] in fold(document.slice(deadline.span))


@pytest.mark.parametrize("name", CASES)
def test_laws_of(name: str) -> None:
    check_laws(read(HEAD + CASES[name][0]))


def test_laws_of_wrapped_text() -> None:
    check_laws(read(WRAPPED))


def test_a_rule_for_the_whole_plan_may_stand_in_the_first_bracket() -> None:
    found = measures(
        "1.推行网办。（市数据局牵头，以下均需各县区人民政府落实，不再列出）\n2.推行秒批。（市行政审批局牵头）"
    )
    assert [[(m.name, m.inherited) for m in measure.mentions] for measure in found] == [
        [("市数据局", False), ("各县区人民政府", True)],
        [("市行政审批局", False), ("各县区人民政府", True)],
    ]
