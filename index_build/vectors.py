"""Search by meaning: a Chroma collection of ids and vectors, nothing else (texts and fields live in the catalog).

A finished store is read by one process after another, never written: builds write a folder of their own.  It can
be made again from the catalog at any time.  Chroma's filters cost more than its search, so a search within some
policies compares with exactly their vectors, which are read from the store once.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index_build.catalog import Catalog
from index_build.embed import Embedding
from index_build.errors import IndexDamaged

if TYPE_CHECKING:
    import numpy as np

COLLECTION = "entries"


def _client(folder: Path) -> Any:
    import chromadb  # noqa: PLC0415  (half a second; only a search by meaning pays it)
    from chromadb.config import Settings  # noqa: PLC0415

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def save(folder: Path, ids: Sequence[str], vectors: np.ndarray) -> None:
    """Write a new store in `folder`, which must not exist."""
    client = _client(folder)
    # one write of the graph at the end: what lies in Chroma's log only would be replayed at every opening
    hnsw = {
        "space": "cosine",
        "ef_search": 200,
        "sync_threshold": max(2, len(ids)),
        "batch_size": max(2, min(100, len(ids))),
    }
    collection = client.create_collection(COLLECTION, embedding_function=None, configuration={"hnsw": hnsw})
    _add(client, collection, ids, vectors)
    client.close()


def update(
    source: Path, folder: Path, removed: Sequence[str], ids: Sequence[str], vectors: np.ndarray
) -> None:
    """A copy of the store in `source`, without the ids `removed` and with `ids` added."""
    database = "chroma.sqlite3"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns(f"{database}*"))
    # a reader that opens the old store just now notes it in this file, so it is copied as a database
    old, new = sqlite3.connect(source / database), sqlite3.connect(folder / database)
    with contextlib.closing(old), contextlib.closing(new):
        old.backup(new)
    client = _client(folder)
    collection = client.get_collection(COLLECTION, embedding_function=None)
    step = client.get_max_batch_size()
    for at in range(0, len(removed), step):
        collection.delete(ids=list(removed[at : at + step]))
    _add(client, collection, ids, vectors)
    client.close()


def _add(client: Any, collection: Any, ids: Sequence[str], vectors: np.ndarray) -> None:
    step = client.get_max_batch_size()
    for at in range(0, len(ids), step):
        collection.add(ids=list(ids[at : at + step]), embeddings=vectors[at : at + step])


@contextlib.contextmanager
def _as_damage() -> Iterator[None]:
    """Whatever Chroma says about its folder, as one error of ours: the catalog can serve on without it."""
    from chromadb.errors import ChromaError  # noqa: PLC0415

    try:
        yield
    except (ChromaError, ValueError, OSError) as error:
        said = " ".join(str(error).split())[:160]
        raise IndexDamaged(
            f"向量库不可用（{said}）；请重新运行 cewen build 修复 · the vector store failed: run cewen build again to mend it"
        ) from error


class Vectors:
    """The vector store of one generation, opened at the first search."""

    def __init__(
        self, folder: Path, embedding: Embedding, catalog: Catalog, *, narrowed: bool = False
    ) -> None:
        """`narrowed`: the catalog holds less than the store, and only what it holds may be found."""
        self._folder, self._embedding, self._catalog = folder, embedding, catalog
        self._narrowed = narrowed
        self._guard = threading.Lock()
        self._client: Any = None
        self._collection: Any = None
        self._by_policy: dict[tuple[str, int], tuple[list[str], np.ndarray]] = {}

    def __len__(self) -> int:
        collection = self._opened()
        with _as_damage():
            return int(collection.count())

    def _opened(self) -> Any:
        with self._guard:
            if self._collection is None:
                with _as_damage():
                    self._client = _client(self._folder)
                    self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
            return self._collection

    def close(self) -> None:
        with self._guard:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = None

    def search(
        self, text: str, *, policies: Collection[tuple[str, int]] | None = None, limit: int = 50
    ) -> list[tuple[str, float]]:
        """(entry id, cosine), best first.  `policies` None searches all, an empty collection none."""
        if self._narrowed:
            held = {p.key for p in self._catalog.policies()}
            policies = held if policies is None else held.intersection(policies)
        if policies is not None and not policies:
            return []
        query = self._embedding.embed([text])[0]
        if not query.any():
            return []
        if policies is not None:
            return self._search_within(query, policies, limit)
        collection = self._opened()
        with _as_damage():
            found = collection.query(query_embeddings=query[None, :], n_results=limit, include=["distances"])
        return [(i, 1.0 - float(d)) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def _search_within(
        self, query: np.ndarray, policies: Collection[tuple[str, int]], limit: int
    ) -> list[tuple[str, float]]:
        scored: list[tuple[str, float]] = []
        for policy in policies:
            ids, vectors = self._of_policy(policy)
            if ids:
                scored.extend(zip(ids, (vectors @ query).tolist(), strict=True))
        scored.sort(key=lambda hit: (-hit[1], hit[0]))
        return scored[:limit]

    def _of_policy(self, policy: tuple[str, int]) -> tuple[list[str], np.ndarray]:
        import numpy as np  # noqa: PLC0415

        if policy not in self._by_policy:
            ids = self._catalog.ids([policy])
            if not ids:
                return [], np.zeros((0, 0), dtype=np.float32)
            collection = self._opened()
            keys: list[str] = []
            vectors: list[np.ndarray] = []
            with _as_damage():
                step = self._client.get_max_batch_size()
                for at in range(0, len(ids), step):
                    found = collection.get(ids=ids[at : at + step], include=["embeddings"])
                    keys += found["ids"]
                    vectors.append(np.asarray(found["embeddings"], dtype=np.float32))
                if len(keys) != len(ids):
                    raise ValueError(f"{len(keys)} of {len(ids)} vectors")
            self._by_policy[policy] = (keys, np.concatenate(vectors))
        return self._by_policy[policy]
