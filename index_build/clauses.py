"""Responsibility clauses: who and by when, as plans write them.

`find_clauses` reads folded text (a View's) and returns each clause with the place of every unit and date in it.
The ways of writing a bracket are rows of `BRACKET_STYLES`: labels, verbs (牵头，配合), a bare list of units.  Without
brackets there are label lines, sentences, and rules for a whole plan.  What labels are called is a table too
(`LABELS`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index_build.dates import DateHit, find_dates, find_deadlines, read_limits
from index_build.model import Role
from index_build.names import (
    UnitHit,
    cut_at_depth,
    ends_unit,
    is_unit_list,
    lists_units,
    parse_units,
    same_department,
    units_at,
)
from index_build.text import plainly


@dataclass(frozen=True, slots=True)
class Clause:
    """What one clause at [start, end) says.  A deadline comes with the unit it binds, where one is named;
    `plan` is the stretch of 计划举措; `style` is the name of the row of STYLES that read it."""

    start: int
    end: int
    units: tuple[tuple[UnitHit, Role], ...]
    deadlines: tuple[tuple[DateHit, str | None], ...]
    plan: tuple[int, int] | None
    style: str


class Label(StrEnum):
    """What a label says of the words after it."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"
    FIRST_LEADS = "first leads"
    DEADLINE = "deadline"
    PLAN = "plan"
    PERSON = "person"
    OTHER = "other"


LABELS: dict[Label, tuple[str, ...]] = {
    Label.LEAD: (
        "牵头单位", "牵头部门", "牵头单位及责任人", "牵头单位和责任人", "牵头单位及负责人", "牵头责任单位", "牵头责任部门", "牵头处室", "牵头科室", "牵头主体", "牵头机构", "总牵头单位", "主要牵头单位",
        "主办单位", "主办部门", "主办", "主责单位", "主责部门", "主要责任单位", "主要责任部门", "第一责任单位", "首责单位", "主体责任单位", "牵头",
        "牵头负责部门", "牵头负责单位", "负责单位", "负责部门", "承办单位", "承办部门", "主管单位", "主管部门", "组织单位",
    ),
    Label.RESPONSIBLE: (
        "责任单位", "责任部门", "责任主体", "责任处室", "责任科室", "责任股室", "责任机构", "责任单位及责任人", "责任单位和责任人", "责任单位及负责人", "配合单位", "配合部门", "协办单位", "协办部门", "协办", "协同单位", "协同部门", "协同配合单位", "协同配合部门",
        "协助单位", "协助部门", "参加单位", "参加部门", "参与单位", "参与部门", "支持单位", "协作单位", "落实单位", "落实部门", "实施单位", "实施主体", "实施部门",
        "会办单位", "会办部门", "成员单位", "其他责任单位", "相关责任单位", "配合责任单位", "协同责任单位", "配合", "参与", "参加", "责任单位和部门", "次责单位",
        "涉及部门", "涉及单位", "相关单位", "相关部门", "分工单位",
    ),
    Label.FIRST_LEADS: (
        "牵头单位及责任单位", "牵头及责任单位", "牵头和责任单位", "牵头单位和责任单位", "牵头单位及配合单位", "牵头及配合单位", "牵头配合单位", "牵头单位、责任单位",
        "牵头（责任）单位", "牵头和配合单位", "牵头单位和配合单位", "牵头及配合部门", "牵头和配合部门", "牵头责任及配合单位", "牵头、责任单位", "牵头、配合单位", "牵头/责任单位",
    ),
    Label.DEADLINE: (
        "完成时限", "完成时间", "完成期限", "完成日期", "时限要求", "时间要求", "时限", "时间节点", "时间进度", "时间安排", "办理时限", "整改时限", "工作时限", "推进时限",
        "推进时间", "实施时间", "实施期限", "落实时限", "落实时间", "截止时间", "截止日期", "计划完成时间", "计划完成时限", "拟完成时间", "预计完成时间", "进度要求", "进度安排",
        "任务时限", "完成时间节点", "目标时限", "期限",
    ),
    Label.PLAN: (
        "计划举措", "具体举措", "落实举措", "推进举措", "工作举措", "具体措施", "工作措施", "推进措施", "落实措施", "主要举措", "主要措施", "细化举措", "细化措施",
    ),
    Label.PERSON: (
        "牵头负责领导", "责任领导", "责任人", "牵头领导", "分管领导", "联系人", "包联领导", "市级领导", "县级领导", "区级领导", "旗级领导", "包抓领导", "具体责任人", "直接责任人", "第一责任人",
        "主要负责人", "负责人", "牵头人", "联络员", "联系电话", "联系方式", "经办人", "挂钩领导", "责任市领导", "责任区领导", "责任县领导", "牵头市领导", "牵头县领导", "牵头区领导",
        "县级责任领导", "分管负责人",
    ),
    Label.OTHER: ("工作目标", "目标任务", "预期目标", "预期成效", "成果形式", "任务来源", "备注", "工作进展", "完成情况", "考核单位", "督办单位", "改革依据", "责任分工"),
}  # fmt: skip
_KIND = {word: kind for kind, words in LABELS.items() for word in words}
_LONGEST = max(map(len, _KIND))
_WORDS = "|".join(sorted((re.escape(word) for word in _KIND), key=len, reverse=True))
_LEVEL_PREFIX = re.compile(r"(?:[省市县区旗州盟镇]级|[省市县区旗]直|本级)$")
_LABEL_NOTE = re.compile(r"（[^（）]{1,20}）$")
_BARE_LABEL = re.compile(rf"(?P<word>{_WORDS})(?:为|是|[；。.·—\-]+|(?=[省市县区旗州各国]))")
_LABEL_IS = re.compile(rf"(?P<word>{_WORDS})(?:为|是)(?=[一-鿿])")
_CHAIN_START = (Label.LEAD, Label.RESPONSIBLE, Label.FIRST_LEADS)
# Words that a bracket uses as labels, but a letter as its address (各相关单位：).
_ADDRESS = ("相关单位", "相关部门", "成员单位", "主管部门", "主管单位", "涉及单位", "涉及部门")
_CERTAIN_DEADLINE = re.compile("完成时限|完成时间|完成期限|办理时限|时限要求|计划完成时间")

_GOVERNS = r"牵头(?:负责|落实|组织实施|组织|实施|推进|抓总|统筹|办理)?|主办|主责"
_DOES = (
    r"负责(?:落实|实施|推进|组织实施|办理|组织)?|组织实施|抓好落实|推进落实|落实|承办|办理"
    r"|(?:完成|做好|开展|抓好|推进)(?:有关|相关|各项|具体)?(?:工作|任务|落实)"
)
_HELPS = r"(?:积极|主动|密切|协同)?(?:配合|参与|参加|协助|协办|协同|支持)(?:落实|实施|推进|做好|完成)?"
_VERB = re.compile(
    r"(?P<share>(?:按照?|依据?|根据|依照)(?:各自|相关|有关|本部门)?(?:工作)?(?:职责|职能|权限|任务|分工)+(?:和|及)?(?:职责|任务|分工|范围|要求)*内?)?"
    r"(?:分别|共同|联合|分头|统筹|具体|协同|各自|总)*"
    rf"(?P<word>{_GOVERNS}|{_DOES}|{_HELPS})(?=[，；。、）和并与及\n]|会同|由|$)"
)
_TOGETHER = re.compile(r"(?:，|、|并)?会同")
_LIST_BREAK = "，；。,;\n"
_LEAD_RULE = re.compile(
    "[，；。、](?:其中)?[^，；。、]{0,8}(?:排在|排名|排列|列首|首位|第一位|第一的)[^；。]*[。；]?[^；。]{0,8}$|[，；。、]下同$"
)
_RULE_WORDS = re.compile("排在|排名|排列|首位|第一位|下同|为牵头|为责任")
_NOTE = re.compile(r"^(?:以下简称|简称|含|包括|不含|如|例如|除|即|试行|详见|附)")
_NEXT_ITEM = re.compile(
    r"[0-9]{1,3}[.、．](?![0-9])|（[0-9一二三四五六七八九十百]{1,4}）|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百0-9]+[章节条]|[①-⑳]"
)
_PARAGRAPH_END = re.compile(rf"[。；]?(?:$|\n|{_NEXT_ITEM.pattern})")

Found = tuple[list[tuple[UnitHit, Role]], list[tuple[DateHit, str | None]], tuple[int, int] | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader needs to know: the unified text, the text as given, and the rules of the document."""

    plain: str
    text: str
    first_is_lead: bool
    year: int | None


# ---- pieces of a clause -------------------------------------------------------------------------------------


def _units_at(read: Reading, start: int, end: int) -> list[UnitHit]:
    return units_at(read.text, read.plain, start, end)


def _limits_at(read: Reading, start: int, end: int) -> list[DateHit]:
    return [
        replace(hit, start=hit.start + start, end=hit.end + start)
        for hit in read_limits(read.text[start:end], read.year)
    ]


_DATE_SIGN = re.compile("[年月季周旬底末前期日续即时]|20[0-9]|长期|常态|常年|全年|立行|适时|滚动")


def _is_limit(read: Reading, start: int, end: int) -> bool:
    """Whether one item of a list is a date or 长期坚持, not a unit."""
    if end - start > 40 or not _DATE_SIGN.search(read.plain, start, end):
        return False
    stretch = read.plain[start:end].strip("，；。、 ")
    return any(hit.start <= 3 for hit in find_dates(stretch, read.year)) and not is_unit_list(stretch)


def _split_limits(read: Reading, start: int, end: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The stretches of a list that name units, and those that are dates (市住建局；6月底前)."""
    if not _DATE_SIGN.search(read.plain, start, end):
        return [(start, end)], []
    units: list[tuple[int, int]] = []
    limits: list[tuple[int, int]] = []
    for from_, to, _ in cut_at_depth(read.plain, start, end):
        if _is_limit(read, from_, to):
            limits.append((from_, to))
        elif units and not (limits and limits[-1][1] > units[-1][1]):
            units[-1] = (units[-1][0], to)
        else:
            units.append((from_, to))
    return units, limits


def _labelled(read: Reading, start: int, end: int) -> Found:
    """The values after labels in [start, end): 牵头单位：…；责任单位：…；完成时限：…"""
    units: list[tuple[UnitHit, Role]] = []
    limits: list[tuple[int, int]] = []
    plan: tuple[int, int] | None = None
    rule = _FIRST_IS_LEAD.search(read.plain, start, end) is not None
    end, said = _without_rule(read.plain, start, end)
    rule = rule or said
    labels = _labels_in(read.plain, start, end)
    may_lead = False
    spoken_limits: list[tuple[DateHit, str | None]] = []
    for (kind, at, value_start), next_start in zip(
        labels, [*(at for _, at, _ in labels[1:]), end], strict=True
    ):
        value = _trim(read.plain, value_start, next_start)
        match kind:
            case Label.DEADLINE:
                limits.append(value)
            case Label.PLAN:
                plan = value if value[0] < value[1] else plan
            case Label.LEAD | Label.RESPONSIBLE | Label.FIRST_LEADS:
                if spoken := _spoken_value(read, *value):
                    units += spoken[0]
                    spoken_limits += spoken[1]
                    continue
                stretches, dates = _split_limits(read, *value)
                limits += dates
                hits = [hit for stretch in stretches for hit in _units_at(read, *stretch)]
                units += _in_roles(read, hits, kind)
                may_lead = may_lead or (
                    kind is Label.RESPONSIBLE and not _HELPER.search(read.plain, at, value_start)
                )
            case _:
                pass
    if (read.first_is_lead or rule) and may_lead and not any(role is Role.LEAD for _, role in units):
        units[:1] = [(units[0][0], Role.LEAD)] if units else []
    named = [unit for unit, _ in units]
    bound = [limit for stretch in limits for limit in _bound_limits(read, *stretch, named)]
    return units, spoken_limits + bound, plan


def _spoken_value(read: Reading, start: int, end: int) -> Found | None:
    """A value that says by verbs what its label does not: 责任单位：市住建局牵头，市城管局配合."""
    first = _VERB.search(read.plain, start, end)
    return _spoken(read, start, end) if first and re.match(_GOVERNS, first["word"]) else None


_HELPER = re.compile("配合|协|参|支持|会办|次责")
_NOTED_LEAD = re.compile("（(?:牵头|主办|组长单位|排名第一)")


def _in_roles(read: Reading, hits: Sequence[UnitHit], kind: Label) -> list[tuple[UnitHit, Role]]:
    """The units after a label, in its role; where one is marked （牵头）, it alone leads."""
    if kind is Label.LEAD:
        return [(hit, Role.LEAD) for hit in hits]
    noted = [_NOTED_LEAD.match(read.plain, hit.end) is not None for hit in hits]
    if kind is Label.FIRST_LEADS and hits and not any(noted):
        noted[0] = True
    return [(hit, Role.LEAD if leads else Role.RESPONSIBLE) for hit, leads in zip(hits, noted, strict=True)]


def _labels_in(plain: str, start: int, end: int) -> list[tuple[Label, int, int]]:
    """Each label of [start, end) as (kind, where it starts, where its value starts)."""
    found: list[tuple[Label, int, int]] = []
    if bare := _BARE_LABEL.match(plain, start, end):
        found.append((_KIND[bare["word"]], start, bare.end()))
    colon = plain.find("：", start, end)
    while colon >= 0:
        label = _label_before(plain, colon, found[-1][2] if found else start)
        if label:
            found.append((*label, colon + 1))
        colon = plain.find("：", colon + 1, end)
    if bare and "为" in plain[start:end]:
        found += [(_KIND[m["word"]], m.start(), m.end()) for m in _LABEL_IS.finditer(plain, bare.end(), end)]
        found.sort(key=lambda label: label[1])
    return found


def _label_before(plain: str, colon: int, floor: int) -> tuple[Label, int] | None:
    """The label that ends at a colon, with a level (市级) before it and a note （部门） after it."""
    end = colon
    if plain[end - 1 : end] == "）" and (note := _LABEL_NOTE.search(plain, max(floor, end - 16), end)):
        end = note.start()
    for length in range(min(_LONGEST, end - floor), 1, -1):
        kind = _KIND.get(plain[end - length : end])
        if kind is not None:
            start = end - length
            level = _LEVEL_PREFIX.search(plain, max(floor, start - 2), start)
            if _RULE_WORDS.search(plain, end, colon):
                kind = Label.FIRST_LEADS
            return kind, level.start() if level else start
    return None


def _trim(plain: str, start: int, end: int) -> tuple[int, int]:
    while start < end and plain[start] in " \n，；。、：,;　":
        start += 1
    while end > start and plain[end - 1] in " \n，；、,;　":
        end -= 1
    return start, end


def _spoken(read: Reading, start: int, end: int) -> Found | None:
    """Units with verbs in [start, end): X牵头，Y配合 · X会同Y · 由X负责 · X、Y按职责分工负责."""
    units: list[tuple[UnitHit, Role]] = []
    limits: list[tuple[DateHit, str | None]] = []
    governed, at = False, start
    verbs = list(_VERB.finditer(read.plain, start, end))
    together = _TOGETHER.search(read.plain, start + 1, end)
    if not verbs and not together:
        return None
    for verb in verbs:
        helps = re.match(_HELPS, verb["word"]) is not None
        leads = not helps and not (governed and not re.match(_GOVERNS, verb["word"]))
        governed = governed or re.match(_GOVERNS, verb["word"]) is not None
        role = Role.LEAD if leads else Role.RESPONSIBLE
        if not _take(read, at, verb.start(), role, units, limits):
            return None
        at = verb.end()
    if at < end and not _take(read, at, end, Role.RESPONSIBLE if units else Role.LEAD, units, limits):
        return None
    return (units, limits, None) if units else None


_DUTY = re.compile(
    rf"(?P<units>[^，；。]{{3,120}}?)(?P<word>{_GOVERNS}|负责|{_HELPS})(?P<object>[^，；。]*)$"
)


def _duties(read: Reading, start: int, end: int) -> Found | None:
    """What each is in charge of: 市发改委负责项目审批；市住建局负责施工许可；市财政局配合做好资金保障."""
    units: list[tuple[UnitHit, Role]] = []
    limits: list[tuple[DateHit, str | None]] = []
    for from_, to, _ in cut_at_depth(read.plain, start, end, separators="，；。"):
        from_, to = _trim(read.plain, from_, to)
        if from_ >= to:
            continue
        if _is_limit(read, from_, to):
            limits += [(hit, None) for hit in _limits_at(read, from_, to)]
            continue
        duty = _DUTY.match(read.plain, from_, to)
        if duty is None:
            return None
        role = Role.RESPONSIBLE if re.match(_HELPS, duty["word"]) else Role.LEAD
        if not _take(read, from_, duty.end("units"), role, units, limits):
            return None
    return (units, limits, None) if units else None


def _take(
    read: Reading,
    start: int,
    end: int,
    role: Role,
    units: list[tuple[UnitHit, Role]],
    limits: list[tuple[DateHit, str | None]],
) -> bool:
    """Add what stands before a verb; False where it is not a list of units after all."""
    start, end = _trim(read.plain, start, end)
    if start >= end:
        return True
    if start + 1 < end and (together := _TOGETHER.search(read.plain, start, end)):
        before, after = together.span()
        return _take(read, start, before, role, units, limits) and _take(
            read, after, end, Role.RESPONSIBLE, units, limits
        )
    stretches, dates = _split_limits(read, start, end)
    for stretch in stretches:
        if not lists_units(read.plain, *stretch):
            return False
        units.extend((hit, role) for hit in _units_at(read, *stretch))
    limits.extend((hit, None) for stretch in dates for hit in _limits_at(read, *stretch))
    return True


def _bare(read: Reading, start: int, end: int) -> Found | None:
    """Nothing but units in [start, end), and dates after them: all lead, or the first where the paper says so."""
    end, rule = _without_rule(read.plain, start, end)
    stretches, dates = _split_limits(read, start, end)
    units: list[UnitHit] = []
    for stretch in stretches:
        stretch = _trim(read.plain, *stretch)
        if stretch[0] < stretch[1] and not lists_units(read.plain, *stretch):
            return None
        units += _units_at(read, *stretch)
    if not units:
        return None
    noted = [_NOTED_LEAD.match(read.plain, unit.end) is not None for unit in units]
    leads = noted if any(noted) else [at == 0 or not (read.first_is_lead or rule) for at in range(len(units))]
    bound = {unit.end: unit.name for unit in units}
    limits = [
        (hit, bound.get(stretch[0] - 1) if read.plain[stretch[0] - 1] == "：" else None)
        for stretch in dates
        for hit in _limits_at(read, *stretch)
    ]
    return (
        [
            (unit, Role.LEAD if is_lead else Role.RESPONSIBLE)
            for unit, is_lead in zip(units, leads, strict=True)
        ],
        limits,
        None,
    )


def _without_rule(plain: str, start: int, end: int) -> tuple[int, bool]:
    """Where the words about units end if a rule about them follows (排在首位的为牵头单位，下同), and if one does."""
    rule = _LEAD_RULE.search(plain, start, end)
    return (rule.start(), True) if rule else (end, False)


# ---- deadlines and whom they bind ---------------------------------------------------------------------------

_LEVEL_BEFORE = re.compile(
    r"(?:^|[，；。、：\n])(?P<who>[一-鿿（）、]{2,24}?)(?:要|应|须|需|必须|于|在|力争|确保|争取|务必)*$"
)
_LEVEL_WORD = re.compile(r"(?:本级|[省市县区旗州盟乡镇村]级|苏木乡镇场?|乡镇|街道|镇街)(?:（[^（）]*）)?$")


def find_bound_deadlines(
    text: str, year: int | None, units: Sequence[UnitHit] = ()
) -> list[tuple[DateHit, str | None]]:
    """`find_deadlines` of running text, each with the unit it binds where the text names one.

    `units` are those of the measure's clause: a plan in parts (公安分局：…年内…) is bound to the part's unit."""
    plain = plainly(text)
    parts = _parts(plain, 0, len(plain), units)
    bound: list[tuple[DateHit, str | None]] = []
    for hit in find_deadlines(text, year):
        part = next((part for part in reversed(parts) if part.words <= hit.start), None)
        named = _named_before(plain, hit.start)
        if named is None and part is not None:
            bound += [(hit, name) for name in part.names]
        else:
            bound.append((hit, named or _subject(plain, hit.start, hit.end)))
    return bound


def _bound_limits(
    read: Reading, start: int, end: int, units: Sequence[UnitHit]
) -> list[tuple[DateHit, str | None]]:
    """The value of 完成时限：, part by part where it names units (区市场局：2022年底…区供电分局：长期坚持)."""
    parts = _parts(read.plain, start, end, units, any_unit=True)
    opening = parts[0].start if parts else end
    bound = [
        (hit, _named_before(read.plain, _date_start(read, hit), start))
        for hit in (_limits_at(read, start, opening) if opening > start else ())
    ]
    ends = [*(part.start for part in parts[1:]), end]
    for part, part_end in zip(parts, ends, strict=False):  # no part, no end needed
        bound += [(hit, name) for hit in _limits_at(read, part.words, part_end) for name in part.names]
    return bound


def _date_start(read: Reading, hit: DateHit) -> int:
    inner = find_dates(read.plain[hit.start : hit.end], read.year)
    return hit.start + inner[0].start if inner else hit.start


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch that names whose it is: 区市场局、司法局：… from the first unit, its words after the colon."""

    start: int
    words: int
    names: tuple[str, ...]


def _parts(
    plain: str, start: int, end: int, units: Sequence[UnitHit], *, any_unit: bool = False
) -> list[_Part]:
    """The parts of a text that open with units of the clause and a colon; with `any_unit`, with other units too."""
    parts: list[_Part] = []
    colon = plain.find("：", start, end)
    while colon >= 0:
        floor = max(start, colon - 40, parts[-1].words if parts else start)
        if ends_unit(plain[floor:colon]) or (any_unit and _LEVEL_WORD.search(plain, floor, colon)):
            part = _part_of_clause(plain, floor, colon, units)
            if part is None and any_unit:
                part = _part_of_others(plain, floor, colon)
            parts += [part] if part else []
        colon = plain.find("：", colon + 1, end)
    return parts


# What the part before may end with, so that no unit's name begins there (…6月底前|市发改委：, …持续推进|区公安分局：).
_TIME_BEFORE_UNIT = re.compile("[0-9]年|[0-9]月(?:底|末|初)?前?|[0-9]日前?|年底前?|持续推进|长期(?:坚持|推进)|成效|完成[。；，]?")


def _part_of_clause(plain: str, floor: int, colon: int, units: Sequence[UnitHit]) -> _Part | None:
    """The longest list of the clause's own units right before a colon, wherever the words before it end."""
    for time in _TIME_BEFORE_UNIT.finditer(plain, floor, colon):
        floor = time.end() if colon - time.end() > 1 else floor
    for at in range(floor, colon - 1) if units else ():
        name = plain[at:colon]
        hits = parse_units(name) if "、" in name or "和" in name else []
        if hits and hits[0].start:
            continue
        listed = [hit.name for hit in hits] or [name]
        found = [
            next((unit.name for unit in units if same_department(one, unit.name)), None) for one in listed
        ]
        if found and all(found):
            return _Part(
                at,
                colon + 1,
                tuple(_fuller(one, known or one) for one, known in zip(listed, found, strict=True)),
            )
    return None


def _fuller(printed: str, known: str) -> str:
    """The clause's name of a unit where the part only shortens it (公安分局), else what the part prints."""
    return known if known.endswith(printed) else printed


def _part_of_others(plain: str, floor: int, colon: int) -> _Part | None:
    """A unit or level that the clause does not name, alone between a mark and the colon: 各旗县区：9月底前."""
    at = 1 + max((plain.rfind(mark, floor, colon) for mark in "。；，\n"), default=-1)
    at = max(at, floor)
    name = plain[at:colon]
    if _LEVEL_WORD.search(name) or lists_units(plain, at, colon):
        return _Part(at, colon + 1, tuple(hit.name for hit in parse_units(name)) or (name,))
    return None


_SENTENCE_START = re.compile("[。；！：\\n]")
_SUBJECT = re.compile(r"(?P<who>[一-鿿（）、]{2,24}?)(?:要|应|须|需|必须|务必|负责|的|将|请|分别)")
_SUBJECT_AFTER = re.compile(r"，?(?P<who>[一-鿿（）、]{2,24}?)(?:要|应|须|需|必须|务必)")


def _subject(plain: str, start: int, end: int) -> str | None:
    """The unit that the sentence of a date is addressed to: 各区要…3月底前…, 3月底前各区要…"""
    far = max(0, start - 200)
    begin = max((m.end() for m in _SENTENCE_START.finditer(plain, far, start)), default=far)
    for match in (_SUBJECT.match(plain, begin, start), _SUBJECT_AFTER.match(plain, end)):
        if match and is_unit_list(match["who"]) and len(parse_units(match["who"])) == 1:
            return match["who"]
    return None


def _named_before(plain: str, at: int, floor: int = 0) -> str | None:
    """The unit or level named right before a date as the one it binds (各区要在3月底前, 旗本级4月底前)."""
    match = _LEVEL_BEFORE.search(plain[max(floor, at - 40) : at])
    if match is None:
        return None
    who = match["who"]
    if _LEVEL_WORD.search(who) or (is_unit_list(who) and len(parse_units(who)) == 1):
        return who
    return None


# ---- where clauses stand ------------------------------------------------------------------------------------

_BRACKET = re.compile("[（）]")
_OTHER_BRACKET = re.compile("[【〖{｛]")
_OTHER_BRACKETS = str.maketrans("【】〖〗{}｛｝", "（）（）（）（）")
_LONGEST_OPEN, _LONGEST_BRACKET = 600, 3000


def _brackets(plain: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Pairs of brackets as (opening, after the closing), outer before inner, and openings never closed."""
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in _BRACKET.finditer(plain):
        if match.group() == "（":
            opened.append(match.start())
        elif opened:
            pairs.append((opened.pop(), match.end()))
    return sorted(pairs), opened


def _read_bracket(read: Reading, start: int, end: int) -> tuple[str, Found] | None:
    """What the words in a bracket say, by the first style that can read them."""
    for style in BRACKET_STYLES:
        found = style.read(read, start, end)
        if found and (found[0] or found[1]):
            return style.name, found
    return None


def _labels_inside(read: Reading, start: int, end: int) -> Found | None:
    labels = _labels_in(read.plain, start, end)
    if "：" not in read.plain[start:end] and _FIRST_IS_LEAD.search(read.plain, start, end):
        return None  # a note of the rule alone: （第一责任单位为牵头单位，下同）
    if (
        not labels
        or labels[0][1] - start > 40
        or all(label[0] in (Label.OTHER, Label.PERSON) for label in labels)
    ):
        return None
    return _labelled(read, start, end)


def _verbs_inside(read: Reading, start: int, end: int) -> Found | None:
    if end - start > 400 or _NOTE.match(read.plain, start):
        return None
    return _spoken(read, start, end) or _duties(read, start, end)


def _list_inside(read: Reading, start: int, end: int) -> Found | None:
    """A bare list counts at the end of a paragraph or of a sentence, not as a note inside one."""
    closes = _PARAGRAPH_END.match(read.plain, end + 1) or read.plain[end : end + 1] == ""
    after_sentence = start > 1 and read.plain[start - 2] in "。；！”"
    if end - start > 600 or not (closes or after_sentence) or _NOTE.match(read.plain, start):
        return None
    return _bare(read, start, end)


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


def find_clauses(text: str, *, first_is_lead: bool = False, year: int | None = None) -> list[Clause]:
    """Every responsibility clause of a folded text, in order, none inside another.

    `first_is_lead` is the document's rule that the unit named first leads (see `states_first_is_lead`)."""
    plain = plainly(text)
    if _OTHER_BRACKET.search(plain):
        plain = plain.translate(_OTHER_BRACKETS)
    read = Reading(plain, text, first_is_lead, year)
    clauses = _bracket_clauses(read)
    clauses += _chain_clauses(read, [(clause.start, clause.end) for clause in clauses])
    if not clauses:
        clauses = _sentence_clauses(read)
    wide = _plan_wide_clauses(read)
    if wide:
        clauses = [c for c in clauses if not any(w.start < c.end and c.start < w.end for w in wide)] + wide
    return sorted(clauses, key=lambda clause: clause.start)


def _bracket_clauses(read: Reading) -> list[Clause]:
    pairs, unclosed = _brackets(read.plain)
    pairs = sorted([*pairs, *((at, _open_end(read.plain, at)) for at in unclosed)])
    clauses: list[Clause] = []
    for start, end in pairs:
        if clauses and start < clauses[-1].end:
            continue
        if not 4 <= end - start <= _LONGEST_BRACKET:
            continue
        inner_end = end - 1 if read.plain[end - 1] == "）" else end
        if _runs_on(read.plain, start, end):
            end = inner_end = _open_end(read.plain, start)
        result = _read_bracket(read, start + 1, inner_end)
        if result:
            style, (units, limits, plan) = result
            clause = Clause(start, end, tuple(units), tuple(limits), plan, style)
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
    return replace(
        left,
        end=right.end,
        units=left.units + right.units,
        deadlines=left.deadlines + right.deadlines,
        plan=left.plan or right.plan,
    )


_ITEM_INSIDE = re.compile(r"（[0-9一二三四五六七八九十]{1,4}）|\n[0-9一二三四五六七八九十]{1,3}[.、]")


def _runs_on(plain: str, start: int, end: int) -> bool:
    """A pair that a missing bracket has made swallow the next items."""
    return (
        end - start > 60
        and bool(_labels_in(plain, start + 1, start + 20))
        and bool(_ITEM_INSIDE.search(plain, start + 1, min(end, start + _LONGEST_OPEN)))
    )


_OPEN_STOP = re.compile(rf"[。\n]|{_NEXT_ITEM.pattern}")


def _open_end(plain: str, start: int) -> int:
    """Where a bracket that is never closed must have ended: before the next item, line or sentence."""
    stop = _OPEN_STOP.search(plain, start + 1, start + _LONGEST_OPEN)
    return min(stop.start() if stop else len(plain), start + _LONGEST_OPEN)


# ---- labels without brackets --------------------------------------------------------------------------------


def _chain_clauses(read: Reading, taken: Sequence[tuple[int, int]]) -> list[Clause]:
    """牵头单位：… 责任单位：… 计划举措：… 完成时限：… on lines of their own."""
    labels = list(_labels_outside(read.plain, taken))
    clauses: list[Clause] = []
    at = 0
    while at < len(labels):
        if not _opens_chain(read.plain, labels[at]):
            at += 1
            continue
        length, end = _chain(read.plain, labels, at)
        start = labels[at][1]
        units, limits, plan = _labelled(read, start, end)
        if (units and any(ends_unit(unit.name) for unit, _ in units)) or (limits and not units):
            clauses.append(Clause(start, end, tuple(units), tuple(limits), plan, "label lines"))
        at += length
    return clauses


def _opens_chain(plain: str, label: tuple[Label, int, int]) -> bool:
    kind, start, value_start = label
    if kind is Label.DEADLINE:
        return _CERTAIN_DEADLINE.search(plain, start, value_start) is not None
    return kind in _CHAIN_START and plain[start : value_start - 1] not in _ADDRESS


def _chain(plain: str, labels: Sequence[tuple[Label, int, int]], at: int) -> tuple[int, int]:
    """How many labels follow one another from `at`, none twice, and where the value of the last one ends.

    Only a plan's value may run over sentences; after any other value the next label stands at once."""
    seen: set[tuple[Label, bool]] = set()
    for length, (kind, start, value_start) in enumerate(labels[at:], 1):
        if kind not in (Label.PERSON, Label.OTHER):
            seen.add(_label_sort(plain, kind, start, value_start))
        following = labels[at + length] if at + length < len(labels) else None
        limit = following[1] if following else len(plain)
        end = (
            limit
            if kind is Label.PLAN
            else _value_end(plain, value_start, limit, of_units=kind is Label.DEADLINE)
        )
        if following is None or _label_sort(plain, *following) in seen or plain[end:limit].strip("。；， \n"):
            return length, end
    raise AssertionError("a chain has its last label")


def _label_sort(plain: str, kind: Label, start: int, value_start: int) -> tuple[Label, bool]:
    """责任单位 and 配合单位 may stand in one chain, 责任单位 twice may not."""
    return kind, kind is Label.RESPONSIBLE and _HELPER.search(plain, start, value_start) is not None


_VALUE_STOP = re.compile(rf"[。\n]|(?<![0-9（、，年月])(?:{_NEXT_ITEM.pattern})")


def _value_end(plain: str, value_start: int, limit: int, *, of_units: bool) -> int:
    """Where a value ends that is one line: before the next sentence, line or item.

    With `of_units` it may go on, sentence by sentence, with the part of the next unit."""
    while value_start < limit and plain[value_start].isspace():
        value_start += 1
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
        and _label_before(plain, speaker.end("who"), start) is None
    )


_SPEAKER = re.compile("(?P<who>[一-鿿（）、]{2,24})：")


def _labels_outside(plain: str, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[Label, int, int]]:
    """The labels with a colon that stand in no stretch already read."""
    floor = 0
    for start, end in [*taken, (len(plain), len(plain))]:
        colon = plain.find("：", floor, start)
        while colon >= 0:
            if label := _label_before(plain, colon, floor):
                yield (*label, colon + 1)
            colon = plain.find("：", colon + 1, start)
        floor = end


# ---- sentences ----------------------------------------------------------------------------------------------

_SENTENCE = re.compile(r"[^。\n]+")
_OPENING = re.compile(
    r"^(?:(?:本|此|该|以上|上述)(?:项|条|款)?(?:各项)?(?:工作|任务|措施|举措|事项)?(?:，)?(?:由)?|由)"
)


def _sentence_clauses(read: Reading) -> list[Clause]:
    """A sentence that says nothing but who: 由市财政局牵头，市人社局配合。"""
    clauses = []
    for sentence in _SENTENCE.finditer(read.plain):
        start, end = sentence.span()
        if end - start > 300:
            continue
        if _BARE_LABEL.match(read.plain, start, end) and _LABEL_IS.match(read.plain, start, end):
            units, limits, plan = _labelled(read, start, end)
            clauses += [Clause(start, end, tuple(units), tuple(limits), plan, "sentence")] if units else []
            continue
        if not _VERB.search(read.plain, max(start, end - 24), end):
            continue
        opening = _OPENING.match(sentence.group())
        found = _spoken(read, start + (opening.end() if opening else 0), end)
        if found and found[0]:
            clauses.append(Clause(start, end, tuple(found[0]), tuple(found[1]), None, "sentence"))
    return clauses


_ALL = r"(?:以下|上述|以上|下列|本方案|本计划|本清单|本意见|方案中|所有|全部|各项)(?:所列|中)?的?(?:各项|各|全部|所有)?(?:重点)?(?:任务|工作|措施|举措|事项|内容)"
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
        start, end = _trim(read.plain, start, end)
        if lists_units(read.plain, start, end):
            role = Role.LEAD if verb in ("牵头", "负责") else Role.RESPONSIBLE
            units = tuple((hit, role) for hit in _units_at(read, start, end))
            clauses.append(Clause(*stretch, units, (), None, "plan-wide"))
    return clauses


# ---- the lead rule ------------------------------------------------------------------------------------------

_FIRST = r"(?:首位|第一位?|首个|最前面?|前面|首)"
_LEADS = r"(?:均)?(?:为|是|即为?|系|作为)(?:总|主要|该项|本项)?(?:工作|任务)?(?:牵头|主办|主责|第一责任|首责)"
_FIRST_IS_LEAD = re.compile(
    rf"(?:(?:排|列|位|居|名)(?:在|于|名|列|序|序中)?(?:为)?|单位中?|部门中?|（|，|^){_FIRST}(?:的|者)?(?:责任)?(?:单位|部门)?{_LEADS}"
    rf"|(?:第一|首)(?:个|家|位|责任)?(?:责任)?(?:单位|部门){_LEADS}"
    r"|(?:牵头|主办|主责)(?:单位|部门)(?:均)?(?:排|列|位)(?:在|于|名|列)?(?:首位|第一|最前)"
)


def states_first_is_lead(text: str) -> bool:
    """Whether a paper says that the unit named first leads (排在首位的为牵头单位，下同)."""
    return _FIRST_IS_LEAD.search(plainly("".join(text.split()))) is not None
