"""The pictures' numbers are those of the measures, however many there are, and are made once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from assistant.api import SHOWN, prepare
from assistant.api.service import open_service
from assistant.ledger.overview import Overview, overview
from assistant.ledger.pages import Ledger
from assistant.ledger.standing import Standing, measure_standing
from index_build.build import build
from index_build.catalog import EVERY_MEASURE, Catalog
from index_build.settings import BuildSettings
from index_build.store import open_index

SAMPLES = Path(__file__).parents[2] / "index_build" / "samples"
TODAY = dt.date(2024, 6, 10)
# A unit that leads and helps with one measure; a limit without a day; a measure with neither; two days in two months.
PLAN = """松台县优化营商环境工作方案

一、任务
1.建立联席会议制度，定期研究难点问题。
牵头单位：县数据局
责任单位：县数据局、县财政局
完成时限：持续推进
2.办理两批事项，分别上线运行。
牵头单位：县数据局
完成时限：2024年6月底、2024年9月底
3.开展宣传引导，营造良好氛围。
"""


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("overview")
    plan = folder / "松台县方案.txt"
    plan.write_text(PLAN, encoding="utf-8")
    build([SAMPLES, plan], folder / "index", BuildSettings(vectors=False))
    return folder / "index"


@pytest.fixture
def catalog(index_dir: Path) -> Catalog:
    return open_index(index_dir).catalog


def numbers(catalog: Catalog) -> Overview:
    return overview(catalog, Ledger(catalog).counts(EVERY_MEASURE, TODAY))


def test_of_one_plan_by_hand(index_dir: Path, catalog: Catalog) -> None:
    found = numbers(catalog)
    title = next(p.title for p in catalog.policies() if p.doc == "松台县方案.txt")
    assert found.stated[title] == {"both": 2, "neither": 1}
    assert found.months[title] == {"2024-06": 1, "2024-09": 1}
    of_plan = {row.name: row for row in catalog.departments() if row.policy[0] == "松台县方案.txt"}
    assert (of_plan["县数据局"].lead, of_plan["县数据局"].responsible) == (2, 1)


def test_the_counts_are_those_of_the_measures(catalog: Catalog) -> None:
    leads, helps, states = Counter[str](), Counter[str](), Counter[str]()
    months, stated = Counter[tuple[str, str]](), Counter[tuple[str, bool, bool]]()
    for measure in catalog.iterate(EVERY_MEASURE):
        leads.update(measure.lead)
        helps.update(name for name in measure.responsible if name not in measure.lead)
        states[measure_standing(measure.deadlines, TODAY).value] += 1
        title = measure.policy.title
        months.update({(title, f"{d.date:%Y-%m}") for d in measure.deadlines if d.date})
        stated[title, bool(measure.lead), bool(measure.deadlines)] += 1
    found = numbers(catalog)
    assert found.states == {standing.value: states[standing.value] for standing in Standing}
    assert found.measures == sum(states.values()) > 100
    assert {(t, m): n for t, of in found.months.items() for m, n in of.items()} == dict(months)
    named = {
        "both": (True, True),
        "lead": (True, False),
        "deadline": (False, True),
        "neither": (False, False),
    }
    assert {(t, *named[k]): n for t, of in found.stated.items() for k, n in of.items()} == dict(stated)
    assert found.departments == len(set(leads) | set(helps))
    assert all((leads[name], helps[name]) == (lead, help_) for name, lead, help_ in found.load)
    busiest = sorted({*leads, *helps}, key=lambda name: (-leads[name] - helps[name], name))
    assert [name for name, _, _ in found.load] == busiest[: len(found.load)]


def test_what_pages_show_is_made_before_they_ask_and_once(index_dir: Path, tmp_path: Path) -> None:
    service = open_service(index_dir)
    prepare(service)
    made = {name: value for name, (_, value) in service._kept.items()}
    prepare(service)
    assert {name: value for name, (_, value) in service._kept.items()} == made
    assert all(service._kept[name][1] is value for name, value in made.items())
    assert {"overview", "places", "cascade", "facets", "examples zh", "documents"} <= set(made)
    plan = tmp_path / "另一县方案.txt"
    plan.write_text(PLAN.replace("松台", "竹坪"), encoding="utf-8")
    build([plan], index_dir, BuildSettings(vectors=False))
    prepare(service)
    assert all(service._kept[name][1] is not value for name, value in made.items())
    assert len(SHOWN) == 6


def test_a_filter_by_state_is_gone_through_once(catalog: Catalog) -> None:
    ledger = Ledger(catalog)
    first = ledger.page(EVERY_MEASURE, [Standing.OVERDUE], TODAY, limit=3)
    again = ledger.page(EVERY_MEASURE, [Standing.OVERDUE], TODAY, limit=3, offset=3)
    assert ledger.ids(EVERY_MEASURE, [Standing.OVERDUE], TODAY) is ledger.ids(
        EVERY_MEASURE, [Standing.OVERDUE], TODAY
    )
    assert first.total == again.total > 3
    assert not {row["id"] for row in first.rows} & {row["id"] for row in again.rows}
    assert ledger.ids(EVERY_MEASURE, [Standing.OVERDUE], dt.date(2020, 1, 1)) == []
