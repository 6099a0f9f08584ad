"""What the authors' weights gave stands beside what is printed, and decides nothing."""

from dataclasses import replace

import pytest

from harness.authors_weights import digest_of_file, find_tested
from harness.claims import Protocol
from harness.compare import Outcome, judge, judge_all
from harness.records import AUTHORS, Failure, PlanInput

FILE = "a" * 64


@pytest.fixture
def tested(evidence):
    """Makes a run of the authors' weights; words as for any other."""

    def make(value=91.0, **changes):
        item = evidence(value, **changes)
        source = PlanInput(variant=AUTHORS, use="author", digest=FILE)
        plan = replace(item.record.plan, inputs=(source,))
        record = replace(
            item.record,
            run_id=f"20270102T030405Z-{plan.digest[:8]}",
            plan=plan,
            plan_digest=plan.digest,
        )
        return replace(item, run=replace(item.run, record=record))

    return make


def test_no_claim_hears_them(claim, evidence, tested):
    """They are in no n, no mean and no verdict, newest and nearest though they are."""
    trained = [evidence(80.0, seed=0), evidence(81.0, seed=1)]
    theirs = [tested(91.5, seed=0), tested(91.5, seed=2)]

    assert judge(claim(), [*trained, *theirs]) == judge(claim(), trained)


def test_alone_they_leave_a_claim_not_run(claim, tested):
    """A cost, too: what is counted is counted by runs of ours."""
    params = claim(key="params", metric="params", printed="0.5", tolerance=0.1)
    run = tested(0.5, metric="params")

    assert judge(claim(), [tested()]).outcome is Outcome.NOT_RUN
    assert judge(params, [run]).outcome is Outcome.NOT_RUN


def test_no_ordering_hears_them(ordering, evidence, tested):
    """Our training against theirs is no comparison of methods."""
    right, wrong = [True] * 8, [False] * 8
    plain = [evidence(correct=wrong, variant="plain", seed=seed) for seed in range(3)]
    theirs = [tested(correct=right, seed=seed) for seed in range(3)]

    (verdict,) = judge_all([ordering()], [*plain, *theirs])

    assert verdict.outcome is Outcome.NOT_RUN
    assert verdict.reason == "no run of config"


def test_a_gap_is_measured_minus_claimed(claim, tested):
    """In the metric's gap unit, without the dust of binary fractions."""
    (found,) = find_tested([claim(printed="91.6")], [tested(91.51)])

    assert (found.measured, found.gap, found.reason) == (91.51, -0.09, "")
    assert digest_of_file(found.item.record) == FILE


def test_runs_that_trained_are_passed_over(claim, evidence):
    """Those have verdicts."""
    run = evidence()

    assert find_tested([claim()], [run]) == ()
    assert digest_of_file(run.record) == ""


def test_only_scores_of_the_variant_and_split_are_beside_them(claim, ordering, tested):
    """A count of parameters is the same whoever trained; a value without a claim stands alone."""
    claims = [
        claim(key="other", variant="plain"),
        claim(key="elsewhere", splits=("fold2",)),
        claim(key="params", metric="params", printed="0.5", tolerance=0.1),
        ordering(),
    ]

    (found,) = find_tested(claims, [tested()])

    assert (found.claim, found.metric, found.measured, found.gap) == (None, "top1_acc", 91.0, None)


@pytest.mark.parametrize(
    ("claimed", "run", "reason"),
    [
        ({}, dict(overrides={"model.rate": 0.1}), "settings were overridden"),
        ({}, dict(limit=8), "limited, incomplete or generated data"),
        ({}, dict(invalidated="wrong labels"), "invalidated"),
        (
            {},
            dict(config={"departures": [dict(what="half the frames", why="speed")]}),
            "departs from the paper: half the frames",
        ),
        (dict(splits=("fold1", "fold2")), {}, "printed is the mean over 2 splits"),
        (dict(metric="top5_acc"), {}, "the run did not measure top5_acc"),
        (
            dict(
                protocol=Protocol(dataset="steps", modality="bone", classes=2, joints=3, persons=1)
            ),
            {},
            "protocol differs in modality",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_compared_has_no_gap(claim, tested, claimed, run, reason):
    """The number is shown all the same, with why not."""
    (found,) = find_tested([claim(**claimed)], [tested(**run)])

    assert found.claim is not None
    assert (found.gap, found.reason) == (None, reason)


def test_a_departure_of_today_counts(claim, tested):
    """One that was declared after the run, as before any claim."""
    (found,) = find_tested([claim()], [replace(tested(), departures=("half the frames",))])

    assert found.reason == "departs from the paper: half the frames"


def test_a_failed_test_says_why(claim, tested):
    """There is no number to show."""
    failure = Failure(kind="configuration", message="tensor 'fcn.weight' is missing", fix="")
    run = tested(status="failed", measurements=(), failure=failure)

    (found,) = find_tested([claim()], [run])

    assert (found.measured, found.gap, found.reason) == (None, None, failure.message)
