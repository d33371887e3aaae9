"""The vector store: exact neighbours within policies, updates, and opening only what is sound."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index_build import vectors
from index_build.catalog import Catalog
from index_build.embed import LocalEmbedding
from index_build.errors import IndexDamaged
from index_build.vectors import Vectors
from tests.index_build import made

ALL = [made.SAME_DAY, made.PROMISE, made.AIM, made.START_UP, made.LICENCES, made.ARREARS]
TEXTS = [entry.text for entry in ALL]
IDS = [entry.id for entry in ALL]


@pytest.fixture(scope="module")
def embedding() -> LocalEmbedding:
    return LocalEmbedding.fit(TEXTS, 6)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return made.catalog(tmp_path)


@pytest.fixture
def store(tmp_path: Path, embedding: LocalEmbedding, catalog: Catalog) -> Vectors:
    vectors.save(tmp_path / "vectors", IDS, embedding.embed(TEXTS))
    return Vectors(tmp_path / "vectors", embedding, catalog)


def test_each_text_finds_itself_with_its_cosine(store: Vectors, embedding: LocalEmbedding) -> None:
    every = embedding.embed(TEXTS)
    for text, key in zip(TEXTS, IDS, strict=True):
        found = store.search(text, limit=6)
        assert found[0][0] == key
        expected = dict(zip(IDS, (every @ embedding.embed([text])[0]).tolist(), strict=True))
        assert dict(found) == pytest.approx(expected, abs=1e-3)


def test_within_policies_the_search_is_exact(store: Vectors) -> None:
    everywhere = store.search("企业开办", limit=6)
    county = store.search("企业开办", policies=[("临溪.md", 1)])
    assert [key for key, _ in county] == [key for key, _ in everywhere if key in ("m-same-day", "m-promise")]
    both = store.search("企业开办", policies=[("临溪.md", 1), ("青禾.txt", 1)])
    assert [key for key, _ in both] == [key for key, _ in everywhere]
    assert store.search("企业开办", policies=[("青禾.txt", 1)], limit=1)[0][0] == "m-start"
    assert store.search("企业开办", policies=[]) == []
    assert store.search("企业开办", policies=[("没有.txt", 1)]) == []


def test_a_question_without_direction_finds_nothing(store: Vectors) -> None:
    assert store.search("☃") == []


def test_an_update_leaves_its_source_as_it_was(
    tmp_path: Path, store: Vectors, embedding: LocalEmbedding, catalog: Catalog
) -> None:
    store.close()
    before = {
        p: hashlib.sha256(p.read_bytes()).digest() for p in (tmp_path / "vectors").rglob("*") if p.is_file()
    }
    new = embedding.embed(["企业开办一天办结"])
    vectors.update(tmp_path / "vectors", tmp_path / "next", ["m-promise", "m-arrears"], ["m-new"], new)
    assert before == {p: hashlib.sha256(p.read_bytes()).digest() for p in before}
    after = Vectors(tmp_path / "next", embedding, catalog)
    assert {key for key, _ in after.search("企业开办", limit=10)} == {*IDS, "m-new"} - {
        "m-promise",
        "m-arrears",
    }
    assert len(after) == 5


def test_thousands_of_vectors_find_themselves(tmp_path: Path, catalog: Catalog) -> None:
    """HNSW is approximate: a stored vector that is not its own nearest neighbour would be lost to search."""
    made_vectors = np.random.default_rng(0).standard_normal((3000, 64)).astype(np.float32)
    made_vectors /= np.linalg.norm(made_vectors, axis=1, keepdims=True)
    vectors.save(tmp_path / "many", [f"e{i}" for i in range(3000)], made_vectors)

    class Asked:
        identity = None

        def embed(self, texts: list[str]) -> np.ndarray:
            return made_vectors[[int(text) for text in texts]]

    store = Vectors(tmp_path / "many", Asked(), catalog)
    lost = [i for i in range(0, 3000, 30) if store.search(str(i), limit=1)[0][0] != f"e{i}"]
    assert not lost


def test_reading_the_words_of_an_index_never_loads_chroma(tmp_path: Path) -> None:
    code = "import sys, index_build.store; print([m for m in ('chromadb', 'numpy', 'openai', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("how", ["no database", "no graph", "empty folder"])
def test_what_chroma_cannot_open_is_damage_with_the_remedy(
    tmp_path: Path, embedding: LocalEmbedding, catalog: Catalog, how: str
) -> None:
    folder = tmp_path / "vectors"
    vectors.save(folder, IDS, embedding.embed(TEXTS))
    if how == "no database":
        (folder / "chroma.sqlite3").write_bytes(b"not a database" * 100)
    elif how == "empty folder":
        shutil.rmtree(folder)
        folder.mkdir()
    else:
        for path in folder.rglob("*.bin"):
            path.write_bytes(b"")
    with pytest.raises(IndexDamaged, match="cewen build"):
        Vectors(folder, embedding, catalog).search("企业开办")


def test_a_store_that_lacks_vectors_is_damage(
    tmp_path: Path, embedding: LocalEmbedding, catalog: Catalog
) -> None:
    vectors.save(tmp_path / "vectors", IDS[1:], embedding.embed(TEXTS)[1:])
    with pytest.raises(IndexDamaged, match="cewen build"):
        Vectors(tmp_path / "vectors", embedding, catalog).search("企业开办", policies=[("临溪.md", 1)])
