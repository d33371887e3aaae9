"""Conversations, feedback and reviews, kept on the server: `History` is the history file (SQLite, in a data folder beside the
index, so that building or replacing the index never touches it), `tables` its schema and its rows.

Everything belongs to a user (a plain string; "" is the one person of a machine without accounts), and nothing of
one user is ever shown to another.  A message of the assistant keeps its whole answer row (`Answer.row`), so that
citations are the same after a restart.  Feedback keeps its own copy of question and answer: it stays, without
its user, when the conversation is deleted, and can be exported as draft rows of a question set.  A review, what a
person decided about a doubtful reading, belongs to its measure and is everybody's.

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
from pathlib import Path
from typing import Any

from assistant.history.drafts import draft_of
from assistant.history.kept import Conversation, Feedback, Message, Review
from assistant.history.tables import (
    CONVERSATIONS,
    MESSAGES,
    TURNS,
    UNTITLED,
    append,
    begin,
    cannot_serve,
    connect,
    conversation_of,
    cut,
    feedback_of,
    message_of,
    migrate,
    no_such,
    owned,
    review_of,
    taken_out,
)
from assistant.history.transcript import as_json, as_markdown
from assistant.model import Turn
from assistant.settings import data_folder
from index_build.errors import HistoryFault
from index_build.text import fold

ROLES = ("user", "assistant")


def history_path(index_dir: Path) -> Path:
    """Where the history of an index lives: `cewen-index` -> `cewen-index-data/history.db`."""
    return data_folder(index_dir) / "history.db"


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
        with self._write() as db:
            ident = begin(db, user, self._now(), title.strip())
        return self.conversation(user, ident)

    def conversation(self, user: str, conversation: str) -> Conversation:
        """HistoryFault where there is none or it is another user's."""
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
        """A title of no words leaves it untitled: its next question gives it one."""
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
                conversation = begin(db, user, now)
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
        """HistoryFault where there is none or it is another user's."""
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

    # -- reviews --------------------------------------------------------------------------------------------

    def review(self, user: str, measure: str, doubts: Sequence[str], *, good: bool, note: str = "") -> Review:
        """A person read the source of a doubtful measure; deciding again replaces what was decided before."""
        with self._write() as db:
            db.execute(
                "INSERT OR REPLACE INTO review VALUES (?, ?, ?, ?, ?, ?)",
                (
                    measure,
                    json.dumps(list(doubts), ensure_ascii=False),
                    good,
                    note.strip(),
                    user,
                    self._now(),
                ),
            )
            return review_of(db.execute("SELECT * FROM review WHERE measure = ?", (measure,)).fetchone())

    def unreview(self, measure: str) -> None:
        """The measure is to be checked again."""
        with self._write() as db:
            db.execute("DELETE FROM review WHERE measure = ?", (measure,))

    def reviews(self) -> dict[str, Review]:
        """Everything that was decided, by measure."""
        with self._connection() as db:
            rows = db.execute("SELECT * FROM review ORDER BY created, measure").fetchall()
        return {row["measure"]: review_of(row) for row in rows}
