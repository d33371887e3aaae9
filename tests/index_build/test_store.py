"""The index folder: generations, one writer, readers that stay and readers that follow, and honest damage."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index_build import lexical, store, vectors
from index_build.catalog import CatalogWriter
from index_build.embed import LocalEmbedding
from index_build.errors import EmbeddingMismatch, IndexBusy, IndexDamaged, IndexMissing, IndexVersion
from index_build.manifest import FORMAT, new_manifest
from index_build.model import Extraction
from index_build.settings import EmbeddingSettings
from index_build.store import Index, open_index
from tests.index_build import made


def publish(index_dir: Path, number: int, *extractions: Extraction, with_vectors: bool = False) -> None:
    """A generation of hand-made records, by the same steps as a build."""
    with store.writing(index_dir):
        folder = store.start_generation(index_dir)
        writer = CatalogWriter(folder / store.CATALOG)
        entries = [e for extraction in extractions for e in (*extraction.measures, *extraction.passages)]
        for extraction in extractions:
            writer.add(extraction)
        writer.finish()
        lexical.save(folder / store.LEXICAL, entries)
        identity = None
        if with_vectors:
            texts = [entry.text for entry in entries]
            embedding = LocalEmbedding.fit(texts, 4)
            embedding.save(folder / store.EMBEDDING)
            vectors.save(folder / store.VECTORS, [entry.id for entry in entries], embedding.embed(texts))
            identity = embedding.identity
        store.publish(index_dir, new_manifest(number, {}, identity, {}, {"documents": len(extractions)}))


@pytest.fixture
def index_dir(tmp_path: Path) -> Path:
    publish(tmp_path / "index", 1, made.CITY_PLAN)
    return tmp_path / "index"


def generation(index_dir: Path) -> Path:
    return index_dir / str(store.current_generation(index_dir))


def test_what_is_published_is_what_is_opened(index_dir: Path) -> None:
    index = open_index(index_dir)
    assert (index.generation, index.manifest.counts, index.faults) == (1, {"documents": 1}, {})
    assert index.catalog.measures() == [made.START_UP, made.LICENCES, made.ARREARS]
    assert index.lexical.search({"账款": 1.0})[0][0] == "m-arrears"
    assert not index.has_vectors
    index.verify()
    index.close()


def test_a_reader_keeps_its_generation_and_sees_the_next_at_once(index_dir: Path) -> None:
    reader = open_index(index_dir)
    assert not reader.stale()
    publish(index_dir, 2, made.COUNTY_PLAN)
    assert reader.stale()
    assert reader.catalog.count() == 3
    assert open_index(index_dir).catalog.count() == 2
    # two more generations pass by, and the reader's is still whole, parts that it opens late included
    publish(index_dir, 3, made.CITY_PLAN)
    publish(index_dir, 4, made.COUNTY_PLAN)
    assert reader.lexical.search({"账款": 1.0})[0][0] == "m-arrears"
    reader.verify()


def test_an_index_that_was_deleted_and_built_anew_is_noticed(index_dir: Path) -> None:
    reader = open_index(index_dir)
    shutil.rmtree(index_dir)
    publish(index_dir, 1, made.COUNTY_PLAN)
    assert reader.stale()
    assert open_index(index_dir).catalog.count() == 2


def test_asking_whether_a_newer_generation_serves_is_cheap(index_dir: Path) -> None:
    reader = open_index(index_dir)
    start = time.perf_counter()
    for _ in range(1_000):
        reader.stale()
    assert time.perf_counter() - start < 1.0  # a thousandth of a second each, on any machine


def test_generations_that_nobody_reads_are_removed(index_dir: Path) -> None:
    reader = open_index(index_dir)
    publish(index_dir, 2, made.COUNTY_PLAN)
    publish(index_dir, 3, made.COUNTY_PLAN)
    assert {p.name[:7] for p in index_dir.glob("g*")} == {"g000001", "g000003"}
    reader.close()
    publish(index_dir, 4, made.COUNTY_PLAN)
    assert {p.name[:7] for p in index_dir.glob("g*")} == {"g000004"}


def test_the_generation_of_a_reader_in_another_process_is_kept(index_dir: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index_build.store import open_index\n"
        "index = open_index(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()\n"
        "print(index.catalog.count(), len(index.lexical))"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code, str(index_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    publish(index_dir, 2, made.COUNTY_PLAN)
    publish(index_dir, 3, made.COUNTY_PLAN)
    out, _ = reader.communicate("", timeout=60)
    assert out == "3 4\n"


def test_a_second_writer_is_refused_and_the_index_serves_on(index_dir: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index_build.store import writing\n"
        "with writing(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(index_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "held\n"
    with pytest.raises(IndexBusy, match="wait"), store.writing(index_dir):
        pass
    assert open_index(index_dir).catalog.count() == 3
    writer.kill()  # a writer that dies takes its lock with it
    writer.wait()
    with store.writing(index_dir):
        pass


def test_no_index_is_said_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="cewen build"):
        open_index(tmp_path / "nothing")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(IndexMissing):
        open_index(tmp_path / "file")


def test_another_version_is_refused_with_the_remedy(index_dir: Path) -> None:
    manifest = generation(index_dir) / store.MANIFEST
    data = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**data, "format": FORMAT + 1, "cewen": "9.9"}), encoding="utf-8")
    with pytest.raises(IndexVersion, match=r"9\.9.*cewen build"):
        open_index(index_dir)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", f'{{"format": {FORMAT}}}', f'{{"format": {FORMAT}, "parts": {{"a": 3}}}}'],
)
def test_an_unreadable_manifest_is_damage(index_dir: Path, content: str) -> None:
    (generation(index_dir) / store.MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(IndexDamaged, match="cewen build"):
        open_index(index_dir)


@pytest.mark.parametrize("pointer", [b"g000099", b"\xff\xfe", b"../elsewhere"])
def test_a_pointer_to_nowhere_is_damage(index_dir: Path, pointer: bytes) -> None:
    (index_dir / store.CURRENT).write_bytes(pointer)
    with pytest.raises(IndexDamaged, match="cewen build"):
        open_index(index_dir)


def damage(path: Path, how: str) -> None:
    if how == "missing":
        path.unlink()
    elif how == "short":
        os.truncate(path, path.stat().st_size // 2)
    elif how == "long":
        with path.open("ab") as file:
            file.write(b"\0" * 10)
    else:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)


@pytest.mark.parametrize("how", ["missing", "short", "long"])
@pytest.mark.parametrize("part", ["catalog.sqlite", "lexical/meta.json"])
def test_a_part_of_the_wrong_size_is_found_at_opening(index_dir: Path, part: str, how: str) -> None:
    damage(generation(index_dir) / part, how)
    with pytest.raises(IndexDamaged, match=r"cewen build.*mend|mend"):
        open_index(index_dir)


def test_every_changed_byte_is_found_by_verifying(index_dir: Path) -> None:
    names = list(open_index(index_dir).manifest.parts)
    assert "catalog.sqlite" in names
    assert any(name.startswith("lexical/") for name in names)
    for name in names:
        publish(index_dir, 2, made.CITY_PLAN)
        path = generation(index_dir) / name
        if not path.exists() or not path.stat().st_size:
            continue  # tantivy names its segments anew each time
        damage(path, "changed")
        index = open_index(index_dir)
        with pytest.raises(IndexDamaged, match="cewen build"):
            index.verify()
        assert store.part_of(name) not in index.sound_parts()
        index.close()


@pytest.fixture
def with_vectors(tmp_path: Path) -> Path:
    publish(tmp_path / "index", 1, made.CITY_PLAN, with_vectors=True)
    return tmp_path / "index"


def a_vector_file(index: Index) -> Path:
    return next(path for path in (index.folder / store.VECTORS).rglob("data_level0.bin"))


def test_vectors_are_searched(with_vectors: Path) -> None:
    index = open_index(with_vectors)
    assert index.has_vectors
    assert index.vectors.search("清理拖欠账款，1月底前摸底，8月底前清零。")[0][0] == "m-arrears"
    index.close()
    assert open_index(with_vectors).sound_parts() == {"catalog.sqlite", "lexical", "embedding", "vectors"}


@pytest.mark.parametrize("how", ["missing", "short", "long", "changed"])
def test_without_sound_vectors_the_rest_serves_and_chroma_never_opens_them(
    with_vectors: Path, how: str
) -> None:
    whole = open_index(with_vectors)
    damage(a_vector_file(whole), how)
    index = open_index(with_vectors)
    assert index.catalog.count() == 3
    assert index.lexical.search({"账款": 1.0})
    assert index.has_vectors is (
        how == "changed"
    )  # sizes are compared at opening, hashes before Chroma opens it
    with pytest.raises(IndexDamaged, match="cewen build"):
        _ = index.vectors


def test_an_index_without_vectors_says_how_to_get_them(index_dir: Path) -> None:
    with pytest.raises(EmbeddingMismatch, match="cewen build"):
        _ = open_index(index_dir).vectors


def test_an_index_of_another_embedding_is_refused_when_vectors_are_wanted(with_vectors: Path) -> None:
    index = open_index(with_vectors, EmbeddingSettings(base_url="http://h/v1", model="m4"))
    assert index.catalog.count() == 3
    with pytest.raises(EmbeddingMismatch, match="m4"):
        _ = index.vectors


def test_a_folder_without_write_permission_serves(with_vectors: Path) -> None:
    for path in [with_vectors, *with_vectors.rglob("*")]:
        if store.VECTORS not in path.parts:
            path.chmod(0o555 if path.is_dir() else 0o444)
    index = open_index(with_vectors)
    assert index.catalog.count() == 3
    assert index.lexical.search({"账款": 1.0})
    for path in [with_vectors, *with_vectors.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_what_an_unfinished_build_left_is_thrown_away(index_dir: Path) -> None:
    folder = store.start_generation(index_dir)
    (folder / "half").write_text("x", encoding="utf-8")
    assert open_index(index_dir).catalog.count() == 3
    publish(index_dir, 2, made.COUNTY_PLAN)
    assert not (index_dir / store.BUILDING).exists()
    assert not (generation(index_dir) / "half").exists()


def test_no_key_is_in_the_manifest(index_dir: Path) -> None:
    text = (generation(index_dir) / store.MANIFEST).read_text(encoding="utf-8")
    assert "api_key" not in text
