"""Tokens: how many a text costs a language model, and what of a list of texts fits into a budget.

Counted with tiktoken, from the vocabulary that llama-index-core ships (tiktoken would download it otherwise, and
fail offline).  The vocabulary is not the asked model's own; for Chinese it counts more tokens than newer ones do,
so a budget errs on the side that fits.  Where no vocabulary is at hand tokens are estimated, never fetched.
"""

from __future__ import annotations

import hashlib
import importlib.util
import math
import os
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

VOCABULARY = "cl100k_base"
_ADDRESS = f"https://openaipublic.blob.core.windows.net/encodings/{VOCABULARY}.tiktoken"
_SHIPPED = Path("_static", "tiktoken_cache")
_SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]?")
_WIDE = re.compile(r"[^\x00-\x7f]")


def vocabulary_folder() -> Path | None:
    """The folder that holds the vocabulary file: the one set by TIKTOKEN_CACHE_DIR, else llama-index-core's,
    found without importing it; None if neither has it."""
    file_name = hashlib.sha1(_ADDRESS.encode(), usedforsecurity=False).hexdigest()  # as tiktoken names it
    folders = [Path(value) for name in ("TIKTOKEN_CACHE_DIR",) if (value := os.environ.get(name))]
    package = importlib.util.find_spec("llama_index")
    for place in (package.submodule_search_locations or []) if package else []:
        folders.append(Path(place, "core", _SHIPPED))
    return next((folder for folder in folders if (folder / file_name).is_file()), None)


@cache
def encoder() -> Callable[[str], list[int]] | None:
    """The encoding function of the shipped vocabulary, None where there is none."""
    folder = vocabulary_folder()
    if folder is None:
        return None
    import tiktoken  # noqa: PLC0415  (its vocabulary takes a moment to load; only a language model needs it)

    before = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    try:
        encoding = tiktoken.get_encoding(VOCABULARY)
    finally:
        if before is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = before
    return lambda text: encoding.encode(text, disallowed_special=())


def count(text: str) -> int:
    """Tokens of a text; an estimate from above without a vocabulary."""
    encode = encoder()
    return estimate(text) if encode is None else len(encode(text))


def estimate(text: str) -> int:
    """Two tokens for a character beyond ASCII, one for three others: more than any common vocabulary needs."""
    wide = len(_WIDE.findall(text))
    return 2 * wide + math.ceil((len(text) - wide) / 3)


def shorten(text: str, tokens: int) -> str:
    """The sentences from the start that fit; "" if not even the first does."""
    kept, used = [], 0
    for sentence in _SENTENCE.findall(text):
        used += count(sentence)
        if used > tokens:
            break
        kept.append(sentence)
    return "".join(kept)


def fit(texts: Sequence[str], tokens: int) -> tuple[str, ...]:
    """As many of the texts as fit, from the first on; one that does not fit ends the list, shortened to its first
    sentences if it is the only one."""
    kept: list[str] = []
    left = tokens
    for text in texts:
        cost = count(text)
        if cost > left:
            short = shorten(text, left) if not kept else ""
            return (short,) if short else tuple(kept)
        kept.append(text)
        left -= cost
    return tuple(kept)
