"""The server: one FastAPI app with the HTTP interfaces and the page on it, all thin faces of one `Service`.

To add an interface: one module with a `router`, one row of `ROUTERS`, one test.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api import (
    answers,
    changes,
    conversations,
    dify,
    documents,
    login,
    measures,
    openai_chat,
    overview,
    pages,
    reports,
    reviews,
    status,
)
from assistant.api.assets import Assets
from assistant.api.local_docs import add_docs, package_folder
from assistant.api.login import Guard
from assistant.api.missing import MissingPage
from assistant.api.prefix import Under
from assistant.api.service import Service
from index_build.errors import (
    AccessDenied,
    CewenError,
    HistoryFault,
    IndexBusy,
    IndexFault,
    LoginNeeded,
    NothingToIndex,
    QuestionError,
    ReadError,
    SettingsError,
)

ROUTERS = (
    answers.router,
    measures.router,
    reviews.router,
    overview.router,
    pages.router,
    reports.router,
    documents.router,
    changes.router,
    conversations.router,
    openai_chat.router,
    dify.router,
    status.router,
    login.router,
)
# What pages show of the whole index: made once for a generation and a day, in the background where a server runs.
SHOWN: tuple[Callable[[Service], object], ...] = (
    Service.examples,
    measures.facets_of,
    documents.rows_of,
    Service.overview,
    overview.themes_of,
    overview.flows_of,
)
STATUS: dict[type[CewenError], int] = {
    LoginNeeded: 401,
    AccessDenied: 403,
    QuestionError: 422,
    SettingsError: 422,
    HistoryFault: 404,
    ReadError: 422,
    NothingToIndex: 422,
    IndexBusy: 409,
    IndexFault: 503,
    CewenError: 500,
}
ASSETS = Path(__file__).parents[1] / "page" / "assets"
# Nothing is loaded from anywhere else, and the browser is told to enforce it.  Gradio compiles templates (eval).
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self' ws: data: blob:;"
    " frame-ancestors 'self'; form-action 'self'; base-uri 'self'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


def create_app(
    service: Service,
    *,
    hosts: tuple[str, ...] = ("*",),
    page: bool = True,
    mcp_route: bool = False,
    prefix: str = "",
) -> FastAPI:
    """The whole server.  `hosts` are the Host headers answered to: a page of another site that points its name
    at this machine gets nothing.  `mcp_route` adds MCP at /mcp; `prefix` is what a proxy shows it below (/cewen)."""
    app = FastAPI(
        title="策问 Cewen",
        version=version("cewen"),
        description="政策措施谁牵头、谁配合、何时完成，答案逐条有出处。"
        " · Who is responsible and by when, answered from policy documents with exact citations.",
        docs_url=None,  # FastAPI's own page loads its parts from the network; ours is local
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    app.state.mcp = None
    app.add_middleware(MissingPage)
    app.add_middleware(Guard, service=service)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(LocalOnlyHeaders)
    app.add_middleware(Under, prefix=prefix)
    app.add_exception_handler(CewenError, tell)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/assets-cewen", Assets(directory=ASSETS), name="assets")
    add_docs(app)
    if mcp_route:
        # an extra, and half a second to import: only where it is wanted
        from assistant.api.mcp_tools import http_routes, make_server  # noqa: PLC0415

        app.state.mcp = make_server(service)
        app.router.routes.extend(http_routes(app.state.mcp))
    if page:
        # gradio costs two seconds to import, which programs that mount only the interfaces do not pay
        from assistant.page import mount_pages  # noqa: PLC0415

        app.mount("/charts-cewen", Assets(directory=package_folder("plotly", "package_data")), name="charts")
        mount_pages(app, service, prefix)
    return app


def prepare(service: Service) -> None:
    """Make what the next question and the next page need, of the newest generation and of what visitors see of it:
    whoever came first would wait for it."""
    for one in service.prepared():
        for make in SHOWN:
            make(one)


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Runs what has to run while the server does."""
    async with contextlib.AsyncExitStack() as running:
        if app.state.mcp is not None:
            await running.enter_async_context(app.state.mcp.session_manager.run())
        yield


class LocalOnlyHeaders:
    """Adds `HEADERS` to every response.  Plain ASGI, since a wrapped response would delay streamed pieces."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def status_of(error: CewenError) -> int:
    return next(code for kind, code in STATUS.items() if isinstance(error, kind))


async def tell(request: Request, error: Exception) -> JSONResponse:
    """One line that names the remedy, in the shape that OpenAI clients read too."""
    assert isinstance(error, CewenError)
    body = {"error": {"message": str(error), "type": type(error).__name__}}
    return JSONResponse(body, status_code=status_of(error))
