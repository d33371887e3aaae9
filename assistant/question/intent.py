"""What a question asks for, from the signals of lexicon/intents.txt.  The signals find wordings; the rules here say
how they combine."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.known import Unit, lies_in
from assistant.model import DateRange, Intent
from assistant.question.doubted import Doubted
from assistant.question.named_days import is_limit
from assistant.question.phrases import Phrases
from assistant.question.quantity import what_is_counted
from assistant.question.scope import Scope

_LEADING, _HELPING = r"(?:牵头|负责|主办|主责|挂帅|领衔)", r"(?:配合|责任|参与|协助|协办|打下手)"
_OR = r"(?:的|单位|部门)?(?:、|或|和|与|及|跟|还是|加上|，|/|加)(?:者|以及)?.{0,2}"
_EITHER_ROLE = re.compile(
    rf"{_LEADING}{_OR}{_HELPING}|{_HELPING}{_OR}{_LEADING}|都算|(?:不管|不论|无论)是?(?:牵头|负责|配合)"
    r"|主办协办|牵头配合(?:都|全|一起|一并)|(?:不分|不区分|不论|不管|无论)(?:主次|角色|主办|主协办|什么角色)|(?:两种|各种)角色|主次不[分论]"
)
# 妇联参与的任务，牵头的是谁: who leads is asked, the unit's own part is the other one.
_WHO_LEADS = re.compile(
    r"牵头的?(?:单位|部门)?(?:又|都|各|分别)*(?:是|为|归|由)?(?:谁|哪[个家]?(?:单位|部门|局)?)|(?:谁|哪[个家](?:单位|部门|局)?)(?:来)?牵头"
)
_LEADS = re.compile(
    r"牵头|领衔|领头|打头|带头|挂帅|挑头|负总责|主责|第一责任(?:单位|部门|人|方)?|总负责|头一家|\blead(?:s|ing)?\b|\bled\b"
)
_HELPS = re.compile(
    r"责任单位|责任部门|配合|协助|协办|协同|打下手|搭把手|帮谁|帮.{0,6}的忙|\b(?:help|support|assist|cooperat)\w*"
    r"|\bresponsible (?:unit|department|agency)\b"
)
# 不牵头只配合: a role that is named to be left out.
_NOT_LEADING = re.compile(
    r"(?:(?<!有)没有?|[不非未]|不是|不算|除了?|而非|(?:别|不要|甭)(?:光|只)?说)(?:有|是|由|在|再|去|当|用|由它|做|打)*"
    r"(?:牵头|挂帅|领衔|领头|打头|带头|挑头|主责|主办)(?:的|单位|部门)?(?:以外|之外|外)?"
)
_NOT_HELPING = re.compile(
    r"(?:(?<!有)没有?|[不非未]|不是|不算|除了?|而非)(?:有|是|由|在|再|去|当|含|包括|用|做|打|给别人|给人)*"
    r"(?:配合|责任单位|协助|协办|打下手)(?:的)?(?:以外|之外|外)?"
)
# What the records of the measures asked for have or lack.
LACKS = ("lacks_deadline", "lacks_lead", "lacks_responsible", "shared_lead")
_SHARE_OF = re.compile(
    r"\d(个|家|座|所|套|处)(?!重点|主要|大|措施|任务|举措|工作|事项|部门|单位|月).{1,20}(?:几|多少)\1"
)


@dataclass(frozen=True)
class Asked:
    """What is asked, each field as the `Question`'s of its name: `aspect` is what a comparison compares, `role` the part
    that a department's tasks are asked for in."""

    intent: Intent
    role: str | None = None
    aspect: Intent | None = None
    many: bool = False
    off_topic: bool = False
    units_counted: bool = False
    doubt: str | None = None
    standing: str | None = None
    extreme: str | None = None
    level: str | None = None
    mentioning: bool = False
    courtesy: bool = False  # thanks, a farewell: no question at all


def read_asked(
    plain: str,
    phrases: Phrases,
    scope: Scope,
    units: Sequence[Unit],
    dates: Sequence[DateRange],
    topical: bool,
    doubted: Doubted | None = None,
    *,
    hollow: Callable[[], bool] = bool,
    own_years: frozenset[int] = frozenset(),
    numbers: Sequence[tuple[int, int]] = (),
) -> Asked:
    """`topical` says whether anything is left of the text besides places, units and the asking itself, `hollow` whether
    what is left only calls for rows of a list (台账, 出现在哪几条); `own_years` are those of the papers asked about,
    `numbers` where measures are called by number."""
    heard = _Heard(
        plain, phrases, scope, tuple(units), tuple(dates), topical, doubted, hollow, own_years, tuple(numbers)
    )
    for read in (
        _no_question,
        _level,
        _mentions,
        _papers,
        _standing,
        _more,
        _lacking,
        _whole_papers,
        _doubt,
        _places,
        _tasks,
        _due,
    ):
        asked = read(heard)
        if asked:
            return asked
    if heard.counted:
        return Asked(Intent.COUNT)
    kind = doubted.kind if doubted else None
    if heard.single in (Intent.WHAT, Intent.WHO) and topical and heard.says("units_of"):
        return Asked(Intent.WHO, units_counted=True, doubt=kind)
    return Asked(heard.single, many=heard.says("many") or heard.listed, doubt=kind)


@dataclass(frozen=True)
class _Heard:
    """A text and what its signals say; those that several readings ask for are looked for once."""

    plain: str
    phrases: Phrases
    scope: Scope
    units: tuple[Unit, ...]
    dates: tuple[DateRange, ...]
    topical: bool
    doubted: Doubted | None
    calls_for_rows: Callable[[], bool]
    own_years: frozenset[int]
    numbers: tuple[tuple[int, int], ...]

    def says(self, signal: str) -> bool:
        return self.phrases.says(signal, self.plain)

    @cached_property
    def single(self) -> Intent:
        return single_intent(self.plain, self.phrases)

    @cached_property
    def tasks(self) -> bool:
        return self.says("tasks")

    @cached_property
    def asks_unit(self) -> bool:
        return self.says("asks_unit")

    @cached_property
    def listed(self) -> bool:
        return self.says("list")

    @cached_property
    def limited(self) -> bool:
        """Whether a day can be a limit; of the years alone one of which no paper is (到2028年, of a plan of 2026)."""
        other = (d for d in self.dates if d.first and self.own_years and d.first.year not in self.own_years)
        return any(is_limit(d) for d in self.dates) or any(other)

    @cached_property
    def lacks(self) -> bool:
        if self.units:  # 市住建局没有牵头的: its part is meant, not that of others
            return self.says("lacks_deadline") and self.hollow
        return any(self.says(signal) for signal in LACKS) and not self.says("also_leads")

    @cached_property
    def counted(self) -> bool:
        of_units = bool(self.units) and (self.tasks or self.says("lead") or self.says("responsible"))
        if self.told:
            return False
        return self.says("count") or ((self.lacks or of_units) and self.says("all_counted"))

    @cached_property
    def told(self) -> bool:
        """那12个站里我们有几个: the share of a number, no count of measures."""
        return bool(self.topical and _SHARE_OF.search(self.plain))

    @cached_property
    def about_unit(self) -> bool:
        if self.units and (self.says("part_of_which") or (self.hollow and self.says("its_tasks"))):
            return False
        known = self.doubted is not None and self.doubted.kind == "lead" and self.topical
        return self.asks_unit or (known and self.says("beside_lead"))

    @cached_property
    def hollow(self) -> bool:
        return not self.topical or self.calls_for_rows()

    @property
    def bare(self) -> bool:
        """Whether a unit is named and nothing besides it that a measure could be about: its tasks are meant, whatever
        words call for them."""
        asks_one = self.single in (Intent.WHEN, Intent.WHO_WHEN) and not self.listed
        sure = self.doubted is None or self.doubted.kind == "lead"
        return bool(self.units) and sure and not asks_one and self.hollow

    @property
    def scoped(self) -> bool:
        return bool(self.units or self.scope.places or self.scope.documents)


def _no_question(heard: _Heard) -> Asked | None:
    """Asked to make something up, small talk, about the assistant."""
    if heard.says("invent"):
        return Asked(Intent.INVENT)
    if not heard.scoped and heard.says("off_topic"):
        return Asked(Intent.ABOUT, off_topic=True)
    if not heard.scoped and heard.says("courtesy"):
        return Asked(Intent.ABOUT, courtesy=heard.says("thanks"))
    if heard.topical or heard.units or heard.scope.places or not heard.says("about"):
        return None
    beside = single_intent(heard.phrases.cut("about", heard.plain), heard.phrases)
    if beside is not Intent.WHAT:
        return None
    return Asked(Intent.DOCUMENTS if heard.says("documents") else Intent.ABOUT)


LEVELS = {"upper_level": "upper", "lower_level": "lower"}


def _level(heard: _Heard) -> Asked | None:
    """What of a higher level something belongs to, or what of lower ones."""
    level = next((level for signal, level in LEVELS.items() if heard.says(signal)), None)
    level = _between_levels(heard) or level
    if level is None or heard.says("changes") or heard.scope.unknown:
        return None
    return Asked(Intent.COUNTERPART, aspect=heard.single, level=level)


def _between_levels(heard: _Heard) -> str | None:
    """Of two places named, one in the other, where that lies whose measure is asked for: the measure at hand is that of
    the place by which its number stands, else of the first (自治区第3条对应我们县哪条)."""
    named = heard.scope.named
    if len({path for _, _, path in named}) != 2 or not heard.says("corresponds"):
        return None
    at = heard.numbers[0][0] if heard.numbers else 0
    own = min(named, key=lambda found: min(abs(at - found[1]), abs(at - found[0])))[2]
    (other,) = {path for _, _, path in named} - {own}
    if lies_in(other, own):
        return "lower"
    return "upper" if lies_in(own, other) else None


def _mentions(heard: _Heard) -> Asked | None:
    """In which measures of which places some words stand."""
    if heard.topical and heard.says("mentions") and not heard.asks_unit:
        return Asked(Intent.COUNT, mentioning=True)
    return None


def _papers(heard: _Heard) -> Asked | None:
    # 能源企业有什么政策 asks for what the papers say
    papers = (heard.says("documents") and not (heard.topical and heard.says("policies_on"))) or (
        not heard.topical and bool(heard.scope.documents) and heard.says("in_force")
    )
    if (papers and not (heard.listed and heard.units)) or (not heard.topical and heard.says("paper")):
        return Asked(Intent.DOCUMENTS)
    return None


STANDINGS = ("overdue", "not_due", "ongoing")
EXTREMES = {"due_first": "first", "due_last": "last"}


def _standing(heard: _Heard) -> Asked | None:
    """How measures stand against a day: overdue, not due yet, without an end; or those that are due first of all."""
    standing = next((s for s in STANDINGS if heard.says(s)), None)
    extreme = next((end for signal, end in EXTREMES.items() if heard.says(signal)), None)
    if not (standing or extreme) or heard.asks_unit:
        return None
    asks = heard.listed or heard.counted or heard.tasks or heard.says("which")
    if not heard.hollow and (extreme or standing == "ongoing" or not asks):
        return None  # 常态化对接谁牵头, 逾期怎么处理
    intent = Intent.COUNT if heard.counted and not extreme else Intent.DUE_LIST
    role = read_role(heard.plain) if heard.units else None
    return Asked(intent, role=role, standing=standing, extreme=extreme)


def _more(heard: _Heard) -> Asked | None:
    """Which of the units, or of the places, has more measures."""
    if (heard.units or len(heard.scope.places) > 1) and heard.says("who_more") and heard.hollow:
        return Asked(Intent.COUNT, role=read_role(heard.plain))
    return None


def _lacking(heard: _Heard) -> Asked | None:
    asks = heard.listed or heard.counted or heard.tasks or heard.says("which")
    asks = asks or (not heard.topical and heard.scoped and heard.says("yesno"))  # 有没有写时限
    if heard.lacks and (asks or heard.says("called_so")):
        return Asked(Intent.COUNT, role=read_role(heard.plain) if heard.units else None)
    return None


def _whole_papers(heard: _Heard) -> Asked | None:
    """How many units there are; what was changed between two levels."""
    if not heard.topical and not heard.units and heard.says("count_units"):
        return Asked(Intent.COUNT, role=read_role(heard.plain), units_counted=True)
    return Asked(Intent.CHANGES, aspect=heard.single) if heard.says("changes") else None


def _doubt(heard: _Heard) -> Asked | None:
    """A管还是B管, 是不是A牵头: who it is, of one measure."""
    doubted = heard.doubted
    if doubted is None or doubted.kind == "lead" or not heard.topical or len(heard.scope.places) > 1:
        return None
    single = Intent.WHO if doubted.kind == "part" else heard.single
    if single is Intent.WHEN:
        return Asked(Intent.WHO_WHEN, doubt=doubted.kind)
    if single is Intent.WHAT:
        single = Intent.WHO_LEAD if "牵头" in heard.plain else Intent.WHO
    return Asked(single, doubt=doubted.kind)


def _places(heard: _Heard) -> Asked | None:
    """A unit's tasks at several places, or places or papers compared."""
    scope = heard.scope
    if len(scope.places) > 1 and heard.units and not heard.about_unit and (heard.counted or heard.tasks):
        return _of_unit(heard)
    timed = not heard.topical and any(is_limit(d) for d in heard.dates)
    if len(scope.places) > 1 and heard.counted and heard.hollow and not (heard.units or heard.dates):
        return Asked(Intent.COUNT)  # 两个县各有多少项措施
    if len(scope.places) > 1 and timed and (heard.says("due") or heard.tasks):
        return Asked(Intent.DUE_LIST)  # 两个县12月底前分别要完成什么
    named = len(scope.places) + (len(scope.unknown) if scope.places and heard.says("compare") else 0)
    if named > 1 or (len(scope.documents) > 1 and heard.says("compare")):
        return Asked(Intent.COMPARE, aspect=heard.single)
    return None


def _tasks(heard: _Heard) -> Asked | None:
    if heard.units and not heard.about_unit and (heard.counted or heard.tasks or heard.bare):
        return _of_unit(heard)
    return None


def _of_unit(heard: _Heard) -> Asked:
    intent = Intent.COUNT if heard.counted else Intent.DEPARTMENT_TASKS
    return Asked(intent, role=read_role(heard.plain))


def _due(heard: _Heard) -> Asked | None:
    of_year = bool(heard.dates) and heard.hollow and heard.says("due")  # 今年要完成什么
    if heard.about_unit or heard.single is Intent.WHO_WHEN or not (heard.limited or of_year):
        return None
    asks = heard.listed or heard.counted or heard.tasks
    if not asks and heard.says("due"):  # 9月底前要建多少个窗口: a figure of one measure
        asks = not heard.topical or what_is_counted(heard.plain, heard.phrases) is None
    if asks or (heard.says("which") and not heard.topical):
        return Asked(Intent.COUNT if heard.counted else Intent.DUE_LIST)
    return None


def single_intent(plain: str, phrases: Phrases) -> Intent:
    """What is asked of one measure."""
    if phrases.says("post", plain):
        return Intent.WHAT
    first = phrases.says("sooner", plain)
    plain = phrases.cut("sooner", phrases.cut("partner", plain))
    lead, responsible = phrases.says("lead", plain), phrases.says("responsible", plain)
    who = phrases.says("who", plain) or lead or responsible
    when = first or phrases.says("when", plain)
    if (
        when
        and not first
        and not phrases.says("day_asked", plain)
        and what_is_counted(plain, phrases) is not None
    ):
        when = False  # 期限是几个月, 时限压到几天: a length of time, not a day
    if who and when:
        return Intent.WHO_WHEN
    if when:
        return Intent.WHEN
    if not who:
        return Intent.WHAT
    both = phrases.says("both_roles", plain) and not phrases.says("besides_lead", plain)
    if phrases.says("also_leads", plain):
        return Intent.WHO_LEAD
    if phrases.says("which_role", plain):
        return Intent.WHO
    if responsible and not both:
        return Intent.WHO_RESPONSIBLE
    if lead and not responsible:
        return Intent.WHO_LEAD
    return Intent.WHO


def read_role(plain: str) -> str | None:
    """lead, responsible, or None for either."""
    rest = _WHO_LEADS.sub("，", plain)
    if _HELPS.search(rest) or "参与" in rest:
        plain = rest
    if _EITHER_ROLE.search(_NOT_LEADING.sub("，", _NOT_HELPING.sub("，", plain))):
        return None
    asked_to_lead = _NOT_LEADING.sub("", plain)
    leads = bool(_LEADS.search(asked_to_lead))
    asked_to_help = _LEADS.sub("", _NOT_HELPING.sub("", asked_to_lead))
    helps = bool(_HELPS.search(asked_to_help))
    if not leads and not helps and bool(_NOT_LEADING.search(plain)) != bool(_NOT_HELPING.search(plain)):
        return "responsible" if _NOT_LEADING.search(plain) else "lead"  # 不挂帅的有哪几条
    if leads == helps:
        return None
    return "lead" if leads else "responsible"
