"""Reading a finished catalog: filters as SQL, records by id or by row."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from index_build.cascade import Change, Link
from index_build.catalog.connections import Connections
from index_build.catalog.filter import (
    EVERY_MEASURE,
    DepartmentRow,
    DocumentRow,
    Filter,
    is_selective,
    searched_form,
)
from index_build.catalog.owners import Place, is_department_of
from index_build.catalog.rows import dump_day, dumps, load_day, load_document, load_policy, load_spans
from index_build.model import (
    Deadline,
    DeadlineKind,
    Document,
    Measure,
    Mention,
    Passage,
    Policy,
    Role,
    Span,
    UnitKind,
)
from index_build.names import department_key
from index_build.places import find_places

CHUNK = 1_000  # measures loaded at a time when iterating
ORDERS = {
    "source": "p.doc, p.ordinal, e.seq",
    "due": "e.due IS NULL, e.due, p.doc, p.ordinal, e.seq",
    "due_last_first": "e.due IS NULL, e.due DESC, p.doc, p.ordinal, e.seq",
    "place": "p.place, p.doc, p.ordinal, e.seq",
}


class Catalog:
    """A finished catalog, read-only; `without` some documents it is as if it had never held them."""

    def __init__(self, path: Path, *, without: Collection[str] = ()) -> None:
        self._db = Connections(path, without)
        self._resolved: dict[str, tuple[int, ...]] = {}

    def close(self) -> None:
        self._db.close()

    # documents and policies

    @cached_property
    def _policies(self) -> dict[int, Policy]:
        return {
            r["row"]: load_policy(r) for r in self._db.all("SELECT * FROM policies ORDER BY doc, ordinal")
        }

    def policies(self) -> tuple[Policy, ...]:
        return tuple(self._policies.values())

    def documents(self) -> tuple[DocumentRow, ...]:
        rows = self._db.all(
            "SELECT name, path, file_sha256, sha256, characters, measures, passages, warnings, extraction_warnings"
            " FROM documents ORDER BY name"
        )
        return tuple(
            DocumentRow(
                name=r["name"],
                sha256=r["sha256"],
                characters=r["characters"],
                measures=r["measures"],
                warnings=(*json.loads(r["warnings"]), *json.loads(r["extraction_warnings"])),
                passages=r["passages"],
                path=r["path"],
                file_sha256=r["file_sha256"],
            )
            for r in rows
        )

    def _document_row(self, doc: str, columns: str) -> sqlite3.Row:
        rows = self._db.all(f"SELECT {columns} FROM documents WHERE name = ?", (doc,))
        if not rows:
            raise KeyError(doc)
        return rows[0]

    def text(self, doc: str) -> str:
        """The document's text as read.  KeyError for a document that is not in the catalog."""
        return str(self._document_row(doc, "text")["text"])

    def document(self, doc: str) -> Document:
        """The whole document, equal to what was read.  KeyError for one that is not in the catalog."""
        return load_document(self._document_row(doc, "*"))

    # measures

    def measures(
        self,
        where: Filter = EVERY_MEASURE,
        *,
        limit: int | None = None,
        offset: int = 0,
        order: str = "source",
    ) -> list[Measure]:
        """The measures that `where` names; `order` is one of ORDERS."""
        rows = self._rows(where, order, limit, offset)
        return [entry for entry in self._load(rows) if isinstance(entry, Measure)]

    def iterate(self, where: Filter = EVERY_MEASURE, *, order: str = "source") -> Iterator[Measure]:
        """The measures that `where` names, one by one: however many there are, few are in memory at a time."""
        rows = self._rows(where, order)
        for at in range(0, len(rows), CHUNK):
            for entry in self._load(rows[at : at + CHUNK]):
                if isinstance(entry, Measure):
                    yield entry

    def _rows(self, where: Filter, order: str, limit: int | None = None, offset: int = 0) -> list[int]:
        """The rows of a filter in order: narrow, so that sorting and skipping move no texts."""
        condition, values = self._condition(where)
        # without a selective filter, walking policies and their entries by index needs no sorting at all
        join = (
            "JOIN" if where.departments or where.due_by or where.due_from or where.numbers else "CROSS JOIN"
        )
        found = self._db.all(
            f"SELECT e.row FROM policies p {join} entries e ON e.policy = p.row WHERE {condition}"
            f" ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?",
            (*values, -1 if limit is None else limit, offset),
        )
        return [r["row"] for r in found]

    def count(self, where: Filter = EVERY_MEASURE) -> int:
        condition, values = self._condition(where)
        return int(self._db.all(f"SELECT COUNT(*) FROM entries e WHERE {condition}", values)[0][0])

    def measure_ids(self, where: Filter = EVERY_MEASURE, *, order: str = "source") -> list[str]:
        """The ids of the measures that `where` names, all of them and in order: for a page or a further choice."""
        condition, values = self._condition(where)
        rows = self._db.all(
            f"SELECT e.id FROM entries e JOIN policies p ON p.row = e.policy WHERE {condition} ORDER BY {ORDERS[order]}",
            values,
        )
        return [row["id"] for row in rows]

    def time_limits(self) -> list[tuple[str, str, dt.date | None, DeadlineKind]]:
        """(measure id, raw, last day, kind) of every deadline, without loading the measures."""
        rows = self._db.all(
            "SELECT e.id, d.raw, d.date, d.kind FROM deadlines d JOIN entries e ON e.row = d.measure"
        )
        return [
            (
                r["id"],
                r["raw"],
                dt.date.fromisoformat(r["date"]) if r["date"] else None,
                DeadlineKind(r["kind"]),
            )
            for r in rows
        ]

    # Counts over all measures that SQLite makes by itself: a hundred thousand are not to be loaded for a picture.

    def counted_as_stated(self) -> list[tuple[Policy, bool, bool, int]]:
        """(policy, whether a lead is named, whether a deadline is, measures)."""
        rows = self._db.all(
            "SELECT policy, leads > 0 AS led, limits > 0 AS limited, COUNT(*) AS measures FROM entries"
            " WHERE kind = 'measure' GROUP BY policy, leads > 0, limits > 0"
        )
        return [
            (self._policies[r["policy"]], bool(r["led"]), bool(r["limited"]), r["measures"]) for r in rows
        ]

    def counted_by_month(self) -> list[tuple[Policy, str, int]]:
        """(policy, month of a last day as 2024-06, measures)."""
        rows = self._db.all(
            "SELECT e.policy, substr(d.date, 1, 7) AS month, COUNT(DISTINCT d.measure) AS measures"
            " FROM deadlines d JOIN entries e ON e.row = d.measure WHERE d.date IS NOT NULL GROUP BY e.policy, month"
        )
        return [(self._policies[r["policy"]], r["month"], r["measures"]) for r in rows]

    def counted_in_both_roles(self) -> dict[str, int]:
        """Printed name → measures that it leads and helps with at once."""
        rows = self._db.all(
            "SELECT d.name, COUNT(DISTINCT m.measure) AS measures FROM mentions m JOIN departments d ON d.row = m.department"
            " WHERE m.role = 'lead' AND EXISTS (SELECT 1 FROM mentions o WHERE o.measure = m.measure"
            " AND o.department = m.department AND o.role = 'responsible') GROUP BY d.name"
        )
        return {r["name"]: r["measures"] for r in rows}

    def total(self) -> int:
        """How many measures and passages there are."""
        return int(self._db.all("SELECT COUNT(*) FROM entries")[0][0])

    def entries(self, ids: Sequence[str]) -> list[Measure | Passage]:
        """The entries with these ids, in the order asked; an id that is not there is left out."""
        rows = self._db.all(
            "SELECT e.row FROM json_each(?) j CROSS JOIN entries e ON e.id = j.value ORDER BY j.key",
            (dumps(list(ids)),),
        )
        return self._load([r["row"] for r in rows])

    def ids(self, policies: Iterable[tuple[str, int]]) -> list[str]:
        """The ids of all entries of some policies, in source order."""
        chosen = set(policies)
        rows = [row for row, p in self._policies.items() if p.key in chosen]
        found = self._db.all(
            "SELECT id FROM entries WHERE policy IN (SELECT value FROM json_each(?)) ORDER BY policy, seq",
            (dumps(rows),),
        )
        return [r["id"] for r in found]

    def iterate_entries(
        self, policies: Iterable[tuple[str, int]] | None = None
    ) -> Iterator[Measure | Passage]:
        """Every measure and passage, in source order; of some policies only, if named.  One by one, as `iterate`."""
        chosen = None if policies is None else set(policies)
        kept = [r for r, p in self._policies.items() if chosen is None or p.key in chosen]
        rows = self._db.all(
            "SELECT e.row FROM policies p CROSS JOIN entries e ON e.policy = p.row"
            " WHERE p.row IN (SELECT value FROM json_each(?)) ORDER BY p.doc, p.ordinal, e.seq",
            (dumps(kept),),
        )
        for at in range(0, len(rows), CHUNK):
            yield from self._load([r["row"] for r in rows[at : at + CHUNK]])

    def cascade(self, ids: Sequence[str]) -> list[Link]:
        """The links that these measures are an end of, each once: by lower measure, the surest first."""
        rows = self._db.all(
            "SELECT c.* FROM json_each(?1) j CROSS JOIN cascade c ON c.lower = j.value UNION"
            " SELECT c.* FROM json_each(?1) j CROSS JOIN cascade c ON c.upper = j.value"
            " ORDER BY lower, share DESC, upper",
            (dumps(list(ids)),),
        )
        return [
            Link(
                r["upper"],
                r["lower"],
                r["share"],
                tuple(Change(name, tuple(up), tuple(low)) for name, up, low in json.loads(r["changes"])),
            )
            for r in rows
        ]

    def departments(self) -> tuple[DepartmentRow, ...]:
        """Every printed name by policy, with its counts of measures."""
        rows = self._db.all(
            "SELECT d.name, d.key, e.policy, COUNT(DISTINCT CASE WHEN m.role = 'lead' THEN m.measure END) AS lead,"
            " COUNT(DISTINCT CASE WHEN m.role = 'responsible' THEN m.measure END) AS responsible"
            " FROM mentions m JOIN departments d ON d.row = m.department JOIN entries e ON e.row = m.measure"
            " GROUP BY d.row, e.policy ORDER BY e.policy, lead DESC, responsible DESC, d.name"
        )
        found = []
        for r in rows:
            policy = self._policies[r["policy"]]
            found.append(DepartmentRow(r["name"], r["key"], policy.key, r["lead"], r["responsible"]))
        return tuple(found)

    def _condition(self, where: Filter) -> tuple[str, list[Any]]:
        """The filter as SQL over entries `e`."""
        # the plus keeps the index over kinds out of the way of a subquery that names the few rows
        terms, values = ["+e.kind = 'measure'" if is_selective(where) else "e.kind = 'measure'"], list[Any]()

        def add(term: str, *more: Any) -> None:
            terms.append(term)
            values.extend(more)

        if where.places or where.policies:
            places, keys = set(where.places), set(where.policies)
            rows = [
                row
                for row, p in self._policies.items()
                if (not places or p.place in places) and (not keys or p.key in keys)
            ]
            add("e.policy IN (SELECT value FROM json_each(?))", dumps(rows))
        if where.departments:
            departments = [row for name in where.departments for row in self._department_rows(name)]
            role = " AND m.role = ?" if where.role else ""
            add(
                "e.row IN (SELECT m.measure FROM mentions m"
                f" WHERE m.department IN (SELECT value FROM json_each(?)){role})",
                dumps(departments),
                *([where.role.value] if where.role else []),
            )
        if where.due_from or where.due_by:
            first, last = dump_day(where.due_from) or "0000", dump_day(where.due_by) or "9999-99-99"
            add("e.row IN (SELECT measure FROM deadlines WHERE date BETWEEN ? AND ?)", first, last)
        for word in where.words.split():
            add("instr(e.searched, ?) > 0", searched_form(word))
        if where.numbers:
            add("e.number IN (SELECT value FROM json_each(?))", dumps(where.numbers))
        if where.has_deadline is not None:
            add("e.limits > 0" if where.has_deadline else "e.limits = 0")
        if where.has_lead is not None:
            add("e.leads > 0" if where.has_lead else "e.leads = 0")
        if where.has_doubt is not None:
            add("e.doubts != '[]'" if where.has_doubt else "e.doubts = '[]'")
        if where.ids is not None:
            add("e.id IN (SELECT value FROM json_each(?))", dumps(where.ids))
        if where.not_ids:
            add("e.id NOT IN (SELECT value FROM json_each(?))", dumps(where.not_ids))
        return " AND ".join(terms), values

    def _department_rows(self, name: str) -> tuple[int, ...]:
        """The departments that a person means by `name`: one body under any of its names.

        A place or level in front binds (珠海市住建局, 市住建局); without one it is that department everywhere."""
        if name not in self._resolved:
            place, body = self._place_and_body(name)
            found = self._db.all("SELECT row, owner FROM departments WHERE body = ?", (body,))
            self._resolved[name] = tuple(
                r["row"]
                for r in found
                if is_department_of(tuple(json.loads(r["owner"])), place, self._owners)
            ) or tuple(  # a place that is itself a unit (天河区), a name that only looks like one of a place
                r["row"] for r in self._db.all("SELECT row FROM departments WHERE name = ?", (name,))
            )
        return self._resolved[name]

    @cached_property
    def _owners(self) -> frozenset[Place]:
        """Every place that some department belongs to."""
        return frozenset(
            tuple(json.loads(r["owner"])) for r in self._db.all("SELECT DISTINCT owner FROM departments")
        )

    def _place_and_body(self, name: str) -> tuple[str, str]:
        """The place in front of a department's name, in everyday form too (准旗住建局), and its body's wording."""
        place, _, body = department_key(name).partition("|")
        if place:
            return place, body
        ends = [
            end for start, end, _ in find_places(name, among=self._owners) if start == 0 and end < len(name)
        ]
        if not ends:
            return place, body
        return name[: max(ends)], department_key(name[max(ends) :]).partition("|")[2]

    def _load(self, rows: Sequence[int]) -> list[Measure | Passage]:
        """The entries of these rows, in this order.  CROSS JOIN: look each row up, never walk the whole table."""
        wanted = (dumps(rows),)
        mentions: dict[int, list[Mention]] = {}
        for m in self._db.all(
            "SELECT m.*, d.name FROM json_each(?) j CROSS JOIN mentions m ON m.measure = j.value"
            " CROSS JOIN departments d ON d.row = m.department ORDER BY j.key, m.seq",
            wanted,
        ):
            span = Span(m["start"], m["end"], m["page"])
            mentions.setdefault(m["measure"], []).append(
                Mention(m["name"], Role(m["role"]), span, UnitKind(m["kind"]), bool(m["inherited"]))
            )
        deadlines: dict[int, list[Deadline]] = {}
        for d in self._db.all(
            "SELECT d.* FROM json_each(?) j CROSS JOIN deadlines d ON d.measure = j.value ORDER BY j.key, d.seq",
            wanted,
        ):
            span = Span(d["start"], d["end"], d["page"])
            kind, inherited = DeadlineKind(d["kind"]), bool(d["inherited"])
            deadlines.setdefault(d["measure"], []).append(
                Deadline(d["raw"], load_day(d["date"]), kind, span, d["who"], inherited)
            )
        found = self._db.all(
            "SELECT e.* FROM json_each(?) j CROSS JOIN entries e ON e.row = j.value ORDER BY j.key", wanted
        )
        return [
            self._load_entry(r, tuple(mentions.get(r["row"], ())), tuple(deadlines.get(r["row"], ())))
            for r in found
        ]

    def _load_entry(
        self, r: sqlite3.Row, mentions: tuple[Mention, ...], deadlines: tuple[Deadline, ...]
    ) -> Measure | Passage:
        policy, section, parts = (
            self._policies[r["policy"]],
            tuple(json.loads(r["section"])),
            load_spans(r["parts"]),
        )
        if r["kind"] == "passage":
            return Passage(r["id"], policy, section, r["text"], parts, r["number"])
        return Measure(
            id=r["id"],
            policy=policy,
            section=section,
            number=r["number"],
            text=r["text"],
            parts=parts,
            extent=load_spans(r["extent"]),
            mentions=mentions,
            deadlines=deadlines,
            plan=r["plan"],
            plan_parts=load_spans(r["plan_parts"]),
            has_clause=bool(r["has_clause"]),
            doubts=tuple(json.loads(r["doubts"])),
        )
