"""From a document to its measures and passages: `extract(document) -> Extraction`.

A paper's text is cut at its numbers; a responsibility clause closes the words before it; what carries no clause
is a measure where it belongs to the plan's own list of tasks, and a passage otherwise.  Everything is worked out
on the document's one folded view, as `Draft`s of folded stretches; `Document.span` makes every span at the end.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from index_build.clauses import Clause, find_bound_deadlines, find_clauses, states_first_is_lead
from index_build.dates import DateHit, find_deadlines, read_limits
from index_build.model import (
    Deadline,
    DeadlineKind,
    Document,
    Extraction,
    Measure,
    Mention,
    Passage,
    Policy,
    Role,
    Span,
)
from index_build.names import UnitHit, parse_units
from index_build.outline import Marker, Node, Sheet, find_markers, nest, read_sheet
from index_build.papers import Paper, find_papers
from index_build.tables import Column, Row, Stretch, TaskTable, find_flat_tables, read_table
from index_build.text import tidy

PASSAGE_LENGTH = 600
# Headings of what surrounds a plan's tasks: aims before them, organisation after them (matched without the number).
_FRAME = re.compile(
    r"(?:总体(?:要求|目标|思路|原则)|指导思想|基本(?:原则|思路)|(?:工作|主要|发展|实施|行动|总|攻坚|建设)(?:总体)?目标(?:任务)?|目标(?:任务|要求)|"
    r"攻坚任务|职责(?:范围|分工)|适用范围|工作背景|(?:工作|有关|相关|几点|组织|具体)要求|附则|其他(?:事项|要求)|"
    r"(?:工作|实施|推进|行动)(?:步骤|安排|进度|计划)|(?:时间|进度|步骤)(?:安排|步骤)|方法步骤|实施范围|监督检查|"
    r"(?:(?:切实|进一步|着力)?(?:强化|加强|完善|落实|健全|抓好|夯实))?"
    r"(?:组织|工作|实施|政策|机制|制度|监督|支撑|推进|贯彻)*(?:保障|领导|实施)(?:措施|机制|体系|力度|工作|条件)?)"
)
_FRAME_LOOSE = re.compile(r"(?:工作|组织|实施|政策|推进|监督|机制|服务)(?:保障|实施)(?:措施)?$|保障措施|^(?:强化|加强|完善|健全).{0,10}保障$")
_TASK_SECTION = re.compile(r"(?:重点|主要|工作|具体|改革|攻坚|年度)(?:工作)?任务|任务(?:分工|清单|措施)|^任务")
_MEASURE_SECTION = re.compile(r"(?:重点|主要|工作|具体|改革|政策|支持)(?:举措|措施|内容|工作|事项)|行动内容")
_FIELD = re.compile(
    r"(?:牵头|责任|配合|主办|协办|参与|参加|主责|实施|落实|支持)(?:单位|部门|处室|科室|领导|人|主体)|"
    r"计划举措|推进措施|落实措施|工作举措|具体举措|完成(?:时限|时间|期限)|时间节点|时限"
)
_PLAN_FIELD = re.compile(r"(?:计划举措|主要举措|工作举措|具体举措|推进措施|落实措施|工作措施|推进计划|具体措施|落实举措)：")
_LABEL_LINE = re.compile(r"[^，。；、]{2,14}：$")
_PART = re.compile(r"（(\d{1,2})）|([①-⑳])")
_CLAUSE_MARKS = "。；，、.;"
_REPORT = re.compile(r"前[^。；]{0,30}(?:报送|上报|报至|报|提交|反馈|备案|报备)")
_ANNEX_LIST = re.compile(r"附件(?:：|:|\d|[一二三四五六七八九十])")


@dataclass(frozen=True, slots=True)
class Placed:
    """A clause and the way from its positions to the folded view."""

    clause: Clause
    at: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Draft:
    """A measure before its spans are made.  Stretches are folded; `node` is the outline entry it came from."""

    number: str | None
    section: tuple[str, ...]
    body: tuple[Stretch, ...]
    extent: tuple[Stretch, ...]
    clauses: tuple[Placed, ...] = ()
    plan: tuple[Stretch, ...] = ()
    inherited: bool = False
    node: int = -1
    serial: int = 0
    style: str = ""
    clause_on_own_line: bool = False
    table: Row | None = None
    doubts: tuple[str, ...] = ()

    @property
    def start(self) -> int:
        return self.body[0][0] if self.body else self.extent[0][0]


@dataclass(frozen=True, slots=True)
class Prose:
    """A passage before its spans are made."""

    section: tuple[str, ...]
    start: int
    end: int
    number: str | None = None


@dataclass
class Yield_:
    """What a stretch of a paper yields, collected in order."""

    drafts: list[Draft] = field(default_factory=list)
    prose: list[Prose] = field(default_factory=list)


def extract(document: Document) -> Extraction:
    """All policies, measures and passages of a document."""
    if not document.text.strip():
        return Extraction(document, (), (), (), document.warnings)
    sheet = read_sheet(document)
    measures: list[Measure] = []
    passages: list[Passage] = []
    policies: list[Policy] = []
    warnings: list[str] = list(document.warnings)
    rule = False
    for paper in find_papers(sheet):
        text = sheet.text[paper.start : paper.end]
        rule = states_first_is_lead(text) or (rule and paper.policy.ordinal > 0 and paper.annex)
        reading = Reading(sheet, paper, rule)
        found = reading.read()
        policies.append(paper.policy)
        writer = Writer(sheet, paper.policy, len(measures))
        measures.extend(writer.measures(found.drafts))
        passages.extend(writer.passages(found.prose))
        warnings.extend(writer.warnings)
    return Extraction(document, tuple(policies), tuple(measures), tuple(passages), tuple(warnings))


# ---- a paper as drafts ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """One paper being read; `first_is_lead` is the plan's rule for lists without roles."""

    sheet: Sheet
    paper: Paper
    first_is_lead: bool

    @property
    def year(self) -> int | None:
        return self.paper.policy.year

    @cached_property
    def breaks(self) -> frozenset[int] | None:
        return paragraph_breaks(self.sheet, self.paper.start, self.paper.end)

    def read(self) -> Yield_:
        result = Yield_()
        if self.paper.body > self.paper.start:
            self._letter(self.paper.start, self.paper.body, result)
        at = self.paper.body
        for table in self._tables():
            self._flow(at, table.start, result)
            self._table(table, result)
            at = max(at, table.end)
        self._flow(at, self.paper.end, result)
        return result

    def _tables(self) -> list[TaskTable]:
        start, end = self.paper.body, self.paper.end
        view = self.sheet.view
        found = [
            task
            for table in self.sheet.document.tables
            if start <= view.index(table.start) < end and (task := read_table(self.sheet, table))
        ]
        return found or find_flat_tables(self.sheet, start, end)

    # -- running text

    def _letter(self, start: int, end: int, result: Yield_) -> None:
        """A covering letter: passages; a paragraph that asks for reports by a day is a measure of its own."""
        for a, b in paragraphs(self.sheet, start, end, self.breaks):
            if self.asks_for_reports(a, b):
                result.drafts.append(Draft(None, (), ((a, b),), ((a, b),)))
            else:
                result.prose.append(Prose((), a, b))

    def asks_for_reports(self, start: int, end: int) -> bool:
        text = self.sheet.text[start:end]
        return bool(_REPORT.search(text)) and any(
            hit.last and hit.kind is DeadlineKind.BY for hit in find_deadlines(text, self.year)
        )

    def _flow(self, start: int, end: int, result: Yield_) -> None:
        if end <= start:
            return
        flow = Flow(self, start, end)
        drafts, prose = flow.read()
        result.drafts.extend(drafts)
        result.prose.extend(prose)

    # -- tables

    def _table(self, table: TaskTable, result: Yield_) -> None:
        for serial, row in enumerate(table.rows):
            body = row.cells.get(Column.BODY, ())
            if not body:
                continue
            placed = tuple(self._cell_clauses(row))
            result.drafts.append(
                Draft(
                    number=row.number,
                    section=row.sections,
                    body=body,
                    extent=row.extent,
                    clauses=placed,
                    plan=row.cells.get(Column.PLAN, ()),
                    serial=serial,
                    style="row",
                    table=row,
                )
            )

    def _cell_clauses(self, row: Row) -> Iterable[Placed]:
        roles = {Column.LEAD: Role.LEAD, Column.RESPONSIBLE: Role.RESPONSIBLE}
        for column, stretches in row.cells.items():
            text, at = self._joined(stretches)
            if column is Column.UNITS:
                yield from (Placed(c, at) for c in self._unit_cell(text))
            elif column in roles:
                units = tuple((hit, roles[column]) for hit in parse_units(text))
                if column is Column.RESPONSIBLE and Column.LEAD not in row.cells and self.first_is_lead and units:
                    units = ((units[0][0], Role.LEAD), *units[1:])
                yield Placed(Clause(0, len(text), units, (), None, "cell"), at)
            elif column is Column.DEADLINE:
                limits = tuple((hit, None) for hit in read_limits(text, self.year))
                yield Placed(Clause(0, len(text), (), limits, None, "cell"), at)

    def _unit_cell(self, text: str) -> list[Clause]:
        found = find_clauses(f"（{text}）", first_is_lead=True, year=self.year)
        if found:
            return [_shift(c, -1) for c in found]
        hits = parse_units(text)
        units = tuple((hit, Role.LEAD if i == 0 else Role.RESPONSIBLE) for i, hit in enumerate(hits))
        return [Clause(0, len(text), units, (), None, "cell")]

    def _joined(self, stretches: Sequence[Stretch]) -> tuple[str, Callable[[int], int]]:
        text = "".join(self.sheet.text[a:b] for a, b in stretches)
        places = [n for a, b in stretches for n in range(a, b)]
        return text, lambda p: places[min(p, len(places) - 1)] if p < len(places) else places[-1] + 1


def _shift(clause: Clause, by: int) -> Clause:
    def moved(hit: UnitHit) -> UnitHit:
        return replace(hit, start=hit.start + by, end=hit.end + by)

    def moved_date(hit: DateHit) -> DateHit:
        return replace(hit, start=hit.start + by, end=hit.end + by)

    return replace(
        clause,
        start=max(0, clause.start + by),
        end=max(0, clause.end + by),
        units=tuple((moved(h), r) for h, r in clause.units),
        deadlines=tuple((moved_date(h), w) for h, w in clause.deadlines),
        plan=(clause.plan[0] + by, clause.plan[1] + by) if clause.plan else None,
    )


def is_wrapped(sheet: Sheet, start: int, end: int) -> bool:
    """Are lines cut by a page's width?  Then most lines end in the middle of a sentence."""
    lines = [line for line in sheet.lines_between(start, end) if line.end - line.start >= 12]
    if len(lines) < 8:
        return False
    broken = sum(sheet.text[line.end - 1] not in "。；：！？）”」…." for line in lines)
    return broken > 0.3 * len(lines)


def paragraphs(sheet: Sheet, start: int, end: int, breaks: frozenset[int] | None) -> list[Stretch]:
    """Paragraphs of plain text, at most PASSAGE_LENGTH long; `breaks` as of `paragraph_breaks`."""
    cuts = [line.start for line in sheet.lines_between(start, end) if breaks is None or line.start in breaks]
    points = sorted({start, *cuts, end})
    found = [piece for a, b in zip(points, points[1:], strict=False) for piece in _at_most(sheet.text, a, b)]
    return [(a, b) for a, b in found if b > a and re.search(r"\w", sheet.text[a:b])]


def paragraph_breaks(sheet: Sheet, start: int, end: int) -> frozenset[int] | None:
    """The folded line starts that begin a paragraph; None where every line is one.

    In wrapped text a printed row may be several lines (cut after a comma), so lines are summed to rows: a
    paragraph ends with a sentence on a row that has room left for the line that follows."""
    if not is_wrapped(sheet, start, end):
        return None
    lines = sheet.lines_between(start, end)
    widths = [_width(sheet.text[line.start : line.end]) for line in lines]
    full = sorted(widths)[int(len(widths) * 0.95)] if widths else 0.0
    breaks = {lines[0].start} if lines else set()
    row = 0.0
    for i, line in enumerate(lines[:-1]):
        row = row + widths[i] if row + widths[i] <= full + 1 else widths[i]
        ends = sheet.text[line.end - 1] in "。！？：；）”"
        if row < full - 2.5 and row + widths[i + 1] > full + 1 and ends:
            breaks.add(lines[i + 1].start)
            row = 0.0
    return frozenset(breaks)


def _width(text: str) -> float:
    """Printed width in full-width characters."""
    return sum(0.5 if char < "\u0100" else 1.0 for char in text)


def _at_most(text: str, start: int, end: int) -> list[Stretch]:
    """Cut a long stretch at full stops so that no piece is longer than PASSAGE_LENGTH."""
    pieces: list[Stretch] = []
    while end - start > PASSAGE_LENGTH:
        cut = text.rfind("。", start + PASSAGE_LENGTH // 2, start + PASSAGE_LENGTH) + 1
        cut = cut or text.rfind("；", start + PASSAGE_LENGTH // 2, start + PASSAGE_LENGTH) + 1
        cut = cut or start + PASSAGE_LENGTH
        pieces.append((start, cut))
        start = cut
    pieces.append((start, end))
    return pieces


# ---- running text as drafts ----------------------------------------------------------------------------------


@dataclass
class Flow:
    """A stretch of running text: its outline, the clauses under each number, and what they make of them."""

    reading: Reading
    start: int
    end: int
    nodes: list[Node] = field(default_factory=list)
    children: dict[int, list[int]] = field(default_factory=dict)
    clauses: dict[int, list[Clause]] = field(default_factory=dict)
    absorbed: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sheet = self.reading.sheet
        self.sheet = sheet
        self.text = sheet.text
        self.breaks = self.reading.breaks
        self.wrapped = self.breaks is not None
        markers = self._markers()
        self.nodes = nest(markers, self.end)
        self.tail = self._annex_list()
        self._relate()
        self._absorb_plans()
        for n, node in enumerate(self.nodes):
            if n not in self.absorbed:
                self.clauses[n] = self._find_clauses(node.body, self._stop(n))
        self._absorb_parts()
        self.drafts: list[Draft] = []
        self.prose: list[Prose] = []

    def _markers(self) -> list[Marker]:
        found = {m.start: m for m in find_markers(self.sheet, self.start, self.end)}
        view = self.sheet.view
        for heading in self.sheet.document.headings:
            at = view.index(heading.start)
            stop = view.index(heading.end)
            if self.start <= at < self.end and at not in found and stop > at:
                found[at] = Marker(f"heading{heading.level}", 0, None, at, at)
        for line in self.sheet.lines_between(self.start, self.end):
            words = self.text[line.start : line.end]
            if line.start in found or len(words) > 15 or not _LABEL_LINE.fullmatch(words) or _FIELD.search(words):
                continue
            if line.end in found:
                found[line.start] = Marker("label", 0, None, line.start, line.start)
        return [found[at] for at in sorted(found)]

    def _annex_list(self) -> int:
        """Where a closing list of annexes begins (附件：1.… 2.…); its entries are no tasks."""
        for line in self.sheet.lines_between(self.start, self.end):
            if _ANNEX_LIST.match(self.text, line.start):
                rest = self.text[line.start : self.end]
                if len(rest) < 1200 and "。" not in rest[:400]:
                    return line.start
        return self.end

    def _relate(self) -> None:
        for n, node in enumerate(self.nodes):
            self.children.setdefault(node.parent, []).append(n)

    def _descendants(self, n: int) -> list[int]:
        found: list[int] = []
        for child in self.children.get(n, []):
            found.append(child)
            found.extend(self._descendants(child))
        return found

    def _absorb_plans(self) -> None:
        """Numbers under an open 计划举措： are parts of the plan, not tasks."""
        for n, node in enumerate(self.nodes):
            if n in self.absorbed:
                continue
            own = self.text[node.body : node.end]
            found = _PLAN_FIELD.search(own)
            if found and _FIELD.search(own[: found.start()] or "") and self.children.get(n):
                for child in self._descendants(n):
                    self.absorbed[child] = n

    def _absorb_parts(self) -> None:
        """（1）…；（2）…（clause）: parts of one sentence with one clause at its end are one measure."""
        for n, node in enumerate(self.nodes):
            below = self._descendants(n)
            if n in self.absorbed or not below or self.clauses.get(n):
                continue
            if any(self.nodes[c].style not in ("round", "half_round", "circle", "bullet") for c in below):
                continue
            having = [c for c in below if self._closing(c)]
            intro = self.text[node.body : node.end]
            joined = intro.endswith("：") or all(self._own_text(c).endswith("；") for c in below[:-1])
            if having == below[-1:] and len(below) > 1 and joined:
                for child in below:
                    self.absorbed[child] = n
                self.clauses[n] = self._find_clauses(node.body, self._stop(n))

    def _own_text(self, n: int) -> str:
        return self.text[self.nodes[n].body : self.nodes[n].end]

    def _stop(self, n: int) -> int:
        """Where the node's text ends, with everything that it absorbed."""
        stop = self.nodes[n].end
        for child in range(n + 1, len(self.nodes)):
            if self.absorbed.get(child) != n:
                break
            stop = self.nodes[child].end
        return min(stop, max(self.tail, self.nodes[n].body))

    def _find_clauses(self, start: int, end: int) -> list[Clause]:
        return find_clauses(
            self.text[start:end], first_is_lead=self.reading.first_is_lead, year=self.reading.year
        )

    def _closing(self, n: int) -> list[Clause]:
        return [c for c in self.clauses.get(n, []) if closes(c)]

    # -- sections

    def _section(self, n: int) -> tuple[str, ...]:
        """The headings above a node, the highest first."""
        path: list[str] = []
        at = self.nodes[n].parent
        while at >= 0:
            path.append(self.heading(at))
            at = self.nodes[at].parent
        return tuple(reversed(path))

    def heading(self, n: int) -> str:
        """A node's heading as printed: up to its full stop, or the line (the lines, where it is cut) it stands on."""
        node = self.nodes[n]
        end = self.sheet.line_end(node.start)
        stop = self.text.find("。", node.start, min(node.end, node.start + 90))
        clause = next(iter(self.clauses.get(n, [])), None)
        limit = node.body + clause.start if clause else node.end
        if 0 <= stop < end:
            end = stop
        elif stop >= 0 and end - node.start >= 24 and self.wrapped and stop - node.start <= 60:
            end = stop
        end = min(end, node.end, max(limit, node.body + 1))
        return self.sheet.view.printed(node.start, end).rstrip("：:")

    # -- reading

    def read(self) -> tuple[list[Draft], list[Prose]]:
        first = self.nodes[0].start if self.nodes else self.end
        self._plain((), self.start, min(first, self.tail), None)
        leaves: list[int] = []
        for n, node in enumerate(self.nodes):
            if n in self.absorbed:
                continue
            if node.start >= self.tail:
                self._keep((), node.start, node.end, None)
                continue
            if self._closing(n):
                self._with_clauses(n)
            elif [c for c in self.children.get(n, []) if c not in self.absorbed]:
                self._heading_text(n)
            else:
                leaves.append(n)
                self.drafts.append(self._bare(n))
        if self.tail < self.end and (not self.nodes or self.nodes[-1].start < self.tail):
            self._plain((), self.tail, self.end, None)
        self.drafts = self._inherit_clauses(self.drafts)
        self._settle_bare()
        return self.drafts, self.prose

    def _bare(self, n: int) -> Draft:
        node = self.nodes[n]
        stop = max(self._stop(n), node.body)
        return Draft(
            self._number(n), self._section(n), ((node.body, stop),), ((node.start, stop),), node=n, style=node.style
        )

    def _number(self, n: int) -> str | None:
        node = self.nodes[n]
        if node.style in ("round", "circle") and node.parent >= 0 and self._restarts(node.style):
            parent = self.nodes[node.parent]
            if parent.style == "dot":
                return f"{parent.printed}（{node.printed}）" if node.style == "round" else f"{parent.printed}{node.printed}"
        return node.printed

    def _restarts(self, style: str) -> bool:
        ones = sum(node.style == style and node.number == 1 for n, node in enumerate(self.nodes) if n not in self.absorbed)
        return ones > 1 or self._main_style() == "dot"

    def _main_style(self) -> str:
        counted = Counter(self.nodes[n].style for n in self.clauses if self._closing(n))
        return counted.most_common(1)[0][0] if counted else ""

    def _heading_text(self, n: int) -> None:
        """What follows a heading before its first item, kept as a passage together with the heading."""
        node = self.nodes[n]
        stop = self._stop(n)
        heading_end = node.start + len(self.heading(n))
        if re.search(r"\w", self.text[heading_end:stop]):
            self._plain(self._section(n), node.start, stop, node.printed)

    def _plain(self, section: tuple[str, ...], start: int, end: int, number: str | None) -> None:
        """Plain text between numbers: passages; a paragraph with a clause of its own is a measure."""
        if end <= start:
            return
        if number is None:
            found = [c for c in self._find_clauses(start, end) if closes(c)]
            if found:
                self._paragraph_measures(section, start, end, found)
                return
        self._keep(section, start, end, number)

    def _keep(self, section: tuple[str, ...], start: int, end: int, number: str | None) -> None:
        for a, b in paragraphs(self.sheet, start, end, self.breaks):
            self.prose.append(Prose(section, a, b, number))

    def _paragraph_measures(self, section: tuple[str, ...], start: int, end: int, found: Sequence[Clause]) -> None:
        cursor = start
        for clause in found:
            at, stop = start + clause.start, start + clause.end
            begin = self._paragraph_start(cursor, at)
            if begin > cursor:
                self._keep(section, cursor, begin, None)
            self._draft(None, section, begin, at, stop, clause, start, -1)
            cursor = stop
        self._rest(section, cursor, end, None)

    def _paragraph_start(self, cursor: int, at: int) -> int:
        """The start of the paragraph that a clause at `at` closes (the one above, for a clause on its own line)."""
        if self.wrapped:
            return cursor
        starts = [line.start for line in self.sheet.lines_between(cursor, at)]
        return max([cursor, *starts[-1:]])

    def _rest(self, section: tuple[str, ...], cursor: int, end: int, number: str | None) -> None:
        while cursor < end and self.text[cursor] in _CLAUSE_MARKS:
            cursor += 1
        if cursor < end and re.search(r"[\u4e00-\u9fffA-Za-z]{2}", self.text[cursor:end]):
            self._keep(section, cursor, end, number)

    def _draft(
        self,
        number: str | None,
        section: tuple[str, ...],
        begin: int,
        at: int,
        stop: int,
        clause: Clause,
        origin: int,
        n: int,
    ) -> None:
        """Add the measure of the words [begin, at) with the clause [at, stop)."""
        while begin < at and self.text[begin] in _CLAUSE_MARKS:
            begin += 1
        placed = Placed(clause, lambda p, o=origin: o + p)  # type: ignore[misc]
        plan = ((origin + clause.plan[0], origin + clause.plan[1]),) if clause.plan else ()
        if begin >= at and self.drafts and self.drafts[-1].extent[-1][1] <= begin <= self.drafts[-1].extent[-1][1] + 2:
            last = self.drafts[-1]  # a further clause right after the first one belongs to the same words
            self.drafts[-1] = replace(
                last,
                clauses=(*last.clauses, placed),
                extent=(*last.extent[:-1], (last.extent[-1][0], stop)),
                plan=last.plan + plan,
            )
            return
        own_line = self.sheet.at_line_start(at)
        style = self.nodes[n].style if n >= 0 else ""
        body = ((begin, at),) if at > begin else ()
        self.drafts.append(
            Draft(number, section, body, ((begin, stop),), (placed,), plan, node=n, style=style, clause_on_own_line=own_line)
        )

    def _with_clauses(self, n: int) -> None:
        """A node with clauses: one measure each, of the words since the clause before."""
        node = self.nodes[n]
        stop = self._stop(n)
        closing = self._closing(n)
        section = self._section(n)
        if self.children.get(n) and any(c not in self.absorbed and self._subtree_has_clause(c) for c in self.children[n]):
            if len(closing) == 1 and not self._is_item(n):
                pass
        number = self._number(n)
        spread = self._paragraph_spread(n, closing)
        cursor = node.body
        parts = self._parts(node, closing)
        for i, clause in enumerate(closing):
            at, end = node.body + clause.start, node.body + clause.end
            begin = cursor
            label = number
            if parts:
                begin, label = self._part_start(cursor, at, number, i)
                if begin > cursor and i == 0:
                    self._keep(section, node.start, self._before_part(begin), number)
            elif not self.wrapped and (i > 0 or spread):
                begin = self._paragraph_start(cursor, at)
                label = None if begin > node.body else number
                if begin > cursor:
                    self._keep(section, node.start if cursor == node.body else cursor, begin, number)
                    if i == 0 and spread:
                        section = (*section, self.heading(n))
            self._draft(label, section, begin, at, end, clause, node.body, n)
            cursor = end
        self._rest(section, cursor, stop, None)

    def _subtree_has_clause(self, n: int) -> bool:
        return bool(self._closing(n)) or any(self._subtree_has_clause(c) for c in self.children.get(n, []))

    def _is_item(self, n: int) -> bool:
        return True

    def _paragraph_spread(self, n: int, closing: Sequence[Clause]) -> bool:
        """Is the numbered line a heading over several paragraphs that each have a clause?"""
        if self.wrapped or len(closing) < 2:
            return False
        node = self.nodes[n]
        line_end = self.sheet.line_end(node.start)
        return node.body + closing[0].start > line_end

    def _parts(self, node: Node, closing: Sequence[Clause]) -> bool:
        """Do run-in parts （1）…（2）… carry the clauses of this node?"""
        if len(closing) < 2:
            return False
        second = self.text[node.body + closing[0].end : node.body + closing[1].start]
        return bool(_PART.match(second.lstrip(_CLAUSE_MARKS)))

    def _part_start(self, cursor: int, at: int, number: str | None, i: int) -> tuple[int, str | None]:
        marks = list(_PART.finditer(self.text, cursor, at))
        if not marks:
            return cursor, number
        mark = marks[0]
        if i == 0:
            ones = [m for m in marks if (m.group(1) == "1" or m.group(2) == "①")]
            mark = ones[0] if ones else marks[0]
        label = f"（{mark.group(1)}）" if mark.group(1) else mark.group(2)
        return mark.end(), f"{number}{label}" if number else mark.group(1) or mark.group(2)

    def _before_part(self, begin: int) -> int:
        """The end of the words before a run-in （1）."""
        found = re.search(r"(?:（\d{1,2}）|[①-⑳])$", self.text[max(0, begin - 4) : begin])
        return begin - (len(found.group()) if found else 0)

    # -- clauses that hold for a group, and items without any

    def _inherit_clauses(self, drafts: list[Draft]) -> list[Draft]:
        """A clause that closes a group of numbers holds for all of them."""
        grouping = self._groups_at_end(drafts)
        result: list[Draft] = []
        waiting: list[int] = []
        for draft in drafts:
            if draft.node < 0:
                waiting = []
                result.append(draft)
                continue
            if waiting and self.nodes[drafts_node(result[waiting[0]])].parent != self.nodes[draft.node].parent:
                waiting = []
            if not draft.clauses:
                waiting.append(len(result))
                result.append(draft)
                continue
            result.append(draft)
            same = [w for w in waiting if result[w].style == draft.style and result[w].section == draft.section]
            if same and (draft.clause_on_own_line or grouping):
                clause = draft.clauses[-1]
                stretch = (clause.at(clause.clause.start), clause.at(clause.clause.end))
                for w in same:
                    result[w] = replace(
                        result[w],
                        clauses=draft.clauses,
                        extent=(*result[w].extent, stretch),
                        plan=draft.plan,
                    )
            waiting = []
        return result

    def _groups_at_end(self, drafts: Sequence[Draft]) -> bool:
        """Does the plan put one clause after each group of numbers?  Told by where clauses are and are not."""
        sections: dict[tuple[str, ...], list[bool]] = {}
        for draft in drafts:
            if draft.node >= 0:
                sections.setdefault(draft.section, []).append(bool(draft.clauses))
        with_any = [flags for flags in sections.values() if any(flags) and len(flags) > 1]
        closed = [flags for flags in with_any if flags[-1] and not any(flags[:-1])]
        return len(closed) >= 2 and len(closed) >= 0.6 * len(with_any)

    def _settle_bare(self) -> None:
        """Items without a clause: measures where they belong to the list of tasks, passages otherwise."""
        with_clause = [d for d in self.drafts if d.clauses]
        main = self._list_style(with_clause)
        kept: list[Draft] = []
        last: Draft | None = None
        task_sections = self._task_sections()
        for draft in self.drafts:
            if draft.clauses or self._belongs(draft, main, last, bool(with_clause), task_sections):
                kept.append(draft)
                if draft.node >= 0 and draft.style == main:
                    last = draft
                continue
            if self.reading.asks_for_reports(*draft.body[0]):
                kept.append(draft)
                continue
            node = self.nodes[draft.node]
            self._keep(draft.section, node.start, draft.body[0][1], draft.number)
        self.drafts = kept

    def _task_sections(self) -> set[str]:
        """The top headings that say that the tasks stand below them; empty where none says so."""
        tops = [self.heading(n) for n, node in enumerate(self.nodes) if node.parent == -1]
        for pattern in (_TASK_SECTION, _MEASURE_SECTION):
            found = {top for top in tops if pattern.search(bare_heading(top))}
            if found:
                return found
        return set()

    def _list_style(self, with_clause: Sequence[Draft]) -> str:
        numbered = [d.style for d in with_clause if d.node >= 0]
        if numbered:
            return Counter(numbered).most_common(1)[0][0]
        leaves = [d for d in self.drafts if d.node >= 0 and not self._in_frame(d)]
        counted = Counter(d.style for d in leaves if d.style in ("dot", "round", "han_round", "article", "han", "han_dot", "task"))
        return counted.most_common(1)[0][0] if counted else ""

    def _in_frame(self, draft: Draft) -> bool:
        path = [*draft.section, self.heading(draft.node)]
        above = path[:-1] or path
        return any(is_frame(heading, top=i == 0) for i, heading in enumerate(above))

    def _belongs(self, draft: Draft, main: str, last: Draft | None, has_clauses: bool, task_sections: set[str]) -> bool:
        if draft.node < 0 or draft.style != main or not draft.body or draft.body[0][1] - draft.body[0][0] < 6:
            return False
        node = self.nodes[draft.node]
        continues = last is not None and node.number == self.nodes[last.node].number + 1 and node.number > 1
        same_parent = last is not None and self.nodes[last.node].parent == node.parent
        if continues and (not same_parent or self._runs_through(main)):
            return True
        if self._in_frame(draft):
            return False
        if has_clauses:
            return continues or self._sibling_has_clause(draft.node)
        return not task_sections or not draft.section or draft.section[0] in task_sections or continues

    def _runs_through(self, style: str) -> bool:
        """Are the numbers of a style counted through the whole plan?"""
        return sum(node.style == style and node.number == 1 for node in self.nodes) == 1

    def _sibling_has_clause(self, n: int) -> bool:
        return any(self._closing(s) for s in self.children.get(self.nodes[n].parent, []))


def bare_heading(heading: str) -> str:
    """A heading without its number."""
    return re.sub(r"^(?:第[^章节部分条]{1,4}[章节部分条]|（?[一二三四五六七八九十\d]+）?[、.]?)", "", heading)


def is_frame(heading: str, *, top: bool = True) -> bool:
    """Is this a heading of aims or of organisation, not of tasks?"""
    words = bare_heading(heading)
    return bool(_FRAME.fullmatch(words) or (top and _FRAME_LOOSE.search(words)))


def drafts_node(draft: Draft) -> int:
    return draft.node


def closes(clause: Clause) -> bool:
    """Does the clause close a measure (a bracket, labelled lines), rather than stand inside its sentences?"""
    return not clause.style.startswith("prose")


# ---- spans ---------------------------------------------------------------------------------------------------


@dataclass
class Writer:
    """Turns drafts into measures and passages of one policy."""

    sheet: Sheet
    policy: Policy
    offset: int
    warnings: list[str] = field(default_factory=list)

    def _id(self, start: int, ordinal: int, kind: str) -> str:
        place = self.sheet.view.offsets[start] if start < len(self.sheet.view.offsets) else 0
        seed = f"{self.sheet.document.sha256}:{place}:{ordinal}:{kind}"
        return hashlib.blake2b(seed.encode(), digest_size=8).hexdigest()

    def _span(self, stretch: Stretch) -> Span:
        return self.sheet.view.span(*stretch)

    def _text(self, stretches: Iterable[Stretch]) -> str:
        source = self.sheet.document.text
        offsets = self.sheet.view.offsets
        return "".join(tidy(source[offsets[a] : offsets[b - 1] + 1]) for a, b in stretches if b > a)

    def measures(self, drafts: Sequence[Draft]) -> list[Measure]:
        found: list[Measure] = []
        for draft in drafts:
            body = tuple((a, b) for a, b in draft.body if b > a) or tuple((a, b) for a, b in draft.extent if b > a)
            if not body:
                continue
            mentions = tuple(self._mentions(draft))
            deadlines = tuple(self._deadlines(draft, body))
            plan = tuple((a, b) for a, b in draft.plan if b > a)
            found.append(
                Measure(
                    id=self._id(body[0][0], len(found), "m"),
                    policy=self.policy,
                    section=draft.section,
                    number=draft.number,
                    text=self._text(body),
                    parts=tuple(map(self._span, body)),
                    extent=tuple(map(self._span, (s for s in draft.extent if s[1] > s[0]))),
                    mentions=mentions,
                    deadlines=deadlines,
                    plan=self._text(plan) if plan else None,
                    plan_parts=tuple(map(self._span, plan)),
                    has_clause=bool(draft.clauses),
                    doubts=draft.doubts,
                )
            )
        return found

    def _mentions(self, draft: Draft) -> Iterable[Mention]:
        for placed in draft.clauses:
            for hit, role in placed.clause.units:
                span = self.sheet.view.span(placed.at(hit.start), placed.at(hit.end - 1) + 1)
                yield Mention(hit.name, role, span, hit.kind, draft.inherited)

    def _deadlines(self, draft: Draft, body: Sequence[Stretch]) -> list[Deadline]:
        found: list[Deadline] = []
        for placed in draft.clauses:
            for hit, who in placed.clause.deadlines:
                span = self.sheet.view.span(placed.at(hit.start), placed.at(hit.end - 1) + 1)
                found.append(Deadline(hit.raw, hit.last, hit.kind, span, who))
        units = [hit for placed in draft.clauses for hit, _ in placed.clause.units]
        for a, b in (*body, *(s for s in draft.plan if s[1] > s[0])):
            for hit, who in find_bound_deadlines(self.sheet.text[a:b], self.policy.year, units):
                span = self.sheet.view.span(a + hit.start, a + hit.end)
                found.append(Deadline(hit.raw, hit.last, hit.kind, span, who))
        return _distinct(found)

    def passages(self, prose: Sequence[Prose]) -> list[Passage]:
        return [
            Passage(
                id=self._id(p.start, i, "p"),
                policy=self.policy,
                section=p.section,
                text=self._text([(p.start, p.end)]),
                parts=(self._span((p.start, p.end)),),
                number=p.number,
            )
            for i, p in enumerate(sorted(prose, key=lambda p: p.start))
        ]


def _distinct(deadlines: Iterable[Deadline]) -> list[Deadline]:
    """Each distinct limit once, in source order of first naming; a limit with whom it binds beats one without."""
    kept: list[Deadline] = []
    for deadline in deadlines:
        for i, other in enumerate(kept):
            same_day = other.date == deadline.date and (deadline.date is not None or other.raw == deadline.raw)
            same_words = deadline.raw in other.raw or other.raw in deadline.raw
            if same_day and (other.who == deadline.who or ((not deadline.who or not other.who) and same_words)):
                if deadline.who and not other.who:
                    kept[i] = deadline
                break
        else:
            kept.append(deadline)
    return sorted(kept, key=lambda d: d.span.start)


_KINDS = DeadlineKind
