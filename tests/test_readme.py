"""What the READMEs show is executed: every `console` block runs in order, and its output must be as printed.

In a block, lines that start with "$ " are typed; what follows is the expected output.  A line that is only
"…" stands for any lines, and "…" inside a line for any words.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"(?ms)^```console\n(.*?)^```$")


def steps(readme: str) -> list[tuple[str, str]]:
    """(command, expected output) in the order printed."""
    found: list[tuple[str, str]] = []
    for block in BLOCK.findall((ROOT / readme).read_text(encoding="utf-8")):
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, expected = part.partition("\n")
            found.append((command, expected.strip("\n")))
    return found


def as_pattern(expected: str) -> re.Pattern[str]:
    lines = [
        r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line.rstrip()).replace("…", ".*") + r"\s*\n"
        for line in expected.splitlines()
    ]
    return re.compile("".join(lines))


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_every_console_block_prints_what_it_shows(readme: str, tmp_path: Path) -> None:
    shown = steps(readme)
    assert shown, f"{readme} shows no command"
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("CEWEN_")},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "110",
        "PYTHONUTF8": "1",
    }
    for command, expected in shown:
        run = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert run.returncode == 0, f"$ {command}\n{run.stdout}{run.stderr}"
        printed = "\n".join(line.rstrip() for line in run.stdout.splitlines()) + "\n"
        assert as_pattern(expected).fullmatch(printed), (
            f"$ {command}\nprinted:\n{printed}\nshown:\n{expected}"
        )


def test_both_readmes_show_the_same_commands() -> None:
    assert [command for command, _ in steps("README.md")] == [command for command, _ in steps("README.zh.md")]


def test_make_targets_named_in_the_readmes_exist() -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8")))
    for readme in ("README.md", "README.zh.md"):
        named = set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / readme).read_text(encoding="utf-8")))
        assert named and named <= targets, f"{readme} names make targets that do not exist: {named - targets}"


LINK = re.compile(r"\]\(([^)#:]+)\)")
ROW = re.compile(r"(?m)^\| .*\]\(.*\|$")
NAME = re.compile(r"`(_?[A-Za-z]+(?:_[A-Za-z]+)*)`")


def sources(links: list[str]) -> str:
    """The modules that a row links to; of a folder, those right in it."""
    files = [
        f for link in links for f in ([ROOT / link] if link.endswith(".py") else (ROOT / link).glob("*.py"))
    ]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_what_is_linked_is_there_and_what_is_named_stands_in_it(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert not [link for link in LINK.findall(text) if not (ROOT / link).exists()]
    rows = [(row, NAME.findall(row)) for row in ROW.findall(text)]
    named = [(name, sources(LINK.findall(row))) for row, names in rows for name in names]
    assert len(named) >= 6
    assert not [name for name, source in named if not re.search(rf"\b{name}s?\b", source)]
