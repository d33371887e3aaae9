"""The history file's tables: their schema and its changes, what is asked of them, and their rows as values.  Whoever
calls holds the transaction.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.history.kept import Conversation, Feedback, Message, Review
from assistant.model import Turn
from index_build.errors import HistoryFault
from index_build.text import fold

# One script a version: the file's user_version counts those that have run.  To change the schema, append one.
MIGRATIONS = (
    """
    CREATE TABLE conversation (
        id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, named INTEGER NOT NULL,
        created TEXT NOT NULL, updated TEXT NOT NULL);
    CREATE INDEX conversation_user ON conversation (user, updated);
    CREATE TABLE message (
        ordinal INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
        role TEXT NOT NULL, content TEXT NOT NULL, folded TEXT NOT NULL, answer TEXT, created TEXT NOT NULL);
    CREATE INDEX message_conversation ON message (conversation, ordinal);
    CREATE TABLE feedback (
        id TEXT PRIMARY KEY, user TEXT, message TEXT UNIQUE, useful INTEGER NOT NULL, reason TEXT NOT NULL,
        right_answer TEXT NOT NULL, question TEXT NOT NULL, earlier TEXT NOT NULL, said TEXT NOT NULL, answer TEXT,
        created TEXT NOT NULL);
    CREATE INDEX feedback_created ON feedback (created);
    """,
    """
    CREATE TABLE review (
        measure TEXT PRIMARY KEY, doubts TEXT NOT NULL, good INTEGER NOT NULL, note TEXT NOT NULL,
        user TEXT NOT NULL, created TEXT NOT NULL);
    """,
)
TITLE_LENGTH = 30  # characters of a first question that become the title
UNTITLED = "新对话"
CONVERSATIONS = (
    "SELECT c.*, (SELECT count(*) FROM message m WHERE m.conversation = c.id) AS messages FROM conversation c"
)
MESSAGES = (
    "SELECT m.*, f.useful AS useful FROM message m JOIN conversation c ON c.id = m.conversation"
    " LEFT JOIN feedback f ON f.message = m.id"
)
# The last messages of a conversation, the newest first; SQLite reads the one field that is wanted of an answer row.
TURNS = (
    "SELECT role, content, json_extract(answer, '$.question_read.without') AS taken_out FROM message"
    " WHERE conversation = :conversation"
    " AND (:before IS NULL OR ordinal < (SELECT ordinal FROM message WHERE id = :before))"
    " ORDER BY ordinal DESC LIMIT :last"
)


def connect(path: Path) -> sqlite3.Connection:
    """A connection without transactions of its own, whose file lets readers go on beside a writer."""
    db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    db.row_factory = sqlite3.Row
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        db.execute(f"PRAGMA {pragma}")
    return db


def cannot_serve(path: Path, error: Exception) -> HistoryFault:
    return HistoryFault(
        f"历史记录 {path} 不能读写（{error}）；请移走该文件，或检查权限与磁盘空间 · the history cannot be read or "
        "written: move the file away, or check permissions and disk space"
    )


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the newest schema; a file from the future is refused, not guessed at."""
    db.execute("BEGIN IMMEDIATE")
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        db.execute("ROLLBACK")
        raise HistoryFault(
            f"历史记录 {path} 由更新的版本写成（{version}）；请升级 Cewen 或另用数据文件夹 · written by a newer version: upgrade"
        )
    for script in MIGRATIONS[version:]:
        for statement in script.split(";"):
            if statement.strip():
                db.execute(statement)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    db.execute("COMMIT")


def taken_out(reply: sqlite3.Row | None) -> tuple[str, ...]:
    """What the person took out of the question that got this reply (assistant.question.without)."""
    if reply is None or reply["role"] != "assistant" or not reply["taken_out"]:
        return ()
    return tuple(json.loads(reply["taken_out"]))


def no_such(chinese: str, english: str) -> HistoryFault:
    return HistoryFault(f"没有这个{chinese}；请刷新列表 · no such {english}: reload the list")


def owned(db: sqlite3.Connection, user: str, conversation: str) -> sqlite3.Row:
    """The conversation's row, if it is the user's."""
    row = db.execute("SELECT * FROM conversation WHERE id = ? AND user = ?", (conversation, user)).fetchone()
    if row is None:
        raise no_such("对话", "conversation")
    found: sqlite3.Row = row
    return found


def begin(db: sqlite3.Connection, user: str, now: str, title: str = "") -> str:
    """Add an empty conversation; its id.  Without a title it is untitled until its first question."""
    ident = uuid.uuid4().hex
    db.execute(
        "INSERT INTO conversation VALUES (?, ?, ?, ?, ?, ?)",
        (ident, user, title or UNTITLED, bool(title), now, now),
    )
    return ident


def append(
    db: sqlite3.Connection,
    conversation: str,
    role: str,
    content: str,
    now: str,
    answer: Mapping[str, Any] | None = None,
) -> Message:
    """Add a message to a conversation, whose first question becomes its title."""
    ident = uuid.uuid4().hex
    kept = None if answer is None else json.dumps(answer, ensure_ascii=False)
    db.execute(
        "INSERT INTO message (id, conversation, role, content, folded, answer, created)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (ident, conversation, role, content, fold(content).lower(), kept, now),
    )
    if role == "user":
        db.execute(
            "UPDATE conversation SET title = ? WHERE id = ? AND NOT named AND title = ?",
            (title_of(content), conversation, UNTITLED),
        )
    db.execute("UPDATE conversation SET updated = ? WHERE id = ?", (now, conversation))
    return Message(ident, conversation, role, content, dt.datetime.fromisoformat(now), answer)


def cut(db: sqlite3.Connection, user: str, message: str) -> None:
    """Take back a message and all that follow it."""
    row = db.execute(
        "SELECT m.ordinal, m.conversation FROM message m JOIN conversation c ON c.id = m.conversation"
        " WHERE m.id = ? AND c.user = ?",
        (message, user),
    ).fetchone()
    if row is None:
        raise no_such("消息", "message")
    gone = (row["conversation"], row["ordinal"])
    db.execute(
        "UPDATE feedback SET message = NULL WHERE message IN"
        " (SELECT id FROM message WHERE conversation = ? AND ordinal >= ?)",
        gone,
    )
    db.execute("DELETE FROM message WHERE conversation = ? AND ordinal >= ?", gone)


def title_of(question: str) -> str:
    flat = " ".join(question.split())
    return (flat if len(flat) <= TITLE_LENGTH else flat[: TITLE_LENGTH - 1] + "…") or UNTITLED


def conversation_of(row: sqlite3.Row) -> Conversation:
    created, updated = (dt.datetime.fromisoformat(row[name]) for name in ("created", "updated"))
    return Conversation(row["id"], row["title"], created, updated, row["messages"])


def message_of(row: sqlite3.Row) -> Message:
    return Message(
        row["id"],
        row["conversation"],
        row["role"],
        row["content"],
        dt.datetime.fromisoformat(row["created"]),
        json.loads(row["answer"]) if row["answer"] else None,
        None if row["useful"] is None else bool(row["useful"]),
    )


def review_of(row: sqlite3.Row) -> Review:
    return Review(
        row["measure"],
        tuple(json.loads(row["doubts"])),
        bool(row["good"]),
        row["note"],
        row["user"],
        dt.datetime.fromisoformat(row["created"]),
    )


def feedback_of(row: sqlite3.Row) -> Feedback:
    return Feedback(
        id=row["id"],
        user=row["user"],
        useful=bool(row["useful"]),
        reason=row["reason"],
        right_answer=row["right_answer"],
        question=row["question"],
        earlier=tuple(Turn(role, content) for role, content in json.loads(row["earlier"])),
        said=row["said"],
        answer=json.loads(row["answer"]) if row["answer"] else None,
        created=dt.datetime.fromisoformat(row["created"]),
    )
