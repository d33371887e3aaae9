"""Word documents: what a reader of the final version sees, in order, with tables in their grid."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index_build.errors import ReadError
from index_build.model import Document
from index_build.numerals import chinese_count
from index_build.readers import read_bytes
from index_build.readers.numbering import count_form
from tests.fixtures.writing import write_docx

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def made(write: Callable[[Any], None]) -> Document:
    opened = docx.Document()
    write(opened)
    out = io.BytesIO()
    opened.save(out)
    return read_bytes(out.getvalue(), "a.docx")


def run(text: str, inner: str = "") -> str:
    return f"<w:r>{inner}<w:t>{text}</w:t></w:r>"


def paragraph(inner: str) -> Document:
    return made(
        lambda d: d.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w', 'wp', 'a')}>{inner}</w:p>"))
    )


def test_paragraphs_and_tables_stand_in_document_order() -> None:
    document = read_bytes(write_docx("甲\n|1|2|\n|3|4|\n乙\n|5|6|\n|7|8|"), "a.docx")
    assert document.text == "甲\n1\n2\n3\n4\n乙\n5\n6\n7\n8\n"
    assert len(document.tables) == 2


def test_headings_by_style() -> None:
    document = read_bytes(write_docx("# 方案\n## 一、总体\n正文"), "a.docx")
    assert [(document.text[h.start : h.end], h.level) for h in document.headings] == [
        ("方案", 1),
        ("一、总体", 2),
    ]


def test_bold_by_the_run_or_by_its_style() -> None:
    def write(opened: Any) -> None:
        strong = opened.styles.add_style("加重", docx.enum.style.WD_STYLE_TYPE.CHARACTER)
        strong.font.bold = True
        line = opened.add_paragraph()
        line.add_run("市教育局").bold = True
        line.add_run("、市公安局、")
        line.add_run("市民政局", style=strong)
        line.add_run("、市司法局", style=strong).bold = False

    document = made(write)
    assert [document.text[start:end] for start, end in document.bold] == ["市教育局", "市民政局"]


def test_cells_merged_both_ways_are_given_once() -> None:
    document = read_bytes(write_docx("|清单|<|<|\n|1|甲 / 乙|丙|\n|2|^|丁|"), "a.docx")
    (table,) = document.tables
    got = [(c.row, c.column, c.row_span, c.column_span, document.text[c.start : c.end]) for c in table.cells]
    assert got == [
        (0, 0, 1, 3, "清单"),
        (1, 0, 1, 1, "1"),
        (1, 1, 2, 1, "甲\n乙"),
        (1, 2, 1, 1, "丙"),
        (2, 0, 1, 1, "2"),
        (2, 2, 1, 1, "丁"),
    ]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (run("牵头") + run("单位"), "牵头单位"),
        (run("甲") + "<w:del>" + "<w:r><w:delText>乙</w:delText></w:r>" + "</w:del>" + run("丙"), "甲丙"),
        (run("甲") + f"<w:ins>{run('乙')}</w:ins>", "甲乙"),
        (f"<w:moveFrom>{run('甲')}</w:moveFrom><w:moveTo>{run('乙')}</w:moveTo>", "乙"),
        (run("甲") + run("乙", "<w:rPr><w:vanish/></w:rPr>"), "甲"),
        (run("甲") + run("乙", '<w:rPr><w:vanish w:val="0"/></w:rPr>'), "甲乙"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r>" + run("甲"), "甲"),
        (f"<w:hyperlink>{run('甲')}</w:hyperlink>{run('乙')}", "甲乙"),
        (run("甲") + "<w:r><w:br/></w:r>" + run("乙"), "甲\n乙"),
        (f"<w:sdt><w:sdtContent>{run('甲')}</w:sdtContent></w:sdt>", "甲"),
        (
            f"{run('甲')}<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('请填写')}</w:sdtContent></w:sdt>",
            "甲",
        ),
        (f"{run('增长')}<m:oMath xmlns:m='{MATH}'><m:r><m:t>10%</m:t></m:r></m:oMath>", "增长10%"),
        (run("市税\u200b务\u00ad局"), "市税务局"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F06C"/></w:r>' + run("甲"), "甲"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>' + run("甲"), "✓甲"),
        ('<w:r><w:sym w:font="宋体" w:char="2460"/></w:r>' + run("甲"), "①甲"),
    ],
    ids=[
        "runs",
        "deleted",
        "inserted",
        "moved",
        "hidden",
        "shown",
        "field",
        "link",
        "break",
        "control",
        "prompt",
        "formula",
        "unseen",
        "wingding",
        "tick",
        "symbol",
    ],
)
def test_the_final_version_is_read(inner: str, text: str) -> None:
    assert paragraph(inner).text.rstrip("\n") == text


def test_a_content_control_round_a_paragraph_and_a_row_loses_nothing() -> None:
    def write(opened: Any) -> None:
        block = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p>{run('甲')}</w:p></w:sdtContent></w:sdt>"
        opened.element.body.insert(0, parse_xml(block))
        table = opened.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "一", "二"
        row = f"<w:tr><w:tc><w:p>{run('三')}</w:p></w:tc><w:tc><w:p>{run('四')}</w:p></w:tc></w:tr>"
        table._tbl.append(parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent>{row}</w:sdtContent></w:sdt>"))

    assert made(write).text.split() == ["甲", "一", "二", "三", "四"]


def test_a_table_inside_a_cell_gives_its_lines_to_the_cell() -> None:
    def write(opened: Any) -> None:
        table = opened.add_table(1, 2)
        table.cell(0, 0).text = "外"
        inner = table.cell(0, 1).add_table(1, 2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "里一", "里二"

    document = made(write)
    assert len(document.tables) == 1
    assert [document.text[c.start : c.end] for c in document.tables[0].cells] == ["外", "里一\n里二"]


def test_a_table_of_one_column_around_tables_is_only_a_frame() -> None:
    def write(opened: Any) -> None:
        frame = opened.add_table(2, 1)
        frame.cell(0, 0).text = "题"
        inner = frame.cell(1, 0).add_table(1, 2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "里一", "里二"
        frame.cell(1, 0).add_paragraph("尾")

    document = made(write)
    assert document.text.split() == ["题", "里一", "里二", "尾"]
    (table,) = document.tables
    assert [document.text[c.start : c.end] for c in table.cells] == ["里一", "里二"]


def test_a_deleted_row_is_left_out() -> None:
    def write(opened: Any) -> None:
        table = opened.add_table(2, 1)
        table.cell(0, 0).text, table.cell(1, 0).text = "留", "删"
        table.rows[1]._tr.get_or_add_trPr().append(
            parse_xml(f"<w:del {nsdecls('w')} w:id='1' w:author='x'/>")
        )

    assert made(write).text.strip() == "留"


def test_a_text_box_follows_its_paragraph_and_is_read_once() -> None:
    box = f"<w:txbxContent><w:p>{run('框内')}</w:p></w:txbxContent>"
    names = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="urn:x" xmlns:v="urn:v"'
    inner = (
        f"<w:r><mc:AlternateContent {names}><mc:Choice Requires='wps'><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><v:textbox>{box}</v:textbox></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert paragraph(run("段落") + inner).text.split() == ["段落", "框内"]


def test_footnotes_follow_at_the_end_and_leave_no_mark_in_the_words() -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415 - this test alone builds a part
    from docx.opc.packuri import PackURI  # noqa: PLC0415
    from docx.opc.part import Part  # noqa: PLC0415

    def write(opened: Any) -> None:
        opened.element.body.insert(
            0,
            parse_xml(
                f"<w:p {nsdecls('w')}>{run('区住')}<w:r><w:footnoteReference w:id='2'/></w:r>{run('建局')}</w:p>"
            ),
        )
        notes = (
            f"<w:footnotes {nsdecls('w')}><w:footnote w:type='separator' w:id='0'><w:p>{run('—')}</w:p></w:footnote>"
            f"<w:footnote w:id='2'><w:p>{run('原建设局')}</w:p></w:footnote>"
            f"<w:footnote w:id='3'><w:p>{run('没有引用')}</w:p></w:footnote></w:footnotes>"
        )
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), opened.part.package)
        opened.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    assert made(write).text == "区住建局\n注：原建设局\n"


def test_automatic_numbers_are_written_out() -> None:
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl>'
        '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>'
        '<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl>'
    )

    def write(opened: Any) -> None:
        numbering = opened.part.numbering_part.element
        numbering.insert(
            0, parse_xml(f"<w:abstractNum {nsdecls('w')} w:abstractNumId='90'>{levels}</w:abstractNum>")
        )
        numbering.append(
            parse_xml(f"<w:num {nsdecls('w')} w:numId='91'><w:abstractNumId w:val='90'/></w:num>")
        )
        for level, text in [
            (0, "总"),
            (1, "甲"),
            (2, "子"),
            (2, "丑"),
            (3, "点"),
            (1, "乙"),
            (2, "寅"),
            (0, "分"),
        ]:
            properties = opened.add_paragraph(text)._p.get_or_add_pPr()
            mark = f"<w:numPr {nsdecls('w')}><w:ilvl w:val='{level}'/><w:numId w:val='91'/></w:numPr>"
            properties.append(parse_xml(mark))

    assert made(write).text.splitlines() == [
        "一、总",
        "（一）甲",
        "1. 子",
        "2. 丑",
        "点",
        "（二）乙",
        "1. 寅",
        "二、分",
    ]


LEVELS = (
    '<w:lvl w:ilvl="0">{0}<w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1">{1}<w:numFmt w:val="decimal"/><w:suff w:val="nothing"/><w:lvlText w:val="%2."/></w:lvl>'
    '<w:lvl w:ilvl="2">{2}<w:numFmt w:val="decimal"/><w:isLgl/><w:suff w:val="nothing"/><w:lvlText w:val="%1.%3）"/></w:lvl>'
)


def listed(
    opened: Any,
    paragraphs: list[tuple[str, str]],
    lists: str = "",
    levels: tuple[str, str, str] = ("", "", ""),
) -> None:
    """Paragraphs with their properties, numbered by list 91 with LEVELS, or by what `lists` defines."""
    numbering = opened.part.numbering_part.element
    levels_xml = LEVELS.format(*levels)
    lists = lists or f'<w:abstractNum w:abstractNumId="90">{levels_xml}</w:abstractNum>'
    for element in parse_xml(f"<w:numbering {nsdecls('w')}>{lists}</w:numbering>"):
        numbering.insert(0, element)
    numbering.append(parse_xml(f"<w:num {nsdecls('w')} w:numId='91'><w:abstractNumId w:val='90'/></w:num>"))
    for text, properties in paragraphs:
        paragraph = opened.add_paragraph(text)._p
        for element in parse_xml(f"<w:pPr {nsdecls('w')}>{properties}</w:pPr>"):
            paragraph.get_or_add_pPr().append(element)


def in_list(level: int | str, identity: int | str = 91) -> str:
    return f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{identity}'/></w:numPr>"


def list_style(opened: Any, name: str, properties: str, above: str = "", kind: str = "paragraph") -> None:
    based = f"<w:basedOn w:val='{above}'/>" if above else ""
    opened.styles.element.append(
        parse_xml(
            f"<w:style {nsdecls('w')} w:type='{kind}' w:customStyle='1' w:styleId='{name}'>"
            f"<w:name w:val='{name}'/>{based}<w:pPr>{properties}</w:pPr></w:style>"
        )
    )


def test_numbers_that_run_through_or_begin_anew_as_the_list_says() -> None:
    order = [("总", 0), ("甲", 1), ("乙", 1), ("子", 2), ("分", 0), ("丙", 1), ("丑", 2)]
    paragraphs = [(text, in_list(level)) for text, level in order]
    through = made(lambda d: listed(d, paragraphs, levels=("", '<w:lvlRestart w:val="0"/>', "")))
    assert through.text.splitlines() == ["一、总", "1.甲", "2.乙", "1.1）子", "二、分", "3.丙", "2.1）丑"]
    first_only = made(lambda d: listed(d, paragraphs, levels=("", "", '<w:lvlRestart w:val="1"/>')))
    assert first_only.text.splitlines() == ["一、总", "1.甲", "2.乙", "1.1）子", "二、分", "1.丙", "2.1）丑"]


def test_a_style_stands_for_the_level_that_names_it() -> None:
    def write(opened: Any) -> None:
        list_style(opened, "Part", "<w:numPr><w:numId w:val='91'/></w:numPr>")
        list_style(opened, "Task", "<w:numPr><w:numId w:val='91'/></w:numPr>")
        list_style(opened, "Note", "<w:numPr><w:numId w:val='0'/></w:numPr>", above="Task")
        order = [("总", "Part"), ("甲", "Task"), ("注", "Note"), ("乙", "Task")]
        paragraphs = [(text, f"<w:pStyle w:val='{style}'/>") for text, style in order]
        paragraphs.append(("丙", "<w:pStyle w:val='Task'/>" + in_list(0, 0)))
        listed(opened, paragraphs, levels=("<w:pStyle w:val='Part'/>", "<w:pStyle w:val='Task'/>", ""))

    assert made(write).text.splitlines() == ["一、总", "1.甲", "注", "2.乙", "丙"]


def test_a_paragraph_takes_its_list_from_its_style_and_its_level_from_itself() -> None:
    def write(opened: Any) -> None:
        list_style(opened, "Part", in_list(0))
        level = "<w:pStyle w:val='Part'/><w:numPr><w:ilvl w:val='1'/></w:numPr>"
        listed(opened, [("总", "<w:pStyle w:val='Part'/>"), ("甲", level)])

    assert made(write).text.splitlines() == ["一、总", "1.甲"]


def test_a_list_that_is_defined_by_a_list_style() -> None:
    lists = (
        "<w:abstractNum w:abstractNumId='90'><w:numStyleLink w:val='Plan'/></w:abstractNum>"
        f"<w:abstractNum w:abstractNumId='89'><w:styleLink w:val='Plan'/>{LEVELS.format('', '', '')}</w:abstractNum>"
    )
    document = made(lambda d: listed(d, [("总", in_list(0)), ("甲", in_list(1))], lists))
    assert document.text.splitlines() == ["一、总", "1.甲"]


def test_an_empty_numbered_line_counts_and_a_deleted_one_does_not() -> None:
    deleted = in_list(0) + "<w:rPr><w:del w:id='1' w:author='x'/></w:rPr>"
    document = made(
        lambda d: listed(
            d, [("甲", in_list(0)), ("", in_list(0)), ("乙", in_list(0)), ("", deleted), ("丙", in_list(0))]
        )
    )
    assert document.text.split() == ["一、甲", "三、乙", "四、丙"]


def test_an_automatic_number_alone_in_a_cell_is_the_rows() -> None:
    def write(opened: Any) -> None:
        listed(opened, [])
        table = opened.add_table(2, 2)
        for row, text in enumerate(["甲", "乙"]):
            table.cell(row, 0).paragraphs[0]._p.get_or_add_pPr().append(
                parse_xml(in_list(1).replace("<w:numPr>", f"<w:numPr {nsdecls('w')}>"))
            )
            table.cell(row, 1).text = text

    assert made(write).text == "1.\n甲\n2.\n乙\n"


def test_a_deleted_paragraph_end_joins_what_it_parted() -> None:
    gone = "<w:rPr><w:del w:id='1' w:author='x'/></w:rPr>"
    document = made(lambda d: listed(d, [("牵头", gone), ("单位：市教育局", ""), ("末", gone)]))
    assert document.text.split() == ["牵头单位：市教育局", "末"]


def test_struck_words_are_left_out_with_a_word() -> None:
    document = paragraph(run("市") + run("经委", "<w:rPr><w:strike/></w:rPr>") + run("工信局"))
    assert document.text.strip() == "市工信局"
    assert any("删除线" in warning for warning in document.warnings)


def test_text_that_a_style_hides() -> None:
    def write(opened: Any) -> None:
        style = f"<w:style {nsdecls('w')} w:type='{{}}' w:styleId='{{}}'><w:rPr><w:vanish/></w:rPr></w:style>"
        opened.styles.element.append(parse_xml(style.format("character", "Quiet")))
        opened.styles.element.append(parse_xml(style.format("paragraph", "Silent")))
        listed(opened, [("藏", "<w:pStyle w:val='Silent'/>"), ("显", "")])
        hidden = run("藏", "<w:rPr><w:rStyle w:val='Quiet'/></w:rPr>")
        opened.paragraphs[-1]._p.append(parse_xml(hidden.replace("<w:r>", f"<w:r {nsdecls('w')}>", 1)))

    assert made(write).text.split() == ["显"]


@pytest.mark.parametrize(
    "kind",
    [
        "ms-word.document.macroEnabled.main+xml",
        "ms-word.template.macroEnabledTemplate.main+xml",
        "openxmlformats-officedocument.wordprocessingml.template.main+xml",
    ],
)
def test_macro_files_and_templates_are_documents(kind: str) -> None:
    usual = "openxmlformats-officedocument.wordprocessingml.document.main+xml"
    data = rewritten(write_docx("甲"), {usual: kind})
    assert read_bytes(data, "a.docm").text == read_bytes(data, "a.docx").text == "甲\n"


def test_strict_office_files() -> None:
    names = {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/": "http://purl.oclc.org/ooxml/wordprocessingml/",
        "http://schemas.openxmlformats.org/officeDocument/2006/": "http://purl.oclc.org/ooxml/officeDocument/",
    }
    document = read_bytes(rewritten(write_docx("# 方案\n甲\n|1|2|\n|3|4|"), names), "a.docx")
    assert document.text == "方案\n甲\n1\n2\n3\n4\n"
    assert len(document.headings) == len(document.tables) == 1


@pytest.mark.parametrize("kind", ["text/html", "message/rfc822"])
def test_a_page_embedded_in_an_empty_file_is_read(kind: str) -> None:
    from docx.opc.packuri import PackURI  # noqa: PLC0415 - this test and that of footnotes build a part
    from docx.opc.part import Part  # noqa: PLC0415

    page = (
        "<html><meta charset=utf-8><h1>方案</h1><table><tr><td>1<td>甲<tr><td>2<td>乙</table></html>".encode()
    )
    message = b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page

    def write(opened: Any) -> None:
        held = page if kind == "text/html" else message
        part = Part(PackURI("/word/chunk.mht"), kind, held, opened.part.package)
        chunk = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"
        opened.part.relate_to(part, chunk)

    document = made(write)
    assert document.text == "方案\n1\n甲\n2\n乙\n"
    assert len(document.tables) == 1


def rewritten(data: bytes, names: dict[str, str]) -> bytes:
    """An Office file with other names in all of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as changed:
        for member in package.namelist():
            part = package.read(member)
            for old, new in names.items():
                part = part.replace(old.encode(), new.encode())
            changed.writestr(member, part)
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (12, "chineseCountingThousand", "十二"),
        (105, "chineseCounting", "一百零五"),
        (20, "ideographDigital", "二〇"),
        (3, "decimalEnclosedCircle", "③"),
        (21, "decimalEnclosedCircle", "21"),
        (28, "lowerLetter", "bb"),
        (1994, "upperRoman", "MCMXCIV"),
        (7, "decimalZero", "07"),
        (15, "decimalFullWidth", "１５"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (3, "ideographTraditional", "丙"),
        (11, "ideographTraditional", "11"),
        (4, "decimalEnclosedFullstop", "⒋"),
        (7, "001", "007"),
    ],
)
def test_number_forms(value: int, form: str, shown: str) -> None:
    assert count_form(value, form) == shown


def test_chinese_counts() -> None:
    assert [chinese_count(n) for n in (1, 10, 11, 20, 99, 100, 110, 1001, 2010)] == [
        "一", "十", "十一", "二十", "九十九", "一百", "一百一十", "一千零一", "二千零一十",
    ]  # fmt: skip


def test_a_document_of_pictures_only_is_refused() -> None:
    with pytest.raises(ReadError, match="没有文字"):
        made(lambda opened: None)
