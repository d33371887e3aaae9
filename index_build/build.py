"""The pipeline: file → document → measures → catalog, lexical, vectors, in a generation of their own, then published.

What a build means: the paths that are given are the whole truth about themselves.  Files below them are read if
they are new or changed (by content) and taken over from the old generation if not; documents whose file has gone
from below them leave the index.  Documents from other paths stay, unless `fresh` says to begin anew.  A file that
cannot be read costs one line in the report; what was indexed of it before stays.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index_build import lexical, store, vectors
from index_build.cascade import find_cascade
from index_build.catalog import Catalog, CatalogWriter, DocumentRow
from index_build.embed import Embedding, EmbeddingCache, EndpointEmbedding, LocalEmbedding
from index_build.errors import IndexFault, IndexMissing, NothingToIndex, ReadError
from index_build.measures import extract
from index_build.model import Document, Extraction, Measure, Passage
from index_build.names import lexicon_folders
from index_build.readers import find_files, read
from index_build.settings import BuildSettings

if TYPE_CHECKING:
    import numpy as np

Progress = Callable[..., None]

# Where more than this part of the entries changed, words and vectors are made anew rather than brought up to date,
# and the local embedding is fitted again.
UPDATE_SHARE = 0.25
# Starting a process costs 0.3 s; below this many bytes to read for each, it does not pay.
BYTES_A_WORKER = 2_000_000
AS_IT_WAS = BuildSettings()


class FileState(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    DUPLICATE = "duplicate"  # the same content under another path; indexed once
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileLine:
    """What became of one file: the documents it holds, by name, and what they yielded; `reason` why it failed."""

    path: Path
    state: FileState
    names: tuple[str, ...] = ()
    policies: int = 0
    measures: int = 0
    passages: int = 0
    warnings: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class BuildReport:
    """`seconds` are by stage; `notes` concern the index as a whole; `generation` is the one that serves now."""

    lines: tuple[FileLine, ...]
    generation: int
    published: bool
    documents: int
    measures: int
    passages: int
    seconds: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        return 1 if any(line.state is FileState.FAILED for line in self.lines) else 0


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, or a document of the old index to extract again (`stored`).

    `name` is what its document is called, unlike every other in the index."""

    path: Path
    name: str
    sha256: str
    state: FileState
    stored: Document | None = None


@dataclass(frozen=True, slots=True)
class Yield:
    """A source, with what it held, or why it could not be used."""

    source: Source
    extractions: tuple[Extraction, ...] = ()
    reason: str | None = None


@dataclass
class Plan:
    """What has to be done: sources to read, and documents that leave because their files have gone."""

    sources: list[Source] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    lines: list[FileLine] = field(default_factory=list)


@dataclass(frozen=True)
class Old:
    """The generation that serves, and which of its parts the next one may take over."""

    index: store.Index
    sound: frozenset[str]

    @property
    def catalog(self) -> Catalog:
        return self.index.catalog


@dataclass(frozen=True)
class Change:
    """How the next generation differs: documents that leave or are replaced, and what is put in."""

    removed: tuple[str, ...]
    added: tuple[Yield, ...]

    @property
    def empty(self) -> bool:
        return not self.removed and not self.added


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def build(
    paths: Sequence[Path], index_dir: Path, settings: BuildSettings, progress: Progress | None = None
) -> BuildReport:
    """Create or update the index in `index_dir`.

    `progress` is called with (stage, done, total) and, as each file is through, with line=FileLine.  Raises
    NothingToIndex when no given file can be used, and leaves the index that stood before as it was."""

    def plan(old: Old | None) -> Plan:
        lost = [] if old or settings.fresh else store.source_files(index_dir)
        return plan_files([*paths, *(file for file in lost if file.is_file())], old)

    return _update(index_dir, settings, progress or _silent, plan, paths)


def remove(
    names: Sequence[str],
    index_dir: Path,
    settings: BuildSettings = AS_IT_WAS,
    progress: Progress | None = None,
) -> BuildReport:
    """Take documents out of the index, by name.  NothingToIndex where none is left, or none has such a name."""

    def plan(old: Old | None) -> Plan:
        rows = [row for row in old.catalog.documents() if row.name in names] if old else []
        found = Plan(removed=[row.name for row in rows])
        found.lines = [FileLine(Path(row.path), FileState.REMOVED, (row.name,)) for row in rows]
        return found

    return _update(index_dir, settings, progress or _silent, plan, [])


def _update(
    index_dir: Path,
    settings: BuildSettings,
    tell: Progress,
    make_plan: Callable[[Old | None], Plan],
    paths: Sequence[Path],
) -> BuildReport:
    clock = Clock()
    with store.writing(index_dir):
        old, notes = _open_old(index_dir, settings)
        if old:
            settings = settings.after(old.index.manifest.settings)
        try:
            with clock.stage("plan"):
                plan = make_plan(old)
            for line in plan.lines:
                tell("read", 0, 0, line=line)
            with clock.stage("read"):
                yields = _read_all(plan, settings, tell)
            change = _change(old, plan, yields)
            _refuse_nothing(paths, old, plan, change)
            if old and change.empty and _same_settings(old.index, settings) and _whole(old):
                return _report(plan, old.index.manifest, False, clock, notes)
            manifest = _write(index_dir, old, change, settings, clock, tell)
            with clock.stage("publish"):
                store.publish(index_dir, manifest)
        finally:
            if old:
                old.index.close()
    return _report(plan, manifest, True, clock, notes)


def _silent(*_: object, **__: object) -> None:
    return None


def _report(
    plan: Plan, manifest: store.Manifest, published: bool, clock: Clock, notes: list[str]
) -> BuildReport:
    counts = manifest.counts
    return BuildReport(
        lines=tuple(plan.lines),
        generation=manifest.generation,
        published=published,
        documents=counts["documents"],
        measures=counts["measures"],
        passages=counts["passages"],
        seconds=clock.seconds,
        notes=tuple(notes),
    )


def _open_old(index_dir: Path, settings: BuildSettings) -> tuple[Old | None, list[str]]:
    """The generation to take over from; None where there is none whose catalog can be trusted, with a note."""
    if settings.fresh:
        return None, []
    try:
        index = store.open_index(index_dir, settings.embedding)
    except IndexMissing:
        return None, []
    except IndexFault as error:
        return None, [
            f"旧索引不能沿用，已从原文件全部重建 · the old index was of no use, rebuilt from the files（{error}）"
        ]
    sound = index.sound_parts()
    if store.CATALOG not in sound:
        index.close()
        return None, [
            "旧索引的目录库已损坏，已从原文件全部重建 · the old catalog was damaged, rebuilt from the files"
        ]
    return Old(index, sound), []


# ---- what has to be done -------------------------------------------------------------------------------------


def plan_files(paths: Sequence[Path], old: Old | None) -> Plan:
    """Compare the files that are there with the documents that the index holds."""
    held: dict[str, list[DocumentRow]] = {}
    for row in old.catalog.documents() if old else ():
        held.setdefault(row.path, []).append(row)
    files = {_key(file): file for file in find_files(paths)}
    digests = {path: _digest(file) for path, file in files.items()}
    same_code = old is not None and old.index.manifest.settings.get("code") == code_fingerprint()
    plan = Plan()
    for path, rows in held.items():
        if path in files:
            continue
        if _is_below(path, paths):
            plan.removed += [r.name for r in rows]
            plan.lines.append(FileLine(Path(path), FileState.REMOVED, tuple(r.name for r in rows)))
        elif old and not same_code:
            plan.sources += [_stored(old.catalog, row) for row in rows]
    # content → the path it is indexed from; what the index holds already comes before what is new
    contents = {
        rows[0].file_sha256: path
        for path, rows in held.items()
        if path not in files or rows[0].file_sha256 == digests[path]
    }
    taken = {_file_part(r.name) for rows in held.values() for r in rows}
    for path, file in files.items():
        digest, rows = digests[path] or "", held.get(path, [])
        if digest and contents.setdefault(digest, path) != path:
            reason = f"与 {contents[digest]} 内容相同，只收一份 · the same content, indexed once"
            plan.lines.append(FileLine(file, FileState.DUPLICATE, reason=reason))
            plan.removed += [r.name for r in rows]
        elif rows and rows[0].file_sha256 == digest and same_code:
            plan.lines.append(_line_of(file, rows))
        else:
            name = _file_part(rows[0].name) if rows else _unique(file, taken)
            taken.add(name)
            state = FileState.NEW if not rows else FileState.CHANGED
            plan.sources.append(Source(file, name, digest, state))
    return plan


def _stored(catalog: Catalog, row: DocumentRow) -> Source:
    return Source(Path(row.path), row.name, row.file_sha256, FileState.CHANGED, catalog.document(row.name))


@cache
def code_fingerprint() -> str:
    """What extracted the measures: another version of this package has to extract every document again."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.rglob("*")):
        if file.is_file() and (file.suffix == ".py" or file.parent.name == "lexicon"):
            digest.update(file.read_bytes())
    for folder in lexicon_folders():
        for file in sorted(folder.glob("*.toml")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _key(file: Path) -> str:
    return os.path.realpath(file)


def _digest(file: Path) -> str | None:
    """The hash of the file's bytes; None where reading it will say what is wrong."""
    try:
        with file.open("rb") as data:
            return hashlib.file_digest(data, "sha256").hexdigest()
    except OSError:
        return None


def _is_below(path: str, paths: Sequence[Path]) -> bool:
    """Whether a given folder answers for `path`.  A file that is named and missing is a mistake, not a removal."""
    return any(given.is_dir() and Path(path).is_relative_to(_key(given)) for given in paths)


def _file_part(name: str) -> str:
    """The name of the file: members of an archive are called archive.zip/member.txt."""
    head, sep, _ = name.partition(".zip/")
    return head + ".zip" if sep else name


def _unique(file: Path, taken: set[str]) -> str:
    """The file's name, with as many of its folders before it as it takes to be the only one."""
    parts = Path(_key(file)).parts
    names = ["/".join(parts[-depth:]) for depth in range(1, len(parts))]
    return next((name for name in names if name not in taken), _key(file))


def _line_of(file: Path, rows: Sequence[DocumentRow]) -> FileLine:
    return FileLine(
        file,
        FileState.UNCHANGED,
        tuple(r.name for r in rows),
        measures=sum(r.measures for r in rows),
        passages=sum(r.passages for r in rows),
        warnings=tuple(w for r in rows for w in r.warnings),
    )


# ---- file → document → measures ------------------------------------------------------------------------------


def _read_all(plan: Plan, settings: BuildSettings, tell: Progress) -> list[Yield]:
    """Read and extract every source, each a line of the plan."""
    done = []
    for number, found in enumerate(_yields(plan.sources, settings), 1):
        done.append(found)
        line = _yield_line(found)
        if found.source.stored is None:
            plan.lines.append(line)
        tell("read", number, len(plan.sources), line=line if found.source.stored is None else None)
    return done


def _yields(sources: Sequence[Source], settings: BuildSettings) -> Iterator[Yield]:
    """In one process, or in several where there is enough to read."""
    size = sum(s.path.stat().st_size for s in sources if s.stored is None and s.path.is_file())
    workers = min(settings.workers, len(sources), size // BYTES_A_WORKER)
    if workers < 2:
        yield from map(extract_source, sources)
        return
    import multiprocessing  # noqa: PLC0415  (only a large build starts processes)
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        running = [(source, pool.submit(extract_source, source)) for source in sources]
        for source, future in running:
            try:
                yield future.result()
            except BrokenProcessPool:
                reason = "读取进程被系统终止（内存不足？）；请用 --workers 1 重试 · a reading process was killed: try --workers 1"
                yield Yield(source, reason=reason)


def extract_source(source: Source) -> Yield:
    """File → documents → measures.  One file's fault never costs the others."""
    try:
        if source.stored is not None:
            return Yield(source, (extract(source.stored),))
        return Yield(source, tuple(extract(document) for document in _named(read(source.path), source)))
    except ReadError as error:
        return Yield(source, reason=str(error))
    except Exception as error:  # whatever a strange file makes a parser do, the build of all others goes on
        said = " ".join(str(error).split())[:160]
        reason = f"{source.name}：内部错误 {type(error).__name__}（{said}）；请把文件发给维护者 · internal error: report the file"
        return Yield(source, reason=reason)


def _named(documents: Iterable[Document], source: Source) -> Iterator[Document]:
    """The documents under the name that is theirs in the index."""
    own = source.path.name
    for document in documents:
        name = source.name + document.name.removeprefix(own)
        yield document if name == document.name else dataclasses.replace(document, name=name)


def _yield_line(found: Yield) -> FileLine:
    source = found.source
    if found.reason is not None:
        return FileLine(source.path, FileState.FAILED, (source.name,), reason=found.reason)
    return FileLine(
        source.path,
        source.state,
        tuple(e.document.name for e in found.extractions),
        sum(len(e.policies) for e in found.extractions),
        sum(len(e.measures) for e in found.extractions),
        sum(len(e.passages) for e in found.extractions),
        tuple(w for e in found.extractions for w in (*e.document.warnings, *e.warnings)),
    )


def _change(old: Old | None, plan: Plan, yields: Sequence[Yield]) -> Change:
    """Documents are replaced by their files; those of a file that failed stay as they were."""
    added = tuple(found for found in yields if found.reason is None)
    replaced = {_key(found.source.path) for found in added if found.source.stored is None}
    again = {found.source.name for found in added if found.source.stored is not None}
    leaving = [
        row.name
        for row in (old.catalog.documents() if old else ())
        if row.path in replaced or row.name in again
    ]
    return Change(tuple(dict.fromkeys([*plan.removed, *leaving])), added)


def _refuse_nothing(paths: Sequence[Path], old: Old | None, plan: Plan, change: Change) -> None:
    """NothingToIndex where no given file is of use, or nothing would be left."""
    usable = any(y.source.stored is None for y in change.added) or any(
        line.state in (FileState.UNCHANGED, FileState.DUPLICATE) for line in plan.lines
    )
    if paths and not usable:
        failed = sum(line.state is FileState.FAILED for line in plan.lines)
        why = f"{failed} 个文件都未能读取" if failed else "没有找到文件"
        given = "、".join(str(path) for path in paths)
        raise NothingToIndex(
            f"{given}：{why}，原有索引未动；请检查路径和格式 · nothing usable there, the index is as it was: check the paths"
        )
    if not paths and not change.removed:
        raise NothingToIndex(
            "索引里没有要移除的文件；请检查文件名 · no such document in the index: check the name"
        )
    if not change.added and old and len(change.removed) == len(old.catalog.documents()):
        raise NothingToIndex(
            "移除后索引会变空，未作改动；请先加入别的文件 · nothing would be left: add other files first"
        )


# ---- measures → catalog, lexical, vectors --------------------------------------------------------------------


def _recorded(settings: BuildSettings) -> dict[str, object]:
    return {**settings.recorded(), "code": code_fingerprint()}


def _same_settings(index: store.Index, settings: BuildSettings) -> bool:
    return dict(index.manifest.settings) == _recorded(settings)


def _whole(old: Old) -> bool:
    """Whether no part of the old generation needs mending."""
    return {store.part_of(name) for name in old.index.manifest.parts} == old.sound


@dataclass
class Entries:
    """What there is to index, and what is new in it: `added` are the policies whose entries came, `removed` the ids
    that left.  `drift` counts the entries that came or went since the local embedding was fitted."""

    catalog: Catalog
    total: int
    added: list[tuple[str, int]]
    added_count: int
    removed: list[str]
    drift: int
    _noted: dict[bool, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def few(self) -> bool:
        """Whether bringing an old part up to date beats making it anew."""
        return self.added_count + len(self.removed) <= UPDATE_SHARE * self.total

    def read(self, *, all: bool) -> Iterator[Measure | Passage]:
        """The entries, all or only what is new; what will be embedded of them is noted on the way."""
        noted = []
        for entry in self.catalog.iterate_entries(None if all else self.added):
            noted.append((entry.id, embedded_text(entry)))
            yield entry
        self._noted[all] = noted

    def embedded(self, *, all: bool) -> list[tuple[str, str]]:
        """(id, what is embedded) of the entries that `read` gives, without reading them twice."""
        if all not in self._noted:
            for _ in self.read(all=all):
                pass
        return self._noted[all]


def _write(
    index_dir: Path, old: Old | None, change: Change, settings: BuildSettings, clock: Clock, tell: Progress
) -> store.Manifest:
    """Write the parts of the next generation and say what they are."""
    folder = store.start_generation(index_dir)
    with clock.stage("catalog"):
        _write_catalog(folder / store.CATALOG, old, change)
    with clock.stage("cascade"):
        _link_catalog(folder / store.CATALOG, old, change)
    catalog = Catalog(folder / store.CATALOG)
    documents = catalog.documents()
    entries = _entries(old, catalog, change)
    with clock.stage("lexical"):
        tell("lexical", 0, entries.total)
        _write_lexical(folder / store.LEXICAL, old, change, entries)
        tell("lexical", entries.total, entries.total)
    identity, drift = None, 0
    if settings.vectors is not False and entries.total:
        tell("vectors", 0, entries.total)
        identity, drift = _write_vectors(index_dir, folder, old, entries, settings, clock)
        tell("vectors", entries.total, entries.total)
    catalog.close()
    counts = {
        "documents": len(documents),
        "measures": sum(row.measures for row in documents),
        "passages": sum(row.passages for row in documents),
        "drift": drift,
    }
    files = {row.path: row.file_sha256 for row in documents}
    return store.new_manifest(store.next_number(index_dir), _recorded(settings), identity, files, counts)


def _write_catalog(path: Path, old: Old | None, change: Change) -> None:
    if old:
        shutil.copyfile(old.index.folder / store.CATALOG, path)
    writer = CatalogWriter(path, take_over=old is not None)
    for name in change.removed:
        writer.remove(name)
    for found in change.added:
        for extraction in found.extractions:
            writer.add(extraction, path=_key(found.source.path), file_sha256=found.source.sha256)
    writer.finish()


def _link_catalog(path: Path, old: Old | None, change: Change) -> None:
    """Find the cascade anew, over all documents, where a place that changed lies above or below another."""
    catalog = Catalog(path)
    changed = {p.place for found in change.added for e in found.extractions for p in e.policies}
    changed |= {p.place for p in old.catalog.policies() if p.doc in change.removed} if old else set()
    places = changed | {p.place for p in catalog.policies()}
    if any(_is_above(a, b) or _is_above(b, a) for a in changed for b in places):
        links = find_cascade(list(catalog.iterate()))
        catalog.close()
        writer = CatalogWriter(path, take_over=True)
        writer.link(links)
        writer.finish()
    catalog.close()


def _is_above(place: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return 0 < len(place) < len(other) and other[: len(place)] == place


def _entries(old: Old | None, catalog: Catalog, change: Change) -> Entries:
    added_docs = [e.document.name for found in change.added for e in found.extractions]
    count = sum(len(e.measures) + len(e.passages) for found in change.added for e in found.extractions)
    removed = old.catalog.ids(_policies_of(old.catalog, change.removed)) if old else []
    drift = (old.index.manifest.counts.get("drift", 0) if old else 0) + count + len(removed)
    return Entries(catalog, catalog.total(), _policies_of(catalog, added_docs), count, removed, drift)


def _policies_of(catalog: Catalog, docs: Iterable[str]) -> list[tuple[str, int]]:
    wanted = set(docs)
    return [(p.doc, p.ordinal) for p in catalog.policies() if p.doc in wanted]


def _write_lexical(folder: Path, old: Old | None, change: Change, entries: Entries) -> None:
    if old and store.LEXICAL in old.sound and entries.few:
        lexical.update(old.index.folder / store.LEXICAL, folder, change.removed, entries.read(all=False))
    else:
        lexical.save(folder, entries.read(all=True), total=entries.total)


def embedded_text(entry: Measure | Passage) -> str:
    """What of an entry is embedded: the heading right above it, its body, its plan."""
    plan = entry.plan if isinstance(entry, Measure) and entry.plan else ""
    return "\n".join(part for part in (*entry.section[-1:], entry.text, plan) if part)


def _write_vectors(
    index_dir: Path, folder: Path, old: Old | None, entries: Entries, settings: BuildSettings, clock: Clock
) -> tuple[dict[str, Any], int]:
    """The vectors of the next generation: their embedding's identity, and its drift."""
    reused = old if old and _can_reuse_vectors(old, entries, settings) else None
    pairs = entries.embedded(all=reused is None)
    with clock.stage("embed"):
        embedding, made = _embed(
            index_dir, folder / store.EMBEDDING, reused, [text for _, text in pairs], settings
        )
    with clock.stage("vectors"):
        ids = [key for key, _ in pairs]
        if reused:
            source = reused.index.folder / store.VECTORS
            vectors.update(source, folder / store.VECTORS, entries.removed, ids, made)
        else:
            vectors.save(folder / store.VECTORS, ids, made)
    return embedding.identity, entries.drift if reused else 0


def _can_reuse_vectors(old: Old, entries: Entries, settings: BuildSettings) -> bool:
    """Whether the old vectors are sound, of the same embedding, and close enough to what it was fitted on."""
    recorded = old.index.manifest
    parts = {store.VECTORS, store.EMBEDDING} if settings.embedding.is_local else {store.VECTORS}
    same = recorded.settings.get("embedding") == settings.recorded()["embedding"]
    fitted = not settings.embedding.is_local or entries.drift <= UPDATE_SHARE * entries.total
    return recorded.embedding is not None and same and parts <= old.sound and entries.few and fitted


def _embed(
    index_dir: Path, folder: Path, reused: Old | None, texts: Sequence[str], settings: BuildSettings
) -> tuple[Embedding, np.ndarray]:
    """The embedding of the next generation, a local one kept in its `folder`, and the vectors of `texts`."""
    if not settings.embedding.is_local:
        recorded = reused.index.manifest.embedding if reused else None
        remote = EndpointEmbedding(
            settings.embedding,
            dimension=recorded["dimension"] if recorded else None,
            cache=EmbeddingCache(index_dir / store.CACHE),
        )
        return remote, remote.embed(texts)
    if reused:
        shutil.copytree(reused.index.folder / store.EMBEDDING, folder)
        loaded = LocalEmbedding.load(folder)
        return loaded, loaded.embed(texts)
    fitted, made = LocalEmbedding.fit_embed(texts, settings.embedding.dimension)
    fitted.save(folder)
    return fitted, made
