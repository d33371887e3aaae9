"""What a paper states once for all of its measures: 各项举措除特别注明外，均于2024年12月底前完成, 牵头单位均为市商务局.

A time holds for measures that name none of their own, units for those that name no units, as inherited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index_build.clauses import in_one_role, of_limits
from index_build.dates import find_dates
from index_build.drafts import Draft, Placed, Stretch
from index_build.model import DeadlineKind, Role
from index_build.names import is_unit_list
from index_build.sheet import Sheet

# A match is asked for by its first sign, as the whole text is searched: what follows looks back at which it was.
_TASKS = r"(?:任务|措施|举措|工作|事项|政策|项目|条款|内容|目标任务)"
_ALL = rf"(?:(?<=以)[上下]|(?<=上)述|(?<=下)列|(?<=各)项?|(?<=所)有|(?<=全)部|(?<=其)[余他]|(?<=本)(?:方案|计划|清单|措施|举措|意见|表|次))[^，。；：]{{0,10}}{_TASKS}"
_EACH = r"(?:均|都|一律|统一|原则上|全部)"
# What shows that a sentence sets the time of all measures, or of those that have none.
_SIGN = re.compile(
    r"[除如若未没无以上下各所全其本](?:"
    rf"(?<=除)[^，。；]{{0,14}}(?:注明|说明|明确|规定|要求|标注|列明)[^，。；]{{0,6}}外|(?:(?<=[如若])(?:未|没有|无)|(?<=[未无])|(?<=没)有)(?:特别|特殊|另行|单独)*(?:注明|标注|标明|明确|列明|列出|写明|说明|规定|要求)"
    rf"|{_ALL}[^，。；：]{{0,12}}，?[^，。；：]{{0,6}}{_EACH}|{_ALL}的?(?:完成时限|完成时间|时限)[^，。；：]{{0,6}}为)"
)
_NO_TIME_OF_TASKS = re.compile(r"报送|上报|报告|报备|反馈|备案|施行|有效期|公示|牵头单位|责任单位")
_UNITS_ARE = re.compile(
    r"，?(?:其|各项)?(?P<label>牵头|主办|责任|配合|协办)(?:单位|部门)(?:均|都|一律|统一)?(?:为|是)(?P<units>[^，。；：]{3,60})(?=[，。；]|$)"
)
_SENTENCE_END = re.compile(r"[。；]")


def find_default_limits(
    sheet: Sheet, start: int, end: int, year: int | None, sentences: Sequence[Stretch] | None = None
) -> list[Placed]:
    """The sentences of folded [start, end) that set such a time, as clauses without units."""
    found: list[Placed] = []
    for begin, stop in ruling_sentences(sheet, start, end) if sentences is None else sentences:
        words = _UNITS_ARE.sub(lambda said: "，" * len(said[0]), sheet.text[begin:stop])
        if len(words) > 120 or _NO_TIME_OF_TASKS.search(words):
            continue
        hits = [hit for hit in find_dates(words, year) if hit.last and hit.kind is not DeadlineKind.FROM]
        if len(hits) != 1 or (found and found[-1].origin == begin):
            continue
        limit = hits[0]._replace(kind=DeadlineKind.BY)
        clause = of_limits([limit], limit.start, limit.end, "default")
        found.append(Placed(clause, begin, inherited=True))
    return found


def find_default_units(sheet: Sheet, sentences: Sequence[Stretch]) -> list[Placed]:
    """The units that such sentences name for all measures, as clauses without a time."""
    found: list[Placed] = []
    for begin, stop in sentences:
        for said in _UNITS_ARE.finditer(sheet.text, begin, stop):
            if not is_unit_list(said["units"]):
                continue
            role = Role.LEAD if said["label"] in ("牵头", "主办") else Role.RESPONSIBLE
            hits = sheet.units(said.start("units"), said.end("units"))
            found.append(Placed(in_one_role(hits, role, *said.span(), "default"), inherited=True))
    return found


def ruling_sentences(sheet: Sheet, start: int, end: int) -> list[Stretch]:
    """The sentences of folded [start, end) that may rule for all measures."""
    signs = _SIGN.finditer(sheet.text, start, end)
    return list(dict.fromkeys(_sentence(sheet, sign.start(), start, end) for sign in signs))


def _sentence(sheet: Sheet, at: int, start: int, end: int) -> Stretch:
    """The sentence around `at`, at most its line."""
    begin = max(start, sheet.line_start(at))
    begin = 1 + max(begin - 1, sheet.text.rfind("。", begin, at))
    stop = _SENTENCE_END.search(sheet.text, at, end)
    return begin, min(stop.start() if stop else end, max(at + 1, sheet.line_end(at)))


def apply_defaults(drafts: Sequence[Draft], limits: Sequence[Placed], timed: Sequence[bool]) -> list[Draft]:
    """The drafts with the last stated limit where they are not `timed`; words inside a measure are its own."""
    free = [limit for limit in limits if not any(_holds(draft, limit) for draft in drafts)]
    if not free:
        return list(drafts)
    return [
        draft if has_time else draft._replace(clauses=(*draft.clauses, free[-1]))
        for draft, has_time in zip(drafts, timed, strict=True)
    ]


def apply_default_units(drafts: Sequence[Draft], clauses: Sequence[Placed]) -> list[Draft]:
    """The drafts with the stated units where they name none; words inside a measure are its own."""
    free = [clause for clause in clauses if not any(_holds(draft, clause) for draft in drafts)]
    return [
        draft
        if any(placed.clause.units for placed in draft.clauses)
        else draft._replace(clauses=(*draft.clauses, *free))
        for draft in drafts
    ]


def _holds(draft: Draft, limit: Placed) -> bool:
    at = limit.stretch[0]
    return any(a <= at < b for a, b in draft.extent)
