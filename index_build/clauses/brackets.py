"""Clauses in brackets: which brackets there are, closed or not, and the ways of writing that are read in them.

A further way of writing is a row of `BRACKET_STYLES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index_build.clauses.bindings import Reading
from index_build.clauses.clause import NEXT_ITEM, Clause, clause_of, shifted
from index_build.clauses.labels import Label, labels_in
from index_build.clauses.plan_wide import ALL_OF_THEM
from index_build.clauses.roles import (
    Found,
    bare,
    duties,
    labelled,
    limits_only,
    names_first_lead,
    spoken,
    trimmed,
)
from index_build.vocabulary import remembered

_LONGEST_OPEN, _LONGEST_BRACKET = 600, 3000
# Brackets in one another that are read: a text of openings alone would be read again for each of them.
_DEEPEST = 8
_NOTE = re.compile(r"^(?:以下简称|简称|含|包括|不含|如|例如|除|即|试行|详见|附)")
_PARAGRAPH_END = re.compile(rf"[。；]?(?:$|\n|{NEXT_ITEM.pattern})")
_VALUE_END = re.compile("[，；。]")
_OPEN_STOP = re.compile(rf"[。\n]|{NEXT_ITEM.pattern}")


def _brackets(plain: str) -> list[tuple[int, int | None]]:
    """The brackets as (opening, after the closing, None where it is never closed), outer before inner."""
    pairs: list[tuple[int, int | None]] = []
    opened: list[int] = []
    opening = plain.find("（")
    closing = plain.find("）") if opening >= 0 else -1
    while opening >= 0 or (opened and closing >= 0):
        if closing < 0 or 0 <= opening < closing:
            opened.append(opening)
            opening = plain.find("（", opening + 1)
            continue
        if opened:
            pairs.append((opened.pop(), closing + 1))
        closing = plain.find("）", closing + 1)
    return sorted([*pairs, *((at, None) for at in opened)], key=lambda pair: pair[0])


def _read_bracket(read: Reading, start: int, end: int) -> Clause | None:
    """What the words in a bracket say; a rule for the whole plan at their end (…，以下均需各区政府落实) is read apart."""
    plain = read.plain
    rule = ALL_OF_THEM.search(plain, start, end) if read.wide else None
    if rule and rule.start() > start + 3:
        end = rule.start() - (plain[rule.start() - 1] in "，；。")
    closes = (
        (start > 1 and plain[start - 2] in "。；！”")
        or plain[end : end + 1] == ""
        or _PARAGRAPH_END.match(plain, end + 1) is not None
    )
    words = plain[start - 1 : end + 1]
    printed = words if read.text is plain else read.text[start - 1 : end + 1]
    return _read_words(Reading(words, printed, read.first_is_lead, read.year, closes), end - start)


@remembered(4096)
def _read_words(read: Reading, size: int) -> Clause | None:
    """What a bracket of `size` characters says, by the first style that can read it; a style sees no words around it."""
    for style in BRACKET_STYLES:
        found = style.read(read, 1, 1 + size)
        if found and (found[0] or found[1]):
            return clause_of(found, 0, 2 + size, style.name)
    return None


def _labels_inside(read: Reading, start: int, end: int) -> Found | None:
    labels = labels_in(read.plain, start, end)
    if read.plain.find("：", start, end) < 0 and names_first_lead(read.plain, start, end):
        return None  # a note of the rule alone: （第一责任单位为牵头单位，下同）
    kinds = {label[0] for label in labels}
    if kinds == {Label.PERSON}:
        return _beside_persons(read, start, end, labels)
    if kinds <= {Label.OTHER, Label.PERSON}:
        return None
    before = _before_labels(read, start, labels[0][1])
    if before is None:
        return labelled(read, start, end, labels) if labels[0][1] - start <= 40 else None
    units, limits, plan = labelled(read, labels[0][1], end, labels)
    return [*before[0], *units], [*before[1], *limits], plan


def _beside_persons(
    read: Reading, start: int, end: int, labels: Sequence[tuple[Label, int, int]]
) -> Found | None:
    """Units in words with persons labelled beside them: 市林业局牵头，责任人：某某；市水利局配合，责任人：某某."""
    plain = read.plain
    for _, begin, value in labels:
        stop = _VALUE_END.search(plain, value, end)
        size = (stop.start() if stop else end) - begin
        plain = f"{plain[:begin]}{'，' * size}{plain[begin + size :]}"
    beside = read._replace(plain=plain)
    return spoken(beside, start, end) or _list_inside(beside, start, end)


def _before_labels(read: Reading, start: int, end: int) -> Found | None:
    """What stands in a bracket before its first label: 由市商务局牵头；时间安排：…, or 9月底；牵头：…"""
    start, end = trimmed(read.plain, start, end)
    if end - start < 2 or names_first_lead(read.plain, start, end):
        return None
    return spoken(read, start, end) or bare(read, start, end) or limits_only(read, start, end)


def _verbs_inside(read: Reading, start: int, end: int) -> Found | None:
    if end - start > 400 or _NOTE.match(read.plain, start):
        return None
    return spoken(read, start, end) or duties(read, start, end)


def _list_inside(read: Reading, start: int, end: int) -> Found | None:
    """A bare list counts at the end of a paragraph or of a sentence, not as a note inside one."""
    if end - start > 600 or not read.closes or _NOTE.match(read.plain, start):
        return None
    return bare(read, start, end)


@dataclass(frozen=True, slots=True)
class Style:
    """One way of writing a clause: its reader over the words inside the bracket, and what it looks like."""

    name: str
    read: Callable[[Reading, int, int], Found | None]
    example: str


BRACKET_STYLES: tuple[Style, ...] = (
    Style("labels", _labels_inside, "（牵头单位：市财政局；责任单位：市人社局；完成时限：6月底前）"),
    Style("verbs", _verbs_inside, "（市财政局牵头，市人社局配合）"),
    Style("list", _list_inside, "（市财政局、人社局）"),
)


def bracket_clauses(read: Reading) -> list[Clause]:
    clauses: list[Clause] = []
    around: list[int] = []  # the ends of the brackets around this one that were read in vain
    for start, closed in _brackets(read.plain):
        if clauses and start < clauses[-1].end:
            continue
        around = [stop for stop in around if stop > start]
        if len(around) == _DEEPEST:
            continue
        end = _open_end(read.plain, start) if closed is None else closed
        if not 4 <= end - start <= _LONGEST_BRACKET:
            continue
        inner_end = end - 1 if read.plain[end - 1] == "）" else end
        around.append(end)
        if found := _read_bracket(read, start + 1, inner_end):
            clause = shifted(found, start, end=end)
            if clauses and _goes_on(read.plain, clauses[-1], clause):
                clause = _joined(clauses.pop(), clause)
            clauses.append(clause)
    return clauses


def _goes_on(plain: str, left: Clause, right: Clause) -> bool:
    """Two brackets side by side that say different things are one clause: （责任单位：…）（完成时限：…）."""
    if (
        left.style != "labels"
        or right.style != "labels"
        or plain[left.end : right.start].strip("，；、。 \n")
    ):
        return False
    roles = [{role for _, role in clause.units} for clause in (left, right)]
    return not roles[0] & roles[1] and not (left.deadlines and right.deadlines)


def _joined(left: Clause, right: Clause) -> Clause:
    return left._replace(
        end=right.end,
        units=left.units + right.units,
        deadlines=left.deadlines + right.deadlines,
        plan=left.plan or right.plan,
    )


def _open_end(plain: str, start: int) -> int:
    """Where a bracket that is never closed must have ended: before the next item, line or sentence."""
    stop = _OPEN_STOP.search(plain, start + 1, start + _LONGEST_OPEN)
    return min(stop.start() if stop else len(plain), start + _LONGEST_OPEN)
