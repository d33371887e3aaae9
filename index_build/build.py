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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from index_build import embed, lexical, store, vectors
from index_build.catalog import Catalog, CatalogWriter, DocumentRow
from index_build.embed import Embedding
from index_build.errors import IndexFault, NothingToIndex, ReadError
from index_build.measures import extract
from index_build.model import Extraction, Measure, Passage
from index_build.readers import find_files, read
from index_build.settings import BuildSettings

Progress = Callable[..., None]


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
    """A file to read: `name` is what its document is called, unlike every other in the index."""

    path: Path
    name: str
    sha256: str
    state: FileState


@dataclass
class Plan:
    """What has to be done: files to read, documents that stay and documents that go."""

    sources: list[Source] = field(default_factory=list)
    kept: dict[str, list[DocumentRow]] = field(default_factory=dict)  # by path
    lines: list[FileLine] = field(default_factory=list)


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
    tell = progress or _silent
    clock = Clock()
    with store.writing(index_dir):
        old, notes = _open_old(index_dir, settings)
        try:
            with clock.stage("plan"):
                plan = _plan(paths, old, settings)
            for line in plan.lines:
                tell("read", 0, 0, line=line)
            with clock.stage("read"):
                extractions = _read_all(plan, settings, tell)
            if not extractions and not any(line.state is FileState.UNCHANGED for line in plan.lines):
                raise NothingToIndex(_nothing(paths, plan))
            if old and not extractions and not _gone(old, plan) and _same_settings(old, settings):
                return _unchanged(old, plan, clock, notes)
            manifest = _write(index_dir, old, plan, extractions, settings, clock, tell)
        finally:
            if old:
                old.close()
        with clock.stage("publish"):
            store.publish(index_dir, manifest)
    counts = manifest.counts
    return BuildReport(
        tuple(plan.lines), manifest.generation, True, counts["documents"], counts["measures"], counts["passages"],
        clock.seconds, tuple(notes),
    )  # fmt: skip


def _silent(*_: object, **__: object) -> None:
    return None


def _open_old(index_dir: Path, settings: BuildSettings) -> tuple[store.Index | None, list[str]]:
    """The generation to take over from; None, with a note, where there is none that can be trusted."""
    if store.current_generation(index_dir) is None or settings.fresh:
        return None, []
    try:
        old = store.open_index(index_dir)
        old.verify()
    except IndexFault as error:
        return None, [f"旧索引不能沿用，已全部重建：{error}"]
    return old, []


def _plan(paths: Sequence[Path], old: store.Index | None, settings: BuildSettings) -> Plan:
    """Compare the files that are there with the documents that the index holds."""
    held: dict[str, list[DocumentRow]] = {}
    for row in old.catalog.documents() if old else ():
        held.setdefault(row.path, []).append(row)
    files = find_files(paths)
    given = {_key(file) for file in files}
    plan = Plan()
    for path, rows in held.items():
        if path in given:
            continue
        if _is_below(path, paths):
            plan.lines.append(FileLine(Path(path), FileState.REMOVED, tuple(r.name for r in rows)))
        else:
            plan.kept[path] = rows
    taken = {_first_part(r.name) for rows in plan.kept.values() for r in rows}
    taken |= {_first_part(r.name) for path in given for r in held.get(path, ())}
    contents = {rows[0].file_sha256: path for path, rows in plan.kept.items()}
    code = old is not None and old.manifest.settings.get("code") == code_fingerprint()
    for file in files:
        path, digest = _key(file), _digest(file)
        rows = held.get(path, [])
        if digest and contents.setdefault(digest, path) != path:
            plan.lines.append(
                FileLine(file, FileState.DUPLICATE, reason=f"与 {contents[digest]} 内容相同，只收一份")
            )
        elif rows and rows[0].file_sha256 == digest and code:
            plan.kept[path] = rows
            plan.lines.append(_line_of(file, rows))
        else:
            name = _first_part(rows[0].name) if rows else _unique(file, taken)
            taken.add(name)
            state = FileState.CHANGED if rows else FileState.NEW
            plan.sources.append(Source(file, name, digest or "", state))
    return plan


def code_fingerprint() -> str:
    """What extracted the measures: another version of this package has to read every file again."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.rglob("*")):
        if file.is_file() and (file.suffix == ".py" or file.parent.name == "lexicon"):
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


def _first_part(name: str) -> str:
    """The name of the file: members of an archive are called archive.zip/member.txt."""
    head, sep, _ = name.partition(".zip/")
    return head + ".zip" if sep else name


def _unique(file: Path, taken: set[str]) -> str:
    """The file's name, with as many of its folders before it as it takes to be the only one."""
    parts = Path(_key(file)).parts
    for depth in range(1, len(parts)):
        name = "/".join(parts[-depth:])
        if name not in taken:
            return name
    return _key(file)


def _line_of(file: Path, rows: Sequence[DocumentRow]) -> FileLine:
    return FileLine(
        file,
        FileState.UNCHANGED,
        tuple(r.name for r in rows),
        measures=sum(r.measures for r in rows),
        passages=sum(r.passages for r in rows),
        warnings=tuple(w for r in rows for w in r.warnings),
    )


def _read_all(plan: Plan, settings: BuildSettings, tell: Progress) -> list[tuple[Source, list[Extraction]]]:
    """Read and extract every source; a failure is a line of the plan, and the old documents of the file stay."""
    done = []
    for number, source in enumerate(plan.sources, 1):
        try:
            found = extract_file(source)
            line = FileLine(
                source.path,
                source.state,
                tuple(e.document.name for e in found),
                sum(len(e.policies) for e in found),
                sum(len(e.measures) for e in found),
                sum(len(e.passages) for e in found),
                tuple(w for e in found for w in (*e.document.warnings, *e.warnings)),
            )
            done.append((source, found))
        except ReadError as error:
            line = FileLine(source.path, FileState.FAILED, (source.name,), reason=str(error))
        plan.lines.append(line)
        tell("read", number, len(plan.sources), line=line)
    return done


def extract_file(source: Source) -> list[Extraction]:
    """File → documents → measures."""
    documents = read(source.path)
    own = source.path.name
    return [
        extract(
            dataclasses.replace(d, name=source.name + d.name.removeprefix(own)) if source.name != own else d
        )
        for d in documents
    ]


def _nothing(paths: Sequence[Path], plan: Plan) -> str:
    given = "、".join(str(p) for p in paths) or "（没有给出路径）"
    failed = [line for line in plan.lines if line.state is FileState.FAILED]
    why = f"{len(failed)} 个文件都未能读取" if failed else "没有找到文件"
    return f"{given}：{why}，原有索引未动；请检查路径和格式 · nothing usable there, the index is as it was: check the paths"


def _gone(old: store.Index, plan: Plan) -> bool:
    return any(line.state is FileState.REMOVED for line in plan.lines)


def _recorded(settings: BuildSettings) -> dict[str, object]:
    return {**settings.recorded(), "code": code_fingerprint()}


def _same_settings(old: store.Index, settings: BuildSettings) -> bool:
    return dict(old.manifest.settings) == _recorded(settings)


def _unchanged(old: store.Index, plan: Plan, clock: Clock, notes: list[str]) -> BuildReport:
    counts = old.manifest.counts
    return BuildReport(
        tuple(plan.lines), old.generation, False, counts["documents"], counts["measures"], counts["passages"],
        clock.seconds, tuple(notes),
    )  # fmt: skip


def _write(
    index_dir: Path,
    old: store.Index | None,
    plan: Plan,
    extractions: list[tuple[Source, list[Extraction]]],
    settings: BuildSettings,
    clock: Clock,
    tell: Progress,
) -> store.Manifest:
    """Write the parts of the next generation and say what they are."""
    folder = store.start_generation(index_dir)
    with clock.stage("catalog"):
        _write_catalog(folder / store.CATALOG, old, plan, extractions)
    catalog = Catalog(folder / store.CATALOG)
    documents = catalog.documents()
    entries = catalog.all_entries()
    with clock.stage("lexical"):
        tell("lexical", 0, len(entries))
        lexical.save(folder / store.LEXICAL, entries)
    identity = None
    if settings.vectors and entries:
        tell("vectors", 0, len(entries))
        identity = _write_vectors(folder, entries, settings, clock)
    catalog.close()
    return store.new_manifest(
        (old.generation if old else _last_generation(index_dir)) + 1,
        _recorded(settings),
        identity,
        {row.path: row.file_sha256 for row in documents},
        {
            "documents": len(documents),
            "measures": sum(row.measures for row in documents),
            "passages": sum(row.passages for row in documents),
        },
    )


def _last_generation(index_dir: Path) -> int:
    name = store.current_generation(index_dir) or "g0"
    return int(name[1:]) if name[1:].isdigit() else 0


def _write_catalog(
    path: Path, old: store.Index | None, plan: Plan, extractions: list[tuple[Source, list[Extraction]]]
) -> None:
    if old:
        shutil.copyfile(old.folder / store.CATALOG, path)
    writer = CatalogWriter(path, take_over=old is not None)
    staying = {row.name for rows in plan.kept.values() for row in rows}
    read_again = {_key(source.path) for source, _ in extractions}
    for row in old.catalog.documents() if old else ():
        failed = row.path not in read_again and any(_key(s.path) == row.path for s in plan.sources)
        if row.name not in staying and not failed:
            writer.remove(row.name)
    for source, found in extractions:
        for extraction in found:
            writer.add(extraction, path=_key(source.path), file_sha256=source.sha256)
    writer.finish()


def embedded_text(entry: Measure | Passage) -> str:
    """What of an entry is embedded: the heading right above it, its body, its plan."""
    plan = entry.plan if isinstance(entry, Measure) and entry.plan else ""
    return "\n".join(part for part in (*entry.section[-1:], entry.text, plan) if part)


def _write_vectors(
    folder: Path, entries: Sequence[Measure | Passage], settings: BuildSettings, clock: Clock
) -> dict[str, object]:
    texts = [embedded_text(entry) for entry in entries]
    with clock.stage("embed"):
        embedding: Embedding
        fitted = embed.LocalEmbedding.fit(texts, settings.embedding.dimension)
        fitted.save(folder / store.EMBEDDING)
        embedding = fitted
        made = embedding.embed(texts)
    with clock.stage("vectors"):
        vectors.save(folder / store.VECTORS, [entry.id for entry in entries], made)
    return embedding.identity
