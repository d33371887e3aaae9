"""The signs with which a pattern can match at all, read from the pattern: what tables name beside it is checked by it."""

from __future__ import annotations

import re
from typing import Any


def openings(pattern: str) -> set[str]:
    """Every sign with which a match of the pattern can begin; the pattern must not match nothing."""
    signs, empty = _openings(re._parser.parse(pattern))  # type: ignore[attr-defined]
    assert not empty, pattern
    return signs


def _openings(pattern: Any) -> tuple[set[str], bool]:
    """The same of a parsed pattern, and whether it can match nothing."""
    found: set[str] = set()
    for op, argument in pattern:
        name = str(op)
        if name in ("ASSERT", "ASSERT_NOT", "AT"):
            continue
        if name == "LITERAL":
            return found | {chr(argument)}, False
        if name == "IN":
            for kind, sign in argument:
                if str(kind) == "CATEGORY":
                    found |= set("0123456789")  # \d is the only one that such tables begin with
                    continue
                first, last = sign if str(kind) == "RANGE" else (sign, sign)
                found |= {chr(code) for code in range(first, last + 1)}
            return found, False
        if name == "BRANCH":
            parts = [_openings(part) for part in argument[1]]
        elif name == "SUBPATTERN":
            parts = [_openings(argument[3])]
        else:
            least, _, repeated = argument
            signs, empty = _openings(repeated)
            parts = [(signs, empty or least == 0)]
        found = found.union(*(signs for signs, _ in parts))
        if not any(empty for _, empty in parts):
            return found, False
    return found, True
