"""The ledger in numbers, for pictures: due by month and document, load a department, states, what is stated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index_build.catalog import Catalog

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


def overview(catalog: Catalog, states: Mapping[str, int]) -> Overview:
    """`states` are those of the ledger.  A measure with several last days counts once in each of their months."""
    months: dict[str, Counter[str]] = {}
    stated: dict[str, Counter[str]] = {}
    for policy, month, measures in catalog.counted_by_month():
        months.setdefault(policy.title, Counter())[month] += measures
    for policy, lead, deadline, measures in catalog.counted_as_stated():
        stated.setdefault(policy.title, Counter())[what_is_stated(lead, deadline)] += measures
    leads: Counter[str] = Counter()
    helps: Counter[str] = Counter()
    for row in catalog.departments():
        leads[row.name] += row.lead
        helps[row.name] += row.responsible
    helps.subtract(catalog.counted_in_both_roles())
    busiest = sorted(leads, key=lambda name: (-leads[name] - helps[name], name))
    return Overview(
        measures=sum(states.values()),
        documents=len({policy.doc for policy in catalog.policies()}),
        departments=len(busiest),
        months=months,
        stated=stated,
        states=states,
        load=tuple((name, leads[name], helps[name]) for name in busiest[:DEPARTMENTS]),
    )


def what_is_stated(lead: bool, deadline: bool) -> str:
    """both, lead, deadline or neither."""
    if lead and deadline:
        return "both"
    return "lead" if lead else "deadline" if deadline else "neither"
