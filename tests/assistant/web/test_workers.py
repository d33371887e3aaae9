"""Processes that find answers beside the server: the same answers, for everybody what they may see, and no answer lost."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.access import Account, Accounts, UserRole
from assistant.api.service import Service
from assistant.ask import Assistant
from assistant.history import History
from assistant.model import Turn
from assistant.settings import AskSettings
from assistant.workers import Wanted, Workers
from index_build.build import build, remove
from index_build.errors import QuestionError
from index_build.settings import BuildSettings
from tests.assistant.web.conftest import SAMPLES, TODAY

WHO = "区级领导包联重点企业制度由谁牵头，什么时候完成？"
QUESTIONS = (WHO, "区税务局牵头哪些任务？", "年底前要完成哪些任务？", "你有哪些文件？", "请编一项措施")


def wanted(question: str, *turns: Turn) -> Wanted:
    return Wanted(question, turns, TODAY)


@pytest.fixture(scope="module")
def own_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("workers") / "index"
    build([SAMPLES], made, BuildSettings(vectors=False))
    return made


@pytest.fixture(scope="module")
def workers(own_index: Path) -> Iterator[Workers]:
    made = Workers(own_index, AskSettings(), 2)
    made.start()
    assert made.wait(60)
    yield made
    made.close()


def test_they_give_the_answers_that_the_server_would(workers: Workers, own_index: Path) -> None:
    assistant = Assistant.open(own_index)
    with ThreadPoolExecutor(6) as people:
        found = list(people.map(lambda q: workers.answer(wanted(q)), QUESTIONS * 3))
    for question, answer in zip(QUESTIONS * 3, found, strict=True):
        assert answer is not None
        assert answer.row() == assistant.answer(question, today=TODAY).row()
    turn = Turn("user", WHO)
    follow_up = workers.answer(wanted("责任单位有哪些？", turn))
    assert follow_up is not None
    assert follow_up.row() == assistant.answer("责任单位有哪些？", [turn], today=TODAY).row()


def test_a_question_of_no_words_is_refused_as_ever(workers: Workers) -> None:
    with pytest.raises(QuestionError):
        workers.answer(wanted("？？"))


def test_one_that_dies_is_replaced_and_its_question_answered(own_index: Path, tmp_path: Path) -> None:
    workers = Workers(own_index, AskSettings(), 1)
    assert workers.answer(wanted(WHO)) is None, "not started yet"
    workers.start()
    assert workers.wait(60)
    service = Service(
        Assistant.open(own_index), History(tmp_path / "h.db"), today=lambda: TODAY, workers=workers
    )
    (process,) = workers._processes
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(10)
    assert service.answer(WHO).citations, "the server answers by itself"
    assert workers.wait(60)
    (other,) = workers._processes
    assert other.pid != process.pid
    assert workers.answer(wanted(WHO)) is not None
    workers.close()
    assert not other.is_alive()


def test_visitors_get_nothing_of_an_internal_document(
    workers: Workers, own_index: Path, tmp_path: Path
) -> None:
    service = Service(
        Assistant.open(own_index),
        History(tmp_path / "h.db"),
        today=lambda: TODAY,
        accounts=Accounts(tmp_path / "accounts.db"),
        workers=workers,
    )
    service.__dict__["internal"] = type(service.internal)(tmp_path / "internal.json")
    visitor, staff = Account("访客", UserRole.VISITOR), Account("科员", UserRole.STAFF)
    (doc,) = {c.entry.policy.doc for c in service.seen_by(visitor).answer(WHO).citations}
    service.internal.add([doc])
    assert all(c.entry.policy.doc != doc for c in service.seen_by(visitor).answer(WHO).citations)
    assert {c.entry.policy.doc for c in service.seen_by(staff).answer(WHO).citations} == {doc}
    service.internal.forget([doc])
    assert {c.entry.policy.doc for c in service.seen_by(visitor).answer(WHO).citations} == {doc}


def test_visitors_wait_only_where_more_is_to_be_hidden(own_index: Path, tmp_path: Path) -> None:
    service = Service(
        Assistant.open(own_index),
        History(tmp_path / "h.db"),
        today=lambda: TODAY,
        accounts=Accounts(tmp_path / "accounts.db"),
    )
    service.__dict__["internal"] = type(service.internal)(tmp_path / "internal.json")
    one, two = (row.name for row in service.assistant.index.catalog.documents()[:2])
    service.internal.add([one])
    first = service.seen_by(None)
    with ThreadPoolExecutor(1) as other:
        with service._opening:  # as if another were just being opened
            service.internal.add([two])
            waiting = other.submit(service.seen_by, None)
            with pytest.raises(TimeoutError):
                waiting.result(0.3)
        second = waiting.result(30)
        assert second is not first and second.withheld == {one, two}
        with service._opening:
            service.internal.forget([two])
            assert other.submit(service.seen_by, None).result(30) is second
    assert service.seen_by(None).withheld == {one}


def test_they_follow_the_index(workers: Workers, own_index: Path, tmp_path: Path) -> None:
    before = workers.answer(wanted("你有哪些文件？"))
    plan = tmp_path / "新方案.txt"
    shutil.copy(next(SAMPLES.glob("*.txt")), plan)
    plan.write_text(plan.read_text(encoding="utf-8") + "\n补充说明一行。\n", encoding="utf-8")
    build([plan], own_index, BuildSettings(vectors=False))
    after = [workers.answer(wanted("你有哪些文件？")) for _ in range(4)]
    remove([plan.name], own_index, BuildSettings(vectors=False))
    assert before is not None and all(a is not None and a.text != before.text for a in after)


def test_the_day_is_the_servers(workers: Workers, own_index: Path) -> None:
    asked, day = "本月到期的任务有哪些？", dt.date(2024, 12, 3)
    found = workers.answer(replace(wanted(asked), today=day))
    assert found is not None
    assert found.row() == Assistant.open(own_index).answer(asked, today=day).row()
    assert found.question.dates != Assistant.open(own_index).answer(asked, today=TODAY).question.dates
