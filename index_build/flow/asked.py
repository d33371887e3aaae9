"""Units that are asked or bidden to do something, where most items of a paper do so and no other clause is in it.

请市公安局会同市应急管理局于1月25日前…  ·  市水利局要在5月底前…  ·  5月10日前，市城管局牵头，市公安局配合，完成…
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from index_build.clauses import shifted, whole_clause
from index_build.clauses.roles import may_speak
from index_build.drafts import Placed, Stretch
from index_build.flow.agents import after_time, clause_of_units, end_of_units, names_bodies
from index_build.majority import are_most, in_most
from index_build.model import Role, UnitKind
from index_build.names import UnitHit
from index_build.sheet import Sheet
from index_build.tables.columns import reads_as_units

_ASKS = re.compile("(?:拟请|商请|恳请|请|责成|要求|督促|安排)(?=[省市县区旗州各国有全])")
_MAY_ASK = re.compile("请|责成|要求|安排|要|应|须|需|务必|将|会同|联合|于|在|牵头|负责")
_BIDDEN = re.compile("要|应|须|需|必须|务必|将|抓紧|尽快|会同|联合|(?:于|在)(?=[0-9本今年月])")
_WITH = re.compile("(?:应|要|须|将)?(?:会同|联合)")
_HELPS = re.compile("(?:积极|主动|密切|做好)?(?:配合|协助|支持|参与)")
_TITLE = 30  # characters of a name before the sentence that asks
_OPENING = 60  # characters in which the units stand
_LEAST = 2

_Units = list[tuple[UnitHit, Role]]


def find_asked(sheet: Sheet, items: Mapping[int, Stretch]) -> dict[int, Placed]:
    """By number, the units that an item asks; empty where most items (folded stretches) ask nobody."""
    text = sheet.text
    if len(items) < _LEAST or any(
        not _MAY_ASK.search(text, a, min(b, a + _TITLE + _OPENING)) for a, b in list(items.values())[:_LEAST]
    ):
        return {}
    found = in_most(items, lambda start, stop: _asked(sheet, start, stop))
    named = sum(any(hit.kind is UnitKind.UNIT for hit, _ in units) for units in found.values())
    asked = {tuple(hit.name for hit, _ in units) for units in found.values()}
    if 2 * named < len(found):
        return {}  # 各级各部门要充分认识…: a letter's words to all
    if min(len(found), len(asked)) < _LEAST or not are_most(len(asked), len(found)):
        return {}  # also where one group of units (各级主管部门) is told everything
    return {n: clause_of_units(units, "asked") for n, units in found.items()}


def _asked(sheet: Sheet, start: int, stop: int) -> _Units:
    """The units that the first sentence asks, or the second where the first is a name."""
    title = sheet.text.find("。", start, min(stop, start + _TITLE)) + 1
    for begin in (start, title) if 0 < title < stop else (start,):
        if units := _of_sentence(sheet, after_time(sheet.text, begin, stop), stop):
            return units
    return []


def _of_sentence(sheet: Sheet, start: int, stop: int) -> _Units:
    text = sheet.text
    sentence = text.find("。", start, stop)
    end = sentence if sentence > 0 else stop
    asks = _ASKS.match(text, start, end)
    start = asks.end() if asks else start
    for bidden in _BIDDEN.finditer(text, start + 3, min(end, start + _OPENING)):
        if names_bodies(text, start, bidden.start()) and reads_as_units(text[start : bidden.start()]):
            return _with_others(sheet, start, bidden.start(), end)
    if asks and (after := end_of_units(text, start, min(end, start + _OPENING))):
        return _with_others(sheet, start, after, end)
    return _spoken(sheet, start, end)


def _with_others(sheet: Sheet, start: int, after: int, end: int) -> _Units:
    """The units in [start, after), those that they do it with, and those that help at the sentence's end."""
    text = sheet.text
    units: _Units = [(hit, Role.LEAD) for hit in sheet.units(start, after)]
    if together := _WITH.match(text, after, end):
        last = end_of_units(text, together.end(), min(end, together.end() + _OPENING))
        if last:
            others = sheet.units(together.end(), last)
            units += [(hit, Role.RESPONSIBLE) for hit in others]
    comma = text.rfind("，", after, end) + 1
    helps = _HELPS.search(text, comma, end) if comma else None
    if helps and helps.end() == end and names_bodies(text, comma, helps.start()):
        units += [(hit, Role.RESPONSIBLE) for hit in sheet.units(comma, helps.start())]
    return units


def _spoken(sheet: Sheet, start: int, end: int) -> _Units:
    """Parts at the head of a sentence that say who by verbs: 市城管局牵头，市公安局配合，…"""
    at = start
    units: _Units = []
    while (comma := sheet.text.find("，", at, end)) > at:
        said = whole_clause(sheet.text[start:comma]) if may_speak(sheet.text, start, comma) else None
        if said is None or said.style != "verbs" or said.deadlines:
            break
        units = list(shifted(said, start).units)
        at = comma + 1
    return units
