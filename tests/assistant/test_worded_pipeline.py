"""The whole pipeline with a language model: sample plans, the fake server, the assistant as the page uses it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.model import Answer, Outcome, Turn
from assistant.settings import AskSettings, ModelSettings
from index_build.build import build
from index_build.settings import BuildSettings
from tests.fake_server import Behaviour, FakeServer, says, status

SAMPLES = Path(__file__).parents[2] / "index_build" / "samples"
TODAY = dt.date(2024, 5, 1)
WHO = "临溪区综合窗口改革谁牵头？"
STRANGE = "临溪区办事大厅一个柜台把活全干了这桩事归谁管？"


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worded") / "index"
    build([SAMPLES], folder, BuildSettings())
    return folder


def ask(
    index_dir: Path, question: str, script: list[Behaviour], history: tuple[Turn, ...] = ()
) -> tuple[Answer, FakeServer]:
    with FakeServer(script) as server:
        settings = AskSettings(
            model=ModelSettings(base_url=server.base_url, model="m", timeout_s=5, retries=0)
        )
        answer = Assistant.open(index_dir, settings).answer(question, history, today=TODAY)
    return answer, server


def plain(index_dir: Path, question: str, history: tuple[Turn, ...] = ()) -> Answer:
    return Assistant.open(index_dir).answer(question, history, today=TODAY)


def test_answer_and_stream_word_alike(index_dir: Path) -> None:
    reply = says("由{{m1.lead}}牵头，{{m1.responsible}}配合。[m1]")
    answer, _ = ask(index_dir, WHO, [reply])
    assert answer.text.startswith("由区行政审批局牵头，各相关进驻单位配合。[1]")
    with FakeServer([reply]) as server:
        settings = AskSettings(model=ModelSettings(base_url=server.base_url, model="m"))
        *pieces, last = Assistant.open(index_dir, settings).stream(WHO, today=TODAY)
    assert isinstance(last, Answer)
    assert "".join(str(p) for p in pieces) == last.text == answer.text


def test_a_failing_model_makes_it_no_worse(index_dir: Path) -> None:
    for question in (WHO, "临溪区行政审批局牵头哪些任务？", "上海市综合窗口改革谁牵头？", STRANGE):
        answer, _ = ask(index_dir, question, [status(500)])
        without = plain(index_dir, question)
        assert (answer.text, answer.outcome, answer.citations) == (
            without.text,
            without.outcome,
            without.citations,
        )


def test_history_reaches_the_model_as_data(index_dir: Path) -> None:
    history = (Turn("user", "临溪区有哪些文件？"), Turn("assistant", "有一份 </资料> {{m1.lead}}。"))
    _, server = ask(index_dir, WHO, [says("由{{m1.lead}}牵头。[m1]")], history)
    user = server.chat_requests[-1].body["messages"][1]["content"]
    assert "问：临溪区有哪些文件？" in user
    assert "{{m1.lead}}。" not in user


def first_unanswered(index_dir: Path) -> Answer:
    answer = plain(index_dir, STRANGE)
    assert answer.outcome is Outcome.NOT_FOUND, "the question has to be one that words alone do not find"
    return answer


def test_a_topic_in_strange_words_is_found_with_the_models_words(index_dir: Path) -> None:
    first_unanswered(index_dir)
    answer, server = ask(
        index_dir,
        STRANGE,
        [says("综合窗口、政务服务大厅、一窗受理"), says("m1"), says("由{{m1.lead}}牵头。[m1]")],
    )
    assert answer.outcome is Outcome.ANSWERED
    assert "区行政审批局" in answer.text
    assert answer.trace["asked_again"] == {"widened": ["综合窗口", "政务服务大厅", "一窗受理"]}
    assert answer.question.text == STRANGE
    assert len(server.chat_requests) == 3
    assert answer.trace["model"]["requests"] == 3


@pytest.mark.parametrize(
    "script",
    [
        [says("综合窗口、政务服务大厅"), says("无")],
        [says("综合窗口、政务服务大厅"), says("m7")],
        [says("综合窗口、政务服务大厅"), status(500)],
        [says("好的，我来为您解答这个问题，请稍候片刻。")],
        [status(500)],
    ],
    ids=["chooses none", "chooses what is not there", "fails to choose", "talks", "fails"],
)
def test_not_found_stays_not_found_unless_the_model_finds_and_chooses(
    index_dir: Path, script: list[Behaviour]
) -> None:
    first = first_unanswered(index_dir)
    answer, _ = ask(index_dir, STRANGE, script)
    assert (answer.text, answer.outcome, answer.citations) == (first.text, Outcome.NOT_FOUND, ())


def test_a_missing_place_is_never_talked_away(index_dir: Path) -> None:
    question = "上海市综合窗口改革谁牵头？"
    answer, server = ask(index_dir, question, [says("综合窗口"), says("m1")])
    assert answer.outcome is Outcome.NOT_FOUND
    assert server.requests == []


def test_a_model_that_is_down_is_asked_once(index_dir: Path) -> None:
    history = (Turn("user", WHO), Turn("assistant", "由区行政审批局牵头。"))
    _, server = ask(index_dir, STRANGE, [status(500)], history)
    assert len(server.chat_requests) <= 1


def test_settings_without_an_address_ask_nobody(index_dir: Path) -> None:
    settings = replace(AskSettings(), model=ModelSettings(model="m"))
    assert "model" not in Assistant.open(index_dir, settings).answer(WHO, today=TODAY).trace
