"""Rules for a whole plan or part of it: 以下各任务均需各区政府落实, 各区政府为以上各项任务的责任单位."""

from __future__ import annotations

import re

from index_build.clauses.bindings import Reading
from index_build.clauses.clause import Clause, in_one_role
from index_build.clauses.roles import trimmed, units_of
from index_build.model import Role
from index_build.names import lists_units

_ALL = r"(?:以下|上述|以上|下列|本方案|本计划|本清单|本意见|方案中|所有|全部|各项)(?:(?<=以下)(?=，?(?:均|都|全部))|(?:所列|中)?的?(?:各项|各|全部|所有)?(?:重点|政策|支持|具体|主要|改革|工作)?(?:任务|工作|措施|举措|事项|内容|条款|政策))"
ALL_OF_THEM = re.compile(
    rf"{_ALL}(?:，?(?P<each>均|都|全部)(?:需要?|须|由|应|涉及到?)?|的?(?P<label>牵头|责任|配合|落实)(?:单位|主体|部门))"
)
_THEIR_PART = re.compile(
    r"(?P<units>[^。；\n]{3,200}?)(?P<verb>牵头|负责|配合|参与|落实|组织实施|推进|(?=[，。；\n]|$))"
)
_ARE = re.compile("(?:均)?(?:为|是|作为)$")


def plan_wide_clauses(read: Reading) -> list[Clause]:
    """A rule for a whole plan or part: 以下各任务均需各区政府落实, or 各区政府为以上各项任务的责任单位.

    Whoever reads it hands it on to the measures as inherited."""
    clauses = []
    for match in ALL_OF_THEM.finditer(read.plain):
        if match["each"]:
            part = _THEIR_PART.match(read.plain, match.end())
            if part is None:
                continue
            start, end, verb, stretch = *part.span("units"), part["verb"], (match.start(), part.end())
        else:
            begin = 1 + max(read.plain.rfind(mark, 0, match.start()) for mark in "。；\n")
            are = _ARE.search(read.plain, max(begin, match.start() - 3), match.start())
            if are is None or match.start() - begin > 200:
                continue
            start, end, verb, stretch = begin, are.start(), match["label"], (begin, match.end())
        start, end = trimmed(read.plain, start, end)
        if lists_units(read.plain, start, end):
            role = Role.LEAD if verb in ("牵头", "负责") else Role.RESPONSIBLE
            clauses.append(in_one_role(units_of(read, start, end), role, *stretch, "plan-wide"))
    return clauses


def may_rule_widely(plain: str, start: int, end: int) -> bool:
    """Whether a rule for a whole plan may stand in [start, end)."""
    return ALL_OF_THEM.search(plain, start, end) is not None


def is_the_rule(clause: Clause, rule: Clause) -> bool:
    """Whether a clause read nothing but a rule for the whole plan (and not units before it in one bracket)."""
    inside = rule.start < clause.end and clause.start < rule.end
    return inside and not (clause.units and all(unit.end <= rule.start for unit, _ in clause.units))
