"""What a record keeps of edge importance and activation, and the figures made of it."""

import matplotlib
import numpy as np
import pytest
import torch

from harness.openmm import repair

repair()

from mmaction.models.backbones import STGCN  # noqa: E402
from mmaction.models.data_preprocessors import ActionDataPreprocessor  # noqa: E402
from mmaction.models.heads import GCNHead  # noqa: E402
from mmaction.models.recognizers import RecognizerGCN  # noqa: E402

from harness.report.svg import STYLE, render_svg  # noqa: E402
from harness.run.precision import use_precision  # noqa: E402
from harness.scores import pack  # noqa: E402
from recipes.stgcn.figures import draw  # noqa: E402
from recipes.stgcn.graph import LAYOUTS  # noqa: E402
from recipes.stgcn.model import SpatialTemporalGCN  # noqa: E402
from recipes.stgcn.observe import BUDGET, CLASSES, observe  # noqa: E402

JOINTS = 5
EDGES = ((1, 0), (2, 1), (3, 1), (4, 3))
GRAPH = dict(layout=dict(joints=JOINTS, bones=EDGES, centre=1), partition="spatial")
CLASS_NAMES = ["wave", "nod", "bow", "run", "sit", "jump", "throw", "kick"]
JOINT_NAMES = ["head", "neck", "left hand", "hip", "foot"]
#: A body of unequal bones, upright; (V, 3).
BODY = torch.tensor(
    [[0.0, 0.7, 0.0], [0.0, 0.5, 0.0], [0.3, 0.4, 0.1], [0.0, 0.1, 0.0], [0.1, -0.6, 0.0]]
)


def make_model(backbone=SpatialTemporalGCN, **given) -> RecognizerGCN:
    torch.manual_seed(0)
    given = given or dict(graph=GRAPH)
    if backbone is SpatialTemporalGCN:
        given |= dict(widths=[4, 6, 8], strides=[1, 2, 2])
    channels = 8 if backbone is SpatialTemporalGCN else 256
    return RecognizerGCN(
        data_preprocessor=dict(type=ActionDataPreprocessor),
        backbone=dict(type=backbone, **given),
        cls_head=dict(type=GCNHead, num_classes=len(CLASS_NAMES), in_channels=channels),
    )


def make_tests(count: int = 8, *, clips: int = 1, persons: int = 1, frames: int = 16):
    """Bodies that walk to the right; (1, clips, M, T, V, 3)."""
    steps = torch.arange(frames)[:, None, None] * torch.tensor([0.02, 0.0, 0.0])
    walk = (BODY + steps).expand(1, clips, persons, -1, -1, -1)  # 1 clips M T V 3
    away = torch.arange(persons)[:, None, None, None] * torch.tensor([1.0, 0.0, 0.0])
    return [(f"sample-{index}", index % 8, walk + away) for index in range(count)]


def test_importance_is_kept_where_the_graph_has_an_edge():
    """Each factor stands at the subset and joints that it belongs to."""
    model = make_model()
    with torch.no_grad():
        model.backbone.importance[2][1, 1, 3] = 1.5  # what the hip takes from the neck

    kept = observe(model, make_tests())

    entries = kept["entries"].tolist()
    assert sorted(map(tuple, entries)) == sorted(
        [(0, joint, joint) for joint in range(JOINTS)]
        + [(1, parent, child) for child, parent in ((0, 1), (2, 1), (3, 1), (4, 3))]
        + [(2, child, parent) for child, parent in ((0, 1), (2, 1), (3, 1), (4, 3))]
    )
    assert kept["importance"].shape == (4, len(entries))
    assert kept["importance"].dtype == np.float16
    assert np.argwhere(kept["importance"] != 1).tolist() == [[2, entries.index([1, 1, 3])]]


def test_activation_is_the_norm_of_the_last_unit():
    """Of the first clip, with the frames of the input on which it stands."""
    model, tests = make_model(), make_tests(clips=2, persons=2)

    kept = observe(model, tests)

    with torch.no_grad():
        features = model.eval().backbone(tests[0][2][0])  # clips M C T' V
    assert kept["activation_0"] == pytest.approx(features[0].norm(dim=1).numpy(), rel=2e-3)
    assert kept["activation_0"].shape == (2, 4, JOINTS)
    assert kept["frames_0"].tolist() == [0, 4, 8, 12]
    assert kept["keypoints_0"] == pytest.approx(tests[0][2][0, 0][:, ::4].numpy(), abs=2e-3)
    assert kept["keypoints_0"].dtype == kept["activation_0"].dtype == np.float16


def test_first_sequences_of_classes_at_equal_distances_are_kept():
    """The choice follows from the order of labels and of the test split."""
    kept = observe(make_model(), make_tests(24))

    assert kept["labels"].tolist() == [0, 1, 3, 4, 6, 7]
    assert kept["ids"].tolist() == [f"sample-{label}" for label in kept["labels"]]
    assert len(kept["predictions"]) == CLASSES


@pytest.mark.parametrize(("frames", "number"), [(4000, 2), (20_000, 0)])
def test_arrays_stay_in_the_budget(frames, number):
    """Long sequences make it fewer, never larger."""
    tests = [
        (name, label, inputs + torch.randn(frames, 1, 1))
        for name, label, inputs in make_tests(6, persons=2, frames=frames)
    ]

    kept = observe(make_model(), tests)

    assert len(kept["ids"]) == number
    assert len(pack(kept)) <= BUDGET


def test_the_mode_of_the_model_stays():
    """Looking at a model in training does not stop its training."""
    model = make_model().train()

    observe(model, make_tests())

    assert model.training


def test_a_network_in_lower_precision_is_seen_too():
    """Features of bfloat16 come as float32, and what is kept is finite."""
    model = make_model()
    use_precision(model, "bfloat16")

    kept = observe(model, make_tests())

    assert np.isfinite(kept["activation_3"]).all()


NETWORKS = {
    "ours": dict(),
    "no importance": dict(graph=GRAPH, importance=False),
    "uniform": dict(graph=GRAPH | dict(partition="uniform")),
    "tied": dict(graph=GRAPH | dict(partition="distance_tied")),
    "statistics of persons": dict(graph=GRAPH, norm="person", persons=2, unit="early"),
    "their own": dict(
        backbone=STGCN,
        graph_cfg=dict(layout=dict(num_node=JOINTS, inward=list(EDGES), center=1), mode="spatial"),
    ),
}
WITHOUT_IMPORTANCE = {"no importance", "their own"}


@pytest.mark.parametrize("network", NETWORKS)
def test_a_figure_for_what_is_there(network):
    """Each figure has a caption and words for readers who cannot see it."""
    kept = observe(make_model(**NETWORKS[network]), make_tests(persons=2))

    drawings = draw(kept, EDGES, CLASS_NAMES, JOINT_NAMES)

    names = ["activation", "activation-on-skeleton"]
    if network not in WITHOUT_IMPORTANCE:
        names.insert(0, "edge-importance")
    assert [drawing.name for drawing in drawings] == names
    assert all(drawing.caption and drawing.alt for drawing in drawings)
    for drawing in drawings:
        drawing.figure.draw_without_rendering()


@pytest.mark.parametrize("stream", ["bones", "motions"])
def test_no_body_is_drawn_where_the_input_is_no_positions(stream):
    """A skeleton of bones or of motions would be a tangle; its graph is a tree."""
    parents = [1, 1, 1, 1, 3]
    torch.manual_seed(0)
    tests = []
    for name, label, walk in make_tests():
        moved = walk + 0.1 * torch.randn(walk.shape)
        bones, motions = moved - moved[..., parents, :], moved.diff(dim=3)
        tests.append((name, label, bones if stream == "bones" else motions))
    kept = observe(make_model(), tests)

    drawings = draw(kept, EDGES, CLASS_NAMES, JOINT_NAMES)

    assert [drawing.name for drawing in drawings] == ["edge-importance", "activation"]
    assert "A tree" in drawings[0].caption


def test_frames_without_a_person_stay_blank():
    """What the network answers to padding is not shown as if somebody were there."""
    tests = make_tests(2, persons=2)
    for _, _, inputs in tests:
        inputs[:, :, 0, 8:] = 0
        inputs[:, :, 1] = 0
    kept = observe(make_model(), tests)

    _, activation, frames = draw(kept, EDGES, CLASS_NAMES, JOINT_NAMES)

    images = [image for axes in activation.figure.axes for image in axes.get_images()]
    assert [np.isnan(image.get_array().filled(np.nan)).any(0).tolist() for image in images] == [
        [False, False, True, True]
    ] * 2
    frames.figure.draw_without_rendering()


def test_the_farthest_factor_is_said_in_words():
    """A reader who cannot see the figure learns where it is."""
    model = make_model()
    with torch.no_grad():
        model.backbone.importance[2][1, 1, 3] = 1.5
    kept = observe(model, make_tests())

    importance = draw(kept, EDGES, CLASS_NAMES, JOINT_NAMES)[0]

    assert "between 1.00 and 1.50" in importance.alt
    assert "unit 3, on what the hip takes from the neck" in importance.alt


@pytest.mark.parametrize("layout", ["kinect-20", "sbu-15", "ntu-25"])
def test_the_same_arrays_give_the_same_bytes(layout):
    """For skeletons of all sizes: a page changes only where its records do."""
    skeleton = LAYOUTS[layout]
    torch.manual_seed(0)
    body = torch.randn(skeleton.joints, 3)
    tests = [("a", 0, (body + 0.01 * torch.randn(12, 1, 3))[None, None, None])]
    kept = observe(make_model(graph=dict(layout=layout)), tests)

    with matplotlib.rc_context(STYLE):
        first, second = (
            [
                render_svg(drawing.figure, name=drawing.name, title="t", alt=drawing.alt)
                for drawing in draw(kept, skeleton.bones, CLASS_NAMES, ())
            ]
            for _ in range(2)
        )

    assert len(first) == 3
    assert first == second


def test_nothing_to_see_is_no_error():
    """Without test samples there are only the factors."""
    kept = observe(make_model(), [])

    drawings = draw(kept, EDGES, CLASS_NAMES, JOINT_NAMES)

    assert [drawing.name for drawing in drawings] == ["edge-importance"]
