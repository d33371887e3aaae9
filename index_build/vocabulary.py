"""The vocabulary of units: how names of public bodies are built, and which names mean one body.

It is data, `lexicon/units.toml` and `lexicon/departments.toml`, and the .toml files of the same form in the folders
that a user names in CEWEN_LEXICON.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from index_build.errors import SettingsError

_LEXICON = Path(__file__).parent / "lexicon"


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
    def ending(self) -> re.Pattern[str]:
        """Text that ends as a unit's name does."""
        return re.compile(
            "(?:" + "|".join(_longest_first((*self.strong, *self.weak))) + r")(?:（[^（）]*）)?$"
        )

    @cached_property
    def strong_ending(self) -> re.Pattern[str]:
        return re.compile("(?:" + "|".join(_longest_first(self.strong)) + r")(?:（[^（）]*）)?$")

    @cached_property
    def no_level_start(self) -> re.Pattern[str]:
        return re.compile("|".join(_longest_first(self.no_level)))


_LISTS = (
    "strong", "weak", "no_level", "level_pairs", "own_start", "own_end", "own_company", "party", "collective_start", "collective_end",
    "shares_each", "surnames",
)  # fmt: skip


def _longest_first(words: Iterable[str]) -> list[str]:
    return [re.escape(word) for word in sorted(set(words), key=len, reverse=True)]


@cache
def load_lexicon(*folders: Path) -> Lexicon:
    """The lexicon that comes with the product and, on top of it, every .toml file in the user's folders.

    Raises SettingsError for a folder that is not there and a file that is no TOML or has an unknown table."""
    files = [_LEXICON / "units.toml", _LEXICON / "departments.toml"]
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


_current: list[Lexicon] = []
_folders: list[tuple[Path, ...]] = []


def lexicon_folders() -> tuple[Path, ...]:
    """The user's folders in use: those of `choose_folders`, else those that CEWEN_LEXICON names."""
    if _folders:
        return _folders[0]
    return tuple(Path(name) for name in os.environ.get("CEWEN_LEXICON", "").split(os.pathsep) if name)


def lexicon() -> Lexicon:
    if not _current:
        _current.append(load_lexicon(*lexicon_folders()))
    return _current[0]


def choose_folders(*folders: Path) -> None:
    """Set, once, the user's folders for this process in place of those that CEWEN_LEXICON names."""
    load_lexicon(*folders)
    _folders[:] = [folders]
    _current.clear()
