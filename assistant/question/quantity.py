"""The figure that a question asks for: a pattern of what it counts (天, 元, %), None where it asks for none."""

from __future__ import annotations

import re

from assistant.model import ANY_FIGURE, SOME_THINGS
from assistant.question.phrases import Phrases

_FIGURE = re.compile(
    r"(?:多少|(?<!哪)几|多大|多高|多低|百分之几|多长|多久|号码"
    r"|how (?:many|much|fast|long|high)|what (?:share|percentage|proportion|number|figure))([\u4e00-\u9fff]{0,4})"
)
_NO_FIGURE = re.compile(r"月|号|家?(?:单位|部门)|个?(?:单位|部门|局|旗|县|区|市|地方)|项(?!工作日)|条|哪")
_EACH = re.compile(
    r"几万|(?:每|单)(?:个)?(?:人|户|家|名|企业|店|套|间|次|亩)|(?<![第同统])一(?:个人|人|户|家|名)(?!一|之|体)"
    r"|\b(?:each|per (?:person|head|firm|company|household))\b"
)
_OF_ONE = r"(多)?(万|千|百)?元|%"
# What is made known is asked, not the figure itself: 会公布发了多少吗.
_MADE_KNOWN = re.compile(
    r"(?:公[布开示告]|发布|披露|通报|晒|查(?:到|得到|询)?|看(?:到|得到)).{0,24}?(?:多少|几).{0,8}?(?:吗|么|不)?[？?。]?$"
)
# What somebody has by now is told, and whether something holds for it is asked: 开了多少年还能接着算吗.
_HAS_BY_NOW = re.compile(
    r"[了过](?:多少|几)[\u4e00-\u9fff]{1,3}[^，。？?]{0,8}(?:能|可以|会|算|用|得)[^，。]{0,10}(?:吗|么|不|没有?)[？?。]?$"
    r"|[了过](?:多少|几)[\u4e00-\u9fff]{1,3}[^，。？?]{0,8}(?:能不能|会不会|可不可以|算不算|是不是)"
)
_WHETHER = re.compile(r"吗|么[？?]?$|会不会|能不能|是否|是不是|有没有|要不要|可不可以|能否")


def read_quantity(plain: str, phrases: Phrases) -> str | None:
    """The pattern of the asked figure; where the share of one is asked, without the sums of all (亿); None where only
    its being published is asked about, or whether something holds for it."""
    if _WHETHER.search(plain) and (_MADE_KNOWN.search(plain) or _HAS_BY_NOW.search(plain)):
        return None
    counted = what_is_counted(plain, phrases)
    of_one = counted and "元" in counted and "亿" in counted and _EACH.search(plain)
    return _OF_ONE if of_one else counted


def _opens_or_ends(text: str, word: str) -> bool:
    """…费 is a word that ends the text (安家费, not 免费), 块$ all of it; all others open it."""
    if word.endswith("$"):
        return text == word[:-1]
    if word.startswith("…"):
        return text.endswith(word[1:]) and not text.endswith("免" + word[1:])
    return text.startswith(word)


def what_is_counted(plain: str, phrases: Phrases) -> str | None:
    """The pattern of what an asked figure counts."""
    for asked in _FIGURE.finditer(plain):
        if _NO_FIGURE.match(asked[1]):
            continue
        for words, counted in phrases.units:
            if any(_opens_or_ends(asked[1], word) for word in words.split("|")):
                return counted
        after = 24 if asked[0].isascii() else 0
        near = plain[max(0, asked.start() - 6) : asked.end() + after]
        for words, counted in phrases.units:
            if any(len(word) > 1 and word in near for word in words.split("|")):
                return counted
        return SOME_THINGS if asked[0].startswith("几") or "项" in asked[1] else ANY_FIGURE
    return None
