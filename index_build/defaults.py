"""Time limits that a paper states once for all of its measures: 各项举措除特别注明外，均于2024年12月底前完成.

They hold for measures that name no time of their own, as inherited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index_build.clauses import Clause
from index_build.dates import find_dates
from index_build.drafts import Draft, Placed, Stretch
from index_build.model import DeadlineKind
from index_build.outline import Sheet

_TASKS = r"(?:任务|措施|举措|工作|事项|政策|项目|条款|内容|目标任务)"
_ALL = rf"(?:以上|上述|以下|下列|各项|各|所有|全部|其余|其他|本(?:方案|计划|清单|措施|举措|意见|表|次))[^，。；：]{{0,10}}{_TASKS}"
_EACH = r"(?:均|都|一律|统一|原则上|全部)"
# What shows that a sentence sets the time of all measures, or of those that have none.
_SIGN = re.compile(
    r"(?=[除如若未没无以上下各所全其本])(?:"  # what it can begin with, asked first as the whole text is searched
    rf"除[^，。；]{{0,14}}(?:注明|说明|明确|规定|要求|标注|列明)[^，。；]{{0,6}}外|[如若]?(?:未|没有|无)(?:特别|特殊|另行|单独)*(?:注明|标注|标明|明确|列明|列出|写明|说明|规定|要求)"
    rf"|{_ALL}[^，。；：]{{0,12}}，?[^，。；：]{{0,6}}{_EACH}|{_ALL}的?(?:完成时限|完成时间|时限)[^，。；：]{{0,6}}为)"
)
_NO_TIME_OF_TASKS = re.compile(r"报送|上报|报告|报备|反馈|备案|施行|有效期|公示|牵头单位|责任单位")
_SENTENCE_END = re.compile(r"[。；]")


def find_default_limits(sheet: Sheet, start: int, end: int, year: int | None) -> list[Placed]:
    """The sentences of folded [start, end) that set such a time, as clauses without units."""
    found: list[Placed] = []
    for sign in _SIGN.finditer(sheet.text, start, end):
        begin, stop = _sentence(sheet, sign.start(), start, end)
        words = sheet.text[begin:stop]
        if len(words) > 120 or _NO_TIME_OF_TASKS.search(words):
            continue
        hits = [hit for hit in find_dates(words, year) if hit.last and hit.kind is not DeadlineKind.FROM]
        if len(hits) != 1 or (found and found[-1].origin == begin):
            continue
        limit = hits[0]._replace(kind=DeadlineKind.BY)
        clause = Clause(limit.start, limit.end, (), ((limit, None),), None, "default")
        found.append(Placed(clause, begin, inherited=True))
    return found


def _sentence(sheet: Sheet, at: int, start: int, end: int) -> Stretch:
    """The sentence around `at`, at most its line."""
    lines = sheet.lines_between(start, at + 1)
    begin = lines[-1].start if lines else start
    begin = 1 + max(begin - 1, sheet.text.rfind("。", begin, at))
    stop = _SENTENCE_END.search(sheet.text, at, end)
    return begin, min(stop.start() if stop else end, max(at + 1, sheet.line_end(at)))


def apply_defaults(drafts: Sequence[Draft], limits: Sequence[Placed], timed: Sequence[bool]) -> list[Draft]:
    """The drafts with the last stated limit where they are not `timed`; words inside a measure are its own."""
    free = [limit for limit in limits if not any(_holds(draft, limit) for draft in drafts)]
    if not free:
        return list(drafts)
    return [
        draft if has_time else replace(draft, clauses=(*draft.clauses, free[-1]))
        for draft, has_time in zip(drafts, timed, strict=True)
    ]


def _holds(draft: Draft, limit: Placed) -> bool:
    at = limit.stretch[0]
    return any(a <= at < b for a, b in draft.extent)
