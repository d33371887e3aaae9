"""The index folder: generations that are finished before they are seen.

    CURRENT              the name of the generation that serves
    writer.lock          held by the one process that builds
    g000007-5be1c4/      a generation: never written again once CURRENT has named it
        manifest.json    versions, settings, embedding, source files, the size and hash of every part
        catalog.sqlite   lexical/   embedding/   vectors/
        in-use           readers hold a shared lock on it
    embeddings.sqlite    what an embedding endpoint answered, by content (only where one is used)
    building/            what a build is writing; thrown away by the next one if it did not finish

A build writes aside, syncs to disk and renames; the last step replaces CURRENT.  Whatever kills it, CURRENT names
a complete generation.  Readers keep the generation they opened; `Index.stale` says when there is a newer one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from index_build.catalog import Catalog
from index_build.embed import Embedding, open_embedding
from index_build.errors import EmbeddingMismatch, IndexBusy, IndexDamaged, IndexMissing
from index_build.lexical import Lexical
from index_build.manifest import MANIFEST, MEND, Manifest, Part, load_manifest
from index_build.settings import EmbeddingSettings
from index_build.vectors import Vectors

CURRENT, LOCK, BUILDING, IN_USE = "CURRENT", "writer.lock", "building", "in-use"
CACHE = "embeddings.sqlite"
CATALOG, LEXICAL, EMBEDDING, VECTORS = "catalog.sqlite", "lexical", "embedding", "vectors"
try:  # advisory locks that die with their process; elsewhere the operating system refuses to delete open files
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]


def _hash(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name not in (MANIFEST, IN_USE):
            yield file.relative_to(folder).as_posix(), file


def _sync(path: Path) -> None:
    flags = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) if path.is_dir() else os.O_RDONLY
    with contextlib.suppress(PermissionError):  # Windows does not sync folders
        handle = os.open(path, flags)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def current_generation(index_dir: Path) -> str | None:
    """The name that CURRENT holds; None without an index."""
    try:
        name = (index_dir / CURRENT).read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(
            f"{index_dir / CURRENT} 读不了（{error}）；请重新运行 cewen build --fresh · run cewen build --fresh again"
        ) from error
    return name or None


@contextlib.contextmanager
def writing(index_dir: Path) -> Iterator[None]:
    """The right to write the index: one process at a time, IndexBusy for the second.  At the end, generations that
    nobody needs any more are deleted."""
    from filelock import FileLock, Timeout  # noqa: PLC0415  (only builds pay for it)

    index_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(index_dir / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(
            f"另一个进程正在写索引 {index_dir}；请等它结束后再试 · another process is writing this index: wait and try again"
        ) from error
    try:
        yield
        remove_unused(index_dir)
    finally:
        lock.release()


def next_number(index_dir: Path) -> int:
    """One more than the number of any generation that has a folder."""
    numbers = (path.name[1:7] for path in index_dir.glob("g[0-9]*"))
    return 1 + max((int(number) for number in numbers if number.isdigit()), default=0)


def start_generation(index_dir: Path) -> Path:
    """An empty folder to build in; what an unfinished build left there goes."""
    folder = index_dir / BUILDING
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    return folder


def publish(index_dir: Path, manifest: Manifest) -> Path:
    """Turn the folder that was built into the generation that serves; `manifest.parts` are filled in here."""
    building = index_dir / BUILDING
    parts = {name: Part(file.stat().st_size, _hash(file)) for name, file in _files(building)}
    (building / IN_USE).touch()
    whole = Manifest(**{**manifest.__dict__, "parts": parts})
    (building / MANIFEST).write_text(whole.dumps(), encoding="utf-8")
    for path in sorted(building.rglob("*")):
        _sync(path)
    _sync(building)
    # never a name that was there before: who has an index open that was deleted and built anew has to notice
    folder = index_dir / f"g{manifest.generation:06d}-{os.urandom(3).hex()}"
    building.rename(folder)
    _sync(index_dir)
    pointer = index_dir / f"{CURRENT}.new"
    pointer.write_text(folder.name, encoding="ascii")
    _sync(pointer)
    pointer.replace(index_dir / CURRENT)
    _sync(index_dir)
    return folder


def remove_unused(index_dir: Path) -> None:
    """Delete what an unfinished build left, and generations that neither serve nor are being read.  For the writer."""
    shutil.rmtree(index_dir / BUILDING, ignore_errors=True)
    name = current_generation(index_dir)
    for folder in index_dir.glob("g[0-9]*"):
        if folder.name != name and folder.is_dir():
            _delete_unread(folder)


def _delete_unread(folder: Path) -> None:
    """Delete a generation unless someone reads it; who is about to read it waits, and then finds it gone."""
    if fcntl is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    with contextlib.suppress(FileNotFoundError), (folder / IN_USE).open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        shutil.rmtree(folder, ignore_errors=True)
        return
    shutil.rmtree(folder, ignore_errors=True)  # a deletion that broke off has already taken the lock's file


def _hold(folder: Path) -> BinaryIO:
    """Keep a generation from being deleted while the returned file is open."""
    handle = (folder / IN_USE).open("rb")
    if fcntl is not None:
        with contextlib.suppress(OSError):  # some network file systems have no locks
            fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def source_files(index_dir: Path) -> list[Path]:
    """The files that the serving generation was made from, as far as its manifest can still be read: what a build
    reads again when nothing else of that generation can be used."""
    try:
        manifest = index_dir / str(current_generation(index_dir)) / MANIFEST
        return [Path(path) for path in json.loads(manifest.read_text(encoding="utf-8"))["files"]]
    except (IndexDamaged, OSError, ValueError, KeyError, TypeError):
        return []


def part_of(name: str) -> str:
    """The part of a generation that a file belongs to: CATALOG, LEXICAL, EMBEDDING or VECTORS."""
    return name.partition("/")[0]


def _wrong_sizes(folder: Path, manifest: Manifest) -> dict[str, str]:
    """Part → what is wrong with it, by the sizes of its files: cheap, and enough to see a write that broke off."""
    wrong: dict[str, str] = {}
    for name, part in manifest.parts.items():
        try:
            size = (folder / name).stat().st_size
        except OSError:
            wrong.setdefault(part_of(name), f"缺少 {name}")
            continue
        if size != part.size:
            wrong.setdefault(part_of(name), f"{name} 大小不对（{size}，应为 {part.size}）")
    return wrong


class Index:
    """One generation of an index, opened for reading.  Made by `open_index`; `close` lets the generation go.

    `faults` says which parts are damaged.  Vectors are a copy that can be made again, so an index without sound
    ones still serves by words: `vectors` then raises IndexDamaged, the rest works, and the next build mends it."""

    def __init__(
        self,
        index_dir: Path,
        folder: Path,
        manifest: Manifest,
        embedding: EmbeddingSettings,
        faults: Mapping[str, str],
        *,
        withheld: Collection[str] = (),
    ) -> None:
        self.path, self.folder, self.manifest, self.faults = index_dir, folder, manifest, faults
        self._embedding_settings = embedding
        self._held = _hold(folder)
        # the pointer file when it last named this generation
        self._serving: tuple[int, int, int] | None = None
        self.withheld = frozenset(withheld)
        self.catalog = Catalog(folder / CATALOG, without=self.withheld)

    def without(self, documents: Collection[str]) -> Index:
        """The same generation as if it had never held these documents: no list, count, name, rarity of a word or
        hit knows of them.  Its words are indexed anew, in memory, when they are first searched."""
        return Index(
            self.path, self.folder, self.manifest, self._embedding_settings, self.faults, withheld=documents
        )

    @property
    def generation(self) -> int:
        return self.manifest.generation

    @property
    def has_vectors(self) -> bool:
        """Whether a search by meaning can be tried: built with vectors, and no fault found in them."""
        return self.manifest.embedding is not None and not {EMBEDDING, VECTORS} & set(self.faults)

    @cached_property
    def lexical(self) -> Lexical:
        if self.withheld:
            return Lexical.of(self.catalog.iterate_entries(), total=self.catalog.total())
        return Lexical(self.folder / LEXICAL)

    @cached_property
    def embedding(self) -> Embedding:
        """What questions are embedded with.  EmbeddingMismatch when the settings name another than the index."""
        recorded = self.manifest.embedding
        if recorded is None:
            raise EmbeddingMismatch(
                f"索引 {self.path} 没有向量；请不带 --no-vectors 重新运行 cewen build · built without vectors: build again"
            )
        self._refuse(EMBEDDING)
        return open_embedding(recorded, self.folder / EMBEDDING, self._embedding_settings)

    @cached_property
    def vectors(self) -> Vectors:
        """The vector store.  Its hashes are compared before Chroma opens it: opening a damaged store has filled
        disks, and sizes alone do not show every damage."""
        embedding = self.embedding
        self._refuse(VECTORS)
        self.verify(VECTORS)
        return Vectors(self.folder / VECTORS, embedding, self.catalog, narrowed=bool(self.withheld))

    def _refuse(self, part: str) -> None:
        if part in self.faults:
            raise IndexDamaged(f"索引 {self.path} 的向量不可用（{self.faults[part]}）；{MEND}")

    def stale(self) -> bool:
        """Whether a newer generation serves by now.  One look at the file that names it, which is read again only when
        it was written anew: cheap enough for every question."""
        try:
            stat = (self.path / CURRENT).stat()
            written = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        except OSError:
            return True
        if written == self._serving:
            return False
        if current_generation(self.path) != self.folder.name:
            return True
        self._serving = written
        return False

    def verify(self, *parts: str) -> None:
        """Compare the files of some parts, or of all, with their hashes.  IndexDamaged names the first that differs."""
        for name in self.manifest.parts:
            if (not parts or part_of(name) in parts) and self._differs(name):
                raise IndexDamaged(f"索引 {self.path} 的 {name} 内容有变；{MEND}")

    def _differs(self, name: str) -> bool:
        # Chroma notes its openings in its own database, so only that file's size can be compared
        if name == f"{VECTORS}/chroma.sqlite3":
            return False
        try:
            return _hash(self.folder / name) != self.manifest.parts[name].blake2b
        except OSError:
            return True

    def sound_parts(self) -> frozenset[str]:
        """The parts whose every file has its size and hash: what a build may take over."""
        parts = {part_of(name) for name in self.manifest.parts}
        changed = {part_of(name) for name in self.manifest.parts if self._differs(name)}
        return frozenset(parts - changed - set(self.faults))

    def close(self) -> None:
        if "vectors" in self.__dict__:
            self.vectors.close()
        self.catalog.close()
        self._held.close()


def no_index(path: Path) -> IndexMissing:
    """The error to raise where there is none."""
    return IndexMissing(
        f"{path} 里没有索引；请先运行 cewen build 文件夹 --index {path} · no index there: run cewen build first"
    )


def open_index(path: Path, embedding: EmbeddingSettings | None = None) -> Index:
    """The generation that serves now.  IndexMissing, IndexVersion, IndexDamaged, each with its remedy.

    `embedding` says how an endpoint is reached, if the index was made with one; None: as CEWEN_ variables say."""
    settings = embedding or EmbeddingSettings.from_environment()
    for _ in range(5):
        name = current_generation(path)
        if name is None:
            raise no_index(path)
        folder = path / name
        try:
            manifest = load_manifest(path, folder)
            faults = _wrong_sizes(folder, manifest)
            for part in (CATALOG, LEXICAL):
                if part in faults:
                    raise IndexDamaged(f"索引 {path} 已损坏：{faults[part]}；{MEND}")
            index = Index(path, folder, manifest, settings, faults)
            if (folder / MANIFEST).exists():
                return index
            index.close()
        except (IndexDamaged, FileNotFoundError) as error:
            if current_generation(path) == name:  # not just replaced and removed while we looked
                if isinstance(error, IndexDamaged):
                    raise
                raise IndexDamaged(f"索引 {path} 缺少 {error.filename}；{MEND}") from error
    raise IndexBusy(f"索引 {path} 正在频繁更新；请稍后再试 · the index changes too fast: try again")
