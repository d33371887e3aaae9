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

from assistant.characters import all_han, cut_out, pairs, sounds_alike
from assistant.question.weighted import Others, Weighted
from index_build.errors import SettingsError

T = TypeVar("T")
FOLDER = Path(__file__).parents[1] / "lexicon"
LONGEST_MENDED = 5  # characters of a wording that a wrong character is looked for in
LONGEST_PHRASE = 7  # words of an English phrase
LONGEST_AFTER = 8  # characters of a wording that are looked for behind a counting word
# What may stand between a verb and what is done: 办 (一张) 执照, 开 (个小) 超市.
_COUNTED = re.compile(
    r"(?<=[开办领装买修盖建租搞做接拿])(?:了|过)?(?:[一两几]?[个家间所座套份张笔]小?|小|点)(?=[\u4e00-\u9fff]{2})"
)


@dataclass(frozen=True, eq=False)  # one a set of folders: what is found with it can be kept
class Phrases:
    """All phrase tables.  `everyday` and `english` map a wording to official words with weights."""

    stop: frozenset[str]
    weak: frozenset[str]
    intents: Mapping[str, tuple[str, ...]]  # signal -> regular expressions, compiled when first asked for
    everyday: Mapping[str, Others]
    english: Mapping[str, Others]
    place_names: Mapping[str, str]  # what people call a place -> the name it is printed by
    english_places: Mapping[str, str]
    english_departments: Mapping[str, str]
    units: tuple[tuple[str, str], ...]
    called: Mapping[str, str]  # what people call an office -> the name it is printed by

    def says(self, signal: str, text: str) -> bool:
        """Whether any wording of the signal is there.  One after the other they are told faster than as one pattern,
        which has to try them all at every character."""
        patterns = self._signals.get(signal)
        if patterns is None:
            alone = tuple([_compiled(p) for p in self.intents.get(signal, ())])
            patterns = self._signals.setdefault(signal, alone)
        for pattern in patterns:  # noqa: SIM110  (asked forty times a question)
            if pattern.search(text):
                return True
        return False

    def find(self, signal: str, text: str) -> re.Match[str] | None:
        return self._any(signal).search(text) if self.says(signal, text) else None

    def find_all(self, signal: str, text: str) -> Iterable[re.Match[str]]:
        return self._any(signal).finditer(text) if self.says(signal, text) else ()

    def cut(self, signal: str, text: str) -> str:
        """`text` without any place of the signal."""
        return self._any(signal).sub(" ", text) if self.says(signal, text) else text

    def blank(self, signal: str, text: str) -> str:
        """`text` with every place of the signal blanked out, position for position."""
        return cut_out(self._any(signal), text) if self.says(signal, text) else text

    def _any(self, signal: str) -> re.Pattern[str]:
        return _whole(self.intents[signal])

    @cached_property
    def _signals(self) -> dict[str, tuple[re.Pattern[str], ...]]:
        return {}

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
        counted = {m.start(): m.end() for m in _COUNTED.finditer(text)}
        for at in range(len(text) - 1):
            key, end = self._longest_at(text, at), 0
            if key:
                end = at + len(key)
            elif at + 1 in counted:  # 开个小超市: 开超市
                after = counted[at + 1]
                key = self._longest_at(text[at] + text[after : after + LONGEST_AFTER], 0)
                end = after + len(key) - 1
            if key and end > reached:
                found.append((at, end, self.everyday[key]))
                reached = end
        return found + self._find_together(text)

    def _longest_at(self, text: str, at: int) -> str:
        """The longest wording that stands at `at`; empty where none does."""
        starts = self._everyday_starts.get(text[at : at + 2], ())
        return next((key for key in starts if text.startswith(key, at)), "")

    @cached_property
    def _together(self) -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
        """First two characters of wordings of several parts that stand anywhere in a question (注册&房产证) -> their
        parts and themselves."""
        starts: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for key in self.everyday:
            if "&" in key:
                starts.setdefault(key[:2], []).append((tuple(key.split("&")), key))
        return {start: tuple(rows) for start, rows in starts.items()}

    def _find_together(self, text: str) -> list[tuple[int, int, Others]]:
        """The last part of each such wording where all its parts stand in `text`."""
        return [
            (text.rfind(parts[-1]), text.rfind(parts[-1]) + len(parts[-1]), self.everyday[key])
            for pair in dict.fromkeys(pairs(text))
            for parts, key in self._together.get(pair, ())
            if all(part in text for part in parts)
        ]

    @cached_property
    def _by_end(self) -> Mapping[str, tuple[str, ...]]:
        """A wording's length with its first character, and with its last -> the wordings.  Of two words of one length
        that differ in one character, one of the two is the same."""
        ends: dict[str, list[str]] = {}
        for key in self.everyday:
            size = len(key)
            if 2 <= size <= LONGEST_MENDED:
                ends.setdefault(f"{size}{key[0]}", []).append(key)
                ends.setdefault(f"{key[-1]}{size}", []).append(key)
        return {end: tuple(keys) for end, keys in ends.items()}

    def mend(
        self, text: str, start: int, end: int, inside: Collection[int] = ()
    ) -> tuple[int, int, str] | None:
        """The longest wording that differs in one character of the same sound from a stretch of `text` around
        [start, end), a word that no dictionary has (尔手房).  No stretch begins or ends at a place in `inside`."""
        for size in range(LONGEST_MENDED, 1, -1):
            for at in range(max(0, end - size), min(start, len(text) - size) + 1):
                window = text[at : at + size]
                if at in inside or at + size in inside or not all_han(window):
                    continue
                key = self._one_off(window)
                if key:
                    return at, at + size, key
        return None

    def _one_off(self, window: str) -> str | None:
        """A wording that differs in one character of the same sound, the earliest character first."""
        size = len(window)
        half, other = window[: size // 2], window[size // 2 :]  # one of them is right
        near = (*self._by_end.get(f"{window[-1]}{size}", ()), *self._by_end.get(f"{size}{window[0]}", ()))
        found = [
            (i, key)
            for key in dict.fromkeys(near)
            if (key.startswith(half) or key.endswith(other))
            and (i := _only_difference(key, window)) is not None
            and sounds_alike(key[i], window[i])
        ]
        return min(found, key=lambda pair: pair[0])[1] if found else None

    def find_english(self, text: str) -> list[tuple[int, int, Others]]:
        """English phrases in lower-cased `text`, the longest first, none inside another."""
        return _find_phrases(text, self.english, self._english_forms)

    @cached_property
    def _english_forms(self) -> Mapping[str, str]:
        return _one_form(self.english)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(maxsize=64)
def _whole(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return _compiled("|".join([f"(?:{p})" for p in patterns]))


def _only_difference(a: str, b: str) -> int | None:
    """Where two words of one length differ, if in one place only."""
    differing = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    return differing[0] if len(differing) == 1 else None


_ENGLISH = re.compile(r"(?<!\w)[a-z0-9]+(?:[&'’+][a-z0-9]+)*(?!\w)")
_BETWEEN = frozenset(" -")  # what stands between two words of a phrase


def _find_phrases(text: str, table: Mapping[str, T], forms: Mapping[str, str]) -> list[tuple[int, int, T]]:
    """The phrases of a table, the longest first, each word in singular or plural, with blanks or hyphens."""
    words = [(m.start(), m.end(), _singular(m[0])) for m in _ENGLISH.finditer(text)]
    found: list[tuple[int, int, T]] = []
    at = 0
    while at < len(words):
        start, most = words[at][0], at + 1
        while (
            most < min(len(words), at + LONGEST_PHRASE)
            and text[words[most - 1][1] : words[most][0]] in _BETWEEN
        ):
            most += 1
        for upto in range(most, at, -1):
            end = words[upto - 1][1]
            typed = text[start:end]
            key = typed if typed in table else forms.get(" ".join(w for _, _, w in words[at:upto]))
            if key and len(typed) >= len(key):  # a share is none of the shares that the table may mean
                found.append((start, end, table[key]))
                at = upto - 1
                break
        at += 1
    return found


def _one_form(keys: Iterable[str]) -> Mapping[str, str]:
    """Phrases with all their words in one form for the singular and the plural -> the phrases themselves."""
    forms: dict[str, str] = {}
    for key in keys:
        forms.setdefault(" ".join(map(_singular, key.replace("-", " ").split(" "))), key)
    return forms


def _singular(word: str) -> str:
    """One form for the singular and the plural: no English, but the same for both."""
    if not word.endswith("s"):
        return word[:-1] if word.endswith("e") else word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ss", "us", "is")):
        return word
    return word[:-2] if word.endswith("es") else word[:-1]


def find_named(text: str, table: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """English names of a table in lower-cased `text`, as (start, end, Chinese)."""
    return _find_phrases(text, table, _named_forms(tuple(table)))


@lru_cache(maxsize=8)
def _named_forms(keys: tuple[str, ...]) -> Mapping[str, str]:
    return _one_form(keys)


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
        called=_plain(places, "called.txt"),
        intents=_patterns(places, "intents.txt"),
        everyday=Weighted(_pairs(places, "everyday.txt")),
        english=Weighted(_pairs(places, "english.txt")),
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


def _patterns(folders: Iterable[Path], name: str) -> dict[str, tuple[str, ...]]:
    parts: dict[str, list[str]] = {}
    for folder in folders:
        for where, signal, pattern in _pairs((folder,), name):
            if folder != FOLDER:  # a test compiles those of the product: it takes 30 ms of every start
                _check(pattern, where)
            parts.setdefault(signal, []).append(pattern)
    return {signal: tuple(patterns) for signal, patterns in parts.items()}


def _check(pattern: str, where: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise SettingsError(f"{where}：正则表达式有误（{error}） · not a regular expression") from error


def _plain(folders: Iterable[Path], name: str) -> dict[str, str]:
    return {key.strip(): right for _, left, right in _pairs(folders, name) for key in left.split("|")}
