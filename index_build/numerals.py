"""Numbers as they are printed: digits, digits that optical reading took for letters, Chinese numerals."""

from __future__ import annotations

NUMERALS = "〇一二三四五六七八九"
_DIGITS = {
    **dict.fromkeys("0OoQ○零", "0"),
    **dict.fromkeys("1lI", "1"),
    **{digit: digit for digit in "23456789"},
    **{numeral: str(n) for n, numeral in enumerate(NUMERALS)},
    "两": "2",
}


def read_number(text: str) -> int | None:
    """12, l2, 十二, 廿五, 一百零三, 二〇二四 as numbers; None where the text is none."""
    rest = text.replace("廿", "二十").replace("卅", "三十")
    total = 0
    for unit, size in (("百", 100), ("十", 10)):
        count, found, rest = rest.rpartition(unit)
        if len(count) > 1 or count not in ("", *_DIGITS):
            return None
        total += size * int(_DIGITS.get(count, 1)) if found else 0
    if not text or any(sign not in _DIGITS for sign in rest):
        return None
    return total + int("".join([_DIGITS[sign] for sign in rest]) or 0)


def chinese_count(value: int, keeps_one: bool = False) -> str:
    """1 → 一, 12 → 十二 (一十二 with `keeps_one`), 105 → 一百零五; up to 9999."""
    if not 0 < value < 10_000:
        return str(value)
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            text += ("零" if gap and text else "") + NUMERALS[digit] + name
            gap = False
        else:
            gap = True
    return text.removeprefix("一") if text.startswith("一十") and not keeps_one else text
