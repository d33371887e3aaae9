"""Invented plans in many layouts and formats: what a person wrote down is what is extracted.

Each .plan file holds its format, what it is about, the plan in the markup of `tests.fixtures.writing`, and its
measures: number | head | leads | others | dates, where ~ is a time without a date, ? any, WHO=DATE a bound one.
A number after ? is an article (purpose, entry into force) that may or may not count as a measure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from index_build.measures import extract
from index_build.model import Measure
from index_build.readers import read_bytes
from index_build.text import fold
from tests.fixtures.writing import write

PLANS = sorted((Path(__file__).parents[2] / "fixtures" / "plans").glob("*.plan"))


@dataclass(frozen=True)
class Row:
    number: str | None
    head: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    dates: tuple[str, ...]


def load(path: Path) -> tuple[dict[str, str], str, list[Row]]:
    head, markup, rows = path.read_text(encoding="utf-8").split("\n---\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    return fields, markup, [row(line) for line in rows.splitlines() if line.strip()]


def row(line: str) -> Row:
    number, head, lead, others, dates = [part.strip() for part in (line + " ").split(" |")]
    units = [tuple(u for u in re.split(r"、(?![^（]*）)", part) if u) for part in (lead, others)]
    return Row(None if number == "-" else number, head, units[0], units[1], tuple(sorted(dates.split())))


def shown(measure: Measure, row: Row, inherited: set[str]) -> Row:
    """The measure in the row's terms; the head as long as the row's."""
    head = measure.text if not fold(measure.text).startswith(fold(row.head)) else row.head
    bound = {part.split("=")[0] for part in row.dates if "=" in part}
    dates = []
    for deadline in measure.deadlines:
        date = deadline.date.isoformat() if deadline.date else "~"
        dates.append(f"{deadline.who}={date}" if deadline.who in bound else date)
    if row.dates == ("?",) or (not row.dates and set(dates) <= {"~"}):
        dates = list(row.dates)
    own = [tuple(n for n in names if n not in inherited) for names in (measure.lead, measure.responsible)]
    return Row(measure.number, head, own[0], own[1], tuple(sorted(set(dates))))


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_the_plan_is_read_as_written_down(path: Path) -> None:
    fields, markup, rows = load(path)
    name, data = write(fields["format"], markup)
    measures = extract(read_bytes(data, name)).measures
    open_ = {row.number[1:]: row for row in rows if (row.number or "").startswith("?")}
    rows = [row for row in rows if row.number is None or row.number[1:] not in open_]
    measures = tuple(m for m in measures if m.number not in open_)
    inherited = {fields["inherited"]} if "inherited" in fields else set()
    for measure in measures:
        assert {m.name for m in measure.mentions if m.inherited} == inherited
    assert [shown(m, r, inherited) for m, r in zip(measures, rows, strict=False)] == rows
    assert len(measures) == len(rows)


def test_there_are_enough_of_them() -> None:
    assert len(PLANS) >= 25
    assert {load(path)[0]["format"].split("-")[0].split()[0] for path in PLANS} >= {
        "txt",
        "md",
        "html",
        "docx",
        "pdf",
        "xlsx",
        "csv",
    }
