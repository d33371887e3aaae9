"""Places that a question names: by name or nickname, with one wrong character, or by their level (自治区, 市里, 我们旗)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.characters import all_han, inside_longer, overlaps, sounds_alike
from assistant.known import Known, Path, Unit, lies_in
from assistant.model import Question
from assistant.question.phrases import Phrases
from index_build.places import find_places
from index_build.words import tagged

Found = tuple[int, int, tuple[Path, ...]]
SUFFIXED = re.compile(r"(?:自治区|特别行政区|[省市区县旗盟州])$")
_AREA = re.compile("[城郊矿市]区")  # districts that are called by what they are
LEVELS = ("自治区", "省", "市", "区", "县", "旗", "盟", "州")
_LEVEL_WORD = re.compile(
    r"(?:我们|咱们|咱|我|本|全|这个|该)(?P<a>自治区|省|市|区|县|旗|盟|州)(?!场|民|直|政|域|别|分|覆|域|级)"
    r"|(?<!\d个)(?<!几个)(?<!各)(?P<b>自治区|省|市|区|县|旗|盟|州)(?:里头|里边|里|级|本级|层面)(?!程|面子)"
    r"|(?P<c>自治区)"
)


def find_named_places(
    plain: str, known: Known, units: Sequence[Unit], phrases: Phrases
) -> tuple[list[tuple[int, int, Path]], list[str], list[tuple[int, int]]]:
    """(named places of the index, names of places that it lacks, stretches they take).  A place inside a unit's
    name counts only where no other stands for itself, or where places are compared (岚溪市市监局和经开区)."""
    found: list[Found] = _called(plain, known, phrases)
    if known.place_pattern:
        matches = known.place_pattern.finditer(plain)
        found += [(m.start(), _suffixed(plain, m, known), known.aliases[m[0]]) for m in matches]
    real = find_places(plain)
    found += _mistyped(plain, known, [(s, e) for s, e, _ in found], real)
    inside = [f for f in found if inside_longer(f[0], f[1], units)]
    alone = [f for f in found if f not in inside]
    compared = phrases.says("compare", plain)
    counted = found if compared else alone or inside
    named = _one_path_each(counted, known)
    paths = [path for _, _, path in named]
    unknown: list[tuple[int, int, Path]] = []
    introducing: list[tuple[int, int]] = []
    for start, end, path in real:
        if overlaps(start, end, found) or path in known.places:
            continue
        if len(path) > 2 and not SUFFIXED.search(plain[start:end]):
            continue  # the short name of a county is too often an everyday word (和政, 商城)
        if any(lies_in(path, p) or lies_in(p, path) for p in paths):  # part of a named one, or around it
            right_before = any(end <= a and plain[end:a] in ("", "的") for a, _, _ in found)
            if right_before or any(b <= start and plain[b:start] in ("（", "(") for _, b, _ in found):
                introducing.append((start, end))
                continue
            if not compared:
                continue
        if inside_longer(start, end, units):
            continue
        unknown.append((start, end, path))
    spans = [*((s, e) for s, e, _ in (*alone, *unknown)), *introducing]
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
    if not SUFFIXED.search(path[-1]) or path[-1][:-1] != match[0] or not all_han(after) or not after:
        return end
    word = next(iter(tagged(plain[end:])), ("", "", False))[0]
    return (
        end + 1
        if word == after != path[-1][-1] and after not in "是事的在" and sounds_alike(after, path[-1][-1])
        else end
    )


def _one_path_each(found: Sequence[Found], known: Known) -> list[tuple[int, int, Path]]:
    """One path for each mention; a place right before a lower one of its own only introduces it (云岭岚溪县)."""
    chosen: list[tuple[int, int, Path]] = []
    ordered = sorted(found)
    for at, (start, end, paths) in enumerate(ordered):
        following = ordered[at + 1] if at + 1 < len(ordered) else None
        if (
            following
            and following[0] == end
            and any(lower != p and lies_in(lower, p) for p in paths for lower in following[2])
        ):
            continue
        before = [p for _, _, p in chosen]
        path = next((q for p in before for q in paths if lies_in(q, p)), paths[0])
        chosen.append((start, end, path))
    return chosen


def _mistyped(
    plain: str, known: Known, taken: Sequence[tuple[int, int]], real: Sequence[tuple[int, int, Path]]
) -> list[Found]:
    """Names of three characters and more with one wrong character (兴园县, 性国县)."""
    busy = [*taken, *((s, e) for s, e, _ in real)]
    found: list[Found] = []
    for alias, half, other in known.long_aliases:
        size = len(alias)
        if half not in plain and other not in plain:
            continue  # one of them is right where one character is wrong
        weak = size == 3 and bool(SUFFIXED.search(alias))
        for start in range(len(plain) - size + 1):
            window = plain[start : start + size]
            if (
                len(set(window).intersection(alias)) < size - 2
                or sum(a != b for a, b in zip(window, alias, strict=True)) != 1
                or not all_han(window)
            ):
                continue
            if weak and (window[-1] != alias[-1] or not sounds_alike(window, alias)):
                continue  # two characters of a name are too few to go by, unless they sound the same
            if overlaps(start, start + size, busy):
                continue
            found.append((start, start + size, known.aliases[alias]))
            busy.append((start, start + size))
    return found


def find_mistyped_place(plain: str, known: Known) -> list[tuple[int, int, Path]]:
    """A word of two characters that no dictionary has and that one place's short name sounds like (忻洲, 通聊)."""
    at = 0
    for word, _, is_known in tagged(plain):
        start = plain.find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        if is_known or len(word) != 2 or not all_han(word):
            continue
        alike = [
            paths[0]
            for alias, paths in known.aliases.items()
            if len(alias) == 2
            and sum(a != b for a, b in zip(alias, word, strict=True)) == 1
            and sounds_alike(alias, word)
        ]
        if len({*alike}) == 1:
            end = at + (plain[at : at + 1] == alike[0][-1][-1])
            return [(start, end, alike[0])]
    return []


_PLACE_FORM = re.compile(
    r"^(?:请问|想问|问下|那么|那|在|我在|我们|查一下)?([\u4e00-\u9fff]{2,3}(?:自治区|省|市|县|旗|区))(?![\u4e00-\u9fff]?[场民级里本直政局长])"
)


def find_unlisted_place(plain: str, units: Sequence[Unit]) -> tuple[int, int, str] | None:
    """A name that opens the question, has the form of a place and is in no list and no dictionary."""
    m = _PLACE_FORM.match(plain)
    if not m or any(a < m.end(1) and m.start(1) < b for a, b, _ in units):
        return None
    name = m[1]
    if any(known and word in name for word, _, known in tagged(name) if len(word) > 1):
        return None  # 工业园区, 智慧城市: made of words
    return m.start(1), m.end(1), name


def find_level_places(
    left: str, known: Known, units: Sequence[Unit], before: Question | None, named: Sequence[Path]
) -> list[tuple[int, int, Path]]:
    """Places that a level word stands for (市里, 我们旗), where one place of the index can be meant."""
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


# Functions that open with the sign of a level: 市场监管局 is a county's as well.
_NO_LEVEL = re.compile(r"市场|市容|市政(?!府)|区域|区划|县域")


def place_of_units(plain: str, units: Sequence[Unit], known: Known, before: Question | None) -> list[Path]:
    """自治区审计厅, 旗大数据中心: the first word of a unit tells the level, where one place has it."""
    for start, end, _ in units:
        name = plain[start:end]
        for level in LEVELS:
            if name.startswith(level) and len(name) > len(level) + 1 and not _NO_LEVEL.match(name):
                path = _of_level(level, known, before, ())
                if path:
                    return [path]
    return []
