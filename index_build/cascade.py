"""The cascade: which measure of a higher place a measure carries on, and what changed on the way down.

A plan of a district repeats the region's sentences, mostly under other numbers and with other departments.  Two
measures are linked when the shorter one's words stand in the other: the share of its character 4-grams that the
other has too (containment).  `SHARE` was set by reading pairs: see the tests, which hold what was read.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index_build.model import Measure, Role
from index_build.names import department_key
from index_build.text import fold

GRAM = 4
SHARE = 0.4  # of the shorter text's 4-grams: below it the two only talk of the same subject
OF_LONGER = 0.15  # of the longer text's: a short text may sit by chance in a long one, unless
WHOLE = 0.6  # nearly all of it does
BRIEF = 24  # 4-grams: texts as short as this share set phrases, so they need
NEARLY_ALL = 0.75
FEWEST = 8  # shared 4-grams: two titles of a few words agree by chance
COMMON = 0.05  # a 4-gram in more than this share of the upper measures links nothing (政务服务, 市场主体)

_UNITS = (
    r"个?工作日|个?小时|分钟|个?月|天|日|项|家|个|条|件|种|类|户|次|人|名|场|处|台|万元|亿元|元|公里|倍|位|批"
)
_TARGET = re.compile(
    rf"(?<![\d.〔（第])(\d+(?:\.\d+)?(?:%|％|万|亿)?(?:{_UNITS})?)(以上|以内|以下|之内)?(?![\d年号.月]|底前)"
)


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two linked measures: `field` is number, lead, responsible, deadline or targets."""

    field: str
    upper: tuple[str, ...]
    lower: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """`lower` carries `upper` on (both are measure ids); `share` is the containment, from SHARE to 1."""

    upper: str
    lower: str
    share: float
    changes: tuple[Change, ...]


def find_cascade(measures: Sequence[Measure]) -> list[Link]:
    """For each measure the one of each higher policy that it carries on, in the order of the measures.

    A policy is higher when its place holds the other's (省 over 市 over 县)."""
    by_place: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, measure in enumerate(measures):
        if measure.policy.place:
            by_place[measure.policy.place].append(i)
    grams = {i: grams_of(measure.text) for i, measure in enumerate(measures) if measure.policy.place}
    indexes: dict[tuple[str, ...], Mapping[int, list[int]]] = {}
    links: list[Link] = []
    for i, measure in enumerate(measures):
        place = measure.policy.place
        for depth in range(1, len(place)):
            above = place[:depth]
            if above not in by_place:
                continue
            if above not in indexes:
                indexes[above] = _index(by_place[above], grams)
            for j, share in _carried_on(i, indexes[above], grams, measures):
                links.append(Link(measures[j].id, measure.id, round(share, 3), changes(measures[j], measure)))
    return links


def grams_of(text: str) -> frozenset[int]:
    """The 4-grams of a text's words: punctuation and figures, which change on the way down, left out."""
    bare = "".join(re.findall(r"[\u4e00-\u9fffA-Za-z]+", fold(text)))
    return frozenset(hash(bare[n : n + GRAM]) for n in range(max(1, len(bare) - GRAM + 1)))


def _index(held: Iterable[int], grams: Mapping[int, frozenset[int]]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    count = 0
    for j in held:
        count += 1
        for gram in grams[j]:
            found[gram].append(j)
    most = max(5, COMMON * count)
    return {gram: where for gram, where in found.items() if len(where) <= most}


def _carried_on(
    i: int, index: Mapping[int, list[int]], grams: Mapping[int, frozenset[int]], measures: Sequence[Measure]
) -> list[tuple[int, float]]:
    """The best upper measure of each policy in an index, where it is near enough."""
    shared = Counter(j for gram in grams[i] for j in index.get(gram, ()))
    best: dict[tuple[str, int], tuple[float, int]] = {}
    for j, rare in shared.items():
        if rare < FEWEST / 2:
            continue
        if not _may_carry(measures[j], measures[i]):
            continue
        both = len(grams[i] & grams[j])
        short, long = sorted((len(grams[i]), len(grams[j])))
        share = both / short
        if short < BRIEF:
            near = share >= NEARLY_ALL
        else:
            near = share >= WHOLE or (share >= SHARE and both / long >= OF_LONGER)
        policy = (measures[j].policy.doc, measures[j].policy.ordinal)
        if near and both >= FEWEST and (share, -j) > best.get(policy, (0.0, 0)):
            best[policy] = (share, -j)
    return sorted((-negative, share) for share, negative in best.values())


def _may_carry(upper: Measure, lower: Measure) -> bool:
    """Nobody carries on what was issued later."""
    dates = upper.policy.issued, lower.policy.issued
    return dates[0] is None or dates[1] is None or dates[0] <= dates[1]


def changes(upper: Measure, lower: Measure) -> tuple[Change, ...]:
    """What a person would mark between the two: number, departments by what they do, times, targets."""
    found: list[Change] = []
    if upper.number != lower.number:
        found.append(Change("number", _one(upper.number), _one(lower.number)))
    for role in (Role.LEAD, Role.RESPONSIBLE):
        names = [getattr(m, role.value) for m in (upper, lower)]
        if {_task_of(n) for n in names[0]} != {_task_of(n) for n in names[1]}:
            found.append(Change(role.value, tuple(names[0]), tuple(names[1])))
    times = [tuple(d.date.isoformat() if d.date else d.raw for d in m.deadlines) for m in (upper, lower)]
    if set(times[0]) != set(times[1]):
        found.append(Change("deadline", times[0], times[1]))
    targets = [targets_of(m.text) for m in (upper, lower)]
    if set(targets[0]) != set(targets[1]):
        found.append(Change("targets", targets[0], targets[1]))
    return tuple(found)


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _task_of(name: str) -> str:
    """What a department is for, whatever its level: 自治区公安厅 and 区公安局 are both 公安."""
    return department_key(name).rpartition("|")[2]


def targets_of(text: str) -> tuple[str, ...]:
    """The figures that a measure promises, as printed without blanks (3个工作日, 70%以上), each once."""
    plain = fold(text)
    found = ("".join(g or "" for g in m.groups()) for m in _TARGET.finditer(plain))
    return tuple(dict.fromkeys(t for t in found if not t.isdigit()))
