"""Intervals and paired tests for a handful of seeds and few hundred samples."""

from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

RESAMPLES = 10_000
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """Mean and spread over seeds.

    Args:
        n: Number of seeds.
        mean: Their mean.
        std: Sample standard deviation (ddof = 1); ``None`` for one seed.
        next_run: Half-width of the 95 % interval for one more run.
        of_mean: Half-width of the 95 % interval of the mean.
    """

    n: int
    mean: float
    std: float | None
    next_run: float | None
    of_mean: float | None


def spread_of(values: list[float]) -> Spread:
    """Mean, sample standard deviation and t intervals of seed values.

    With n seeds, the half-width for one more run is
    t(n−1, .975) · s · √(1 + 1/n), and that of the mean t · s / √n.

    Raises:
        ValueError: There are no values.
    """
    n = len(values)
    if n == 0:
        raise ValueError("no values")
    if n == 1:
        return Spread(n=1, mean=values[0], std=None, next_run=None, of_mean=None)
    s = stdev(values)
    t = float(stdtrit(n - 1, 0.975))
    return Spread(
        n=n,
        mean=mean(values),
        std=s,
        next_run=t * s * sqrt(1 + 1 / n),
        of_mean=t * s / sqrt(n),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Difference of two seed-averaged accuracies, in points.

    Args:
        value: Observed difference.
        low: Lower end of the 95 % interval.
        high: Upper end.
        p: Two-sided bootstrap p-value that there is no difference.
        units: Number of units that were resampled.
        resamples: Number of resamples.
    """

    value: float
    low: float
    high: float
    p: float
    units: int
    resamples: int


def paired_difference(
    correct_a: Floats,
    correct_b: Floats,
    *,
    weights: Floats,
    units: NDArray[np.str_],
    resamples: int = RESAMPLES,
) -> Difference:
    """Bootstrap the accuracy difference of two methods on the same samples.

    Units (samples; subjects or subject pairs where the split is by subject) are
    drawn with replacement, the same for both methods, and so are the seeds of
    each method on their own. The generator's seed is fixed.

    Args:
        correct_a: Whether a seed of A had a sample right, ``(seeds of A, N)``.
        correct_b: The same for B, ``(seeds of B, N)``.
        weights: Weight of a sample in the accuracy, ``(N,)``; the unweighted
            mean over splits gives each sample 1 / (splits · samples in its split).
        units: Unit that a sample belongs to, ``(N,)``.
        resamples: Number of resamples.
    """
    names, unit_of = np.unique(units, return_inverse=True)
    draw = np.random.default_rng(20260101)
    counts = draw.multinomial(len(names), np.full(len(names), 1 / len(names)), size=resamples)
    total = counts @ np.bincount(unit_of, weights, len(names))  # (resamples,)
    values = np.zeros(resamples)
    observed = 0.0
    for sign, correct in ((1, correct_a), (-1, correct_b)):
        seeds = len(correct)
        by_unit = np.stack([np.bincount(unit_of, weights * row, len(names)) for row in correct])
        accuracy = counts @ by_unit.T / total[:, None]  # (resamples, seeds)
        picks = draw.multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples) / seeds
        values += sign * (accuracy * picks).sum(axis=1)
        observed += sign * float((correct @ weights).mean() / weights.sum())
    low, high = np.quantile(values, [0.025, 0.975])
    beyond = min((values <= 0).sum(), (values >= 0).sum())
    return Difference(
        value=100 * observed,
        low=100 * float(low),
        high=100 * float(high),
        p=min(1.0, 2 * float(beyond + 1) / (resamples + 1)),
        units=len(names),
        resamples=resamples,
    )


def holm(p_values: list[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted
