"""Processes that find answers beside the server.

Python computes on one core at a time in a process, so a server that many people ask hands its questions to some of
these; what it does itself is talk to the browsers.  A worker opens the index folder on its own, follows its
generations, and gives the same `Answer` that the server itself would.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import queue
import signal
import threading
from collections.abc import Collection
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from assistant.internal import without_marked
from assistant.model import Answer, Turn
from assistant.settings import AskSettings
from index_build.errors import CewenError

PATIENCE_S = 15.0  # waited for a worker's turn before the server finds an answer itself
SPAWNED = get_context("spawn")  # a fork would copy the server's threads and locks in whatever state they are


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question as a worker gets it; `marks` are the internal documents that whoever asks is not shown."""

    question: str
    turns: tuple[Turn, ...]
    today: dt.date
    without: tuple[str, ...] = ()
    marks: frozenset[str] = frozenset()


class Workers:
    """So many processes, once they are started.  One that dies is replaced, and its question left to the server."""

    def __init__(self, index_dir: Path, settings: AskSettings, count: int) -> None:
        self._index_dir, self._settings = index_dir, settings
        self._idle: queue.Queue[Connection] = queue.Queue()  # the longest idle first; who waits, in turn
        self._processes: list[BaseProcess] = []
        self._ready = 0
        self._count = count
        self._lock = threading.Lock()

    def start(self) -> None:
        for _ in range(self._count):
            self._add()

    def answer(self, wanted: Wanted) -> Answer | None:
        """None where no worker can answer now.  Raises what the answering raised (QuestionError)."""
        if not self._ready:
            return None
        try:
            pipe = self._idle.get(timeout=PATIENCE_S)
        except queue.Empty:
            return None
        try:
            pipe.send(wanted)
            found = pipe.recv()
        except (EOFError, OSError):
            pipe.close()
            with self._lock:
                self._ready -= 1
            self._add()
            return None
        self._idle.put(pipe)
        if isinstance(found, CewenError):
            raise found
        assert isinstance(found, Answer)
        return found

    def wait(self, seconds: float) -> bool:
        """Whether all of them are ready within this time."""
        ends = threading.Event()
        for _ in range(int(seconds / 0.02)):
            if self._ready >= self._count:
                return True
            ends.wait(0.02)
        return False

    def close(self) -> None:
        """They end when nobody holds the other end of their pipe."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()
        for process in self._processes:
            process.join(5)

    def _add(self) -> None:
        here, there = SPAWNED.Pipe()
        given = (there, self._index_dir, self._settings)
        process = SPAWNED.Process(target=find_answers, args=given, name="cewen-answers", daemon=True)
        process.start()
        there.close()
        with self._lock:
            self._processes = [*(p for p in self._processes if p.is_alive()), process]
        threading.Thread(target=self._welcome, args=(here,), daemon=True).start()

    def _welcome(self, pipe: Connection) -> None:
        """Once it has opened the index, it is given questions."""
        with contextlib.suppress(EOFError, OSError):
            pipe.recv()
            with self._lock:
                self._ready += 1
            self._idle.put(pipe)


def find_answers(pipe: Connection, index_dir: Path, settings: AskSettings) -> None:
    """A worker's life: say that it is ready, then answer until the server is gone."""
    from assistant.ask import Assistant  # noqa: PLC0415  (the server imports this module without its search engine)

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which then closes the pipes
    with contextlib.suppress(EOFError, OSError):
        whole = Assistant.open(index_dir, settings)
        gc.freeze()  # what is loaded stays: the collector need not look through it for every answer
        narrowed: tuple[Collection[str], Assistant] = ((), whole)
        pipe.send(True)
        while True:
            wanted: Wanted = pipe.recv()
            if wanted.marks and narrowed[0] != wanted.marks:
                narrowed = (wanted.marks, Assistant.open(index_dir, settings, without_marked(wanted.marks)))
            assistant = narrowed[1] if wanted.marks else whole
            try:
                pipe.send(
                    assistant.answer(
                        wanted.question, wanted.turns, today=wanted.today, without=wanted.without
                    )
                )
            except CewenError as error:
                pipe.send(error)
