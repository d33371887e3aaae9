"""Laying a document out: what is highlighted is what the document says, and broken lines are joined again."""

from __future__ import annotations

import itertools

import pytest

from assistant.reading import Mark, heading_level, lay_out, paragraphs, whole_paragraphs
from index_build.model import Document, Page

# Every line is broken at 20 characters, as out of a PDF; the page mark stands alone on its line.
WRAPPED = "\n".join(
    ["一、打造便捷高效的环境"]
    + [
        "1.推进大厅综合窗口改革，除安全原因外事项",
        "全部纳入综合窗口，实行前台综合受理后台分",
        "类审批。",
        "牵头单位：区行政审批局",
        "— 3 —",
        "2.统一服务事项编码和办理流程同一事项在省",
        "市县乡实现无差别受理。",
    ]
    * 4
)


def texts(document: Document, marks: tuple[Mark, ...] = ()) -> list[str]:
    laid = lay_out(document, 0, len(document.text), marks)
    return ["".join(segment.text for segment in paragraph.segments) for paragraph in laid]


def test_broken_lines_are_joined_and_page_marks_left_out() -> None:
    assert texts(Document("a.txt", WRAPPED, ""))[:4] == [
        "一、打造便捷高效的环境",
        "1.推进大厅综合窗口改革，除安全原因外事项全部纳入综合窗口，实行前台综合受理后台分类审批。",
        "牵头单位：区行政审批局",
        "2.统一服务事项编码和办理流程同一事项在省市县乡实现无差别受理。",
    ]


def test_a_sentence_broken_into_short_lines_is_one_and_a_signature_is_not_of_it() -> None:
    text = WRAPPED + "\n".join(
        [
            "",
            "（三）",
            "推行容缺受理，",
            "先办理后补齐，并建立",
            "回访制度。（牵头单位：",
            "市审批局；责",
            "任单位：市司法局）",
            "青禾市行政审批局",
            "2031年3月1日",
            "青禾市容缺受理办法",
        ]
    )
    assert texts(Document("a.txt", text, ""))[-4:] == [
        "（三）推行容缺受理，先办理后补齐，并建立回访制度。（牵头单位：市审批局；责任单位：市司法局）",
        "青禾市行政审批局",
        "2031年3月1日",
        "青禾市容缺受理办法",
    ]


def test_lines_that_are_paragraphs_stay_apart() -> None:
    text = "\n\n".join(f"{n}.办理事项{'很多字' * (n * 3)}，做好服务，" for n in range(1, 30))
    assert len(paragraphs(text)) == 29


def test_every_character_of_a_mark_is_the_sources_own() -> None:
    document = Document("a.txt", WRAPPED, "")
    start = WRAPPED.index("区行政审批局")
    laid = lay_out(document, 0, 200, (Mark(start, start + 6, "lead"), Mark(start - 5, start + 6, "cited")))
    marked = {
        segment.text: segment.marks for paragraph in laid for segment in paragraph.segments if segment.marks
    }
    assert marked == {"牵头单位：": ("cited",), "区行政审批局": ("lead", "cited")}


def test_a_mark_over_a_broken_line_is_one_stretch_without_the_break() -> None:
    document = Document("a.txt", WRAPPED, "")
    start = WRAPPED.index("除安全原因")
    laid = lay_out(document, 0, 200, (Mark(start, WRAPPED.index("，实行"), "cited"),))
    marked = [
        segment.text for paragraph in laid for segment in paragraph.segments if "cited" in segment.marks
    ]
    assert marked == ["除安全原因外事项全部纳入综合窗口"]


def test_nothing_is_lost_between_the_paragraphs() -> None:
    found = paragraphs(WRAPPED)
    kept = "".join(WRAPPED[a:b] for a, b in found)
    assert "".join(kept.split()).replace("—3—", "") == "".join(WRAPPED.split()).replace("—3—", "")
    assert all(a < b <= c for (a, b), (c, _) in itertools.pairwise(found))


def test_a_page_is_announced_where_it_begins() -> None:
    second = WRAPPED.index("2.统一")
    document = Document("a.txt", WRAPPED, "", pages=(Page(3, 0), Page(4, second)))
    laid = lay_out(document, 0, len(WRAPPED), ())
    assert [(p.start, p.page) for p in laid if p.page] == [(0, 3), (second, 4)]


def test_a_window_is_of_whole_paragraphs_and_stays_inside() -> None:
    start, end = whole_paragraphs(WRAPPED, 30, 32)
    assert WRAPPED[start:end].startswith("1.推进") and WRAPPED[start:end].endswith("类审批。")
    assert whole_paragraphs(WRAPPED, -50, 10**9) == (0, len(WRAPPED))
    assert whole_paragraphs(WRAPPED + "\n— 4 —\n", len(WRAPPED), 10**9) == (
        len(WRAPPED) + 7,
        len(WRAPPED) + 7,
    )
    assert whole_paragraphs("", 0, 10) == (0, 0)


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("一、打造环境", 1),
        ("（一）企业开办", 2),
        ("1.办理", 0),
        ("一、压实责任。各单位要制定路线图。", 0),
        ("附件1", 1),
    ],
)
def test_headings(line: str, level: int) -> None:
    assert heading_level(line) == level
