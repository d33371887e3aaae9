"""Units whose part in a measure is what a question doubts or takes for granted: 归A管还是归B管, 是不是A牵头, A牵头，谁配合.

In such a question a unit goes by its shortest name (税务, 海关, 住建), and it stands beside the topic, not for a list
of its tasks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from assistant.known import Unit
from index_build.vocabulary import lexicon

_PART = r"(?:来|在|去|给|具体|主要|统一)*(?:牵头|负责|主管|主抓|分管|配合|协助|承办|领头|管|抓|办|做|制定|定|拍板|审批|受理|验收|的(?:事|活|职责|责任|任务)儿?|说了算)"
_OR = re.compile(r"还是|抑或|或者是|或是")
_BEFORE_OR = re.compile(rf"(?:{_PART})?[，,、\s]*(?:呢|啊|呀)?[，,\s]*$")
_OPENS = re.compile(r"^(?:说|该|应该|应|得|要)*(?:归|由|是|找|让|属于|去找)*")
_CLOSES = re.compile(rf"^(?:{_PART})?(?:呢|啊|呀|的|吗)*(?=[，,。？?！!；;\s]|$)")
_ROLE = re.compile(r"牵头|负责|主管|主抓|配合|归|由|管|抓|的事|的活|职责|责任|找|定|拍板|审批|受理|验收")
_SURELY = re.compile(
    rf"^{_PART}(?:的|着|了)?(?:[^，,。？?！!；;]{{0,3}}(?:吗|么|嘛|吧|不)(?=[？?。，,\s]|$)|[，,\s]*(?:对不对|是不是|对吗|对吧|是吧|是吗))"
)
_WHETHER = re.compile(r"(?:是不是|是否)(?:归|由|该|应该|属于|在|找|都)*$")
_BELONGS = re.compile(r"(?:是不是|是否|该不该|应不应该)(?:该|应该|都)*(?:归|找|由|属于)$")
_ENDS = re.compile(r"\s*(?:的)?(?:吗|呢|啊|呀)?(?:[，,。？?！!；;\s]|$)")
_CALLED = re.compile(r"(?:单位|部门|牵头的?|负责的?)(?:是|为|：|:|，|\s)*$")
_IS_IT = re.compile(r"\s*(?:吗|么|嘛|吧|对不对|是不是|对吗|对吧)")
_LEADS = re.compile(
    r"^(?:来)?(?:是)?牵头(?!的?(?:单位|部门)?(?:是|吗|么|嘛|不|还是)|(?:哪|什么|几|多少|的(?:措施|任务|工作|事)))"
)
# A是牵头的还是打配合的: which part it has.
_LEADS_OR = r"(?:牵头|挂帅|主责|主办|负责)(?:的|单位|部门|方)*"
_HELPS_OR = r"(?:打下手|打配合|搭把手|配合|协助|协办|参与|责任)(?:的|单位|部门|方)*"
_WHICH_PART = re.compile(
    r"^(?:在|到底|究竟|[这那]一?[项条件]|里面?|中|是|算|只|属于|当|做|[，,])*"
    rf"(?:{_LEADS_OR}[，,]?还是(?:只|是|去|来|当|做|给人|给别人)*{_HELPS_OR}|{_HELPS_OR}[，,]?还是(?:是|去|来|当|做)*{_LEADS_OR})"
)
_OFFICE = re.compile(
    "(?!这|那|哪|个|是|归|由|给|找|在|让|叫|该|应|得)[\u4e00-\u9fff]{1,3}(?:局|厅|委|所|大队|支队)"
)
LONGEST = 14  # characters of a unit as it is called here
NOBODY: Mapping[str, str] = MappingProxyType({})
LONGEST_VERB = 4  # characters of what is asked of both units


@dataclass(frozen=True, slots=True)
class Doubted:
    """`units` with where they stand; `kind` is "either" for a choice between them, "part" where one leads or helps,
    "whether" for a doubt about them, "lead" where one is said to lead."""

    kind: str
    units: tuple[Unit, ...]


def find_doubted(plain: str, units: Sequence[Unit], called: Mapping[str, str] = NOBODY) -> Doubted | None:
    """What the text doubts of units, those that `units` has recognised and others that it calls by a short name or by
    one of the names in `called`, which stand for printed ones."""
    parted = tuple(u for u in units if _WHICH_PART.match(plain[u[1] :]))
    if parted:
        return Doubted("part", parted)
    either = _either(plain, units) or _either_does(plain, units, called)
    if either:
        return Doubted("either", either)
    doubted = tuple(u for u in units if _is_doubted(plain, u))
    if doubted:
        return Doubted("whether", doubted)
    leading = tuple(u for u in units if _LEADS.match(plain[u[1] :]))
    return Doubted("lead", leading) if leading else None


_ENGLISH_WHETHER = re.compile(
    r"^(?:so |and |but )?(?:is|are|does|do|will|should|must)\b(?!.*\b(?:who|what|which|when)\b).*"
    r"\b(?:lead|leads|leading|led|charge|responsible|help|helps|support|supports|handle|handles|run|runs)\b"
)


def find_doubted_in_english(plain: str, units: Sequence[Unit]) -> Doubted | None:
    """does the education bureau lead it: whether a unit has a part."""
    return Doubted("whether", tuple(units)) if units and _ENGLISH_WHETHER.match(plain) else None


def _either(plain: str, units: Sequence[Unit]) -> tuple[Unit, ...]:
    """The units on both sides of 还是."""
    for match in _OR.finditer(plain):
        before = _BEFORE_OR.search(plain[: match.start()])
        end = before.start() if before else match.start()
        start = match.end() + (opens.end() if (opens := _OPENS.match(plain[match.end() :])) else 0)
        whole = next((u for u in units if u[1] == len(plain[: match.start()].rstrip("，,、 "))), None)
        left = whole or _ending_at(plain, end, units)
        right = _starting_at(plain, start, units)
        if left and right and _ROLE.search(plain):
            first = [
                u for u in units if u[1] <= left[0] and plain[u[1] : left[0]].strip() in ("、", "，", ",")
            ]
            return (*first, left, right)
    return ()


def _either_does(plain: str, units: Sequence[Unit], called: Mapping[str, str]) -> tuple[Unit, ...]:
    """The units of which the same is asked on both sides of 还是, whatever it is: 是水务修还是城管修."""
    for match in _OR.finditer(plain):
        before = plain[: match.start()].rstrip("呢啊呀，, ")
        start = match.end() + (opens.end() if (opens := _OPENS.match(plain[match.end() :])) else 0)
        for size in range(LONGEST_VERB, 0, -1):
            end = len(before) - size
            left = _ending_at(plain, end, units, called) if end > 1 else None
            if not left:
                continue
            for again in re.finditer(re.escape(before[end:]), plain[start : start + LONGEST + size]):
                right = _whole(plain, start, start + again.start(), units, called)
                if right:
                    return (left, right)
    return ()


def _whole(plain: str, start: int, end: int, units: Sequence[Unit], called: Mapping[str, str]) -> Unit | None:
    """What stands there as one unit: recognised, called so, or an office by its ending; by its printed name."""
    named = next((u for u in units if u[:2] == (start, end)), None)
    name = plain[start:end]
    if named or name in called:
        return named or (start, end, called[name])
    return (start, end, name) if is_short_name(name) or (called and _OFFICE.fullmatch(name)) else None


def _ending_at(
    plain: str, end: int, units: Sequence[Unit], called: Mapping[str, str] = NOBODY
) -> Unit | None:
    named = next((u for u in units if u[1] == end), None)
    starts = range(max(0, end - LONGEST), end - 1)
    return named or next((u for at in starts if (u := _whole(plain, at, end, units, called))), None)


def _starting_at(plain: str, start: int, units: Sequence[Unit]) -> Unit | None:
    named = next((u for u in units if u[0] == start and _CLOSES.match(plain[u[1] :])), None)
    if named:
        return named
    return next(
        (
            (start, end, plain[start:end])
            for end in range(min(len(plain), start + LONGEST), start + 1, -1)
            if is_short_name(plain[start:end]) and _CLOSES.match(plain[end:])
        ),
        None,
    )


def is_short_name(name: str) -> bool:
    """Whether a name is a department's function or body and nothing else: 税务, 住建部门, 教育局, 海关."""
    words = lexicon()
    bare = re.sub(r"(?:部门|局|厅|委)$", "", name)
    return len(bare) > 1 and (bare in words.functions or name in words.bodies or name in words.own_end)


def _is_doubted(plain: str, unit: Unit) -> bool:
    """是A负责吗, 是不是归A, 是不是归A管, A牵头对吧."""
    start, end, _ = unit
    if _SURELY.match(plain[end:]) or (_CALLED.search(plain[:start]) and _IS_IT.match(plain[end:])):
        return True
    if _BELONGS.search(plain[:start]) and _ENDS.match(plain[end:]):
        return True
    return bool(_WHETHER.search(plain[:start]) and re.match(_PART, plain[end:]))
