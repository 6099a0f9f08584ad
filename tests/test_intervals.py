"""Intervals, against theory and other people's code."""

import numpy as np
import pytest
from scipy import stats

from harness.intervals import holm, paired_difference, paired_differences, spread_of


def uniform(n):
    return np.full(n, 1 / n)


def names(n):
    return np.array([f"u{index:05}" for index in range(n)])


def test_half_widths_are_those_of_scipy():
    """The interval of the mean is SciPy's t interval, the next run's a prediction interval."""
    values = [88.2, 91.4, 90.1, 87.9, 92.6]
    s = np.std(values, ddof=1)

    spread = spread_of(values)

    low, high = stats.t.interval(0.95, 4, loc=np.mean(values), scale=s / np.sqrt(5))
    assert spread.std == pytest.approx(s)
    assert spread.of_mean == pytest.approx((high - low) / 2)
    assert spread.next_run == pytest.approx(stats.t.ppf(0.975, 4) * s * np.sqrt(1.2))


def test_one_value_has_no_spread():
    """A single run has a mean and nothing else."""
    spread = spread_of([91.0])

    assert (spread.n, spread.mean) == (1, 91.0)
    assert spread.std is spread.next_run is spread.of_mean is None


def test_no_value_is_an_error():
    """The mean of nothing is not zero."""
    with pytest.raises(ValueError, match="no values"):
        spread_of([])


def test_prediction_interval_covers_the_next_run():
    """H holds the next draw in 95 of 100 normal samples of five."""
    draws = np.random.default_rng(0).normal(90, 1, (2000, 6))
    covered = [
        abs(row[5] - (spread := spread_of(list(row[:5]))).mean) <= spread.next_run for row in draws
    ]

    assert np.mean(covered) == pytest.approx(0.95, abs=0.015)


def test_difference_has_the_standard_error_of_theory():
    """On many samples the bootstrap interval is the paired normal one."""
    draw = np.random.default_rng(0)
    a, b = draw.random((2, 1, 2000)) < np.array([0.8, 0.7])[:, None, None]

    found = paired_difference(
        a.astype(float), b.astype(float), weights=uniform(2000), units=names(2000)
    )

    paired = a[0].astype(float) - b[0]
    width = 2 * 1.96 * 100 * paired.std() / np.sqrt(2000)
    assert found.value == pytest.approx(100 * paired.mean())
    assert found.high - found.low == pytest.approx(width, rel=0.05)


def test_several_methods_are_compared_as_two_are():
    """Drawing the units once for all pairs changes no number."""
    draw = np.random.default_rng(1)
    methods = [(draw.random((seeds, 60)) < 0.7).astype(float) for seeds in (1, 3, 5)]
    units = np.array([f"g{index % 7}" for index in range(60)])

    found = paired_differences(methods, weights=uniform(60), units=units)

    assert list(found) == [(0, 1), (0, 2), (1, 2)]
    for (a, b), difference in found.items():
        alone = paired_difference(methods[a], methods[b], weights=uniform(60), units=units)
        assert difference == alone


@pytest.mark.parametrize("seeds", [1, 3])
def test_identical_methods_do_not_differ(seeds):
    """The same answers give a difference of 0 with p near 1."""
    right = np.tile(np.random.default_rng(0).random(50) < 0.7, (seeds, 1)).astype(float)

    found = paired_difference(right, right, weights=uniform(50), units=names(50))

    assert found.value == 0
    assert (found.low, found.high) == pytest.approx((0, 0), abs=1e-9)
    assert found.p > 0.9


def test_many_units_are_drawn_in_parts(monkeypatch):
    """The same intervals, whatever goes into memory at once."""
    draw = np.random.default_rng(1)
    correct = [(draw.random((2, 300)) < share).astype(float) for share in (0.5, 0.6)]
    given = dict(weights=np.ones(300), units=np.arange(300).astype(str), resamples=500)
    monkeypatch.setattr("harness.intervals.recall", lambda kind, key, make: make())
    whole = paired_differences(correct, **given)
    monkeypatch.setattr("harness.intervals.MOST_DRAWN", 300 * 70)

    assert paired_differences(correct, **given) == whole


def test_clustered_samples_need_wider_intervals():
    """Where the samples of a subject are right or wrong together, subjects are the evidence."""
    draw = np.random.default_rng(0)
    units = np.repeat(names(10), 20)
    a = np.repeat(draw.random(10) < 0.8, 20)[None].astype(float)
    b = np.repeat(draw.random(10) < 0.5, 20)[None].astype(float)

    by_sample = paired_difference(a, b, weights=uniform(200), units=names(200))
    by_group = paired_difference(a, b, weights=uniform(200), units=units)

    assert by_group.high - by_group.low > 2 * (by_sample.high - by_sample.low)
    assert by_group.value == by_sample.value


def test_the_same_data_give_the_same_interval():
    """A page that is rendered twice shows the same digits."""
    right = (np.random.default_rng(0).random((2, 3, 40)) < 0.7).astype(float)

    once, twice = (
        paired_difference(right[0], right[1], weights=uniform(40), units=names(40))
        for _ in range(2)
    )

    assert once == twice


def test_interval_of_the_difference_covers_the_truth():
    """About 95 of 100 intervals hold the true difference (300 small simulations)."""
    draw = np.random.default_rng(1)
    covered = []
    for _ in range(300):
        a = (draw.random((1, 80)) < 0.8).astype(float)
        b = (draw.random((1, 80)) < 0.6).astype(float)
        found = paired_difference(a, b, weights=uniform(80), units=names(80), resamples=500)
        covered.append(found.low <= 20 <= found.high)

    assert np.mean(covered) == pytest.approx(0.95, abs=0.04)


def test_holm_is_the_hand_computed_one():
    """0.01, 0.04, 0.03, 0.005 times 3, 1, 2, 4, never smaller than its predecessor."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_stays_below_one_and_keeps_one_value():
    """An adjusted p-value is a p-value; alone it is not adjusted."""
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([0.04]) == [0.04]
    assert holm([]) == []
