"""The benchmark measures what it says: its generator, its jobs on a small corpus, its ratios.  No times are asserted."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
import pytest

from eval.bench import __main__ as bench
from eval.bench import plans
from eval.bench.jobs import SEARCHES, SYSTEMS, run_build, run_cold, run_extract, run_search, run_warm
from eval.bench.table import Row, as_json, markdown, number, verdict
from index_build.measures import extract
from index_build.readers import read


def test_the_same_plans_again(tmp_path: Path) -> None:
    assert plans.document(3, 50) == plans.document(3, 50)
    assert plans.document(3, 50) != plans.document(3, 50, seed=1)
    assert plans.write_plans(tmp_path, 250) == 3
    lines = [
        line for path in tmp_path.glob("*.txt") for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert (
        sum("办理时限压缩至" in line or "覆盖率达到" in line or "%" in line or "个" in line for line in lines)
        > 100
    )


def test_places_differ() -> None:
    names = [plans.place_name(n)[0] for n in range(11_000)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("style", range(4))
def test_invented_plans_are_plans(style: int, tmp_path: Path) -> None:
    """Every style of the generator is read as so many measures, with who and, where printed, when."""
    name, text = plans.document(style, 30)
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    found = extract(read(path)[0]).measures
    assert len(found) == 30
    assert all(m.lead and m.responsible for m in found)
    if style != 3:
        assert all(d.date and d.date.year == 2024 for m in found for d in m.deadlines[:1])
        assert all(m.deadlines for m in found)


def test_one_percent_is_at_least_one(tmp_path: Path) -> None:
    plans.write_plans(tmp_path, 300)
    before = {p.name: p.read_text() for p in tmp_path.glob("*")}
    assert plans.change_plans(tmp_path) == 1
    assert sum(p.read_text() != before[p.name] for p in tmp_path.glob("*")) == 1


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_system_is_built_and_asked(system: str, tmp_path: Path) -> None:
    from eval.baselines import own_nltk_data  # noqa: PLC0415

    own_nltk_data()
    texts = tmp_path / "texts"
    documents = plans.write_plans(texts, 60)
    asked = tmp_path / "q.json"
    asked.write_text(json.dumps(plans.questions(6, documents), ensure_ascii=False), encoding="utf-8")
    out = tmp_path / "out"
    assert run_build(system, str(texts), str(out))["seconds"] > 0
    assert bench.folder_mib(out) > 0
    warm = run_warm(system, str(texts), str(out), str(asked), "2")
    assert warm["asked"] == 12
    assert warm["p99_ms"] >= warm["p50_ms"] > 0
    if system in SEARCHES:
        assert run_search(system, str(texts), str(out), str(asked), "1")["asked"] == 6
    assert run_cold(system, str(texts), str(out), "青禾县企业开办谁牵头？")["seconds"] > 0


def test_extraction_counts_what_it_read(tmp_path: Path) -> None:
    plans.write_plans(tmp_path, 40)
    found = run_extract(str(tmp_path))
    assert found["measures"] == 40
    assert found["characters"] == sum(len(p.read_text(encoding="utf-8")) for p in tmp_path.glob("*"))


def test_ratios_compare_a_round_with_itself() -> None:
    """A machine twice as slow in the second round leaves the ratio at 1/2; medians apart would say so too, but not of
    rounds that swing: 1/2, 1/2, 1/2 against 2, 4, 3."""
    row = Row("build", "s", {"cewen": (1.0, 2.0, 1.5), "rival": (2.0, 4.0, 3.0)}, "rival", target=1.0)
    assert row.ratio("cewen") == 0.5
    assert row.middle("cewen") == 1.5
    assert verdict(row) == "✓ ≤1"
    assert verdict(Row("x", "s", {"cewen": (3.0,), "rival": (2.0,)}, "rival", target=1.0)) == "✗ ≤1"
    assert row.ratio("nobody") is None


def test_the_table(tmp_path: Path) -> None:
    rows = [
        Row("build", "s", {"cewen": (1.0,), "rival": (2.0,)}, "rival", 1.0),
        Row("size", "MiB", {"rival": (1234.0,)}, "rival"),
    ]
    text = markdown(rows, "about")
    assert "| build, s | 1.00 (×0.50) | 2.00 | ✓ ≤1 |" in text
    assert "| size, MiB | — | 1,234 |  |" in text
    assert as_json(rows)[0]["ratios"] == {"cewen": 0.5, "rival": 1.0}
    assert number(None) == "—"


def test_only_real_documents_are_promised(tmp_path: Path) -> None:
    """Invented plans are measured without a promise; each quantity is a row with its own system as baseline of one."""
    made = bench.Bench(tmp_path, tmp_path, tmp_path, ("cewen",))
    made.keep("build", "cewen", 1.0)
    made.keep("build", bench.BASELINE, 2.0)
    promised = {row.name.split(": ")[1]: row.target for row in bench.rows_of(made, "x", True)}
    assert sum(target is not None for target in promised.values()) == 3
    assert all(row.target is None for row in bench.rows_of(made, "x", False))
    assert bench.rows_of(made, "x", True)[0].ratio("cewen") == 0.5


def test_a_process_that_fails_is_named() -> None:
    took, printed = bench.run_command([sys.executable, "-c", "print(sum(range(300000)))"], "sum")
    assert printed.strip() == "44999850000"
    assert took.wall > 0
    assert took.cpu > 0
    with pytest.raises(click.ClickException, match="broken: ValueError: why"):
        bench.run_command([sys.executable, "-c", "raise ValueError('why')"], "broken")
