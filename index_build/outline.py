"""The outline of a document: the numbers that stand at the heads of its lines, and how they nest.

Nothing here knows a fixed order of 一、（一）1.（1）: which style of number nests in which is read from the
document itself (a style that is already open goes back to its level, a new one goes one deeper).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from index_build.model import make
from index_build.numerals import read_number
from index_build.sheet import Line, Sheet

_CN = "[一二三四五六七八九十百零〇]"
_N = r"(?:\d{1,3}|(?!19|20)[1-9]\d{3})"  # 2031. is a year

# One row a style of number: name, what it looks like at the head of a line (group 1 is the number).
# Widths are unified before ((1) is （1）, ． is .), so half- and full-width prints are one row.
STYLES: tuple[tuple[str, str], ...] = (
    ("chapter", rf"第({_CN}+|\d+)[章编篇]"),
    ("division", rf"第({_CN}+|\d+)(?:节|部分)"),
    ("stage", rf"第({_CN}+|\d+)(?:阶段|步)[：、，]?"),
    ("article", rf"第({_CN}+|\d+)条"),
    ("han", rf"({_CN}+)、"),
    ("han_dot", rf"({_CN}+)\.(?!\d)"),
    ("han_round", rf"（({_CN}+)）、?"),
    ("motion", r"第(\d{1,4})号(?:建议|提案|议案)[：，]?"),
    ("task", rf"(?:任务|举措|措施|事项)({_CN}+|\d+)(?:[：、.]|(?=[一-鿿“]))"),
    ("decimal", r"\d{1,2}\.\d{1,2}\.(\d{1,2})(?=[^\d.%])"),
    ("decimal_dot", r"\d{1,2}\.(\d{1,2})\.?(?=[^\d.%])"),
    ("decimal_hyphen", r"\d{1,2}[-—－–](\d{1,2})(?=[一-鿿“])"),
    ("dot", rf"({_N})(?:\.{{1,2}}|、)"),
    ("round", rf"（({_N})）、?"),
    ("half_round", rf"({_N})）"),
    ("keycap", r"((?:\d\u20e3)+|🔟)[、.]?"),
    ("circle", r"([①-⑳❶-❿])"),
    ("dot_sign", r"([⒈-⒛])"),
    ("round_sign", r"([⑴-⒇])"),
    ("han_sign", r"([㈠-㈩])"),
    ("formal", r"([壹贰叁肆伍陆柒捌玖拾])[、.]"),
    ("roman", r"([Ⅰ-Ⅻ]|I{1,3}|IV|VI{0,3}|IX|X)[.、]"),
    ("letter", r"（?([A-Ha-h])[.、）](?=[一-鿿“])"),
    # a number that optical reading took for a letter: told by the numbers before and after it
    ("misread", r"([lIO|｜丨])[.、](?=[一-鿿“])"),
    ("part", r"(?:PART|Part|NO|No)\.?(\d{1,2})(?![\d.])[.：、]?"),
    # behind a mere stroke a box, empty or ticked
    ("bullet", r"([•●■◆▪○◇★☆▲△➢►✓▶▷▸➤➜✔❖◉☐☑✅])|(——|[-*+·–－](?:（[xX√✓]?）)?)(?=[一-鿿“])"),
)
MARKER = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in STYLES))
STARTS = frozenset(
    "第零〇一二三四五六七八九十百（①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳❶❷❸❹❺❻❼❽❾❿⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩壹贰叁肆伍陆柒捌玖拾ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫABCDEFGHabcdefghIVXPNlO|｜丨0123456789•●■◆▪○◇★☆▲△➢►✓▶▷▸➤➜✔❖◉☐☑✅-*+·—–－任举措事🔟"
)
LONGEST_LABEL = 8  # characters of a label behind a sign, its colon among them
_NUMBER_HEAD = re.compile(f"[{re.escape(''.join(sorted(STARTS)))}]")
_LOOSE = re.compile(r"(\d{1,3})(?=[一-鿿])")
_NEXT_OF_SERIES = re.compile(f"{_CN}+、")
_YEAR_AFTER_NUMBER = re.compile(r"\d{4}")
_DAY_AFTER_NUMBER = re.compile(r"\d{1,2}\.\d{1,2}月(?:\d{1,2}日|[底末初前份上中下])")  # 1.5月10日前，…
# What follows digits that count something and so number no item.
_COUNTED = frozenset(
    "版年月日个项家条件户次人名天时分亿万千百元号米吨倍岁届级类种批部处所座台套辆位期轮区县市省旗"
)
# A line of a table of contents: dots or dashes and a page number at its end.
_IN_CONTENTS = re.compile(r"(?:…{2,}|[.·•_—-]{3,})[（(]?\d{1,3}[）)]?$")
_REFERENCE = re.compile(r"[规所的、和至与或款项至到]")
PRINTED_BARE = {"dot", "round", "half_round", "motion", "han", "task", "keycap", "part"}
_NOT_PRINTED = {
    "han_round": "、",
    "decimal": ".",
    "decimal_dot": ".",
    "decimal_hyphen": ".",
}  # at a number's end
# Signs that are a number by themselves: style, the first sign, and whether their digits are what is printed of them.
_SIGNS = {
    "circle": ("①❶", False), "dot_sign": ("⒈", True), "round_sign": ("⑴", True), "han_sign": ("㈠", False), "roman": ("Ⅰ", False)
}  # fmt: skip
_SAME_STYLE = {"dot_sign": "dot", "round_sign": "round", "han_sign": "han_round"}
# Numbers by their place in a list.
_LISTED: dict[str, Sequence[str]] = {
    "formal": "壹贰叁肆伍陆柒捌玖拾",
    "roman": ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"),
    "letter": "ABCDEFGH",
}
TASK_WORDS = ("任务", "举措", "措施", "事项")  # each is a style of its own: 任务一 is above 举措1


class Marker(NamedTuple):
    """A number at the head of a line: folded [start, body) is the number, the words begin at `body`."""

    style: str
    number: int
    printed: str | None
    start: int
    body: int


def read_marker(sheet: Sheet, at: int) -> Marker | None:
    """The number at folded position `at`, if one stands there (not yet checked against its neighbours)."""
    text = sheet.text
    if at >= len(text) or text[at] not in STARTS:
        return None
    found = MARKER.match(text, at)
    if not found:
        return None
    inner = MARKER.match(text, found.end()) if found.lastgroup == "bullet" else None
    if inner is None or inner.lastgroup == "bullet":
        return _marker(sheet, found, at)
    numbered = _marker(sheet, inner, at)
    return numbered and numbered._replace(printed=numbered.printed and _bare_number(numbered.printed))


def _bare_number(printed: str) -> str:
    """★1 → 1: what stands before a number is no part of it."""
    return re.sub(r"^[^\w（]+", "", printed)


def _marker(sheet: Sheet, found: re.Match[str], start: int) -> Marker | None:
    """The number that a row of STYLES found, with what stands before it from `start` on."""
    text, end, style = sheet.text, found.end(), found.lastgroup or ""
    digits = found[MARKER.groupindex[style] + 1] or ""
    if style == "decimal_dot" and _DAY_AFTER_NUMBER.match(text, start):
        point = text.index(".", start)
        return Marker("dot", int(text[start:point]), text[start:point], start, point + 1)
    if _is_no_number(sheet, style, digits, start, end):
        return None
    if style in ("bullet", "misread"):
        return Marker(style, 0, None, start, end)
    if style in _SIGNS and not digits.isascii():
        firsts, as_digits = _SIGNS[style]
        number = min(ord(digits) - ord(first) + 1 for first in firsts if digits >= first)
        return Marker(_SAME_STYLE.get(style, style), number, str(number) if as_digits else digits, start, end)
    if style in _LISTED:
        return Marker(style, _LISTED[style].index(digits.upper()) + 1, digits, start, end)
    if style == "keycap":  # 1️⃣, 🔟
        digits = digits.replace("\u20e3", "").replace("🔟", "10")
    number = read_number(digits) or 0
    if style in PRINTED_BARE:
        return Marker(text[start : start + 2] if style == "task" else style, number, digits, start, end)
    if style.startswith("decimal"):
        return Marker(style, number, text[start:end].rstrip("."), start, end)
    printed = sheet.view.printed(start, end)
    return Marker(style, number, printed.rstrip("、") if style == "han_round" else printed, start, end)


def _is_no_number(sheet: Sheet, style: str, digits: str, start: int, end: int) -> bool:
    """Do the words show that what looks like a number of a style is none?"""
    text = sheet.text
    match style:
        case "bullet":  # 告知承诺＋监管, broken by the page's width
            return text[start] == "+" and not (
                sheet.gap_after(start) or "：" in text[end : end + LONGEST_LABEL]
            )
        case "task":  # 任务一要在: no number at the head of anything
            return text[end - 1] not in "：、." and not sheet.gap_after(end - 1)
        case "decimal" | "decimal_dot" | "decimal_hyphen":  # 2.0版, 1.5倍, 3-5家
            counts = not int(digits) or text[end : end + 1] in _COUNTED
            return counts or (style == "decimal_hyphen" and not sheet.gap_after(end - 1))
        case "dot":  # 2.0版, 3.5%
            goes_on = text[end : end + 1].isdigit() and not sheet.gap_after(end - 1)
            return goes_on and not _YEAR_AFTER_NUMBER.match(text, end)
        case "article":  # 第三条规定 inside a sentence
            return _REFERENCE.match(text, end) is not None and not sheet.gap_after(end - 1)
        case "han":  # 一、二、三产业: the next thing is a number again
            return _NEXT_OF_SERIES.match(text, end, end + 4) is not None
        case _:
            return False


_UNSURE = ("loose", "misread")  # told by the numbers that follow


def find_markers(sheet: Sheet, start: int, end: int) -> list[Marker]:
    """The numbers that head lines in folded [start, end), each checked against the run that it continues.

    A number is taken when it is 1, or goes on with its style's run (small gaps are numbers that the source
    lost); a lone `30 ` whose dot is missing is taken only between 29 and 31."""
    candidates = list(_candidates(sheet, start, end))
    unsure = any(marker.style in _UNSURE for marker in candidates)
    followers = _followers(candidates) if unsure else itertools.repeat((None, None))
    last: dict[str, int] = {}
    kept: list[Marker] = []
    for marker, (after, dot) in zip(candidates, followers, strict=False):
        if marker.style == "loose" and _heads_decimals(marker, after):
            kept.append(marker._replace(style="whole"))
            continue
        if marker.style == "misread":
            if last.get("dot") and dot and dot.number == last["dot"] + 2:
                last["dot"] += 1
                kept.append(marker._replace(style="dot", number=last["dot"]))
            continue
        if marker.style == "loose" and _is_zero_led(marker, last.get("zero")):
            last["zero"] = marker.number
            kept.append(marker._replace(style="zero"))
            continue
        if marker.style == "loose":
            if last.get("dot") == marker.number - 1 and dot and dot.number == marker.number + 1:
                last["dot"] = marker.number
                kept.append(marker._replace(style="dot"))
            continue
        before = last.get(marker.style)
        if marker.style != "bullet" and marker.number != 1 and before is not None:
            ahead = marker.number - before
            if not 0 <= ahead <= 10:
                continue
        last[marker.style] = marker.number
        kept.append(marker)
    return kept


def _candidates(sheet: Sheet, start: int, end: int) -> Iterator[Marker]:
    """What may number the lines of folded [start, end); lines of a table of contents are left out."""
    for head in _NUMBER_HEAD.finditer(sheet.heads, *sheet.numbers_between(start, end)):
        line = sheet.lines[head.start()]
        marker = read_marker(sheet, line.start)
        if marker is None and head.group().isdecimal():
            marker = read_loose(sheet, line.start)
        if marker and not _is_in_contents(sheet.text, line):
            yield marker


def _is_in_contents(text: str, line: Line) -> bool:
    last = line.end - 1 - (text[line.end - 1] in ")）")
    return text[last].isdecimal() and _IN_CONTENTS.search(text, line.start, line.end) is not None


def _followers(candidates: Sequence[Marker]) -> list[tuple[Marker | None, Marker | None]]:
    """For each candidate the next one that is no bullet, and the next one of the style 1."""
    found: list[tuple[Marker | None, Marker | None]] = []
    next_numbered = next_dot = None
    for marker in reversed(candidates):
        found.append((next_numbered, next_dot))
        next_numbered = next_numbered if marker.style == "bullet" else marker
        next_dot = marker if marker.style == "dot" else next_dot
    return found[::-1]


def _heads_decimals(marker: Marker, after: Marker | None) -> bool:
    """Is "1 " the number above 1.1?"""
    firsts = (f"{marker.number}.1", f"{marker.number}-1")
    return after is not None and after.style in ("decimal_dot", "decimal_hyphen") and after.printed in firsts


def _is_zero_led(marker: Marker, before: int | None) -> bool:
    """01, 02 … 09, 10 on lines of their own, as pages for phones number their headings."""
    printed = marker.printed or ""
    if before is None:
        return printed == "01"
    return marker.number == before + 1 and (printed.startswith("0") or marker.number > 9)


def read_loose(sheet: Sheet, at: int) -> Marker | None:
    """Digits that only a blank parts from the words; a number where those around it count on."""
    found = _LOOSE.match(sheet.text, at)
    if not found or not sheet.gap_after(found.end() - 1) or sheet.text[found.end()] in _COUNTED:
        return None
    return Marker("loose", int(found.group(1)), found.group(1), found.start(), found.end())


class Node(NamedTuple):
    """One entry of the outline: a numbered item, a heading that the format marks, or a plain paragraph.

    Folded [start, end) is its own text, up to the next node; `parent` is an index into the list of nodes
    or -1; `style` is a row of STYLES, "heading" or "" for a paragraph."""

    style: str
    number: int
    printed: str | None
    start: int
    body: int
    end: int
    parent: int
    level: int


def nest(markers: Iterable[Marker], end: int) -> list[Node]:
    """Give every marker its parent: a style that is open goes back to its level, a new one nests."""
    ordered = list(markers)
    stops = [*(marker.start for marker in ordered[1:]), end]
    nodes: list[Node] = []
    open_styles: list[str] = []
    open_nodes: list[int] = []
    # without markers there is a stop alone
    for n, (marker, stop) in enumerate(zip(ordered, stops, strict=False)):
        if marker.style in open_styles:
            level = open_styles.index(marker.style)
            del open_styles[level:], open_nodes[level:]
        parent = open_nodes[-1] if open_nodes else -1
        nodes.append(make(Node, (*marker, stop, parent, len(open_nodes))))
        open_styles.append(marker.style)
        open_nodes.append(n)
    return nodes
