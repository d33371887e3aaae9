"""Which files a build reads: the plan over a folder and what the index holds, without reading a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from index_build.catalog import Catalog, CatalogWriter
from index_build.sources import FileState, plan_files
from tests.index_build import made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plans" / "sub").mkdir(parents=True)
    (tmp_path / "plans" / "青禾.txt").write_text(made.CITY_TEXT, encoding="utf-8")
    (tmp_path / "plans" / "临溪.md").write_text(made.COUNTY_TEXT, encoding="utf-8")
    return (tmp_path / "plans").resolve()


@pytest.fixture
def held(tmp_path: Path, folder: Path) -> Catalog:
    """An index of both files as they are."""
    writer = CatalogWriter(tmp_path / "catalog.sqlite")
    for extraction in (made.CITY_PLAN, made.COUNTY_PLAN):
        document = extraction.document
        writer.add(extraction, path=str(folder / document.name), file_sha256=document.sha256)
    writer.finish()
    return Catalog(tmp_path / "catalog.sqlite")


def read(plan: object) -> dict[str, str]:
    return {source.name: source.state.value for source in plan.sources}  # type: ignore[attr-defined]


def test_everything_is_new_to_no_index(folder: Path) -> None:
    assert read(plan_files([folder], None, same_code=False)) == {"临溪.md": "new", "青禾.txt": "new"}


def test_nothing_is_read_where_nothing_changed(folder: Path, held: Catalog) -> None:
    plan = plan_files([folder], held, same_code=True)
    assert (plan.sources, plan.removed) == ([], [])
    assert {line.state for line in plan.lines} == {FileState.UNCHANGED}


def test_a_change_is_told_by_content_not_by_time(folder: Path, held: Catalog) -> None:
    (folder / "青禾.txt").touch()
    assert read(plan_files([folder], held, same_code=True)) == {}
    (folder / "青禾.txt").write_text(made.CITY_TEXT + "4.新增。", encoding="utf-8")
    assert read(plan_files([folder], held, same_code=True)) == {"青禾.txt": "changed"}


def test_only_a_folder_answers_for_what_has_gone(folder: Path, held: Catalog) -> None:
    (folder / "青禾.txt").unlink()
    assert plan_files([folder], held, same_code=True).removed == ["青禾.txt"]
    named = plan_files([folder / "青禾.txt", folder / "临溪.md"], held, same_code=True)
    assert named.removed == []
    assert read(named) == {"青禾.txt": "changed"}  # reading it will say that it is missing


def test_another_extraction_reads_all_and_stored_documents_from_elsewhere(
    folder: Path, held: Catalog
) -> None:
    plan = plan_files([folder / "临溪.md"], held, same_code=False)
    assert read(plan) == {"临溪.md": "changed", "青禾.txt": "changed"}
    stored = {source.name: source.stored for source in plan.sources}
    assert stored == {"临溪.md": None, "青禾.txt": made.CITY_DOC}


def test_names_grow_by_folders_until_they_are_the_only_ones(folder: Path, held: Catalog) -> None:
    for place in ("sub", "sub/sub"):
        (folder / place).mkdir(exist_ok=True)
        (folder / place / "青禾.txt").write_text(f"{place}的方案", encoding="utf-8")
    names = sorted(read(plan_files([folder], held, same_code=True)))
    assert names == ["sub/sub/青禾.txt", "sub/青禾.txt"]


def test_a_copy_gives_way_to_what_is_indexed_and_a_move_is_followed(folder: Path, held: Catalog) -> None:
    copy = folder / "0.txt"
    copy.write_text(made.CITY_TEXT, encoding="utf-8")
    plan = plan_files([folder], held, same_code=True)
    assert [line.path for line in plan.lines if line.state is FileState.DUPLICATE] == [copy]
    assert read(plan) == {}
    (folder / "青禾.txt").unlink()
    plan = plan_files([folder], held, same_code=True)
    assert (read(plan), plan.removed) == ({"0.txt": "new"}, ["青禾.txt"])
