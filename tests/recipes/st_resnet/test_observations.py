"""What a record keeps of motion told to appearance, and the figures made of it."""

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS

from harness.catalog import load_recipe
from harness.run.models import build_model, enter_scope, read_config
from recipes.st_resnet.figures import draw
from recipes.st_resnet.observe import observe

CLASSES = [f"class {number}" for number in range(10)]


def make_tests(labels):
    draw = torch.Generator().manual_seed(0)
    for number, label in enumerate(labels):
        clip = torch.randint(0, 256, (1, 2, 23, 4, 32, 32), generator=draw, dtype=torch.uint8)
        yield f"video {number}", label, clip


@pytest.fixture(scope="module")
def model():
    """A small network with drawn weights."""
    torch.manual_seed(0)
    return build_model("st_resnet", "synthetic")


@pytest.fixture(scope="module")
def kept(model):
    return observe(model, make_tests([4, 4, 7]))


def test_the_first_video_of_each_class_is_looked_at(kept):
    """With every stage, and without each and all of them."""
    assert kept["ids"].tolist() == ["video 0", "video 2"]
    assert kept["labels"].tolist() == [4, 7]
    assert kept["predictions"].shape == kept["probabilities"].shape == (2, 6)
    assert kept["strengths"].shape == (2, 4)
    assert (kept["strengths"] > 0).all()
    assert [kept[f"motion_0_{stage}"].shape for stage in range(4)] == [
        (8, 8),
        (4, 4),
        (2, 2),
        (1, 1),
    ]


def test_without_motion_it_answers_as_a_network_that_is_told_none(model, kept):
    """What is cut is all that motion adds; nothing stays cut."""
    (_, _, clip), *_ = make_tests([4])
    pixels = model.data_preprocessor({"inputs": [clip[0, :1]], "data_samples": []})["inputs"]
    injections = list(model.backbone.to_appearance)
    with torch.no_grad():
        whole = model(pixels, stage="head")[0]
        model.backbone.to_appearance = torch.nn.ModuleList(Cut() for _ in injections)
        none = model(pixels, stage="head")[0]
        model.backbone.to_appearance = torch.nn.ModuleList(injections)

    for column, scores in ((0, whole), (5, none)):
        wanted = scores.reshape(-1).softmax(0)[4]
        assert kept["probabilities"][0, column] == pytest.approx(float(wanted), rel=2e-3)


class Cut(torch.nn.Module):
    """Tells nothing."""

    def forward(self, x, _told):
        """What is read of appearance."""
        return x


def test_a_stream_alone_has_nothing_to_show():
    """Nor a pair of which neither is told of the other."""
    enter_scope()
    variants = ("synthetic_motion", "synthetic_two_streams")
    for variant in variants:
        config = read_config(load_recipe("st_resnet").variant_file(variant))
        with torch.device("meta"):
            assert observe(MODELS.build(config.model), ()) == {}
    assert draw({}, (), CLASSES, ()) == []


def test_figures_have_words_for_who_cannot_see_them(kept):
    """Both are drawn from the arrays alone."""
    drawings = draw(kept, (), CLASSES, ())

    assert [drawing.name for drawing in drawings] == ["motion-by-stage", "motion-maps"]
    assert all(drawing.caption and drawing.alt for drawing in drawings)
    for drawing in drawings:
        drawing.figure.draw_without_rendering()
    assert np.isfinite(kept["probabilities"]).all()
