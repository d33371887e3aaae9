"""The benchmark of many people measures what it says: real answers through both faces, counted once.  No times are
asserted."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.bench import load
from eval.bench.load import JSON, PAGE, Caller, Line
from index_build.build import build
from index_build.settings import BuildSettings

SAMPLES = Path(__file__).parents[2] / "index_build" / "samples"
ASKED = ["区级领导包联重点企业制度由谁牵头？", "区税务局牵头哪些任务？"]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("load") / "index"
    build([SAMPLES], made, BuildSettings(vectors=False))
    return made


@pytest.fixture(scope="module")
def server(index: Path) -> Iterator[tuple[int, int]]:
    with load.serving(index) as (port, pid, ready):
        assert ready > 0
        yield port, pid


@pytest.mark.parametrize("face", [JSON, PAGE])
@pytest.mark.parametrize("kept", [True, False])
def test_a_crowd_is_answered(face: str, kept: bool, server: tuple[int, int]) -> None:
    line = load.measure(*server, face, kept, 3, ASKED, 30.0, 9)
    assert (line.face, line.kept, line.clients, line.answers) == (face, kept, 3, 9)
    assert len(line.waits_ms) == 9 and min(line.waits_ms) > 0
    assert line.cpu_ms is None or line.cpu_ms >= 0


def test_a_person_stays_in_a_conversation_for_a_while(server: tuple[int, int]) -> None:
    async def visit() -> list[str | None]:
        async with Caller.to(server[0]) as caller:
            person = await load.person_at(caller, 0)
            ask, talks = load.by_page(caller, person), []
            for question in itertools.islice(itertools.cycle(ASKED), load.CONVERSATION + 1):
                await ask(question)
                talks.append(person.conversation)
            return talks

    *first, last = asyncio.run(visit())
    assert None not in first and len(set(first)) == 1
    assert last not in (None, first[0])


def test_a_refusal_is_not_counted_as_an_answer(server: tuple[int, int]) -> None:
    with pytest.raises(ExceptionGroup) as refused:
        load.measure(*server, JSON, False, 2, ["？"], 5.0, 4)
    assert "422" in repr(refused.value.exceptions[0])


def test_questions_that_nobody_asked_before() -> None:
    made = list(itertools.islice(load.unseen(ASKED, 1_000), 50))
    assert len(set(made)) == 50
    assert {question.strip() for question in made} == set(ASKED)


def test_quantiles_and_promises() -> None:
    quick = Line(PAGE, True, 50, 100, 2.0, tuple(float(n) for n in range(100, 0, -1)), 1.0)
    assert [quick.quantile(share) for share in (0.5, 0.95, 0.99)] == [51.0, 96.0, 100.0]
    assert quick.row()["answers_per_s"] == 50.0
    assert load.missed([quick]) == []
    slow = Line(PAGE, False, 50, 2, 4.0, (100.0, 1_501.0), None)
    few = Line(JSON, False, 50, 799, 2.0, (1.0,), None)
    enough = Line(JSON, True, 50, 800, 2.0, (1.0,), None)
    assert [miss.split(":")[0] for miss in load.missed([slow, few, enough])] == [PAGE, f"{JSON}，新问 new"]
    shown = load.table([quick, slow], 2.5, "a machine")
    assert "2.50 s" in shown and shown.count("\n|") == 4 and "| — |" in shown


def test_the_command_writes_its_table(index: Path, tmp_path: Path) -> None:
    arguments = ["--index", str(index), "--clients", "2", "--most", "4", "--out", str(tmp_path)]
    done = CliRunner().invoke(load.main, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    assert (tmp_path / "load.md").read_text(encoding="utf-8").count("\n|") == 6
    assert (tmp_path / "load.json").exists()
