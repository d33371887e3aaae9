"""Word documents (.docx) in reading order: paragraphs, headings, real tables, numbering, footnotes, text boxes.

The text is what a reader of the final version sees: tracked deletions, hidden text and field codes are left out,
automatic numbers are written out.  Headers and footers are no part of the text; footnotes follow at its end.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from lxml import etree

from index_build.errors import ReadError
from index_build.model import Document
from index_build.readers.draft import BOLD, PLAIN, Draft, GridCell
from index_build.readers.faults import refuse
from index_build.readers.numbering import Numbering, load_numbering
from index_build.readers.package import ZIP_FAULTS, open_package

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VALUE = f"{W}val"

MAX_PART_BYTES = 96 * 1024 * 1024  # parsed, it takes about seven times as much memory

# what python-docx and lxml raise on damaged files
_FAULTS = (*ZIP_FAULTS, OpcError, LookupError, AttributeError, TypeError, AssertionError, etree.LxmlError)

# subtrees whose text nobody reads in the final version
_UNREAD = {
    f"{W}{tag}"
    for tag in (
        "del",
        "moveFrom",
        "instrText",
        "delText",
        "delInstrText",
        "rt",
        "pPr",
        "rPr",
        "sdtPr",
        "fldData",
    )
} | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-", f"{W}ptab": "\t"}
_NOTE_REFERENCES = {f"{W}footnoteReference", f"{W}endnoteReference"}

Element = Any  # lxml publishes no types


def read_docx(data: bytes, name: str) -> Document:
    """Raises ReadError for what is damaged, no Word document, or without any text."""
    with open_package(data, name) as package:
        if any(m.file_size > MAX_PART_BYTES and m.filename.endswith(".xml") for m in package.infolist()):
            raise refuse(
                name, "文字部分过大；请拆成几个文件。", "Its text part is too large: split the file."
            )
    try:
        opened = docx.Document(io.BytesIO(data))
        return _read(opened, data, name)
    except _FAULTS as error:
        if isinstance(error, ReadError):
            raise
        raise refuse(
            name,
            "不是完整的 Word 文档（.docx）；请用 Word/WPS 打开后另存一份。",
            "Not a sound .docx: open it in Word or WPS and save a fresh copy.",
        ) from error


@dataclass(slots=True)
class _Styles:
    """Heading levels and numbering by paragraph style, boldness by character style, inherited along basedOn."""

    levels: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, tuple[str, int]] = field(default_factory=dict)
    bold: dict[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class _Context:
    draft: Draft
    styles: _Styles
    numbering: Numbering
    boxes: list[Element] = field(default_factory=list)


def _read(opened: Any, data: bytes, name: str) -> Document:
    body = opened.element.body
    if body.getroottree().docinfo.doctype:
        raise ValueError("a document type declaration, which .docx forbids")
    context = _Context(
        Draft(), _load_styles(opened), load_numbering(_part(opened, RELATIONSHIP_TYPE.NUMBERING))
    )
    for block in _blocks(body):
        if block.tag == f"{W}tbl":
            _put_table(block, context)
        else:
            _put_paragraph(block, context)
    for kind in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
        _put_notes(_part(opened, kind), context)
    if not context.draft.has_text():
        raise refuse(
            name,
            "文档里没有文字（可能只有图片）；请先做文字识别（OCR）后另存。",
            "The document holds no text (perhaps only pictures): run OCR first.",
        )
    return context.draft.document(data, name, opened.core_properties.title)


def _part(opened: Any, kind: str) -> Element | None:
    """The XML of a part that the main document refers to, or None."""
    for relation in opened.part.rels.values():
        if relation.reltype == kind and not relation.is_external:
            part = relation.target_part
            element = getattr(part, "element", None)
            if element is not None:
                return element
            return etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
    return None


def _blocks(parent: Element) -> Iterator[Element]:
    """Paragraphs and tables in order, through content controls and insertions."""
    for child in parent:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag not in _UNREAD and isinstance(child.tag, str) and child.tag != f"{W}sectPr":
            yield from _blocks(child)


def _put_paragraph(paragraph: Element, context: _Context) -> None:
    text, level = _paragraph(paragraph, context)
    lines = text.split("\n")
    for line in lines:
        context.draft.line(line.strip(), level)
    boxes, context.boxes = context.boxes, []
    for box in boxes:
        for block in _blocks(box):
            if block.tag == f"{W}tbl":
                _put_table(block, context)
            else:
                _put_paragraph(block, context)


def _paragraph(paragraph: Element, context: _Context) -> tuple[str, int | None]:
    """A paragraph's text, number included, and its heading level."""
    properties = paragraph.find(f"{W}pPr")
    style = _value(properties, "pStyle") if properties is not None else None
    level = context.styles.levels.get(style or "")
    numbered = context.styles.numbers.get(style or "")
    if properties is not None:
        outline = _value(properties, "outlineLvl")
        if outline is not None and outline.isdigit():
            level = int(outline) + 1 if int(outline) < 9 else None
        numbered = _number_of(properties) or numbered
    text = "".join(_texts(paragraph, context)).strip()
    if numbered and text:
        text = context.numbering.next(*numbered) + text
    return text, level


def _texts(element: Element, context: _Context) -> Iterator[str]:
    """The visible text below an element; text boxes are put aside for after the paragraph."""
    for child in element:
        tag = child.tag
        if tag in _UNREAD or not isinstance(tag, str):
            continue
        if tag == f"{W}t":
            yield (child.text or "").replace("\n", " ").replace("\r", "")
        elif tag in _BREAKS:
            yield _BREAKS[tag]
        elif tag == f"{W}sym":
            yield _symbol(child)
        elif tag == f"{W}txbxContent":
            context.boxes.append(child)
        elif tag in _NOTE_REFERENCES or (tag == f"{W}r" and _is_set(child, "vanish")):
            continue
        elif tag == f"{W}r" and _is_bold(child, context.styles):
            yield from (f"{BOLD}{t}{PLAIN}" if t.strip() else t for t in _texts(child, context))
        else:
            yield from _texts(child, context)


def _symbol(element: Element) -> str:
    """A symbol-font character; the private-use ones have no text form."""
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    return "" if 0xE000 <= code <= 0xF8FF or code > 0xFFFF else chr(code)


def _is_bold(run: Element, styles: _Styles) -> bool:
    """Whether a run is set bold, by itself or by its character style."""
    itself = _is_set(run, "b")
    if itself is not None:
        return itself
    properties = run.find(f"{W}rPr")
    style = _value(properties, "rStyle") if properties is not None else None
    return styles.bold.get(style or "", False)


def _is_set(element: Element, kind: str) -> bool | None:
    """Whether a run or a style says hidden (vanish) or bold (b); None where it says nothing of it."""
    properties = element.find(f"{W}rPr")
    mark = properties.find(f"{W}{kind}") if properties is not None else None
    return None if mark is None else mark.get(_VALUE, "1") not in ("0", "false", "off")


def _put_table(table: Element, context: _Context) -> None:
    context.draft.table(_grid(table, context))


def _grid(table: Element, context: _Context) -> list[GridCell]:
    """The cells with the places they cover: gridSpan across, vMerge down, gridBefore as gaps."""
    cells: list[GridCell] = []
    open_merges: dict[int, int] = {}
    for row, element in enumerate(_rows(table)):
        column = _int(element.find(f"{W}trPr"), "gridBefore")
        for item in _row_cells(element):
            properties = item.find(f"{W}tcPr")
            width = max(1, _int(properties, "gridSpan", 1))
            merge = properties.find(f"{W}vMerge") if properties is not None else None
            goes_on = merge is not None and merge.get(_VALUE, "continue") == "continue"
            above = open_merges.get(column)
            if goes_on and above is not None:
                old = cells[above]
                more = _cell_text(item, context)
                text = old.text + ("\n" + more if more else "") if old.text else more
                cells[above] = GridCell(text, old.row, old.column, row - old.row + 1, old.column_span)
            else:
                cells.append(GridCell(_cell_text(item, context), row, column, 1, width))
                open_merges.pop(column, None)
                if merge is not None:
                    open_merges[column] = len(cells) - 1
            column += width
    return cells


def _rows(table: Element) -> Iterator[Element]:
    """The rows of this table alone (not of tables inside its cells), tracked deletions left out."""
    for child in table:
        if child.tag == f"{W}tr":
            properties = child.find(f"{W}trPr")
            if properties is None or properties.find(f"{W}del") is None:
                yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _rows(child)


def _row_cells(row: Element) -> Iterator[Element]:
    for child in row:
        if child.tag == f"{W}tc":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml"):
            yield from _row_cells(child)


def _cell_text(cell: Element, context: _Context) -> str:
    """A cell's paragraphs on a line each; a table inside a cell gives its cells as lines."""
    lines: list[str] = []
    for block in _blocks(cell):
        if block.tag == f"{W}tbl":
            lines += [inner.text for inner in _grid(block, context)]
        else:
            lines.append(_paragraph(block, context)[0])
            boxes, context.boxes = context.boxes, []
            lines += [_paragraph(p, context)[0] for box in boxes for p in _blocks(box) if p.tag == f"{W}p"]
    return "\n".join(part for line in lines for part in line.split("\n") if part.strip())


def _put_notes(notes: Element | None, context: _Context) -> None:
    """Footnotes or endnotes at the end of the text; the separators that Word keeps among them are no notes."""
    if notes is None:
        return
    for note in notes:
        if note.get(f"{W}type") in ("separator", "continuationSeparator", "continuationNotice"):
            continue
        text = "".join(_paragraph(p, context)[0] for p in _blocks(note) if p.tag == f"{W}p")
        if text:
            context.draft.line(f"注：{text}")


def _load_styles(opened: Any) -> _Styles:
    styles = _Styles()
    elements = {s.get(f"{W}styleId"): s for s in opened.styles.element.iterchildren(f"{W}style")}
    for identity, element in elements.items():
        seen: set[str] = set()
        at: Element | None = element
        current: str | None = identity
        while at is not None and current is not None and current not in seen:
            seen.add(current)
            properties = at.find(f"{W}pPr")
            if properties is not None:
                outline = _value(properties, "outlineLvl")
                if outline is not None and outline.isdigit() and int(outline) < 9:
                    styles.levels.setdefault(identity, int(outline) + 1)
                numbered = _number_of(properties)
                if numbered:
                    styles.numbers.setdefault(identity, numbered)
            bold = _is_set(at, "b")
            if bold is not None and element.get(f"{W}type") == "character":
                styles.bold.setdefault(identity, bold)
            title = (_value(at, "name") or "").lower()
            if title.startswith("heading ") and title[8:].isdigit():
                styles.levels.setdefault(identity, int(title[8:]))
            elif title == "title":
                styles.levels.setdefault(identity, 1)
            current = _value(at, "basedOn")
            at = elements.get(current)
    return styles


def _number_of(properties: Element) -> tuple[str, int] | None:
    """The list (numId) and level of a paragraph's automatic number; numId 0 switches numbering off."""
    numbering = properties.find(f"{W}numPr")
    if numbering is None:
        return None
    identity = _value(numbering, "numId")
    level = _value(numbering, "ilvl") or "0"
    return (identity, int(level)) if identity and identity != "0" and level.isdigit() else None


def _value(parent: Element, tag: str) -> str | None:
    child = parent.find(f"{W}{tag}")
    return None if child is None else child.get(_VALUE)


def _int(parent: Element | None, tag: str, default: int = 0) -> int:
    value = None if parent is None else _value(parent, tag)
    return min(int(value), 1000) if value and value.isdigit() else default
