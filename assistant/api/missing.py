"""What a browser shows where an address does not exist: a page that leads on.  Programs get JSON as before."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.prefix import path_within
from assistant.page.plain import missing_page


class MissingPage:
    """Puts the page in the place of a bare 404, whatever is mounted behind it.  Plain ASGI: nothing else is held up."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not opened_in_a_browser(scope):
            await self.app(scope, receive, send)
            return
        # taken now: what is mounted below /en calls that its root
        path, root, replaced = path_within(scope), scope.get("root_path", ""), False

        async def send_page(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] == 404:
                replaced = True
                body = missing_page(path, root).encode()
                headers = MutableHeaders(raw=list(message["headers"]))
                headers["content-type"] = "text/html; charset=utf-8"
                headers["content-length"] = str(len(body))
                await send({**message, "headers": headers.raw})
                await send({"type": "http.response.body", "body": body})
            elif not replaced:
                await send(message)

        await self.app(scope, receive, send_page)


def opened_in_a_browser(scope: Scope) -> bool:
    """Whether a person follows an address, rather than a program or the page itself."""
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
