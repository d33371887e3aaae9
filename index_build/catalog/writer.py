"""Filling a catalog: one transaction, complete or not at all."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from index_build.cascade import Link
from index_build.catalog.filter import searched_form
from index_build.catalog.owners import owner_of
from index_build.catalog.rows import dump_day, dump_layout, dump_spans, dumps
from index_build.catalog.schema import INDEXES, SCHEMA
from index_build.model import Extraction, Measure, Passage, Policy
from index_build.names import department_key


class CatalogWriter:
    """Fills a catalog in one transaction; `finish` makes it durable, leaving without it leaves nothing.

    `take_over` starts from a copy of an older catalog instead of from nothing."""

    def __init__(self, path: Path, *, take_over: bool = False) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")  # durable at `finish`; an unfinished one is thrown away
        self._db.execute("BEGIN IMMEDIATE")
        if not take_over:
            for statement in SCHEMA.split(";"):
                self._db.execute(statement)
        self._departments: dict[tuple[str, str], int] = {
            (name, place): row
            for row, name, place in self._db.execute("SELECT row, name, place FROM departments")
        }

        self._next_department = self._last("departments")

    def _last(self, table: str) -> int:
        return int(self._db.execute(f"SELECT COALESCE(MAX(row), 0) FROM {table}").fetchone()[0])

    def remove(self, doc: str) -> None:
        """Take a document out with all that it yielded."""
        rows = "SELECT e.row FROM entries e JOIN policies p ON p.row = e.policy WHERE p.doc = ?"
        for statement in (
            f"DELETE FROM mentions WHERE measure IN ({rows})",
            f"DELETE FROM deadlines WHERE measure IN ({rows})",
            f"DELETE FROM entries WHERE row IN ({rows})",
            "DELETE FROM policies WHERE doc = ?",
            "DELETE FROM documents WHERE name = ?",
        ):
            self._db.execute(statement, (doc,))

    def add(self, extraction: Extraction, *, path: str = "", file_sha256: str = "") -> None:
        """Put a document in, its entries in source order."""
        document = extraction.document
        self._db.execute(
            "INSERT INTO documents VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                document.name, path, file_sha256 or document.sha256, document.sha256, document.title,
                document.text, dump_layout(document), dumps(document.warnings), dumps(extraction.warnings),
                len(document.text), len(extraction.measures), len(extraction.passages),
            ),
        )  # fmt: skip
        policy_rows = self._add_policies(extraction.policies)
        entries: list[Measure | Passage] = [*extraction.measures, *extraction.passages]
        entries.sort(key=lambda entry: (entry.policy.ordinal, entry.parts[0].start))
        self._add_entries(entries, policy_rows)

    def _add_policies(self, policies: Iterable[Policy]) -> dict[tuple[str, int], int]:
        rows, found = [], {}
        for at, p in enumerate(policies, self._last("policies") + 1):
            found[p.key] = at
            rows.append(
                (at, p.doc, p.ordinal, p.title, dumps(p.place), p.doc_no, dump_day(p.issued), p.year, p.span.start,
                 p.span.end, p.span.page, dumps(p.issuers), p.kind.value, p.addressees, dump_day(p.effective),
                 dump_day(p.expires), dumps(p.repeals))
            )  # fmt: skip
        self._db.executemany(f"INSERT INTO policies VALUES({','.join('?' * 17)})", rows)
        return found

    def _add_entries(
        self, entries: Sequence[Measure | Passage], policy_rows: dict[tuple[str, int], int]
    ) -> None:
        at = self._last("entries")
        rows, mentions, deadlines = [], [], []
        for seq, entry in enumerate(entries):
            at += 1
            policy = entry.policy
            measure = entry if isinstance(entry, Measure) else None
            days = [d.date.isoformat() for d in measure.deadlines if d.date] if measure else []
            searched = searched_form(
                "\n".join([*entry.section, entry.text, (measure and measure.plan) or ""])
            )
            rows.append(
                (at, entry.id, "measure" if measure else "passage", policy_rows[policy.key], seq,
                 entry.number, dumps(entry.section), entry.text, dump_spans(entry.parts),
                 dump_spans(measure.extent) if measure else "[]", measure.plan if measure else None,
                 dump_spans(measure.plan_parts) if measure else "[]", int(measure.has_clause) if measure else 0,
                 dumps(measure.doubts) if measure else "[]", len(measure.lead) if measure else 0,
                 len(measure.deadlines) if measure else 0, min(days, default=None), searched)
            )  # fmt: skip
            if measure is None:
                continue
            place = dumps(policy.place)
            for number, m in enumerate(measure.mentions):
                mentions.append((at, number, self._department(m.name, place), m.role.value, m.kind.value,
                                 int(m.inherited), m.span.start, m.span.end, m.span.page))  # fmt: skip
            for number, d in enumerate(measure.deadlines):
                deadlines.append((at, number, d.raw, dump_day(d.date), d.kind.value, d.who, int(d.inherited),
                                  d.span.start, d.span.end, d.span.page))  # fmt: skip
        self._db.executemany(f"INSERT INTO entries VALUES({','.join('?' * 18)})", rows)
        self._db.executemany("INSERT INTO mentions VALUES(?,?,?,?,?,?,?,?,?)", mentions)
        self._db.executemany("INSERT INTO deadlines VALUES(?,?,?,?,?,?,?,?,?,?)", deadlines)

    def _department(self, name: str, place: str) -> int:
        row = self._departments.get((name, place))
        if row is None:
            row = self._next_department = self._next_department + 1
            key = department_key(name)
            owner = owner_of(name, tuple(json.loads(place)))
            self._db.execute(
                "INSERT INTO departments VALUES(?,?,?,?,?,?)",
                (row, name, place, key, key.partition("|")[2], dumps(owner)),
            )
            self._departments[name, place] = row
        return row

    def link(self, links: Iterable[Link]) -> None:
        """Put these links in place of all that were there: any new document can change them."""
        self._db.execute("DELETE FROM cascade")
        rows = [
            (k.lower, k.upper, k.share, dumps([[c.field, c.upper, c.lower] for c in k.changes]))
            for k in links
        ]
        self._db.executemany("INSERT INTO cascade VALUES(?,?,?,?)", rows)

    def finish(self) -> None:
        """Commit, index, and leave one self-contained file (no log beside it)."""
        self._db.execute("DELETE FROM departments WHERE row NOT IN (SELECT department FROM mentions)")
        for statement in INDEXES.split(";"):
            self._db.execute(statement)
        self._db.execute("COMMIT")
        self._db.execute("PRAGMA optimize")
        self._db.execute("PRAGMA journal_mode=DELETE")
        self._db.close()

    def close(self) -> None:
        self._db.close()
