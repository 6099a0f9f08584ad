"""Promises of the noise on joints and of the joints that are lost."""

import numpy as np
import pytest

from harness.errors import PlanError
from harness.run.damage import DropJoints, JitterJoints, measure_bodies


def sample(keypoint, name="walk/1"):
    """A sample that nobody may write into."""
    keypoint = np.asarray(keypoint, dtype=np.float32)
    keypoint.flags.writeable = False
    return {"keypoint": keypoint, "frame_dir": name}


@pytest.fixture
def body():
    """One body in a box of 3 by 4 by 0 for 2000 frames, and a second one who is not there."""
    corners = np.array([[1, 1, 1], [4, 1, 1], [1, 5, 1], [4, 5, 1]])
    present = np.tile(corners, (2000, 1, 1))
    return np.stack([present, np.zeros_like(present)])


def jitter(share, seed=0, units=(1, 1, 1)):
    """Noise on joints."""
    return JitterJoints(share, seed=seed, units=units)


def test_the_size_of_a_body_is_the_diagonal_around_its_tracked_joints(body):
    """A joint at zero was not tracked and is not in the box; who is not there has no size."""
    body = body.astype(np.float32)
    body[0, :, 3] = 0
    body[0, :200] = 0

    sizes = measure_bodies(body, body.any(-1))

    assert sizes.tolist() == [5.0, 0.0]


def test_noise_has_its_share_of_the_body_as_deviation(body):
    """On each coordinate, and independently from frame to frame."""
    given = sample(body)

    moved = jitter(0.02).transform(dict(given))["keypoint"]

    noise = (moved - given["keypoint"])[0]
    assert noise.std(axis=0) == pytest.approx(0.02 * 5, rel=0.1)
    assert noise.mean(axis=0) == pytest.approx(0, abs=0.01)
    follows = np.corrcoef(noise[1:].ravel(), noise[:-1].ravel())[0, 1]
    assert abs(follows) < 0.05


def test_noise_is_equal_in_the_units_that_a_recipe_scales_to(body):
    """Of a coordinate in units of two metres it is half as many units."""
    given = sample(body / np.array([2, 1, 1]))

    moved = jitter(0.02, units=(2, 1, 1)).transform(dict(given))["keypoint"]

    noise = (moved - given["keypoint"])[0].std(axis=(0, 1))
    assert noise == pytest.approx([0.05, 0.1, 0.1], rel=0.1)


def test_what_was_not_tracked_and_how_sure_a_detector_was_stay(body):
    """Noise moves tracked joints, and a confidence is no coordinate."""
    sure = np.concatenate([body, np.full((*body.shape[:3], 1), 0.9) * body.any(-1)[..., None]], -1)
    sure[0, :7, 2] = 0

    moved = jitter(0.1).transform(sample(sure))["keypoint"]

    assert not moved[1].any()
    assert not moved[0, :7, 2].any()
    assert moved[0, 7:, :, 3] == pytest.approx(0.9)


def test_draws_belong_to_seed_and_sample(body):
    """Twice the level is the same noise twice as large; another seed or sample has another."""
    once, twice, other_seed = (
        jitter(share, seed).transform(sample(body))["keypoint"] - body
        for share, seed in ((0.01, 0), (0.02, 0), (0.01, 1))
    )
    other_sample = jitter(0.01).transform(sample(body, "walk/2"))["keypoint"] - body

    assert twice == pytest.approx(2 * once, abs=1e-5)
    assert not np.allclose(once, other_seed)
    assert not np.allclose(once, other_sample)


@pytest.mark.parametrize("transform", [jitter(0), DropJoints(0, seed=0)], ids=repr)
def test_no_stress_changes_no_bit(transform, body):
    """The level of the protocol is the sample itself."""
    given = sample(body)

    assert np.array_equal(transform.transform(dict(given))["keypoint"], given["keypoint"])


def test_a_share_of_the_joints_is_gone_in_all_frames():
    """Drawn for each person; of a larger share they are the same joints and more."""
    present = sample(np.ones((2, 9, 20, 3)))

    some, more = (DropJoints(s, seed=0).transform(dict(present))["keypoint"] for s in (0.2, 0.5))

    for kept, count in ((some, 4), (more, 10)):
        lost = ~kept.any(-1)  # M T V
        assert lost.all(1).sum(-1).tolist() == [count, count]
        assert lost.any(1).sum(-1).tolist() == [count, count]
    assert ((some == 0) <= (more == 0)).all()
    assert not np.array_equal(more[0], more[1])


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
def test_a_share_that_means_nothing_is_refused(share):
    """With the range that means something."""
    with pytest.raises(PlanError, match="share"):
        DropJoints(share, seed=0)
    with pytest.raises(PlanError, match="noise"):
        jitter(share)
