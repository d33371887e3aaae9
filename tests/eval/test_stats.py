"""Intervals and tests against numbers that can be worked out or looked up."""

from __future__ import annotations

import pytest

from eval.stats import holm, mean, paired


def test_mean_of_nothing_and_of_one() -> None:
    assert mean([]) is None
    one = mean([0.4])
    assert one is not None
    assert (one.value, one.n, one.low, one.high) == (0.4, 1, None, None)


def test_weights_make_a_pooled_mean() -> None:
    """Two citations of which one is right and eight that are all right: 9 of 10, not 0.75."""
    found = mean([0.5, 1.0], [2, 8])
    assert found is not None
    assert found.value == pytest.approx(0.9)


def test_interval_of_half_of_a_hundred() -> None:
    """50 of 100: the normal interval is 0.5 ± 1.96 · 0.05 = 0.402 … 0.598."""
    found = mean([0.0] * 50 + [1.0] * 50)
    assert found is not None
    assert found.low == pytest.approx(0.402, abs=0.015)
    assert found.high == pytest.approx(0.598, abs=0.015)
    assert found == mean([0.0] * 50 + [1.0] * 50), "the same again: reports can be made again"


def test_a_perfect_score_is_not_certain() -> None:
    """12 of 12: Wilson's interval is 1 / (1 + 1.96² / 12) … 1 = 0.757 … 1."""
    found = mean([1.0] * 12)
    assert found is not None
    assert found.low == pytest.approx(0.7575, abs=0.001)
    assert found.high == 1.0


def as_ids(values: list[float]) -> dict[str, float]:
    return {f"c{i}": v for i, v in enumerate(values)}


def test_exact_mcnemar_by_hand() -> None:
    """8 won, 1 lost: 2 · (C(9,0) + C(9,1)) / 2⁹ = 20 / 512 = 0.0390625.  The ties do not count."""
    ours = as_ids([1.0] * 8 + [0.0] + [1.0] * 20)
    theirs = as_ids([0.0] * 8 + [1.0] + [1.0] * 20)
    found = paired(ours, theirs)
    assert found is not None
    assert (found.won, found.lost, found.same, found.n) == (8, 1, 20, 29)
    assert found.test == "exact McNemar"
    assert found.p == pytest.approx(20 / 512)
    assert found.difference == pytest.approx(7 / 29)


def test_lower_is_better_turns_wins_round() -> None:
    found = paired({"a": 0.0, "b": 1.0}, {"a": 1.0, "b": 1.0}, higher_is_better=False)
    assert found is not None
    assert (found.won, found.lost, found.same) == (1, 0, 1)


def test_sign_flip_of_three_equal_gains() -> None:
    """Three gains of 0.1: of 8 sign patterns 2 are as far from zero, p = 0.25.  Few cases cannot be significant."""
    found = paired(as_ids([0.6, 0.7, 0.8]), as_ids([0.5, 0.6, 0.7]))
    assert found is not None
    assert found.test == "sign-flip permutation"
    assert found.p == pytest.approx(0.25)


def test_many_small_gains_are_significant() -> None:
    found = paired(as_ids([0.5 + 0.01 * (i % 3 + 1) for i in range(30)]), as_ids([0.5] * 30))
    assert found is not None
    assert found.p < 0.001


def test_the_same_run_and_strangers() -> None:
    same = paired(as_ids([0.5, 1.0]), as_ids([0.5, 1.0]))
    assert same is not None
    assert (same.p, same.test, same.low, same.high) == (1.0, "same", 0.0, 0.0)
    assert paired({"a": 1.0}, {"b": 1.0}) is None


def test_holm_by_hand() -> None:
    """0.01, 0.04, 0.03 of three: 3 · 0.01, then 2 · 0.03, then at least that."""
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})
