"""Deadlines and whom they bind."""

from __future__ import annotations

import pytest

from index_build.clauses import find_clauses
from index_build.clauses.bindings import find_bound_deadlines


def test_deadlines_in_a_plan_are_bound_to_the_part_that_names_a_unit() -> None:
    text = "公安分局：（1）先办。（2）年内实现联网。区财政局：9月底前拨付。"
    (clause,) = find_clauses("办好。（牵头单位：区公安分局、财政局）")
    got = [
        (hit.raw, who) for hit, who in find_bound_deadlines(text, 2022, [unit for unit, _ in clause.units])
    ]
    assert got == [("年内", "区公安分局"), ("9月底前", "区财政局")]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("各行政执法部门3月底前报送计划。", "各行政执法部门"),
        ("10月底前各行政执法部门要完成清理。", "各行政执法部门"),
        ("市财政局要加强统筹，并于6月底前拨付到位。", "市财政局"),
        ("旗本级4月底前完成。", "旗本级"),
        ("加快建设，6月底前完成。", None),
    ],
)
def test_whom_a_deadline_in_running_text_binds(text: str, who: str | None) -> None:
    assert [bound for _, bound in find_bound_deadlines(text, 2022)] == [who]
