"""Whose department a printed name is: 市公安局 in a county's plan is the city's."""

from __future__ import annotations

from index_build.names import branch_place, split_place
from index_build.places import find_places, place_aliases

Place = tuple[str, ...]
# Levels that stand for a place of which the document says the name: 市住建局, 自治区财政厅.
LEVELS = (
    "自治区", "自治州", "自治县", "自治旗", "省", "市", "州", "盟", "地区", "区", "县", "旗", "镇", "乡",
)  # fmt: skip


def _is_level(place: str, level: str) -> bool:
    """Whether a place is of a level, which its name ends in; an autonomous region is no district."""
    return place.endswith(level) and not (level == "区" and place.endswith(("自治区", "地区")))


def owner_of(name: str, place: Place) -> Place:
    """The place whose department is named by `name` in a paper of `place`.

    市公安局 in a paper of 赣州市兴国县 is 赣州市's, 市生态环境局兴国分局 兴国县's; a level that the paper's path lacks stays as its last step."""
    if branch := branch_place(name):
        depths = (d for d in range(len(place), 0, -1) if branch in place_aliases(place[:d]))
        depth = next(depths, None)
        return place[:depth] if depth else (*place, branch)
    level, _ = split_place(name)
    if not level:
        return place
    if level in LEVELS:
        for depth in range(len(place), 0, -1):
            if _is_level(place[depth - 1], level):
                return place[:depth]
        return (*place, level)
    found = [path for _, end, path in find_places(level) if end == len(level)]
    if not found:
        return (*place, level)
    return max(found, key=lambda path: sum(a == b for a, b in zip(path, place, strict=False)))


def is_department_of(owner: Place, place: str, among: frozenset[Place]) -> bool:
    """Whether a department of `owner` is meant by a name that begins with `place` (a level, a name or nothing)."""
    if not place or not owner:
        return True
    if place in LEVELS:
        return _is_level(owner[-1], place)
    if place == owner[-1] or place in place_aliases(owner):
        return True
    return any(path == owner for _, end, path in find_places(place, among=among) if end == len(place))
