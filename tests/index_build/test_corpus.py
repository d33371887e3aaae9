"""The five documents of ../shared/corpus to the row: counts, irregularities and gold rows.

The documents are no part of the project; without them beside it these tests are skipped."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from index_build.measures import extract
from index_build.model import Extraction, Measure
from index_build.readers import read
from index_build.text import fold
from tests.index_build.test_measures import check_laws

SHARED = Path(__file__).parents[3] / "shared"
CORPUS = SHARED / "corpus"
GOLD = SHARED / "gold"
NAMES = ("000", "001", "002", "003", "004")

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the documents in ../shared/corpus are not here"),
]


@cache
def document(name: str) -> Extraction:
    return extract(read(next(CORPUS.glob(f"{name}_*.txt")))[0])


def has_units(measure: Measure) -> bool:
    return bool(measure.lead or measure.responsible)


def of_policy(words: str) -> list[Measure]:
    return [m for m in document("004").measures if words in fold(m.policy.title)]


@pytest.mark.parametrize(
    ("name", "policies", "measures", "with_units"),
    [
        ("000", 1, 90, 90),
        ("001", 11, 274, 274),
        ("002", 1, 333, 333),
        ("003", 1, 181, 176),
        ("004", 27, None, 738),
    ],
)
def test_counts(name: str, policies: int, measures: int | None, with_units: int) -> None:
    extraction = document(name)
    assert len(extraction.policies) == policies
    assert sum(map(has_units, extraction.measures)) == with_units
    if measures is not None:
        assert len(extraction.measures) == measures


@pytest.mark.parametrize("name", NAMES)
def test_laws(name: str) -> None:
    check_laws(document(name))


@pytest.mark.parametrize("name", NAMES)
def test_bodies_overlap_nowhere(name: str) -> None:
    spans = sorted(part for m in document(name).measures for part in m.parts)
    for before, after in itertools.pairwise(spans):
        assert before.end <= after.start


@pytest.mark.parametrize("name", NAMES)
def test_every_paragraph_can_be_reached(name: str) -> None:
    """Lines with a sentence in them lie in a measure or a passage."""
    extraction = document(name)
    text = extraction.document.text
    covered = bytearray(len(text))
    for entry in (*extraction.measures, *extraction.passages):
        for span in (*entry.parts, *entry.extent):
            covered[span.start : span.end] = b"\1" * (span.end - span.start)
    lost = [
        line.group()
        for line in re.finditer(r"(?m)^.*\S.*$", text)
        if "。" in line.group()
        and len(line.group().strip()) > 30
        and not any(covered[line.start() : line.end()])
    ]
    assert lost == []


def test_numbers_run_without_gap() -> None:
    for name, last in (("000", 90), ("003", 181)):
        assert [m.number for m in document(name).measures] == [str(n) for n in range(1, last + 1)]


def test_000_units_and_times() -> None:
    by_number = {m.number: m for m in document("000").measures}
    alone = {n for n, m in by_number.items() if not m.responsible}
    assert alone == set(
        map(
            str,
            [
                6,
                11,
                20,
                25,
                *range(28, 32),
                33,
                34,
                37,
                39,
                42,
                44,
                45,
                51,
                52,
                56,
                57,
                66,
                68,
                71,
                74,
                82,
                83,
            ],
        )
    )
    two = {n for n, m in by_number.items() if len(m.lead) == 2}
    assert two == set(map(str, [11, 25, 41, 59, 61, 63, 64, 65, 73, 78, 87]))
    assert all(m.plan for m in by_number.values())
    bound = {n for n, m in by_number.items() if any(d.who for d in m.deadlines)}
    assert bound >= {"25", "73", "87"}
    ends = Counter(
        max(d.date for d in m.deadlines if d.date).isoformat()
        for m in by_number.values()
        if any(d.date for d in m.deadlines)
    )
    assert ends["2022-12-31"] >= 62 and ends["2022-10-31"] == 3 and ends["2022-09-30"] == 2


def test_001_annexes() -> None:
    counted = Counter(m.policy.ordinal for m in document("001").measures)
    assert [counted[n] for n in range(11)] == [201, 4, 7, 5, 4, 6, 9, 7, 11, 7, 13]
    assert sum(not m.lead for m in document("001").measures) == 7
    assert len({p.title for p in document("001").policies}) == 11


def test_002_numbers_that_the_source_lost() -> None:
    numbers = [m.number for m in document("002").measures]
    assert [i + 1 for i, n in enumerate(numbers) if n is None] == [2, 3, 4, 154, 177, 178]
    assert [n for n in numbers if n] == [str(n) for n in range(1, 334) if n not in (2, 3, 4, 154, 177, 178)]
    others = [m for m in document("002").measures if m.responsible]
    assert len(others) == 162
    assert [m.number for m in document("002").measures if not m.lead] == ["258"]


def test_002_times() -> None:
    dated = {
        m.number for m in document("002").measures if any(d.date and d.kind == "by" for d in m.deadlines)
    }
    assert dated >= {"41", "64", "237", "241", "257"}


def test_003_numbers_without_units() -> None:
    assert [m.number for m in document("003").measures if not has_units(m)] == [
        "177",
        "178",
        "179",
        "180",
        "181",
    ]
    assert "施行" not in document("003").measures[-1].text
    assert all(len(m.lead) <= 1 for m in document("003").measures)


POLICY_COUNTS = {
    "清理隐性壁垒优化消费营商环境": 31,
    "2023年优化营商环境责任清单": 129,
    "张家口市2023年政务公开": 18,
    "61条措施": 61,
    "山西省进一步优化营商环境": 74,
    "推进服务业提质增效": 50,
    "三无三可": 36,
    "110报警服务台": 9,
    "争优年行动方案": 330,
}


@pytest.mark.parametrize(("words", "count"), POLICY_COUNTS.items())
def test_004_measures_with_units_by_policy(words: str, count: int) -> None:
    assert sum(map(has_units, of_policy(words))) == count


def test_004_policies_without_units_have_none() -> None:
    others = [
        m for m in document("004").measures if not any(w in fold(m.policy.title) for w in POLICY_COUNTS)
    ]
    assert not any(map(has_units, others))


def test_004_parts_and_stretches() -> None:
    barriers = [m.number for m in of_policy("清理隐性壁垒优化消费营商环境")]
    parts = Counter(n.partition("（")[0] for n in barriers if n and "（" in n)
    assert parts == {"5": 2, "11": 4, "13": 4, "14": 2, "16": 3, "20": 2}
    stretches = Counter(m.number for m in of_policy("山西省进一步优化营商环境"))
    assert list(stretches.values()) == [3, 1, 3, 3, 5, 4, 4, 4, 1, 4, 4, 5, 2, 3, 3, 3, 3, 4, 1, 2, 6, 3, 3]


def test_004_groups_share_their_clause() -> None:
    groups: dict[object, list[int]] = defaultdict(list)
    for m in of_policy("61条措施"):
        groups[m.mentions[0].span].append(int(m.number or 0))
    assert [(g[0], g[-1]) for g in groups.values()] == [
        (1, 3), (4, 4), (5, 7), (8, 9), (10, 13), (14, 16), (17, 19), (20, 23), (24, 24), (25, 27), (28, 33),
        (34, 37), (38, 40), (41, 41), (42, 43), (44, 46), (47, 48), (49, 50), (51, 52), (53, 56), (57, 60), (61, 61),
    ]  # fmt: skip


def test_004_the_flat_table() -> None:
    rows = [m for m in of_policy("2023年优化营商环境责任清单") if m.number]
    assert [m.number for m in rows] == [str(n) for n in range(1, 130)]
    assert [m.number for m in rows if not m.lead] == ["83", "84", "87"]
    assert sum(not m.responsible for m in rows) == 53
    assert len({m.section for m in rows}) == 25
    cut = {m.number for m in rows if len(m.parts) > 1}
    assert cut >= {"4", "10", "25", "34", "55", "72", "89", "110", "127"} - {"4"}


def test_004_measures_that_name_a_lead_only() -> None:
    alone = [m.number for m in of_policy("争优年行动方案") if not m.responsible]
    assert alone == ["14", "75", "78", "79", "83", "85", "132", "133", "150", "178", "225", "300"]


def test_004_times_without_units() -> None:
    dated = [m for m in of_policy("打造政务服务升级版") if m.has_clause]
    assert [str(m.deadlines[0].date) for m in dated] == [
        *["2023-06-30"] * 2, *["2023-03-31"] * 2, *["2023-04-30"] * 2, *["2023-05-31"] * 2,
        "2023-03-31", *["2023-06-30"] * 2, "2023-04-30",
    ]  # fmt: skip


@pytest.mark.skipif(not GOLD.is_dir(), reason="the gold rows in ../shared/gold are not here")
def test_004_papers_are_as_the_gold_says() -> None:
    rows = [
        json.loads(line) for line in (GOLD / "policies_004.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    got = document("004").policies
    assert [fold(p.title) for p in got] == [fold(r["title"]) for r in rows]
    for policy, row in zip(got, rows, strict=True):
        assert list(policy.issuers) == row["issuer"], policy.title
        assert policy.doc_no == row["doc_no"], policy.title
        assert policy.issued and policy.issued.isoformat() == row["date"], policy.title
        assert list(policy.place) == row["region_path"], policy.title
        assert policy.span.page == row["page_start"], policy.title


@pytest.mark.skipif(not GOLD.is_dir(), reason="the gold rows in ../shared/gold are not here")
def test_the_gold_rows() -> None:
    wrong = []
    for line in (GOLD / "measures.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        head = fold(row["head"])
        found = [m for m in document(row["doc"][:3]).measures if 0 <= fold(m.text).find(head) <= 60]
        exact = [m for m in found if fold(m.text).startswith(head)] or found
        if len(exact) != 1:
            wrong.append((row["doc"][:3], row["no"], head, f"{len(exact)} measures"))
            continue
        (m,) = exact
        names = [
            {fold(n).removeprefix("各") for n in names}
            for names in (row["lead"], row["responsible"], m.lead, m.responsible)
        ]
        dates = (
            {d["iso"] for d in row["deadlines"]} - {None},
            {d.date.isoformat() for d in m.deadlines if d.date},
        )
        same = names[0] == names[2] and names[1] == names[3] and dates[0] == dates[1]
        if not same or (row["no"] and m.number != row["no"]) or (row["page"] and m.page != row["page"]):
            wrong.append(
                (row["doc"][:3], row["no"], head, m.lead, m.responsible, sorted(dates[1]), m.number, m.page)
            )
    assert wrong == []
