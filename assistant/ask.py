"""The pipeline: question → understood → retrieved → composed → verified → `Answer`.

An `Assistant` holds one generation of an index and moves on to the next when there is one.  It can be shared
between threads: each answer works with the generation that stood when it began.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.desk import Desk, Records
from assistant.explain import explain_question
from assistant.known import Known, know
from assistant.model import Answer, Question, Turn
from assistant.question.phrases import Phrases, load_phrases
from assistant.replies.reply import reply
from assistant.retrieve import Searcher
from assistant.settings import AskSettings
from assistant.understand import understand
from index_build.errors import IndexFault, QuestionError
from index_build.store import Index, open_index
from index_build.vocabulary import lexicon_folders

DEFAULTS = AskSettings()


class Assistant:
    """Answers questions over one index folder."""

    def __init__(
        self,
        index_dir: Path,
        index: Index,
        settings: AskSettings = DEFAULTS,
        view: Callable[[Index], Index] | None = None,
    ) -> None:
        """`view` makes of every generation the part that these answers may rest on; None: all of it."""
        self._index_dir = index_dir
        self.view = view
        self._settings = settings
        self._phrases: Phrases = load_phrases(settings.lexicon or lexicon_folders())
        self._lock = threading.Lock()
        self._use(index)

    @classmethod
    def open(
        cls,
        index_dir: Path,
        settings: AskSettings = DEFAULTS,
        view: Callable[[Index], Index] | None = None,
    ) -> Assistant:
        """Raises IndexFault's children, each with its remedy."""
        return cls(index_dir, open_index(index_dir), settings, view)

    def _use(self, index: Index) -> None:
        index = self.view(index) if self.view else index
        known = know(index.catalog)
        searcher = Searcher(index, self._settings)
        records = Records(index.catalog, searcher)
        self._index, self._desk = index, Desk(index.catalog, records, known, searcher, self._settings)

    @property
    def index(self) -> Index:
        """The newest generation; opened again when a build has published another.  One that cannot be opened
        (damaged, or made by a newer version) is passed over: what is open goes on serving, and so it does for all but
        the first who asks while the next is being opened."""
        if self._index.stale() and self._lock.acquire(blocking=False):
            try:
                if self._index.stale():
                    with contextlib.suppress(IndexFault):
                        self._use(open_index(self._index_dir))
            finally:
                self._lock.release()
        return self._index

    @property
    def desk(self) -> Desk:
        """What the newest generation is answered with."""
        _ = self.index
        return self._desk

    @property
    def known(self) -> Known:
        return self._desk.known

    def read(self, question: str, history: Sequence[Turn] = (), *, today: dt.date | None = None) -> Question:
        """The question as it is understood, without answering it."""
        _check(question, self._settings)
        return understand(question, history, self._desk.known, self._phrases, today or dt.date.today())

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        today: dt.date | None = None,
        without: Collection[str] = (),
    ) -> Answer:
        """`without` takes places, departments and days out of what was understood (assistant.question.without).
        Raises QuestionError for a text of no words or of too many."""
        *_, answer = self._worded(question, history, today, without)
        assert isinstance(answer, Answer)
        return answer

    def _extractive(
        self, question: str, history: Sequence[Turn], today: dt.date | None, without: Collection[str]
    ) -> tuple[Answer, Desk]:
        _check(question, self._settings)
        started = time.perf_counter()
        _ = self.index
        desk = self._desk
        day = today or dt.date.today()
        read = understand(
            question, history, desk.known, self._phrases, day, without=without, memory=desk.understood
        )
        understood = time.perf_counter()
        answer = _verified(reply(read, desk), desk)
        done = time.perf_counter()
        times = {
            "understand_ms": round((understood - started) * 1e3, 2),
            "answer_ms": round((done - understood) * 1e3, 2),
        }
        return replace(answer, trace={**answer.trace, **times}), desk

    def _worded(
        self, question: str, history: Sequence[Turn], today: dt.date | None, without: Collection[str]
    ) -> Iterator[str | Answer]:
        """The extractive answer; with a language model its worded form, piece by piece."""
        answer, desk = self._extractive(question, history, today, without)
        model = self._settings.model
        if not model.enabled:
            yield answer
            return
        from assistant.compose_llm import reword  # noqa: PLC0415  (only with a model address set)
        from assistant.compose_llm.search import asked_again  # noqa: PLC0415
        from assistant.language_model import LanguageModel  # noqa: PLC0415

        speaker = LanguageModel(model)

        def read(text: str) -> Question:
            day = today or dt.date.today()
            return understand(text, (), desk.known, self._phrases, day, without=without)

        answer = asked_again(
            answer, history, model, read, lambda q: _verified(reply(q, desk), desk), speaker=speaker
        )
        yield from reword(answer, model, desk.catalog, history, speaker=speaker)

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        today: dt.date | None = None,
        without: Collection[str] = (),
    ) -> Iterator[str | Answer]:
        """Pieces of the text, then the Answer.  With a language model its sentences come as they are verified."""
        for piece in self._worded(question, history, today, without):
            if isinstance(piece, Answer) and not self._settings.model.enabled:
                yield from piece.pieces()
            yield piece


def _check(question: str, settings: AskSettings) -> None:
    if len(question) > settings.max_characters:
        raise QuestionError(
            f"问题有 {len(question)} 个字符，最多 {settings.max_characters} 个；请缩短后再问 · "
            f"the question is too long: at most {settings.max_characters} characters"
        )
    if not any(c.isalnum() for c in question):
        raise QuestionError(
            "问题里没有字词；请写出要问的内容 · the question has no words: type what you want to know"
        )


def _verified(answer: Answer, desk: Desk) -> Answer:
    from assistant.check_answer import check_answer  # noqa: PLC0415

    return check_answer(answer, desk.records)


def explain(question: Question, assistant: Assistant) -> dict[str, Any]:
    """What was understood and every candidate with its ranks: for `--trace`."""
    return explain_question(question, assistant._desk)
