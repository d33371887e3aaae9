"""What stands on the pages of a PDF: characters with their places, ruled lines, pictures.  The one module that
knows PDFium (through pypdfium2), which reads pages several times as fast as the readers written in Python.

PDFium is not made for several threads, so one file is read at a time.  Places are given as a reader sees the page:
x to the right, y downwards, the page's rotation applied.
"""

from __future__ import annotations

import ctypes
import math
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from index_build.radicals import RADICALS
from index_build.readers.layout import Box, Rect

Rule = Rect  # of a line across or upright

_LOCK = threading.Lock()
_THIN = 3.0
_MAX_PATHS = 20_000
_MAX_FORMS = 8
_SOFT_HYPHEN = 2
_LIGATURES = "—…"
_NO_CHARACTERS = (0, 0xFFFE, 0xFFFF)


class LockedError(Exception):
    """The file asks for a password."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page.  `lost` counts the characters that have no text or stand askew, such as a watermark's."""

    width: float
    height: float
    chars: tuple[Box, ...]
    rules: tuple[Rule, ...]
    has_picture: bool
    lost: int


@dataclass(frozen=True, slots=True)
class Turn:
    """The way from a page's own coordinates to those that a reader sees."""

    rotation: int
    left: float
    bottom: float
    right: float
    top: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.rotation == 90:
            return y - self.bottom, x - self.left
        if self.rotation == 180:
            return self.right - x, y - self.bottom
        if self.rotation == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def vector(self, x: float, y: float) -> tuple[float, float]:
        (x0, y0), (x1, y1) = self.point(0, 0), self.point(x, y)
        return x1 - x0, y1 - y0


def read_sheets(data: bytes) -> Iterator[Sheet]:
    """The pages in order.  Raises LockedError, and pypdfium2.PdfiumError for what is no sound PDF."""
    with _LOCK:
        try:
            opened = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if (
                getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
                or "password" in str(error).lower()
            ):
                raise LockedError from error
            raise
        try:
            for number in range(len(opened)):
                page = opened[number]
                try:
                    yield _sheet(page)
                finally:
                    page.close()
        finally:
            opened.close()


def read_title(data: bytes) -> str | None:
    """The title that the file gives itself."""
    with _LOCK:
        opened = pypdfium2.PdfDocument(data)
        try:
            return opened.get_metadata_value("Title") or None
        finally:
            opened.close()


def _sheet(page: Any) -> Sheet:
    left, bottom, right, top = page.get_bbox()
    turn = Turn(page.get_rotation() % 360, left, bottom, right, top)
    text = page.get_textpage()
    try:
        chars, lost = _chars(text, turn)
        if lost > len(chars) and (across := _direction(text)) != turn.rotation:
            turn = replace(turn, rotation=across)  # words printed across a page that nothing turns
            chars, lost = _chars(text, turn)
    finally:
        text.close()
    width, height = right - left, top - bottom
    if turn.rotation in (90, 270):
        width, height = height, width
    rules: list[Rule] = []
    count = pdfium.FPDFPage_CountObjects(page)
    objects = [pdfium.FPDFPage_GetObject(page, n) for n in range(min(count, _MAX_PATHS))]
    pictures = _walk(objects, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), turn, rules, 0)
    return Sheet(width, height, tuple(chars), tuple(rules), pictures > 0, lost)


def _chars(text: Any, turn: Turn) -> tuple[list[Box], int]:
    """The upright characters, those printed twice for boldness once; and how many are lost."""
    found: dict[tuple[str, int, int], Box] = {}
    lost = 0
    matrix, rect = pdfium.FS_MATRIX(), pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    for n, letter in _letters(text):
        if not letter.isprintable():
            lost += not letter.isspace()
            continue
        pdfium.FPDFText_GetMatrix(text, n, matrix)
        across, down = turn.vector(matrix.a, matrix.b)
        if across <= 0 or abs(down) > 0.1 * across:
            lost += not letter.isspace()
            continue
        pdfium.FPDFText_GetLooseCharBox(text, n, rect)
        pdfium.FPDFText_GetCharOrigin(text, n, x, y)
        size = max(pdfium.FPDFText_GetFontSize(text, n) * math.hypot(matrix.a, matrix.b), 1.0)
        x0, x1 = sorted((turn.point(rect.left, rect.top)[0], turn.point(rect.right, rect.bottom)[0]))
        line = turn.point(x.value, y.value)[1]
        box = Box(letter, x0, x1, line - 0.88 * size, line + 0.12 * size, size)
        key = (letter, round(x0 / 2), round(line / 2))
        if key in found and letter in _LIGATURES:
            key = (letter * 2, *key[1:])  # one glyph that stands for two
        found.setdefault(key, box)
    return list(found.values()), lost


def _direction(text: Any) -> int:
    """The rotation of the page that sets most of its characters upright."""
    matrix = pdfium.FS_MATRIX()
    found: Counter[int] = Counter()
    for n, letter in _letters(text):
        if letter.isprintable() and not letter.isspace():
            pdfium.FPDFText_GetMatrix(text, n, matrix)
            upright = abs(matrix.a) >= abs(matrix.b)
            found[(0 if matrix.a > 0 else 180) if upright else (90 if matrix.b > 0 else 270)] += 1
    return found.most_common(1)[0][0] if found else 0


def _letters(text: Any) -> Iterator[tuple[int, str]]:
    """Index and character of what the page prints; NUL where the font does not say what it means."""
    high = at = 0  # PDFium gives characters beyond the basic plane as two halves
    for n in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, n)
        if 0xD800 <= code < 0xDC00:
            high, at = code, n
        elif 0xDC00 <= code < 0xE000 and high:
            yield at, chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00))
            high = 0
        elif pdfium.FPDFText_IsGenerated(text, n) == 1:
            continue  # a blank or line end that PDFium puts in
        elif code in _NO_CHARACTERS or code >= 0x110000 or pdfium.FPDFText_HasUnicodeMapError(text, n) == 1:
            yield n, "\0"
        else:
            letter = chr(code)
            yield n, "-" if code == _SOFT_HYPHEN else RADICALS.get(letter, letter)


Matrix = tuple[float, float, float, float, float, float]


def _walk(objects: list[Any], outer: Matrix, turn: Turn, rules: list[Rule], depth: int) -> int:
    """Collect the rules of page objects, through forms; returns the number of pictures."""
    pictures = 0
    for item in objects:
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures += 1
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and len(rules) < _MAX_PATHS:
            rules.extend(_rules(item, _times(_matrix(item), outer), turn))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_FORMS:
            count = min(pdfium.FPDFFormObj_CountObjects(item), _MAX_PATHS)
            inner = [pdfium.FPDFFormObj_GetObject(item, n) for n in range(count)]
            pictures += _walk(inner, _times(_matrix(item), outer), turn, rules, depth + 1)
    return pictures


def _matrix(item: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        return 1.0, 0.0, 0.0, 1.0, 0.0, 0.0
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _rules(path: Any, matrix: Matrix, turn: Turn) -> Iterator[Rule]:
    """The lines across and upright of a path; a thin filled box is one line, a wide one its four sides."""
    for points in _subpaths(path, matrix, turn):
        yield from rules_of(points)


def rules_of(points: Sequence[tuple[float, float]]) -> Iterator[Rule]:
    """The lines across and upright of one stroke."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    x0, x1, top, bottom = min(xs), max(xs), min(ys), max(ys)
    if min(x1 - x0, bottom - top) < _THIN:
        if x1 - x0 >= bottom - top:
            yield x0, (top + bottom) / 2, x1, (top + bottom) / 2
        else:
            yield (x0 + x1) / 2, top, (x0 + x1) / 2, bottom
        return
    for (ax, ay), (bx, by) in pairwise(points):
        if abs(ax - bx) < 1 or abs(ay - by) < 1:
            yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _subpaths(path: Any, matrix: Matrix, turn: Turn) -> Iterator[list[tuple[float, float]]]:
    a, b, c, d, e, f = matrix
    points: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for n in range(min(pdfium.FPDFPath_CountSegments(path), _MAX_PATHS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, n)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = turn.point(a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points
            points = [point]
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            points.append(point)
            if pdfium.FPDFPathSegment_GetClose(segment) and points:
                points.append(points[0])
        else:
            points = []  # a curve is no rule
    if len(points) > 1:
        yield points
