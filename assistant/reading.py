"""A document's text laid out for reading: paragraphs of segments, each segment with the marks that lie on it.

Files made from PDFs break every line at the paper's edge; here such lines are joined again, for the eye only.
Every segment is made of the source's own characters, so what is highlighted is what the document says.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from index_build.model import Document, Measure, Passage, Span
from index_build.text import PAGE_MARK

AROUND = 1400  # characters shown before and after the cited passage; more comes when the reader scrolls
LONGEST = 40_000  # one request never lays out more than this


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch to highlight; `kind` is cited, lead, responsible, deadline, plan, number or measure."""

    start: int
    end: int
    kind: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    text: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`start` is the offset of its first character; `page` is set where a new page begins with it;
    `refs` are the entries (measures) that begin in it; `level` is its rank as a heading, 0 for running text."""

    start: int
    segments: tuple[Segment, ...]
    page: int | None = None
    refs: tuple[str, ...] = ()
    level: int = 0

    def row(self) -> dict[str, Any]:
        return {
            "start": self.start,
            "page": self.page,
            "refs": list(self.refs),
            "level": self.level,
            "segments": [{"text": s.text, "marks": list(s.marks)} for s in self.segments],
        }


_ENDS = re.compile(r"[。；;！？!?：:）)】]”?\s*$")
_OPENS = re.compile(
    r"\s*(?:第[一二三四五六七八九十百]+[章节条部]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|\d{1,3}[.．、](?!\d)|附件|[①-⑳]|#|[一-鿿]{2,6}[：:])"
)
_RUNNING = re.compile(r"[，；。]")  # a line that has one is of a sentence, not a heading or a signature
_UNCLOSED = re.compile(r"[（(][^（()）]{0,120}\Z")
_NUMBER_ALONE = re.compile(
    r"[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,3}[.．、]|[一二三四五六七八九十]+、"
)
_HEADINGS = (
    re.compile(r"\s*(?:第[一二三四五六七八九十百]+[章部]|[一二三四五六七八九十]+、|附件\s*\d*)"),
    re.compile(r"\s*(?:第[一二三四五六七八九十百]+节|[（(][一二三四五六七八九十]{1,3}[）)])"),
)


def hard_wrapped_width(lengths: Sequence[int]) -> int | None:
    """The width at which every line was broken, or None where a line is a paragraph."""
    if len(lengths) < 20:
        return None
    ranked = sorted(lengths)
    high, higher = ranked[len(ranked) * 9 // 10], ranked[len(ranked) * 97 // 100]
    return high if high <= 80 and higher - high <= 5 else None


@lru_cache(maxsize=16)
def paragraphs(text: str) -> tuple[tuple[int, int], ...]:
    """[start, end) of every paragraph in order, page marks left out."""
    hidden = {m.start() for m in PAGE_MARK.finditer(text)}
    lines = [m.span() for m in re.finditer(r"[^\n\f]*\S[^\n\f]*", text)]
    lines = [(a, b) for a, b in lines if a not in hidden]
    width = hard_wrapped_width([len(text[a:b].strip()) for a, b in lines])
    found: list[tuple[int, int]] = []
    full = False  # whether the line before stops in the middle of a sentence, or is only its number
    within = False  # and whether in the middle of a bracket, where a label is no beginning
    for start, end in lines:
        line = text[start:end].strip()
        if found and (within or (full and not _OPENS.match(line))):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
        within = width is not None and bool(_UNCLOSED.search(text, found[-1][0], end))
        if _NUMBER_ALONE.fullmatch(line):
            full = True
        elif width is None or _ENDS.search(line):
            full = False
        else:
            runs_on = line.endswith(("，", "、")) or len(line) >= width * 0.72
            full = runs_on or bool(_RUNNING.search(text, found[-1][0], end))
    return tuple(found)


def heading_level(line: str) -> int:
    """1 for a chapter, 2 for a part of it, 0 for running text."""
    flat = line.strip()
    if len(flat) > 40 or flat.endswith(("。", "；", "）")):
        return 0
    return next((n for n, pattern in enumerate(_HEADINGS, 1) if pattern.match(flat)), 0)


def marks_of(entry: Measure | Passage, cited: Iterable[Span] = ()) -> tuple[Mark, ...]:
    """What to highlight for a citation of `entry`: the cited words, and who and when in their own colours."""
    found = [Mark(s.start, s.end, "cited") for s in (tuple(cited) or entry.extent)]
    found += [Mark(m.span.start, m.span.end, m.role.value) for m in entry.mentions]
    found += [Mark(d.span.start, d.span.end, "deadline") for d in entry.deadlines]
    return tuple(found)


def window(document: Document, spans: Sequence[Span], around: int = AROUND) -> tuple[int, int]:
    """The stretch of whole paragraphs to show for `spans`, with some text before and after."""
    first = min(s.start for s in spans)
    last = min(max(s.end for s in spans), first + LONGEST - 2 * around)
    return whole_paragraphs(document.text, first - around, last + around)


def whole_paragraphs(text: str, start: int, end: int) -> tuple[int, int]:
    """[start, end) widened to paragraph bounds; white space before the first and after the last belongs to them."""
    found = paragraphs(text)
    if not found:
        return 0, len(text)
    ends = [b for _, b in found]
    at = bisect.bisect_right(ends, max(start, 0))
    if at == len(found):
        return len(text), len(text)
    to = max(at, min(bisect.bisect_left(ends, min(end, len(text))), len(found) - 1))
    return found[at][0] if at else 0, found[to][1] if to < len(found) - 1 else len(text)


def lay_out(document: Document, start: int, end: int, marks: Sequence[Mark]) -> list[Paragraph]:
    """The paragraphs that lie in [start, end), split where marks begin or end."""
    page_starts = [p.start for p in document.pages]
    laid: list[Paragraph] = []
    for first, last in paragraphs(document.text):
        if last <= start or first >= end:
            continue
        here = [m for m in marks if m.start < last and m.end > first]
        page_at = bisect.bisect_left(page_starts, first)
        before = laid[-1].start if laid else start
        turned = page_at and page_starts[page_at - 1] > before and laid
        begins = page_at < len(page_starts) and page_starts[page_at] == first
        page = document.page_at(first) if turned or begins else None
        refs = tuple(dict.fromkeys(m.ref for m in here if m.ref and m.start >= first))
        segments = cut(document.text, first, last, here)
        if segments:
            laid.append(Paragraph(first, segments, page, refs, heading_level(document.text[first:last])))
    return laid


def cut(text: str, start: int, end: int, marks: Sequence[Mark]) -> tuple[Segment, ...]:
    """One paragraph as segments; line breaks and page marks inside it are left out."""
    edges = {start, end}
    for mark in marks:
        edges |= {max(start, mark.start), min(end, mark.end)}
    bounds = sorted(edges)
    found: list[Segment] = []
    for a, b in itertools.pairwise(bounds):
        shown = _unbroken(PAGE_MARK.sub("", text[a:b]))
        kinds = tuple(dict.fromkeys(m.kind for m in marks if m.start <= a and m.end >= b))
        if not found:
            shown = shown.lstrip()
        if shown:
            found.append(Segment(shown, kinds))
    return tuple(found)


_BREAK = re.compile(r"\s*[\n\f]\s*")
_WIDE_GAP = re.compile(r"[ \t　]{2,}")


def _unbroken(text: str) -> str:
    def join(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        return " " if before.isascii() and after.isascii() and before.isalnum() and after.isalnum() else ""

    return _WIDE_GAP.sub(" ", _BREAK.sub(join, text))
