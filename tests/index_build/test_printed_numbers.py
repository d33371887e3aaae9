"""Numbers as they are printed: codes and compound numbers in tables of every form, numbers above 999, keycap signs, and
labels behind any sign of a list.  Units and numbers are written out by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from index_build.measures import extract
from index_build.model import Measure
from index_build.readers import read_bytes

ROWS = (
    ("推行企业开办一日办结", "市市场监管局", "市公安局", "2031年6月底"),
    ("推行公证网上办理", "市司法局", "市大数据局", "2031年9月底"),
    ("设立办事窗口，配齐人员", "市行政审批局", "市财政局", "2031年3月底"),
    ("清理转供电加价行为", "市发改委", "市市场监管局", "2031年12月底"),
)
HEADS = ("序号", "任务内容", "牵头单位", "配合单位", "完成时限")
TITLE = "云溪市便民服务任务清单\n\n"


def measures(text: str, name: str = "plan.txt") -> list[Measure]:
    return list(extract(read_bytes(text.encode(), name)).measures)


def as_marked(rows: list[tuple[str, ...]]) -> list[Measure]:
    lines = [f"| {' | '.join(row)} |\n" for row in rows]
    return measures(TITLE + lines[0] + "|---" * len(HEADS) + "|\n" + "".join(lines[1:]), "plan.md")


def as_tabs(rows: list[tuple[str, ...]]) -> list[Measure]:
    return measures(TITLE + "\n".join("\t".join(row) for row in rows))


def as_blanks(rows: list[tuple[str, ...]]) -> list[Measure]:
    return measures(TITLE + "\n".join("    ".join(row) for row in rows))


def as_lines(rows: list[tuple[str, ...]]) -> list[Measure]:
    return measures(TITLE + "\n".join("\n".join(row) for row in rows))


@pytest.mark.parametrize("form", [as_marked, as_tabs, as_blanks, as_lines])
@pytest.mark.parametrize(
    "numbers",
    [
        ("T-01", "T-02", "T-03", "T-04"),
        ("A1", "A2", "A3", "B1"),
        ("1-1", "1-2", "2-1", "2-2"),
        ("（一）-1", "（一）-2", "（二）-1", "（二）-2"),
        ("1001", "1002", "1003", "1004"),
    ],
)
def test_codes_in_a_column_of_numbers(
    form: Callable[[list[tuple[str, ...]]], list[Measure]], numbers: tuple[str, ...]
) -> None:
    found = form([HEADS, *((n, *row) for n, row in zip(numbers, ROWS, strict=True))])
    assert [(m.number, m.lead, m.responsible) for m in found] == [
        (n, (lead,), (helper,)) for n, (_, lead, helper, _) in zip(numbers, ROWS, strict=True)
    ]
    assert [d.raw for m in found for d in m.deadlines] == [day for _, _, _, day in ROWS]


def test_numbers_above_999() -> None:
    found = measures(
        TITLE
        + "".join(f"{n}.{words}。（牵头单位：{lead}）\n" for n, (words, lead, _, _) in enumerate(ROWS, 998))
    )
    assert [m.number for m in found] == ["998", "999", "1000", "1001"]
    assert found[2].text == "设立办事窗口，配齐人员。"


def test_a_year_at_the_head_of_a_line_is_no_number() -> None:
    found = measures(
        TITLE
        + "1.推行网办。（牵头单位：市司法局）\n2.推行帮办。（牵头单位：市信访局）\n2031、2032年逐步推开。"
    )
    assert [m.number for m in found] == ["1", "2"]


@pytest.mark.parametrize("signs", ["1️⃣ 2️⃣ 3️⃣ 4️⃣", "8️⃣ 9️⃣ 🔟 1️⃣1️⃣"])
def test_keycaps_are_numbers(signs: str) -> None:
    printed = [s.replace("\ufe0f\u20e3", "").replace("🔟", "10") for s in signs.split()]
    for layout in ("{}{}。（牵头单位：{}）\n", "{} {}\n牵头单位：{}\n"):
        found = measures(
            TITLE
            + "一、重点任务\n"
            + "".join(layout.format(s, row[0], row[1]) for s, row in zip(signs.split(), ROWS, strict=True))
        )
        assert [(m.number, m.lead) for m in found] == [
            (n, (row[1],)) for n, row in zip(printed, ROWS, strict=True)
        ]


@pytest.mark.parametrize("sign", ["+ ", "＋", "* ", "- ", "  + ", "· "])
def test_labels_behind_a_sign(sign: str) -> None:
    found = measures(
        TITLE
        + "".join(
            f"{n}.{words}。\n{sign}牵头单位：{lead}\n{sign}责任单位：{helper}\n{sign}完成时限：{day}\n"
            for n, (words, lead, helper, day) in enumerate(ROWS, 1)
        )
    )
    assert [(m.text, m.lead, m.responsible) for m in found] == [
        (f"{words}。", (lead,), (helper,)) for words, lead, helper, _ in ROWS
    ]


@pytest.mark.parametrize("box", ["- [ ] ", "- [x] ", "* [ ] ", "☐ ", "☑"])
@pytest.mark.parametrize("edge", [" @{} {}", " —— {} {}", "（{}，{}）"])
@pytest.mark.parametrize("name", ["plan.md", "plan.txt"])
def test_boxes_to_tick_are_a_list(box: str, edge: str, name: str) -> None:
    days = ("2031-06-30", "2031/9/30", "2031.3.31", "2031-12-31")
    lines = [
        box + words + edge.format(lead, day) for (words, lead, _, _), day in zip(ROWS, days, strict=True)
    ]
    found = measures(TITLE + "\n".join(lines), name)
    assert [(m.number, m.text, m.lead) for m in found] == [(None, row[0], (row[1],)) for row in ROWS]
    assert [d.date.isoformat() for m in found for d in m.deadlines if d.date] == [
        "2031-06-30",
        "2031-09-30",
        "2031-03-31",
        "2031-12-31",
    ]


@pytest.mark.parametrize("broken", ["“线上\n＋线下”", "“告知承诺\n+事中监管”", "“平台＋\n服务\n＋金融”"])
def test_a_sum_that_a_line_breaks_is_no_item(broken: str) -> None:
    lines = [
        f"{n}.推行{broken}模式，方便群众。（牵头单位：{lead}）" for n, (_, lead, _, _) in enumerate(ROWS, 1)
    ]
    found = measures(TITLE + "\n".join(lines))
    assert [m.number for m in found] == [str(n) for n, _ in enumerate(ROWS, 1)]
    assert all(m.text.replace("\n", "").startswith("推行“") for m in found)
