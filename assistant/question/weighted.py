"""A table of wordings with the official words that each stands for: checked line by line when it is loaded, the words
of a wording told apart when a question has it (a table has thousands, a question a few)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from index_build.errors import SettingsError

Others = tuple[tuple[str, float], ...]  # official words and their weights, best first

_OFFICIAL = r"[^\s,][^,]* (?:1(?:\.0+)?|0?\.\d*[1-9]\d*)"
_PLAIN = re.compile(rf"{_OFFICIAL}(?:, ?{_OFFICIAL})*")  # what needs no closer look


class Weighted(Mapping[str, Others]):
    """Wording -> official words; of a wording that stands twice the later line wins, word by word."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        self._typed: dict[str, str] = {}
        self._known: dict[str, Others] = {}
        for where, left, right in rows:
            if not _PLAIN.fullmatch(right):
                _officials(right, where)
            for key in map(str.strip, left.split("|")):
                before = self._typed.get(key)
                self._typed[key] = f"{before}, {right}" if before else right

    def __getitem__(self, key: str) -> Others:
        others = self._known.get(key)
        if others is None:
            merged = dict(_officials(self._typed[key]))
            others = self._known[key] = tuple(sorted(merged.items(), key=lambda item: -item[1]))
        return others

    def __contains__(self, key: object) -> bool:
        return key in self._typed

    def __iter__(self) -> Iterator[str]:
        return iter(self._typed)

    def __len__(self) -> int:
        return len(self._typed)


def _officials(right: str, where: str = "") -> list[tuple[str, float]]:
    """“词 权重, 词 权重” as pairs.  SettingsError naming the line on a bad one."""
    found = []
    for part in right.split(","):
        words, _, weight = part.strip().rpartition(" ")
        try:
            found.append((words.strip(), float(weight)))
        except ValueError as error:
            raise SettingsError(
                f"{where}：“{part.strip()}” 应为 “词 权重” · expected 'words weight'"
            ) from error
        if not words.strip() or not 0 < found[-1][1] <= 1:
            raise SettingsError(
                f"{where}：“{part.strip()}” 的权重应在 0 与 1 之间 · weight must be in (0, 1]"
            )
    return found
