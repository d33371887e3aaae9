"""Markdown: the text as it is, with its headings (#, underlined) and pipe tables found in place."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator

from index_build.model import Cell, Document, Heading, Table
from index_build.readers.decode import decode
from index_build.readers.md_signs import find_signs
from index_build.readers.txt import find_pages
from index_build.readers.unseen import find_unseen

_FENCE = re.compile(r"[^\S\n]{0,3}(```|~~~)")
_HASHES = re.compile(r"[^\S\n]{0,3}(#{1,6})[^\S\n]+(\S.*?)[^\S\n]*#*[^\S\n]*\r?\Z")
_UNDERLINE = re.compile(r"[^\S\n]{0,3}(=+|-{3,})[^\S\n]*\r?\Z")
_PAGE = re.compile(r"[^\S\n]*# Page \d+:")
_RULE = re.compile(r"[^\S\n]*\|?[^\S\n]*:?-+:?[^\S\n]*(\|[^\S\n]*:?-+:?[^\S\n]*)*\|?[^\S\n]*\r?\Z")
_TYPED_TABLE = re.compile(r"(?is)<table\b[^>]*>(?:(?!</?table\b).)*</table>")
_TYPED_ROW = re.compile(r"(?is)<tr\b[^>]*>((?:(?!<tr\b|</tr>).)*)")
_TYPED_CELL = re.compile(r"(?is)<t[dh]\b([^>]*)>((?:(?!</?t[dhr]\b).)*)")
_BAR = re.compile(r"(?<!\\)\|")

Line = tuple[int, str]
Stretch = tuple[int, int]


def read_md(data: bytes, name: str) -> Document:
    text = decode(data, name)
    lines = list(_plain_lines(text))
    headings = tuple(_headings(lines))
    return Document(
        name=name,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        pages=find_pages(text),
        headings=headings,
        tables=tuple(sorted([*_tables(lines), *_typed_tables(text)], key=lambda table: table.start)),
        title=next((text[h.start : h.end] for h in headings if h.level == 1), None),
        marks=tuple(_merged([*find_signs(text), *find_unseen(text)])),
    )


def _merged(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Stretches in order, those that meet or overlap as one; a sign that ends a line stays alone."""
    last: Stretch | None = None
    for start, end in sorted(stretches):
        if last is not None and start < last[1]:
            last = last[0], max(last[1], end)
            continue
        if last is not None:
            yield last
        last = start, end
    if last is not None:
        yield last


def _plain_lines(text: str) -> Iterator[Line]:
    """Each line with its offset, without its \\n; the fences of code as empty lines, code left out."""
    at, fence = 0, ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1] == fence):
            fence = "" if fence else mark[1]
            yield at, ""
        elif not fence:
            # a byte order mark before the first line is no part of it
            skip = 1 if at == 0 and line.startswith("\ufeff") else 0
            yield at + skip, line[skip:]
        at += len(line) + 1


def _headings(lines: list[Line]) -> Iterator[Heading]:
    for n, (at, line) in enumerate(lines):
        marked = None if _PAGE.match(line) else _HASHES.match(line)
        if marked:
            yield Heading(at + marked.start(2), at + marked.end(2), len(marked[1]))
            continue
        before = lines[n - 1] if n else (0, "")
        stands_alone = n < 2 or not lines[n - 2][1].strip()
        if _UNDERLINE.match(line) and before[1].strip() and "|" not in before[1] and stands_alone:
            shown = before[1].strip()
            start = before[0] + before[1].index(shown)
            if start + len(before[1]) >= at - 3:
                yield Heading(start, start + len(shown), 1 if line.lstrip().startswith("=") else 2)


def _tables(lines: list[Line]) -> Iterator[Table]:
    n = 1
    while n < len(lines):
        if "|" in lines[n - 1][1] and "|" in lines[n][1] and _RULE.match(lines[n][1]):
            stop = n + 1
            while stop < len(lines) and "|" in lines[stop][1]:
                stop += 1
            yield _table([lines[n - 1], *lines[n + 1 : stop]])
            n = stop
        n += 1


def _typed_tables(text: str) -> Iterator[Table]:
    """Tables that stand in the text as tags."""
    for found in _TYPED_TABLE.finditer(text):
        free: dict[int, int] = {}  # column → first row that no cell above covers
        cells: list[Cell] = []
        rows = list(_TYPED_ROW.finditer(text, *found.span()))
        for at, row in enumerate(rows):
            column = 0
            for cell in _TYPED_CELL.finditer(text, *row.span(1)):
                while free.get(column, 0) > at:
                    column += 1
                height, width = (int(n) if (n := _span_of(cell[1], side)) else 1 for side in ("row", "col"))
                height = min(height, len(rows) - at)
                free.update(dict.fromkeys(range(column, column + width), at + height))
                start = cell.start(2) + len(cell[2]) - len(cell[2].lstrip())
                cells.append(
                    Cell(start, max(start, cell.start(2) + len(cell[2].rstrip())), at, column, height, width)
                )
                column += width
        if len(rows) > 1 and max(cell.column for cell in cells):
            columns = max(cell.column + cell.column_span for cell in cells)
            yield Table(found.start(), found.end(), len(rows), columns, tuple(cells))


def _span_of(attributes: str, side: str) -> str | None:
    said = re.search(rf"{side}span\s*=\s*[\"']?([1-9]\d{{0,2}})", attributes)
    return said[1] if said else None


def _table(lines: list[Line]) -> Table:
    cells: list[Cell] = []
    columns = 0
    for row, (at, line) in enumerate(lines):
        fields = _fields(line)
        columns = max(columns, len(fields))
        cells += [Cell(at + start, at + end, row, column) for column, (start, end) in enumerate(fields)]
    last_at, last = lines[-1]
    return Table(lines[0][0], last_at + len(last.rstrip()), len(lines), columns, tuple(cells))


def _fields(line: str) -> list[tuple[int, int]]:
    """The stretches between the bars of a row, blanks cut off at both ends."""
    bars = [m.start() for m in _BAR.finditer(line)]
    edges = [-1, *bars, len(line)]
    stretches = list(itertools.pairwise(edges))
    if not line[: bars[0]].strip():
        stretches = stretches[1:]
    if stretches and not line[bars[-1] + 1 :].strip():
        stretches = stretches[:-1]
    fields = []
    for left, right in stretches:
        inner = line[left + 1 : right]
        start = left + 1 + len(inner) - len(inner.lstrip())
        fields.append((start, start + len(inner.strip())))
    return fields
