"""Web pages: the paper's own text, without navigation, hidden text, scripts and footers.

The main text is found in three steps: what no reader of the page reads is taken out; containers that content
systems of governments use are tried; else the smallest block that still holds most of the unlinked text is it.
An information table of the page (索引号, 发文字号 …) is kept in front, since the 文号 often stands only there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import CData, NavigableString, PreformattedString

from index_build.model import Document
from index_build.readers.decode import decode
from index_build.readers.draft import Draft, GridCell
from index_build.readers.faults import refuse

_DROPPED = [
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "canvas",
    "iframe",
    "object",
    "embed",
    "nav",
    "aside",
    "button",
    "select",
    "input",
    "textarea",
    "link",
    "meta",
    "dialog",
    "audio",
    "video",
    "map",
    "head",
    "rt",
    "rp",
]
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    ]
)
# class and id words of what surrounds a paper on its page
_AROUND = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|navigation|menu|submenu|breadcrumbs?|crumbs?|position|location|sidebar|side|foot|"
    r"footer|copyright|share|sharing|toolbar|tools?|related|recommend|hot|links?|friendlinks?|search|login|qrcode|"
    r"pager|pagination|print|banner|topbar|skip|accessibility|fontsize|dqwz|wzdh|bshare)(?:$|[-_\s\d])",
    re.I,
)
# containers in which content systems put the paper itself
_MAIN = re.compile(
    r"^(?:ucap-content|trs_editor|trs_editor_view|zoom|zoomcon|pages_content|article-?content|article_con|"
    r"news_content|content-?text|contenttext|xxgk_content|view|conts?_text|detail-?content|vsb_content.*|main-?content|"
    r"articlecontent|artcontent|j-fontcontent|info-?content|text-?content)$",
    re.I,
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.I)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"[.#][\w-]+")
_FACTS = re.compile(
    r"索\s*引\s*号|发\s*文\s*字\s*号|文\s*号|发\s*(?:文|布)\s*机\s*[关构]|成\s*文\s*日\s*期|发\s*文\s*日\s*期"
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})", re.I)
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_CJK_GAP = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])\n(?=[\u2e80-\u9fff\uff00-\uffef])")
_MAX_DEPTH = 400


def read_html(data: bytes, name: str) -> Document:
    """Raises ReadError for bytes of no known encoding and for a page without text."""
    soup = BeautifulSoup(_decode(data, name), "lxml")
    title = _title(soup)
    _drop_unread(soup)
    draft = Draft()
    root = soup.body or soup
    main = _main(root)
    for block in [*_facts(root, main), main]:
        _Writer(draft).write(block)
    if not draft.has_text():
        raise refuse(
            name,
            "网页里没有正文（可能由脚本生成）；请在浏览器中打开后复制正文，存为 .txt 或 .docx。",
            "The page holds no text (perhaps made by a script): copy it from a browser into a .txt.",
        )
    return draft.document(data, name, title)


def _decode(data: bytes, name: str) -> str:
    """The page's text; its own charset line decides where its bytes agree with it."""
    declared = _CHARSET.search(data[:4096])
    if declared:
        encoding = declared[1].decode("ascii").lower()
        encoding = "gb18030" if encoding.startswith(("gb", "x-gb")) else encoding
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(data, name)


def _title(soup: BeautifulSoup) -> str | None:
    for wanted in ("ArticleTitle", "title"):
        meta = soup.find("meta", attrs={"name": re.compile(f"^{wanted}$", re.I)})
        if isinstance(meta, Tag) and str(meta.get("content") or "").strip():
            return str(meta["content"]).strip()
    return soup.title.get_text().strip() if soup.title else None


def _drop_unread(soup: BeautifulSoup) -> None:
    """Take out what no reader of the page reads.  What holds most of the page's text stays whatever its name."""
    unseen = _hidden_names(soup)
    for tag in soup(_DROPPED):
        tag.decompose()
    for text in soup(string=lambda s: isinstance(s, PreformattedString) and not isinstance(s, CData)):
        text.extract()
    whole = max(1, len(soup.get_text()))
    for tag in soup.find_all(True):
        if tag.decomposed or tag.name in ("html", "body"):
            continue
        styled = _HIDDEN_STYLE.search(str(tag.get("style") or "")) or not unseen.isdisjoint(_selectors(tag))
        hidden = tag.has_attr("hidden") or styled
        around = tag.name in ("header", "footer", "form") or _AROUND.search(_names(tag))
        if hidden or (around and len(tag.get_text()) < whole / 2):
            tag.decompose()


def _hidden_names(soup: BeautifulSoup) -> set[str]:
    """The `.class` and `#id` selectors that the page's own style sheets hide."""
    rules = (m for sheet in soup("style") for m in _RULE.finditer(sheet.get_text()))
    hiding = (m[1].split(",") for m in rules if _HIDDEN_STYLE.search(m[2]))
    return {name.strip() for names in hiding for name in names if _SIMPLE.fullmatch(name.strip())}


def _selectors(tag: Tag) -> set[str]:
    return {f".{name}" for name in _words(tag.get("class"))} | {f"#{name}" for name in _words(tag.get("id"))}


def _names(tag: Tag) -> str:
    return " ".join(str(word) for key in ("class", "id", "role") for word in _words(tag.get(key)))


def _words(value: object) -> list[str]:
    return (
        value.split()
        if isinstance(value, str)
        else [str(v) for v in value]
        if isinstance(value, list)
        else []
    )


def _own_text(tag: Tag) -> int:
    """Characters below a tag that are no link."""
    linked = sum(len(a.get_text("", strip=True)) for a in tag.find_all("a"))
    return len(tag.get_text("", strip=True)) - linked


def _main(root: Tag) -> Tag:
    whole = max(1, _own_text(root))
    named = [
        tag
        for tag in root.find_all(True)
        if tag.name in ("article", "main") or any(_MAIN.match(n) for n in _names(tag).split())
    ]
    for tag in sorted(named, key=_own_text, reverse=True):
        if _own_text(tag) >= 0.5 * whole:
            root = tag
            break
    while True:
        inner = [child for child in root.find_all(True, recursive=False) if child.name in _BLOCKS]
        best = max(inner, key=_own_text, default=None)
        # a table is never entered: its rows are the text; nor is a block whose loss would cost text
        if best is None or best.name in ("table", "tr", "p") or _own_text(best) < 0.9 * _own_text(root):
            return root
        root = best


def _facts(root: Tag, main: Tag) -> list[Tag]:
    """The page's information table, where one stands outside the main text and before it."""
    found: list[Tag] = []
    for tag in root.find_all(["table", "ul", "dl", "div"]):
        text = tag.get_text("", strip=True)
        if tag is main or main in tag.descendants or tag in main.descendants or len(text) > 600:
            continue
        if len(set(_FACTS.findall(text))) >= 2 and not any(tag in old.descendants for old in found):
            found.append(tag)
    return found[:1]


class _Writer:
    """Puts one element's text into the draft: blocks on lines of their own, tables as tables."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._line: list[str] = []

    def write(self, element: Tag) -> None:
        if element.name == "table" and not _is_layout(element):
            self._draft.table(_grid(element))
            return
        self._walk(element, None, 0)
        self._flush(None)

    def _walk(self, element: Tag, level: int | None, depth: int) -> None:
        if depth > _MAX_DEPTH:
            self._line.append(element.get_text())
            return
        as_typed = element.name in ("pre", "listing") or element.find_parent("pre") is not None
        for child in element.children:
            if isinstance(child, NavigableString):
                self._put(str(child), level, as_typed)
            elif not isinstance(child, Tag):
                continue
            elif child.name == "br":
                self._flush(level)
            elif child.name == "table" and not _is_layout(child):
                self._flush(level)
                self._draft.table(_grid(child))
            elif child.name in _BLOCKS:
                self._flush(level)
                heading = int(child.name[1]) if re.fullmatch(r"h[1-6]", child.name) else level
                self._walk(child, heading, depth + 1)
                self._flush(heading)
            else:
                self._walk(child, level, depth + 1)

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
        if text:
            self._draft.line(text, level)


def _gap(match: re.Match[str]) -> str:
    return "\n" if "\n" in match[0] else " "


def _join(pieces: list[str]) -> str:
    """A line's pieces: source line ends between Chinese characters vanish, else they are one space."""
    text = _CJK_GAP.sub("", "".join(pieces))
    return _SPACES.sub(" ", text).replace("\u200b", "").strip(" \u00a0")


def _is_layout(table: Tag) -> bool:
    """Whether a table only places blocks on the page: it holds tables, or has one row or one column."""
    if table.get("role") == "presentation" or table.find("table"):
        return True
    rows = table.find_all("tr")
    return len(rows) < 2 or max((len(row.find_all(["td", "th"])) for row in rows), default=0) < 2


def _grid(table: Tag) -> Iterator[GridCell]:
    """The cells with the grid places that they cover, by the HTML rules for rowspan and colspan."""
    taken: set[tuple[int, int]] = set()
    rows = table.find_all("tr")
    caption = table.find("caption")
    first = 1 if isinstance(caption, Tag) and _cell_text(caption) else 0
    if isinstance(caption, Tag) and first:
        yield GridCell(_cell_text(caption), 0, 0)
    for at, row in enumerate(rows, first):
        column = 0
        for cell in row.find_all(["td", "th"], recursive=False):
            while (at, column) in taken:
                column += 1
            height = _count(cell, "rowspan") or len(rows)
            height, width = min(height, len(rows) + first - at), max(1, _count(cell, "colspan"))
            taken.update((r, c) for r in range(at, at + height) for c in range(column, column + width))
            yield GridCell(_cell_text(cell), at, column, height, width)
            column += width


def _count(cell: Tag, attribute: str) -> int:
    """A span's number, 1 where it is missing or unreadable; 0 means to the table's end."""
    digits = re.match(r"\s*(\d{1,4})", str(cell.get(attribute) or "1"))
    return min(int(digits[1]), 1000) if digits else 1


def _cell_text(cell: Tag) -> str:
    inner = Draft()
    _Writer(inner).write(cell)
    return inner.text().strip("\n")
