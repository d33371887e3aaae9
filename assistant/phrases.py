"""The question side of the language as data: stop words, intent patterns, everyday and English words → official
words, and the units of figures.  Files of assistant/lexicon/, and of any folder that the settings name after them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from assistant.characters import all_han, sounds_alike
from index_build.errors import SettingsError

T = TypeVar("T")
FOLDER = Path(__file__).parent / "lexicon"
LONGEST_MENDED = 5  # characters of a wording that a wrong character is looked for in
Others = tuple[tuple[str, float], ...]  # official words and their weights, best first


@dataclass(frozen=True)
class Phrases:
    """All phrase tables.  `everyday` and `english` map a wording to official words with weights."""

    stop: frozenset[str]
    weak: frozenset[str]
    intents: Mapping[str, str]  # signal -> one regular expression, compiled when first asked for
    everyday: Mapping[str, Others]
    english: Mapping[str, Others]
    place_names: Mapping[str, str]  # what people call a place -> the name it is printed by
    english_places: Mapping[str, str]
    english_departments: Mapping[str, str]
    units: tuple[tuple[str, str], ...]

    def says(self, signal: str, text: str) -> bool:
        return self.find(signal, text) is not None

    def find(self, signal: str, text: str) -> re.Match[str] | None:
        return _compiled(self.intents[signal]).search(text) if signal in self.intents else None

    def find_all(self, signal: str, text: str) -> Iterable[re.Match[str]]:
        return _compiled(self.intents[signal]).finditer(text) if signal in self.intents else ()

    def cut(self, signal: str, text: str) -> str:
        """`text` without any place of the signal."""
        return _compiled(self.intents[signal]).sub(" ", text) if signal in self.intents else text

    def blank(self, signal: str, text: str) -> str:
        """`text` with every place of the signal blanked out, position for position."""
        if signal not in self.intents:
            return text
        return _compiled(self.intents[signal]).sub(lambda m: "\x00" * len(m[0]), text)

    @cached_property
    def _everyday_starts(self) -> Mapping[str, tuple[str, ...]]:
        """First two characters -> wordings that start so, longest first."""
        starts: dict[str, list[str]] = {}
        for key in self.everyday:
            starts.setdefault(key[:2], []).append(key)
        return {start: tuple(sorted(keys, key=len, reverse=True)) for start, keys in starts.items()}

    def find_everyday(self, text: str) -> list[tuple[int, int, Others]]:
        """Every wording of the lexicon in `text`, longest first at each place, overlaps allowed only inside a
        longer one that starts elsewhere."""
        found: list[tuple[int, int, Others]] = []
        reached = 0
        for at in range(len(text) - 1):
            for key in self._everyday_starts.get(text[at : at + 2], ()):
                if text.startswith(key, at):
                    if at + len(key) > reached:
                        found.append((at, at + len(key), self.everyday[key]))
                        reached = at + len(key)
                    break
        return found + self._find_together(text)

    @cached_property
    def _together(self) -> tuple[tuple[tuple[str, ...], Others], ...]:
        """Wordings of several parts that stand anywhere in a question (注册&房产证)."""
        return tuple((tuple(key.split("&")), others) for key, others in self.everyday.items() if "&" in key)

    def _find_together(self, text: str) -> list[tuple[int, int, Others]]:
        """The last part of each such wording where all its parts stand in `text`."""
        return [
            (text.rfind(parts[-1]), text.rfind(parts[-1]) + len(parts[-1]), others)
            for parts, others in self._together
            if all(part in text for part in parts)
        ]

    @cached_property
    def _everyday_masked(self) -> Mapping[str, tuple[str, ...]]:
        """Wordings with one character masked -> the wordings themselves."""
        masked: dict[str, list[str]] = {}
        for key in self.everyday:
            if 2 <= len(key) <= LONGEST_MENDED and all_han(key):
                for at in range(len(key)):
                    masked.setdefault(f"{key[:at]}?{key[at + 1 :]}", []).append(key)
        return {mask: tuple(keys) for mask, keys in masked.items()}

    def mend(
        self, text: str, start: int, end: int, inside: Collection[int] = ()
    ) -> tuple[int, int, str] | None:
        """The longest wording that differs in one character of the same sound from a stretch of `text` around
        [start, end), a word that no dictionary has (尔手房).  No stretch begins or ends at a place in `inside`."""
        for size in range(LONGEST_MENDED, 1, -1):
            for at in range(max(0, end - size), min(start, len(text) - size) + 1):
                if at in inside or at + size in inside:
                    continue
                window = text[at : at + size]
                for i in range(size):
                    for key in self._everyday_masked.get(f"{window[:i]}?{window[i + 1 :]}", ()):
                        if key != window and sounds_alike(key[i], window[i]):
                            return at, at + size, key
        return None

    def find_english(self, text: str) -> list[tuple[int, int, Others]]:
        """English phrases in lower-cased `text`, the longest first, none inside another."""
        return _find_phrases(text, self.english, self.english_keys)

    @cached_property
    def english_keys(self) -> tuple[str, ...]:
        return tuple(self.english)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(maxsize=8)
def _word_table(keys: tuple[str, ...]) -> re.Pattern[str]:
    """The phrases at word ends, the longest first, each word in singular or plural, with blanks or hyphens."""
    ordered = sorted(keys, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(_with_plurals(key) for key in ordered) + r")\b")


def _with_plurals(key: str) -> str:
    words = re.split(r"[ -]", key)
    return "[ -]".join(
        re.escape(w[:-1]) + "(?:y|ies)" if w.endswith("y") and len(w) > 3 else re.escape(w) + "(?:s|es)?"
        for w in words
    )


def _find_phrases(text: str, table: Mapping[str, T], keys: tuple[str, ...]) -> list[tuple[int, int, T]]:
    singular = _singular_table(keys)
    found = []
    for m in _word_table(keys).finditer(text):
        key = m.group() if m.group() in table else singular.get(_singular(m.group()))
        if key:
            found.append((m.start(), m.end(), table[key]))
    return found


@lru_cache(maxsize=8)
def _singular_table(keys: tuple[str, ...]) -> Mapping[str, str]:
    table: dict[str, str] = {}
    for key in keys:
        table.setdefault(_singular(key), key)
    return table


def _singular(phrase: str) -> str:
    """One form for the singular and the plural of each word: no English, but the same for both."""
    return " ".join(
        re.sub(r"(?:es|s)$", "", re.sub(r"ies$", "y", word)).removesuffix("e")
        for word in re.split(r"[ -]", phrase)
    )


def find_named(text: str, table: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """English names of a table in lower-cased `text`, as (start, end, Chinese)."""
    return _find_phrases(text, table, tuple(table))


@lru_cache(maxsize=8)
def load_phrases(folders: tuple[Path, ...] = ()) -> Phrases:
    """The tables of the product and then those of `folders`, later lines winning.  SettingsError on a bad line."""
    places = (FOLDER, *folders)
    for folder in folders:
        if not folder.is_dir():
            raise SettingsError(f"词表文件夹 {folder} 不存在；请改正 lexicon 设置 · lexicon folder not found")
    return Phrases(
        stop=frozenset(word for _, line in _lines(places, "stop.txt") for word in line.split()),
        weak=frozenset(word for _, line in _lines(places, "weak.txt") for word in line.split()),
        intents=_joined_patterns(places, "intents.txt"),
        everyday=_weighted(places, "everyday.txt"),
        english=_weighted(places, "english.txt"),
        place_names=_plain(places, "place_names.txt"),
        english_places=_plain(places, "english_places.txt"),
        english_departments=_plain(places, "english_departments.txt"),
        units=tuple((left, right) for _, left, right in _pairs(places, "units.txt")),
    )


def _lines(folders: Iterable[Path], name: str) -> Iterable[tuple[str, str]]:
    for folder in folders:
        path = folder / name
        if path.is_file():
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(
                    f"词表 {path} 读不了；请另存为 UTF-8 · cannot be read: save it as UTF-8"
                ) from error
            for number, line in enumerate(text.splitlines(), 1):
                if line.strip() and not line.startswith("#"):
                    yield f"{path}:{number}", line.strip()


def _pairs(folders: Iterable[Path], name: str) -> Iterable[tuple[str, str, str]]:
    for where, line in _lines(folders, name):
        left, sign, right = line.partition(" = ")
        if not sign or not left.strip() or not right.strip():
            raise SettingsError(f"{where}：应写成 “左 = 右” · expected 'left = right'")
        yield where, left.strip(), right.strip()


def _joined_patterns(folders: Iterable[Path], name: str) -> dict[str, str]:
    parts: dict[str, list[str]] = {}
    for where, signal, pattern in _pairs(folders, name):
        try:
            re.compile(pattern)
        except re.error as error:
            raise SettingsError(f"{where}：正则表达式有误（{error}） · not a regular expression") from error
        parts.setdefault(signal, []).append(pattern)
    return {signal: "|".join(f"(?:{p})" for p in patterns) for signal, patterns in parts.items()}


def _weighted(folders: Iterable[Path], name: str) -> dict[str, Others]:
    table: dict[str, Others] = {}
    for where, left, right in _pairs(folders, name):
        others = []
        for part in right.split(","):
            words, _, weight = part.strip().rpartition(" ")
            try:
                others.append((words.strip(), float(weight)))
            except ValueError as error:
                raise SettingsError(
                    f"{where}：“{part.strip()}” 应为 “词 权重” · expected 'words weight'"
                ) from error
            if not words.strip() or not 0 < others[-1][1] <= 1:
                raise SettingsError(
                    f"{where}：“{part.strip()}” 的权重应在 0 与 1 之间 · weight must be in (0, 1]"
                )
        for key in left.split("|"):
            merged = dict(table.get(key.strip(), ()))
            merged.update(others)
            table[key.strip()] = tuple(sorted(merged.items(), key=lambda item: -item[1]))
    return table


def _plain(folders: Iterable[Path], name: str) -> dict[str, str]:
    return {key.strip(): right for _, left, right in _pairs(folders, name) for key in left.split("|")}
