"""Figures of a text that cannot be the answer: those that the question itself tells (那30个综合体，我们区几个), and those
of a whole where one of its parts is asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from assistant.extracts import has_figure
from assistant.known import Path, lies_in
from index_build.places import find_places
from index_build.words import normalise

_ASKED = re.compile(r"(?:多少|几)([\u4e00-\u9fff])")
_NO_THING = frozenset("月号年时点分成乎近")
_NUMBER = r"\d+(?:\.\d+)?[多余]?[十百千万亿]*"
_FIGURE = re.compile(rf"{_NUMBER}(?:个工作日|小时|分钟|[\u4e00-\u9fff%])")


@lru_cache(maxsize=256)
def _named(plain: str) -> tuple[tuple[str, Path], ...]:
    return tuple((plain[s:e], path) for s, e, path in find_places(plain))


def of_another_part(plain: str, places: Sequence[Path], text: str) -> bool:
    """Whether the question is about a part of the place asked about (临溪区 of the city) that the text does not name:
    a figure of the whole is not that part's."""
    flat = normalise(text)
    return any(
        path != place and lies_in(path, place) and name not in flat
        for name, path in _named(plain)
        for place in places
        if not any(lies_in(other, path) for other in places)
    )


def told_again(plain: str, texts: Iterable[str], quantity: str | None = None) -> bool:
    """Whether the question tells a number of the things whose number it asks, or a figure of the asked kind, and the
    texts have no other of them."""
    told = {
        (word, figure)
        for word in set(_ASKED.findall(plain)) - _NO_THING
        for figure in re.findall(rf"{_NUMBER}{word}", plain)
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
