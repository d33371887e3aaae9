"""`cewen measures`: every option, every format, and clear lines for names that nobody answers to."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import icalendar
import openpyxl
import pytest
from click.testing import CliRunner, Result

from assistant.cli import cewen
from assistant.ledger.exports import FORMATS
from index_build.errors import IndexMissing, SettingsError
from tests.index_build import made
from tests.index_build.test_store import publish


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger") / "index"
    publish(folder, 1, made.CITY_PLAN, made.COUNTY_PLAN)
    return folder


def run(index_dir: Path, *args: str) -> Result:
    return CliRunner().invoke(cewen, ["measures", "--index", str(index_dir), *args])


def ids(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [json.loads(line)["id"] for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ([], ["m-same-day", "m-promise", "m-start", "m-licence", "m-arrears"]),
        (["--department", "市公安局"], ["m-same-day", "m-start"]),
        (["--department", "市市场监督管理局", "--lead-only"], ["m-start"]),
        (["--department", "市公安局", "--lead-only"], []),
        (["--department", "市发改委", "--department", "区发改委"], ["m-same-day", "m-licence"]),
        (["--place", "青禾"], ["m-start", "m-licence", "m-arrears"]),
        (["--place", "青禾市", "--below", "--text", "企业开办 办结"], ["m-same-day"]),
        (["--due-by", "2031-03-31"], ["m-start", "m-arrears"]),
        (["--due-from", "2031年8月", "--due-by", "年底"], ["m-licence", "m-arrears"]),
        (["--document", "临溪.md"], ["m-same-day", "m-promise"]),
        (["--document", "青政发〔2031〕7号", "--text", "电子证照"], ["m-licence"]),
        (["--order", "due", "--limit", "2"], ["m-arrears", "m-start"]),
    ],
)
def test_each_option_narrows_the_ledger(index_dir: Path, args: list[str], expected: list[str]) -> None:
    assert ids(run(index_dir, "--format", "jsonl", *args)) == expected


def test_options_come_from_cewen_toml_by_their_own_names(
    index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cewen.toml").write_text(
        f'index = "{index_dir}"\nhost = "of another command"\n'
        '[measures]\nformat = "jsonl"\ndepartment = "市公安局"\nplace = ["青禾市"]\ndue-by = "年底"\n',
        encoding="utf-8",
    )
    assert ids(CliRunner().invoke(cewen, ["measures"])) == ["m-start"]
    assert ids(CliRunner().invoke(cewen, ["measures", "--place", "临溪区", "--due-by", "2099-01-01"])) == []


def test_options_come_from_variables(index_dir: Path) -> None:
    env = {"CEWEN_INDEX": str(index_dir), "CEWEN_MEASURES_FORMAT": "jsonl", "CEWEN_MEASURES_TEXT": "告知承诺"}
    assert ids(CliRunner().invoke(cewen, ["measures"], env=env)) == ["m-promise"]


def test_the_count_goes_beside_the_rows_not_among_them(index_dir: Path) -> None:
    done = run(index_dir, "--format", "jsonl", "--place", "青禾市")
    assert done.stderr.strip() == "共 3 项 · 3 measures"
    assert len(done.stdout.splitlines()) == 3


@pytest.mark.parametrize(
    "option",
    [["--place", "火星"], ["--department", "市海洋局"], ["--document", "没有.txt"], ["--due-by", "某天"]],
)
def test_an_unknown_name_is_one_clear_line_and_no_file(
    index_dir: Path, tmp_path: Path, option: list[str]
) -> None:
    out = tmp_path / "ledger.xlsx"
    done = run(index_dir, *option, "--out", str(out))
    assert isinstance(done.exception, SettingsError)
    assert option[1] in str(done.exception)
    assert not out.exists()


def test_a_file_has_the_format_of_its_suffix(index_dir: Path, tmp_path: Path) -> None:
    for suffix in ("xlsx", "csv", "ics", "jsonl"):
        assert (
            run(index_dir, "--out", str(tmp_path / f"l.{suffix}"), "--department", "市发改委").exit_code == 0
        )
    sheet = openpyxl.load_workbook(tmp_path / "l.xlsx").active
    assert sheet is not None
    assert (sheet["A1"].value, sheet["G3"].value) == ("责任台账（市发改委）", "推广電子證照。")
    assert len(icalendar.Calendar.from_ical((tmp_path / "l.ics").read_bytes()).walk("VEVENT")) == 1
    assert (tmp_path / "l.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert json.loads((tmp_path / "l.jsonl").read_text(encoding="utf-8"))["id"] == "m-licence"
    assert run(index_dir, "--format", "jsonl", "--out", str(tmp_path / "l.txt")).exit_code == 0
    assert (tmp_path / "l.txt").read_text(encoding="utf-8").count("\n") == 5


def test_an_export_that_fails_leaves_the_old_file(
    index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "l.csv"
    out.write_text("old", encoding="utf-8")

    def fails(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setitem(FORMATS, "csv", fails)  # type: ignore[arg-type]
    assert run(index_dir, "--out", str(out)).exit_code != 0
    assert [p.name for p in tmp_path.iterdir()] == ["l.csv"]
    assert out.read_text(encoding="utf-8") == "old"


def test_bad_arguments_and_a_missing_index(index_dir: Path, tmp_path: Path) -> None:
    assert run(index_dir, "--lead-only").exit_code == 2
    assert run(index_dir, "--format", "pdf").exit_code == 2
    assert isinstance(run(tmp_path / "none").exception, IndexMissing)


def test_piped_output_has_no_colour_and_can_be_cut_short(index_dir: Path) -> None:
    command = (
        f"{sys.executable} -c 'from assistant.cli import main; main()' measures --index {index_dir} | head -2"
    )
    done = subprocess.run(command, shell=True, capture_output=True, text=True, encoding="utf-8")
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert "\x1b" not in done.stdout
    assert "牵头单位" in lines[0]
    assert "Traceback" not in done.stderr


def test_the_ledger_opens_neither_the_word_index_nor_chroma(index_dir: Path) -> None:
    code = (
        "import sys; from click.testing import CliRunner; from assistant.cli import cewen\n"
        f"out = CliRunner().invoke(cewen, ['measures', '--index', {str(index_dir)!r}, '--format', 'jsonl'])\n"
        "assert out.exit_code == 0, out.output\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'chromadb','numpy','tantivy','openai','rich','openpyxl'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_ten_thousand_rows_are_written_as_they_come(tmp_path: Path) -> None:
    """A large ledger: rows come one by one from the catalog, in order, none lost."""
    many = tuple(dataclasses.replace(made.PROMISE, id=f"m{i:05}") for i in range(10_000))
    folder = tmp_path / "index"
    publish(folder, 1, dataclasses.replace(made.COUNTY_PLAN, measures=many))
    done = run(folder, "--format", "jsonl", "--out", str(tmp_path / "all.jsonl"))
    assert done.exit_code == 0
    lines = (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [m.id for m in many]
