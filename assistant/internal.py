"""Which documents are internal: shown to staff, and to visitors as if they did not exist.

They are kept by name or by path in a file beside the index, so that marking one takes effect at once, without a
build, and before a first build too.  A path stands for its file, or for everything below its folder.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.settings import data_folder
from index_build.catalog import DocumentRow
from index_build.errors import SettingsError

if TYPE_CHECKING:
    from index_build.store import Index

ARCHIVE = ".zip/"  # the members of an archive are called archive.zip/member.txt


def internal_path(index_dir: Path) -> Path:
    """Where the marks of an index live: `cewen-index` -> `cewen-index-data/internal.json`."""
    return data_folder(index_dir) / "internal.json"


class Internal:
    """The marks.  Safe to use from several threads and processes; a file that cannot be read is an error, never
    an empty list."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[tuple[int, int, int], frozenset[str]] | None = None

    def marks(self) -> frozenset[str]:
        """Names and paths.  One look at the file's date: cheap enough for every question."""
        try:
            stat = self.path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if self._read is None or self._read[0] != stamp:
                self._read = (stamp, frozenset(map(str, json.loads(self.path.read_text(encoding="utf-8")))))
            return self._read[1]
        except FileNotFoundError:
            return frozenset()
        except (OSError, ValueError, TypeError) as error:
            raise SettingsError(
                f"内部文件名单 {self.path.name} 读不了（{error}）；请改正或重新标记 · mend the list of internal documents"
            ) from error

    def add(self, marks: Iterable[str]) -> None:
        with self._changing():
            self._write(self.marks() | set(marks))

    def forget(self, marks: Iterable[str]) -> None:
        with self._changing():
            self._write(self.marks() - set(marks))

    def open_to_visitors(self, rows: Iterable[DocumentRow]) -> None:
        """SettingsError for a document that is internal with its whole folder or archive."""
        with self._changing():
            marks = set(self.marks())
            for row in rows:
                marks -= {row.name, row.path}
                if whole := marks & set(_names_of(row)):
                    raise SettingsError(
                        f"{row.name} 随 {min(whole)} 整体为内部；请改标后者 · internal with its folder: open that one"
                    )
            self._write(marks)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        from filelock import FileLock  # noqa: PLC0415  (only changes pay for it)

        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path.with_suffix(".lock")):
            yield

    def _write(self, marks: Collection[str]) -> None:
        aside = self.path.with_suffix(".new")
        aside.write_text(json.dumps(sorted(marks), ensure_ascii=False, indent=1), encoding="utf-8")
        aside.replace(self.path)


def path_mark(path: Path) -> str:
    """The mark of a file or folder: its path as the catalog has it."""
    return os.path.realpath(path)


def internal_among(rows: Iterable[DocumentRow], marks: Collection[str]) -> frozenset[str]:
    """The names of the documents that the marks stand for."""
    chosen = frozenset(marks)
    return frozenset(row.name for row in rows if not chosen.isdisjoint(_names_of(row)))


def without_marked(marks: Collection[str]) -> Callable[[Index], Index]:
    """What makes of an index the one that visitors are answered from."""

    def view(index: Index) -> Index:
        return index.without(internal_among(index.catalog.documents(), marks))

    return view


def _names_of(row: DocumentRow) -> list[str]:
    """All that a document can be marked by: its name, its archive's, its path and the folders above."""
    archive, within, _ = row.name.partition(ARCHIVE)
    above = [str(folder) for folder in Path(row.path).parents] if row.path else []
    return [
        row.name,
        *([archive + ARCHIVE[:-1]] if within else []),
        *([row.path] if row.path else []),
        *above,
    ]
