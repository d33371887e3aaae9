"""Task tables: which column of a table holds what, and its rows as stretches of the document.

A *real* table comes from the format (docx, html, xlsx, ruled pdf) with its grid; a *flat* one is what is left of
a table in a text file: one cell line a line, the head repeated on every page.  Both become `Row`s of folded
stretches, so that everything after this module treats them alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

from index_build.clauses import find_clauses
from index_build.drafts import Stretch, merged
from index_build.model import Cell, Table
from index_build.outline import Line, Sheet
from index_build.roles import has_verb, names_first_lead
from index_build.text import fold, plainly


class Column(StrEnum):
    NUMBER = "number"
    ARTICLE = "article"
    SECTION = "section"
    TASK = "task"
    BODY = "body"
    PLAN = "plan"
    LEAD = "lead"
    RESPONSIBLE = "responsible"
    UNITS = "units"
    DEADLINE = "deadline"
    PERIOD = "period"
    PARTY = "party"
    OTHER = "other"


# What stands in a head before the word itself (市级牵头单位, 整改时限), and what it calls a body.
_OF = r"(?:[省市县区旗州盟镇]级?|本级|[省市县区旗]直|整改|落实|工作|任务|改革|攻坚|推进|项目|具体|主要|总|建议)*"
_BODY_OF_STATE = (
    r"(?:单位|部门|处室|科室|股室|主体|机构|科股室|局办|委办局|单位和部门|部门和单位|（单位）|（部门）|/)+"
)
_PERSON = r"(?:领导|责任人|负责人|联系人|联络员|专员|电话|手机|联系方式|人员|人)"
_AND_PERSON = rf"(?:(?:及其?|和|、|/)?(?:主要|第一|具体|直接)?{_PERSON})?"

# One row a kind of column: what its head says (folded).  The first row that fits decides.
HEADS: tuple[tuple[Column, str], ...] = (
    (
        Column.OTHER,
        r"(?:启动|开始|起始|开工|立项|下达|交办|上报|报送|发文|印发|成文|受理)(?:时间|日期|节点)|(?:计划|预计|拟)(?:开工|启动|开始)|备注|说明|完成情况|进展情况|(?:工作)?进展"
        r"|进度|依据|来源|成效|是否.*|.*(?:存在|反馈|主要|突出|具体)?问题(?:描述|表现|清单)?|.*(?:现状|差距|原因)(?:分析)?|(?:验收|考核|评价|计量)(?:标准|单位|指标)|目标值"
        rf"|(?!.*(?:单位|部门)).{{0,8}}{_PERSON}(?:及.{{2,6}}|和.{{2,6}}|、.{{2,6}})?",
    ),
    (
        Column.NUMBER,
        r"[总大小子分]?(?:序号|编号|序|项|项次|任务号)|(?:项目|任务|事项|措施|条目|总)(?:序号|编号)|No\.?",
    ),
    (
        Column.ARTICLE,
        r"(?:对应)?(?:条款|条目|条文)(?:号|序号|编号)?|(?:对应)?措施(?:号|序号|编号)|方案条款|条",
    ),
    (Column.UNITS, r".*(?:单位|部门).*(?:时限|时间|期限|节点)(?:要求|安排)?"),
    (
        Column.PERIOD,
        r"(?:20\d\d年)?(?:第?[一二三四1-4]季度?|Q[1-4]|(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?|[上下]半年|(?:当|本|全)?年[底末终])"
        r"(?:末|底)?(?:前)?(?:目标|任务|进度|计划|安排|工作)*",
    ),
    (
        Column.DEADLINE,
        r".*(?:时限|时间|期限|节点|日期)(?:要求|安排|进度|计划|节点)?|完成(?:进度|季度|月份)|(?:工作|推进|序时|时序|计划)?进度(?:要求|安排|计划|节点)"
        r"|(?:序时|时序|计划)进度|时序(?:要求|安排)|(?:计划|预计|拟)(?:竣工|完工|完成|投产|投用|交付|办结)",
    ),
    (
        Column.UNITS,
        r"(?:责任分工|任务分工|职责分工|部门分工|分工|分工安排|责任落实|责任体系|牵头(?:单位|部门)?(?:及|和|、|/|（)(?:责任|配合|参与|协办)(?:单位|部门)）?)",
    ),
    (
        Column.LEAD,
        rf"{_OF}(?:牵头|主办|主责|主管|首责|承办|负责|组织|第一责任|主要责任)(?:责任|负责|组织|实施)?{_BODY_OF_STATE}{_AND_PERSON}|牵头|主办",
    ),
    (
        Column.RESPONSIBLE,
        rf"{_OF}(?:责任|配合|协办|协同|参加|参与|落实|实施|协助|会办|支持|协作|承接|执行|涉及|相关|成员|督办|对口)(?:责任|配合|参与|落实|实施)?{_BODY_OF_STATE}{_AND_PERSON}"
        rf"|.{{0,4}}{_PERSON}(?:及|和|、|/)责任(?:单位|部门)"
        r"|责任|配合|协办|单位|部门|(?:责任|整改|实施|工作)主体",
    ),
    (
        Column.SECTION,
        r"[一二三]级(?:任务|事项|分类)|类别|领域|板块|专项|[一二三]级指标|指标|指标名称|分类|任务类别|工作类别|任务分类|专题|方面|环节|.{2,4}(?:领域|类别|板块|指标)|大类|小类",
    ),
    (
        Column.PLAN,
        r"计划举措|推进(?:计划|措施|举措)|落实(?:措施|举措)|工作计划|实施计划|(?:工作|实施|推进)步骤|主要目标|阶段(?:性)?(?:目标|任务)|工作目标|目标(?:要求)?|预期(?:目标|成果|成效)|成果形式|(?:提升|改革|年度|目标)目标",
    ),
    (
        Column.BODY,
        r"[\u4e00-\u9fff]{0,6}(?:内容|举措|措施)(?:及?要求)?|具体(?:任务|事项|工作)|任务描述|任务分解|(?:工作|具体|任务|改革|落实)要求|主要任务内容|(?:主要|具体)做法",
    ),
    (
        Column.TASK,
        r"(?:重点|主要|工作|改革|年度|试点)?(?:工作)?(?:任务|事项|项目|要点|工作|目标任务)(?:名称)?|名称|[\u4e00-\u9fff]{1,6}(?:事项|任务|项目|工作)(?:名称)?",
    ),
)
_HEAD = re.compile("|".join(f"({pattern})" for _, pattern in HEADS))  # a row of `HEADS` is a group of it
_HEAD_JOIN = re.compile("以及|及其?|和|与|、|/")
_HEAD_NOTE = re.compile(r"（[^（）]*）$")
UNIT_COLUMNS = frozenset({Column.LEAD, Column.RESPONSIBLE, Column.UNITS})
_SAYS_WHAT = frozenset({Column.BODY, Column.TASK, Column.PLAN, Column.SECTION, Column.ARTICLE})
_TELLS = _SAYS_WHAT - {Column.SECTION, Column.PLAN}  # what a row is about, by itself
_NOTE_ROW = re.compile("(?:备?注|说明|填[报表])[：:0-9]")
_LONGEST_BANNER = 60
_MOST_HEAD_ROWS = 4
_MANY_UNITS = 3
_LEAST_HEADS = 3  # that a further head in one grid names
_TOTAL = re.compile(r"^(?:合计|总计|小计|共计)(?:：|$|\d)")
EMPTY_CELL = re.compile(r"^[—\-－–/／、无]*$")


@dataclass(frozen=True, slots=True)
class Row:
    """One task of a table: its cells as folded stretches, in several pieces where a page cut them."""

    number: str | None
    sections: tuple[str, ...]
    cells: dict[Column, tuple[Stretch, ...]]
    extent: tuple[Stretch, ...]
    printed_number: Stretch | None = None
    flat: bool = False
    periods: tuple[
        tuple[Stretch, Stretch], ...
    ] = ()  # head of a column that is a time, and the row's cell in it
    marks: dict[int, str] = field(default_factory=dict)  # by column: what stands under a department's name


@dataclass(frozen=True, slots=True)
class TaskTable:
    """Folded [start, end) of the document, its columns in order, its rows; `notes` are cells that are no row's, and
    `headings` the lines right above it that head it."""

    start: int
    end: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Stretch, ...] = ()
    headings: tuple[Stretch, ...] = ()
    inferred: bool = False  # what its columns hold was told by their cells


def read_head(text: str) -> Column | None:
    """What a column is, by its head; None where it is no head that tables of tasks have."""
    folded = plainly(fold(text)).strip("：:*_")
    if not folded or len(folded) > 40:
        return None
    column = _head(folded)
    note = _HEAD_NOTE.search(folded)
    if note and column is None:
        column = _head(folded[: note.start()])
        if column in UNIT_COLUMNS and names_first_lead(folded, note.start() + 1, note.end() - 1):
            return Column.UNITS
    if column is None and len(parts := _HEAD_JOIN.split(folded)) > 1:  # 项目内容及年度目标
        return Column.BODY if {Column.BODY, Column.TASK} & set(map(_head, parts)) else None
    return column


def _head(folded: str) -> Column | None:
    found = _HEAD.fullmatch(folded)
    return HEADS[found.lastindex - 1][0] if found and found.lastindex else None


def settle_columns(heads: Sequence[Column | None]) -> list[Column] | None:
    """Make one body column of what the heads offer; None where this is no table of tasks."""
    columns = [head or Column.OTHER for head in heads]
    timed = Column.DEADLINE in columns or columns.count(Column.PERIOD) > 1
    named = UNIT_COLUMNS & set(columns) or columns.count(Column.PARTY) > 1
    if not (named or (timed and len(columns) > 2)):
        return None
    if Column.BODY not in columns:
        for fallback in (Column.TASK, Column.PLAN, Column.SECTION):
            if fallback in columns:
                at = len(columns) - 1 - columns[::-1].index(fallback)
                columns[at] = Column.BODY
                break
    bodies = [i for i, c in enumerate(columns) if c is Column.BODY]
    if len(bodies) > 1:  # 主要内容 and 具体措施: the first says what, the next says how
        for i in bodies[1:]:
            columns[i] = Column.PLAN
    if Column.BODY not in columns and Column.ARTICLE not in columns:
        return None
    return columns


def infer_heads(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> list[Column | None]:
    """What columns hold whose heads no list has, by their cells: units, times, or words.

    Of two columns of units the first leads, where the heads say nothing else; a lone one is read as units with roles."""
    named = [read_head(head) for head in heads]
    if not any(len(words) > 1 for words in cells):
        return named
    units: list[int] = []
    for c, head in enumerate(named):
        if head is not None:
            continue
        words = [fold(w) for w in cells[c] if not EMPTY_CELL.match(fold(w))]
        if len(words) >= 2 and _mostly(words, lambda w: fits_column(Column.DEADLINE, w)):
            named[c] = Column.DEADLINE
        elif len(words) >= 2 and _mostly(words, _names_units):
            units.append(c)
    for c in units:
        helps = re.search("配合|协|参|助", heads[c]) or Column.LEAD in named[:c]
        alone = len(units) == 1 and not UNIT_COLUMNS & set(named)
        named[c] = Column.RESPONSIBLE if helps else Column.UNITS if alone else Column.LEAD
    if UNIT_COLUMNS & set(named) and not _SAYS_WHAT & set(named):
        left = [c for c, head in enumerate(named) if head is None]
        said = {c: sum(len(_HAN.findall(words)) for words in cells[c]) for c in left}
        longest = max(left, key=lambda c: said[c], default=None)
        if longest is not None and said[longest] > 5 * max(1, len(cells[longest])):
            named[longest] = Column.BODY
    return named


_HAN = re.compile("[\u4e00-\u9fff]")


def _mostly(words: Sequence[str], fits: Callable[[str], bool]) -> bool:
    return sum(map(fits, words)) >= 0.7 * len(words)


def _names_units(words: str) -> bool:
    return fits_column(Column.LEAD, words) or (
        has_verb(words, 0, len(words)) and bool(find_clauses(f"（{words}）"))
    )


# ---- real tables ---------------------------------------------------------------------------------------------


def split_table(sheet: Sheet, table: Table) -> list[Table]:
    """The tables that stand one below the other in one grid (a sheet of a workbook), each with a head of its own.

    A line over all columns right above a further head is its title, and a part of it."""
    rows: list[list[Cell]] = [[] for _ in range(table.rows)]
    for cell in table.cells:
        if cell.end > cell.start:
            rows[cell.row].append(cell)
    text = sheet.document.text
    heads = [r for r, cells in enumerate(rows) if cells and _is_full_head(text, cells)]
    cuts = [
        r - (len(rows[r - 1]) == 1)
        for before, r in pairwise(heads)
        if r - before > 1 and [*_shown(text, rows[before])] != [*_shown(text, rows[r])]
    ]
    if not cuts:
        return [table]
    return [_part_of(table, top, stop) for top, stop in pairwise([0, *cuts, table.rows])]


def _is_full_head(text: str, cells: Sequence[Cell]) -> bool:
    """Does a row name columns, the first of them the number, with units or times among them?"""
    if read_head(text[cells[0].start : cells[0].end]) is not Column.NUMBER:
        return False  # true of nearly all rows
    named = [read_head(words) for words in _shown(text, cells)]
    known = {column for column in named if column}
    return sum(map(bool, named)) >= max(_LEAST_HEADS, len(named) // 2 + 1) and not {
        *UNIT_COLUMNS,
        Column.DEADLINE,
    }.isdisjoint(known)


def _shown(text: str, cells: Sequence[Cell]) -> Iterator[str]:
    return (fold(text[cell.start : cell.end]) for cell in cells)


def _part_of(table: Table, top: int, stop: int) -> Table:
    """The rows [top, stop) of a table as a table."""
    cells = tuple(replace(cell, row=cell.row - top) for cell in table.cells if top <= cell.row < stop)
    return Table(cells[0].start, cells[-1].end, stop - top, table.columns, cells)


def read_table(sheet: Sheet, table: Table) -> TaskTable | None:
    """A table of the format as rows of tasks; None where neither its head nor its cells show units or times."""
    grid = _grid(table)
    text = sheet.document.text
    for top in range(min(6, table.rows)):
        heads, last = _head_cells(text, table, grid, top)
        named = [read_head(text[h.start : h.end]) if h else None for h in heads]
        if sum(read_head(text[h.start : h.end]) is not None for h in heads if h) < 2:
            continue
        named = _with_parties(text, table, grid, heads, named, last)
        if not _TELLS & set(named) and None in named:
            named[_longest_unnamed(table, grid, named, last)] = Column.BODY
        if columns := settle_columns(named):
            _take_steps(text, table, grid, columns, named, last)
            return _task_table(sheet, table, grid, columns, heads, (top, last))
    for top in range(min(3, table.rows - 1)):
        heads = [grid.get((top, c)) for c in range(table.columns)]
        if columns := settle_columns(_by_content(text, table, grid, heads, top)):
            return replace(_task_table(sheet, table, grid, columns, heads, (top, top)), inferred=True)
    return None


def _task_table(
    sheet: Sheet,
    table: Table,
    grid: dict[tuple[int, int], Cell],
    columns: list[Column],
    heads: Sequence[Cell | None],
    head_rows: tuple[int, int],
) -> TaskTable:
    top, last = head_rows
    index = sheet.view.index
    numbers = [c for c, column in enumerate(columns) if column is Column.NUMBER]
    if len(numbers) > 1:  # numbers of two levels: those of the rows themselves
        own = max(numbers, key=lambda c: (len({grid.get((r, c)) for r in range(last + 1, table.rows)}), -c))
        columns = [Column.OTHER if c in numbers and c != own else column for c, column in enumerate(columns)]
    times = {
        c: (index(head.start), index(head.end))
        for c, head in enumerate(heads)
        if head and columns[c] is Column.PERIOD
    }
    rows = _grid_rows(sheet, table, grid, columns, last + 1, times)
    if Column.PARTY in columns:
        parties = {
            c: (index(head.start), index(head.end))
            for c, head in enumerate(heads)
            if head and columns[c] is Column.PARTY
        }
        rows = [_with_marked_parties(row, parties) for row in rows]
    used = {stretch for row in rows for stretch in row.extent}
    whole = {
        (index(cell.start), index(cell.end))
        for cell in table.cells
        if cell.end - cell.start > 8 and not top <= cell.row <= last
    }
    notes = sorted(s for s in whole - used if s[1] > s[0])
    return TaskTable(index(table.start), index(table.end), tuple(columns), tuple(rows), tuple(notes))


# What stands in the column of a department for its part in a task.
_LEADS_MARK = re.compile(r"牵头|主办|主责|主要|总牵头|[★▲●■◆◎]")
_HELPS_MARK = re.compile(r"配合|协办|协同|协助|参与|参加|责任|会办|支持|[☆△○□◇√✓✔]")
_SIGNS = tuple("★▲◆■●◎☆△◇□○√✓✔")  # the strongest first
_PART_MARK = re.compile(rf"(?:{_LEADS_MARK.pattern}|{_HELPS_MARK.pattern})(?:单位|部门)?")


def _with_parties(
    text: str,
    table: Table,
    grid: dict[tuple[int, int], Cell],
    heads: Sequence[Cell | None],
    named: Sequence[Column | None],
    last: int,
) -> list[Column | None]:
    """The columns that are headed by a department and hold its part in each task (牵头, 配合, ★)."""
    found = list(named)
    for c, head in enumerate(heads):
        if named[c] is not None or head is None or not _reads_as_units(fold(text[head.start : head.end])):
            continue
        below = [grid.get((r, c)) for r in range(last + 1, table.rows)]
        own = [cell for cell in below if cell and cell.column_span == 1 and cell.end > cell.start]
        words = [fold(text[cell.start : cell.end]) for cell in own]
        if words and all(_PART_MARK.fullmatch(w) or EMPTY_CELL.match(w) for w in words):
            found[c] = Column.PARTY
    return found


def _with_marked_parties(row: Row, parties: dict[int, Stretch]) -> Row:
    """The row with the departments whose columns are marked in it, each in its part."""
    cells: dict[Column, tuple[Stretch, ...]] = dict(row.cells)
    cells.pop(Column.PARTY, None)
    strongest = min((_SIGNS.index(w) for w in row.marks.values() if w in _SIGNS), default=0)
    for c, head in parties.items():
        words = row.marks.get(c, "")
        if not words or EMPTY_CELL.match(words):
            continue
        weaker = words in _SIGNS and _SIGNS.index(words) > strongest  # ● beside ★
        part = Column.LEAD if _LEADS_MARK.match(words) and not weaker else Column.RESPONSIBLE
        cells[part] = (*cells.get(part, ()), head)
    return replace(row, cells=cells)


def _by_content(
    text: str, table: Table, grid: dict[tuple[int, int], Cell], heads: Sequence[Cell | None], top: int
) -> list[Column | None]:
    """What the columns are, by the row at `top` where it is a head that says so, else by the cells below it."""
    below = [
        [text[cell.start : cell.end] for r in range(top + 1, table.rows) if (cell := grid.get((r, c)))]
        for c in range(table.columns)
    ]
    return infer_heads([text[h.start : h.end] if h else "" for h in heads], below)


_NAME = 10  # characters that the mere name of a task has at most


def _take_steps(
    text: str,
    table: Table,
    grid: dict[tuple[int, int], Cell],
    columns: list[Column],
    named: Sequence[Column | None],
    last: int,
) -> None:
    """Where the tasks are mere names (异地就医) and long steps (推进举措) stand beside them, the steps are the body."""
    if columns.count(Column.PLAN) != 1 or columns.count(Column.BODY) != 1:
        return
    body, plan = columns.index(Column.BODY), columns.index(Column.PLAN)
    cells = [[c for r in range(last + 1, table.rows) if (c := grid.get((r, k)))] for k in (body, plan)]
    said = [sum(len(fold(text[c.start : c.end])) for c in found) / max(1, len(found)) for found in cells]
    if named[body] is Column.TASK and said[0] <= _NAME and said[1] > 3 * said[0]:
        columns[body], columns[plan] = Column.TASK, Column.BODY


def _longest_unnamed(
    table: Table, grid: dict[tuple[int, int], Cell], named: Sequence[Column | None], last: int
) -> int:
    """Of the columns whose head no list has, the one with the most words."""

    def words(c: int) -> int:
        cells = (grid.get((r, c)) for r in range(last + 1, table.rows))
        return sum(cell.end - cell.start for cell in cells if cell)

    return max((c for c, head in enumerate(named) if head is None), key=words)


def _head_cells(
    text: str, table: Table, grid: dict[tuple[int, int], Cell], top: int
) -> tuple[list[Cell | None], int]:
    """The cells that name the columns, and the last row of the head: where rows of heads stand below wider heads
    (责任 over 牵头单位 and 配合单位), each column has the lowest one."""
    heads = [grid.get((top, c)) for c in range(table.columns)]
    last = top
    while last + 1 < min(table.rows, top + _MOST_HEAD_ROWS):
        lower = [grid.get((last + 1, c)) for c in range(table.columns)]
        own = {c: cell for c, cell in enumerate(lower) if cell and cell.row > last and cell.end > cell.start}
        named = [read_head(text[cell.start : cell.end]) for cell in own.values()]
        wide = any(cell is not None and cell.column_span > 1 and cell.row == last for cell in heads)
        if len(named) < 2 or None in named or not wide or len(own) == len([c for c in heads if c]):
            break
        heads = [own.get(c, cell) for c, cell in enumerate(heads)]
        last += 1
    return heads, last


def _grid(table: Table) -> dict[tuple[int, int], Cell]:
    grid: dict[tuple[int, int], Cell] = {}
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            for column in range(cell.column, cell.column + cell.column_span):
                grid[row, column] = cell
    return grid


def _grid_rows(
    sheet: Sheet,
    table: Table,
    grid: dict[tuple[int, int], Cell],
    columns: Sequence[Column],
    top: int,
    times: dict[int, Stretch],
) -> list[Row]:
    rows: list[Row] = []
    banner: str | None = None
    for r in range(top, table.rows):
        cells = {
            c: cell for c in range(table.columns) if (cell := grid.get((r, c))) and cell.end > cell.start
        }
        if not cells:
            continue
        distinct = {(cell.start, cell.end) for cell in cells.values()}
        first = next(iter(cells.values()))
        if len(distinct) == 1 and (first.column_span > 1 or len(cells) == 1):
            words = fold(sheet.document.text[first.start : first.end])
            if not _NOTE_ROW.match(words):
                banner = words if len(words) <= _LONGEST_BANNER else banner
            continue
        if _is_head_again(sheet, cells, columns) or _TOTAL.match(
            fold(sheet.document.text[first.start : first.end])
        ):
            continue
        row = _grid_row(sheet, r, cells, columns, banner)
        if row and _goes_down(row, rows[-1] if rows else None):
            rows[-1] = _with_lower(rows[-1], row)
        elif row:
            rows.append(_with_periods(sheet, row, cells, times) if times else row)
    return rows


def _is_head_again(sheet: Sheet, cells: dict[int, Cell], columns: Sequence[Column]) -> bool:
    text = sheet.document.text
    named = [read_head(text[cell.start : cell.end]) for cell in cells.values()]
    return len(named) > 1 and all(named) and any(n in UNIT_COLUMNS for n in named)


def _grid_row(
    sheet: Sheet, r: int, cells: dict[int, Cell], columns: Sequence[Column], banner: str | None
) -> Row | None:
    view = sheet.view
    found: dict[Column, list[Stretch]] = {}
    sections = [banner] if banner else []
    marks: dict[int, str] = {}
    number: str | None = None
    printed: Stretch | None = None
    for c, cell in cells.items():
        column = columns[c] if c < len(columns) else Column.OTHER
        stretch = (view.index(cell.start), view.index(cell.end))
        if column is Column.PARTY:
            marks[c] = fold(sheet.document.text[cell.start : cell.end])  # a view may leave signs out
            continue
        if stretch[1] <= stretch[0]:
            continue
        words = view.text[stretch[0] : stretch[1]]
        if column is Column.NUMBER:
            number = words.strip(".、．（）") or None
            printed = stretch
            if cell.row < r:
                number = None
        elif column in (Column.SECTION, Column.TASK):
            if words not in sections:
                sections.append(words)
        elif stretch not in found.get(column, []):
            if EMPTY_CELL.match(words):
                continue
            found.setdefault(column, []).append(stretch)
    if Column.BODY not in found and Column.ARTICLE not in found:
        return None
    own = sorted(
        {s for column, stretches in found.items() for s in stretches} | ({printed} if printed else set())
    )
    return Row(
        number,
        tuple(sections),
        {column: tuple(stretches) for column, stretches in found.items()},
        tuple(s for s in own if s[1] > s[0]),
        printed,
        marks=marks,
    )


def _goes_down(row: Row, above: Row | None) -> bool:
    """Is a row the lower part of a body that is merged downwards?"""
    body = row.cells.get(Column.BODY)
    return above is not None and body is not None and body == above.cells.get(Column.BODY)


def _with_lower(above: Row, row: Row) -> Row:
    """A row with the units and times of the row below it that has the same words."""
    cells = dict(above.cells)
    for column in (*UNIT_COLUMNS, Column.DEADLINE):
        more = tuple(s for s in row.cells.get(column, ()) if s not in cells.get(column, ()))
        if more:
            cells[column] = (*cells.get(column, ()), *more)
    extent = tuple(sorted({*above.extent, *(s for found in cells.values() for s in found)}))
    return replace(above, cells=cells, extent=extent)


def _with_periods(sheet: Sheet, row: Row, cells: dict[int, Cell], times: dict[int, Stretch]) -> Row:
    """The row with what stands in its columns of quarters or months: a cell over several of them is the last one's."""
    index, text = sheet.view.index, sheet.view.text
    held = {cell: c for c, cell in cells.items() if c in times}
    periods = tuple((times[c], (index(cell.start), index(cell.end))) for cell, c in held.items())
    plan = tuple(s for _, s in periods if _HAN.search(text, *s))
    found: dict[Column, tuple[Stretch, ...]] = dict(row.cells)
    found.pop(Column.PERIOD, None)
    if plan:
        found[Column.PLAN] = (*found.get(Column.PLAN, ()), *plan)
    return replace(row, cells=found, periods=periods)


def names_many_units(sheet: Sheet, table: Table) -> bool:
    """Do several cells of a table hold nothing but units, so that it may be one of tasks?"""
    text = sheet.document.text
    cells = (fold(text[cell.start : cell.end]) for cell in table.cells if 2 < cell.end - cell.start < 80)
    return sum(not EMPTY_CELL.match(words) and _reads_as_units(words) for words in cells) >= _MANY_UNITS


# ---- flat tables ---------------------------------------------------------------------------------------------

_UNIT_END = re.compile(
    r"(?:局|委|办|厅|院|部|署|会|中心|公司|集团|银行|支行|分行|总行|海关|政府|单位|部门|机构|企业|学校|大学|高校|学院|管委会|管理处|法院|检察院|总队|支队|大队|所|站|社|处|队|室|园区|开发区|新区|地区|街道|街镇|乡镇|苏木|区|县|市|旗|盟|省|军|馆|库|校|网|台|协会|商会|联合会|联|工会|联盟|专班|机场|港|港口|医院|铁路局|指挥部|领导小组|小组|委员会)(?:（[^（）]{1,24}）)?$"
)
_UNIT_START = re.compile(
    r"(?:市|省|区|县|旗|州|盟|自治区|各|有关|相关|国网|国家|中国|中共|人民|人行|全|本)|"
    r"[\u4e00-\u9fff]{2,10}(?:局|委|办|厅|院|政府|公司|海关|银行|分行|支行|部门|单位|管委会|集团|中心|机场|法院|港)"
)
# Two units with no mark between (市政务服务办市大数据管理中心), or a word cut before its unit (建市交通运输委).
_JOINED = re.compile(
    r"(?:局|厅|委|办|院|中心|公司|集团|政府|海关)(?:[省市区县旗](?!政府|委)|各)[\u4e00-\u9fff]|^[^市各本全省区县旗]市(?=[\u4e00-\u9fff]{3})"
)
# Bodies of the whole country: a plan of a place means their branch, so the name goes on.
_HALF_NAME = re.compile(
    r"^(?:国家[\u4e00-\u9fff]{2,6}(?:总局|局)|金融监管总局|中国人民银行|人民银行|国网|中国银保监会)$"
)
_CONTENT_WORDS = re.compile(r"加强|推进|推动|完善|优化|提升|建立|健全|开展|实施|进一步|[对的将]|联合抽查")
_CELL_LINE = 18
_MOST_LINES = 120  # of a row: more is running text that only looks like a table
_LOST_ROWS = 2  # row numbers that a conversion may have taken for page numbers


@dataclass(frozen=True, slots=True)
class _Head:
    lines: Stretch  # indexes into the region's lines
    columns: tuple[Column, ...]


def find_flat_tables(sheet: Sheet, start: int, end: int) -> list[TaskTable]:
    """Tables in folded [start, end) that a text file prints cell line by cell line."""
    lines = sheet.lines_between(start, end)
    heads = _find_heads(sheet, lines, sheet.numbers_between(start, end)[0])
    tables: list[TaskTable] = []
    at = 0
    while at < len(heads):
        same = [heads[at]]
        while at + len(same) < len(heads) and heads[at + len(same)].columns == same[0].columns:
            same.append(heads[at + len(same)])
        stop = heads[at + len(same)].lines[0] if at + len(same) < len(heads) else len(lines)
        table = _read_flat(sheet, lines, same, stop)
        if table:
            tables.append(table)
        at += len(same)
    return tables


_NUMBER_HEAD = re.compile("[序编项任N]")


def _find_heads(sheet: Sheet, lines: Sequence[Line], first: int) -> list[_Head]:
    """The heads among lines of which `first` is the number of the first."""
    heads: list[_Head] = []
    j = 0
    for head in _NUMBER_HEAD.finditer(sheet.heads, first, first + len(lines)):
        i = head.start() - first
        if i < j or lines[i].end - lines[i].start > 8:
            continue
        if read_head(sheet.line_text(lines[i])) is not Column.NUMBER:
            continue
        j = i
        found: list[Column | None] = []
        while j < len(lines) and lines[j].end - lines[j].start <= 14:
            column = read_head(sheet.line_text(lines[j]))
            if column is None:
                break
            found.append(column)
            j += 1
        columns = settle_columns(found) if len(found) >= 3 else None
        if columns:
            heads.append(_Head((i, j), tuple(columns)))
    return heads


def _read_flat(sheet: Sheet, lines: Sequence[Line], heads: Sequence[_Head], stop: int) -> TaskTable | None:
    """Rows run from a number alone on its line to the next one in order; heads in between are page cuts."""
    first = heads[0]
    head_at = {i for head in heads for i in range(*head.lines)}
    rows_at: list[tuple[int, int]] = []
    expected = None
    last = first.lines[1] - 1
    for i in range(first.lines[1], stop):
        if i in head_at:
            last = i
            continue
        text = sheet.line_text(lines[i])
        if (
            text.isdigit()
            and len(text) <= 3
            and (expected is None or 0 <= int(text) - expected <= _LOST_ROWS)
        ):
            rows_at.append((i, int(text)))
            expected = int(text) + 1
        elif len(text) > 2 * _CELL_LINE or (len(text) > _CELL_LINE + 2 and i > last + 60):
            stop = i
            break
        last = i
    if len(rows_at) < 2:
        return None
    stop = _table_end(sheet, lines, rows_at, stop, Column.DEADLINE in first.columns)
    rows: list[Row] = []
    section: str | None = None
    serial = 0
    for k, (i, number) in enumerate(rows_at):
        until = rows_at[k + 1][0] if k + 1 < len(rows_at) else stop
        chunks = _chunks(range(i + 1, until), head_at)
        taken = 0
        if Column.TASK in first.columns or Column.SECTION in first.columns:
            taken, name, serial = _section_cell(sheet, lines, chunks, serial)
            section = name or section
            if taken:
                chunks[0] = chunks[0][taken:]
        cells = _row_cells(sheet, [[lines[n] for n in chunk] for chunk in chunks], first.columns)
        own = [(lines[n].start, lines[n].end) for n in [i, *[n for chunk in chunks for n in chunk]]]
        rows.append(
            Row(
                str(number),
                (section,) if section else (),
                cells,
                merged(own),
                (lines[i].start, lines[i].end),
                flat=True,
            )
        )
    return TaskTable(lines[first.lines[0]].start, lines[stop - 1].end, first.columns, tuple(rows))


_AFTER_TABLE = re.compile(r"附件|备注：|注：|说明：|（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、")


def _table_end(
    sheet: Sheet, lines: Sequence[Line], rows_at: Sequence[tuple[int, int]], stop: int, dated: bool
) -> int:
    """After the last row only cell lines belong to it: stop at a heading, a note, an annex, a signature."""
    widest = max(
        (lines[i].end - lines[i].start for i in range(rows_at[0][0], rows_at[-1][0])), default=_CELL_LINE
    )
    for i in range(rows_at[-1][0] + 1, stop):
        text = sheet.line_text(lines[i])
        if len(text) > widest + 3 or _AFTER_TABLE.match(text) or (not dated and re.match(r"\d{4}年", text)):
            return i
    return stop


def _chunks(numbers: range, head_at: set[int]) -> list[list[int]]:
    """Line indexes of one row, cut where a page's table head stands between them."""
    chunks: list[list[int]] = [[]]
    for n in numbers:
        if n in head_at:
            if chunks[-1]:
                chunks.append([])
        else:
            chunks[-1].append(n)
    return chunks if chunks[-1] or len(chunks) == 1 else chunks[:-1]


_SERIAL = re.compile(r"(\d{1,3})\.(?=[\u4e00-\u9fff“])")


def _section_cell(
    sheet: Sheet, lines: Sequence[Line], chunks: list[list[int]], serial: int
) -> tuple[int, str | None, int]:
    """The narrow cell "3.提升政务服 / 务水平" that only the first row of its group prints: lines taken, name."""
    if not chunks[0]:
        return 0, None, serial
    texts = [sheet.line_text(lines[n]) for n in chunks[0]]
    found = _SERIAL.match(texts[0])
    if not found or not 1 <= int(found.group(1)) - serial <= _LOST_ROWS:
        return 0, None, serial
    width = len(texts[0]) - len(found.group(0)) + 1
    ends = [1]
    for n, words in enumerate(texts[1:], start=2):
        before = texts[n - 2]
        if len(words) > width + 1 or not (before[-1] in "、，和与及的" or len(before) >= width or n == 2):
            break
        ends.append(n)
    taken = next((n for n in reversed(ends) if texts[n - 1][-1] not in "、，和与及的"), 1)
    return taken, "".join(texts[:taken]), int(found.group(1))


def _row_cells(
    sheet: Sheet, chunks: list[list[Line]], columns: Sequence[Column]
) -> dict[Column, tuple[Stretch, ...]]:
    """Lines of a row (one list a page) as cells: on each page the columns follow one another again."""
    kinds = [c for c in columns if c not in (Column.NUMBER, Column.SECTION, Column.TASK)]
    cells: dict[Column, list[Stretch]] = {}
    before = [""] * len(kinds)
    for number, chunk in enumerate(chunks):
        cut = _Cut(sheet.text, _points(sheet.text, chunk), kinds, before, more=number + 1 < len(chunks))
        for k, (a, b) in enumerate(cut.find()):
            if b > a:
                cells.setdefault(kinds[k], []).append((a, b))
                before[k] += sheet.text[a:b]
    words = {column: "".join(sheet.text[a:b] for a, b in found) for column, found in cells.items()}
    return {column: tuple(found) for column, found in cells.items() if not EMPTY_CELL.match(words[column])}


def _points(text: str, chunk: Sequence[Line]) -> list[int]:
    """Where a cell may end: at line ends, and after the last full stop (content and unit on one line)."""
    if not chunk:
        return []
    start, end = chunk[0].start, chunk[-1].end
    stop = text.rfind("。", start, end) + 1
    return sorted({line.start for line in chunk} | {end} | ({stop} if stop > start else set()))


@dataclass(frozen=True, slots=True)
class _Cut:
    """One page's lines of a row, to be cut so that every cell reads as what its column holds.

    `before` is what earlier pages gave each cell; with `more` the row goes on over the page, so that the body
    may break off without a full stop."""

    text: str
    points: Sequence[int]
    kinds: Sequence[Column]
    before: Sequence[str]
    more: bool

    def find(self) -> list[Stretch]:
        if not self.points:
            return []
        found = self._cells(0, 0) if len(self.points) <= _MOST_LINES else None
        if (
            found is None
            and len(self.points) <= _MOST_LINES
            and any(self.before)
            and self.kinds[0] is Column.BODY
        ):
            found = self._body_last()
        if found is None:
            body = self.kinds.index(Column.BODY) if Column.BODY in self.kinds else 0
            whole = (self.points[0], self.points[-1])
            return [whole if k == body else (whole[0], whole[0]) for k in range(len(self.kinds))]
        return found

    def _body_last(self) -> list[Stretch] | None:
        """A page may print the unit cells first and the rest of the content after them."""
        order = [*range(1, len(self.kinds)), 0]
        turned = replace(self, kinds=[self.kinds[k] for k in order], before=[self.before[k] for k in order])
        found = turned._cells(0, 0)
        return [found[-1], *found[:-1]] if found else None

    def _cells(self, i: int, k: int) -> list[Stretch] | None:
        if k == len(self.kinds):
            return [] if i == len(self.points) - 1 else None
        for j in self._ends(i, k):
            if self._fits(k, self.points[i], self.points[j]):
                rest = self._cells(j, k + 1)
                if rest is not None:
                    return [(self.points[i], self.points[j]), *rest]
        return None

    def _ends(self, i: int, k: int) -> list[int]:
        """The cell ends to try, the likeliest first."""
        later = list(range(i + 1, len(self.points)))
        if self.kinds[k] is Column.BODY:
            stop = self.text.rfind("。", self.points[i], self.points[-1]) + 1
            at = [j for j in later if self.points[j] == stop]
            if at and at[0] < len(self.points) - 1 and not self.more:
                return at
            return [*at, *[j for j in later if self.points[j] > stop], *([i] if self.before[k] else [])]
        whole = self.before[k] and fits_column(self.kinds[k], self.before[k])
        if whole:
            return [i, *later]
        return [*later, i] if self.before[k] or k == len(self.kinds) - 1 else later

    def _fits(self, k: int, a: int, b: int) -> bool:
        kind = self.kinds[k]
        if kind is Column.BODY:
            return True
        if b == a and not self.before[k]:
            return True
        words = self.before[k] + self.text[a:b]
        return fits_column(kind, words) or (self.more and b == self.points[-1] and _breaks_off(kind, words))


def _breaks_off(kind: Column, words: str) -> bool:
    """Units up to a name that the page cuts (市规划资源局、市水 / 务局)."""
    whole, _, rest = words.rpartition("、")
    return (
        kind in UNIT_COLUMNS
        and (not whole or _reads_as_units(whole))
        and len(rest) < 10
        and not _CONTENT_WORDS.search(rest)
    )


def fits_column(kind: Column, words: str) -> bool:
    if kind is Column.DEADLINE:
        return (
            bool(re.search(r"\d{1,2}月|年|季度|底前|前$|持续|长期|全年|适时|[—-]$", words))
            and len(words) < 40
        )
    if kind in UNIT_COLUMNS:
        return _reads_as_units(words)
    return True


def _reads_as_units(words: str) -> bool:
    if not words or EMPTY_CELL.match(words):
        return bool(words)
    if words[-1] in "、，；":
        return False
    bare = re.sub(r"[“‘「][^”’」]*[”’」]", "", words)
    pieces = [
        p
        for p in re.split(
            r"[、，；]|(?<=[中心局委办司])等(?=[市各省区县旗])", re.sub(r"（[^（）]*）", "", bare)
        )
        if p
    ]
    return all(
        len(piece) <= 28
        and _UNIT_END.search(piece)
        and _UNIT_START.match(piece)
        and not _JOINED.search(piece)
        and not _HALF_NAME.match(piece)
        and not _CONTENT_WORDS.search(piece)
        for piece in pieces
    ) and bool(pieces)
