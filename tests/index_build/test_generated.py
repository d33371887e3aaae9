"""Generated plans: what is written is what is read back, whatever the numbering, the clauses and the page width."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from index_build.measures import extract
from index_build.model import Document
from tests.index_build.test_measures import check_laws
from tests.index_build.test_tables import with_table

HAN = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
UNITS = [
    "市财政局",
    "市人社局",
    "市数据局",
    "市行政审批局",
    "各区县政府",
    "霁州海关",
    "国网霁州供电公司",
    "市市场监管局",
]
TOPICS = [
    "企业开办",
    "施工许可",
    "不动产登记",
    "获得电力",
    "纳税服务",
    "政府采购",
    "招标投标",
    "信用监管",
    "知识产权",
    "破产办理",
]
VERBS = ["优化", "完善", "推进", "深化", "规范"]
TAILS = [
    "压减环节和材料",
    "推行告知承诺制",
    "实现全程网上办理",
    "健全工作台账",
    "公开办事指南",
    "加强部门协同",
]
MONTHS = {f"2024年{m}月底前": f"2024-{m:02}-{d}" for m, d in ((3, 31), (6, 30), (9, 30), (12, 31))}


@dataclasses.dataclass(frozen=True)
class Task:
    words: str
    lead: tuple[str, ...]
    others: tuple[str, ...]
    by: str | None


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    topic, verb = draw(st.sampled_from(TOPICS)), draw(st.sampled_from(VERBS))
    tails = draw(st.lists(st.sampled_from(TAILS), min_size=1, max_size=4, unique=True))
    units = draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=5, unique=True))
    leads = draw(st.integers(1, min(2, len(units))))
    by = draw(st.one_of(st.none(), st.sampled_from(sorted(MONTHS))))
    return Task(f"{verb}{topic}流程，{'，'.join(tails)}。", tuple(units[:leads]), tuple(units[leads:]), by)


def labels(task: Task) -> str:
    parts = [f"牵头单位：{'、'.join(task.lead)}"]
    parts += [f"责任单位：{'、'.join(task.others)}"] if task.others else []
    parts += [f"完成时限：{task.by}"] if task.by else []
    return f"（{'；'.join(parts)}）"


def verbs(task: Task) -> str:
    words = f"{'、'.join(task.lead)}牵头"
    words += f"，{'、'.join(task.others)}配合" if task.others else ""
    words += f"，{task.by}完成" if task.by else ""
    return f"（{words}）"


def label_lines(task: Task) -> str:
    return "\n" + labels(task)[1:-1].replace("；", "\n")


def own_line(task: Task) -> str:
    return "\n" + labels(task)


CLAUSES: list[Callable[[Task], str]] = [labels, verbs, label_lines, own_line]
# how chapters and tasks are numbered, and whether the tasks count on through the chapters
NUMBERS: list[tuple[Callable[[int], str], Callable[[int], str], Callable[[int], str], bool]] = [
    (lambda n: f"{HAN[n]}、", lambda n: f"{n + 1}.", lambda n: str(n + 1), True),
    (lambda n: f"{HAN[n]}、", lambda n: f"{n + 1}．", lambda n: str(n + 1), False),
    (lambda n: f"{HAN[n]}、", lambda n: f"（{HAN[n]}）", lambda n: f"（{HAN[n]}）", False),
    (lambda n: f"（{HAN[n]}）", lambda n: f"（{n + 1}）", lambda n: str(n + 1), True),
    (lambda n: f"第{HAN[n]}章 ", lambda n: f"第{HAN[n]}条 ", lambda n: f"第{HAN[n]}条", True),
    (lambda n: f"{HAN[n]}、", lambda n: f"{n + 1}、", lambda n: str(n + 1), True),
]


def wrap(text: str, width: int, page_every: int, blank: bool) -> str:
    """Cut every line at a width, as a page does, and put page marks between lines."""
    out: list[str] = []
    for line in text.split("\n"):
        out += [line[i : i + width] for i in range(0, len(line), width)] or [""]
    for at in range(len(out) // page_every * page_every, 0, -page_every):
        out.insert(at, f"\n# Page {at // page_every + 1}:")
    return ("\n\n" if blank else "\n").join(out)


def name_cut(*others: str) -> list[list[Task]]:
    """Tasks whose last unit a width of 22 cuts, the rest of it on a line right above the next number."""
    words = "优化企业开办流程，压减环节和材料。"
    return [[Task(words, ("市财政局",), others, None), Task(words, ("市财政局",), (), None)]] * 2


@settings(max_examples=120, deadline=None)
@example(name_cut("市数据局", "国网霁州供电公司", "市行政审批局"), NUMBERS[0], label_lines, 22, False)
@example(name_cut("市人社局", "市数据局", "各区县政府", "市行政审批局"), NUMBERS[0], label_lines, 22, False)
@given(
    chapters=st.lists(st.lists(tasks(), min_size=2, max_size=4), min_size=2, max_size=3),
    numbers=st.sampled_from(NUMBERS),
    clause=st.sampled_from(CLAUSES),
    width=st.sampled_from([0, 0, 22, 30, 38]),
    blank=st.booleans(),
)
def test_what_is_generated_is_read_back(
    chapters: list[list[Task]],
    numbers: tuple[Callable[[int], str], Callable[[int], str], Callable[[int], str], bool],
    clause: Callable[[Task], str],
    width: int,
    blank: bool,
) -> None:
    chapter_mark, task_mark, printed, through = numbers
    lines = ["霁州市2024年优化营商环境实施方案", "为优化营商环境，制定本方案。"]
    wanted = []
    count = 0
    for c, chapter in enumerate(chapters):
        lines.append(f"{chapter_mark(c)}{VERBS[c]}{TOPICS[c]}环境")
        count = count if through else 0
        for task in chapter:
            lines.append(f"{task_mark(count)}{task.words}{clause(task)}")
            wanted.append(
                (printed(count), task.words, task.lead, task.others, MONTHS[task.by] if task.by else None)
            )
            count += 1
    text = "\n".join(lines) + "\n"
    if width:
        text = wrap(text, width, 12, blank)
    extraction = extract(Document("plan.txt", text, "0" * 64))
    got = [
        (m.number, m.text, m.lead, m.responsible, next((str(d.date) for d in m.deadlines), None))
        for m in extraction.measures
    ]
    assert got == wanted
    assert extraction.warnings == ()
    check_laws(extraction)


HEADS = {
    "number": ["序号", "编号"],
    "body": ["主要内容", "工作任务", "具体举措", "任务内容", "整改措施"],
    "lead": ["牵头单位", "牵头部门", "主办单位"],
    "others": ["责任单位", "配合单位", "协办单位", "参与部门"],
    "by": ["完成时限", "时间节点", "完成时间"],
    "note": ["备注", "联系人"],
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]], list[Task]]:
    """Columns in any order, heads in any words, and the rows: unit and time cells equal to the one above merge (^)."""
    columns = draw(st.permutations(["number", "body", "lead", "others", "by", "note"]))
    heads = [draw(st.sampled_from(HEADS[c])) for c in columns]
    rows = draw(st.lists(tasks(), min_size=1, max_size=6))
    cells = []
    for n, task in enumerate(rows):
        printed = {
            "number": str(n + 1),
            "body": f"{task.words[:-1]}（{n + 1}期）。",
            "lead": "、".join(task.lead),
            "others": "、".join(task.others) or "—",
            "by": task.by or "—",
            "note": "",
        }
        row = [printed[c] for c in columns]
        merge = draw(st.booleans()) and bool(cells)
        cells.append(row)
        if merge:
            above = {c: whole(cells, i, n - 1) for i, c in enumerate(columns)}
            for i, c in enumerate(columns):
                if c in ("lead", "others", "by") and above[c] == printed[c]:
                    row[i] = "^"
    return heads, cells, rows


def whole(cells: list[list[str]], column: int, row: int) -> str:
    """What a cell says, read up through those it is merged with."""
    while cells[row][column] == "^":
        row -= 1
    return cells[row][column]


@settings(max_examples=80, deadline=None)
@given(tables())
def test_tables_in_any_order_are_read_back(table: tuple[list[str], list[list[str]], list[Task]]) -> None:
    heads, cells, rows = table
    extraction = extract(with_table([heads, *cells], "霁州市2024年重点任务清单\n"))
    wanted = [
        (str(n + 1), task.lead, task.others, MONTHS[task.by] if task.by else None)
        for n, task in enumerate(rows)
    ]
    got = [
        (m.number, m.lead, m.responsible, next((str(d.date) for d in m.deadlines), None))
        for m in extraction.measures
    ]
    assert got == wanted
    check_laws(extraction)


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from(
            list("一二三（）()〔〕、。，：；1234.\n\n 牵头单位责任完成时限市局年月底前附件第条# Page—序号①●")
        ),
        max_size=400,
    )
)
def test_no_text_breaks_it(text: str) -> None:
    check_laws(extract(Document("plan.txt", text, "0" * 64)))
