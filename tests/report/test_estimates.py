"""Promises of the hours that claims without runs would take."""

from dataclasses import replace

import pytest

from harness.records import NO_SAMPLES, Measurement
from harness.report import SplitFacts
from harness.report.estimates import Unknown, estimate_run, find_pace
from harness.report.honesty import not_run_table

CONFIG = {
    "protocol": dict(dataset="steps", modality="joint", classes=2, joints=3, persons=1),
    "splits": ["fold1"],
    "choices": [],
    "departures": [],
}
TRAINED = CONFIG | {"train_dataloader": {"batch_size": 8}, "train_cfg": {"max_iters": 30}}
EPOCHS = CONFIG | {
    "protocol": CONFIG["protocol"] | {"num_clips": 3},
    "train_cfg": {"max_epochs": 10},
}
SPLIT = SplitFacts(name="fold1", role="reported", train=60, val=0, test=40)


def costing(macs):
    return (
        Measurement(metric="top1_acc", value=75.0, samples=40),
        Measurement(metric="macs", value=macs),
    )


@pytest.fixture
def half(site):
    """One variant was trained, thirty batches of eight in a minute; another one was counted."""
    site.add("config", "fold1", 0, 75.0, plan={"config": TRAINED}, measurements=costing(0.5))
    counted = {"config": EPOCHS, "limit": NO_SAMPLES}
    site.add("plain", "fold1", 0, 75.0, plan=counted, measurements=costing(2.0)[1:], data=None)
    return site


def page_of(site, **plain):
    steps = replace(site.page().datasets["steps"], splits=(SPLIT,))
    configs = {"config": TRAINED, "plain": EPOCHS | plain}
    return site.page(configs=configs, datasets={"steps": steps})


def test_hours_follow_from_multiply_adds_at_the_pace_of_stored_trainings(half):
    """0.5 G x 3 x 240 samples a minute are 6 G/s; ten epochs of 60, and a test of 40 x 3."""
    page = page_of(half)

    pace = find_pace([page], "walker", "skeletons")

    assert pace.gmacs_per_s == pytest.approx(6.0)
    assert [run.partition("-")[2] for run in pace.trainings] == ["config-fold1"]
    hours = 2.0 * (3 * 600 + 3 * 40) / 6 / 3600
    assert estimate_run(page, "plain", pace) == pytest.approx(hours)
    fused = page_of(half, inputs={"config": "weights"})
    before = 0.5 * (3 * 240 + 40) / 6 / 3600
    assert estimate_run(fused, "plain", pace) == pytest.approx(hours + before)


def test_a_training_sample_counts_by_its_frames(half):
    """Five frames in training and twenty-five in the test are a fifth of a view."""
    shorter = {"dataset": {"pipeline": [{"type": "Draw", "clip_len": 5}]}}
    long = {"protocol": EPOCHS["protocol"] | {"clip_len": 25}, "train_dataloader": shorter}
    page = page_of(half, **long)

    found = estimate_run(page, "plain", find_pace([page], "walker", "skeletons"))

    assert found == pytest.approx(2.0 * (3 * 600 / 5 + 3 * 40) / 6 / 3600)


def test_what_is_unknown_says_why(half, site):
    """No pace on videos, no count, no reader of the data: never a number."""
    page = page_of(half)
    pace = find_pace([page], "walker", "skeletons")

    assert find_pace([page], "walker", "videos") is None
    assert estimate_run(replace(page, datasets={}), "plain", pace) == Unknown(
        reason="nothing here reads steps"
    )
    assert estimate_run(replace(page, evidence=()), "plain", pace) == Unknown(
        reason="the multiply-adds of plain are not counted"
    )


def test_the_appendix_says_about_how_many_hours_and_on_what_basis(half):
    """Five seeds of a variant that nobody ran; the number names the trainings it rests on."""
    page = page_of(half)
    rows = {row.anchor: row.cells for row in not_run_table([page]).rows}

    (hours,) = (cells[4] for name, cells in rows.items() if name == "walker open plain")
    assert hours.text == f"about {5 * 2.0 * (3 * 600 + 3 * 40) / 6 / 3600:.2g}"
    assert hours.note == "at 6 G/s, 1 training of this recipe"
    assert hours.href.endswith("config-fold1")
