"""Work in a process of its own: its progress, its result and its errors come here, and a death has a remedy."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from assistant.apart import run_apart
from index_build.errors import CewenError, NothingToIndex


def add_up(numbers: list[int], tell: Callable[..., None]) -> tuple[int, int]:
    for at, number in enumerate(numbers, 1):
        tell("adding", at, len(numbers), line=number)
    return sum(numbers), os.getpid()


def refuse(tell: Callable[..., None]) -> None:
    raise NothingToIndex("没有可用的文件 · nothing to index")


def die(tell: Callable[..., None]) -> None:
    tell("dying")
    os.kill(os.getpid(), signal.SIGKILL)


def test_it_runs_elsewhere_and_tells_its_progress_here() -> None:
    told: list[tuple[str, int, int, int]] = []
    total, process = run_apart(add_up, [3, 4], tell=lambda *said, line: told.append((*said, line)))
    assert total == 7 and process != os.getpid()
    assert told == [("adding", 1, 2, 3), ("adding", 2, 2, 4)]


def test_an_error_is_raised_here() -> None:
    with pytest.raises(NothingToIndex, match="没有可用的文件"):
        run_apart(refuse, tell=print)


def test_a_process_that_dies_leaves_a_remedy() -> None:
    with pytest.raises(CewenError, match="try again"):
        run_apart(die, tell=lambda *said: None)
