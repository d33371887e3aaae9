"""Files that pages load: packed once for browsers that take it, and kept by them as long as the address says.

Over a slow line this is most of the wait for a page; the charts' library is 4.8 MB, packed 1.4.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PACKED = frozenset({".js", ".css", ".html"})
# An address with a version (core.js?17…) never gets other contents; any other is asked about each time.
FOR_EVER, ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"


class Assets(StaticFiles):
    """A folder of static files."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOR_EVER if scope["query_string"] else ASK_AGAIN
        if not isinstance(response, FileResponse) or Path(response.path).suffix not in PACKED:
            return response
        response.headers["Vary"] = "Accept-Encoding"
        if scope["method"] != "GET" or "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
            return response
        content = await run_in_threadpool(packed, Path(response.path), response.headers["ETag"])
        kept = {name: response.headers[name] for name in ("Cache-Control", "ETag", "Last-Modified", "Vary")}
        return Response(content, headers={**kept, "Content-Encoding": "gzip"}, media_type=response.media_type)


@lru_cache(maxsize=64)
def packed(path: Path, etag: str) -> bytes:
    """The file's contents packed; `etag` changes with them."""
    return gzip.compress(path.read_bytes(), mtime=0)
