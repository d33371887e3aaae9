"""Word's automatic numbers written out: 一、 （一） 1. ① as a reader of the page sees them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from index_build.numerals import NUMERALS, chinese_count

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9

# number forms of single signs (first sign, how many) and of series
_SIGNS = {
    "decimalEnclosedCircle": (0x2460, 20),
    "decimalEnclosedCircleChinese": (0x2460, 20),
    "decimalEnclosedParen": (0x2474, 20),
    "decimalEnclosedFullstop": (0x2488, 20),
    "ideographEnclosedCircle": (0x3280, 10),
}
_SERIES = {"ideographTraditional": "甲乙丙丁戊己庚辛壬癸", "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥"}
_PLAIN = "零一二三四五六七八九十百千0123456789"
_FORMAL = {
    "chineseLegalSimplified": "零壹贰叁肆伍陆柒捌玖拾佰仟0123456789",
    "ideographLegalTraditional": "零壹貳參肆伍陸柒捌玖拾佰仟0123456789",
}


@dataclass(frozen=True, slots=True)
class Level:
    """`restart`: the level above which a number makes this one begin anew, 0 none; None: any.  `is_legal`: all of
    its counts in digits.  `style`: the paragraph style that stands for this level."""

    form: str
    pattern: str
    start: int = 1
    suffix: str = "tab"
    restart: int | None = None
    is_legal: bool = False
    style: str | None = None

    def begins_after(self, level: int) -> bool:
        return self.restart is None or level < self.restart


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has counted."""

    lists: dict[str, tuple[str, dict[int, Level]]] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)

    def level_of(self, identity: str, style: str) -> int | None:
        """The level of a list that a paragraph style stands for."""
        _, levels = self.lists.get(identity, ("", {}))
        return next((depth for depth, level in levels.items() if level.style == style), None)

    def next(self, identity: str, level: int) -> str:
        """The number that the next paragraph of this list and level bears; "" for bullets and unknown lists."""
        abstract, levels = self.lists.get(identity, ("", {}))
        shape = levels.get(level)
        if shape is None or level >= _LEVELS:
            return ""
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        current = counts[level]
        counts[level] = shape.start if current is None else current + 1
        for depth in range(level + 1, _LEVELS):
            if depth not in levels or levels[depth].begins_after(level):
                counts[depth] = None
        if shape.form in ("bullet", "none"):
            return ""
        text = shape.pattern
        for depth in range(level + 1):
            above = levels.get(depth)
            value = counts[depth]
            if above is not None:
                form = "decimal" if shape.is_legal else above.form
                shown = count_form(above.start if value is None else value, form)
                text = text.replace(f"%{depth + 1}", shown)
        gap = " " if shape.suffix != "nothing" and text[-1:].isascii() else ""
        return text + gap


def load_numbering(element: Any | None) -> Numbering:
    """The lists that word/numbering.xml defines."""
    numbering = Numbering()
    if element is None:
        return numbering
    abstracts: dict[str, dict[int, Level]] = {}
    by_style: dict[str | None, dict[int, Level]] = {}
    elements = list(element.iterchildren(f"{W}abstractNum"))
    for abstract in elements:
        levels = dict(_levels(abstract))
        abstracts[abstract.get(f"{W}abstractNumId", "")] = levels
        by_style[value_of(abstract, "styleLink")] = levels
    for abstract in elements:  # a list that is another's, by a list style
        if (link := value_of(abstract, "numStyleLink")) is not None:
            abstracts[abstract.get(f"{W}abstractNumId", "")] = by_style.get(link, {})
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
                levels[depth] = replace(levels[depth], start=int(start.get(f"{W}val", "1")))
        numbering.lists[identity] = (f"{key}/{identity}" if restarts else key, levels)
    return numbering


def _levels(parent: Any) -> list[tuple[int, Level]]:
    found = []
    for element in parent.iterchildren(f"{W}lvl"):
        start, restart = value_of(element, "start") or "1", value_of(element, "lvlRestart") or ""
        level = Level(
            _form(element),
            value_of(element, "lvlText") or "",
            int(start) if start.isdigit() else 1,
            value_of(element, "suff") or "tab",
            int(restart) if restart.isdigit() else None,
            element.find(f"{W}isLgl") is not None and value_of(element, "isLgl") not in ("0", "false"),
            value_of(element, "pStyle"),
        )
        found.append((int(element.get(f"{W}ilvl", "0")), level))
    return found


def _form(level: Any) -> str:
    """The number form of a level; of one that newer Word counts by example (001, 002 …), its first example."""
    form = next(level.iter(f"{W}numFmt"), None)
    if form is None:
        return "decimal"
    example = form.get(f"{W}format", "").partition(",")[0].strip()
    return example if example.isdigit() else form.get(f"{W}val", "decimal")


def value_of(parent: Any | None, tag: str) -> str | None:
    """The value that an element states in one below it, if there are both."""
    child = None if parent is None else parent.find(f"{W}{tag}")
    return None if child is None else child.get(f"{W}val")


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
        return "".join(NUMERALS[int(d)] for d in str(value)) if value >= 20 else chinese_count(value)
    if form in _SIGNS and 1 <= value <= _SIGNS[form][1]:
        return chr(_SIGNS[form][0] + value - 1)
    if form in _SERIES and 1 <= value <= len(_SERIES[form]):
        return _SERIES[form][value - 1]
    if form in ("chineseLegalSimplified", "ideographLegalTraditional"):
        formal = _FORMAL[form]
        return "".join(formal[_PLAIN.index(sign)] for sign in chinese_count(value, keeps_one=True))
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return "".join(chr(0xFF10 + int(d)) for d in str(value))
    if form == "numberInDash":
        return f"- {value} -"
    if form.isdigit():
        return str(value).zfill(len(form))
    if form in ("lowerLetter", "upperLetter") and value >= 1:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 1 <= value < 4000:
        roman = _roman(value)
        return roman if form == "upperRoman" else roman.lower()
    if form == "decimalZero":
        return f"{value:02d}"
    return str(value)


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
