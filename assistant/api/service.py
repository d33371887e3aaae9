"""What every face shares: the assistant, the history, the day, and who is calling."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request

from assistant.access import LOCAL, Account, Accounts, accounts_path
from assistant.conversation import Growing
from assistant.examples import example_questions, next_questions
from assistant.history import History, history_path
from assistant.intake import Intake
from assistant.ledger_pages import Ledger
from assistant.model import Answer, Hit, Turn
from assistant.overview import Overview, overview
from assistant.settings import AskSettings
from assistant.view import answer_view
from index_build.errors import LoginNeeded, SettingsError

if TYPE_CHECKING:
    from assistant.ask import Assistant

HISTORY_TURNS = 12  # what a follow-up can refer to
KEPT_ANSWERS = 1_000  # the same few questions are asked again and again; a changed index forgets them
EXTRACTIVE = AskSettings()
PIECE = 24  # characters of a streamed piece


@dataclass
class Service:
    """One per server.  `accounts` is None on a machine of one person, who may do everything."""

    assistant: Assistant
    history: History
    today: Callable[[], dt.date] = dt.date.today
    accounts: Accounts | None = None
    settings: AskSettings = EXTRACTIVE
    growing: dict[tuple[str, str], Growing] = field(default_factory=dict)
    _answers: OrderedDict[tuple[object, ...], Answer] = field(default_factory=OrderedDict)
    _examples: dict[int, list[str]] = field(default_factory=dict)
    _intake: Intake | None = None
    _ledger: tuple[int, Ledger] | None = None
    _overview: tuple[tuple[int, dt.date], Overview] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def intake(self) -> Intake:
        """What adds and removes documents."""
        with self._lock:
            if self._intake is None:
                self._intake = Intake(lambda: self.assistant.index)
            return self._intake

    def ledger(self) -> Ledger:
        """The ledger of the index as it stands."""
        index = self.assistant.index
        with self._lock:
            if self._ledger is None or self._ledger[0] != index.generation:
                self._ledger = (index.generation, Ledger(index.catalog))
            return self._ledger[1]

    def overview(self) -> Overview:
        """The ledger in numbers, worked out once a generation and day."""
        index, today = self.assistant.index, self.today()
        with self._lock:
            if self._overview is None or self._overview[0] != (index.generation, today):
                self._overview = ((index.generation, today), overview(index.catalog, today))
            return self._overview[1]

    def examples(self) -> list[str]:
        """Example questions of the index as it stands, made once a generation."""
        generation = self.assistant.index.generation
        with self._lock:
            if generation not in self._examples:
                self._examples = {generation: example_questions(self.assistant)}
            return self._examples[generation]

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[str | Answer]:
        """Pieces of the text, then the answer."""
        if self.settings.model.enabled:
            yield from self.assistant.stream(question, history[-HISTORY_TURNS:], today=self.today())
            return
        answer = self.answer(question, history)
        yield from (answer.text[at : at + PIECE] for at in range(0, len(answer.text), PIECE))
        yield answer

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The answer.  Without a language model it depends on nothing but what is in the key, and is kept."""
        turns, today = tuple(history[-HISTORY_TURNS:]), self.today()
        if self.settings.model.enabled:
            return self.assistant.answer(question, turns, today=today)
        key = (self.assistant.index.generation, question, turns, today)
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        answer = self.assistant.answer(question, turns, today=today)
        with self._lock:
            self._answers[key] = answer
            if len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return answer

    def search(self, text: str, policies: Collection[tuple[str, int]] | None = None) -> Sequence[Hit]:
        """Entries for a text, best first, without an answer."""
        question = self.assistant.read(text, today=self.today())
        return self.assistant.desk.searcher.search(question, policies).hits

    def view(self, row: dict[str, Any]) -> dict[str, Any]:
        """A finished answer as pages show it."""
        return {**answer_view(row, self.today()), "next": next_questions(row)}

    def account_of(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> Account | None:
        """Who calls: by API key (Authorization: Bearer …) or by the session cookie; None if nobody known."""
        if self.accounts is None:
            return LOCAL
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and key:
            return self.accounts.by_key(key.strip())
        return self.accounts.by_session(cookies.get(SESSION_COOKIE, ""))


SESSION_COOKIE = "cewen_session"


def service_of(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


def caller(request: Request) -> Account:
    account = service_of(request).account_of(request.headers, request.cookies)
    if account is None:
        raise LoginNeeded(
            "请先登录，或在 Authorization 中给出 API 密钥 · log in, or send an API key as Bearer token"
        )
    return account


TheService = Annotated[Service, Depends(service_of)]
Caller = Annotated[Account, Depends(caller)]


def open_service(
    index_dir: Path, *, settings: AskSettings = EXTRACTIVE, with_accounts: bool = False
) -> Service:
    """The service over an index folder.  With accounts, at least one has to exist."""
    # the search engine is loaded here, after the arguments have been found good
    from assistant.ask import Assistant  # noqa: PLC0415

    assistant = Assistant.open(index_dir, settings)
    accounts = Accounts(accounts_path(index_dir)) if with_accounts else None
    if accounts is not None and not accounts.names():
        raise SettingsError(
            "对外服务前须先建立账户：cewen user add 用户名 --role admin · add an account before serving other machines"
        )
    return Service(assistant, History(history_path(index_dir)), accounts=accounts, settings=settings)
