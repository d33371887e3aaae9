"""A list apart from the measures that says who does which of them, by their numbers, line by line.

第1至3项：牵头单位为市科技局，…  ·  1—2　区住建局牵头，…  ·  市商务局：负责第一、三条，配合第五条  ·  市财政局（2、4）  ·
牵头单位：市商务局（1、3）、市财政局（2）

It stands below the measures or in an annex, and is looked for only where most measures have no units.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from index_build.clauses import Clause, in_one_role
from index_build.clauses.labels import HELPER, Label, label_before
from index_build.clauses.shares import NUMBER, OF, TO, Share, read_numbers
from index_build.dates import find_dates
from index_build.drafts import Placed, Stretch
from index_build.model import Role, Table
from index_build.names import is_unit_list
from index_build.paragraphs import paragraphs
from index_build.sheet import Line, Sheet
from index_build.tables.columns import Column, are_surely_units, read_head
from index_build.tables.printed_cells import Parting, printed_cells

_ONE = rf"第?（?{NUMBER}）?(?:{OF})?"
_NUMBERS = rf"{_ONE}(?:(?:{TO}|[、，和及与]|(?=（)){_ONE})*"  # （一）（三） too
_MATTERS = "(?:任务|措施|举措|工作|事项|内容|条款)*"
_NUMBERS_FIRST = re.compile(
    rf"(?:以上|上述|任务|措施|举措|事项|序号|编号|条款)*(?P<numbers>{_NUMBERS}){_MATTERS}"
    r"[：、，.—－-]*由?(?=[^\d：、，.])"
)
_VERB = r"(?:牵头|负责|主办|承担|承办|落实|办理|完成|实施|配合|参与|协助|协办|支持)"
_PART = re.compile(rf"[，；、]?(?P<verb>{_VERB}*)的?(?P<numbers>（?{_NUMBERS}）?){_MATTERS}")
_UNITS_FIRST = re.compile(
    rf"(?P<who>[^：，。；第\d]{{2,80}}?)[：—－]*"
    rf"(?=(?:{_VERB}+的?)?(?:第{NUMBER}|（?\d{{1,3}}[）、，\d]|（?{NUMBER}[）、]))"  # then their numbers
)
_UNIT_WITH_NUMBERS = re.compile(
    rf"[、，；]?(?P<who>[^（）：；。]{{3,40}})（(?P<numbers>{_NUMBERS}){_MATTERS}）"
)
_PARTS_OF_LINE = re.compile(rf"[^；。]+(?:；(?!第|（?{NUMBER}）)[^；。]+)*")
_DUTIES = re.compile("牵头|负责|主办|主责|承担|配合|协|参与|任务|事项|条款|措施|序号|编号")
_GOVERNS = re.compile("牵头|主办|主责|负责")
_ANSWERS = re.compile("^责任(?:单位|部门)")  # the head of the units: none of them leads
_NUMBER_CELL = re.compile(rf"(?:{_NUMBERS}|[—/无-]){_MATTERS}")
_LONGEST_HEADING = 20  # characters
ReadWhole = Callable[[str], Clause | None]  # `whole_clause` by the rules of the paper


def find_assigned(
    sheet: Sheet, start: int, end: int, breaks: frozenset[int] | None, read: ReadWhole
) -> list[Share]:
    """What the lines of folded [start, end) give to numbers; empty where fewer than two numbers are given anything.

    Where lines seem cut by a page's width (short lines without a full stop do), paragraphs are tried first."""
    for cuts in (breaks, None) if breaks is not None else (None,):
        found = _assigned(sheet, start, end, cuts, read)
        if len({number for share in found for number in share.numbers}) > 1:
            return found
    return []


def _assigned(
    sheet: Sheet, start: int, end: int, breaks: frozenset[int] | None, read: ReadWhole
) -> list[Share]:
    found: list[Share] = []
    before: Stretch = (start, start)
    for line in paragraphs(sheet, start, end, breaks):
        shares = (
            list(_units_first(sheet, *line))
            or list(_label_first(sheet, *line))
            or list(_numbers_first(sheet, *line, read))
        )
        if shares and not found and _is_heading(sheet.text[slice(*before)]):
            shares[0] = shares[0]._replace(start=before[0])
        found += shares
        before = line
    return found


def _is_heading(words: str) -> bool:
    return 0 < len(words) <= _LONGEST_HEADING and words[-1] not in "。；，"


def _numbers_first(sheet: Sheet, start: int, end: int, read: ReadWhole) -> Iterator[Share]:
    """第1至3项：牵头单位为…；第4项：…, every part of the line a clause of its own."""
    for part in _PARTS_OF_LINE.finditer(sheet.text, start, end):
        head = _NUMBERS_FIRST.match(sheet.text, *part.span())
        if head is None or not (numbers := read_numbers(head["numbers"])):
            return
        clause = read(sheet.text[head.end() : part.end()])
        if clause is None:
            return
        yield Share(numbers, Placed(clause, head.end()), part.start(), part.end())


def _label_first(sheet: Sheet, start: int, end: int) -> Iterator[Share]:
    """牵头单位：市商务局（1、3）、市财政局（2）: each unit with its numbers in brackets after it."""
    colon = sheet.text.find("：", start, start + _LONGEST_HEADING)
    label = label_before(sheet.text, colon, start) if colon > start else None
    if label is None or label[1] != start or label[0] not in (Label.LEAD, Label.RESPONSIBLE):
        return
    role = Role.LEAD if label[0] is Label.LEAD else Role.RESPONSIBLE
    for part in _UNIT_WITH_NUMBERS.finditer(sheet.text, colon + 1, end):
        if is_unit_list(part["who"]):
            hits = sheet.units(*part.span("who"))
            clause = in_one_role(hits, role, *part.span("who"), "assigned")
            yield Share(read_numbers(part["numbers"]), Placed(clause), start, end)


def _units_first(sheet: Sheet, start: int, end: int) -> Iterator[Share]:
    """市商务局：负责第一、三条，配合第五条: each verb with the numbers after it."""
    head = _UNITS_FIRST.match(sheet.text, start, end)
    if head is None or not are_surely_units(head["who"]):
        return
    units = sheet.units(head.start("who"), head.end("who"))
    shares: list[Share] = []
    at = head.end()
    while part := _PART.match(sheet.text, at, end):
        role = Role.RESPONSIBLE if HELPER.match(part["verb"]) else Role.LEAD
        clause = in_one_role(units, role, head.start(), head.end("who"), "assigned")
        shares.append(Share(read_numbers(part["numbers"]), Placed(clause), start, end))
        at = part.end()
    if sheet.text[at:end].strip("。；，") == "" and not find_dates(sheet.text[head.end() : end], None):
        yield from shares


def read_duty_table(sheet: Sheet, table: Table) -> list[Share]:
    """A table whose rows are units and whose cells are the numbers they lead or help with; empty where it is none."""
    rows: dict[int, dict[int, Stretch]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, {})[cell.column] = sheet.stretch(cell)
    return _duties_in_rows(sheet, [rows[r] for r in sorted(rows)])


def read_duty_lines(sheet: Sheet, start: int, end: int) -> list[Share]:
    """The same table as the lines of folded [start, end) keep it, its cells parted by tabs or runs of blanks."""
    rows = [cells for line in sheet.lines_between(start, end) if len(cells := _cells_of(sheet, line)) > 1]
    return _duties_in_rows(sheet, rows)


def _cells_of(sheet: Sheet, line: Line) -> dict[int, Stretch]:
    """The cells of a printed line by their place in it; by tabs, an empty one counts too."""
    index, offsets = sheet.view.index, sheet.view.offsets
    by_tabs = "\t" in sheet.document.text[offsets[line.start] : offsets[line.end - 1] + 1]
    found = printed_cells(sheet, line, Parting.TABS if by_tabs else Parting.BLANKS)
    return {cell.at if by_tabs else n: (index(cell.start), index(cell.end)) for n, cell in enumerate(found)}


def _duties_in_rows(sheet: Sheet, rows: list[dict[int, Stretch]]) -> list[Share]:
    if len(rows) < 3:
        return []
    text = sheet.text
    first, *others = rows
    heads = {c: text[slice(*place)] for c, place in first.items()}
    columns = [c for c in heads if _DUTIES.search(heads[c]) and _all(text, others, c, _are_numbers)]
    others_named = (c for c in heads if c not in columns) if columns else ()
    units = next((c for c in others_named if _all(text, others, c, is_unit_list)), None)
    rest = heads.keys() - {units, *columns}
    if units is None or not all(read_head(heads[c]) in (Column.NUMBER, Column.OTHER) for c in rest):
        return []
    shares: list[Share] = []
    for row in others:
        hits = sheet.units(*row[units]) if units in row else []
        for c in columns if hits else ():
            a, b = row.get(c, (0, 0))
            helps = HELPER.search(heads[c]) or (
                _ANSWERS.search(heads[units]) and not _GOVERNS.search(heads[c])
            )
            role = Role.RESPONSIBLE if helps else Role.LEAD
            clause = in_one_role(hits, role, *row[units], "assigned")
            if b > a and (numbers := read_numbers(text[a:b])):
                shares.append(Share(numbers, Placed(clause), row[units][0], b))
    return shares


def _are_numbers(words: str) -> bool:
    return _NUMBER_CELL.fullmatch(words) is not None


def _all(text: str, rows: list[dict[int, Stretch]], column: int, fits: Callable[[str], bool]) -> bool:
    """Do all filled cells of a column fit, and are there any?"""
    words = [text[slice(*row[column])] for row in rows if column in row and row[column][0] < row[column][1]]
    return bool(words) and all(map(fits, words))
