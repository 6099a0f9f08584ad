"""How long runs would take: counted from the plan, timed on imitated sequences."""

import pytest

from harness.catalog import load_dataset, load_recipe
from harness.cli import main
from harness.datasets.imitation import imitate_sample
from harness.errors import PlanError
from harness.request import request_runs
from harness.run.forecast import HOUR_S, Pace, forecast

PACE = Pace(train_s=0.01, val_s=0.002, test_s=0.02, batch_size=256, device="x")


def plan_of(recipe, variant, split):
    """The plan of one run."""
    return request_runs(load_recipe(recipe), variant, splits=[split]).plans[-1]


def test_epochs_are_counted_on_the_complete_data():
    """Eighty of the training samples, the test samples after each fifth, and at the end."""
    found = forecast(plan_of("stgcn", "released_ntu", "xview"), PACE)

    assert found.trained == 80 * 37_646
    assert found.monitored == 16 * 18_932
    assert found.tested == 18_932
    seconds = found.trained * 0.01 + found.monitored * 0.002 + found.tested * 0.02
    assert found.hours == pytest.approx(seconds / HOUR_S)


def test_iterations_are_counted_by_batches():
    """1,500 of 256 sequences; nothing is monitored."""
    found = forecast(plan_of("sta_lstm", "ntu", "xsub"), PACE)

    assert (found.trained, found.monitored, found.tested) == (1500 * 256, 0, 16_487)


def test_data_of_unknown_size_have_no_forecast():
    """How long a folder of one's own takes is not guessed."""
    plan = plan_of("resnet3d", "own", "own")
    with pytest.raises(PlanError, match="is not known"):
        forecast(plan, PACE)


@pytest.mark.parametrize("key", ["ntu60", "ntu60_2d", "kinetics_skeleton", "sbu", "synthetic"])
def test_an_imitated_sequence_has_the_form_of_its_data_set(key):
    """Places, joints and coordinates; of a crowd most places are empty."""
    skeletons = load_dataset(key).need_skeletons()

    found = imitate_sample(skeletons, 6)

    persons, frames, *joint = found["keypoint"].shape
    assert (persons, *joint) == skeletons.shape
    assert frames == found["total_frames"] >= 30
    assert ("track" in found) == skeletons.crowded
    assert found["keypoint"].any((1, 2, 3)).sum() == min(2, persons)


def test_the_verb_shows_samples_a_second_and_hours(capsys):
    """For a variant, on this machine, without its data."""
    assert main(["plan", "sta_lstm", "--variant", "synthetic", "--rounds", "1"]) == 0

    said = capsys.readouterr().out
    assert "6,400" in said
    assert "hours in all" in said
    assert "synthetic fixed" in said


def test_videos_are_sent_elsewhere(capsys):
    """What they cost, the bench of their recipe says."""
    assert main(["plan", "resnet3d", "--variant", "config"]) == 2
    assert "harness bench resnet3d" in capsys.readouterr().err
