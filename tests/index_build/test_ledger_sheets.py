"""Ledgers as offices keep them in workbooks: heads over two rows whose cells nobody merged, and who reports them and when,
said above the table.  What is expected is written out by hand."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import openpyxl
import pytest

from index_build.measures import extract
from index_build.model import Extraction
from index_build.readers import read_bytes

Cells = Sequence[str | None]
TITLE = ["云溪市便民服务重点任务台账"]
HEAD = ["序号", "任务内容", "牵头单位", "配合单位", "完成时限"]
ROWS = (
    ["1", "推行企业开办一日办结", "市市场监管局", "市公安局", "2031年6月底"],
    ["2", "推行公证网上办理", "市司法局", "市大数据局", "2031年9月底"],
    ["3", "设立办事窗口，配齐人员", "市行政审批局", "市财政局", "2031年3月底"],
)
LEADS = [("市市场监管局",), ("市司法局",), ("市行政审批局",)]
HELPERS = [("市公安局",), ("市大数据局",), ("市财政局",)]


def read(*rows: Cells) -> Extraction:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return extract(read_bytes(data.getvalue(), "台账.xlsx"))


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (["序号", "任务内容", "责任分工", None, "完成时限"], [None, None, "牵头单位", "配合单位", None]),
        (["序号", "任务内容", "责任单位", None, "完成时限"], [None, None, "牵头", "配合", None]),
        (["序号", "任务内容", "责任部门", None, "时间"], [None, None, "主办", "协办", "节点"]),
        (["序号", "任务内容", "责任单位", None, "完成时限"], [None, None, "主办", "协办", None]),
    ],
)
def test_heads_over_two_rows_without_merged_cells(upper: Cells, lower: Cells) -> None:
    for above in ([], [TITLE]):
        found = read(*above, upper, lower, *ROWS).measures
        assert [m.lead for m in found] == LEADS
        assert [m.responsible for m in found] == HELPERS
        assert [d.raw for m in found for d in m.deadlines] == ["2031年6月底", "2031年9月底", "2031年3月底"]


def test_two_wide_heads_without_merged_cells() -> None:
    found = read(
        TITLE,
        ["序号", "任务内容", "责任单位", None, "进度安排", None],
        [None, None, "牵头单位", "配合单位", "完成时限", "进展"],
        *([*row, "推进中"] for row in ROWS),
    ).measures
    assert [m.lead for m in found] == LEADS and [m.responsible for m in found] == HELPERS
    assert [d.raw for m in found for d in m.deadlines] == ["2031年6月底", "2031年9月底", "2031年3月底"]


def test_a_row_without_a_number_below_a_head_is_a_row() -> None:
    rows = [[None, *row[1:]] for row in ROWS]
    found = read(TITLE, ["类别", *HEAD[1:]], ["一、政务", *rows[0][1:]], *rows[1:]).measures
    assert [m.lead for m in found] == LEADS


REPORTED = dt.date(2031, 4, 2)
UNIT = "云溪市行政审批局"


@pytest.mark.parametrize(
    ("above", "issued"),
    [
        ([f"填报单位：{UNIT}", None, None, "填报日期：2031年4月2日"], REPORTED),
        (["填报单位", UNIT, None, "填报日期", "2031年4月2日"], REPORTED),
        ([f"报送单位：{UNIT}  截至日期：2031-04-02"], REPORTED),
        ([f"填表单位（盖章）：{UNIT}", None, None, "更新时间：2031/4/2"], REPORTED),
        ([f"上报单位（公章）：{UNIT}", "报送时间：2031年4月2日前"], None),
    ],
)
def test_who_reports_a_ledger_and_when(above: Cells, issued: dt.date | None) -> None:
    found = read(TITLE, above, HEAD, *ROWS)
    (policy,) = found.policies
    assert (policy.title, policy.issuers, policy.issued) == (TITLE[0], (UNIT,), issued)
    assert [m.lead for m in found.measures] == LEADS


def test_a_column_of_who_reports_is_no_issuer() -> None:
    found = read(TITLE, [*HEAD, "报送单位"], *([*row, "市统计局"] for row in ROWS))
    assert found.policies[0].issuers == ()
    assert [m.lead for m in found.measures] == LEADS
