"""How much: figures of the cited text, with their unit and their bound."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.sentences.figures import Number, find_numbers
from assistant.sentences.ground import Ground, without_titles
from assistant.sentences.when import said_dates


def numbers(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    """Reasons against figures that the source has not with this unit and bound."""
    covered = [(h.start, h.end) for h in said_dates(said, ground)]
    plain = without_titles(said, ground)
    for number in find_numbers(plain):
        if any(a <= number.start < b for a, b in covered) or is_figure(number, ground):
            continue
        if not (is_own_number(plain, number, ground) or counts_sources(plain, number, ground)):
            yield f"数字不在依据中：{number.raw}"


def is_figure(number: Number, ground: Ground) -> bool:
    """The same figure with the same bound; 压缩至3天 may be told as 3天, but not the other way round."""
    return any(
        (number.value, number.unit) == (known.value, known.unit)
        and number.bound in (known.bound, known.bound.removeprefix("to"))
        for known in ground.numbers
    )


def is_own_number(said: str, number: Number, ground: Ground) -> bool:
    """第12项 of a measure that is numbered 12."""
    printed = re.sub(r"\D", "", number.raw)
    return said[: number.start].endswith("第") and any(printed == (e.number or "") for e in ground.entries)


def counts_sources(said: str, number: Number, ground: Ground) -> bool:
    """共3项, where three measures are cited."""
    counted = said[: number.start].endswith(("共", "以下", "下列", "上述", "这", "合计"))
    return counted and number.unit in ("项", "条", "个", "家") and number.value == len(ground.entries)
