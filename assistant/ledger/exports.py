"""Rows of the ledger as files: a table, JSON lines, CSV, a workbook as offices expect it, a calendar.

Every format but the calendar writes the rows as they come.  To add a format: one function and one row of FORMATS.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from assistant.labels import issued_title
from assistant.ledger.rows import Row
from assistant.ledger.standing import Standing
from index_build.text import titled

TITLE = "责任台账"
A4 = 9  # the paper's code in a workbook
STANDINGS: Mapping[Standing, str] = {
    Standing.NOT_DUE: "未到期",
    Standing.DUE_THIS_MONTH: "本月到期",
    Standing.OVERDUE: "已过期",
    Standing.ONGOING: "持续推进",
    Standing.UNSTATED: "未写明时限",
}


def title_of(
    places: Sequence[str] = (),
    departments: Sequence[str] = (),
    documents: Sequence[str] = (),
    *,
    lead_only: bool = False,
    due_from: str | None = None,
    due_by: str | None = None,
    words: str = "",
    states: Iterable[Standing] = (),
) -> str:
    """The ledger named by what was filtered, as it heads a workbook: 责任台账（临溪区，区住建局牵头，2024-09-30前到期）."""
    if due_from and due_by:
        due = f"{due_from}至{due_by}到期"
    else:
        due = f"{due_by}前到期" if due_by else f"{due_from}起到期" if due_from else ""
    told = [
        "、".join(name.rsplit("/", 1)[-1] for name in places),
        "、".join(titled(issued_title(name)) for name in documents),
        "、".join(departments) + ("牵头" if departments and lead_only else ""),
        due,
        "、".join(STANDINGS[state] for state in states),
        f"含“{words}”" if words else "",
    ]
    shown = "，".join(part for part in told if part)
    return f"{TITLE}（{shown}）" if shown else TITLE


@dataclass(frozen=True, slots=True)
class Column:
    """A column as people see it: its head, its width in characters, how a row fills it, and whether with a day."""

    head: str
    width: int
    value: Callable[[Row], str]
    day: bool = False


def _join(values: Iterable[str]) -> str:
    return "、".join(values)


def _responsible(made: Row) -> str:
    """The units of the measure's own clause, then those that a rule for the whole plan adds."""
    rule = f"（全文要求：{_join(made['inherited'])}）" if made["inherited"] else ""
    return _join(made["responsible"]) + rule


def _limits(made: Row) -> str:
    return "；".join(f"{d['who']}：{d['raw']}" if d["who"] else d["raw"] for d in made["deadlines"])


def _last_day(made: Row) -> str:
    return max((d["date"] for d in made["deadlines"] if d["date"]), default="")


def _checked(made: Row) -> str:
    """What the reading was not sure of, or what a person who looked at the source said to that."""
    review = made.get("review")
    if review is None:
        doubts = (doubt.rpartition(" · ")[0] or doubt for doubt in made["doubts"])  # Chinese · English
        return "\n".join(f"待核对：{doubt}" for doubt in doubts)
    said = "读得对" if review["good"] else "读错了"
    return f"已核对（{review['at']}）：{said}" + (f"，{review['note']}" if review["note"] else "")


def citation(made: Row) -> str:
    """Where a row stands in its source, in words: title, 文号, number, page, file and offsets."""
    pieces = [titled(made["policy"])]
    if made["doc_no"]:
        pieces.append(f"（{made['doc_no']}）")
    if made["number"]:
        pieces.append(f"第{made['number']}项" if made["number"].isdigit() else made["number"])
    if made["page"] is not None:
        pieces.append(f"，第{made['page']}页")
    return "".join(pieces) + f"；{made['doc']} {made['start']}–{made['end']}"


COLUMNS: tuple[Column, ...] = (
    Column("地区", 12, lambda r: "".join(r["place"])),
    Column("文件", 22, lambda r: r["policy"]),
    Column("文号", 14, lambda r: r["doc_no"] or ""),
    Column("章节", 18, lambda r: " / ".join(r["section"])),
    Column("编号", 7, lambda r: r["number"] or ""),
    Column("措施内容", 56, lambda r: r["text"]),
    Column("牵头单位", 18, lambda r: _join(r["lead"])),
    Column("责任单位", 26, _responsible),
    Column("计划举措", 24, lambda r: r["plan"] or ""),
    Column("完成时限", 16, _limits),
    Column("截止日期", 12, _last_day, day=True),
    Column("状态", 11, lambda r: STANDINGS[Standing(r["state"])] if "state" in r else ""),
    Column("核对", 14, _checked),
    Column("出处", 30, citation),
)


# What a table has room for.
TABLE_HEADS = ("地区", "编号", "措施内容", "牵头单位", "责任单位", "完成时限", "状态")

# A spreadsheet runs a cell that begins with one of these as a formula; documents come from outside.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def guarded(value: str) -> str:
    """The value with a quote before it where a spreadsheet would take it for a formula."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def export(made: Iterable[Row], form: str, out: BinaryIO, *, title: str = TITLE) -> int:
    """Write rows to `out` as one of FORMATS; how many there were.  `title` heads the workbook and the calendar."""
    counted = _Counted(made)
    FORMATS[form](counted, out, title)
    return counted.count


class _Counted:
    """An iterator that knows how many it gave."""

    def __init__(self, values: Iterable[Row]) -> None:
        self._values, self.count = iter(values), 0

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> Row:
        value = next(self._values)
        self.count += 1
        return value


def _write_jsonl(made: Iterable[Row], out: BinaryIO, title: str) -> None:
    for one in made:
        out.write(json.dumps(one, ensure_ascii=False).encode() + b"\n")


def _write_csv(made: Iterable[Row], out: BinaryIO, title: str) -> None:
    text = io.TextIOWrapper(
        out, encoding="utf-8-sig", newline="", write_through=True
    )  # Excel asks for the mark
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow(["序号", *(column.head for column in COLUMNS)])
    for number, one in enumerate(made, 1):
        sheet.writerow([number, *(guarded(column.value(one)) for column in COLUMNS)])
    text.flush()
    text.detach()  # `out` is the caller's to close


def _write_table(made: Iterable[Row], out: BinaryIO, title: str) -> None:
    """One line a row, the cells parted by tabs: for a pipe or a file."""
    columns = [column for column in COLUMNS if column.head in TABLE_HEADS]
    out.write("\t".join(column.head for column in columns).encode() + b"\n")
    for one in made:
        cells = (" ".join(column.value(one).split()) or "—" for column in columns)
        out.write("\t".join(cells).encode() + b"\n")


LOOKED_AT = 1000  # rows: of a workbook that has no more, columns that would be empty are hidden
LINE, TALLEST = 14.4, 400.0  # points: a line of a row, and a row that a sheet still shows


def _height(values: Sequence[str]) -> float:
    """The height in which the fullest cell of a row shows all its lines.  Not every office program works it out by
    itself: without it a wrapped text is cut after its first line."""

    def lines(value: str, width: int) -> int:
        return sum(
            -(-sum(2 if ord(c) > 0x2E7F else 1 for c in line) // (width - 2)) or 1
            for line in value.split("\n")
        )

    most = max(lines(value, column.width) for column, value in zip(COLUMNS, values, strict=True))
    return min(TALLEST, LINE * most + 2)


def _lay_out(sheet: Any, first: Sequence[Row]) -> None:
    """A sheet's columns, its title over all of them, and how it is printed; `first` are its first rows."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  (as in _write_xlsx)

    for number, width in enumerate([6, *(column.width for column in COLUMNS)], 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for number, column in enumerate(COLUMNS, 2):
        empty = len(first) < LOOKED_AT and not any(column.value(one) for one in first)
        sheet.column_dimensions[get_column_letter(number)].hidden = bool(first) and empty
    sheet.merged_cells.ranges.add(f"A1:{get_column_letter(1 + len(COLUMNS))}1")
    sheet.freeze_panes = "A3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.3
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    sheet.print_title_rows = "1:2"
    sheet.row_dimensions[1].height = 32


def _write_xlsx(made: Iterable[Row], out: BinaryIO, title: str) -> None:
    from openpyxl import Workbook  # noqa: PLC0415  (0.2 s; only this format pays for it)
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    line = Side(style="thin", color="BFBFBF")
    border = Border(left=line, right=line, top=line, bottom=line)
    centre = Alignment(horizontal="center", vertical="center", wrap_text=True)
    body = Alignment(vertical="top", wrap_text=True)
    heads = ["序号", *(column.head for column in COLUMNS)]
    rest = iter(made)
    first = list(itertools.islice(rest, LOOKED_AT))
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    _lay_out(sheet, first)

    def cell(
        value: str | int | dt.date, font: Font, alignment: Alignment, fill: PatternFill | None = None
    ) -> Any:
        text = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
        made_cell = WriteOnlyCell(sheet, value=text)
        if isinstance(value, str):
            made_cell.data_type = "s"  # a text, even where it begins like a formula
        elif isinstance(value, dt.date):
            made_cell.number_format = "yyyy-mm-dd"
        made_cell.font, made_cell.alignment = font, alignment
        if fill:
            made_cell.fill = fill
        if font is not heading:
            made_cell.border = border
        return made_cell

    heading, strong, plain = (
        Font(name="宋体", size=18, bold=True),
        Font(name="宋体", bold=True),
        Font(name="宋体"),
    )
    shade = PatternFill("solid", start_color="DDEBF7")
    sheet.append([cell(title, heading, centre)])
    sheet.append([cell(head, strong, centre, shade) for head in heads])
    count = 0
    for count, one in enumerate(itertools.chain(first, rest), 1):
        values = [column.value(one) for column in COLUMNS]
        sheet.row_dimensions[count + 2].height = _height(values)
        days = [dt.date.fromisoformat(v) if c.day and v else v for c, v in zip(COLUMNS, values, strict=True)]
        sheet.append([cell(count, plain, centre), *(cell(value, plain, body) for value in days)])
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(heads))}{count + 2}"
    book.save(out)


def _write_ics(made: Iterable[Row], out: BinaryIO, title: str) -> None:
    from icalendar import Calendar, Event  # noqa: PLC0415  (only this format pays for it)

    book = Calendar()
    book.add("prodid", "-//cewen//ledger//ZH")
    book.add("version", "2.0")
    book.add("x-wr-calname", title)
    stamp = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    for one in made:
        for limit in one["deadlines"]:
            if not limit["date"]:
                continue
            day = dt.date.fromisoformat(limit["date"])
            event = Event()
            event.add("uid", _event_id(one, limit))
            # the same rows give the same file, so a calendar that is fetched again shows nothing as changed
            event.add("dtstamp", stamp)
            event.add("dtstart", day)
            event.add("dtend", day + dt.timedelta(days=1))
            event.add(
                "summary", f"{limit['who'] or _join(one['lead']) or '（未写明牵头单位）'}：{one['text'][:40]}"
            )
            event.add("description", _description(one, limit))
            event.add("categories", ["".join(one["place"])] if one["place"] else [TITLE])
            event.add("transp", "TRANSPARENT")
            book.add_component(event)
    out.write(book.to_ical())


def _event_id(one: Row, limit: Mapping[str, Any]) -> str:
    """Stable over exports: a calendar replaces the entry, it does not add a second."""
    held = "\x1f".join([one["id"], limit["date"], limit["raw"], limit["who"] or ""])
    return f"{hashlib.sha256(held.encode()).hexdigest()[:24]}@cewen"


def _description(one: Row, limit: Mapping[str, Any]) -> str:
    lines = [
        one["text"],
        f"时限：{limit['raw']}",
        f"牵头单位：{_join(one['lead']) or '未写明'}",
        f"责任单位：{_join(one['responsible']) or '未写明'}",
        f"出处：{citation(one)}",
    ]
    return "\n".join(lines)


FORMATS: Mapping[str, Callable[[Iterable[Row], BinaryIO, str], None]] = {
    "table": _write_table,
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "ics": _write_ics,
}
