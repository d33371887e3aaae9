"""Questions that doubt a unit's part in a measure: which of two it is, whether it is this one, who helps the lead."""

from __future__ import annotations

import pytest

from assistant.ask import Assistant
from assistant.model import Intent, Outcome
from assistant.question.doubted import find_doubted, is_short_name
from assistant.question.phrases import load_phrases


@pytest.mark.parametrize(
    ("text", "units", "kind", "found"),
    [
        ("出口退税是海关管还是税务管", (), "either", ["海关", "税务"]),
        ("零工市场归人社局还是归民政局", ("人社局", "民政局"), "either", ["人社局", "民政局"]),
        ("人防是市政府办还是住建局牵头", ("市政府办", "住建局"), "either", ["市政府办", "住建局"]),
        ("这事到底是住建的事还是自规的事？", (), "either", ["住建", "自规"]),
        ("公证是不是县司法局负责", ("县司法局",), "whether", ["县司法局"]),
        ("公证由县司法局在管吗", ("县司法局",), "whether", ["县司法局"]),
        ("农村公路是不是归县住建局？", ("县住建局",), "whether", ["县住建局"]),
        ("外摆规则是城管委定还是商务局定", ("城管委", "商务局"), "either", ["城管委", "商务局"]),
        ("公证 牵头单位 县司法局吗", ("县司法局",), "whether", ["县司法局"]),
        ("公证县司法局牵头，谁配合", ("县司法局",), "lead", ["县司法局"]),
        ("县司法局牵头哪些任务", ("县司法局",), None, []),
        ("县司法局负责哪些任务", ("县司法局",), None, []),
        ("8月底还是12月底完成", (), None, []),
        ("县司法局的业务能在网上办吗", ("县司法局",), None, []),
    ],
)
def test_what_is_doubted(text: str, units: tuple[str, ...], kind: str | None, found: list[str]) -> None:
    spans = [(text.index(name), text.index(name) + len(name), name) for name in units]
    doubted = find_doubted(text, spans)
    assert (doubted.kind if doubted else None) == kind
    assert [name for _, _, name in doubted.units] == found if doubted else not found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("停车诱导是交警建还是城管建啊", ["公安局", "城管"]),
        ("零工市场到底工会建，还是人社建", ["总工会", "人社"]),
        ("大型活动审批，派出所批还是行政审批局批", ["公安局", "行政审批局"]),
        ("乱加价该让物价局查还是供电所查", ["发改委", "供电公司"]),
        ("木耳商标是林业局管，还是粮管所管", ["林业局", "粮管所"]),
        ("先扫码还是后扫码", []),
        ("登记网上交还是线下交", []),
        ("歇业最长3年还是5年", []),
    ],
)
def test_the_same_is_asked_of_both(text: str, found: list[str]) -> None:
    doubted = find_doubted(text, [], load_phrases().called)
    assert [name for _, _, name in doubted.units] == found if doubted else not found


def test_short_names_are_whole_functions() -> None:
    assert all(map(is_short_name, ("税务", "住建部门", "海关", "法院")))
    assert not any(map(is_short_name, ("税", "税务申报", "出口退税")))


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("岚溪县公证是县司法局负责还是县公安局负责", "由县司法局牵头，不是县公安局。"),
        ("岚溪县用电报装归发改管还是住建管", "县发改委、县住建局是责任单位，牵头的是县供电公司。[1]"),
        ("岚溪县公证归教育局还是民政局管", "都不是。"),
        ("岚溪县转供电违规加价是物价局查还是供电所查", "由县发改委牵头，县供电公司是责任单位。"),
        ("岚溪县公证书邮寄是司法局寄还是派出所寄", "由县司法局牵头，不是公安局。"),
        ("岚溪县企业开办是不是县公安局牵头", "不是。"),
        ("岚溪县公证是不是县司法局负责", "是。"),
    ],
)
def test_the_answer_settles_it_first(asked: Assistant, text: str, opening: str) -> None:
    answer = asked.answer(text)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.text.startswith(opening)
    assert answer.question.intent in (Intent.WHO, Intent.WHO_LEAD)


def test_a_unit_that_only_helps_is_not_called_the_lead(asked: Assistant) -> None:
    answer = asked.answer("岚溪县用电报装是不是县住建局负责")
    (_, fact), *_ = answer.facts
    assert "县住建局" in fact.responsible
    assert answer.text.startswith(f"县住建局是责任单位，牵头的是{fact.lead[0]}。")


def test_a_lead_taken_for_granted_is_set_right(asked: Assistant) -> None:
    answer = asked.answer("岚溪县公证县公安局牵头，谁配合")
    assert answer.text.startswith("牵头的是县司法局，不是县公安局。")


def test_units_of_one_measure_are_counted(asked: Assistant) -> None:
    answer = asked.answer("岚溪县用电报装涉及几个部门")
    (_, fact), *_ = answer.facts
    assert answer.text.startswith(f"共 {len({*fact.lead, *fact.responsible})} 个单位。")
