"""PDF: order of columns, paragraphs put together, running heads left out, tables over pages, pages kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from reportlab.lib import pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from index_build.errors import ReadError
from index_build.readers import read_bytes
from index_build.readers.draft import GridCell
from index_build.readers.ruled import Part, goes_on, join_parts
from tests.fixtures.writing import write_pdf

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
WORDS = [
    "推行企业登记全程电子化，企业设立、变更、备案、注销全部网上可办，",
    "市数据局归集电子证照40类，",
    "新办企业免费领取印章，",
]
LONG = "".join(WORDS) * 3 + "全程电子化率达到95%以上。"


def plan(count: int) -> list[str]:
    """Numbered paragraphs of different lengths, so that no line stands at the same height of every page."""
    return [
        f"{n}.{''.join(WORDS[(n + k) % 3] for k in range(4 + n * 7 % 5))}达到95%以上。"
        for n in range(1, count + 1)
    ]


def drawn(draw: Callable[[Canvas], None], **options: Any) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, **options)
    canvas.setFont("STSong-Light", 12)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def test_wrapped_lines_are_one_paragraph_again() -> None:
    document = read_bytes(write_pdf(f"1.{LONG}\n2.{LONG}\n（三）短。"), "a.pdf")
    assert document.text.splitlines()[1:] == [f"1.{LONG}", f"2.{LONG}", "（三）短。"]


def test_a_paragraph_runs_over_the_page_break_and_running_heads_go() -> None:
    lines = plan(36)
    document = read_bytes(write_pdf("\n".join(lines)), "a.pdf")
    assert document.text.splitlines() == lines
    assert [page.number for page in document.pages] == [1, 2, 3]
    first = [document.page_at(document.text.index(line)) for line in lines]
    assert first == sorted(first, key=lambda n: n or 0)
    assert set(first) == {1, 2, 3}
    inside = [
        n for n in range(len(document.pages)) if document.text[document.pages[n].start - 1] != "\n" and n
    ]
    assert inside, "no page of this document begins inside a paragraph"


def test_printed_numbers_name_the_pages() -> None:
    def draw(canvas: Canvas) -> None:
        for number in (102, 103, 104):
            canvas.setFont("STSong-Light", 12)
            canvas.drawString(80, 600, f"第{number}页的正文内容")
            canvas.drawCentredString(300, 30, f"- {number} -")
            canvas.showPage()

    document = read_bytes(drawn(draw), "a.pdf")
    assert [page.number for page in document.pages] == [102, 103, 104]
    assert document.text == "第102页的正文内容\n第103页的正文内容\n第104页的正文内容\n"


def test_columns_are_read_one_after_the_other() -> None:
    lines = plan(24)
    document = read_bytes(write_pdf("\n".join(lines), columns=2, head="简报"), "a.pdf")
    assert document.text.splitlines() == lines


def test_the_last_page_of_columns_is_read_as_columns_however_short() -> None:
    """On the second page two lines stand beside many; on a page alone they would be cells."""
    left, right = (
        [f"第{n}行的正文写满左边这一栏直到栏边" for n in range(40)],
        ["右栏第一行的正文也写满这一栏", "完。"],
    )

    def draw(canvas: Canvas) -> None:
        for page in range(2):
            canvas.setFont("STSong-Light", 12)
            for n in range(20):
                canvas.drawString(60, 700 - 20 * n, left[20 * page + n])
                if page == 0 or n < 2:
                    canvas.drawString(
                        300, 700 - 20 * n, f"右{n}栏的正文写满右边这一栏直到栏边" if page == 0 else right[n]
                    )
            canvas.showPage()

    text = "".join(read_bytes(drawn(draw), "a.pdf").text.split())
    assert text.endswith(left[39] + "".join(right))


NOTED = "1." + "推行企业登记全程电子化，" * 11 + "（牵头单位：市数据局、市司法局；完成时限：2024年6月底前）。"


def draw_notes(canvas: Canvas, size: int, ruled: bool, raised: bool) -> None:
    """A paragraph that runs over the page break, a mark at the end of its first line, the note at the page's foot."""
    lines = [NOTED[n : n + 36] for n in range(0, len(NOTED), 36)]
    for n, line in enumerate(lines[:3]):
        canvas.drawString(60, 110 - 18 * n, line)
        if n == 0:
            canvas.setFont("STSong-Light", 7)
            canvas.drawString(60 + canvas.stringWidth(line, "STSong-Light", 12), 115, "1")
            canvas.setFont("STSong-Light", 12)
    if ruled:
        canvas.line(60, 66, 160, 66)
    canvas.setFont("STSong-Light", 6 if raised else size)
    canvas.drawString(60, 56 if raised else 52, "1")
    canvas.setFont("STSong-Light", size)
    canvas.drawString(66, 52, "原市大数据中心，2024年改设。")
    canvas.showPage()
    canvas.setFont("STSong-Light", 12)
    for n, line in enumerate(lines[3:]):
        canvas.drawString(60, 780 - 18 * n, line)
    canvas.drawString(84, 700, "2.完。")


@pytest.mark.parametrize(
    ("size", "ruled", "raised"),
    [(9, False, True), (12, True, False), (9, True, True)],
    ids=["small", "below a rule", "both"],
)
def test_a_note_below_the_text_parts_no_paragraph_and_its_mark_no_words(
    size: int, ruled: bool, raised: bool
) -> None:
    document = read_bytes(drawn(lambda canvas: draw_notes(canvas, size, ruled, raised)), "a.pdf")
    assert document.text.splitlines() == [NOTED, "2.完。", "注：原市大数据中心，2024年改设。"]


def test_raised_signs_of_measures_are_no_marks() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 600, "新增绿地1000m")
        canvas.setFont("STSong-Light", 7)
        canvas.drawString(60 + canvas.stringWidth("新增绿地1000m", "STSong-Light", 12), 605, "2")

    assert read_bytes(drawn(draw), "a.pdf").text == "新增绿地1000m2\n"


@pytest.mark.parametrize("pages", [1, 3])
def test_what_a_browser_prints_around_a_page_is_no_text(pages: int) -> None:
    words = ["甲", "乙", "丙"]

    def draw(canvas: Canvas) -> None:
        for page in range(pages):
            canvas.setFont("STSong-Light", 8)
            canvas.drawString(24, 820, "2024/6/3 10:20")
            canvas.drawString(220, 820, "临溪市优化营商环境方案")
            canvas.drawString(24, 20, f"https://www.linxi.example/art/2024/6/3/art_{12 + page}.html")
            canvas.drawString(560, 20, f"{page + 1}/{pages}")
            canvas.setFont("STSong-Light", 12)
            canvas.drawString(60, 780, f"{words[page]}的正文。")
            canvas.drawString(60, 60, f"{words[page]}末行。")
            canvas.showPage()

    document = read_bytes(drawn(draw), "a.pdf")
    assert document.text == "".join(f"{word}的正文。\n{word}末行。\n" for word in words[:pages])
    assert [page.number for page in document.pages] == list(range(1, pages + 1))


def test_cells_at_the_head_of_the_pages_are_text() -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(3):
            canvas.setFont("STSong-Light", 12)
            canvas.drawString(60, 790, "序号")
            canvas.drawString(220, 790, "2024/6/3 10:20")
            canvas.drawString(60, 500, f"第{page}段正文。")
            canvas.showPage()

    assert read_bytes(drawn(draw), "a.pdf").text.count("序号") == 3


TASKS = [
    ("1", "推行企业开办一网通办，压缩办理时间，让企业少跑路", "市市场监督管理局"),
    ("2", "降低用能成本", "市能源局"),
    ("3", "推广电子保函，免收投标保证金", "市公共资源交易中心"),
]


@pytest.mark.parametrize("ruled", ["each row", "head and foot"])
def test_a_table_with_rules_across_alone(ruled: str) -> None:
    """Its heads and cells run over two lines; where only head and foot are ruled, numbers tell the rows."""

    def draw(canvas: Canvas) -> None:
        y = 760

        def row(cells: list[list[str]], at: int, is_ruled: bool) -> int:
            for x, lines in zip((60, 90, 300), cells, strict=True):
                for n, line in enumerate(lines):
                    canvas.drawString(x, at - 14 - 16 * n, line)
            down = at - 16 * max(map(len, cells)) - 6
            if is_ruled:
                canvas.line(56, down, 480, down)
            return down

        canvas.line(56, y, 480, y)
        y = row([["序", "号"], ["重点任务"], ["牵头", "单位"]], y, True)
        for n, (number, task, unit) in enumerate(TASKS):
            cells = [[number], [task[:14], task[14:]] if len(task) > 14 else [task], [unit[:4], unit[4:]]]
            y = row(cells, y, ruled == "each row" or n == 2)

    (table,) = (document := read_bytes(drawn(draw), "a.pdf")).tables
    words = ["".join(document.text[c.start : c.end].split()) for c in table.cells]
    assert words == ["序号", "重点任务", "牵头单位", *(word for task in TASKS for word in task)]


def test_a_table_without_rules_whose_heads_run_over_two_lines() -> None:
    def draw(canvas: Canvas) -> None:
        y = 760
        for cells in [("序", "重点任务", "牵头"), ("号", "", "单位"), *TASKS]:
            for x, word in zip((60, 90, 420), cells, strict=True):
                canvas.drawString(x, y, word)
            y -= 16

    (table,) = (document := read_bytes(drawn(draw), "a.pdf")).tables
    words = ["".join(document.text[c.start : c.end].split()) for c in table.cells]
    assert words == ["序号", "重点任务", "牵头单位", *(word for task in TASKS for word in task)]


def test_boldness_by_printing_twice_is_read_once() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(80, 600, "牵头单位")
        canvas.drawString(80.4, 600, "牵头单位")

    assert read_bytes(drawn(draw), "a.pdf").text == "牵头单位\n"


def test_characters_beyond_the_basic_plane_and_ligatures() -> None:
    """Built by hand: one code of the font stands for 𬭩, one for two dashes."""
    cmap = (
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange "
        b"3 beginbfchar <0001> <D872DF69> <0002> <20142014> <0003> <5E02> endbfchar endcmap end"
    )
    shown = b"BT /F 20 Tf 80 600 Td <0001000200030003> Tj ET"
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[5 0 R]/ToUnicode 6 0 R>>"
    )
    inner = (
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 -200 1000 900]"
        b"/ItalicAngle 0/Ascent 900/Descent -200/CapHeight 700/StemV 80>>>>"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 4 0 R>>>>/Contents 7 0 R>>",
        font,
        inner,
        b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap),
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
    ]
    data, places = b"%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"xref\n0 8\n0000000000 65535 f \n%strailer<</Size 8/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(data),
    )
    assert read_bytes(data, "a.pdf").text == "𬭩——市市\n"


def test_a_table_over_pages_is_one_table_with_its_head_once() -> None:
    rows = [f"|{n}|{LONG}|市数据局|" for n in range(1, 21)]
    document = read_bytes(write_pdf("\n".join(["|序号|任务|牵头单位|", *rows])), "a.pdf")
    (table,) = document.tables
    assert (table.rows, table.columns) == (21, 3)
    assert [document.text[c.start : c.end] for c in table.cells if c.column == 0] == [
        "序号",
        *map(str, range(1, 21)),
    ]
    assert {document.text[c.start : c.end] for c in table.cells if c.column == 1 and c.row} == {LONG}
    pages = {document.page_at(c.start) for c in table.cells}
    assert pages == {page.number for page in document.pages}
    assert len(pages) > 1


def part(*rows: str) -> Part:
    """Rows as `a|b|c`, three columns of 100 points; ^ is merged with the cell above."""
    cells = []
    grid = [row.split("|") for row in rows]
    for r, row in enumerate(grid):
        for c, text in enumerate(row):
            if text != "^":
                height = 1
                while r + height < len(grid) and grid[r + height][c] == "^":
                    height += 1
                cells.append(GridCell(text, r, c, height))
    return Part((0.0, 100.0, 200.0, 300.0), len(rows), tuple(cells))


def column(part: Part, n: int) -> list[tuple[str, int, int]]:
    return [(cell.text, cell.row, cell.row_span) for cell in part.cells if cell.column == n]


def test_a_row_cut_by_the_page_is_put_together() -> None:
    joined = join_parts(
        part("号|任务|单位", "1|甲|市局", "2|乙|市局", "3|丙前|市公安"),
        part("号|任务|单位", "|丙后|局", "4|丁|市局"),
    )
    assert joined.rows == 5
    assert ("丙前丙后", 3, 1) in column(joined, 1)
    assert ("市公安局", 3, 1) in column(joined, 2)
    assert ("4", 4, 1) in column(joined, 0)


def test_a_merged_cell_cut_by_the_page_goes_on() -> None:
    joined = join_parts(
        part("号|主题|任务", "1|准入|甲", "2|^|乙"), part("号|主题|任务", "3||丙", "4|^|丁", "5|退出|戊")
    )
    assert column(joined, 1) == [("主题", 0, 1), ("准入", 1, 4), ("退出", 5, 1)]
    assert [text for text, _, _ in column(joined, 2)] == ["任务", "甲", "乙", "丙", "丁", "戊"]


def test_tables_of_other_columns_are_not_joined() -> None:
    other = Part((0.0, 150.0, 300.0), 1, (GridCell("x", 0, 0),))
    assert goes_on(part("a|b|c"), part("d|e|f"))
    assert not goes_on(part("a|b|c"), other)


def picture_page(canvas: Canvas) -> None:
    from PIL import Image  # noqa: PLC0415
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415 - pictures are drawn here alone

    canvas.drawImage(ImageReader(Image.new("RGB", (60, 80), "white")), 0, 0, 500, 700)
    canvas.showPage()


def test_a_scan_is_reported_as_one() -> None:
    with pytest.raises(ReadError, match=r"扫描件.*OCR"):
        read_bytes(drawn(picture_page), "a.pdf")


def test_single_scanned_pages_are_warned_of() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(80, 600, "正文第一页")
        canvas.showPage()
        picture_page(canvas)

    (warning,) = read_bytes(drawn(draw), "a.pdf").warnings
    assert "第 2 页" in warning


def test_a_password_is_reported() -> None:
    locked = drawn(
        lambda c: c.drawString(80, 600, "密"), encrypt=pdfencrypt.StandardEncryption("user", "owner")
    )
    with pytest.raises(ReadError, match="密码"):
        read_bytes(locked, "a.pdf")


def test_an_empty_page_is_no_scan() -> None:
    with pytest.raises(ReadError, match="没有文字"):
        read_bytes(drawn(lambda c: c.showPage()), "a.pdf")


def test_a_watermark_is_no_text_and_is_warned_of() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(80, 600, "牵头单位：市数据局")
        canvas.rotate(40)
        canvas.drawString(300, 100, "内部资料注意保存")

    document = read_bytes(drawn(draw), "a.pdf")
    assert document.text == "牵头单位：市数据局\n"
    assert "第 1 页" in document.warnings[0]


def test_fonts_that_do_not_say_what_they_mean_are_refused() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(80, 600, "\ue001\ue002\ue003\ue004\ue005")

    with pytest.raises(ReadError, match="OCR"):
        read_bytes(drawn(draw), "a.pdf")


@pytest.mark.parametrize("turn", [90, 270])
def test_a_turned_page_is_read(turn: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        canvas.rotate(turn)
        x, y = (80, -300) if turn == 90 else (-500, 300)
        canvas.drawString(x, y, "牵头单位：市数据局")
        canvas.drawString(x, y - 30, "责任单位：市财政局")

    assert read_bytes(drawn(draw), "a.pdf").text == "牵头单位：市数据局\n责任单位：市财政局\n"
