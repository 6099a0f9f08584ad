"""What is stored of a trained network is what it computes, and the figures show it."""

from typing import Any

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from harness.scores import pack
from recipes.cost.figures import draw
from recipes.cost.model import CoSTConv
from recipes.cost.observe import BUDGET, PICTURED, observe
from recipes.cost.training import MOST_OBSERVED, ObservedClips

SIZE, CLIPS = 32, 2


@pytest.fixture(scope="module")
def samples() -> list[tuple[str, int, torch.Tensor]]:
    """Test videos of four classes, two each, with another brightness of each clip."""
    generator = torch.Generator().manual_seed(0)
    shape = (1, CLIPS, 3, 8, SIZE, SIZE)
    return [
        (f"v{n}", n % 4, torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8))
        for n in range(8)
    ]


def build(make: Any, **network: Any) -> Any:
    torch.manual_seed(0)
    model = make(4, base_channels=8, **network)
    model.init_weights()
    for module in model.modules():
        if isinstance(module, CoSTConv) and module.coefficients == "static":
            torch.nn.init.normal_(module.alpha)
        elif isinstance(module, CoSTConv) and module.coefficients == "input":
            torch.nn.init.normal_(module.fc2.weight)
    return model


def test_static_coefficients_are_the_means_of_each_layer(make, samples):
    """Layer by layer and view by view, over channels; no clip matters."""
    model = build(make)

    seen = observe(model, samples)

    convs = [module for module in model.modules() if isinstance(module, CoSTConv)]
    expected = np.stack([conv.share.mean(1).detach().numpy() for conv in convs])
    np.testing.assert_allclose(seen["share"], expected, rtol=1e-6)
    np.testing.assert_allclose(seen["share"].sum(1), 1, rtol=1e-6)
    assert seen["layers"].tolist()[:2] == ["layer1.1", "layer2.0"]
    assert seen["views"].tolist() == ["hw", "tw", "th"]
    assert seen["clips"] == 0


def test_coefficients_of_clips_are_averaged_over_all_clips(make, samples):
    """CoST(b): what the layer used on each clip of each video, as tests prepare them."""
    model = build(make, coefficients="input")
    conv = model.backbone.layer4[2].conv2.conv
    used = []
    weigh = conv.weigh

    def note(seen):
        used.append(weigh(seen))
        return used[-1]

    conv.weigh = note
    with torch.no_grad():
        for _, _, inputs in samples:
            batch = model.data_preprocessor({"inputs": [inputs[0]], "data_samples": None})
            model(batch["inputs"], None, mode="tensor", stage="backbone")
    del conv.weigh

    seen = observe(model, samples)

    expected = torch.cat(used, dim=1).mean((1, 2))
    np.testing.assert_allclose(seen["share"][-1], expected.numpy(), rtol=1e-5)
    assert seen["clips"] == len(samples) * CLIPS
    assert seen["spread"].shape == seen["share"].shape == (8, 3)


def test_slices_are_the_middle_of_the_middle_clip(make, samples):
    """Of the first video of each of a few classes, pixel for pixel."""
    seen = observe(build(make), samples)

    assert seen["labels"].tolist() == list(range(PICTURED))
    for number in range(PICTURED):
        clip = samples[number][2][0, CLIPS // 2].permute(1, 2, 3, 0).numpy()
        np.testing.assert_array_equal(seen[f"hw_{number}"], clip[4])
        np.testing.assert_array_equal(seen[f"tw_{number}"], clip[:, SIZE // 2])
        np.testing.assert_array_equal(seen[f"th_{number}"], clip[:, :, SIZE // 2])


def test_baselines_have_pictures_and_no_coefficients(make, samples):
    """C2D looks from one side only."""
    seen = observe(build(make, unit="c2d"), samples)

    assert "share" not in seen
    assert len(draw(seen, (), list("abcd"), ())) == 1


def test_what_is_stored_is_small(make):
    """Pictures of large frames are left out before a record would be refused."""
    large = torch.zeros(1, 1, 3, 8, 448, 448, dtype=torch.uint8)

    seen = observe(build(make), [(f"v{n}", n, large) for n in range(3)])

    assert len(pack(seen)) <= BUDGET
    assert len(seen["labels"]) == 0
    assert [drawing.name for drawing in draw(seen, (), [], ())] == [
        "coefficients",
        "coefficients-table",
    ]


@pytest.mark.parametrize("coefficients", ["static", "input"])
def test_figures_say_the_numbers(make, samples, coefficients):
    """A curve for each view, a table with each number, and the three pictures of each clip."""
    seen = observe(build(make, coefficients=coefficients), samples)

    curves, table, views = draw(seen, (), ["wave", "clap", "throw", "kick"], ())

    assert all(isinstance(drawing.figure, Figure) for drawing in (curves, table, views))
    assert len(curves.figure.axes[0].lines) == 3
    for line, share in zip(curves.figure.axes[0].lines, seen["share"].T, strict=True):
        np.testing.assert_allclose(line.get_ydata(), share)
    assert "res2, block 2: H–W " in table.alt
    for number in seen["share"].ravel():
        assert f"{number:.3f} ± " in table.alt
    assert views.alt.startswith("Three pictures for each of 3 clips: wave; clap; throw.")
    assert len(views.figure.axes) == 3 * PICTURED
    assert ("16 test clips" in curves.caption) == (coefficients == "input")


def test_a_run_shows_the_first_videos():
    """No more than fit in memory at once, in the order in which they are tested."""
    videos = [object() for _ in range(99)]
    clips = ObservedClips.__new__(ObservedClips)
    clips.views = [(video, None) for video in videos]

    assert clips.samples == videos[:MOST_OBSERVED]
