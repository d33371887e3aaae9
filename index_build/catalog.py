"""The catalog: every document, policy, measure and passage as records in one SQLite file, the source of truth of
an index.  Lists, counts and dates are queries here, complete and exact; search only finds where to look.

    documents 1─n policies 1─n entries (measures and passages) 1─n mentions, deadlines
    cascade: which measure of a higher place a measure carries on, by their ids
    departments: each printed name within a place, with the wording that all names of one body share and the
    place that it is a department of (市公安局 in a county's plan is the city's)

What is loaded equals what was saved.  `CatalogWriter` makes a catalog; `Catalog` reads a finished one, which
nobody writes any more, so it may be shared by threads (each gets its own connection).
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from index_build.cascade import Change, Link
from index_build.errors import IndexDamaged
from index_build.model import (
    Cell,
    Deadline,
    DeadlineKind,
    Document,
    Extraction,
    Heading,
    Measure,
    Mention,
    Page,
    Passage,
    Policy,
    PolicyKind,
    Role,
    Span,
    Table,
    UnitKind,
)
from index_build.names import department_key, split_place
from index_build.places import find_places, place_aliases
from index_build.text import fold, simplify

SCHEMA = """
CREATE TABLE documents(
    name TEXT PRIMARY KEY, path TEXT NOT NULL, file_sha256 TEXT NOT NULL, sha256 TEXT NOT NULL, title TEXT,
    text TEXT NOT NULL, layout TEXT NOT NULL, warnings TEXT NOT NULL, extraction_warnings TEXT NOT NULL,
    characters INTEGER NOT NULL, measures INTEGER NOT NULL, passages INTEGER NOT NULL);
CREATE TABLE policies(
    row INTEGER PRIMARY KEY, doc TEXT NOT NULL REFERENCES documents(name), ordinal INTEGER NOT NULL,
    title TEXT NOT NULL, place TEXT NOT NULL, doc_no TEXT, issued TEXT, year INTEGER, start INTEGER NOT NULL,
    end INTEGER NOT NULL, page INTEGER, issuers TEXT NOT NULL, kind TEXT NOT NULL, addressees TEXT,
    effective TEXT, expires TEXT, repeals TEXT NOT NULL, UNIQUE(doc, ordinal));
CREATE TABLE entries(
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, policy INTEGER NOT NULL REFERENCES policies(row),
    seq INTEGER NOT NULL, number TEXT, section TEXT NOT NULL, text TEXT NOT NULL, parts TEXT NOT NULL,
    extent TEXT NOT NULL, plan TEXT, plan_parts TEXT NOT NULL, has_clause INTEGER NOT NULL, doubts TEXT NOT NULL,
    leads INTEGER NOT NULL, limits INTEGER NOT NULL, due TEXT, searched TEXT NOT NULL);
CREATE TABLE departments(
    row INTEGER PRIMARY KEY, name TEXT NOT NULL, place TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
    owner TEXT NOT NULL, UNIQUE(name, place));
CREATE TABLE mentions(
    measure INTEGER NOT NULL REFERENCES entries(row), seq INTEGER NOT NULL, department INTEGER NOT NULL REFERENCES departments(row),
    role TEXT NOT NULL, kind TEXT NOT NULL, inherited INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    page INTEGER, PRIMARY KEY(measure, seq)) WITHOUT ROWID;
CREATE TABLE deadlines(
    measure INTEGER NOT NULL REFERENCES entries(row), seq INTEGER NOT NULL, raw TEXT NOT NULL, date TEXT, kind TEXT NOT NULL,
    who TEXT, inherited INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, page INTEGER,
    PRIMARY KEY(measure, seq)) WITHOUT ROWID;
CREATE TABLE cascade(
    lower TEXT NOT NULL, upper TEXT NOT NULL, share REAL NOT NULL, changes TEXT NOT NULL,
    PRIMARY KEY(lower, upper)) WITHOUT ROWID;
"""
# Made after the rows: filling an index that exists costs more than sorting once.
INDEXES = """
CREATE INDEX IF NOT EXISTS entries_by_policy ON entries(policy, seq);
CREATE INDEX IF NOT EXISTS entries_by_kind ON entries(kind, policy, seq);
CREATE INDEX IF NOT EXISTS mentions_by_department ON mentions(department, role, measure);
CREATE INDEX IF NOT EXISTS cascade_by_upper ON cascade(upper);
CREATE INDEX IF NOT EXISTS departments_by_body ON departments(body);
CREATE INDEX IF NOT EXISTS deadlines_by_date ON deadlines(date, measure);
"""
# A catalog as if it had never held some documents: on a connection's own views, which stand before the tables of
# the same names, so that every query reads through them and none can forget to.
WITHHELD = """
CREATE TEMP TABLE withheld_documents(name TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO withheld_documents SELECT name FROM main.documents WHERE name IN (SELECT value FROM json_each(?));
CREATE TEMP TABLE withheld_policies(row INTEGER PRIMARY KEY);
INSERT INTO withheld_policies SELECT row FROM main.policies WHERE doc IN withheld_documents;
CREATE TEMP TABLE withheld_entries(row INTEGER PRIMARY KEY);
INSERT INTO withheld_entries SELECT row FROM main.entries WHERE policy IN withheld_policies;
CREATE TEMP TABLE withheld_ids(id TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO withheld_ids SELECT id FROM main.entries WHERE row IN withheld_entries;
CREATE TEMP TABLE withheld_departments(row INTEGER PRIMARY KEY);
INSERT INTO withheld_departments SELECT row FROM main.departments WHERE row NOT IN (
    SELECT department FROM main.mentions WHERE measure NOT IN withheld_entries);
CREATE TEMP VIEW documents AS SELECT * FROM main.documents WHERE name NOT IN withheld_documents;
CREATE TEMP VIEW policies AS SELECT * FROM main.policies WHERE row NOT IN withheld_policies;
CREATE TEMP VIEW entries AS SELECT * FROM main.entries WHERE policy NOT IN withheld_policies;
CREATE TEMP VIEW mentions AS SELECT * FROM main.mentions WHERE measure NOT IN withheld_entries;
CREATE TEMP VIEW deadlines AS SELECT * FROM main.deadlines WHERE measure NOT IN withheld_entries;
CREATE TEMP VIEW departments AS SELECT * FROM main.departments WHERE row NOT IN withheld_departments;
CREATE TEMP VIEW cascade AS
    SELECT * FROM main.cascade WHERE lower NOT IN withheld_ids AND upper NOT IN withheld_ids;
"""
CHUNK = 1_000  # measures loaded at a time when iterating
ORDERS = {
    "source": "p.doc, p.ordinal, e.seq",
    "due": "e.due IS NULL, e.due, p.doc, p.ordinal, e.seq",
    "due_last_first": "e.due IS NULL, e.due DESC, p.doc, p.ordinal, e.seq",
    "place": "p.place, p.doc, p.ordinal, e.seq",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which measures: every field that is set has to hold, and within a field one of its values.

    `departments` are names as people say them (区住建局); without a place they hold for every place.  `places`
    are whole paths, and a path is not its lower places.  `due_from` and `due_by` are days, both included, of one
    and the same deadline.  `words` have to stand in the body, the plan or the headings, each of them."""

    departments: tuple[str, ...] = ()
    role: Role | None = None
    places: tuple[tuple[str, ...], ...] = ()
    policies: tuple[tuple[str, int], ...] = ()
    due_from: dt.date | None = None
    due_by: dt.date | None = None
    words: str = ""
    numbers: tuple[str, ...] = ()
    has_deadline: bool | None = None
    has_lead: bool | None = None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as listed: `path` is the file it was read from, `warnings` the reader's and the extractor's."""

    name: str
    sha256: str
    characters: int
    measures: int
    warnings: tuple[str, ...]
    passages: int = 0
    path: str = ""
    file_sha256: str = ""


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One printed name in one policy, and in how many of its measures it leads or helps."""

    name: str
    key: str
    policy: tuple[str, int]
    lead: int
    responsible: int


EVERY_MEASURE = Filter()


def _is_selective(where: Filter) -> bool:
    """Whether a filter names few measures, which an index leads to."""
    return bool(where.departments or where.due_from or where.due_by)


def searched_form(text: str) -> str:
    """What `Filter.words` is matched in and by."""
    return simplify(fold(text)).lower()


Place = tuple[str, ...]
# Levels that stand for a place of which the document says the name: 市住建局, 自治区财政厅.
LEVELS = (
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "省",
    "市",
    "州",
    "盟",
    "地区",
    "区",
    "县",
    "旗",
    "镇",
    "乡",
)


def _is_level(place: str, level: str) -> bool:
    """Whether a place is of a level, which its name ends in; an autonomous region is no district."""
    return place.endswith(level) and not (level == "区" and place.endswith(("自治区", "地区")))


def owner_of(name: str, place: Place) -> Place:
    """The place whose department is named by `name` in a paper of `place`.

    市公安局 in a paper of 赣州市兴国县 is 赣州市's; a level that the paper's path lacks stays as its last step."""
    level, _ = split_place(name)
    if not level:
        return place
    if level in LEVELS:
        for depth in range(len(place), 0, -1):
            if _is_level(place[depth - 1], level):
                return place[:depth]
        return (*place, level)
    found = [path for _, end, path in find_places(level) if end == len(level)]
    if not found:
        return (*place, level)
    return max(found, key=lambda path: sum(a == b for a, b in zip(path, place, strict=False)))


def _is_of(owner: Place, place: str, among: frozenset[Place]) -> bool:
    """Whether a department of `owner` is meant by a name that begins with `place` (a level, a name or nothing)."""
    if not place or not owner:
        return True
    if place in LEVELS:
        return _is_level(owner[-1], place)
    if place == owner[-1] or place in place_aliases(owner):
        return True
    return any(path == owner for _, end, path in find_places(place, among=among) if end == len(place))


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _spans(spans: Iterable[Span]) -> str:
    return _dumps([[s.start, s.end, s.page] for s in spans])


def _load_spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(*span) for span in json.loads(text))


def _day(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None


def _load_day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _layout(document: Document) -> str:
    return _dumps(
        {
            "pages": [[p.number, p.start] for p in document.pages],
            "headings": [[h.start, h.end, h.level] for h in document.headings],
            "tables": [
                [t.start, t.end, t.rows, t.columns,
                 [[c.start, c.end, c.row, c.column, c.row_span, c.column_span] for c in t.cells]]
                for t in document.tables
            ],
        }
    )  # fmt: skip


def _load_document(row: sqlite3.Row) -> Document:
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
    )


def _load_policy(row: sqlite3.Row) -> Policy:
    return Policy(
        doc=row["doc"],
        ordinal=row["ordinal"],
        title=row["title"],
        span=Span(row["start"], row["end"], row["page"]),
        doc_no=row["doc_no"],
        issuers=tuple(json.loads(row["issuers"])),
        issued=_load_day(row["issued"]),
        year=row["year"],
        place=tuple(json.loads(row["place"])),
        kind=PolicyKind(row["kind"]),
        addressees=row["addressees"],
        effective=_load_day(row["effective"]),
        expires=_load_day(row["expires"]),
        repeals=tuple(json.loads(row["repeals"])),
    )


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
                document.text, _layout(document), _dumps(document.warnings), _dumps(extraction.warnings),
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
            found[p.doc, p.ordinal] = at
            rows.append(
                (at, p.doc, p.ordinal, p.title, _dumps(p.place), p.doc_no, _day(p.issued), p.year, p.span.start,
                 p.span.end, p.span.page, _dumps(p.issuers), p.kind.value, p.addressees, _day(p.effective),
                 _day(p.expires), _dumps(p.repeals))
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
                (at, entry.id, "measure" if measure else "passage", policy_rows[policy.doc, policy.ordinal], seq,
                 entry.number, _dumps(entry.section), entry.text, _spans(entry.parts),
                 _spans(measure.extent) if measure else "[]", measure.plan if measure else None,
                 _spans(measure.plan_parts) if measure else "[]", int(measure.has_clause) if measure else 0,
                 _dumps(measure.doubts) if measure else "[]", len(measure.lead) if measure else 0,
                 len(measure.deadlines) if measure else 0, min(days, default=None), searched)
            )  # fmt: skip
            if measure is None:
                continue
            place = _dumps(policy.place)
            for number, m in enumerate(measure.mentions):
                mentions.append((at, number, self._department(m.name, place), m.role.value, m.kind.value,
                                 int(m.inherited), m.span.start, m.span.end, m.span.page))  # fmt: skip
            for number, d in enumerate(measure.deadlines):
                deadlines.append((at, number, d.raw, _day(d.date), d.kind.value, d.who, int(d.inherited),
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
                (row, name, place, key, key.partition("|")[2], _dumps(owner)),
            )
            self._departments[name, place] = row
        return row

    def link(self, links: Iterable[Link]) -> None:
        """Put these links in place of all that were there: any new document can change them."""
        self._db.execute("DELETE FROM cascade")
        rows = [
            (k.lower, k.upper, k.share, _dumps([[c.field, c.upper, c.lower] for c in k.changes]))
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


class Catalog:
    """A finished catalog, read-only; `without` some documents it is as if it had never held them."""

    def __init__(self, path: Path, *, without: Collection[str] = ()) -> None:
        self._path = path
        self._without = frozenset(without)
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._resolved: dict[str, tuple[int, ...]] = {}

    def _connect(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # immutable: nobody writes a finished generation, so no locks and no log files are needed, and an
            # index folder without write permission serves as well
            uri = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA mmap_size=1073741824")
            if self._without:
                self._withhold(connection)
            self._local.connection = connection
            with self._guard:
                self._connections.append(connection)
        return connection

    def _withhold(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA temp_store=MEMORY")
        for statement in filter(str.strip, WITHHELD.split(";")):
            connection.execute(statement, (_dumps(sorted(self._without)),) if "?" in statement else ())

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connect()
        except sqlite3.DatabaseError as error:
            raise IndexDamaged(
                f"索引目录里的 {self._path.name} 已损坏（{error}）；请重新运行 cewen build --fresh · "
                f"the catalog is damaged: run cewen build --fresh again"
            ) from error

    def _all(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._reading() as db:
            return db.execute(query, values).fetchall()

    def close(self) -> None:
        with self._guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    # documents and policies

    @cached_property
    def _policies(self) -> dict[int, Policy]:
        return {r["row"]: _load_policy(r) for r in self._all("SELECT * FROM policies ORDER BY doc, ordinal")}

    def policies(self) -> tuple[Policy, ...]:
        return tuple(self._policies.values())

    def documents(self) -> tuple[DocumentRow, ...]:
        rows = self._all(
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
        rows = self._all(f"SELECT {columns} FROM documents WHERE name = ?", (doc,))
        if not rows:
            raise KeyError(doc)
        return rows[0]

    def text(self, doc: str) -> str:
        """The document's text as read.  KeyError for a document that is not in the catalog."""
        return str(self._document_row(doc, "text")["text"])

    def document(self, doc: str) -> Document:
        """The whole document, equal to what was read.  KeyError for one that is not in the catalog."""
        return _load_document(self._document_row(doc, "*"))

    # measures

    def measures(
        self, where: Filter = Filter(), *, limit: int | None = None, offset: int = 0, order: str = "source"
    ) -> list[Measure]:
        """The measures that `where` names; `order` is one of ORDERS."""
        rows = self._rows(where, order, limit, offset)
        return [entry for entry in self._load(rows) if isinstance(entry, Measure)]

    def iterate(self, where: Filter = Filter(), *, order: str = "source") -> Iterator[Measure]:
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
        found = self._all(
            f"SELECT e.row FROM policies p {join} entries e ON e.policy = p.row WHERE {condition}"
            f" ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?",
            (*values, -1 if limit is None else limit, offset),
        )
        return [r["row"] for r in found]

    def count(self, where: Filter = Filter()) -> int:
        condition, values = self._condition(where)
        return int(self._all(f"SELECT COUNT(*) FROM entries e WHERE {condition}", values)[0][0])

    def measure_ids(self, where: Filter = Filter(), *, order: str = "source") -> list[str]:
        """The ids of the measures that `where` names, all of them and in order: for a page or a further choice."""
        condition, values = self._condition(where)
        rows = self._all(
            f"SELECT e.id FROM entries e JOIN policies p ON p.row = e.policy WHERE {condition} ORDER BY {ORDERS[order]}",
            values,
        )
        return [row["id"] for row in rows]

    def time_limits(self) -> list[tuple[str, str, dt.date | None, DeadlineKind]]:
        """(measure id, raw, last day, kind) of every deadline, without loading the measures."""
        rows = self._all(
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

    def total(self) -> int:
        """How many measures and passages there are."""
        return int(self._all("SELECT COUNT(*) FROM entries")[0][0])

    def entries(self, ids: Sequence[str]) -> list[Measure | Passage]:
        """The entries with these ids, in the order asked; an id that is not there is left out."""
        rows = self._all(
            "SELECT e.row FROM json_each(?) j CROSS JOIN entries e ON e.id = j.value ORDER BY j.key",
            (_dumps(list(ids)),),
        )
        return self._load([r["row"] for r in rows])

    def ids(self, policies: Iterable[tuple[str, int]]) -> list[str]:
        """The ids of all entries of some policies, in source order."""
        chosen = set(policies)
        rows = [row for row, p in self._policies.items() if (p.doc, p.ordinal) in chosen]
        found = self._all(
            "SELECT id FROM entries WHERE policy IN (SELECT value FROM json_each(?)) ORDER BY policy, seq",
            (_dumps(rows),),
        )
        return [r["id"] for r in found]

    def doubtful(self) -> list[Measure]:
        """The measures that a person should check, in source order."""
        rows = self._all(
            "SELECT e.row FROM policies p CROSS JOIN entries e ON e.policy = p.row WHERE e.doubts != '[]'"
            " ORDER BY p.doc, p.ordinal, e.seq"
        )
        return [entry for entry in self._load([r["row"] for r in rows]) if isinstance(entry, Measure)]

    def iterate_entries(
        self, policies: Iterable[tuple[str, int]] | None = None
    ) -> Iterator[Measure | Passage]:
        """Every measure and passage, in source order; of some policies only, if named.  One by one, as `iterate`."""
        chosen = None if policies is None else set(policies)
        kept = [r for r, p in self._policies.items() if chosen is None or (p.doc, p.ordinal) in chosen]
        rows = self._all(
            "SELECT e.row FROM policies p CROSS JOIN entries e ON e.policy = p.row"
            " WHERE p.row IN (SELECT value FROM json_each(?)) ORDER BY p.doc, p.ordinal, e.seq",
            (_dumps(kept),),
        )
        for at in range(0, len(rows), CHUNK):
            yield from self._load([r["row"] for r in rows[at : at + CHUNK]])

    def cascade(self, ids: Sequence[str]) -> list[Link]:
        """The links that these measures are an end of, each once: by lower measure, the surest first."""
        rows = self._all(
            "SELECT c.* FROM json_each(?1) j CROSS JOIN cascade c ON c.lower = j.value UNION"
            " SELECT c.* FROM json_each(?1) j CROSS JOIN cascade c ON c.upper = j.value"
            " ORDER BY lower, share DESC, upper",
            (_dumps(list(ids)),),
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
        rows = self._all(
            "SELECT d.name, d.key, e.policy, COUNT(DISTINCT CASE WHEN m.role = 'lead' THEN m.measure END) AS lead,"
            " COUNT(DISTINCT CASE WHEN m.role = 'responsible' THEN m.measure END) AS responsible"
            " FROM mentions m JOIN departments d ON d.row = m.department JOIN entries e ON e.row = m.measure"
            " GROUP BY d.row, e.policy ORDER BY e.policy, lead DESC, responsible DESC, d.name"
        )
        found = []
        for r in rows:
            policy = self._policies[r["policy"]]
            found.append(
                DepartmentRow(r["name"], r["key"], (policy.doc, policy.ordinal), r["lead"], r["responsible"])
            )
        return tuple(found)

    def _condition(self, where: Filter) -> tuple[str, list[Any]]:
        """The filter as SQL over entries `e`."""
        # the plus keeps the index over kinds out of the way of a subquery that names the few rows
        terms, values = ["+e.kind = 'measure'" if _is_selective(where) else "e.kind = 'measure'"], list[Any]()

        def add(term: str, *more: Any) -> None:
            terms.append(term)
            values.extend(more)

        if where.places or where.policies:
            places, keys = set(where.places), set(where.policies)
            rows = [
                row
                for row, p in self._policies.items()
                if (not places or p.place in places) and (not keys or (p.doc, p.ordinal) in keys)
            ]
            add("e.policy IN (SELECT value FROM json_each(?))", _dumps(rows))
        if where.departments:
            departments = [row for name in where.departments for row in self._department_rows(name)]
            role = " AND m.role = ?" if where.role else ""
            add(
                "e.row IN (SELECT m.measure FROM mentions m"
                f" WHERE m.department IN (SELECT value FROM json_each(?)){role})",
                _dumps(departments),
                *([where.role.value] if where.role else []),
            )
        if where.due_from or where.due_by:
            first, last = _day(where.due_from) or "0000", _day(where.due_by) or "9999-99-99"
            add("e.row IN (SELECT measure FROM deadlines WHERE date BETWEEN ? AND ?)", first, last)
        for word in where.words.split():
            add("instr(e.searched, ?) > 0", searched_form(word))
        if where.numbers:
            add("e.number IN (SELECT value FROM json_each(?))", _dumps(where.numbers))
        if where.has_deadline is not None:
            add("e.limits > 0" if where.has_deadline else "e.limits = 0")
        if where.has_lead is not None:
            add("e.leads > 0" if where.has_lead else "e.leads = 0")
        return " AND ".join(terms), values

    def _department_rows(self, name: str) -> tuple[int, ...]:
        """The departments that a person means by `name`: one body under any of its names.

        A place or level in front binds (珠海市住建局, 市住建局); without one it is that department everywhere."""
        if name not in self._resolved:
            place, body = self._place_and_body(name)
            found = self._all("SELECT row, owner FROM departments WHERE body = ?", (body,))
            self._resolved[name] = tuple(
                r["row"] for r in found if _is_of(tuple(json.loads(r["owner"])), place, self._owners)
            ) or tuple(  # a place that is itself a unit (天河区), a name that only looks like one of a place
                r["row"] for r in self._all("SELECT row FROM departments WHERE name = ?", (name,))
            )
        return self._resolved[name]

    @cached_property
    def _owners(self) -> frozenset[Place]:
        """Every place that some department belongs to."""
        return frozenset(
            tuple(json.loads(r["owner"])) for r in self._all("SELECT DISTINCT owner FROM departments")
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
        wanted = (_dumps(rows),)
        mentions: dict[int, list[Mention]] = {}
        for m in self._all(
            "SELECT m.*, d.name FROM json_each(?) j CROSS JOIN mentions m ON m.measure = j.value"
            " CROSS JOIN departments d ON d.row = m.department ORDER BY j.key, m.seq",
            wanted,
        ):
            span = Span(m["start"], m["end"], m["page"])
            mentions.setdefault(m["measure"], []).append(
                Mention(m["name"], Role(m["role"]), span, UnitKind(m["kind"]), bool(m["inherited"]))
            )
        deadlines: dict[int, list[Deadline]] = {}
        for d in self._all(
            "SELECT d.* FROM json_each(?) j CROSS JOIN deadlines d ON d.measure = j.value ORDER BY j.key, d.seq",
            wanted,
        ):
            span = Span(d["start"], d["end"], d["page"])
            kind, inherited = DeadlineKind(d["kind"]), bool(d["inherited"])
            deadlines.setdefault(d["measure"], []).append(
                Deadline(d["raw"], _load_day(d["date"]), kind, span, d["who"], inherited)
            )
        found = self._all(
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
            _load_spans(r["parts"]),
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
            extent=_load_spans(r["extent"]),
            mentions=mentions,
            deadlines=deadlines,
            plan=r["plan"],
            plan_parts=_load_spans(r["plan_parts"]),
            has_clause=bool(r["has_clause"]),
            doubts=tuple(json.loads(r["doubts"])),
        )
