"""Clauses: one row a way of writing, with expected values worked out by hand.  The plans quoted are invented."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index_build.clauses import BRACKET_STYLES, Clause, find_clauses
from index_build.clauses.bindings import find_bound_deadlines
from index_build.model import Role
from index_build.text import unify


@dataclass(frozen=True)
class Row:
    name: str
    text: str
    lead: str = ""
    responsible: str = ""
    deadlines: tuple[tuple[str, str | None, str | None], ...] = ()
    style: str = "labels"
    first_is_lead: bool = False


def by(raw: str, last: str | None, who: str | None = None) -> tuple[str, str | None, str | None]:
    return raw, last, who


ROWS = (
    # labels in brackets of every kind
    Row("labels", "办好。（牵头单位：市财政局；责任单位：市人社局、医保局）", "市财政局", "市人社局 市医保局"),
    Row("ascii colon", "办好。（牵头单位:市财政局;配合单位:市人社局)", "市财政局", "市人社局"),
    Row("tortoise shell", "办好。〔牵头单位：市住建局；配合单位：市政府办公室（市国动办）〕", "市住建局", "市政府办公室（市国动办）"),
    Row("square", "办好。[责任部门：县商务局]", "", "县商务局"),
    Row("black lenticular", "办好。【责任单位：县商务局，完成时限：2024年12月底】", "", "县商务局", (by("2024年12月底", "2024-12-31"),)),
    Row("mismatched halves", "办好。〔牵头单位：市水务局；配合单位：市城管局)", "市水务局", "市城管局"),
    Row("comma between labels", "办好。（牵头单位：旗林草局，责任单位：旗水务局）", "旗林草局", "旗水务局"),
    Row("full stop between labels", "办好。（牵头单位：市数据局。责任单位：各区政府。完成时限：2024年三季度）", "市数据局", "各区政府", (by("2024年三季度", "2024-09-30"),)),
    Row("host and helper", "办好。（主办：区城管局；协办：区公安分局、各街道办事处）", "区城管局", "区公安分局 各街道办事处"),
    Row("host units", "办好。（主办单位：市教育局；协办单位：市财政局）", "市教育局", "市财政局"),
    Row("taking part", "办好。（牵头部门：省药监局；参加单位：省卫生健康委；时限：2024.09.30）", "省药监局", "省卫生健康委", (by("2024.09.30", "2024-09-30"),)),
    Row("only helpers", "办好。（配合单位：市中级人民法院）", "", "市中级人民法院"),
    Row("responsible department for helper", "办好。（牵头单位：市住建局；责任部门：市水务局）", "市住建局", "市水务局"),
    Row("person left out", "办好。（责任单位：市住建局；配合单位：市自然资源和规划局；责任领导：张三；完成时限：2024年9月）", "", "市住建局 市自然资源和规划局", (by("2024年9月", "2024-09-30"),)),
    Row("person first", "办好。（责任领导：李四副市长；牵头单位：市民政局）", "市民政局"),
    Row("person with a telephone", "办好。（责任单位：市民政局；责任人：王五；联系电话：0000-1234567）", "", "市民政局"),
    Row("time node", "办好。（牵头单位：县医保局；时间节点：2024年6月底前）", "县医保局", "", (by("2024年6月底前", "2024-06-30"),)),
    Row("time of completion", "办好。（责任单位：县医保局；完成时间：长期坚持）", "", "县医保局", (by("长期坚持", None),)),
    Row("level before the label", "办好。（市级牵头单位：市司法局；县级责任单位：各县区司法局）", "市司法局", "各县区司法局"),
    Row("note after the label", "办好。（牵头单位（部门）：市司法局）", "市司法局"),
    Row("lead rule in the label", "办好。（责任单位（首位为牵头单位）：市司法局、市公安局）", "市司法局", "市公安局"),
    Row("one label for both", "办好。（牵头及责任单位：市司法局、公安局、信访局）", "市司法局", "市公安局 市信访局"),
    Row("lead rule in the bracket", "办好。（责任单位：市司法局、公安局，排名第一的为牵头单位）", "市司法局", "市公安局"),
    Row("lead rule of the paper", "办好。（责任单位：市司法局、公安局）", "市司法局", "市公安局", first_is_lead=True),
    Row("date as the last item", "办好。（责任单位：市住建局；6月底前）", "", "市住建局", (by("6月底前", "2022-06-30"),)),
    Row("date as the last item of helpers", "办好。（牵头单位：市财政局，配合单位：市人社局，2024年6月底前完成）", "市财政局", "市人社局", (by("2024年6月底前完成", "2024-06-30"),)),
    Row("two times in one value", "办好。（责任单位：市数据局；进度安排：2024年6月底前完成方案，12月底前建成）", "", "市数据局", (by("2024年6月底前完成方案", "2024-06-30"), by("12月底前建成", "2024-12-31"))),
    Row("times by level", "办好。（责任单位：县政务局；完成时限：县本级4月底前、乡镇（街道）6月底前）", "", "县政务局", (by("县本级4月底前", "2022-04-30", "县本级"), by("乡镇（街道）6月底前", "2022-06-30", "乡镇（街道）"))),
    Row("dashes of OCR colons", "办好。（牵头单位∶市财政局；责任单位︰市人社局）", "市财政局", "市人社局"),
    Row("label without colon", "办好。（牵头单位市财政局；责任单位：市人社局）", "市财政局", "市人社局"),
    Row("label with 为", "办好。（牵头单位为市财政局，责任单位为市人社局）", "市财政局", "市人社局"),
    Row("never closed", "办好。（牵头单位：市住建局；责任单位：市审批局、各旗县市区（93）再办。", "市住建局", "市审批局 各旗县市区"),
    Row("never closed at the end", "办好。（牵头单位：市住建局；责任单位：市审批局", "市住建局", "市审批局"),
    Row("bracket in a unit at the end", "办好。（责任单位：各区县人民政府（管委会））", "", "各区县人民政府（管委会）"),
    Row("other brackets before", "推行（试行）办法（含附件）。（牵头单位：市司法局）", "市司法局"),
    Row("person after the unit", "办好。（牵头单位及责任人：市财政局 张三、市人社局 李小四）", "市财政局 市人社局"),
    Row("lead noted inside the list", "办好。（责任单位：市司法局、公安局（牵头）、信访局）", "市公安局", "市司法局 市信访局"),
    Row("first leads, but not the helpers", "办好。（配合单位：市司法局）", "", "市司法局", first_is_lead=True),
    Row("two brackets side by side", "办好。（责任单位：市教育局）（完成时限：2024年6月底）", "", "市教育局", (by("2024年6月底", "2024-06-30"),)),
    Row("two brackets with a stop between", "办好。（牵头单位：市教育局）；（配合单位：市财政局）", "市教育局", "市财政局"),
    Row("white lenticular", "办好。〖责任单位：市教育局〗", "", "市教育局"),
    Row("curly", "办好。{责任单位：市教育局}", "", "市教育局"),
    Row("semicolon read for the colon", "办好。（牵头单位；市财政局；责任单位：市人社局）", "市财政局", "市人社局"),
    Row("traditional characters", "辦好。（牽頭單位：市財政局；責任單位：市人社局、醫保局；完成時限：2024年6月底前）", "市財政局", "市人社局 市醫保局", (by("2024年6月底前", "2024-06-30"),)),
    Row("section of an office", "办好。（责任股室：投资促进股；完成时间：8月）", "", "投资促进股", (by("8月", "2022-08-31"),)),
    Row("committees of zones", "办好。（责任单位：市政府有关部门，各区政府、各功能区管委）", "", "市政府有关部门 各区政府 各功能区管委"),
    Row("by duties in a note", "办好。（责任单位：市住建局（按职责分工）、城管局）", "", "市住建局 市城管局"),
    Row("leads said after a label", "办好。（责任单位：市人力社保局、农业农村局分别牵头）", "市人力社保局 市农业农村局"),
    Row("in charge said after a label", "办好。（责任单位：县司法局、各有关部门，乡镇人民政府按职责分工分别负责）", "", "县司法局 各有关部门 乡镇人民政府"),
    Row("verbs after a label", "办好。（责任单位：市住建局牵头，市自然资源局、城管局配合）", "市住建局", "市自然资源局 市城管局"),
    # verbs
    Row("leads, helps", "办好。（市市场监管局、公安局牵头，市数据局配合）", "市市场监管局 市公安局", "市数据局", style="verbs"),
    Row("leads, takes part", "办好。（市商务局牵头，市财政局、市税务局参与）", "市商务局", "市财政局 市税务局", style="verbs"),
    Row("leads, by duties", "办好。（市商务局牵头，市财政局、市税务局按职责分工负责）", "市商务局", "市财政局 市税务局", style="verbs"),
    Row("leads and is in charge", "办好。（省商务厅牵头负责，各市人民政府、省直相关部门配合）", "省商务厅", "各市人民政府 省直相关部门", style="verbs"),
    Row("by duties", "办好。（省商务厅、省财政厅等按职责分工负责）", "省商务厅 省财政厅", style="verbs"),
    Row("by duties with 照", "办好。（省商务厅、省财政厅按照职责分工负责）", "省商务厅 省财政厅", style="verbs"),
    Row("in charge", "办好。（市消防救援支队负责）", "市消防救援支队", style="verbs"),
    Row("in charge, helps", "办好。（市商务局负责，市财政局配合）", "市商务局", "市财政局", style="verbs"),
    Row("by", "办好。（由市教育局负责）", "市教育局", style="verbs"),
    Row("together with", "办好。（市发改委会同市财政局、人社局负责）", "市发改委", "市财政局 市人社局", style="verbs"),
    Row("leads, together with", "办好。（由市发改委牵头，会同市财政局、市人社局）", "市发改委", "市财政局 市人社局", style="verbs"),
    Row("lead together", "办好。（市行政审批局、市大数据局共同牵头）", "市行政审批局 市大数据局", style="verbs"),
    Row("enumeration comma between verbs", "办好。（市发改委牵头、市财政局等配合）", "市发改委", "市财政局", style="verbs"),
    Row("X等Y", "办好。（省财政厅牵头，省证监局等相关部门配合）", "省财政厅", "省证监局 相关部门", style="verbs"),
    Row("departments and so on", "办好。（市发改委牵头，市工信局、市财政局等部门按职责分工负责，2024年6月底前完成）", "市发改委", "市工信局 市财政局", (by("2024年6月底前完成", "2024-06-30"),), "verbs"),
    Row("governments of all levels", "办好。（省财政厅等部门，各市、州人民政府按职责分工负责）", "省财政厅 各市、州人民政府", style="verbs"),
    Row("finishes its part", "办好。（市数据局牵头，各县〈市、区〉人民政府、市直各单位按职责完成有关工作，长期推进）", "市数据局", "各县〈市、区〉人民政府 市直各单位", (by("长期推进", None),), "verbs"),
    Row("date first", "办好。（2024年6月底前完成，市财政局负责）", "市财政局", "", (by("2024年6月底前完成", "2024-06-30"),), "verbs"),
    Row("goes on", "办好。（市委组织部、市人力资源社会保障局按职责分工负责；持续推进）", "市委组织部 市人力资源社会保障局", "", (by("持续推进", None),), "verbs"),
    Row("carries out", "办好。（各镇人民政府组织实施）", "各镇人民政府", style="verbs"),
    Row("role in inner brackets", "办好。（市发改委（牵头）、市财政局、市税务局）", "市发改委", "市财政局 市税务局", style="list"),
    Row("towns and offices", "办好。（由县民政局牵头负责，县财政局、残联，各乡（镇）人民政府、街道办事处配合）", "县民政局", "县财政局 县残联 各乡（镇）人民政府 各街道办事处", style="verbs"),
    Row("party and media", "办好。（县委宣传部牵头，县委网信办、县融媒体中心按职责分工负责）", "县委宣传部", "县委网信办 县融媒体中心", style="verbs"),
    Row("new district", "办好。（市发改委、财政局，各区县政府、高新区管委会按职责分工负责，持续推进）", "市发改委 市财政局 各区县政府 高新区管委会", "", (by("持续推进", None),), "verbs"),
    Row("ministries, dates of three steps", "办好。（财政部牵头，工业和信息化部、商务部等按职责分工负责，3月底前出台政策，6月底前取得成效，年内持续推进）", "财政部", "工业和信息化部 商务部", (by("3月底前出台政策", "2022-03-31"), by("6月底前取得成效", "2022-06-30"), by("年内持续推进", "2022-12-31")), "verbs"),
    Row("what each is in charge of", "办好。（市发改委负责项目审批；市住建局、城管局负责施工许可；市财政局配合做好资金保障）", "市发改委 市住建局 市城管局", "市财政局", style="verbs"),
    # bare lists
    Row("bare list", "办好。（省医保局、财政厅、卫生健康委，各市人民政府）", "省医保局 省财政厅 省卫生健康委 各市人民政府", style="list"),
    Row("bare list, first leads", "办好。（省医保局、财政厅，各市人民政府）", "省医保局", "省财政厅 各市人民政府", style="list", first_is_lead=True),
    Row("bare list with the rule", "办好。（省医保局、财政厅，各有关单位。排在首位的为牵头单位，下同）", "省医保局", "省财政厅 各有关单位", style="list"),
    Row("bare list with a date", "办好。（市住建局；6月底前）", "市住建局", "", (by("6月底前", "2022-06-30"),), "list"),
    Row("bare list with a slashed date", "办好。（市司法局、各县（市、区）人民政府，2024/7/31前）", "市司法局 各县（市、区）人民政府", "", (by("2024/7/31前", "2024-07-31"),), "list"),
    Row("times by unit", "办好。（市财政局：6月底前；市人社局：9月底前）", "市财政局 市人社局", "", (by("6月底前", "2022-06-30", "市财政局"), by("9月底前", "2022-09-30", "市人社局")), "list"),
    Row("bare list with a unit of unknown form", "办好。（市发改委、市住建局、市水务局、市供电公司、市水司）", "市发改委 市住建局 市水务局 市供电公司 市水司", style="list"),
    Row("governments of the country", "办好。（司法部、国务院办公厅，各省、自治区、直辖市人民政府）", "司法部 国务院办公厅 各省、自治区、直辖市人民政府", style="list"),
    Row("party committees and governments", "办好。（各县（市、区）党委和政府，市直有关部门）", "各县（市、区）党委和政府 市直有关部门", style="list"),
    Row("starts at once", "办好。（区委组织部、区人社局；各街道；即时启动，2024年底前完成）", "区委组织部 区人社局 各街道", "", (by("即时启动", None), by("2024年底前完成", "2024-12-31")), "list"),
    Row("collective only", "办好。（各地区各部门）", "各地区各部门", style="list"),
    # lines without brackets
    Row("label lines", "办好。牵头单位：区审批局责任单位：区税务局、人社局计划举措：（1）先办。（2）再办。完成时限：2022年8月底取得阶段性成效，持续推进", "区审批局", "区税务局 区人社局", (by("2022年8月底取得阶段性成效，持续推进", "2022-08-31"),), "label lines"),
    Row("times by unit on lines", "办好。牵头单位：区供电分局、区市场局计划举措：供电分局：先办。区市场局：再办。完成时限：区供电分局：长期坚持（已完成）区市场局：2022年底取得阶段性成效，持续推进", "区供电分局 区市场局", "", (by("长期坚持（已完成）", None, "区供电分局"), by("2022年底取得阶段性成效，持续推进", "2022-12-31", "区市场局")), "label lines"),
    Row("label lines in sentences", "办好。责任单位：市公安局、教育局。配合单位：各县市区政府。时限要求：2024年第二季度取得进展，第四季度完成。", "", "市公安局 市教育局 各县市区政府", (by("2024年第二季度取得进展", "2024-06-30"), by("第四季度完成", "2024-12-31")), "label lines"),
    Row("lead rule noted after the units", "办好。责任单位：市发改委、市财政局（第一责任单位为牵头单位，下同）时限要求：持续推进", "市发改委", "市财政局", (by("持续推进", None),), "label lines"),
    Row("label line with a person between", "办好。牵头单位：县审批局。责任领导：李四。完成时限：2024年11月30日前。", "县审批局", "", (by("2024年11月30日前", "2024-11-30"),), "label lines"),
    Row("times by unit in sentences", "办好。牵头单位：区市场监管局、税务局完成时限：区市场监管局：6月底前完成。区税务局：8月底前完成。（三）下一节", "区市场监管局 区税务局", "", (by("6月底前完成", "2022-06-30", "区市场监管局"), by("8月底前完成", "2022-08-31", "区税务局")), "label lines"),
    Row("times by several units", "办好。牵头单位：区司法局、市场监管局、应急管理局完成时限：区司法局：5月底前完成。区市场监管局、应急管理局：11月底前完成。", "区司法局 区市场监管局 区应急管理局", "", (by("5月底前完成", "2022-05-31", "区司法局"), by("11月底前完成", "2022-11-30", "区市场监管局"), by("11月底前完成", "2022-11-30", "区应急管理局")), "label lines"),
    Row("times of units not named before", "办好。牵头单位：市数据局完成时限：市数据局：6月底前；各旗县区：9月底前。", "市数据局", "", (by("6月底前", "2022-06-30", "市数据局"), by("9月底前", "2022-09-30", "各旗县区")), "label lines"),
    Row("label line closed by a full stop", "办好。责任单位：公安分局；时间节点：长期坚持。下一句。", "", "公安分局", (by("长期坚持", None),), "label lines"),
    Row("label line before the next item", "办好。责任单位：县财政局、税务局2.再办。", "", "县财政局 县税务局", style="label lines"),
    Row("time alone", "办好。完成时限：2024年10月底前", "", "", (by("2024年10月底前", "2024-10-31"),), "label lines"),
    # sentences
    Row("sentence", "由市财政局牵头，市人社局配合。", "市财政局", "市人社局", style="sentence"),
    Row("sentence with a subject", "先办。此项工作由市财政局牵头，市人社局、医保局配合，2024年6月底前完成。", "市财政局", "市人社局 市医保局", (by("2024年6月底前完成", "2024-06-30"),), "sentence"),
    Row("sentence together", "先办。由市教育局会同市财政局、市人社局负责。", "市教育局", "市财政局 市人社局", style="sentence"),
    Row("sentence with labels", "先办。牵头单位为市财政局，配合单位为市人社局、医保局。", "市财政局", "市人社局 市医保局", style="sentence"),
    # rules for a whole plan
    Row("plan-wide, in charge", "本方案各项任务均由各市（州）人民政府负责，不再逐一列出。", "各市（州）人民政府", "", style="plan-wide"),
    Row("plan-wide, part of all", "下列任务均涉及各县区政府，不再一一列出。", "", "各县区政府", style="plan-wide"),
    Row("plan-wide, said of the units", "各县（市、区）人民政府、经开区管委会为以上各项任务的责任单位，不再单独列出。", "", "各县（市、区）人民政府 经开区管委会", style="plan-wide"),
    Row("plan-wide", "以下各任务均需各旗县区人民政府落实。", "", "各旗县区人民政府", style="plan-wide"),
)  # fmt: skip


def one(row: Row) -> Clause:
    found = find_clauses(row.text, first_is_lead=row.first_is_lead, year=2022)
    assert len(found) == 1, found
    return found[0]


def names(clause: Clause, role: Role) -> list[str]:
    return [unit.name for unit, of in clause.units if of is role]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_styles(row: Row) -> None:
    clause = one(row)
    assert clause.style == row.style
    assert names(clause, Role.LEAD) == row.lead.split()
    assert names(clause, Role.RESPONSIBLE) == row.responsible.split()
    got = [(hit.raw, hit.last.isoformat() if hit.last else None, who) for hit, who in clause.deadlines]
    assert got == list(row.deadlines)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_value_stands_where_it_says(row: Row) -> None:
    clause = one(row)
    for unit, _ in clause.units:
        assert clause.start <= unit.start < unit.end <= clause.end
        assert unit.name.endswith(row.text[unit.start : unit.end])
    for hit, _ in clause.deadlines:
        assert clause.start <= hit.start < hit.end <= clause.end
        assert row.text[hit.start : hit.end] == hit.raw


def test_every_style_has_its_rows() -> None:
    """A style without a row here would be a style nobody has checked."""
    assert {style.name for style in BRACKET_STYLES} <= {row.style for row in ROWS}
    for style in BRACKET_STYLES:
        assert [clause.style for clause in find_clauses("办好。" + style.example)] == [style.name]


@pytest.mark.parametrize(
    "text",
    [
        "各级政务服务大厅（分大厅、中心）统一标准。",
        "制定管理办法（试行）。",
        "推进不动产登记（含抵押登记）。",
        "县医疗保障局（以下简称县医保局）要加强宣传。",
        "优化用地（用林）审批。",
        "完善企业开办平台（系统），提升体验。",
        "在园区（街道）设立服务站。",
        "项目（10个）全部开工。",
        "企业负责人要落实主体责任。",
        "办理时限为3个工作日。",
        "推动公安机关、检察机关配合衔接。",
        "由企业自行负责运维，政府不再参与。",
        "（优化营商环境，排在首位的牵头单位：市财政局）",  # its only label stands in a rule about labels
    ],
)
def test_what_only_looks_like_a_clause_is_none(text: str) -> None:
    assert find_clauses(text, year=2022) == []


def test_several_clauses_in_one_paragraph() -> None:
    text = "先办。（省财政厅牵头）再办。（省商务厅、税务局按职责分工负责）后办。（省人社厅）"
    found = find_clauses(text)
    assert [names(clause, Role.LEAD) for clause in found] == [
        ["省财政厅"],
        ["省商务厅", "省税务局"],
        ["省人社厅"],
    ]
    assert [text[clause.start : clause.end] for clause in found] == re.findall("（.*?）", text)


def test_plan_is_the_stretch_after_its_label() -> None:
    text = "办好。牵头单位：区审批局计划举措：（1）先办。（2）再办。完成时限：2022年8月底"
    (clause,) = find_clauses(text)
    assert clause.plan is not None
    assert text[slice(*clause.plan)] == "（1）先办。（2）再办。"


def test_clauses_of_two_measures_do_not_run_together() -> None:
    text = "1.先办。牵头单位：区审批局完成时限：6月底前2.再办。牵头单位：区财政局责任单位：区审计局完成时限：9月底前"
    found = find_clauses(text, year=2022)
    assert [names(clause, Role.LEAD) for clause in found] == [["区审批局"], ["区财政局"]]
    assert [hit.last.isoformat() for clause in found for hit, _ in clause.deadlines if hit.last] == [
        "2022-06-30",
        "2022-09-30",
    ]


# ---- laws ---------------------------------------------------------------------------------------------------

_UNITS = st.lists(
    st.sampled_from(
        ["财政局", "人社局", "住房和城乡建设局", "文化和旅游局", "市场监管局", "医保局", "数据局"]
    ),
    min_size=1,
    max_size=5,
    unique=True,
)


@given(
    level=st.sampled_from(["市", "县", "区", "旗", "省", "自治区", "昆都仑区"]),
    leads=_UNITS,
    helpers=_UNITS,
    month=st.integers(1, 12),
    brackets=st.sampled_from(["（）", "〔〕", "()", "[]", "【】"]),
    colon=st.sampled_from("：:"),
    between=st.sampled_from("；，。;"),
)
def test_generated_clauses_are_read_back(
    level: str, leads: list[str], helpers: list[str], month: int, brackets: str, colon: str, between: str
) -> None:
    text = (
        f"第一句。{brackets[0]}牵头单位{colon}{level}{'、'.join(leads)}{between}配合单位{colon}"
        f"{level}{'、'.join(helpers)}{between}完成时限{colon}{month}月底前{brackets[1]}"
    )
    (clause,) = find_clauses(text, year=2023)
    assert names(clause, Role.LEAD) == [level + unit for unit in leads]
    assert names(clause, Role.RESPONSIBLE) == [level + unit for unit in helpers]
    ((hit, who),) = clause.deadlines
    assert (hit.raw, who) == (f"{month}月底前", None)
    assert hit.last is not None
    assert (hit.last.year, hit.last.month) == (2023, month)


_NOISE = st.text(
    alphabet="市区县旗局委办部门单位牵头责任配合完成时限计划举措（）〔〕()[]【】：:；;，、。和及等由会同按职责分工负责0123456789年月日底前 \n甲乙丙",
    max_size=120,
)


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=200), _NOISE))
def test_any_text_is_survived_with_places_in_range(text: str) -> None:
    end = 0
    for clause in find_clauses(text, year=2022):
        assert end <= clause.start < clause.end <= len(text)
        end = clause.end if clause.style != "plan-wide" else end
        for unit, _ in clause.units:
            assert 0 <= unit.start < unit.end <= len(text)
            assert unify(unit.name).endswith(unify("".join(text[unit.start : unit.end].split())))
        for hit, _ in clause.deadlines:
            assert 0 <= hit.start < hit.end <= len(text)
    for hit, _ in find_bound_deadlines(text, 2022):
        assert 0 <= hit.start < hit.end <= len(text)


@pytest.mark.parametrize(
    ("piece", "times"),
    [
        ("（", 1000), ("（牵头单位：", 200), ("牵头单位：市", 500), ("）", 4000), ("2022年", 1000),
        ("市财政局、", 4000), ("年底前，", 1000),
    ],
)  # fmt: skip
def test_time_grows_with_length_only(piece: str, times: int) -> None:
    """Eight times the text takes about eight times the time; 64 times would be quadratic.  The margin between is
    for other work on the machine, of which the best of three runs sees least."""

    def seconds(text: str) -> float:
        begun = time.process_time()
        find_clauses(text, year=2022)
        find_bound_deadlines(text, 2022)
        return time.process_time() - begun

    short, long = (min(seconds(piece * n) for _ in range(3)) for n in (times, 8 * times))
    assert long < 32 * short + 0.02


@pytest.mark.parametrize(
    "text",
    ["推行（市财政局" * 4000, "（市财政局，" * 1500 + "）" * 1500, "（" * 3000 + "市财政局" + "）" * 3000],
    ids=["never closed", "in one another", "nothing between"],
)
def test_brackets_in_one_another_take_time_by_length(text: str) -> None:
    started = time.process_time()
    find_clauses(text)
    assert time.process_time() - started < 5
