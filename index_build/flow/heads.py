"""The numbers and headings over a stretch of running text, and where its list of tasks ends."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from index_build.clauses.labels import LONGEST_LABEL, Label, label_near
from index_build.dates import find_heading_limit
from index_build.drafts import Stretch
from index_build.flow.agents import find_agents, opens_with_agents
from index_build.flow.running import CLOSING_LINE, FIELD, RunningText
from index_build.frames import is_frame
from index_build.majority import are_most
from index_build.names import ends_unit
from index_build.numerals import read_number
from index_build.outline import Marker, find_markers, read_marker
from index_build.sheet import Line, Sheet
from index_build.tables.columns import are_surely_units
from index_build.text import fold

_NUMBERED_FIELD = re.compile(
    rf"(?:改革|工作|任务|主要|具体|重点)?(?:内容|目标|依据)：|(?:{FIELD.pattern})[^，。；：]{{0,6}}："
)
_RUN_IN = re.compile(r"[：。；）](?:[0-9]{1,2}[.、]|（[一二三四五六七八九十]{1,3}）)(?=[\u4e00-\u9fff“])")
# A number or an ordinal inside a paragraph, and the first of a row of them.
_IN_TEXT = re.compile(
    r"(?<=[：。；，）])(?P<sign>\d{1,2}[.、](?!\d)|（(?:\d{1,2}|[一二三四五六七八九十]{1,2})）|[①-⑳]"
    r"|(?:第|其)?(?P<word>[一二三四五六七八九十]{1,2})(?:(?<=[第其].)[，、]|是))(?=[\u4e00-\u9fff“])"
)
_FIRST_IN_TEXT = re.compile(
    r"[：。；，）](?P<first>1[.、]|（[1一]）|①|(?P<word>一是|其一[，、]|第一[，、]))(?=[\u4e00-\u9fff“])"
)
_RUN_IN_STYLES = ("dot", "han_round")
_CLAUSE_END = re.compile(r"）[。；]?$")
_LABEL_LINE = re.compile(r"[^，。；、]{2,14}：$")
_ANNEX_LIST = re.compile(r"附件(?:：|\d|[一二三四五六七八九十])")
_HEADINGS = range(2, 31)  # characters of a line that is nothing but units or a time
_ANNEXES = 1200  # characters at the end of a paper in which its list of annexes begins
_ANNEX_NAMES = 400  # characters after it without a full stop: names, no sentences
_CALL = re.compile(
    r"请?各(?:单位|部门|级|地|有关|相关|乡镇|镇街|街道|[省市县区旗]|责任|成员|牵头)[^，。；：]{0,24}(?:要|应|须|务必)"
)
_LONGEST_CLOSING = 400  # characters from such a call to the end
_LEAST = 3  # numbers in a row that show what they count
_WHO = (Label.LEAD, Label.RESPONSIBLE, Label.FIRST_LEADS)
_FIELD_STYLES = ("dot", "round", "half_round", "circle", "bullet")


class Heads:
    """The markers of [start, `tail`), in order; `blotted` are numbers that head a field (2.牵头单位：…), not a task,
    and from `tail` on stand the lines on force, annexes and copies."""

    def __init__(self, running: RunningText) -> None:
        self.running, self.sheet, self.text = running, running.sheet, running.sheet.text
        self.start, self.end = running.start, running.end
        self.blotted: list[Stretch] = []
        self.tail = self._annex_list()
        self.markers = self._markers()
        self.tail = min(self.tail, self._closing(self.markers[-1].body if self.markers else self.start))

    def _markers(self) -> list[Marker]:
        found = {m.start: m for m in find_markers(self.sheet, self.start, min(self.end, self.tail))}
        fields = [m for m in found.values() if m.style in _FIELD_STYLES and self._numbers_a_field(m.body)]
        counting = _task_styles(self.text, fields) if fields else ()
        for marker in fields:
            if marker.style not in counting:
                self.blotted.append((marker.start, marker.body))
                del found[marker.start]
        for marker in (*self._run_in(found), *self._in_one_paragraph(found)):
            found[marker.start] = marker
        title = fold(self.running.title)
        for at, stop, level in self.sheet.headings_between(self.start, min(self.end, self.tail)):
            if stop > at and at not in found and self.text[at:stop] not in title:
                found[at] = Marker(f"heading{level}", 0, None, at, at)
        for line in self.sheet.lines_ended("：", self.start, self.end):
            if line.end - line.start > LONGEST_LABEL + 1 or line.start in found or line.end not in found:
                continue
            words = self.text[line.start : line.end]
            if _LABEL_LINE.fullmatch(words) and not FIELD.search(words):
                found[line.start] = Marker("label", 0, None, line.start, line.start)
        for line in self._heading_lines(found):
            found[line.start] = Marker("label", 0, None, line.start, line.start)
        for line in self.sheet.lines_headed("填", self.start, min(self.end, self.tail)):
            if line.start not in found and is_frame(self.text[line.start : line.end].rstrip("："), top=True):
                found[line.start] = Marker("label", 0, None, line.start, line.start)
        return [found[at] for at in sorted(found)]

    def _heading_lines(self, found: Mapping[int, Marker]) -> list[Line]:
        """Lines that are nothing but units, or but a time, each above a number: headings by department, by month."""
        lines: list[Line] = []
        for at, marker in found.items():
            before = bisect_left(self.sheet.starts, at) - 1
            if before < 0 or marker.style not in _RUN_IN_STYLES or not self.sheet.at_line_start(at):
                continue
            line = self.sheet.lines[before]
            if line.end - line.start not in _HEADINGS or line.start < self.start or line.start in found:
                continue
            words = self.text[line.start : line.end]
            is_time = find_heading_limit(words, self.running.year) is not None
            if not is_time and ("：" in words or not are_surely_units(words)):
                continue
            if not (before and self._goes_on(self.sheet.lines[before - 1])):
                lines.append(line)  # and not the rest of a list that a page's width has cut
        return lines if len(lines) > 1 else []

    def _goes_on(self, line: Line) -> bool:
        """Does a line end amid a list, or name units and end amid a name (责任单位：市数据局、市行政) or with the page?"""
        if self.text[line.end - 1] in "、，：":
            return True
        label = label_near(self.text, line.start)
        if label is None or label[0] not in _WHO:
            return False
        return line.end - line.start == self._longest_line or not ends_unit(self.text[label[2] : line.end])

    @cached_property
    def _longest_line(self) -> int:
        return max(line.end - line.start for line in self.sheet.lines_between(self.start, self.end))

    def _numbers_a_field(self, at: int) -> bool:
        """Does a label stand at `at`, after the number or bullet of a field?"""
        if self.text.find("：", at, at + LONGEST_LABEL) < 0:
            return False  # true of nearly all numbers
        label = label_near(self.text, at)
        return bool(_NUMBERED_FIELD.match(self.text, at)) or (label is not None and label[1] == at)

    def _run_in(self, found: dict[int, Marker]) -> Iterator[Marker]:
        """Numbers that follow in the running text on the clause of the number before: 1.甲。（市财政局）2.乙。（…）."""
        known = {at: marker for at, marker in found.items() if marker.style in _RUN_IN_STYLES}
        matches = _RUN_IN.finditer(self.text, max(0, self.start - 1), min(self.end, self.tail))
        inside = [
            marker
            for at in (match.start() + 1 for match in matches)
            if at not in found and (marker := read_marker(self.sheet, at)) and marker.style in _RUN_IN_STYLES
        ]
        for style in _RUN_IN_STYLES:
            line = sorted((m for m in (*known.values(), *inside) if m.style == style), key=lambda m: m.start)
            if self._counts_through(line, found):
                yield from (marker for marker in line if marker.start not in known)
                continue
            yield from self._of_departments([marker for marker in line if marker.start not in known])
            for i, marker in enumerate(line):
                before, after = line[i - 1] if i else None, line[i + 1] if i + 1 < len(line) else None
                if marker.start in known:
                    continue
                if (before and self._follows(before, marker)) or (after and self._follows(marker, after)):
                    yield marker

    def _in_one_paragraph(self, found: Mapping[int, Marker]) -> list[Marker]:
        """The numbers or ordinals of paragraphs that hold the list of tasks in running text, most of them with who does
        it (…如下：1.甲，由市水利局牵头。2.…  ·  一是甲（市林业局负责）；二是…), where they outnumber those at the heads of lines."""
        runs: list[list[Marker]] = []
        for first in _FIRST_IN_TEXT.finditer(self.text, self.start, min(self.end, self.tail)):
            if (first["word"] and found) or (runs and first.start("first") < runs[-1][-1].start):
                continue
            if len(run := self._run_of(first)) >= _LEAST:
                runs.append(run)
        own = {marker.start for run in runs for marker in run}
        if len(own) <= len(found.keys() - own):
            return []
        return [marker for run in runs if self._most_say_who(run) for marker in run]

    def _run_of(self, first: re.Match[str]) -> list[Marker]:
        """The numbers that count on from the first one in its paragraph, in its style."""
        run: list[Marker] = []
        for sign in _IN_TEXT.finditer(self.text, first.start(), self._paragraph_end(first.start("first"))):
            at = sign.start("sign")
            if word := sign["word"]:
                marker = Marker("ordinal", read_number(word) or 0, None, at, at) if first["word"] else None
            else:
                marker = None if first["word"] else read_marker(self.sheet, at)
            if marker and marker.number == len(run) + 1 and (not run or marker.style == run[0].style):
                run.append(marker)
        return run

    def _paragraph_end(self, at: int) -> int:
        if self.running.breaks is None:
            return min(self.sheet.line_end(at), self.tail)
        return min((b for b in self.running.breaks if b > at), default=self.tail)

    def _most_say_who(self, run: Sequence[Marker]) -> bool:
        """Have most items of a paragraph a clause, or words that name who does them?"""
        ends = [*(marker.start for marker in run[1:]), self._paragraph_end(run[-1].start)]
        said = 0
        for start, end in ((m.body, end) for m, end in zip(run, ends, strict=True)):
            clauses = self.running.clauses_in(self.text[start:end])
            said += any(c.units for c in clauses) or bool(
                find_agents(self.sheet, start, end, self.running.breaks)
            )
        return are_most(said, len(run))

    def _of_departments(self, line: Sequence[Marker]) -> Iterator[Marker]:
        """Numbers that count from 1 in one printed line and open with departments: …如下：1.气象部门。…2.电力部门。…"""
        runs: list[list[Marker]] = []
        for marker in line:
            if runs and marker.number == runs[-1][-1].number + 1 and not self._parted(runs[-1][-1], marker):
                runs[-1].append(marker)
            elif marker.number == 1:
                runs.append([marker])
        for run in runs:
            ends = [*(marker.start for marker in run[1:]), self.sheet.line_end(run[-1].start)]
            opening = sum(opens_with_agents(self.text, m.body, end) for m, end in zip(run, ends, strict=True))
            if len(run) >= _LEAST and are_most(opening, len(run)):
                yield from run

    def _parted(self, before: Marker, marker: Marker) -> bool:
        """Do two numbers stand in different printed lines?"""
        return marker.start >= self.sheet.line_end(before.start)

    @staticmethod
    def _counts_through(line: Sequence[Marker], found: dict[int, Marker]) -> bool:
        """Do numbers, those in running text among them, count from 1 on through several numbered paragraphs?"""
        if len(line) < _LEAST or [m.number for m in line] != list(range(1, len(line) + 1)):
            return False
        heads = sorted(at for at, marker in found.items() if marker.style != line[0].style)
        parts = Counter(bisect_left(heads, m.start) for m in line)
        return len(parts) > 1 and 0 not in parts and max(parts.values()) > 1

    def _follows(self, before: Marker, marker: Marker) -> bool:
        """Does a number go on with the one before, right after its clause?"""
        return (
            marker.number == before.number + 1
            and bool(_CLAUSE_END.search(self.text, max(before.body, marker.start - 2), marker.start))
            and bool(self.running.clauses_in(self.text[before.body : marker.start]))
        )

    def _annex_list(self) -> int:
        """Where a closing list of annexes begins (附件：1.… 2.…); its entries are no tasks."""
        for line in self.sheet.lines_headed("附", max(self.start, self.end - _ANNEXES + 1), self.end):
            if not _ANNEX_LIST.match(self.text, line.start):
                continue
            if "。" not in self.text[line.start : min(self.end, line.start + _ANNEX_NAMES)]:
                return line.start
        return self.end

    def _closing(self, start: int) -> int:
        """Where, after the last number, the lines on force, annexes and copies begin, or the call to all at the end."""
        for line in self.sheet.lines_between(start + 1, self.tail):
            if CLOSING_LINE.match(self.text, line.start) or self._calls_on_all(line):
                return line.start
        return self.tail

    def _calls_on_all(self, line: Line) -> bool:
        """Is a line near the end a paragraph that bids all units do well (各单位要加强协作), and no call for reports?"""
        near = self.end - line.start < _LONGEST_CLOSING and _CALL.match(self.text, line.start) is not None
        if not near or not self.running.begins_paragraph(line.start):
            return False
        end = self._paragraph_end(line.start)
        return not self.running.is_duty(line.start, end) and not self.running.clauses_in(
            self.text[line.start : end]
        )


def letter_breaks(sheet: Sheet, start: int, end: int, breaks: frozenset[int] | None) -> frozenset[int] | None:
    """Paragraph breaks with those added that numbers at the head of a line make."""
    if breaks is None:
        return None
    return breaks | {marker.start for marker in find_markers(sheet, start, end)}


def _task_styles(text: str, fields: Iterable[Marker]) -> frozenset[str]:
    """The styles of numbers before labels that count tasks (1．牵头单位：… 2．牵头单位：…), not the fields of one task."""
    by_style: dict[str, list[Marker]] = defaultdict(list)
    for marker in fields:
        by_style[marker.style].append(marker)
    return frozenset(style for style, found in by_style.items() if _count_on(text, found))


def _count_on(text: str, markers: list[Marker]) -> bool:
    """Do numbers go on one by one, or from 1 again, before one label for who does it?"""
    if len(markers) < _LEAST or not all(marker.number for marker in markers):
        return False
    before = 0
    labels: set[str] = set()
    for marker in markers:
        label = label_near(text, marker.body)
        if label is None or label[0] not in _WHO or marker.number not in (1, before + 1):
            return False
        labels.add(text[marker.body : label[2]])
        before = marker.number or 0
    return len(labels) <= 2 and sum(marker.number == 1 for marker in markers) * 2 <= len(markers)
