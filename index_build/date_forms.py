"""The ways in which dates are written: a row of `FORMS` each, with how its parts name days.

A day, month or year is read with OCR slips (2O22 年 l2 月).  What an expression leans on (the plan's year, the day
on which a question is asked) is its `Clock`.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from index_build.model import DeadlineKind
from index_build.numerals import read_number

Days = tuple[dt.date | None, dt.date | None]


class Clock(NamedTuple):
    """What an expression may lean on: the plan's year, and the day on which a question is asked."""

    year: int | None
    today: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing a date: its pattern, and how the matched parts name days (None: not a date after all).

    `opens` are the signs that it can begin with: nowhere else is it looked for.  `kind` is what the form is by itself; a tail such as 前 or 起 overrides it."""

    name: str
    days: Callable[[Mapping[str, str | None], Clock], Days | None]
    kind: DeadlineKind
    example: str
    opens: str
    pattern: str


def month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def day_of(year: int | None, month: int | None, day: int | None) -> dt.date | None:
    if year is None or month is None or day is None:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


_D = "[0-9OolI]"
HAN_DIGITS = "一二三四五六七八九"
_YEAR4 = rf"(?:[12]{_D}{{3}}|二[〇○零Oo0][〇○零Oo0{HAN_DIGITS}]{{2}})"
_TWO = rf"(?:{_D}{{1,2}}|[{HAN_DIGITS}]?十[{HAN_DIGITS}]?|[{HAN_DIGITS}]|廿[{HAN_DIGITS}]?)"
_NOT_AFTER_NUMBER = rf"(?<![0-9.{HAN_DIGITS}十百千])"
_NOT_AFTER_DIGIT = "(?<![0-9])"  # a year may follow the number of its item at once: 56.2022年底前
_YEAR = rf"{_NOT_AFTER_DIGIT}(?:(?P<year>{_YEAR4})|(?P<short>2[0-9])(?=年(?:{_TWO}月|年?底))|(?P<near>今|本|当|明|次|去|后))年(?:度)?"
_OPT_YEAR = rf"(?:{_YEAR}的?)?{_NOT_AFTER_NUMBER}"
_ANY_YEAR = rf"(?:{_YEAR}的?|{_NOT_AFTER_DIGIT}(?P<only>{_YEAR4}))?"  # 2022下半年 too
TO = "(?:至|到|—|－|-|~|～|–|―)+"
_YEAR_SIGNS, _COUNT_SIGNS = "12二今本当明次去后", f"0123456789OolI{HAN_DIGITS}十廿"
_NEAR = {"今": 0, "本": 0, "当": 0, "明": 1, "次": 1, "去": -1, "后": 2}


def _year(part: Mapping[str, str | None], clock: Clock) -> int | None:
    if raw := part.get("year") or ((part.get("half") or part.get("quarter")) and part.get("only")):
        year = read_number(raw)
        return year if year and 1949 <= year <= 2100 else None
    if raw := part.get("short"):
        return 2000 + int(raw)
    base = clock.today.year if clock.today else clock.year
    if near := part.get("near"):
        return base + _NEAR[near] if base else None
    return clock.year if clock.year is not None else base


def names_year(part: Mapping[str, str | None]) -> bool:
    return bool(part.get("year") or part.get("short") or part.get("near"))


def _month(part: Mapping[str, str | None]) -> int | None:
    raw = part.get("month") or ""
    month = 1 if raw == "正" else read_number(raw)
    return month if month and 1 <= month <= 12 else None


_UNDATED: Days = (None, None)


def _numeric(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    day = day_of(_year(part, clock), _month(part), read_number(part["day"] or ""))
    return (day, day) if day else None


def _numeric_month(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    year, month = _year(part, clock), _month(part)
    return (dt.date(year, month, 1), month_end(year, month)) if year and month else None


def _whole_day(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    month, number, year = _month(part), read_number(part["day"] or ""), _year(part, clock)
    if month is None or number is None or day_of(2024, month, number) is None:
        return None
    if year is None:
        return None if names_year(part) else _UNDATED
    day = day_of(year, month, number)
    return (day, day) if day else None


def _month_part(part: Mapping[str, str | None], clock: Clock) -> Days | None:
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


def _months(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    month, upto, year = _month(part), read_number(part["upto"] or ""), _year(part, clock)
    if month is None or upto is None or not month <= upto <= 12:
        return None
    return (dt.date(year, month, 1), month_end(year, upto)) if year else _UNDATED


def _years(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    first, last = _year(part, clock), read_number(part["upto"] or "")
    if not first or not last or not first < last <= 2100:
        return None
    return dt.date(first, 1, 1), dt.date(last, 12, 31)


def _half(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    year = _year(part, clock)
    if year is None:
        return _UNDATED
    if part["half"] == "上":
        return dt.date(year, 1, 1), dt.date(year, 6, 30)
    return dt.date(year, 7, 1), dt.date(year, 12, 31)


def _quarter(part: Mapping[str, str | None], clock: Clock) -> Days | None:
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


def _year_part(part: Mapping[str, str | None], clock: Clock) -> Days | None:
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


def _whole_year(part: Mapping[str, str | None], clock: Clock) -> Days | None:
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


def _season(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    year, fixed = _year(part, clock), _BEFORE_SEASON.get((part["season"] or "").strip("“”\"'"))
    if year is None or fixed is None:
        return _UNDATED
    return None, dt.date(year - 1 if part["season"] == "元旦" else year, *fixed)


def _five_years(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    """十四五, the fourteenth five-year plan, is 2021 to 2025."""
    last = 2005 + 5 * (read_number(part["plan"] or "") or 0)
    return None if part["part"] else dt.date(last - 4, 1, 1), dt.date(last, 12, 31)


def _no_day(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    return _UNDATED


def _shifted_month(day: dt.date, months: int) -> tuple[int, int]:
    return (day.year * 12 + day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1


def _steps(part: Mapping[str, str | None]) -> int:
    """How many months, weeks or the like 上, 本 and 下 lie from the one of today."""
    return {"上": -1, "下": 1}.get((part["which"] or "")[:1], 0)


def _relative(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    today, step = clock.today, _steps(part)
    if today is None:
        return None
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


def _near_day(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    if clock.today is None:
        return None
    day = clock.today + dt.timedelta(days={"今": 0, "明": 1, "后": 2, "昨": -1}[(part["which"] or "今")[0]])
    return day, day


def _weekday(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    if clock.today is None:
        return None
    monday = clock.today + dt.timedelta(days=7 * _steps(part) - clock.today.weekday())
    day = monday + dt.timedelta(days="一二三四五六日".index((part["weekday"] or "一").replace("天", "日")))
    return day, day


def _month_day(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    if clock.today is None:
        return None
    year, month = _shifted_month(clock.today, _steps(part))
    if part.get("end") or part.get("only"):
        return None, month_end(year, month)
    day = day_of(year, month, read_number(part["day"] or ""))
    return (day, day) if day else None


def _coming(part: Mapping[str, str | None], clock: Clock) -> Days | None:
    count = {"半": 0, "几": 3}.get(part["count"] or "", read_number(part["count"] or ""))
    today = clock.today
    if today is None or count is None:
        return None
    match part["unit"]:
        case "天" | "日":
            last = today + dt.timedelta(days=count)
        case "周" | "星期":
            last = today + dt.timedelta(days=7 * count)
        case "月" if not count:
            last = today + dt.timedelta(days=15)
        case unit:
            year, month = _shifted_month(today, count if unit == "月" else 12 * count or 6)
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
# fmt: off
FORMS: tuple[Form, ...] = (
    Form("recurring", _no_day, RECURRING, "每月20日前", "每按逐",
         rf"每(?:(?:个)?(?:年度?|半年|半月|季度?|月度?|周|旬|日|天|学期|两年|两个月|{_TWO}个?(?:年|月|季度|周|天))(?!度)(?!生)"
         rf"(?:第?{_TWO}季度)?(?:{_TWO}月(?:份|底|末|初|中旬|上旬|下旬)?)?(?:的?第?{_TWO}(?:个)?(?:工作)?[日号](?:[、和]{_TWO}[日号])?)?(?:年?(?:底|末|初)|中)?前?)"
         rf"|(?:按|逐)(?:年度?|季度?|月度?|半年|周|旬)(?=[，；。、]|$|[一-鿿])"),
    Form("numeric", _numeric, BY, "2024.09.30", _YEAR_SIGNS,
         rf"(?<![0-9.])(?P<year>{_YEAR4})[-./](?P<month>{_D}{{1,2}})[-./](?P<day>{_D}{{1,2}})(?![0-9.%])日?"),
    Form("numeric_month", _numeric_month, DURING, "2024.09", _YEAR_SIGNS,
         rf"(?<![0-9.])(?P<year>{_YEAR4})[-./](?P<month>{_D}{{1,2}})(?![0-9.%/OolI万亿元个户项家件号期版米-])月?"),
    Form("years", _years, DURING, "2022—2025年", _YEAR_SIGNS,
         rf"(?<![0-9.])(?P<year>{_YEAR4})年?{TO}(?P<upto>{_YEAR4})年(?:度)?"),
    Form("months", _months, DURING, "3—6月", _YEAR_SIGNS + _COUNT_SIGNS,
         rf"{_OPT_YEAR}(?P<month>{_TWO}){TO}(?P<upto>{_TWO})月(?:份|底|末)?"),
    Form("day", _whole_day, BY, "9月30日", _YEAR_SIGNS + _COUNT_SIGNS + "正",
         rf"{_OPT_YEAR}(?P<month>{_TWO}|正)月(?:份)?(?P<day>{_TWO})[日号曰](?:(?:上午|下午|中午)?[0-9]{{1,2}}(?:时|点))?"),
    Form("month", _month_part, DURING, "3月底", _YEAR_SIGNS + _COUNT_SIGNS,
         rf"{_OPT_YEAR}(?P<month>{_TWO})月(?:份)?的?(?P<part>上旬|中旬|下旬|底|末|初|中(?=[，。；旬前]|$))?"),
    Form("half", _half, DURING, "上半年", _YEAR_SIGNS + "上下",
         rf"{_ANY_YEAR}(?P<half>上|下)半年(?:底|末)?"),
    Form("quarter", _quarter, DURING, "第三季度", _YEAR_SIGNS + _COUNT_SIGNS + "第首前",
         rf"{_ANY_YEAR}第?(?P<quarter>[一二三四1-4]|首|前三个?|前两个?|前二)季度(?P<part>底|末)?"),
    Form("season", _season, BY, "2025年汛期前", _YEAR_SIGNS + '主汛防供采冰春元清端中国五六七八十“"两入开寒暑高秋',
         rf"{_OPT_YEAR}(?P<season>主汛期|汛期|防火期|供暖期|采暖季|采暖期|供暖季|冰冻期|春节|元旦|清明|端午|中秋|国庆|[“\"]?(?:五一|六一|七一|八一|十一)[”\"]?|春耕|春播|秋收|入冬|入汛|开学|寒假|暑假|高考|两会)(?:节|期|假期)?(?:到?来)?(?=之?前|以前)"),
    Form("five_years", _five_years, DURING, "“十四五”末", '十“"',
         r"[“\"]?十(?P<plan>[二三四五六])五[”\"]?(?:规划)?(?:(?P<part>期?末)|时期|期间|期内)"),
    Form("year_part", _year_part, BY, "2022年底前", _YEAR_SIGNS,
         rf"{_YEAR}年?(?P<part>底|末|终|初|中(?![小央国共长期])|内(?!部))"),
    Form("bare_year_part", _year_part, BY, "年内", "年",
         rf"(?<![0-9OolI{HAN_DIGITS}十百千两几数多半每全近往历周当来延整同逐学财常成青少老中余零])年(?P<part>底|末|终|内(?!部))"),
    Form("whole_year", _year_part, DURING, "全年", "全",
         r"(?P<part>全年)(?!度?[^，；。]{0,2}覆盖|持续|推进|实施|落实|开展|坚持|任务|常态)"),
    Form("weekday", _weekday, BY, "下周五", "本这上下",
         r"(?P<which>本|这个?|上个?|下个?)(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"),
    Form("month_day", _month_day, BY, "本月20日", "本这当上下月",
         rf"(?P<which>本|这个?|当|上个?|下个?)月(?:份)?(?:的)?(?:(?P<day>{_TWO})[日号]|(?P<end>底|末))|(?<![0-9{HAN_DIGITS}十个每上])月(?P<only>底|末)(?=前|之前|以前)"),
    Form("relative", _relative, DURING, "本季度", "本这当上下",
         r"(?P<which>本|这个?|当|上个?|下个?)(?P<unit>月|季度|周|星期|礼拜)(?![一二三四五六日末饼牙亮])"),
    Form("near_day", _near_day, DURING, "今天", "今明后昨",
         r"(?P<which>今|明|后|昨)[天日]"),
    Form("coming", _coming, DURING, "未来三个月", _COUNT_SIGNS + "未近接今最半几两",
         rf"(?:(?:未来|近|接下来|今后|最近)(?:的)?|{_NOT_AFTER_NUMBER}(?=[^，。]{{2,5}}内(?:将|要|会)?到期))"
         rf"(?P<count>{_TWO}|半|几|两)(?:个)?(?P<unit>天|日|周|星期|月|年)(?:之?内)?"),
    Form("year", _whole_year, DURING, "2025年", _YEAR_SIGNS,
         rf"{_YEAR}"),
    Form("ongoing", _no_day, ONGOING, "长期坚持", "全即常持按滚立贯适长随",
         rf"(?:{_ONGOING})(?:（已完成）)?{_STOP}"),
)
# fmt: on
