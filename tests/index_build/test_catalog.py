"""The catalog: what goes in comes out, and filters are complete and exact."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from pathlib import Path

import pytest

from index_build.cascade import Change, Link
from index_build.catalog import EVERY_MEASURE, Catalog, CatalogWriter, Filter, owner_of
from index_build.errors import IndexDamaged
from index_build.model import Role
from tests.index_build import made


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return made.catalog(tmp_path)


def ids(catalog: Catalog, **where: object) -> list[str]:
    chosen = Filter(**where)  # type: ignore[arg-type]
    found = [m.id for m in catalog.measures(chosen)]
    assert catalog.count(chosen) == len(found)
    return found


def test_what_is_loaded_equals_what_was_saved(catalog: Catalog) -> None:
    assert catalog.measures(Filter(policies=(("青禾.txt", 1),))) == [
        made.START_UP,
        made.LICENCES,
        made.ARREARS,
    ]
    assert catalog.document("青禾.txt") == made.CITY_DOC
    assert catalog.text("临溪.md") == made.COUNTY_TEXT
    assert set(catalog.policies()) == {made.CITY_POLICY, made.COUNTY_POLICY}
    assert list(catalog.iterate_entries([("青禾.txt", 1)])) == [
        made.AIM,
        made.START_UP,
        made.LICENCES,
        made.ARREARS,
    ]


def test_documents_list_their_counts_and_every_warning(catalog: Catalog) -> None:
    county, city = catalog.documents()
    assert (city.name, city.measures, city.passages, city.characters) == (
        "青禾.txt",
        3,
        1,
        len(made.CITY_TEXT),
    )
    assert city.warnings == ("第 5 页没有文字", "第 4 条之后跳号")
    assert (county.name, county.warnings, county.path) == ("临溪.md", (), "/plans/临溪.md")


def test_entries_come_in_the_order_asked_and_unknown_ids_are_left_out(catalog: Catalog) -> None:
    assert catalog.entries(["p-aim", "nobody", "m-same-day"]) == [made.AIM, made.SAME_DAY]
    assert catalog.entries([]) == []


def test_an_unknown_document_is_a_key_error(catalog: Catalog) -> None:
    with pytest.raises(KeyError):
        catalog.text("没有.txt")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("市发改委", ["m-licence"]),  # the district's is another department
        ("区发改委", ["m-same-day"]),
        ("市发展和改革委员会", ["m-licence"]),  # the full name of the same one
        ("发改委", ["m-same-day", "m-licence"]),  # no place named: that department everywhere
        ("住房和城乡建设局", ["m-same-day", "m-arrears"]),
        ("区住建局", ["m-same-day"]),
        ("市住建局", ["m-arrears"]),
        ("市公安局", ["m-same-day", "m-start"]),  # in the district's plan too it is the city's
        ("区公安局", []),
        ("青禾市公安局", ["m-same-day", "m-start"]),
        ("临溪区住建局", ["m-same-day"]),
        ("临溪区发改委", ["m-same-day"]),
        ("白沙市发改委", []),
        ("市教育局", []),
    ],
)
def test_a_department_is_one_body_of_one_place(catalog: Catalog, name: str, expected: list[str]) -> None:
    assert ids(catalog, departments=(name,)) == expected


def test_a_role_narrows_a_department_to_what_it_leads(catalog: Catalog) -> None:
    assert ids(catalog, departments=("市公安局",), role=Role.LEAD) == []
    assert ids(catalog, departments=("市公安局",), role=Role.RESPONSIBLE) == ["m-same-day", "m-start"]
    assert ids(catalog, departments=("市市场监管局",), role=Role.LEAD) == ["m-start"]


def test_two_departments_mean_either(catalog: Catalog) -> None:
    assert ids(catalog, departments=("市发改委", "区住建局")) == ["m-same-day", "m-licence"]


def test_departments_of_cities_with_the_same_printed_name_stay_apart(tmp_path: Path) -> None:
    one = made.one_measure("m1", "推进甲项工作。", ("内蒙古自治区", "乌海市"), ("市住建局",), "乌海.txt")
    two = made.one_measure("m2", "推进乙项工作。", ("内蒙古自治区", "通辽市"), ("市住建局",), "通辽.txt")
    three = made.one_measure("m3", "推进丙项工作。", ("内蒙古自治区",), ("乌海市住建局",), "全区.txt")
    found = made.catalog(tmp_path, one, two, three)
    assert sorted(ids(found, departments=("乌海市住建局",))) == ["m1", "m3"]
    assert ids(found, departments=("通辽市住房和城乡建设局",)) == ["m2"]
    assert sorted(ids(found, departments=("市住建局",))) == ["m1", "m2", "m3"]


def test_a_place_is_not_its_lower_places(catalog: Catalog) -> None:
    assert ids(catalog, places=(made.CITY,)) == ["m-start", "m-licence", "m-arrears"]
    assert ids(catalog, places=(made.CITY, made.COUNTY), numbers=("1",)) == ["m-same-day", "m-start"]
    assert ids(catalog, places=(("云岭省",),)) == []
    assert ids(catalog, places=(made.CITY,), policies=(("临溪.md", 1),)) == []


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, dt.date(2031, 3, 31), ["m-start", "m-arrears"]),
        (None, dt.date(2031, 3, 30), ["m-arrears"]),
        (dt.date(2031, 8, 31), None, ["m-licence", "m-arrears"]),
        # the arrears are due in January and in August: nothing of them lies between
        (dt.date(2031, 2, 1), dt.date(2031, 7, 31), ["m-start"]),
        (dt.date(2032, 1, 1), None, []),
    ],
)
def test_a_time_range_holds_one_and_the_same_deadline(
    catalog: Catalog, first: dt.date | None, last: dt.date | None, expected: list[str]
) -> None:
    assert ids(catalog, due_from=first, due_by=last) == expected


def test_what_is_not_stated_can_be_asked_for(catalog: Catalog) -> None:
    assert ids(catalog, has_deadline=False) == ["m-same-day", "m-promise"]
    assert ids(catalog, has_deadline=True) == ["m-start", "m-licence", "m-arrears"]
    assert ids(catalog, has_lead=False) == ["m-promise", "m-arrears"]
    assert ids(catalog, has_lead=True, has_deadline=False) == ["m-same-day"]


def test_what_the_extractor_was_not_sure_of_can_be_asked_for(catalog: Catalog) -> None:
    assert ids(catalog, has_doubt=True) == ["m-start"]
    assert set(ids(catalog, has_doubt=False)) == {"m-licence", "m-same-day", "m-promise", "m-arrears"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("企业开办 系统改造", ["m-start"]),  # each of them
        ("综合窗口", ["m-start"]),  # in the plan
        ("电子证照", ["m-licence"]),  # printed in traditional characters
        ("電子證照", ["m-licence"]),
        ("（一）企业开办 承诺", ["m-promise"]),  # in the headings
        ("%", []),
        ("电子执照", []),
    ],
)
def test_words_are_found_as_printed_in_either_script(
    catalog: Catalog, words: str, expected: list[str]
) -> None:
    assert ids(catalog, words=words) == expected


def test_orders_and_pages(catalog: Catalog) -> None:
    due = [m.id for m in catalog.measures(order="due")]
    assert due == ["m-arrears", "m-start", "m-licence", "m-same-day", "m-promise"]
    assert [m.id for m in catalog.measures(limit=2, offset=1)] == ["m-promise", "m-start"]
    assert catalog.count() == 5


def test_iterating_crosses_chunks_without_loss(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index_build.catalog.reader.CHUNK", 2)
    for order in ("source", "due"):
        assert list(catalog.iterate(EVERY_MEASURE, order=order)) == catalog.measures(order=order)


def test_departments_count_measures_by_role(catalog: Catalog) -> None:
    rows = {(d.name, d.policy[0]): (d.lead, d.responsible) for d in catalog.departments()}
    assert rows["市公安局", "青禾.txt"] == (0, 1)
    assert rows["市发改委", "青禾.txt"] == (1, 0)
    assert rows["市公安局", "临溪.md"] == (0, 1)
    assert len(rows) == 9


@pytest.mark.parametrize(
    ("name", "place", "owner"),
    [
        ("市公安局", made.COUNTY, made.CITY),
        ("区住建局", made.COUNTY, made.COUNTY),
        ("省发展改革委", made.COUNTY, ("云岭省",)),
        ("住建局", made.CITY, made.CITY),
        ("市住建局", ("云岭省",), ("云岭省", "市")),  # some city of the province: none by name
        ("区住建局", ("内蒙古自治区",), ("内蒙古自治区", "区")),  # an autonomous region is no district
        ("自治区住建厅", ("内蒙古自治区", "通辽市"), ("内蒙古自治区",)),
        ("乌海市住建局", ("内蒙古自治区",), ("内蒙古自治区", "乌海市")),
    ],
)
def test_a_level_names_the_place_of_the_paper(
    name: str, place: tuple[str, ...], owner: tuple[str, ...]
) -> None:
    assert owner_of(name, place) == owner


def test_the_cascade_is_kept_whole_and_found_from_either_end(tmp_path: Path, catalog: Catalog) -> None:
    change = Change("lead", ("市市场监管局", "市行政审批局"), ("区发改委",))
    links = [Link("m-start", "m-same-day", 0.75, (change,)), Link("m-arrears", "m-promise", 0.5, ())]
    catalog.close()
    writer = CatalogWriter(tmp_path / "catalog.sqlite", take_over=True)
    writer.link([Link("m-licence", "m-promise", 0.9, ())])
    writer.link(links)
    writer.finish()
    linked = Catalog(tmp_path / "catalog.sqlite")
    assert linked.cascade(["m-same-day"]) == linked.cascade(["m-start"]) == links[:1]
    assert linked.cascade(["m-start", "m-same-day", "m-promise"]) == [links[1], links[0]]
    assert linked.cascade(["m-licence"]) == []


def test_a_document_leaves_with_all_it_yielded(tmp_path: Path, catalog: Catalog) -> None:
    catalog.close()
    writer = CatalogWriter(tmp_path / "catalog.sqlite", take_over=True)
    writer.remove("青禾.txt")
    writer.finish()
    left = Catalog(tmp_path / "catalog.sqlite")
    assert list(left.iterate_entries()) == [made.SAME_DAY, made.PROMISE]
    assert {d.name for d in left.departments()} == {"区发改委", "区住建局", "市公安局"}
    with sqlite3.connect(tmp_path / "catalog.sqlite") as db:
        assert db.execute("SELECT COUNT(*) FROM deadlines").fetchone() == (0,)


def test_an_unfinished_writer_leaves_nothing(tmp_path: Path) -> None:
    writer = CatalogWriter(tmp_path / "catalog.sqlite")
    writer.add(made.CITY_PLAN)
    writer.close()
    with sqlite3.connect(tmp_path / "catalog.sqlite") as db:
        assert db.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'entries'").fetchone() == (0,)


def test_many_threads_read_at_once(catalog: Catalog) -> None:
    expected, wrong = catalog.measures(), []

    def read() -> None:
        for _ in range(20):
            if catalog.measures() != expected or catalog.count(Filter(departments=("市公安局",))) != 2:
                wrong.append(threading.current_thread().name)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_nothing_is_written_beside_a_finished_catalog(tmp_path: Path, catalog: Catalog) -> None:
    catalog.measures()
    assert [path.name for path in tmp_path.iterdir()] == ["catalog.sqlite"]


def test_a_damaged_file_is_named_with_its_remedy(tmp_path: Path, catalog: Catalog) -> None:
    catalog.close()
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(b"\0" * 4096 + path.read_bytes()[4096:])
    with pytest.raises(IndexDamaged, match="cewen build"):
        Catalog(path).measures()


def test_a_filter_by_department_and_by_date_uses_its_index(tmp_path: Path, catalog: Catalog) -> None:
    for where, index in (
        (Filter(departments=("市公安局",)), "mentions_by_department"),
        (Filter(due_by=dt.date(2031, 3, 31)), "deadlines_by_date"),
    ):
        condition, values = catalog._condition(where)
        with sqlite3.connect(tmp_path / "catalog.sqlite") as db:
            steps = db.execute(f"EXPLAIN QUERY PLAN SELECT COUNT(*) FROM entries e WHERE {condition}", values)
            assert any(index in step[3] for step in steps), index
