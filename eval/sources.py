"""The documents that answers are scored against: their texts, where a case's evidence stands in them, and what
an answer's offsets really say.  Texts are kept in the run's folder, so that a run can be scored again alone."""

from __future__ import annotations

import gzip
import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from eval.cases import Case, Evidence
from index_build.model import Document
from index_build.text import View, view
from index_build.text import fold as fold_widths

_QUOTES = str.maketrans("“”＂„‟", '"' * 5)


def fold(text: str | None) -> str:
    """What two texts are compared by: white space, page marks, bracket and quote forms do not count."""
    return fold_widths(text or "").translate(_QUOTES)


@dataclass(frozen=True, slots=True)
class Paper:
    """A policy inside a file: where it starts and its title.  Files that hold one paper have one row."""

    start: int
    title: str


@dataclass
class Sources:
    """Texts by document name, and the papers in each (in order of `start`); folded views are made once."""

    texts: Mapping[str, str]
    papers: Mapping[str, tuple[Paper, ...]] = field(default_factory=dict)
    _views: dict[str, View] = field(default_factory=dict, repr=False)
    _spans: dict[tuple[str, str, str | None], tuple[tuple[int, int], bool] | None] = field(
        default_factory=dict, repr=False
    )

    def view(self, doc: str) -> View:
        if doc not in self._views:
            folded = view(Document(doc, self.texts[doc], ""))
            self._views[doc] = View(folded.document, folded.text.translate(_QUOTES), folded.offsets)
        return self._views[doc]

    def printed(self, doc: str, parts: Iterable[tuple[int, int]]) -> str:
        """What the document says there, folded; empty where the offsets leave the text."""
        text = self.texts[doc]
        return fold("".join(text[a:b] for a, b in parts if 0 <= a < b <= len(text)))

    def has_words(self, doc: str, words: str) -> bool:
        return bool(words) and fold(words) in self.view(doc).text

    def place(self, evidence: Evidence) -> tuple[tuple[int, int], bool] | None:
        """Where the evidence stands, and whether its end is known; None where its head does not occur.

        Without a `tail` only the head's own characters are known to belong to it."""
        key = (evidence.doc, evidence.head, evidence.tail)
        if key not in self._spans:
            self._spans[key] = self._find(evidence)
        return self._spans[key]

    def _find(self, evidence: Evidence) -> tuple[tuple[int, int], bool] | None:
        if evidence.doc not in self.texts:
            return None
        folded = self.view(evidence.doc)
        head = fold(evidence.head)
        at = folded.text.find(head)
        if at < 0:
            return None
        end, whole = at + len(head), False
        if evidence.tail:
            tail = fold(evidence.tail)
            stop = folded.text.find(tail, at)
            end, whole = (stop + len(tail), True) if stop >= 0 else (end, False)
        span = folded.span(at, end)
        return (span.start, span.end), whole

    def paper_at(self, doc: str, offset: int) -> tuple[str, str]:
        """The document and the paper in it that hold the offset: the smallest thing that has a place of its own."""
        papers = self.papers.get(doc, ())
        at = bisect_right([p.start for p in papers], offset) - 1
        return doc, papers[at].title if at >= 0 else ""

    def papers_of(self, case: Case) -> frozenset[tuple[str, str]]:
        """The papers in which the evidence of a case stands."""
        found = set()
        for evidence in case.evidence:
            place = self.place(evidence)
            if place:
                found.add(self.paper_at(evidence.doc, place[0][0]))
        return frozenset(found)


def save_sources(sources: Sources, path: Path) -> None:
    data = {
        "texts": dict(sources.texts),
        "papers": {doc: [[p.start, p.title] for p in papers] for doc, papers in sources.papers.items()},
    }
    path.write_bytes(gzip.compress(json.dumps(data, ensure_ascii=False).encode(), mtime=0))


def load_sources(path: Path) -> Sources:
    data = json.loads(gzip.decompress(path.read_bytes()))
    papers = {
        doc: tuple(Paper(start, title) for start, title in rows) for doc, rows in data["papers"].items()
    }
    return Sources(data["texts"], papers)


def sources_of(folder: Path) -> Sources:
    """The .txt files of a folder, as UTF-8."""
    return Sources({p.name: p.read_bytes().decode("utf-8") for p in sorted(folder.glob("*.txt"))})
