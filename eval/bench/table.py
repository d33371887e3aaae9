"""Measurements gathered into a table of ratios, for the terminal, for a README and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One quantity: values by system, one a round; `baseline` is what the others are divided by.

    `target` is the highest ratio of Cewen to the baseline that is promised, None where nothing is."""

    name: str
    unit: str
    values: Mapping[str, tuple[float, ...]]
    baseline: str
    target: float | None = None
    lower_is_better: bool = True

    def middle(self, system: str) -> float | None:
        found = self.values.get(system)
        return median(found) if found else None

    def ratio(self, system: str) -> float | None:
        """The median over rounds of system / baseline: rounds are compared with themselves, so that a slow minute of
        the machine weighs on both sides."""
        ours, theirs = self.values.get(system), self.values.get(self.baseline)
        if not ours or not theirs:
            return None
        if len(ours) == len(theirs):
            return median(a / b for a, b in zip(ours, theirs, strict=True) if b)
        return median(ours) / median(theirs)


def number(value: float | None) -> str:
    if value is None:
        return "—"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def systems_of(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(system for row in rows for system in row.values))


def markdown(rows: Sequence[Row], about: str) -> str:
    """A table: each cell the median and, in brackets, its ratio to the baseline of its row."""
    systems = systems_of(rows)
    lines = [about, "", "| | " + " | ".join(systems) + " | |", "|---|" + "---|" * (len(systems) + 1)]
    for row in rows:
        cells = []
        for system in systems:
            ratio = row.ratio(system)
            shown = number(row.middle(system))
            cells.append(
                f"{shown} (×{number(ratio)})" if ratio is not None and system != row.baseline else shown
            )
        lines.append(f"| {row.name}, {row.unit} | " + " | ".join(cells) + f" | {verdict(row)} |")
    return "\n".join(lines) + "\n"


def verdict(row: Row) -> str:
    """Whether a promised ratio is kept; empty where none is promised."""
    ratio = row.ratio("cewen")
    if row.target is None or ratio is None:
        return ""
    return f"{'✓' if ratio <= row.target else '✗'} ≤{row.target:g}"


def as_json(rows: Sequence[Row]) -> list[dict[str, object]]:
    return [
        {
            "name": row.name,
            "unit": row.unit,
            "baseline": row.baseline,
            "target": row.target,
            "values": {system: list(values) for system, values in row.values.items()},
            "ratios": {system: row.ratio(system) for system in row.values},
        }
        for row in rows
    ]
