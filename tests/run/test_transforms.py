"""Skeleton transforms, by hand-computed numbers."""

import numpy as np
import pytest

from harness.openmm import repair

repair()

from harness.run.transforms import AlignPersons, CentreKeypoints, ScaleKeypoints, SmoothKeypoints  # noqa: E402


def make(m: int, t: int, v: int = 3) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(m, t, v, 3)).astype(np.float32)


def test_smoothing_has_the_printed_weights():
    """Inside a sequence a frame becomes (-3, 12, 17, 12, -3) / 35 of its neighbours."""
    x = make(2, 9)
    weights = np.array([-3, 12, 17, 12, -3]) / 35

    y = SmoothKeypoints().transform(dict(keypoint=x.copy()))["keypoint"]

    for t in range(2, 7):
        expected = np.tensordot(weights, x[:, t - 2 : t + 3], (0, 1))
        np.testing.assert_allclose(y[:, t], expected, atol=1e-5)
    assert y.dtype == np.float32


def test_smoothing_keeps_parabolas_up_to_the_ends():
    """The edges are fitted too: motion of constant acceleration passes unchanged."""
    t = np.arange(7, dtype=np.float32)[None, :, None, None]
    x = np.broadcast_to(0.1 * t**2 - t + 2, (1, 7, 2, 3)).astype(np.float32)

    y = SmoothKeypoints().transform(dict(keypoint=x))["keypoint"]

    np.testing.assert_allclose(y, x, atol=1e-5)


@pytest.mark.parametrize("t", [1, 4])
def test_short_sequences_are_not_smoothed(t):
    """Fewer frames than taps pass unchanged."""
    x = make(1, t)

    assert np.array_equal(SmoothKeypoints().transform(dict(keypoint=x))["keypoint"], x)


def test_scaling_leaves_missing_joints_at_zero():
    """An offset does not move what was not tracked."""
    x = np.ones((1, 2, 2, 3), dtype=np.float32)
    x[0, 1, 0] = 0
    sbu = ScaleKeypoints([-2.56, -1.92, 1.28], [1.28, 0.96, 0.0])

    y = sbu.transform(dict(keypoint=x))["keypoint"]

    np.testing.assert_allclose(y[0, 0, 0], [-1.28, -0.96, 1.28], rtol=1e-6)
    assert not y[0, 1, 0].any()


def test_first_origin_keeps_motion_and_each_removes_it():
    """The origin is the mean of the joint over the persons present."""
    x = make(2, 4)

    first = CentreKeypoints([1]).transform(dict(keypoint=x.copy()))["keypoint"]
    each = CentreKeypoints([1], origin="each").transform(dict(keypoint=x.copy()))["keypoint"]

    np.testing.assert_allclose(first, x - x[:, 0, 1].mean(0), atol=1e-6)
    np.testing.assert_allclose(each[:, :, 1].mean(0), 0, atol=1e-6)


def test_absent_person_has_no_part_in_the_origin():
    """One person alone is centred on that person, and the absent one stays zero."""
    x = make(2, 4)
    x[1] = 0

    y = CentreKeypoints([1]).transform(dict(keypoint=x.copy()))["keypoint"]

    np.testing.assert_allclose(y[0], x[0] - x[0, 0, 1], atol=1e-6)
    assert not y[1].any()


def test_origin_is_the_first_frame_in_which_a_joint_is_tracked():
    """A sequence that starts before tracking does is centred all the same."""
    x = make(1, 4)
    x[0, 0] = 0

    y = CentreKeypoints([1]).transform(dict(keypoint=x.copy()))["keypoint"]

    np.testing.assert_allclose(y[0, 1:], x[0, 1:] - x[0, 1, 1], atol=1e-6)


def test_mistaken_arguments_are_refused():
    """A typo fails when the pipeline is built."""
    with pytest.raises(ValueError, match="origin is"):
        CentreKeypoints([0], origin="last")
    with pytest.raises(ValueError, match="no origin"):
        CentreKeypoints([])
    with pytest.raises(ValueError, match="3 factors and 2 offsets"):
        ScaleKeypoints([1, 1, 1], [0, 0])


class TestAlignPersons:
    """The scene is turned, and nothing else happens to it."""

    def test_the_second_person_is_to_the_right(self):
        """In the first frame the line from torso to torso has no depth left."""
        keypoint = np.random.default_rng(0).normal(size=(2, 5, 3, 3)).astype(np.float32)

        turned = AlignPersons(joint=1).transform({"keypoint": keypoint})["keypoint"]

        line = turned[1, 0, 1] - turned[0, 0, 1]
        assert line[0] > 0
        assert abs(line[2]) < 1e-6
        assert line[1] == keypoint[1, 0, 1, 1] - keypoint[0, 0, 1, 1]

    def test_distances_stay(self):
        """A turn is rigid: every distance between joints is what it was."""
        keypoint = np.random.default_rng(1).normal(size=(2, 4, 3, 3)).astype(np.float32)

        turned = AlignPersons(joint=0).transform({"keypoint": keypoint})["keypoint"]

        before = np.linalg.norm(keypoint[0] - keypoint[1], axis=-1)
        np.testing.assert_allclose(np.linalg.norm(turned[0] - turned[1], axis=-1), before, 1e-5)

    def test_one_person_alone_is_left_as_is(self):
        """There is no line to turn."""
        keypoint = np.random.default_rng(2).normal(size=(2, 4, 3, 3)).astype(np.float32)
        keypoint[1] = 0

        turned = AlignPersons(joint=0).transform({"keypoint": keypoint.copy()})["keypoint"]

        np.testing.assert_array_equal(turned, keypoint)
