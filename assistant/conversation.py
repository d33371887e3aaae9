"""One turn of a conversation that is kept: ask, show the answer growing, save it with its sources.

The steps that a page or another face shows are `State`s, plain values; where nothing may be kept (a question of
no words) nothing is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from assistant.history import History, Message
from assistant.model import Answer, Turn
from assistant.view import MARKER, answer_html
from index_build.errors import CewenError

STOPPED = "（已停止）"
BETWEEN_S = 0.06  # a page is redrawn at most this often while an answer is written


@dataclass
class Growing:
    """A turn that is being written: who reads it may stop it, and what was written by then is kept, once."""

    history: History
    user: str
    talk: str
    question: str
    written: str = ""
    stopped: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def stop(self) -> None:
        with self._lock:
            if not self.stopped:
                self.stopped = True
                keep(self.history, self.user, self.talk, self.question, self.written, None)

    def finish(self) -> bool:
        """Whether it ended by itself; from now on it cannot be stopped."""
        with self._lock:
            by_itself = not self.stopped
            self.stopped = True
            return by_itself


class Asking(Protocol):
    """What a turn needs of the server: answers, the history, and how an answer row is shown."""

    history: History
    growing: dict[tuple[str, str], Growing]  # by user and conversation

    def stream(
        self, question: str, history: Sequence[Turn] = (), without: Sequence[str] = ()
    ) -> Iterator[str | Answer]: ...
    def view(self, row: dict[str, Any]) -> dict[str, Any]: ...
    def is_withheld(self, row: Mapping[str, Any]) -> bool: ...


@dataclass(frozen=True)
class State:
    """A conversation as a page shows it; `turns` are view rows, the last one may still be growing."""

    conversation: str | None = None
    title: str = ""
    turns: tuple[Mapping[str, Any], ...] = field(default=())

    def row(self) -> dict[str, Any]:
        return {"conversation": self.conversation, "title": self.title, "turns": list(self.turns)}


def load(asking: Asking, user: str, conversation: str) -> State:
    """A kept conversation.  Raises HistoryFault where it is not the user's."""
    talk = asking.history.conversation(user, conversation)
    return State(talk.id, talk.title, tuple(turns_of(asking, asking.history.messages(user, conversation))))


def turns_of(asking: Asking, messages: Sequence[Message]) -> Iterator[dict[str, Any]]:
    """Question and answer together; a question whose answer was stopped before a word stands alone."""
    question: Message | None = None
    for message in messages:
        if message.role == "user":
            if question is not None:
                yield stopped(question, "")
            question = message
        elif question is not None:
            yield finished(asking, question, message)
            question = None
    if question is not None:
        yield stopped(question, "")


def finished(asking: Asking, question: Message, answer: Message) -> dict[str, Any]:
    if answer.answer is None:
        return {**stopped(question, answer.content), "answer": answer.id, "useful": answer.useful}
    shown = asking.view(dict(answer.answer))
    return {
        "id": question.id,
        "question": question.content,
        "status": "done",
        "answer": answer.id,
        "useful": answer.useful,
        **shown,
    }


def stopped(question: Message, text: str) -> dict[str, Any]:
    # its sources are known only when an answer is whole, so a part of one has no markers
    return {
        "id": question.id,
        "question": question.content,
        "status": "stopped",
        "html": answer_html(MARKER.sub("", text), ()),
        "text": text,
    }


def failed(question: str, error: CewenError) -> dict[str, Any]:
    return {
        "id": None,
        "question": question,
        "status": "failed",
        "error": str(error),
        "html": "",
        "text": question,
    }


def converse(
    asking: Asking,
    user: str,
    question: str,
    *,
    conversation: str | None = None,
    instead_of: str | None = None,
    without: Sequence[str] = (),
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[State]:
    """Ask in a conversation (None begins one) and yield its states as the answer grows.

    `instead_of` is the id of an earlier question: it and all after it are taken back first (edit, ask again).
    `without` are keys of what is taken out of the question as it was understood (assistant.without).
    A generator that is closed before its end keeps what was written so far."""
    history = asking.history
    if instead_of:
        history.cut(user, instead_of)
    said_before = history.messages(user, conversation) if conversation else []
    before = tuple(turns_of(asking, said_before))
    withheld = any(asking.is_withheld(m.answer) for m in said_before if m.answer)
    earlier = history.turns(user, conversation) if conversation and not withheld else ()
    talk = conversation or history.create(user).id
    waiting = {"id": None, "question": question, "status": "working", "html": "", "text": ""}
    growing = asking.growing[user, talk] = Growing(history, user, talk, question)
    answer: Answer | None = None
    began = clock()
    try:
        yield State(talk, "", (*before, waiting))
        last_shown = (
            clock()
        )  # after it was taken: a page that is slow to take states is not given more of them
        for piece in asking.stream(question, earlier, without):
            if growing.stopped:
                return
            if isinstance(piece, Answer):
                answer = piece
                break
            growing.written += piece
            if clock() - last_shown >= BETWEEN_S:
                shown = {"status": "writing", "html": answer_html(growing.written), "text": growing.written}
                yield State(talk, "", (*before, {**waiting, **shown}))
                last_shown = clock()
    except CewenError as error:
        if growing.finish() and conversation is None:
            history.delete(user, talk)
        yield State(conversation, "", (*before, failed(question, error)))
        return
    except GeneratorExit:
        growing.stop()
        raise
    finally:
        asking.growing.pop((user, talk), None)
    if growing.finish():
        text, row = (answer.text, answer.row()) if answer else (growing.written, None)
        asked, said = keep(history, user, talk, question, text, row)
        turn = {**finished(asking, asked, said), "seconds": round(clock() - began, 3)}
        yield State(talk, history.conversation(user, talk).title, (*before, turn))


def stop(asking: Asking, user: str, conversation: str | None) -> State:
    """Stop what is being written in a conversation, and the conversation as it is now."""
    growing = asking.growing.get((user, conversation)) if conversation else None
    if growing is not None:
        growing.stop()
    return load(asking, user, conversation) if conversation else State()


def keep(
    history: History, user: str, talk: str, question: str, text: str, row: Mapping[str, Any] | None
) -> tuple[Message, Message]:
    """Save question and answer as two messages."""
    asked = history.add(user, talk, "user", question)
    return asked, history.add(user, talk, "assistant", text or STOPPED, answer=row)
