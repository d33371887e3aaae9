"""One index of the plans in asked.py, built once for all tests of asking."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ask import Assistant
from index_build.build import build
from index_build.settings import BuildSettings
from tests.assistant.asked import PLANS


@pytest.fixture(scope="session")
def asked_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    plans = folder / "plans"
    plans.mkdir()
    for name, text in PLANS.items():
        (plans / name).write_text(text, encoding="utf-8")
    build([plans], folder / "index", BuildSettings())
    return folder / "index"


@pytest.fixture(scope="session")
def asked(asked_index: Path) -> Assistant:
    return Assistant.open(asked_index)
