"""Invented plans in many layouts and formats: what a person wrote down is what is extracted."""

from __future__ import annotations

from pathlib import Path

import pytest

from index_build.readers import read_bytes
from tests.fixtures.comparing import PLAN_FILES, load, outcome
from tests.fixtures.writing import write


@pytest.mark.parametrize("path", PLAN_FILES, ids=lambda path: path.stem)
def test_the_plan_is_read_as_written_down(path: Path) -> None:
    fields, markup, _ = load(path)
    name, data = write(fields["format"], markup)
    got, wanted = outcome(path, read_bytes(data, name))
    assert got == wanted


def test_there_are_enough_of_them() -> None:
    assert len(PLAN_FILES) >= 25
    kinds = {load(path)[0]["format"].split("-")[0].split()[0] for path in PLAN_FILES}
    assert kinds >= {"txt", "md", "html", "docx", "pdf", "xlsx", "csv"}
