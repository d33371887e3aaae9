"""Lines that tell about a paper: days, document numbers, organs, and the fields beside its title."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from index_build.date_forms import day_of
from index_build.model import Cell, Table
from index_build.numerals import read_number
from index_build.sheet import Line, Sheet

DOC_NO = re.compile(
    r"([\u4e00-\u9fff]{1,12}(?:（[\u4e00-\u9fff]{1,4}）)?（(?:19|20)\d\d）(?:第)?\d{1,5}号)|([\u4e00-\u9fff]{2,10}(?:19|20)\d\d年第\d{1,4}号)"
)
DOC_NO_LINE = re.compile(rf"^(?:文号：|发文字号：|[^\u4e00-\u9fff]{{0,30}})?(?:{DOC_NO.pattern})$")
DAY = r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日|[一二三四五六七八九〇○零]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
_ISO_DAY = r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
_DAY_ALONE = re.compile(rf"{DAY}|{_ISO_DAY}")
_DATE_LINE = re.compile(rf"^（?({DAY})）?(?:印发|发布)?$")
# An organ or a document number and the day on one line, blanks between.
SIGNED_LINE = re.compile(
    rf"^(?:(?P<doc_no>(?:{DOC_NO.pattern}))|(?P<organ>[\u4e00-\u9fff]{{4,40}}?))[，,]?（?(?P<day>{DAY})）?(?:印发|发布)?$"
)
_REPORTED = "填报|填表|制表|报送|上报|编制"  # what is said of a ledger, above its table
_DATED_LABEL = re.compile(
    rf"(?P<label>成文|印发|发文|发布|公布|生成|公开|施行|{_REPORTED}|更新|统计|截至)(?:日期|时间)：?(?P<day>{DAY}|{_ISO_DAY})(?!前)"
)
_ORGAN_LABEL = re.compile(
    rf"(?:发文|发布|制定|印发|公开|{_REPORTED})(?:机关|机构|单位|部门)(?:（[盖公]?章）)?：(?P<organ>[\u4e00-\u9fff]{{4,30}}?)(?=成文|发布|发文|主题|文号|索引|有效|生成|{_REPORTED}|截至|$|[^\u4e00-\u9fff])"
)
_LABEL_ALONE = re.compile(rf"(?:{_REPORTED})(?:单位|部门|日期|时间)(?:（[盖公]?章）)?")
_NUMBER_LABEL = re.compile(rf"(?:文号|发文字号|发文文号|文件编号|文件号|编号)：(?P<doc_no>{DOC_NO.pattern})")
# （2024年5月20日某市人民政府第10次常务会议通过）
_ADOPTED = re.compile(
    rf"^（(?P<day>{DAY})(?:经)?(?P<organ>[\u4e00-\u9fff]{{2,16}}?(?:人民政府|人民代表大会(?:常务委员会)?|人大常委会))?第?[^）]{{0,30}}?(?:会议|批准|审议)?(?:通过|公布|发布|印发|审议)"
)
ORGAN_END = re.compile(
    r"(?:政府|委员会|办公室|办公厅|局|厅|委|办|院|部|署|会|中心|公司|集团|银行|海关|大学|党组|指挥部|领导小组|专班|管委会|法院|检察院|支行|总队|支队|室)(?:（[^（）]{1,20}）)?$"
)


def read_day(text: str) -> dt.date | None:
    """2023年4月25日 or 二〇二三年四月二十五日 as a date; None where there is no such day."""
    found = re.search(r"([^年（(]+)年([^月]+)月([^日]+)日", text)
    if not found:
        return _read_iso_day(text)
    year = re.sub(r"^.*?(?=\d{4}$|[一二三四五六七八九〇○零]{4}$)", "", found.group(1))
    return day_of(read_number(year), read_number(found.group(2)), read_number(found.group(3)))


def _read_iso_day(text: str) -> dt.date | None:
    found = re.search(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text)
    return day_of(*map(int, found.groups())) if found else None


def is_doc_no(sheet: Sheet, line: Line) -> bool:
    return bool(DOC_NO_LINE.match(sheet.line_text(line)))


def find_issued(sheet: Sheet, start: int, headed: int | None, dated: Sequence[Line]) -> dt.date | None:
    """The date of a compilation's heading, or of the first line that is a date."""
    if headed is not None:
        found = re.search(rf"（({DAY})）$", sheet.text[start:headed])
        return read_day(found.group(1)) if found else None
    return read_day(sheet.line_text(dated[0])) if dated else None


_DATE_TAIL = re.compile("[日）发布]")


def find_date_lines(sheet: Sheet, lines: Sequence[Line], start: int) -> list[int]:
    """Which of the lines, from folded `start` on, are dates: their numbers among the lines."""
    first = bisect_left(sheet.starts, lines[0].start) if lines else 0
    found = (tail.start() - first for tail in _DATE_TAIL.finditer(sheet.tails, first, first + len(lines)))
    return [
        i
        for i in found
        if lines[i].start >= start
        and lines[i].end - lines[i].start < 70
        and is_dated(sheet.line_text(lines[i]))
        and not in_task_table(sheet, lines[i])
    ]


def is_dated(text: str) -> bool:
    """Is the line a date, alone or after the organ or the number that it dates?"""
    if _DATE_LINE.match(text):
        return True
    if "年" not in text:
        return False
    found = SIGNED_LINE.match(text)
    return found is not None and (found["organ"] is None or bool(ORGAN_END.search(found["organ"])))


def in_task_table(sheet: Sheet, line: Line) -> bool:
    """Does the line stand in a table beside other cells of its row?"""
    offset = sheet.view.offsets[line.start]
    for table in sheet.tables_near(line.start, line.start + 1):
        at = bisect_right(table.cells, offset, key=lambda cell: cell.start) - 1
        own = table.cells[at] if at >= 0 else None
        if own is not None and offset < own.end:
            return any(cell is not own for cell in filled_in(table, own.row))
    return False


def filled_in(table: Table, row: int) -> list[Cell]:
    """The cells that begin in a row and have text; cells stand in reading order."""
    first = bisect_left(table.cells, row, key=lambda cell: cell.row)
    last = bisect_right(table.cells, row, key=lambda cell: cell.row)
    return [cell for cell in table.cells[first:last] if cell.end > cell.start]


def find_day_beside(sheet: Sheet, lines: Sequence[Line]) -> dt.date | None:
    """The day that a label (成文日期：) or a note of adoption under the title names."""
    for text in _fields(sheet, lines):
        if found := _DATED_LABEL.search(text) or _ADOPTED.match(text):
            return read_day(found["day"])
    return None


def find_organs_beside(sheet: Sheet, lines: Sequence[Line]) -> tuple[str, ...]:
    for text in _fields(sheet, lines):
        found = _ORGAN_LABEL.search(text) or _ADOPTED.match(text)
        if found and found["organ"]:
            return (found["organ"],)
    return ()


def _fields(sheet: Sheet, lines: Sequence[Line]) -> Iterator[str]:
    """The short lines at the head of a paper; a label alone on its line or in its cell together with its value below or
    beside it."""
    for line, below in itertools.pairwise([*lines[:30], None]):
        text = sheet.line_text(line) if line else ""
        after = sheet.line_text(below) if below else ""
        if _LABEL_ALONE.fullmatch(text) and (ORGAN_END.search(after) or _DAY_ALONE.fullmatch(after)):
            text += "："
        if len(text) < 120:
            yield text + after if text.endswith("：") else text


def is_organ_line(sheet: Sheet, line: Line) -> bool:
    text = sheet.line_text(line)
    return (
        len(text) <= 30
        and text[-1] not in "。；：，、！"
        and bool(ORGAN_END.search(text))
        and not text[0].isdigit()
    )


def printed_number(doc_no: str) -> str:
    """Document numbers are shown in 〔〕, whatever brackets the source has."""
    return re.sub(r"（((?:19|20)\d\d)）", r"〔\1〕", doc_no)


def find_doc_no(sheet: Sheet, lines: Sequence[Line]) -> str | None:
    for line in lines[:30]:
        text = sheet.line_text(line)
        found = DOC_NO_LINE.match(text)
        if found:
            return printed_number(found.group(1) or found.group(2))
        if (
            len(text) < 200
            and (beside := SIGNED_LINE.match(text) or _NUMBER_LABEL.search(text))
            and (beside["doc_no"])
        ):
            return printed_number(beside["doc_no"])
    return None
