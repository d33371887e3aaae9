"""A real server over the shipped samples, and a real browser."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from assistant.api import create_app
from assistant.api.service import Service
from assistant.ask import Assistant
from assistant.history import History
from index_build.build import build
from index_build.settings import BuildSettings

SAMPLES = Path(__file__).parents[3] / "index_build" / "samples"
TODAY = dt.date(
    2024, 6, 10
)  # in the middle of the sample plans: some tasks are past, some are due this month


class Server:
    """uvicorn in a thread, on a free port."""

    def __init__(self, app: FastAPI) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=3)
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> str:
        self._thread.start()
        deadline = time.monotonic() + 30
        while not self._server.started:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.02)
        return f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("web") / "index"
    build([SAMPLES], made, BuildSettings())
    return made


@pytest.fixture(scope="session")
def assistant(index_dir: Path) -> Assistant:
    return Assistant.open(index_dir)


@pytest.fixture(scope="session")
def service(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Service:
    history = History(tmp_path_factory.mktemp("history") / "history.db")
    return Service(assistant, history, today=lambda: TODAY)


@pytest.fixture(scope="session")
def base(service: Service) -> Iterator[str]:
    """The address of the whole server, page included."""
    server = Server(create_app(service))
    yield server.start()
    server.stop()


@pytest.fixture
def serving() -> Iterator[Any]:
    """Starts a server of one's own over a service; its address."""
    servers: list[Server] = []

    def start(service: Service) -> str:
        servers.append(Server(create_app(service)))
        return servers[-1].start()

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def http(base: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base, timeout=30) as client:
        yield client


class Watched:
    """A page whose console errors and requests to other machines are kept."""

    def __init__(self, browser: Any, base: str, **settings: Any) -> None:
        options = {"viewport": {"width": 1360, "height": 850}, "locale": "zh-CN", **settings}
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on(
            "request", lambda r: self.outside.append(r.url) if not self._local(r.url, base) else None
        )
        self.page.on("websocket", lambda w: self.outside.append(w.url) if "127.0.0.1" not in w.url else None)

    @staticmethod
    def _local(url: str, base: str) -> bool:
        return url.startswith((base + "/", "data:", "blob:")) or url == base


@pytest.fixture
def opened(chromium: Any, base: str, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A fresh browser window; afterwards it must have had no console errors and asked no other machine."""
    watched = Watched(chromium, base, **getattr(request, "param", {}))
    yield watched
    watched.context.close()
    assert watched.errors == []
    assert watched.outside == []
