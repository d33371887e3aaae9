"""What a question asks for, from the signals of lexicon/intents.txt.  The signals find wordings; the rules here say
how they combine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.model import DateRange, Intent
from assistant.phrases import Phrases
from assistant.scope import Scope, Unit

_WHO_LEADS_WHO_HELPS = re.compile(
    r"(?:谁|哪[\u4e00-\u9fff]{0,4})(?:来)?牵头|牵头(?:的)?(?:单位|部门)?(?:和|、|与|及)(?:责任|配合)|谁负责.{0,6}谁配合"
)
_LEAD_IS_KNOWN = re.compile(r"除了?.{0,14}牵头")
_LEADING, _HELPING = r"(?:牵头|负责|主办|主责)", r"(?:配合|责任|参与|协助|协办)"
_OR = r"(?:的|单位|部门)?(?:、|或|和|与|及|跟|还是|加上|，|/)(?:者|以及)?.{0,2}"
_EITHER_ROLE = re.compile(
    rf"{_LEADING}{_OR}{_HELPING}|{_HELPING}{_OR}{_LEADING}|都算|(?:不管|不论|无论)是?(?:牵头|负责|配合)"
)
_ALL_COUNTED = re.compile(r"(?<!是)多少[？?。]?$|(?:有|共)几(?:个|项|条|件)?[？?。]?$")
_HELPS = re.compile(r"责任单位|责任部门|配合|协助|协办")
_DAY_ASKED = re.compile(
    r"什么时|啥时|何时|几时|多会|几月|几号|哪(?:一)?(?:天|年|个?月)|截止|最(?:晚|迟)|到期|这个时间|when|deadline|by what|due"
)
# What the records of the measures asked for have or lack.
LACKS = ("lacks_deadline", "lacks_lead", "lacks_responsible", "shared_lead")
ANY_FIGURE = r"\d"
_FIGURE = re.compile(
    r"(?:多少|几|多大|多高|多低|百分之几|多长|多久|号码|how (?:many|much|fast|long|high)|what (?:share|percentage|proportion|number|figure))([\u4e00-\u9fff]{0,4})"
)
_NO_FIGURE = re.compile(r"月|号|家?(?:单位|部门)|个?(?:单位|部门|局|旗|县|区|市|地方)|项(?!工作日)|条|哪")


@dataclass(frozen=True)
class Asked:
    """`aspect` is what a comparison compares, `role` the part that a department's tasks are asked for in."""

    intent: Intent
    role: str | None = None
    aspect: Intent | None = None
    many: bool = False
    off_topic: bool = False
    units_counted: bool = False


def read_asked(
    plain: str,
    phrases: Phrases,
    scope: Scope,
    units: Sequence[Unit],
    dates: Sequence[DateRange],
    topical: bool,
) -> Asked:
    """`topical` says whether anything is left of the text besides places, units and the asking itself."""

    def says(signal: str) -> bool:
        return phrases.says(signal, plain)

    if says("invent"):
        return Asked(Intent.INVENT)
    single = single_intent(plain, phrases)
    listed, counted, about_unit = says("list"), says("count"), says("asks_unit")
    lacks = any(says(signal) for signal in LACKS) and not units
    if (lacks or (units and (says("tasks") or says("lead") or says("responsible")))) and _ALL_COUNTED.search(
        plain
    ):
        counted = True
    if says("off_topic") and not (units or scope.places or scope.documents):
        return Asked(Intent.ABOUT, off_topic=True)
    beside = single_intent(phrases.cut("about", plain), phrases)
    if says("courtesy") and not (units or scope.places or scope.documents):
        return Asked(Intent.ABOUT)
    if says("about") and not (beside is not Intent.WHAT or topical or units or scope.places):
        return Asked(Intent.ABOUT if not says("documents") else Intent.DOCUMENTS)
    papers = says("documents") or (says("in_force") and bool(scope.documents) and not topical)
    if (papers and not (listed and units)) or (says("paper") and not topical):
        return Asked(Intent.DOCUMENTS)
    if lacks and (listed or counted or says("tasks") or says("which")):
        return Asked(Intent.COUNT)
    if says("count_units") and not topical and not units:
        return Asked(Intent.COUNT, role=read_role(plain), units_counted=True)
    if says("changes"):
        return Asked(Intent.CHANGES, aspect=single)
    if len(scope.places) > 1 and units and not about_unit and (counted or says("tasks")):
        return Asked(Intent.COUNT if counted else Intent.DEPARTMENT_TASKS, role=read_role(plain))
    named = len(scope.places) + (len(scope.unknown) if says("compare") and scope.places else 0)
    if named > 1 or (len(scope.documents) > 1 and says("compare")):
        return Asked(Intent.COMPARE, aspect=single)
    if units and not about_unit and (says("tasks") or counted):
        return Asked(Intent.COUNT if counted else Intent.DEPARTMENT_TASKS, role=read_role(plain))
    due = [d for d in dates if is_limit(d)]
    if (
        due
        and not about_unit
        and single is not Intent.WHO_WHEN
        and (listed or counted or says("due") or says("tasks") or (says("which") and not topical))
    ):
        return Asked(Intent.COUNT if counted else Intent.DUE_LIST)
    if counted:
        return Asked(Intent.COUNT)
    if units and not topical and single is Intent.WHAT:
        return Asked(Intent.DEPARTMENT_TASKS)
    return Asked(single, many=says("many") or listed)


def is_limit(day: DateRange) -> bool:
    """Whether a day can be a limit: a bare year is the plan's own."""
    return not re.fullmatch(
        r"(?:19|20)\d\d年?|[今本当去明]年度?|[今明后昨当]天|[本这]个?月|目前|现在", day.raw.strip()
    )


def single_intent(plain: str, phrases: Phrases) -> Intent:
    """What is asked of one measure."""
    plain = phrases.cut("partner", plain)
    lead, responsible = phrases.says("lead", plain), phrases.says("responsible", plain)
    who = phrases.says("who", plain) or lead or responsible
    when = phrases.says("when", plain)
    if when and not _DAY_ASKED.search(plain) and read_quantity(plain, phrases) is not None:
        when = False  # 期限是几个月, 时限压到几天: a length of time, not a day
    if who and when:
        return Intent.WHO_WHEN
    if when:
        return Intent.WHEN
    if not who:
        return Intent.WHAT
    both = _WHO_LEADS_WHO_HELPS.search(plain) and not _LEAD_IS_KNOWN.search(plain)
    if responsible and not both:
        return Intent.WHO_RESPONSIBLE
    if lead and not responsible:
        return Intent.WHO_LEAD
    return Intent.WHO


def read_role(plain: str) -> str | None:
    """lead, responsible, or None for either."""
    if _EITHER_ROLE.search(plain):
        return None
    leads, helps = "牵头" in plain or " lead" in plain, bool(_HELPS.search(plain))
    if leads == helps:
        return None
    return "lead" if leads else "responsible"


def read_quantity(plain: str, phrases: Phrases) -> str | None:
    """The pattern of what an asked figure counts; None where no figure is asked for."""
    for asked in _FIGURE.finditer(plain):
        if _NO_FIGURE.match(asked[1]):
            continue
        for words, counted in phrases.units:
            if any(asked[1].startswith(word) for word in words.split("|")):
                return counted
        after = 24 if asked[0].isascii() else 0
        near = plain[max(0, asked.start() - 6) : asked.end() + after]
        for words, counted in phrases.units:
            if any(len(word) > 1 and word in near for word in words.split("|")):
                return counted
        return r"\S" if asked[0].startswith("几") or "项" in asked[1] else ANY_FIGURE
    return None
