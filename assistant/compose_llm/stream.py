"""Whole sentences out of a stream of pieces, as soon as each is whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_OPEN_TAG = re.compile(r"<[a-z]{0,9}>?\Z")
_END = re.compile(r"[。！？!?\n]+|(?<=[a-z}」”\]])\.(?=\s)")
_TRAILING_MARKS = re.compile(r"\s*(?:\[\^?m?\d{0,4}\]\s*)+")
_MAYBE_MARK = re.compile(r"\s*(?:\[\^?m?\d{0,4}\]\s*)*(?:\[[^\]\s]{0,6})?\Z")


def without_thinking(text: str) -> str:
    """What a model says, without what it thinks aloud."""
    return _THINKING.sub("", text)


def sentences_of(pieces: Iterable[str]) -> Iterator[str]:
    """Whole sentences, each with the marks that follow it, as soon as they are whole.  What a model thinks aloud
    is left out; a last sentence without an end is handed on only if the stream ended well (it raises if not)."""
    heard, done = "", 0
    for piece in pieces:
        heard += piece
        if _OPEN_TAG.search(heard):
            continue
        plain = without_thinking(heard)
        while (end := sentence_end(plain, done)) is not None:
            yield plain[done:end]
            done = end
    rest = without_thinking(heard)[done:]
    if rest.strip():
        yield rest


def sentence_end(text: str, start: int) -> int | None:
    """Where the sentence that begins at `start` ends, marks included; None while that cannot be known."""
    for match in _END.finditer(text, start):
        inside = text[start : match.start()]
        if (
            inside.count("“") > inside.count("”")
            or inside.count("「") > inside.count("」")
            or inside.count("{{") > inside.count("}}")
        ):
            continue
        if not inside.strip() and match.end() < len(text):
            continue
        if _MAYBE_MARK.fullmatch(text, match.end()):
            return None  # a mark may be on its way
        marks = _TRAILING_MARKS.match(text, match.end())
        return marks.end() if marks else match.end()
    return None
