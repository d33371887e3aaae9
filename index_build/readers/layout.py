"""Characters with places on a page → lines in reading order → paragraphs.  Pure geometry, no library's types.

Chinese papers are set in a grid, which gives three signs that hold nearly everywhere: a paragraph starts indented
or after a line that ends short of the right edge; columns are parted by a white gutter that most lines respect;
what repeats at the head or foot of the pages is not text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

Rect = tuple[float, float, float, float]  # x0, top, x1, bottom


@dataclass(frozen=True, slots=True)
class Box:
    """Text at a place: x to the right, y downwards, in points."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def find_lines(chars: Iterable[Box]) -> list[Box]:
    """The stretches of text on a page, top down, left to right; parted where a wide gap lies between."""
    rows: list[list[Box]] = []
    for char in sorted(chars, key=lambda c: (c.middle, c.x0)):
        row = rows[-1] if rows else []
        # a footnote mark or a low dot still belongs to the row that it overlaps by half
        if row and abs(char.middle - row[0].middle) < 0.5 * max(min(char.size, row[0].size), 1):
            row.append(char)
        else:
            rows.append([char])
    return [line for row in rows for line in _split_row(sorted(row, key=lambda c: c.x0))]


def _split_row(row: list[Box]) -> list[Box]:
    lines: list[list[Box]] = [[row[0]]]
    for before, char in pairwise(row):
        if char.x0 - before.x1 > 1.1 * max(before.size, char.size) and (
            not char.text.isspace() and not before.text.isspace()
        ):
            lines.append([])
        lines[-1].append(char)
    return [line for part in lines if (line := _line(part)).text.strip()]


def _line(chars: list[Box]) -> Box:
    """One line of its characters; a blank that the file does not hold is put between Latin words only."""
    pieces = [chars[0].text]
    for before, char in pairwise(chars):
        gap = char.x0 - before.x1
        if gap > 0.25 * char.size and _is_latin(before.text[-1:]) and _is_latin(char.text[:1]):
            pieces.append(" ")
        pieces.append(char.text)
    inked = [c for c in chars if not c.text.isspace()] or chars
    return Box(
        "".join(pieces).strip(),
        inked[0].x0,
        max(c.x1 for c in inked),
        min(c.top for c in inked),
        max(c.bottom for c in inked),
        median(c.size for c in inked),
    )


@dataclass(frozen=True, slots=True)
class Block:
    """Lines to be read one after the other; `in_column` where a gutter bounds them."""

    lines: tuple[Box, ...]
    in_column: bool = False


def reading_order(lines: Sequence[Box], known: float | None = None, in_column: bool = False) -> list[Block]:
    """The lines of a page as blocks: a column of a two-column stretch is one block, what spans both another.

    `known` is the gutter of a page before, which holds on where its last lines are too few to show it."""
    gutter = find_gutter(lines)
    if gutter is None and known is not None and _keeps_off(lines, known):
        gutter = known
    if gutter is None:
        return [Block(tuple(merge_rows(lines)), in_column)] if lines else []
    blocks: list[Block] = []
    left: list[Box] = []
    right: list[Box] = []
    whole: list[Box] = []

    def close_columns() -> None:
        for column in (left, right):
            blocks.extend(reading_order(list(column), in_column=True))
            column.clear()

    for line in lines:
        if line.x0 < gutter < line.x1:
            close_columns()
            whole.append(line)
            continue
        if whole:
            blocks.append(Block(tuple(merge_rows(whole)), in_column))
            whole = []
        (left if line.x1 <= gutter else right).append(line)
    close_columns()
    if whole:
        blocks.append(Block(tuple(merge_rows(whole)), in_column))
    return blocks


def _keeps_off(lines: Sequence[Box], gutter: float) -> bool:
    """Whether prose on the left goes down to a gutter, nothing crosses it, and lines beside begin right of it."""
    left = [line for line in lines if line.x1 <= gutter]
    right = [line for line in lines if line.x0 >= gutter]
    if not left or not right or len(left) + len(right) < len(lines):
        return False
    wide = max(line.x1 for line in left) > gutter - 2.5 * left[0].size
    return wide and min(line.x0 for line in right) < gutter + 3 * right[0].size


def find_gutter(lines: Sequence[Box]) -> float | None:
    """The x of a white gutter: nearly all lines keep off it, and prose stands on both of its sides."""
    if len(lines) < 8:
        return None
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    best: tuple[int, float, float] | None = None
    edges = sorted({round(line.x1, 1) for line in lines if left + 0.2 * (right - left) < line.x1 < right})
    for edge in edges:
        x = edge + 2
        crossing = sum(line.x0 < x < line.x1 for line in lines)
        before = [line for line in lines if line.x1 <= x]
        after = [line for line in lines if line.x0 >= x]
        if crossing > 0.25 * len(lines) or min(len(before), len(after)) < max(4, 0.1 * len(lines)):
            continue
        upper, lower = min(line.top for line in before), max(line.bottom for line in before)
        beside = sum(upper <= line.middle <= lower for line in after)
        # columns of prose fill their width; the cells of an unruled table do not
        full = sum(line.x1 - line.x0 > 0.55 * (x - left) for line in before)
        starts = Counter(round(line.x0) for line in after).most_common(1)[0][1]
        own_rows = 2 * _beside_none(after, before) > len(after)
        least = 0.25 if own_rows else 0.6
        if beside < 0.8 * len(after) or full < least * len(before) or starts < 0.4 * len(after):
            continue
        gap = min(line.x0 for line in after) - max(line.x1 for line in before)
        if gap > 4 and (best is None or (-crossing, gap) > best[:2]):
            best = (-crossing, gap, x)
    return best[2] if best else None


def _beside_none(lines: Sequence[Box], others: Sequence[Box]) -> int:
    """How many lines stand at the height of no other: text that runs on its own beside them, no cells of their rows."""
    middles = sorted(line.middle for line in others)
    count = 0
    for line in lines:
        at = bisect_left(middles, line.middle - 0.12 * line.size)
        count += at == len(middles) or middles[at] > line.middle + 0.12 * line.size
    return count


def merge_rows(lines: Sequence[Box]) -> list[Box]:
    """Outside columns, stretches of one row are one line again, a blank where the gap was."""
    merged: list[Box] = []
    for line in lines:
        old = merged[-1] if merged else None
        if (
            old is not None
            and abs(old.middle - line.middle) < 0.5 * min(old.size, line.size)
            and line.x0 >= old.x1
        ):
            merged[-1] = replace(
                old,
                text=f"{old.text} {line.text}",
                x1=line.x1,
                top=min(old.top, line.top),
                bottom=max(old.bottom, line.bottom),
            )
        else:
            merged.append(line)
    return merged


def find_paragraphs(lines: Sequence[Box], right: float | None = None) -> list[list[Box]]:
    """Lines grouped into paragraphs: a full line is followed by its paragraph's next, unless that is indented.

    `right` is the right edge of the cell or page; without it the edge is where several of the lines end."""
    if not lines:
        return []
    left = _usual_left(lines)
    edge = usual_right(lines) if right is None else right
    paragraphs: list[list[Box]] = [[lines[0]]]
    for before, line in pairwise(lines):
        em = max(before.size, 1.0)
        same_size = abs(before.size - line.size) < 0.12 * em
        indented = line.x0 > left + 0.8 * em and not _is_rest_of_title(before, line, left)
        near = line.top - before.bottom < 2.2 * em
        if same_size and near and not indented and is_full(before, line, edge) and not is_new(before, line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def _is_rest_of_title(before: Box, line: Box, left: float) -> bool:
    """Whether `line` stands centred under a title line that fills the page's width."""
    same_axis = abs((before.x0 + before.x1) - (line.x0 + line.x1)) < before.size
    return same_axis and before.x0 < left + before.size and not before.text.endswith(_CLOSING)


# what a line break must not part: opening marks, a character or Latin word, closing marks
_UNIT = re.compile(
    r"[（《“‘〔【〈「(\[]*(?:[A-Za-z0-9.,%]+|.)(?:[“”‘’\"].)*[，。、；：？！”’）》〕】〉」)\]%％]*"
)


def is_full(before: Box, line: Box, edge: float) -> bool:
    """Whether `line`'s first unbreakable stretch found no room at the end of `before`: the break is a wrap."""
    unit = _UNIT.match(line.text)
    width = sum(0.5 if char.isascii() else 1.0 for char in (unit[0] if unit else "")) * line.size
    return before.x1 + width > edge - 0.3 * before.size


def usual_right(lines: Sequence[Box]) -> float:
    """The right edge of running lines: the rightmost place where many of them end.

    Not simply the rightmost line: a closing mark may hang over the edge.  Where several lines go far beyond it,
    the many are lines of something narrow, such as a table that lost its rules, and the edge is further out."""
    counts = Counter(round(line.x1 / 2) for line in lines)
    need = max(2, len(lines) // 50)
    many = [place for place, count in counts.items() if count >= need]
    rightmost = max(line.x1 for line in lines)
    if not many:
        return rightmost
    best = max(many)
    near = [place for place in many if place > best - lines[0].size]
    place = max(near, key=lambda at: (counts[at], at))
    edge = max(line.x1 for line in lines if round(line.x1 / 2) == place)
    beyond = sum(line.x1 > edge + 3 * line.size for line in lines)
    return rightmost if beyond >= 3 else edge


# what begins a paragraph where the setting shows none: a number or a label …
_OPENING = re.compile(
    r"(?:[（(](?:\d{1,3}|[一二三四五六七八九十]{1,4})[）)]|\d{1,3}[.．、](?!\d)|\d{1,2}\.\d{1,2}[ \u3000]+(?![万亿倍个家元吨米亩平公千度])(?=[\u4e00-\u9fff]{4})"
    r"|[一二三四五六七八九十]{1,4}、|[【〖](?=[\u4e00-\u9fff]{4,8}[】〗])"
    r"|[\u4e00-\u9fff]{0,4}(?:单位|單位|部门|部門|举措|舉措|时限|時限|时间|時間)[：:]|附件\s*[\d一二三四五六七八九十]{0,3}(?:[：:]|$))"
)
# … and what does so after a closed sentence only
_OPENING_AFTER_CLOSING = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,5}[条條章节節]|[（(]?[a-z][)）]|——(?=[\u4e00-\u9fff])|[\u2460-\u2473]|[\u4e00-\u9fff]{2,6}[：:])"
)
_CLOSING = tuple("。；：！？）〕】.;)”")
_ADDRESS = re.compile(r"(?:单位|部门|机构|公司|政府|委员会|办事处)[：:]$")
_FOOT = re.compile(r"(?:— ?\d+ ?—|# Page \d+:)$")


def is_new(before: Box, line: Box) -> bool:
    """Whether the words alone show that `line` opens a paragraph."""
    if _FOOT.match(before.text) or _FOOT.match(line.text) or _ADDRESS.search(before.text):
        return True
    if _OPENING.match(line.text) is not None:
        return True
    return before.text.endswith(_CLOSING) and _OPENING_AFTER_CLOSING.match(line.text) is not None


def _usual_left(lines: Sequence[Box]) -> float:
    """The left edge of running lines: the leftmost place where at least two lines, or a tenth, begin."""
    starts = Counter(round(line.x0 / 3) for line in lines)
    need = max(2, len(lines) // 10)
    common = [place for place, count in starts.items() if count >= need]
    return 3.0 * min(common) if common else min(line.x0 for line in lines)


def join(pieces: Iterable[str]) -> str:
    """Wrapped lines as one text: nothing between Chinese characters, a blank between Latin words."""
    text = ""
    for piece in pieces:
        gap = " " if text and _is_latin(text[-1]) and _is_latin(piece[:1]) else ""
        text += gap + piece
    return text


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"^(?:[—–\-－·•~\s]*(\d{1,4})[—–\-－·•~\s]*|第\s*(\d{1,4})\s*页(?:[，,/\s]*共\s*\d+\s*页)?|(\d{1,4})\s*/\s*\d{1,4}|[Pp]age\s*(\d{1,4})(?:\s*of\s*\d+)?)$"
)


def page_number(text: str) -> int | None:
    """The page number that a foot or head line prints, None where the line is something else."""
    match = _PAGE_NUMBER.match(text)
    return int(next(group for group in match.groups() if group)) if match else None


@dataclass(frozen=True, slots=True)
class Margin:
    """The lines at the head and foot of one page, outermost first."""

    head: tuple[Box, ...]
    foot: tuple[Box, ...]


def margin_of(lines: Sequence[Box], height: float, depth: int = 3) -> Margin:
    """The lines in the outer eighth of a page, where running heads and page numbers stand.

    A line with another beside it is a table's or a column's, so it is none of them, unless both are set small and one
    is what a browser prints there."""
    ordered = sorted(lines, key=lambda line: line.top)
    largest = max((line.size for line in lines), default=0.0)
    head = [line for line in ordered if line.bottom < height / 8][:depth]
    foot = [line for line in reversed(ordered) if line.top > height * 7 / 8][:depth]
    return Margin(
        *(tuple(line for line in side if _may_run(line, ordered, largest)) for side in (head, foot))
    )


def _may_run(line: Box, lines: Sequence[Box], largest: float) -> bool:
    row = [other for other in lines if abs(other.middle - line.middle) < line.size / 2]
    return len(row) == 1 or (
        all(part.size < largest for part in row) and any(is_browsers(p.text) for p in row)
    )


_BROWSERS = re.compile(
    r"(?:https?|file)://\S+|\d{2,4}[/.-]\d{1,2}[/.-]\d{1,4},?\s*(?:上午|下午)?\s*\d{1,2}:\d{2}(?:\s*[AP]M)?(?:$|(?=\D))"
)


def is_browsers(text: str) -> bool:
    """Whether a line in the margin opens with what a browser prints there: the page's address, the time of printing."""
    return _BROWSERS.match(text) is not None


def usual_size(lines: Sequence[Box]) -> float:
    """The size in which most of the text is set."""
    sizes = Counter(round(line.size, 1) for line in lines for _ in line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def running_lines(margins: Sequence[Margin], numbers: Sequence[int]) -> set[tuple[int, Box]]:
    """(page index, line) of what is no text: the page's number, and words that repeat at one height of the pages."""
    seen: Counter[tuple[str, int]] = Counter()
    for margin in margins:
        seen.update({_signature(line) for line in (*margin.head, *margin.foot)})
    need = max(2, min(3, len(margins))) if len(margins) < 6 else max(3, len(margins) // 4)
    dropped: set[tuple[int, Box]] = set()
    for at, margin in enumerate(margins):
        for side in (margin.head, margin.foot):
            printed = [line.middle for line in side if is_browsers(line.text)]
            for line in side:
                repeats = seen[_signature(line)] >= need and not line.text.isdigit()
                repeats = repeats or any(abs(line.middle - y) < line.size / 2 for y in printed)
                if not repeats and page_number(line.text) != numbers[at]:
                    break  # what stands nearer to the text is text
                dropped.add((at, line))
    return dropped


def _signature(line: Box) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text.replace(" ", "")), round(line.top / 6)


def printed_numbers(margins: Sequence[Margin]) -> list[int]:
    """Each page's number: as printed where the feet or heads count up with the pages, else counted from 1.

    A bare number may as well be a row's, so that most pages have to agree."""
    offsets: Counter[int] = Counter()
    for at, margin in enumerate(margins):
        found = {page_number(line.text) for line in (*margin.foot, *margin.head)} - {None}
        offsets.update({number - at for number in found if number is not None})
    for offset, count in offsets.most_common(1):
        if count >= max(2, len(margins) / 2) and offset >= 0:
            return [at + offset for at in range(len(margins))]
    return [at + 1 for at in range(len(margins))]
