"""What both streams read: crops that frames and flow share, and their fusion."""

import numpy as np
import pytest

from harness.catalog import load_recipe
from harness.errors import PlanError
from harness.plan import load_config
from recipes._shared.crops import CornersAndCentre, JitteredCrop


def sample(height=80, width=107, frames=3):
    """Pixels whose channels say where they are: row, column, and frame."""
    rows, columns = np.mgrid[:height, :width]
    one = np.stack([rows, columns, np.zeros_like(rows)], -1).astype(np.uint8)
    return {"imgs": np.stack([one + np.uint8([0, 0, t]) for t in range(frames)])}


def test_ten_crops_are_the_corners_and_the_centre_with_their_mirror_images():
    """Five here; the mirror images follow as further views."""
    found = CornersAndCentre(64).transform(sample())["imgs"]

    assert found.shape == (15, 64, 64, 3)
    corners = [tuple(crop[0, 0, :2].tolist()) for crop in found[::3]]
    assert corners == [(0, 0), (0, 43), (16, 0), (16, 43), (8, 21)]
    assert found[:3, 0, 0, 2].tolist() == [0, 1, 2]


def test_crops_that_do_not_fit_are_refused():
    """Frames smaller than a crop."""
    with pytest.raises(PlanError, match="no crops of 96"):
        CornersAndCentre(96).transform(sample())
    with pytest.raises(PlanError):
        CornersAndCentre(0)


def test_a_jittered_crop_is_near_the_borders_and_of_drawn_sides():
    """±25 % of each side by itself, at most 25 % of the frame away from two borders (Sec. 3.4)."""
    np.random.seed(0)
    sides, places = set(), []
    for _ in range(60):
        found = JitteredCrop(64).transform(sample())["imgs"]
        assert found.shape == (3, 64, 64, 3)
        assert np.array_equal(found[0, ..., :2], found[2, ..., :2])  # the same in all frames
        top, left = found[0, 1, 1, :2].astype(int)
        bottom, right = found[0, -2, -2, :2].astype(int)
        sides.add((bottom - top, right - left))
        places.append((min(top, 79 - bottom), min(left, 106 - right)))
    heights, widths = zip(*sides, strict=True)
    assert max(map(max, places)) <= 0.25 * 107 + 3
    assert len(set(heights)) > 10
    assert len(set(widths)) > 10
    assert len({h - w for h, w in sides}) > 10
    assert min(heights) >= 43
    assert max(heights) <= 80


def test_a_crop_that_means_nothing_is_refused():
    """Of no pixels, or jittered by more than itself."""
    for wrong in (dict(size=0), dict(size=4, jitter=1.0), dict(size=4, margin=-1.0)):
        with pytest.raises(PlanError):
            JitteredCrop(**wrong)


@pytest.mark.parametrize("place", ["utd", "ucf101", "hmdb51"])
def test_both_streams_look_at_the_same_frames(place):
    """Late fusion needs them tested alike: as many frames, and the same crops."""
    recipe = load_recipe("two_stream")
    names = {"utd": ("config", "utd_motion")}.get(place, (f"{place}_appearance", f"{place}_motion"))
    appearance, motion = (
        load_config(recipe, name)["test_dataloader"]["dataset"]["pipeline"] for name in names
    )

    assert len(appearance) == len(motion)
    for one, other in zip(appearance, motion, strict=True):
        if "short_side" not in one:
            assert one == other
        else:
            assert one["short_side"] == other["short_side"]
            assert (one["rgb"], other["rgb"]) == (True, False)
