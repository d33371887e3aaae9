"""Columns of tables told by what their cells hold, in any order and under heads in any words, or none."""

from __future__ import annotations

import pytest

from index_build.tables.column_contents import Content, contents_of, names_time, tell_columns
from index_build.tables.columns import Column, name_columns

TASKS = ["建设企业服务大厅，推行一窗受理。", "清理历史遗留登记问题三百件。", "修缮老旧管网十二公里。"]
LEADS = ["澄湖县政务服务局", "澄湖县自然资源局", "澄湖县住建局"]
HELPERS = ["县数据局、县财政局", "县财政局、县法院", "—"]
TIMES = ["2024年5月底前", "长期坚持", "9月30日前"]


def columns(told: list[tuple[Column | None, float]]) -> list[Column | None]:
    return [column for column, _ in told]


@pytest.mark.parametrize(
    ("cells", "content"),
    [
        (["1", "2", "3"], Content.SERIAL),
        (["①", "②", "③"], Content.SERIAL),
        (["县财政局", "县住建局、县农业农村局", "各乡镇人民政府"], Content.UNITS),
        (["由县财政局牵头，县审计局配合", "县教育局负责"], Content.UNITS),
        (["6月底前", "持续推进", "2024年第三季度", "2024-09-30"], Content.TIME),
        (["罗某某", "卞安", "王小北、李江"], Content.PERSON),
        (["0000-6600121", "13800000000"], Content.CONTACT),
        (["●", "○", "牵头", "配合"], Content.SIGN),
        (["已完成前期调研。", "正在办理用地手续。"], Content.PROGRESS),
        (["河道保洁不到位。", "管网建设滞后。"], Content.PROBLEM),
        (["建设管网五公里。", "开展执法检查。"], Content.WORDS),
    ],
)
def test_the_cells_of_a_column_read_as_one_kind(cells: list[str], content: Content) -> None:
    assert contents_of(cells).share(content) == 1.0


@pytest.mark.parametrize(
    "words", ["青少年活动中心", "建成5个年产万吨的基地，并于2024年年底前投产达效", "前期工作"]
)
def test_words_that_hold_the_signs_of_a_time_are_none(words: str) -> None:
    assert not names_time(words)


def test_columns_without_any_head_in_any_order() -> None:
    assert columns(tell_columns([TIMES, HELPERS, TASKS, LEADS, ["1", "2", "3"]])) == [
        Column.DEADLINE,
        Column.RESPONSIBLE,
        Column.BODY,
        Column.LEAD,
        Column.NUMBER,
    ]


def test_persons_under_a_head_of_units_are_no_units() -> None:
    told = tell_columns([TASKS, ["罗某某", "卞安", "王小北"], LEADS], ["任务", "责任部门", "牵头部门"])
    assert columns(told) == [Column.TASK, Column.OTHER, Column.LEAD]


def test_dates_under_the_word_progress_are_limits_and_reports_are_none() -> None:
    assert columns(tell_columns([TASKS, LEADS, TIMES], ["任务", "牵头单位", "进度"]))[2] is Column.DEADLINE
    reports = ["已完成。", "正在推进。", "已启动。"]
    assert columns(tell_columns([TASKS, LEADS, reports], ["任务", "牵头单位", "到哪了"]))[2] is Column.OTHER


def test_what_is_to_be_done_is_the_body_and_not_what_is_amiss() -> None:
    amiss = [
        "部分企业反映办事窗口分散，来回跑动多，服务效率不高。",
        "历史登记资料缺失，办理进度滞后，群众反映强烈。",
        "管网老化，漏损率居高，维护资金不足。",
    ]
    told = tell_columns([amiss, TASKS, LEADS], ["是什么", "怎么办", "谁来办"])
    assert columns(told) == [None, Column.BODY, Column.UNITS]


def test_other_bodies_beside_known_units_are_left_out() -> None:
    told = tell_columns([TASKS, LEADS, LEADS, LEADS], ["任务", "牵头单位", "督导单位名称", "业主"])
    assert columns(told)[1:] == [Column.LEAD, Column.OTHER, Column.OTHER]


def test_a_head_is_surer_than_cells() -> None:
    named, by_cells = tell_columns([LEADS, HELPERS], ["牵头单位"])
    assert named == (Column.LEAD, 0.9)
    assert by_cells.column is Column.RESPONSIBLE


def test_who_answers_leads_beside_those_that_help() -> None:
    assert name_columns(["责任部门", "协助部门"]) == [Column.LEAD, Column.RESPONSIBLE]
    assert name_columns(["责任单位", "落实单位"]) == [Column.RESPONSIBLE, Column.RESPONSIBLE]
    assert name_columns(["责任部门", "牵头部门"]) == [Column.RESPONSIBLE, Column.LEAD]
