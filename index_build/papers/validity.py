"""From when and until when a paper holds, and which papers it puts out of force."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from index_build.model import Policy
from index_build.numerals import read_number
from index_build.papers.signs import printed_number, read_day

_EFFECTIVE = re.compile(
    r"自(?:(?P<day>(?:19|20)\d\d年\d{1,2}月\d{1,2}日)|(?P<issue>(?:印发|发布|公布)之日))起(?:正式)?(?:施行|实施|执行|生效)"
)
_VALID_YEARS = re.compile(r"有效期(?:为|限为|限)?(?P<years>\d{1,2}|[一二两三四五六七八九十]{1,2})年")
_VALID_UNTIL = re.compile(r"有效期(?:截?至|到)(?P<day>(?:19|20)\d\d年\d{1,2}月\d{1,2}日)")
_REPEAL = re.compile(r"(?P<doc_no>（(?:19|20)\d\d）\d{1,5}号)）?[^。；]{0,40}(?:废止|失效|停止执行)")
_SIGN_OF_ORGAN = re.compile(r"[\u4e00-\u9fff]{1,12}$")


def with_validity(policy: Policy, text: str) -> Policy:
    effective = expires = None
    found = _EFFECTIVE.search(text)
    if found:
        effective = read_day(found.group("day")) if found.group("day") else policy.issued
    until = _VALID_UNTIL.search(text)
    years = _VALID_YEARS.search(text)
    if until:
        expires = read_day(until.group("day"))
    elif effective and years and (count := read_number(years.group("years"))):
        expires = _years_later(effective, count)
    return replace(policy, effective=effective, expires=expires, repeals=_repeals(text))


def _repeals(text: str) -> tuple[str, ...]:
    """The numbers of the documents that a paper puts out of force."""
    found: dict[str, None] = {}
    at = 0
    while repeal := _REPEAL.search(text, at):
        sign = _SIGN_OF_ORGAN.search(text[max(at, repeal.start() - 12) : repeal.start()])
        if sign:
            found[printed_number(sign.group() + repeal["doc_no"])] = None
        at = repeal.end() if sign else repeal.start() + 1
    return tuple(found)


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
