"""The pipeline: file → document → measures → catalog, lexical, vectors, in a generation of their own, then published.

What the index held of files that did not change is taken over; a file that cannot be read costs one line in the
report, and what was indexed of it before stays.  `sources` says which files are read, `generation` how the parts
are written, `store` how they come to serve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index_build import store
from index_build.errors import IndexFault, IndexMissing, NothingToIndex
from index_build.generation import Change, Clock, Old, Progress, recorded_settings, write_generation
from index_build.manifest import Manifest
from index_build.settings import BuildSettings
from index_build.sources import (
    FileLine,
    FileState,
    Plan,
    Source,
    Yield,
    code_fingerprint,
    extract_source,
    path_key,
    plan_files,
)

# Starting a process costs 0.3 s; below this many bytes to read for each, it does not pay.
BYTES_A_WORKER = 2_000_000
AS_IT_WAS = BuildSettings()


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


def build(
    paths: Sequence[Path], index_dir: Path, settings: BuildSettings, progress: Progress | None = None
) -> BuildReport:
    """Create or update the index in `index_dir`.

    `progress` is called with (stage, done, total) and, as each file is through, with line=FileLine.  Raises
    NothingToIndex when no given file can be used, and leaves the index that stood before as it was."""

    def plan(old: Old | None) -> Plan:
        lost = [] if old or settings.fresh else store.source_files(index_dir)
        return plan_files(
            [*paths, *(file for file in lost if file.is_file())],
            old.catalog if old else None,
            same_code=old is not None and old.index.manifest.settings.get("code") == code_fingerprint(),
        )

    return _update(index_dir, settings, progress or _silent, plan, paths)


def remove(
    names: Sequence[str],
    index_dir: Path,
    settings: BuildSettings = AS_IT_WAS,
    progress: Progress | None = None,
) -> BuildReport:
    """Take documents out of the index, by name.  IndexMissing without one; NothingToIndex where none is left, or none
    has such a name."""
    if store.current_generation(index_dir) is None:
        raise store.no_index(index_dir)

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
                yields = _read_all(old, plan, settings, tell)
            change = _change(old, plan, yields)
            _refuse_nothing(paths, old, plan, change)
            if old and change.empty and _same_settings(old.index, settings) and _whole(old):
                return _report(plan, old.index.manifest, False, clock, notes)
            manifest = write_generation(index_dir, old, change, settings, clock, tell)
            with clock.stage("publish"):
                store.publish(index_dir, manifest)
        finally:
            if old:
                old.index.close()
    return _report(plan, manifest, True, clock, notes)


def _silent(*_: object, **__: object) -> None:
    return None


def _report(plan: Plan, manifest: Manifest, published: bool, clock: Clock, notes: list[str]) -> BuildReport:
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


# ---- reading -------------------------------------------------------------------------------------------------


def _read_all(old: Old | None, plan: Plan, settings: BuildSettings, tell: Progress) -> list[Yield]:
    """Read and extract every source, each a line of the plan."""
    again = {path_key(source.path) for source in plan.sources}
    rows = old.catalog.documents() if old else ()
    held = {row.sha256: row.name for row in rows if row.path not in again and row.name not in plan.removed}
    done = []
    for number, found in enumerate(_yields(plan.sources, settings), 1):
        kept, doubles = _without_doubles(found, held)
        done.append(kept)
        # a document from elsewhere that is only extracted again is no news, unless that fails
        line = _yield_line(kept, doubles) if found.source.stored is None or found.reason else None
        if line:
            plan.lines.append(line)
        tell("read", number, len(plan.sources), line=line)
    return done


def _without_doubles(found: Yield, held: dict[str, str]) -> tuple[Yield, tuple[str, ...]]:
    """A source without the documents whose content is `held` under another name, and what to say of those."""
    kept, doubles = [], []
    for extraction in found.extractions:
        name = extraction.document.name
        first = held.setdefault(extraction.document.sha256, name)
        if first == name:
            kept.append(extraction)
        else:
            doubles.append(f"{name} 与 {first} 内容相同，只收一份 · the same content, indexed once")
    return replace(found, extractions=tuple(kept)), tuple(doubles)


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


def _yield_line(found: Yield, doubles: tuple[str, ...]) -> FileLine:
    source = found.source
    if found.reason is not None:
        return FileLine(source.path, FileState.FAILED, (source.name,), reason=found.reason)
    if doubles and not found.extractions:
        return FileLine(source.path, FileState.DUPLICATE, reason="；".join(doubles))
    return FileLine(
        source.path,
        source.state,
        tuple(e.document.name for e in found.extractions),
        sum(len(e.policies) for e in found.extractions),
        sum(len(e.measures) for e in found.extractions),
        sum(len(e.passages) for e in found.extractions),
        (*doubles, *(w for e in found.extractions for w in (*e.document.warnings, *e.warnings))),
    )


def _change(old: Old | None, plan: Plan, yields: Sequence[Yield]) -> Change:
    """Documents are replaced by their files; those of a file that failed stay as they were."""
    added = tuple(found for found in yields if found.reason is None)
    replaced = {path_key(found.source.path) for found in added if found.source.stored is None}
    again = {found.source.name for found in added if found.source.stored is not None}
    leaving = [
        row.name
        for row in (old.catalog.documents() if old else ())
        if row.path in replaced or row.name in again
    ]
    return Change(tuple(dict.fromkeys([*plan.removed, *leaving])), added)


def _refuse_nothing(paths: Sequence[Path], old: Old | None, plan: Plan, change: Change) -> None:
    """NothingToIndex where no given file is of use, or nothing would be left."""
    usable = any(y.source.stored is None and y.extractions for y in change.added) or any(
        line.state in (FileState.UNCHANGED, FileState.DUPLICATE) for line in plan.lines
    )
    if paths and not usable:
        failed = sum(line.state is FileState.FAILED for line in plan.lines)
        given = "、".join(str(path) for path in paths)
        if failed:
            raise NothingToIndex(
                f"{given}：{failed} 个文件都未能读取，原有索引未动；请按各文件的提示处理后重试"
                " · no file could be read, the index is as it was: mend each as its line says"
            )
        raise NothingToIndex(
            f"{given}：没有找到可读的文件，原有索引未动；请检查路径和格式"
            " · no readable file there, the index is as it was: check the paths and the formats"
        )
    if not paths and not change.removed:
        raise NothingToIndex(
            "索引里没有要移除的文件；请检查文件名 · no such document in the index: check the name"
        )
    if not change.added and old and len(change.removed) == len(old.catalog.documents()):
        raise NothingToIndex(
            "移除后索引会变空，未作改动；请先加入别的文件 · nothing would be left: add other files first"
        )


def _same_settings(index: store.Index, settings: BuildSettings) -> bool:
    return dict(index.manifest.settings) == recorded_settings(settings)


def _whole(old: Old) -> bool:
    """Whether no part of the old generation needs mending."""
    return {store.part_of(name) for name in old.index.manifest.parts} == old.sound
