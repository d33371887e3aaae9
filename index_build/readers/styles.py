"""What the style sheets of a web page do to its text: hide it, keep its line ends, set an element as a block.

The sheets' declarations are put in front of each element's own style, as a screen of a desk computer would apply
them; whoever reads the page then looks at the elements alone.  Weights of selectors are not counted: the later rule
wins.  Sheets that the page only links to are not at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from soupsieve import SelectorSyntaxError

_SCREEN_PX = 1280
_MAX_RULES = 400
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.S)
_TOLD = re.compile(r"(?i)(?:^|[;\s{])(?:display|visibility|white-space)\s*:")
_WIDTH = re.compile(r"(m(?:in|ax))-(?:device-)?width\s*:\s*(\d+)(?:\.\d+)?\s*px")
_DECLARATION = re.compile(r"(?:^|(?<=;))\s*([\w-]+)\s*:\s*([^;!]+)")
_OFF_SCREEN = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|em|pt)?")
_NONE = re.compile(r"0(?:\.0+)?(?:px|pt|em|%)?")


def apply_sheets(soup: BeautifulSoup) -> None:
    """Put what the page's own sheets say of an element in front of its own style."""
    rules = [rule for sheet in soup("style") for rule in _rules(_COMMENT.sub("", sheet.get_text()))]
    said: dict[int, tuple[Tag, list[str]]] = {}
    for selectors, declarations in rules[:_MAX_RULES]:
        for selector in selectors.split(","):
            for tag in _select(soup, selector.strip()):
                said.setdefault(id(tag), (tag, []))[1].append(declarations)
    for tag, declared in said.values():
        tag["style"] = ";".join([*declared, str(tag.get("style") or "")])


def _select(soup: BeautifulSoup, selector: str) -> list[Tag]:
    if not selector or ":" in selector:  # a state of the page or a place between elements, not elements
        return []
    try:
        return list(soup.select(selector))
    except (SelectorSyntaxError, NotImplementedError):
        return []


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of the rules that hold on a wide screen and tell something of the text's place."""
    at = 0
    while (opens := sheet.find("{", at)) >= 0:
        head = sheet[at:opens].rpartition(";")[2].strip()
        closes = _closing(sheet, opens)
        body = sheet[opens + 1 : closes]
        if head.startswith("@"):
            if head.startswith(("@media", "@supports")) and _holds(head):
                yield from _rules(body)
        elif _TOLD.search(body):
            yield head, body
        at = closes + 1


def _closing(sheet: str, opens: int) -> int:
    depth = 0
    for found in re.finditer(r"[{}]", sheet[opens:]):
        depth += 1 if found[0] == "{" else -1
        if not depth:
            return opens + found.start()
    return len(sheet)


def _holds(head: str) -> bool:
    """Whether a condition of a sheet holds on a wide screen."""
    if re.search(r"@media\s+(?:only\s+)?(?:print|speech)\b", head):
        return False
    return all(
        int(width) <= _SCREEN_PX if side == "min" else int(width) >= _SCREEN_PX
        for side, width in _WIDTH.findall(head)
    )


def styled(tag: Tag) -> dict[str, str]:
    """The declarations of an element's style, the last of each name."""
    style = str(tag.get("style") or "")
    return (
        {name.lower(): value.strip().lower() for name, value in _DECLARATION.findall(style)} if style else {}
    )


def is_unseen(tag: Tag) -> bool:
    """Whether an element's style keeps it from the screen."""
    style = styled(tag)
    return bool(style) and (
        style.get("display", "").startswith("none")
        or style.get("visibility", "").startswith(("hidden", "collapse"))
        or any(_NONE.fullmatch(style.get(name, "1")) for name in ("font-size", "opacity"))
        or (
            style.get("overflow", "") == "hidden"
            and any(_NONE.fullmatch(style.get(n, "1")) for n in ("height", "max-height"))
        )
        or (
            style.get("position") == "absolute"
            and any(_OFF_SCREEN.fullmatch(style.get(n, "")) for n in ("left", "top"))
        )
    )


def keeps_lines(tag: Tag, inherited: bool) -> bool:
    """Whether the line ends of the source are those of the page."""
    if tag.name == "pre":
        return True
    space = styled(tag).get("white-space", "")
    return space.startswith("pre") if space else inherited


def is_block(tag: Tag) -> bool:
    """Whether a style sets an element on lines of its own."""
    return (
        styled(tag)
        .get("display", "")
        .startswith(("block", "flex", "grid", "list-item", "table-row", "table-caption"))
    )
