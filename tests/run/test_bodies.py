"""Who is looked at, and from where."""

import numpy as np
import pytest

from harness.datasets.imitation import imitate_bodies
from harness.run.bodies import FirstBodies, MovingBodies, NormalizeView, SurestBodies


def sample(**bodies):
    """Results of places with bodies; each a pair of frames and how much it moves."""
    places, frames = len(bodies), 40
    keypoint = np.zeros((places, frames, 25, 3), dtype=np.float32)
    track = np.zeros((places, frames), dtype=np.uint8)
    person = imitate_bodies(0, frames, 1).keypoints
    for place, (where, motion) in enumerate(bodies.values()):
        shift = motion * np.linspace(0, 1, frames)[where, None, None] * [1, 0, 0]
        keypoint[place, where] = person[where] + shift + place
        track[place, where] = place + 1
    return {"keypoint": keypoint, "track": track, "total_frames": frames}


ALL = slice(0, 40)


def test_the_first_bodies_of_each_frame_are_kept():
    """Whoever they are; fewer are not made more."""
    given = sample(a=(ALL, 1), b=(ALL, 1), c=(ALL, 1))

    kept = FirstBodies(2).transform(dict(given))

    assert np.array_equal(kept["keypoint"], given["keypoint"][:2])
    assert len(kept["track"]) == 2
    assert len(FirstBodies(9).transform(dict(given))["keypoint"]) == 3
    with pytest.raises(ValueError, match="0 bodies"):
        FirstBodies(0)


def test_the_surest_bodies_are_those_of_each_frame_or_of_the_clip():
    """Over frames a place passes from one person to another, over the clip it does not."""
    keypoint = np.zeros((3, 2, 4, 3), dtype=np.float32)
    for place, scores in enumerate([(0.1, 0.9), (0.6, 0.5), (0.8, 0.0)]):
        keypoint[place, :, :, 2] = np.array(scores)[:, None]
        keypoint[place, :, :, 0] = place + 1

    each = SurestBodies(2, "frame").transform({"keypoint": keypoint})["keypoint"]
    clip = SurestBodies(2, "clip").transform({"keypoint": keypoint})["keypoint"]

    assert each[:, :, 0, 0].tolist() == [[3, 1], [2, 2]]
    assert clip[:, :, 0, 0].tolist() == [[2, 2], [1, 1]]
    with pytest.raises(ValueError, match="give 'frame' or 'clip'"):
        SurestBodies(2, "video")


def test_the_body_that_moves_most_is_the_first_person():
    """Whatever its place in the list."""
    found = MovingBodies().transform(sample(still=(ALL, 0.0), moving=(ALL, 2.0)))["keypoint"]

    assert found.shape == (2, 40, 25, 3)
    assert np.ptp(found[0, :, 0, 0]) > 1 > np.ptp(found[1, :, 0, 0])


def test_short_and_wide_bodies_are_noise():
    """Eleven frames are too few; wider than four fifths of its height is no person."""
    given = sample(person=(ALL, 1.0), short=(slice(0, 11), 9.0), wide=(ALL, 9.0))
    given["keypoint"][2, ..., 0] *= 20

    found = MovingBodies().transform(dict(given))["keypoint"]

    assert len(found) == 1
    assert np.array_equal(found[0], given["keypoint"][0])


def test_a_person_goes_on_under_another_number():
    """A body that comes when another has gone is the same person; a third finds no room."""
    given = sample(
        first=(slice(0, 20), 6.0), later=(slice(20, 40), 4.0), other=(ALL, 1.0), more=(ALL, 0.5)
    )

    found = MovingBodies().transform(dict(given))["keypoint"]

    assert found.shape == (2, 40, 25, 3)
    assert np.array_equal(found[0, :20], given["keypoint"][0, :20])
    assert np.array_equal(found[0, 20:], given["keypoint"][1, 20:])
    assert np.array_equal(found[1], given["keypoint"][2])


def test_frames_without_anybody_are_dropped():
    """At the ends and between; the number of frames follows."""
    given = sample(person=(slice(5, 40), 1.0))
    given["keypoint"][:, 20:23], given["track"][:, 20:23] = 0, 0

    found = MovingBodies().transform(given)

    assert found["keypoint"].shape == (1, 32, 25, 3)
    assert found["total_frames"] == 32


@pytest.mark.parametrize("turn", [0.0, 0.7, -2.0])
def test_the_view_is_that_of_a_person(turn):
    """Origin at the spine, x along the shoulders, y up the spine, which is of length one.

    However the camera was turned and wherever it stood, the same comes out.
    """
    given = sample(person=(slice(3, 40), 2.0), other=(ALL, 0.1))
    straight = NormalizeView().transform(dict(given))["keypoint"]
    cos, sin = np.cos(turn), np.sin(turn)
    turned = given["keypoint"] @ np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]]) + [1, 2, 3]
    turned[~given["keypoint"].any(-1)] = 0

    seen = NormalizeView().transform(given | {"keypoint": turned.astype(np.float32)})["keypoint"]

    body = seen[0, 3]
    across, up = body[4] - body[8], body[1] - body[0]
    assert np.allclose(seen, straight, atol=1e-4)
    assert np.allclose(body[1], 0, atol=1e-5)
    assert np.allclose(across[1:], 0, atol=1e-5)
    assert across[0] > 0
    assert up[1] > 0
    assert abs(up[2]) < 1e-5
    assert np.isclose(np.linalg.norm(up), 1, atol=1e-5)
    assert not seen[0, :3].any()


def test_a_view_of_nobody_is_left_alone():
    """And of a body whose joints are all at one place."""
    nobody = np.zeros((2, 3, 25, 3), dtype=np.float32)
    assert not NormalizeView().transform({"keypoint": nobody})["keypoint"].any()
    point = np.ones((1, 3, 25, 3), dtype=np.float32)
    assert np.isfinite(NormalizeView().transform({"keypoint": point})["keypoint"]).all()
