"""Web pages: the paper's text, nothing that surrounds it; tables by the HTML rules."""

from __future__ import annotations

import base64
import quopri

import pytest

from index_build.errors import ReadError
from index_build.readers import read_bytes
from tests.fixtures.writing import write_page

BODY = "<p>第一段，市政务服务局负责推进一网通办改革。</p><p>第二段，市数据局负责数据共享。</p>"


def page(inner: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{inner}</body></html>".encode()


def text_of(inner: str, head: str = "") -> str:
    return read_bytes(page(inner, head), "a.html").text


def test_what_surrounds_the_paper_is_left_out() -> None:
    text = read_bytes(
        write_page("# 标题\n正文第一段，市政务服务局负责。\n正文第二段，市数据局负责。"), "a.html"
    ).text
    assert text == (
        "索引号：\n000014349/2024-00012\n发文机关：\n霁州市人民政府\n标题\n正文第一段，市政务服务局负责。\n正文第二段，市数据局负责。\n"
    )


@pytest.mark.parametrize(
    "unread",
    [
        "<div hidden>藏</div>",
        '<p style="DISPLAY : none">藏</p>',
        '<span style="visibility:hidden">藏</span>',
        "<script>藏</script>",
        "<noscript>藏</noscript>",
        "<!-- 藏 -->",
        "<template>藏</template>",
        '<p class="off">藏</p>',
        "<nav>藏</nav>",
        "<footer>藏</footer>",
        '<div class="breadcrumb">藏</div>',
        "<ruby>临<rt>藏</rt></ruby>",
        "<p>留<del>藏</del><s>藏</s></p>",
        '<p style="opacity: 0">藏</p>',
        '<p style="height:0; overflow:hidden">藏</p>',
        '<p style="position:absolute;left:-9999px">藏</p>',
        '<p class="sr-only">藏</p>',
        '<div class="box"><p class="note">藏</p></div>',
    ],
)
def test_what_nobody_reads_is_left_out(unread: str) -> None:
    sheet = ".on { color: red } p, .off { } .off { display: none } div.box > .note { visibility: hidden }"
    text = text_of(BODY + unread, f"<style>/* p {{ display: none }} */ {sheet}</style>")
    assert "藏" not in text
    assert "第一段" in text
    assert "第二段" in text


def test_a_page_wrapped_in_a_form_is_read() -> None:
    assert text_of(f"<form action=x><div id=footer-main>{BODY}</div></form>").count("段") == 2


def test_headings_keep_their_level() -> None:
    document = read_bytes(page("<h1>方案</h1><h2>一、<b>总体</b></h2><p>正文</p>"), "a.html")
    assert [(document.text[h.start : h.end], h.level) for h in document.headings] == [
        ("方案", 1),
        ("一、总体", 2),
    ]


def test_inline_tags_and_source_line_ends_part_no_words() -> None:
    assert (
        text_of("<p>牵头\n  单位：<b>市</b><i>数据局</i><br>完成 by June</p><p>二</p>")
        == "牵头单位：市数据局\n完成 by June\n二\n"
    )


def test_spans_of_a_table() -> None:
    document = read_bytes(
        page(
            "<p>前</p><table><tr><th rowspan=2>序号<th colspan=2>任务<tr><td>甲<td>乙<tr><td>1<td>A<br>B<td>C</table><p>后</p>"
        ),
        "a.html",
    )
    (table,) = document.tables
    got = [(c.row, c.column, c.row_span, c.column_span, document.text[c.start : c.end]) for c in table.cells]
    assert got == [
        (0, 0, 2, 1, "序号"),
        (0, 1, 1, 2, "任务"),
        (1, 1, 1, 1, "甲"),
        (1, 2, 1, 1, "乙"),
        (2, 0, 1, 1, "1"),
        (2, 1, 1, 1, "A\nB"),
        (2, 2, 1, 1, "C"),
    ]
    assert document.text == "前\n序号\n任务\n甲\n乙\n1\nA\nB\nC\n后\n"


def test_a_layout_table_is_no_table() -> None:
    document = read_bytes(page(f"<table><tr><td>{BODY}</td></tr></table>"), "a.html")
    assert document.tables == ()
    assert document.text.startswith("第一段")


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030", "big5", "utf-8"])
def test_the_charset_line_decides(charset: str) -> None:
    text = "<html><head><meta http-equiv=Content-Type content='text/html; charset={}'></head><body><p>市政府</p></body></html>"
    assert read_bytes(text.format(charset).encode(charset), "a.htm").text == "市政府\n"


def test_a_wrong_charset_line_is_overruled_by_the_bytes() -> None:
    data = "<meta charset=utf-8><p>市政务服务局负责推进一网通办。</p>".encode("gb18030")
    assert read_bytes(data, "a.html").text == "市政务服务局负责推进一网通办。\n"


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(ReadError, match="没有正文"):
        read_bytes(page("<script>render()</script><div id=app></div>"), "a.html")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<ol><li>甲<li>乙</ol>", "1. 甲\n2. 乙\n"),
        ("<ol start=5 type=a><li>甲<li value=9>乙</ol>", "e. 甲\ni. 乙\n"),
        (
            "<ol style='list-style-type: cjk-ideographic'><li><p>甲</p></li><li>乙</li></ol>",
            "一、甲\n二、乙\n",
        ),
        ("<ol style='list-style:none'><li>甲</ol>", "甲\n"),
        ("<ol><li>1.甲<li>（二）乙</ol>", "1.甲\n（二）乙\n"),
        ("<ul><li>甲<li>乙</ul>", "甲\n乙\n"),
    ],
)
def test_numbers_of_ordered_lists_are_written_out(markup: str, text: str) -> None:
    assert text_of(f"<p>前</p>{markup}<p>后</p>") == f"前\n{text}后\n"


@pytest.mark.parametrize("tag", ["div", "span", "table><tr><td", "ul><li"])
def test_deep_nesting_ends(tag: str) -> None:
    assert read_bytes(page(f"<{tag}>" * 3000 + "市政府"), "a.html").text.strip() == "市政府"


def test_huge_spans_end_at_the_table() -> None:
    row = "<tr><td colspan=1000 rowspan=1000>市<td>县</tr>"
    (table,) = read_bytes(page(f"<p>前</p><table>{row * 20}</table><p>后</p>"), "a.html").tables
    assert table.rows == 20
    assert len(table.cells) == 40


def test_a_page_saved_by_word_is_read() -> None:
    word = (
        "<p class=MsoNormal style='text-indent:2em'><span style='mso-list:Ignore'>1.<span>&nbsp;&nbsp;</span></span>"
        "<span lang=EN-US><o:p></o:p></span>推行一网通办。</p><!--[if gte mso 9]><xml>藏</xml><![endif]-->"
        "<h2>\u3000\u3000一、总体</h2>"
    )
    document = read_bytes(page(word), "a.html")
    assert document.text.replace("\u00a0", " ") == "1.  推行一网通办。\n一、总体\n"
    assert [document.text[h.start : h.end] for h in document.headings] == ["一、总体"]


@pytest.mark.parametrize(
    "sheet",
    [
        ".phone { display: none } @media (max-width: 768px) { .desk { display: none } .phone { display: block } }",
        "@media (min-width: 769px) { .phone { display: none } } @media screen and (max-width: 768px) { .desk { display: none } }",
        "div div.phone { display: none !important }",
        "@media print { .desk { display: none } } .phone { display: none }",
        ".desk, .phone { display: none } .desk { display: block }",
        "",
    ],
    ids=["narrow", "both", "inside", "printed", "shown again", "linked sheet"],
)
def test_of_two_copies_for_two_screens_one_is_read(sheet: str) -> None:
    paper = f"<div><p>{'市政务服务局负责推进一网通办改革。' * 8}</p><p>{'市数据局负责共享。' * 9}</p></div>"
    text = text_of(
        f"<div><div class=desk>{paper}</div><div class=phone>{paper}</div></div>", f"<style>{sheet}</style>"
    )
    assert [len(line) for line in text.splitlines()] == [17 * 8, 9 * 9]


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        ('<sup><a href="#_ftn1">[1]</a></sup>', "市税务局、"),
        ('<a href="#note1"><sup>1</sup></a>', "市税务局、"),
        ('<a href="#_ftn1" name="_ftnref1"><span>[1]</span></a>', "市税务局、"),
        ("<sup>①</sup>", "市税务局、"),
        ("<sup>2</sup>", "市税务局2、"),
        ('<a href="/1.html">1</a>', "市税务局1、"),
    ],
)
def test_marks_of_footnotes_are_no_words(mark: str, text: str) -> None:
    lines = text_of(
        f"{BODY}<p>市税务局{mark}、</p><p><a href='#_ftnref1'>[1]</a> 原地税局。</p>"
    ).splitlines()
    assert lines[2:] == [text, "[1] 原地税局。"]


@pytest.mark.parametrize(
    "markup",
    [
        "<div style='white-space: pre-line'>甲\n乙</div>",
        "<div class=typed>甲\n乙</div>",
        "<div class=typed><p style='white-space:normal'>甲</p>\n<p>乙</p></div>",
        "<span style='display:block'>甲</span><span class=line>乙</span>",
    ],
)
def test_lines_that_a_style_makes(markup: str) -> None:
    sheet = "<style>.typed { white-space: pre-wrap } .line { display: block }</style>"
    assert text_of(f"<p>前</p>{markup}<p>后</p>", sheet) == "前\n甲\n乙\n后\n"


def test_a_table_inside_a_cell_gives_its_lines_to_the_cell() -> None:
    inner = "<table><tr><td>市财政局<tr><td>市税务局</table>"
    rows = f"<tr><th>任务<th>单位<tr><td>推进企业开办一网通办，全程网上办理<td>{inner}<tr><td>降低企业用能成本<td>市能源局"
    (table,) = read_bytes(page(f"<p>前</p><table>{rows}</table>"), "a.html").tables
    assert (table.rows, table.columns) == (3, 2)


def test_a_table_parted_in_two_that_counts_on_is_one() -> None:
    head = "<tr><td>序号<td>任务<td>单位"
    parts = [f"<tr><td>{n}<td>任务{n}<td>市{c}局" for n, c in ((1, "甲"), (2, "乙"), (3, "丙"))]
    between = f"<table>{head}{parts[0]}{parts[1]}</table>\n<table>{parts[2]}</table>"
    document = read_bytes(page(f"<p>前</p>{between}"), "a.html")
    assert [(t.rows, t.columns, len(t.cells)) for t in document.tables] == [(4, 3, 12)]
    apart = read_bytes(page(f"<p>前</p>{between.replace(chr(10), '<p>附件2</p>')}"), "a.html")
    assert [t.rows for t in apart.tables] == [3, 1]


def test_bytes_that_are_sound_utf8_overrule_the_charset_line() -> None:
    text = "<meta charset=gb2312><p>市政务服务局</p>"
    assert read_bytes(text.encode(), "a.html").text == "市政务服务局\n"


def test_words_after_a_body_that_ends_early_are_read() -> None:
    assert text_of(f"</body>{BODY}").count("段") == 2


def test_struck_words_are_left_out_with_a_word() -> None:
    document = read_bytes(page("<p>市<del>经委</del>工信局</p>"), "a.html")
    assert document.text == "市工信局\n"
    assert any("删除线" in warning for warning in document.warnings)


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_a_page_saved_as_one_file(encoding: str) -> None:
    encode = quopri.encodestring if encoding == "quoted-printable" else base64.encodebytes
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="==b"\r\n\r\n'
    picture = b"--==b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n"
    part = f"--==b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
    data = head + picture + part + encode(page(BODY)) + b"\r\n--==b--\r\n"
    assert read_bytes(data, "a.mht").text.count("段") == 2
    assert read_bytes(data, "a.mhtml").text == read_bytes(data, "a.mht").text
    with pytest.raises(ReadError, match="没有网页"):
        read_bytes(head + picture + b"--==b--", "a.mht")
