"""Figures that cannot be the answer: those that the question itself tells (那30个综合体，我们区几个), and a sum for all
where the share of one is asked (5亿元补贴，每人几万)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from assistant.compose import has_figure
from assistant.known import Path
from index_build.places import find_places
from index_build.words import normalise

_ASKED = re.compile(r"(?:多少|几)([\u4e00-\u9fff])")
_NO_THING = frozenset("月号年时点分成乎近")
_NUMBER = r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十两百]+)[多余]?[十百千万亿]*"
_FIGURE = re.compile(r"\d+(?:\.\d+)?[多余]?[十百千万亿]*(?:个工作日|小时|分钟|[\u4e00-\u9fff%])")
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


@lru_cache(maxsize=256)
def _named(plain: str) -> tuple[tuple[str, Path], ...]:
    return tuple((plain[s:e], path) for s, e, path in find_places(plain))


def of_another_part(plain: str, places: Sequence[Path], text: str) -> bool:
    """Whether the question is about a part of the place asked about (临溪区 of the city) that the text does not name:
    a figure of the whole is not that part's."""
    flat = normalise(text)
    return any(
        len(path) > len(place) and path[: len(place)] == place and name not in flat
        for name, path in _named(plain)
        for place in places
        if not any(path == other[: len(path)] for other in places)
    )


def told_again(plain: str, texts: Iterable[str], quantity: str | None = None) -> bool:
    """Whether the question tells a number of the things whose number it asks, or a figure of the asked kind, and the
    texts have no other of them."""
    told = {
        (word, figure)
        for word in set(_ASKED.findall(plain)) - _NO_THING
        for figure in re.findall(rf"{_NUMBER}{word}", plain)
        if figure[0].isdigit()
    }
    if quantity and quantity.startswith(("个?", "(多)?", "余?", "%")):
        told |= {(quantity, figure) for figure in _FIGURE.findall(plain) if has_figure(figure, quantity)}
    if not told:
        return False
    flat = normalise("\n".join(texts)).replace(" ", "")
    if not all(figure in flat for _, figure in told):
        return False
    for _, figure in told:
        flat = flat.replace(figure, "\n")
    return not any(has_figure(flat, word) for word, _ in told)
