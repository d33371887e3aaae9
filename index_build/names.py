"""Units: lists of them as printed, and when two names mean one department.

`parse_units` reads a list (市财政局、人社局，各旗县市区) into names with the shared prefix filled in; each hit
keeps the place of what is printed.  `department_key` and `same_department` compare names within and across
places.  The words that this leans on are data, see `vocabulary`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from index_build.model import UnitKind, make
from index_build.places import find_places, gazetteer, place_aliases
from index_build.text import plainly
from index_build.vocabulary import lexicon, load_lexicon, remembered
from index_build.vocabulary import lexicon_folders as lexicon_folders


class UnitHit(NamedTuple):
    """A unit named at [start, end).  `name` is what is printed there with the prefix it shares in front."""

    name: str
    start: int
    end: int
    kind: UnitKind


# ---- unit lists ---------------------------------------------------------------------------------------------

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
_LEVEL = re.compile(
    "自治区|自治州|自治县|自治旗|兵团|高新区|经开区|开发区|新区|示范区|市|区|县|旗|省|州|盟|镇|乡"
)
_LEVEL_END = re.compile("自治区|自治州|自治县|自治旗|特别行政区|地区|省|市|区|县|旗|盟|州")
_UNLISTED = re.compile(
    "(?![省市区县旗盟州镇乡])(?:[一-鿿]{2,4}[省市区县旗盟州]|[一-鿿]{2,9}(?:自治区|自治州|自治县|自治旗|地区))"
)
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
            unit = _analyse(item.printed)
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
        unit = _analyse(printed) if ends else None  # words that do not end so are mostly no names, and long
        sure = unit is not None and (
            words.surely_ends_unit(printed)
            or unit.kind is UnitKind.COLLECTIVE
            or any(stem in words.functions for stem in _stems(printed))  # 财政部
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
            elif item.end - item.start < 9 and (unit := _analyse(item.printed)) is not None and unit.level:
                unknown += 1
            else:
                return False
    return sure > 3 * unknown


_NO_UNIT = re.compile(
    r"含|包括|不含|以下简称|简称|如|例如|除|即|原|或|指(?!挥)|详见|附(?!属)|见|参照|按|对(?!外|口|台)|在|从|向|不(?!动产)|未(?!成年|来)|已|以|为|是|由于"
)


def ends_unit(text: str) -> bool:
    """Whether a text ends as the name of a unit does."""
    return lexicon().ends_unit(text)


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


# ---- the shared prefix --------------------------------------------------------------------------------------


class _Unit(NamedTuple):
    """One printed unit: the level or place that it names itself, and what may be carried to it."""

    level: str
    kind: UnitKind
    takes: bool  # takes the prefix of its group
    opens: (
        str  # a place without its suffix that it hands on where the group has no level (内蒙古气象局、地震局)
    )
    committee: str  # 委 of 市委…, 党委 of 自治区党委…: a party organ after it shares that too
    party: bool
    each: bool  # begins with 各
    shares_each: bool


class Shared(NamedTuple):
    """What the units of a group so far hand on to the next: level (市), committee (市委), 各."""

    level: str = ""
    committee: str = ""
    each: bool = False

    def before(self, unit: _Unit) -> tuple[str, Shared]:
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


_HAN = re.compile("[一-鿿]")
_NOTHING_SHARED = Shared()
_EACH = "各"


@remembered(50_000)
def _analyse(printed: str) -> _Unit | None:
    """What a printed name says of itself; None where it is no unit at all."""
    words = lexicon()
    if len(printed) < 2 or not _HAN.search(printed) or is_person(printed):
        return None
    level = level_of(printed)
    rest = printed[len(level) :]
    collective = (
        printed.startswith(words.collective_start)
        or ("各" in printed and _OF_EACH.match(printed) is not None)
        or printed.endswith(words.collective_end)
        or _is_level_list(printed)
    )
    place = _own_place(printed)
    own = (
        collective
        or printed.startswith(words.own_start)
        or bool(place)
        or _names_place(printed)
        or _REGIONAL.fullmatch(printed) is not None
        or _ZONE.search(printed) is not None
        or (printed.endswith(_TOWN_BODIES) and _TOWN.fullmatch(printed) is not None)
        or (printed.endswith(words.own_end) and not printed.startswith(words.own_company))
    )
    return _Unit(
        level=level,
        kind=UnitKind.COLLECTIVE if collective else UnitKind.UNIT,
        takes=not own,
        opens=place if printed.endswith(("局", "厅")) and not _REGULATOR.search(printed) else "",
        committee=match.group() if (match := _COMMITTEE.match(rest)) else "",
        party=printed.startswith(words.party),
        each=printed.startswith("各"),
        shares_each=printed in words.shares_each,
    )


_OF_EACH = re.compile("[省市县区旗州盟](?:直|属|级|辖)各|(?:[省市县区旗州]|自治区)(?:政府|委|党委)各")
_COMMITTEE = re.compile("党委|委(?!员会)")
_ZONE = re.compile(
    "(?:经济区|开发区|高新区|经开区|新区|保税区|示范区|度假区|自贸区)[^局]*$"
    "|(?:园区|产业园|工业园|科技园|物流园|景区|名胜区|林区|库区|片区|新城|综保区)(?:党工委|管委会|管理委员会)$"
)
_TOWN_BODIES = ("办事处", "人民政府", "政府", "党工委", "党委")
_TOWN = re.compile(
    f"(?!.*(?:乡镇|镇街|街镇|镇乡|苏木))[一-鿿]{{2,4}}(?:街道|镇|乡)(?:{'|'.join(_TOWN_BODIES)})"
)
_REGULATOR = re.compile(r"(?:监管|证监|海事|管理)(?:分)?局$")
# Offices of the state in a place that no division bears: 青禾银保监分局, 云岭证监局.
_REGIONAL = re.compile(
    r"[一-鿿]{2,4}(?:证监局|银保监局|银保监分局|海事局|海关|机场|金融监管分局|监管分局|军分区|警备区)|[一-鿿]{2,3}(?:(?<!乡)镇|乡)(?:人民政府|政府)?|公安[一-鿿]{2,4}分局"
    r"|[一-鿿]{2,5}流域(?:管理|治理|保护|水资源)[一-鿿]{0,6}"
    r"|[一-鿿]{0,6}海警(?:局|支队|大队|工作站)[一-鿿]{0,8}"
)
_TITLES = (
    *("同志", "书记", "主任", "总经理", "董事长", "秘书长"),
    *(f"{office}长" for office in "市县区旗局厅院省镇乡处科所主部"),
)


_NAME_SIZES = (3, 2, 4)  # characters of a person's name
_PERSONS_UNIT = re.compile("(?P<who>[一-鿿]{2,4})（(?P<unit>[^（）]{3,20})）")  # 钱某某（县商务局）


def is_person(printed: str) -> bool:
    """A title (市财政局局长), or a surname with one to three characters that end like no unit (张三)."""
    words = lexicon()
    if len(printed) < 5 and printed.startswith(words.surnames) and printed not in words.functions:
        return not words.ends_unit(printed)
    return len(printed) < 16 and printed.endswith(_TITLES)


_LEVELS = re.compile(r"[各全]?(?:[省市州盟县区旗]|（[^）]*）|、)+(?:人民)?(?:政府)?")


_NOTED = re.compile("（([^（）]{2,6})）$")


def without_person(hit: UnitHit) -> UnitHit:
    """A unit without the person in brackets after it: 县住建局（姬某某）."""
    noted = _NOTED.search(hit.name) if hit.name.endswith("）") else None
    if noted is None or not is_person(noted[1]):
        return hit
    length = noted.end() - noted.start()
    return hit._replace(name=hit.name[:-length], end=hit.end - length)


def _is_level_list(printed: str) -> bool:
    return len(printed) > 1 and _LEVELS.fullmatch(printed) is not None


def level_of(name: str) -> str:
    """The level or place that opens a name: 市, 自治区, 赣州市, 赣州市兴国县; empty where it names none."""
    words = lexicon()
    if name.startswith(words.collective_start) or words.no_level_start.match(name):
        return ""
    if name.startswith(words.level_pairs) and not words.no_level_start.match(name, 1):
        return ""
    if place := _place_before(name):
        return place
    match = _LEVEL.match(name)
    if match is None or (match.group() in "镇乡" and _own_place(name)):
        return ""
    rest = name[match.end() :]
    if not rest or (len(match.group()) > 1 and rest.startswith(("管委会", "管理委员会"))):
        return ""
    return match.group()


def _place_before(name: str) -> str:
    """The full places, one in the other, that open a name.

    One that no division bears (a new or an invented one) counts where a department follows at once."""
    end = 0
    while (stop := _place_end(name, end)) is not None:
        end = stop
    return name[:end] if len(name) > end else ""


def _place_end(name: str, start: int) -> int | None:
    """Where the place that begins at `start` ends; a shorter reading (兰州 in 兰州市) gives way to a known place."""
    words, unlisted = lexicon(), None
    for level in _LEVEL_END.finditer(name, start + 1, start + 12):
        place = name[start : level.end()]
        if words.no_level_start.match(name, level.start()):
            continue
        if place in gazetteer().paths:
            return level.end()
        if unlisted is None and _UNLISTED.fullmatch(place) and _begins_department(name[level.end() :]):
            unlisted = level.end()
    return unlisted


def _begins_department(rest: str) -> bool:
    """Whether a department, a government, or another place with one stands here."""
    words = lexicon()
    if not rest:
        return False
    if (
        rest.startswith(_GOVERNMENTS)
        or rest in words.bodies
        or any(s in words.functions for s in _stems(rest))
    ):
        return True
    inner = _place_end(rest, 0)
    return inner is not None and _begins_department(rest[inner:])


_GOVERNMENTS = (
    "人民政府",
    "政府",
    "委",
    "党委",
    "纪委",
    "人大",
    "政协",
    "人民法院",
    "人民检察院",
    "中级人民法院",
)


def _own_place(name: str) -> str:
    """A place without its suffix that opens a name (珠海供电公司, 大连海事局)."""
    data = gazetteer()
    for known in data.heads.get(name[:2], ()):
        if (
            name.startswith(known)
            and len(name) > len(known)
            and known not in data.wordlike
            and known not in _function_words()
        ):
            return known
    return ""


def _names_place(name: str) -> bool:
    """Whether a place stands inside a name (智慧兴国数据中心): then no other is meant before it."""
    heads = gazetteer().heads
    for at in range(1, len(name) - 3):
        listed = heads.get(name[at : at + 2], ())
        if listed and any(len(known) > 2 and name.startswith(known, at) for known in listed):
            return True
    return False


@cache
def _function_words() -> frozenset[str]:
    """What departments are called after, so that 公安 is no county here."""
    words = load_lexicon()
    return frozenset({word[:2] for word in words.functions})


# ---- one department under several names ---------------------------------------------------------------------

_OFFICE = re.compile(r"(?:办公室|办公厅|办)$")
_VERTICAL = re.compile(r"^(?:国家税务总局|中国)(?=.+(?:税务局|人民银行))")
_PEOPLES_BANK = re.compile(
    r"^(?:中国人民银行|人民银行|人行)(?P<place>.*?)(?:市|县|旗|区)?(?:中心)?(?:支行|分行|营业管理部)$"
)
_GRID = re.compile(r"^(?:国网|国家电网)?(?P<place>[一-鿿]*?)(?:市|县|旗|区)?供电(?:分)?公司$")


def split_place(name: str) -> tuple[str, str]:
    """A name as its place or level and the department within it: 兴国县住建局 → (兴国县, 住建局)."""
    plain = "".join(plainly(name).split())
    plain = _VERTICAL.sub("", plain)
    for pattern, body in ((_PEOPLES_BANK, "人民银行"), (_GRID, "供电公司")):
        if (match := pattern.match(plain)) and not plain.startswith("供电"):
            return match["place"] or level_of(plain), body
    level = level_of(plain) or _own_place(plain)
    if _LEVEL.fullmatch(plain, len(level)) or plain[len(level) : len(level) + 1] in tuple("级直属辖"):
        return "", plain  # 科尔沁区 is a place itself, 市直有关部门 a group of its own
    return level, plain[len(level) :]


@remembered(20_000)
def _place_and_body(name: str) -> tuple[str, str]:
    place, rest = split_place(name)
    if branch := branch_place(name):
        return branch, _canonical(rest[: rest.rindex(branch)])
    return place, _canonical(rest)


def branch_place(name: str) -> str:
    """The place whose branch a body is: 青禾 of 市生态环境局青禾分局; empty for all others."""
    place, rest = split_place(name)
    branch = _BRANCH.fullmatch(rest) if place else None
    return branch["place"] if branch else ""


# 市生态环境局青禾分局 is the body of 青禾, whatever it is called there: 青禾县生态环境分局.
_BRANCH = re.compile(r"(?P<body>[一-鿿]{2,10}(?:局|委员会|委))(?P<place>[一-鿿]{2,4})分局")


def department_key(name: str) -> str:
    """The form to compare by: place or level, `|`, and the department in one wording, whatever is printed.

    区住建局 and 区住房和城乡建设局 have the key 区|住房和城乡建设.  A name without a place keeps that side empty."""
    return "|".join(_place_and_body(name))


def _canonical(rest: str) -> str:
    """A department without its place, in the one wording that all its names share."""
    words = lexicon()
    rest = _NOTE.sub("", rest) or rest
    if committee := _COMMITTEE.match(rest):
        organ = rest[committee.end() :]
        if organ.startswith(words.party) or any(stem in words.functions for stem in _stems(organ)):
            rest = organ
    if (inner := _WITHIN_GOVERNMENT.match(rest)) and rest not in words.bodies:
        rest = rest[inner.end() :]
    if rest in words.bodies:
        return words.bodies[rest]
    for stem in _stems(rest):
        if stem in words.functions:
            return words.functions[stem]
    if _OFFICE.search(rest) and len(rest) > 2:
        return _OFFICE.sub("办公室", rest)
    return re.sub(r"(?:管理委员会|管委会)$", "管委会", re.sub(r"人民(?=政府|法院|检察院)", "", rest))


_NOTE = re.compile(r"（[^（）]*）$")
_WITHIN_GOVERNMENT = re.compile("(?:人民)?政府(?=..+(?:局|办公室|办|委)$)(?!办)")
_SUFFIXES = (
    "部门",
    "总局",
    "部",
    "系统",
    "分局",
    "委员会",
    "办公室",
    "支队",
    "大队",
    "总队",
    "局",
    "厅",
    "委",
    "办",
)


def _stems(rest: str) -> Iterator[str]:
    """The function a name may stand for, the fuller wording first: 大数据管理局 → 大数据管理, 大数据."""
    if len(rest) > 1:
        yield rest
    for suffix in _SUFFIXES:
        stem = rest.removesuffix(suffix)
        if stem and stem != rest:
            yield stem
            if stem.endswith("管理") and len(stem) > 3:
                yield stem[:-2]


def same_department(a: str, b: str) -> bool:
    """Whether two names can mean one department: the same in one wording, and of places that do not differ.

    区住建局, 住房和城乡建设局 and 拱墅区住建局 can; 市住建局 and 区住建局, or 拱墅区… and 上城区… cannot."""
    (place_a, body_a), (place_b, body_b) = _place_and_body(a), _place_and_body(b)
    if body_a == body_b:
        return _one_place(place_a, place_b)
    return _short_place(a, place_b, body_b) or _short_place(b, place_a, body_a)


def _short_place(name: str, place: str, body: str) -> bool:
    """准旗住建局 beside 准格尔旗…: the first character and the level stand for the place of the other name."""
    if (
        len(place) < 4
        or len(name) < 4
        or name[0] != place[0]
        or name[1] != place[-1]
        or name[1] not in "区旗县市"
    ):
        return False
    return _canonical(name[2:]) == body


def _bare(place: str) -> str:
    """A place's name without its level, where it has more than that."""
    return place[:-1] if len(place) > 2 and place[-1] in "区旗县市州" else place


def _one_place(a: str, b: str) -> bool:
    if not a or not b or a == b:
        return True
    if _bare(a) == _bare(b) and a[-1] != b[-1] and _bare(a) in (a, b):
        return True  # 青禾 and 青禾县, which no list may have
    for level, place in ((a, b), (b, a)):
        if _LEVEL.fullmatch(level):
            return place.endswith(level) or any(
                path[-1].endswith(level) for path in gazetteer().short.get(place, ())
            )
    paths_a, paths_b = ({place for _, _, place in find_places(x)} for x in (a, b))
    if paths_a & paths_b:
        return True
    aliases_a, aliases_b = (
        {alias for place in paths for alias in place_aliases(place)} for paths in (paths_a, paths_b)
    )
    return a in aliases_b or b in aliases_a
