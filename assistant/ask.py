"""The pipeline: question → understood → retrieved → composed → verified → `Answer`.

An `Assistant` holds one generation of an index and moves on to the next when there is one.  It can be shared
between threads: each answer works with the generation that stood when it began.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.changes import answer_changes
from assistant.choose import Desk, Records, policies_of
from assistant.compare import answer_compare
from assistant.compose import names_text, place_name
from assistant.counts import answer_count
from assistant.due import answer_due
from assistant.explain import explain_question
from assistant.known import Known, doc_number, know
from assistant.model import Answer, Concept, Intent, Outcome, Question, Turn
from assistant.numbered import answer_numbered
from assistant.papers import answer_documents, document_row
from assistant.phrases import Phrases, load_phrases
from assistant.retrieve import Searcher
from assistant.settings import AskSettings
from assistant.single import answer_single
from assistant.tasks import answer_tasks
from assistant.understand import understand
from assistant.wording import say
from index_build.catalog import Filter
from index_build.errors import IndexFault, QuestionError
from index_build.names import same_department
from index_build.store import Index, open_index
from index_build.text import titled
from index_build.vocabulary import lexicon_folders
from index_build.words import normalise

DOCUMENTS_SHOWN = 8
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
        """`without` takes places, departments and days out of what was understood (assistant.without).
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
        answer = _verified(_answer(read, desk), desk)
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
            answer, history, model, read, lambda q: _verified(_answer(q, desk), desk), speaker=speaker
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
    from assistant.verify import check_answer  # noqa: PLC0415

    return check_answer(answer, desk.records)


def _answer(question: Question, desk: Desk) -> Answer:
    repealed = _repealed_by(question, desk)
    if repealed is not None:
        return answer_single(repealed, desk)
    missing = _missing_scope(question, desk) or _missing_unit(question, desk)
    if missing is not None:
        return missing
    if question.by_number and question.intent not in ANSWERS:
        numbered = answer_numbered(question, desk)
        if numbered is not None:
            return numbered
    answer = ANSWERS.get(question.intent, answer_single)(question, desk)
    if answer.outcome is Outcome.CLARIFY and question.many and question.places:
        return answer_count(question, desk)  # 所有措施的牵头单位: all of them, since no topic narrows it
    return answer


# Questions about the assistant, and questions whose place, year or document is missing


def _missing_scope(question: Question, desk: Desk) -> Answer | None:
    """The answer where the place, the year or the document asked about is not there; None where all are."""
    if question.intent in (Intent.ABOUT, Intent.INVENT):
        return None
    english = question.english
    if question.unknown_places and not question.places:
        names = names_text(question.unknown_places, english)
        numbers = any(c.isdigit() for c in names)
        text = say("not_found_document" if numbers else "not_found_place", english, names=names)
        text += (" " if english else "") + say(
            "have_places", english, names=names_text(_places(desk), english)
        )
        return Answer(text, Outcome.NOT_FOUND, question, choices=tuple(_places(desk)))
    if question.unknown_years and not _speaks_of_years(question, desk):
        place = names_text([place_name(p) for p in question.places], english) or say("all_places", english)
        text = say(
            "not_found_year",
            english,
            place=place,
            years=names_text(map(str, question.unknown_years), english),
        )
        have = [p for p in desk.known.policies if not question.places or p.place in question.places]
        rows = [titled(p.title) + (f"（{p.doc_no}）" if p.doc_no else "") for p in have[:DOCUMENTS_SHOWN]]
        return Answer(
            text + say("have_years", english, names=names_text(rows, english)), Outcome.NOT_FOUND, question
        )
    return None


def _speaks_of_years(question: Question, desk: Desk) -> bool:
    """Whether the papers, all of earlier years, set something for the years asked about (到2030年)."""
    policies = tuple(policies_of(question, desk.known) or ())
    have = [
        y
        for path, years in desk.known.years.items()
        for y in years
        if not question.places or path in question.places
    ]
    plain = normalise(question.text)
    return all(
        year > max(have)
        and re.search(
            rf"(?:到|至|截至|力争)\s*{year}|{year}年?(?:底|末|前|时|达|要|实现|目标)|by {year}", plain
        )
        and desk.catalog.count(Filter(policies=policies, words=f"{year}年"))
        for year in question.unknown_years
    )


def _missing_unit(question: Question, desk: Desk) -> Answer | None:
    """The answer where the unit that the question makes its subject is in none of the papers asked about."""
    if not question.departments or not question.subject or question.intent in ANSWERS:
        return None
    policies = policies_of(question, desk.known)
    if policies is None:
        return None
    chosen = set(policies)
    names = [row.name for row in desk.known.departments if row.policy in chosen]
    names += [name for key in chosen for name in desk.known.policy(key).issuers]
    if any(same_department(d, name) for d in question.departments for name in names):
        return None
    return answer_tasks(replace(question, role=None), desk)


def _repealed_by(question: Question, desk: Desk) -> Question | None:
    """Asked whether a paper that is not here still holds: the question to the paper here that repeals it."""
    if not question.in_force or not question.unknown_places:
        return None
    asked = {canonical for name in question.unknown_places for _, _, canonical in doc_number(normalise(name))}
    for policy in desk.known.policies:
        gone = {canonical for no in policy.repeals for _, _, canonical in doc_number(normalise(no))}
        if asked & gone:
            return replace(
                question,
                unknown_places=(),
                places=(policy.place,),
                documents=((policy.doc, policy.ordinal),),
                intent=Intent.WHAT,
                concepts=(Concept("废止"),),
                quantity=None,
            )
    return None


def _places(desk: Desk) -> list[str]:
    return [place_name(path) for path in desk.known.places if path]


def _answer_about(question: Question, desk: Desk) -> Answer:
    english = question.english
    if question.off_topic:
        return Answer(say("off_topic", english), Outcome.DECLINED, question)
    if question.courtesy:
        return Answer(say("courtesy", english), Outcome.ABOUT, question)
    policies = desk.known.policies
    rows = [document_row(p, desk, english) for p in policies[:DOCUMENTS_SHOWN]]
    lines = [say("about", english), "", say("about_documents", english, count=len(policies)), *rows]
    if len(policies) > DOCUMENTS_SHOWN:
        lines.append(say("and_more", english, count=len(policies)))
    return Answer("\n".join(lines), Outcome.ABOUT, question)


def _decline(question: Question, desk: Desk) -> Answer:
    return Answer(say("declined", question.english), Outcome.DECLINED, question)


ANSWERS: dict[Intent, Callable[[Question, Desk], Answer]] = {
    Intent.ABOUT: _answer_about,
    Intent.INVENT: _decline,
    Intent.DOCUMENTS: answer_documents,
    Intent.DEPARTMENT_TASKS: answer_tasks,
    Intent.DUE_LIST: answer_due,
    Intent.COUNT: answer_count,
    Intent.COMPARE: answer_compare,
    Intent.CHANGES: answer_changes,
}


def explain(question: Question, assistant: Assistant) -> dict[str, Any]:
    """What was understood and every candidate with its ranks: for `--trace`."""
    return explain_question(question, assistant._desk)
