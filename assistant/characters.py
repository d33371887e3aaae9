"""Characters of a text: Chinese or not, of the same sound, in pairs, blanked out position for position."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias

Stretch: TypeAlias = tuple[int, int] | tuple[int, int, object]


def all_han(text: str) -> bool:
    """Whether there is nothing but Chinese characters; so it is of an empty text."""
    return all("\u4e00" <= c <= "\u9fff" for c in text)


def blanked(text: str, spans: Iterable[tuple[int, int]], sign: str = "\x00") -> str:
    """The text with the stretches [start, end) as so many signs, as long as before."""
    chars = list(text)
    for start, end in spans:
        chars[start:end] = sign * (end - start)
    return "".join(chars)


def cut_out(pattern: re.Pattern[str], text: str, sign: str = "\x00") -> str:
    """The text with whatever the pattern finds blanked out."""
    return pattern.sub(lambda m: sign * len(m[0]), text)


def pairs(text: str) -> list[str]:
    """Pairs of neighbouring characters: 企业开办 has 企业, 业开 and 开办."""
    return [text[at : at + 2] for at in range(len(text) - 1)]


def share_of_pairs(words: str, text: str) -> float:
    """The part of the words' pairs of characters that stands in the text; 0 of words without any."""
    found = pairs(words)
    return sum([pair in text for pair in found]) / len(found) if found else 0.0


def overlaps(start: int, end: int, stretches: Iterable[Stretch]) -> bool:
    """Whether [start, end) shares a character with any of the stretches, which begin with their own start and end."""
    return any(s[0] < end and start < s[1] for s in stretches)


def inside_longer(start: int, end: int, stretches: Iterable[Stretch]) -> bool:
    """Whether [start, end) stands inside a stretch that is longer."""
    return any(s[0] <= start and end <= s[1] and s[1] - s[0] > end - start for s in stretches)


def sounds_alike(a: str, b: str) -> bool:
    return sounds_of(a) == sounds_of(b)


@lru_cache(maxsize=20_000)
def sounds_of(word: str) -> tuple[str, ...]:
    """A word's syllables without their tones."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  (its tables take 100 ms; only a near miss needs them)

    return tuple(lazy_pinyin(word))
