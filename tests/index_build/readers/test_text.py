"""Plain text and markdown: encodings, pages, headings and pipe tables found in an unchanged text."""

from __future__ import annotations

import codecs

import pytest

from index_build.errors import ReadError
from index_build.measures import extract
from index_build.readers import read_bytes

PLAIN = "关于优化营商环境的通知\r\n1.推行一网通办。（牵头单位：市政务服务局；完成时限：2024年6月底前）\r\n"
RARE = "㙍川县䲟鱼养殖户和𬭩材料企业由县农业农村局负责服务。\n"  # 㙍 䲟 𬭩: four bytes in GB18030
TRADITIONAL = "關於優化營商環境的通知\n1.推行網上辦理。（牽頭單位：市政務服務局；完成時限：2024年6月底前）\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_simplified_text_is_read_in_every_encoding_and_not_changed(encoding: str) -> None:
    assert read_bytes(PLAIN.encode(encoding), "a.txt").text == PLAIN


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "cp950", "big5hkscs", "utf-16"])
def test_traditional_text_is_read_as_printed(encoding: str) -> None:
    assert read_bytes(TRADITIONAL.encode(encoding), "a.txt").text == TRADITIONAL


def test_four_byte_characters_of_gb18030() -> None:
    assert len("𬭩".encode("gb18030")) == 4
    assert read_bytes(RARE.encode("gb18030"), "a.txt").text == RARE


def test_the_mark_of_a_utf8_file_stays_so_that_offsets_agree_with_a_plain_decode() -> None:
    data = codecs.BOM_UTF8 + PLAIN.encode()
    assert read_bytes(data, "a.txt").text == data.decode("utf-8") == "\ufeff" + PLAIN


@pytest.mark.parametrize("short", ["办", "牵头单位", "局", "\n优化\n"])
def test_a_few_characters_of_gb18030_are_enough(short: str) -> None:
    assert read_bytes(short.encode("gb18030"), "a.txt").text == short


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (PLAIN.encode()[:-4], "断掉"),
        (PLAIN.encode() * 9 + b"\xff" + PLAIN.encode(), "第 19 行"),
        (PLAIN.encode() + b"\0" + PLAIN.encode(), "二进制"),
        (bytes(range(256)) * 8, "编码"),
        ("これは日本語の文章です。テストのため。".encode("shift-jis"), "编码"),
        ("Это русский текст, не китайский.".encode("koi8-r"), "编码"),
    ],
    ids=["cut", "bad byte", "nul", "noise", "japanese", "russian"],
)
def test_what_is_no_sound_text_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(ReadError, match=says) as caught:
        read_bytes(data, "甲.txt")
    assert "\n" not in str(caught.value)


def test_pages_by_marks() -> None:
    document = read_bytes("封面\n# Page 7:\n甲\n# Page 8:\n乙\n".encode(), "a.txt")
    assert [(p.number, document.text[p.start :][:8]) for p in document.pages] == [
        (7, "# Page 7"),
        (8, "# Page 8"),
    ]
    assert document.page_at(0) is None
    assert document.page_at(document.text.index("甲")) == 7
    assert document.page_at(document.text.index("乙")) == 8


@pytest.mark.parametrize("form", ["— {} —", "—{}—", "- {} -", "－{}－", "–{}–\r"])
def test_a_foot_closes_its_page(form: str) -> None:
    document = read_bytes(f"甲\n{form.format(1)}\n乙\n{form.format(2)}\n丙\n".encode(), "a.txt")
    assert [document.page_at(document.text.index(c)) for c in "甲乙丙"] == [1, 2, 3]


@pytest.mark.parametrize("text", ["甲\n— 9—\n乙\n", "甲\n— 2 —\n乙\n— 2 —\n", "甲\n— 1 —\n乙\n— 4 —\n丙"])
def test_feet_that_do_not_count_up_name_no_pages(text: str) -> None:
    assert read_bytes(text.encode(), "a.txt").pages == ()


def test_form_feeds_part_pages() -> None:
    document = read_bytes("甲\f乙\f丙\f".encode(), "a.txt")
    assert [document.page_at(document.text.index(c)) for c in "甲乙丙"] == [1, 2, 3]


def test_markdown_headings_stand_in_place() -> None:
    text = "# 方案\r\n\r\n正文 # 不是标题\n\n## 一、总体 ##\n```\n# 代码\n```\n小节\n===\n\n# Page 3:\n"
    document = read_bytes(text.encode(), "a.md")
    assert document.text == text
    assert [(text[h.start : h.end], h.level) for h in document.headings] == [
        ("方案", 1),
        ("一、总体", 2),
        ("小节", 1),
    ]
    assert document.title == "方案"
    assert [p.number for p in document.pages] == [3]


def test_markdown_table_cells_stand_in_place() -> None:
    text = "前言\n| 序号 | 任务 |\n|:--|--:|\n| 1 | 甲\\|乙 |\n|2||\n\n后记 | 不是表\n"
    document = read_bytes(text.encode(), "a.md")
    (table,) = document.tables
    assert (table.rows, table.columns) == (3, 2)
    cells = [(c.row, c.column, text[c.start : c.end]) for c in table.cells]
    assert cells == [(0, 0, "序号"), (0, 1, "任务"), (1, 0, "1"), (1, 1, "甲\\|乙"), (2, 0, "2"), (2, 1, "")]


def seen(text: str, name: str) -> str:
    """What of a text is read as words."""
    document = read_bytes(text.encode(), name)
    assert document.text == text
    at, words = 0, ""
    for start, end in document.marks:
        words, at = words + text[at:start], end
    return words + text[at:]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# 标题", " 标题"),
        ("**甲**乙__丙__", "甲乙丙"),
        ("：*市局*、_县局_；a_b_c", "：市局、县局；a_b_c"),
        ("市`税务局`", "市税务局"),
        ("1\\.推行\\\n2\\.降低", "1.推行\n2.降低"),
        ("> 甲\n> > 乙", " 甲\n 乙"),
        ("- 1.甲\n* **牵头单位**：乙\n- 丙", " 1.甲\n 牵头单位：乙\n- 丙"),
        ('见[市局](https://a.example/b_c "页")和[甲](乙)', "见市局和[甲](乙)"),
        ("![图](a.png)甲[^1]\n[^1]: 注", "甲\n[^1]: 注"),
        ("甲<!-- 乙\n丙 -->丁", "甲丁"),
        ("&emsp;&emsp;甲&nbsp;<b>乙</b><br>丙", "甲乙丙"),
        ("---\ntitle: 甲\ntags:\n  - 乙\n---\n丙", "\n丙"),
        ("甲\n\n---\n\n乙: 丙\n\n---\n", "甲\n\n---\n\n乙: 丙\n\n---\n"),
        ("1 < 2 > 3 * 4 * 5", "1 < 2 > 3 * 4 * 5"),
    ],
    ids=[
        *(
            "heading",
            "stress",
            "slanted",
            "code",
            "escapes",
            "quoted",
            "bullets",
            "links",
            "picture and note",
        ),
        *("comment", "tags", "front matter", "rules", "none"),
    ],
)
def test_markdowns_signs_are_no_words(text: str, words: str) -> None:
    assert seen(text, "a.md") == words


def test_characters_that_nobody_sees_are_no_words() -> None:
    assert seen("\ufeff牵\u200b头\u00ad单\u2060位\n\uf06c 甲\uf06c", "a.txt") == "牵头单位\n 甲\uf06c"
    assert read_bytes("牵头单位".encode(), "a.txt").marks == ()


def test_a_table_typed_as_tags_in_markdown() -> None:
    text = (
        "前\n<table>\n<tr><th rowspan=2>序号</th><th colspan='2'>分工</th></tr>\n<tr><td>单位</td><td>时限</td></tr>\n"
        "<tr><td> 1 </td><td><b>市局</b></td><td></td></tr></table>\n后"
    )
    document = read_bytes(text.encode(), "a.md")
    (table,) = document.tables
    got = [(c.row, c.column, c.row_span, c.column_span, text[c.start : c.end]) for c in table.cells]
    assert got == [
        (0, 0, 2, 1, "序号"),
        (0, 1, 1, 2, "分工"),
        (1, 1, 1, 1, "单位"),
        (1, 2, 1, 1, "时限"),
        (2, 0, 1, 1, "1"),
        (2, 1, 1, 1, "<b>市局</b>"),
        (2, 2, 1, 1, ""),
    ]
    assert seen(text, "a.md").split() == ["前", "序号分工", "单位时限", "1", "市局", "后"]


@pytest.mark.parametrize("sign", ["\v", "\f", "\r", "\x85", "\u2028", "\u2029"])
def test_every_sign_that_ends_a_line_ends_one(sign: str) -> None:
    text = sign.join(
        ["一、任务", "1.推行一网通办。（牵头单位：市数据局）", "2.压缩时间。（牵头单位：市能源局）"]
    )
    measures = extract(read_bytes(text.encode(), "a.txt")).measures
    assert [(m.number, m.text, m.lead) for m in measures] == [
        ("1", "推行一网通办。", ("市数据局",)),
        ("2", "压缩时间。", ("市能源局",)),
    ]


def test_unseen_characters_part_no_label_number_or_name() -> None:
    text = "一、任务\n\u200b1.推行一网\u200b通办。（牵\u00ad头单位：市数\u200d据局；完成时限：2024\ufeff年6月底前）\n"
    (measure,) = extract(read_bytes(text.encode(), "a.txt")).measures
    assert (measure.number, measure.lead) == ("1", ("市数据局",))
    assert [d.date.isoformat() for d in measure.deadlines if d.date] == ["2024-06-30"]
    assert measure.text == "推行一网通办。"
