"""Word documents (.docx) in reading order: paragraphs, headings, real tables, numbering, footnotes, text boxes.

The text is what a reader of the final version sees: tracked deletions, hidden text, field codes and the prompts of
empty form fields are left out, automatic numbers are written out.  Headers and footers are no part of the text;
footnotes follow at its end.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from lxml import etree

from index_build.errors import ReadError
from index_build.model import Document
from index_build.readers.draft import BOLD, PLAIN, STRUCK_OUT, Draft, GridCell
from index_build.readers.faults import refuse
from index_build.readers.html import read_html
from index_build.readers.mht import read_mht
from index_build.readers.numbering import Numbering, W, load_numbering, value_of
from index_build.readers.package import ZIP_FAULTS, open_package, usual_form

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_VALUE = f"{W}val"

MAX_PART_BYTES = 96 * 1024 * 1024  # parsed, it takes about seven times as much memory

# what python-docx and lxml raise on damaged files
_FAULTS = (*ZIP_FAULTS, OpcError, LookupError, AttributeError, TypeError, AssertionError, etree.LxmlError)

# subtrees whose text nobody reads in the final version
_UNREAD_TAGS = (
    "del", "moveFrom", "instrText", "delText", "delInstrText", "rt", "pPr", "rPr", "sdtPr", "fldData",
)  # fmt: skip
_UNREAD = {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    *(f"{W}{tag}" for tag in _UNREAD_TAGS),
}
_WRAPPERS = [f"{W}{tag}" for tag in ("sdt", "sdtContent", "ins", "customXml")]
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-", f"{W}ptab": "\t"}
_NOTE_REFERENCES = {
    f"{W}footnoteReference": RELATIONSHIP_TYPE.FOOTNOTES,
    f"{W}endnoteReference": RELATIONSHIP_TYPE.ENDNOTES,
}
# signs of the symbol fonts that say something; the others are ornaments
_TICKS = {
    "wingdings": {0x6F: "□", 0xA8: "□", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"},
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0xA3: "□"},
}

Element = Any  # lxml publishes no types


def read_docx(data: bytes, name: str) -> Document:
    """Raises ReadError for what is damaged, no Word document, or without any text."""
    with open_package(data, name) as package:
        if any(m.file_size > MAX_PART_BYTES and m.filename.endswith(".xml") for m in package.infolist()):
            raise refuse(
                name, "文字部分过大；请拆成几个文件。", "Its text part is too large: split the file."
            )
    try:
        opened = docx.Document(io.BytesIO(usual_form(data)))
        return _read(opened, data, name)
    except _FAULTS as error:
        if isinstance(error, ReadError):
            raise
        raise refuse(
            name,
            "不是完整的 Word 文档（.docx）；请用 Word/WPS 打开后另存一份。",
            "Not a sound .docx: open it in Word or WPS and save a fresh copy.",
        ) from error


Numbered = tuple[str | None, int | None]  # list ("0": none) and level, None where nothing is said of it


@dataclass(slots=True)
class _Styles:
    """Heading levels and numbering by paragraph style, hidden and bold by any style, inherited along basedOn."""

    levels: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, Numbered] = field(default_factory=dict)
    bold: dict[str, bool] = field(default_factory=dict)
    hidden: dict[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class _Context:
    draft: Draft
    styles: _Styles
    numbering: Numbering
    boxes: list[Element] = field(default_factory=list)
    notes: list[tuple[str, str | None]] = field(default_factory=list)  # kind and id of those referred to
    is_hidden: bool = False  # what the paragraph's style says of its runs
    is_struck: bool = False  # some words are struck out
    carried: str = ""  # the words of paragraphs whose ends are deleted


def _read(opened: Any, data: bytes, name: str) -> Document:
    body = opened.element.body
    if body.getroottree().docinfo.doctype:
        raise ValueError("a document type declaration, which .docx forbids")
    numbering = load_numbering(_part(opened, RELATIONSHIP_TYPE.NUMBERING))
    context = _Context(Draft(), _load_styles(opened, numbering), numbering)
    for block in _blocks(body):
        _put(block, context)
    for kind in _NOTE_REFERENCES.values():
        _put_notes(_part(opened, kind), [note for of, note in context.notes if of == kind], context)
    if not context.draft.has_text():
        if (held := _embedded(opened, data, name)) is not None:
            return held
        raise refuse(
            name,
            "文档里没有文字（可能只有图片）；请先做文字识别（OCR）后另存。",
            "The document holds no text (perhaps only pictures): run OCR first.",
        )
    if context.is_struck:
        context.draft.warnings.append(STRUCK_OUT)
    return context.draft.document(data, name, opened.core_properties.title)


def _embedded(opened: Any, data: bytes, name: str) -> Document | None:
    """What the web page says that some programs put into an otherwise empty Word file."""
    for relation in opened.part.rels.values():
        if relation.reltype.endswith("/aFChunk") and not relation.is_external:
            part = relation.target_part
            is_message = "rfc822" in part.content_type or "multipart" in part.content_type
            read = read_mht if is_message else read_html
            return replace(read(part.blob, name), sha256=hashlib.sha256(data).hexdigest())
    return None


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


def _put(block: Element, context: _Context) -> None:
    if block.tag == f"{W}tbl":
        _put_table(block, context)
    else:
        _put_paragraph(block, context)


def _put_paragraph(paragraph: Element, context: _Context) -> None:
    text, level = _paragraph(paragraph, context)
    for line in text.split("\n"):
        context.draft.line(line.strip(), level)
    boxes, context.boxes = context.boxes, []
    for box in boxes:
        for block in _blocks(box):
            _put(block, context)


def _paragraph(paragraph: Element, context: _Context, in_cell: bool = False) -> tuple[str, int | None]:
    """A paragraph's text, number included, and its heading level.

    A number without words is printed too, and in a cell it is the row's."""
    properties = paragraph.find(f"{W}pPr")
    style = value_of(properties, "pStyle") or ""
    level = context.styles.levels.get(style)
    numbered = context.styles.numbers.get(style, (None, None))
    if properties is not None:
        outline = value_of(properties, "outlineLvl") or ""
        if outline.isdigit():
            level = int(outline) + 1 if int(outline) < 9 else None
        numbered = _merged(_number_of(properties), numbered)
    context.is_hidden = context.styles.hidden.get(style, False)
    text = context.carried + "".join(_texts(paragraph, context))
    context.carried = ""
    if _is_end_deleted(properties):
        following = paragraph.getnext()
        if following is None or following.tag != f"{W}p":
            return text.strip(), level
        context.carried = text
        return "", level
    text = text.strip()
    if numbered[0] not in (None, "0") and not (context.is_hidden and not text):
        number = context.numbering.next(numbered[0] or "", numbered[1] or 0)
        text = number + text if text else number.strip() if in_cell else ""
    return text, level


def _is_end_deleted(properties: Element | None) -> bool:
    """Whether the paragraph's end is a tracked deletion: in the final version the next one goes on with its words."""
    mark = properties.find(f"{W}rPr") if properties is not None else None
    return mark is not None and any(mark.find(f"{W}{tag}") is not None for tag in ("del", "moveFrom"))


def _texts(element: Element, context: _Context) -> Iterator[str]:
    """The visible text below an element; text boxes are put aside for after the paragraph."""
    for child in element:
        tag = child.tag
        if tag in _UNREAD or not isinstance(tag, str):
            continue
        if tag in (f"{W}t", f"{M}t"):
            yield (child.text or "").replace("\n", " ").replace("\r", "")
        elif tag in _BREAKS:
            yield _BREAKS[tag]
        elif tag == f"{W}sym":
            yield _symbol(child)
        elif tag == f"{W}txbxContent":
            context.boxes.append(child)
        elif tag in _NOTE_REFERENCES:
            context.notes.append((_NOTE_REFERENCES[tag], child.get(f"{W}id")))
        elif (tag == f"{W}r" and _is_hidden(child, context)) or _is_prompt(child):
            continue
        elif tag == f"{W}r" and (_is_set(child, "strike") or _is_set(child, "dstrike")):
            context.is_struck = True
        elif tag == f"{W}r" and _says(child, "b", context.styles.bold):
            yield from (f"{BOLD}{t}{PLAIN}" if t.strip() else t for t in _texts(child, context))
        else:
            yield from _texts(child, context)


def _is_prompt(element: Element) -> bool:
    """Whether an element is a form field that nobody filled in: it shows only its prompt."""
    properties = element.find(f"{W}sdtPr") if element.tag == f"{W}sdt" else None
    return properties is not None and properties.find(f"{W}showingPlcHdr") is not None


def _is_hidden(run: Element, context: _Context) -> bool:
    says = _says(run, "vanish", context.styles.hidden)
    return context.is_hidden if says is None else says


def _symbol(element: Element) -> str:
    """A symbol-font character; of the private-use ones only those that say something have a text form."""
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    if 0xE000 <= code <= 0xF8FF or code > 0xFFFF:
        return _TICKS.get(element.get(f"{W}font", "").lower(), {}).get(code & 0xFF, "")
    return chr(code)


def _says(run: Element, kind: str, by_style: dict[str, bool]) -> bool | None:
    """Whether a run is hidden (vanish) or bold (b), by itself or by its character style; None where neither says."""
    itself = _is_set(run, kind)
    if itself is not None:
        return itself
    properties = run.find(f"{W}rPr")
    return by_style.get(value_of(properties, "rStyle") or "")


def _is_set(element: Element, kind: str) -> bool | None:
    """Whether a run or a style says hidden (vanish) or bold (b); None where it says nothing of it."""
    properties = element.find(f"{W}rPr")
    mark = properties.find(f"{W}{kind}") if properties is not None else None
    return None if mark is None else mark.get(_VALUE, "1") not in ("0", "false", "off")


def _put_table(table: Element, context: _Context) -> None:
    rows = [list(_held(row, f"{W}tc")) for row in _rows(table)]
    if all(len(row) < 2 for row in rows) and table.find(f".//{W}tc//{W}tbl") is not None:
        for block in (b for row in rows for cell in row for b in _blocks(cell)):  # a frame around tables
            _put(block, context)
        return
    context.draft.table(_grid(table, context))


def _grid(table: Element, context: _Context) -> list[GridCell]:
    """The cells with the places they cover: gridSpan across, vMerge down, gridBefore as gaps."""
    cells: list[GridCell] = []
    open_merges: dict[int, int] = {}
    for row, element in enumerate(_rows(table)):
        column = _int(element.find(f"{W}trPr"), "gridBefore")
        for item in _held(element, f"{W}tc"):
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
    return (row for row in _held(table, f"{W}tr") if row.find(f"{W}trPr/{W}del") is None)


def _held(parent: Element, tag: str) -> Iterator[Element]:
    """The elements of a kind that an element holds, through content controls and insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _held(child, tag)


def _cell_text(cell: Element, context: _Context) -> str:
    """A cell's paragraphs on a line each; a table inside a cell gives its cells as lines."""
    lines: list[str] = []
    for block in _blocks(cell):
        if block.tag == f"{W}tbl":
            lines += [inner.text for inner in _grid(block, context)]
        else:
            lines.append(_paragraph(block, context, in_cell=True)[0])
            boxes, context.boxes = context.boxes, []
            lines += [_cell_text(box, context) for box in boxes]
    return "\n".join(part for line in lines for part in line.split("\n") if part.strip())


def _put_notes(notes: Element | None, wanted: list[str | None], context: _Context) -> None:
    """The footnotes or endnotes that the text refers to, in its order, at the end of the text."""
    by_id = {} if notes is None else {note.get(f"{W}id"): note for note in notes}
    for identity in dict.fromkeys(wanted):
        note = by_id.get(identity)
        blocks = [] if note is None else [p for p in _blocks(note) if p.tag == f"{W}p"]
        text = "".join(_paragraph(p, context)[0] for p in blocks)
        if text:
            context.draft.line(f"注：{text}")


def _load_styles(opened: Any, numbering: Numbering) -> _Styles:
    styles = _Styles()
    elements = {s.get(f"{W}styleId"): s for s in opened.styles.element.iterchildren(f"{W}style")}
    for identity in elements:
        seen: list[str] = []
        at: str | None = identity
        numbered: Numbered = (None, None)
        while at is not None and at in elements and at not in seen:
            seen.append(at)
            element = elements[at]
            properties = element.find(f"{W}pPr")
            if properties is not None:
                outline = value_of(properties, "outlineLvl") or ""
                if outline.isdigit() and int(outline) < 9:
                    styles.levels.setdefault(identity, int(outline) + 1)
                numbered = _merged(numbered, _number_of(properties))
            for kind, found in (("b", styles.bold), ("vanish", styles.hidden)):
                if (said := _is_set(element, kind)) is not None:
                    found.setdefault(identity, said)
            title = (value_of(element, "name") or "").lower()
            if title.startswith("heading ") and title[8:].isdigit():
                styles.levels.setdefault(identity, int(title[8:]))
            elif title == "title":
                styles.levels.setdefault(identity, 1)
            at = value_of(element, "basedOn")
        if numbered[0] is not None:
            depths = (numbering.level_of(numbered[0], style) for style in seen)
            styles.numbers[identity] = _merged(
                (numbered[0], next((d for d in depths if d is not None), None)), numbered
            )
    return styles


def _number_of(properties: Element) -> Numbered:
    """The list (numId) and level that a paragraph or a style gives itself; numId 0 switches numbering off."""
    numbering = properties.find(f"{W}numPr")
    if numbering is None:
        return None, None
    level = value_of(numbering, "ilvl") or ""
    return value_of(numbering, "numId"), int(level) if level.isdigit() else None


def _merged(own: Numbered, inherited: Numbered) -> Numbered:
    (number, level), (above, above_level) = own, inherited
    return above if number is None else number, above_level if level is None else level


def _int(parent: Element | None, tag: str, default: int = 0) -> int:
    value = value_of(parent, tag)
    return min(int(value), 1000) if value and value.isdigit() else default
