"""Who is what in the words of a clause: by labels (牵头单位：…), by verbs (…牵头，…配合), or in a bare list.

Each reader takes a stretch of folded text and gives the units with their roles, the time limits, and the plan;
None where the stretch is not what it reads.  Where such stretches stand is `find`'s part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index_build.clauses.bindings import Reading, bound_limits, limits_at
from index_build.clauses.labels import HELPER, Label, labels_in
from index_build.dates import DateHit, find_dates
from index_build.model import Role
from index_build.names import UnitHit, cut_at_depth, ends_unit, is_unit_list, level_of, lists_units, units_at

_GOVERNS = r"牵头(?:负责|落实|组织实施|组织|实施|推进|抓总|统筹|办理)?|主办|主责|主抓|抓总|总抓|统筹(?:协调|推进|抓总)?|为主"

_DOES = "|".join(
    (
        "负责(?:落实|实施|推进|组织实施|办理|组织)?|组织实施|抓好落实|推进落实|落实|承办|办理",
        *(
            f"{verb}(?:有关|相关|各项|具体)?(?:工作|任务|落实)"
            for verb in ("完成", "做好", "开展", "抓好", "推进")
        ),
    )
)
HELP_WORDS = ("配合", "参与", "参加", "协助", "协办", "协同", "支持")
_HELP = "|".join(HELP_WORDS)
_HELP_WITH = "(?:落实|实施|推进|做好|完成|抓)?"
_HELPS = rf"(?:积极|主动|密切|协同|做好|全力)?(?:{_HELP}){_HELP_WITH}"
_VERB_ENDS = r"(?=[，；。、）和并与及\n]|会同|由|$)"

VERB = re.compile(
    r"(?P<share>(?:按照?|依据?|根据|依照)(?:各自|相关|有关|本部门)?(?:工作)?(?:职责|职能|权限|任务|分工)+(?:和|及)?(?:职责|任务|分工|范围|要求)*内?)?"
    r"(?:分别|共同|联合|分头|统筹|具体|协同|各自|总)*"
    rf"(?P<word>{_GOVERNS}|{_DOES}|{_HELPS}){_VERB_ENDS}"
)

# The words of `VERB` alone, and with what may follow them: a search is far cheaper where each alternative begins with
# a sign of its own, and where these are not found there is no verb.
_VERB_WORD = re.compile(f"{_GOVERNS}|{_DOES}|{_HELP}")
_VERB_ALONE = re.compile(
    f"(?:{_GOVERNS}|{_DOES}|{'|'.join(word + _HELP_WITH for word in HELP_WORDS)}){_VERB_ENDS}"
)
_GOVERNING, _HELPING = re.compile(_GOVERNS), re.compile(_HELPS)
# What all units of a list do, so that a rule of the paper (排在首位的为牵头单位) says which of them leads.
_IN_CHARGE = re.compile(r"(?!.{0,30}(?:分别|共同|联合))[^，]*?(?:负责|落实|组织实施)")


def has_verb(plain: str, start: int, end: int) -> bool:
    """Whether a verb of the table stands in [start, end)."""
    return _VERB_ALONE.search(plain, start, end) is not None


_TOGETHER = re.compile("会同|，会同|、会同|并会同")
_LEAD_RULE = re.compile(
    "[，；。、](?:其中)?[^，；。、]{0,8}(?:排在|排名|排列|列首|首位|第一位|第一的)[^；。]*[。；]?[^；。]{0,8}$|[，；。、]下同$"
)
Found = tuple[list[tuple[UnitHit, Role]], list[tuple[DateHit, str | None]], tuple[int, int] | None]


def units_of(read: Reading, start: int, end: int) -> list[UnitHit]:
    return units_at(read.text, read.plain, start, end)


_DATE_SIGN = re.compile("年|月|季|周|旬|底|末|前|期|日|续|即|时|20[0-9]|常态|立行|滚动")
# How long something goes on, before the word that says that it does: 供热期内持续开展, 汛期常态化推进.
_SEASON = re.compile("(?:在|于)?[一-鿿]{1,6}(?:期间?|季节?)[内间里]?")


def _is_limit(read: Reading, start: int, end: int) -> bool:
    """Whether one item of a list is a date or 长期坚持, not a unit."""
    if end - start > 40 or not _DATE_SIGN.search(read.plain, start, end):
        return False
    stretch = read.plain[start:end].strip("，；。、 ")
    season = _SEASON.match(stretch)
    latest = max(3, season.end() if season else 0)
    return any(hit.start <= latest for hit in find_dates(stretch, read.year)) and not is_unit_list(stretch)


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


def labelled(
    read: Reading, start: int, end: int, found: Sequence[tuple[Label, int, int]] | None = None
) -> Found:
    """The values after labels in [start, end): 牵头单位：…；责任单位：…；完成时限：…

    `found` are its labels where the caller has looked for them already."""
    units: list[tuple[UnitHit, Role]] = []
    limits: list[tuple[int, int]] = []
    plan: tuple[int, int] | None = None
    first_leads = read.first_is_lead or names_first_lead(read.plain, start, end)
    end, rule = _without_rule(read.plain, start, end)
    labels = labels_in(read.plain, start, end) if found is None or rule else found
    next_starts = [*(at for _, at, _ in labels[1:]), end]
    may_lead = False
    spoken_limits: list[tuple[DateHit, str | None]] = []
    # a rule may hold all labels
    for (kind, at, value_start), next_start in zip(labels, next_starts, strict=False):
        value = trimmed(read.plain, value_start, next_start)
        match kind:
            case Label.DEADLINE:
                limits.append(value)
            case Label.PLAN:
                plan = value if value[0] < value[1] else plan
            case Label.LEAD | Label.RESPONSIBLE | Label.FIRST_LEADS:
                if by_verbs := _spoken_value(read, *value):
                    units += by_verbs[0]
                    spoken_limits += by_verbs[1]
                    continue
                stretches, dates = _split_limits(read, *value)
                limits += dates
                hits = [hit for stretch in stretches for hit in units_of(read, *stretch)]
                units += _in_roles(read, hits, kind)
                may_lead = may_lead or (
                    kind is Label.RESPONSIBLE and not HELPER.search(read.plain, at, value_start)
                )
            case _:
                pass
    if (first_leads or rule) and may_lead and not any(role is Role.LEAD for _, role in units):
        units[:1] = [(units[0][0], Role.LEAD)] if units else []
    named = [unit for unit, _ in units]
    bound = [limit for stretch in limits for limit in bound_limits(read, *stretch, named)]
    return units, spoken_limits + bound, plan


def _spoken_value(read: Reading, start: int, end: int) -> Found | None:
    """A value that says by verbs what its label does not: 责任单位：市住建局牵头，市城管局配合."""
    if _VERB_WORD.search(read.plain, start, end) is None:
        return None
    first = VERB.search(read.plain, start, end)
    return spoken(read, start, end) if first and _GOVERNING.match(first["word"]) else None


_NOTED_LEAD = re.compile("（(?:牵头|主办|组长单位|排名第一)")


def _in_roles(read: Reading, hits: Sequence[UnitHit], kind: Label) -> list[tuple[UnitHit, Role]]:
    """The units after a label, in its role; where one is marked （牵头）, it alone leads."""
    if kind is Label.LEAD:
        return [(hit, Role.LEAD) for hit in hits]
    noted = [_NOTED_LEAD.match(read.plain, hit.end) is not None for hit in hits]
    if kind is Label.FIRST_LEADS and hits and not any(noted):
        noted[0] = True
    return [(hit, Role.LEAD if leads else Role.RESPONSIBLE) for hit, leads in zip(hits, noted, strict=True)]


def trimmed(plain: str, start: int, end: int) -> tuple[int, int]:
    """[start, end) without the separators and white space at its edges."""
    while start < end and plain[start] in " \n，；。、：,;　/|":
        start += 1
    while end > start and plain[end - 1] in " \n，；、,;　/|":
        end -= 1
    return start, end


def may_speak(plain: str, start: int, end: int) -> bool:
    """Whether [start, end) has a word without which no units are named by verbs."""
    return _VERB_WORD.search(plain, start, end) is not None or plain.find("会同", start, end) >= 0


def spoken(read: Reading, start: int, end: int) -> Found | None:
    """Units with verbs in [start, end): X牵头，Y配合 · X会同Y · 由X负责 · X、Y按职责分工负责."""
    units: list[tuple[UnitHit, Role]] = []
    limits: list[tuple[DateHit, str | None]] = []
    governed, at = False, start
    has_words = _VERB_WORD.search(read.plain, start, end)
    verbs = list(VERB.finditer(read.plain, start, end)) if has_words else []
    if not verbs and read.plain.find("会同", start + 1, end) < 0:
        return None
    for verb in verbs:
        helps = _HELPING.match(verb["word"]) is not None
        leads = not helps and not (governed and not _GOVERNING.match(verb["word"]))
        governed = governed or _GOVERNING.match(verb["word"]) is not None
        role = Role.LEAD if leads else Role.RESPONSIBLE
        if helps and not units and (mark := _last_group(read.plain, at, verb.start())):
            if not _take(read, at, mark, Role.LEAD, units, limits):
                return None
            at = mark
        if not _take(read, at, verb.start(), role, units, limits):
            return None
        at = verb.end()
    if at < end and not _take(read, at, end, Role.RESPONSIBLE if units else Role.LEAD, units, limits):
        return None
    if read.first_is_lead and len(verbs) == 1 and _IN_CHARGE.match(verbs[0].group()):
        units[1:] = [(hit, Role.RESPONSIBLE) for hit, _ in units[1:]]
    return (units, limits, None) if units else None


def _last_group(plain: str, start: int, end: int) -> int | None:
    """Where the last group before the first verb, a helping one, begins: those before it lead (甲、乙；丙配合)."""
    groups = cut_at_depth(plain, start, end, separators="，；")
    return groups[-1][0] if len(groups) > 1 and groups[-1][0] < groups[-1][1] else None


_DUTY = re.compile(
    rf"(?P<units>[^，；。]{{3,120}}?)(?P<word>{_GOVERNS}|负责|{_HELPS})(?P<object>[^，；。]*)$"
)


def duties(read: Reading, start: int, end: int) -> Found | None:
    """What each is in charge of: 市发改委负责项目审批；市住建局负责施工许可；市财政局配合做好资金保障."""
    units: list[tuple[UnitHit, Role]] = []
    limits: list[tuple[DateHit, str | None]] = []
    for from_, to, _ in cut_at_depth(read.plain, start, end, separators="，；。"):
        from_, to = trimmed(read.plain, from_, to)
        if from_ >= to:
            continue
        if _is_limit(read, from_, to):
            limits += [(hit, None) for hit in limits_at(read, from_, to)]
            continue
        duty = _DUTY.match(read.plain, from_, to)
        if duty is None:
            return None
        role = Role.RESPONSIBLE if _HELPING.match(duty["word"]) else Role.LEAD
        if not _take(read, from_, duty.end("units"), role, units, limits):
            return None
    return (units, limits, None) if units else None


_DONE = re.compile("(?:共同|联合|协同|具体|组织)*(?:完成|实施|办理|推进|推动|抓好|做好|开展)(?=[，；]|$)")
_BY = re.compile("由(?<![自理事缘案].)(?!于)")


def _take(
    read: Reading,
    start: int,
    end: int,
    role: Role,
    units: list[tuple[UnitHit, Role]],
    limits: list[tuple[DateHit, str | None]],
) -> bool:
    """Add what stands before a verb; False where it is not a list of units after all."""
    start, end = trimmed(read.plain, start, end)
    if read.plain.startswith("以", start) and read.plain.startswith("为主", end):
        start += 1
    if start >= end:
        return True
    if start + 1 < end and (together := _TOGETHER.search(read.plain, start, end)):
        before, after = together.span()
        done = _DONE.search(read.plain, after, end)
        helping = (after, done.start() if done else end)
        beyond = (done.end() if done else end, end)  # 会同市公安局实施，6月底前完成
        return (
            _take(read, start, before, role, units, limits)
            and _take(read, *helping, Role.RESPONSIBLE, units, limits)
            and _take(read, *beyond, Role.RESPONSIBLE, units, limits)
        )
    for by in _BY.finditer(read.plain, start + 2, end):
        if not lists_units(read.plain, start, by.start()):
            start = by.end()  # 贷款贴息政策由市财政局: what they are in charge of stands before them
    stretches, dates = _split_limits(read, start, end)
    for stretch in stretches:
        if not lists_units(read.plain, *stretch) and not (
            (units or _all_of_places(read.plain, *stretch)) and _mostly_units(read.plain, *stretch)
        ):
            return False
        units.extend((hit, role) for hit in units_of(read, *stretch))
    limits.extend((hit, None) for stretch in dates for hit in limits_at(read, *stretch))
    return True


def bare(read: Reading, start: int, end: int) -> Found | None:
    """Nothing but units in [start, end), and dates after them: all lead, or the first where the paper says so."""
    end, rule = _without_rule(read.plain, start, end)
    stretches, dates = _split_limits(read, start, end)
    units: list[UnitHit] = []
    for stretch in stretches:
        stretch = trimmed(read.plain, *stretch)
        if stretch[0] < stretch[1] and not lists_units(read.plain, *stretch):
            return None
        units += units_of(read, *stretch)
    if not units:
        return None
    noted = [_NOTED_LEAD.match(read.plain, unit.end) is not None for unit in units]
    leads = noted if any(noted) else [at == 0 or not (read.first_is_lead or rule) for at in range(len(units))]
    bound = {unit.end: unit.name for unit in units}
    limits = [
        (hit, bound.get(stretch[0] - 1) if read.plain[stretch[0] - 1] == "：" else None)
        for stretch in dates
        for hit in limits_at(read, *stretch)
    ]
    return (
        [
            (unit, Role.LEAD if is_lead else Role.RESPONSIBLE)
            for unit, is_lead in zip(units, leads, strict=True)
        ],
        limits,
        None,
    )


_NO_NAME = re.compile("[的了及在对与将把按]|加强|推进|推动|完善|建立|开展|实施|做好|确保|工作|任务|措施")


def _mostly_units(plain: str, start: int, end: int) -> bool:
    """Whether a list beside a lead holds units, some of which end in a word that no lexicon has (…车务段)."""
    items = [plain[a:b].strip() for a, b, _ in cut_at_depth(plain, start, end)]
    known = sum(ends_unit(item) for item in items)
    return 2 * known >= len(items) and all(
        ends_unit(item) or (3 <= len(item) <= 16 and not _NO_NAME.search(item)) for item in items
    )


def _all_of_places(plain: str, start: int, end: int) -> bool:
    """Whether each of a list before a verb names its level or place and ends as a unit does (市排水处、县农科站)."""
    items = [plain[a:b].strip() for a, b, _ in cut_at_depth(plain, start, end)]
    return all(
        ends_unit(item) and (level := level_of(item)) and not _OF_LEVEL.match(item, len(level))
        for item in items
    )


_OF_LEVEL = re.compile("[级属直内域]")  # 市级医院 are many


def limits_only(read: Reading, start: int, end: int) -> Found | None:
    """Nothing but a date in [start, end)."""
    if not _is_limit(read, start, end):
        return None
    return [], [(hit, None) for hit in limits_at(read, start, end)], None


def _without_rule(plain: str, start: int, end: int) -> tuple[int, bool]:
    """Where the words about units end if a rule about them follows (排在首位的为牵头单位，下同), and if one does."""
    rule = _LEAD_RULE.search(plain, start, end)
    return (rule.start(), True) if rule else (end, False)


_FIRST = r"(?:首位|第一位?|首个|最前面?|前面|首)"
# What ends each rule about who leads: …为牵头单位, …表示该项工作的主办.
IS_LEAD = (
    r"(?:(?:均|即|就)?(?:为|是|系|作为|视为|表示|代表|指)|即)"
    r"(?:总|主要|该项|本项)?(?:任务|工作)?的?(?:牵头|主办|主责|第一责任|首责)"
)
FIRST_IS_LEAD = re.compile(
    rf"(?:(?:排|列|位|居|名)(?:在|于|名|列|序|序中)?(?:为)?|单位中?|部门中?|（|，|^){_FIRST}(?:的|者)?(?:责任)?(?:单位|部门)?{IS_LEAD}"
    rf"|(?:第一|首)(?:个|家|位|责任)?(?:责任)?(?:单位|部门){IS_LEAD}"
    r"|(?:牵头|主办|主责)(?:单位|部门)(?:均)?(?:排|列|位)(?:在|于|名|列)?(?:首位|第一|最前)"
)
# Every wording of the rule has one of these, at most eight characters from its begin and thirty from its end.
_FIRST_WORDS = ("首", "第一", "前面", "最前")


def names_first_lead(plain: str, start: int, end: int) -> bool:
    """Whether [start, end) of a folded text says that the unit named first leads (排在首位的为牵头单位，下同)."""
    for word in _FIRST_WORDS:
        at = plain.find(word, start, end)
        while at >= 0:
            if FIRST_IS_LEAD.search(plain, max(start, at - 8), min(end, at + len(word) + 30)):
                return True
            at = plain.find(word, at + 1, end)
    return False
