"""Units given to measures by their numbers, in words: （第1条至第3条：牵头单位为市科技局，…）, 第4条由市住建局负责.

Such words stand after a group of measures or at the end of the paper; they are no words of the measure they follow.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Container
from itertools import accumulate
from typing import NamedTuple

from index_build.clauses import Clause, shifted
from index_build.drafts import Draft, Placed
from index_build.numerals import read_number
from index_build.sheet import Sheet

NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十百]{1,5})"
OF = r"(?:条|项|款|点)(?:措施|任务|举措|工作)?"
TO = r"(?:至|到|[—－~～–-]+)"
_ONE = rf"第?{NUMBER}(?:{OF})?|（{NUMBER}）(?:{OF})?"
_NEXT = rf"(?:{TO}|[、，和及与])(?:{_ONE})"
# What opens such a part; bracketed numbers alone only after 上述, or on the part before.
_OPENED = rf"(?:第|以上第|上述第|以上（|上述（){NUMBER}）?(?:{OF})?"
# What follows the numbers: a colon, 由, or what itself says who or when.
_LEAD_FOLLOWS = "，(?=[^，。；]{2,40}牵头)"
_LABEL_FOLLOWS = "，?(?=(?:牵头|主办|主责|责任)(?:单位|部门)：)"
_TIME_FOLLOWS = r"，?(?:均|应|须)?(?=(?:在|于)?(?:20\d\d年|\d{1,2}月|年底)[^，。；]{0,12}(?:[，。；]|$))"
_SAYS = rf"(?:任务|措施|举措|工作)?(?:：|，?由|{_LEAD_FOLLOWS}|{_LABEL_FOLLOWS}|{_TIME_FOLLOWS})"
_SHARE = re.compile(rf"{_OPENED}(?:{_NEXT})*{_SAYS}")
_GOES_ON = re.compile(rf"(?:{_ONE})(?:{_NEXT})*{_SAYS}")
_NOTE = rf"（(?!{NUMBER}）)[^（）]*）"  # 第三条（第二款）
_RANGE = re.compile(
    rf"(?<!\d)第?（?(?P<first>{NUMBER})(?!\d)）?(?:{OF})?(?:{_NOTE})?(?:{TO}第?（?(?P<last>{NUMBER})(?!\d)）?(?:{OF})?)?"
)
_STOP = re.compile(rf"。|；(?=第|（{NUMBER}）)|，(?=第{NUMBER}(?:{OF}|{TO}|、))")
_BRACKET = re.compile("[（）]")
_COUNTS = re.compile(OF)
_TIME_LABEL = "（完成时限："
_LEADS_IN = re.compile("(?:以上|上述)[^，。；]{0,8}，$")
_LABEL = 12  # characters of a label before the first part
_LONGEST_PART = 400  # characters between the numbers and the end of a part
_LONGEST_RANGE = 200  # numbers; a longer one is a misreading


class Share(NamedTuple):
    """The numbers that a part names and its clause; `start` and `end` hold the part, its brackets included."""

    numbers: frozenset[int]
    clause: Placed
    start: int
    end: int


def find_shares(
    sheet: Sheet,
    start: int,
    end: int,
    heads: Container[int],
    read: Callable[[str], list[Clause]],
    *,
    is_wrapped: bool,
) -> list[Share]:
    """The parts of folded [start, end) that give units to numbers; `heads` are where the paper's own numbers stand, `read`
    is `find_clauses` by the rules of the paper.

    In text that a page's width has not wrapped, a part ends with its line or where a number stands at the latest."""
    text = sheet.text
    shares: list[Share] = []
    match = _SHARE.search(text, start, end)
    while match:
        at = match.start()
        goes_on = bool(shares) and at - shares[-1].end <= 1 and text[at - 1] in "；，"
        by_label = match.group()[-1] not in "：由，"  # 第3条责任单位：… has no words of its own
        own_number = at in heads and not by_label and not goes_on
        taken = bool(shares) and at < shares[-1].end
        share = None
        if not own_number and not taken and (goes_on or _begins(sheet, start, at)):
            bracket = at > start and text[at - 1] == "（"
            limit = min(end, match.end() + _LONGEST_PART)
            if not is_wrapped:
                limit = min(limit, _part_end(sheet, match.end(), limit, heads))
            close = _closing(text, match.end(), limit) if bracket else _STOP.search(text, match.end(), limit)
            share = _read_share(text, match, close.start() if close else limit, read)
        if share is None or (at in heads and not share.clause.clause.units):
            match = _SHARE.search(text, match.end(), end)
            continue
        first = at - bracket if bracket or goes_on else _label_start(sheet, at)
        shares.append(share._replace(start=first, end=min(end, share.end + bracket)))
        match = _GOES_ON.match(text, share.end + 1, end) or _SHARE.search(text, match.end(), end)
    return shares


def _begins(sheet: Sheet, start: int, at: int) -> bool:
    """May a part begin at `at`: after a sign, on a line of its own, after 以上…，?"""
    after_sign = at > start and sheet.text[at - 1] in "（。；："
    led_in = _LEADS_IN.search(sheet.text, max(start, at - _LABEL), at) is not None
    return after_sign or sheet.at_line_start(at) or led_in


def _label_start(sheet: Sheet, at: int) -> int:
    """Where the label before a first part begins (时间要求：第1、2项…); `at` where there is none."""
    line = sheet.line_start(at)
    return line if sheet.text[at - 1] in "：，" and at - line <= _LABEL else at


def _read_share(
    text: str, opening: re.Match[str], stop: int, read: Callable[[str], list[Clause]]
) -> Share | None:
    """What stands between the numbers of a part and its end; a time alone needs numbers of 项 or 条."""
    start = opening.end()
    by = 1
    found = read(f"（{text[start:stop]}）")
    if not found and _COUNTS.search(opening.group()):
        by = len(_TIME_LABEL)
        found = read(f"{_TIME_LABEL}{text[start:stop]}）")
    if len(found) != 1 or not (found[0].units or found[0].deadlines):
        return None
    clause: Clause = shifted(found[0], -by)
    clause = clause._replace(end=min(clause.end, stop - start))
    return Share(read_numbers(opening.group()), Placed(clause, start), opening.start(), stop)


def _part_end(sheet: Sheet, at: int, limit: int, heads: Container[int]) -> int:
    """Where the line of folded `at` ends, and those that go on with it: no number stands at their heads."""
    stop = max(at, sheet.line_end(at - 1))
    while stop < limit and sheet.text[stop - 1] not in "。；" and stop not in heads:
        stop = max(stop + 1, sheet.line_end(stop))
    return stop


def _closing(text: str, start: int, end: int) -> re.Match[str] | None:
    """The bracket that closes one opened before `start`."""
    depth = 1
    for mark in _BRACKET.finditer(text, start, end):
        depth += 1 if mark.group() == "（" else -1
        if not depth:
            return mark
    return None


def read_numbers(words: str) -> frozenset[int]:
    """第1条至第3条、第5条 → 1, 2, 3, 5; 1-3, 7 → 1, 2, 3, 7."""
    numbers: set[int] = set()
    for found in _RANGE.finditer(words):
        first = read_number(found["first"]) or 0
        last = read_number(found["last"] or "") or first
        if 0 < first <= last <= first + _LONGEST_RANGE:
            numbers.update(range(first, last + 1))
    return frozenset(numbers)


def give_shares(drafts: list[Draft], shares: list[Share]) -> list[Draft]:
    """The drafts with the clauses that the shares give them, and without the words of the shares."""
    ordered = sorted(shares, key=lambda share: share.start)
    starts, ends = [share.start for share in ordered], list(accumulate((s.end for s in ordered), max))
    given: list[Draft] = []
    for draft in drafts:
        held = (*draft.body, *draft.extent)
        first, last = min(a for a, _ in held), max(b for _, b in held)
        cut = _without(draft, ordered[bisect_right(ends, first) : bisect_left(starts, last)])
        given += [cut] if cut.body else []
    named = frozenset().union(*(share.numbers for share in shares))
    styles = Counter(draft.style for draft in given if draft.node >= 0 and draft.serial in named)
    style = styles.most_common(1)[0][0] if styles else ""
    places: dict[int, list[int]] = defaultdict(list)
    for i, draft in enumerate(given):
        if draft.style == style:
            places[draft.serial].append(i)
    open_units = [not _has_units(draft) for draft in given]
    open_times = [not any(p.clause.deadlines for p in draft.clauses) for draft in given]
    for share in shares:
        free = open_units if share.clause.clause.units else open_times
        for number in sorted(share.numbers):
            same = [i for i in places.get(number, ()) if free[i]]
            before = [i for i in same if given[i].start < share.start]
            for i in before[-1:] or same[:1]:
                given[i] = given[i].with_clause(share.clause)
    return given


def _has_units(draft: Draft) -> bool:
    return any(placed.clause.units for placed in draft.clauses if not placed.inherited)


def _without(draft: Draft, shares: list[Share]) -> Draft:
    """A draft whose words end where a share begins; its own clauses that were read out of the share go."""
    inside = [s for s in shares if any(a < s.end and s.start < b for a, b in (*draft.body, *draft.extent))]
    if not inside:
        return draft
    at = min(share.start for share in inside)
    clauses = tuple(
        p
        for p in draft.clauses
        if p.inherited or not any(p.stretch[0] < s.end and s.start < p.stretch[1] for s in inside)
    )
    return draft.cut_at(at, clauses)
