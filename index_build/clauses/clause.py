"""A clause: who is to do something and by when, each with its place; and where the next item of a list begins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from index_build.clauses.roles import Found
from index_build.dates import DateHit
from index_build.model import Role, make
from index_build.names import UnitHit

NEXT_ITEM = re.compile(
    r"[0-9]{1,3}[.、．](?![0-9])|（[0-9一二三四五六七八九十百]{1,4}）|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百0-9]+[章节条]|[①-⑳]"
)


class Clause(NamedTuple):
    """What one clause at [start, end) says.  A deadline comes with the unit it binds, where one is named;
    `plan` is the stretch of 计划举措; `style` is the row of BRACKET_STYLES that read it,
    or label lines, sentence, or plan-wide."""

    start: int
    end: int
    units: tuple[tuple[UnitHit, Role], ...]
    deadlines: tuple[tuple[DateHit, str | None], ...]
    plan: tuple[int, int] | None
    style: str


def clause_of(found: Found, start: int, end: int, style: str) -> Clause:
    """What a reader found, as the clause at [start, end)."""
    units, limits, plan = found
    return Clause(start, end, tuple(units), tuple(limits), plan, style)


def shifted(clause: Clause, by: int, *, end: int | None = None) -> Clause:
    """The clause as found in a text that starts `by` characters earlier; it ends there at `end`, where one is given."""
    return Clause(
        max(0, clause.start + by),
        max(0, clause.end + by) if end is None else end,
        tuple([(make(UnitHit, (u[0], u[1] + by, u[2] + by, u[3])), role) for u, role in clause.units]),
        tuple([(d._replace(start=d.start + by, end=d.end + by), who) for d, who in clause.deadlines]),
        (clause.plan[0] + by, clause.plan[1] + by) if clause.plan else None,
        clause.style,
    )


def of_limits(limits: Iterable[DateHit], start: int, end: int, style: str) -> Clause:
    """The clause at [start, end) that names times, binding nobody, and nothing besides."""
    return Clause(start, end, (), tuple((limit, None) for limit in limits), None, style)


def in_one_role(hits: Iterable[UnitHit], role: Role, start: int, end: int, style: str) -> Clause:
    """The clause at [start, end) that names units, all in one role, and nothing besides."""
    return Clause(start, end, tuple((hit, role) for hit in hits), (), None, style)
