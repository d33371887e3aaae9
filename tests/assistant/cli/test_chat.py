"""`cewen chat` with piped lines: turns build on each other, a bad one does not end it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from assistant.cli import cewen


def chat(index: Path, *lines: str) -> Result:
    return CliRunner().invoke(cewen, ["chat", "--index", str(index)], input="\n".join(lines) + "\n")


def test_turns_build_on_each_other(asked_index: Path) -> None:
    result = chat(asked_index, "岚溪县公证谁牵头", "什么时候完成？")
    assert result.exit_code == 0
    first, second = result.output.split("完成时限：9月底前。[1]")
    assert "牵头单位：县司法局。[1]" in first
    assert "《岚溪县优化营商环境行动方案》第2条" in second


def test_a_new_conversation_forgets(asked_index: Path) -> None:
    result = chat(asked_index, "岚溪县公证谁牵头", "新对话", "什么时候完成？")
    assert "没有看出要问哪一项措施" in result.output


def test_leaving_ends_it(asked_index: Path) -> None:
    result = chat(asked_index, "退出", "岚溪县公证谁牵头")
    assert result.exit_code == 0
    assert "司法局" not in result.output


def test_a_bad_turn_is_named_and_the_next_is_answered(asked_index: Path) -> None:
    result = chat(asked_index, "？？？", "", "岚溪县公证谁牵头")
    assert result.exit_code == 0
    assert "cewen: " in result.output
    assert "县司法局" in result.output
