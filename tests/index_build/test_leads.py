"""Rules of a paper about who leads, in the wordings that papers use."""

from __future__ import annotations

import pytest

from index_build.clauses.leads import LeadRules, read_lead_rules
from index_build.model import Document, Mention, Role


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("注：加“★”的为牵头单位。", LeadRules("★")),
        ("（责任单位中标注★的单位为牵头单位）", LeadRules("★")),
        ("带*号的为牵头单位，下同。", LeadRules("*")),
        ("备注：“▲”表示牵头单位。", LeadRules("▲")),
        ("责任单位黑体的为牵头单位", LeadRules(bold=True)),
        ("加粗字体标注的为牵头单位", LeadRules(bold=True)),
        ("无牵头单位的，责任单位即为牵头单位。", LeadRules(responsible_leads=True)),
        ("未明确牵头单位的，由责任单位作为牵头单位。", LeadRules(responsible_leads=True)),
        ("仅列责任单位的，该责任单位为牵头单位。", LeadRules(responsible_leads=True)),
    ],
)
def test_a_rule_is_read(text: str, rules: LeadRules) -> None:
    assert read_lead_rules(text) == rules


@pytest.mark.parametrize(
    "text",
    [
        "各牵头单位要加强统筹，责任单位要密切配合。",
        "排在首位的为牵头单位。",
        "带“*”的为约束性指标，牵头单位要严格落实。",
        "没有牵头单位的任务，由领导小组办公室另行明确。",
    ],
)
def test_other_sentences_are_no_rule(text: str) -> None:
    assert read_lead_rules(text) is None


def test_a_sign_beside_a_name_settles_all_parts_of_the_measure() -> None:
    document = Document("p.txt", "责任单位：市财政局、★市税务局", "0" * 64)
    mentions = [
        Mention("市财政局", Role.RESPONSIBLE, document.span(5, 9)),
        Mention("市税务局", Role.RESPONSIBLE, document.span(11, 15)),
    ]
    settled = LeadRules("★").settle(mentions, document)
    assert [m.role for m in settled] == [Role.RESPONSIBLE, Role.LEAD]


def test_a_measure_that_names_a_lead_keeps_its_parts() -> None:
    document = Document("p.txt", "牵头单位：市财政局；责任单位：市税务局", "0" * 64)
    mentions = [
        Mention("市财政局", Role.LEAD, document.span(5, 9)),
        Mention("市税务局", Role.RESPONSIBLE, document.span(15, 19)),
    ]
    assert LeadRules(responsible_leads=True).settle(mentions, document) == tuple(mentions)
