"""Logging in and out, and the guard before everything where accounts exist.  Closed unless it is listed as open."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.access import LOCAL, SESSION_DAYS
from assistant.api.prefix import path_within
from assistant.api.service import CALLING, SESSION_COOKIE, Service, TheService
from assistant.page import plain
from index_build.errors import AccessDenied

router = APIRouter(include_in_schema=False)

OPEN = ("/login", "/logout", "/assets-cewen/", "/health", "/ready", "/version")
PROGRAMS = ("/api/", "/v1/", "/retrieval", "/mcp", "/gradio_api/", "/en/gradio_api/", "/openapi.json")
NOBODY = "请先登录，或在 Authorization 中给出 API 密钥 · log in, or send an API key as Bearer token"


class Guard:
    """Lets nobody unknown past, whatever is mounted behind it."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if self.service.accounts is None:
            CALLING.set(LOCAL)
            return await self.app(scope, receive, send)
        caller = HTTPConnection(scope)
        account = self.service.account_of(caller.headers, caller.cookies)
        CALLING.set(account)
        path, root = path_within(scope), scope.get("root_path", "")
        is_open = any(path == known or (known.endswith("/") and path.startswith(known)) for known in OPEN)
        if is_open or account is not None:
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 4401})
        refusal: Response
        if path.startswith(PROGRAMS) or scope["method"] != "GET":
            refusal = JSONResponse({"error": {"message": NOBODY, "type": "LoginNeeded"}}, status_code=401)
        else:
            query = scope["query_string"].decode("latin-1")
            wanted = root + (f"{path}?{query}" if query else path)
            refusal = RedirectResponse(f"{root}/login?next=" + quote(wanted), status_code=303)
        return await refusal(scope, receive, send)


def own_path(path: str, root: str = "") -> str:
    """The path, if it is one of this server; never another site."""
    return path if re.match(r"/(?![/\\])", path) else root + "/"


@router.get("/login")
def login_page(request: Request, next: str = "") -> HTMLResponse:
    root = request.scope.get("root_path", "")
    return HTMLResponse(plain.login_page(own_path(next, root), root=root))


@router.post("/login")
def login(
    request: Request,
    service: TheService,
    name: Annotated[str, Form(max_length=100)],
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form()] = "",
) -> Response:
    root = request.scope.get("root_path", "")
    if service.accounts is None:
        return RedirectResponse(root + "/", status_code=303)
    try:
        secret = service.accounts.login(name, password)
    except AccessDenied as error:
        return HTMLResponse(plain.login_page(own_path(next, root), str(error), root), status_code=401)
    answer = RedirectResponse(own_path(next, root), status_code=303)
    answer.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=SESSION_DAYS * 86_400,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.get("/logout")
def logout(request: Request, service: TheService) -> Response:
    if service.accounts is not None:
        service.accounts.logout(request.cookies.get(SESSION_COOKIE, ""))
    answer = RedirectResponse(request.scope.get("root_path", "") + "/login", status_code=303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer
