"""What is broken costs only what it carries: without sound vectors, or under a damaged new generation, answers go on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.ask import Assistant, explain
from assistant.model import Outcome
from assistant.settings import AskSettings
from index_build.build import build
from index_build.settings import BuildSettings
from index_build.store import CURRENT, open_index

PLAN = "青禾市优化营商环境方案\n（2031年1月5日）\n1.企业开办一日办结。（牵头单位：市市场监管局；完成时限：6月底前）\n2.清理拖欠账款。（牵头单位：市工信局）\n"
QUESTION = "清理拖欠账款谁牵头"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("degraded")
    (folder / "a.txt").write_text(PLAN, encoding="utf-8")
    build([folder / "a.txt"], folder / "index", BuildSettings())
    return folder / "index"


@pytest.fixture
def index_dir(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "index"))


def answered(assistant: Assistant) -> str:
    answer = assistant.answer(QUESTION)
    assert answer.outcome is Outcome.ANSWERED
    return answer.text


def test_vectors_are_used_where_they_are_sound(index_dir: Path) -> None:
    assistant = Assistant.open(index_dir, AskSettings(vector_weight=0.3))
    assert "市工信局" in answered(assistant)
    found = explain(assistant.read(QUESTION), assistant)
    assert found["without_vectors"] is None
    assert found["candidates"][0]["vector_rank"] is not None


@pytest.mark.parametrize("how", ["missing", "changed"])
def test_without_sound_vectors_words_answer_and_the_trace_says_so(index_dir: Path, how: str) -> None:
    for path in index_dir.rglob("data_level0.bin"):
        path.write_bytes(b"\xff" * path.stat().st_size) if how == "changed" else path.unlink()
    assistant = Assistant.open(index_dir, AskSettings(vector_weight=0.3))
    assert "市工信局" in answered(assistant)
    said = explain(assistant.read(QUESTION), assistant)["without_vectors"]
    assert "cewen build" in said


def test_a_new_generation_that_cannot_be_opened_is_passed_over(index_dir: Path) -> None:
    assistant = Assistant.open(index_dir)
    answered(assistant)
    (index_dir / CURRENT).write_text("g000099", encoding="ascii")
    assert "市工信局" in answered(assistant)


def test_a_new_generation_answers_the_next_question(index_dir: Path) -> None:
    assistant = Assistant.open(index_dir)
    assert assistant.answer("推广电子证照谁牵头").outcome is not Outcome.ANSWERED
    more = index_dir.parent / "b.txt"
    more.write_text(PLAN.replace("清理拖欠账款", "推广电子证照").replace("青禾", "白沙"), encoding="utf-8")
    build([more], index_dir, BuildSettings(vectors=False))
    answer = assistant.answer("推广电子证照谁牵头")
    assert answer.outcome is Outcome.ANSWERED
    assert assistant.index.generation == open_index(index_dir).generation == 2
