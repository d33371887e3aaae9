"""What every face shares: the assistant, the history, the day, and who is calling."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from assistant.access import LOCAL, Account, Accounts, UserRole, accounts_path
from assistant.conversation import REFERRED, Growing
from assistant.examples import example_questions, next_questions
from assistant.history import History, history_path
from assistant.intake import Intake
from assistant.internal import Internal, internal_path, without_marked
from assistant.ledger.overview import Overview, overview
from assistant.ledger.pages import Ledger
from assistant.model import Answer, Hit, Turn
from assistant.reviews import decided
from assistant.settings import AskSettings
from assistant.trials import Trials
from assistant.view import answer_view
from assistant.workers import Wanted, Workers
from index_build.catalog import EVERY_MEASURE
from index_build.errors import LoginNeeded, SettingsError

if TYPE_CHECKING:
    from assistant.ask import Assistant

KEPT_ANSWERS = 1_000  # the same few questions are asked again and again; a changed index forgets them
EXTRACTIVE = AskSettings()
REPORTS = Path("reports")  # where evaluation writes its runs
# Answers that this process finds at the same time: on one core, more of them only get in each other's way.  With
# vectors, whose questions a distant service may embed, they spend their time waiting.
FOUND_AT_ONCE, FOUND_AT_ONCE_WAITING = 2, 32
WITHDRAWN: Mapping[str, Any] = {
    "answer": "（此回答所引的文件不再对外提供 · the documents behind this answer are no longer available）",
    "outcome": "not_found",
    "citations": [],
    "facts": [],
}
T = TypeVar("T")


@dataclass
class Service:
    """One per server.  `accounts` is None on a machine of one person, who may do everything; `reports` is the folder
    of evaluation runs."""

    assistant: Assistant
    history: History
    today: Callable[[], dt.date] = dt.date.today
    accounts: Accounts | None = None
    settings: AskSettings = EXTRACTIVE
    growing: dict[str, Growing] = field(default_factory=dict)
    reports: Path = REPORTS
    workers: Workers | None = None
    marks: frozenset[str] = frozenset()  # the internal documents that are left out
    _answers: OrderedDict[tuple[object, ...], Answer] = field(default_factory=OrderedDict)
    _kept: dict[str, tuple[object, Any]] = field(default_factory=dict)
    _making: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _visitors: tuple[frozenset[str], Service] | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)
    _finding: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        waiting = self.settings.vector_weight > 0
        self._finding = threading.Semaphore(FOUND_AT_ONCE_WAITING if waiting else FOUND_AT_ONCE)

    def seen_by(self, account: Account | None) -> Service:
        """What this caller may see: everything for staff; for visitors, and whoever is not known, a service over an
        index that does not hold the internal documents.  Every face answers from what this gives."""
        if self.accounts is None or (account and account.may(UserRole.STAFF)):
            return self
        marks = self.internal.marks()
        if not marks:
            return self
        kept = self._visitors
        if kept and kept[0] == marks:
            return kept[1]
        # until theirs is open, visitors may go on with one that hides as much and more
        if not self._opening.acquire(blocking=not (kept and kept[0] >= marks)):
            assert kept
            return kept[1]
        try:
            if self._visitors is None or self._visitors[0] != marks:
                self._visitors = (marks, self._without(marks))
            return self._visitors[1]
        finally:
            self._opening.release()

    def _without(self, marks: frozenset[str]) -> Service:
        from assistant.ask import Assistant  # noqa: PLC0415  (as in open_service)

        path = self.assistant.index.path
        return replace(
            self,
            assistant=Assistant.open(path, self.settings, without_marked(marks)),
            marks=marks,
            _answers=OrderedDict(),
            _kept={},
            _making={},
            _lock=threading.Lock(),
            _visitors=None,
            _opening=threading.Lock(),
        )

    @cached_property
    def internal(self) -> Internal:
        """Which documents visitors do not see."""
        return Internal(internal_path(self.assistant.index.path))

    @cached_property
    def intake(self) -> Intake:
        """What adds and removes documents."""
        return Intake(lambda: self.assistant.index, self.prepared)

    @cached_property
    def trials(self) -> Trials:
        """What runs question sets for evaluators."""
        return Trials(self.assistant.index.path, self.reports, self.settings)

    def prepared(self) -> list[Service]:
        """This service and the one that visitors see, with the newest generation open.  Whoever asked first would
        otherwise wait for that."""
        both = list({id(one): one for one in (self, self.seen_by(None))}.values())
        for one in both:
            _ = one.assistant.index
        return both

    @property
    def ledger(self) -> Ledger:
        """The ledger of the index as it stands."""
        return self.kept("ledger", lambda: Ledger(self.assistant.index.catalog))

    def decided(self) -> tuple[str, ...]:
        """The doubtful measures that somebody decided about."""
        return decided(self.history.reviews(), self.assistant.index.catalog)

    def overview(self) -> Overview:
        return self.kept("overview", lambda: overview(self.assistant.index.catalog, self.states()))

    def states(self) -> dict[str, int]:
        """How many measures stand how today."""
        return self.kept("states", lambda: self.ledger.counts(EVERY_MEASURE, self.today()))

    def examples(self, language: str = "zh", place: Sequence[str] = ()) -> list[str]:
        """Example questions of the index as it stands, Chinese or English, of one place if that is given and has
        documents.  They are tried without a language model, which would take its time for each."""
        if place and not any(
            p.place[: len(place)] == tuple(place) for p in self.assistant.index.catalog.policies()
        ):
            return []
        name = " ".join(("examples", language, *place))
        if not self.settings.model.enabled:
            return self.kept(name, lambda: example_questions(self.assistant, language=language, place=place))
        from assistant.ask import Assistant  # noqa: PLC0415  (as in open_service)
        from index_build.store import open_index  # noqa: PLC0415

        plain = replace(self.settings, model=EXTRACTIVE.model)
        path = self.assistant.index.path
        view = self.assistant.view
        return self.kept(
            name,
            lambda: example_questions(
                Assistant(path, open_index(path), plain, view), language=language, place=place
            ),
        )

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
            turns = history[-REFERRED:]
            yield from self.assistant.stream(question, turns, today=self.today(), without=without)
            return
        answer = self.answer(question, history, without)
        yield from answer.pieces()
        yield answer

    def answer(self, question: str, history: Sequence[Turn] = (), without: Sequence[str] = ()) -> Answer:
        """The answer.  Without a language model it depends on nothing but what is in the key, and is kept."""
        turns, today = tuple(history[-REFERRED:]), self.today()
        if self.settings.model.enabled:
            return self.assistant.answer(question, turns, today=today, without=without)
        key = (self.assistant.index.generation, question, turns, today, tuple(without))
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        answer = self._found(Wanted(question, turns, today, tuple(without), self.marks))
        with self._lock:
            self._answers[key] = answer
            if len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return answer

    def _found(self, wanted: Wanted) -> Answer:
        answer = self.workers.answer(wanted) if self.workers else None
        if answer is not None:
            return answer
        with self._finding:
            return self.assistant.answer(
                wanted.question, wanted.turns, today=wanted.today, without=wanted.without
            )

    def search(self, text: str, policies: Collection[tuple[str, int]] | None = None) -> Sequence[Hit]:
        """Entries for a text, best first, without an answer."""
        question = self.assistant.read(text, today=self.today())
        return self.assistant.desk.searcher.search(question, policies).hits

    def view(self, row: dict[str, Any]) -> dict[str, Any]:
        """A finished answer as pages show it; one from earlier that rests on what is withheld now is taken back."""
        if self.is_withheld(row):
            row = {**row, **WITHDRAWN}
        return {**answer_view(row, self.today()), "next": next_questions(row)}

    @property
    def grows(self) -> bool:
        """Whether answers are written bit by bit."""
        return self.settings.model.enabled

    @property
    def withheld(self) -> Collection[str]:
        """The documents that this service does not show."""
        return self.assistant.index.withheld

    def is_withheld(self, row: Mapping[str, Any]) -> bool:
        """Whether an answer rests on a document that this service does not show."""
        withheld = self.withheld
        return bool(withheld) and any(c["doc"] in withheld for c in row.get("citations") or ())

    def account_of(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> Account | None:
        """Who calls: by API key (Authorization: Bearer …) or by the session cookie; None if nobody known."""
        if self.accounts is None:
            return LOCAL
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and key:
            return self.accounts.by_key(key.strip())
        return self.accounts.by_session(cookies.get(SESSION_COOKIE, ""))


SESSION_COOKIE = "cewen_session"
# Who sends the request that is being answered: set before everything else, by login.Guard.
CALLING: ContextVar[Account | None] = ContextVar("calling", default=None)


async def service_of(request: Request) -> Service:
    """The server's service as the caller may see it.  In the event loop where nothing has to be opened for it."""
    found: Service = request.app.state.service
    account = CALLING.get()
    if found.accounts is None or (account and account.may(UserRole.STAFF)):
        return found
    return await run_in_threadpool(found.seen_by, account)


async def caller(request: Request) -> Account:
    account = CALLING.get()
    if account is None:
        raise LoginNeeded(
            "请先登录，或在 Authorization 中给出 API 密钥 · log in, or send an API key as Bearer token"
        )
    return account


TheService = Annotated[Service, Depends(service_of)]
Caller = Annotated[Account, Depends(caller)]


def open_service(
    index_dir: Path,
    *,
    settings: AskSettings = EXTRACTIVE,
    with_accounts: bool = False,
    reports: Path = REPORTS,
    workers: int = 0,
) -> Service:
    """The service over an index folder, with so many processes beside it that find answers.  With accounts, at least
    one has to exist."""
    # the search engine is loaded here, after the arguments have been found good
    from assistant.ask import Assistant  # noqa: PLC0415

    assistant = Assistant.open(index_dir, settings)
    accounts = Accounts(accounts_path(index_dir)) if with_accounts else None
    if accounts is not None and not accounts.names():
        raise SettingsError(
            "对外服务前须先建立账户：cewen user add 用户名 --role admin · add an account before serving other machines"
        )
    return Service(
        assistant,
        History(history_path(index_dir)),
        accounts=accounts,
        settings=settings,
        reports=reports,
        workers=Workers(index_dir, settings, workers) if workers and not settings.model.enabled else None,
    )
