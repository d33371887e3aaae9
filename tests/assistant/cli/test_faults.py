"""What goes wrong on the command line is told in one line, with its remedy, and never in a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli import cewen, settings_for
from index_build.errors import SettingsError


def cewen_process(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from assistant.cli import main; main()", *map(str, args)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def fault(*args: object) -> str:
    """The one line that a fault is told in."""
    done = cewen_process(*args)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 2
    assert line.startswith("cewen: ")
    return line.removeprefix("cewen: ")


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (
            ["ask", "谁牵头", "--fromat", "json"],
            "没有选项 --fromat，相近的有 --format、--out · no such option；用法 usage: cewen ask --help",
        ),
        (["--bogus"], "没有选项 --bogus · no such option；用法 usage: cewen --help"),
        (
            ["build", "x", "--report"],
            "选项 --report 后面要写一个值 · Option '--report' requires an argument.；用法 usage: cewen build --help",
        ),
        (
            ["build", "--samples=3"],
            "选项 --samples 后面不写值 · Option '--samples' does not take a value.；用法 usage: cewen build --help",
        ),
        (
            ["bulid"],
            "没有命令 bulid · no such command；用法 usage: cewen --help",
        ),
        (
            ["user", "add"],
            "缺少参数 · Missing argument 'NAME'.；用法 usage: cewen user add --help",
        ),
        (
            ["measures", "--limit", "-3"],
            "参数的值不能用 · Invalid value for '--limit': -3 is not in the range x>=0.；用法 usage: cewen measures --help",
        ),
        (
            ["build"],
            "请给出文件或文件夹，或加 --samples 试用示例 · name files or folders, or try --samples；用法 usage: cewen build --help",
        ),
    ],
)
def test_what_was_typed_wrong(args: list[str], line: str) -> None:
    assert fault(*args) == line


def test_a_file_that_cannot_be_written(asked_index: Path, tmp_path: Path) -> None:
    out = tmp_path / "none" / "ledger.csv"
    assert fault("measures", "--index", asked_index, "--out", out) == (
        f"{out} 读写失败（No such file or directory）；请检查路径、权限和磁盘空间"
        " · cannot be read or written: check the path, the permissions and the disk"
    )
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"id": "a", "question": "岚溪县公证谁牵头"}\n', encoding="utf-8")
    answers = tmp_path / "none" / "answers.jsonl"
    assert str(answers) in fault("ask", "--batch", questions, "--out", answers, "--index", asked_index)


def test_a_file_where_the_index_folder_should_be(tmp_path: Path) -> None:
    plan, taken = tmp_path / "plan.txt", tmp_path / "taken"
    plan.write_text("一、任务\n1.推行告知承诺。（牵头单位：市财政局）\n", encoding="utf-8")
    taken.write_text("x", encoding="utf-8")
    assert str(taken) in fault("build", plan, "--index", taken)
    assert taken.read_text(encoding="utf-8") == "x"


def test_help_is_no_fault() -> None:
    done = cewen_process("ask", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--batch" in done.stdout


def test_the_exit_code_of_a_command_is_the_program_s(tmp_path: Path) -> None:
    """One of two files failed: the rest is indexed, and the exit code says 1."""
    (tmp_path / "a.txt").write_text("一、任务\n1.推行告知承诺。（牵头单位：市财政局）\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("", encoding="utf-8")
    done = cewen_process(
        "build", tmp_path / "a.txt", tmp_path / "b.txt", "--index", tmp_path / "ix", "--no-vectors"
    )
    assert (done.returncode, done.stderr) == (1, "")


def test_a_model_that_cannot_be_reached_is_told_beside_the_answer(asked_index: Path) -> None:
    done = cewen_process(
        "ask",
        "岚溪县公证谁牵头",
        "--index",
        asked_index,
        "--model",
        "m",
        "--model-base-url",
        "http://127.0.0.1:9",
    )
    assert done.returncode == 0
    assert done.stdout.startswith("牵头单位：县司法局。[1]")
    (line,) = done.stderr.splitlines()
    assert line.startswith("语言模型没有用上，以上是原文摘录 · the model was of no use, extracts stand：")


def test_settings_of_the_file_are_read_as_if_typed() -> None:
    data = {
        "index": 5,
        "host": "of another command",
        "ask": {"page-size": 7, "trace": True, "lexicon": "a", "index": "b"},
        "build": {"workers": 1},
    }
    assert settings_for("ask", data) == {"index": "b", "page_size": "7", "trace": True, "lexicon": ["a"]}
    assert settings_for("build", data) == {"index": "5", "workers": "1"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[ask]\npage-size = [1, 2]\n", "cewen.toml 的 page-size 应是一个值；请改正"),
        ("[ask]\nindex = {a = 1}\n", "cewen.toml 的 index 应是一个值；请改正"),
        ("[ask]\npage-sise = 3\n", "cewen.toml 的 [ask] 里没有选项 page-sise；请改正"),
        ("[aks]\npage-size = 3\n", "cewen.toml 的 [aks] 不是命令；请改正"),
        ("page-size = \n", "cewen.toml 读不了"),
    ],
)
def test_a_settings_file_with_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cewen.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        cewen.main(["ask", "谁牵头"], standalone_mode=False)
    assert str(caught.value).startswith(line)
