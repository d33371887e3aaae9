"""Flat task tables: what is left of a table in a text file, one cell line a line, the head repeated on every page."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from index_build.drafts import Stretch, merged
from index_build.sheet import Line, Sheet
from index_build.tables.columns import (
    CONTENT_WORDS,
    EMPTY_CELL,
    UNIT_COLUMNS,
    Column,
    fits_column,
    name_columns,
    read_head,
    reads_as_units,
    settle_columns,
)
from index_build.tables.rows import Row, TaskTable

_CELL_LINE = 18
_MOST_LINES = 120  # of a row: more is running text that only looks like a table
_LOST_ROWS = 2  # row numbers that a conversion may have taken for page numbers


@dataclass(frozen=True, slots=True)
class _Head:
    lines: Stretch  # indexes into the region's lines
    columns: tuple[Column, ...]


def find_flat_tables(sheet: Sheet, start: int, end: int) -> list[TaskTable]:
    """Tables in folded [start, end) that a text file prints cell line by cell line."""
    lines = sheet.lines_between(start, end)
    heads = _find_heads(sheet, lines, sheet.numbers_between(start, end)[0])
    tables: list[TaskTable] = []
    at = 0
    while at < len(heads):
        same = [heads[at]]
        while at + len(same) < len(heads) and heads[at + len(same)].columns == same[0].columns:
            same.append(heads[at + len(same)])
        stop = heads[at + len(same)].lines[0] if at + len(same) < len(heads) else len(lines)
        table = _read_flat(sheet, lines, same, stop)
        if table:
            tables.append(table)
        at += len(same)
    return tables


_NUMBER_HEAD = re.compile("[序编项任N]")


def _find_heads(sheet: Sheet, lines: Sequence[Line], first: int) -> list[_Head]:
    """The heads among lines of which `first` is the number of the first."""
    heads: list[_Head] = []
    j = 0
    for head in _NUMBER_HEAD.finditer(sheet.heads, first, first + len(lines)):
        i = head.start() - first
        if i < j or lines[i].end - lines[i].start > 8:
            continue
        if read_head(sheet.line_text(lines[i])) is not Column.NUMBER:
            continue
        j = i
        words: list[str] = []
        while j < len(lines) and lines[j].end - lines[j].start <= 14:
            if read_head(sheet.line_text(lines[j])) is None:
                break
            words.append(sheet.line_text(lines[j]))
            j += 1
        columns = settle_columns(name_columns(words)) if len(words) >= 3 else None
        if columns:
            heads.append(_Head((i, j), tuple(columns)))
    return heads


def _read_flat(sheet: Sheet, lines: Sequence[Line], heads: Sequence[_Head], stop: int) -> TaskTable | None:
    """Rows run from a number alone on its line to the next one in order; heads in between are page cuts."""
    first = heads[0]
    head_at = {i for head in heads for i in range(*head.lines)}
    rows_at, stop = _number_lines(sheet, lines, range(first.lines[1], stop), head_at)
    if len(rows_at) < 2:
        return None
    stop = _table_end(sheet, lines, rows_at, stop, Column.DEADLINE in first.columns)
    rows: list[Row] = []
    section: str | None = None
    serial = 0
    for k, (i, number) in enumerate(rows_at):
        until = rows_at[k + 1][0] if k + 1 < len(rows_at) else stop
        chunks = _chunks(range(i + 1, until), head_at)
        taken = 0
        if Column.TASK in first.columns or Column.SECTION in first.columns:
            taken, name, serial = _section_cell(sheet, lines, chunks, serial)
            section = name or section
            if taken:
                chunks[0] = chunks[0][taken:]
        cells = _row_cells(sheet, [[lines[n] for n in chunk] for chunk in chunks], first.columns)
        own = [(lines[n].start, lines[n].end) for n in [i, *[n for chunk in chunks for n in chunk]]]
        rows.append(
            Row(
                str(number),
                (section,) if section else (),
                cells,
                merged(own),
                (lines[i].start, lines[i].end),
                flat=True,
            )
        )
    return TaskTable(lines[first.lines[0]].start, lines[stop - 1].end, first.columns, tuple(rows))


def _number_lines(
    sheet: Sheet, lines: Sequence[Line], below: range, head_at: Container[int]
) -> tuple[list[tuple[int, int]], int]:
    """The lines that are nothing but the next number, each with its number, and where a line too long for a cell
    ends the table."""
    rows_at: list[tuple[int, int]] = []
    expected: int | None = None
    for i in below:
        if i in head_at:
            continue
        text = sheet.line_text(lines[i])
        is_number = text.isdigit() and len(text) <= 3
        if is_number and (expected is None or 0 <= int(text) - expected <= _LOST_ROWS):
            rows_at.append((i, int(text)))
            expected = int(text) + 1
        elif len(text) > 2 * _CELL_LINE:
            return rows_at, i
    return rows_at, below.stop


_AFTER_TABLE = re.compile(r"附件|备注：|注：|说明：|（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、")


def _table_end(
    sheet: Sheet, lines: Sequence[Line], rows_at: Sequence[tuple[int, int]], stop: int, dated: bool
) -> int:
    """After the last row only cell lines belong to it: stop at a heading, a note, an annex, a signature."""
    widest = max(
        (lines[i].end - lines[i].start for i in range(rows_at[0][0], rows_at[-1][0])), default=_CELL_LINE
    )
    for i in range(rows_at[-1][0] + 1, stop):
        text = sheet.line_text(lines[i])
        if len(text) > widest + 3 or _AFTER_TABLE.match(text) or (not dated and re.match(r"\d{4}年", text)):
            return i
    return stop


def _chunks(numbers: range, head_at: set[int]) -> list[list[int]]:
    """Line indexes of one row, cut where a page's table head stands between them."""
    chunks: list[list[int]] = [[]]
    for n in numbers:
        if n in head_at:
            if chunks[-1]:
                chunks.append([])
        else:
            chunks[-1].append(n)
    return chunks if chunks[-1] or len(chunks) == 1 else chunks[:-1]


_SERIAL = re.compile(r"(\d{1,3})\.(?=[\u4e00-\u9fff“])")


def _section_cell(
    sheet: Sheet, lines: Sequence[Line], chunks: list[list[int]], serial: int
) -> tuple[int, str | None, int]:
    """The narrow cell "3.提升政务服 / 务水平" that only the first row of its group prints: lines taken, name."""
    if not chunks[0]:
        return 0, None, serial
    texts = [sheet.line_text(lines[n]) for n in chunks[0]]
    found = _SERIAL.match(texts[0])
    if not found or not 1 <= int(found.group(1)) - serial <= _LOST_ROWS:
        return 0, None, serial
    width = len(texts[0]) - len(found.group(0)) + 1
    ends = [1]
    for n, words in enumerate(texts[1:], start=2):
        before = texts[n - 2]
        if len(words) > width + 1 or not (before[-1] in "、，和与及的" or len(before) >= width or n == 2):
            break
        ends.append(n)
    taken = next((n for n in reversed(ends) if texts[n - 1][-1] not in "、，和与及的"), 1)
    return taken, "".join(texts[:taken]), int(found.group(1))


def _row_cells(
    sheet: Sheet, chunks: list[list[Line]], columns: Sequence[Column]
) -> dict[Column, tuple[Stretch, ...]]:
    """Lines of a row (one list a page) as cells: on each page the columns follow one another again."""
    kinds = [c for c in columns if c not in (Column.NUMBER, Column.SECTION, Column.TASK)]
    cells: dict[Column, list[Stretch]] = {}
    before = [""] * len(kinds)
    for number, chunk in enumerate(chunks):
        cut = _Cut(sheet.text, _points(sheet.text, chunk), kinds, before, more=number + 1 < len(chunks))
        for k, (a, b) in enumerate(cut.find()):
            if b > a:
                cells.setdefault(kinds[k], []).append((a, b))
                before[k] += sheet.text[a:b]
    return {
        column: tuple(found) for column, found in cells.items() if not EMPTY_CELL.match(sheet.joined(found))
    }


def _points(text: str, chunk: Sequence[Line]) -> list[int]:
    """Where a cell may end: at line ends, and after the last full stop (content and unit on one line)."""
    if not chunk:
        return []
    start, end = chunk[0].start, chunk[-1].end
    stop = text.rfind("。", start, end) + 1
    return sorted({line.start for line in chunk} | {end} | ({stop} if stop > start else set()))


@dataclass(frozen=True, slots=True)
class _Cut:
    """One page's lines of a row, to be cut so that every cell reads as what its column holds.

    `before` is what earlier pages gave each cell; with `more` the row goes on over the page, so that the body
    may break off without a full stop."""

    text: str
    points: Sequence[int]
    kinds: Sequence[Column]
    before: Sequence[str]
    more: bool

    def find(self) -> list[Stretch]:
        if not self.points:
            return []
        found = self._cells(0, 0) if len(self.points) <= _MOST_LINES else None
        if (
            found is None
            and len(self.points) <= _MOST_LINES
            and any(self.before)
            and self.kinds[0] is Column.BODY
        ):
            found = self._body_last()
        if found is None:
            body = self.kinds.index(Column.BODY) if Column.BODY in self.kinds else 0
            whole = (self.points[0], self.points[-1])
            return [whole if k == body else (whole[0], whole[0]) for k in range(len(self.kinds))]
        return found

    def _body_last(self) -> list[Stretch] | None:
        """A page may print the unit cells first and the rest of the content after them."""
        order = [*range(1, len(self.kinds)), 0]
        turned = replace(self, kinds=[self.kinds[k] for k in order], before=[self.before[k] for k in order])
        found = turned._cells(0, 0)
        return [found[-1], *found[:-1]] if found else None

    def _cells(self, i: int, k: int) -> list[Stretch] | None:
        if k == len(self.kinds):
            return [] if i == len(self.points) - 1 else None
        for j in self._ends(i, k):
            if self._fits(k, self.points[i], self.points[j]):
                rest = self._cells(j, k + 1)
                if rest is not None:
                    return [(self.points[i], self.points[j]), *rest]
        return None

    def _ends(self, i: int, k: int) -> list[int]:
        """The cell ends to try, the likeliest first."""
        later = list(range(i + 1, len(self.points)))
        if self.kinds[k] is Column.BODY:
            stop = self.text.rfind("。", self.points[i], self.points[-1]) + 1
            at = [j for j in later if self.points[j] == stop]
            if at and at[0] < len(self.points) - 1 and not self.more:
                return at
            return [*at, *[j for j in later if self.points[j] > stop], *([i] if self.before[k] else [])]
        whole = self.before[k] and fits_column(self.kinds[k], self.before[k])
        if whole:
            return [i, *later]
        return [*later, i] if self.before[k] or k == len(self.kinds) - 1 else later

    def _fits(self, k: int, a: int, b: int) -> bool:
        kind = self.kinds[k]
        if kind is Column.BODY:
            return True
        if b == a and not self.before[k]:
            return True
        words = self.before[k] + self.text[a:b]
        return fits_column(kind, words) or (self.more and b == self.points[-1] and _breaks_off(kind, words))


def _breaks_off(kind: Column, words: str) -> bool:
    """Units up to a name that the page cuts (市规划资源局、市水 / 务局)."""
    whole, _, rest = words.rpartition("、")
    return (
        kind in UNIT_COLUMNS
        and (not whole or reads_as_units(whole))
        and len(rest) < 10
        and not CONTENT_WORDS.search(rest)
    )
