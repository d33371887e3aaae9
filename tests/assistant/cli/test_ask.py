"""`cewen ask` as people and scripts call it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli import cewen
from index_build.errors import CewenError


def run(*args: object) -> Result:
    return CliRunner().invoke(cewen, ["ask", *map(str, args)])


def test_text_ends_with_where_the_markers_point(asked_index: Path) -> None:
    result = run("岚溪县公证谁牵头", "--index", asked_index)
    assert result.exit_code == 0
    assert result.output.startswith("牵头单位：县司法局。[1]")
    assert "[1] 岚溪县.txt · 《岚溪县优化营商环境行动方案》 岚政办发〔2031〕6号 第2条" in result.output


def test_json_is_the_answer_row(asked_index: Path) -> None:
    row = json.loads(run("岚溪县公证谁牵头", "--index", asked_index, "--format", "json").output)
    assert row["outcome"] == "answered"
    assert row["facts"][0]["lead"] == ["县司法局"]
    assert row["citations"][0]["number"] == "2"
    assert row["question_read"]["place"] == [["岚溪县"]]
    assert {"id", "answer", "outcome", "citations", "facts", "question_read"} <= set(row)


def test_trace_shows_candidates_and_verdicts(asked_index: Path) -> None:
    row = json.loads(run("岚溪县公证谁牵头", "--index", asked_index, "--format", "json", "--trace").output)
    first = row["trace"]["candidates"][0]
    assert first["number"] == "2"
    assert first["word_rank"] == 1
    assert 0 < first["coverage"] <= 1
    assert first["dropped"] is None
    assert row["trace"]["searched"] == ["岚溪县优化营商环境行动方案"]
    assert row["trace"]["claims"][0] == {
        "kind": "lead",
        "value": "县司法局",
        "citation": 1,
        "verdict": "exact",
    }
    assert {c["verdict"] for c in row["claims"]} == {"exact"}
    text = run("岚溪县公证谁牵头", "--index", asked_index, "--trace").output
    assert '"candidates"' in text


def test_batch_rows_in_order_and_a_bad_one_says_why(asked_index: Path, tmp_path: Path) -> None:
    rows = [
        {"id": "a", "question": "岚溪县公证谁牵头", "history": []},
        {"id": "b", "question": "？？", "history": []},
        {"id": "c", "question": "什么时候完成", "history": [
            {"role": "user", "content": "岚溪县公证谁牵头"},
            {"role": "assistant", "content": "牵头单位：县司法局。"},
        ]},
        {"id": "d", "question": "x" * 20_000},
    ]  # fmt: skip
    questions, answers = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    questions.write_text(
        "\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n\n", encoding="utf-8"
    )
    assert run("--batch", questions, "--out", answers, "--index", asked_index).exit_code == 0
    found = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    assert [r["id"] for r in found] == ["a", "b", "c", "d"]
    assert found[0]["facts"][0]["lead"] == ["县司法局"]
    assert found[1]["error"] and found[1]["citations"] == []
    assert "9月底前" in found[2]["answer"]
    assert found[3]["error"]


def test_batch_without_out_prints_the_rows(asked_index: Path, tmp_path: Path) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"id": 1, "question": "岚溪县公证谁牵头"}\n', encoding="utf-8")
    assert json.loads(run("--batch", questions, "--index", asked_index).output)["id"] == 1


@pytest.mark.parametrize("content", ["not json", "[1, 2]", '{"id": 1, "history": "x"}'])
def test_a_bad_questions_file_names_the_line(asked_index: Path, tmp_path: Path, content: str) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text(f'{{"id": 0, "question": "好"}}\n{content}\n', encoding="utf-8")
    result = run("--batch", questions, "--index", asked_index)
    assert isinstance(result.exception, CewenError)
    assert "q.jsonl:2" in str(result.exception)


def test_neither_question_nor_batch(asked_index: Path) -> None:
    assert run("--index", asked_index).exit_code == 2
    assert run("问题", "--batch", "x.jsonl", "--index", asked_index).exit_code == 2


def test_a_model_address_needs_a_model(asked_index: Path) -> None:
    result = run("问题", "--index", asked_index, "--model-base-url", "http://127.0.0.1:9")
    assert "--model" in str(result.exception)


def test_words_of_ones_own(asked_index: Path, tmp_path: Path) -> None:
    (tmp_path / "everyday.txt").write_text("跑章 = 公证 0.9\n", encoding="utf-8")
    assert "县司法局" not in run("岚溪县跑章谁牵头", "--index", asked_index).output
    assert "县司法局" in run("岚溪县跑章谁牵头", "--index", asked_index, "--lexicon", tmp_path).output


def cewen_process(*args: object) -> subprocess.CompletedProcess[str]:
    code = "import sys; from assistant.cli import main; sys.argv[0] = 'cewen'; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("question", ["？？", "字" * 20_000])
def test_errors_are_one_line_and_exit_2(asked_index: Path, question: str) -> None:
    done = cewen_process("ask", question, "--index", asked_index)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("cewen: ")


def test_a_missing_index_is_one_line_and_exit_2(tmp_path: Path) -> None:
    done = cewen_process("ask", "问题", "--index", tmp_path / "none")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_asking_imports_nothing_heavy(asked_index: Path) -> None:
    code = (
        "import sys; from assistant.cli import cewen\n"
        f"cewen(['ask', '岚溪县公证谁牵头', '--index', {str(asked_index)!r}], standalone_mode=False)\n"
        "heavy = {'gradio', 'llama_index', 'chromadb', 'pandas', 'fastapi', 'openai', 'pydantic', 'sklearn', 'scipy', 'pypinyin'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.splitlines()[-1] == "HEAVY []"
