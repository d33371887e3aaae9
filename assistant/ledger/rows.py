"""The ledger (责任台账): measures as rows of plain values, one by one from pages of the catalog, so that a hundred
thousand cost little memory; `exports` writes them as files.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.labels import short_title
from assistant.ledger.standing import measure_standing
from assistant.model import deadline_row
from index_build.catalog import CHUNK, EVERY_MEASURE, Catalog, Filter
from index_build.model import Measure, Passage, Role

Row = dict[str, Any]


def row(measure: Measure, today: dt.date | None = None) -> Row:
    """One measure as plain values, as `cewen measures --format jsonl` and HTTP give it, with `state` against `today`
    where a day is given.  Days are ISO strings; `start`, `end` and `parts` are character offsets into the document's
    text; null is what the document does not say; `paper` is the title without 关于印发…的通知 around it; `inherited`
    are units that a rule for the whole plan adds to the measure's own; `doubts` say what a person should check."""
    policy = measure.policy
    made: Row = {
        "id": measure.id,
        "doc": policy.doc,
        "policy": policy.title,
        "paper": short_title(policy),
        "doc_no": policy.doc_no,
        "issuer": list(policy.issuers),
        "issued": policy.issued.isoformat() if policy.issued else None,
        "place": list(policy.place),
        "section": list(measure.section),
        "number": measure.number,
        "text": measure.text,
        "lead": list(measure.own(Role.LEAD)),
        "responsible": list(measure.own(Role.RESPONSIBLE)),
        "inherited": list(measure.inherited),
        "plan": measure.plan,
        "doubts": list(measure.doubts),
        "deadlines": [deadline_row(d) for d in measure.deadlines],
        "page": measure.page,
        "start": min(p.start for p in measure.parts),
        "end": max(p.end for p in measure.parts),
        "parts": [[p.start, p.end] for p in measure.parts],
    }
    if today is not None:
        made["state"] = measure_standing(measure.deadlines, today).value
    return made


def rows(
    catalog: Catalog, where: Filter = EVERY_MEASURE, *, order: str = "source", today: dt.date | None = None
) -> Iterator[Row]:
    """The measures that `where` names, as rows, in one of the catalog's orders.  `upper` lists the measures of
    higher places that a measure carries on, with what changed, and `lower` those that carry it on."""
    measures = catalog.iterate(where, order=order)
    while some := list(itertools.islice(measures, CHUNK)):
        upper, lower = _ends(catalog, [m.id for m in some])
        for measure in some:
            yield {
                **row(measure, today),
                "upper": upper.get(measure.id, []),
                "lower": lower.get(measure.id, []),
            }


def _ends(catalog: Catalog, ids: Sequence[str]) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    """What each measure carries on, and what carries it on, by its id."""
    links = catalog.cascade(ids)
    found = catalog.entries(list(dict.fromkeys(end for link in links for end in (link.upper, link.lower))))
    by_id = {entry.id: entry for entry in found}
    upper: dict[str, list[Row]] = {}
    lower: dict[str, list[Row]] = {}
    for link in links:
        changes = [{"field": c.field, "upper": list(c.upper), "lower": list(c.lower)} for c in link.changes]
        upper.setdefault(link.lower, []).append({**_end(by_id[link.upper], link.share), "changes": changes})
        lower.setdefault(link.upper, []).append(_end(by_id[link.lower], link.share))
    return upper, lower


def _end(entry: Measure | Passage, share: float) -> Row:
    policy = entry.policy
    return {
        "id": entry.id,
        "doc": policy.doc,
        "policy": policy.title,
        "place": list(policy.place),
        "number": entry.number,
        "share": share,
    }
