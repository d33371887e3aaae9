"""The rule that the unit named first leads; roles by labels and verbs are rows of test_clauses."""

from __future__ import annotations

import pytest

from index_build.clauses.roles import names_first_lead
from index_build.text import fold


@pytest.mark.parametrize(
    "text",
    [
        "排在首位的为牵头单位，下同",
        "注：排在第一位的单位为牵头单位。",
        "责任单位中，排名第一的为牵头部门",
        "列首位的责任单位为牵头单位",
        "第一责任单位为牵头单位",
        "责任单位中第一个单位为牵头单位",
        "（首位为牵头单位）",
        "排名第一的单位为牵头单位",
        "名列首位的是牵头单位",
        "（除标注外，列第一位为牵头或汇总单位，下同）",
        "责任单位排序中第一位是牵头单位",
        "以下任务中排在第一位的部门为牵头部门",
        "牵头单位排在首位",
        "排在首\n位的 单位为牵头单位",
    ],
)
def test_the_lead_rule_is_recognised(text: str) -> None:
    assert names_first_lead(fold(text), 0, len(fold(text)))


@pytest.mark.parametrize(
    "text", ["牵头单位：市财政局", "我市排名全省第一位。", "坚持把服务企业摆在首位，各牵头单位要落实责任。"]
)
def test_what_is_no_lead_rule(text: str) -> None:
    assert not names_first_lead(text, 0, len(text))
