"""Web pages: the paper's own text, without navigation, hidden text, scripts and footers.

An information table of the page (索引号, 发文字号 …) is kept in front, since the 文号 often stands only there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from index_build.model import Document
from index_build.readers.decode import decode
from index_build.readers.draft import BOLD, PLAIN, STRUCK_OUT, Draft, GridCell
from index_build.readers.faults import refuse
from index_build.readers.numbering import count_form
from index_build.readers.styles import is_block, keeps_lines
from index_build.readers.webpage import STRUCK, drop_unread, find_facts, find_main

_BLOCKS = frozenset([
    "html", "body", "main", "article", "section", "header", "footer", "address", "center", "summary",
    "details", "div", "p", "pre", "blockquote", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "figure",
    "figcaption", "ul", "ol", "li", "dl", "dt", "dd", "fieldset", "table", "caption", "thead", "tbody",
    "tfoot", "tr", "th", "td",
])  # fmt: skip
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})", re.I)
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_CJK_GAP = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])\n(?=[\u2e80-\u9fff\uff00-\uffef])")
_MAX_DEPTH = 400
_LONGEST_TERM = 14
_SERIAL_ROW = re.compile(r"\d{1,4}\|[^|]+\|[^|]+")
_INLINE = frozenset(["span", "b", "strong", "em", "i", "label", "a"])


def read_html(data: bytes, name: str) -> Document:
    """Raises ReadError for bytes of no known encoding and for a page without text."""
    # without a line end a word may look like a file's name
    soup = BeautifulSoup(_decode(data, name) + "\n", "lxml")
    title = _title(soup)
    draft = Draft()
    if any(tag.get_text(strip=True) for tag in soup(STRUCK)):
        draft.warnings.append(STRUCK_OUT)
    drop_unread(soup)
    root = soup.body if soup.body and soup.body.get_text(strip=True) else soup
    main = find_main(root)
    facts = find_facts(root, main)
    for block in [main] if facts is None else [facts, main]:
        _Writer(draft).write(block)
    if not draft.has_text():
        raise refuse(
            name,
            "网页里没有正文（可能由脚本生成）；请在浏览器中打开后复制正文，存为 .txt 或 .docx。",
            "The page holds no text (perhaps made by a script): copy it from a browser into a .txt.",
        )
    return draft.document(data, name, title)


def _decode(data: bytes, name: str) -> str:
    """The page's text; its own charset line decides where its bytes agree with it and are no sound UTF-8."""
    declared = _CHARSET.search(data[:4096])
    if declared and not _is_utf8(data):
        encoding = declared[1].decode("ascii").lower()
        encoding = "gb18030" if encoding.startswith(("gb", "x-gb")) else encoding
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(data, name)


def _is_utf8(data: bytes) -> bool:
    """Whether bytes beyond ASCII are all UTF-8, which no text in another encoding is by chance."""
    try:
        return not data.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


def _title(soup: BeautifulSoup) -> str | None:
    for wanted in ("ArticleTitle", "title"):
        meta = soup.find("meta", attrs={"name": re.compile(f"^{wanted}$", re.I)})
        if isinstance(meta, Tag) and str(meta.get("content") or "").strip():
            return str(meta["content"]).strip()
    return soup.title.get_text().strip() if soup.title else None


class _Writer:
    """Puts one element's text into the draft: blocks on lines of their own, tables as tables."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._line: list[str] = []
        self._mark = ""  # the number that the next line bears
        self._counts: dict[int, int] = {}  # by the list's id: the number of its next item

    def write(self, element: Tag) -> None:
        if cells := _cells(element):
            self._draft.table(cells)
            return
        self._walk(element, None, 0, keeps_lines(element, False))
        self._flush(None)

    def _walk(self, element: Tag, level: int | None, depth: int, as_typed: bool = False) -> None:
        if depth > _MAX_DEPTH:
            self._line.append(element.get_text())
            return
        value = _value_beside_label(element) or _words_beside_number(element)
        for child in element.children:
            if child is value:
                self._line.append(" ")
            if isinstance(child, NavigableString):
                self._put(str(child), level, as_typed)
            elif not isinstance(child, Tag):
                continue
            elif child.name == "br":
                self._flush(level)
            elif cells := _cells(child):
                self._flush(level)
                self._draft.table(cells)
            elif child.name in _BLOCKS or is_block(child):
                self._flush(level)
                if child.name == "li":
                    self._mark = self._number(child)
                heading = int(child.name[1]) if re.fullmatch(r"h[1-6]", child.name) else level
                self._walk(child, heading, depth + 1, keeps_lines(child, as_typed))
                self._flush(heading)
            elif child.name in ("b", "strong"):
                self._line.append(BOLD)
                self._walk(child, level, depth + 1, keeps_lines(child, as_typed))
                self._line.append(PLAIN)
            else:
                self._walk(child, level, depth + 1, keeps_lines(child, as_typed))

    def _put(self, text: str, level: int | None, as_typed: bool) -> None:
        if not as_typed:
            self._line.append(_SPACES.sub(_gap, text))
            return
        first, *others = text.split("\n")
        self._line.append(first)
        for line in others:
            self._flush(level)
            self._line.append(line)

    def _flush(self, level: int | None) -> None:
        text = _join(self._line)
        self._line.clear()
        if text.strip(BOLD + PLAIN):
            self._draft.line(self._mark + text, level)
            self._mark = ""

    def _number(self, item: Tag) -> str:
        """The number that a browser prints before an item of an ordered list; "" where it prints none."""
        above = item.parent
        if above is None or above.name != "ol":
            return ""
        first = self._counts.get(id(above)) or _whole_number(above.get("start")) or 1
        number = _whole_number(item.get("value")) or first
        self._counts[id(above)] = number + 1
        style = _LIST_STYLE.search(str(above.get("style") or ""))
        form = style[1] if style else str(above.get("type") or "1")
        if form in ("none", "disc", "circle", "square") or _NUMBERED.match(item.get_text()):
            return ""
        shape = _ITEM_FORMS.get(form, "decimal")
        return count_form(number, shape) + ("、" if shape == "chineseCounting" else ". ")


_ITEM_FORMS = {
    **dict.fromkeys(("a", "lower-alpha", "lower-latin"), "lowerLetter"),
    **dict.fromkeys(("A", "upper-alpha", "upper-latin"), "upperLetter"),
    **dict.fromkeys(("i", "lower-roman"), "lowerRoman"),
    **dict.fromkeys(("I", "upper-roman"), "upperRoman"),
    **dict.fromkeys(("cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal"), "chineseCounting"),
}
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)")
_NUMBERED = re.compile(r"\s*(?:[（(]?[\d一二三四五六七八九十]{1,3}[）).．、]|第.{1,5}条|[\u2460-\u2473])")


def _whole_number(value: object) -> int | None:
    digits = re.fullmatch(r"\s*(\d{1,4})\s*", str(value or ""))
    return int(digits[1]) if digits else None


def _gap(match: re.Match[str]) -> str:
    return "\n" if "\n" in match[0] else " "


def _join(pieces: list[str]) -> str:
    """A line's pieces: source line ends between Chinese characters vanish, else they are one space."""
    text = _CJK_GAP.sub("", "".join(pieces))
    return _SPACES.sub(" ", text).strip()


def _words_beside_number(element: Tag) -> PageElement | None:
    """What follows an element of its own that holds nothing but the number of an entry."""
    pieces = [p for p in element.children if isinstance(p, Tag) or str(p).strip()]
    if len(pieces) < 2 or not isinstance(pieces[0], Tag) or pieces[0].name not in _INLINE:
        return None
    return pieces[1] if re.fullmatch(r"\s*\d{1,3}\s*", pieces[0].get_text()) else None


def _value_beside_label(element: Tag) -> Tag | None:
    """The second of just two elements of a line that differ in kind, the first a short term: what a style sets apart.

    No blank is printed between them, as the style does what a blank would do."""
    pieces = [p for p in element.children if isinstance(p, Tag) or str(p).strip()]
    if len(pieces) != 2:
        return None
    label, value = pieces
    if not isinstance(label, Tag) or not isinstance(value, Tag) or _kind(label) == _kind(value):
        return None
    if label.name not in _INLINE or value.name not in _INLINE or not label.has_attr("class"):
        return None
    return value if 2 <= len(label.get_text(strip=True)) <= _LONGEST_TERM else None


def _kind(tag: Tag) -> tuple[str, str]:
    return tag.name, str(tag.get("class"))


def _is_layout(table: Tag) -> bool:
    """Whether a table only places blocks on the page: most of it is tables, or it has one row or one column."""
    inner = [t for t in table.find_all("table") if t.find_parent("table") is table]
    held = sum(len(t.get_text(strip=True)) for t in inner)
    if table.get("role") == "presentation" or (inner and 2 * held >= len(table.get_text(strip=True))):
        return True
    rows = _rows(table)
    if len(rows) == 1 and _SERIAL_ROW.match(rows[0].get_text("|", strip=True)):
        return False  # the rest of the table above
    return len(rows) < 2 or max((len(row.find_all(["td", "th"])) for row in rows), default=0) < 2


def _cells(element: Tag) -> list[GridCell]:
    """The cells of a table, or of a list of labels and values; none for other elements."""
    if element.name == "table" and not _is_layout(element):
        return list(_grid(element))
    return _labels_and_values(element) if element.name == "dl" else []


def _labels_and_values(element: Tag) -> list[GridCell]:
    """A definition list whose terms are short labels, each with its value, as a table of two columns."""
    items = element.find_all(["dt", "dd"])
    if any(item.find(["dl", "table"]) for item in items):
        return []
    cells: list[GridCell] = []
    row = -1
    for item in items:
        text = _cell_text(item)
        if item.name == "dt":
            row += 1
            cells.append(GridCell(text, row, 0))
        elif row < 0:
            return []
        elif cells[-1].column:
            cells[-1] = replace(cells[-1], text=f"{cells[-1].text}\n{text}")
        else:
            cells.append(GridCell(text, row, 1))
    terms = [cell.text for cell in cells if not cell.column]
    return cells if len(terms) > 1 and max(map(len, terms)) <= _LONGEST_TERM else []


def _grid(table: Tag) -> Iterator[GridCell]:
    """The cells with the grid places that they cover, by the HTML rules for rowspan and colspan."""
    free: dict[int, int] = {}  # column → first row that no cell above covers
    rows = _rows(table)
    caption = table.find("caption")
    first = 1 if isinstance(caption, Tag) and _cell_text(caption) else 0
    if isinstance(caption, Tag) and first:
        yield GridCell(_cell_text(caption), 0, 0)
    last = len(rows) + first
    for at, row in enumerate(rows, first):
        column = 0
        for cell in row.find_all(["td", "th"], recursive=False):
            while free.get(column, 0) > at:
                column += 1
            height = min(_count(cell, "rowspan") or last, last - at)
            width = 1
            while width < _count(cell, "colspan") and free.get(column + width, 0) <= at:
                width += 1
            free.update(dict.fromkeys(range(column, column + width), at + height))
            yield GridCell(_cell_text(cell), at, column, height, width)
            column += width


def _rows(table: Tag) -> list[Tag]:
    """The rows of this table alone, not of tables inside its cells."""
    return [row for row in table.find_all("tr") if row.find_parent("table") is table]


def _count(cell: Tag, attribute: str) -> int:
    """A span's number, 1 where it is missing or unreadable; 0 means to the table's end."""
    digits = re.match(r"\s*(\d{1,4})", str(cell.get(attribute) or "1"))
    return min(int(digits[1]), 1000) if digits else 1


def _cell_text(cell: Tag) -> str:
    inner = Draft(keeps_signs=True)
    _Writer(inner).write(cell)
    return inner.text().strip("\n")
