"""Lines, numbers at their heads, and how they nest."""

from __future__ import annotations

import pytest

from index_build.model import Document, Heading
from index_build.outline import STARTS, STYLES, find_markers, nest
from index_build.sheet import Sheet, read_sheet
from tests.index_build.openings import openings


def sheet_of(text: str, headings: tuple[Heading, ...] = ()) -> Sheet:
    return read_sheet(Document("plan.txt", text, "0" * 64, headings=headings))


def printed(text: str) -> list[tuple[str, str | None]]:
    sheet = sheet_of(text)
    return [(m.style, m.printed) for m in find_markers(sheet, 0, len(sheet.text))]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("一、总体要求", ("han", "一")),
        ("（一）压减环节", ("han_round", "（一）")),
        ("(二)压减时间", ("han_round", "(二)")),
        ("1.推行电子发票", ("dot", "1")),
        ("1．推行电子发票", ("dot", "1")),
        ("1、推行电子发票", ("dot", "1")),
        ("1..推行电子发票", ("dot", "1")),
        ("（1）推行电子发票", ("round", "1")),
        ("1）推行电子发票", ("half_round", "1")),
        ("①推行电子发票", ("circle", "①")),
        ("第一条 推行电子发票", ("article", "第一条")),
        ("第二章 市场环境", ("chapter", "第二章")),
        ("★1.推行电子发票", ("dot", "1")),
        ("举措1：推行电子发票", ("举措", "1")),
        ("⒈推行电子发票", ("dot", "1")),
        ("⑴推行电子发票", ("round", "1")),
        ("㈠推行电子发票", ("han_round", "㈠")),
        ("❶推行电子发票", ("circle", "❶")),
        ("壹、推行电子发票", ("formal", "壹")),
        ("Ⅰ.推行电子发票", ("roman", "Ⅰ")),
        ("I.推行电子发票", ("roman", "I")),
        ("A.推行电子发票", ("letter", "A")),
        ("PART 01 推行电子发票", ("part", "01")),
        ("01\n推行电子发票", ("zero", "01")),
    ],
)
def test_every_style_of_number_is_known(line: str, expected: tuple[str, str]) -> None:
    assert printed(line) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "200项高频事项实现网办。",
        "12345热线实行一号受理。",
        "2.0版政策发布实施。",
        "70%以上事项一窗办理。",
        "1000—5000元的奖励。",
        "52号）精神，",
        "第三条规定的情形除外。",
        "一、二、三产业融合发展。",
        "5G基站建设提速。",
    ],
)
def test_what_only_begins_like_a_number_is_none(line: str) -> None:
    assert printed(line) == []


def test_a_table_of_contents_numbers_nothing() -> None:
    assert printed("目录\n一、总体要求……1\n1.推行网办.........2\n一、总体要求\n1.推行网办") == [
        ("han", "一"),
        ("dot", "1"),
    ]


def test_a_year_right_after_the_number_is_no_decimal() -> None:
    assert printed("1.一\n2.2024年底前建成平台。\n3.三") == [("dot", "1"), ("dot", "2"), ("dot", "3")]


def test_a_lone_number_without_its_dot_is_taken_between_its_neighbours_only() -> None:
    assert printed("1.一\n2 不断优化服务。\n3.三") == [("dot", "1"), ("dot", "2"), ("dot", "3")]
    assert printed("1.一\n2 不断优化服务。\n5.五") == [("dot", "1"), ("dot", "5")]


def test_a_number_that_jumps_back_or_far_ahead_belongs_to_no_list() -> None:
    assert printed("1.一\n2.二\n40.四十\n3.三") == [("dot", "1"), ("dot", "2"), ("dot", "3")]


def test_styles_nest_in_the_order_in_which_the_document_opens_them() -> None:
    sheet = sheet_of("一、甲\n（一）乙\n1.丙\n（1）丁\n（2）戊\n2.己\n二、庚")
    nodes = nest(find_markers(sheet, 0, len(sheet.text)), len(sheet.text))
    assert [(n.printed, n.level, n.parent) for n in nodes] == [
        ("一", 0, -1),
        ("（一）", 1, 0),
        ("1", 2, 1),
        ("1", 3, 2),
        ("2", 3, 2),
        ("2", 2, 1),
        ("二", 0, -1),
    ]


def test_round_numbers_may_stand_above_dotted_ones() -> None:
    sheet = sheet_of("（1）甲\n1.乙\n2.丙\n（2）丁")
    nodes = nest(find_markers(sheet, 0, len(sheet.text)), len(sheet.text))
    assert [(n.printed, n.level) for n in nodes] == [("1", 0), ("1", 1), ("2", 1), ("2", 0)]


def test_page_marks_and_empty_lines_are_no_lines() -> None:
    sheet = sheet_of("\n# Page 3:\n一、甲\n\n — 4 —\n乙\n")
    assert [sheet.line_text(line) for line in sheet.lines] == ["一、甲", "乙"]


def test_marks_are_no_text_and_one_that_breaks_a_line_begins_one() -> None:
    text = "## 牵头**单位**：市数据局<br>乙"
    marks = ((0, 2), (5, 7), (9, 11), (16, 20))
    sheet = read_sheet(Document("plan.md", text, "0" * 64, marks=marks))
    assert [sheet.line_text(line) for line in sheet.lines] == ["牵头单位：市数据局", "乙"]
    assert sheet.cuts == (0, 2, 4, 9)


@pytest.mark.parametrize("name, pattern", STYLES, ids=[name for name, _ in STYLES])
def test_every_sign_that_a_number_begins_with_is_looked_for(name: str, pattern: str) -> None:
    assert openings(pattern) <= STARTS
