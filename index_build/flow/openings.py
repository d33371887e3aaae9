"""Clauses that open their tasks: a number, who and when, and only then, mostly on the next line, what is to be done.

Told by the paper's own shape: the numbers count on, each has the same label right behind it, and words follow.
"""

from __future__ import annotations

from collections import Counter

from index_build.flow.entries import Entries
from index_build.flow.running import WORDS

_LEAST = 3  # numbers that make a shape


def opening_styles(entries: Entries) -> frozenset[str]:
    """The styles of entries most of which have their clause before their words."""
    having = Counter(entries.nodes[n].style for n, found in entries.closing.items() if found)
    opened = Counter(entries.nodes[n].style for n in entries.closing if opens_with_clause(entries, n))
    return frozenset(s for s, count in opened.items() if count >= _LEAST and 2 * count > having[s])


def opens_with_clause(entries: Entries, n: int) -> bool:
    """Has an entry one clause, right behind its number, and words after it?"""
    closing = entries.closing.get(n, [])
    if len(closing) != 1 or closing[0].start > 1 or entries.has_children(n):
        return False
    after = entries.nodes[n].body + closing[0].end
    return WORDS.search(entries.text, after, entries.stop(n)) is not None
