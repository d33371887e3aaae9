"""Responsibility clauses: who and by when, as plans write them.

`find_clauses` reads folded text (a View's) and returns each clause with the place of every unit and date in it.
The ways of writing a bracket are rows of `BRACKET_STYLES`: labels, verbs (牵头，配合), a bare list of units.  Without
brackets there are label lines, sentences, and rules for a whole plan.  What labels are called is `labels`' table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from index_build.clauses.bindings import Reading
from index_build.clauses.labels import (
    Label,
    label_before,
    label_sort,
    labels_in,
    labels_outside,
    says_label_is,
)
from index_build.clauses.roles import (
    Found,
    bare,
    duties,
    has_verb,
    labelled,
    limits_only,
    names_first_lead,
    spoken,
    trimmed,
    units_of,
)
from index_build.dates import DateHit
from index_build.model import Role, make
from index_build.names import UnitHit, ends_unit, lists_units
from index_build.text import plainly
from index_build.vocabulary import remembered


class Clause(NamedTuple):
    """What one clause at [start, end) says.  A deadline comes with the unit it binds, where one is named;
    `plan` is the stretch of 计划举措; `style` is the row of BRACKET_STYLES that read it,
    or label lines, sentence, or plan-wide."""

    start: int
    end: int
    units: tuple[tuple[UnitHit, Role], ...]
    deadlines: tuple[tuple[DateHit, str | None], ...]
    plan: tuple[int, int] | None
    style: str


def shifted(clause: Clause, by: int, *, end: int | None = None) -> Clause:
    """The clause as found in a text that starts `by` characters earlier; it ends there at `end`, where one is given."""
    return Clause(
        max(0, clause.start + by),
        max(0, clause.end + by) if end is None else end,
        tuple([(make(UnitHit, (u[0], u[1] + by, u[2] + by, u[3])), role) for u, role in clause.units]),
        tuple([(d._replace(start=d.start + by, end=d.end + by), who) for d, who in clause.deadlines]),
        (clause.plan[0] + by, clause.plan[1] + by) if clause.plan else None,
        clause.style,
    )


def in_one_role(hits: Iterable[UnitHit], role: Role, start: int, end: int, style: str) -> Clause:
    """The clause at [start, end) that names units, all in one role, and nothing besides."""
    return Clause(start, end, tuple((hit, role) for hit in hits), (), None, style)


_CHAIN_START = (Label.LEAD, Label.RESPONSIBLE, Label.FIRST_LEADS)

# Words that a bracket uses as labels, but a letter as its address (各相关单位：).
_ADDRESS = ("相关单位", "相关部门", "成员单位", "主管部门", "主管单位", "涉及单位", "涉及部门")
_FIRST_NAMES = re.compile("[^，；。：]{2,80}(?=[；。]|$)")  # the units after a label
_CERTAIN_DEADLINE = re.compile("完成时限|完成时间|完成期限|办理时限|时限要求|计划完成时间")
_NOTE = re.compile(r"^(?:以下简称|简称|含|包括|不含|如|例如|除|即|试行|详见|附)")
_NEXT_ITEM = re.compile(
    r"[0-9]{1,3}[.、．](?![0-9])|（[0-9一二三四五六七八九十百]{1,4}）|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百0-9]+[章节条]|[①-⑳]"
)
_PARAGRAPH_END = re.compile(rf"[。；]?(?:$|\n|{_NEXT_ITEM.pattern})")


# ---- brackets ---------------------------------------------------------------------------------------------


_OTHER_OPENINGS = "【〖{｛"
_OTHER_BRACKETS = str.maketrans("【】〖〗{}｛｝", "（）（）（）（）")
_LONGEST_OPEN, _LONGEST_BRACKET = 600, 3000
# Brackets in one another that are read: a text of openings alone would be read again for each of them.
_DEEPEST = 8
_NEVER = -1


def _brackets(plain: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Pairs of brackets as (opening, after the closing), outer before inner, and openings never closed."""
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    opening = plain.find("（")
    closing = plain.find("）") if opening >= 0 else -1
    while opening >= 0 or (opened and closing >= 0):
        if closing < 0 or 0 <= opening < closing:
            opened.append(opening)
            opening = plain.find("（", opening + 1)
            continue
        if opened:
            pairs.append((opened.pop(), closing + 1))
        closing = plain.find("）", closing + 1)
    return sorted(pairs), opened


def _read_bracket(read: Reading, start: int, end: int) -> Clause | None:
    """What the words in a bracket say; a rule for the whole plan at their end (…，以下均需各区政府落实) is read apart."""
    plain = read.plain
    rule = _ALL_OF_THEM.search(plain, start, end) if read.wide else None
    if rule and rule.start() > start + 3:
        end = rule.start() - (plain[rule.start() - 1] in "，；。")
    closes = (
        (start > 1 and plain[start - 2] in "。；！”")
        or plain[end : end + 1] == ""
        or _PARAGRAPH_END.match(plain, end + 1) is not None
    )
    words = plain[start - 1 : end + 1]
    printed = words if read.text is plain else read.text[start - 1 : end + 1]
    return _read_words(Reading(words, printed, read.first_is_lead, read.year, closes), end - start)


@remembered(4096)
def _read_words(read: Reading, size: int) -> Clause | None:
    """What a bracket of `size` characters says, by the first style that can read it; a style sees no words around it."""
    for style in BRACKET_STYLES:
        found = style.read(read, 1, 1 + size)
        if found and (found[0] or found[1]):
            units, limits, plan = found
            return Clause(0, 2 + size, tuple(units), tuple(limits), plan, style.name)
    return None


def _labels_inside(read: Reading, start: int, end: int) -> Found | None:
    labels = labels_in(read.plain, start, end)
    if read.plain.find("：", start, end) < 0 and names_first_lead(read.plain, start, end):
        return None  # a note of the rule alone: （第一责任单位为牵头单位，下同）
    if not labels or all(label[0] in (Label.OTHER, Label.PERSON) for label in labels):
        return None
    before = _before_labels(read, start, labels[0][1])
    if before is None:
        return labelled(read, start, end, labels) if labels[0][1] - start <= 40 else None
    units, limits, plan = labelled(read, labels[0][1], end, labels)
    return [*before[0], *units], [*before[1], *limits], plan


def _before_labels(read: Reading, start: int, end: int) -> Found | None:
    """What stands in a bracket before its first label: 由市商务局牵头；时间安排：…, or 9月底；牵头：…"""
    start, end = trimmed(read.plain, start, end)
    if end - start < 2 or names_first_lead(read.plain, start, end):
        return None
    return spoken(read, start, end) or bare(read, start, end) or limits_only(read, start, end)


def _verbs_inside(read: Reading, start: int, end: int) -> Found | None:
    if end - start > 400 or _NOTE.match(read.plain, start):
        return None
    return spoken(read, start, end) or duties(read, start, end)


def _list_inside(read: Reading, start: int, end: int) -> Found | None:
    """A bare list counts at the end of a paragraph or of a sentence, not as a note inside one."""
    if end - start > 600 or not read.closes or _NOTE.match(read.plain, start):
        return None
    return bare(read, start, end)


@dataclass(frozen=True, slots=True)
class Style:
    """One way of writing a clause: its reader over the words inside the bracket, and what it looks like."""

    name: str
    read: Callable[[Reading, int, int], Found | None]
    example: str


BRACKET_STYLES: tuple[Style, ...] = (
    Style("labels", _labels_inside, "（牵头单位：市财政局；责任单位：市人社局；完成时限：6月底前）"),
    Style("verbs", _verbs_inside, "（市财政局牵头，市人社局配合）"),
    Style("list", _list_inside, "（市财政局、人社局）"),
)


def find_clauses(
    text: str,
    *,
    first_is_lead: bool = False,
    year: int | None = None,
    is_plain: bool = False,
    wide: bool = True,
    stops: Callable[[], Sequence[int]] = tuple,
) -> list[Clause]:
    """Every responsibility clause of a folded text, in order, none inside another.

    `first_is_lead` is the document's rule that the unit named first leads (see `names_first_lead`).  What a caller
    knows of the whole paper spares looking for it in each entry: that its text `is_plain` (see `plainly`) already,
    and whether it `may_rule_widely`; neither a sentence nor a list after a label goes beyond one of the `stops`, which are asked for where there are any."""
    plain = text if is_plain else plainly(text)
    for mark in _OTHER_OPENINGS:
        if mark in plain:
            plain = plain.translate(_OTHER_BRACKETS)
    read = Reading(plain, text, first_is_lead, year, wide=wide)
    clauses = _bracket_clauses(read)
    clauses += _chain_clauses(read, [(clause.start, clause.end) for clause in clauses], stops)
    if not clauses:
        clauses = _sentence_clauses(read, stops())
    if wide and (rules := _plan_wide_clauses(read)):
        clauses = [c for c in clauses if not any(_is_the_rule(c, rule) for rule in rules)] + rules
    return sorted(clauses, key=lambda clause: clause.start) if len(clauses) > 1 else clauses


def whole_clause(words: str, *, first_is_lead: bool = False, year: int | None = None) -> Clause | None:
    """The one clause that folded words without brackets are as a whole (市教育局牵头，市财政局配合，9月底前); None where they
    are none, more than one, or say neither who nor when."""
    said = find_clauses(f"（{words}）", first_is_lead=first_is_lead, year=year)
    if len(said) != 1 or said[0].start or not (said[0].units or said[0].deadlines):
        return None
    return shifted(said[0], -1, end=len(words))


def may_rule_widely(plain: str, start: int, end: int) -> bool:
    """Whether a rule for a whole plan may stand in [start, end)."""
    return _ALL_OF_THEM.search(plain, start, end) is not None


def _is_the_rule(clause: Clause, rule: Clause) -> bool:
    """Whether a clause read nothing but a rule for the whole plan (and not units before it in one bracket)."""
    inside = rule.start < clause.end and clause.start < rule.end
    return inside and not (clause.units and all(unit.end <= rule.start for unit, _ in clause.units))


def _bracket_clauses(read: Reading) -> list[Clause]:
    pairs, unclosed = _brackets(read.plain)
    if unclosed:
        pairs = sorted([*pairs, *((at, _NEVER) for at in unclosed)])
    clauses: list[Clause] = []
    around: list[int] = []  # the ends of the brackets around this one that were read in vain
    for start, end in pairs:
        if clauses and start < clauses[-1].end:
            continue
        around = [stop for stop in around if stop > start]
        if len(around) == _DEEPEST:
            continue
        if end == _NEVER:
            end = _open_end(read.plain, start)
        if not 4 <= end - start <= _LONGEST_BRACKET:
            continue
        inner_end = end - 1 if read.plain[end - 1] == "）" else end
        around.append(end)
        if found := _read_bracket(read, start + 1, inner_end):
            clause = shifted(found, start, end=end)
            if clauses and _goes_on(read.plain, clauses[-1], clause):
                clause = _joined(clauses.pop(), clause)
            clauses.append(clause)
    return clauses


def _goes_on(plain: str, left: Clause, right: Clause) -> bool:
    """Two brackets side by side that say different things are one clause: （责任单位：…）（完成时限：…）."""
    if (
        left.style != "labels"
        or right.style != "labels"
        or plain[left.end : right.start].strip("，；、。 \n")
    ):
        return False
    roles = [{role for _, role in clause.units} for clause in (left, right)]
    return not roles[0] & roles[1] and not (left.deadlines and right.deadlines)


def _joined(left: Clause, right: Clause) -> Clause:
    return left._replace(
        end=right.end,
        units=left.units + right.units,
        deadlines=left.deadlines + right.deadlines,
        plan=left.plan or right.plan,
    )


_OPEN_STOP = re.compile(rf"[。\n]|{_NEXT_ITEM.pattern}")


def _open_end(plain: str, start: int) -> int:
    """Where a bracket that is never closed must have ended: before the next item, line or sentence."""
    stop = _OPEN_STOP.search(plain, start + 1, start + _LONGEST_OPEN)
    return min(stop.start() if stop else len(plain), start + _LONGEST_OPEN)


# ---- labels without brackets ------------------------------------------------------------------------------


def _chain_clauses(
    read: Reading, taken: Sequence[tuple[int, int]], stops: Callable[[], Sequence[int]]
) -> list[Clause]:
    """牵头单位：… 责任单位：… 计划举措：… 完成时限：… on lines of their own."""
    clauses: list[Clause] = []
    if "：" not in read.plain:
        return clauses
    labels = list(labels_outside(read.plain, taken))
    at = 0
    while at < len(labels):
        if not _opens_chain(read.plain, labels[at]):
            at += 1
            continue
        length, end = _chain(read.plain, labels, at)
        start = labels[at][1]
        kind, _, value_start = labels[at + length - 1]
        if kind in _CHAIN_START:
            end = _list_end(read.plain, value_start, end, stops())
        units, limits, plan = labelled(read, start, end)
        if (units and any(ends_unit(unit.name) for unit, _ in units)) or (limits and not units):
            clauses.append(Clause(start, end, tuple(units), tuple(limits), plan, "label lines"))
        at += length
    return clauses


def _list_end(plain: str, start: int, end: int, stops: Sequence[int]) -> int:
    """Where the units end that stand in [start, end) after a label: where a paragraph begins after a whole list of them,
    unless more of them follow."""
    points = [*(stop for stop in stops if start < stop < end), end]
    for stop, following in pairwise(points):
        if lists_units(plain, *trimmed(plain, start, stop)) and not lists_units(
            plain, *trimmed(plain, stop, following)
        ):
            return stop
    return end


def _opens_chain(plain: str, label: tuple[Label, int, int]) -> bool:
    kind, start, value_start = label
    if kind is Label.DEADLINE:
        return _CERTAIN_DEADLINE.search(plain, start, value_start) is not None
    if kind not in _CHAIN_START or plain[start : value_start - 1] not in _ADDRESS:
        return kind in _CHAIN_START
    value = trimmed(plain, value_start, _value_end(plain, value_start, len(plain), of_units=False))
    named = _FIRST_NAMES.match(plain, *value)
    return named is not None and lists_units(plain, *named.span())  # no letter goes on with units


def _chain(plain: str, labels: Sequence[tuple[Label, int, int]], at: int) -> tuple[int, int]:
    """How many labels follow one another from `at`, none twice, and where the value of the last one ends.

    Only a plan's value may run over sentences; after any other value the next label stands at once."""
    seen: set[tuple[Label, bool]] = set()
    for length, (kind, start, value_start) in enumerate(labels[at:], 1):
        if kind not in (Label.PERSON, Label.OTHER):
            seen.add(label_sort(plain, kind, start, value_start))
        following = labels[at + length] if at + length < len(labels) else None
        limit = following[1] if following else len(plain)
        end = (
            limit
            if kind is Label.PLAN
            else _value_end(plain, value_start, limit, of_units=kind is Label.DEADLINE)
        )
        if following is None or label_sort(plain, *following) in seen or plain[end:limit].strip("。；， \n"):
            return length, end
    raise AssertionError("a chain has its last label")


_VALUE_STOP = re.compile(rf"[。\n]|(?<![0-9（、，年月])(?:{_NEXT_ITEM.pattern})")


def _value_end(plain: str, value_start: int, limit: int, *, of_units: bool) -> int:
    """Where a value ends that is one line: before the next sentence, line or item.

    With `of_units` it may go on, sentence by sentence, with the part of the next unit."""
    if item := _NEXT_ITEM.match(plain, value_start, limit):
        value_start = item.end()
    while stop := _VALUE_STOP.search(plain, value_start, limit):
        if not (of_units and _speaker_follows(plain, stop.end(), limit)):
            return stop.start()
        value_start = stop.end()
    return limit


def _speaker_follows(plain: str, start: int, limit: int) -> bool:
    """Whether a unit with a colon stands here: …6月底前完成。区税务局：8月底前完成。"""
    speaker = _SPEAKER.match(plain, start, limit)
    return (
        speaker is not None
        and ends_unit(speaker["who"])
        and label_before(plain, speaker.end("who"), start) is None
    )


_SPEAKER = re.compile("(?P<who>[一-鿿（）、]{2,24})：")


# ---- sentences, and rules for a whole plan ----------------------------------------------------------------


_SENTENCE = re.compile(r"[^。\n]+")
_OPENING = re.compile(
    r"——由?|(?:(?:本|此|该|以上|上述)(?:项|条|款)?(?:各项)?(?:工作|任务|措施|举措|事项)?(?:，)?(?:由)?|由)"
)


def _sentences(plain: str, stops: Sequence[int]) -> Iterator[tuple[int, int]]:
    for a, b in pairwise([0, *stops, len(plain)]):
        yield from (sentence.span() for sentence in _SENTENCE.finditer(plain, a, b))


def _sentence_clauses(read: Reading, stops: Sequence[int]) -> list[Clause]:
    """A sentence that says nothing but who: 由市财政局牵头，市人社局配合。"""
    clauses = []
    for start, end in _sentences(read.plain, stops):
        if end - start > 300:
            continue
        if says_label_is(read.plain, start, end):
            units, limits, plan = labelled(read, start, end)
            clauses += [Clause(start, end, tuple(units), tuple(limits), plan, "sentence")] if units else []
            continue
        if (dash := read.plain.rfind("——", start, end)) > start:
            start = dash  # 新建公园六处——县城管局牵头，县财政局配合
        opening = _OPENING.match(read.plain, start, end)
        whole = opening is not None and read.plain.endswith("完成", start, end)
        if not has_verb(read.plain, start if whole else max(start, end - 24), end):
            continue
        found = spoken(read, opening.end() if opening else start, end)
        if found and found[0]:
            clauses.append(Clause(start, end, tuple(found[0]), tuple(found[1]), None, "sentence"))
    return clauses


_ALL = r"(?:以下|上述|以上|下列|本方案|本计划|本清单|本意见|方案中|所有|全部|各项)(?:(?<=以下)(?=，?(?:均|都|全部))|(?:所列|中)?的?(?:各项|各|全部|所有)?(?:重点|政策|支持|具体|主要|改革|工作)?(?:任务|工作|措施|举措|事项|内容|条款|政策))"
_ALL_OF_THEM = re.compile(
    rf"{_ALL}(?:，?(?P<each>均|都|全部)(?:需要?|须|由|应|涉及到?)?|的?(?P<label>牵头|责任|配合|落实)(?:单位|主体|部门))"
)
_THEIR_PART = re.compile(
    r"(?P<units>[^。；\n]{3,200}?)(?P<verb>牵头|负责|配合|参与|落实|组织实施|推进|(?=[，。；\n]|$))"
)
_ARE = re.compile("(?:均)?(?:为|是|作为)$")


def _plan_wide_clauses(read: Reading) -> list[Clause]:
    """A rule for a whole plan or part: 以下各任务均需各区政府落实, or 各区政府为以上各项任务的责任单位.

    Whoever reads it hands it on to the measures as inherited."""
    clauses = []
    for match in _ALL_OF_THEM.finditer(read.plain):
        if match["each"]:
            part = _THEIR_PART.match(read.plain, match.end())
            if part is None:
                continue
            start, end, verb, stretch = *part.span("units"), part["verb"], (match.start(), part.end())
        else:
            begin = 1 + max(read.plain.rfind(mark, 0, match.start()) for mark in "。；\n")
            are = _ARE.search(read.plain, max(begin, match.start() - 3), match.start())
            if are is None or match.start() - begin > 200:
                continue
            start, end, verb, stretch = begin, are.start(), match["label"], (begin, match.end())
        start, end = trimmed(read.plain, start, end)
        if lists_units(read.plain, start, end):
            role = Role.LEAD if verb in ("牵头", "负责") else Role.RESPONSIBLE
            units = tuple((hit, role) for hit in units_of(read, start, end))
            clauses.append(Clause(*stretch, units, (), None, "plan-wide"))
    return clauses
