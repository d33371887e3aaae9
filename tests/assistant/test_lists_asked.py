"""How people ask for a unit's measures: wordings of each role, of each scope, in each form; what has to be listed is
written out by hand from the county's plan.
"""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.ask import Assistant
from assistant.model import Outcome

TODAY = dt.date(2031, 5, 10)
PLACES = ("岚溪县", "岚溪")
PAPERS = (
    "《岚溪县优化营商环境行动方案》",
    "岚溪县优化营商环境行动方案里",
    "《岚溪县人民政府办公室关于印发《岚溪县优化营商环境行动方案》的通知》",
    "岚政办发〔2031〕6号",
)
# unit -> the measures that it leads, helps with, and has any part in
PARTS = {
    "发改委": ({"5"}, {"4"}, {"4", "5"}),
    "供电公司": ({"4"}, {"5"}, {"4", "5"}),
    "市场监管局": ({"1", "5", "7"}, set(), {"1", "5", "7"}),
    "人社局": (set(), {"1", "6"}, {"1", "6"}),
}
LEADS = [
    "调一下{0}的牵头台账",
    "{0}牵头事项有哪些",
    "{0}牵头哪些条目",
    "{0}作为牵头单位的有哪几条",
    "{0}列在牵头单位里的有几项",
    "请导出{0}的牵头任务清单，我做督查表用",
    "牵头单位是{0}的措施有哪些",
    "哪些措施是{0}牵头的",
    "{0} 牵头 清单",
    "{0}当牵头单位的都有什么",
    "帮我拉一份{0}牵头的工作清单",
    "{0}领衔的事项有哪些",
    "{0}主责的任务有哪些",
    "把{0}牵头的都给我",
    "{0}担任牵头部门的是哪几条",
    "查一下{0}牵头了几项",
    "{0}牵头的行数和内容",
    "{0}挂帅的有哪些事",
    "汇总{0}牵头的全部事项",
    "{0}打头的任务有哪几项",
    "{0}作为第一责任单位的任务",
    "Which measures does {0} lead?",
    "list what {0} leads",
]
HELPS = [
    "{0}作为责任单位出现在哪几条措施里",
    "{0}要给谁打配合？把相关任务列全",
    "{0}要配合哪些事项",
    "{0}作为配合单位的有哪几条",
    "{0}配合的措施清单",
    "{0}当责任单位的任务有哪些",
    "责任单位里有{0}的措施有哪些",
    "{0}协助的工作有哪些",
    "{0}列在责任单位里的有几条",
    "{0}给别人打下手的是哪些任务",
    "调一下{0}的配合台账",
    "{0}不牵头只配合的是哪几项",
    "{0}只是责任单位的条目有哪些",
    "{0}参与配合的任务有多少项",
    "{0}帮谁的忙，列一下",
    "{0}配合谁，各是哪条",
    "{0}要跟着配合的有哪些",
    "Which measures does {0} help with?",
]
EITHER = [
    "{0}都涉及哪些行",
    "{0}的具体分工",
    "{0}有哪些任务",
    "{0}的任务清单",
    "{0}出现在哪些措施里",
    "{0}的责任台账",
    "{0}要干哪些事",
    "{0}涉及的条款有哪些",
    "{0}名下的任务",
    "{0}不管牵头还是配合一共几项",
    "把{0}的活儿全列出来",
    "{0}领了哪些任务",
    "{0}的责任分工",
    "{0}牵头和配合的各有哪些",
    "{0}承担了哪些工作",
    "{0}在哪几条里出现",
    "What are the tasks of {0}?",
]
GRID = [(w, part) for part, wordings in enumerate((LEADS, HELPS, EITHER)) for w in wordings]


def numbers(asked: Assistant, text: str) -> tuple[Outcome, set[str | None]]:
    answer = asked.answer(text, today=TODAY)
    return answer.outcome, {c.entry.number for c in answer.citations}


@pytest.mark.parametrize(("wording", "part"), GRID, ids=[w for w, _ in GRID])
def test_the_measures_of_a_unit(asked: Assistant, wording: str, part: int) -> None:
    for unit, parts in PARTS.items():
        if not parts[part]:
            continue
        for subject in (*(p + unit for p in PLACES), *(p + "县" + unit for p in PAPERS)):
            question = wording.format(subject)
            assert numbers(asked, question) == (Outcome.ANSWERED, parts[part]), question
