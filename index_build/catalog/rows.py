"""Values as the columns of a row and back: what is loaded equals what was saved."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from index_build.model import Cell, Document, Heading, Page, Policy, PolicyKind, Span, Table


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def dump_spans(spans: Iterable[Span]) -> str:
    return dumps([[s.start, s.end, s.page] for s in spans])


def load_spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(*span) for span in json.loads(text))


def dump_day(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None


def load_day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def dump_layout(document: Document) -> str:
    return dumps(
        {
            "pages": [[p.number, p.start] for p in document.pages],
            "headings": [[h.start, h.end, h.level] for h in document.headings],
            "tables": [
                [t.start, t.end, t.rows, t.columns,
                 [[c.start, c.end, c.row, c.column, c.row_span, c.column_span] for c in t.cells]]
                for t in document.tables
            ],
            "bold": document.bold,
            "marks": document.marks,
        }
    )  # fmt: skip


def load_document(row: sqlite3.Row) -> Document:
    layout = json.loads(row["layout"])
    return Document(
        name=row["name"],
        text=row["text"],
        sha256=row["sha256"],
        pages=tuple(Page(*p) for p in layout["pages"]),
        headings=tuple(Heading(*h) for h in layout["headings"]),
        tables=tuple(
            Table(start, end, rows, columns, tuple(Cell(*cell) for cell in cells))
            for start, end, rows, columns, cells in layout["tables"]
        ),
        title=row["title"],
        warnings=tuple(json.loads(row["warnings"])),
        bold=tuple((start, end) for start, end in layout.get("bold", ())),
        marks=tuple((start, end) for start, end in layout.get("marks", ())),
    )


def load_policy(row: sqlite3.Row) -> Policy:
    return Policy(
        doc=row["doc"],
        ordinal=row["ordinal"],
        title=row["title"],
        span=Span(row["start"], row["end"], row["page"]),
        doc_no=row["doc_no"],
        issuers=tuple(json.loads(row["issuers"])),
        issued=load_day(row["issued"]),
        year=row["year"],
        place=tuple(json.loads(row["place"])),
        kind=PolicyKind(row["kind"]),
        addressees=row["addressees"],
        effective=load_day(row["effective"]),
        expires=load_day(row["expires"]),
        repeals=tuple(json.loads(row["repeals"])),
    )
