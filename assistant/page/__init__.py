"""The page: a Gradio app at / (Chinese) and /en (English), on the same server as the HTTP interfaces."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from assistant.api.prefix import path_within
from assistant.api.service import Service
from index_build.readers import ARCHIVES, READERS

# Before gradio is imported: nothing is reported anywhere.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
# Gradio's figures about its own events, which are not shown, would be counted anew with pandas after each.
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**12)
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"

FORMATS = sorted({*READERS, *ARCHIVES})  # what the page offers to choose
WAITING = 400  # people waiting for their turn before the page says that it is busy
# Gradio looks a thousand times a second whether anyone asks, and a hundred times whether a progress bar that no tab
# has moved: an idle server would use a fortieth of a core.  A fiftieth of a second later is soon enough for those who ask.
LOOK_S, PROGRESS_S = 0.02, 0.5
PLACES_S = 2.0  # who waits is told their place so often; gradio would tell everyone whenever anyone is done


@contextlib.contextmanager
def without_type_stubs() -> Iterator[None]:
    """While gradio is imported, keep it from writing editor stubs (.pyi) beside every component, which takes
    half of its import time.  It passes over a component whose file cannot be told, so that is what it is told."""
    known = inspect.getfile

    def getfile(thing: Any) -> str:
        if sys._getframe(1).f_globals.get("__name__") == "gradio.component_meta":
            raise OSError("no stubs are wanted")
        return known(thing)

    inspect.getfile = getfile  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = known


@contextlib.contextmanager
def without_mcp() -> Iterator[None]:
    """While gradio is imported, keep it from importing the mcp package for a server of its own that is not used:
    half a second of a start.  Ours (assistant.api.mcp_tools) imports it where it is wanted."""
    if "mcp" in sys.modules:
        yield
        return
    sys.modules["mcp"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["mcp"]


def without_search_for_matplotlib() -> None:
    """Gradio imports matplotlib around every step of every event.  Where it is not installed, it is searched for on
    the disk each time, more than ten times an answer; a None in its place says at once that it is not there."""
    if "matplotlib" not in sys.modules and importlib.util.find_spec("matplotlib") is None:
        sys.modules["matplotlib"] = None  # type: ignore[assignment]


@contextlib.contextmanager
def without_apps_of_its_own() -> Iterator[None]:
    """While a page is built, keep gradio from making a server app twice, a tenth of a start: `queue` makes the one
    that its events run in, and mounting the one that serves."""
    import gradio.blocks  # noqa: PLC0415  (as in mount_pages)

    known = gradio.blocks.App
    gradio.blocks.App = SimpleNamespace(create_app=lambda *given, **named: None)  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        gradio.blocks.App = known  # type: ignore[misc]


class Sooner(BaseRoute):
    """What is mounted, for paths of one beginning, tried before other routes: who chats asks for these all the time,
    and a mount at / otherwise comes after every interface."""

    def __init__(self, mounted: BaseRoute, beginning: str) -> None:
        self.mounted, self.beginning = mounted, beginning

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if not path_within(scope).startswith(self.beginning):
            return Match.NONE, {}
        return self.mounted.matches(scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.mounted.handle(scope, receive, send)


def mount_pages(app: FastAPI, service: Service, prefix: str = "") -> None:
    """Mount both pages, shown below a prefix; the longer path first, since / takes everything."""
    # after the environment above is set
    with without_type_stubs(), without_mcp():
        import gradio as gr  # noqa: PLC0415
    without_search_for_matplotlib()

    from assistant.page.chat import AT_ONCE  # noqa: PLC0415
    from assistant.page.frame import ASSETS, build, head, theme  # noqa: PLC0415

    @app.get("/en", include_in_schema=False)
    def english(request: Request) -> RedirectResponse:
        return RedirectResponse(str(request.url.replace(path=f"{prefix}/en/")))

    for language, path in (("en", "/en"), ("zh", "/")):
        with without_apps_of_its_own():
            blocks = build(service, language, prefix)
        blocks.queue(PLACES_S, default_concurrency_limit=AT_ONCE, max_size=WAITING, api_open=False)
        blocks._queue.sleep_when_free, blocks._queue.progress_update_sleep_when_free = LOOK_S, PROGRESS_S
        gr.mount_gradio_app(
            app,
            blocks,
            path=path,
            footer_links=[],
            favicon_path=str(ASSETS / "favicon.png") if path == "/" else None,
            run_history=False,
            show_error=True,
            ssr_mode=False,
            enable_monitoring=False,
            mcp_server=False,
            theme=theme(),
            head=head(language, {"login": service.accounts is not None, "formats": FORMATS}, prefix),
        )
        app.router.routes.insert(0, Sooner(app.router.routes[-1], f"{path.rstrip('/')}/gradio_api/"))
