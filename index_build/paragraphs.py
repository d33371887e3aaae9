"""Paragraphs of plain text, also of text whose lines a page's width has cut."""

from __future__ import annotations

import itertools
import re

from index_build.drafts import Stretch
from index_build.sheet import Sheet

PASSAGE_LENGTH = 600
_NUMBERED = re.compile(
    r"(?:（[一二三四五六七八九十]{1,3}）|[一二三四五六七八九十]{1,3}、|\d{1,3}\.)[^，。；]*$|第.{1,3}章"
)
_ITEM = re.compile(
    r"（(?:[一二三四五六七八九十]{1,3}|\d{1,2})）|[一二三四五六七八九十]{1,3}、|\d{1,2}[、.](?!\d)|第[一二三四五六七八九十]{1,3}条|[①-⑳●■◆•]"
)
_LEAST_INDENTED = 4  # lines
_SET_IN = re.compile(r"\n[ \u3000\xa0]{2}")
_DEEPEST = 40  # blanks before a line
_LEAST_RUNNING = 5  # lines that are neither, to tell by
_FIELD = re.compile("[^：】〗]{0,11}[：】〗]")  # what the field opens with that a line is
_WORDS = re.compile(r"\w")
_END_SIGNS = "。；：！？）”」…."
_ENDS = re.compile(f"[{_END_SIGNS}]")
_ENDS_ALONE = re.compile(r"^(?:附件|抄送|联系人|（此件|（联系)|^（?(?:19|20)\d\d年\d{1,2}月\d{1,2}日）?$")
_ALONE_HEAD = re.compile("[附抄联（12]")


def is_wrapped(sheet: Sheet, start: int, end: int) -> bool:
    """Are lines cut by a page's width?  Then most of them end in the middle of a sentence."""
    first, last = sheet.numbers_between(start, end)
    lines = list(zip(sheet.lines[first:last], sheet.tails[first:last], strict=True))
    tails = "".join([tail for (a, b), tail in lines if b - a >= 12])
    if len(tails) < 8 or len(_ENDS.sub("", tails)) <= 0.3 * len(tails):
        return False
    broken = [(a, b, tail) for (a, b), tail in lines if b - a >= 12 and tail not in _END_SIGNS]
    fields = sum(  # values need no full stop, nor words before a new number, but none ends amid a list
        tail not in "、，"
        and (_FIELD.match(sheet.text, a) is not None or _ITEM.match(sheet.text, b) is not None)
        for a, b, tail in broken
    )
    running = len(tails) - fields
    return running >= _LEAST_RUNNING and len(broken) - fields > 0.3 * running


def paragraph_breaks(sheet: Sheet, start: int, end: int) -> frozenset[int] | None:
    """The folded line starts that begin a paragraph; None where every line is one.

    In wrapped text a printed row may be several lines (cut after a comma), so lines are summed to rows: a
    paragraph ends with a sentence on a row that has room left for the line that follows."""
    if not is_wrapped(sheet, start, end):
        return None
    first, last = sheet.numbers_between(start, end)
    lines, tails, text = sheet.lines[first:last], sheet.tails[first:last], sheet.text
    origin = lines[0].start
    wide = text[origin : lines[-1].end].encode("latin-1", "replace")  # a ? for each full-width character
    widths = [(b - a + wide.count(b"?", a - origin, b - origin)) / 2 for a, b in lines]  # in these
    full = sorted(widths)[int(len(widths) * 0.95)]
    most, enough = full + 1, full - 2.5
    apart = _apart(sheet, first, last) | _indented(sheet, first, last)
    breaks = {lines[0].start}
    row = 0.0
    for i, (width, following) in enumerate(itertools.pairwise(widths)):
        row = row + width if row + width <= most else width
        room = row < enough and row + following > most
        ends = room and (tails[i] in "。！？：；）”" or _NUMBERED.match(text, lines[i].start))
        if ends or first + i + 1 in apart:
            breaks.add(lines[i + 1].start)
            row = 0.0
    return frozenset(breaks)


def _apart(sheet: Sheet, first: int, last: int) -> set[int]:
    """Which of the lines begin something of their own whatever the width: a date, a list of annexes, a signature
    above one, and what comes after these."""
    apart: set[int] = set()
    for head in _ALONE_HEAD.finditer(sheet.heads, first, last):
        i = head.start()
        if not _ENDS_ALONE.match(sheet.line_text(sheet.lines[i])):
            continue
        apart.update((i, i + 1))
        if i - 2 >= first and sheet.tails[i - 2] == "。":
            above = sheet.line_text(sheet.lines[i - 1])
            if len(above) <= 30 and not re.search(r"[，。；：]", above):
                apart.add(i - 1)
    return apart


def _indented(sheet: Sheet, first: int, last: int) -> set[int]:
    """Which of the lines are set in, by two blanks and more than those that are set in the least: they begin paragraphs."""
    source, offsets = sheet.document.text, sheet.view.offsets
    if _SET_IN.search(source) is None:
        return set()
    widths = []
    for line in sheet.lines[first:last]:
        at = offsets[line.start]
        above = source.rfind("\n", max(0, at - _DEEPEST), at) + 1
        widths.append(at - above if above and source[above:at].isspace() else 0)
    least = sorted(widths)[len(widths) // 20]
    found = {first + i for i, width in enumerate(widths) if width >= least + 2}
    return found if len(found) >= _LEAST_INDENTED else set()


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
