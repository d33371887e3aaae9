"""Deadlines and the units they bind: 区市场局：6月底前 in a value, 各区要在3月底前… in running text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from index_build.dates import DateHit, find_dates, find_deadlines, read_limits
from index_build.names import UnitHit, ends_unit, is_unit_list, lists_units, parse_units, same_department
from index_build.text import plainly


class Reading(NamedTuple):
    """What a reader needs to know: the unified text, the text as given, the rules of the document, and whether the
    words close a paragraph or a sentence, or follow on one.  `wide` says that a rule for the whole plan may stand in them."""

    plain: str
    text: str
    first_is_lead: bool
    year: int | None
    closes: bool = True
    wide: bool = True


def limits_at(read: Reading, start: int, end: int) -> list[DateHit]:
    return [
        hit._replace(start=hit.start + start, end=hit.end + start)
        for hit in read_limits(read.text[start:end], read.year)
    ]


_LEVEL_BEFORE = re.compile(
    r"(?:^|[，；。、：\n])请?(?P<who>[一-鿿（）、]{2,24}?)(?:要|应|须|需|必须|于|在|力争|确保|争取|务必)*$"
)
_LEVEL_WORD = re.compile(r"(?:本级|[省市县区旗州盟乡镇村]级|苏木乡镇场?|乡镇|街道|镇街)(?:（[^（）]*）)?$")


def find_bound_deadlines(
    text: str, year: int | None, units: Sequence[UnitHit] = ()
) -> list[tuple[DateHit, str | None]]:
    """`find_deadlines` of running text, each with the unit it binds where the text names one.

    `units` are those of the measure's clause: a plan in parts (公安分局：…年内…) is bound to the part's unit."""
    hits = find_deadlines(text, year)
    if not hits:
        return []
    plain = plainly(text)
    parts = _parts(plain, 0, len(plain), units)
    bound: list[tuple[DateHit, str | None]] = []
    for hit in hits:
        part = next((part for part in reversed(parts) if part.words <= hit.start), None)
        named = _named_before(plain, hit.start)
        if named is None and part is not None:
            bound += [(hit, name) for name in part.names]
        else:
            bound.append((hit, named or _subject(plain, hit.start, hit.end)))
    return bound


def bound_limits(
    read: Reading, start: int, end: int, units: Sequence[UnitHit]
) -> list[tuple[DateHit, str | None]]:
    """The value of 完成时限：, part by part where it names units (区市场局：2022年底…区供电分局：长期坚持)."""
    parts = _parts(read.plain, start, end, units, any_unit=True)
    opening = parts[0].start if parts else end
    bound = [
        (hit, _named_before(read.plain, _date_start(read, hit), start))
        for hit in (limits_at(read, start, opening) if opening > start else ())
    ]
    ends = [*(part.start for part in parts[1:]), end]
    for part, part_end in zip(parts, ends, strict=False):  # no part, no end needed
        bound += [(hit, name) for hit in limits_at(read, part.words, part_end) for name in part.names]
    return bound


def _date_start(read: Reading, hit: DateHit) -> int:
    inner = find_dates(read.plain[hit.start : hit.end], read.year)
    return hit.start + inner[0].start if inner else hit.start


class _Part(NamedTuple):
    """A stretch that names whose it is: 区市场局、司法局：… from the first unit, its words after the colon."""

    start: int
    words: int
    names: tuple[str, ...]


def _parts(
    plain: str, start: int, end: int, units: Sequence[UnitHit], *, any_unit: bool = False
) -> list[_Part]:
    """The parts of a text that open with units of the clause and a colon; with `any_unit`, with other units too."""
    parts: list[_Part] = []
    colon = plain.find("：", start, end)
    while colon >= 0:
        floor = max(start, colon - 40, parts[-1].words if parts else start)
        if ends_unit(plain[floor:colon]) or (any_unit and _LEVEL_WORD.search(plain, floor, colon)):
            part = _part_of_clause(plain, floor, colon, units)
            if part is None and any_unit:
                part = _part_of_others(plain, floor, colon)
            parts += [part] if part else []
        colon = plain.find("：", colon + 1, end)
    return parts


# What the part before may end with, so that no unit's name begins there (…6月底前|市发改委：, …持续推进|区公安分局：).
_TIME_BEFORE_UNIT = re.compile(
    "[0-9]年|[0-9]月(?:底|末|初)?前?|[0-9]日前?|年底前?|持续推进|长期(?:坚持|推进)|成效|完成[。；，]?"
)


def _part_of_clause(plain: str, floor: int, colon: int, units: Sequence[UnitHit]) -> _Part | None:
    """The longest list of the clause's own units right before a colon, wherever the words before it end."""
    for time in _TIME_BEFORE_UNIT.finditer(plain, floor, colon):
        floor = time.end() if colon - time.end() > 1 else floor
    for at in range(floor, colon - 1) if units else ():
        name = plain[at:colon]
        hits = parse_units(name) if "、" in name or "和" in name else []
        if hits and hits[0].start:
            continue
        listed = [hit.name for hit in hits] or [name]
        found = [
            next((unit.name for unit in units if same_department(one, unit.name)), None) for one in listed
        ]
        if found and all(found):
            return _Part(
                at,
                colon + 1,
                tuple(_fuller(one, known or one) for one, known in zip(listed, found, strict=True)),
            )
    return None


def _fuller(printed: str, known: str) -> str:
    """The clause's name of a unit where the part only shortens it (公安分局), else what the part prints."""
    return known if known.endswith(printed) else printed


def _part_of_others(plain: str, floor: int, colon: int) -> _Part | None:
    """A unit or level that the clause does not name, alone between a mark and the colon: 各旗县区：9月底前."""
    at = 1 + max((plain.rfind(mark, floor, colon) for mark in "。；，\n"), default=-1)
    at = max(at, floor)
    name = plain[at:colon]
    if _LEVEL_WORD.search(name) or lists_units(plain, at, colon):
        return _Part(at, colon + 1, tuple(hit.name for hit in parse_units(name)) or (name,))
    return None


_SENTENCE_START = re.compile("[。；！：\\n]")
_SUBJECT = re.compile(r"请?(?P<who>[一-鿿（）、]{2,24}?)(?:要|应|须|需|必须|务必|负责|的|将|请|分别)")
_SUBJECT_AFTER = re.compile(r"，?请?(?P<who>[一-鿿（）、]{2,24}?)(?:要|应|须|需|必须|务必)")


def _subject(plain: str, start: int, end: int) -> str | None:
    """The unit that the sentence of a date is addressed to: 各区要…3月底前…, 3月底前各区要…"""
    far = max(0, start - 200)
    begin = max((m.end() for m in _SENTENCE_START.finditer(plain, far, start)), default=far)
    for match in (_SUBJECT.match(plain, begin, start), _SUBJECT_AFTER.match(plain, end)):
        if match and is_unit_list(match["who"]) and len(parse_units(match["who"])) == 1:
            return match["who"]
    return None


def _named_before(plain: str, at: int, floor: int = 0) -> str | None:
    """The unit or level named right before a date as the one it binds (各区要在3月底前, 旗本级4月底前)."""
    match = _LEVEL_BEFORE.search(plain[max(floor, at - 40) : at])
    if match is None:
        return None
    who = match["who"]
    if _LEVEL_WORD.search(who) or (is_unit_list(who) and len(parse_units(who)) == 1):
        return who
    return None
