"""Workbooks: each visible sheet one table, merged cells once, values as a reader of the sheet sees them.

Hidden rows and columns are left out with a word about them; rows that only a filter hides are read.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from index_build.errors import ReadError
from index_build.model import Document
from index_build.numerals import chinese_count
from index_build.readers.draft import STRUCK_OUT, Draft, GridCell
from index_build.readers.faults import both, refuse
from index_build.readers.numbering import count_form
from index_build.readers.package import ZIP_FAULTS, open_package, usual_form

MAX_CELLS = 2_000_000
_TRUE = ("1", "true")
_MOST_HIDDEN = 1000
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
_PLAIN_NAME = re.compile(r"(?i)(?:sheet|工作表)\s*\d*")
_FAULTS = (
    *ZIP_FAULTS,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    InvalidFileException,
    etree.LxmlError,
    SyntaxError,
)

# the built-in forms of Chinese Excel (ECMA-376, 18.8.30), of which openpyxl knows none: it would give a day's number
_MONTH, _DAY, _TIME = 'yyyy"年"m"月"', 'm"月"d"日"', 'h"时"mm"分"'
BUILTIN_FORMATS.update(
    {
        **dict.fromkeys((27, 36, 50, 52, 57), _MONTH),
        **dict.fromkeys((28, 29, 51, 53, 54, 58), _DAY),
        **dict.fromkeys((32, 33, 34, 35, 55, 56), _TIME),
        30: "m-d-yy",
        31: f"yyyy年{_DAY}",
    }
)

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column, counted from 1


def read_xlsx(data: bytes, name: str) -> Document:
    """Raises ReadError for damaged and over-large workbooks and for those without a filled cell."""
    open_package(data, name).close()
    draft = Draft()
    try:
        usual = usual_form(data)
        package = zipfile.ZipFile(io.BytesIO(usual))
        book = openpyxl.load_workbook(io.BytesIO(usual), read_only=True, data_only=True)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                draft.warnings.append(
                    both(
                        f"工作表“{sheet.title}”是隐藏的，未读入",
                        f"The sheet “{sheet.title}” is hidden and was not read",
                    )
                )
                continue
            _put_sheet(draft, sheet, package, name, len(book.worksheets) > 1)
    except _FAULTS as error:
        if isinstance(error, ReadError):
            raise
        raise refuse(
            name,
            "不是完整的 Excel 工作簿（.xlsx）；请用 Excel/WPS 打开后另存一份。",
            "Not a sound .xlsx: open it in Excel or WPS and save a fresh copy.",
        ) from error
    if not draft.has_text():
        raise refuse(
            name,
            "工作簿里没有内容（公式可能没有保存结果）；请用 Excel/WPS 打开、保存后重试。",
            "The workbook holds no values: open and save it in Excel or WPS.",
        )
    return draft.document(data, name)


def _put_sheet(draft: Draft, sheet: Any, package: zipfile.ZipFile, name: str, many: bool) -> None:
    facts = _read_facts(package, sheet)
    left_out = set() if facts.is_filtered else facts.hidden_rows
    shown = _shown_merges(facts.merges, left_out, facts.hidden_columns)
    rows: dict[int, dict[int, str]] = {}
    struck: dict[int, bool] = {}  # by style
    count = unseen = 0
    sheet.reset_dimensions()  # else rows are filled up to the sheet's claimed width
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is None:
                continue
            count += 1
            if count > MAX_CELLS:
                raise refuse(
                    name, f"单元格超过 {MAX_CELLS} 个；请拆分后重试。", "Too many cells: split the workbook."
                )
            text = show(cell.value, cell.number_format)
            style = cell._style_id
            if style not in struck:
                struck[style] = bool(cell.font is not None and cell.font.strike)
            at = shown.get((cell.row, cell.column), (cell.row, cell.column))
            if text and (at[0] in left_out or at[1] in facts.hidden_columns):
                unseen += 1
            elif text and struck[style]:
                _warn_once(draft, STRUCK_OUT)
            elif text:
                rows.setdefault(at[0], {})[at[1]] = text
    facts.merges = [
        (*shown.get((top, left), (top, left)), bottom, right) for top, left, bottom, right in facts.merges
    ]
    draft.warnings += _warnings(sheet.title, unseen, facts.without_value)
    if not rows:
        return
    if many or not _PLAIN_NAME.fullmatch(sheet.title.strip()):
        draft.line(sheet.title.strip(), 1)
    draft.table(_grid(rows, facts.merges))


def _warn_once(draft: Draft, warning: str) -> None:
    if warning not in draft.warnings:
        draft.warnings.append(warning)


def _shown_merges(
    merges: list[Merge], rows: set[int], columns: set[int]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Where a merged cell whose first row or column is hidden is seen, by its own place."""
    seen = {}
    for top, left, bottom, right in merges:
        if top in rows or left in columns:
            row = next((n for n in range(top, bottom + 1) if n not in rows), top)
            column = next((n for n in range(left, right + 1) if n not in columns), left)
            seen[top, left] = row, column
    return seen


def _warnings(title: str, unseen: int, without_value: int) -> list[str]:
    said = []
    if unseen:
        said.append(
            both(
                f"工作表“{title}”有隐藏的行或列（{unseen} 个单元格），未读入；需要时请取消隐藏后重新读入",
                f"Hidden rows or columns of the sheet “{title}” were not read ({unseen} cells): show them and add it again",
            )
        )
    if without_value:
        said.append(
            both(
                f"工作表“{title}”有 {without_value} 个公式没有保存结果，未读入；请用 Excel/WPS 打开、保存后重试",
                f"{without_value} formulas of the sheet “{title}” have no saved result: open it in Excel or WPS, save it",
            )
        )
    return said


@dataclass(slots=True)
class _Facts:
    """What openpyxl does not give while reading row by row; rows and columns are counted from 1."""

    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_filtered: bool = False
    without_value: int = 0  # formulas whose result was never saved


def _read_facts(package: zipfile.ZipFile, sheet: Any) -> _Facts:
    facts = _Facts()
    with package.open(sheet._worksheet_path.lstrip("/")) as stream:
        for _, element in etree.iterparse(stream, resolve_entities=False, no_network=True, huge_tree=True):
            tag = etree.QName(element).localname
            if tag == "mergeCell":
                facts.merges += _range(element.get("ref", ""))
            elif tag == "filterColumn":
                facts.is_filtered = True
            elif tag == "col" and element.get("hidden") in _TRUE:
                first, last = int(element.get("min", 1)), int(element.get("max", 0))
                facts.hidden_columns.update(range(first, min(last, first + _MOST_HIDDEN) + 1))
            elif tag == "row":
                if element.get("hidden") in _TRUE and (number := element.get("r", "")).isdigit():
                    facts.hidden_rows.add(int(number))
                facts.without_value += sum(_lacks_value(cell) for cell in element)
            if tag in ("row", "mergeCell"):
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    return facts


def _lacks_value(cell: Any) -> bool:
    parts = {etree.QName(part).localname: part for part in cell if isinstance(part.tag, str)}
    if "f" not in parts or cell.get("t") == "str":  # a formula whose result is no text at all says so
        return False
    return "v" not in parts or not parts["v"].text


def _range(reference: str) -> Iterator[Merge]:
    if re.fullmatch(r"[A-Z]{1,3}\d+:[A-Z]{1,3}\d+", reference):
        left, top, right, bottom = range_boundaries(reference)
        yield top, left, bottom, right


def _grid(rows: dict[int, dict[int, str]], merges: list[Merge]) -> Iterator[GridCell]:
    """Rows and columns that hold something, counted from 0; a merged cell covers those of its range."""
    kept = sorted(rows)
    columns = sorted({column for row in rows.values() for column in row})
    spans = {(top, left): (bottom, right) for top, left, bottom, right in merges}
    covered = _covered(merges, kept, columns)
    for at, row in enumerate(kept):
        for place, column in enumerate(columns):
            if (row, column) in covered:
                continue
            bottom, right = spans.get((row, column), (row, column))
            height = bisect_left(kept, bottom + 1) - at
            width = bisect_left(columns, right + 1) - place
            yield GridCell(rows[row].get(column, ""), at, place, max(1, height), max(1, width))


def _covered(merges: list[Merge], rows: list[int], columns: list[int]) -> set[tuple[int, int]]:
    """The places under merged cells, their first ones left out."""
    covered: set[tuple[int, int]] = set()
    for top, left, bottom, right in merges:
        for row in rows[bisect_left(rows, top) : bisect_left(rows, bottom + 1)]:
            for column in columns[bisect_left(columns, left) : bisect_left(columns, right + 1)]:
                if (row, column) != (top, left):
                    covered.add((row, column))
    return covered


# a count as its form says: with leading zeros, words around it, or in Chinese numerals
_COUNT_FORM = re.compile(r'(?:"([^"]*)")?(0+)(?:"([^"]*)")?(?:_ |;.*)?')


def _typed_count(value: int, form: str) -> str | None:
    if form.lower().startswith("[dbnum1]"):
        return chinese_count(value, keeps_one=True)
    if form.lower().startswith("[dbnum2]"):
        return count_form(value, "chineseLegalSimplified")
    around = _COUNT_FORM.fullmatch(form)
    return f"{around[1] or ''}{value:0{len(around[2])}d}{around[3] or ''}" if around else None


def show(value: object, number_format: str | None) -> str:
    """A cell's value as the sheet shows it to Chinese readers: dates in words, percentages with their sign."""
    form = (number_format or "").lower()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime | dt.date):
        day = f"{value.day}日" if "d" in form or "日" in form or "y" not in form else ""
        time = f"{value:%H:%M}" if isinstance(value, dt.datetime) and (value.hour or value.minute) else ""
        return f"{value.year}年{value.month}月{day}{time}"
    if isinstance(value, int | float):
        if "%" in form:
            digits = len(form.split("%")[0].rpartition(".")[2]) if "." in form.split("%")[0] else 0
            return f"{value * 100:.{digits}f}%"
        if (
            float(value).is_integer()
            and 0 <= value < 10_000
            and (told := _typed_count(int(value), number_format or ""))
        ):
            return told
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    text = unescape(str(value)) if "_x" in str(value) else str(value)
    return "" if text in _ERRORS else "\n".join(line.strip() for line in text.splitlines() if line.strip())
