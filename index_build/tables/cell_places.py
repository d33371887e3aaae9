"""Where the cells of a row belong whose places are lost: each under a column that its words fit, in the order of the
heads, so that the row as a whole fits best."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from index_build.names import is_person
from index_build.tables.cells import SERIAL
from index_build.tables.column_contents import names_time, names_units
from index_build.tables.columns import EMPTY_CELL, UNIT_COLUMNS, Column

_OFFICES = re.compile(r"(?:各?[一-鿿]{1,8}(?:科|室|股|处|办|站|所|队|组|中心|部)[、，和及]?)+")
# How well words fit is a score: 3 where they surely do, 1 where they may, below 0 where they hardly do, and so far below
# where they do not that no other cell of the row makes up for it.
_SURE, _LIKELY, _MAYBE, _HARDLY, _NOT = 3.0, 2.0, 1.0, -1.0, -6.0
NOWHERE = -9.0
_LONGEST_NAMES = 30  # characters of units that are not known to be any
_LONGEST_TOPIC = 24
_LEAST_WORDS = 4  # characters of a task
# What a column that stays empty costs.
_MISSING = {
    Column.SECTION: 0.2, Column.TASK: 0.4, Column.NUMBER: 0.5, Column.OTHER: 0.1, Column.PLAN: 0.3,
    Column.DEADLINE: 1.5, Column.BODY: 9.0,
}  # fmt: skip
_MISSING_UNITS = 2.0
LEAST_FIT = 3.0  # of a row as a whole
_PIECE = 0.5  # what a cell in two pieces costs


@lru_cache(maxsize=8192)
def fit_of(column: Column, words: str) -> float:
    """How well a cell's words fit a column."""
    if column is Column.NUMBER:
        return _SURE if SERIAL.fullmatch(words) else NOWHERE
    if SERIAL.fullmatch(words):
        return NOWHERE
    if EMPTY_CELL.match(words):
        return -2.0 if column is Column.BODY else 1.0
    if column in UNIT_COLUMNS:
        return _fit_units(words)
    if column is Column.DEADLINE:
        return _SURE if names_time(words) else _NOT
    if column is Column.OTHER:
        return 1.0 if is_person(words) else 0.5
    foreign = names_units(words) or names_time(words) or is_person(words)
    if column in (Column.BODY, Column.PLAN):
        if foreign:
            return -4.0
        if len(words) < _LEAST_WORDS:
            return _HARDLY
        said = min(_SURE, _MAYBE + len(words) / 20) + words.endswith("。")
        return said if column is Column.BODY else said / 2
    if foreign or "。" in words:
        return -3.0
    return _MAYBE if 1 < len(words) <= _LONGEST_TOPIC else _HARDLY


def _fit_units(words: str) -> float:
    if is_person(words) or names_time(words) or "。" in words:
        return _NOT
    if names_units(words):
        return _SURE
    if _OFFICES.fullmatch(words):
        return _LIKELY
    return _HARDLY if len(words) <= _LONGEST_NAMES else _NOT


def fit_as_placed(words: Mapping[int, str], columns: Sequence[Column]) -> float:
    """How well a row fits whose cells, by the number of their column, stay where they are."""
    return sum(
        fit_of(column, words[c]) if c in words else -_MISSING.get(column, _MISSING_UNITS)
        for c, column in enumerate(columns)
    )


def place_cells(
    words: Sequence[str], columns: Sequence[Column], pieces: bool
) -> tuple[float, tuple[int, ...]]:
    """The best way to put cells under columns in order: how well it fits, and the column of each cell.

    A column may stay empty; `pieces` says that cells that follow one another may be pieces of one."""
    joined: dict[tuple[int, int], str] = {}
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {(0, 0): (0.0, ())}
    for c, column in enumerate(columns):
        for at in range(len(words) + 1):
            if (at, c) not in best:
                continue
            score, chosen = best[at, c]
            missing = _MISSING.get(column, _MISSING_UNITS)
            options = [(at, score - missing, chosen)]
            for stop in range(at + 1, min(len(words), at + (3 if pieces else 1)) + 1):
                cell = joined.setdefault((at, stop), "".join(words[at:stop]))
                fit = fit_of(column, cell) - _PIECE * (stop - at - 1) * (1 + (column is Column.BODY))
                options.append((stop, score + fit, (*chosen, *[c] * (stop - at))))
            for stop, total, way in options:
                if (stop, c + 1) not in best or total > best[stop, c + 1][0]:
                    best[stop, c + 1] = (total, way)
    return best.get((len(words), len(columns)), (NOWHERE, ()))
