"""Words: the same cut for what is built and what is asked."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index_build.words import index_terms, normalise, words


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("企业开办一日办结", ["企业", "开办", "一日", "办结"]),
        ("ＶＰＮ、“5G”网络", ["vpn", "5g", "网络"]),
        ("0.5个工作日", ["0.5", "个", "工作日"]),
        ("營業執照", ["营业执照"]),
        ("，。！ \n", []),
        ("", []),
    ],
)
def test_words(text: str, cut: list[str]) -> None:
    assert words(text) == cut


def test_terms_are_words_and_pairs() -> None:
    assert index_terms("一网通办，5G") == ["一网通", "办", "5g", "一网", "网通", "通办"]


def test_pairs_do_not_cross_punctuation() -> None:
    assert "办证" not in index_terms("通办，证照")


@pytest.mark.parametrize(
    ("a", "b"), [("審批服務局", "审批服务局"), ("ＡＰＰ", "app"), ("证照（电子）", "证照(电子)")]
)
def test_two_writings_of_one_text_give_the_same_terms(a: str, b: str) -> None:
    assert index_terms(a) == index_terms(b)


@given(st.text(max_size=100))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_the_dictionary_is_loaded_only_when_words_are_cut() -> None:
    code = "import sys, index_build.words; assert 'rjieba' not in sys.modules and 'opencc' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
