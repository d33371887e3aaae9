"""Runs: what the folder holds, going on after a stop, scoring again, and what a baseline stops."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case, QuestionSet
from eval.run import Plan, Run, execute, load_values, plan_run, read_answers, rescore
from eval.sources import Sources
from eval.summary import compare, losses, values_of
from eval.systems import AnswerFile, System
from index_build.errors import QuestionError, SetError
from tests.eval.conftest import EAST_FACT, case, citation

RIGHT = {
    "answer": "牵头单位：区市场监管局。[1]",
    "outcome": "answered",
    "citations": [citation("east.txt", 1)],
    "facts": [EAST_FACT],
}
REFUSED = {"answer": "没有", "outcome": "not_found", "citations": [], "facts": []}


class Scripted:
    """Answers right except the named cases; remembers what it was asked, and stops after `stop` answers."""

    label = "照稿"

    def __init__(self, wrong: Sequence[str] = (), stop: int | None = None, name: str = "cewen") -> None:
        self.name, self.wrong, self.stop = name, set(wrong), stop
        self.asked: list[str] = []

    def settings(self) -> dict[str, Any]:
        return {"kind": "scripted"}

    def answer(self, asked: Case) -> dict[str, Any]:
        if self.stop is not None and len(self.asked) >= self.stop:
            raise KeyboardInterrupt
        self.asked.append(asked.id)
        return dict(REFUSED if asked.id in self.wrong else RIGHT)


class Failing(Scripted):
    def answer(self, asked: Case) -> dict[str, Any]:
        if asked.id == "c1":
            raise QuestionError("太长 · too long")
        if asked.id == "c2":
            raise ZeroDivisionError("oops")
        return dict(RIGHT)


def make_plan(sources: Sources, count: int = 12) -> Plan:
    cases = tuple(case(id=f"c{n}", lead=["区市场监管局"]) for n in range(count))
    return plan_run([QuestionSet("s", cases, ("east.txt",))], sources, "f1")


def run(sources: Sources, folder: Path, system: System, **options: Any) -> Run:
    return execute(make_plan(sources), [system], folder, **options)


def test_the_folder_holds_everything(sources: Sources, tmp_path: Path) -> None:
    found = run(sources, tmp_path / "r", Scripted(wrong=["c3"]))
    names = {p.relative_to(tmp_path / "r").as_posix() for p in (tmp_path / "r").rglob("*") if p.is_file()}
    assert names == {"run.json", "cases.jsonl", "answers/cewen.jsonl", "sources.json.gz", "scores.json"}
    about = json.loads((tmp_path / "r/run.json").read_text())
    assert about["finished"]
    assert about["machine"]["cores"]
    assert about["about"]["versions"]["python"]
    assert about["about"]["index"]["fingerprint"] == "f1"
    scores = json.loads((tmp_path / "r/scores.json").read_text())["systems"]["cewen"]
    assert scores["overall"]["correct"]["value"] == pytest.approx(11 / 12)
    assert scores["cases"]["c3"]["fault"] == "wrongly_refused"
    assert found.summaries[0].overall["seconds"].n == 12


def test_a_stopped_run_goes_on_where_it_stopped(sources: Sources, tmp_path: Path) -> None:
    first = Scripted(stop=5)
    with pytest.raises(KeyboardInterrupt):
        run(sources, tmp_path, first)
    assert json.loads((tmp_path / "run.json").read_text())["finished"] is None
    with (tmp_path / "answers/cewen.jsonl").open("a") as out:
        out.write('{"id": "c5", "answ')  # cut off by the stop
    second = Scripted()
    found = run(sources, tmp_path, second)
    assert second.asked == [f"c{n}" for n in range(5, 12)]
    assert found.summaries[0].overall["correct"].n == 12


def test_answers_of_another_run_are_not_mixed_in(sources: Sources, tmp_path: Path) -> None:
    """Stopped, then asked with other questions: nothing of the first run is taken over."""
    with pytest.raises(KeyboardInterrupt):
        run(sources, tmp_path, Scripted(wrong=["c0"], stop=3))
    again = Scripted()
    found = execute(make_plan(sources, 6), [again], tmp_path)
    assert again.asked == [f"c{n}" for n in range(6)]
    assert found.summaries[0].overall["correct"].value == 1


def test_a_finished_run_is_asked_anew(sources: Sources, tmp_path: Path) -> None:
    run(sources, tmp_path, Scripted(wrong=["c0"]))
    again = Scripted()
    found = run(sources, tmp_path, again)
    assert len(again.asked) == 12
    assert found.summaries[0].overall["correct"].value == 1


def test_a_folder_of_something_else_is_refused(sources: Sources, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(SetError, match="--report"):
        run(sources, tmp_path, Scripted())


def test_damage_inside_the_answers_is_named(sources: Sources, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a"}\n{broken\n{"id": "b"}\n')
    with pytest.raises(SetError, match="line 2"):
        read_answers(path)


def test_scored_again_without_asking(sources: Sources, tmp_path: Path) -> None:
    run(sources, tmp_path, Scripted(wrong=["c3"]))
    before = (tmp_path / "scores.json").read_text()
    (tmp_path / "scores.json").unlink()
    found = rescore(tmp_path)
    assert found.sources.texts == sources.texts
    assert (tmp_path / "scores.json").read_text() == before
    with pytest.raises(SetError, match=r"run\.json"):
        rescore(tmp_path / "nowhere")


def test_errors_are_answers_and_do_not_stop_the_run(sources: Sources, tmp_path: Path) -> None:
    found = run(sources, tmp_path, Failing())
    rows = read_answers(tmp_path / "answers/cewen.jsonl")
    assert rows["c1"]["error"] == "太长 · too long"
    assert rows["c2"]["error"].startswith("ZeroDivisionError: oops (test_run.py:")
    assert found.summaries[0].faults == {"no_reply": 2}


def test_in_parallel_the_scores_are_the_same(sources: Sources, tmp_path: Path) -> None:
    told: list[int] = []
    found = run(
        sources,
        tmp_path / "p",
        Scripted(wrong=["c3", "c7"]),
        workers=4,
        progress=lambda _, done, all_: told.append(done),
    )
    assert sorted(told) == list(range(1, 13))
    alone = run(sources, tmp_path / "s", Scripted(wrong=["c3", "c7"]))
    assert found.summaries[0].values("correct") == alone.summaries[0].values("correct")


def test_nothing_to_ask_is_an_error(sources: Sources) -> None:
    elsewhere = QuestionSet("s", (case(id="x", evidence=[{"doc": "north.txt", "no": "1", "head": "甲甲"}]),))
    with pytest.raises(SetError, match=r"north\.txt"):
        plan_run([elsewhere], sources, "f")
    twice = QuestionSet("s", (case(id="x"),))
    with pytest.raises(SetError, match="two sets"):
        plan_run([twice, twice], sources, "f")


def test_answers_made_elsewhere(sources: Sources, tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text("".join(json.dumps(RIGHT | {"id": f"c{n}"}) + "\n" for n in range(6)))
    found = run(sources, tmp_path / "r", AnswerFile(path))
    assert found.summaries[0].overall["replied"].value == 0.5
    assert "seconds" not in found.summaries[0].overall, "not measured here"
    with pytest.raises(SetError, match="answer rows"):
        path.write_text("[1, 2]\n")
        AnswerFile(path)


# -- baselines ------------------------------------------------------------------------------------------------


def compared(
    sources: Sources, tmp_path: Path, wrong_before: list[str], wrong_now: list[str]
) -> dict[str, float]:
    run(sources, tmp_path / "before", Scripted(wrong_before))
    now = run(sources, tmp_path / "now", Scripted(wrong_now))
    name, values = load_values(tmp_path / "before" / "scores.json", "cewen")
    comparison = compare("now", values_of(now.summaries[0]), name, values)
    assert (set(comparison.lost), set(comparison.won)) == (
        set(wrong_now) - set(wrong_before),
        set(wrong_before) - set(wrong_now),
    )
    return losses(comparison)


def test_a_significant_loss_is_found(sources: Sources, tmp_path: Path) -> None:
    """Ten of twelve lost: p = 2 / 2¹⁰ = 0.002; the four gated metrics that it moves make it at most 5 · 0.002."""
    lost = compared(sources, tmp_path, [], [f"c{n}" for n in range(10)])
    assert {"correct", "recall_at_1", "abstains_wrongly"} <= set(lost)
    assert all(p < 0.05 for p in lost.values())


def test_chance_is_no_loss(sources: Sources, tmp_path: Path) -> None:
    """Three lost, none won: p = 0.25.  And a gain is never a loss."""
    assert compared(sources, tmp_path / "a", [], ["c1", "c2", "c3"]) == {}
    assert compared(sources, tmp_path / "b", [f"c{n}" for n in range(10)], []) == {}


@pytest.mark.parametrize("text", ["{}", "[]", "nonsense", '{"systems": {}}'])
def test_a_file_that_is_no_baseline(tmp_path: Path, text: str) -> None:
    (tmp_path / "scores.json").write_text(text)
    with pytest.raises(SetError, match=r"scores\.json"):
        load_values(tmp_path)
