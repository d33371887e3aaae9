"""The clauses of a stretch of running text: which close the words before them, and which stand inside sentences."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence

from index_build.clauses import Clause, find_clauses, may_rule_widely, shifted
from index_build.clauses.defaults import find_default_limits
from index_build.clauses.labels import label_near
from index_build.dates import find_dates
from index_build.drafts import Placed
from index_build.flow.heads import Heads
from index_build.flow.running import FIELD, SHORT, WORDS, RunningText

_BARS = "｜|│丨"  # between fields on one line
_FIELD_ENDS = str.maketrans(_BARS, "；" * len(_BARS))
# 【责任单位】区财政局: a label set off by brackets, its value after them.
_BRACKETED_LABEL = re.compile(rf"[【〖]((?:{FIELD.pattern}|计划举措)[^【】〖〗：，。]{{0,6}})[】〗](：?)")
# In a plan whose first unit leads, a bracket of several units ends a measure wherever a full stop follows it.
_LIST_IN_LINE = re.compile(r"((?<![局办委厅])（[^（）。；]{2,}[、，][^（）。；]{2,}）)。")
# What stands before the labels of a line that closes several items.
_FOR_THOSE_ABOVE = re.compile("(?:以上|上述|前述|上列)[^，。；：第0-9]{0,12}[，：、]?")
_TASK_AFTER_TIME = 8  # characters after a time that say what is done by it, not only that it is
_DONE_WHOLLY = re.compile(
    "[，、]|(?:全面|基本|全部|如期|按时|按期)?(?:完成|取得|实现|达到)(?:全部|所有|各项|阶段|以上|上述|任务|工作|目标)"
)


def says_what(clause: Clause, year: int | None) -> bool:
    """Says a sentence what is done by a time (由市发改委负责，于7月15日前与企业签订合作协议)?  Then it is words of its measure."""
    for limit, _ in clause.deadlines if clause.style == "sentence" else ():
        dates = find_dates(limit.raw, year)
        rest = limit.raw[dates[-1].end :] if dates else ""
        if len(rest) >= _TASK_AFTER_TIME and not _DONE_WHOLLY.match(rest):
            return True
    return False


class ClauseReader:
    """Reads the clauses of parts of one running text; those that rule the whole plan gather in `plan_wide`."""

    def __init__(self, running: RunningText, heads: Heads) -> None:
        sheet = running.sheet
        self.running, self.sheet, self.text = running, sheet, sheet.text
        self.breaks, self.first_is_lead, self.year = running.breaks, running.first_is_lead, running.year
        self.tail, self.blotted = heads.tail, heads.blotted
        self.is_plain = sheet.text is sheet.view.text
        self.is_barred = any(self.text.find(bar, running.start, running.end) >= 0 for bar in _BARS)
        self.wide = may_rule_widely(self.text, running.start, running.end)
        self.plan_wide: list[Placed] = []

    def clauses_in(
        self, start: int, end: int, *, is_framed: Callable[[], bool] = bool
    ) -> tuple[list[Clause], list[Clause]]:
        """The clauses of [start, end): those that close words before them, and those inside sentences, which count for
        nothing under aims and organisation (`is_framed`)."""
        text = self._masked_text(start, end)
        opening = self._opening(text, start)
        after = opening.end if opening else 0
        found = find_clauses(
            text[after:] if after else text,
            first_is_lead=self.first_is_lead,
            year=self.year,
            is_plain=self.is_plain,
            wide=self.wide,
            stops=lambda: self._paragraph_starts(start + after, end),
        )
        if opening:
            found = [opening, *(shifted(clause, after) for clause in found)]
        if not found:
            return [], []
        found = [self._kept_to_its_line(text, start, self._led_in(text, start, clause)) for clause in found]
        closes = self._close_paragraphs(start, end, found)
        closing: list[Clause] = []
        inner: list[Clause] = []
        for i, clause in enumerate(found):
            if clause.style == "plan-wide":
                self.plan_wide.append(Placed(clause, start, inherited=True))
            elif clause.style == "sentence":
                if is_framed() and not closes:
                    continue
                at_end = not WORDS.search(text, clause.end) and clause.start > SHORT
                (closing if at_end or closes else inner).append(clause)
            elif clause.style == "label lines" and not self._opens(start, text, clause):
                continue
            elif not self._belongs_to_parent_plan(found, i):
                closing.append(clause)
        return closing, inner

    def _paragraph_starts(self, start: int, end: int) -> list[int]:
        """Where paragraphs begin in folded [start, end), counted from `start`."""
        lines = self.sheet.lines_between(start + 1, end)
        return [x.start - start for x in lines if self.breaks is None or x.start in self.breaks]

    def _led_in(self, text: str, start: int, clause: Clause) -> Clause:
        """Label lines together with what belongs to them before: a bracket around the first label, or the words that say
        for which items they are (以上工作责任单位：…)."""
        if clause.style != "label lines":
            return clause
        if clause.start and self.text[start + clause.start - 1] in "【〖":
            return clause._replace(start=clause.start - 1)
        if self.sheet.at_line_start(start + clause.start):
            return clause
        line = max(0, self.sheet.line_start(start + clause.start) - start)
        led_in = _FOR_THOSE_ABOVE.fullmatch(text, line, clause.start)
        return clause._replace(start=line) if led_in else clause

    def _kept_to_its_line(self, text: str, start: int, clause: Clause) -> Clause:
        """Label lines whose last value would run into the next paragraph: it ends with its line."""
        if clause.style != "label lines":
            return clause
        value = max((hit.start for hit, _ in clause.deadlines), default=-1)
        if any(unit.start > value for unit, _ in clause.units):
            return clause
        stops = self._paragraph_starts(start + value, start + clause.end)
        if not stops or self.sheet.at_line_start(start + value):
            return clause
        stop = value + stops[0]
        if not find_dates(text[value:stop], self.year):
            return clause
        for_all = find_default_limits(self.sheet, start + stop, start + clause.end, self.year)
        if not for_all and find_dates(text[stop : clause.end], self.year):
            return clause
        again = self.running.clauses_in(text[clause.start : stop])
        return _again(clause, again)

    def _opening(self, text: str, start: int) -> Clause | None:
        """The clause that the lines right behind a number are, before the words below them."""
        if self.breaks is not None or not _opens_with_label(text, 0) or self.sheet.at_line_start(start):
            return None
        lines = self.sheet.lines_between(start + 1, start + len(text))
        below = next(
            (line.start - start for line in lines if not _opens_with_label(text, line.start - start)), 0
        )
        if not below or not WORDS.search(text, below):
            return None
        found = self.running.clauses_in(text[:below])
        whole = len(found) == 1 and found[0].start == 0 and found[0].end >= below - 1 and found[0].units
        return found[0]._replace(end=below) if whole else None

    def _close_paragraphs(self, start: int, end: int, found: Sequence[Clause]) -> bool:
        """Does each paragraph below the first line end in a sentence that says who, under 实施步骤 too?

        After two or more that do, one last paragraph may close the paper."""
        if any(clause.style != "sentence" for clause in found):
            return False
        points = [*(start + at for at in self._paragraph_starts(start, end)), end]
        begins, ends = (
            {start + at for at in places} for places in zip(*((c.start, c.end) for c in found), strict=True)
        )
        alone = begins <= set(points) and all({at, at + 1} & set(points) for at in ends)
        if len(found) > 1 and alone:
            return True  # each is a paragraph by itself
        closed = [bool(ends & {at, at - 1}) for at in points[1:]]
        opening = len(closed) > 1 and bool(ends & {points[0], points[0] - 1})  # a paragraph as the others
        return all(closed) and len(closed) + opening == len(found)

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
        if self.is_barred:
            text = text.translate(_FIELD_ENDS)
        if self.running.own_labels:
            text = self.running.own_labels.put_in(text, start)
        first = bisect_left(self.blotted, (start, start)) if self.blotted else 0
        for a, b in self.blotted[first : bisect_left(self.blotted, (end, end))]:
            text = text[: a - start] + "；" * (b - a) + text[b - start :]
        return text

    def _opens(self, start: int, text: str, clause: Clause) -> bool:
        """Do label lines begin here: at the head of a line, after a sentence or a bracket, or behind a number with the
        words after them?"""
        if clause.start == 0 and WORDS.search(text, clause.end):
            return True
        return self.sheet.at_line_start(start + clause.start) or (
            clause.start > 0 and text[clause.start - 1] in "。；）！”"
        )

    @staticmethod
    def _belongs_to_parent_plan(found: Sequence[Clause], i: int) -> bool:
        """A bare list that a labelled clause follows at once was copied with the words of the plan above."""
        if found[i].style != "list" or i + 1 >= len(found):
            return False
        after = found[i + 1]
        return (
            after.start - found[i].end <= 1 and after.style in ("label lines", "labels") and bool(after.units)
        )


def _again(clause: Clause, found: Sequence[Clause]) -> Clause:
    """A clause read again from its begin, as the only one found there; itself where none or more were."""
    return shifted(found[0], clause.start)._replace(start=clause.start) if len(found) == 1 else clause


def _opens_with_label(text: str, at: int) -> bool:
    label = label_near(text, at)
    return label is not None and label[1] == at


def _label_with_colon(found: re.Match[str]) -> str:
    """【责任单位】 as ；责任单位：, character for character."""
    return f"{'；' * (1 + len(found[2]))}{found[1]}："
