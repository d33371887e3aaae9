"""Words as search knows them.  Building and asking cut text here and nowhere else, so that they agree.

Text is simplified, its widths unified and its letters lower-cased before it is cut; punctuation is no word.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index_build.text import simplify, unify

_WORD = re.compile(r"\w")
_HAN_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿〇𠀀-𯨟]{2,}")


def normalise(text: str) -> str:
    """Simplified characters, one width, lower case: what `words` cuts."""
    return unify(simplify(text)).lower()


def words(text: str) -> list[str]:
    """The words of a text in order, repeated as often as they stand there."""
    return _cut(normalise(text))


def index_terms(text: str) -> list[str]:
    """The words, then every pair of neighbouring Han characters.

    A pair that is itself a word of the text is given once more, which only weighs it a little higher; pairs
    find what the dictionary cuts otherwise in question and document."""
    plain = normalise(text)
    terms = _cut(plain)
    for run in _HAN_RUN.findall(plain):
        terms.extend([run[at : at + 2] for at in range(len(run) - 1)])
    return terms


@lru_cache(maxsize=16)  # one step after the other asks it of the same question
def tagged(text: str) -> tuple[tuple[str, str, bool], ...]:
    """The words with their parts of speech (n a noun, v a verb, …) and whether the dictionary has them."""
    import rjieba  # noqa: PLC0415

    return tuple(
        [
            (word, tag, bool(rjieba.has_word(word)))
            for word, tag in rjieba.tag(normalise(text))
            if _WORD.search(word)
        ]
    )


def parts_of_speech(plain: str) -> list[tuple[str, str]]:
    """The words of a simplified text with their parts of speech, marks among them: joined they are the text."""
    import rjieba  # noqa: PLC0415

    return [(str(word), str(tag)) for word, tag in rjieba.tag(plain)]


def _cut(plain: str) -> list[str]:
    import rjieba  # noqa: PLC0415  (90 ms to load its dictionary; commands that cut nothing do not pay it)

    return [word for word in rjieba.cut(plain) if _WORD.search(word)]
