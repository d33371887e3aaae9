"""Which places, papers and units a question names: exactly, by other names, by level (自治区, 市里), with a wrong
character, by number, or by a part of a title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.english import english_departments, english_places
from assistant.known import Known, Path, PolicyKey, distinct_title, doc_number, grams
from assistant.model import Question
from assistant.phrases import Phrases, sounds_of
from index_build.names import department_key, same_department
from index_build.places import find_places
from index_build.vocabulary import lexicon
from index_build.words import normalise, tagged, words

Unit = tuple[int, int, str]
Found = tuple[int, int, tuple[Path, ...]]

_HAN = re.compile(r"[㐀-䶿一-鿿]")
_SUFFIXED = re.compile(r"(?:自治区|特别行政区|[省市区县旗盟州])$")
_LEVELS = ("自治区", "省", "市", "区", "县", "旗", "盟", "州")
_LEVEL_WORD = re.compile(
    r"(?:我们|咱们|咱|我|本|全|这个|该)(?P<a>自治区|省|市|区|县|旗|盟|州)(?!场|民|直|政|域|别|分|覆|域|级)"
    r"|(?<!\d个)(?<!几个)(?<!各)(?P<b>自治区|省|市|区|县|旗|盟|州)(?:里头|里边|里|级|本级|层面)(?!程|面子)"
    r"|(?P<c>自治区)"
)
_UNIT_END = re.compile(
    r"委员会|办公室|管委会|分局|支队|总队|大队|公司|法院|检察院|海关|银行|中心|政府|集团|协会|学院|大学|联社|工会|妇联|商会"
    r"|局|厅|委|办|部|院|处|站|区|旗|县|市"
)
HOLLOW = re.compile(
    r"^(?:哪|那|这|各|每|有关|相关|什么|几|某|其他|其它|牵头|责任|配合|主管|负责|的|个|一|两|三|全|本|该|我|由|和|与|归|是|在|让|被|把|给)"
)
_NO_UNIT = re.compile(
    r"^(?:人民)?政府$|^(?:集团|公司|中心|办公室|委员会|银行|协会|区|县|旗|市)$|(?:大厅|客厅|餐厅|布局|格局|结局|大局|全局|当局|开局|常委|外办|一站|网站|车站|工作日)$"
)
# After a unit's name: the matter it deals with is meant, at the level or place before it (自治区海关业务).
_HAS_TO_DO = re.compile(
    r"(?:部门|口|系统|那边|这边|那头|这头|条线)?(?:手上|手里|手头|名下|头上|身上|的任务|的活|的差事|今年(?:要|得|该)|牵头的?(?:任务|措施|事|工作|有|是|哪|都)|(?:要|得|该)(?:干|做|办)的)"
)
# What the word 政府 before it does not make a unit of: 政府采购, 政府债务.
_NOT_OF_GOVERNMENT = (
    "采购",
    "债",
    "欠",
    "网站",
    "投资项目",
    "定价",
    "指导价",
    "信息公开",
    "基金",
    "诚信",
    "失信",
    "承诺",
)
_OF_TOPIC = re.compile(r"\s*(?:的)?(?:业务|手续|事项|通关|费用|服务|环节)")
_LOOKS_LIKE_UNIT = re.compile(
    r"[\u4e00-\u9fff]{2,14}?(?:局|厅|委员会|委|办公室|法院|检察院|海关|支队|公司|管委会|银行|中心|协会|学院)(?![长域限面内])"
)
_TITLE_PART = re.compile(
    r"《([^《》]{2,60})》"
    r"|([^，。？！,?!\s\x00：:；;]{0,24}?)(?:这|那)?(?:个|份|篇)?"
    r"(行动方案|工作方案|实施方案|行动计划|责任清单|任务清单|工作要点|工作举措|若干措施|方案|计划|办法|清单|要点|举措|规划|文件|通知|条措施)"
)
_EMPTY_TITLE_WORDS = re.compile(r"优化营商环境|营商环境|工作|的|里|在|优化|进一步|实施|年")


@dataclass(frozen=True)
class Scope:
    """`spans` are where the places stand; `groups` the places in order, those named together in one group."""

    places: tuple[Path, ...] = ()
    unknown: tuple[str, ...] = ()
    documents: tuple[PolicyKey, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    named: tuple[tuple[int, int, Path], ...] = ()


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with stretches blanked out, position for position."""
    chars = list(text)
    for start, end in spans:
        chars[start:end] = "\x00" * (end - start)
    return "".join(chars)


def find_scope(
    plain: str, known: Known, phrases: Phrases, units: Sequence[Unit], english: bool, before: Question | None
) -> Scope:
    numbered = [(s, e, known.doc_numbers.get(c)) for s, e, c in doc_number(plain)]
    documents = [key for _, _, key in numbered if key]
    spans = [(s, e) for s, e, _ in numbered]
    missing = [plain[s:e] for s, e, key in numbered if key is None]
    hidden = blanked(plain, spans)
    named, unknown, more = _chinese_places(hidden, known, units, phrases)
    levels = _level_places(blanked(hidden, more), known, units, before, [p for _, _, p in named])
    named += levels
    more += [(s, e) for s, e, _ in levels]
    if english:
        seen = english_places(hidden, known, phrases)
        named, unknown, more = [*named, *seen.named], [*unknown, *seen.unknown], [*more, *seen.spans]
    spans += more
    if not named and not unknown and not english:
        unlisted = _unlisted_place(blanked(hidden, spans), units)
        if unlisted:
            unknown.append(unlisted[2])
            spans.append(unlisted[:2])
    places = list(dict.fromkeys(path for _, _, path in sorted(named)))
    if not places and not unknown and not missing:
        places = _place_of_units(plain, units, known, before)
    around = places or (list(before.places) if before else [])
    for key in (
        *_find_titles(blanked(hidden, spans), known, around, phrases),
        *_papers_of_units(plain, units, known, around),
    ):
        if key not in documents:
            documents.append(key)
    if documents and not named:
        places = list(dict.fromkeys(known.policy(key).place for key in documents))
    elif documents:
        documents = [key for key in documents if known.policy(key).place in places] or documents
    return Scope(tuple(places), (*missing, *unknown), tuple(documents), tuple(spans), tuple(sorted(named)))


# Places by name


def _chinese_places(
    plain: str, known: Known, units: Sequence[Unit], phrases: Phrases
) -> tuple[list[tuple[int, int, Path]], list[str], list[tuple[int, int]]]:
    """(named places of the index, names of places that it lacks, stretches they take).  A place inside a unit's
    name counts only where no other stands for itself, or where places are compared (北京市市监局和经开区)."""
    found: list[Found] = _called(plain, known, phrases)
    if known.place_pattern:
        matches = known.place_pattern.finditer(plain)
        found += [(m.start(), _suffixed(plain, m, known), known.aliases[m[0]]) for m in matches]
    real = find_places(plain)
    found += _mistyped(plain, known, [(s, e) for s, e, _ in found], real)
    inside = [f for f in found if any(a <= f[0] and f[1] <= b and b - a > f[1] - f[0] for a, b, _ in units)]
    alone = [f for f in found if f not in inside]
    counted = found if phrases.says("compare", plain) else alone or inside
    named = _one_path_each(counted, known)
    paths = [path for _, _, path in named]
    unknown: list[tuple[int, int, Path]] = []
    for start, end, path in real:
        if any(start < b and a < end for a, b, _ in found) or path in known.places:
            continue
        if len(path) > 2 and not _SUFFIXED.search(plain[start:end]):
            continue  # the short name of a county is too often an everyday word (和政, 商城)
        if any(path[: len(p)] == p or p[: len(path)] == path for p in paths):
            continue  # a part of a named place, or what it lies in
        if any(a <= start and end <= b and b - a > end - start for a, b, _ in units):
            continue
        unknown.append((start, end, path))
    spans = [(s, e) for s, e, _ in alone] + [(s, e) for s, e, _ in unknown]
    return named, list(dict.fromkeys(plain[s:e] for s, e, _ in unknown)), spans


def _called(plain: str, known: Known, phrases: Phrases) -> list[Found]:
    """Places by what people call them (place_names.txt), those that the index has."""
    found: list[Found] = []
    for name, printed in phrases.place_names.items():
        start = plain.find(name)
        path = next((p for p in known.places if p and p[-1] == printed), None) if start >= 0 else None
        if path:
            found.append((start, start + len(name), (path,)))
    return found


def _suffixed(plain: str, match: re.Match[str], known: Known) -> int:
    """Where a place's name ends: after a character that stands for the suffix which the name lacks (准格尔期)."""
    end = match.end()
    path = known.aliases[match[0]][0]
    after = plain[end : end + 1]
    if not _SUFFIXED.search(path[-1]) or path[-1][:-1] != match[0] or not _all_han(after) or not after:
        return end
    word = next(iter(tagged(plain[end:])), ("", "", False))[0]
    return (
        end + 1
        if word == after != path[-1][-1] and after not in "是事的在" and _sounds_alike(after, path[-1][-1])
        else end
    )


def _one_path_each(found: Sequence[Found], known: Known) -> list[tuple[int, int, Path]]:
    """One path for each mention; a place right before a lower one of its own only introduces it (赣州兴国县)."""
    chosen: list[tuple[int, int, Path]] = []
    ordered = sorted(found)
    for at, (start, end, paths) in enumerate(ordered):
        following = ordered[at + 1] if at + 1 < len(ordered) else None
        if (
            following
            and following[0] == end
            and any(lower[: len(p)] == p and lower != p for p in paths for lower in following[2])
        ):
            continue
        before = [p for _, _, p in chosen]
        path = next((q for p in before for q in paths if q[: len(p)] == p), paths[0])
        chosen.append((start, end, path))
    return chosen


def _mistyped(
    plain: str, known: Known, taken: Sequence[tuple[int, int]], real: Sequence[tuple[int, int, Path]]
) -> list[Found]:
    """Names of three characters and more with one wrong character (兴园县, 性国县)."""
    busy = [*taken, *((s, e) for s, e, _ in real)]
    there = set(plain)
    found: list[Found] = []
    for alias in sorted(known.aliases, key=lambda a: (-len(a), a)):
        size = len(alias)
        if size < 3 or size > len(plain) or not _all_han(alias) or len(there.intersection(alias)) < size - 2:
            continue
        weak = size == 3 and bool(_SUFFIXED.search(alias))
        for start in range(len(plain) - size + 1):
            window = plain[start : start + size]
            if (
                len(set(window).intersection(alias)) < size - 2
                or sum(a != b for a, b in zip(window, alias, strict=True)) != 1
                or not _all_han(window)
            ):
                continue
            if weak and (window[-1] != alias[-1] or not _sounds_alike(window, alias)):
                continue  # two characters of a name are too few to go by, unless they sound the same
            if any(s < start + size and start < e for s, e in busy):
                continue
            found.append((start, start + size, known.aliases[alias]))
            busy.append((start, start + size))
    return found


def _sounds_alike(a: str, b: str) -> bool:
    return sounds_of(a) == sounds_of(b)


def _all_han(text: str) -> bool:
    return all("\u4e00" <= c <= "\u9fff" for c in text)


_PLACE_FORM = re.compile(
    r"^(?:请问|想问|问下|那么|那|在|我在|我们|查一下)?([\u4e00-\u9fff]{2,3}(?:自治区|省|市|县|旗|区))(?![\u4e00-\u9fff]?[场民级里本直政局长])"
)


def _unlisted_place(plain: str, units: Sequence[Unit]) -> tuple[int, int, str] | None:
    """A name that opens the question, has the form of a place and is in no list and no dictionary."""
    m = _PLACE_FORM.match(plain)
    if not m or any(a < m.end(1) and m.start(1) < b for a, b, _ in units):
        return None
    name = m[1]
    if any(known and word in name for word, _, known in tagged(name) if len(word) > 1):
        return None  # 工业园区, 智慧城市: made of words
    return m.start(1), m.end(1), name


# Places by level


def _level_places(
    left: str, known: Known, units: Sequence[Unit], before: Question | None, named: Sequence[Path]
) -> list[tuple[int, int, Path]]:
    found = []
    for m in _LEVEL_WORD.finditer(left):
        if any(a <= m.start() < b and b - a > m.end() - m.start() for a, b, _ in units):
            continue
        level = m["a"] or m["b"] or m["c"]
        path = _of_level(level, known, before, named)
        if path and path not in named:
            found.append((m.start(), m.end(), path))
    return found


def _of_level(level: str, known: Known, before: Question | None, named: Sequence[Path]) -> Path | None:
    """The place that 自治区, 市里, 我们旗 mean: that of the conversation, else the only one of its kind."""

    def fits(path: Path) -> bool:
        return (
            bool(path)
            and path[-1].endswith(level)
            and (level == "自治区" or not path[-1].endswith("自治区"))
            and not path[-1].endswith("开发区")
        )

    for path in (*named, *(before.places if before else ())):
        for depth in range(len(path), 0, -1):
            if fits(path[:depth]) and path[:depth] in known.places:
                return path[:depth]
    candidates = [path for path in known.places if fits(path)]
    return candidates[0] if len(candidates) == 1 else None


def _place_of_units(plain: str, units: Sequence[Unit], known: Known, before: Question | None) -> list[Path]:
    """自治区审计厅, 旗大数据中心: the first word of a unit tells the level, where one place has it."""
    for start, end, _ in units:
        name = plain[start:end]
        for level in _LEVELS:
            if name.startswith(level) and len(name) > len(level) + 1:
                path = _of_level(level, known, before, ())
                if path:
                    return [path]
    return []


# Papers by a part of their title


def _find_titles(plain: str, known: Known, places: Sequence[Path], phrases: Phrases) -> list[PolicyKey]:
    """Papers called by a part of their title, before 方案, 办法, 清单… or in title marks."""
    found: dict[PolicyKey, float] = {}
    for m in _TITLE_PART.finditer(plain):
        wanted = grams(_EMPTY_TITLE_WORDS.sub(" ", m[1] or m[2] or ""))
        if len(wanted) < 2:
            if m[3] and (only := _only_of_its_kind(m[3], known, places)):
                found.setdefault(only, 0.5)
            continue
        best: list[tuple[float, PolicyKey]] = []
        for policy in known.policies:
            key = (policy.doc, policy.ordinal)
            if places and policy.place not in places:
                continue
            have = known.title_grams[key]
            shared = wanted & set(have)
            weight = sum(have[g] for g in shared)
            called = _ends_alike(m[2] or "", m[3] or "", normalise(policy.title), phrases)
            if weight >= 1.0 and (called or (len(shared) >= 3 and len(shared) / len(wanted) >= 0.34)):
                best.append((weight + len(shared) / len(wanted) + called, key))
        top = max((score for score, _ in best), default=0.0)
        for score, key in best:
            if score >= top * 0.8:
                found[key] = max(found.get(key, 0.0), score)
    return sorted(found, key=lambda k: -found[k])


def _ends_alike(part: str, kind: str, title: str, phrases: Phrases) -> float:
    """1 where the last words before 方案, 清单… stand so in the title (攻坚行动实施方案) and tell titles apart."""
    telling = len(part) >= 4 or part[-2:] not in phrases.weak
    return 1.0 if len(part) >= 2 and telling and part[-4:] + kind in title else 0.0


_PAPER = re.compile(r"^[^，。？！,?!；;]{0,12}?(?:方案|文件|办法|清单|通知|规定|要点)")


def _papers_of_units(
    plain: str, units: Sequence[Unit], known: Known, places: Sequence[Path]
) -> list[PolicyKey]:
    """Papers that a named unit issued, where its paper is asked about (北京市市监局的方案)."""
    found = []
    for _, end, name in units:
        if _PAPER.match(plain[end:]):
            found += [
                (p.doc, p.ordinal)
                for p in known.policies
                if (not places or p.place in places)
                and any(same_department(name, issuer) for issuer in p.issuers)
            ]
    return found


def _only_of_its_kind(kind: str, known: Known, places: Sequence[Path]) -> PolicyKey | None:
    """自治区方案, 县里的责任清单: the paper of the named place that is the only one of this kind there."""
    if not places or kind in ("文件", "通知"):
        return None
    chosen = [p for p in known.policies if p.place in places and kind in distinct_title(p)]
    others = [p for p in known.policies if p.place in places]
    return (chosen[0].doc, chosen[0].ordinal) if len(chosen) == 1 and len(others) > 1 else None


# Units


def find_units(plain: str, known: Known, phrases: Phrases, english: bool) -> list[Unit]:
    """Units of the index that the text names, in any of their forms."""
    found: list[Unit] = []
    for match in _UNIT_END.finditer(plain):
        end = match.end()
        if found and found[-1][1] >= end:
            continue
        for start in range(max(0, end - 20), end - 1):
            name = plain[start:end]
            if not _all_han(name) or HOLLOW.match(name) or _NO_UNIT.search(name):
                continue
            if plain[max(0, start - 2) : start] == "自治":
                continue
            if name.endswith("政府") and plain.startswith(_NOT_OF_GOVERNMENT, end):
                break
            if _is_unit(name, known):
                if name not in known.department_names and _OF_TOPIC.match(plain, end):
                    break
                found = [f for f in found if f[1] <= start]
                found.append((start, end, name))
                break
            if known.placed_inside and (printed := _placed_inside(name, known)):
                found = [f for f in found if f[1] <= start]
                found.append((start, end, printed))
                break
    found += _short_units(plain, found)
    return [*english_departments(plain, phrases), *found] if english else found


def _short_units(plain: str, found: Sequence[Unit]) -> list[Unit]:
    """Departments by their function alone, where the text speaks of what they have to do (人社手上, 住建牵头的)."""
    functions = lexicon().functions
    short: list[Unit] = []
    for match in _HAS_TO_DO.finditer(plain):
        end = match.start()
        for size in (4, 3, 2):
            name = plain[max(0, end - size) : end]
            if (
                len(name) == size
                and name in functions
                and not any(s < end and end - size < e for s, e, _ in found)
            ):
                short.append((end - size, end, name))
                break
    return short


def _placed_inside(name: str, known: Known) -> str | None:
    """国网福建电力公司 for 国网福建省电力公司: the unit with the same place inside its name."""
    for m in known.place_pattern.finditer(name) if known.place_pattern else ():
        if m.start() > 0:
            return known.placed_inside.get(name[: m.start()] + name[m.end() :])
    return None


def _is_unit(name: str, known: Known) -> bool:
    """Whether the index knows the unit, and what stands before its body is a place or a level, not the words before
    it (有几项任务是市税务局)."""
    if name in known.department_names:
        return True
    key = department_key(name)
    if not known.has_department(key):
        return False
    place = key.partition("|")[0]
    if not place or place in _LEVELS or place in known.aliases:
        return True
    spans = find_places(place)
    return bool(spans) and "".join(place[s:e] for s, e, _ in sorted(spans)) == place


def find_unknown_units(plain: str, taken: Iterable[tuple[int, int]], phrases: Phrases) -> list[Unit]:
    """Names that end like a unit's and that no document has, cut at the last word that is part of the asking."""
    busy = list(taken)
    found = []
    for match in _LOOKS_LIKE_UNIT.finditer(plain):
        name = ""
        for word in reversed(words(match[0])):
            if name and word in phrases.stop and not _SUFFIXED.search(word):
                break
            name = word + name
        if not match[0].endswith(name):
            name = match[0]
        start = max([match.end() - len(name), *(e for s, e in busy if s < match.end() and e < match.end())])
        name = plain[start : match.end()]
        if len(name) < 3 or HOLLOW.match(name) or _NO_UNIT.search(name):
            continue
        if any(s < match.end() and start < e for s, e in busy):
            continue
        found.append((start, match.end(), name))
    return found
