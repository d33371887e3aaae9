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

import calendar
import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

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


Days = tuple[dt.date | None, dt.date | None]


class _Clock(NamedTuple):
    """What an expression may lean on: the plan's year, and the day on which a question is asked."""

    year: int | None
    today: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing a date: its pattern, and how the matched parts name days (None: not a date after all).

    `opens` are the signs that it can begin with: nowhere else is it looked for.  `kind` is what the form is by itself; a tail such as 前 or 起 overrides it."""

    name: str
    opens: str
    pattern: str
    days: Callable[[Mapping[str, str | None], _Clock], Days | None]
    kind: DeadlineKind
    example: str


# ---- numbers ------------------------------------------------------------------------------------------------

_DIGITS = {
    **dict.fromkeys("0OoQ〇○零", "0"),
    **dict.fromkeys("1lI一", "1"),
    **dict(zip("二两三四五六七八九", "223456789", strict=True)),
    **dict(zip("23456789", "23456789", strict=True)),
}


def read_number(raw: str) -> int | None:
    """A number in digits, OCR digits or Chinese numerals: 12, l2, 十二, 二十, 二〇二四."""
    raw = raw.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = raw.rpartition("十")
    if ten:
        if len(tens) > 1 or len(ones) > 1 or any(c not in _DIGITS for c in tens + ones):
            return None
        return int(_DIGITS[tens] if tens else 1) * 10 + int(_DIGITS[ones] if ones else 0)
    if not raw or any(c not in _DIGITS for c in raw):
        return None
    return int("".join([_DIGITS[c] for c in raw]))


def month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _day(year: int | None, month: int | None, day: int | None) -> dt.date | None:
    if year is None or month is None or day is None:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


# ---- the parts of an expression -----------------------------------------------------------------------------

_D = "[0-9OolI]"
_HAN = "一二三四五六七八九"
_YEAR4 = rf"(?:[12]{_D}{{3}}|二[〇○零Oo0][〇○零Oo0{_HAN}]{{2}})"
_TWO = rf"(?:{_D}{{1,2}}|[{_HAN}]?十[{_HAN}]?|[{_HAN}]|廿[{_HAN}]?)"
_NOT_AFTER_NUMBER = rf"(?<![0-9.{_HAN}十百千])"
_NOT_AFTER_DIGIT = "(?<![0-9])"  # a year may follow the number of its item at once: 56.2022年底前
_YEAR = rf"{_NOT_AFTER_DIGIT}(?:(?P<year>{_YEAR4})|(?P<short>2[0-9])(?=年(?:{_TWO}月|年?底))|(?P<near>今|本|当|明|次|去|后))年(?:度)?"
_OPT_YEAR = rf"(?:{_YEAR}的?)?{_NOT_AFTER_NUMBER}"
_ANY_YEAR = rf"(?:{_YEAR}的?|{_NOT_AFTER_DIGIT}(?P<only>{_YEAR4}))?"  # 2022下半年 too
_TO = "(?:至|到|—|－|-|~|～|–|―)+"
_TAIL = re.compile(
    r"(?:(?:结束)?之?(?P<before>前)|以(?P<before2>前)|(?P<within>之内|以内|期间|内|止)|(?P<after>起|开始|以来|之后|以后|后)|)"
)
_YEAR_SIGNS, _COUNT_SIGNS = "12二今本当明次去后", f"0123456789OolI{_HAN}十廿"
_NEAR = {"今": 0, "本": 0, "当": 0, "明": 1, "次": 1, "去": -1, "后": 2}


def _year(part: Mapping[str, str | None], clock: _Clock) -> int | None:
    if raw := part.get("year") or ((part.get("half") or part.get("quarter")) and part.get("only")):
        year = read_number(raw)
        return year if year and 1949 <= year <= 2100 else None
    if raw := part.get("short"):
        return 2000 + int(raw)
    base = clock.today.year if clock.today else clock.year
    if near := part.get("near"):
        return base + _NEAR[near] if base else None
    return clock.year if clock.year is not None else base


def _names_year(part: Mapping[str, str | None]) -> bool:
    return bool(part.get("year") or part.get("short") or part.get("near"))


def _month(part: Mapping[str, str | None]) -> int | None:
    raw = part.get("month") or ""
    month = 1 if raw == "正" else read_number(raw)
    return month if month and 1 <= month <= 12 else None


_UNDATED: Days = (None, None)


def _numeric(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    day = _day(_year(part, clock), _month(part), read_number(part["day"] or ""))
    return (day, day) if day else None


def _numeric_month(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    year, month = _year(part, clock), _month(part)
    return (dt.date(year, month, 1), month_end(year, month)) if year and month else None


def _whole_day(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    month, number, year = _month(part), read_number(part["day"] or ""), _year(part, clock)
    if month is None or number is None or _day(2024, month, number) is None:
        return None
    if year is None:
        return None if _names_year(part) else _UNDATED
    day = _day(year, month, number)
    return (day, day) if day else None


def _month_part(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    month, year = _month(part), _year(part, clock)
    if month is None:
        return None
    if year is None:
        return _UNDATED
    last = month_end(year, month)
    first_day, last_day = {
        "上旬": (1, 10),
        "初": (1, 10),
        "中旬": (11, 20),
        "中": (11, 20),
        "下旬": (21, last.day),
        "底": (None, last.day),
        "末": (None, last.day),
    }.get(part.get("part") or "", (1, last.day))
    return (dt.date(year, month, first_day) if first_day else None, dt.date(year, month, last_day))


def _months(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    month, upto, year = _month(part), read_number(part["upto"] or ""), _year(part, clock)
    if month is None or upto is None or not month <= upto <= 12:
        return None
    return (dt.date(year, month, 1), month_end(year, upto)) if year else _UNDATED


def _years(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    first, last = _year(part, clock), read_number(part["upto"] or "")
    if not first or not last or not first < last <= 2100:
        return None
    return dt.date(first, 1, 1), dt.date(last, 12, 31)


def _half(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    year = _year(part, clock)
    if year is None:
        return _UNDATED
    if part["half"] == "上":
        return dt.date(year, 1, 1), dt.date(year, 6, 30)
    return dt.date(year, 7, 1), dt.date(year, 12, 31)


def _quarter(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    raw, year = (part.get("quarter") or "").rstrip("个"), _year(part, clock)
    quarter = {"首": 1, "前三": 3, "前两": 2, "前二": 2}.get(raw) or read_number(raw)
    if not quarter or quarter > 4:
        return None
    if year is None:
        return _UNDATED
    last = month_end(year, quarter * 3)
    if part.get("part"):
        return None, last
    return dt.date(year, 1 if raw.startswith("前") else quarter * 3 - 2, 1), last


def _year_part(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    year = _year(part, clock)
    if year is None:
        return None if part.get("year") else _UNDATED
    match part["part"]:
        case "初":
            return dt.date(year, 1, 1), dt.date(year, 1, 31)
        case "中":
            return None, dt.date(year, 6, 30)
        case "内" | "全年":
            return dt.date(year, 1, 1), dt.date(year, 12, 31)
        case _:
            return None, dt.date(year, 12, 31)


def _whole_year(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    year = _year(part, clock)
    if year is None:
        return None
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


# Seasons: the last day before them, as (month, day), where the calendar fixes it; a new year's day lies in the
# year before.
_BEFORE_SEASON = {
    "元旦": (12, 31),
    "五一": (4, 30),
    "六一": (5, 31),
    "七一": (6, 30),
    "八一": (7, 31),
    "国庆": (9, 30),
    "十一": (9, 30),
}


def _season(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    year, fixed = _year(part, clock), _BEFORE_SEASON.get((part["season"] or "").strip("“”\"'"))
    if year is None or fixed is None:
        return _UNDATED
    return None, dt.date(year - 1 if part["season"] == "元旦" else year, *fixed)


def _five_years(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    """十四五, the fourteenth five-year plan, is 2021 to 2025."""
    last = 2015 + 5 * (int(_DIGITS[part["plan"] or "三"]) - 3) + 5
    return None if part["part"] else dt.date(last - 4, 1, 1), dt.date(last, 12, 31)


def _no_day(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    return _UNDATED


def _shifted_month(day: dt.date, months: int) -> tuple[int, int]:
    return (day.year * 12 + day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1


def _relative(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    today = clock.today
    if today is None:
        return None
    step = {"上": -1, "下": 1}.get((part["which"] or "")[:1], 0)
    match part["unit"]:
        case "月":
            year, month = _shifted_month(today, step)
            return dt.date(year, month, 1), month_end(year, month)
        case "季度" | "季":
            year, month = _shifted_month(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), step * 3)
            return dt.date(year, month, 1), month_end(year, month + 2)
        case "周" | "星期" | "礼拜":
            monday = today + dt.timedelta(days=7 * step - today.weekday())
            return monday, monday + dt.timedelta(days=6)
        case _:
            return None


def _near_day(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    if clock.today is None:
        return None
    day = clock.today + dt.timedelta(days={"今": 0, "明": 1, "后": 2, "昨": -1}[(part["which"] or "今")[0]])
    return day, day


def _weekday(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    if clock.today is None:
        return None
    weeks = {"上": -1, "下": 1}.get((part["which"] or "")[:1], 0)
    monday = clock.today + dt.timedelta(days=7 * weeks - clock.today.weekday())
    day = monday + dt.timedelta(days="一二三四五六日".index((part["weekday"] or "一").replace("天", "日")))
    return day, day


def _month_day(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    if clock.today is None:
        return None
    year, month = _shifted_month(clock.today, {"上": -1, "下": 1}.get((part["which"] or "")[:1], 0))
    if part.get("end") or part.get("only"):
        return None, month_end(year, month)
    day = _day(year, month, read_number(part["day"] or ""))
    return (day, day) if day else None


def _coming(part: Mapping[str, str | None], clock: _Clock) -> Days | None:
    count = {"半": 0, "几": 3}.get(part["count"] or "", read_number(part["count"] or ""))
    today = clock.today
    if today is None or count is None:
        return None
    match part["unit"]:
        case "天" | "日":
            last = today + dt.timedelta(days=count)
        case "周" | "星期":
            last = today + dt.timedelta(days=7 * count)
        case "年":
            year, month = _shifted_month(today, 12 * count or 6)
            last = dt.date(year, month, min(today.day, month_end(year, month).day))
        case _:
            if count == 0:
                last = today + dt.timedelta(days=15)
            else:
                year, month = _shifted_month(today, count)
                last = dt.date(year, month, min(today.day, month_end(year, month).day))
    return today, last


_ONGOING = (
    "长期坚持|长期推进|长期落实|长期执行|长期实施|长期任务|长期有效|长期开展|长期|持续推进|持续实施|持续开展|持续落实"
    "|持续进行|持续坚持|持续优化|持续完善|持续提升|持续深化|持续用力|持续|贯穿全年|贯穿始终|全年推进|全年实施|全年落实"
    "|全年开展|全年坚持|全年持续推进|全年持续|全年任务|常态化推进|常态化开展|常态化落实|常态化实施|常态化|常年坚持|常年开展"
    "|常年推进|常年|即知即改|立行立改|即时启动|立即启动|即行启动|立即整改|立即|即时|随时|适时|按要求推进|按时间节点推进|按计划推进|按进度推进|滚动推进"
)
_STOP = r"(?=$|[，；。、：）)\]〕！？\n|]|并|（)"

BY, DURING, RECURRING, ONGOING, FROM = (
    DeadlineKind.BY,
    DeadlineKind.DURING,
    DeadlineKind.RECURRING,
    DeadlineKind.ONGOING,
    DeadlineKind.FROM,
)

# Earlier rows win over later ones at the same place.  A new way of writing is one row here and one row in the test.
FORMS: tuple[Form, ...] = (
    Form(
        "recurring",
        "每按逐",
        rf"每(?:(?:个)?(?:年度?|半年|半月|季度?|月度?|周|旬|日|天|学期|两年|两个月|{_TWO}个?(?:年|月|季度|周|天))(?!度)(?!生)"
        rf"(?:第?{_TWO}季度)?(?:{_TWO}月(?:份|底|末|初|中旬|上旬|下旬)?)?(?:的?第?{_TWO}(?:个)?(?:工作)?[日号](?:[、和]{_TWO}[日号])?)?(?:年?(?:底|末|初)|中)?前?)"
        rf"|(?:按|逐)(?:年度?|季度?|月度?|半年|周|旬)(?=[，；。、]|$|[一-鿿])",
        _no_day,
        RECURRING,
        "每月20日前",
    ),
    Form(
        "numeric",
        _YEAR_SIGNS,
        rf"(?<![0-9.])(?P<year>{_YEAR4})[-./](?P<month>{_D}{{1,2}})[-./](?P<day>{_D}{{1,2}})(?![0-9.%])日?",
        _numeric,
        BY,
        "2024.09.30",
    ),
    Form(
        "numeric_month",
        _YEAR_SIGNS,
        rf"(?<![0-9.])(?P<year>{_YEAR4})[-./](?P<month>{_D}{{1,2}})(?![0-9.%/OolI万亿元个户项家件号期版米-])月?",
        _numeric_month,
        DURING,
        "2024.09",
    ),
    Form(
        "years",
        _YEAR_SIGNS,
        rf"(?<![0-9.])(?P<year>{_YEAR4})年?{_TO}(?P<upto>{_YEAR4})年(?:度)?",
        _years,
        DURING,
        "2022—2025年",
    ),
    Form(
        "months",
        _YEAR_SIGNS + _COUNT_SIGNS,
        rf"{_OPT_YEAR}(?P<month>{_TWO}){_TO}(?P<upto>{_TWO})月(?:份|底|末)?",
        _months,
        DURING,
        "3—6月",
    ),
    Form(
        "day",
        _YEAR_SIGNS + _COUNT_SIGNS + "正",
        rf"{_OPT_YEAR}(?P<month>{_TWO}|正)月(?:份)?(?P<day>{_TWO})[日号曰](?:(?:上午|下午|中午)?[0-9]{{1,2}}(?:时|点))?",
        _whole_day,
        BY,
        "9月30日",
    ),
    Form(
        "month",
        _YEAR_SIGNS + _COUNT_SIGNS,
        rf"{_OPT_YEAR}(?P<month>{_TWO})月(?:份)?的?(?P<part>上旬|中旬|下旬|底|末|初|中(?=[，。；旬前]|$))?",
        _month_part,
        DURING,
        "3月底",
    ),
    Form("half", _YEAR_SIGNS + "上下", rf"{_ANY_YEAR}(?P<half>上|下)半年(?:底|末)?", _half, DURING, "上半年"),
    Form(
        "quarter",
        _YEAR_SIGNS + _COUNT_SIGNS + "第首前",
        rf"{_ANY_YEAR}第?(?P<quarter>[一二三四1-4]|首|前三个?|前两个?|前二)季度(?P<part>底|末)?",
        _quarter,
        DURING,
        "第三季度",
    ),
    Form(
        "season",
        _YEAR_SIGNS + '主汛防供采冰春元清端中国五六七八十“"两入开寒暑高秋',
        rf"{_OPT_YEAR}(?P<season>主汛期|汛期|防火期|供暖期|采暖季|采暖期|供暖季|冰冻期|春节|元旦|清明|端午|中秋|国庆|[“\"]?(?:五一|六一|七一|八一|十一)[”\"]?|春耕|春播|秋收|入冬|入汛|开学|寒假|暑假|高考|两会)(?:节|期|假期)?(?:到?来)?(?=之?前|以前)",
        _season,
        BY,
        "2025年汛期前",
    ),
    Form(
        "five_years",
        '十“"',
        r"[“\"]?十(?P<plan>[二三四五六])五[”\"]?(?:规划)?(?:(?P<part>期?末)|时期|期间|期内)",
        _five_years,
        DURING,
        "“十四五”末",
    ),
    Form(
        "year_part",
        _YEAR_SIGNS,
        rf"{_YEAR}年?(?P<part>底|末|终|初|中(?![小央国共长期])|内(?!部))",
        _year_part,
        BY,
        "2022年底前",
    ),
    Form(
        "bare_year_part",
        "年",
        rf"(?<![0-9OolI{_HAN}十百千两几数多半每全近往历周当来延整同逐学财常成青少老中余零])年(?P<part>底|末|终|内(?!部))",
        _year_part,
        BY,
        "年内",
    ),
    Form(
        "whole_year",
        "全",
        r"(?P<part>全年)(?!度?[^，；。]{0,2}覆盖|持续|推进|实施|落实|开展|坚持|任务|常态)",
        _year_part,
        DURING,
        "全年",
    ),
    Form(
        "weekday",
        "本这上下",
        r"(?P<which>本|这个?|上个?|下个?)(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])",
        _weekday,
        BY,
        "下周五",
    ),
    Form(
        "month_day",
        "本这当上下月",
        rf"(?P<which>本|这个?|当|上个?|下个?)月(?:份)?(?:的)?(?:(?P<day>{_TWO})[日号]|(?P<end>底|末))|(?<![0-9{_HAN}十个每上])月(?P<only>底|末)(?=前|之前|以前)",
        _month_day,
        BY,
        "本月20日",
    ),
    Form(
        "relative",
        "本这当上下",
        r"(?P<which>本|这个?|当|上个?|下个?)(?P<unit>月|季度|周|星期|礼拜)(?![一二三四五六日末饼牙亮])",
        _relative,
        DURING,
        "本季度",
    ),
    Form("near_day", "今明后昨", r"(?P<which>今|明|后|昨)[天日]", _near_day, DURING, "今天"),
    Form(
        "coming",
        _COUNT_SIGNS + "未近接今最半几两",
        rf"(?:(?:未来|近|接下来|今后|最近)(?:的)?|{_NOT_AFTER_NUMBER}(?=[^，。]{{2,5}}内(?:将|要|会)?到期))"
        rf"(?P<count>{_TWO}|半|几|两)(?:个)?(?P<unit>天|日|周|星期|月|年)(?:之?内)?",
        _coming,
        DURING,
        "未来三个月",
    ),
    Form("year", _YEAR_SIGNS, rf"{_YEAR}", _whole_year, DURING, "2025年"),
    Form(
        "ongoing",
        "全即常持按滚立贯适长随",
        rf"(?:{_ONGOING})(?:（已完成）)?{_STOP}",
        _no_day,
        ONGOING,
        "长期坚持",
    ),
)

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


_BETWEEN = re.compile(_TO)
_LASTS = re.compile(_TO)  # a limit that is a stretch of time to work in, not a day to be ready by
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
            days = form.days(parts, _Clock(sentence_year, today)) if read else None
            if days is None or read is None:
                at = match.start() + 1
                continue
            if _names_year(parts) and days[1] is not None and (year is None or days[1].year >= year):
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


# ---- time limits --------------------------------------------------------------------------------------------

# What stands right before or right after a date and shows that it limits no doing.
_NOT_BEFORE = re.compile(
    r"(?:自|从|截至|截止|截止到|执行至|执行到|有效期至|有效期到|有效期|延续至|延续实施至|延续到|延长至|延长到|延至|期限至|期限到|期至"
    r"|施行至|实施至|缓缴至|减免至|放宽至|暂定至|对|凡|比|较|以|纳入|列入|同比|超过|参照|已于|已在|曾于|不早于|早于|晚于)(?:于|在)?$"
)
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


# Every limit in running text holds one of these; dates stand thinly, so only what lies around them is read.
_SIGN = re.compile(
    rf"[年月季前五](?:(?<=五)[”\"]?期?末|(?<=年)[底末终内初中前]|(?<=[0-9OolI{_HAN}十〇零]年)|(?<=[0-9OolI{_HAN}十正份]月)|(?<=季)度|(?<=半年)"
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
        return True
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
        day = _day(year, int(short["month"]), int(short["day"]))
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
