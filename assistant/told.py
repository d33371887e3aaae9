"""Figures that cannot be the answer: those that the question itself tells (那30个综合体，我们区几个), and a sum for all
where the share of one is asked (10亿元资金，一个人能领几万)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.compose import has_figure
from index_build.words import normalise

_ASKED = re.compile(r"(?:多少|几)([\u4e00-\u9fff])")
_NO_THING = frozenset("月号年时点分成乎近")
_NUMBER = r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十两百]+)[多余]?[十百千万亿]*"
_MONEY = re.compile("元")
_EACH = re.compile(
    r"几万|(?:每|单)(?:个)?(?:人|户|家|名|企业|店|套|间|次|亩)|(?<![第同统])一(?:个人|人|户|家|名)(?!一|之|体)"
    r"|\b(?:each|per (?:person|head|firm|company|household))\b"
)
_OF_ONE = r"(多)?(万|千|百)?元|%"
# What is made known is asked, not the figure itself: 会公布发了多少吗.
_MADE_KNOWN = re.compile(
    r"(?:公[布开示告]|发布|披露|通报|晒|查(?:到|得到|询)?|看(?:到|得到)).{0,24}?(?:多少|几).{0,8}?(?:吗|么|不)?[？?。]?$"
)
_WHETHER = re.compile(r"吗|么[？?]?$|会不会|能不能|是否|是不是|有没有|要不要|可不可以|能否")


def asks_whether_known(plain: str) -> bool:
    """Whether the question is about a figure's being published: 会公布发了多少吗."""
    return bool(_WHETHER.search(plain) and _MADE_KNOWN.search(plain))


def narrowed(quantity: str | None, plain: str) -> str | None:
    """The pattern of the asked figure; where the share of one is asked, without the sums of all (亿)."""
    if quantity and _MONEY.search(quantity) and "亿" in quantity and _EACH.search(plain):
        return _OF_ONE
    return quantity


def told_again(plain: str, texts: Iterable[str]) -> bool:
    """Whether the question tells a number of the things whose number it asks, and the texts have no other number of
    them."""
    told = {
        (word, figure)
        for word in set(_ASKED.findall(plain)) - _NO_THING
        for figure in re.findall(rf"{_NUMBER}{word}", plain)
        if figure[0].isdigit()
    }
    if not told:
        return False
    flat = normalise("\n".join(texts)).replace(" ", "")
    if not all(figure in flat for _, figure in told):
        return False
    for _, figure in told:
        flat = flat.replace(figure, "\n")
    return not any(has_figure(flat, word) for word, _ in told)
