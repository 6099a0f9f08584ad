"""Intervals and paired tests for a handful of seeds and few hundred samples."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import sqrt
from statistics import mean, stdev

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from harness.cache import recall

RESAMPLES = 100_000
MOST_DRAWN = 4_000_000  # counts of units at a time, 32 MB
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


_Pairs = list[tuple[int, int, Difference]]


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
    pairs = paired_differences(
        (correct_a, correct_b), weights=weights, units=units, resamples=resamples
    )
    return pairs[0, 1]


def paired_differences(
    correct: Sequence[Floats],
    *,
    weights: Floats,
    units: NDArray[np.str_],
    resamples: int = RESAMPLES,
) -> dict[tuple[int, int], Difference]:
    """The same for each two of several methods, whose units are drawn only once.

    Args:
        correct: Whether a seed of each method had a sample right, ``(seeds, N)`` each.
        weights: Weight of a sample in the accuracy, ``(N,)``.
        units: Unit that a sample belongs to, ``(N,)``.
        resamples: Number of resamples.

    Returns:
        The first minus the second, by their places, the first being the smaller.
    """
    arrays = (weights, units, *correct)
    parts = [f"{array.dtype} {array.shape}".encode() + array.tobytes() for array in arrays]
    kept = recall(
        "differences",
        (np.__version__, str(resamples), *parts),
        lambda: msgspec.msgpack.encode(_resample(correct, weights, units, resamples)),
    )
    return {(a, b): found for a, b, found in msgspec.msgpack.decode(kept, type=_Pairs)}


def _resample(
    correct: Sequence[Floats], weights: Floats, units: NDArray[np.str_], resamples: int
) -> _Pairs:
    """Differences by the places of the first and the second."""
    names, unit_of = np.unique(units, return_inverse=True)
    draw = np.random.default_rng(20260101)
    weight = np.bincount(unit_of, weights, len(names))
    by_unit = [
        np.stack([np.bincount(unit_of, weights * row, len(names)) for row in rows])
        for rows in correct
    ]  # (seeds, units) each
    accuracies = [np.empty((resamples, len(rows))) for rows in correct]
    block = max(1, MOST_DRAWN // len(names))
    for start in range(0, resamples, block):  # the same draws as at once, in less memory
        some = slice(start, min(start + block, resamples))
        counts = draw.multinomial(
            len(names), np.full(len(names), 1 / len(names)), size=some.stop - some.start
        ).astype(float)
        total = counts @ weight
        for found, sums in zip(accuracies, by_unit, strict=True):
            found[some] = counts @ sums.T / total[:, None]
    after = json.dumps(draw.bit_generator.state)  # each pair's seeds are drawn from here
    observed = [float((rows @ weights).mean() / weights.sum()) for rows in correct]
    differences = []
    for a, b in combinations(range(len(correct)), 2):
        ours, theirs = _draw_seeds(after, resamples, len(correct[a]), len(correct[b]))
        values = (accuracies[a] * ours).sum(axis=1) - (accuracies[b] * theirs).sum(axis=1)
        low, high = np.quantile(values, [0.025, 0.975])
        beyond = min((values <= 0).sum(), (values >= 0).sum())
        difference = Difference(
            value=100 * (observed[a] - observed[b]),
            low=100 * float(low),
            high=100 * float(high),
            p=min(1.0, 2 * float(beyond + 1) / (resamples + 1)),
            units=len(names),
            resamples=resamples,
        )
        differences.append((a, b, difference))
    return differences


@lru_cache(maxsize=4)
def _draw_seeds(state: str, resamples: int, ours: int, theirs: int) -> tuple[Floats, Floats]:
    """Share of each seed of two methods in each resample, ``(resamples, seeds)`` each.

    Pairs with as many seeds and units have the same ones: they are drawn once.

    Args:
        state: State of the generator, as JSON.
        resamples: Number of resamples.
        ours: Seeds of the first method.
        theirs: Seeds of the second.
    """
    draw = np.random.default_rng()
    draw.bit_generator.state = json.loads(state)
    first, second = (
        draw.multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples) / seeds
        for seeds in (ours, theirs)
    )
    return first, second


def holm(p_values: list[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted
