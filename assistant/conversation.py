"""One turn of a conversation that is kept: ask, show the answer growing, save it with its sources.

A question is kept when it is asked, its answer when it is whole: a server that stops between the two leaves a
question that says so.  The steps that a page or another face shows are `State`s, plain values; where nothing may be
kept (a question of no words) nothing is.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from assistant.history import History
from assistant.history.kept import Message
from assistant.model import Answer, Turn
from assistant.view import MARKER, answer_html
from index_build.errors import CewenError, HistoryFault

STOPPED = "（已停止）"
BETWEEN_S = 0.15  # a page is redrawn at most this often while an answer is written
REFERRED = 12  # turns that a follow-up can refer to


@dataclass
class Growing:
    """A turn that is being written: who reads it may stop it, and what was written by then is kept, once.  `seat` is
    the window that it is written for, which may not know the conversation yet."""

    history: History
    user: str
    asked: Message
    seat: str = ""
    written: str = ""
    stopped: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def stop(self) -> None:
        """Keep what is written so far as the answer; nothing where it has ended or was stopped before."""
        with self._lock:
            if not self.stopped:
                self.stopped = True
                with contextlib.suppress(HistoryFault):  # the question was taken back meanwhile
                    self.history.reply(self.user, self.asked, self.written or STOPPED)

    def finish(self) -> bool:
        """Whether it ended by itself; from now on it cannot be stopped."""
        with self._lock:
            by_itself = not self.stopped
            self.stopped = True
            return by_itself


class Asking(Protocol):
    """What a turn needs of the server: answers, the history, and how an answer row is shown.  `grows` says whether an
    answer is written bit by bit; `withheld` are the documents that this caller is not shown."""

    history: History
    growing: dict[str, Growing]  # by the question's id

    @property
    def grows(self) -> bool: ...
    @property
    def withheld(self) -> Collection[str]: ...
    def answer(self, question: str, history: Sequence[Turn] = (), without: Sequence[str] = ()) -> Answer: ...
    def stream(
        self, question: str, history: Sequence[Turn] = (), without: Sequence[str] = ()
    ) -> Iterator[str | Answer]: ...
    def view(self, row: dict[str, Any]) -> dict[str, Any]: ...
    def is_withheld(self, row: Mapping[str, Any]) -> bool: ...


@dataclass(frozen=True)
class State:
    """A conversation as a page shows it from its turn number `at` on; what is before stays as it is shown.  `turns`
    are view rows, the last one may still be growing."""

    conversation: str | None = None
    title: str = ""
    turns: tuple[Mapping[str, Any], ...] = field(default=())
    at: int = 0

    def row(self) -> dict[str, Any]:
        """As JSON values, for pages and HTTP."""
        return {
            "conversation": self.conversation,
            "title": self.title,
            "at": self.at,
            "turns": list(self.turns),
        }


def load(asking: Asking, user: str, conversation: str) -> State:
    """A kept conversation.  Raises HistoryFault where it is not the user's."""
    talk = asking.history.conversation(user, conversation)
    return State(talk.id, talk.title, tuple(turns_of(asking, asking.history.messages(user, conversation))))


def turns_of(asking: Asking, messages: Iterable[Message]) -> Iterator[dict[str, Any]]:
    """Question and answer together; a question without an answer is being answered, or was when the server stopped."""
    question: Message | None = None
    for message in messages:
        if message.role == "user":
            if question is not None:
                yield unanswered(asking, question)
            question = message
        elif question is not None:
            yield finished(asking, question, message)
            question = None
    if question is not None:
        yield unanswered(asking, question)


def finished(asking: Asking, question: Message, answer: Message) -> dict[str, Any]:
    """The view row of a turn with its answer."""
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
    """The view row of a turn that ended before its answer was whole."""
    # its sources are known only when an answer is whole, so a part of one has no markers
    return {
        "id": question.id,
        "question": question.content,
        "status": "stopped",
        "html": answer_html(MARKER.sub("", text), ()),
        "text": text,
    }


def failed(question: str, error: CewenError) -> dict[str, Any]:
    """The view row of a question that could not be answered, which is not kept."""
    return {
        "id": None,
        "question": question,
        "status": "failed",
        "error": str(error),
        "html": "",
        "text": question,
    }


def unanswered(asking: Asking, question: Message) -> dict[str, Any]:
    """The view row of a question without an answer: being answered here, or left when a server stopped."""
    if question.id in asking.growing:
        return working(question)
    return {**stopped(question, ""), "interrupted": True}


def working(question: Message) -> dict[str, Any]:
    return {"id": question.id, "question": question.content, "status": "working", "html": "", "text": ""}


def converse(
    asking: Asking,
    user: str,
    question: str,
    *,
    conversation: str | None = None,
    instead_of: str | None = None,
    without: Sequence[str] = (),
    seat: str = "",
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[State]:
    """Ask in a conversation (None begins one) and yield the states of its new turn: one, or as many as show the answer
    growing.

    `instead_of` is the id of an earlier question: it and all after it are taken back first (edit, ask again).
    `without` are keys of what is taken out of the question as it was understood (assistant.question.without).
    A generator that is closed before its end keeps what was written so far."""
    history = asking.history
    began = clock()
    asked = history.begin(user, conversation, question, instead_of=instead_of)
    title, at = history.place_of(user, asked.id)
    begun = State(asked.conversation, title, (working(asked),), at)
    growing = asking.growing[asked.id] = Growing(history, user, asked, seat)
    try:
        earlier = turns_before(asking, user, asked) if at else ()
        if asking.grows:
            answer = yield from grow(growing, begun, asking, earlier, without, clock)
        else:
            answer = asking.answer(question, earlier, without)
        if growing.finish():
            text, row = (answer.text, answer.row()) if answer else (growing.written, None)
            said = history.reply(user, asked, text or STOPPED, answer=row)
            turn = {**finished(asking, asked, said), "seconds": round(clock() - began, 3)}
            yield replace(begun, turns=(turn,))
    except CewenError as error:
        if growing.finish():
            take_back(history, user, asked, alone=conversation is None)
        yield State(conversation, "", (failed(question, error),), at)
    except GeneratorExit:
        growing.stop()
        raise
    finally:
        asking.growing.pop(asked.id, None)


def grow(
    growing: Growing,
    begun: State,
    asking: Asking,
    earlier: Sequence[Turn],
    without: Sequence[str],
    clock: Callable[[], float],
) -> Generator[State, None, Answer | None]:
    """The states of a turn while its answer is written, then the answer: None where it was stopped, or broke off."""
    yield begun
    last_shown = clock()  # after it was taken: who is slow to take states is not given more of them
    for piece in asking.stream(growing.asked.content, earlier, without):
        if growing.stopped:
            return None
        if isinstance(piece, Answer):
            return piece
        growing.written += piece
        if clock() - last_shown >= BETWEEN_S:
            shown = {"status": "writing", "html": answer_html(growing.written), "text": growing.written}
            yield replace(begun, turns=({**working(growing.asked), **shown},))
            last_shown = clock()
    return None


def turns_before(asking: Asking, user: str, asked: Message) -> tuple[Turn, ...]:
    """What a follow-up may refer to: nothing where an answer rests on what this caller is not shown any more."""
    history, talk = asking.history, asked.conversation
    if asking.withheld and any(
        asking.is_withheld(m.answer) for m in history.messages(user, talk) if m.answer
    ):
        return ()
    return history.turns(user, talk, last=REFERRED, before=asked.id)


def take_back(history: History, user: str, asked: Message, *, alone: bool) -> None:
    """A question that could not be answered is not kept, nor a conversation that it began."""
    if alone:
        history.delete(user, asked.conversation)
    else:
        history.cut(user, asked.id)


def stop(asking: Asking, user: str, conversation: str | None, seat: str = "") -> State:
    """Stop what is being written in a conversation, or for a window that does not know it yet; the conversation as it
    is now."""
    for growing in list(asking.growing.values()):
        here = growing.asked.conversation == conversation or (seat and growing.seat == seat)
        if growing.user == user and here:
            growing.stop()
            conversation = growing.asked.conversation
    return load(asking, user, conversation) if conversation else State()
