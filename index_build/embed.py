"""Embeddings: texts become vectors of length one, the same way at build and at question time.

`LocalEmbedding` needs no network: character 1- to 3-grams, hashed, weighted by TF-IDF (sublinear), reduced by a
truncated SVD that is fitted on the documents themselves (latent semantic analysis, Deerwester et al. 1990).
`EndpointEmbedding` asks an OpenAI-compatible address.  Both say who they are (`identity`), and an index answers
only to the identity it was built with.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index_build.text import fold

if TYPE_CHECKING:
    import numpy as np

GRAMS = 3
BUCKETS = 1 << 18
FEATURES = 24_000  # the n-grams kept: those that tell most texts apart
FIT_TEXTS = 6_000  # the SVD sees at most this many texts
_MULTIPLIER = 0x9E3779B97F4A7C15  # Fibonacci hashing: 2**64 over the golden ratio


class Embedding(Protocol):
    """What makes vectors: `identity` is recorded in the index, `embed` gives unit rows in the order of texts."""

    @property
    def identity(self) -> dict[str, Any]: ...

    def embed(self, texts: Sequence[str]) -> np.ndarray: ...


def _grams(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The hashed n-grams of all texts: (row, bucket) for each occurrence."""
    import numpy as np  # noqa: PLC0415  (only what embeds pays for it)

    folded = [fold(text).lower() for text in texts]
    codes = np.frombuffer("\0".join(folded).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    lengths = np.fromiter((len(t) for t in folded), dtype=np.int64, count=len(folded))
    rows = np.repeat(np.arange(len(folded)), lengths + 1)[: len(codes)]
    whole = codes != 0
    inside = whole
    found_rows, found_buckets = [], []
    mixed = np.zeros(len(codes), dtype=np.uint64)
    shift = np.uint64(64 - 18)
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
    """Fitted on the documents.  `slots` maps a bucket to its row of `components` (-1: not kept); `weights` are
    the rows' inverse document frequencies.  The arrays are memory-mapped, and a question touches few rows."""

    def __init__(self, slots: np.ndarray, weights: np.ndarray, components: np.ndarray) -> None:
        self._slots, self._weights, self._components = slots, weights, components

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
        import numpy as np  # noqa: PLC0415

        step = max(1, -(-len(texts) // FIT_TEXTS))
        rows, buckets, counts = _counts(texts[::step])
        total = int(rows[-1]) + 1 if len(rows) else 1
        frequency = np.bincount(buckets, minlength=BUCKETS)
        idf = np.log((1 + total) / (1 + frequency)) + 1
        # an n-gram of one text alone tells nothing about likeness; of the rest, keep what carries most weight
        worth = np.where(frequency > 1, frequency * idf**2, 0.0)
        if not worth.any():
            worth = (frequency > 0).astype(float)
        kept = np.sort(np.argsort(-worth, kind="stable")[: min(FEATURES, int((worth > 0).sum()))])
        slots = np.full(BUCKETS, -1, dtype=np.int32)
        slots[kept] = np.arange(len(kept))
        weights = idf[kept].astype(np.float32)
        matrix = _matrix(rows, buckets, counts, slots, weights, total)
        components = _components(matrix, min(dimension, total, len(kept)))
        return cls(slots, weights, components.astype(np.float16))

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        import numpy as np  # noqa: PLC0415

        if not len(texts):
            return np.zeros((0, self._components.shape[1]), dtype=np.float32)
        rows, buckets, counts = _counts(texts)
        if len(texts) == 1:
            slots = self._slots[buckets]
            values = (1 + np.log(counts[slots >= 0])) * self._weights[slots[slots >= 0]]
            vectors = (values @ self._components[slots[slots >= 0]].astype(np.float32))[None, :]
        else:
            matrix = _matrix(rows, buckets, counts, self._slots, self._weights, len(texts))
            vectors = matrix @ self._components.astype(np.float32)
        return _unit(vectors.astype(np.float32))

    def save(self, folder: Path) -> None:
        import numpy as np  # noqa: PLC0415

        folder.mkdir(parents=True)
        for name in ("slots", "weights", "components"):
            np.save(folder / f"{name}.npy", getattr(self, f"_{name}"))

    @classmethod
    def load(cls, folder: Path) -> LocalEmbedding:
        import numpy as np  # noqa: PLC0415

        arrays = [
            np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("slots", "weights", "components")
        ]
        return cls(*arrays)


def _matrix(
    rows: np.ndarray,
    buckets: np.ndarray,
    counts: np.ndarray,
    slots: np.ndarray,
    weights: np.ndarray,
    total: int,
) -> Any:
    """Sublinear TF-IDF as a sparse matrix, its rows of length one."""
    import numpy as np  # noqa: PLC0415
    from scipy.sparse import csr_array  # noqa: PLC0415  (100 ms; a question never needs it)

    columns = slots[buckets]
    kept = columns >= 0
    rows, columns = rows[kept], columns[kept]
    values = (1 + np.log(counts[kept])) * weights[columns]
    lengths = np.sqrt(np.bincount(rows, weights=values**2, minlength=total))
    values = (values / lengths[rows]).astype(np.float32)
    starts = np.searchsorted(rows, np.arange(total + 1))
    return csr_array((values, columns, starts), shape=(total, len(weights)))


def _components(matrix: Any, dimension: int) -> np.ndarray:
    """The right singular vectors of the `dimension` largest singular values (columns): randomized range finder
    with one power iteration (Halko, Martinsson, Tropp 2011), seeded, so that a build can be repeated."""
    import numpy as np  # noqa: PLC0415

    width = min(dimension + 8, *matrix.shape)
    start = np.random.default_rng(0).standard_normal((matrix.shape[1], width), dtype=np.float32)
    basis, _ = np.linalg.qr(matrix @ start)
    basis, _ = np.linalg.qr(matrix @ (matrix.T @ basis))
    small = (matrix.T @ basis).T  # width x features
    values, vectors = np.linalg.eigh(small @ small.T)
    best = vectors[:, ::-1][:, :dimension]
    scale = np.sqrt(np.maximum(values[::-1][:dimension], 1e-12))
    return small.T @ (best / scale)


def _unit(vectors: np.ndarray) -> np.ndarray:
    import numpy as np  # noqa: PLC0415

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-12)
