"""Figures with their unit and their bound."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.sentences.language import BOUND_AFTER, BOUND_BEFORE, HAN_DIGITS, NUMBER
from assistant.sentences.literal import places_of


@dataclass(frozen=True, slots=True)
class Number:
    """A figure with its unit and its bound (`>=`, `<=`, `to`, …; "" for none)."""

    value: float
    unit: str
    bound: str
    raw: str = field(compare=False, default="")
    start: int = field(compare=False, default=0)


_SAME_UNIT = {"日": "天", "自然日": "天", "个百分点": "百分点"}
_SCALES = {"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}


def find_numbers(text: str) -> list[Number]:
    """Every figure but those of dates (…年, …月)."""
    found = []
    for match in NUMBER.finditer(text):
        value, unit = _value_of(match)
        if value is None or unit in ("年", "月"):
            continue
        bound = bound_of(text, match.start(), match.end())
        found.append(Number(value, _SAME_UNIT.get(unit, unit), bound, match.group(), match.start()))
    return found


def _value_of(match: re.Match[str]) -> tuple[float | None, str]:
    if match["digits"]:
        unit = match["percent"] or match["unit"] or ""
        scale = _SCALES[match["scale"] or ""]
        if unit in ("万元", "亿元"):
            scale, unit = scale * (1e4 if unit[0] == "万" else 1e8), "元"
        return float(match["digits"]) * scale, unit
    if match["hundredth"]:
        return han_number(match["hundredth"]), "%"
    return han_number(match["han"]), match["han_unit"] or ""


def han_number(text: str) -> float | None:
    """三十五 → 35, 两 → 2, 半 → 0.5, 一二三 → 123; None if it is no number."""
    if text == "半":
        return 0.5
    whole, _, part = text.partition("点")
    if not re.search("[十百千万]", whole):
        digits = "".join(_han_digit(c) for c in whole)
        tail = "".join(_han_digit(c) for c in part)
        return float(f"{digits}.{tail}" if tail else digits) if digits.isdigit() else None
    total, section, digit = 0, 0, 0
    for char in whole:
        if char in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        elif char == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        elif value := _han_digit(char):
            digit = int(value)
        else:
            return None
    return float(total + section + digit)


def _han_digit(char: str) -> str:
    if char == "两":
        return "2"
    at = HAN_DIGITS.find(char)
    return "" if at < 0 else str(max(0, at - 1))


def bound_of(text: str, start: int, end: int) -> str:
    """How the figure at [start, end) is bounded by what stands before and after it."""
    after = next((sign for pattern, sign in BOUND_AFTER if pattern.match(text[end : end + 4])), "")
    before = next(
        (sign for pattern, sign in BOUND_BEFORE if pattern.search(text[max(0, start - 8) : start])), ""
    )
    return before + after


def qualified_outside(words: str, text: str) -> bool:
    """Whether every occurrence of a figure has a bound beside it that the words leave out: 70% of 70%以上."""

    def bounded(at: int) -> bool:
        return any(sign in bound_of(text, at, at + len(words)) for sign in (">", "<", "~"))

    return all(bounded(at) for at in places_of(words, text))
