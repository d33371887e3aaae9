"""One page of a PDF as a picture, and where words of its text stand on it.

Words are found by their characters without white space, in the order in which the page draws them; words that are
not found so (a page that is a scan, a text drawn out of order) are not marked, which is better than marked wrongly.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2

from index_build.readers.glyphs import _LOCK, Box, read_sheets
from index_build.text import fold

SCALE = 1.6  # 115 dots an inch: small print can be read, a page stays below 300 kB


@dataclass(frozen=True, slots=True)
class Area:
    """Part of a line, in shares of the page's width and height, from its top left."""

    left: float
    top: float
    width: float
    height: float
    kind: str


def page_png(data: bytes, number: int) -> bytes | None:
    """Page `number`, from 1, as PNG; None where there is no such page."""
    with _LOCK:
        opened = pypdfium2.PdfDocument(data)
        try:
            if not 1 <= number <= len(opened):
                return None
            picture: Any = opened[number - 1].render(scale=SCALE).to_pil()
            out = io.BytesIO()
            picture.save(out, "PNG")
            return out.getvalue()
        finally:
            opened.close()


def find_areas(
    data: bytes, number: int, passage: Sequence[str], words: Iterable[tuple[str, str]]
) -> list[Area]:
    """Where the pieces of the cited passage stand on a page, and inside it the (kind, words) of its fields."""
    sheet = next(itertools.islice(read_sheets(data), number - 1, None), None)
    if sheet is None:
        return []
    boxes = [box for box in sheet.chars if box.text.strip()]
    letters = "".join((fold(box.text).strip() or box.text)[:1] for box in boxes)
    kinds: dict[int, str] = {}  # letter -> its mark; a field's own colour takes the place of the citation's
    for piece in passage:
        kinds.update(dict.fromkeys(_place(letters, piece, 0, len(letters)), "cited"))
    if kinds:
        first, last = min(kinds), max(kinds) + 1
        for kind, text in words:
            kinds.update(dict.fromkeys(_place(letters, text, first, last), kind))
    runs = itertools.groupby(enumerate(sorted(kinds)), key=lambda pair: (pair[1] - pair[0], kinds[pair[1]]))
    return [
        area
        for (_, kind), run in runs
        for area in _lines([boxes[at] for _, at in run], sheet.width, sheet.height, kind)
    ]


def _place(letters: str, words: str, first: int, last: int) -> range:
    """Which letters the words are; none where they are not found."""
    wanted = "".join(fold(words).split())
    start = letters.find(wanted, first, last) if len(wanted) > 1 else -1  # a digit alone stands anywhere
    return range(start, start + len(wanted)) if start >= 0 else range(0)


def _lines(boxes: Sequence[Box], width: float, height: float, kind: str) -> list[Area]:
    """The boxes joined to one area a line."""
    rows: list[list[Box]] = []
    for box in boxes:
        same = (
            rows
            and abs(rows[-1][-1].top - box.top) < (box.bottom - box.top) / 2
            and box.x0 >= rows[-1][-1].x0
        )
        if same:
            rows[-1].append(box)
        else:
            rows.append([box])
    found = []
    for row in rows:
        left, top = min(b.x0 for b in row), min(b.top for b in row)
        right, bottom = max(b.x1 for b in row), max(b.bottom for b in row)
        found.append(Area(left / width, top / height, (right - left) / width, (bottom - top) / height, kind))
    return found
