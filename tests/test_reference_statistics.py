"""The statistics agree with other people's code, and with examples that are published."""

import numpy as np
import pytest
from scipy import stats

from harness.intervals import holm, paired_difference, spread_of

multitest = pytest.importorskip("statsmodels.stats.multitest")
linear = pytest.importorskip("statsmodels.regression.linear_model")

EXACT = 1e-9
DRAW = np.random.default_rng(11)
SAMPLES = [list(DRAW.normal(80, 3, size=n)) for n in (2, 3, 5, 10)]


@pytest.mark.parametrize("values", SAMPLES, ids=len)
def test_the_interval_of_the_mean_is_scipys(values):
    """Student's t interval of a few seeds, as scipy.stats.ttest_1samp gives it."""
    found, theirs = spread_of(values), stats.ttest_1samp(values, 0).confidence_interval(0.95)

    assert found.mean - found.of_mean == pytest.approx(theirs.low, abs=EXACT)
    assert found.mean + found.of_mean == pytest.approx(theirs.high, abs=EXACT)
    assert found.std == pytest.approx(stats.tstd(values), abs=EXACT)


@pytest.mark.parametrize("values", SAMPLES, ids=len)
def test_the_interval_for_one_more_run_is_statsmodels(values):
    """That of a new observation in a regression on a constant alone."""
    model = linear.OLS(np.array(values), np.ones(len(values))).fit()
    ((low, high),) = model.get_prediction([1.0]).conf_int(obs=True, alpha=0.05)

    found = spread_of(values)

    assert found.mean - found.next_run == pytest.approx(low, abs=EXACT)
    assert found.mean + found.next_run == pytest.approx(high, abs=EXACT)


@pytest.mark.parametrize("count", [1, 2, 7, 45])
def test_adjusted_p_values_are_statsmodels(count):
    """Holm's step-down, ties and values of one included."""
    given = [*DRAW.uniform(0, 0.2, size=count), 0.01, 0.01, 1.0]

    theirs = multitest.multipletests(given, method="holm")[1]

    assert holm(given) == pytest.approx(list(theirs), abs=EXACT)


def test_a_paired_difference_is_that_of_the_means_and_its_interval_is_scipys():
    """The value to the last digit; the interval to what 10,000 draws of each side leave open."""
    a, b = DRAW.uniform(size=200) < 0.8, DRAW.uniform(size=200) < 0.7
    names = np.array([f"s{place}" for place in range(200)])

    found = paired_difference(
        a[None].astype(float), b[None].astype(float), weights=np.full(200, 1 / 200), units=names
    )

    theirs = stats.bootstrap(
        (100.0 * a - 100.0 * b,),
        np.mean,
        n_resamples=10_000,
        method="percentile",
        rng=np.random.default_rng(1),
    )
    assert found.value == pytest.approx(100 * (a.mean() - b.mean()), abs=EXACT)
    margin = 4 * theirs.standard_error / 100  # of a 2.5 % quantile of 10,000 draws
    assert found.low == pytest.approx(theirs.confidence_interval.low, abs=margin + 0.5)
    assert found.high == pytest.approx(theirs.confidence_interval.high, abs=margin + 0.5)


def test_students_sleep_data():
    """Student (1908), Biometrika 6, hours of sleep gained: R's help for t.test prints the interval.

    The paired differences of ten patients: mean 1.58, 95 % interval 0.7001142 to 2.4598858.
    """
    found = spread_of([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])

    assert found.mean == pytest.approx(1.58)
    assert found.mean - found.of_mean == pytest.approx(0.7001142, abs=5e-8)
    assert found.mean + found.of_mean == pytest.approx(2.4598858, abs=5e-8)


def test_holms_procedure_as_it_is_explained():
    """The example of Wikipedia's article on the method: of four hypotheses 1 and 4 are rejected.

    Their p-values 0.01, 0.04, 0.03 and 0.005 are compared with 0.05 / 4, / 3, / 2 in their order.
    """
    adjusted = holm([0.01, 0.04, 0.03, 0.005])

    assert adjusted == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert [p <= 0.05 for p in adjusted] == [True, False, False, True]


def test_efron_and_tibshiranis_mice():
    """Efron and Tibshirani (1993), An Introduction to the Bootstrap, tables 2.1 and 2.2.

    Survival of treated mice is 30.63 days longer; the bootstrap's standard error of the treated
    mice's mean is 23.36 in the limit. The seven mice stand for seeds, which are drawn likewise.
    """
    treated = np.array([94, 197, 16, 38, 99, 141, 23], dtype=float)[:, None]
    control = np.array([52, 104, 146, 10, 51, 30, 40, 27, 46], dtype=float)[:, None]
    one = dict(weights=np.ones(1), units=np.array(["all"]))

    both = paired_difference(treated, control, **one)
    alone = paired_difference(treated, np.zeros((1, 1)), **one)

    assert both.value / 100 == pytest.approx(30.63, abs=5e-3)
    assert (alone.high - alone.low) / 100 / (2 * 1.96) == pytest.approx(23.36, rel=0.03)
