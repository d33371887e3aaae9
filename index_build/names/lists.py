"""Lists of units as printed (市财政局、人社局，各旗县市区): each with its place and with the prefix that it shares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from index_build.model import UnitKind, make
from index_build.names.units import Unit, analyse, ends_unit, is_person, stems
from index_build.text import plainly
from index_build.vocabulary import lexicon, remembered


class UnitHit(NamedTuple):
    """A unit named at [start, end).  `name` is what is printed there with the prefix it shares in front."""

    name: str
    start: int
    end: int
    kind: UnitKind


_BREAK = re.compile(r"[（）《》〈〉“”「」【】、，；。,;：:\s/](?:(?<!/)|(?<=[一-鿿）]/)(?=[一-鿿]))")
_OPEN, _CLOSE = "（《〈“「【", "）》〉”」】"
_NOT_BREAK = re.compile(r"\s*([^\s、，；。]+)")
_OPENS_GROUP = frozenset("，；。,;\n")
_LEVEL_LIST = re.compile(
    r"各(?:(?:自治区|自治州|直辖市|计划单列市|[省市州盟县区旗])(?:（[^（）]{1,6}）)?[、和])+"
    r"(?:自治区|自治州|直辖市|计划单列市|[省市州盟县区旗])(?:（[^（）]{1,6}）)?(?=人民政府|政府|党委|行政公署|[，；。、]|$)"
    r"|各[^、，；。]{1,12}(?:党委|党工委|政府)、(?:人民政府|政府|管委会)(?=[，；。）、]|$)"
)
_LEAD_WORDS = re.compile(
    r"^(?:由|请|并由|并|会同|其中|主要由|以及|以?及|和|与|牵头单位|责任单位)(?=[一-鿿]{2})"
)
_ROLES = (
    "牵头负责", "牵头落实", "牵头组织", "牵头实施", "牵头推进", "负责落实", "负责实施", "负责推进", "负责", "牵头", "配合落实", "配合实施",
    "配合", "参与", "参加", "协助", "协同配合", "协同", "协办", "主办", "承办", "抓落实", "落实落细", "抓好落实", "做好落实", "落实",
    "组织实施", "推进落实", "支持",
)  # fmt: skip
_ROLE_ENDS = (*_ROLES, "落实", "实施")
_ROLE_WORDS = re.compile(
    r"(?:等)?(?:按照?|依|根据|依据|依照|依法|分别|共同|联合|分头|统筹|具体|各自|主动|密切|积极|协调|总)*"
    r"(?:(?:照|各自|相关|有关|本)?(?:职责|职能|责任|权限|任务|部门)*(?:分工)?(?:范围|要求)?(?:内)?(?:分别|共同|协同|抓好|做好)*)"
    rf"(?:{'|'.join(_ROLES)})+(?:落实|实施)?$"
)
_ROLE_NOTE = re.compile(
    r"（[^（）]*(?:为牵头|为主办|下同|排名)[^（）]*）$|（(?:牵头|主办|协办|配合|参与|排名第一|按职责分工|按职责|按分工|组长单位|副组长单位|牵头单位|责任单位|配合单位|排名不分先后)）$"
)
_JOIN = re.compile(r"以及|会同|和|及|与|暨|或|同|等")
_AND_MORE = re.compile(
    r"^(?:[0-9一二三四五六七八九十多几]+(?:个|家)?)?(?:部门|单位|的|部门和单位|部门单位|地方|区|方面|职能)?$"
)
_BARE_NOUNS = ("政府", "党委", "部门", "单位", "地方", "地区", "机构", "企业", "个人", "人员", "部门单位")
_NO_SPLIT_AFTER = re.compile(r"^(?:其|所属|下属|直属|所辖|派出)")
_SAME_AGAIN = re.compile(r"(?<=[局厅委办心院会])(?=[市区县旗省])")


def parse_units(text: str) -> list[UnitHit]:
    """A unit list as printed.  Persons, role words (牵头, 按职责分工负责) and bare 等部门 are left out."""
    return units_at(text, plainly(text), 0, len(text))


def units_at(text: str, plain: str, start: int, end: int) -> list[UnitHit]:
    """`parse_units` of [start, end), with places in the whole text; `plain` is the text with widths unified."""
    hits: list[UnitHit] = []
    for at, stop, front, spaced, kind in _listed(plain[start:end]):
        printed = text[start + at : start + stop]
        if spaced:
            printed = "".join(printed.split())
        hits.append(make(UnitHit, (front + printed, start + at, start + stop, kind)))
    return hits


@remembered(50_000)
def _listed(plain: str) -> tuple[tuple[int, int, str, bool, UnitKind], ...]:
    """The units of a list: where each is printed, the prefix it shares, if blanks are in it, and its kind."""
    found: list[tuple[int, int, str, bool, UnitKind]] = []
    shared = _NOTHING_SHARED
    for from_, to, mark in _cut(plain):
        for item in _items(plain[from_:to]):
            unit = analyse(item.printed)
            if unit is None:
                continue
            front, shared = shared.before(unit)
            kind = UnitKind.COLLECTIVE if front == _EACH else unit.kind
            spaced = len(item.printed) != item.end - item.start
            found.append((from_ + item.start, from_ + item.end, front, spaced, kind))
        if mark in _OPENS_GROUP:
            shared = _NOTHING_SHARED
    return tuple(found)


def cut_at_depth(
    plain: str, start: int, end: int, *, watch_brackets: bool = True, separators: str = ""
) -> list[tuple[int, int, str]]:
    """Stretches of [start, end) between separators outside brackets and quotes, with the separator after each.

    `separators` limits them to some of the signs that lists know."""
    depth, first = 0, start
    cuts: list[tuple[int, int, str]] = []
    kept = (
        [m.span() for m in _LEVEL_LIST.finditer(plain, start, end)]
        if plain.find("各", start, end) >= 0
        else []
    )
    for match in _BREAK.finditer(plain, start, end):
        mark, at = match.group(), match.start()
        if mark in _OPEN:
            depth += watch_brackets
        elif mark in _CLOSE:
            depth = max(0, depth - 1)
        elif (
            depth == 0
            and (not separators or mark in separators)
            and not (kept and any(a <= at < b for a, b in kept))
        ):
            if mark.isspace() and not _splits_at_space(plain, first, at, end):
                continue
            cuts.append((first, at, mark))
            first = at + 1
    if depth:
        return cut_at_depth(plain, start, end, watch_brackets=False, separators=separators)
    cuts.append((first, end, ""))
    return cuts


@remembered(4096)
def _cut(plain: str) -> list[tuple[int, int, str]]:
    """A whole list cut; it is asked for twice, whether it is one and what its units are."""
    return cut_at_depth(plain, 0, len(plain))


def _splits_at_space(plain: str, start: int, at: int, end: int) -> bool:
    """A blank parts two units only where both sides are units by their endings; else it is OCR noise."""
    following = _NOT_BREAK.match(plain, at, end)
    if following is None or not lexicon().surely_ends_unit(plain[start:at].strip()):
        return False
    return len(following.group(1)) > 2 or is_person(following.group(1))


class _Item(NamedTuple):
    """A printed item inside one stretch: where it stands there, its words without blanks, and how sure that it is a unit."""

    start: int
    end: int
    printed: str
    like_unit: bool
    sure: bool


@remembered(50_000)
def _items(stretch: str) -> tuple[_Item, ...]:
    """The units of one stretch between separators.  Unit names repeat all through a plan, so they are kept."""
    words = lexicon()
    items = []
    for start, end in _units_within(stretch, 0, len(stretch)):
        printed = "".join(stretch[start:end].split())
        ends = words.ends_unit(printed) and not _NO_UNIT.match(printed)
        unit = analyse(printed) if ends else None  # words that do not end so are mostly no names, and long
        sure = unit is not None and (
            words.surely_ends_unit(printed)
            or unit.kind is UnitKind.COLLECTIVE
            or any(stem in words.functions for stem in stems(printed))  # 财政部
        )
        items.append(_Item(start, end, printed, unit is not None, sure))
    return tuple(items)


def _units_within(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The units of one stretch: joined by 和, 及, 等, or printed without a mark between (市财政局市人社局)."""
    start, end = _without_roles(plain, start, end)
    if start >= end:
        return
    end = _before_person(plain, start, end)
    cut = _next_cut(plain[start:end])
    if cut is None:
        yield start, end
        return
    before, after = cut
    yield from _units_within(plain, start, start + before)
    yield from _units_within(plain, start + after, end)


def _before_person(plain: str, start: int, end: int) -> int:
    """Where a unit ends whose person follows without a mark, as the blank between them is folded away: 县商务局李某某."""
    if ends_unit(plain[start:end]):
        return end
    for size in _NAME_SIZES:
        if lexicon().surely_ends_unit(plain[start : end - size]) and is_person(plain[end - size : end]):
            return end - size
    return end


def _next_cut(stretch: str) -> tuple[int, int] | None:
    """Where a stretch parts into two units: (end of the left one, start of the right one)."""
    if len(stretch) < 4:
        return None
    for match in _JOIN.finditer(stretch):
        left, right = stretch[: match.start()], stretch[match.end() :]
        if _joins(left, match.group(), right):
            bare = match.group() == "等" and _AND_MORE.match(right)
            return match.start(), len(stretch) if bare else match.end()
    for match in _SAME_AGAIN.finditer(stretch):
        right = stretch[match.start() :]
        same = stretch[0] == right[0] and len(right) > 3 < match.start()
        if same and not lexicon().no_level_start.match(right) and ends_unit(right):
            return match.start(), match.start()
    return None


def _joins(left: str, word: str, right: str) -> bool:
    """Whether `word` stands between two units rather than inside a name (文化和旅游局, 高等院校)."""
    if not left or left.count("（") != left.count("）") or left.count("“") != left.count("”"):
        return False
    if word == "等":
        return ends_unit(left) and (not right or bool(_AND_MORE.match(right)) or ends_unit(right))
    if word == "以及":
        return True
    if _NO_SPLIT_AFTER.match(right) or len(right) < 2 or right in _BARE_NOUNS:
        return False
    words = lexicon()
    if not ends_unit(right):
        return False
    return words.surely_ends_unit(left) or (left.startswith(words.collective_start) and ends_unit(left))


def is_unit_list(text: str) -> bool:
    """Whether a text is nothing but units: every item ends as a unit does, and one of them without doubt."""
    return lists_units(plainly(text), 0, len(text))


def lists_units(plain: str, start: int, end: int) -> bool:
    """`is_unit_list` of [start, end) of a text with widths unified."""
    return _is_list(plain[start:end])


@remembered(50_000)
def _is_list(plain: str) -> bool:
    """Among several that are sure, a short one of unknown form that names its level (市水司) does no harm."""
    sure = unknown = 0
    for start, end, _ in _cut(plain):
        for item in _items(plain[start:end]):
            if item.like_unit:
                sure += item.sure
            elif item.end - item.start < 9 and (unit := analyse(item.printed)) is not None and unit.level:
                unknown += 1
            else:
                return False
    return sure > 3 * unknown


_NO_UNIT = re.compile(
    r"含|包括|不含|以下简称|简称|如|例如|除|即|原|或|指(?!挥)|详见|附(?!属)|见|参照|按|对(?!外|口|台)|在|从|向|不(?!动产)|未(?!成年|来)|已|以|为|是|由于|针对|(?:牵头|主办|主责|首责)(?:单位|部门)$"
)


def _without_roles(plain: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without white space at its edges, leading 由 or 会同, and trailing 牵头, 配合, （牵头）, 等."""
    while True:
        before = (start, end)
        while start < end and (plain[start].isspace() or plain[start] in "*★☆●·、—–▲※"):
            start += 1
        while end > start and (plain[end - 1].isspace() or plain[end - 1] in "*★☆●·."):
            end -= 1
        stretch = plain[start:end]
        if stretch.endswith("）") and (note := _ROLE_NOTE.search(stretch)):
            end = start + note.start()
        elif stretch.endswith(_ROLE_ENDS) and (role := _ROLE_WORDS.search(stretch)):
            end = start + role.start()
        elif stretch.endswith("）") and (of := _PERSONS_UNIT.fullmatch(stretch)) and is_person(of["who"]):
            start, end = start + of.start("unit"), start + of.end("unit")
        elif stretch.endswith("等") and len(stretch) > 1:
            end -= 1
        elif lead := _LEAD_WORDS.match(stretch):
            start += lead.end()
        if (start, end) == before:
            return start, end


class Shared(NamedTuple):
    """What the units of a group so far hand on to the next: level (市), committee (市委), 各."""

    level: str = ""
    committee: str = ""
    each: bool = False

    def before(self, unit: Unit) -> tuple[str, Shared]:
        """The prefix that `unit` takes, and what is shared after it."""
        if unit.shares_each and not unit.level:
            return (_EACH if self.each else ""), self
        if unit.each:
            return "", self._replace(each=True)
        if unit.level:
            keep = (
                self.level
                and len(unit.level) > 1
                and unit.level not in ("自治区", "自治州", "自治县", "自治旗")
            )
            return "", Shared(self.level if keep else unit.level, unit.committee, False)
        if unit.opens and not self.level:
            return "", Shared(unit.opens)
        committee = self.committee if unit.party else ""
        after = Shared(self.level, committee) if self.each or committee != self.committee else self
        return (self.level + committee if unit.takes and self.level else ""), after


_NOTHING_SHARED = Shared()
_EACH = "各"
_NAME_SIZES = (3, 2, 4)  # characters of a person's name
_PERSONS_UNIT = re.compile("(?P<who>[一-鿿]{2,4})（(?P<unit>[^（）]{3,20})）")  # 钱某某（县商务局）
_NOTED = re.compile("（([^（）]{2,6})）$")


def without_person(hit: UnitHit) -> UnitHit:
    """A unit without the person in brackets after it: 县住建局（姬某某）."""
    noted = _NOTED.search(hit.name) if hit.name.endswith("）") else None
    if noted is None or not is_person(noted[1]):
        return hit
    length = noted.end() - noted.start()
    return hit._replace(name=hit.name[:-length], end=hit.end - length)
