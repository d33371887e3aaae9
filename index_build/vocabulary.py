"""The vocabulary of units: how names of public bodies are built, and which names mean one body.

It is data, `lexicon/units.toml` and `lexicon/departments.toml`, and the .toml files of the same form in the folders
that a user names in CEWEN_LEXICON.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from index_build.errors import SettingsError

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

R = TypeVar("R")
LEXICON = Path(__file__).parent / "lexicon"


@dataclass(frozen=True)
class Lexicon:
    """The words about units, read from files; see the files for what each list means."""

    strong: tuple[str, ...]
    weak: tuple[str, ...]
    no_level: tuple[str, ...]
    level_pairs: tuple[str, ...]
    own_start: tuple[str, ...]
    own_end: tuple[str, ...]
    own_company: tuple[str, ...]
    party: tuple[str, ...]
    collective_start: tuple[str, ...]
    collective_end: tuple[str, ...]
    shares_each: tuple[str, ...]
    surnames: tuple[str, ...]
    functions: dict[str, str] = field(hash=False)  # wording → full function
    bodies: dict[str, str] = field(hash=False)  # wording → full name

    @cached_property
    def _endings(self) -> dict[str, tuple[str, ...]]:
        return by_last_sign((*self.strong, *self.weak))

    @cached_property
    def _sure_endings(self) -> dict[str, tuple[str, ...]]:
        return by_last_sign(self.strong)

    def ends_unit(self, text: str) -> bool:
        """Whether a text ends as a unit's name does, a note in brackets after it or not."""
        return _ends_with(text, self._endings)

    def surely_ends_unit(self, text: str) -> bool:
        """Whether it ends with a word that marks a unit by itself."""
        return _ends_with(text, self._sure_endings)

    @cached_property
    def no_level_start(self) -> re.Pattern[str]:
        return re.compile("|".join(_longest_first(self.no_level)))


_LISTS = (
    "strong", "weak", "no_level", "level_pairs", "own_start", "own_end", "own_company", "party", "collective_start", "collective_end",
    "shares_each", "surnames",
)  # fmt: skip
_NOTE = re.compile(r"（[^（）]*）$")


def by_last_sign(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Words by the sign that they end with, so that few are looked at."""
    found: dict[str, tuple[str, ...]] = {}
    for word in words:
        found[word[-1]] = (*found.get(word[-1], ()), word)
    return found


def _ends_with(text: str, endings: Mapping[str, tuple[str, ...]]) -> bool:
    text = text.removesuffix("\n")
    if text.endswith("）") and (note := _NOTE.search(text)) and _ends_with(text[: note.start()], endings):
        return True
    return text.endswith(endings.get(text[-1:], ()))


def _longest_first(words: Iterable[str]) -> list[str]:
    return [re.escape(word) for word in sorted(set(words), key=len, reverse=True)]


@cache
def load_lexicon(*folders: Path) -> Lexicon:
    """The lexicon that comes with the product and, on top of it, every .toml file in the user's folders.

    Raises SettingsError for a folder that is not there and a file that is no TOML or has an unknown table."""
    files = [LEXICON / "units.toml", LEXICON / "departments.toml"]
    for folder in folders:
        if not folder.is_dir():
            raise SettingsError(
                f"词库文件夹 {folder} 不存在；请改正 lexicon 设置 · lexicon folder not found, correct the setting"
            )
        files += sorted(folder.glob("*.toml"))
    lists: dict[str, list[str]] = {name: [] for name in _LISTS}
    functions: dict[str, str] = {}
    bodies: dict[str, str] = {}
    tables = {"functions": functions, "bodies": bodies}
    for path in files:
        for key, value in _toml(path).items():
            if key in lists and isinstance(value, list):
                lists[key] += value
            elif key in tables and isinstance(value, dict):
                for full, short in value.items():
                    tables[key] |= dict.fromkeys((full, *short), tables[key].get(full, full))
            else:
                raise SettingsError(
                    f"词库文件 {path.name} 中的“{key}”无法识别，可用：{'、'.join((*lists, *tables))} · unknown table"
                )
    words = {name: tuple(found) for name, found in lists.items()}
    return Lexicon(functions=functions, bodies=bodies, **words)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsError(
            f"词库文件 {path.name} 无法读取：{fault}；请按 TOML 格式修改 · correct the file"
        ) from fault


def lexicon_folders() -> tuple[Path, ...]:
    """The user's folders, which CEWEN_LEXICON names."""
    return tuple(Path(name) for name in os.environ.get("CEWEN_LEXICON", "").split(os.pathsep) if name)


_remembered: list[_lru_cache_wrapper[Any]] = []


def remembered(size: int) -> Callable[[Callable[..., R]], _lru_cache_wrapper[R]]:
    """Keep the last `size` answers of a pure step that leans on the vocabulary, until they are to be forgotten: a plan
    gives the same units, lists and brackets again and again."""

    def keep(step: Callable[..., R]) -> _lru_cache_wrapper[R]:
        _remembered.append(kept := lru_cache(maxsize=size)(step))
        return kept

    return keep


def forget() -> None:
    """Forget all answers that are `remembered`."""
    for kept in _remembered:
        kept.cache_clear()


@remembered(1)
def lexicon() -> Lexicon:
    """The words about units, those of the user's folders among them."""
    return load_lexicon(*lexicon_folders())
