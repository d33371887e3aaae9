"""`cewen eval` from end to end, over the sample plans: build, run, compare, stop on a loss, draft, check, convert."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli import cewen
from index_build.build import build
from index_build.errors import CewenError
from index_build.settings import BuildSettings
from tests.fake_server import FakeServer, says

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "eval/sets/samples.jsonl"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index") / "i"
    build([ROOT / "index_build/samples"], folder, BuildSettings())
    return folder


@pytest.fixture(scope="module")
def report(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "r"
    result = run("eval", str(SAMPLES), "--index", str(index), "--report", str(folder))
    assert result.exit_code == 0, result.output
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cewen, arguments)


def test_a_run_over_the_samples(report: Path) -> None:
    """All questions apply, all are answered, and the figures are those of a working assistant."""
    scores = json.loads((report / "scores.json").read_text(encoding="utf-8"))["systems"]["cewen"]
    overall = {name: mean["value"] for name, mean in scores["overall"].items()}
    assert scores["overall"]["replied"] == {
        "value": 1.0,
        "n": 210,
        "low": pytest.approx(0.98, abs=0.01),
        "high": 1.0,
    }
    assert overall["citation_span_exact"] == 1
    assert overall["correct"] > 0.6
    assert overall["wrong_document_at_1"] < 0.15
    assert "策问评测报告" in (report / "report.html").read_text(encoding="utf-8")
    answers = [
        json.loads(line) for line in (report / "answers/cewen.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert all(row["trace"] for row in answers)
    assert any(row["ranked"] for row in answers)


def test_the_same_run_again_passes_its_own_baseline(report: Path) -> None:
    result = run("eval", "rescore", str(report), "--baseline", str(report / "scores.json"))
    assert result.exit_code == 0, result.output


def worse_answers(report: Path, folder: Path) -> Path:
    """A copy of the run whose answers refuse every second question that was answered."""
    copy = Path(shutil.copytree(report, folder / "worse"))
    path = copy / "answers/cewen.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in rows[::2]:
        if row["outcome"] == "answered":
            row.update(outcome="not_found", citations=[], facts=[])
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    return copy


def test_a_significant_loss_exits_with_1(report: Path, tmp_path: Path) -> None:
    copy = worse_answers(report, tmp_path)
    result = run("eval", "rescore", str(copy), "--baseline", str(report))
    assert result.exit_code == 1
    assert "significantly worse" in result.stderr
    assert "correct" in result.stderr
    assert run("eval", "rescore", str(report), "--baseline", str(copy)).exit_code == 0, "a gain is no loss"
    assert run("eval", "compare", str(copy), str(report)).exit_code == 1
    assert "输掉的问题" in run("eval", "compare", str(copy), str(report)).output


def test_a_run_without_any_answer_measured_nothing(report: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(report, tmp_path / "silent"))
    path = copy / "answers/cewen.jsonl"
    ids = [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("".join(json.dumps({"id": i, "error": "boom"}) + "\n" for i in ids), encoding="utf-8")
    result = run("eval", "rescore", str(copy), "--quiet")
    assert result.exit_code == 2
    assert "210 个问题没有回答" in result.stderr
    assert "boom" in result.stderr


def test_settings_file_and_variables(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The [eval] table of cewen.toml and CEWEN_INDEX reach the verbs."""
    settings = tmp_path / "cewen.toml"
    settings.write_text(f'[eval]\nquiet = true\nreport = "{tmp_path / "r"}"\n', encoding="utf-8")
    monkeypatch.setenv("CEWEN_INDEX", str(index))
    result = run("--config", str(settings), "eval", str(SAMPLES), "--type", "smalltalk_meta")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert (tmp_path / "r/report.html").is_file()
    assert run("eval", str(SAMPLES), "--type", "nonsense").exit_code == 2


def test_only_some_types(index: Path, tmp_path: Path) -> None:
    result = run(
        "eval",
        str(SAMPLES),
        "--index",
        str(index),
        "--report",
        str(tmp_path / "r"),
        "--type",
        "smalltalk_meta",
        "--quiet",
    )
    assert result.exit_code == 0, result.output
    assert len((tmp_path / "r/answers/cewen.jsonl").read_text(encoding="utf-8").splitlines()) == 4
    assert result.stdout == ""


def test_with_a_language_model(index: Path, tmp_path: Path) -> None:
    """A model that talks nonsense costs tokens and moves no figure: what it says is not supported, so records answer."""
    report = tmp_path / "r"
    with FakeServer([says("这件事由区教育局牵头。[m1]")]) as server:
        result = run("eval", str(SAMPLES), "--index", str(index), "--report", str(report), "--type", "who_lead", "--quiet",
                     "--model-base-url", server.base_url, "--model", "m", "--workers", "4")  # fmt: skip
    assert result.exit_code == 0, result.output
    overall = json.loads((report / "scores.json").read_text(encoding="utf-8"))["systems"]["cewen"]["overall"]
    assert overall["tokens"]["value"] > 0
    assert overall["lead_right"]["value"] > 0.8
    assert "区教育局" not in (report / "answers/cewen.jsonl").read_text(encoding="utf-8").split('"trace"')[0]


def test_rivals_in_the_same_run(index: Path, tmp_path: Path) -> None:
    result = run("eval", "run", str(SAMPLES), "--index", str(index), "--report", str(tmp_path), "--type", "who_lead",
                 "--rivals", "bm25s-windows,tantivy-windows")  # fmt: skip
    assert result.exit_code == 0, result.output
    table = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert table.splitlines()[2].count("|") == 5
    assert "bm25s 定长窗口" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_draft_review_and_run(index: Path, tmp_path: Path) -> None:
    """Drafts are made and checked; reviewed (draft set to false) they are asked."""
    path = tmp_path / "d.jsonl"
    assert run("eval", "make", "--index", str(index), "--out", str(path), "--count", "12").exit_code == 0
    assert "12 草稿 drafts, 0 处错误" in run("eval", "check", str(path)).output
    with pytest.raises(CewenError, match="草稿"):
        CliRunner().invoke(cewen, ["eval", str(path), "--index", str(index)], catch_exceptions=False)
    path.write_text(
        path.read_text(encoding="utf-8").replace('"draft": true', '"draft": false'), encoding="utf-8"
    )
    result = run("eval", str(path), "--index", str(index), "--report", str(tmp_path / "r"), "--quiet")
    assert result.exit_code == 0, result.output


def test_no_feedback_yet(index: Path, tmp_path: Path) -> None:
    with pytest.raises(CewenError, match="no feedback yet"):
        CliRunner().invoke(
            cewen,
            ["eval", "make", "--index", str(index), "--out", str(tmp_path / "f.jsonl"), "--feedback"],
            catch_exceptions=False,
        )


def test_convert_and_check(tmp_path: Path) -> None:
    assert run("eval", "convert", str(SAMPLES), str(tmp_path / "s.xlsx")).exit_code == 0
    assert "210 问" in run("eval", "check", str(tmp_path / "s.xlsx")).output
    bad = tmp_path / "b.jsonl"
    bad.write_text('{"id": "a"}\n', encoding="utf-8")
    result = run("eval", "check", str(bad))
    assert result.exit_code == 2
    assert "line 1" in result.stderr


def test_faults_are_one_line_and_exit_2(tmp_path: Path) -> None:
    """As a person meets them: the whole process, no traceback."""
    bad = tmp_path / "b.jsonl"
    bad.write_text('{"id": "a", "type": "?"}\n', encoding="utf-8")
    command = [sys.executable, "-c", "from assistant.cli import main; main()", "eval"]
    for arguments, words in (
        ([str(bad)], "b.jsonl"),
        ([str(tmp_path / "none.jsonl")], "no such file"),
        ([str(SAMPLES), "--index", str(tmp_path / "none")], "cewen build"),
    ):
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 2
        assert words in done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_help_is_light() -> None:
    """`cewen eval --help` loads neither numpy nor any framework."""
    code = (
        "import sys; import eval.cli; "
        "heavy = {'numpy', 'scipy', 'pandas', 'llama_index', 'chromadb', 'openai', 'tantivy', 'gradio', 'jinja2', 'rich'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
