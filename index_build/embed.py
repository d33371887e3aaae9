"""Embeddings: texts become vectors of length one, the same way at build and at question time.

`LocalEmbedding` needs no network: character 1- to 3-grams, hashed, weighted by TF-IDF (sublinear), reduced by a
truncated SVD that is fitted on the documents themselves (latent semantic analysis, Deerwester et al. 1990).
`EndpointEmbedding` asks an OpenAI-compatible address.  Both say who they are (`identity`), and an index answers
only to the identity it was built with.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index_build.errors import EmbeddingMismatch, ModelError
from index_build.settings import EmbeddingSettings
from index_build.text import fold, simplify

if TYPE_CHECKING:
    import numpy as np

GRAMS = 3
BITS = 14  # hashed n-grams share 16,384 buckets: as good on questions as keeping 60,000 apart, at a third of the cost
BUCKETS = 1 << BITS
FIT_TEXTS = 6_000  # the SVD sees at most this many texts
BATCH = 4_096  # texts counted at a time, so that memory does not grow with their number
_MULTIPLIER = 0x9E3779B97F4A7C15  # Fibonacci hashing: 2**64 over the golden ratio


class Embedding(Protocol):
    """What makes vectors: `identity` is recorded in the index; `embed` gives float32 of shape (texts, dimension), one row
    of length one a text, in their order."""

    @property
    def identity(self) -> dict[str, Any]: ...

    def embed(self, texts: Sequence[str]) -> np.ndarray: ...


def _grams(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The hashed n-grams of all texts: (row, bucket) for each occurrence."""
    import numpy as np  # noqa: PLC0415  (only what embeds pays for it)

    folded = [simplify(fold(text)).lower() for text in texts]
    codes = np.frombuffer("\0".join(folded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(
        np.uint64
    )
    lengths = np.fromiter((len(t) for t in folded), dtype=np.int64, count=len(folded))
    rows = np.repeat(np.arange(len(folded)), lengths + 1)[: len(codes)]
    whole = codes != 0
    inside = whole
    found_rows, found_buckets = [rows[:0]], [np.zeros(0, dtype=np.int64)]
    mixed = np.zeros(len(codes), dtype=np.uint64)
    shift = np.uint64(64 - BITS)
    with np.errstate(over="ignore"):
        for n in range(1, GRAMS + 1):
            end = len(codes) - n + 1
            if end <= 0:
                break
            mixed = mixed[:end] * np.uint64(0x100000001B3) + codes[n - 1 :]
            inside = inside[:end] & whole[n - 1 :]
            hashed = (mixed + np.uint64(n)) * np.uint64(_MULTIPLIER)
            hashed ^= hashed >> np.uint64(29)
            hashed *= np.uint64(0xBF58476D1CE4E5B9)
            found_rows.append(rows[:end][inside])
            found_buckets.append((hashed >> shift)[inside].astype(np.int64))
    return np.concatenate(found_rows), np.concatenate(found_buckets)


def _counts(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row, bucket, how often), sorted by row."""
    import numpy as np  # noqa: PLC0415

    rows, buckets = _grams(texts)
    cells, counts = np.unique(rows * BUCKETS + buckets, return_counts=True)
    return cells // BUCKETS, cells % BUCKETS, counts


class LocalEmbedding:
    """Fitted on the documents.  `weights` are the buckets' inverse document frequencies, `components` their
    directions.  The arrays are memory-mapped, and a question touches few rows."""

    def __init__(self, weights: np.ndarray, components: np.ndarray) -> None:
        self._weights, self._components = weights, components

    @property
    def identity(self) -> dict[str, Any]:
        return {
            "kind": "local",
            "model": f"lsa-{GRAMS}gram-{BUCKETS}",
            "dimension": int(self._components.shape[1]),
        }

    @classmethod
    def fit(cls, texts: Sequence[str], dimension: int) -> LocalEmbedding:
        """Learn from `texts`; fewer texts or n-grams than `dimension` give shorter vectors."""
        return cls.fit_embed(texts, dimension)[0]

    @classmethod
    def fit_embed(cls, texts: Sequence[str], dimension: int) -> tuple[LocalEmbedding, np.ndarray]:
        """Learn from `texts` and embed them, counting their n-grams once."""
        import numpy as np  # noqa: PLC0415
        from threadpoolctl import threadpool_limits  # noqa: PLC0415

        step = max(1, -(-len(texts) // FIT_TEXTS))
        sample = texts[::step]
        total = len(sample)
        rows, buckets, counts = _counts(sample)
        frequency = np.bincount(buckets, minlength=BUCKETS)
        weights = (np.log((1 + total) / (1 + frequency)) + 1).astype(np.float32)
        matrix = _matrix(rows, buckets, counts, weights, total)
        # on matrices of this size a second thread gains nothing, and on a busy machine waiting for it costs much
        with threadpool_limits(1, user_api="blas"):
            components = _components(matrix, min(dimension, total))
        made = cls(weights, components.astype(np.float16))
        return made, made._project(matrix) if step == 1 else made.embed(texts)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        import numpy as np  # noqa: PLC0415

        if len(texts) == 1:
            return self._embed_one(texts[0])
        parts = [np.zeros((0, self._components.shape[1]), dtype=np.float32)]
        for at in range(0, len(texts), BATCH):
            some = texts[at : at + BATCH]
            parts.append(self._project(_matrix(*_counts(some), self._weights, len(some))))
        return np.concatenate(parts)

    def _project(self, matrix: Any) -> np.ndarray:
        import numpy as np  # noqa: PLC0415

        return _unit(matrix @ self._components.astype(np.float32))

    def _embed_one(self, text: str) -> np.ndarray:
        """Only the rows of the question's own n-grams are read: 0.03 ms, where the whole product takes 8."""
        import numpy as np  # noqa: PLC0415

        _, buckets, counts = _counts([text])
        values = (1 + np.log(counts)) * self._weights[buckets]
        return _unit((values @ self._components[buckets].astype(np.float32))[None, :].astype(np.float32))

    def save(self, folder: Path) -> None:
        import numpy as np  # noqa: PLC0415

        folder.mkdir(parents=True)
        for name in ("weights", "components"):
            np.save(folder / f"{name}.npy", getattr(self, f"_{name}"))

    @classmethod
    def load(cls, folder: Path) -> LocalEmbedding:
        import numpy as np  # noqa: PLC0415

        arrays = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("weights", "components")]
        return cls(*arrays)


def _matrix(
    rows: np.ndarray, buckets: np.ndarray, counts: np.ndarray, weights: np.ndarray, total: int
) -> Any:
    """Sublinear TF-IDF as a sparse matrix, its rows of length one."""
    import numpy as np  # noqa: PLC0415
    from scipy.sparse import csr_array  # noqa: PLC0415  (100 ms; a question never needs it)

    values = (1 + np.log(counts)) * weights[buckets]
    lengths = np.sqrt(np.bincount(rows, weights=values**2, minlength=total))
    values = (values / lengths[rows]).astype(np.float32)
    starts = np.searchsorted(rows, np.arange(total + 1))
    return csr_array((values, buckets, starts), shape=(total, BUCKETS))


def _components(matrix: Any, dimension: int) -> np.ndarray:
    """About the right singular vectors of the `dimension` largest singular values (columns): the randomized range
    finder (Halko, Martinsson, Tropp 2011, algorithm 4.1), seeded, so that a build can be repeated.

    Power iterations would come nearer to the exact ones; on questions they changed nothing."""
    import numpy as np  # noqa: PLC0415

    width = min(dimension + 8, *matrix.shape)
    start = np.random.default_rng(0).standard_normal((matrix.shape[1], width), dtype=np.float32)
    basis, _ = np.linalg.qr(matrix @ start)
    small = (matrix.T @ basis).T  # width x buckets
    values, vectors = np.linalg.eigh(small @ small.T)
    best = vectors[:, ::-1][:, :dimension]
    scale = np.sqrt(np.maximum(values[::-1][:dimension], 1e-12))
    return small.T @ (best / scale)


def _unit(vectors: np.ndarray) -> np.ndarray:
    import numpy as np  # noqa: PLC0415

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-12)


class EmbeddingCache:
    """Vectors by content, in one SQLite file: a text is sent once, whatever is built again.  One writer, the build;
    what was paid for is kept at once, so a build that broke off goes on where it was."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self._path)) as db, db:
            db.execute(
                "CREATE TABLE IF NOT EXISTS vectors(key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
            )
            yield db

    def find(self, keys: Sequence[bytes]) -> dict[bytes, np.ndarray]:
        import numpy as np  # noqa: PLC0415

        query = "SELECT vector FROM vectors WHERE key = ?"
        with self._opened() as db:
            rows = ((key, db.execute(query, (key,)).fetchone()) for key in keys)
            return {key: np.frombuffer(row[0], dtype=np.float32) for key, row in rows if row}

    def keep(self, vectors: Mapping[bytes, np.ndarray]) -> None:
        with self._opened() as db:
            rows = [(key, vector.tobytes()) for key, vector in vectors.items()]
            db.executemany("INSERT OR REPLACE INTO vectors VALUES(?,?)", rows)


MAX_CHARACTERS = 2_000  # of one text: more than any measure, less than what endpoints refuse
RECENT = 256  # questions remembered, so that asking again costs no call


class EndpointEmbedding:
    """Vectors from an OpenAI-compatible address.  ModelError says what failed; `cache` None: nothing is kept.

    `dimension` is known from the index at question time and learnt from the first reply at build time."""

    def __init__(
        self,
        settings: EmbeddingSettings,
        *,
        dimension: int | None = None,
        cache: EmbeddingCache | None = None,
    ) -> None:
        self._settings, self._dimension, self._cache = settings, dimension, cache
        self._recent: dict[bytes, np.ndarray] = {}
        self._connected: Any = None

    @property
    def identity(self) -> dict[str, Any]:
        return {
            "kind": "endpoint",
            "model": self._settings.model,
            "dimension": self._dimension,
            "base_url": self._settings.base_url,
        }

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        import numpy as np  # noqa: PLC0415

        keys = [self._key(text) for text in texts]
        known = dict(self._recent)
        if self._cache:
            known |= self._cache.find(list(dict.fromkeys(keys)))
        missing = list({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
        for batch in self._batches(missing):
            known |= batch
            if self._cache:
                self._cache.keep(batch)
            elif len(batch) < RECENT:
                self._recent = dict([*self._recent.items(), *batch.items()][-RECENT:])
        vectors = np.array([known[key] for key in keys], dtype=np.float32)
        if not len(vectors):
            return np.zeros((0, self._dimension or 0), dtype=np.float32)
        self._check(vectors.shape[1])
        return _unit(vectors)

    def _key(self, text: str) -> bytes:
        held = f"{self._settings.model}\0{text[:MAX_CHARACTERS]}"
        return hashlib.blake2b(held.encode(), digest_size=16).digest()

    def _check(self, dimension: int) -> None:
        if self._dimension is None:
            self._dimension = dimension
        if dimension != self._dimension:
            raise EmbeddingMismatch(
                f"向量服务给出 {dimension} 维，索引为 {self._dimension} 维；请用建索引时的模型，或重新运行 cewen build · "
                "another dimension than the index: use its model or build again"
            )

    def _batches(self, missing: list[tuple[bytes, str]]) -> Iterator[dict[bytes, np.ndarray]]:
        """Embed in batches; an endpoint that refuses a batch for its size gets half of it."""
        import openai  # noqa: PLC0415  (0.4 s; only an endpoint pays for it)

        size = self._settings.batch
        at = 0
        while at < len(missing):
            batch = missing[at : at + size]
            try:
                vectors = self._ask([text[:MAX_CHARACTERS] for _, text in batch])
            except openai.BadRequestError as error:
                if len(batch) == 1:
                    raise self._fault(error) from error
                size = max(1, len(batch) // 2)
                continue
            except (openai.OpenAIError, ValueError) as error:
                raise self._fault(error) from error
            yield dict(zip([key for key, _ in batch], vectors, strict=True))
            at += len(batch)

    def _ask(self, texts: list[str]) -> np.ndarray:
        """One request, tried again with growing pauses while the fault may pass; ValueError for a reply that is
        not one finite vector a text."""
        import numpy as np  # noqa: PLC0415
        import openai  # noqa: PLC0415
        import tenacity  # noqa: PLC0415

        passing = (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError)
        retry = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(passing),
            stop=tenacity.stop_after_attempt(self._settings.attempts),
            wait=tenacity.wait_exponential_jitter(initial=0.3, max=10),
            reraise=True,
        )
        reply = retry(
            self._client().embeddings.create, model=self._settings.model, input=texts, encoding_format="float"
        )
        rows = sorted(reply.data or [], key=lambda row: row.index)
        if [row.index for row in rows] != list(range(len(texts))):
            raise ValueError(f"{len(rows)} vectors for {len(texts)} texts")
        if len({len(row.embedding) for row in rows}) != 1:
            raise ValueError("vectors of unequal length")
        vectors = np.array([row.embedding for row in rows], dtype=np.float32)
        if not vectors.size or not np.isfinite(vectors).all():
            raise ValueError("vectors that are empty or not finite")
        return vectors

    def _client(self) -> Any:
        if self._connected is None:
            import openai  # noqa: PLC0415

            self._connected = openai.OpenAI(
                base_url=self._settings.base_url,
                api_key=self._settings.api_key or "none",
                timeout=self._settings.timeout_s,
                max_retries=0,  # tenacity tries again
            )
        return self._connected

    def _fault(self, error: Exception) -> ModelError:
        said = " ".join(str(error).split())[:200]
        return ModelError(
            f"向量服务 {self._settings.base_url}（{self._settings.model}）出错：{said}；"
            "请检查地址、模型名和密钥，或用 --no-vectors · the embedding endpoint failed: check address, model and key"
        )


def open_embedding(
    recorded: Mapping[str, Any], folder: Path, settings: EmbeddingSettings
) -> LocalEmbedding | EndpointEmbedding:
    """What an index was built with, for questions.  EmbeddingMismatch when `settings` name another model."""
    if recorded["kind"] == "local":
        if settings.base_url and settings.model:
            raise EmbeddingMismatch(
                f"索引用本机向量建立，设置却指定了 {settings.model}；请去掉 CEWEN_EMBEDDING_ 设置，或带着它重新运行 cewen build · "
                "built with the local embedding: drop the setting or build again with it"
            )
        return LocalEmbedding.load(folder)
    if settings.model and settings.model != recorded["model"]:
        raise EmbeddingMismatch(
            f"索引用 {recorded['model']} 建立，设置却指定了 {settings.model}；请改用前者，或重新运行 cewen build · "
            "built with another embedding model: use that one or build again"
        )
    same = EmbeddingSettings(
        base_url=settings.base_url or recorded["base_url"],
        model=recorded["model"],
        api_key=settings.api_key,
        timeout_s=settings.timeout_s,
        attempts=min(2, settings.attempts),  # someone is waiting for an answer
    )
    return EndpointEmbedding(same, dimension=recorded["dimension"])
