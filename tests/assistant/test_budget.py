"""Token counts offline, and what fits."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import budget


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    budget.encoder.cache_clear()
    yield
    budget.encoder.cache_clear()


def test_counts_with_the_shipped_vocabulary() -> None:
    assert budget.vocabulary_folder() is not None
    assert budget.count("hello world") == 2  # two words, two tokens in this vocabulary
    assert budget.count("") == 0
    assert budget.count("<|endoftext|>") > 1  # a special token in a document is plain text


def test_a_fresh_process_counts_without_network_and_without_llama_index(tmp_path: Path) -> None:
    """In a process whose sockets refuse, with nothing cached elsewhere."""
    code = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise OSError('no network')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse\n"
        "from assistant.budget import count\n"
        "assert count('hello world') == 2\n"
        "assert not [m for m in sys.modules if m.startswith('llama_index')], 'imported'\n"
        "import os; assert 'TIKTOKEN_CACHE_DIR' not in os.environ\n"
    )
    env = {k: v for k, v in os.environ.items() if k not in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR")}
    env["TMPDIR"] = str(tmp_path)
    subprocess.run([sys.executable, "-c", code], check=True, env=env, cwd=Path(__file__).parents[2])


def test_a_folder_set_by_the_user_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped = budget.vocabulary_folder()
    assert shipped is not None
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert budget.vocabulary_folder() == shipped  # the user's is empty
    for file in shipped.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert budget.vocabulary_folder() == tmp_path
    budget.count("x")
    assert os.environ["TIKTOKEN_CACHE_DIR"] == str(tmp_path)


def test_without_a_vocabulary_tokens_are_estimated_from_above(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "推行“一窗受理”，企业开办全流程压缩至0.5个工作日内办结。Business registration in half a day."
    exact = budget.count(text)
    monkeypatch.setattr(budget, "vocabulary_folder", lambda: None)
    budget.encoder.cache_clear()
    assert budget.count(text) == budget.estimate(text) >= exact
    assert budget.estimate("政abc") == 2 + 1


def test_shorten_keeps_whole_sentences() -> None:
    text = "第一句。第二句很长很长很长很长。第三句。"
    assert budget.shorten(text, budget.count("第一句。")) == "第一句。"
    assert budget.shorten(text, 1000) == text
    assert budget.shorten(text, 1) == ""


def test_fit_takes_from_the_first_on() -> None:
    texts = ["甲。" * 10, "乙。" * 10, "丙。"]
    both = budget.count(texts[0]) + budget.count(texts[1])
    assert budget.fit(texts, both) == tuple(texts[:2])
    assert budget.fit(texts, both - 1) == (texts[0],)  # 丙 would fit, but it is not more important than 乙
    assert budget.fit(texts, 10_000) == tuple(texts)


def test_fit_shortens_a_first_text_that_is_too_long() -> None:
    (kept,) = budget.fit(["甲。" * 10, "乙。"], budget.count("甲。") * 4)
    assert kept == "甲。" * 4
    assert budget.fit(["甲。"], 0) == ()
