"""Running text as drafts: the outline of a stretch, the clauses under each number, and what they make of them.

A clause closes the words before it, so a number with several clauses is several measures; a clause that closes a
group of numbers, or stands in their heading, holds for all of them.  A number without any is a measure where it
belongs to the plan's own list of tasks, and a passage otherwise.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from index_build.clauses import Clause, find_clauses, may_rule_widely, shifted
from index_build.dates import find_dates, find_deadlines
from index_build.defaults import find_default_limits
from index_build.drafts import Draft, Drafts, Placed, Prose, Stretch, merged
from index_build.frames import is_frame, task_headings
from index_build.labels import label_before
from index_build.leads import lead_of_heading
from index_build.model import DeadlineKind, Role
from index_build.names import is_unit_list, parse_units
from index_build.outline import TASK_WORDS, Marker, Node, Sheet, find_markers, nest, read_marker
from index_build.own_labels import OwnLabels
from index_build.paragraphs import paragraphs
from index_build.shares import find_shares, give_shares
from index_build.text import fold

_FIELD = re.compile(
    r"(?:牵头|责任|配合|主办|协办|参与|参加|主责|实施|落实|支持)(?:单位|部门|处室|科室|领导|人|主体)|"
    r"举措|措施|完成(?:时限|时间|期限)|时间节点|时限"
)
_NUMBERED_FIELD = re.compile(
    rf"(?:改革|工作|任务|主要|具体|重点)?(?:内容|目标|依据)：|(?:{_FIELD.pattern})[^，。；：]{{0,6}}："
)
_BARS = str.maketrans("｜|│丨", "；；；；")  # between fields on one line
_PLAN_FIELD = re.compile(
    r"(?:计划举措|主要举措|工作举措|具体举措|推进措施|落实措施|工作措施|推进计划|具体措施|落实举措)："
)
# 【责任单位】区财政局: a label set off by brackets, its value after them.
_BRACKETED_LABEL = re.compile(rf"[【〖]((?:{_FIELD.pattern}|计划举措)[^【】〖〗：，。]{{0,6}})[】〗](：?)")
# The end of a measure that says in words who does it, a time after it or not.
_SAID_AT_END = re.compile(
    r"(?:，|；|。)由(?P<who>(?=[^，。；]{0,60}(?:牵头|负责))[^。；由]{3,120}?(?:牵头|负责|配合|参与|落实|实施|协助|办理))"
    r"(?:，[^。；，]{2,24}(?:前|底|内|末|日|月|到位|完成|建成|推进|坚持|实施))?[。；]?$"
)
# The same before what is to be done: 由市数据局牵头，市财政局配合，建设…
_WHO_BEFORE = r"(?P<who>[^。；，由]{2,60}?(?:牵头|负责|主办)(?:落实|组织|实施|抓总)?(?:，[^。；，]{2,60}?(?:配合|参与|协助|协办|参加|支持))*)，(?=[^，。；]{4})"
_SAID_BEFORE = re.compile(rf"由?{_WHO_BEFORE}")
_SAID_INSIDE = re.compile(rf"[，；。]由{_WHO_BEFORE}")
_RUN_IN = re.compile(
    r"[\d（](?<=[：。；）].)(?:(?<=\d)\d?[.、]|(?<=（)[一二三四五六七八九十]{1,3}）)(?=[\u4e00-\u9fff“])"
)
_RUN_IN_STYLES = ("dot", "han_round")
_CLAUSE_END = re.compile(r"）[。；]?$")
# In a plan whose first unit leads, a bracket of several units ends a measure wherever a full stop follows it.
_LIST_IN_LINE = re.compile(r"((?<![局办委厅])（[^（）。；]{2,}[、，][^（）。；]{2,}）)。")
_LABEL_LINE = re.compile(r"[^，。；、]{2,14}：$")
# The time of a stage in its heading: 巩固提升阶段（2024年11月至12月）.
_TIME_NOTE = re.compile(r"（(?:时间：|完成时限：)?(?P<time>[^（）]{2,30})）[：。]?$")
_PART = re.compile(r"（(\d{1,2})）|([①-⑳])")
# Labels of persons between the words and the clause (责任领导：某某): in the extent, not in the words.
_PERSON_LINES = re.compile(
    r"(?:(?:责任|牵头|分管|包联|包抓|挂钩|市级|县级|区级)领导|(?:直接|具体|第一)?责任人|联系人|联络员)(?:及电话)?：[^：。；]{1,24}[。；]?$"
)
_PERSON_LINE = 40  # characters that such a line has at most
_MARKS = "。；，、.;"
_ANNEX_LIST = re.compile(r"附件(?:：|\d|[一二三四五六七八九十])")
_WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z]{2}")
_LISTED = (
    "dot",
    "round",
    "han_round",
    "article",
    "han",
    "han_dot",
    "half_round",
    "circle",
    "zero",
    "part",
    "letter",
    *TASK_WORDS,
)
_FIELD_STYLES = ("dot", "round", "half_round", "circle", "bullet")
_PART_STYLES = ("round", "half_round", "circle", "bullet")
# Articles of purpose and of force: no tasks in a plan that names units for its tasks.
_PURPOSE = re.compile(r"(?:制定|特制定|提出)(?:本|如下|以下)[^。]{0,12}。?$")
_FORCE = re.compile(
    r"本[^，。]{1,8}(?:适用于|所称|所指)|(?:本[^，。]{1,12}|本)自[^。]{2,30}(?:施行|实施|执行)[^。]{0,30}(?:。|$)|本[^，。]{1,10}由[^。]{2,40}负责解释[^。]{0,20}。?"
)
_CLOSING_LINE = re.compile(
    r"本[^，。；]{1,14}自[^。；]{2,40}(?:施行|实施|执行)|本[^，。；]{1,10}由[^。；]{2,40}负责解释|附件?[：:]|附件[\d一二三四五六七八九十]|抄送："
)
_NEAR = 400  # entries of the outline to look at for numbers of the same kind
_CHAPTER = 500
_SHORT = 4  # a numbered entry of fewer characters says nothing


def is_no_task(words: str) -> bool:
    """Whether an article is one of purpose, of scope, of terms or of force."""
    return _FORCE.match(words) is not None or _PURPOSE.search(words) is not None


def read_flow(
    sheet: Sheet,
    start: int,
    end: int,
    *,
    breaks: frozenset[int] | None,
    first_is_lead: bool,
    year: int | None,
    is_duty: Callable[[int, int], bool],
    title: str = "",
    own_labels: OwnLabels | None = None,
) -> Drafts:
    """Read folded [start, end) of a paper.  `is_duty` says of a numbered entry outside the list of tasks that it
    asks somebody to do something by a day, which makes it a measure all the same; `title`, the paper's, is no heading;
    `own_labels` are the paper's labels that no list has."""
    if end <= start:
        return Drafts()
    return _Flow(sheet, start, end, breaks, first_is_lead, year, is_duty, title, own_labels).read()


class _Flow:
    def __init__(
        self,
        sheet: Sheet,
        start: int,
        end: int,
        breaks: frozenset[int] | None,
        first_is_lead: bool,
        year: int | None,
        is_duty: Callable[[int, int], bool],
        title: str,
        own_labels: OwnLabels | None,
    ) -> None:
        self.sheet, self.text = sheet, sheet.text
        self.start, self.end = start, end
        self.breaks, self.first_is_lead, self.year, self.is_duty = breaks, first_is_lead, year, is_duty
        self.title = fold(title)
        self.own_labels = own_labels
        self.found = Drafts()
        self.drafts: list[Draft] = []
        self.masked: list[Stretch] = []
        self.is_plain, self.wide = sheet.text is sheet.view.text, may_rule_widely(self.text, start, end)
        self.tail = self._annex_list()
        markers = self._markers()
        self.tail = min(self.tail, self._closing(markers[-1].body if markers else start))
        self.nodes: list[Node] = nest(markers, end)
        self.children: dict[int, list[int]] = {}
        for n, node in enumerate(self.nodes):
            self.children.setdefault(node.parent, []).append(n)
        self.absorbed: dict[int, int] = {}
        self.closing: dict[int, list[Clause]] = {}
        self.inner: dict[int, list[Clause]] = {}
        self._one_line: dict[str, bool] = {}
        self._headings: dict[int, str] = {}
        self._paths: dict[int, tuple[str, ...]] = {}
        self.spread: set[int] = set()  # nodes that head paragraphs with clauses of their own
        self.details: dict[int, int] = {}  # node → where the text that its children add begins

    # ---- outline -----------------------------------------------------------------------------------------

    def _markers(self) -> list[Marker]:
        found: dict[int, Marker] = {}
        for marker in find_markers(self.sheet, self.start, min(self.end, self.tail)):
            if marker.style in _FIELD_STYLES and self._numbers_a_field(marker.body):
                self.masked.append((marker.start, marker.body))  # "2.牵头单位：…" numbers a field, not a task
            else:
                found[marker.start] = marker
        for marker in self._run_in(found):
            found[marker.start] = marker
        view = self.sheet.view
        for heading in self.sheet.document.headings:
            at, stop = view.index(heading.start), view.index(heading.end)
            if stop <= at or self.text[at:stop] in self.title:
                continue
            if self.start <= at < min(self.end, self.tail) and at not in found:
                found[at] = Marker(f"heading{heading.level}", 0, None, at, at)
        for line in self.sheet.lines_ended("：", self.start, self.end):
            if line.end - line.start > 15 or line.start in found or line.end not in found:
                continue
            words = self.text[line.start : line.end]
            if _LABEL_LINE.fullmatch(words) and not _FIELD.search(words):
                found[line.start] = Marker("label", 0, None, line.start, line.start)
        for line in self.sheet.lines_headed("填", self.start, min(self.end, self.tail)):
            if line.start not in found and is_frame(self.text[line.start : line.end].rstrip("："), top=True):
                found[line.start] = Marker("label", 0, None, line.start, line.start)
        return [found[at] for at in sorted(found)]

    def _numbers_a_field(self, at: int) -> bool:
        """Does a label stand at `at`, after the number or bullet of a field?"""
        colon = self.text.find("：", at, at + 14)
        if colon < 0:
            return False
        label = label_before(self.text, colon, at)
        return bool(_NUMBERED_FIELD.match(self.text, at)) or (label is not None and label[1] == at)

    def _run_in(self, found: dict[int, Marker]) -> Iterator[Marker]:
        """Numbers that follow in the running text on the clause of the number before: 1.甲。（市财政局）2.乙。（…）."""
        known = {at: marker for at, marker in found.items() if marker.style in _RUN_IN_STYLES}
        inside = [
            marker
            for match in _RUN_IN.finditer(self.text, self.start, min(self.end, self.tail))
            if match.start() not in found
            and (marker := read_marker(self.sheet, match.start()))
            and marker.style in _RUN_IN_STYLES
        ]
        for style in _RUN_IN_STYLES:
            line = sorted((m for m in (*known.values(), *inside) if m.style == style), key=lambda m: m.start)
            if self._counts_through(line, found):
                yield from (marker for marker in line if marker.start not in known)
                continue
            for i, marker in enumerate(line):
                before, after = line[i - 1] if i else None, line[i + 1] if i + 1 < len(line) else None
                if marker.start in known:
                    continue
                if (before and self._follows(before, marker)) or (after and self._follows(marker, after)):
                    yield marker

    @staticmethod
    def _counts_through(line: Sequence[Marker], found: dict[int, Marker]) -> bool:
        """Do numbers, those in running text among them, count from 1 on through several numbered paragraphs?"""
        if len(line) < 3 or [m.number for m in line] != list(range(1, len(line) + 1)):
            return False
        heads = sorted(at for at, marker in found.items() if marker.style != line[0].style)
        parts = Counter(bisect_left(heads, m.start) for m in line)
        return len(parts) > 1 and 0 not in parts and max(parts.values()) > 1

    def _follows(self, before: Marker, marker: Marker) -> bool:
        """Does a number go on with the one before, right after its clause?"""
        return (
            marker.number == before.number + 1
            and bool(_CLAUSE_END.search(self.text, max(before.body, marker.start - 2), marker.start))
            and bool(find_clauses(self.text[before.body : marker.start], first_is_lead=self.first_is_lead))
        )

    def _annex_list(self) -> int:
        """Where a closing list of annexes begins (附件：1.… 2.…); its entries are no tasks."""
        for line in self.sheet.lines_headed("附", max(self.start, self.end - 1199), self.end):
            if not _ANNEX_LIST.match(self.text, line.start):
                continue
            if "。" not in self.text[line.start : min(self.end, line.start + 400)]:
                return line.start
        return self.end

    def _closing(self, start: int) -> int:
        """Where, after the last number, the lines on force, annexes and copies begin."""
        for line in self.sheet.lines_between(start + 1, self.tail):
            if _CLOSING_LINE.match(self.text, line.start):
                return line.start
        return self.tail

    def _below(self, n: int) -> list[int]:
        """The nodes under a node, which follow it at once."""
        level, below = self.nodes[n].level, n + 1
        while below < len(self.nodes) and self.nodes[below].level > level:
            below += 1
        return list(range(n + 1, below))

    def _live_children(self, n: int) -> list[int]:
        return [c for c in self.children.get(n, ()) if c not in self.absorbed]

    def _stop(self, n: int) -> int:
        """Where the node's text ends, with everything that it absorbed."""
        child = n + 1
        while self.absorbed.get(child) == n:
            child += 1
        stop = self.nodes[child - 1].end
        return max(min(stop, self.tail), self.nodes[n].body)

    def _own_text(self, n: int) -> str:
        return self.text[self.nodes[n].body : min(self.nodes[n].end, self.tail)]

    def section(self, n: int) -> tuple[str, ...]:
        """The headings above a node, the highest first."""
        return self._path(self.nodes[n].parent)

    def _path(self, n: int) -> tuple[str, ...]:
        """The headings down to node `n`, its own the last; kept once none of them can change any more."""
        if n < 0:
            return ()
        if n in self._paths:
            return self._paths[n]
        parent = self.nodes[n].parent
        path = (*self._path(parent), self.heading(n))
        if n in self._headings and (parent < 0 or parent in self._paths):
            self._paths[n] = path
        return path

    def heading(self, n: int) -> str:
        """A node's heading as printed, its number included."""
        if n not in self._headings:
            words = self._heading_words(n)
            if n not in self.closing and n not in self.absorbed:
                return words  # its clauses, which end a heading, are not read yet
            self._headings[n] = words
        return self._headings[n]

    def _heading_words(self, n: int) -> str:
        return self.sheet.view.printed(self.nodes[n].start, self._heading_end(n)).rstrip("：:")

    def _heading_end(self, n: int) -> int:
        """Up to the full stop, or to the end of its line (of its lines, where the page's width cut it)."""
        node = self.nodes[n]
        end = min(self.sheet.line_end(node.start), node.end)
        stop = self.text.find("。", node.start, min(node.end, node.start + 90))
        if 0 <= stop < end or (
            0 <= stop <= node.start + 60 and self.breaks is not None and end - node.start >= 24
        ):
            end = stop
        if closing := self.closing.get(n):
            end = min(end, max(node.body + closing[0].start, node.body + 1))
        return max(end, min(node.body + 1, node.end))

    # ---- clauses -----------------------------------------------------------------------------------------

    def _read_clauses(self, n: int) -> None:
        origin = self.nodes[n].body
        self.closing[n], self.inner[n] = self._clauses_in(origin, self._stop(n), n)

    def _clauses_in(self, start: int, end: int, n: int = -1) -> tuple[list[Clause], list[Clause]]:
        """The clauses of [start, end), a part of node `n`: those that close words before them, and those inside
        sentences, which count for nothing under aims and organisation."""
        text = self._masked_text(start, end)
        found = find_clauses(
            text, first_is_lead=self.first_is_lead, year=self.year, is_plain=self.is_plain, wide=self.wide
        )
        found = [self._kept_to_its_line(text, start, clause) for clause in found]
        closes = self._close_paragraphs(start, end, found)
        closing: list[Clause] = []
        inner: list[Clause] = []
        for i, clause in enumerate(found):
            if clause.style == "plan-wide":
                self.found.plan_wide.append(Placed(clause, start, inherited=True))
            elif clause.style == "sentence":
                if n >= 0 and self._in_frame(n) and not closes:
                    continue
                at_end = not _WORDS.search(text, clause.end) and clause.start > _SHORT
                (closing if at_end or closes else inner).append(clause)
            elif clause.style == "label lines" and not self._opens(start + clause.start, text, clause.start):
                continue
            elif not self._belongs_to_parent_plan(found, i):
                closing.append(clause)
        return closing, inner

    def _kept_to_its_line(self, text: str, start: int, clause: Clause) -> Clause:
        """Label lines whose last value, a time, would run into the next paragraph: it ends with its line."""
        if clause.style != "label lines" or not clause.deadlines:
            return clause
        value = text.rfind("：", clause.start, clause.end) + 1
        lines = self.sheet.lines_between(start + value + 1, start + clause.end)
        if not lines or self.sheet.at_line_start(start + value):
            return clause
        stop = lines[0].start - start
        if not find_dates(text[value:stop], self.year):
            return clause
        for_all = find_default_limits(self.sheet, start + stop, start + clause.end, self.year)
        if not for_all and (self.breaks is not None or find_dates(text[stop : clause.end], self.year)):
            return clause
        again = find_clauses(text[clause.start : stop], first_is_lead=self.first_is_lead, year=self.year)
        return shifted(again[0], clause.start) if len(again) == 1 else clause

    def _close_paragraphs(self, start: int, end: int, found: Sequence[Clause]) -> bool:
        """Does each paragraph below the first line end in a sentence that says who, under 实施步骤 too?

        After two or more that do, one last paragraph may close the paper."""
        if self.breaks is not None or not found or any(clause.style != "sentence" for clause in found):
            return False
        lines = self.sheet.lines_between(start + 1, end)
        ends = {start + clause.end for clause in found}
        closed = [bool(ends & {line.end, line.end - 1}) for line in lines]
        if len(closed) > 2 and end >= self.tail and not closed[-1]:
            closed.pop()
        return all(closed) and len(closed) == len(found)

    def _masked_text(self, start: int, end: int) -> str:
        """The text as clauses are looked for in it, character for character: the numbers of fields blotted out, and
        the full stop after a bracket that closes a paragraph a line end (bare units in a bracket count only there)."""
        text = self.sheet.view.text[start:end]
        ended = text.find("）。") + 2
        while 2 <= ended < len(text):
            at = start + ended
            if self.sheet.at_line_start(at) and (self.breaks is None or at in self.breaks):
                text = f"{text[: ended - 1]}\n{text[ended:]}"
            ended = text.find("）。", ended) + 2
        if self.first_is_lead and "）。" in text:
            text = _LIST_IN_LINE.sub(lambda found: f"{found[1]}\n", text)
        if "】" in text or "〗" in text:
            text = _BRACKETED_LABEL.sub(_label_with_colon, text)
        text = text.translate(_BARS)
        if self.own_labels:
            text = self.own_labels.put_in(text, start)
        first = bisect_left(self.masked, (start, start)) if self.masked else 0
        for a, b in self.masked[first : bisect_left(self.masked, (end, end))]:
            text = text[: a - start] + "；" * (b - a) + text[b - start :]
        return text

    def _opens(self, at: int, text: str, position: int) -> bool:
        """Do label lines begin here: at the head of a line, after a sentence or a bracket?"""
        return self.sheet.at_line_start(at) or (position > 0 and text[position - 1] in "。；）！”")

    @staticmethod
    def _belongs_to_parent_plan(found: Sequence[Clause], i: int) -> bool:
        """A bare list that a labelled clause follows at once was copied with the words of the plan above."""
        if found[i].style != "list" or i + 1 >= len(found):
            return False
        after = found[i + 1]
        return (
            after.start - found[i].end <= 1 and after.style in ("label lines", "labels") and bool(after.units)
        )

    # ---- what belongs together ------------------------------------------------------------------------------

    def _absorb(self) -> None:
        self._absorb_plans()
        for n in range(len(self.nodes)):
            if n not in self.absorbed:
                self._read_clauses(n)
        for n in range(len(self.nodes)):
            if n not in self.absorbed and self._live_children(n):
                self._absorb_children(n)
        if not any(self.closing.values()):
            self._absorb_under_bare_items()

    def _take_in(self, n: int) -> None:
        for child in self._below(n):
            self.absorbed[child] = n

    def _absorb_plans(self) -> None:
        """Numbers under an open 计划举措： are parts of the plan, not tasks."""
        for n in range(len(self.nodes)):
            if n in self.absorbed or not self.children.get(n):
                continue
            own = self._own_text(n)
            found = _PLAN_FIELD.search(own)
            if found and _FIELD.search(own, 0, found.start()):
                self._take_in(n)

    def _absorb_children(self, n: int) -> None:
        """Children that are parts of their parent's words: of one sentence with one clause at its end, or details
        after the parent's own clause."""
        below = self._below(n)
        having = [c for c in below if self.closing.get(c)]
        intro = self._own_text(n)
        if self.closing.get(n):
            if not having and not self._is_heading_line(n):
                self.details[n] = self._stop(n)
                self._take_in(n)
            return
        parts = all(self.nodes[c].style in _PART_STYLES for c in below)
        if having == below[-1:] and self._sibling_closes(n) and self._closes_on_own_line(below[-1]):
            self._take_in(n)
            self._read_clauses(n)
            return
        joined = intro.endswith("：") or all(self._own_text(c).endswith("；") for c in below[:-1])
        if parts and len(below) > 1 and having in ([], below[-1:]) and joined:
            self._take_in(n)
            self._read_clauses(n)

    def _sibling_closes(self, n: int) -> bool:
        """Do other numbers beside this one carry clauses of their own?"""
        near = range(max(0, n - _NEAR), min(len(self.nodes), n + _NEAR))
        return any(
            self.closing.get(s) and self.nodes[s].style == self.nodes[n].style and not self._live_children(s)
            for s in near
            if s != n
        )

    def _closes_on_own_line(self, n: int) -> bool:
        closing = self.closing[n]
        return len(closing) == 1 and self.sheet.at_line_start(self.nodes[n].body + closing[0].start)

    def _is_heading_line(self, n: int) -> bool:
        """Is the node's own text, before its clause, a heading rather than sentences?"""
        own = self._own_text(n)[: self.closing[n][0].start] if self.closing.get(n) else self._own_text(n)
        return len(own) <= 45 and "。" not in own[:-1] and "，" not in own[12:-1]

    def _absorb_under_bare_items(self) -> None:
        """In a plan without clauses the style with the most entries numbers the tasks; what nests in one is part of it."""
        style = self._list_style([])
        for n, node in enumerate(self.nodes):
            if node.style == style and n not in self.absorbed and self._live_children(n):
                self._take_in(n)

    # ---- reading ------------------------------------------------------------------------------------------

    def read(self) -> Drafts:
        self._absorb()
        first = self.nodes[0].start if self.nodes else self.end
        self._plain((), self.start, min(first, self.tail))
        for n in range(len(self.nodes)):
            if n in self.absorbed:
                continue
            if self.nodes[n].style.startswith("heading") or self.nodes[n].style == "label":
                section = (*self.section(n), self.heading(n))
                self._plain(section, self._heading_end(n), self._stop(n), headed=True)
            elif self.closing.get(n):
                self._with_clauses(n)
            elif self._live_children(n):
                self._heading_text(n)
            else:
                self.drafts.append(self._bare(n))
        if self.tail < self.end:
            self._keep((), self.tail, self.end)
        self._hand_out_shares()
        self._inherit_heading_clauses()
        self._inherit_heading_leads()
        self._inherit_group_clauses()
        self._settle_bare()
        self._inherit_heading_times()
        self.found.measures = self.drafts
        return self.found

    def _hand_out_shares(self) -> None:
        """Give measures the units that the paper gives to their numbers; the words of it are no measure's."""
        heads = {node.start for node in self.nodes}
        shares = find_shares(
            self.sheet,
            self.start,
            self.end,
            heads,
            first_is_lead=self.first_is_lead,
            year=self.year,
            is_wrapped=self.breaks is not None,
        )
        numbered = {d.serial for d in self.drafts if d.node >= 0}
        shares = [share for share in shares if share.numbers & numbered]
        if not shares:
            return
        self.drafts = give_shares(self.drafts, shares)
        for share in shares:
            self._keep((), *share.stretch)

    def _said_in_words(self, start: int, stop: int) -> list[Placed]:
        """The units that a measure without a clause names in words, in its last sentence (…，由县财政局会同县金融办负责)
        or before what they are to do (由市数据局牵头，市财政局配合，建设…)."""
        at_end = _SAID_AT_END.search(self.text, max(start, stop - 160), stop)
        before = _SAID_BEFORE.match(self.text, start, stop) or _SAID_INSIDE.search(self.text, start, stop)
        for found in filter(None, (at_end, before)):
            said = find_clauses(f"（{found['who']}）", year=self.year)
            if len(said) == 1 and said[0].units and said[0].style == "verbs":
                clause = replace(shifted(said[0], -1), start=0, end=len(found["who"]), deadlines=())
                return [Placed(clause, found.start("who"))]
        return []

    def _bare(self, n: int) -> Draft:
        node = self.nodes[n]
        stop = self._bare_stop(n)
        self._rest(self.section(n), stop, self._stop(n))
        own = [Placed(c, node.body) for c in self.inner.get(n, [])]
        if not own and self._gives_units and not self._in_frame(n):
            own = self._said_in_words(node.body, stop)
        return Draft(
            self._number(n),
            self.section(n),
            ((node.body, stop),),
            ((node.start, stop),),
            clauses=tuple(own),
            node=n,
            style=node.style,
            serial=node.number,
        )

    @cached_property
    def _gives_units(self) -> bool:
        """Do most numbers of the plan say who, so that a sentence is their clause where they have no other?"""
        leaves = [n for n in self._leaves() if not self._in_frame(n)]
        having = sum(
            bool(self.closing.get(n))
            or bool(self.inner.get(n))
            or bool(self._said_in_words(self.nodes[n].body, self._stop(n)))
            for n in leaves
        )
        return 2 * having >= len(leaves)

    def _bare_stop(self, n: int) -> int:
        """Where a number without a clause ends: before closing paragraphs that no other number of its kind has."""
        node, stop = self.nodes[n], self._stop(n)
        lines = self.sheet.lines_between(node.body + 1, stop)
        for line in self.sheet.lines_headed("本附抄", node.body + 1, stop):
            if _CLOSING_LINE.match(self.text, line.start):
                return line.start
        if (
            self.breaks is None
            and lines
            and self.text[lines[0].start - 1] == "。"
            and self._is_one_line(node.style)
        ):
            return lines[0].start
        return stop

    def _is_one_line(self, style: str) -> bool:
        """Are the entries of a style paragraphs of one line, but for a few?"""
        if style not in self._one_line:
            leaves = [n for n in self._leaves() if self.nodes[n].style == style]
            long = sum(bool(self.sheet.lines_between(self.nodes[n].start + 1, self._stop(n))) for n in leaves)
            self._one_line[style] = len(leaves) > 2 and long <= 0.2 * len(leaves)
        return self._one_line[style]

    def _number(self, n: int) -> str | None:
        """The number as printed; 13（3） for a part that starts again under each number."""
        node = self.nodes[n]
        if node.style in ("round", "circle") and node.parent >= 0 and node.style in self._restarting:
            parent = self.nodes[node.parent]
            if parent.style == "dot":
                return (
                    f"{parent.printed}（{node.printed}）"
                    if node.style == "round"
                    else f"{parent.printed}{node.printed}"
                )
        return node.printed

    @cached_property
    def _restarting(self) -> frozenset[str]:
        """Part styles that begin again under each number (or whose numbers are the plan's own count)."""
        ones = Counter(
            node.style for n, node in enumerate(self.nodes) if node.number == 1 and n not in self.absorbed
        )
        main = Counter(self.nodes[n].style for n, found in self.closing.items() if found).most_common(1)
        numbered_by_dot = bool(main) and main[0][0] == "dot"
        return frozenset(s for s in ("round", "circle") if ones[s] > 1 or numbered_by_dot)

    def _heading_text(self, n: int) -> None:
        """What follows a heading before its first entry, kept as a passage together with the heading."""
        stop = min(self.nodes[n].end, self.tail)
        if re.search(r"\w", self.text[self._heading_end(n) : stop]):
            self._keep(self.section(n), self.nodes[n].start, stop, self.nodes[n].printed)

    def _plain(self, section: tuple[str, ...], start: int, end: int, *, headed: bool = False) -> None:
        """Plain text: passages; a paragraph with a clause of its own is a measure without a number.

        Under a heading (`headed`) one clause on a line of its own closes all paragraphs above it."""
        if end <= start:
            return
        cursor = start
        closing = self._clauses_in(start, end)[0]
        for clause in closing:
            at = start + clause.start
            begin = self._paragraph_start(cursor, at)
            if headed and len(closing) == 1 and self.sheet.at_line_start(at):
                begin = start
            if begin > cursor > start:
                cursor = self._finish_paragraph(cursor, begin)
            self._keep(section, cursor, begin)
            self._draft(None, section, begin, at, Placed(clause, start), -1)
            cursor = start + clause.end
        if cursor > start and self.drafts:
            cursor = self._finish_paragraph(cursor, end)
        for a, b in paragraphs(self.sheet, cursor, end, self.breaks):
            if self.is_duty(a, b):
                self.drafts.append(Draft(None, section, ((a, b),), ((a, b),)))
            else:
                self._rest(section, a, b)

    def _keep(self, section: tuple[str, ...], start: int, end: int, number: str | None = None) -> None:
        if end > start:
            for a, b in paragraphs(self.sheet, start, end, self.breaks):
                self.found.prose.append(Prose(section, a, b, number))

    def _rest(self, section: tuple[str, ...], cursor: int, end: int) -> None:
        while cursor < end and self.text[cursor] in _MARKS:
            cursor += 1
        if cursor < end and _WORDS.search(self.text, cursor, end):
            self._keep(section, cursor, end)

    def _paragraph_start(self, cursor: int, at: int) -> int:
        """The start of the paragraph that a clause at `at` closes (the one above, for a clause on a line of its own)."""
        starts = [line.start for line in self.sheet.lines_between(cursor, at)]
        if self.breaks is not None:
            starts = [s for s in starts if s in self.breaks]
        return max([cursor, *starts[-1:]])

    def _draft(
        self, number: str | None, section: tuple[str, ...], begin: int, at: int, clause: Placed, n: int
    ) -> None:
        """Add the measure of the words [begin, at) that `clause` closes; a further clause right after one joins it."""
        while begin < at and (self.text[begin] in _MARKS or self.text.startswith("——", begin)):
            begin += 1 + (self.text[begin] == "—")
        before = bisect_left(self.masked, (at, at)) - 1
        if before >= 0 and self.masked[before][1] == at and self.masked[before][0] > begin:
            at = self.masked[before][0]
        near = max(begin, at - _PERSON_LINE)
        if self.text.find("：", near, at) >= 0 and (person := _PERSON_LINES.search(self.text, near, at)):
            at = person.start()
        stop = clause.stretch[1]
        plan = (clause.over(*clause.clause.plan),) if clause.clause.plan else ()
        if begin >= at:
            if self.drafts and 0 <= begin - self.drafts[-1].extent[-1][1] <= 2:
                self.drafts[-1] = self.drafts[-1].with_clause(clause, plan=plan)
            return
        node = self.nodes[n] if n >= 0 else None
        self.drafts.append(
            Draft(
                number,
                section,
                ((begin, at),),
                ((begin, stop),),
                (clause,),
                plan,
                node=n,
                style=node.style if node else "",
                serial=node.number if node else 0,
                own_line=self.sheet.at_line_start(at),
            )
        )

    def _with_clauses(self, n: int) -> None:
        """A number with clauses: one measure each, of the words since the clause before."""
        node, stop, section = self.nodes[n], self._stop(n), self.section(n)
        closing = self.closing[n]
        number = self._number(n)
        parts = self._has_parts(node, closing)
        spread = not parts and self._is_spread(n, closing)
        if spread:
            section = (*section, self.heading(n))
            self.spread.add(n)
        cursor = self._heading_end(n) if spread else node.body
        for i, clause in enumerate(closing):
            at = node.body + clause.start
            begin, label = cursor, number
            if parts:
                begin, label = self._part(cursor, at, number, i)
                if i == 0:
                    self._keep(section, node.start, self._before_part(begin), number)
            elif spread or (i > 0 and self._new_paragraph(cursor)):
                begin, label = self._paragraph_start(cursor, at), None
                self._keep(section, cursor, begin, number)
            self._draft(label, section, begin, at, Placed(clause, node.body), n)
            cursor = node.body + clause.end
        if n in self.details and self.drafts:
            self._add_details(cursor, stop)
            return
        if self.drafts and self._is_titled(n) and self.nodes[n].style in self._titled_styles:
            self._add_details(cursor, stop)
            return
        if len(closing) == 1 and self.drafts:
            cursor = self._finish_paragraph(cursor, stop)
        self._rest(section, cursor, stop)

    def _is_titled(self, n: int) -> bool:
        """Is the number's line a mere name with its clause (第一条 设立专项资金（市财政局牵头）), over sentences?"""
        closing, node = self.closing.get(n, []), self.nodes[n]
        if len(closing) != 1 or self._live_children(n) or self._below_its_line(n):
            return False
        if not self._is_heading_line(n) or self.text[node.body + closing[0].start - 1] in _MARKS:
            return False
        after = node.body + closing[0].end
        return self.sheet.at_line_start(after) and "。" in self.text[after : self._stop(n)]

    @cached_property
    def _titled_styles(self) -> frozenset[str]:
        """Styles most of whose numbers with a clause are such names."""
        having = Counter(self.nodes[n].style for n, closing in self.closing.items() if closing)
        titled = Counter(self.nodes[n].style for n in self.closing if self._is_titled(n))
        return frozenset(s for s, count in titled.items() if count > 1 and 2 * count > having[s])

    def _finish_paragraph(self, cursor: int, stop: int) -> int:
        """Give the last measure the words between its clause and the end of its paragraph; where that is."""
        starts = (line.start for line in self.sheet.lines_between(cursor, stop))
        end = next((s for s in starts if self.breaks is None or s in self.breaks), stop)
        self._add_details(cursor, end)
        return end

    def _add_details(self, start: int, stop: int) -> None:
        """Numbers under a measure that has its clause already are further words of it."""
        last = self.drafts[-1]
        ended = self.text[last.body[-1][1] - 1] in _MARKS
        while ended and start < stop and self.text[start] in _MARKS:
            start += 1
        if start < stop and _WORDS.search(self.text, start, stop):
            self.drafts[-1] = replace(
                last, body=(*last.body, (start, stop)), extent=merged((*last.extent, (start, stop)))
            )

    def _new_paragraph(self, cursor: int) -> bool:
        while cursor < self.end and self.text[cursor] in _MARKS:
            cursor += 1
        return cursor in self.breaks if self.breaks is not None else self.sheet.at_line_start(cursor)

    def _is_spread(self, n: int, closing: Sequence[Clause]) -> bool:
        """Is the numbered line a heading over paragraphs that have clauses of their own?"""
        if self.breaks is not None or not self._below_its_line(n) or self._new_paragraph(self.nodes[n].body):
            return False
        line = self.text[self.nodes[n].body : self.sheet.line_end(self.nodes[n].start)]
        if line[-1:] in ("。", "；", "：") and not _TIME_NOTE.search(line):
            return False
        return len(closing) > 1 or self.nodes[n].style in self._heading_styles

    def _below_its_line(self, n: int) -> bool:
        """Does the first clause of a number stand below the line of the number?"""
        closing = self.closing.get(n)
        if not closing:
            return False
        return self.nodes[n].body + closing[0].start > self.sheet.line_end(self.nodes[n].start)

    @cached_property
    def _heading_styles(self) -> frozenset[str]:
        """Styles whose numbers stand before headings somewhere: over numbers, or over paragraphs with clauses."""
        over_numbers = {self.nodes[n].style for n in range(len(self.nodes)) if self._live_children(n)}
        over_paragraphs = {
            self.nodes[n].style
            for n, closing in self.closing.items()
            if len(closing) > 1 and self._below_its_line(n)
        }
        return frozenset(over_numbers | over_paragraphs)

    def _has_parts(self, node: Node, closing: Sequence[Clause]) -> bool:
        """Do run-in parts （1）…（2）… carry the clauses of this number?"""
        if len(closing) < 2:
            return False
        between = self.text[node.body + closing[0].end : node.body + closing[1].start]
        return bool(_PART.match(between.lstrip(_MARKS)))

    def _part(self, cursor: int, at: int, number: str | None, i: int) -> tuple[int, str | None]:
        marks = list(_PART.finditer(self.text, cursor, at))
        if not marks:
            return cursor, number
        ones = [m for m in marks if m.group(1) == "1" or m.group(2) == "①"]
        mark = ones[0] if i == 0 and ones else marks[0]
        label = f"（{mark.group(1)}）" if mark.group(1) else mark.group(2)
        if self.nodes and number and re.fullmatch(r"\d+（\d+）", number):
            number = number.partition("（")[0]  # a further part on the line of part （1）
        return mark.end(), f"{number}{label}" if number else mark.group(1) or mark.group(2)

    def _before_part(self, begin: int) -> int:
        found = re.search(r"(?:（\d{1,2}）|[①-⑳])$", self.text[max(0, begin - 4) : begin])
        return begin - (len(found.group()) if found else 0)

    # ---- clauses that hold for several numbers ------------------------------------------------------------

    def _inherit_heading_clauses(self) -> None:
        """A heading's clause holds for the numbers under it that have none; its time also for those without one."""
        by_node = {d.node: i for i, d in enumerate(self.drafts) if d.node >= 0}
        dropped: set[int] = set()
        for n in range(len(self.nodes)):
            held = self._held_by_heading(n) if n in self.children else []
            if not held:
                continue
            below = [c for c in self._below(n) if c not in self.absorbed]
            bare = [by_node[c] for c in below if c in by_node and not self.drafts[by_node[c]].has_own_clause]
            if not bare:
                continue
            for i in bare:
                for clause in held:
                    self.drafts[i] = self.drafts[i].with_clause(clause)
            if n in by_node:
                dropped.add(by_node[n])
        self.drafts = [d for i, d in enumerate(self.drafts) if i not in dropped]

    def _held_by_heading(self, n: int) -> list[Placed]:
        """The clauses of a heading; a heading that is nothing but units (（一）市财政局, 市财政局：) is one itself."""
        if n in self.details or not self._is_heading_line(n):
            return []
        if closing := self.closing.get(n):
            return [Placed(c, self.nodes[n].body) for c in closing]
        start, end = self.nodes[n].body, self._heading_end(n)
        words = re.sub(r"（[^（）]*）$", "", self.sheet.view.text[start:end].rstrip("："))
        if not 3 <= len(words) <= 30 or not is_unit_list(words):
            return []
        units = tuple((hit, Role.LEAD) for hit in parse_units(words))
        return [Placed(Clause(0, len(words), units, (), None, "heading"), start)] if units else []

    def _inherit_heading_leads(self) -> None:
        """Who leads the tasks below a heading (一、市教育局牵头任务), where those that name units name no lead."""
        leads = {
            n: lead
            for n, node in enumerate(self.nodes)
            if self._live_children(n)
            and (lead := lead_of_heading(self.text, node.body, self._heading_end(n), said=True))
        }
        for i, draft in enumerate(self.drafts) if leads else ():
            at = draft.node
            while at >= 0 and at not in leads:
                at = self.nodes[at].parent
            if at >= 0 and not any(role is Role.LEAD for p in draft.clauses for _, role in p.clause.units):
                self.drafts[i] = draft.with_clause(leads[at])

    def _inherit_heading_times(self) -> None:
        """A time limit in a heading holds for the numbers under it that name none."""
        times = {
            n: self._heading_times(n)
            for n in range(len(self.nodes))
            if self._live_children(n) or n in self.spread
        }
        if not any(times.values()):
            return
        for i, draft in enumerate(self.drafts):
            at = draft.node
            if at >= 0 and at not in self.spread:
                at = self.nodes[at].parent
            while at >= 0 and not times.get(at):
                at = self.nodes[at].parent
            if at < 0 or any(p.clause.deadlines for p in draft.clauses):
                continue
            if not any(find_deadlines(self.text[a:b], self.year) for a, b in draft.body):
                self.drafts[i] = draft.with_clause(times[at][0])

    def _heading_times(self, n: int) -> list[Placed]:
        start = self.nodes[n].body
        end = max(self._heading_end(n), start)
        if (closing := self.closing.get(n)) and n not in self.spread:
            end = max(end, start + closing[0].end)
        words = self.text[start:end]
        limits = tuple((hit, None) for hit in find_deadlines(words, self.year))
        if not limits and (noted := _TIME_NOTE.search(words)):
            hits = find_dates(noted["time"], self.year)
            if len(hits) == 1 and hits[0].last and len(hits[0].raw) == len(noted["time"]):
                at = noted.start("time")
                hit = hits[0]._replace(start=at, end=noted.end("time"), kind=DeadlineKind.BY)
                limits = ((hit, None),)
        clause = Clause(0, end - start, (), limits, None, "heading")
        return [Placed(clause, start, inherited=True)] if limits else []

    def _inherit_group_clauses(self) -> None:
        """A clause that closes a group of numbers holds for all of them."""
        grouping = self._groups_at_end()
        own_line_groups = not self._each_has_its_own()
        waiting: list[int] = []
        for i, draft in enumerate(self.drafts):
            parent = self.nodes[draft.node].parent if draft.node >= 0 else None
            if parent is None or (waiting and self.nodes[self.drafts[waiting[0]].node].parent != parent):
                waiting = []
            if parent is None:
                continue
            if not draft.has_own_clause:
                waiting.append(i)
                continue
            if grouping or (draft.own_line and own_line_groups):
                for w in waiting:
                    if self.drafts[w].style == draft.style:
                        for clause in draft.clauses:
                            self.drafts[w] = self.drafts[w].with_clause(clause)
                        self.drafts[w] = replace(self.drafts[w], plan=draft.plan)
            waiting = []

    def _each_has_its_own(self) -> bool:
        """Do neighbours mostly each have a clause?  Then a number without one is an exception, not part of a group."""
        both = one = 0
        for before, draft in itertools.pairwise(self.drafts):
            if draft.has_own_clause and draft.own_line and draft.section == before.section:
                both += before.has_own_clause
                one += not before.has_own_clause
        return both >= max(one, 1)

    def _groups_at_end(self) -> bool:
        """Does the plan put one clause after each group of numbers?  Told by where clauses are and are not."""
        sections: dict[tuple[str, ...], list[bool]] = {}
        for draft in self.drafts:
            if draft.node >= 0:
                sections.setdefault(draft.section, []).append(draft.has_own_clause)
        with_any = [flags for flags in sections.values() if any(flags) and len(flags) > 1]
        closed = [flags for flags in with_any if flags[-1] and not any(flags[:-1])]
        return len(closed) >= 2 and len(closed) >= 0.6 * len(with_any)

    # ---- numbers without a clause ---------------------------------------------------------------------------

    def _settle_bare(self) -> None:
        """Numbers without a clause: measures where they belong to the list of tasks, passages otherwise."""
        with_clause = [d for d in self.drafts if d.has_own_clause]
        main = self._list_style(with_clause)
        chapters = not with_clause and self._are_chapters(main)
        tasks = task_headings([self.heading(n) for n, node in enumerate(self.nodes) if node.parent == -1])
        kept: list[Draft] = []
        last: Draft | None = None
        for draft in self.drafts:
            belongs = not chapters and self._belongs(draft, main, last, bool(with_clause), tasks)
            if not draft.has_own_clause and not belongs:
                if self.is_duty(*draft.body[0]):
                    kept.append(replace(draft, duty=True))
                else:
                    self._keep(draft.section, draft.extent[0][0], draft.body[-1][1], draft.number)
                continue
            kept.append(draft)
            if draft.style == main:
                last = draft
        self.drafts = kept

    def _are_chapters(self, style: str) -> bool:
        """Are the numbered entries chapters of prose (most longer than a task ever is), not tasks?"""
        lengths = sorted(d.body[-1][1] - d.body[0][0] for d in self.drafts if d.style == style)
        return bool(lengths) and lengths[len(lengths) // 2] > _CHAPTER

    def _list_style(self, with_clause: Sequence[Draft]) -> str:
        """The style of number that the plan's tasks have."""
        numbered = [d.style for d in with_clause if d.node >= 0]
        if not numbered:
            numbered = [
                self.nodes[n].style
                for n in self._leaves()
                if self.nodes[n].style in _LISTED and not self._in_frame(n)
            ]
        counted = Counter(numbered)
        return counted.most_common(1)[0][0] if counted else ""

    def _leaves(self) -> Iterable[int]:
        return (n for n in range(len(self.nodes)) if n not in self.absorbed and not self._live_children(n))

    def _in_frame(self, n: int) -> bool:
        return _is_framed(self.section(n) or (self.heading(n),))

    def _belongs(
        self, draft: Draft, main: str, last: Draft | None, has_clauses: bool, tasks: set[str]
    ) -> bool:
        a, b = draft.body[0]
        if draft.node < 0 or draft.style != main or b - a < _SHORT:
            return False
        if has_clauses and is_no_task(self.text[a:b]):
            return False
        parent = self.nodes[draft.node].parent
        if parent == -1 and self._in_frame(draft.node):
            return False
        if not has_clauses and parent >= 0 and self._runs_through(main) and self._crosses_parts(main):
            return True  # the paper's own count takes all of its parts in
        continues = last is not None and draft.serial == last.serial + 1
        if (
            continues
            and last is not None
            and (self._runs_through(main) or self.nodes[last.node].parent != parent)
        ):
            return True
        if self._in_frame(draft.node):
            return False
        if has_clauses:
            return continues or any(s in self._having for s in self.children.get(parent, []))
        return not tasks or not draft.section or draft.section[0] in tasks or continues

    @cached_property
    def _having(self) -> frozenset[int]:
        """The nodes that say who or when themselves; asked once all drafts have their clauses."""
        return frozenset(d.node for d in self.drafts if d.has_own_clause) | {
            n for n, closing in self.closing.items() if closing
        }

    def _runs_through(self, style: str) -> bool:
        """Are the numbers of a style counted through the whole plan?"""
        return self._ones[style] == 1

    def _crosses_parts(self, style: str) -> bool:
        """Do the numbers of a style stand under more than two headings?"""
        return len({node.parent for node in self.nodes if node.style == style}) > 2

    @cached_property
    def _ones(self) -> Counter[str]:
        """How often each style begins with 1."""
        return Counter(node.style for node in self.nodes if node.number == 1)


@lru_cache(maxsize=4096)  # asked for every entry under the same headings
def _is_framed(headings: tuple[str, ...]) -> bool:
    return any(is_frame(heading, top=i == 0) for i, heading in enumerate(headings))


def _label_with_colon(found: re.Match[str]) -> str:
    """【责任单位】 as ；责任单位：, character for character."""
    return f"{'；' * (1 + len(found[2]))}{found[1]}："


def letter_breaks(sheet: Sheet, start: int, end: int, breaks: frozenset[int] | None) -> frozenset[int] | None:
    """Paragraph breaks with those added that numbers at the head of a line make."""
    if breaks is None:
        return None
    return breaks | {marker.start for marker in find_markers(sheet, start, end)}
