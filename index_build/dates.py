"""Dates and time limits as Chinese plans, and the people who ask about them, write them.

`find_dates` reads every date expression as a stretch of days; `find_deadlines` keeps those that limit the doing
of a task; `read_limits` reads a value that is known to be a time limit (what follows 完成时限：).  Positions are
into the string given.  White space and OCR slips inside a date (2O22 年 l2 月) are read through; `raw` is what
is printed, without the white space.

Conventions: a day, month or year named with 前, 底 or 内 is included (9月30日前 → 09-30, 6月前 → 06-30); a month
without a year takes the year given, or the year named before it in the same sentence; a season that has no fixed
day (汛期前, 春节前) is a limit without a date.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from index_build.date_forms import (
    BY,
    DURING,
    FORMS,
    FROM,
    HAN_DIGITS,
    ONGOING,
    RECURRING,
    TO,
    Clock,
    Days,
    Form,
    day_of,
    names_year,
)
from index_build.model import DeadlineKind
from index_build.text import plainly


class DateHit(NamedTuple):
    """A date expression: the days `first` to `last` that it names, None where that side is open or unnamed."""

    start: int
    end: int
    raw: str
    first: dt.date | None
    last: dt.date | None
    kind: DeadlineKind


_OPENS = re.escape("".join(sorted({sign for form in FORMS for sign in form.opens})))
_MASTER = re.compile(
    f"(?=[{_OPENS}])(?:"
    + "|".join(f"(?P<{form.name}>{re.sub('[(][?]P<[a-z]+>', '(?:', form.pattern)})" for form in FORMS)
    + ")"
)
_BY_NAME = {form.name: form for form in FORMS}


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """The pattern of one form with its groups; compiled when first met, as compiling all takes start-up time."""
    return re.compile(_BY_NAME[name].pattern)


_TAIL = re.compile(
    r"(?:(?:结束)?之?(?P<before>前)|以(?P<before2>前)|(?P<within>之内|以内|期间|内|止)|(?P<after>起|开始|以来|之后|以后|后)|)"
)
_BETWEEN = re.compile(TO)
_LASTS = re.compile(TO)  # a limit that is a stretch of time to work in, not a day to be ready by
_MONTH_AND_DAY = re.compile(r"(?P<month>\d{1,2})[./](?P<day>\d{1,2})日?(?:之前|以前|前)?")  # 10.31前
_ALL_YEAR = "全年"  # to work on the whole year through names no day either
_LEAVE_IN_SENTENCE = re.compile("[。！？\n]")
_SPACE = re.compile(r"\s")


def find_dates(text: str, year: int | None, *, today: dt.date | None = None) -> list[DateHit]:
    """Every date expression, in order.  `today` is the day a question is asked on: 本月, 今年, 未来三个月 lean on it."""
    return [hit for hit, _ in _scan(text, year, today)]


Window = tuple[int, int]


def _scan(
    text: str, year: int | None, today: dt.date | None, windows: Callable[[str], list[Window]] | None = None
) -> list[tuple[DateHit, Form]]:
    """The hits of a text with the forms that read them; `windows` says where in the folded text to look."""
    if _SPACE.search(text) is None:
        folded = plainly(text)
        found = _scan_folded(folded, year, today, windows(folded) if windows else [(0, len(folded))])
        if folded is text:
            return found
        return [(hit._replace(raw=text[hit.start : hit.end]), form) for hit, form in found]
    kept = [at for at, c in enumerate(text) if not c.isspace()]
    printed = "".join([text[at] for at in kept])
    folded = plainly(printed)
    return [
        (
            hit._replace(start=kept[hit.start], end=kept[hit.end - 1] + 1, raw=printed[hit.start : hit.end]),
            form,
        )
        for hit, form in _scan_folded(folded, year, today, windows(folded) if windows else [(0, len(folded))])
    ]


def _scan_folded(
    text: str, year: int | None, today: dt.date | None, windows: list[Window]
) -> list[tuple[DateHit, Form]]:
    found: list[tuple[DateHit, Form]] = []
    at, sentence_year = 0, year
    for start, stop in windows:
        at = max(at, start)
        while match := _MASTER.search(text, at, stop):
            form = _BY_NAME[match.lastgroup or ""]
            read = _pattern(form.name).match(text, match.start())
            parts = read.groupdict() if read else {}
            if found and _LEAVE_IN_SENTENCE.search(text, found[-1][0].end, match.start()):
                sentence_year = year
            days = form.days(parts, Clock(sentence_year, today)) if read else None
            if days is None or read is None:
                at = match.start() + 1
                continue
            if names_year(parts) and days[1] is not None and (year is None or days[1].year >= year):
                sentence_year = days[1].year
            hit = _with_tail(text, read.start(), read.end(), form.kind, days)
            at = hit.end
            if found and (joined := _as_range(text, found[-1][0], hit)):
                found[-1] = (joined, form)
            else:
                found.append((hit, form))
    return found


def _with_tail(text: str, start: int, end: int, kind: DeadlineKind, days: Days) -> DateHit:
    """The hit with its 前, 内 or 起 taken in, which decide the kind."""
    first, last = days
    tail = _TAIL.match(text, end)
    if tail and kind not in (RECURRING, ONGOING):
        if tail["before"] or tail["before2"]:
            kind, first = BY, None
        elif tail["within"]:
            kind = DURING if tail["within"] == "期间" else BY
        elif tail["after"]:
            kind, first, last = FROM, first or last, None
        end = tail.end()
    if kind is DURING and first is None and last is not None:
        kind = BY
    return DateHit(start, end, text[start:end], first, last, kind)


def _as_range(text: str, left: DateHit, right: DateHit) -> DateHit | None:
    """3月1日至6月30日 as one stretch; a left side that carries 起 (自3月1日起至6月30日) is one too."""
    gap = _BETWEEN.fullmatch(text, left.end, right.start)
    if gap is None or right.kind in (RECURRING, ONGOING) or left.kind in (RECURRING, ONGOING):
        return None
    first, last = left.first or left.last, right.last
    if first and last and first > last:
        return None
    return DateHit(left.start, right.end, text[left.start : right.end], first, last, DURING)


# What stands right before or right after a date and shows that it limits no doing.
_NOT_BEFORE = re.compile(
    r"(?:自|从|截至|截止|截止到|执行至|执行到|有效期至|有效期到|有效期|延续至|延续实施至|延续到|延长至|延长到|延至|期限至|期限到|期至"
    r"|施行至|实施至|缓缴至|减免至|放宽至|暂定至|对|凡|比|较|以|纳入|列入|同比|超过|参照|已于|已在|曾于|不早于|早于|晚于)(?:于|在)?$"
)
# A season or a day of each year before it, from which something goes on until then: 每年10月至次年3月.
_GOES_ON_FROM = re.compile(r"[年月日号旬底初末季冬春夏秋节](?:份|起|开始)?，?(?:到|至)$")
_RANGE = re.compile("[至到—–~～]")
_LIMIT_WORD = re.compile(r"(?:到|至|在|于|力争|确保|争取|务必|须|应|需|并)(?:在|于|到|至)?$")
_CONDITION = re.compile(
    r"^(?:已|未|仍|尚)"
    r"|^(?:新|依法|依规|正式)*(?:颁布|出台|印发|发布|实施|制定|建成|完成|开工|备案|核准|入库|认定|投用)(?:的|且|并仍)"
    r"|^[^，。；]{0,14}(?:登记|注册|成立|设立|取得|到期|签订|受理|发生|形成|作出|产生|购置|购买|参保|缴纳|存在|颁发|欠缴)[^，。；]{0,10}的"
    r"[^，。；]{0,8}(?:企业|主体|工商户|项目|合同|贷款|人员|单位|纳税人|职工|参保人|文件|政策|案件|用户|承诺|机构|债务|费用|车辆|证照|许可证)"
)
_ASSESSED = re.compile(r"^(?:的)?(?:绩效)?(?:考核|考评|评估结果|总结|述职|测评|目标考核)")


def find_deadlines(text: str, year: int | None) -> list[DateHit]:
    """The dates in running text by which something is to be done.

    Left out: starts (2022年起), how long a rule is in force (执行至2024年9月30日), the years of figures and of
    other papers, conditions (2022年底前登记的企业), assessments (年底考核).  Service promises (3个工作日内办结)
    name no date and are never read as one."""
    kept: list[DateHit] = []
    later: DateHit | None = None
    for hit, form in reversed(_scan(text, year, None, _likely)):
        listed = (
            later is not None and text[hit.end : later.start] in ("、", "和", "及", "，") and _is_plain(hit)
        )
        if listed or _limits(text, hit, form, year):
            kept.append(hit)
            later = hit
        else:
            later = None
    return kept[::-1]


_LONGEST_HEADING = 22  # characters
# What may stand in a heading beside the time of the tasks below it: 3月底前完成的任务, 第三季度（7—9月）重点工作.
_OF_TASKS = re.compile(
    r"(?:（[^（）]{2,14}）)?(?:需|应|须|要|拟|力争|计划)*(?:完成|办结|落实|推进|实施|开展|启动)?的?"
    r"(?:重点|主要|阶段性?)*(?:任务|工作|事项|目标|举措|项目|内容|清单|安排)*[：。]?"
)


def find_heading_limit(words: str, year: int | None) -> DateHit | None:
    """The time by which all is due that stands below a folded heading which names nothing else (三月, 上半年完成的任务);
    a mere year is no limit."""
    if len(words) > _LONGEST_HEADING or not _SIGN.search(words):
        return None
    found = _scan(words, year, None)
    if not found or found[0][1].name in ("year", "years", "whole_year", "ongoing", "recurring"):
        return None
    hit = found[0][0]
    if hit.start > 1 or hit.kind is FROM or not _OF_TASKS.fullmatch(words, hit.end):
        return None
    return hit._replace(kind=BY)


# Every limit in running text holds one of these; dates stand thinly, so only what lies around them is read.
_SIGN = re.compile(
    rf"[年月季前五](?:(?<=五)[”\"]?期?末|(?<=年)[底末终内初中前]|(?<=[0-9OolI{HAN_DIGITS}十〇零]年)|(?<=[0-9OolI{HAN_DIGITS}十正份]月)|(?<=季)度|(?<=半年)"
    r"|(?<=[节期季冬汛耕播收旦一考假学会0-9号日]前)|(?<=[今本当明]年)|(?<=[节期季冬汛耕播收旦一考假学会0-9号日]之前))"
)


def limit_signs(text: str) -> list[int]:
    """Where the signs of time limits stand: `find_deadlines` finds none in a stretch that holds no sign."""
    return [sign.start() for sign in _SIGN.finditer(text)]


def _likely(text: str) -> list[Window]:
    """The stretches around the signs of a date, joined where they touch."""
    windows: list[Window] = []
    for match in _SIGN.finditer(text):
        start, stop = max(0, match.start() - 16), match.end() + 14
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], stop)
        else:
            windows.append((start, stop))
    return windows


def _is_plain(hit: DateHit) -> bool:
    """A day or month that shares the 前 of the last in its list: 3月31日、6月25日和11月20日前."""
    return hit.last is not None and hit.kind in (BY, DURING) and hit.raw[-1] in "日号月底末"


def _limits(text: str, hit: DateHit, form: Form, year: int | None) -> bool:
    before, after = text[max(0, hit.start - 10) : hit.start], text[hit.end : hit.end + 24]
    if hit.kind in (FROM, RECURRING, ONGOING) or (hit.last is None and form.name != "season"):
        return False
    if (year and hit.last and hit.last.year < year) or hit.raw.startswith("当年"):
        return False
    if _inside_quoted_title(text, hit.start) or _NOT_BEFORE.search(before) or _CONDITION.match(after):
        return False
    tail = hit.raw[-1]
    if tail == "前" or hit.raw.endswith(("以内", "之内", "月内", "年内", "季度内", "半年内")):
        return not _ASSESSED.match(after)
    if tail in "底末终中":
        ends_clause = _REACHED.match(after)
        opens_clause = not before or before[-1] in "，。；：、（" or _LIMIT_WORD.search(before)
        return bool(opens_clause and ends_clause) or bool(
            _LIMIT_WORD.search(before) and not _ASSESSED.match(after)
        )
    if form.name == "year":
        named = re.search(r"(?:到|至)(?:了)?$", before) or (
            (not before or before[-1] in "，。；：") and _DELIVERS.match(after)
        )
        return bool(named) and not re.match("[^，。；]{0,8}的", after)
    if re.search(r"(?:力争|确保|争取|到|至)(?:在|于|到)?$", before):
        if _RANGE.search(hit.raw):  # 确保十月至次年三月水位平稳 says how long
            return _DELIVERS.match(after) is not None
        return not _GOES_ON_FROM.search(before)
    return form.name in ("half", "quarter") and bool(_DELIVERS.match(after) or _ATTAINS.match(after))


_REACHED = re.compile(
    r"[，。；、）]|$|全面|取得|基本|出台|力争|完善|形成|投入|确保"
    r"|[^，。；]{0,20}(?:完成|实现|建成|达到|达|突破|超过|不低于|降至|提高到|提升至|提高至|压减|压缩|全覆盖|投用|竣工|上线)"
)
# A year or quarter limits a task only where something is delivered in it (2022年发布清单), not where it is the
# year of a figure (2022年停电时间压减至2个小时).
_ATTAINS = re.compile(
    r"(?:全面|基本|力争|确保|要|将)?实现(?=[^，。；]{0,24}(?:全部|全覆盖|进驻|上线|贯通|办理|共享|联通|通办|覆盖|落地))"
)
_DELIVERS = re.compile(
    r"，?(?:全面|基本|率先|全部|正式|力争|确保|要|将)?"
    r"(?:发布|公布|出台|印发|制定|编制|建成|完成|上线|启动|推出|建立|组建|搭建|开通|投用|开工|竣工|交付)(?![^，。；]{0,6}的)"
)


def _inside_quoted_title(text: str, at: int) -> bool:
    """Whether `at` stands inside 《…》."""
    opened = text.rfind("《", 0, at)
    return opened >= 0 and text.rfind("》", opened, at) < 0


_LIMIT_PARTS = re.compile(r"[^，；。、,;]+[，；。、,;]?")


def read_limits(value: str, year: int | None) -> list[DateHit]:
    """A value known to be a time limit, as one hit for each date, what is said of it included in `raw`.

    2022年8月底取得阶段性成效，持续推进 is one limit; 3月底前完成方案，6月底前建成 are two.  A value that names no
    date at all is one limit without a date; so is 全年, which says how long and not by when."""
    start, end = _trimmed(value, 0, len(value))
    if start >= end:
        return []
    scanned = [hit for hit, _ in _scan(value[:end], year, None) if hit.start >= start]
    dated = [
        hit
        for hit in scanned
        if (hit.last or hit.kind in (FROM, RECURRING))
        and not (hit.raw == _ALL_YEAR or value.startswith(_ALL_YEAR, hit.end))
    ]
    if not dated and year and (short := _MONTH_AND_DAY.fullmatch(value, start, end)):
        day = day_of(year, int(short["month"]), int(short["day"]))
        if day:
            return [DateHit(start, end, short.group(), None, day, BY)]
    if not dated:
        lasting = re.search(f"持续|长期|常态|常年|立即|{_ALL_YEAR}", value)
        kind = ONGOING if lasting else scanned[0].kind if scanned else BY
        return [DateHit(start, end, "".join(value[start:end].split()), None, None, kind)]
    starts = [hit.start for hit in dated]
    cuts = [start]
    for part in _LIMIT_PARTS.finditer(value, start, end):
        held = bisect_right(starts, part.end() - 1) - bisect_right(starts, part.start() - 1)
        earlier = bisect_right(starts, part.start() - 1)
        if held and earlier and part.start() > cuts[-1]:
            cuts.append(part.start())
    limits = []
    for first, last in zip(cuts, [*cuts[1:], end], strict=True):
        inside = [hit for hit in dated if first <= hit.start < last]
        first, last = _trimmed(value, first, last)
        ends = [hit for hit in inside if hit.last] or inside
        best = max(ends, key=lambda hit: hit.last or dt.date.min)
        kind = BY if best.kind is DURING and len(inside) == 1 and not _LASTS.search(best.raw) else best.kind
        limits.append(best._replace(start=first, end=last, raw="".join(value[first:last].split()), kind=kind))
    return limits


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in "，；。、：,;:"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "，；。、：,;:"):
        end -= 1
    return start, end
