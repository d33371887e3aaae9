"""The tables of a catalog: what stands in the SQLite file, its indexes, and the views that withhold documents."""

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
