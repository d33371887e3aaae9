"""One department under several names: the form to compare by, and when two names can mean one department."""

from __future__ import annotations

import re

from index_build.names.units import COMMITTEE, LEVEL, level_of, own_place, stems
from index_build.places import find_places, gazetteer, place_aliases
from index_build.text import plainly
from index_build.vocabulary import lexicon, remembered

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
    level = level_of(plain) or own_place(plain)
    if LEVEL.fullmatch(plain, len(level)) or plain[len(level) : len(level) + 1] in tuple("级直属辖"):
        return "", plain  # 岚溪区 is a place itself, 市直有关部门 a group of its own
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
    if committee := COMMITTEE.match(rest):
        organ = rest[committee.end() :]
        if organ.startswith(words.party) or any(stem in words.functions for stem in stems(organ)):
            rest = organ
    if (inner := _WITHIN_GOVERNMENT.match(rest)) and rest not in words.bodies:
        rest = rest[inner.end() :]
    if rest in words.bodies:
        return words.bodies[rest]
    for stem in stems(rest):
        if stem in words.functions:
            return words.functions[stem]
    if _OFFICE.search(rest) and len(rest) > 2:
        return _OFFICE.sub("办公室", rest)
    return re.sub(r"(?:管理委员会|管委会)$", "管委会", re.sub(r"人民(?=政府|法院|检察院)", "", rest))


_NOTE = re.compile(r"（[^（）]*）$")
_WITHIN_GOVERNMENT = re.compile("(?:人民)?政府(?=..+(?:局|办公室|办|委)$)(?!办)")


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
        if LEVEL.fullmatch(level):
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
