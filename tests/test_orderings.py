"""Orderings: A beats B under the same protocol."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from harness.compare import Outcome, judge_all, verdict_json
from harness.freshness import claim_digest
from harness.records import DataFacts, SampleCounts

GOOD = [True] * 38 + [False] * 2
BAD = [True] * 12 + [False] * 28


@pytest.fixture
def sides(evidence):
    """Makes the runs of two variants, each with the same answers for every seed."""

    def make(a, b, *, seeds=3, **changes):
        return [
            evidence(correct=correct, variant=variant, seed=seed, **changes)
            for variant, correct in (("config", a), ("plain", b))
            for seed in range(seeds)
        ]

    return make


@pytest.mark.parametrize(
    ("a", "b", "outcome"),
    [
        (GOOD, BAD, Outcome.HOLDS),
        (BAD, GOOD, Outcome.REVERSED),
        (GOOD, GOOD, Outcome.UNDECIDED),
        ([True] * 21 + [False] * 19, [False] * 20 + [True] * 20, Outcome.UNDECIDED),
    ],
)
def test_the_interval_of_the_difference_decides(ordering, sides, a, b, outcome):
    """Clear of zero on one side it holds, on the other it is reversed."""
    (verdict,) = judge_all([ordering()], sides(a, b))

    assert verdict.outcome is outcome
    assert verdict.measured == pytest.approx(100 * (np.mean(a) - np.mean(b)))


def test_fewer_than_three_seeds_are_undecided_however_large_the_difference(ordering, sides):
    """Two seeds of each show the difference and decide nothing."""
    (verdict,) = judge_all([ordering()], sides(GOOD, BAD, seeds=2))

    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.reason == "2 seeds; 3 of each are needed"
    assert verdict.measured == pytest.approx(65.0)


def test_a_variant_without_runs_is_named(ordering, evidence):
    """The reason says which of the two has not been run."""
    (verdict,) = judge_all([ordering()], [evidence(correct=GOOD)])

    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_RUN, "no run of plain")


def test_other_protocol_is_not_comparable(ordering, sides, protocol):
    """Orderings, too, hold only under their protocol."""
    (verdict,) = judge_all([ordering(protocol=protocol(num_clips=10))], sides(GOOD, BAD))

    assert verdict.outcome is Outcome.NOT_COMPARABLE
    assert verdict.reason == "config: protocol differs in num_clips"


def test_one_stream_is_compared_with_two_where_the_ordering_says_so(ordering, evidence, protocol):
    """Each side is heard under its own conditions, and under no other."""
    seen = {"config": "joint+bone", "plain": "joint"}
    runs = [
        evidence(
            correct=GOOD if variant == "config" else BAD,
            variant=variant,
            seed=seed,
            config={"protocol": asdict(protocol(modality=modality))},
        )
        for variant, modality in seen.items()
        for seed in range(3)
    ]
    both = ordering(protocol=protocol(modality="joint+bone"), worse_protocol=protocol())

    (said,) = judge_all([both], runs)
    (unsaid,) = judge_all([replace(both, worse_protocol=None)], runs)

    assert said.outcome is Outcome.HOLDS
    assert unsaid.reason == "plain: protocol differs in modality"
    assert claim_digest(both) != claim_digest(replace(both, worse_protocol=None))


def test_different_data_are_not_comparable(ordering, evidence):
    """Two methods that were tested on other samples are not subtracted, and nothing crashes."""
    other = DataFacts(
        fingerprint="e" * 64,
        known=True,
        embedded=False,
        train=80,
        test=SampleCounts(expected=30, scored=30),
        monitored="test",
    )
    runs = [evidence(correct=GOOD, seed=seed) for seed in range(3)]
    runs += [
        evidence(correct=BAD[:30], variant="plain", seed=seed, data=other) for seed in range(3)
    ]

    (verdict,) = judge_all([ordering()], runs)

    assert verdict.outcome is Outcome.NOT_COMPARABLE


def test_holm_adjusts_the_orderings_of_one_data_set_together(ordering, sides, protocol):
    """Beside another ordering on the same data the p-value doubles; on other data it does not."""
    elsewhere = ordering(key="elsewhere", protocol=protocol(dataset="other"))
    again = ordering(key="again")
    runs = sides(GOOD, BAD)

    (alone, _) = judge_all([ordering(), elsewhere], runs)
    (first, second) = judge_all([ordering(), again], runs)

    assert alone.adjusted_p == alone.difference.p
    assert first.adjusted_p == second.adjusted_p == pytest.approx(2 * alone.difference.p)


def test_an_exploration_is_judged_like_an_ordering(ordering, sides):
    """The same rules give the same words, the same interval and the same need of seeds."""
    explored = ordering(key="explored", explores="order")

    (printed, tried) = judge_all([ordering(), explored], sides(GOOD, BAD))
    (few,) = judge_all([explored], sides(GOOD, BAD, seeds=2))

    assert (printed.outcome, tried.outcome) == (Outcome.HOLDS, Outcome.HOLDS)
    assert tried.difference == printed.difference
    assert few.reason == "2 seeds; 3 of each are needed"


def test_explorations_are_adjusted_among_themselves(ordering, sides):
    """Trying more on other data changes nothing of what is said of the paper."""
    explored = [ordering(key=key, explores="order") for key in ("one", "two")]

    (printed, one, two) = judge_all([ordering(), *explored], sides(GOOD, BAD))

    assert printed.adjusted_p == printed.difference.p
    assert one.adjusted_p == two.adjusted_p == pytest.approx(2 * one.difference.p)


def test_subjects_are_resampled_for_an_exploration_too(ordering, sides):
    """Where the split keeps subjects apart they are the units."""
    groups = [f"subject{index % 4}" for index in range(40)]
    explored = ordering(explores="order")

    (verdict,) = judge_all([explored], sides(GOOD, BAD, groups=groups, unit="group"))

    assert verdict.difference.units == 4


def test_groups_are_resampled_where_the_split_divides_them(ordering, sides):
    """Forty samples of four subjects are four units, not forty."""
    groups = [f"subject{index % 4}" for index in range(40)]

    (verdict,) = judge_all([ordering()], sides(GOOD, BAD, groups=groups, unit="group"))

    assert verdict.difference.units == 4


def test_an_ordering_as_json_counts_seeds(ordering, sides):
    """N is a number of seeds for every kind of claim; its half-width is the interval's."""
    (verdict,) = judge_all([ordering()], sides(GOOD, BAD))

    row = verdict_json(verdict, "toy")

    assert (row["kind"], row["claimed"], row["tolerance"]) == ("ordering", None, None)
    assert row["halfwidth"] == (verdict.difference.high - verdict.difference.low) / 2
    assert row["n"] == 3


def test_an_exploration_as_json_has_a_kind_of_its_own(ordering, sides):
    """A script that counts orderings does not count what the paper never said."""
    (verdict,) = judge_all([ordering(explores="order")], sides(GOOD, BAD))

    assert verdict_json(verdict, "toy")["kind"] == "exploration"
