"""A unit by its printed name: the level or place that it names, whether it is a group, a person or no unit at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from index_build.model import UnitKind
from index_build.places import gazetteer
from index_build.text import HAN
from index_build.vocabulary import lexicon, load_lexicon, remembered

LEVEL = re.compile(
    "自治区|自治州|自治县|自治旗|兵团|高新区|经开区|开发区|新区|示范区|市|区|县|旗|省|州|盟|镇|乡"
)
_LEVEL_END = re.compile("自治区|自治州|自治县|自治旗|特别行政区|地区|省|市|区|县|旗|盟|州")
_UNLISTED = re.compile(
    "(?![省市区县旗盟州镇乡])(?:[一-鿿]{2,4}[省市区县旗盟州]|[一-鿿]{2,9}(?:自治区|自治州|自治县|自治旗|地区))"
)


def ends_unit(text: str) -> bool:
    """Whether a text ends as the name of a unit does."""
    return lexicon().ends_unit(text)


class Unit(NamedTuple):
    """One printed unit: the level or place that it names itself, and what may be carried to it."""

    level: str
    kind: UnitKind
    takes: bool  # takes the prefix of its group
    # a place without its suffix that it hands on where the group has no level (内蒙古气象局、地震局)
    opens: str
    committee: str  # 委 of 市委…, 党委 of 自治区党委…: a party organ after it shares that too
    party: bool
    each: bool  # begins with 各
    shares_each: bool


@remembered(50_000)
def analyse(printed: str) -> Unit | None:
    """What a printed name says of itself; None where it is no unit at all."""
    words = lexicon()
    if len(printed) < 2 or not HAN.search(printed) or is_person(printed):
        return None
    level = level_of(printed)
    rest = printed[len(level) :]
    collective = (
        printed.startswith(words.collective_start)
        or ("各" in printed and _OF_EACH.match(printed) is not None)
        or printed.endswith(words.collective_end)
        or "所在" in printed  # 项目所在县（区）人民政府
        or _is_level_list(printed)
    )
    place = own_place(printed)
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
    return Unit(
        level=level,
        kind=UnitKind.COLLECTIVE if collective else UnitKind.UNIT,
        takes=not own,
        opens=place if printed.endswith(("局", "厅")) and not _REGULATOR.search(printed) else "",
        committee=match.group() if (match := COMMITTEE.match(rest)) else "",
        party=printed.startswith(words.party),
        each=printed.startswith("各"),
        shares_each=printed in words.shares_each,
    )


_OF_EACH = re.compile("[省市县区旗州盟](?:直|属|级|辖)各|(?:[省市县区旗州]|自治区)(?:政府|委|党委)各")
COMMITTEE = re.compile("党委|委(?!员会)")
_ZONE = re.compile(
    "(?:经济区|开发区|高新区|经开区|新区|保税区|示范区|度假区|自贸区)[^局]*$"
    "|(?:园区|产业园|工业园|科技园|物流园|景区|名胜区|林区|库区|片区|新城|综保区)(?:党工委|管委会|管理委员会)?$"
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


def is_person(printed: str) -> bool:
    """A title (市财政局局长), or a surname with one to three characters that end like no unit (张三)."""
    words = lexicon()
    if len(printed) < 5 and printed.startswith(words.surnames) and printed not in words.functions:
        return not words.ends_unit(printed)
    return len(printed) < 16 and printed.endswith(_TITLES)


_LEVELS = re.compile(r"[各全]?(?:[省市州盟县区旗]|（[^）]*）|、)+(?:人民)?(?:政府)?")


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
    match = LEVEL.match(name)
    if match is None or (match.group() in "镇乡" and own_place(name)):
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
        or any(s in words.functions for s in stems(rest))
    ):
        return True
    inner = _place_end(rest, 0)
    return inner is not None and _begins_department(rest[inner:])


_GOVERNMENTS = (
    "人民政府", "政府", "委", "党委", "纪委", "人大", "政协", "人民法院", "人民检察院", "中级人民法院",
)  # fmt: skip


def own_place(name: str) -> str:
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


_SUFFIXES = (
    "部门", "总局", "部", "系统", "分局", "委员会", "办公室", "支队", "大队", "总队", "局", "厅", "委", "办",
)  # fmt: skip


def stems(rest: str) -> Iterator[str]:
    """The function a name may stand for, the fuller wording first: 大数据管理局 → 大数据管理, 大数据."""
    if len(rest) > 1:
        yield rest
    for suffix in _SUFFIXES:
        stem = rest.removesuffix(suffix)
        if stem and stem != rest:
            yield stem
            if stem.endswith("管理") and len(stem) > 3:
                yield stem[:-2]
