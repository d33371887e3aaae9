"""Footnotes of a PDF: raised marks among the words, and the notes that stand below the text of a page or a column.

Pure geometry.  A mark is small and set higher than the letters beside it.  A line that a mark opens begins a note
where all from there to the foot of its column is set smaller than the text, or stands below a short rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index_build.readers.layout import Box, Rect, join, usual_size

_MARK = re.compile(r"[\d\u2460-\u2473*\[\]［］〔〕]")
_SMALL, _HIGHER = 0.8, 0.12  # of the letters beside it
_NOTE = re.compile(r"(?:[\[［〔]?\d{1,3}[\]］〕]?(?![\d.．、%年月日])|[\u2460-\u2473*])\s*")
_SHORT_RULE = 0.5  # of its column
_MOST_RULES = 100  # on a page whose lines are not those of a drawing
_LONGEST_MARK = 4
_SHORTEST_GAP = 0.3  # points by which a note is set smaller


def part_marks(chars: Sequence[Box]) -> tuple[list[Box], list[Box]]:
    """The characters of a page, in the order in which it draws them, without the marks that follow words; and the
    marks that open a line, which stay, set on the line's height."""
    kept: list[Box] = []
    opening: list[Box] = []
    at = 0
    while at < len(chars):
        end = at
        while end < len(chars) and end - at < _LONGEST_MARK and _MARK.match(chars[end].text):
            end += 1
        before = chars[at - 1] if at else None
        after = next((char for char in chars[end : end + 3] if not char.text.isspace()), None)
        if end > at and before is not None and _is_raised(chars[at], before):
            at = end
        elif end > at and after is not None and _is_raised(chars[at], after):
            first = replace(chars[at], top=after.top, bottom=after.bottom)
            opening.append(first)
            kept += [first, *(replace(c, top=after.top, bottom=after.bottom) for c in chars[at + 1 : end])]
            at = end
        else:
            kept.append(chars[at])
            at += 1
    return kept, opening


def _is_raised(char: Box, letter: Box) -> bool:
    """Whether a character is set small and high on the line of a letter."""
    if char.size > _SMALL * letter.size or letter.text.isascii() or letter.text.isspace():
        return False  # m², CO₂
    higher = letter.bottom - 0.12 * letter.size - (char.bottom - 0.12 * char.size)
    near = min(abs(char.x0 - letter.x1), abs(letter.x0 - char.x1)) < 1.5 * letter.size
    return near and _HIGHER * letter.size < higher < letter.size


def part_notes(
    lines: Sequence[Box], opening: Sequence[Box], rules: Sequence[Rect]
) -> tuple[list[Box], list[str]]:
    """The lines of a page without its notes, and the words of each note, its mark left out."""
    usual = usual_size(lines)
    heads = [line for line in lines if any(_opens(line, mark) for mark in opening)]
    few = rules if len(rules) <= _MOST_RULES else ()
    below = [first for rule in few if (first := _first_below(rule, lines, few)) is not None]
    rest, notes = list(lines), []
    for first in sorted({*heads, *below}, key=lambda line: line.top):
        if first not in rest:
            continue
        column = [line for line in rest if line.middle >= first.middle - 1 and _beside(line, first)]
        if first in below or all(line.size < usual - _SHORTEST_GAP for line in column):
            notes += _words(column)
            rest = [line for line in rest if line not in column]
    return rest, notes


def _opens(line: Box, mark: Box) -> bool:
    return abs(line.x0 - mark.x0) < 1 and abs(line.middle - mark.middle) < mark.size


def _beside(line: Box, first: Box) -> bool:
    return line.x0 < first.x1 and first.x0 < line.x1


def _first_below(rule: Rect, lines: Sequence[Box], rules: Sequence[Rect]) -> Box | None:
    """The line with a mark right below a short rule that meets no other and has its column's left edge."""
    x0, top, x1, bottom = rule
    below = [line for line in lines if line.top > top - 1 and line.x0 < x1 and x0 < line.x1]
    above = [line for line in lines if line.bottom < top + 1 and line.x0 < x1 and x0 < line.x1]
    first = min(below, key=lambda line: line.top, default=None)
    if first is None or not above or bottom - top > 1 or not _NOTE.match(first.text):
        return None
    column = max(line.x1 for line in (*above, *below)) - x0
    alone = not any(other != rule and _meets(other, rule) for other in rules)
    near = abs(first.x0 - x0) < 3 * first.size and first.top - bottom < 2.5 * first.size
    return first if alone and near and x1 - x0 < _SHORT_RULE * column else None


def _meets(other: Rect, rule: Rect) -> bool:
    return (
        other[0] <= rule[2] + 2
        and rule[0] <= other[2] + 2
        and other[1] <= rule[3] + 2
        and rule[1] <= other[3] + 2
    )


def _words(column: Sequence[Box]) -> list[str]:
    """The notes of a column: each begins with its mark."""
    notes: list[list[str]] = []
    for line in sorted(column, key=lambda line: line.top):
        if not notes or _NOTE.match(line.text):
            notes.append([])
        notes[-1].append(line.text)
    return [_NOTE.sub("", join(note)) for note in notes]
