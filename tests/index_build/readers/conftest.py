"""The folder of real documents, which is not part of the project."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def corpus() -> Path:
    folder = Path(__file__).parents[4] / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip("the real documents (../shared/corpus) are not here")
    return folder
