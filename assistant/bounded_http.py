"""An HTTP connection with an end: a reply that drips beyond its deadline, or never stops, is broken off.

httpx limits the wait for each byte only, and a line that never ends is never handed on.
"""

from __future__ import annotations

import time
import urllib.parse
import urllib.request
from collections.abc import Iterator

import httpx

MAX_REPLY_BYTES = 4_000_000
DEADLINE_HEADER = "x-cewen-deadline"


class BoundedTransport(httpx.BaseTransport):
    """httpx's transport; a request tells its deadline (of `time.monotonic`) in a header of ours."""

    def __init__(self, proxy: str | None = None) -> None:
        self._inner = httpx.HTTPTransport(proxy=proxy)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        deadline = float(request.headers.pop(DEADLINE_HEADER, "inf"))
        response = self._inner.handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = BoundedStream(response.stream, deadline)
        return response

    def close(self) -> None:
        self._inner.close()


class BoundedStream(httpx.SyncByteStream):
    """A reply's bytes; ends with a failure of httpx where they grow too many or come too late."""

    def __init__(self, inner: httpx.SyncByteStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for data in self._inner:
            size += len(data)
            if size > MAX_REPLY_BYTES:
                raise httpx.ReadError("the reply is too long")
            if time.monotonic() > self._deadline:
                raise httpx.ReadTimeout("the reply takes too long")
            yield data

    def close(self) -> None:
        self._inner.close()


def proxy_for(address: str) -> str | None:
    """The proxy that the environment names for an address (httpx asks for it only without a transport)."""
    parts = urllib.parse.urlsplit(address)
    if not parts.hostname or urllib.request.proxy_bypass(parts.hostname):
        return None
    return urllib.request.getproxies().get(parts.scheme)
