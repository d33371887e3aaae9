"""A web page saved as one file (.mht, .mhtml): its first part that is a page, read as every page is."""

from __future__ import annotations

import email
import email.policy

from index_build.model import Document
from index_build.readers.faults import refuse
from index_build.readers.html import read_html


def read_mht(data: bytes, name: str) -> Document:
    """Raises ReadError where no part is a web page, and what `read_html` raises."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        page = part.get_payload(decode=True)
        if part.get_content_type() in ("text/html", "application/xhtml+xml") and isinstance(page, bytes):
            return read_html(page, name)
    raise refuse(
        name,
        "里面没有网页；请在浏览器中重新打开原网页，另存为“网页，仅 HTML”。",
        "It holds no web page: open the page again and save it as HTML only.",
    )
