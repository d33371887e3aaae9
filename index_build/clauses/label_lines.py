"""Labels without brackets, mostly on lines of their own: 牵头单位：… 责任单位：… 计划举措：… 完成时限：…

Owned here: which labels open such a clause, which follow one another in it, and where the last value ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from index_build.clauses.bindings import Reading
from index_build.clauses.clause import NEXT_ITEM, Clause, clause_of
from index_build.clauses.labels import Label, label_before, label_sort, labels_outside
from index_build.clauses.roles import labelled, trimmed
from index_build.names import ends_unit, lists_units

_CHAIN_START = (Label.LEAD, Label.RESPONSIBLE, Label.FIRST_LEADS)
# Words that a bracket uses as labels, but a letter as its address (各相关单位：).
_ADDRESS = ("相关单位", "相关部门", "成员单位", "主管部门", "主管单位", "涉及单位", "涉及部门")
_FIRST_NAMES = re.compile("[^，；。：]{2,80}(?=[；。]|$)")  # the units after a label
_CERTAIN_DEADLINE = re.compile("完成时限|完成时间|完成期限|办理时限|时限要求|计划完成时间")
_VALUE_STOP = re.compile(rf"[。\n]|(?<![0-9（、，年月])(?:{NEXT_ITEM.pattern})")
_SPEAKER = re.compile("(?P<who>[一-鿿（）、]{2,24})：")


def line_clauses(
    read: Reading, taken: Sequence[tuple[int, int]], stops: Callable[[], Sequence[int]]
) -> list[Clause]:
    """牵头单位：… 责任单位：… 计划举措：… 完成时限：… on lines of their own."""
    clauses: list[Clause] = []
    if "：" not in read.plain:
        return clauses
    labels = list(labels_outside(read.plain, taken))
    at = 0
    while at < len(labels):
        if not _opens_chain(read.plain, labels[at]):
            at += 1
            continue
        length, end = _chain(read.plain, labels, at)
        start = labels[at][1]
        kind, _, value_start = labels[at + length - 1]
        if kind in _CHAIN_START:
            end = _list_end(read.plain, value_start, end, stops())
        units, limits, _ = found = labelled(read, start, end)
        if (units and any(ends_unit(unit.name) for unit, _ in units)) or (limits and not units):
            clauses.append(clause_of(found, start, end, "label lines"))
        at += length
    return clauses


def _list_end(plain: str, start: int, end: int, stops: Sequence[int]) -> int:
    """Where the units end that stand in [start, end) after a label: where a paragraph begins after a whole list of them,
    unless more of them follow."""
    points = [*(stop for stop in stops if start < stop < end), end]
    for stop, following in pairwise(points):
        if lists_units(plain, *trimmed(plain, start, stop)) and not lists_units(
            plain, *trimmed(plain, stop, following)
        ):
            return stop
    return end


def _opens_chain(plain: str, label: tuple[Label, int, int]) -> bool:
    kind, start, value_start = label
    if kind is Label.DEADLINE:
        return _CERTAIN_DEADLINE.search(plain, start, value_start) is not None
    if kind not in _CHAIN_START or plain[start : value_start - 1] not in _ADDRESS:
        return kind in _CHAIN_START
    value = trimmed(plain, value_start, _value_end(plain, value_start, len(plain), of_units=False))
    named = _FIRST_NAMES.match(plain, *value)
    return named is not None and lists_units(plain, *named.span())  # no letter goes on with units


def _chain(plain: str, labels: Sequence[tuple[Label, int, int]], at: int) -> tuple[int, int]:
    """How many labels follow one another from `at`, none twice, and where the value of the last one ends.

    Only a plan's value may run over sentences; after any other value the next label stands at once."""
    seen: set[tuple[Label, bool]] = set()
    for length, (kind, start, value_start) in enumerate(labels[at:], 1):
        if kind not in (Label.PERSON, Label.OTHER):
            seen.add(label_sort(plain, kind, start, value_start))
        following = labels[at + length] if at + length < len(labels) else None
        limit = following[1] if following else len(plain)
        end = (
            limit
            if kind is Label.PLAN
            else _value_end(plain, value_start, limit, of_units=kind is Label.DEADLINE)
        )
        if following is None or label_sort(plain, *following) in seen or plain[end:limit].strip("。；， \n"):
            return length, end
    raise AssertionError("a chain has its last label")


def _value_end(plain: str, value_start: int, limit: int, *, of_units: bool) -> int:
    """Where a value ends that is one line: before the next sentence, line or item.

    With `of_units` it may go on, sentence by sentence, with the part of the next unit."""
    if item := NEXT_ITEM.match(plain, value_start, limit):
        value_start = item.end()
    while stop := _VALUE_STOP.search(plain, value_start, limit):
        if not (of_units and _speaker_follows(plain, stop.end(), limit)):
            return stop.start()
        value_start = stop.end()
    return limit


def _speaker_follows(plain: str, start: int, limit: int) -> bool:
    """Whether a unit with a colon stands here: …6月底前完成。区税务局：8月底前完成。"""
    speaker = _SPEAKER.match(plain, start, limit)
    return (
        speaker is not None
        and ends_unit(speaker["who"])
        and label_before(plain, speaker.end("who"), start) is None
    )
