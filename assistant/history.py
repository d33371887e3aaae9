"""Conversations and feedback, kept on the server: this module owns the history file (SQLite, in a data folder
beside the index, so that building or replacing the index never touches it).

Everything belongs to a user (a plain string; "" is the one person of a machine without accounts), and nothing of
one user is ever shown to another.  A message of the assistant keeps its whole answer row (`Answer.row`), so that
citations are the same after a restart.  Feedback keeps its own copy of question and answer: it stays, without
its user, when the conversation is deleted, and can be exported as draft rows of a question set.

    history = History(history_path(Path("cewen-index")))
    talk = history.create("wang")
    history.add("wang", talk.id, "user", "这项谁牵头？")
    said = history.add("wang", talk.id, "assistant", "由……牵头 [1]。", answer=answer.row())
    history.rate("wang", said.id, useful=False, reason="部门不对", right_answer="应为……")
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import queue
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.model import Turn
from index_build.errors import HistoryFault
from index_build.text import fold, titled

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
)
TITLE_LENGTH = 30
UNTITLED = "新对话"
ROLES = ("user", "assistant")

# What the question was read as -> the type of a question-set row.
DRAFT_TYPES = {
    "who": "who_lead", "who_lead": "who_lead", "who_responsible": "who_responsible", "when": "when",
    "who_when": "who_when", "what": "what", "department_tasks": "dept_list", "due_list": "deadline_list",
    "compare": "cross_region", "changes": "cross_region", "count": "dept_list", "documents": "smalltalk_meta",
    "about": "smalltalk_meta", "invent": "injection",
}  # fmt: skip
HEAD_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in a list: `messages` counts them; times are UTC."""

    id: str
    title: str
    created: dt.datetime
    updated: dt.datetime
    messages: int


@dataclass(frozen=True, slots=True)
class Message:
    """One turn as it was said; `answer` is the whole answer row of an assistant's turn, None for a person's.

    `useful` is the feedback given to it: True 有用, False 有误, None not rated."""

    id: str
    conversation: str
    role: str
    content: str
    created: dt.datetime
    answer: Mapping[str, Any] | None = None
    useful: bool | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person said of an answer.  `user` is None once the conversation is deleted."""

    id: str
    user: str | None
    useful: bool
    reason: str
    right_answer: str
    question: str
    earlier: tuple[Turn, ...]
    said: str
    answer: Mapping[str, Any] | None
    created: dt.datetime


def history_path(index_dir: Path) -> Path:
    """Where the history of an index lives: `cewen-index` -> `cewen-index-data/history.db`."""
    return index_dir.parent / f"{index_dir.name}-data" / "history.db"


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class History:
    """The history file.  Safe to use from several threads and processes; every call is one transaction.

    Raises HistoryFault for a file that is damaged, of a newer version, or not writable, and for an id that is
    not the user's."""

    def __init__(self, path: Path, *, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self.path = path
        self._clock = clock
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._writing = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_serve(path, error) from error
        with self._connection() as db:
            migrate(db, path)

    def close(self) -> None:
        """Close the connections that are not in use; the history can still be used afterwards."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for one call: sqlite3's are not to be shared by threads at the same time."""
        db: sqlite3.Connection | None = None
        try:
            try:
                db = self._idle.get_nowait()
            except queue.Empty:
                db = connect(self.path)
            yield db
        except sqlite3.DatabaseError as error:
            raise cannot_serve(self.path, error) from error
        else:
            self._idle.put(db)
            db = None
        finally:
            if db is not None:
                db.close()

    @contextlib.contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        # SQLite lets a second writer try again after pauses that grow, so that among many some would wait for seconds
        with self._writing, self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def _now(self) -> str:
        return self._clock().astimezone(dt.UTC).isoformat(timespec="microseconds")

    # -- conversations --------------------------------------------------------------------------------------

    def create(self, user: str, title: str = "") -> Conversation:
        """A new conversation; without a title it takes its first question's words."""
        now, name = self._now(), title.strip()
        ident = uuid.uuid4().hex
        with self._write() as db:
            db.execute(
                "INSERT INTO conversation VALUES (?, ?, ?, ?, ?, ?)",
                (ident, user, name or UNTITLED, bool(name), now, now),
            )
        return self.conversation(user, ident)

    def conversation(self, user: str, conversation: str) -> Conversation:
        with self._connection() as db:
            row = db.execute(
                f"{CONVERSATIONS} WHERE c.id = ? AND c.user = ?", (conversation, user)
            ).fetchone()
        if row is None:
            raise no_such("对话", "conversation")
        return conversation_of(row)

    def conversations(self, user: str, *, limit: int = 100, offset: int = 0) -> list[Conversation]:
        """The user's conversations, the last used first."""
        with self._connection() as db:
            rows = db.execute(
                f"{CONVERSATIONS} WHERE c.user = ? ORDER BY c.updated DESC, c.id LIMIT ? OFFSET ?",
                (user, limit, offset),
            ).fetchall()
        return [conversation_of(row) for row in rows]

    def search(self, user: str, words: str, *, limit: int = 50) -> list[Conversation]:
        """Conversations whose title or messages hold every one of the words (width and case do not count)."""
        wanted = [fold(word).lower() for word in words.split()]
        held = (
            " AND (EXISTS (SELECT 1 FROM message m WHERE m.conversation = c.id AND instr(m.folded, ?))"
            " OR instr(lower(c.title), ?))"
        )
        with self._connection() as db:
            rows = db.execute(
                f"{CONVERSATIONS} WHERE c.user = ?{held * len(wanted)} ORDER BY c.updated DESC, c.id LIMIT ?",
                (user, *(w for word in wanted for w in (word, word)), limit),
            ).fetchall()
        return [conversation_of(row) for row in rows]

    def rename(self, user: str, conversation: str, title: str) -> Conversation:
        name = title.strip()
        with self._write() as db:
            done = db.execute(
                "UPDATE conversation SET title = ?, named = ? WHERE id = ? AND user = ?",
                (name or UNTITLED, bool(name), conversation, user),
            )
            if not done.rowcount:
                raise no_such("对话", "conversation")
        return self.conversation(user, conversation)

    def delete(self, user: str, conversation: str) -> None:
        """The conversation and its messages; feedback on them stays, but no longer says whose it was."""
        with self._write() as db:
            owned(db, user, conversation)
            db.execute(
                "UPDATE feedback SET user = NULL, message = NULL WHERE message IN"
                " (SELECT id FROM message WHERE conversation = ?)",
                (conversation,),
            )
            db.execute("DELETE FROM conversation WHERE id = ?", (conversation,))

    def forget(self, user: str) -> int:
        """Every conversation of a user (an account that is closed), feedback left without a name; how many."""
        with self._write() as db:
            db.execute("UPDATE feedback SET user = NULL, message = NULL WHERE user = ?", (user,))
            return db.execute("DELETE FROM conversation WHERE user = ?", (user,)).rowcount

    # -- messages -------------------------------------------------------------------------------------------

    def add(
        self,
        user: str,
        conversation: str,
        role: str,
        content: str,
        *,
        answer: Mapping[str, Any] | None = None,
    ) -> Message:
        """Append a message; `answer` is `Answer.row()` and is kept whole, citations and all."""
        if role not in ROLES:
            raise ValueError(f"role is {role!r}, not one of {ROLES}")
        with self._write() as db:
            owned(db, user, conversation)
            return append(db, conversation, role, content, self._now(), answer)

    def begin(
        self, user: str, conversation: str | None, question: str, *, instead_of: str | None = None
    ) -> Message:
        """A question is asked: it is kept before its answer is written, so that it outlives a server that does not
        come to the answer.  None begins a conversation; `instead_of` is an earlier question that is taken back first,
        with all that followed."""
        now = self._now()
        with self._write() as db:
            if instead_of:
                cut(db, user, instead_of)
            if conversation is None:
                conversation = uuid.uuid4().hex
                db.execute(
                    "INSERT INTO conversation VALUES (?, ?, ?, ?, ?, ?)",
                    (conversation, user, UNTITLED, False, now, now),
                )
            else:
                owned(db, user, conversation)
            return append(db, conversation, "user", question, now)

    def reply(
        self, user: str, question: Message, content: str, *, answer: Mapping[str, Any] | None = None
    ) -> Message:
        """The answer to a question that `begin` kept; HistoryFault where that was taken back meanwhile."""
        with self._write() as db:
            owned(db, user, question.conversation)
            if not db.execute("SELECT 1 FROM message WHERE id = ?", (question.id,)).fetchone():
                raise no_such("消息", "message")
            return append(db, question.conversation, "assistant", content, self._now(), answer)

    def message(self, user: str, message: str) -> Message:
        with self._connection() as db:
            row = db.execute(f"{MESSAGES} WHERE m.id = ? AND c.user = ?", (message, user)).fetchone()
        if row is None:
            raise no_such("消息", "message")
        return message_of(row)

    def messages(self, user: str, conversation: str) -> list[Message]:
        """All messages in the order they were said."""
        with self._connection() as db:
            owned(db, user, conversation)
            rows = db.execute(f"{MESSAGES} WHERE c.id = ? ORDER BY m.ordinal", (conversation,)).fetchall()
        return [message_of(row) for row in rows]

    def turns(
        self, user: str, conversation: str, *, last: int | None = None, before: str | None = None
    ) -> tuple[Turn, ...]:
        """The messages as the assistant takes them; `last` gives only the newest so many, `before` those before a
        message."""
        with self._connection() as db:
            owned(db, user, conversation)
            given = {"conversation": conversation, "last": -1 if last is None else last, "before": before}
            rows = db.execute(TURNS, given).fetchall()[::-1]
        replies = (*rows[1:], None)[: len(rows)]
        return tuple(
            Turn(row["role"], row["content"], taken_out(reply) if row["role"] == "user" else ())
            for row, reply in zip(rows, replies, strict=True)
        )

    def place_of(self, user: str, message: str) -> tuple[str, int]:
        """The title of a question's conversation as it is now, and how many questions it holds before this one."""
        with self._connection() as db:
            row = db.execute(
                "SELECT c.title, (SELECT count(*) FROM message o WHERE o.conversation = m.conversation"
                " AND o.ordinal < m.ordinal AND o.role = 'user') AS earlier"
                " FROM message m JOIN conversation c ON c.id = m.conversation WHERE m.id = ? AND c.user = ?",
                (message, user),
            ).fetchone()
        if row is None:
            raise no_such("消息", "message")
        return row["title"], row["earlier"]

    def cut(self, user: str, message: str) -> None:
        """Take back this message and all that follow it (a question is edited and asked again)."""
        with self._write() as db:
            cut(db, user, message)

    # -- export ---------------------------------------------------------------------------------------------

    def export(self, user: str, conversation: str, form: str = "markdown") -> str:
        """The conversation as `markdown` (with its sources listed) or `json`."""
        talk, messages = self.conversation(user, conversation), self.messages(user, conversation)
        if form == "markdown":
            return as_markdown(talk, messages)
        if form == "json":
            return as_json(talk, messages)
        raise ValueError(f"form is {form!r}, not markdown or json")

    # -- feedback -------------------------------------------------------------------------------------------

    def rate(
        self, user: str, message: str, *, useful: bool, reason: str = "", right_answer: str = ""
    ) -> Feedback:
        """有用 or 有误 for an answer of the assistant; rating again replaces what was said before."""
        said = self.message(user, message)
        if said.role != "assistant":
            raise HistoryFault("只能评价助手的回答 · only an answer of the assistant can be rated")
        earlier = self.messages(user, said.conversation)
        before = earlier[: [m.id for m in earlier].index(message)]
        asked = max((i for i, m in enumerate(before) if m.role == "user"), default=-1)
        question = before[asked].content if asked >= 0 else ""
        turns = [[m.role, m.content] for m in before[: max(asked, 0)]]
        kept = None if said.answer is None else json.dumps(said.answer, ensure_ascii=False)
        ident = uuid.uuid4().hex
        with self._write() as db:
            db.execute("DELETE FROM feedback WHERE message = ?", (message,))
            db.execute(
                "INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (ident, user, message, useful, reason.strip(), right_answer.strip(), question,
                 json.dumps(turns, ensure_ascii=False), said.content, kept, self._now()),
            )  # fmt: skip
            row = db.execute("SELECT * FROM feedback WHERE id = ?", (ident,)).fetchone()
        return feedback_of(row)

    def unrate(self, user: str, message: str) -> None:
        """Take the rating back."""
        with self._write() as db:
            db.execute("DELETE FROM feedback WHERE message = ? AND user = ?", (message, user))

    def feedback(self, *, useful: bool | None = None) -> list[Feedback]:
        """All feedback of all users, oldest first: for those who keep the question sets."""
        with self._connection() as db:
            rows = db.execute(
                "SELECT * FROM feedback WHERE ? IS NULL OR useful = ? ORDER BY created, id", (useful, useful)
            ).fetchall()
        return [feedback_of(row) for row in rows]

    def drafts(self, *, useful: bool | None = None) -> Iterator[dict[str, Any]]:
        """Draft rows of a question set, one a feedback: to be read by a person before they count."""
        for given in self.feedback(useful=useful):
            yield draft_of(given)


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
    """What the person took out of the question that got this reply (assistant.without)."""
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


def as_markdown(talk: Conversation, messages: Sequence[Message]) -> str:
    lines = [f"# {talk.title}", "", f"{talk.created:%Y-%m-%d %H:%M} UTC", ""]
    for message in messages:
        lines += ["## 问 · Question" if message.role == "user" else "## 答 · Answer", "", message.content, ""]
        cited = (message.answer or {}).get("citations") or []
        if cited:
            lines += ["**依据 · Sources**", ""]
            lines += [source_line(citation) for citation in cited]
            lines.append("")
    return "\n".join(lines)


def source_line(citation: Mapping[str, Any]) -> str:
    """One source: [1] 《title》（文号）number page, file, offsets, and the quoted words."""
    doc_no = f"（{citation['doc_no']}）" if citation.get("doc_no") else ""
    number = f" 第 {citation['number']} 项" if citation.get("number") else ""
    page = f" 第 {citation['page']} 页" if citation.get("page") else ""
    quote = " ".join(str(citation["quote"]).split())
    place = f"{citation['doc']} {citation['start']}–{citation['end']}"
    return f"- [{citation['n']}] {titled(citation['policy'])}{doc_no}{number}{page}（{place}）：“{quote}”"


def as_json(talk: Conversation, messages: Sequence[Message]) -> str:
    said = [
        {
            "id": m.id,
            "role": m.role,
            "content": m.content,
            "created": m.created.isoformat(),
            "answer": m.answer,
            "useful": m.useful,
        }
        for m in messages
    ]
    whole = {
        "id": talk.id,
        "title": talk.title,
        "created": talk.created.isoformat(),
        "updated": talk.updated.isoformat(),
        "messages": said,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def draft_of(given: Feedback) -> dict[str, Any]:
    """A question-set row from one feedback.  For 有用 the answer given is what is expected; for 有误 nothing is
    known to be right but the question, and what the person wrote stands in `note` for whoever finishes the row."""
    answer = given.answer or {}
    right = given.useful
    facts = answer.get("facts") or [] if right else []
    dates = [d for fact in facts for d in fact.get("deadlines") or []]
    intent = (answer.get("question_read") or {}).get("intent") or ""
    answerable = answer.get("outcome") not in ("not_found", "not_stated", "declined")
    return {
        "id": f"feedback-{given.id[:12]}",
        "type": "follow_up" if given.earlier else DRAFT_TYPES.get(intent, "what"),
        "question": given.question,
        "history": [{"role": t.role, "content": t.content} for t in given.earlier],
        "answerable": answerable if right else True,
        "evidence": [evidence_of(c) for c in answer.get("citations") or []] if right else [],
        "evidence_mode": "any",
        "lead": each_once(name for fact in facts for name in fact.get("lead") or []),
        "responsible": each_once(name for fact in facts for name in fact.get("responsible") or []),
        "deadline_iso": each_once(d["date"] for d in dates if d.get("date")),
        "deadline_raw": each_once(d["raw"] for d in dates),
        "must_contain": [],
        "why_hard": None,
        "draft": True,
        "note": {
            "useful": right,
            "reason": given.reason,
            "right_answer": given.right_answer,
            "said": given.said,
        },
    }


def evidence_of(citation: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "doc": citation["doc"],
        "no": citation.get("number"),
        "head": "".join(citation["text"].split())[:HEAD_LENGTH],
    }


def each_once(values: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(values))
