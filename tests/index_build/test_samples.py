"""The sample plans against their measures, written down by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from index_build.measures import extract
from index_build.readers import find_files, read
from tests.fixtures.comparing import differences, load_rows
from tests.fixtures.writing import write_docx

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "index_build" / "samples"
FIXTURES = ROOT / "tests" / "fixtures"
EXPECTED = {path.stem: load_rows(path) for path in sorted((FIXTURES / "expected").glob("*.jsonl"))}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_measure_is_read_as_written_down(name: str) -> None:
    rows = EXPECTED[name]
    documents = read(SAMPLES / rows[0]["doc"])
    measures = [measure for document in documents for measure in extract(document).measures]
    assert differences(rows, measures) == []


def test_every_sample_has_expected_measures_and_says_that_it_is_invented() -> None:
    names = {rows[0]["doc"] for rows in EXPECTED.values()}
    assert names == {path.name for path in find_files([SAMPLES])}
    for path in find_files([SAMPLES]):
        assert "本文件为虚构示例" in read(path)[0].text[:60], path.name


def test_the_docx_sample_is_what_its_source_says() -> None:
    source = (FIXTURES / "sources" / "qinghe.txt").read_text(encoding="utf-8")
    from index_build.readers import read_bytes  # noqa: PLC0415 - compared here only

    fresh = read_bytes(write_docx(source), "a.docx")
    kept = read(next(SAMPLES.glob("*.docx")))[0]
    assert (kept.text, kept.headings, kept.tables) == (fresh.text, fresh.headings, fresh.tables)
