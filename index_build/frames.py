"""Which headings frame a plan (aims before the tasks, organisation after them) and which say "tasks below"."""

from __future__ import annotations

import re
from functools import lru_cache

_AIMS = (
    r"总体(?:要求|目标|思路|原则)|指导思想|(?:基本|工作)(?:原则|思路)|(?:工作|主要|发展|实施|行动|总|攻坚|建设|预期)(?:总体)?目标(?:任务)?|"
    r"目标(?:任务|要求)|攻坚任务|职责(?:范围|分工)|适用范围|实施范围|(?:工作|政策)背景"
)
_ORGANISATION = (
    r"(?:填[报表写]|编制|使用|有关|相关)?说明|(?:工作|有关|相关|几点|组织|具体)要求|附则|其他(?:事项|要求)|监督检查|方法步骤|"
    r"(?:工作|实施|推进|行动)(?:步骤|安排|进度|计划)|(?:时间|进度|步骤)(?:安排|步骤)|"
    r"(?:(?:切实|进一步|着力)?(?:强化|加强|完善|落实|健全|抓好|夯实))?"
    r"(?:组织|工作|实施|政策|机制|制度|监督|支撑|推进|贯彻)*(?:保障|领导|实施)(?:措施|机制|体系|力度|工作|条件)?"
)
_WHOLE = re.compile(rf"(?:{_AIMS}|{_ORGANISATION})")
_TOP_ONLY = re.compile(
    r"(?:工作|组织|实施|政策|推进|监督|机制|服务)(?:保障|实施)(?:措施)?$|保障措施"
    r"|^(?:强化|加强|完善|健全|落实)(?:组织|工作|实施|政策|监督|机制|制度|推进|服务|统筹|支撑|各项|领导|考核|综合|和|与|、)*保障$"
)
_TASKS = re.compile(r"(?:重点|主要|工作|具体|改革|攻坚|年度)(?:工作)?任务|任务(?:分工|清单|措施)|^任务")
_MEASURES = re.compile(r"(?:重点|主要|工作|具体|改革|政策|支持)(?:举措|措施|内容|工作|事项)|行动内容")
_NUMBER = re.compile(
    r"^(?:第[^章节部分条]{1,4}(?:章|节|部分|条)|[（(]?[一二三四五六七八九十\d]+[）)]?[、.]?)"
)


def bare_heading(heading: str) -> str:
    """A heading without its number."""
    return _NUMBER.sub("", heading)


@lru_cache(maxsize=4096)  # asked again for every entry under the heading
def is_frame(heading: str, *, top: bool) -> bool:
    """Is this a heading of aims or of organisation, not of tasks?  `top` for a heading of the highest level."""
    words = bare_heading(heading)
    return bool(_WHOLE.fullmatch(words) or (top and _TOP_ONLY.search(words)))


def task_headings(tops: list[str]) -> set[str]:
    """Of the highest headings, those that say that the tasks stand below; empty where none says so."""
    for pattern in (_TASKS, _MEASURES):
        found = {top for top in tops if pattern.search(bare_heading(top))}
        if found:
            return found
    return set()
