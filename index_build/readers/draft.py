"""A document in the making: lines, headings, tables and page starts are put down in reading order, and every
offset is taken while its text is written, so that offsets slice to exactly what is in the text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from index_build.model import Cell, Document, Heading, Page, Table
from index_build.readers.faults import both
from index_build.readers.unseen import UNSEEN


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell as its format gives it: its lines joined by \\n, and the grid places it covers."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    page: int | None = None


# Signs that no text has, set by a reader around bold type; they never reach the document's text.
BOLD, PLAIN = "\ufdd0", "\ufdd1"
_SWITCH = re.compile(f"[{BOLD}{PLAIN}]")
STRUCK_OUT = both(
    "有加了删除线的文字，未读入；请核对原文", "Words struck out were not read: check the source"
)
_LEAST_COLUMNS = 3


def _columns(grid: Sequence[GridCell]) -> int:
    return max(cell.column + cell.column_span for cell in grid)


def _serial(cell: GridCell) -> int | None:
    digits = re.fullmatch(r"\s*(\d{1,4})[.、]?\s*", cell.text)
    return int(digits[1]) if digits and not cell.column else None


@dataclass(slots=True)
class Draft:
    """The one mutable thing of a reader.  With `keeps_signs`, the signs of bold type stay for a draft outside this one."""

    keeps_signs: bool = False

    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _pages: list[Page] = field(default_factory=list)
    _headings: list[Heading] = field(default_factory=list)
    _tables: list[Table] = field(default_factory=list)
    _bold: list[tuple[int, int]] = field(default_factory=list)
    _last_serial: int | None = None  # the number of the last table's last row
    warnings: list[str] = field(default_factory=list)

    def page(self, number: int) -> None:
        """The text put down from here on stands on page `number`."""
        if self._pages and self._pages[-1].start == self._length:
            self._pages.pop()
        if not self._pages or number > self._pages[-1].number:
            self._pages.append(Page(number, self._length))

    def line(self, text: str, level: int | None = None) -> None:
        """A paragraph on its own line; with `level`, a heading."""
        start = self._length
        self._put(text)
        if level is not None and text.strip():
            self._headings.append(Heading(start, self._length, level))
        self._put("\n")

    def stretch(self, pieces: Sequence[tuple[int | None, str]], level: int | None = None) -> None:
        """A paragraph that may run over pages: (page on which a piece starts or None, piece)."""
        start = self._length
        for number, piece in pieces:
            if number is not None:
                self.page(number)
            self._put(piece)
        if level is not None and self._length > start:
            self._headings.append(Heading(start, self._length, level))
        self._put("\n")

    def table(self, cells: Iterable[GridCell]) -> None:
        """A table, its cells in reading order; nothing where no cell has text.

        One right below another, of as many columns, that counts on from its last row is the rest of it."""
        grid = sorted(cells, key=lambda cell: (cell.row, cell.column))
        if not any(cell.text for cell in grid):
            return
        above, start = self._goes_on_with(grid), self._length
        placed: list[Cell] = []
        for cell in grid:
            if cell.page is not None:
                self.page(cell.page)
            at = self._length
            self._put(cell.text)
            placed.append(Cell(at, self._length, cell.row, cell.column, cell.row_span, cell.column_span))
            if cell.text:
                self._put("\n")
        rows = max(cell.row + cell.row_span for cell in grid)
        if above is not None:
            start, placed = above.start, [*above.cells, *(replace(c, row=c.row + above.rows) for c in placed)]
            rows += above.rows
            self._tables.pop()
        self._tables.append(Table(start, self._length, rows, _columns(grid), tuple(placed)))
        last = [cell for cell in grid if not cell.column]
        self._last_serial = _serial(last[-1]) if last else None

    def _goes_on_with(self, grid: Sequence[GridCell]) -> Table | None:
        """The table of which the cells are the rest."""
        above = self._tables[-1] if self._tables else None
        if above is None or above.end != self._length or self._last_serial is None:
            return None
        same = above.columns == _columns(grid) >= _LEAST_COLUMNS
        return above if same and _serial(grid[0]) == self._last_serial + 1 else None

    def text(self) -> str:
        return "".join(self._pieces)

    def has_text(self) -> bool:
        return any(piece.strip() for piece in self._pieces)

    def document(self, data: bytes, name: str, title: str | None = None) -> Document:
        """The finished document of the file's bytes."""
        return Document(
            name=name,
            text=self.text(),
            sha256=hashlib.sha256(data).hexdigest(),
            pages=tuple(self._pages),
            headings=tuple(self._headings),
            tables=tuple(self._tables),
            title=(title or "").strip() or None,
            warnings=tuple(self.warnings),
            bold=tuple(self._bold),
        )

    def _put(self, text: str) -> None:
        text = UNSEEN.sub("", text)
        if not self.keeps_signs and _SWITCH.search(text):
            text = self._without_signs(text)
        if text:
            self._pieces.append(text)
            self._length += len(text)

    def _without_signs(self, text: str) -> str:
        """The text without the signs of bold type, whose stretches are noted; a line ends what it opened."""
        pieces: list[str] = []
        at, bold_from = self._length, None
        for piece in re.split(f"([{BOLD}{PLAIN}])", text):
            if piece == BOLD:
                bold_from = at if bold_from is None else bold_from
            elif piece == PLAIN:
                if bold_from is not None and at > bold_from:
                    self._bold.append((bold_from, at))
                bold_from = None
            else:
                pieces.append(piece)
                at += len(piece)
        if bold_from is not None and at > bold_from:
            self._bold.append((bold_from, at))
        return "".join(pieces)
