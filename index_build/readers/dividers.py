"""Upright rules that stand alone between columns of text: a sure sign where a page is parted, and from where to where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index_build.readers.glyphs import Rule
from index_build.readers.layout import Block, Box, merge_rows, reading_order

_LEAST_HEIGHT = 0.15  # of the page's
_LEAST_LINES = 4  # of text on each side
_NEAR = 3.0  # points between rules that meet


def find_dividers(rules: Sequence[Rule], lines: Sequence[Box], height: float) -> tuple[Rule, ...]:
    """The rules that part columns: upright, met by no other rule, crossed by no line, text on both sides."""
    return tuple(rule for rule in rules if _stands_alone(rule, rules, height) and _parts(rule, lines))


def _stands_alone(rule: Rule, rules: Sequence[Rule], height: float) -> bool:
    x0, top, x1, bottom = rule
    if x1 - x0 > _NEAR or bottom - top < _LEAST_HEIGHT * height:
        return False
    return not any(
        other is not rule
        and other[0] - _NEAR <= x0 <= other[2] + _NEAR
        and top - _NEAR <= other[3]
        and other[1] <= bottom + _NEAR
        for other in rules
    )


def _parts(rule: Rule, lines: Sequence[Box]) -> bool:
    x, beside = rule[0], [line for line in lines if rule[1] <= line.middle <= rule[3]]
    left, right = (sum(line.x1 <= x for line in beside), sum(line.x0 >= x for line in beside))
    return min(left, right) >= _LEAST_LINES and left + right == len(beside)


def order_beside(
    lines: Sequence[Box], dividers: Sequence[Rule], known: float | None = None
) -> Iterable[Block]:
    """The lines of a page in reading order, those beside the first divider column by column."""
    if not dividers:
        yield from reading_order(lines, known)
        return
    x, top, _, bottom = dividers[0]
    yield from reading_order([line for line in lines if line.middle < top], known)
    beside = [line for line in lines if top <= line.middle <= bottom]
    for column in ([line for line in beside if line.x1 <= x], [line for line in beside if line.x1 > x]):
        if column:
            yield Block(tuple(merge_rows(column)), in_column=True)
    yield from order_beside([line for line in lines if line.middle > bottom], dividers[1:], known)
