"""Numbers in digits, in digits that optical reading took for letters, and in Chinese numerals."""

from __future__ import annotations

import pytest

from index_build.numerals import chinese_count, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7), ("12", 12), ("l2", 12), ("2O22", 2022), ("十", 10), ("十二", 12), ("二十", 20), ("廿五", 25), ("三十一", 31),
        ("一百", 100), ("一百零三", 103), ("一百一十", 110), ("二〇二四", 2024), ("", None), ("十十", None), ("二三十", None), ("甲", None),
    ],
)  # fmt: skip
def test_numbers_are_read(text: str, number: int | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("number", range(1, 200))
def test_what_is_counted_is_read_back(number: int) -> None:
    assert read_number(chinese_count(number)) == number
