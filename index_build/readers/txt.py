"""Plain text: the decoded text as it is, with the pages that its marks show."""

from __future__ import annotations

import hashlib
import itertools
import re

from index_build.model import Document, Page
from index_build.readers.decode import decode
from index_build.readers.unseen import find_unseen

_HEAD = re.compile(r"(?m)^[^\S\n]*# Page (\d+):[^\S\n]*$")
_FOOT = re.compile(r"(?m)^[^\S\n]*[—–－-]{1,2} ?(\d{1,4}) ?[—–－-]{1,2}[^\S\n]*\n?")


def read_txt(data: bytes, name: str) -> Document:
    text = decode(data, name)
    return Document(
        name=name,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        pages=find_pages(text),
        marks=tuple(find_unseen(text)),
    )


def find_pages(text: str) -> tuple[Page, ...]:
    """Pages by `# Page N:` lines, else by `— N —` feet, else by form feeds; () where none can be trusted."""
    heads = tuple(Page(int(m[1]), m.start()) for m in _HEAD.finditer(text)) if "# Page " in text else ()
    return heads or _by_feet(text) or _by_form_feeds(text)


def _by_feet(text: str) -> tuple[Page, ...]:
    """A foot closes its page.  Only feet that count up one by one are believed: where some are lost, the text
    between two feet belongs to no one page."""
    feet = list(_FOOT.finditer(text))
    numbers = [int(m[1]) for m in feet]
    if len(feet) < 2 or any(b != a + 1 for a, b in itertools.pairwise(numbers)):
        return ()
    pages = [Page(numbers[0], 0)]
    pages += [Page(m_number + 1, m.end()) for m_number, m in zip(numbers, feet, strict=True)]
    return tuple(pages if text[feet[-1].end() :].strip() else pages[:-1])


def _by_form_feeds(text: str) -> tuple[Page, ...]:
    if "\f" not in text.strip("\f \r\n"):
        return ()
    starts = [0, *(m.end() for m in re.finditer("\f", text))]
    return tuple(Page(n, start) for n, start in enumerate(starts, 1) if text[start:].strip())
