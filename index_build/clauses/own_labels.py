"""Labels that a paper uses and no list has (担纲：市财政局), told by what stands after them each time.

A label that mostly has units after it names a part in the work; one that mostly has dates after it names a time.  A
stand-in of the same length that the readers know takes its place in what they look at, so that all positions stay.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index_build.clauses.labels import SOUNDS_HELPING, label_before
from index_build.dates import find_dates
from index_build.names import is_unit_list
from index_build.sheet import Sheet
from index_build.tables.columns import Column, fits_column

_LABEL = re.compile("[\u4e00-\u9fff]{2,8}$")
_VALUE_END = re.compile(r"[；。：）】]")
_ENOUGH = 3  # times that a label has to stand in the paper
_MOSTLY = 0.75
_LONGEST_DATE = 24
_LEADING = re.compile("牵头|主|总|首|第一|负责|承|抓|谁|挂帅|担")
_NO_LABEL = re.compile(
    "[抄主发分]送|印发|报送|来源|成员|组长|主任|领导|责任人|联系|电话|地址|注$|附件|例如|包括|签发|发布"
)


@dataclass(frozen=True, slots=True)
class OwnLabels:
    """Where the labels of a paper stand, in order: folded start, end, and what stands in for each."""

    places: tuple[tuple[int, int, str], ...]

    def named(self, sheet: Sheet) -> list[tuple[str, str]]:
        """Each label as printed, and the label of the lists that stands in for it."""
        return [(sheet.text[start:end], word.strip("；")) for start, end, word in self.places]

    def put_in(self, text: str, origin: int) -> str:
        """Text that stands at folded `origin` with the stand-ins, character for character."""
        first = bisect_left(self.places, (origin,))
        for start, end, word in self.places[first : bisect_left(self.places, (origin + len(text),))]:
            text = f"{text[: start - origin]}{word}{text[end - origin :]}"
        return text


def find_own_labels(sheet: Sheet, start: int, end: int, year: int | None) -> OwnLabels | None:
    """The labels of folded [start, end) that no list has; None where there are none."""
    places: dict[str, list[tuple[int, int]]] = {}
    for begin, colon in _labels(sheet, start, end):
        places.setdefault(sheet.text[begin:colon], []).append((begin, colon))
    found: list[tuple[int, int, str]] = []
    for label, at in places.items():
        if len(at) < _ENOUGH or _NO_LABEL.search(label):
            continue
        if any(label_before(sheet.text, colon, max(start, colon - 14)) for _, colon in at):
            continue  # known, or the rest of one that a line's end cuts (牵头单 / 位：)
        word = _stand_in(label, [_value(sheet, colon + 1, end) for _, colon in at], year)
        if word:
            found += [(a, b, "；" * (b - a - len(word)) + word) for a, b in at]
    return OwnLabels(tuple(sorted(found))) if found else None


def _labels(sheet: Sheet, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What may be a label: up to eight characters before a colon, from the head of its line or after a sign."""
    text = sheet.text
    colon = text.find("：", start, end)
    while colon >= 0:
        line = sheet.line_start(colon)
        label = _LABEL.search(text, max(start, line, colon - 8), colon)
        if label:
            at = label.start()
            if at == line or not "\u4e00" <= text[at - 1] <= "\u9fff":
                yield at, colon
        colon = text.find("：", colon + 1, end)


def _value(sheet: Sheet, at: int, end: int) -> str:
    """What stands after a label: to the end of its part, bracket or line."""
    line_end = min(sheet.line_end(at), end) if at < end else at
    stop = _VALUE_END.search(sheet.text, at, line_end)
    return sheet.text[at : stop.start() if stop else line_end]


def _stand_in(label: str, said: Sequence[str], year: int | None) -> str | None:
    enough = _MOSTLY * len(said)
    if sum(is_unit_list(value) and fits_column(Column.LEAD, value) for value in said) >= enough:
        if SOUNDS_HELPING.search(label):
            return "配合"
        return "牵头" if _LEADING.search(label) else "责任"
    if sum(len(value) <= _LONGEST_DATE and _opens_with_date(value, year) for value in said) >= enough:
        return "时限"
    return None


def _opens_with_date(value: str, year: int | None) -> bool:
    return any(hit.start <= 3 for hit in find_dates(value, year)[:1])
