"""`cewen build` as people run it: lines, exit codes, the review list, and an index that is left alone."""

from __future__ import annotations

import csv
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli import cewen
from index_build.catalog import Filter
from index_build.errors import NothingToIndex
from index_build.store import open_index
from tests.fake_server import FakeServer

PLAN = "青禾市优化营商环境方案\n（2031年1月5日）\n1.企业开办一日办结。（牵头单位：市市场监管局；完成时限：6月底前）\n"
OTHER = "白沙市优化营商环境方案\n（2031年1月6日）\n1.清理拖欠账款。（牵头单位：市工信局）\n2.推广电子证照。（牵头单位：市政务服务局）\n"


@pytest.fixture
def plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [key for key in os.environ if key.startswith("CEWEN_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "a.txt").write_text(PLAN, encoding="utf-8")
    (folder / "b.txt").write_text(OTHER, encoding="utf-8")
    return folder


def run(*args: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(cewen, ["build", *args], env=env)


def test_a_build_reports_a_line_a_file(plans: Path) -> None:
    done = run(str(plans), "--no-vectors")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0].startswith("✓ a.txt  新增 new：措施 1 measures")
    assert lines[1].startswith("✓ b.txt  新增 new：措施 2 measures")
    assert "2 份文件、3 项措施" in lines[-1]
    assert Path("cewen-index").is_dir()  # the default folder
    again = run(str(plans), "--no-vectors")
    assert again.exit_code == 0
    assert "未变 unchanged" in again.output.splitlines()[0]


def test_the_index_folder_comes_from_the_option_or_the_environment(plans: Path, tmp_path: Path) -> None:
    run(str(plans), "--no-vectors", env={"CEWEN_INDEX": str(tmp_path / "one")})
    run(str(plans), "--no-vectors", "--index", str(tmp_path / "two"))
    assert open_index(tmp_path / "one").catalog.count() == open_index(tmp_path / "two").catalog.count() == 3


def test_some_failures_are_exit_1_and_the_rest_serves(plans: Path) -> None:
    (plans / "empty.txt").write_bytes(b"")
    (plans / "x.xyz").write_bytes(b"abc")
    done = run(str(plans), "--no-vectors")
    assert done.exit_code == 1
    failed = [line for line in done.output.splitlines() if line.startswith("✗")]
    assert len(failed) == 2
    assert "empty.txt" in failed[0]
    assert "2 个文件未能读取" in done.output
    assert open_index(Path("cewen-index")).catalog.count() == 3


@pytest.mark.parametrize(
    "args",
    [
        ["nothing-there.txt"],
        ["--no-such-option"],
        [],
        ["plans", "--embedding-base-url", "http://h/v1"],
        ["plans", "--workers", "x"],
    ],
)
def test_nothing_usable_or_bad_arguments_are_exit_2_and_change_nothing(plans: Path, args: list[str]) -> None:
    assert run(str(plans), "--no-vectors").exit_code == 0
    done = subprocess.run(
        [sys.executable, "-c", "from assistant.cli import main; main()", "build", *args],
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    index = open_index(Path("cewen-index"))
    assert (index.generation, index.catalog.count()) == (1, 3)


def test_nothing_usable_still_says_why_for_each_file(plans: Path) -> None:
    (plans / "bad").mkdir()
    (plans / "bad" / "empty.txt").write_bytes(b"")
    done = run(str(plans / "bad"), "--no-vectors")
    assert isinstance(done.exception, NothingToIndex)
    assert "empty.txt" in done.output


def test_the_samples_need_no_path(plans: Path) -> None:
    done = run("--samples", "--no-vectors")
    assert done.exit_code == 0, done.output
    assert open_index(Path("cewen-index")).catalog.count() > 30


@pytest.mark.parametrize("name", ["review.csv", "review.jsonl"])
def test_the_review_list_names_what_a_person_should_check(plans: Path, name: str) -> None:
    (plans / "c.txt").write_text(
        "云溪市优化营商环境方案\n（2031年1月6日）\n"
        "1.清理拖欠账款。（牵头单位：市工信局）\n2.推广电子证照。（牵头单位：市政务服务局）\n"
        "7.开展专项整治。（牵头单位：市公安局）\n",
        encoding="utf-8",
    )
    done = run(str(plans), "--no-vectors", "--report", name)
    assert done.exit_code == 0
    index = open_index(Path("cewen-index"))
    doubts = sum(len(m.doubts) for m in index.catalog.measures(Filter(has_doubt=True)))
    warnings = sum(len(row.warnings) for row in index.catalog.documents())
    if name.endswith(".csv"):
        with Path(name).open(encoding="utf-8-sig", newline="") as file:
            found = list(csv.DictReader(file))
    else:
        found = [json.loads(line) for line in Path(name).read_text(encoding="utf-8").splitlines()]
    assert len(found) == doubts + warnings
    assert all(
        set(line) == {"文件", "政策", "编号", "页", "位置", "内容", "牵头单位", "完成时限", "疑点"}
        for line in found
    )
    assert f"{len(found)} 条" in done.output


def test_fresh_leaves_out_what_was_there(plans: Path) -> None:
    run(str(plans), "--no-vectors")
    run(str(plans / "a.txt"), "--no-vectors", "--fresh")
    assert [row.name for row in open_index(Path("cewen-index")).catalog.documents()] == ["a.txt"]


def test_a_document_can_be_taken_out(plans: Path) -> None:
    run(str(plans), "--no-vectors")
    done = run("--remove", "b.txt", "--no-vectors")
    assert done.exit_code == 0
    assert done.output.startswith("- b.txt  移除 removed")
    assert [row.name for row in open_index(Path("cewen-index")).catalog.documents()] == ["a.txt"]
    assert isinstance(run("--remove", "nobody.txt", "--no-vectors").exception, NothingToIndex)
    assert run("--remove", "a.txt", str(plans)).exit_code == 2


def test_an_endpoint_by_variables_and_its_key_nowhere_on_disk(plans: Path) -> None:
    with FakeServer() as server:
        env = {
            "CEWEN_EMBEDDING_BASE_URL": server.base_url,
            "CEWEN_EMBEDDING_MODEL": "m3",
            "CEWEN_EMBEDDING_API_KEY": "secret-key",
        }
        done = run(str(plans), env=env)
    assert done.exit_code == 0, done.output
    recorded = open_index(Path("cewen-index")).manifest.embedding
    assert recorded is not None
    assert recorded["model"] == "m3"
    assert "secret-key" not in done.output
    for path in Path("cewen-index").rglob("*"):
        assert path.is_dir() or b"secret-key" not in path.read_bytes()


def test_a_terminal_shows_progress_and_the_same_lines(plans: Path) -> None:
    master, slave = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-c", "from assistant.cli import main; main()", "build", str(plans), "--no-vectors"],
        stdout=subprocess.PIPE, stderr=slave, env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(slave)
    assert done.stdout is not None
    out = done.stdout.read().decode()
    assert done.wait(60) == 0
    assert "✓ a.txt" in out
    assert "3 项措施" in out
    shown = os.read(master, 65536).decode(errors="replace")
    os.close(master)
    assert "Traceback" not in shown


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from assistant.cli import cewen\n"
        "out = CliRunner().invoke(cewen, ['build', '--help']).output\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'chromadb','numpy','tantivy','sqlite3','openai','rich'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
