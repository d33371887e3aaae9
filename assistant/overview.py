"""The ledger in numbers, for pictures: due by month and document, load a department, states, what is stated."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.standing import Standing, measure_standing
from index_build.catalog import EVERY_MEASURE, Catalog

DEPARTMENTS = 20


@dataclass(frozen=True)
class Overview:
    """`months` and `stated` are by policy title; the keys of `stated` are both, lead, deadline, neither."""

    measures: int
    documents: int
    departments: int
    months: Mapping[str, Mapping[str, int]]
    stated: Mapping[str, Mapping[str, int]]
    states: Mapping[str, int]
    load: tuple[tuple[str, int, int], ...]

    def row(self) -> dict[str, Any]:
        return {
            "measures": self.measures,
            "documents": self.documents,
            "departments": self.departments,
            "months": {title: dict(found) for title, found in self.months.items()},
            "stated": {title: dict(found) for title, found in self.stated.items()},
            "states": dict(self.states),
            "load": [{"name": name, "lead": lead, "responsible": helps} for name, lead, helps in self.load],
        }


def overview(catalog: Catalog, today: dt.date) -> Overview:
    """One pass over all measures.  A measure with several last days counts once in each of their months."""
    months: dict[str, Counter[str]] = {}
    stated: dict[str, Counter[str]] = {}
    states: Counter[Standing] = Counter()
    leads: Counter[str] = Counter()
    helps: Counter[str] = Counter()
    for measure in catalog.iterate(EVERY_MEASURE):
        title = measure.policy.title
        for month in {f"{d.date:%Y-%m}" for d in measure.deadlines if d.date}:
            months.setdefault(title, Counter())[month] += 1
        stated.setdefault(title, Counter())[what_is_stated(bool(measure.lead), bool(measure.deadlines))] += 1
        states[measure_standing(measure.deadlines, today)] += 1
        leads.update(measure.lead)
        helps.update(name for name in measure.responsible if name not in measure.lead)
    busiest = sorted(set(leads) | set(helps), key=lambda name: (-leads[name] - helps[name], name))
    return Overview(
        measures=sum(states.values()),
        documents=len({policy.doc for policy in catalog.policies()}),
        departments=len(busiest),
        months=months,
        stated=stated,
        states={standing.value: states[standing] for standing in Standing},
        load=tuple((name, leads[name], helps[name]) for name in busiest[:DEPARTMENTS]),
    )


def what_is_stated(lead: bool, deadline: bool) -> str:
    if lead and deadline:
        return "both"
    return "lead" if lead else "deadline" if deadline else "neither"
