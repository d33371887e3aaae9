"""The title of a paper, over as many lines as it takes, and what a title tells: the kind of paper, who issued it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from index_build.model import PolicyKind
from index_build.papers.signs import DAY, DOC_NO_LINE, ORGAN_END, filled_in, in_task_table, is_dated
from index_build.sheet import Line, Sheet

TITLE_END = re.compile(
    r"(?:通知|方案|计划|举措|措施|要点|清单|规划|办法|规定|细则|意见|条例|行动|条|工作安排|分工|(?:分工|任务|分解|汇总|明细|推进|进度|计划|安排)表|任务书|台账|一览表|目录|汇编|通告|公告|决定|指引|指南|制度)"
    r"(?:（[^（）]{1,20}）)*(?:的通知)?$"
)
# What titles end in that other lines end in, too.
_WEAK_TITLE_END = re.compile(r"(?:任务|事项|项目|工作|工程|实事)(?:（[^（）]{1,20}）)*$")
# An item of a list, no title: 1.举办年货大集（县商务局）.
_LISTED = re.compile(r"\d{1,2}[.、](?!\d)|（(?:\d{1,2}|[一二三四五六七八九十]{1,3})）")
PREFIX_BEFORE_ABOUT = re.compile(r"^([\u4e00-\u9fff、]{4,60}?)(?:印发)?关于")
_PREFIX_PRINTING = re.compile(r"^([\u4e00-\u9fff、]{4,60}?)印发")
_ORGAN_SPLIT = re.compile(
    r"(?<=人民政府办公室)|(?<=人民政府办公厅)|(?<=委员会办公室)|(?<=市委办公室)|(?<=区委办公室)|(?<=县委办公室)|(?<=旗委办公室)|(?<=省委办公厅)|(?<=委员会)(?=[\u4e00-\u9fff]{2,8}(?:局|厅|委员会|办公室)$)"
)
_KINDS: tuple[tuple[PolicyKind, str], ...] = (
    (PolicyKind.RULES, r"(?:办法|规定|条例|细则|规则|制度|章程)(?:（[^（）]{1,8}）)?$"),
    (PolicyKind.LIST, r"(?:清单|台账|目录|一览表|任务表|分工表|汇总表)(?:（[^（）]{1,12}）)?$"),
    (PolicyKind.PLAN, r"方案|计划|举措|措施|要点|规划|行动|意见|条$|安排|任务|分工"),
)
# The head of a column of a table that a conversion has left as lines.
_COLUMN_HEAD = re.compile(
    "(?:序号|(?:牵头|责任|配合|主办|协办|承办|主管)(?:单位|部门|科室|处室)|(?:完成|办理)?时限)"
)
_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|第[一二三四五六七八九十]{1,3}[章节条]"
)


def title_from(sheet: Sheet, lines: Sequence[Line]) -> str | None:
    """The title that starts with the first of these lines, over as many as it takes to end like a title."""
    joined = ""
    title: str | None = None
    for line in _above_tables(sheet, lines)[:5]:
        text = sheet.line_text(line)
        if _COLUMN_HEAD.fullmatch(text) or _HEADING.match(text) or _LISTED.match(text):
            return title
        if len(joined) + len(text) > 120 or (joined and text[-1:] in "。；：，"):
            return title
        if title and (len(text) > 20 or not TITLE_END.search(joined + text) or text[:1].isdigit()):
            return title
        joined += text
        if TITLE_END.search(joined):
            title = joined
    return title


def _above_tables(sheet: Sheet, lines: Sequence[Line]) -> Sequence[Line]:
    """Lines up to the first table; its cells are no part of a title (but a title may be its first row)."""
    if not lines:
        return lines
    below = bisect_left(sheet.table_starts, lines[0].start)
    for i, line in enumerate(lines):
        if any(start <= line.start for start in sheet.table_starts[below : below + 1]):
            return lines[: max(i, 1)]
    return lines


def find_title(
    sheet: Sheet, lines: Sequence[Line], start: int, headed: int | None, body: int, annex: str | None
) -> str:
    """The paper's title: an annex's own, the compilation's heading, the plan's title after the letter, the notice's."""
    if annex:
        return as_printed(sheet, start, annex)
    if headed is not None:
        raw = re.sub(rf"（(?:{DAY})）$", "", sheet.text[start:headed])
        raw = re.sub(r"^\d{1,2}\.", "", raw)
        return as_printed(sheet, start, raw)
    after = [line for line in lines if line.start >= body][:5]
    title = title_from(sheet, after) if body > start else None
    title = (
        title
        or find_notice_title(sheet, lines[:14])
        or _caption(sheet, lines[:14])
        or _first_line(sheet, lines)
    )
    return as_printed(sheet, start, title)


def _caption(sheet: Sheet, lines: Sequence[Line]) -> str | None:
    """The title that alone fills the first row of a table, without its sheet's name in brackets behind it."""
    index = sheet.view.index
    for table in sheet.tables_near(lines[0].start, lines[-1].end) if lines else ():
        row = filled_in(table, 0)
        for at, line in enumerate(lines):
            text = sheet.line_text(line)
            if len(row) == 1 and line.start == index(row[0].start) and len(text) > 6:
                text = text.removesuffix(f"（{sheet.line_text(lines[at - 1])}）") if at else text
                return text if TITLE_END.search(text) else None
    return None


def as_printed(sheet: Sheet, start: int, folded: str) -> str:
    at = sheet.text.find(folded, start)
    return sheet.view.printed(at, at + len(folded)) if at >= 0 else folded


# Lines beside a title that are no words of it.
_APART = re.compile(
    r"^附[件表]\d{0,2}[：:]?$|^[\u4e00-\u9fff]{4,24}(?:文件|公报|简报|专报)(?:（?第?\d{0,4}期?）?)?$"
    r"|^[^。]{1,30}[>＞»›][^。]{1,60}$"  # where a page stands in its site: 首页 > 专题专栏
    # what a channel asks of its readers: 点击上方蓝字关注我们
    r"|^[^。，]{0,6}(?:点击|长按|扫码|扫描|识别|欢迎|快来)[^。]{0,14}(?:关注|订阅)[^。]{0,14}$|^关注(?:我们|公众号)[^。]{0,8}$"
)


def find_notice_title(sheet: Sheet, lines: Sequence[Line]) -> str | None:
    """The title above the addressees: lines without a full stop that together end like one, or one that ends less so."""
    joined = ""
    weak: str | None = None
    for line in _above_tables(sheet, lines)[:10]:
        text = sheet.line_text(line)
        if DOC_NO_LINE.match(text) or is_dated(text) or _APART.match(text):
            if TITLE_END.search(joined):
                return joined
            joined = ""
            continue
        if text[-1:] in "。；：" or _COLUMN_HEAD.fullmatch(text) or _LISTED.match(text):
            break
        if joined and "：" in text:
            break
        joined += text
        if TITLE_END.search(joined) and len(joined) > 6:
            return joined
        if weak is None and len(joined) > 6 and _WEAK_TITLE_END.search(joined):
            weak = joined
        if len(joined) > 140:
            break
    return weak


_SITE = re.compile(r"\s*[_|｜]\s*|\s+[-—]\s+")  # what stands between a page's title and the site's name


def _first_line(sheet: Sheet, lines: Sequence[Line]) -> str:
    if sheet.document.title:
        own = _SITE.split(sheet.document.title)[0]
        return own if TITLE_END.search(own) else sheet.document.title
    first = sheet.line_text(lines[0]) if lines and not in_task_table(sheet, lines[0]) else ""
    return first if 4 <= len(first) <= 60 else sheet.document.name.rsplit(".", 1)[0]


def skip_title(sheet: Sheet, body: int, end: int, title: str) -> int:
    """Skip the title where the body repeats it at its head."""
    folded = re.sub(r"\s", "", title)
    if sheet.text.startswith(folded, body):
        return min(body + len(folded), end)
    return body


def issuers_in_title(title: str) -> tuple[str, ...]:
    found = PREFIX_BEFORE_ABOUT.match(title) or _PREFIX_PRINTING.match(title)
    if not found:
        return ()
    raw = re.sub(r"等[一二三四五六七八九十\d]+部门$", "", found.group(1))
    parts = [p for piece in raw.split("、") for p in _ORGAN_SPLIT.split(piece) if p]
    return tuple(p for p in parts if ORGAN_END.search(p))


def kind_of(title: str) -> PolicyKind:
    core = re.sub(r"》?的通知$", "", title)
    for kind, pattern in _KINDS:
        if re.search(pattern, core):
            return kind
    return PolicyKind.NOTICE
