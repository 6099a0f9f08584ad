"""Promises of the words about statistics."""

from math import sqrt

import pytest
from scipy import stats

from harness.report.statistics_texts import seeds_table


@pytest.mark.parametrize("row", seeds_table().rows[1:], ids=lambda row: row.cells[0].text)
def test_factors_are_those_of_students_t(row):
    """Half-widths in standard deviations, from SciPy's quantiles."""
    seeds, of_mean, next_run, narrow = (float(cell.text) for cell in row.cells)
    t = stats.t.ppf(0.975, seeds - 1)

    assert of_mean == pytest.approx(t / sqrt(seeds), abs=0.005)
    assert next_run == pytest.approx(t * sqrt(1 + 1 / seeds), abs=0.005)
    assert narrow == pytest.approx(100 * (1 - sqrt((seeds - 1) / seeds)), abs=0.5)


def test_one_seed_has_no_interval():
    """It is said, and no number stands there."""
    first = seeds_table().rows[0]

    assert [cell.text for cell in first.cells[1:3]] == ["no interval", "no interval"]
