"""Workbooks and .csv: values as the sheet shows them, merged cells once, hidden sheets left out."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from index_build.errors import ReadError
from index_build.model import Document
from index_build.readers import read_bytes
from index_build.readers.xlsx import show
from tests.fixtures.writing import write_xlsx


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_merged_cells_and_empty_rows_and_columns() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for place, text in {"B2": "清单", "B4": "1", "D4": "甲", "B5": "2", "D6": "乙", "B6": "3"}.items():
        sheet[place] = text
    sheet.merge_cells("B2:D2")
    sheet.merge_cells("D4:D5")
    document = read_bytes(saved(book), "a.xlsx")
    (table,) = document.tables
    got = [(c.row, c.column, c.row_span, c.column_span, document.text[c.start : c.end]) for c in table.cells]
    assert got == [
        (0, 0, 1, 2, "清单"),
        (1, 0, 1, 1, "1"),
        (1, 1, 2, 1, "甲"),
        (2, 0, 1, 1, "2"),
        (3, 0, 1, 1, "3"),
        (3, 1, 1, 1, "乙"),
    ]
    assert document.text == "清单\n1\n甲\n2\n3\n乙\n"


def test_each_visible_sheet_is_a_table_under_its_name() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx("|1|甲|\n|2|乙|", "台账")))
    book.create_sheet("附表").append(["3", "丙"])
    hidden = book.create_sheet("底稿")
    hidden.append(["藏"])
    hidden.sheet_state = "hidden"
    document = read_bytes(saved(book), "a.xlsx")
    assert document.text == "台账\n1\n甲\n2\n乙\n附表\n3\n丙\n"
    assert [document.text[h.start : h.end] for h in document.headings] == ["台账", "附表"]
    assert len(document.tables) == 2
    assert any("底稿" in warning for warning in document.warnings)


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1, "General", "1"),
        (1.0, "General", "1"),
        (0.5, "General", "0.5"),
        (0.985, "0.0%", "98.5%"),
        (0.3, "0%", "30%"),
        (dt.datetime(2024, 6, 30), "yyyy-mm-dd", "2024年6月30日"),
        (dt.datetime(2024, 6, 1), 'yyyy"年"m"月"', "2024年6月"),
        (dt.datetime(2024, 6, 30, 18, 30), "yyyy/m/d h:mm", "2024年6月30日18:30"),
        (True, "General", "是"),
        (" 甲 \n\n 乙 ", "General", "甲\n乙"),
        ("甲_x000D_\n乙", "General", "甲\n乙"),
        ("#N/A", "General", ""),
        (7, "000", "007"),
        (7.0, '"第"0"项"', "第7项"),
        (12, "[DBNum1][$-804]General", "一十二"),
        (3, "[DBNum2][$-804]General", "叁"),
        (7.5, "0", "7.5"),
    ],
)
def test_values_are_shown_as_the_sheet_shows_them(value: object, form: str, shown: str) -> None:
    assert show(value, form) == shown


def test_a_workbook_without_values_is_refused() -> None:
    with pytest.raises(ReadError, match="没有内容"):
        read_bytes(saved(openpyxl.Workbook()), "a.xlsx")


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_rows_with_quotes(delimiter: str) -> None:
    text = f'序号{delimiter}任务\r\n1{delimiter}"甲，""乙""\n丙"\r\n\r\n2{delimiter}\r\n'
    document = read_bytes(text.encode("gb18030"), "a.csv")
    (table,) = document.tables
    assert [document.text[c.start : c.end] for c in table.cells] == [
        "序号",
        "任务",
        "1",
        '甲，"乙"\n丙',
        "2",
        "",
    ]


LEDGER = [
    ["序号", "重点任务", "牵头单位", "完成时限", "备注"],
    [1, "建设口袋公园。", "市园林局", "2024年6月底前", "牵头单位：市审计局"],
    [2, "此项已撤销。", "市财政局", "2024年5月底前", ""],
    [3, "更新公交车辆。", "市交通运输局", "=DATE(2024,9,30)", ""],
]


def ledger(change: Callable[[Any], None]) -> Document:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in LEDGER:
        page.append(row)
    change(page)
    out = io.BytesIO()
    book.save(out)
    return read_bytes(out.getvalue(), "a.xlsx")


def test_hidden_rows_and_columns_are_left_out_with_a_word() -> None:
    def hide(page: Any) -> None:
        page.row_dimensions[3].hidden = True
        page.column_dimensions["E"].hidden = True

    document = ledger(hide)
    assert "撤销" not in document.text
    assert "审计局" not in document.text
    assert "更新公交车辆。" in document.text
    assert [w for w in document.warnings if "隐藏的行或列（6 个单元格）" in w]


def test_rows_that_a_filter_hides_are_read() -> None:
    def filtered(page: Any) -> None:
        page.auto_filter.ref = "A1:E4"
        page.auto_filter.add_filter_column(2, ["市园林局"])
        page.row_dimensions[3].hidden = True

    assert "此项已撤销。" in ledger(filtered).text


def test_formulas_without_a_saved_result_are_said() -> None:
    assert [w for w in ledger(lambda page: None).warnings if "有 1 个公式没有保存结果" in w]


def test_a_merged_title_that_begins_in_a_hidden_column_is_seen() -> None:
    def hide(page: Any) -> None:
        page.insert_rows(1)
        page["A1"] = "重点任务清单"
        page.merge_cells("A1:E1")
        page.column_dimensions["A"].hidden = True

    document = ledger(hide)
    assert document.text.startswith("重点任务清单\n重点任务\n")
    assert [(c.row, c.column, c.column_span) for c in document.tables[0].cells[:2]] == [(0, 0, 4), (1, 0, 1)]


def test_struck_cells_are_left_out_with_a_word() -> None:
    def strike(page: Any) -> None:
        page["B3"].font = Font(strike=True)

    document = ledger(strike)
    assert "撤销" not in document.text
    assert sum("删除线" in warning for warning in document.warnings) == 1


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [(14, "2024年6月30日"), (31, "2024年6月30日"), (57, "2024年6月"), (58, "2024年6月30日")],
)
def test_dates_in_the_forms_that_chinese_excel_has_built_in(number_format: int, shown: str) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["事项", "时限"])
    page.append(["甲", dt.date(2024, 6, 30)])
    page["B2"].number_format = "yyyy"
    data = changed(
        saved(book), "xl/styles.xml", b'numFmtId="165" fontId', f'numFmtId="{number_format}" fontId'.encode()
    )
    assert read_bytes(data, "a.xlsx").text == f"事项\n时限\n甲\n{shown}\n"


def test_strict_workbooks() -> None:
    data = write_xlsx("|1|甲|\n|2|乙|")
    for part in (
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "_rels/.rels",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
    ):
        for kind in ("spreadsheetml", "officeDocument"):
            names = f"http://schemas.openxmlformats.org/{kind}/2006/", f"http://purl.oclc.org/ooxml/{kind}/"
            data = changed(data, part, names[0].encode(), names[1].encode())
    assert read_bytes(data, "a.xlsx").text == "1\n甲\n2\n乙\n"


def changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with other bytes in one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as other:
        for member in package.namelist():
            content = package.read(member)
            other.writestr(member, content.replace(old, new) if member == part else content)
    return out.getvalue()
