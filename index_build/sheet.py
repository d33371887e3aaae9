"""A document as the readers of its words see it: one folded view, its printed lines, and where its parts stand in it.

Feet and running heads of pages are left out here.  All positions are into the one folded `View`; only `View.span`
leads back to the source.
"""

from __future__ import annotations

import itertools
import re
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from index_build.model import Cell, Document, Heading, Table
from index_build.names import UnitHit, units_at
from index_build.text import View, plainly, view_lines


class Line(NamedTuple):
    """A printed line that is not empty and no page mark: folded [start, end)."""

    start: int
    end: int


_line = partial(tuple.__new__, Line)  # a third of the time that the class takes to make one


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document as its one folded view and its lines; `cuts` are the folded places where a page's foot or a sign of
    stress was left out.

    `text` is what patterns look at: the view's text with simplified characters where the document is traditional,
    one for one.  What is printed comes from the view.  `table_starts` are where the document's tables begin, `headings` the
    folded start and end and the level of those that the format marks, both in order.  `heads` and `tails` are the first and the last character of
    every line, a character a line: to look through them finds the lines worth reading at the cost of a search."""

    view: View
    text: str
    lines: tuple[Line, ...]
    starts: tuple[int, ...]
    heads: str
    tails: str
    cuts: tuple[int, ...] = ()
    table_starts: tuple[int, ...] = ()
    headings: tuple[tuple[int, int, int], ...] = ()

    @property
    def document(self) -> Document:
        return self.view.document

    def stretch(self, part: Cell | Heading | Table) -> tuple[int, int]:
        """The folded [start, end) of a part of the document."""
        return self.view.index(part.start), self.view.index(part.end)

    def words(self, part: Cell | Heading | Table) -> str:
        """What a part of the document says."""
        return self.text[slice(*self.stretch(part))]

    def joined(self, stretches: Iterable[tuple[int, int]]) -> str:
        """The words of folded stretches."""
        return "".join([self.text[start:end] for start, end in stretches])

    def units(self, start: int, end: int) -> list[UnitHit]:
        """The units that folded [start, end) lists."""
        return units_at(self.view.text, self.text, start, end)

    def line_text(self, line: Line) -> str:
        return self.text[line.start : line.end]

    def lines_between(self, start: int, end: int) -> tuple[Line, ...]:
        first, last = self.numbers_between(start, end)
        return self.lines[first:last]

    def lines_headed(self, signs: str, start: int, end: int) -> Iterator[Line]:
        """The lines in folded [start, end) that begin with one of the signs."""
        return self._lines_with(signs, self.heads, start, end)

    def lines_ended(self, signs: str, start: int, end: int) -> Iterator[Line]:
        """The lines in folded [start, end) that end with one of the signs."""
        return self._lines_with(signs, self.tails, start, end)

    def _lines_with(self, signs: str, edges: str, start: int, end: int) -> Iterator[Line]:
        first, last = self.numbers_between(start, end)
        edges = edges[first:last]
        if any(sign in edges for sign in signs):
            yield from (self.lines[first + i] for i, edge in enumerate(edges) if edge in signs)

    def numbers_between(self, start: int, end: int) -> tuple[int, int]:
        """The numbers of the lines that begin in folded [start, end), from the first to after the last."""
        first = bisect_left(self.starts, start)
        return first, bisect_left(self.starts, end, first)

    def at_line_start(self, at: int) -> bool:
        index = bisect_left(self.starts, at)
        return index < len(self.starts) and self.starts[index] == at

    def tables_near(self, start: int, end: int) -> Sequence[Table]:
        """The tables that begin in folded [start, end), and the last that begins before, which may reach into it."""
        first = max(0, bisect_right(self.table_starts, start) - 1)
        return self.document.tables[first : bisect_left(self.table_starts, end)]

    def headings_between(self, start: int, end: int) -> Sequence[tuple[int, int, int]]:
        """The marked headings that begin in folded [start, end)."""
        return self.headings[bisect_left(self.headings, (start,)) : bisect_left(self.headings, (end,))]

    def line_start(self, at: int) -> int:
        """Where the line that holds folded position `at` begins."""
        return self.starts[bisect_right(self.starts, at) - 1]

    def line_end(self, at: int) -> int:
        """Where the line that holds folded position `at` ends."""
        index = bisect_right(self.starts, at) - 1
        return self.lines[index].end if index >= 0 else len(self.view.text)

    def gap_after(self, at: int) -> bool:
        """Does white space follow folded character `at` in the source?"""
        offset = self.view.offsets[at] + 1
        text = self.document.text
        return offset < len(text) and text[offset].isspace()


_BREAK = "<br"
# Page numbers that `PAGE_MARK` does not know: - 2 -, 第 2 页 共 9 页.
_PAGE_FOOT = re.compile(
    r"\n[^\S\n]*(?:[-–－·•~～一][^\S\n]*\d{1,3}[^\S\n]*[-–－·•~～一]|[｜|丨·★_][｜|ｌl丨·★_]{0,2}|\d{1,3} ?/ ?\d{1,3}|第 ?\d{1,3} ?页(?:[，,/ ]*共 ?\d{1,3} ?页)?)[^\S\n]*(?=\n)"
)
# What heads each page of a printed paper: the same words right below every page's number, no head of a table.
_BELOW_FOOT = re.compile(
    r"\n[^\S\n]*[-–—－][^\S\n]?\d{1,3}[^\S\n]?[-–—－][^\S\n]*(?:\n[^\S\n]*)+?\n?[^\S\n]*(?P<head>\S[^\n]{4,30}?)[^\S\n]*(?=\n)"
)
_TABLE_HEAD = re.compile(r"序号|编号|单位|部门|时限|时间|任务|责任|备注")
_BARE_FOOT = re.compile(r"\n[^\S\n]*(\d{1,3})[^\S\n]*(?=\n)")
_FULL_LINE = 16  # characters of a line that a page's width has cut
_SHORTEST_PAGE = 100


def _page_feet(source: str) -> list[tuple[int, int]]:
    """Where a page's number stands on a line of its own."""
    lines = f"\n{source}\n"
    feet = [foot.span() for foot in _PAGE_FOOT.finditer(lines)] + _bare_feet(lines) + _running_heads(lines)
    return [(start, end - 1) for start, end in sorted(feet)]


def _running_heads(lines: str) -> list[tuple[int, int]]:
    """The line below a page's number, where the same words stand there on most pages and on two at least."""
    below = list(_BELOW_FOOT.finditer(lines))
    if len(below) < 2:
        return []
    words, times = Counter(found["head"] for found in below).most_common(1)[0]
    if times < 2 or 2 * times <= len(below) or _TABLE_HEAD.search(words):
        return []
    return [(found.start("head") - 1, found.end("head")) for found in below if found["head"] == words]


def _bare_feet(lines: str) -> list[tuple[int, int]]:
    """Lines that are nothing but a number, where all of them count up by one over long lines of running text.

    The numbers of a table's rows, which stand alone on their lines too, have short lines around them."""
    feet = list(_BARE_FOOT.finditer(lines))
    if len(feet) < 2 or [int(f[1]) for f in feet] != list(
        range(int(feet[0][1]), int(feet[0][1]) + len(feet))
    ):
        return []
    pages = [lines[a.end() : b.start()] for a, b in itertools.pairwise(feet)]
    if min(len("".join(page.split())) for page in pages) < _SHORTEST_PAGE:
        return []
    above = [page.rstrip().rpartition("\n")[2].strip() for page in (lines[: feet[0].start()], *pages)]
    cut = [line for line in above if len(line) >= _FULL_LINE and line[-1] not in "。；：！？"]
    return [foot.span() for foot in feet] if 2 * len(cut) >= len(feet) else []


def _without(whole: View, cuts: Sequence[int]) -> View:
    """The view without the characters at `cuts`."""
    offsets = array("I")
    text = []
    for before, cut in itertools.pairwise([-1, *cuts, len(whole.text)]):
        offsets.extend(whole.offsets[before + 1 : cut])
        text.append(whole.text[before + 1 : cut])
    return View(whole.document, "".join(text), offsets)


def read_sheet(document: Document) -> Sheet:
    """Fold a document once and find its lines; patterns see the words alone, without marks and feet."""
    whole, starts = view_lines(document)
    marks = [(whole.index(start), whole.index(end)) for start, end in document.marks]
    left_out = set(itertools.chain.from_iterable(itertools.starmap(range, marks)))
    if breaks := [end for start, end in document.marks if document.text.startswith(_BREAK, start, end)]:
        starts = sorted({*starts, *map(whole.index, breaks)})
    feet = _page_feet(document.text)
    for start, end in feet:
        left_out.update(range(whole.index(start), whole.index(end)))
    if left_out:
        cuts = sorted(left_out)
        starts = [start - bisect_left(cuts, start) for start in starts]
        whole = _without(whole, cuts)
    size = len(whole.text)
    starts = list(dict.fromkeys(starts[: bisect_left(starts, size)]))  # not of a line that was left out
    ends = [*starts[1:], size] if starts else []
    text = plainly(whole.text)
    return Sheet(
        whole,
        text,
        tuple(map(_line, zip(starts, ends, strict=True))),
        tuple(starts),
        "".join([text[start] for start in starts]),
        "".join([text[end - 1] for end in ends]),
        tuple(sorted({whole.index(start) for start, _ in (*feet, *document.marks)})),
        tuple([whole.index(table.start) for table in document.tables]),
        tuple(sorted([(whole.index(h.start), whole.index(h.end), h.level) for h in document.headings])),
    )
