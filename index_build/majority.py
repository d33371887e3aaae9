"""What counts as most: the share of a paper's items that makes what they have in common its own way of writing.

Whatever is learned from a paper's items (units in their words, clauses at their edges, one clause for a group) is
learned by this one measure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from index_build.drafts import Stretch

_Key = TypeVar("_Key")
_Said = TypeVar("_Said")


def are_most(count: int, total: int) -> bool:
    """Three of five and more: a paper keeps to its own way, but for a few items."""
    return 5 * count >= 3 * total


def in_most(items: Mapping[_Key, Stretch], read: Callable[[int, int], _Said | None]) -> dict[_Key, _Said]:
    """What `read` finds in each item; nothing as soon as most items cannot have it any more."""
    found: dict[_Key, _Said] = {}
    for left, (key, item) in zip(reversed(range(len(items))), items.items(), strict=True):
        if said := read(*item):
            found[key] = said
        if not are_most(len(found) + left, len(items)):
            return {}
    return found
