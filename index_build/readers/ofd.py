"""OFD, the national format of fixed pages (GB/T 33190): a container of XML whose pages say what stands where.

Its characters and lines are put on sheets as a PDF's are, and the same geometry makes paragraphs and tables of them.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from index_build.errors import ReadError
from index_build.model import Document
from index_build.radicals import RADICALS
from index_build.readers.faults import refuse
from index_build.readers.glyphs import Rule, Sheet, rules_of
from index_build.readers.layout import Box
from index_build.readers.package import ZIP_FAULTS, member_bytes, open_package
from index_build.readers.pages import check_pages, compose, page_content

_POINT = 72 / 25.4  # a millimetre in points
_FAULTS = (*ZIP_FAULTS, etree.LxmlError, LookupError, TypeError, AttributeError)
_PAGE_BOX = (0.0, 0.0, 210.0, 297.0)  # where the file names none

Matrix = tuple[float, float, float, float, float, float]
Element = Any  # lxml publishes no types


def read_ofd(data: bytes, name: str) -> Document:
    """Raises ReadError for what is damaged, no OFD file, or without text."""
    with open_package(data, name) as package:
        try:
            sheets = list(_sheets(package, name))
        except _FAULTS as error:
            if isinstance(error, ReadError):
                raise
            raise refuse(
                name,
                "不是完整的 OFD 文件；请重新下载，或用 OFD 阅读器导出为 .pdf。",
                "Not a sound OFD file: download it again or export it as .pdf.",
            ) from error
    return compose([page_content(sheet) for sheet in sheets], data, name, None)


def _sheets(package: zipfile.ZipFile, name: str) -> Iterator[Sheet]:
    for root in _texts(_parsed(package, "OFD.xml", name), "DocRoot"):
        path = root.lstrip("/")
        document = _parsed(package, path, name)
        folder = posixpath.dirname(path)
        area = next(_found(document, "PageArea"), None)
        templates = {t.get("ID"): t.get("BaseLoc", "") for t in _found(document, "TemplatePage")}
        pages = [page.get("BaseLoc", "") for page in _found(document, "Page")]
        check_pages(len(pages), name)
        for place in pages:
            content = _parsed(package, _below(folder, place), name)
            box = _box_of(content, area)
            used = [templates.get(t.get("TemplateID"), "") for t in _found(content, "Template")]
            parts = [_parsed(package, _below(folder, t), name) for t in used if t]
            yield _sheet([content, *parts], box)


def _sheet(parts: list[Element], box: tuple[float, ...]) -> Sheet:
    chars: list[Box] = []
    rules: list[Rule] = []
    pictures = False
    for part in parts:
        for item in part.iter():
            kind = _local(item)
            if kind == "TextObject" and item.get("Visible") != "false":
                chars += _chars(item, box)
            elif kind == "PathObject" and item.get("Visible") != "false":
                rules += _rules(item, box)
            pictures = pictures or kind == "ImageObject"
    return Sheet(box[2] * _POINT, box[3] * _POINT, tuple(chars), tuple(rules), pictures, 0)


def _chars(item: Element, box: tuple[float, ...]) -> Iterator[Box]:
    """The characters of a text object, each as wide as the way to the next, at most as its type is large."""
    matrix, (left, top) = _matrix(item), _numbers(item.get("Boundary", "0 0 0 0"))[:2]
    size = float(item.get("Size", "0")) * abs(matrix[3] or 1.0)
    for code in _found(item, "TextCode"):
        text = code.text or ""
        steps, falls = _steps(code.get("DeltaX")), _steps(code.get("DeltaY"))
        x, y = float(code.get("X", "0")), float(code.get("Y", "0"))
        for n, letter in enumerate(text):
            across, down = _moved(matrix, x, y)
            step = steps[min(n, len(steps) - 1)] if steps else float(item.get("Size", "0"))
            width = min(step * abs(matrix[0] or 1.0), size) if step > 0 else size
            x0, line = (left + across - box[0]) * _POINT, (top + down - box[1]) * _POINT
            em = max(size * _POINT, 1.0)
            if letter.isprintable():
                yield Box(
                    RADICALS.get(letter, letter),
                    x0,
                    x0 + width * _POINT,
                    line - 0.88 * em,
                    line + 0.12 * em,
                    em,
                )
            x += step
            y += falls[min(n, len(falls) - 1)] if falls else 0.0


def _rules(item: Element, box: tuple[float, ...]) -> Iterator[Rule]:
    matrix, (left, top) = _matrix(item), _numbers(item.get("Boundary", "0 0 0 0"))[:2]
    points: list[tuple[float, float]] = []
    for letter, values in _path(next(_texts(item, "AbbreviatedData"), "")):
        if letter in ("M", "S") and len(points) > 1:
            yield from rules_of(points)
        if letter in ("M", "S"):
            points = []
        if letter in ("M", "S", "L"):
            across, down = _moved(matrix, *values[:2])
            points.append(((left + across - box[0]) * _POINT, (top + down - box[1]) * _POINT))
        elif letter == "C" and points:
            points.append(points[0])
        else:
            points = []  # a curve is no rule
    if len(points) > 1:
        yield from rules_of(points)


def _path(data: str) -> Iterator[tuple[str, list[float]]]:
    """The strokes of a path: a letter and its numbers."""
    letter, values = "", list[float]()
    for token in data.split():
        if token.isalpha():
            if letter:
                yield letter, values
            letter, values = token, []
        else:
            values.append(float(token))
    if letter:
        yield letter, values


def _steps(text: str | None) -> list[float]:
    """The ways from character to character; `g 3 5.5` stands for 5.5 5.5 5.5."""
    tokens, steps = (text or "").split(), list[float]()
    while tokens:
        token = tokens.pop(0)
        if token == "g":
            count, step = int(tokens.pop(0)), float(tokens.pop(0))
            steps += [step] * min(count, 10_000)
        else:
            steps.append(float(token))
    return steps


def _box_of(content: Element, area: Element | None) -> tuple[float, ...]:
    for holder in (next(_found(content, "Area"), None), area):
        if holder is not None:
            for text in _texts(holder, "PhysicalBox"):
                return tuple(_numbers(text))
    return _PAGE_BOX


def _matrix(item: Element) -> Matrix:
    values = _numbers(item.get("CTM", "1 0 0 1 0 0"))
    a, b, c, d, e, f = values if len(values) == 6 else [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    return a, b, c, d, e, f


def _moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _numbers(text: str) -> list[float]:
    return [float(token) for token in text.split()]


def _parsed(package: zipfile.ZipFile, path: str, name: str) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(member_bytes(package, package.getinfo(path), name), parser)


def _below(folder: str, path: str) -> str:
    """A part's path in the container: from its root where it begins with /, else below the document's folder."""
    return path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))


def _found(element: Element, tag: str) -> Iterator[Element]:
    return (child for child in element.iter() if _local(child) == tag)


def _texts(element: Element, tag: str) -> Iterator[str]:
    return ((child.text or "").strip() for child in _found(element, tag))


def _local(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
