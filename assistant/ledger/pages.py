"""The ledger a page at a time: filtered in the catalog, by state against a day, counted, in order.

The state of every measure is worked out once a day and generation (a hundred thousand in about a second); a page
then costs one query for the ids and one for its rows.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.ledger.rows import row
from assistant.ledger.standing import Standing, measure_standing
from assistant.view import Limit
from index_build.catalog import Catalog, Filter
from index_build.model import Measure

CHUNK = 500
KEPT = 8  # lists


@dataclass(frozen=True)
class Page:
    """`rows` are rows of the ledger from `offset` on, `total` counts all that the filter names."""

    rows: list[dict[str, Any]]
    total: int
    offset: int


class Ledger:
    """The ledger of one generation of the index.  Safe to use from several threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._standings: tuple[dt.date, Mapping[str, Standing]] | None = None
        self._chosen: dict[tuple[Any, ...], list[str]] = {}  # the lists that people are paging through

    def standings(self, today: dt.date) -> Mapping[str, Standing]:
        """The state of every measure that has a deadline; one that is missing states none."""
        with self._lock:
            if self._standings is None or self._standings[0] != today:
                limits: dict[str, list[Limit]] = defaultdict(list)
                for measure, raw, date, kind in self._catalog.time_limits():
                    limits[measure].append(Limit(raw, date, kind, None))
                self._standings = (today, {m: measure_standing(found, today) for m, found in limits.items()})
            return self._standings[1]

    def ids(
        self, where: Filter, states: Collection[Standing], today: dt.date, order: str = "source"
    ) -> list[str]:
        """Ids of the measures that `where` names and that are in one of the states (all where none is named), in order."""
        if not states:
            return self._catalog.measure_ids(where, order=order)
        key = (where, frozenset(states), today, order)
        with self._lock:
            known = self._chosen.get(key)
        if known is None:
            standings = self.standings(today)
            found = self._catalog.measure_ids(where, order=order)
            known = [m for m in found if standings.get(m, Standing.UNSTATED) in states]
            with self._lock:
                self._chosen[key] = known
                while len(self._chosen) > KEPT:
                    self._chosen.pop(next(iter(self._chosen)))
        return known

    def page(
        self,
        where: Filter,
        states: Collection[Standing],
        today: dt.date,
        *,
        order: str = "source",
        limit: int = 50,
        offset: int = 0,
    ) -> Page:
        """`limit` rows from `offset`, and how many there are in all."""
        if not states:  # the catalog counts and pages by itself, whatever its size
            measures = self._catalog.measures(where, limit=limit, offset=offset, order=order)
            return Page([row(measure, today) for measure in measures], self._catalog.count(where), offset)
        found = self.ids(where, states, today, order)
        return Page(list(self._rows(found[offset : offset + limit], today)), len(found), offset)

    def rows(
        self, where: Filter, states: Collection[Standing], today: dt.date, order: str = "source"
    ) -> Iterator[dict[str, Any]]:
        """All rows of the filter, for an export."""
        found = self.ids(where, states, today, order)
        for at in range(0, len(found), CHUNK):
            yield from self._rows(found[at : at + CHUNK], today)

    def _rows(self, ids: list[str], today: dt.date) -> Iterator[dict[str, Any]]:
        for entry in self._catalog.entries(ids):
            if isinstance(entry, Measure):
                yield row(entry, today)

    def counts(self, where: Filter, today: dt.date) -> dict[str, int]:
        """How many measures of the filter stand how."""
        standings = self.standings(today)
        counted = Counter(standings.get(m, Standing.UNSTATED) for m in self._catalog.measure_ids(where))
        return {standing.value: counted[standing] for standing in Standing}
