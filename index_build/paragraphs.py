"""Paragraphs of plain text, also of text whose lines a page's width has cut."""

from __future__ import annotations

import itertools
import re

from index_build.drafts import Stretch
from index_build.outline import Line, Sheet

PASSAGE_LENGTH = 600
_NUMBERED = re.compile(
    r"(?:（[一二三四五六七八九十]{1,3}）|[一二三四五六七八九十]{1,3}、|\d{1,3}\.)[^，。；]*$|第.{1,3}章"
)
_WORDS = re.compile(r"\w")
_ENDS_ALONE = re.compile(r"^(?:附件|抄送|联系人|（此件|（联系)|^（?(?:19|20)\d\d年\d{1,2}月\d{1,2}日）?$")


def is_wrapped(sheet: Sheet, start: int, end: int) -> bool:
    """Are lines cut by a page's width?  Then most of them end in the middle of a sentence."""
    lines = [line for line in sheet.lines_between(start, end) if line.end - line.start >= 12]
    if len(lines) < 8:
        return False
    broken = sum(sheet.text[line.end - 1] not in "。；：！？）”」…." for line in lines)
    return broken > 0.3 * len(lines)


def paragraph_breaks(sheet: Sheet, start: int, end: int) -> frozenset[int] | None:
    """The folded line starts that begin a paragraph; None where every line is one.

    In wrapped text a printed row may be several lines (cut after a comma), so lines are summed to rows: a
    paragraph ends with a sentence on a row that has room left for the line that follows."""
    if not is_wrapped(sheet, start, end):
        return None
    lines = sheet.lines_between(start, end)
    text = sheet.text
    widths = [_width(text[line.start : line.end]) for line in lines]
    alone = [_is_alone(sheet, line) for line in lines]
    full = sorted(widths)[int(len(widths) * 0.95)] if widths else 0.0
    breaks = {lines[0].start} if lines else set()
    row = 0.0
    for i, line in enumerate(lines[:-1]):
        row = row + widths[i] if row + widths[i] <= full + 1 else widths[i]
        room = row < full - 2.5 and row + widths[i + 1] > full + 1
        ends = room and (text[line.end - 1] in "。！？：；）”" or _NUMBERED.match(text, line.start))
        if ends or _stands_alone(sheet, lines, alone, i):
            breaks.add(lines[i + 1].start)
            row = 0.0
    return frozenset(breaks)


def _stands_alone(sheet: Sheet, lines: tuple[Line, ...], alone: list[bool], i: int) -> bool:
    """Does line i + 1 begin something of its own whatever the width: a date, a list of annexes, a signature?"""
    if alone[i] or alone[i + 1]:
        return True
    if i + 2 >= len(lines) or not alone[i + 2] or sheet.text[lines[i].end - 1] != "。":
        return False
    after = sheet.line_text(lines[i + 1])
    return len(after) <= 30 and not re.search(r"[，。；：]", after)


def _is_alone(sheet: Sheet, line: Line) -> bool:
    return sheet.text[line.start] in "附抄联（12" and bool(_ENDS_ALONE.match(sheet.line_text(line)))


def _width(text: str) -> float:
    """Printed width in full-width characters."""
    return len(text) - len(text.encode("latin-1", "ignore")) / 2


def paragraphs(sheet: Sheet, start: int, end: int, breaks: frozenset[int] | None) -> list[Stretch]:
    """Paragraphs of [start, end), at most PASSAGE_LENGTH long; `breaks` as of `paragraph_breaks`."""
    cuts = [line.start for line in sheet.lines_between(start, end) if breaks is None or line.start in breaks]
    points = sorted({start, *cuts, end})
    found = [piece for a, b in itertools.pairwise(points) for piece in at_most(sheet.text, a, b)]
    return [(a, b) for a, b in found if b > a and _WORDS.search(sheet.text, a, b)]


def at_most(text: str, start: int, end: int, length: int = PASSAGE_LENGTH) -> list[Stretch]:
    """Cut a long stretch at full stops so that no piece is longer than `length`."""
    pieces: list[Stretch] = []
    while end - start > length:
        cut = text.rfind("。", start + length // 2, start + length) + 1
        cut = cut or text.rfind("；", start + length // 2, start + length) + 1
        cut = cut or start + length
        pieces.append((start, cut))
        start = cut
    pieces.append((start, end))
    return pieces
