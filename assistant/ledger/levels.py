"""Places side by side, for pictures: what each says on the themes that they share, and how a plan of a higher place
is carried on below, with what is changed on the way."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.known import Path
from assistant.ledger.filter import find_place
from assistant.replies.changes import SHOWN_FIELDS
from assistant.view import short
from index_build.cascade import Link
from index_build.catalog import EVERY_MEASURE, Catalog, Filter
from index_build.model import Measure, Policy
from index_build.words import tagged

THEMES = 10
PLACES = 8  # columns: those with the most measures
LOOKED_AT = 400  # measures of a place that are looked through for themes
CELL = 200  # measures of a cell that its lead and its deadline are taken from
PAIRS = 100  # pairs of a flow that are listed
OPENS = 0.02  # a word that opens so many measures (推进, 加强) says how, not what
EVERYWHERE = 0.15  # a theme of so many measures divides nothing
TOGETHER = 0.5  # two themes that share a word and so many measures are one


@dataclass(frozen=True)
class Cell:
    """What one place says on one theme: how many measures, who leads most of them, the first deadline."""

    count: int
    lead: str | None
    due: dt.date | None

    def row(self) -> dict[str, Any]:
        return {"count": self.count, "lead": self.lead, "due": self.due.isoformat() if self.due else None}


def places_of(catalog: Catalog) -> list[Path]:
    """The places with the most measures, higher ones first.  A city that some papers name without its province
    is one place, as in the ledger."""
    named = {p: as_in_ledger(catalog, p) for p in sorted({q.place for q in catalog.policies()}) if p}
    held = {p for q in named for p in named[q] if p != q and q not in named[p]}  # by a shorter name of theirs
    at: Counter[Path] = Counter()
    for policy, _, _, measures in catalog.counted_as_stated():
        at[policy.place] += measures
    counted = {p: sum(at[path] for path in named[p]) for p in named if p not in held}
    most = sorted((p for p in counted if counted[p]), key=lambda p: (-counted[p], p))[:PLACES]
    return sorted(most, key=lambda p: (len(p), p))


def as_in_ledger(catalog: Catalog, place: Path) -> tuple[Path, ...]:
    """The paths that the ledger takes for this place."""
    return tuple(find_place(catalog, "/".join(place)))


def theme_row(catalog: Catalog, words: str, places: Sequence[Path]) -> dict[str, Any]:
    """A theme with its cell for each place, counted exactly as the ledger does."""
    return {"words": words, "cells": [cell(catalog, words, place).row() for place in places]}


def cell(catalog: Catalog, words: str, place: Path) -> Cell:
    """How many measures a place has about these words, who leads most of some of them, and their first day."""
    where = Filter(places=as_in_ledger(catalog, place), words=words)
    some = catalog.measures(where, limit=CELL)
    leads = Counter(name for measure in some for name in measure.lead)
    days = [d.date for measure in some for d in measure.deadlines if d.date]
    return Cell(catalog.count(where), leads.most_common(1)[0][0] if leads else None, min(days, default=None))


def comparison(catalog: Catalog, weak: Collection[str]) -> dict[str, Any]:
    """The themes that most places share, each place's part in them.  `weak` words alone make no theme."""
    places = places_of(catalog)
    themes = shared_themes(opening_words(catalog, places), weak) if len(places) > 1 else []
    rows = [theme_row(catalog, theme, places) for theme in themes]
    # a place that has nothing on any of them would be an empty column
    kept = [at for at in range(len(places)) if any(row["cells"][at]["count"] for row in rows)]
    shown = [{**row, "cells": [row["cells"][at] for at in kept]} for row in rows]
    return {"places": [list(places[at]) for at in kept], "themes": shown}


def opening_words(catalog: Catalog, places: Sequence[Path]) -> list[tuple[Path, list[tuple[str, str]]]]:
    """(place, words with their parts of speech) of the heading and first clause of each measure looked at."""
    found = []
    for place in places:
        where = Filter(places=as_in_ledger(catalog, place))
        for measure in catalog.measures(where, limit=LOOKED_AT):
            text = "。".join([*measure.section[-1:], short(measure.text, 60)])
            found.append((place, [(word, tag) for word, tag, _ in tagged(text)]))
    return found


def shared_themes(
    measures: Sequence[tuple[Path, Sequence[tuple[str, str]]]], weak: Collection[str] = ()
) -> list[str]:
    """Terms (企业开办, 知识产权) that measures of several places begin with."""
    openers = Counter(words[0][0] for _, words in measures if words)
    hollow = {word for word, n in openers.items() if n > max(3, OPENS * len(measures))}
    seen: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for at, (_, words) in enumerate(measures):
        for pair in compounds(words, hollow):
            seen[pair].add(at)
    spread = {pair: len({measures[at][0] for at in found}) for pair, found in seen.items()}
    ranked = sorted(seen, key=lambda pair: (-spread[pair], -len(seen[pair]), pair))
    chosen: list[tuple[str, ...]] = []
    for pair in ranked:
        rare = spread[pair] > 1 and len(seen[pair]) <= max(2, EVERYWHERE * len(measures))
        if (
            rare
            and not all(is_weak(word, weak) for word in pair)
            and not any(_same_theme(pair, other, seen) for other in chosen)
        ):
            chosen.append(pair)
    return ["".join(pair) for pair in chosen[:THEMES]]


def compounds(words: Sequence[tuple[str, str]], hollow: Iterable[str]) -> set[tuple[str, ...]]:
    """Neighbouring nouns and verbal nouns that make a term of four to six characters, and nouns that long."""
    gone = set(hollow)
    found: set[tuple[str, ...]] = {
        (word,) for word, tag in words if len(word) > 3 and word.isalpha() and tag.startswith("n")
    }
    for (one, first), (two, second) in itertools.pairwise(words):
        fits = len(one) > 1 and len(two) > 1 and len(one + two) <= 6 and (one + two).isalpha()
        named = first.startswith(("n", "v")) and second.startswith(("n", "v")) and "n" in first + second
        if fits and named and one not in gone and two not in gone:
            found.add((one, two))
    return found


def is_weak(word: str, weak: Collection[str]) -> bool:
    """服务平台 is as weak as 服务 and 平台."""
    return word in weak or (word[:2] in weak and word[2:] in weak)


def _same_theme(
    pair: tuple[str, ...], other: tuple[str, ...], seen: Mapping[tuple[str, ...], set[int]]
) -> bool:
    shared = len(seen[pair] & seen[other])
    return bool(set(pair) & set(other)) and shared >= TOGETHER * min(len(seen[pair]), len(seen[other]))


# What a lower place carries on


@dataclass
class Flow:
    """The measures of one paper that another of a lower place carries on, counted, the first of them as pairs."""

    upper: Policy
    lower: Policy
    links: int = 0
    unchanged: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    pairs: list[dict[str, Any]] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        return {
            "upper": policy_row(self.upper),
            "lower": policy_row(self.lower),
            "links": self.links,
            "unchanged": self.unchanged,
            "fields": {name: self.fields[name] for name in SHOWN_FIELDS if self.fields[name]},
            "pairs": self.pairs,
        }


def cascade(catalog: Catalog) -> list[dict[str, Any]]:
    """All flows from higher to lower papers, the widest first."""
    links = catalog.cascade(catalog.measure_ids(EVERY_MEASURE))
    ends = dict.fromkeys(end for link in links for end in (link.upper, link.lower))
    by_id = {entry.id: entry for entry in catalog.entries(list(ends)) if isinstance(entry, Measure)}
    flows: dict[tuple[str, int, str, int], Flow] = {}
    for link in links:
        upper, lower = by_id.get(link.upper), by_id.get(link.lower)
        if upper is None or lower is None:
            continue
        key = (upper.policy.doc, upper.policy.ordinal, lower.policy.doc, lower.policy.ordinal)
        add(flows.setdefault(key, Flow(upper.policy, lower.policy)), link, upper, lower)
    return [flow.row() for flow in sorted(flows.values(), key=lambda flow: -flow.links)]


def add(flow: Flow, link: Link, upper: Measure, lower: Measure) -> None:
    """Count a link into the flow between its two papers; the first few are shown as pairs."""
    changes = [c for c in link.changes if c.field in SHOWN_FIELDS]
    flow.links += 1
    flow.unchanged += not changes
    flow.fields.update(c.field for c in changes)
    if len(flow.pairs) < PAIRS:
        told = [{"field": c.field, "upper": list(c.upper), "lower": list(c.lower)} for c in changes]
        flow.pairs.append({"upper": end_row(upper), "lower": end_row(lower), "changes": told})


def policy_row(policy: Policy) -> dict[str, Any]:
    return {"title": policy.title, "doc": policy.doc, "place": list(policy.place)}


def end_row(measure: Measure) -> dict[str, Any]:
    return {
        "id": measure.id,
        "number": measure.number,
        "text": short(measure.text),
        "find": opening(measure.text),
    }


def opening(text: str) -> str:
    """Words that the ledger finds a measure by: the beginning of its text, up to the first gap."""
    found = re.match(r"\S{1,24}", text.strip())
    return found[0] if found else ""
