"""Where on a web page the paper itself stands: what nobody reads is taken out, what surrounds the paper passed over.

Containers that content systems of governments use are tried first; else the smallest block that still holds most
of the unlinked text is the paper's.  Every step is linear in the size of the page, however deep it is nested.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import CData, NavigableString, PreformattedString

_DROPPED = [
    *("script", "style", "noscript", "template", "head", "link", "meta"),
    *("nav", "aside", "button", "select", "input", "textarea", "dialog"),
    *("svg", "canvas", "iframe", "object", "embed", "audio", "video", "map"),
    *("rt", "rp"),
]
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
_ENTERED = frozenset(
    [
        "html",
        "body",
        "div",
        "section",
        "article",
        "main",
        "center",
        "blockquote",
        "form",
        "dl",
        "dd",
        "ul",
        "ol",
        "li",
    ]
)

Sizes = dict[int, tuple[int, int]]


def drop_unread(soup: BeautifulSoup) -> None:
    """Take out what no reader of the page reads.  What holds half of the page's text stays whatever its name."""
    unseen = _hidden_names(soup)
    comments = soup(string=lambda s: isinstance(s, PreformattedString) and not isinstance(s, CData))
    for node in [*soup(_DROPPED), *comments]:
        node.extract()
    sizes = _sizes(soup)
    half = sizes[id(soup)][0] / 2
    for tag in soup.find_all(True):
        if _is_hidden(tag, unseen) or (_is_around(tag) and sizes[id(tag)][0] < half):
            tag.extract()


def _is_hidden(tag: Tag, unseen: set[str]) -> bool:
    if tag.name in ("html", "body"):
        return False
    styled = _HIDDEN_STYLE.search(str(tag.get("style") or "")) is not None
    return styled or tag.has_attr("hidden") or not unseen.isdisjoint(_selectors(tag))


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
