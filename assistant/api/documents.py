"""What is indexed, and its text laid out for reading: the list, the passage of a citation, a stretch of a document."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query

from assistant.api.service import Caller, Service, TheService
from assistant.internal import internal_among
from assistant.ledger.standing import measure_standing
from assistant.reading import Mark, lay_out, marks_of, whole_paragraphs, window
from assistant.reviews import review_row
from index_build.catalog import Catalog, Filter
from index_build.model import Document, Measure, Passage, Policy, Span

router = APIRouter(prefix="/api", tags=["文件 · documents"])

STRETCH = 6_000  # characters of one answer where a document is read on
LONGEST = 30_000


@router.get("/documents", summary="索引里的文件 · the indexed documents")
def documents(service: TheService, account: Caller) -> dict[str, Any]:
    """Each file with its policies, counts and the warnings of its reading."""
    rows = rows_of(service)
    internal = internal_among(service.assistant.index.catalog.documents(), service.internal.marks())
    return {"documents": [{**row, "internal": row["name"] in internal} for row in rows]}


def rows_of(service: Service) -> list[dict[str, Any]]:
    return service.kept("documents", lambda: document_rows(service.assistant.index.catalog))


def document_rows(catalog: Catalog) -> list[dict[str, Any]]:
    """All that does not change until the index does."""
    counted: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for policy, lead, deadline, measures in catalog.counted_as_stated():
        here = counted[policy.key]
        here["measures"] += measures
        here["without_lead"] += 0 if lead else measures
        here["without_deadline"] += 0 if deadline else measures
    policies: dict[str, list[dict[str, Any]]] = {}
    for policy in catalog.policies():
        policies.setdefault(policy.doc, []).append(policy_row(policy, counted[policy.key]))
    return [
        {
            "name": row.name,
            "sha256": row.sha256,
            "characters": row.characters,
            "measures": row.measures,
            "warnings": list(row.warnings),
            "policies": policies.get(row.name, []),
        }
        for row in catalog.documents()
    ]


def policy_row(policy: Policy, counted: Mapping[str, int]) -> dict[str, Any]:
    return {
        "ordinal": policy.ordinal,
        "title": policy.title,
        "doc_no": policy.doc_no,
        "issuer": list(policy.issuers),
        "issued": policy.issued.isoformat() if policy.issued else None,
        "effective": policy.effective.isoformat() if policy.effective else None,
        "expires": policy.expires.isoformat() if policy.expires else None,
        "place": list(policy.place),
        "kind": policy.kind.value,
        "start": policy.span.start,
        "end": policy.span.end,
        "page": policy.span.page,
        "measures": counted["measures"],
        "without_lead": counted["without_lead"],
        "without_deadline": counted["without_deadline"],
    }


@router.get("/source", summary="引文所在的原文 · the passage of a citation, laid out with its marks")
def source(
    service: TheService,
    account: Caller,
    entry: Annotated[str, Query(description="条目 id（引文里的 entry，措施的 id）")],
    parts: Annotated[str, Query(description="引文的位置，如 120-180,200-230", pattern=r"^[\d,-]*$")] = "",
) -> dict[str, Any]:
    """Title, number and place of the entry, and the paragraphs around it as segments with marks."""
    catalog = service.assistant.index.catalog
    found = catalog.entries([entry])
    if not found:
        raise HTTPException(404, "索引里没有这一条；文件可能已更新，请重新提问 · no such entry: ask again")
    document = catalog.document(found[0].policy.doc)
    cited = spans_of(parts, document) or tuple(found[0].extent)
    start, end = window(document, (*cited, *found[0].extent))
    return {
        **entry_row(found[0]),
        "review": review_row(service.history.reviews().get(entry), getattr(found[0], "doubts", ())),
        "today_standing": standing_row(found[0], service.today()),
        "doc": document.name,
        "window": window_row(start, end, document),
        "paragraphs": [p.row() for p in lay_out(document, start, end, marks_of(found[0], cited))],
    }


@router.get("/documents/text", summary="读一段原文 · read a stretch of a document")
def read_on(
    service: TheService,
    account: Caller,
    doc: Annotated[str, Query(description="文件名")],
    start: Annotated[int, Query(ge=0)] = 0,
    end: Annotated[int | None, Query(ge=0)] = None,
) -> dict[str, Any]:
    """Whole paragraphs from about `start` to about `end`, with every measure, lead, helper and deadline marked."""
    catalog = service.assistant.index.catalog
    document = document_of(catalog, doc)
    stop = min(end if end is not None else start + STRETCH, start + LONGEST)
    first, last = whole_paragraphs(document.text, start, stop)
    marks = [
        mark
        for m in measures_in(catalog, doc)
        for mark in measure_marks(m)
        if mark.start < last and mark.end > first
    ]
    return {
        "doc": doc,
        "window": window_row(first, last, document),
        "paragraphs": [p.row() for p in lay_out(document, first, last, marks)],
    }


@router.get("/documents/outline", summary="文件的提纲 · a document's outline")
def outline(
    service: TheService, account: Caller, doc: Annotated[str, Query(description="文件名")]
) -> dict[str, Any]:
    """Policies and, under each, the headings that its measures stand under, with where they begin."""
    catalog = service.assistant.index.catalog
    document_of(catalog, doc)
    items: list[dict[str, Any]] = []
    for policy in (p for p in catalog.policies() if p.doc == doc):
        items.append({"level": 0, "title": policy.title, "start": policy.span.start, "measures": 0})
        at_policy = len(items) - 1
        path: tuple[str, ...] = ()
        for measure in catalog.measures(Filter(policies=(policy.key,))):
            items[at_policy]["measures"] += 1
            shared = common_depth(path, measure.section)
            for level, title in enumerate(measure.section[shared:], shared + 1):
                items.append({"level": level, "title": title, "start": measure.parts[0].start, "measures": 0})
            path = measure.section
            if items[-1]["level"]:
                items[-1]["measures"] += 1
    return {"doc": doc, "items": items}


def common_depth(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    depth = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        depth += 1
    return depth


def document_of(catalog: Catalog, doc: str) -> Document:
    if all(row.name != doc for row in catalog.documents()):
        raise HTTPException(404, f"索引里没有文件 {doc}；文件名见 /api/documents · no such document")
    return catalog.document(doc)


def measures_in(catalog: Catalog, doc: str) -> list[Measure]:
    keys = tuple(p.key for p in catalog.policies() if p.doc == doc)
    return catalog.measures(Filter(policies=keys)) if keys else []


def measure_marks(measure: Measure) -> tuple[Mark, ...]:
    who_when = tuple(m for m in marks_of(measure) if m.kind != "cited")
    return (*who_when, *(Mark(p.start, p.end, "measure", measure.id) for p in measure.parts))


def spans_of(parts: str, document: Document) -> tuple[Span, ...]:
    """The stretches of `120-180,200-230` that lie inside the document."""
    found = []
    for piece in filter(None, parts.split(",")):
        first, _, last = piece.partition("-")
        if first.isdigit() and last.isdigit() and int(first) < int(last) <= len(document.text):
            found.append(document.span(int(first), int(last)))
    return tuple(found)


def entry_row(entry: Measure | Passage) -> dict[str, Any]:
    policy = entry.policy
    row: dict[str, Any] = {
        "entry": entry.id,
        "policy": policy.title,
        "doc_no": policy.doc_no,
        "issuer": list(policy.issuers),
        "issued": policy.issued.isoformat() if policy.issued else None,
        "place": list(policy.place),
        "section": list(entry.section),
        "number": entry.number,
        "page": entry.page,
        "text": entry.text,
    }
    if isinstance(entry, Measure):
        row |= {"lead": list(entry.lead), "responsible": list(entry.responsible), "plan": entry.plan,
                "deadlines": [d.raw for d in entry.deadlines], "doubts": list(entry.doubts)}  # fmt: skip
    return row


def standing_row(entry: Measure | Passage, today: Any) -> str | None:
    return measure_standing(entry.deadlines, today).value if isinstance(entry, Measure) else None


def window_row(start: int, end: int, document: Document) -> dict[str, int]:
    return {"start": start, "end": end, "total": len(document.text)}
