"""Task tables: heads in any words and order, merged cells, tables flattened to lines and cut by pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index_build.clauses.shares import read_numbers
from index_build.measures import extract
from index_build.model import Cell, Document, Measure, Table
from index_build.sheet import read_sheet
from index_build.tables.column_contents import tell_columns
from index_build.tables.columns import Column, read_head, settle_columns
from index_build.tables.flat import find_flat_tables


@pytest.mark.parametrize(
    ("head", "column"),
    [
        ("序号", Column.NUMBER),
        ("牵头单位", Column.LEAD),
        ("牵 头\n部 门", Column.LEAD),
        ("牽頭單位", Column.LEAD),
        ("主办单位", Column.LEAD),
        ("责任单位", Column.RESPONSIBLE),
        ("配合部门", Column.RESPONSIBLE),
        ("协办单位", Column.RESPONSIBLE),
        ("责任分工", Column.UNITS),
        ("牵头单位及责任单位", Column.UNITS),
        ("完成时限", Column.DEADLINE),
        ("时间节点", Column.DEADLINE),
        ("计划完成时间", Column.DEADLINE),
        ("计划竣工", Column.DEADLINE),
        ("计划开工", Column.OTHER),
        ("主要内容", Column.BODY),
        ("具体举措", Column.BODY),
        ("重点任务", Column.TASK),
        ("工作任务", Column.TASK),
        ("一级指标", Column.SECTION),
        ("备注", Column.OTHER),
        ("责任人", Column.OTHER),
        ("条款", Column.ARTICLE),
        ("整改责任单位", Column.RESPONSIBLE),
        ("市级牵头部门", Column.LEAD),
        ("责任处室", Column.RESPONSIBLE),
        ("责任单位及责任人", Column.RESPONSIBLE),
        ("责任单位（列首位的为牵头单位）", Column.UNITS),
        ("序时进度", Column.DEADLINE),
        ("办结时限", Column.DEADLINE),
        ("完成时限（2024年）", Column.DEADLINE),
        ("三季度", Column.PERIOD),
        ("2024年4月目标", Column.PERIOD),
        ("分管领导", Column.OTHER),
        ("存在问题", Column.OTHER),
        ("小项", Column.NUMBER),
        ("推进全市高质量发展", None),
    ],
)
def test_heads(head: str, column: Column | None) -> None:
    assert read_head(head) is column


def test_columns_without_a_known_head_are_told_by_their_cells() -> None:
    heads = ["序号", "要干什么", "谁来干", "谁配合", "干到啥时候"]
    cells = [
        ["1", "2"],
        ["建设企业服务大厅。", "清理历史遗留登记问题。"],
        ["市政务服务局", "市自然资源局"],
        ["市数据局", "市财政局"],
        ["2024年5月底前", "长期坚持"],
    ]
    wanted = [Column.NUMBER, Column.BODY, Column.LEAD, Column.RESPONSIBLE, Column.DEADLINE]
    assert [column for column, _ in tell_columns(cells, heads)] == wanted


def test_a_list_of_persons_to_call_is_no_table_of_tasks() -> None:
    heads = ["序号", "哪个单位", "找谁", "怎么打"]
    cells = [["1", "2"], ["市财政局", "市人社局"], ["王某某", "李某"], ["0000-1234567", "0000-7654321"]]
    assert settle_columns([column for column, _ in tell_columns(cells, heads)]) is None


def test_a_task_column_is_the_body_where_nothing_says_more() -> None:
    assert settle_columns([Column.NUMBER, Column.TASK, Column.LEAD]) == [
        Column.NUMBER,
        Column.BODY,
        Column.LEAD,
    ]


def test_content_beside_measures_is_the_body_and_the_measures_its_plan() -> None:
    assert settle_columns([Column.BODY, Column.BODY, Column.LEAD]) == [Column.BODY, Column.PLAN, Column.LEAD]


def test_a_table_without_units_or_times_is_none_of_tasks() -> None:
    assert settle_columns([Column.NUMBER, Column.BODY]) is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("第三条至第五条、第八条", {3, 4, 5, 8}),
        ("1-3，7", {1, 2, 3, 7}),
        ("第十二条", {12}),
        ("2、4", {2, 4}),
        ("第三条（第二款）至第五条", {3, 4, 5}),
        ("2024年", set()),
        ("全部", set()),
    ],
)
def test_articles_are_named_one_by_one_and_in_ranges(text: str, numbers: set[int]) -> None:
    assert read_numbers(text) == numbers


# ---- real tables -------------------------------------------------------------------------------------------


def with_table(rows: list[list[str]], before: str = "澄湖县重点任务表\n") -> Document:
    """A document whose table has these rows; ^ is merged with the cell above."""
    text = before
    start = len(text)
    spans: dict[tuple[int, int], int] = {}
    cells: list[list[int]] = []
    for r, row in enumerate(rows):
        for c, words in enumerate(row):
            if words == "^":
                top = spans[r - 1, c]
                cells[top][4] += 1
                spans[r, c] = top
                continue
            spans[r, c] = len(cells)
            cells.append([len(text), len(text) + len(words), r, c, 1])
            text += words + "\n"
    made = tuple(Cell(a, b, r, c, h) for a, b, r, c, h in cells)
    table = Table(start, len(text), len(rows), len(rows[0]), made)
    return Document("t.docx", text, "0" * 64, tables=(table,))


def facts(measures: tuple[Measure, ...]) -> list[tuple[object, ...]]:
    return [(m.number, m.text, m.lead, m.responsible, [str(d.date) for d in m.deadlines]) for m in measures]


def test_columns_in_any_order() -> None:
    document = with_table(
        [
            ["完成时限", "配合单位", "主办单位", "任务内容", "序号"],
            ["2024年6月底前", "县财政局、县税务局", "县发改局", "建立项目库。", "1"],
        ]
    )
    assert facts(extract(document).measures) == [
        ("1", "建立项目库。", ("县发改局",), ("县财政局", "县税务局"), ["2024-06-30"])
    ]


def test_a_merged_cell_holds_for_all_its_rows() -> None:
    document = with_table(
        [
            ["序号", "领域", "举措", "牵头单位", "时间节点"],
            ["1", "市场准入", "推行网办。", "县市场监管局", "2024年5月底前"],
            ["2", "^", "推行秒批。", "^", "2024年7月底前"],
        ]
    )
    extraction = extract(document)
    assert facts(extraction.measures) == [
        ("1", "推行网办。", ("县市场监管局",), (), ["2024-05-31"]),
        ("2", "推行秒批。", ("县市场监管局",), (), ["2024-07-31"]),
    ]
    assert [m.section for m in extraction.measures] == [("市场准入",), ("市场准入",)]


def test_units_on_lines_of_their_own_are_units_of_their_own() -> None:
    document = with_table([["任务", "责任单位"], ["清理证明事项。", "各乡镇\n各街道"]])
    assert extract(document).measures[0].responsible == ("各乡镇", "各街道")


def test_a_unit_marked_as_lead_in_the_only_unit_column_leads() -> None:
    document = with_table([["任务", "责任单位"], ["改造管网。", "县住建局（牵头）、县城管局"]])
    (measure,) = extract(document).measures
    assert (measure.lead, measure.responsible) == (("县住建局",), ("县城管局",))


def test_a_rule_below_the_table_makes_the_first_unit_the_lead() -> None:
    document = with_table([["任务", "责任单位"], ["改造管网。", "县住建局、县城管局"]])
    text = document.text + "注：责任单位中排在第一位的为牵头单位。\n"
    document = Document("t.docx", text, "0" * 64, tables=document.tables)
    (measure,) = extract(document).measures
    assert (measure.lead, measure.responsible) == (("县住建局",), ("县城管局",))


def test_a_number_inside_the_body_cell_is_the_measures_number() -> None:
    document = with_table([["任务", "责任单位"], ["3.改造管网。", "县住建局"]])
    assert facts(extract(document).measures) == [("3", "改造管网。", (), ("县住建局",), [])]


def test_a_dash_is_an_empty_cell() -> None:
    document = with_table([["任务", "牵头单位", "责任单位"], ["改造管网。", "—", "县住建局"]])
    (measure,) = extract(document).measures
    assert (measure.lead, measure.responsible) == ((), ("县住建局",))


def test_a_note_row_is_a_passage() -> None:
    document = with_table(
        [["任务", "责任单位"], ["改造管网。", "县住建局"], ["注：本表由县政府办公室负责解释。", ""]]
    )
    extraction = extract(document)
    assert [m.text for m in extraction.measures] == ["改造管网。"]
    assert "注：本表由县政府办公室负责解释。" in [p.text for p in extraction.passages]


ARTICLES = """霁州市支持民营经济发展若干规定
第一条 推行一窗受理。
第二条 给予升规奖励。
第三条 给予技改补助。
第四条 本规定自2024年7月1日起施行。
附件
责任分工表
"""


def test_units_of_an_annex_table_go_to_the_articles_it_names() -> None:
    document = with_table(
        [
            ["条款", "牵头单位", "配合单位", "完成时限"],
            ["第一条", "市行政审批局", "市数据局", "2024年6月底前"],
            ["第二条至第三条", "市工信局", "市财政局", "2024年9月底前"],
        ],
        ARTICLES,
    )
    extraction = extract(document)
    assert facts(extraction.measures) == [
        ("第一条", "推行一窗受理。", ("市行政审批局",), ("市数据局",), ["2024-06-30"]),
        ("第二条", "给予升规奖励。", ("市工信局",), ("市财政局",), ["2024-09-30"]),
        ("第三条", "给予技改补助。", ("市工信局",), ("市财政局",), ["2024-09-30"]),
    ]
    quoted = "".join(document.slice(span) for span in extraction.measures[2].extent)
    assert "给予技改补助" in quoted and "市工信局" in quoted


TASKS = """云岭省优化营商环境实施方案
1.优化企业开办服务。实现全流程网办。
2.深化信用监管。推行分级分类监管。
附件
重点任务分工表
"""


def test_rows_that_name_the_plans_own_tasks_give_them_their_units() -> None:
    document = with_table(
        [
            ["序号", "重点任务", "牵头单位"],
            ["1", "优化企业开办服务", "省市场监管局"],
            ["2", "深化信用监管", "省发展改革委"],
        ],
        TASKS,
    )
    assert facts(extract(document).measures) == [
        ("1", "优化企业开办服务。实现全流程网办。", ("省市场监管局",), (), []),
        ("2", "深化信用监管。推行分级分类监管。", ("省发展改革委",), (), []),
    ]


def test_a_table_with_tasks_of_its_own_is_a_list_of_measures() -> None:
    document = with_table(
        [["序号", "重点任务", "牵头单位"], ["1", "建设人才公寓", "省住房城乡建设厅"]], TASKS
    )
    assert [m.text for m in extract(document).measures][-1] == "建设人才公寓"
    assert len(extract(document).measures) == 3


def test_units_and_time_in_one_cell() -> None:
    document = with_table(
        [["任务", "责任单位及完成时限"], ["设立专窗。", "区行政审批局、税务局\n2024年6月底前"]]
    )
    assert facts(extract(document).measures) == [
        (None, "设立专窗。", ("区行政审批局",), ("区税务局",), ["2024-06-30"])
    ]


# ---- flat tables -------------------------------------------------------------------------------------------

FLAT = """# Page 7:
云岭省责任清单
序号
重点任务
主要内容
牵头部门
责任单位
1
1.优化通关流
程
推行“提前申报”，提高通关
效率。
云岭海关
省商务厅、省交通运
输厅
2
公开收费目录。省商务厅
—
3
2.便利跨境结
算
推广外汇便利化，凭指令
省外汇管理
处
人民银行云岭分行、
省商

# Page 8:
序号
重点任务
主要内容
牵头部门
责任单位
务厅
4
设立服务专班，累计服务企业
500
家以上。
—
各市人民政府
"""


def flat_rows() -> list[tuple[str | None, tuple[str, ...], str, str, str]]:
    sheet = read_sheet(Document("t.txt", FLAT, "0" * 64))
    (table,) = find_flat_tables(sheet, 0, len(sheet.text))

    def cell(row: int, column: Column) -> str:
        return "".join(sheet.text[a:b] for a, b in table.rows[row].cells.get(column, ()))

    return [
        (row.number, row.sections, cell(i, Column.BODY), cell(i, Column.LEAD), cell(i, Column.RESPONSIBLE))
        for i, row in enumerate(table.rows)
    ]


def test_a_flat_table_is_read_cell_by_cell() -> None:
    rows = flat_rows()
    assert rows[0] == (
        "1",
        ("1.优化通关流程",),
        "推行“提前申报”，提高通关效率。",
        "云岭海关",
        "省商务厅、省交通运输厅",
    )


def test_content_and_unit_on_one_line_and_an_empty_cell() -> None:
    assert flat_rows()[1] == ("2", ("1.优化通关流程",), "公开收费目录。", "省商务厅", "")


def test_a_row_that_a_page_cuts_inside_a_units_name() -> None:
    row = flat_rows()[2]
    assert row[1] == ("2.便利跨境结算",)
    assert row[3:] == ("省外汇管理处", "人民银行云岭分行、省商务厅")


def test_a_number_on_a_line_of_its_own_inside_a_cell_is_no_row() -> None:
    assert flat_rows()[3] == (
        "4",
        ("2.便利跨境结算",),
        "设立服务专班，累计服务企业500家以上。",
        "",
        "各市人民政府",
    )


def test_the_page_of_a_flat_row_is_where_its_content_starts() -> None:
    from index_build.readers import read_bytes  # noqa: PLC0415 - only here is a page mark read into a page

    document = read_bytes(FLAT.encode(), "t.txt")
    assert [(m.number, m.page) for m in extract(document).measures] == [
        ("1", 7),
        ("2", 7),
        ("3", 7),
        ("4", 8),
    ]


def test_a_table_with_units_that_is_none_of_tasks_is_said() -> None:
    document = with_table(
        [
            ["领导小组", "组长", "成员单位"],
            ["数字专班", "甲某", "县数据局、县财政局"],
            ["民生专班", "乙某", "县民政局"],
            ["安全专班", "丙某", "县应急局、县公安局"],
        ]
    )
    document = replace(document, text=document.text.replace("成员单位", "参加情况"))
    warnings = extract(document).warnings
    assert [w for w in warnings if "领导小组" in w or "专班" in w]


def test_a_head_that_is_told_by_its_cells_is_said() -> None:
    document = with_table(
        [
            ["干什么", "谁来干", "啥时候"],
            ["修订目录清单，推动事项标准化。", "县司法局", "2024年6月底前"],
            ["建设智能审批系统并投入运行。", "县数据局", "2024年9月底前"],
        ]
    )
    extraction = extract(document)
    assert len(extraction.measures) == 2
    assert [w for w in extraction.warnings if "按内容推断" in w]
