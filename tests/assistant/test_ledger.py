"""The ledger: contract rows, filters by the names people use, and five formats read back by their own libraries."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import icalendar
import openpyxl
import pytest

from assistant.ledger.exports import COLUMNS, TABLE_HEADS, citation, export, guarded, title_of
from assistant.ledger.filter import find_place, find_policies, read_day, read_filter
from assistant.ledger.rows import row, rows
from assistant.ledger.standing import Standing
from index_build.cascade import Change, Link
from index_build.catalog import Catalog, CatalogWriter, Filter
from index_build.errors import SettingsError
from index_build.model import Mention, Role
from index_build.text import fold
from tests.index_build import made

TODAY = dt.date(2031, 3, 10)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return made.catalog(tmp_path)


def exported(form: str, given: list[dict[str, Any]], **more: Any) -> bytes:
    out = io.BytesIO()
    assert export(given, form, out, **more) == len(given)
    return out.getvalue()


def test_a_workbook_is_named_by_what_was_filtered() -> None:
    assert title_of() == "责任台账"
    assert (
        title_of(["云岭省/临溪区"], ["区住建局"], lead_only=True, due_by="2024-09-30")
        == "责任台账（临溪区，区住建局牵头，2024-09-30前到期）"
    )
    assert (
        title_of(
            documents=["青禾市人民政府关于印发《甲行动方案》的通知"],
            due_from="2024-01-01",
            due_by="2024-03-31",
            words="企业",
            states=[Standing.OVERDUE],
        )
        == "责任台账（《甲行动方案》，2024-01-01至2024-03-31到期，已过期，含“企业”）"
    )


# ---- rows ----------------------------------------------------------------------------------------------------


def test_a_row_is_what_the_contract_says() -> None:
    start = made.CITY_TEXT.index("企业开办压缩")
    assert row(made.START_UP) == {
        "id": "m-start",
        "doc": "青禾.txt",
        "policy": "青禾市优化营商环境工作方案",
        "paper": "青禾市优化营商环境工作方案",
        "doc_no": "青政发〔2031〕7号",
        "issuer": ["青禾市人民政府"],
        "issued": "2031-01-15",
        "place": ["云岭省", "青禾市"],
        "section": ["一、政务服务", "（一）企业开办"],
        "number": "1",
        "text": "企业开办压缩至半个工作日，3月底前完成系统改造，持续推进。",
        "lead": ["市市场监管局", "市行政审批局"],
        "responsible": ["市公安局", "各县区"],
        "inherited": [],
        "plan": "开设综合窗口。",
        "doubts": ["编号跳号"],
        "deadlines": [
            {"raw": "3月底前", "date": "2031-03-31", "who": "市行政审批局", "kind": "by"},
            {"raw": "持续推进", "date": None, "who": None, "kind": "ongoing"},
        ],
        "page": 3,
        "start": start,
        "end": start + len("企业开办压缩至半个工作日，3月底前完成系统改造，持续推进。"),
        "parts": [[start, start + 29]],
    }


def test_absence_is_null_or_an_empty_list_never_an_empty_string() -> None:
    bare = row(made.PROMISE)
    assert (bare["doc_no"], bare["issued"], bare["plan"], bare["page"]) == (None, None, None, None)
    assert (bare["lead"], bare["responsible"], bare["deadlines"], bare["issuer"]) == ([], [], [], [])
    assert "" not in bare.values()


@pytest.mark.parametrize(
    ("key", "today", "state"),
    [
        ("m-start", dt.date(2031, 3, 10), "due_this_month"),
        ("m-licence", dt.date(2031, 3, 10), "not_due"),
        ("m-licence", dt.date(2032, 1, 1), "overdue"),
        ("m-same-day", dt.date(2031, 3, 10), "unstated"),
    ],
)
def test_a_state_is_against_the_day_given(catalog: Catalog, key: str, today: dt.date, state: str) -> None:
    (found,) = [r for r in rows(catalog, today=today) if r["id"] == key]
    assert found["state"] == state


def test_units_of_a_rule_for_the_whole_plan_stand_apart_from_the_measure_s_own() -> None:
    rule = Mention("各乡镇人民政府", Role.RESPONSIBLE, made.at(made.CITY_DOC, "各县区"), inherited=True)
    added = row(replace(made.START_UP, mentions=(*made.START_UP.mentions, rule)))
    assert (added["responsible"], added["inherited"]) == (["市公安局", "各县区"], ["各乡镇人民政府"])
    assert (
        exported("csv", [added]).decode("utf-8-sig").count("市公安局、各县区（全文要求：各乡镇人民政府）")
        == 1
    )
    alone = row(made.ARREARS)  # names nobody itself: the rule's units are its own
    assert (alone["responsible"], alone["inherited"]) == (["市住房和城乡建设局"], [])


def test_rows_say_what_they_carry_on_and_what_changed(tmp_path: Path, catalog: Catalog) -> None:
    catalog.close()
    writer = CatalogWriter(tmp_path / "catalog.sqlite", take_over=True)
    writer.link([Link("m-start", "m-same-day", 0.8, (Change("number", ("1",), ("1",)),))])
    writer.finish()
    found = {r["id"]: r for r in rows(Catalog(tmp_path / "catalog.sqlite"))}
    (above,) = found["m-same-day"]["upper"]
    assert above == {
        "id": "m-start", "doc": "青禾.txt", "policy": "青禾市优化营商环境工作方案", "place": ["云岭省", "青禾市"],
        "number": "1", "share": 0.8, "changes": [{"field": "number", "upper": ["1"], "lower": ["1"]}],
    }  # fmt: skip
    assert [end["id"] for end in found["m-start"]["lower"]] == ["m-same-day"]
    assert found["m-promise"]["upper"] == found["m-promise"]["lower"] == []


def test_rows_come_filtered_and_in_the_order_asked(catalog: Catalog) -> None:
    due = Filter(due_by=dt.date(2031, 12, 31))
    assert [r["id"] for r in rows(catalog, due, order="due")] == ["m-arrears", "m-start", "m-licence"]


def test_text_is_the_slice_folded(catalog: Catalog) -> None:
    for r in rows(catalog):
        text = catalog.text(r["doc"])
        assert fold("".join(text[a:b] for a, b in r["parts"])) == fold(r["text"])


# ---- filters as people name them -----------------------------------------------------------------------------


def test_places_are_found_by_their_everyday_names(catalog: Catalog) -> None:
    for name in ("青禾市", "青禾", "云岭省青禾市"):
        assert find_place(catalog, name) == [made.CITY]
    assert find_place(catalog, "临溪区") == [made.COUNTY]
    assert find_place(catalog, "青禾市", below=True) == [made.CITY, made.COUNTY]
    assert find_place(catalog, "云岭省", below=True) == [made.CITY, made.COUNTY]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"places": ["青河市"]}, "相近的有：.*青禾市"),
        ({"places": ["云岭省"]}, "下级有：青禾市.*--below"),
        ({"places": ["火星"]}, "没有地区「火星」.*青禾市"),
        ({"departments": ["市场监理局"]}, "相近的有：.*市市场监管局"),
        ({"departments": ["市发改委"], "places": ["临溪区"]}, "别处有"),
        ({"documents": ["青和市优化营商环境工作方案"]}, "相近的有：.*青禾市优化营商环境工作方案"),
        ({"documents": ["青禾.txt"], "places": ["临溪区"]}, "不属于所选地区.*云岭省青禾市"),
        ({"due_by": "不久以后"}, "看不懂日期「不久以后」"),
        ({"due_by": "2031-02-30"}, "看不懂日期「2031-02-30」"),
    ],
)
def test_a_name_nobody_answers_to_is_an_error_with_the_nearest(
    catalog: Catalog, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        read_filter(catalog, **options)
    assert "\n" not in str(caught.value)


def test_documents_are_found_by_file_title_and_number(catalog: Catalog) -> None:
    for name in (
        "青禾.txt",
        "青禾市优化营商环境工作方案",
        "青政发〔2031〕7号",
        "青政发[2031]7号",
        "工作方案",
    ):
        assert find_policies(catalog, name) == [("青禾.txt", 1)]
    assert len(find_policies(catalog, "优化营商环境")) == 2


@pytest.mark.parametrize(
    ("text", "last", "day"),
    [
        ("2031-06-30", True, dt.date(2031, 6, 30)),
        ("2031年6月底前", True, dt.date(2031, 6, 30)),
        ("6月底", True, dt.date(2031, 6, 30)),  # the plans' year
        ("第三季度", False, dt.date(2031, 7, 1)),
        ("第三季度", True, dt.date(2031, 9, 30)),
        ("2030年", True, dt.date(2030, 12, 31)),
    ],
)
def test_days_are_iso_or_chinese(text: str, last: bool, day: dt.date) -> None:
    assert read_day(text, 2031, last=last) == day


def test_every_option_reaches_the_filter(catalog: Catalog) -> None:
    where = read_filter(
        catalog, departments=["市公安局"], lead_only=True, places=["青禾"], documents=["青禾.txt"],
        due_from="1月", due_by="3月底", words="系统",
    )  # fmt: skip
    assert where == Filter(
        departments=("市公安局",), role=Role.LEAD, places=(made.CITY,), policies=(("青禾.txt", 1),),
        due_from=dt.date(2031, 1, 1), due_by=dt.date(2031, 3, 31), words="系统",
    )  # fmt: skip


# ---- formats -------------------------------------------------------------------------------------------------


@pytest.fixture
def all_rows(catalog: Catalog) -> list[dict[str, Any]]:
    return list(rows(catalog, today=TODAY))


def test_json_lines_are_the_rows(all_rows: list[dict[str, Any]]) -> None:
    lines = exported("jsonl", all_rows).decode().splitlines()
    assert [json.loads(line) for line in lines] == all_rows
    assert "青禾" in lines[-1]  # as characters, not as escapes


def test_csv_opens_in_a_spreadsheet(all_rows: list[dict[str, Any]]) -> None:
    data = exported("csv", all_rows)
    assert data.startswith(b"\xef\xbb\xbf")
    head, *body = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert head == ["序号", *(c.head for c in COLUMNS)]
    found = dict(zip(head, body[2], strict=True))
    assert (found["编号"], found["牵头单位"], found["责任单位"]) == (
        "1",
        "市市场监管局、市行政审批局",
        "市公安局、各县区",
    )
    assert (found["完成时限"], found["截止日期"]) == ("市行政审批局：3月底前；持续推进", "2031-03-31")
    assert found["状态"] == "本月到期"
    assert found["出处"].startswith(
        "《青禾市优化营商环境工作方案》（青政发〔2031〕7号）第1项，第3页；青禾.txt "
    )


def test_a_workbook_is_as_offices_expect_it(all_rows: list[dict[str, Any]]) -> None:
    data = exported("xlsx", all_rows, title="青禾市责任台账")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert sheet["A1"].value == "青禾市责任台账"
    assert [str(r) for r in sheet.merged_cells.ranges] == ["A1:O1"]
    assert sheet.freeze_panes == "A3"
    heads = [cell.value for cell in sheet[2]]
    assert heads == ["序号", *(c.head for c in COLUMNS)]
    assert heads[-1] == "出处"
    body = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=3)]
    assert [line[heads.index("措施内容")] for line in body] == [r["text"] for r in all_rows]
    assert [line[0] for line in body] == [1, 2, 3, 4, 5]
    days = [line[heads.index("截止日期")] for line in body]
    assert dt.datetime(2031, 3, 31) in days, "a day that sorts and filters as one, not a text"
    assert all(day is None or isinstance(day, dt.datetime) for day in days)
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert sheet["G3"].alignment.wrap_text
    assert sheet.column_dimensions["G"].width > sheet.column_dimensions["A"].width
    assert sheet.auto_filter.ref == "A2:O7"


def test_a_row_of_a_workbook_is_as_high_as_its_text(all_rows: list[dict[str, Any]]) -> None:
    # 56 characters wide: 27 Chinese ones a line, so 81 of them are three lines and 82 are four
    made = [{**all_rows[0], "text": "字" * count, "policy": "甲", "deadlines": []} for count in (1, 81, 82)]
    short, three, four = (
        openpyxl.load_workbook(io.BytesIO(exported("xlsx", made))).active.row_dimensions[n].height  # type: ignore[union-attr]
        for n in (3, 4, 5)
    )
    assert three > short and four == pytest.approx(three + 14.4)


def test_columns_without_anything_are_hidden_in_a_workbook(all_rows: list[dict[str, Any]]) -> None:
    made = [{**row, "plan": None, "doc_no": None} for row in all_rows[:3]]
    sheet = openpyxl.load_workbook(
        io.BytesIO(exported("xlsx", [*made, {**made[0], "doc_no": "青政发〔2031〕7号"}]))
    ).active
    assert sheet is not None
    heads = {cell.value: cell.column_letter for cell in sheet[2]}
    assert sheet.column_dimensions[heads["计划举措"]].hidden
    assert not sheet.column_dimensions[heads["文号"]].hidden
    assert not sheet.column_dimensions[heads["措施内容"]].hidden


def test_what_was_checked_is_told_in_the_workbook(all_rows: list[dict[str, Any]]) -> None:
    doubted = {**all_rows[0], "doubts": ["未见责任单位 · no unit found", "日期存疑"]}
    checked = {**doubted, "review": {"good": False, "note": "应为市财政局", "at": "2031-05-01"}}
    sheet = openpyxl.load_workbook(io.BytesIO(exported("xlsx", [doubted, checked]))).active
    assert sheet is not None
    at = [cell.value for cell in sheet[2]].index("核对")
    assert sheet[3][at].value == "待核对：未见责任单位\n待核对：日期存疑"
    assert sheet[4][at].value == "已核对（2031-05-01）：读错了，应为市财政局"


def test_a_calendar_has_one_all_day_entry_a_dated_deadline(all_rows: list[dict[str, Any]]) -> None:
    data = exported("ics", all_rows)
    book = icalendar.Calendar.from_ical(data)
    events = list(book.walk("VEVENT"))
    days = sorted(event.decoded("dtstart") for event in events)
    assert days == [dt.date(2031, 1, 31), dt.date(2031, 3, 31), dt.date(2031, 8, 31), dt.date(2031, 12, 31)]
    assert all(event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(days=1) for event in events)
    assert len({str(event["uid"]) for event in events}) == 4
    assert exported("ics", all_rows) == data  # the same entries again, not new ones
    march = next(e for e in events if e.decoded("dtstart") == dt.date(2031, 3, 31))
    assert str(march["summary"]).startswith("市行政审批局：企业开办")
    assert "责任单位：市公安局、各县区" in str(march["description"])


def test_a_table_is_one_line_a_row(all_rows: list[dict[str, Any]]) -> None:
    lines = exported("table", all_rows).decode().splitlines()
    assert len(lines) == len(all_rows) + 1
    assert lines[0].split("\t") == list(TABLE_HEADS)
    licence = next(line for line in lines if "電子證照" in line)
    assert licence.split("\t") == [
        "云岭省青禾市",
        "2",
        "推广電子證照。",
        "市发改委",
        "—",
        "12月底前",
        "未到期",
    ]


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx", "ics", "table"])
def test_no_rows_make_a_file_all_the_same(form: str) -> None:
    data = exported(form, [])
    if form == "ics":
        assert icalendar.Calendar.from_ical(data).walk("VEVENT") == []
    if form == "xlsx":
        assert openpyxl.load_workbook(io.BytesIO(data)).active.max_row == 2  # type: ignore[union-attr]
    assert (data == b"") is (form == "jsonl")


EVIL = ['=HYPERLINK("http://x")', "+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1"]


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_can_run_as_a_formula(all_rows: list[dict[str, Any]], text: str) -> None:
    evil = [{**all_rows[0], "text": text, "policy": text, "lead": [text]}]
    for line in csv.reader(io.StringIO(exported("csv", evil).decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "＝")) for cell in line)
    sheet = openpyxl.load_workbook(io.BytesIO(exported("xlsx", evil))).active
    assert sheet is not None
    assert all(cell.data_type != "f" for line in sheet.iter_rows(min_row=3) for cell in line)
    assert text.strip() in str(sheet["G3"].value)


def test_guarding_leaves_ordinary_words_alone() -> None:
    assert guarded("市发改委") == "市发改委"
    assert guarded("5-10个工作日") == "5-10个工作日"


def test_control_characters_do_not_break_a_workbook(all_rows: list[dict[str, Any]]) -> None:
    sheet = openpyxl.load_workbook(
        io.BytesIO(exported("xlsx", [{**all_rows[0], "text": "a\x0bb\x00c"}]))
    ).active
    assert sheet is not None
    assert sheet["G3"].value == "abc"


def test_a_citation_leaves_out_what_is_not_there() -> None:
    start = made.COUNTY_TEXT.index("推行告知")
    assert citation(row(made.PROMISE)) == f"《临溪区优化营商环境工作举措》第2项；临溪.md {start}–{start + 8}"
    assert "（一）" in citation({**row(made.PROMISE), "number": "（一）"})


def test_a_title_inside_a_title_has_the_smaller_marks() -> None:
    assert citation({**row(made.PROMISE), "policy": "贯彻落实《行动方案》工作举措"}).startswith(
        "《贯彻落实〈行动方案〉工作举措》"
    )
