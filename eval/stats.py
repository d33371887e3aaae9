"""Means with intervals, and paired tests of two runs.  Everything is seeded, so a report can be made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

RESAMPLES = 4000
CONFIDENCE = 0.95
_SEED = 20220801


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over `n` cases and its 95 % interval; `low` and `high` are None where one case tells nothing of it."""

    value: float
    n: int
    low: float | None = None
    high: float | None = None


def mean(values: Sequence[float], weights: Sequence[float] | None = None) -> Mean | None:
    """The weighted mean with a percentile bootstrap interval over cases (Efron 1979); None of no values.

    Cases are resampled, not the items inside them, so citations of one answer count as the cluster they are.
    A sample without spread has no bootstrap width; if it is of zeros or ones, the Wilson score interval
    (Wilson 1927) is given instead, so that 12 of 12 is not printed as certain."""
    if not values:
        return None
    have = np.asarray(values, dtype=float)
    weight = np.ones_like(have) if weights is None else np.asarray(weights, dtype=float)
    value = float((have * weight).sum() / weight.sum())
    n = len(have)
    if n == 1:
        return Mean(value, 1)
    if np.all(have == have[0]):
        low, high = _wilson(value, n) if value in (0.0, 1.0) else (value, value)
        return Mean(value, n, low, high)
    low, high = _bootstrap(have, weight)
    return Mean(value, n, low, high)


def _bootstrap(have: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    n = len(have)
    at = np.random.default_rng(_SEED).integers(0, n, size=(RESAMPLES, n))
    draws = (have * weight)[at].sum(axis=1) / weight[at].sum(axis=1)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return float(low), float(high)


def _wilson(share: float, n: int) -> tuple[float, float]:
    # scipy.stats takes 400 ms to import, and only degenerate samples and comparisons need it
    from scipy.stats import binomtest  # noqa: PLC0415

    interval = binomtest(round(share * n), n).proportion_ci(CONFIDENCE, method="wilson")
    return float(interval.low), float(interval.high)


@dataclass(frozen=True, slots=True)
class Paired:
    """Two systems on the same cases: how often the first was better, worse, the same; the mean difference with
    its interval, and the two-sided p value of "no difference" with the name of the test."""

    won: int
    lost: int
    same: int
    difference: float
    low: float | None
    high: float | None
    p: float
    test: str

    @property
    def n(self) -> int:
        return self.won + self.lost + self.same


def paired(
    ours: Mapping[str, float], theirs: Mapping[str, float], higher_is_better: bool = True
) -> Paired | None:
    """Compare values by case id; cases that only one side has are left out; None if no case is shared.

    Yes/no values: McNemar's test in its exact form (binomial on the cases that changed).  Others: the
    sign-flip permutation test of the paired differences (Fisher 1935), which a handful of cases cannot fool."""
    shared = [key for key in ours if key in theirs]
    if not shared:
        return None
    sign = 1.0 if higher_is_better else -1.0
    gap = np.asarray([ours[key] - theirs[key] for key in shared], dtype=float)
    won, lost = int((sign * gap > 1e-12).sum()), int((sign * gap < -1e-12).sum())
    binary = all(v in (0.0, 1.0) for key in shared for v in (ours[key], theirs[key]))
    low, high = _bootstrap(gap, np.ones_like(gap)) if len(gap) > 1 else (None, None)
    if won + lost == 0:
        p, test = 1.0, "same"
    elif binary:
        p, test = _mcnemar(won, lost), "exact McNemar"
    else:
        p, test = _sign_flip(gap), "sign-flip permutation"
    same = len(shared) - won - lost
    return Paired(won, lost, same, float(gap.mean()), low, high, p, test)


def _mcnemar(won: int, lost: int) -> float:
    # see _wilson
    from scipy.stats import binomtest  # noqa: PLC0415

    return float(binomtest(won, won + lost, 0.5).pvalue)


def _sign_flip(gap: np.ndarray) -> float:
    """Share of sign patterns of the differences whose sum is at least as far from zero: all patterns up to 12
    differences that are not zero, else a sample of them with the observed one counted in."""
    moved = gap[np.abs(gap) > 1e-12]
    observed = abs(moved.sum()) - 1e-9
    if len(moved) <= 12:
        signs = np.array(list(product((-1.0, 1.0), repeat=len(moved))))
        return float((np.abs(signs @ moved) >= observed).mean())
    signs = np.random.default_rng(_SEED).choice((-1.0, 1.0), size=(RESAMPLES, len(moved)))
    return float((1 + (np.abs(signs @ moved) >= observed).sum()) / (RESAMPLES + 1))


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """p values adjusted for their number by Holm's step-down (Holm 1979), each at most 1."""
    ordered = sorted(p_values.items(), key=lambda item: item[1])
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, (name, p) in enumerate(ordered):
        highest = max(highest, min(1.0, p * (len(ordered) - rank)))
        adjusted[name] = highest
    return adjusted
