"""Entries that are parts of another: of one sentence with one clause at its end, details after a clause, steps of a plan."""

from __future__ import annotations

import re

from index_build.dates import find_deadlines
from index_build.flow.entries import Entries
from index_build.flow.running import FIELD

_PLAN_FIELD = re.compile(
    r"(?:计划举措|主要举措|工作举措|具体举措|推进措施|落实措施|工作措施|推进计划|具体措施|落实举措)："
)
_PART_STYLES = ("round", "half_round", "circle", "bullet")
_TASK_STYLES = ("han_round", "dot", "round", "article")
_NEAR = 400  # entries of the outline to look at for numbers of the same kind


def join_parts(entries: Entries) -> None:
    """Read the clauses of all entries, and take into an entry those below it that are parts of its words."""
    _join_plans(entries)
    for n in range(len(entries.nodes)):
        if n not in entries.absorbed:
            entries.read_clauses(n)
    for n in range(len(entries.nodes)):
        if n not in entries.absorbed and entries.has_children(n):
            _join_children(entries, n)
    if not any(entries.closing.values()):
        _join_under_bare_entries(entries)


def _join_plans(entries: Entries) -> None:
    """Numbers under an open 计划举措： are parts of the plan, not tasks."""
    for n in range(len(entries.nodes)):
        if n in entries.absorbed or not entries.children.get(n):
            continue
        own = entries.own_text(n)
        found = _PLAN_FIELD.search(own)
        if found and FIELD.search(own, 0, found.start()):
            entries.take_in(n)


def _join_children(entries: Entries, n: int) -> None:
    """Children that are parts of their parent's words: of one sentence with one clause at its end, or details
    after the parent's own clause."""
    below = entries.below(n)
    having = [c for c in below if entries.closing.get(c)]
    intro = entries.own_text(n)
    if entries.closing.get(n):
        if not having and (not entries.is_heading_line(n) or _begin_anew(entries, n)):
            entries.details[n] = entries.stop(n)
            entries.take_in(n)
        return
    lists = entries.nodes[n].style == "article" and intro.endswith("：")  # 第七条 …包括：（一）…；（二）…。
    parts = all(entries.nodes[c].style in (*_PART_STYLES, "han_round" * lists) for c in below)
    closed = having == below[-1:] and _closes_on_own_line(entries, below[-1])
    if closed and (_sibling_closes(entries, n) or _begin_anew(entries, n)):
        entries.take_in(n)
        entries.read_clauses(n)
        return
    joined = intro.endswith("：") or all(entries.own_text(c).endswith("；") for c in below[:-1])
    if parts and len(below) > 1 and having in ([], below[-1:]) and joined:
        entries.take_in(n)
        entries.read_clauses(n)


def _begin_anew(entries: Entries, n: int) -> bool:
    """Do the numbers below this one, as below others beside it, begin with 1 again and say no time of their own?  Then
    they are parts of what its clause is for: tasks that share one are counted through."""
    node = entries.nodes[n]
    if node.style not in _TASK_STYLES:
        return False
    beside = [s for s in entries.children[node.parent] if entries.nodes[s].style == node.style]
    firsts = [entries.nodes[s + 1].number for s in beside if s in entries.children]
    last = entries.closing.get(n) or entries.closing[entries.below(n)[-1]]
    return (
        len(firsts) > 1
        and set(firsts) == {1}
        and last[0].style != "sentence"
        and not any(find_deadlines(_own_words(entries, c), entries.running.year) for c in entries.below(n))
    )


def _own_words(entries: Entries, n: int) -> str:
    """The words of an entry before its clause."""
    closing = entries.closing.get(n)
    return entries.own_text(n)[: closing[0].start if closing else None]


def _sibling_closes(entries: Entries, n: int) -> bool:
    """Do other numbers beside this one carry clauses of their own?"""
    near = range(max(0, n - _NEAR), min(len(entries.nodes), n + _NEAR))
    return any(
        entries.closing.get(s)
        and entries.nodes[s].style == entries.nodes[n].style
        and not entries.has_children(s)
        for s in near
        if s != n
    )


def _closes_on_own_line(entries: Entries, n: int) -> bool:
    closing = entries.closing[n]
    return len(closing) == 1 and entries.sheet.at_line_start(entries.nodes[n].body + closing[0].start)


def _join_under_bare_entries(entries: Entries) -> None:
    """In a plan without clauses the style with the most entries numbers the tasks; what nests in one is part of it."""
    style = entries.list_style([])
    for n, node in enumerate(entries.nodes):
        if node.style == style and n not in entries.absorbed and entries.has_children(n):
            entries.take_in(n)
