"""What answering works with: one generation of the index, what is known of it and its searcher; and which papers a
question is asked of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.known import Known, Path, PolicyKey
from assistant.model import Entry, Question
from assistant.retrieve import Searcher
from assistant.settings import AskSettings
from index_build.catalog import Catalog

TEXTS_KEPT = 64  # documents whose text stays in memory


class Records:
    """The catalog's texts and entries for checking one answer after another, kept once read."""

    def __init__(self, catalog: Catalog, searcher: Searcher) -> None:
        self._catalog = catalog
        self._searcher = searcher
        self._texts: dict[str, str] = {}

    def text(self, doc: str) -> str:
        """The document's text as read.  KeyError for a document that is not in the index."""
        text = self._texts.get(doc)
        if text is None:
            if len(self._texts) >= TEXTS_KEPT:
                self._texts = {}  # other threads go on with the old one
            text = self._texts[doc] = self._catalog.text(doc)
        return text

    def entries(self, ids: Sequence[str]) -> Sequence[Entry]:
        return self._searcher.entries(ids)


@dataclass(frozen=True)
class Desk:
    """What answering works with: one generation of the index, its knowledge, its searcher, and the questions of
    conversations as they were understood by it."""

    catalog: Catalog
    records: Records
    known: Known
    searcher: Searcher
    settings: AskSettings
    understood: dict[tuple[object, ...], Question] = field(default_factory=dict)


def policies_of(
    question: Question, known: Known, places: Sequence[Path] | None = None
) -> tuple[PolicyKey, ...] | None:
    """The policies to search: those of the documents asked about, else of the places; None for all."""
    wanted = question.places if places is None else tuple(places)
    if question.documents:
        chosen = [k for k in question.documents if not wanted or known.policy(k).place in wanted]
        if chosen:
            return tuple(dict.fromkeys(table for key in chosen for table in known.with_tables(key)))
    if not wanted:
        return None
    return tuple(key for path in wanted for key in known.places.get(path, ()))
