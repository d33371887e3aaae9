"""Doubtful readings and what people decided about them: which are still to be checked, and how a row tells it.

A decision is kept in the history file and holds for the doubts that it was about.  What was read stays as it was
read: it is mended in the source, and here only said to be right or wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from assistant.history.kept import Review
from index_build.catalog import Catalog, Filter


def decided(reviews: Mapping[str, Review], catalog: Catalog) -> tuple[str, ...]:
    """The measures whose doubts, as they are read now, somebody decided about."""
    return tuple(
        entry.id
        for entry in catalog.entries(list(reviews))
        if tuple(getattr(entry, "doubts", ())) == reviews[entry.id].doubts
    )


def narrowed(where: Filter, reviewed: bool, done: tuple[str, ...]) -> Filter:
    """Of the doubtful measures of a filter those that somebody decided about, or the others."""
    return replace(where, ids=done) if reviewed else replace(where, not_ids=done)


def review_row(review: Review | None, doubts: Iterable[str]) -> dict[str, Any] | None:
    """As JSON values: `good` if it was read rightly, a note, and the day; None where nobody decided.  Who it was is
    kept, and told to nobody: visitors see these rows, too."""
    if review is None or review.doubts != tuple(doubts):
        return None
    return {"good": review.good, "note": review.note, "at": review.created.date().isoformat()}


def with_reviews(rows: Iterable[dict[str, Any]], reviews: Mapping[str, Review]) -> Iterator[dict[str, Any]]:
    """Rows of the ledger, each with its `review`."""
    for row in rows:
        yield {**row, "review": review_row(reviews.get(row["id"]), row["doubts"])}
