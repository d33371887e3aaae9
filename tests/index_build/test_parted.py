"""Tables whose rows are lines: blanks and tabs part the cells, columns in any order, cells that go on below."""

from __future__ import annotations

import pytest

from index_build.model import Document
from index_build.sheet import read_sheet
from index_build.tables.columns import Column
from index_build.tables.parted import find_parted_tables
from index_build.tables.rows import TaskTable


def tables(text: str) -> tuple[list[TaskTable], str]:
    sheet = read_sheet(Document("plan.txt", text, "0" * 64))
    return find_parted_tables(sheet, 0, len(sheet.text)), sheet.text


def cells(text: str) -> list[dict[Column, str]]:
    found, folded = tables(text)
    return [
        {column: "".join(folded[a:b] for a, b in stretches) for column, stretches in row.cells.items()}
        for table in found
        for row in table.rows
    ]


def test_columns_stand_in_any_order() -> None:
    rows = cells(
        "完成时限   牵头单位   工作任务          序号\n"
        "6月底前    市财政局   公开收费清单      1\n"
        "8月底前    市住建局   推行联合验收      2\n"
    )
    assert rows == [
        {Column.DEADLINE: "6月底前", Column.LEAD: "市财政局", Column.BODY: "公开收费清单"},
        {Column.DEADLINE: "8月底前", Column.LEAD: "市住建局", Column.BODY: "推行联合验收"},
    ]


def test_an_empty_cell_between_blanks_is_told_by_its_place() -> None:
    rows = cells(
        "序号   工作任务        牵头单位     配合单位     完成时限\n"
        "1      公开收费清单    市财政局     市发改委     6月底前\n"
        "2      推行联合验收    市住建局                  8月底前\n"
    )
    assert rows[1] == {Column.BODY: "推行联合验收", Column.LEAD: "市住建局", Column.DEADLINE: "8月底前"}


def test_a_cell_goes_on_under_its_column() -> None:
    rows = cells(
        "序号   工作任务        责任单位\n"
        "1      公开收费清      市财政局、市\n"
        "       单并更新        发改委\n"
        "2      推行联合验收    市住建局\n"
    )
    assert rows[0] == {Column.BODY: "公开收费清单并更新", Column.RESPONSIBLE: "市财政局、市发改委"}


def test_a_heading_between_rows_is_their_section_and_a_note_ends_the_table() -> None:
    found, folded = tables(
        "序号\t工作任务\t责任单位\n一、简政放权\n1\t公开收费清单\t市财政局\n二、优化服务\n2\t推行联合验收\t市住建局\n"
        "注：排在首位的为牵头单位。\n"
    )
    (table,) = found
    assert [row.sections for row in table.rows] == [("一、简政放权",), ("二、优化服务",)]
    assert folded[table.end :] == "注：排在首位的为牵头单位。"


def test_a_line_of_bars_alone_ends_the_table() -> None:
    rows = cells(
        "任务 | 责任单位 | 完成时限\n公开收费清单 | 市财政局 | 6月底前\n推行联合验收 | 市住建局 | 8月底前\n| |\n"
    )
    assert [row[Column.DEADLINE] for row in rows] == ["6月底前", "8月底前"]


@pytest.mark.parametrize(
    "text",
    [
        "工作任务和责任单位要落实到人，完成时限要明确到月。\n各部门  要  抓好落实。\n",
        "序号  工作任务  责任单位\n以上任务由各部门抓好落实，年底前报送总结。\n",
        "姓名  电话  地址\n张某  8765  某路1号\n李某  8766  某路2号\n",
    ],
)
def test_what_is_no_table_of_tasks(text: str) -> None:
    assert tables(text)[0] == []
