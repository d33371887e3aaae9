"""What every face shares: the assistant, the history, the day, and who is calling."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

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
T = TypeVar("T")


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
    _kept: dict[str, tuple[object, Any]] = field(default_factory=dict)
    _making: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def intake(self) -> Intake:
        """What adds and removes documents."""
        return Intake(lambda: self.assistant.index)

    @property
    def ledger(self) -> Ledger:
        """The ledger of the index as it stands."""
        return self.kept("ledger", lambda: Ledger(self.assistant.index.catalog))

    def overview(self) -> Overview:
        return self.kept("overview", lambda: overview(self.assistant.index.catalog, self.today()))

    def examples(self) -> list[str]:
        """Example questions of the index as it stands.  They are tried without a language model, which would take
        its time for each."""
        if not self.settings.model.enabled:
            return self.kept("examples", lambda: example_questions(self.assistant))
        from assistant.ask import Assistant  # noqa: PLC0415  (as in open_service)

        plain = replace(self.settings, model=EXTRACTIVE.model)
        path = self.assistant.index.path
        return self.kept("examples", lambda: example_questions(Assistant.open(path, plain)))

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made once for a generation of the index and a day."""
        key = (self.assistant.index.generation, self.today())
        with self._lock:
            making = self._making.setdefault(name, threading.Lock())
        with making:  # only who wants the same waits for it
            if name not in self._kept or self._kept[name][0] != key:
                self._kept[name] = (key, make())
            value: T = self._kept[name][1]
            return value

    def stream(
        self, question: str, history: Sequence[Turn] = (), without: Sequence[str] = ()
    ) -> Iterator[str | Answer]:
        """Pieces of the text, then the answer."""
        if self.settings.model.enabled:
            turns = history[-HISTORY_TURNS:]
            yield from self.assistant.stream(question, turns, today=self.today(), without=without)
            return
        answer = self.answer(question, history, without)
        yield from (answer.text[at : at + PIECE] for at in range(0, len(answer.text), PIECE))
        yield answer

    def answer(self, question: str, history: Sequence[Turn] = (), without: Sequence[str] = ()) -> Answer:
        """The answer.  Without a language model it depends on nothing but what is in the key, and is kept."""
        turns, today = tuple(history[-HISTORY_TURNS:]), self.today()
        if self.settings.model.enabled:
            return self.assistant.answer(question, turns, today=today, without=without)
        key = (self.assistant.index.generation, question, turns, today, tuple(without))
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        answer = self.assistant.answer(question, turns, today=today, without=without)
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
