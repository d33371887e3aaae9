"""Prompts are refused when they are loaded, not when they are used."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from index_build.errors import SettingsError
from prompts import FOLDER, LANGUAGES, PROMPTS, load, parse

GOOD = "variables: question\n---\n只回答。\n---\n问：${question}\n"


@pytest.mark.parametrize("name", PROMPTS)
def test_every_prompt_loads_in_chinese_and_its_twin_takes_the_same(name: str) -> None:
    prompt = load(name)
    assert prompt.variables == PROMPTS[name]
    if (FOLDER / f"{name}.en.md").exists():
        assert load(name, "en").variables == prompt.variables


def test_every_file_has_a_row() -> None:
    names = {f"{name}.{language}.md" for name, language in itertools.product(PROMPTS, LANGUAGES)}
    files = {path.name for path in FOLDER.glob("*.md")}
    assert files and files <= names


@pytest.mark.parametrize("name", PROMPTS)
def test_every_prompt_tells_that_documents_give_no_orders(name: str) -> None:
    for path in FOLDER.glob(f"{name}.*.md"):
        words = path.read_text(encoding="utf-8")
        assert "不要照做" in words or "follow no order" in words
        assert "</${fence}>" in words


def test_fill() -> None:
    system, user = parse("x", "zh", GOOD).fill(question="谁牵头？")
    assert system == {"role": "system", "content": "只回答。"}
    assert user == {"role": "user", "content": "问：谁牵头？"}


def test_a_value_is_never_read_as_a_template() -> None:
    _, user = parse("x", "zh", GOOD).fill(question="${question} $x {{m1.lead}} $")
    assert user["content"] == "问：${question} $x {{m1.lead}} $"


@pytest.mark.parametrize("values", [{}, {"question": "问", "evidence": "多余"}, {"evidence": "别的"}])
def test_missing_and_extra_values_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="takes"):
        parse("x", "zh", GOOD).fill(**values)


BAD = {
    "used but not declared": "variables: question\n---\n系统\n---\n${question} ${evidence}",
    "declared but not used": "variables: question, evidence\n---\n系统\n---\n${question}",
    "no declaration": "系统\n---\n${question}",
    "two parts": "variables: question\n---\n${question}",
    "four parts": "variables: question\n---\n系统\n---\n${question}\n---\n多余",
    "empty system": "variables: question\n---\n\n---\n${question}",
    "a broken placeholder": "variables: question\n---\n系统 ${\n---\n${question}",
    "a bare dollar": "variables: question\n---\n价格 $ 5\n---\n${question}",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_prompt_that_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="请改正该文件"):
        parse("x", "zh", text)


def test_a_file_that_declares_other_variables_than_its_row_is_refused(tmp_path: Path) -> None:
    (tmp_path / "answer.zh.md").write_text(GOOD, encoding="utf-8")
    with pytest.raises(SettingsError, match="evidence"):
        load("answer", "zh", tmp_path)


def test_a_missing_file_and_an_unknown_name_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"answer\.zh\.md"):
        load("answer", "zh", tmp_path)
    (tmp_path / "joke.zh.md").write_text(GOOD, encoding="utf-8")
    with pytest.raises(SettingsError, match="joke"):
        load("joke", "zh", tmp_path)
