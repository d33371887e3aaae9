"""Word's automatic numbers written out: 一、 （一） 1. ① as a reader of the page sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    form: str
    pattern: str
    start: int = 1
    suffix: str = "tab"


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has counted."""

    lists: dict[str, tuple[str, dict[int, Level]]] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)

    def next(self, identity: str, level: int) -> str:
        """The number that the next paragraph of this list and level bears; "" for bullets and unknown lists."""
        abstract, levels = self.lists.get(identity, ("", {}))
        shape = levels.get(level)
        if shape is None or level >= _LEVELS:
            return ""
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        current = counts[level]
        counts[level] = shape.start if current is None else current + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        if shape.form in ("bullet", "none"):
            return ""
        text = shape.pattern
        for depth in range(level + 1):
            above = levels.get(depth)
            value = counts[depth]
            if above is not None:
                shown = count_form(above.start if value is None else value, above.form)
                text = text.replace(f"%{depth + 1}", shown)
        gap = " " if shape.suffix != "nothing" and text[-1:].isascii() else ""
        return text + gap


def load_numbering(element: Any | None) -> Numbering:
    """The lists that word/numbering.xml defines."""
    numbering = Numbering()
    if element is None:
        return numbering
    abstracts: dict[str, dict[int, Level]] = {}
    for abstract in element.iterchildren(f"{W}abstractNum"):
        abstracts[abstract.get(f"{W}abstractNumId", "")] = dict(_levels(abstract))
    for number in element.iterchildren(f"{W}num"):
        reference = number.find(f"{W}abstractNumId")
        key = "" if reference is None else reference.get(f"{W}val", "")
        levels = dict(abstracts.get(key, {}))
        identity = number.get(f"{W}numId", "")
        restarts = False
        for override in number.iterchildren(f"{W}lvlOverride"):
            depth = int(override.get(f"{W}ilvl", "0"))
            levels.update(_levels(override))
            start = override.find(f"{W}startOverride")
            if start is not None and depth in levels:
                restarts = True
                old = levels[depth]
                levels[depth] = Level(old.form, old.pattern, int(start.get(f"{W}val", "1")), old.suffix)
        numbering.lists[identity] = (f"{key}/{identity}" if restarts else key, levels)
    return numbering


def _levels(parent: Any) -> list[tuple[int, Level]]:
    found = []
    for element in parent.iterchildren(f"{W}lvl"):
        values = {tag: element.find(f"{W}{tag}") for tag in ("numFmt", "lvlText", "start", "suff")}
        text = {tag: None if e is None else e.get(f"{W}val") for tag, e in values.items()}
        start = text["start"] or "1"
        level = Level(
            text["numFmt"] or "decimal",
            text["lvlText"] or "",
            int(start) if start.isdigit() else 1,
            text["suff"] or "tab",
        )
        found.append((int(element.get(f"{W}ilvl", "0")), level))
    return found


def count_form(value: int, form: str) -> str:
    """A count in one of Word's number forms (ECMA-376 ST_NumberFormat); unknown forms count in digits."""
    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCountingThousand",
    ):
        return chinese_count(value)
    if form in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseCounting", "taiwaneseDigital"):
        return "".join(_DIGITS[int(d)] for d in str(value)) if value >= 20 else chinese_count(value)
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if form == "decimalEnclosedParen" and 1 <= value <= 20:
        return chr(0x2474 + value - 1)
    if form == "decimalFullWidth":
        return "".join(chr(0xFF10 + int(d)) for d in str(value))
    if form in ("lowerLetter", "upperLetter") and value >= 1:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 1 <= value < 4000:
        roman = _roman(value)
        return roman if form == "upperRoman" else roman.lower()
    if form == "decimalZero":
        return f"{value:02d}"
    return str(value)


def chinese_count(value: int) -> str:
    """1 → 一, 12 → 十二, 105 → 一百零五; up to 9999."""
    if not 0 < value < 10_000:
        return str(value)
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return text.removeprefix("一") if text.startswith("一十") else text


def _roman(value: int) -> str:
    text = ""
    for size, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        text += letters * (value // size)
        value %= size
    return text
