"""Matrices: tasks and departments across each other, with a sign or a word where a department has a part in a task.

Owned here: which cells are such signs, what a legend says that they mean, and which part each department has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from index_build.names import is_unit_list
from index_build.tables.columns import EMPTY_CELL, Column, reads_as_units
from index_build.text import HAN

_LEADS = re.compile(r"牵头|主办|主责|主要|总牵头|承办|负责|主抓|[主牵](?!管)|[★▲●■◆◎]")
_HELPS = re.compile(r"配合|协办|协同|协助|参与|参加|责任|会办|支持|[协配参责]|[☆△○□◇√✓✔]")
_SIGNS = tuple("★▲◆■●◎☆△◇□○√✓✔")  # the strongest first
_PART = re.compile(
    rf"(?:[{''.join(_SIGNS)}]|[（(]?(?:{_LEADS.pattern}|{_HELPS.pattern})(?:单位|部门|责任)?[）)]?)+"
)
# What stands for a part where a legend says so: ●表示牵头单位 · “A”为该项工作的主办 · 主=牵头
_LEGEND = re.compile(
    rf"""
    [“‘"'（(【「]?
    (?P<sign>
        [{"".join(_SIGNS)}※＊*#×]
        |(?<![A-Za-z0-9])[A-Za-z0-9](?![A-Za-z0-9])  # one letter or digit
        |[主协牵配参责]
    )
    [”’"'）)】」]?(?:号|标记|符号)?
    \s*(?:表示|代表|标示|标注|指|即|为|是|[=＝：:]|[—\-－]{{1,2}})\s*
    (?:该|本|其)?(?:单位|部门)?(?:为|是)?(?:该|本)?(?:项)?(?:工作|任务)?的?
    (?P<part>总?牵头|主办|主责|主要责任|第一责任|配合|协办|协同|协助|参与|参加|责任|会办|支持)
    """,
    re.VERBOSE,
)
_LEADING = re.compile("牵头|主办|主责|主要责任|第一责任")
_LONGEST_PART = 8  # characters of a cell that is a part: （牵头单位）
_NOTE = re.compile("（([^（）]{2,20})）$")  # 牵头（9月底前）
_SHORT_NAME = re.compile("[一-鿿]{2,8}")  # of a department over a column of parts in words: 发改, 财政

Legend = Mapping[str, Column]


def find_legend(text: str) -> Legend:
    """What the signs of a text mean where it says so: ●表示牵头单位，○表示配合单位."""
    return {
        found["sign"].upper(): Column.LEAD if _LEADING.search(found["part"]) else Column.RESPONSIBLE
        for found in _LEGEND.finditer(text)
    }


def is_part(words: str, legend: Legend) -> bool:
    """Is a folded cell nothing but a department's part in a task, with a note (牵头（9月底前）) or without?"""
    if words.upper() in legend:
        return True
    if words[-1:] == "）" and (note := _NOTE.search(words)) and note.start():
        words = words[: note.start()]
    return len(words) <= _LONGEST_PART and _PART.fullmatch(words) is not None


def note_of(words: str) -> tuple[int, int] | None:
    """Where the note stands after the part in a folded cell."""
    note = _NOTE.search(words)
    return note.span(1) if note and note.start() else None


def find_parties(columns: Mapping[int, tuple[str, Sequence[str]]], legend: Legend) -> set[int]:
    """Which columns, each a folded head and the folded cells below it, are a department's with its parts in tasks.

    A head that does not look like a department (发改, 财政) is taken for one where several are, over parts in words."""
    parts = {c: filled for c, (_, cells) in columns.items() if (filled := _parts_below(cells, legend))}
    named = {c for c in parts if reads_as_units(columns[c][0]) or is_unit_list(columns[c][0])}
    worded = {
        c
        for c, filled in parts.items()
        if c in named or (_SHORT_NAME.fullmatch(columns[c][0]) and all(HAN.match(w) for w in filled))
    }
    return worded if len(worded) > 1 else named


def find_part_column(columns: Sequence[Sequence[str]]) -> int | None:
    """The only column whose folded cells are parts in words: that of the units beside it (县公安局 | 配合)."""
    parts = [
        c for c, cells in enumerate(columns) if (w := _parts_below(cells, {})) and all(map(HAN.match, w))
    ]
    return parts[0] if len(parts) == 1 else None


def part_of(words: str) -> Column:
    """The part that a folded cell names."""
    return Column.LEAD if _LEADS.search(words) else Column.RESPONSIBLE


def _parts_below(cells: Sequence[str], legend: Legend) -> list[str]:
    """The filled cells of a column where all are parts; empty where one is none."""
    filled = [words for words in cells if not EMPTY_CELL.match(words)]
    return filled if all(is_part(words, legend) for words in filled) else []


def parts_of(marks: Mapping[int, str], legend: Legend) -> dict[int, Column]:
    """By column, the part of each department that is marked in one row.

    Without a legend the strongest sign of the row leads where it is one that leads at all (★ beside ●)."""
    said = {c: words for c, words in marks.items() if words and not EMPTY_CELL.match(words)}
    strongest = min((_SIGNS.index(w) for w in said.values() if w in _SIGNS), default=0)
    parts: dict[int, Column] = {}
    for c, words in said.items():
        if known := legend.get(words.upper()) or legend.get(words[:1].upper()):
            parts[c] = known
            continue
        weaker = words in _SIGNS and _SIGNS.index(words) > strongest
        parts[c] = Column.RESPONSIBLE if weaker else part_of(words)
    return parts
