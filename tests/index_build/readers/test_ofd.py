"""OFD files, written here by hand: text objects in millimetres, steps between characters, strokes as rules."""

from __future__ import annotations

import io
import zipfile

import pytest

from index_build.errors import ReadError
from index_build.measures import extract
from index_build.readers import read_bytes

SIZE_SAID = 'Size="4.0"'
NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 4.0  # of the type, in millimetres


def line(text: str, x: float, y: float, steps: str = "") -> str:
    """A text object whose first character stands at x on the line y."""
    deltas = steps or f"g {max(1, len(text) - 1)} {SIZE}"
    code = f'<ofd:TextCode X="0" Y="{SIZE}" DeltaX="{deltas}">{text}</ofd:TextCode>'
    return f'<ofd:TextObject ID="1" Boundary="{x} {y - SIZE} 180 {SIZE}" Font="2" Size="{SIZE}">{code}</ofd:TextObject>'


def stroke(x: float, y: float, across: float, down: float) -> str:
    data = f"<ofd:AbbreviatedData>M 0 0 L {across} {down}</ofd:AbbreviatedData>"
    return f'<ofd:PathObject ID="3" Boundary="{x} {y} {across or 0.1} {down or 0.1}">{data}</ofd:PathObject>'


def ofd(pages: list[list[str]], template: str = "") -> bytes:
    root = f'<ofd:OFD {NS} Version="1.1"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>'
    listed = "".join(
        f'<ofd:Page ID="{n + 10}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
    )
    document = (
        f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        f'<ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>'
    )
    used = '<ofd:Template TemplateID="7" ZOrder="Background"/>' if template else ""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("OFD.xml", root)
        package.writestr("Doc_0/Document.xml", document)
        for n, items in enumerate(pages):
            content = f'<ofd:Content><ofd:Layer ID="8">{"".join(items)}</ofd:Layer></ofd:Content>'
            package.writestr(
                f"Doc_0/Pages/Page_{n}/Content.xml", f"<ofd:Page {NS}>{used}{content}</ofd:Page>"
            )
        package.writestr(
            "Doc_0/Tpls/Tpl_0/Content.xml",
            f'<ofd:Page {NS}><ofd:Content><ofd:Layer ID="9">{template}</ofd:Layer></ofd:Content></ofd:Page>',
        )
    return out.getvalue()


WHOLE = "1." + "推行企业登记全程电子化，" * 9 + "证照电子化率年内达到百分之九十五。"


def test_lines_make_paragraphs_over_pages_and_templates_are_running_heads() -> None:
    first = [line(WHOLE[n : n + 40], 20, 250 + n / 5) for n in (0, 40)]
    pages = [
        [line("临溪市优化营商环境方案", 83, 40), *first],
        [line(WHOLE[80:], 20, 40), line("2.完。", 28, 48)],
        [line("三、保障措施", 28, 40)],
    ]
    document = read_bytes(ofd(pages, line("临溪市人民政府公报", 80, 12)), "a.ofd")
    assert document.text.splitlines() == ["临溪市优化营商环境方案", WHOLE, "2.完。", "三、保障措施"]
    assert [page.number for page in document.pages] == [1, 2, 3]


def test_strokes_make_tables() -> None:
    xs, ys = [20, 35, 120, 170], [40, 50, 60, 70]
    strokes = [stroke(20, y, 150, 0) for y in ys] + [stroke(x, 40, 0, 30) for x in xs]
    rows = [
        ("序号", "重点任务", "牵头单位"),
        ("1", "推行一网通办。", "市数据局"),
        ("2", "降低用能成本。", "市能源局"),
    ]
    words = [
        line(word, x + 2, y + 7)
        for row, y in zip(rows, ys, strict=False)
        for word, x in zip(row, xs, strict=False)
    ]
    document = read_bytes(ofd([[*strokes, *words]]), "a.ofd")
    (table,) = document.tables
    assert [document.text[c.start : c.end] for c in table.cells] == [word for row in rows for word in row]
    assert [(m.number, m.lead) for m in extract(document).measures] == [
        ("1", ("市数据局",)),
        ("2", ("市能源局",)),
    ]


def test_wide_steps_part_words_and_matrices_move_them() -> None:
    apart = line("甲乙", 20, 40, steps="4") + line("丙丁", 20, 60, steps="12")
    moved = line("戊己", 10, 80).replace("Boundary", 'CTM="1 0 0 1 10 0" Boundary')
    text = read_bytes(ofd([[apart, moved]]), "a.ofd").text
    assert text.split() == ["甲乙", "丙", "丁", "戊己"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (ofd([[]]), "没有文字"),
        (ofd([['<ofd:ImageObject ID="5" Boundary="0 0 210 297"/>']]), "扫描件"),
        (ofd([[line("甲", 20, 40).replace(SIZE_SAID, 'Size="groß"')]]), "不是完整的 OFD"),
        (b"PK\x03\x04" + bytes(90), "损坏"),
        (b"%PDF-1.4", "PDF"),
    ],
    ids=["empty", "scan", "no document", "damaged", "pdf"],
)
def test_what_cannot_be_read_is_said(data: bytes, says: str) -> None:
    with pytest.raises(ReadError, match=says):
        read_bytes(data, "a.ofd")
