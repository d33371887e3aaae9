"""Words as they are printed, and what stands around them: whether an excerpt cuts a number or leaves a negation out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.characters import cut_out, share_of_pairs
from assistant.sentences.language import (
    BLANK,
    CLAUSE_END,
    HAN_DIGITS,
    NEGATION,
    NOT_NEGATIONS,
    QUOTED,
    TITLED,
)
from index_build.model import Span
from index_build.text import fold


def words_at(text: str, parts: Iterable[Span]) -> str:
    """The folded words of these stretches, joined."""
    return "".join([fold(text[part.start : part.end]) for part in parts])


def holds(parts: Iterable[Span], inner: Iterable[Span]) -> bool:
    """Whether every inner stretch lies inside one of the parts."""
    outer = tuple(parts)
    return all(any(o.start <= i.start and i.end <= o.end for o in outer) for i in inner)


def near(words: str, text: str) -> bool:
    """Whether most of the words' character pairs stand in the text: said of the same thing."""
    return share_of_pairs(words, text) >= 0.5


def places_of(words: str, text: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0 and words:
        yield at
        at = text.find(words, at + 1)


def cut_short(words: str, text: str) -> bool:
    """Whether every occurrence cuts a number: 5个工作日 out of 0.5个工作日, 1 out of 12."""

    def cuts(at: int) -> bool:
        end = at + len(words)
        before, after = text[max(0, at - 2) : at], text[end : end + 2]
        left = words[0].isdigit() and re.search(r"\d\.?$", before) is not None
        right = words[-1].isdigit() and re.match(r"\.?\d|[%‰]", after) is not None
        han = words[0] in HAN_DIGITS + "十百千" and before[-1:] in (*HAN_DIGITS, "十", "百", "千")
        return left or right or han

    return all(cuts(at) for at in places_of(words, text))


def negated_outside(words: str, text: str) -> bool:
    """Whether every occurrence stands under a negation that the words leave out: 收取费用 out of 不得收取费用."""
    return all(negation_before(text, at) for at in places_of(words, text))


def negation_before(text: str, at: int) -> str | None:
    """The last negation between the start of the clause and `at`."""
    start = max((m.end() for m in CLAUSE_END.finditer(text, max(0, at - 60), at)), default=max(0, at - 60))
    found = list(negations(text[start:at]))
    return found[-1][1] if found else None


def negations(text: str) -> Iterator[tuple[int, str]]:
    """Each negation and where it ends; words such as 不动产 and bounds such as 不超过 are none."""
    plain = cut_out(NOT_NEGATIONS, text, BLANK)
    for match in NEGATION.finditer(plain):
        yield match.end(), match.group()


def quotes_of(said: str) -> list[tuple[int, int]]:
    return [match.span() for pattern in (QUOTED, TITLED) for match in pattern.finditer(said)]


def within(at: int, stretches: Sequence[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in stretches)


def clause_around(text: str, start: int, end: int) -> str:
    first = max((m.end() for m in CLAUSE_END.finditer(text, 0, start)), default=0)
    last = next((m.start() for m in CLAUSE_END.finditer(text, end)), len(text))
    return text[first:last]
