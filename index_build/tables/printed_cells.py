"""The cells of printed lines: what parts them (tabs, bars, blanks), where they stand and in which column of print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from index_build.sheet import Line, Sheet

BARS = "|│┃｜"
_BAR = re.compile(f"[{BARS}]")
_TAB = re.compile(f"[\t{BARS}]")
RULE = re.compile(r"^[\s|+=_─━│┃┼┬┴├┤┌┐└┘—-]+$")


class Parting(Enum):
    """What parts the cells of a line: each with the pattern of a cell."""

    TABS = re.compile(f"[^\t{BARS}]+")  # or bars
    BLANKS = re.compile(r"\S+(?:[ \u3000\xa0]\S+)*")
    ONE_BLANK = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A cell's place in the document's text, its words, and the column of print (or the tab) where it begins."""

    start: int
    end: int
    words: str
    at: int


def printed_cells(sheet: Sheet, line: Line, parting: Parting) -> list[PrintedCell]:
    """The cells of a printed line."""
    text = sheet.document.text
    offsets = sheet.view.offsets
    last = offsets[line.end - 1] + 1
    above = text.rfind("\n", 0, offsets[line.start]) + 1
    first = max(above, text.rfind("\f", above, offsets[line.start]) + 1)
    tabs = parting is Parting.TABS
    found: list[PrintedCell] = []
    opening = tabs and text[first:last].lstrip()[:1] in tuple(BARS)
    for match in parting.value.finditer(text, first, last):
        words = match.group().strip()
        if not words:
            continue
        begin = match.start() + match.group().index(words)
        at = len(_TAB.findall(text, first, begin)) - opening if tabs else width(text[first:begin])
        found.append(PrintedCell(begin, begin + len(words), words, at))
    return found


def is_barred(words: str) -> bool:
    """Do upright bars part the words?"""
    return len(_BAR.findall(words)) > 1


def width(text: str) -> int:
    """Columns of print: two for a full-width character."""
    return sum(1 if ord(c) < 0x2000 else 2 for c in text)
