"""A server that a proxy shows below a prefix of its own (https://host/cewen/): every link and every path with it."""

from __future__ import annotations

import re

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from index_build.errors import SettingsError

_PREFIX = re.compile(r"(?:/[\w.~-]+)*")


def read_prefix(text: str) -> str:
    """/cewen of cewen, /cewen or /cewen/; "" of nothing.  SettingsError for what is no path."""
    prefix = "/" + text.strip().strip("/") if text.strip().strip("/") else ""
    if not _PREFIX.fullmatch(prefix):
        raise SettingsError(
            f"--root-path {text} 不是路径；写成 /cewen 这样 · not a path: write it like /cewen"
        )
    return prefix


def path_within(scope: Scope) -> str:
    """The path of a request without the prefix."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


class Under:
    """Takes requests with the prefix and, from a proxy that cuts it off, without."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app, self.prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not self.prefix:
            await self.app(scope, receive, send)
        elif scope["path"] == self.prefix and scope["type"] == "http":
            await RedirectResponse(self.prefix + "/")(scope, receive, send)
        else:
            with_it = scope["path"].startswith(self.prefix + "/")
            path = scope["path"] if with_it else self.prefix + scope["path"]
            await self.app({**scope, "root_path": self.prefix, "path": path}, receive, send)
