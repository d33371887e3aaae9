"""The pipeline on real folders: what is read, taken over, replaced and removed, and what a kill leaves behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from index_build import sources, store
from index_build.build import BuildReport, FileState, build, remove
from index_build.catalog import Filter
from index_build.errors import IndexBusy, IndexMissing, ModelError, NothingToIndex
from index_build.manifest import FORMAT
from index_build.settings import BuildSettings, EmbeddingSettings
from index_build.store import open_index
from tests.fake_server import FakeServer, status

WORDS = BuildSettings(vectors=False)
SAMPLES = Path(store.__file__).parent / "samples"


def plan(place: str, *tasks: str, year: int = 2031) -> str:
    """An invented plan; each task is printed as given, numbered from 1."""
    lines = [f"{place}优化营商环境工作方案", f"（{year}年1月5日）", "一、主要任务"]
    lines += [f"{number}.{task}" for number, task in enumerate(tasks, 1)]
    return "\n".join(lines) + "\n"


START_UP = "企业开办一日办结，免费刻制公章。（牵头单位：市市场监管局；责任单位：市公安局；完成时限：6月底前）"
LICENCES = "推广电子证照应用，减少纸质材料。（牵头单位：市政务服务局；完成时限：9月底前）"
ARREARS = "清理拖欠中小企业账款，建立投诉机制。（牵头单位：市工信局、财政局；完成时限：12月底前）"


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text(plan("青禾市", START_UP, LICENCES), encoding="utf-8")
    (folder / "sub" / "b.md").write_text(plan("白沙市", ARREARS), encoding="utf-8")
    return folder


def states(report: BuildReport) -> dict[str, FileState]:
    return {line.path.name: line.state for line in report.lines}


def texts(index_dir: Path) -> dict[str, list[str]]:
    index = open_index(index_dir)
    found: dict[str, list[str]] = {row.name: [] for row in index.catalog.documents()}
    for m in index.catalog.measures():
        found[m.policy.doc].append(m.text)
    index.close()
    return found


def ids(index_dir: Path) -> list[str]:
    index = open_index(index_dir)
    found = [m.id for m in index.catalog.measures()]
    index.close()
    return found


def test_a_folder_becomes_an_index(plans: Path, tmp_path: Path) -> None:
    report = build([plans], tmp_path / "index", WORDS)
    assert states(report) == {"a.txt": FileState.NEW, "b.md": FileState.NEW}
    assert (report.exit_code, report.generation, report.documents, report.measures) == (0, 1, 2, 3)
    index = open_index(tmp_path / "index")
    (found,) = index.catalog.measures(Filter(departments=("市财政局",)))
    assert found.lead == ("市工信局", "市财政局")
    assert [d.date.isoformat() for d in found.deadlines if d.date] == ["2031-12-31"]
    assert index.lexical.search({"电子": 1.0, "证照": 1.0})[0][0] == ids(tmp_path / "index")[1]


def test_building_again_changes_nothing(plans: Path, tmp_path: Path) -> None:
    build([plans], tmp_path / "index", WORDS)
    before = ids(tmp_path / "index")
    report = build([plans], tmp_path / "index", WORDS)
    assert not report.published
    assert (report.generation, report.documents, report.measures) == (1, 2, 3)
    assert set(states(report).values()) == {FileState.UNCHANGED}
    fresh = build([plans], tmp_path / "index", BuildSettings(vectors=False, fresh=True))
    assert fresh.published
    assert ids(tmp_path / "index") == before  # ids are stable over rebuilds


def test_only_what_changed_is_read_again(
    plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, WORDS)
    before = ids(index_dir)
    (plans / "sub" / "b.md").write_text(plan("白沙市", ARREARS, LICENCES), encoding="utf-8")
    (plans / "c.txt").write_text(plan("云溪市", LICENCES), encoding="utf-8")
    seen: list[str] = []
    real = sources.read
    monkeypatch.setattr(sources, "read", lambda path: (seen.append(path.name), real(path))[1])
    report = build([plans], index_dir, WORDS)
    assert seen == ["c.txt", "b.md"]
    assert states(report) == {"a.txt": FileState.UNCHANGED, "b.md": FileState.CHANGED, "c.txt": FileState.NEW}
    assert (report.documents, report.measures, report.generation) == (3, 5, 2)
    assert ids(index_dir)[:2] == before[:2]
    index = open_index(index_dir)
    hits = {i for i, _ in index.lexical.search({"证照": 1.0})}
    assert hits >= {m.id for m in index.catalog.measures(Filter(words="证照"))}
    assert len(index.catalog.measures(Filter(words="证照"))) == 3


def test_a_file_that_has_gone_leaves_the_index(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, WORDS)
    (plans / "sub" / "b.md").unlink()
    report = build([plans], index_dir, WORDS)
    assert states(report) == {"b.md": FileState.REMOVED, "a.txt": FileState.UNCHANGED}
    assert list(texts(index_dir)) == ["a.txt"]
    assert open_index(index_dir).lexical.search({"账款": 1.0}) == []


def test_documents_from_other_paths_stay_unless_fresh(plans: Path, tmp_path: Path) -> None:
    index_dir, other = tmp_path / "index", tmp_path / "other"
    other.mkdir()
    (other / "d.txt").write_text(plan("云溪市", LICENCES), encoding="utf-8")
    build([plans], index_dir, WORDS)
    build([other], index_dir, WORDS)
    assert sorted(texts(index_dir)) == ["a.txt", "b.md", "d.txt"]
    build([other], index_dir, BuildSettings(vectors=False, fresh=True))
    assert sorted(texts(index_dir)) == ["d.txt"]


def test_a_named_file_that_is_missing_is_a_mistake_and_no_removal(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, WORDS)
    (plans / "a.txt").unlink()
    report = build([plans / "a.txt", plans / "sub"], index_dir, WORDS)
    assert report.exit_code == 1
    assert sorted(texts(index_dir)) == ["a.txt", "b.md"]


def test_a_file_that_fails_costs_one_line_and_its_old_version_stays(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, WORDS)
    (plans / "a.txt").write_bytes(b"")
    (plans / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0 not text")
    report = build([plans], index_dir, WORDS)
    assert report.exit_code == 1
    assert states(report) == {
        "a.txt": FileState.FAILED,
        "b.md": FileState.UNCHANGED,
        "photo.jpg": FileState.FAILED,
    }
    assert all(
        line.reason and "\n" not in line.reason for line in report.lines if line.state is FileState.FAILED
    )
    assert sorted(texts(index_dir)) == ["a.txt", "b.md"]
    (plans / "c.txt").write_text(plan("云溪市", LICENCES), encoding="utf-8")
    build([plans], index_dir, WORDS)  # now something else changes, and it still stays
    assert len(texts(index_dir)["a.txt"]) == 2


def test_a_parser_that_breaks_costs_one_line(
    plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sources.extract

    def breaks(document: object) -> object:
        if document.name == "a.txt":  # type: ignore[attr-defined]
            raise IndexError("list index out of range")
        return real(document)  # type: ignore[arg-type]

    monkeypatch.setattr(sources, "extract", breaks)
    report = build([plans], tmp_path / "index", WORDS)
    (failed,) = [line for line in report.lines if line.state is FileState.FAILED]
    assert failed.path.name == "a.txt"
    assert "IndexError" in str(failed.reason)
    assert list(texts(tmp_path / "index")) == ["b.md"]


@pytest.mark.parametrize(
    ("what", "remedy"),
    [
        ("empty folder", "check the paths"),
        ("missing", "mend each as its line says"),
        ("bad file", "mend each as its line says"),
    ],
)
def test_nothing_usable_leaves_the_index_as_it_was(
    plans: Path, tmp_path: Path, what: str, remedy: str
) -> None:
    index_dir, given = tmp_path / "index", tmp_path / "given"
    build([plans], index_dir, WORDS)
    if what != "missing":
        given.mkdir()
    if what == "bad file":
        (given / "x.txt").write_bytes(b"\0\0\0")
    with pytest.raises(NothingToIndex, match=remedy):
        build([given], index_dir, WORDS)
    assert open_index(index_dir).generation == 1
    assert sorted(texts(index_dir)) == ["a.txt", "b.md"]


def test_an_emptied_folder_does_not_empty_the_index(plans: Path, tmp_path: Path) -> None:
    build([plans], tmp_path / "index", WORDS)
    for path in (plans / "a.txt", plans / "sub" / "b.md"):
        path.unlink()
    with pytest.raises(NothingToIndex):
        build([plans], tmp_path / "index", WORDS)
    assert len(ids(tmp_path / "index")) == 3


def test_two_files_of_one_name_do_not_collide(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    (plans / "sub" / "a.txt").write_text(plan("云溪市", ARREARS), encoding="utf-8")
    build([plans], index_dir, WORDS)
    assert {name: len(found) for name, found in texts(index_dir).items()} == {
        "a.txt": 2,
        "b.md": 1,
        "sub/a.txt": 1,
    }
    (plans / "sub" / "a.txt").write_text(plan("云溪市", ARREARS, LICENCES), encoding="utf-8")
    report = build([plans], index_dir, WORDS)  # and each keeps its name when it changes
    assert [line.names for line in report.lines if line.state is FileState.CHANGED] == [("sub/a.txt",)]
    assert len(texts(index_dir)["sub/a.txt"]) == 2


def test_a_newcomer_never_takes_the_name_of_what_is_indexed(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, WORDS)
    (plans / "0").mkdir()
    (plans / "0" / "a.txt").write_text(plan("云溪市", ARREARS), encoding="utf-8")
    build([plans], index_dir, WORDS)
    assert {name: len(found) for name, found in texts(index_dir).items()} == {
        "a.txt": 2,
        "b.md": 1,
        "0/a.txt": 1,
    }


def test_the_same_content_is_indexed_once(plans: Path, tmp_path: Path) -> None:
    (plans / "0.txt").write_bytes((plans / "a.txt").read_bytes())
    report = build([plans], tmp_path / "index", WORDS)
    assert report.measures == 3
    (double,) = [line for line in report.lines if line.state is FileState.DUPLICATE]
    assert double.reason and "0.txt" in double.reason
    assert report.exit_code == 0


def test_a_file_that_was_moved_is_followed(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, WORDS)
    (plans / "a.txt").rename(plans / "sub" / "z.txt")
    report = build([plans], index_dir, WORDS)
    assert states(report) == {"a.txt": FileState.REMOVED, "b.md": FileState.UNCHANGED, "z.txt": FileState.NEW}
    assert {name: len(found) for name, found in texts(index_dir).items()} == {"b.md": 1, "z.txt": 2}


def test_a_copy_of_what_is_indexed_does_not_replace_it(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, WORDS)
    (plans / "0.txt").write_bytes((plans / "a.txt").read_bytes())
    assert not build([plans], index_dir, WORDS).published
    assert sorted(texts(index_dir)) == ["a.txt", "b.md"]


def test_the_members_of_an_archive_are_documents(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    with zipfile.ZipFile(plans / "more.zip", "w") as archive:
        archive.writestr("x/one.txt", plan("云溪市", ARREARS))
        archive.writestr("x/two.txt", plan("石门市", LICENCES, START_UP))
    build([plans], index_dir, WORDS)
    assert sorted(texts(index_dir)) == ["a.txt", "b.md", "more.zip/x/one.txt", "more.zip/x/two.txt"]
    assert not build([plans], index_dir, WORDS).published
    (plans / "more.zip").unlink()
    build([plans], index_dir, WORDS)
    assert sorted(texts(index_dir)) == ["a.txt", "b.md"]


def test_the_same_content_in_an_archive_is_indexed_once(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    with zipfile.ZipFile(plans / "c.zip", "w") as archive:
        archive.write(plans / "a.txt", "copy.txt")
        archive.writestr("new.txt", plan("云溪市", ARREARS))
        archive.writestr("twin.txt", plan("云溪市", ARREARS))
    with zipfile.ZipFile(plans / "d.zip", "w") as archive:
        archive.write(plans / "a.txt", "copy.txt")
    report = build([plans], index_dir, WORDS)
    assert sorted(texts(index_dir)) == ["a.txt", "b.md", "c.zip/new.txt"]
    assert states(report)["c.zip"] is FileState.NEW
    assert states(report)["d.zip"] is FileState.DUPLICATE
    (mixed,) = [line for line in report.lines if line.path.name == "c.zip"]
    assert len([w for w in mixed.warnings if "内容相同" in w]) == 2
    assert report.exit_code == 0
    assert not build([plans], index_dir, WORDS).published


def test_documents_can_be_taken_out_by_name(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, WORDS)
    report = remove(["b.md"], index_dir, WORDS)
    assert (report.documents, report.measures) == (1, 2)
    assert sorted(texts(index_dir)) == ["a.txt"]
    for names in (["b.md"], ["a.txt"]):  # not there any more; the last one
        with pytest.raises(NothingToIndex):
            remove(names, index_dir, WORDS)


def test_removing_from_no_index_says_so_and_makes_none(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="run cewen build first"):
        remove(["b.md"], tmp_path / "index", WORDS)
    assert not (tmp_path / "index").exists()


def test_another_version_of_the_extraction_reads_everything_again(
    plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_dir, other = tmp_path / "index", tmp_path / "other"
    other.mkdir()
    (other / "d.txt").write_text(plan("云溪市", LICENCES), encoding="utf-8")
    build([plans, other], index_dir, WORDS)
    for module in ("build", "generation"):
        monkeypatch.setattr(f"index_build.{module}.code_fingerprint", lambda: "another")
    (other / "d.txt").unlink()
    report = build([plans], index_dir, WORDS)
    assert set(states(report).values()) == {FileState.CHANGED}
    # the document from elsewhere is extracted again from the text that the catalog holds
    assert sorted(texts(index_dir)) == ["a.txt", "b.md", "d.txt"]
    assert open_index(index_dir).manifest.settings["code"] == "another"


def test_an_index_of_another_version_is_built_anew_with_a_note(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, WORDS)
    manifest = open_index(index_dir).folder / store.MANIFEST
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace(f'"format": {FORMAT}', '"format": 0'),
        encoding="utf-8",
    )
    other = tmp_path / "d.txt"
    other.write_text(plan("云溪市", LICENCES), encoding="utf-8")
    report = build([other], index_dir, WORDS)
    assert report.notes
    assert report.generation == 2
    # the manifest still tells which files there were, so nothing is lost but what has gone meanwhile
    assert sorted(texts(index_dir)) == ["a.txt", "b.md", "d.txt"]


def test_a_damaged_catalog_is_built_anew_from_the_files(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, WORDS)
    catalog = open_index(index_dir).folder / store.CATALOG
    data = bytearray(catalog.read_bytes())
    data[len(data) // 2] ^= 0xFF
    catalog.write_bytes(data)
    report = build([plans / "a.txt"], index_dir, WORDS)
    assert report.notes
    assert sorted(texts(index_dir)) == ["a.txt", "b.md"]


@pytest.mark.parametrize("pointer", [b"g000099", b"\xff\xfe", b""])
def test_a_pointer_to_nowhere_is_mended_by_the_next_build(
    plans: Path, tmp_path: Path, pointer: bytes
) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, WORDS)
    (index_dir / store.CURRENT).write_bytes(pointer)
    report = build([plans], index_dir, WORDS)
    assert report.published
    assert sorted(texts(index_dir)) == ["a.txt", "b.md"]


def test_several_processes_give_what_one_does(
    plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index_build.build.BYTES_A_WORKER", 1)
    (plans / "bad.txt").write_bytes(b"")
    one = build([plans], tmp_path / "one", WORDS)
    two = build([plans], tmp_path / "two", BuildSettings(vectors=False, workers=2))
    assert one.lines == two.lines
    assert ids(tmp_path / "one") == ids(tmp_path / "two")


def test_the_sample_plans_build_without_a_failure(tmp_path: Path) -> None:
    report = build([SAMPLES], tmp_path / "index", WORDS)
    assert report.exit_code == 0
    assert report.measures > 30


def test_what_a_lower_place_carries_on_is_linked_anew_at_each_build(tmp_path: Path) -> None:
    folder, index_dir = tmp_path / "plans", tmp_path / "index"
    folder.mkdir()
    body = "推行企业开办一网通办，将营业执照办理、公章刻制、税务登记等环节压缩至一个工作日内办结"
    (folder / "a.txt").write_text(
        plan("内蒙古自治区", f"{body}。（牵头单位：自治区市场监管局）"), encoding="utf-8"
    )
    (folder / "b.txt").write_text(plan("乌海市", f"{body}。（牵头单位：市行政审批局）"), encoding="utf-8")
    build([folder], index_dir, WORDS)
    index = open_index(index_dir)
    above, below = index.catalog.measures()
    (link,) = index.catalog.cascade([below.id])
    assert (link.upper, link.lower) == (above.id, below.id)
    assert [(c.field, c.upper, c.lower) for c in link.changes] == [
        ("lead", ("自治区市场监管局",), ("市行政审批局",))
    ]
    index.close()
    (folder / "a.txt").unlink()
    build([folder], index_dir, WORDS)
    assert open_index(index_dir).catalog.cascade([below.id]) == []


# ---- vectors -------------------------------------------------------------------------------------------------


def nearest(index_dir: Path, text: str) -> str:
    """The three entries that lie nearest."""
    index = open_index(index_dir)
    found = index.catalog.entries([i for i, _ in index.vectors.search(text, limit=3)])
    index.close()
    return "\n".join(entry.text for entry in found)


def test_vectors_follow_the_documents(tmp_path: Path) -> None:
    folder, index_dir = tmp_path / "plans", tmp_path / "index"
    folder.mkdir()
    for path in SAMPLES.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "a.txt").write_text(plan("青禾市", START_UP, LICENCES), encoding="utf-8")
    build([folder], index_dir, BuildSettings())
    assert "电子证照应用" in nearest(index_dir, "推广电子证照应用，减少纸质材料。")
    first = open_index(index_dir).manifest
    (folder / "a.txt").write_text(plan("青禾市", START_UP, ARREARS), encoding="utf-8")
    build([folder], index_dir, BuildSettings())
    assert "拖欠中小企业账款" in nearest(index_dir, "清理拖欠中小企业账款，建立投诉机制。")
    index = open_index(index_dir)
    assert len(index.vectors) == index.catalog.total()
    assert 0 < index.manifest.counts["drift"] <= 0.25 * index.catalog.total()
    same = "embedding/components.npy"  # few changes: the embedding stays, and with it every other vector
    assert index.manifest.parts[same] == first.parts[same]


def test_many_changes_fit_the_embedding_again(plans: Path, tmp_path: Path) -> None:
    build([plans], tmp_path / "index", BuildSettings())
    first = open_index(tmp_path / "index").manifest
    (plans / "c.txt").write_text(
        plan("云溪市", "推行首席质量官制度，开展质量提升行动。（牵头单位：市市场监管局）"), encoding="utf-8"
    )
    build([plans], tmp_path / "index", BuildSettings())
    index = open_index(tmp_path / "index")
    assert index.manifest.counts["drift"] == 0
    assert index.manifest.parts["embedding/components.npy"] != first.parts["embedding/components.npy"]
    assert len(index.vectors) == index.catalog.total()


def test_damaged_parts_are_mended_from_the_catalog(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, BuildSettings())
    for pattern in ("vectors/**/data_level0.bin", "embedding/weights.npy", "lexical/*.store"):
        (path, *_) = open_index(index_dir).folder.glob(pattern)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)
        report = build([plans], index_dir, BuildSettings())
        assert report.published, pattern
        assert set(states(report).values()) == {FileState.UNCHANGED}
        index = open_index(index_dir)
        index.verify()
        assert len(index.vectors) == index.catalog.total() == len(index.lexical)
        index.close()


def test_vectors_from_an_endpoint(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    with FakeServer() as server:
        remote = EmbeddingSettings(base_url=server.base_url, model="m3", api_key="secret-key")
        build([plans], index_dir, BuildSettings(embedding=remote))
        sent = sum(len(r.body["input"]) for r in server.requests)
        index = open_index(index_dir, remote)
        assert sent == index.catalog.total() == len(index.vectors)
        assert index.manifest.embedding == {
            "kind": "endpoint",
            "model": "m3",
            "dimension": 16,
            "base_url": server.base_url,
        }
        (plans / "sub" / "b.md").write_text(
            plan("白沙市", ARREARS, "新增一项任务。（牵头单位：市教育局）"), encoding="utf-8"
        )
        build([plans], index_dir, BuildSettings(embedding=remote))
        more = sum(len(r.body["input"]) for r in server.requests) - sent
        assert 0 < more <= 2  # what is new, not what was there
    for path in index_dir.rglob("*"):
        assert path.is_dir() or b"secret-key" not in path.read_bytes(), path


def test_what_is_not_said_stays_as_the_index_was_made(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    with FakeServer() as server:
        build(
            [plans],
            index_dir,
            BuildSettings(embedding=EmbeddingSettings(base_url=server.base_url, model="m3")),
        )
        (plans / "c.txt").write_text(plan("云溪市", LICENCES), encoding="utf-8")
        build([plans], index_dir, BuildSettings())
        remove(["b.md"], index_dir)
        index = open_index(index_dir)
        assert index.manifest.embedding is not None
        assert index.manifest.embedding["model"] == "m3"
        assert len(index.vectors) == index.catalog.total()
    build([plans], tmp_path / "words", WORDS)
    assert not build([plans], tmp_path / "words", BuildSettings()).published
    assert build([plans], tmp_path / "words", BuildSettings(vectors=True)).published
    assert open_index(tmp_path / "words").has_vectors


def test_an_endpoint_that_fails_leaves_the_index_as_it_was(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, WORDS)
    with FakeServer(embeddings=[status(401)]) as server:
        remote = EmbeddingSettings(base_url=server.base_url, model="m3")
        with pytest.raises(ModelError, match="no-vectors"):
            build([plans], index_dir, BuildSettings(embedding=remote))
    assert open_index(index_dir).generation == 1
    assert not build([plans], index_dir, WORDS).published


# ---- two writers, and kills -----------------------------------------------------------------------------------


def test_two_builds_at_once_one_is_refused(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    build([plans], index_dir, WORDS)
    with store.writing(index_dir), pytest.raises(IndexBusy):
        build([plans], index_dir, WORDS)
    assert not build([plans], index_dir, WORDS).published


EVENTS = (
    "open",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.truncate",
    "shutil.rmtree",
    "sqlite3.connect",
)


def build_and_die(folder: Path, index_dir: Path, at: int | None) -> int:
    """Build in a child that kills itself, by SIGKILL, at its `at`-th step on the index folder; how many it took."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        steps = 0

        def watch(event: str, args: tuple[object, ...]) -> None:
            nonlocal steps
            if event in EVENTS and any(str(index_dir) in str(arg) for arg in args):
                steps += 1
                if steps == at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        try:
            build([folder], index_dir, WORDS)
            os.write(writer, str(steps).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as pipe:
        return int(pipe.read() or 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills are tried where processes can be forked")
def test_a_kill_at_any_step_leaves_a_whole_index(plans: Path, tmp_path: Path) -> None:
    """Each step that touches the index folder, one build each: afterwards either version, complete."""
    index_dir = tmp_path / "index"
    old = {"a.txt": [START_UP.split("（")[0], LICENCES.split("（")[0]], "b.md": [ARREARS.split("（")[0]]}
    build([plans], index_dir, WORDS)
    assert texts(index_dir) == old
    steps = 0
    versions = [plan("白沙市", LICENCES, ARREARS), plan("白沙市", ARREARS)]
    kills, at = 0, 0
    while at == 0 or at <= steps:
        at += 1
        before = texts(index_dir)
        (plans / "sub" / "b.md").write_text(versions[at % 2] + f"第{at}次修订。\n", encoding="utf-8")
        if at == 1:
            steps = build_and_die(plans, index_dir, None)
            assert steps > 20
            continue
        build_and_die(plans, index_dir, at - 1)
        kills += 1
        index = open_index(index_dir)
        index.verify()
        assert len(index.lexical) == index.catalog.total()
        index.close()
        after = texts(index_dir)
        assert after["a.txt"] == old["a.txt"]
        new = [LICENCES.split("（")[0], ARREARS.split("（")[0]] if at % 2 == 0 else [ARREARS.split("（")[0]]
        assert after in (before, {**before, "b.md": new})
    assert kills >= 24
    build([plans], index_dir, WORDS)
    assert not (index_dir / store.BUILDING).exists()
    assert len(list(index_dir.glob("g*"))) == 1


KILLED = """
import sys
from pathlib import Path
import chromadb
from index_build.build import build
from index_build.settings import BuildSettings
print("ready", flush=True)
build([Path(sys.argv[1])], Path(sys.argv[2]), BuildSettings())
"""


def test_kills_while_vectors_are_written_leave_a_whole_index(plans: Path, tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    start = time.perf_counter()
    build([plans], index_dir, BuildSettings())
    took = time.perf_counter() - start
    chance = random.Random(5)
    for number in range(6):
        (plans / "sub" / "b.md").write_text(
            plan("白沙市", ARREARS) + f"第{number}次修订。\n", encoding="utf-8"
        )
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(plans), str(index_dir)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.02, min(took, 1.0)))
        child.kill()
        child.communicate()
        index = open_index(index_dir)
        index.verify()
        assert len(index.vectors) == index.catalog.total() == len(index.lexical)
        index.close()
    build([plans], index_dir, BuildSettings())
    assert sum(path.stat().st_size for path in index_dir.rglob("*") if path.is_file()) < 100_000_000
