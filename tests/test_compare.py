"""Verdicts: every branch of the rules."""

from dataclasses import replace
from math import sqrt

import pytest

from harness.claims import Row
from harness.compare import Outcome, judge, judge_all, verdict_json
from harness.records import DataFacts, Failure, SampleCounts

T2 = 4.302652729911275  # Student's t, two degrees of freedom, 97.5 %


@pytest.fixture
def seeds(evidence):
    """Makes one run a value, with seeds counted from zero."""

    def make(*values, **changes):
        return [evidence(value, seed=seed, **changes) for seed, value in enumerate(values)]

    return make


@pytest.fixture
def data():
    """Makes the facts about the data that a run saw."""

    def make(**changes):
        given = dict(fingerprint="f" * 64, known=True, embedded=False, train=80, monitored="test")
        return DataFacts(**given | {"test": SampleCounts(expected=20, scored=20)} | changes)

    return make


def test_spread_is_the_hand_computed_one(claim, seeds):
    """90, 91, 92: the mean is 91, s is 1, and h is t(2) · s · √(1 + 1/3)."""
    spread = judge(claim(), seeds(90.0, 91.0, 92.0)).spread

    assert (spread.n, spread.mean, spread.std) == (3, 91.0, 1.0)
    assert spread.next_run == pytest.approx(T2 * sqrt(4 / 3))
    assert spread.of_mean == pytest.approx(T2 / sqrt(3))


@pytest.mark.parametrize(
    ("printed", "values", "outcome", "reason"),
    [
        ("91.51", (90.9, 91.0, 91.1), "reproduced", ""),
        ("91.51", (80.0, 80.1, 80.2), "below claim", "in our implementation"),
        ("70.0", (80.0, 80.1, 80.2), "above claim", "in our implementation"),
        ("91.0", (90.0, 91.0, 92.0), "inconclusive", "the mean is known to ± 2.48 only"),
        ("88.0", (90.0, 91.0, 92.0), "inconclusive", "one more run (h = 4.97)"),
        ("94.0", (90.0, 91.0, 92.0), "inconclusive", "one more run (h = 4.97)"),
        ("91.51", (91.0,), "single run, within τ", ""),
        ("91.51", (80.0,), "single run, outside τ", ""),
    ],
)
def test_outcome_follows_from_gap_and_spread(claim, seeds, printed, values, outcome, reason):
    """Near and certain reproduces, far and certain differs; anything else needs more seeds."""
    verdict = judge(claim(printed), seeds(*values))

    assert verdict.outcome == outcome
    assert reason in verdict.reason
    assert bool(reason) == bool(verdict.reason)


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (90.50, Outcome.BELOW),
        (90.51, Outcome.REPRODUCED),
        (92.51, Outcome.REPRODUCED),
        (92.52, Outcome.ABOVE),
    ],
)
def test_gap_of_exactly_the_tolerance_reproduces(claim, seeds, value, outcome):
    """The tolerance is the largest gap that is still the same result, on either side."""
    assert judge(claim("91.51"), seeds(value, value, value)).outcome is outcome


def test_a_single_run_at_the_tolerance_is_within(claim, evidence):
    """One run exactly τ away is within τ."""
    assert judge(claim("91.51"), [evidence(90.51)]).outcome is Outcome.SINGLE_WITHIN


@pytest.mark.parametrize(
    ("value", "outcome"),
    [(0.44, "below claim"), (0.45, "reproduced"), (0.55, "reproduced"), (0.56, "above claim")],
)
def test_a_cost_has_no_spread(claim, evidence, value, outcome):
    """One count of parameters decides: counts do not vary with the seed."""
    cost = claim("0.5", metric="params", tolerance=0.05)

    assert judge(cost, [evidence(value, metric="params")]).outcome == outcome


@pytest.mark.parametrize("field", ["num_crops", "clip_len", "pretrain", "classes"])
def test_other_protocol_is_not_comparable_however_close_the_number(
    claim, evidence, protocol, field
):
    """Thirty views against one are another experiment; the reason names the field."""
    other = protocol(**{field: "other" if field == "pretrain" else 3})

    verdict = judge(claim(protocol=other), [evidence(91.51)])

    assert verdict.outcome is Outcome.NOT_COMPARABLE
    assert verdict.reason == f"protocol differs in {field}"
    assert verdict.measured == 91.51


@pytest.mark.parametrize(
    ("metric", "field", "outcome"),
    [
        ("params", "dataset", Outcome.REPRODUCED),
        ("params", "clip_len", Outcome.REPRODUCED),
        ("params", "joints", Outcome.NOT_COMPARABLE),
        ("macs", "dataset", Outcome.REPRODUCED),
        ("macs", "clip_len", Outcome.NOT_COMPARABLE),
    ],
)
def test_a_cost_is_compared_where_the_fields_that_change_it_agree(
    claim, evidence, protocol, metric, field, outcome
):
    """Parameters need no data set and MACs depend on the length of a clip."""
    other = protocol(**{field: "other" if field == "dataset" else 7})
    cost = claim("0.5", metric=metric, protocol=other, tolerance=0.05)

    assert judge(cost, [evidence(0.5, metric=metric)]).outcome is outcome


def test_a_departure_is_not_comparable(claim, evidence):
    """What departs from the paper is shown, named and not judged."""
    departures = [dict(what="half the frames", why="memory")]

    verdict = judge(claim(), [evidence(91.51, config={"departures": departures})])

    assert verdict.outcome is Outcome.NOT_COMPARABLE
    assert verdict.reason == "departs from the paper: half the frames"


def test_a_choice_is_comparable(claim, evidence):
    """Where the paper is silent one has to choose."""
    choices = [dict(what="Adam", why="the paper names none")]

    verdict = judge(claim(), [evidence(91.51, config={"choices": choices})])

    assert verdict.outcome is Outcome.SINGLE_WITHIN


def test_a_missing_test_sample_is_not_comparable(claim, evidence, data):
    """An accuracy over 19 of 20 test samples is another quantity."""
    facts = data(test=SampleCounts(expected=20, scored=19, failed=1))

    verdict = judge(claim(), [evidence(91.51, data=facts)])

    assert verdict.outcome is Outcome.NOT_COMPARABLE
    assert verdict.reason == "not every test sample was scored"


def test_runs_on_different_data_are_not_comparable(claim, evidence, data):
    """Seeds whose data have different fingerprints are never averaged."""
    runs = [evidence(91.51, seed=0), evidence(91.51, seed=1, data=data(fingerprint="e" * 64))]

    verdict = judge(claim(), runs)

    assert verdict.outcome is Outcome.NOT_COMPARABLE
    assert verdict.reason == "the runs saw different data"


def test_a_run_that_did_not_measure_it_is_not_comparable(claim, evidence):
    """A run with another metric says so instead of a number."""
    verdict = judge(claim(), [evidence(3.0, metric="params")])

    assert verdict.outcome is Outcome.NOT_COMPARABLE
    assert verdict.reason == "the run did not measure top1_acc"
    assert verdict.measured is None


def test_a_failed_run_is_said_to_have_failed(claim, evidence):
    """Only failures: the verdict is failed, with the newest message."""
    failure = Failure(kind="crash", message="the worker died", fix="see its log")
    run = evidence(status="failed", failure=failure, measurements=(), data=None)

    verdict = judge(claim(), [run])

    assert verdict.outcome is Outcome.FAILED
    assert verdict.reason == "the worker died"


def test_a_failure_does_not_hide_a_completed_run(claim, evidence):
    """A plan that failed later still has its result."""
    failure = Failure(kind="crash", message="the worker died", fix="see its log")
    failed = evidence(status="failed", failure=failure, measurements=())

    assert judge(claim(), [evidence(91.0), failed]).measured == 91.0


def test_nothing_run_is_not_run(claim):
    """Without runs there is no number."""
    verdict = judge(claim(), [])

    assert verdict.outcome is Outcome.NOT_RUN
    assert verdict.measured is None


def test_a_claim_without_variant_waits(claim):
    """A claim may wait for its variant."""
    verdict = judge(claim(variant=None, tolerance=None), [])

    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_RUN, "no variant yet")


@pytest.mark.parametrize(
    ("row", "cites", "outcome"),
    [(Row.QUOTED, "doe2020", Outcome.QUOTED), (Row.THIRD_PARTY, "", Outcome.THIRD_PARTY)],
)
def test_other_peoples_rows_are_not_judged(claim, evidence, row, cites, outcome):
    """No run of ours speaks for another paper's method."""
    quoted = claim(variant=None, tolerance=None, row=row, cites=cites)

    assert judge(quoted, [evidence(91.51)]).outcome is outcome


@pytest.mark.parametrize(
    ("printed", "outcome"), [("91.51", Outcome.REPRODUCED), ("80.0", Outcome.ABOVE)]
)
def test_a_third_partys_number_that_is_tried_is_judged_and_called_that(
    claim, seeds, printed, outcome
):
    """Our variant with a zoo's recipe is held to the zoo's number, and never to the paper's."""
    zoo = claim(printed, row=Row.THIRD_PARTY)

    (verdict,) = judge_all([zoo], seeds(91.4, 91.5, 91.6))

    assert verdict.outcome is outcome
    assert verdict.reason.startswith("a third party's number, not the paper's")


def test_a_data_set_that_nothing_reads_is_why_a_claim_waits(claim, ordering):
    """The reason names it where there are variants; elsewhere the variant is what lacks."""
    claims = [
        claim(),
        claim(row=Row.THIRD_PARTY),
        ordering(),
        claim(variant=None, tolerance=None),
        ordering(better=None),
    ]

    reasons = [verdict.reason for verdict in judge_all(claims, [], unread=frozenset({"steps"}))]

    assert reasons == [
        "data set 'steps' is not read yet",
        "a third party's number, not the paper's; data set 'steps' is not read yet",
        "data set 'steps' is not read yet",
        "no variant yet",
        "no variant yet",
    ]


def test_a_cost_that_was_measured_elsewhere_needs_no_data_set(claim, evidence, protocol):
    """Where nothing reads the claim's data, a count of the variant's still decides."""
    cost = claim("0.5", metric="params", protocol=protocol(dataset="other"), tolerance=0.05)

    (verdict,) = judge_all([cost], [evidence(0.5, metric="params")], unread=frozenset({"other"}))

    assert (verdict.outcome, verdict.reason) == (Outcome.REPRODUCED, "")


@pytest.mark.parametrize(
    "changes",
    [
        dict(limit=10),
        dict(overrides={"train_cfg.max_iters": 3}),
        dict(invalidated="wrong labels"),
        dict(variant="plain"),
        dict(split="fold1-inner2"),
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_other_experiments_never_speak(claim, evidence, changes):
    """A limited, overridden, invalidated, other or inner run is no evidence at all."""
    verdict = judge(claim(), [evidence(91.51, **changes)])

    assert verdict.outcome is Outcome.NOT_RUN
    assert verdict.run_ids == ()


@pytest.mark.parametrize("facts", [dict(embedded=True), dict(known=False)], ids=str)
def test_generated_or_incomplete_data_never_speak(claim, evidence, data, facts):
    """A number on synthetic or incomplete data is stamped and not judged, and the reason said."""
    verdict = judge(claim(), [evidence(91.51, data=data(**facts))])

    assert verdict.outcome is Outcome.NOT_RUN
    assert verdict.reason == "limited, incomplete or generated data speak for no score"


def test_only_seeds_with_every_split_count(claim, evidence):
    """A seed that lacks a fold is left out of n and of the mean."""
    whole = claim(splits=("fold1", "fold2"))
    runs = [
        evidence(90.0, seed=0, split="fold1"),
        evidence(92.0, seed=0, split="fold2"),
        evidence(10.0, seed=1, split="fold1"),
    ]

    verdict = judge(whole, runs)

    assert (verdict.spread.n, verdict.measured) == (1, 91.0)


def test_no_seed_with_every_split_is_not_run(claim, evidence):
    """One fold of two is no five-fold mean; the reason names the missing one."""
    verdict = judge(claim(splits=("fold1", "fold2")), [evidence(91.51, split="fold1")])

    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_RUN, "no seed has fold2 too")
    assert verdict.measured is None


def test_splits_weigh_the_same_whatever_their_size(claim, evidence, data):
    """The mean over splits is unweighted."""
    small = data(test=SampleCounts(expected=2, scored=2))
    runs = [evidence(100.0, split="fold1", data=small), evidence(50.0, split="fold2")]

    assert judge(claim(splits=("fold1", "fold2")), runs).measured == 75.0


def test_the_newest_run_of_a_seed_speaks(claim, evidence):
    """A run again replaces its predecessor; it does not add a seed."""
    verdict = judge(claim(), [evidence(80.0), evidence(91.0)])

    assert (verdict.spread.n, verdict.measured) == (1, 91.0)


def test_fresh_is_preferred_to_stale(claim, evidence):
    """A newer but stale run does not displace one of today's code."""
    verdict = judge(claim(), [evidence(91.0), evidence(80.0, stale="the code has changed")])

    assert (verdict.measured, verdict.stale) == (91.0, 0)


def test_stale_runs_are_counted_and_still_shown(claim, evidence):
    """A stale number is flagged, not dropped."""
    verdict = judge(claim(), [evidence(91.0, stale="the code has changed")])

    assert (verdict.measured, verdict.stale) == (91.0, 1)


def test_the_verdict_as_json_has_exactly_these_fields(claim, seeds):
    """Scripts read these names; a field more or less is a new interface."""
    row = verdict_json(judge(claim("91.51"), seeds(90.0, 91.0, 92.0)), "toy")

    assert list(row) == [
        "recipe", "variant", "claim", "kind", "metric", "claimed", "measured", "gap",
        "tolerance", "n", "std", "halfwidth", "outcome", "reason", "evidence", "run_ids",
    ]  # fmt: skip
    assert row["gap"] == -0.51
    assert (row["recipe"], row["claim"], row["kind"]) == ("toy", "walker", "score")
    assert (row["claimed"], row["measured"], row["tolerance"]) == (91.51, 91.0, 1.0)
    assert (row["n"], row["std"], row["outcome"]) == (3, 1.0, "inconclusive")
    assert row["halfwidth"] == pytest.approx(T2 * sqrt(4 / 3))
    assert row["evidence"] == "paper"
    assert len(row["run_ids"]) == 3


def test_verdicts_come_in_the_order_of_the_claims(claim, ordering):
    """A table of verdicts lines up with the paper's."""
    claims = (ordering(key="a"), claim(key="b"), ordering(key="c"))

    assert [verdict.claim.key for verdict in judge_all(claims, [])] == ["a", "b", "c"]


def test_a_departure_declared_after_the_run_is_heard(claim, seeds):
    """The configuration of today counts beside that of the record."""
    runs = [replace(item, departures=("half of the batch",)) for item in seeds(91.0, 91.1, 91.2)]

    verdict = judge(claim("91.51"), runs)

    assert verdict.outcome is Outcome.NOT_COMPARABLE
    assert verdict.reason == "departs from the paper: half of the batch"
    assert verdict.measured == pytest.approx(91.1)


def test_a_tolerance_that_moved_after_the_runs_is_said(claim, seeds):
    """A verdict never hides that its rule is younger than its runs."""
    made = claim("91.51")
    runs = [replace(item, moved=frozenset({made.key})) for item in seeds(91.4, 91.5, 91.6)]

    verdict = judge(made, runs)

    assert verdict.outcome is Outcome.REPRODUCED
    assert verdict.reason == "conditions or tolerance changed after 3 of these runs"
