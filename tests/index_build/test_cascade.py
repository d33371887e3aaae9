"""The cascade: links between the plans of higher and lower places, and what changed on the way."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from index_build.cascade import Change, Link, find_cascade, targets_of
from index_build.measures import extract
from index_build.model import Document, Measure
from index_build.text import fold
from tests.index_build.test_corpus import CORPUS, document

UPPER = """云岭省优化营商环境方案
1.压缩企业开办时间，在企业开办平台实现登记、刻章、社保等业务一网申请、多项联办、3个工作日内办结。（牵头单位：省市场监管局；责任单位：省公安厅）
2.推进政府采购信息公开，向经营主体提供便捷的采购信息在线检索服务。（牵头单位：省财政厅）
"""
LOWER = """云岭省青禾市优化营商环境方案
1.推进政府采购信息公开，向经营主体提供便捷的采购信息在线检索服务。（牵头单位：市财政局）
2.压缩企业开办时间，在企业开办平台实现登记、刻章、社保等业务一网申请、多项联办、1个工作日内办结。（牵头单位：市行政审批局；责任单位：市公安局；完成时限：2024年6月底前）
3.建设人才公寓，为引进人才提供拎包入住的过渡住房。（牵头单位：市住建局）
"""


def plan(text: str, name: str, place: tuple[str, ...], issued: dt.date | None = None) -> list[Measure]:
    measures = extract(Document(name, text, name.ljust(64, "0"))).measures
    policy = dataclasses.replace(measures[0].policy, place=place, issued=issued)
    return [dataclasses.replace(m, policy=policy) for m in measures]


def cascade_of(
    upper: tuple[str, ...], lower: tuple[str, ...], days: tuple[dt.date | None, dt.date | None] = (None, None)
) -> tuple[list[Measure], list[Measure], list[Link]]:
    above, below = plan(UPPER, "upper.txt", upper, days[0]), plan(LOWER, "lower.txt", lower, days[1])
    return above, below, find_cascade([*above, *below])


def test_a_measure_is_linked_to_the_one_it_carries_on_under_another_number() -> None:
    above, below, links = cascade_of(("云岭省",), ("云岭省", "青禾市"))
    assert [(link.upper, link.lower) for link in links] == [
        (above[1].id, below[0].id),
        (above[0].id, below[1].id),
    ]


def test_what_changed_is_said_and_a_department_of_another_level_is_no_change() -> None:
    _, _, links = cascade_of(("云岭省",), ("云岭省", "青禾市"))
    assert links[0].changes == (Change("number", ("2",), ("1",)),)
    assert links[1].changes == (
        Change("number", ("1",), ("2",)),
        Change("lead", ("省市场监管局",), ("市行政审批局",)),
        Change("deadline", (), ("2024-06-30",)),
        Change("targets", ("3个工作日",), ("1个工作日",)),
    )


def test_places_side_by_side_are_not_linked() -> None:
    assert cascade_of(("云岭省", "霁州市"), ("云岭省", "青禾市"))[2] == []
    assert cascade_of(("云岭省", "青禾市"), ("云岭省", "青禾市"))[2] == []


def test_nobody_carries_on_what_came_later() -> None:
    days = dt.date(2024, 8, 1), dt.date(2024, 3, 1)
    assert cascade_of(("云岭省",), ("云岭省", "青禾市"), days)[2] == []
    assert len(cascade_of(("云岭省",), ("云岭省", "青禾市"), (days[1], days[0]))[2]) == 2


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("办理时限压缩至3个工作日以内，网办率达到95%以上。", ("3个工作日以内", "95%以上")),
        ("2024年6月底前新增50家，新建500公里。", ("50家", "500公里")),
        ("推行12345热线。", ()),
        ("落实〔2022〕30号文件。", ()),
    ],
)
def test_targets_are_figures_with_what_they_count(text: str, targets: tuple[str, ...]) -> None:
    assert targets_of(text) == targets


# ---- the pairs that were read by hand --------------------------------------------------------------------------

# (document of the lower measure, its number, the region's number), lower and upper read side by side
READ = [
    ("001", "95", "124"), ("001", "23", "55"), ("001", "29", "61"), ("001", "45", "66"), ("001", "51", "71"),
    ("001", "71", "105"), ("001", "94", "123"), ("001", "101", "130"), ("001", "108", "132"), ("001", "125", "138"),
    ("001", "129", "135"), ("001", "131", "150"), ("001", "132", "142"), ("001", "147", "1"), ("001", "163", "20"),
    ("001", "164", "20"), ("002", "9", "34"), ("002", "13", "36"), ("002", "14", "37"), ("002", "55", "74"),
    ("002", "61", "75"), ("002", "63", "12"), ("002", "99", "85"), ("002", "100", "87"), ("002", "119", "142"),
    ("002", "190", "130"), ("002", "193", "133"), ("002", "198", "163"), ("002", "236", "123"), ("002", "238", "124"),
    ("002", "307", "109"), ("002", "331", "172"), ("000", "19", "22"), ("000", "32", "76"), ("000", "44", "106"),
    ("000", "90", "181"),
]  # fmt: skip
# The same words in passing: read, and found to be about something else.
NOT_CARRIED_ON = [("001", "196", "120"), ("002", "10", "91"), ("002", "315", "99"), ("002", "65", "174")]


@pytest.fixture(scope="module")
def pairs() -> set[tuple[str, str | None, str | None]]:
    """(document of the lower measure, its number, number of the region's measure) as linked."""
    if not CORPUS.is_dir():
        pytest.skip("the documents in ../shared/corpus are not here")
    measures = [m for name in ("000", "001", "002", "003") for m in document(name).measures]
    by_id = {m.id: m for m in measures}
    return {
        (by_id[link.lower].policy.doc[:3], by_id[link.lower].number, by_id[link.upper].number)
        for link in find_cascade(measures)
        if by_id[link.upper].policy.doc.startswith("003") and by_id[link.lower].policy.ordinal == 0
    }


@pytest.mark.corpus
def test_the_pairs_that_were_read(pairs: set[tuple[str, str | None, str | None]]) -> None:
    assert [p for p in READ if p not in pairs] == []
    assert [p for p in NOT_CARRIED_ON if p in pairs] == []


@pytest.mark.corpus
def test_the_districts_measures_that_open_with_the_regions_words(
    pairs: set[tuple[str, str | None, str | None]],
) -> None:
    region = {fold(m.text)[:24]: m.number for m in document("003").measures}
    same = [
        ("000", m.number, region[fold(m.text)[:24]])
        for m in document("000").measures
        if fold(m.text)[:24] in region
    ]
    assert len(same) == 61
    assert [p for p in same if p not in pairs] == []
    assert ("000", "21", "26") in pairs
