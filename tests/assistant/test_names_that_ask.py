"""Names of policies that are made of asking words: what stands in quotes is the topic and asks nothing, and a stretch of
which no word tells anything is looked for as it is typed."""

from __future__ import annotations

import pytest

from assistant.ask import Assistant
from assistant.model import Intent, Outcome
from index_build.build import build
from index_build.model import Measure
from index_build.settings import BuildSettings

PLAN = """岚溪市深化改革工作方案
岚溪政办发〔2031〕8号

一、重点任务
1.推行“一码管地”，建立建设用地全生命周期管理机制。（牵头单位：市自然资源局；责任单位：市住建局）
2.推广“谁执法谁普法”责任制，落实普法安排。（牵头单位：市司法局；完成时限：6月底前）
3.推行“多久办结公开承诺”，公示办理时长。（牵头单位：市市场监管局；责任单位：市司法局）
4.推行“随到随办”服务，延长窗口时间。（牵头单位：市人社局）
5.实行“能办尽办”机制，清理积案。（牵头单位：市信访局；责任单位：市司法局）
6.深化“一件事一次办”改革，梳理高频事项。（牵头单位：市行政审批局）
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("names")
    (folder / "plan.txt").write_text(PLAN, encoding="utf-8")
    build([folder / "plan.txt"], folder / "index", BuildSettings())
    return Assistant.open(folder / "index")


@pytest.mark.parametrize(
    ("text", "intent", "number"),
    [
        ("“谁执法谁普法”什么时候完成", Intent.WHEN, "2"),
        ("「多久办结公开承诺」由谁负责", Intent.WHO, "3"),
        ("“一件事一次办”谁负责", Intent.WHO, "6"),
        ('who leads "一码管地"?', Intent.WHO_LEAD, "1"),
        ("一码管地谁牵头", Intent.WHO_LEAD, "1"),
        ("【一码管地】谁牵头", Intent.WHO_LEAD, "1"),
        ("随到随办由谁负责", Intent.WHO, "4"),
        ("请问能办尽办归谁管", Intent.WHO, "5"),
    ],
)
def test_the_name_is_the_topic(town: Assistant, text: str, intent: Intent, number: str) -> None:
    answer = town.answer(text)
    assert answer.question.intent is intent
    assert [c.entry.number for c in answer.citations if isinstance(c.entry, Measure)] == [number]
    assert answer.question.quantity is None


@pytest.mark.parametrize("text", ["“什么时候办”谁负责", "多证齐办谁管", "主要工作谁牵头", "具体是什么要求"])
def test_a_name_that_no_paper_prints_is_not_answered(town: Assistant, text: str) -> None:
    assert town.answer(text).outcome in (Outcome.NOT_FOUND, Outcome.CLARIFY)
