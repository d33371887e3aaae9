"""Units given to measures by their numbers, in words: （第1条至第3条：牵头单位为市科技局，…）, 第4条由市住建局负责.

Such words stand after a group of measures or at the end of the paper; they are no words of the measure they follow.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, replace

from index_build.clauses import Clause, find_clauses, shifted
from index_build.drafts import Draft, Placed, Stretch
from index_build.outline import Sheet, read_number

_NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十百]{1,5})"
_OF = r"(?:条|项|款|点)(?:措施|任务|举措|工作)?"
_TO = r"(?:至|到|[—－~～–-]+)"
_NEXT = rf"第?{_NUMBER}(?:{_OF})?"
# What opens such a part.
_SHARE = re.compile(
    rf"(?:以上|上述)?第{_NUMBER}(?:{_OF})?(?:(?:{_TO}|[、，和及与]){_NEXT})*(?:任务|措施|举措|工作)?"
    r"(?:：|，?由|，(?=[^，。；]{2,40}牵头)|，?(?=(?:牵头|主办|主责|责任)(?:单位|部门)：))"
)
_RANGE = re.compile(rf"第?(?P<first>{_NUMBER})(?:{_OF})?(?:{_TO}第?(?P<last>{_NUMBER})(?:{_OF})?)?")
_STOP = re.compile(r"。|；(?=第)")
_BRACKET = re.compile("[（）]")
_MOST = 400


@dataclass(frozen=True, slots=True)
class Share:
    """The numbers that a part names and its clause; `start` and `end` hold the part, its brackets included."""

    numbers: frozenset[int]
    clause: Placed
    start: int
    end: int

    @property
    def stretch(self) -> Stretch:
        return self.start, self.end


def find_shares(
    sheet: Sheet,
    start: int,
    end: int,
    heads: Container[int],
    *,
    first_is_lead: bool,
    year: int | None,
    is_wrapped: bool,
) -> list[Share]:
    """The parts of folded [start, end) that give units to numbers; `heads` are where the paper's own numbers stand.

    In text that a page's width has not wrapped, a part ends with its line or where a number stands at the latest."""
    text = sheet.text
    shares: list[Share] = []
    for match in _SHARE.finditer(text, start, end):
        at = match.start()
        by_label = match.group()[-1] not in "：由，"  # 第3条责任单位：… has no words of its own
        goes_on = bool(shares) and at - shares[-1].end <= 1 and text[at - 1] == "；"
        if (at in heads and not by_label and not goes_on) or (shares and at < shares[-1].end):
            continue
        if not (at > start and text[at - 1] in "（。；：") and not sheet.at_line_start(at):
            continue
        bracket = at > start and text[at - 1] == "（"
        limit = min(end, match.end() + _MOST)
        if not is_wrapped:
            limit = min(limit, _part_end(sheet, match.end(), limit, heads))
        close = _closing(text, match.end(), limit) if bracket else _STOP.search(text, match.end(), limit)
        stop = close.start() if close else limit
        found = find_clauses(f"（{text[match.end() : stop]}）", first_is_lead=first_is_lead, year=year)
        if len(found) != 1 or not found[0].units:
            continue
        clause: Clause = shifted(found[0], -1)
        clause = replace(clause, end=min(clause.end, stop - match.end()))
        numbers = read_numbers(match.group())
        first, last = at - bracket, min(end, stop + bracket)
        shares.append(Share(numbers, Placed(clause, match.end()), first, last))
    return shares


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
    """第1条至第3条、第5条 → 1, 2, 3, 5."""
    numbers: set[int] = set()
    for found in _RANGE.finditer(words):
        first = read_number(found["first"])
        last = read_number(found["last"]) if found["last"] else first
        if 0 < first <= last <= first + 200:
            numbers.update(range(first, last + 1))
    return frozenset(numbers)


def give_shares(drafts: list[Draft], shares: list[Share]) -> list[Draft]:
    """The drafts with the clauses that the shares give them, and without the words of the shares."""
    given = [cut for draft in drafts if (cut := _without(draft, shares)).body]
    named = frozenset().union(*(share.numbers for share in shares))
    styles = Counter(draft.style for draft in given if draft.node >= 0 and draft.serial in named)
    style = styles.most_common(1)[0][0] if styles else ""
    for share in shares:
        for number in sorted(share.numbers):
            same = [
                i
                for i, draft in enumerate(given)
                if draft.serial == number and draft.style == style and not _has_units(draft)
            ]
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
