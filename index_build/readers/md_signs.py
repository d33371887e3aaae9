"""The signs of Markdown among the words: stress, links, quoted lines, escapes, comments, tags.

A table of patterns; what a pattern's groups cover (all of it where it has none) is a sign and no word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TAGS = "a|b|big|blockquote|center|div|em|font|i|p|small|span|strong|sub|sup|u|table|thead|tbody|tfoot|tr|td|th|caption"
_NUMBER = r"(?:\*\*|__)?(?:\d{1,3}(?:[.．、)）]|\\\.)|[（(][\d一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|第.{1,4}条)"

_LABEL = r"(?:\*\*|__)?[一-鿿]{0,4}(?:单位|部门|领导|责任人|时限|时间|节点|举措)(?:\*\*|__)?[：:]"

_SIGNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\A\ufeff?(---[^\S\n]*\n(?:(?:[\w-]+:|[^\S\n]|-[^\S\n]|#)[^\n]*\n|\n)*?---[^\S\n]*)(?=\n|\Z)",  # front matter
        r"(?m)^[^\S\n]{0,3}(#{1,6})(?=[^\S\n]+\S)",
        r"\*\*|__",
        r"((?<![*\\\w])\*(?=[^\s*])|(?<=\w)(?<!\\)\*(?=\w))[^*\n]*[^\s*\\](\*)(?!\*)",  # one star on either side
        r"(?<![\w_\\])(_)(?=[^\s_])[^_\n]*[^\s_\\](_)(?![\w_])",
        r"(?<![`\\])(`{1,3})(?!`)[^`\n]+(`{1,3})(?!`)",
        r"(?m)(?<!\\)(\\)\r?$",  # ends a line without ending its paragraph
        r"(\\)[!-/:-@\[-`{-~]",
        r"(?m)^[^\S\n]*(>(?:[^\S\n]*>)*)[^\S\n]*(?=\S)",
        rf"(?m)^[^\S\n]*([-*+])[^\S\n]+(?={_NUMBER}|{_LABEL})",  # a bullet before a number or a label
        r"!\[[^\]\n]*\]\([^()\n]*\)",  # a picture
        r"(?<!!)(\[)[^\[\]\n]+(\]\((?=[^()\s]*[/#.:])[!-'*-;=?-~]+(?:[^\S\n]+\"[^\"\n]*\")?\))",
        r"\[\^[^\]\s]{1,20}\](?!:)",  # a footnote's mark
        r"<!--(?:[^-]|-(?!->))*-->",
        r"&(?:emsp|ensp|thinsp|nbsp|#12288|#160|#8194|#8195);",
        r"<br\s*/?>",
        rf"(?i)</?(?:{_TAGS})(?:\s[^<>\n]*)?>",
    )
)


def find_signs(text: str) -> Iterator[tuple[int, int]]:
    """Where signs stand, in no order; some may cover others."""
    for pattern in _SIGNS:
        for found in pattern.finditer(text):
            if pattern.groups:
                yield from (span for span in found.regs[1:] if span[1] > span[0])
            else:
                yield found.span()
