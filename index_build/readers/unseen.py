"""Characters that take no room on the page: joiners, marks of direction, soft hyphens, the byte order mark.

Readers that compose a text leave them out; in a text that is given as it is they are marks.
"""

from __future__ import annotations

import re

_CHARACTERS = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufe0e\ufe0f\ufeff"
UNSEEN = re.compile(f"[{_CHARACTERS}]+")
_PRIVATE = re.compile("[\uf020-\uf0ff]")
# what a symbol font drew before a line and a program without that font could not keep
_ORNAMENT = re.compile(r"(?m)^[^\S\n]*([\uf020-\uf0ff]+)")


def find_unseen(text: str) -> list[tuple[int, int]]:
    """The stretches of a text that no one sees."""
    found = [m.span() for m in UNSEEN.finditer(text)] if any(c in text for c in _CHARACTERS) else []
    if _PRIVATE.search(text):
        found += [m.span(1) for m in _ORNAMENT.finditer(text)]
    return sorted(found)
