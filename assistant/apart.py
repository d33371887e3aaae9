"""Long work in a process of its own, so that the server goes on answering as fast as before.

A thread would share its core with every answer that is found meanwhile.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from index_build.errors import CewenError

SPAWNED = get_context("spawn")  # a fork would copy the server's threads and locks in whatever state they are
POLITE = 5  # added to the niceness: whoever waits for an answer goes first
T = TypeVar("T")
Tell = Callable[..., None]


def run_apart(work: Callable[..., T], *given: Any, tell: Tell) -> T:
    """What `work(*given, told)` gives, found in another process; what it tells is told here, as it comes.  `work` is a
    function of a module; what goes in and out can be pickled.  Raises what `work` raises on purpose, and CewenError
    where its process ends without a result."""
    here, there = SPAWNED.Pipe()
    process = SPAWNED.Process(target=_work, args=(there, work, given), name="cewen-apart")
    process.start()
    # not a daemon, which could start no processes of its own; it still does not outlive the server
    atexit.register(process.terminate)
    there.close()
    try:
        while True:
            kind, said = here.recv()
            if kind == "told":
                tell(*said[0], **said[1])
            elif kind == "failed":
                raise said
            else:
                done: T = said
                return done
    except EOFError:
        process.join()
        raise CewenError(
            f"后台进程中断（{process.exitcode}），索引仍是原样；请查内存和磁盘后重试 · the work broke off, nothing was"
            " changed: check memory and disk, and try again"
        ) from None
    finally:
        here.close()
        process.join()
        atexit.unregister(process.terminate)


def _work(pipe: Connection, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server
    if hasattr(os, "nice"):
        os.nice(POLITE)

    def tell(*said: Any, **named: Any) -> None:
        with contextlib.suppress(OSError):  # nobody listens any more; what was begun is still finished
            pipe.send(("told", (said, named)))

    try:
        result: tuple[str, Any] = ("done", work(*given, tell))
    except CewenError as error:
        result = ("failed", error)
    with contextlib.suppress(OSError):
        pipe.send(result)
