"""What a record keeps of the attention, and the figure made of it."""

import numpy as np
import pytest
import torch

from recipes.st_pyramid.figures import draw
from recipes.st_pyramid.observe import CLASSES, SIDE, observe


def make_tests(count, side=32, clips=3):
    """As many test videos of as many classes, as bytes."""
    return (
        (f"video-{i}", i, torch.randint(0, 256, (1, clips, 63, 1, side, side), dtype=torch.uint8))
        for i in range(count)
    )


def test_the_attention_on_one_video_of_each_class_is_kept(make_model):
    """Frame, motion and weights of its middle clip."""
    tests = list(make_tests(2))
    tests[0][2][0, 1, 23:43] = 128  # nothing moves in the middle snippet of the middle clip
    tests[1][2][0, 1, 23:43:2] = 138  # all moves to the right

    kept = observe(make_model(), iter(tests))

    assert kept["ids"].tolist() == ["video-0", "video-1"]
    assert kept["labels"].tolist() == [0, 1]
    assert np.array_equal(kept["frame_0"], tests[0][2][0, 1, :3, 0].permute(1, 2, 0))
    assert not kept["motion_0"].any()
    assert (kept["motion_1"] >= 10).all()
    assert kept["attention_0"].sum() == pytest.approx(1, abs=1e-3)


def test_arrays_stay_small(make_model):
    """Many classes and large frames make fewer videos and smaller frames."""
    kept = observe(make_model(), make_tests(9, side=200, clips=1))

    assert len(kept["ids"]) == CLASSES
    assert kept["ids"][-1] == "video-8"
    assert max(kept["frame_0"].shape) <= SIDE
    assert sum(array.nbytes for array in kept.values()) <= 256 * 1024


def test_a_model_without_attention_has_nothing_to_show(make_model):
    """Neither arrays nor figures."""
    kept = observe(make_model(attention=False), make_tests(2))

    assert kept == {}
    assert draw(kept, (), ["wave", "nod"], []) == []


def test_the_figure_shows_each_video(make_model):
    """With a caption, words for those who cannot see it, and the wrong class where it is wrong."""
    kept = observe(make_model(), make_tests(2))
    kept["predictions"] = np.array([0, 0])

    (drawing,) = draw(kept, (), ["wave", "nod"], [])

    drawing.figure.draw_without_rendering()
    titles = [axis.get_title(loc="left") for axis in drawing.figure.axes]
    assert "wave" in titles
    assert "nod (predicted: wave)" in titles
    assert drawing.caption
    assert drawing.alt
