"""Views: folded text that leads back to the source, character by character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index_build.model import Document
from index_build.text import UNIFY, fold, simplify, tidy, unify, view, view_lines


def document(text: str) -> Document:
    return Document(name="样例.txt", text=text, sha256="0")


def test_a_view_folds_space_and_page_marks_and_leads_back() -> None:
    source = "牵头\n单位: 市财\n# Page 3:\n政局\n— 4 —\n"
    seen = view(document(source))
    assert seen.text == "牵头单位：市财政局"
    span = seen.span(5, 9)
    assert source[span.start : span.end] == "市财\n# Page 3:\n政局"
    assert seen.printed(4, 5) == ":"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("甲\n\n 乙 丙\n", ["甲", "乙丙"]),
        (" 甲\r\n# Page 3:\r\n乙\f丙", ["甲", "乙", "丙"]),
        ("甲\u2028乙\u3000丙\n", ["甲", "乙丙"]),
    ],
)
def test_a_view_knows_where_printed_lines_begin(source: str, lines: list[str]) -> None:
    seen, starts = view_lines(document(source))
    ends = [*starts[1:], len(seen.text)]
    assert [seen.text[a:b] for a, b in zip(starts, ends, strict=True) if b > a] == lines


def test_a_view_knows_where_a_place_of_its_document_is() -> None:
    assert view(document("一 二 三 四")).index(4) == 2


@pytest.mark.parametrize(
    ("raw", "one"),
    [
        ("（a）", "（a）"),
        ("(a)", "（a）"),
        ("〔a〕", "（a）"),
        ("[a]", "（a）"),
        ("ａ１．", "a1."),
        ("牵头∶", "牵头："),
        ("a;b", "a；b"),
        ("【a】", "【a】"),
    ],
)
def test_widths_are_unified(raw: str, one: str) -> None:
    assert unify(raw) == one


def test_text_that_needs_nothing_is_returned_as_it_is() -> None:
    text = "牵头单位：市财政局"
    assert unify(text) is text


def test_every_variant_becomes_one_character() -> None:
    assert all(isinstance(to, int) or len(to) == 1 for to in UNIFY.values())


def test_simplify_keeps_positions() -> None:
    assert simplify("營業執照（電子）著名") == "营业执照（电子）著名"


def test_fold_is_what_texts_are_compared_by() -> None:
    assert fold("市财 政局\n# Page 2:\n(甲)") == "市财政局（甲）"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("推进\n“一网 通办”", "推进“一网通办”"),
        ("use of\nAI tools", "use of AI tools"),
        ("2022 年 8 月", "2022年8月"),
        ("12345 hotline", "12345 hotline"),
    ],
)
def test_tidy_keeps_spaces_between_latin_words_only(raw: str, shown: str) -> None:
    assert tidy(raw) == shown


@given(st.text(alphabet="市财政局（）: ：\n\t0123abＡ—# Pageａ", max_size=80))
def test_a_view_is_one_character_for_one_of_the_source(text: str) -> None:
    seen, lines = view_lines(document(text))
    assert lines == sorted(lines)
    assert len(seen.text) == len(seen.offsets)
    assert list(seen.offsets) == sorted(set(seen.offsets))
    for at, offset in enumerate(seen.offsets):
        assert seen.text[at] == text[offset].translate(UNIFY)


def test_radicals_are_seen_as_the_characters_that_they_stand_for() -> None:
    seen = view(document("⻓期推进⼯业⽤地，市⼈⺠政府"))
    assert seen.text == "长期推进工业用地，市人民政府"
    assert seen.printed(4, 6) == "⼯业"
