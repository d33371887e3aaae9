"""What the next generation is made of: measures → catalog, cascade, lexical, vectors, each brought up to date from
the old generation where little changed, and made anew where much did or the old part is not sound.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index_build import lexical, store, vectors
from index_build.cascade import find_cascade
from index_build.catalog import Catalog, CatalogWriter
from index_build.embed import Embedding, EmbeddingCache, EndpointEmbedding, LocalEmbedding
from index_build.manifest import Manifest, new_manifest
from index_build.model import Measure, Passage
from index_build.settings import BuildSettings
from index_build.sources import Yield, code_fingerprint, path_key

if TYPE_CHECKING:
    import numpy as np

Progress = Callable[..., None]

# Where more than this part of the entries changed, words and vectors are made anew rather than brought up to date,
# and the local embedding is fitted again.
UPDATE_SHARE = 0.25


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
        return not self.removed and not any(found.extractions for found in self.added)


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


def recorded_settings(settings: BuildSettings) -> dict[str, object]:
    """What the manifest says an index was made with: two builds that agree in it need not differ."""
    return {**settings.recorded(), "code": code_fingerprint()}


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


def write_generation(
    index_dir: Path, old: Old | None, change: Change, settings: BuildSettings, clock: Clock, tell: Progress
) -> Manifest:
    """Write the parts of the next generation and say what they are."""
    folder = store.start_generation(index_dir)
    with clock.stage("catalog"):
        _write_catalog(folder / store.CATALOG, old, change)
    with clock.stage("cascade"):
        _link_catalog(folder / store.CATALOG, old, change)
    with contextlib.closing(Catalog(folder / store.CATALOG)) as catalog:
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
    counts = {
        "documents": len(documents),
        "measures": sum(row.measures for row in documents),
        "passages": sum(row.passages for row in documents),
        "drift": drift,
    }
    files = {row.path: row.file_sha256 for row in documents}
    number = store.next_number(index_dir)
    return new_manifest(number, recorded_settings(settings), identity, files, counts)


def _write_catalog(path: Path, old: Old | None, change: Change) -> None:
    if old:
        shutil.copyfile(old.index.folder / store.CATALOG, path)
    writer = CatalogWriter(path, take_over=old is not None)
    for name in change.removed:
        writer.remove(name)
    for found in change.added:
        for extraction in found.extractions:
            writer.add(extraction, path=path_key(found.source.path), file_sha256=found.source.sha256)
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
    return [p.key for p in catalog.policies() if p.doc in wanted]


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
