"""A stretch of running text and what its paper is known to do, as every step of its reading needs them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from index_build.clauses import Clause, find_clauses, whole_clause
from index_build.clauses.own_labels import OwnLabels
from index_build.sheet import Sheet

# Words of a label that says who or when, or opens a plan.
FIELD = re.compile(
    r"(?:牵头|责任|配合|主办|协办|参与|参加|主责|实施|落实|支持)(?:单位|部门|处室|科室|领导|人|主体)|"
    r"举措|措施|完成(?:时限|时间|期限)|时间节点|时限"
)
# The time of a stage in its heading: 巩固提升阶段（2024年11月至12月）.
TIME_NOTE = re.compile(r"（(?:时间：|完成时限：)?(?P<time>[^（）]{2,30})）[：。]?$")
WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z]{2}")
MARKS = "。；，、.;"
SHORT = 4  # a numbered entry of fewer characters says nothing
# What stands after the last task: on force, on annexes, on copies.
CLOSING_LINE = re.compile(
    r"本[^，。；]{1,14}自[^。；]{2,40}(?:施行|实施|执行)"
    r"|本[^，。；]{1,10}由[^。；]{2,40}负责解释"
    r"|附件?[：:]|附件[\d一二三四五六七八九十]|抄送："
    r"|(?:出席|列席|请假|缺席|记录)(?:人员|人)?："
)


@dataclass(frozen=True, slots=True)
class RunningText:
    """Folded [start, end) of a paper.

    `is_duty` says of a paragraph without a number outside the tasks that it asks somebody to do something by a day, which
    makes it a measure all the same; `title`, the paper's, is no heading; `own_labels` are the paper's labels
    that no list has; `breaks` are the places where a paragraph begins, where lines are cut by the page's width."""

    sheet: Sheet
    start: int
    end: int
    breaks: frozenset[int] | None
    first_is_lead: bool
    year: int | None
    is_duty: Callable[[int, int], bool]
    title: str = ""
    own_labels: OwnLabels | None = None

    def clauses_in(self, words: str) -> list[Clause]:
        """`find_clauses` by the rules of the paper."""
        return find_clauses(words, first_is_lead=self.first_is_lead, year=self.year)

    def whole_clause(self, words: str) -> Clause | None:
        """`whole_clause` by the rules of the paper."""
        return whole_clause(words, first_is_lead=self.first_is_lead, year=self.year)

    def begins_paragraph(self, at: int) -> bool:
        """Does a paragraph begin at folded `at`, or after the marks there?"""
        text = self.sheet.text
        while at < self.end and text[at] in MARKS:
            at += 1
        return at in self.breaks if self.breaks is not None else self.sheet.at_line_start(at)
