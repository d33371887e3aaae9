"""What a person should check is said in Chinese and in English, each half whole."""

from __future__ import annotations

import re

import pytest

from index_build.doubts import guessed_labels, table_doubts
from index_build.measures import extract
from index_build.model import Document, Policy, Span

PAPER = Policy("a.txt", 0, "云溪市年度任务表", Span(0, 10))
PLAN = """云溪市优化营商环境工作方案
1.推行网办。（市数据局负责）
2.推行秒批。（市数据局负责）
3.清淤疏浚。（责任单位：市水利局；完成时限：汛期前）
6.推行帮办。
"""


def said() -> list[str]:
    plan = extract(Document("a.txt", PLAN, "0"))
    return [
        *(doubt for m in plan.measures for doubt in m.doubts),
        *plan.warnings,
        table_doubts(PAPER, "建设便民服务站并配齐设备人员和窗口标识以及自助终端", inferred=True),
        table_doubts(PAPER, "建设便民服务站", inferred=False),
        *guessed_labels([("掌舵方", "牵头"), ("划桨方", "配合")], PAPER),
    ]


def test_all_kinds_are_here() -> None:
    assert len(set(said())) == 6


@pytest.mark.parametrize("one", said())
def test_both_languages_say_it(one: str) -> None:
    chinese, english = one.rsplit(" · ", 1)
    assert re.search(r"[一-鿿]{4}", chinese)
    own = re.sub(r"《[^》]*》|“[^”]*”|(?<=[a-z]): [^:]*$", "", english)
    assert re.search(r"[a-z]{3}", own) and not re.search(r"[一-鿿]", own)
