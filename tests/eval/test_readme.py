"""eval/README.md holds what the tables in the code say, word for word: `python -m tests.eval.test_readme` writes it anew."""

from __future__ import annotations

import sys
from pathlib import Path

from eval.baselines import RIVALS
from eval.case_files import COLUMNS
from eval.cases import OUTCOMES, TYPES
from eval.report import definitions
from eval.summary import GATES

README = Path(__file__).parents[2] / "eval/README.md"
START, END = "<!-- {name} -->", "<!-- /{name} -->"


def generated() -> dict[str, str]:
    """What stands between the marks of the README, by name."""
    rivals = ["| 对手 | rival | 做法 how |", "|---|---|---|"]
    rivals += [f"| {r.label} | `{r.name}` | {r.about} |" for r in RIVALS.values()]
    types = [
        "| `type` | 类型 | kind |",
        "|---|---|---|",
        *(f"| `{k}` | {zh} | {en} |" for k, (zh, en) in TYPES.items()),
    ]
    return {"metrics": definitions(), "rivals": "\n".join(rivals) + "\n", "types": "\n".join(types) + "\n"}


def between(text: str, name: str) -> str:
    start = text.index(START.format(name=name)) + len(START.format(name=name)) + 1
    return text[start : text.index(END.format(name=name))]


def test_generated_parts_are_up_to_date() -> None:
    text = README.read_text(encoding="utf-8")
    for name, part in generated().items():
        assert between(text, name) == part, f"{name}: run python -m tests.eval.test_readme"


def test_every_field_and_gate_is_explained() -> None:
    text = README.read_text(encoding="utf-8")
    for field, column in COLUMNS.items():
        assert f"`{field}`" in text
        assert column in text
    for outcome in OUTCOMES:
        assert outcome in text
    for gate in GATES:
        assert f"`{gate}`" in text


def write() -> None:
    text = README.read_text(encoding="utf-8")
    for name, part in generated().items():
        text = text.replace(between(text, name), part, 1) if between(text, name) else text.replace(
            START.format(name=name) + "\n", START.format(name=name) + "\n" + part, 1)  # fmt: skip
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(write())
