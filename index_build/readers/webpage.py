"""Where on a web page the paper itself stands: what nobody reads is taken out, what surrounds the paper passed over.

Containers that content systems of governments use are tried first; else the smallest block that still holds most
of the unlinked text is the paper's.  Every step is linear in the size of the page, however deep it is nested.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import CData, NavigableString, PreformattedString

from index_build.readers.styles import apply_sheets, is_unseen

STRUCK = ["del", "s", "strike"]
_DROPPED = [
    *("script", "style", "noscript", "template", "head", "link", "meta"),
    *("nav", "aside", "button", "select", "input", "textarea", "dialog"),
    *("svg", "canvas", "iframe", "object", "embed", "audio", "video", "map"),
    *("rt", "rp", *STRUCK),
]
# class and id words of what surrounds a paper on its page
_AROUND = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|navigation|menu|submenu|breadcrumbs?|crumbs?|position|location|sidebar|side|foot|"
    r"footer|copyright|share|sharing|toolbar|tools?|related|recommend|hot|links?|friendlinks?|search|login|qrcode|"
    r"pager|pagination|print|banner|topbar|skip|accessibility|fontsize|dqwz|wzdh|bshare|"
    r"sr-only|visually-hidden|screen-reader-text)(?:$|[-_\s\d])",
    re.I,
)
# containers in which content systems put the paper itself
_MAIN = re.compile(
    r"^(?:ucap-content|trs_editor|trs_editor_view|zoom|zoomcon|pages_content|article-?content|article_con|"
    r"news_content|content-?text|contenttext|xxgk_content|view|conts?_text|detail-?content|vsb_content.*|main-?content|"
    r"articlecontent|artcontent|j-fontcontent|info-?content|text-?content)$",
    re.I,
)
_FACTS = re.compile(
    r"索\s*引\s*号|发\s*文\s*字\s*号|文\s*号|发\s*(?:文|布)\s*机\s*[关构]|成\s*文\s*日\s*期|发\s*文\s*日\s*期"
)
_ENTERED = frozenset([
    "html", "body", "div", "section", "article", "main", "center", "blockquote", "form", "dl", "dd",
    "ul", "ol", "li",
])  # fmt: skip

_NOTE_MARK = re.compile(r"[\[［〔(（*]?(?:\d{1,3}|[\u2460-\u2473*])[\]］〕)）]?")
_LEAST_COPY = 100  # characters

Sizes = dict[int, tuple[int, int]]


def drop_unread(soup: BeautifulSoup) -> None:
    """Take out what no reader of the page reads.  What holds half of the page's text stays whatever its name."""
    apply_sheets(soup)
    comments = soup(string=lambda s: isinstance(s, PreformattedString) and not isinstance(s, CData))
    for node in [*soup(_DROPPED), *comments]:
        node.extract()
    sizes = _sizes(soup)
    half = sizes[id(soup)][0] / 2
    for tag in soup.find_all(True):
        if _is_hidden(tag) or _is_note_mark(tag) or (_is_around(tag) and sizes[id(tag)][0] < half):
            tag.extract()
    _drop_copies(soup)


def _is_hidden(tag: Tag) -> bool:
    return tag.name not in ("html", "body") and (tag.has_attr("hidden") or is_unseen(tag))


def _is_note_mark(tag: Tag) -> bool:
    """Whether an element is a footnote's mark in the words: raised, or a link to a note, after other words."""
    if tag.name not in ("sup", "a") or not (mark := _NOTE_MARK.fullmatch(tag.get_text(strip=True))):
        return False
    link = (
        tag if tag.name == "a" else tag.a or (tag.parent if tag.parent and tag.parent.name == "a" else None)
    )
    to_note = link is not None and str(link.get("href") or "").startswith("#")
    raised = tag.parent if tag.parent is not None and tag.parent.name in ("sup", "a", "span") else tag
    before = tag.previous_sibling or raised.previous_sibling
    follows = before is not None and bool(before.get_text(strip=True))
    return follows and (to_note or (tag.name == "sup" and not mark[0].isdecimal()))


def _drop_copies(soup: BeautifulSoup) -> None:
    """Of a paper that a page holds twice, for screens of two sizes, one copy stays."""
    sizes = _sizes(soup)
    least = max(_LEAST_COPY, 0.3 * sizes[id(soup)][0])
    by_size: dict[int, list[Tag]] = {}
    for tag in soup.find_all(True):
        size = sizes[id(tag)][0]
        if size < least:
            continue
        others = by_size.setdefault(size, [])
        apart = [other for other in others if all(parent is not other for parent in tag.parents)]
        text = "".join(tag.get_text().split()) if apart else ""
        if any("".join(other.get_text().split()) == text for other in apart):
            tag.extract()
        else:
            others.append(tag)


def _is_around(tag: Tag) -> bool:
    return tag.name in ("header", "footer", "form") or _AROUND.search(_names(tag)) is not None


def find_main(root: Tag) -> Tag:
    """The smallest element that holds the paper."""
    sizes = _sizes(root)
    whole = _unlinked(sizes, root)
    named = [
        tag
        for tag in root.find_all(True)
        if tag.name in ("article", "main") or any(_MAIN.match(n) for n in _names(tag).split())
    ]
    best = max(named, key=lambda tag: _unlinked(sizes, tag), default=None)
    if best is not None and 2 * _unlinked(sizes, best) >= whole:
        root = best
    while True:
        inner = [child for child in root.children if isinstance(child, Tag)]
        best = max(inner, key=lambda tag: _unlinked(sizes, tag), default=None)
        # a table is never entered: its rows are the text; nor is a block whose loss would cost text
        if best is None or best.name not in _ENTERED or _unlinked(sizes, best) < 0.9 * _unlinked(sizes, root):
            return root
        root = best


def find_facts(root: Tag, main: Tag) -> Tag | None:
    """The page's information table (索引号, 发文字号 …), where one stands outside the main text."""
    sizes = _sizes(root)
    above = {id(parent) for parent in main.parents} | {id(main)}
    for tag in root.find_all(["table", "ul", "dl", "div"]):
        if id(tag) in above or sizes[id(tag)][0] > 600 or any(parent is main for parent in tag.parents):
            continue
        if len(set(_FACTS.findall(tag.get_text("", strip=True)))) >= 2:
            return tag
    return None


def _sizes(root: Tag) -> Sizes:
    """By id: the characters below each tag, and those of them that are in links."""
    sizes: Sizes = {id(root): (0, 0)}
    order = list(root.descendants)
    for node in reversed(order):
        if isinstance(node, NavigableString):
            size, linked = len(node.strip()), 0
        elif isinstance(node, Tag):
            size, linked = sizes.setdefault(id(node), (0, 0))
            linked = size if node.name == "a" else linked
        else:
            continue
        if node.parent is not None:
            above, links = sizes.get(id(node.parent), (0, 0))
            sizes[id(node.parent)] = (above + size, links + linked)
    return sizes


def _unlinked(sizes: Sizes, tag: Tag) -> int:
    size, linked = sizes[id(tag)]
    return size - linked


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
