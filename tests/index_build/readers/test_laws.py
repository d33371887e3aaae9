"""What holds for every document of every reader; and that no bytes, however broken, do harm."""

from __future__ import annotations

import random
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index_build.errors import ReadError
from index_build.model import Document
from index_build.readers import READERS, find_files, read, read_bytes
from tests.fixtures.writing import write

ROOT = Path(__file__).parents[3]
MARKUP = "# 方案\n某某市人民政府\n一、总体\n1.推行一网通办。（牵头单位：市政务服务局）\n|序号|任务|单位|\n|1|甲|市局|\n|2|乙|^|\n尾"
FORMS = (
    "txt",
    "txt gb18030",
    "md",
    "csv",
    "html",
    "html-page",
    "docx",
    "docx-numbered",
    "pdf",
    "pdf-columns",
    "xlsx",
)
WRITTEN = {form: write(form, MARKUP) for form in FORMS}


def check(document: Document) -> None:
    """The laws of a document."""
    text = document.text
    assert len(document.sha256) == 64
    starts = [page.start for page in document.pages]
    assert starts == sorted(set(starts))
    assert all(0 <= start <= len(text) for start in starts)
    assert all(a.number < b.number for a, b in pairwise(document.pages))
    for heading in document.headings:
        shown = text[heading.start : heading.end]
        assert shown.strip() == shown != ""
        assert "\n" not in shown
        assert heading.level >= 1
    for table in document.tables:
        at = table.start
        places: set[tuple[int, int]] = set()
        for cell in table.cells:
            shown = text[cell.start : cell.end]
            assert shown == shown.strip()
            assert at <= cell.start <= cell.end <= table.end
            assert cell.start == cell.end or cell.start == 0 or text[cell.start - 1] in "\n| \t"
            at = cell.end
            covered = {
                (row, column)
                for row in range(cell.row, cell.row + cell.row_span)
                for column in range(cell.column, cell.column + cell.column_span)
            }
            assert not covered & places
            places |= covered
            assert cell.row + cell.row_span <= table.rows
            assert cell.column + cell.column_span <= table.columns


@pytest.mark.parametrize("form", FORMS)
def test_laws_hold_for_each_format(form: str) -> None:
    name, data = WRITTEN[form]
    document = read_bytes(data, name)
    check(document)
    assert read_bytes(data, name) == document
    assert "".join(document.text.split()).count("推行一网通办。（牵头单位：市政务服务局）") == 1


@pytest.mark.parametrize("path", find_files([ROOT / "index_build" / "samples"]), ids=lambda path: path.name)
def test_laws_hold_for_the_samples(path: Path) -> None:
    for document in read(path):
        check(document)


@pytest.mark.corpus
def test_laws_hold_for_the_corpus(corpus: Path) -> None:
    for path in find_files([corpus]):
        (document,) = read(path)
        check(document)
        assert document.text == path.read_bytes().decode("utf-8")


def read_or_refuse(data: bytes, name: str) -> Document | None:
    began = time.monotonic()
    try:
        document = read_bytes(data, name)
    except ReadError as error:
        assert "\n" not in str(error)
        return None
    finally:
        assert time.monotonic() - began < 20
    check(document)
    assert document.text.strip()
    return document


@pytest.mark.parametrize("suffix", READERS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=400))
def test_random_bytes_are_refused_or_read(suffix: str, data: bytes) -> None:
    read_or_refuse(data, f"a{suffix}")
    read_or_refuse(b"PK\x03\x04" + data, f"a{suffix}")
    read_or_refuse(b"%PDF-1.7\n" + data, f"a{suffix}")


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(
        st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from("\n|#— 1市局：（）"),
        min_size=1,
        max_size=300,
    )
)
def test_any_text_is_read_unchanged(text: str) -> None:
    for name in ("a.txt", "a.md"):
        document = read_or_refuse(text.encode(), name)
        assert (document is None) == (not text.encode().strip(b"\0 \t\r\n")) or document is None
        if document:
            assert document.text == text


@pytest.mark.parametrize("form", FORMS)
def test_cut_files_are_refused_or_whole(form: str) -> None:
    """Of a container, half is never taken for the whole; of plain text, nobody can tell."""
    name, data = WRITTEN[form]
    whole = read_bytes(data, name)
    for cut in range(1, len(data), max(1, len(data) // 40)):
        document = read_or_refuse(data[:cut], name)
        if document is not None and name.endswith((".docx", ".xlsx", ".pdf")):
            assert document.text == whole.text


@pytest.mark.parametrize("form", FORMS)
def test_flipped_bits_do_no_harm(form: str) -> None:
    name, data = WRITTEN[form]
    chance = random.Random(20240601)
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(chance.choice((1, 1, 3, 12))):
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        read_or_refuse(bytes(broken), name)
