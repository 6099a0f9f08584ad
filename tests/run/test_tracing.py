"""Promises of the diagrams of networks."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from torch import nn

from harness.catalog import load_recipe, recipe_keys
from harness.cli import main
from harness.diagrams import FILE, load_networks
from harness.errors import HarnessError
from harness.run.tracing import trace
from harness.run.trial import Trial

ROOT = Path(__file__).parents[2]


class Branches(nn.Module):
    """A backbone in which the first part's output is taken twice."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(3, 4, 3, stride=2)
        self.units = nn.Sequential(nn.Conv1d(4, 6, 1), nn.Conv1d(6, 4, 1))
        self.join = Join()

    def forward(self, x):
        """To two places."""
        begun = self.first(x)
        return self.join(self.units(begun), begun)


class Join(nn.Module):
    """Takes two inputs."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Linear(4, 5)

    def forward(self, a, b):
        """Of their sum."""
        return self.mix((a + b).mean(-1))


class Recognizer(nn.Module):
    """As recognizers are called."""

    def __init__(self):
        super().__init__()
        self.backbone = Branches()

    def forward(self, inputs, _samples, *, mode, stage):
        """Of the only clip."""
        return self.backbone(inputs[:, 0])


@pytest.fixture(scope="module")
def network():
    return trace(Recognizer().eval(), torch.zeros(1, 1, 3, 9))


@pytest.fixture(scope="module")
def boxes(network):
    return network.boxes


def test_parts_are_those_that_were_called_with_what_they_gave(boxes):
    """Containers are opened; widths, strides, shapes and parameters are those of the model."""
    assert [box.name for box in boxes] == [
        "one view", "backbone.first", "backbone.units.0", "backbone.units.1", "backbone.join",
    ]  # fmt: skip
    assert boxes[1].layers == ("Conv1d 3→4, 3, stride 2",)
    assert boxes[1].shape == (1, 4, 4) and boxes[1].params == 40
    assert boxes[4].layers == ("mix: Linear 4→5",)


def test_arrows_follow_the_data(boxes):
    """A part that takes two outputs has two arrows, one of them past the others."""
    assert [box.inputs for box in boxes] == [(), (0,), (1,), (2,), (1, 3)]


class Told(nn.Module):
    """Two streams of which the first is told of the second, by operations and no module."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv1d(1, 4, 1), nn.Conv1d(2, 4, 1)
        self.unit = Unit()
        self.factors = nn.Parameter(torch.ones(4, 1))

    def forward(self, x):
        """Parts of a unit are called one by one, as where its shortcut is another."""
        a, b = self.a(x[:, :1]).relu(), self.b(x[:, 1:]) * self.factors
        residual = self.unit.second(self.unit.first(a + b.relu()))
        return torch.cat([(residual + a).mean(-1), b.mean(-1)], 1)


class Unit(nn.Module):
    """A residual unit."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv1d(4, 4, 1), nn.Conv1d(4, 4, 1)


class ToldRecognizer(nn.Module):
    """As recognizers are called."""

    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(Told())
        self.backbone[0].__class__ = Told

    def forward(self, inputs, _samples, *, mode, stage):
        """Of the only clip."""
        return self.backbone(inputs[:, 0])


def test_what_is_added_between_parts_is_seen(monkeypatch):
    """Injections, shortcuts and means are boxes, and a unit whose parts are called alone is one."""
    monkeypatch.setitem(MODELS.module_dict, "Told", Told)
    network = trace(ToldRecognizer().eval(), torch.zeros(1, 1, 3, 9))

    said = [
        (box.name.rpartition(".")[2] or box.kind, box.kind, box.inputs) for box in network.boxes
    ]
    assert said == [
        ("one view", "", ()),
        ("a", "Conv1d", (0,)),
        ("b", "Conv1d", (0,)),
        ("0", "+", (1, 2)),
        ("unit", "Unit", (3,)),
        ("0", "+", (1, 4)),
        ("0", "mean", (5,)),
        ("0", "mean", (2,)),
        ("0", "concatenation", (6, 7)),
    ]
    assert network.besides == (("backbone.0", 4),)


@pytest.fixture(scope="module")
def stored():
    """Networks as they are stored; that they are those of the models is part of the contract."""
    return lambda key, variant: load_networks(load_recipe(key).folder)[variant]


def find(network, *names):
    """Boxes by name."""
    by_name = {box.name: box for box in network.boxes}
    return [by_name[name] for name in names]


def takes(network, box):
    """Names, or operations, of what a box takes."""
    boxes = [network.boxes[place] for place in box.inputs]
    return [found.kind if found.is_operation else found.name for found in boxes]


def test_st_gcns_diagram_is_true(stored):
    """Ten units after the normalisation: widths 64, 128, 256, stride 2 at units 5 and 8."""
    network = stored("stgcn", "released_ntu")
    units = [box for box in network.boxes if box.kind == "STGCNUnit"]
    widths = [64] * 4 + [128] * 3 + [256] * 3

    assert [box.shape[1] for box in units] == widths
    frames = [box.shape[2] for box in units]
    assert frames == [300] * 4 + [150] * 3 + [75] * 3
    for place, box in enumerate(units):
        stride = ", stride 2×1" if place in (4, 7) else ""
        assert f"tcn: Conv2d {widths[place]}→{widths[place]}, 9×1{stride}" in box.layers
    assert network.besides == (("backbone.importance", 10 * 3 * 25 * 25),)


@pytest.mark.parametrize("variant", ["ucf101", "ucf101_star"])
def test_st_resnets_diagram_shows_its_injections(stored, variant):
    """Eq. 2: the residual branch of each second appearance unit reads both streams' first units.

    Shortcuts, and the motion stream, read their own stream alone.
    """
    network = stored("st_resnet", variant)
    sums = [box for box in network.boxes if box.kind == "+"]

    for stage in range(1, 5):
        (told,) = find(network, f"backbone.to_appearance.{stage - 1}")
        assert told.kind == "Injection: +"
        firsts = [f"backbone.{stream}.layer{stage}.0" for stream in ("appearance", "motion")]
        assert takes(network, told) == firsts
        seconds = [f"backbone.{stream}.layer{stage}.1" for stream in ("appearance", "motion")]
        second, of_motion = find(network, *seconds)
        assert takes(network, second) == [told.name]
        assert takes(network, of_motion) == firsts[1:]
        for first, name in zip(firsts, seconds, strict=True):
            assert [first, name] in [takes(network, box) for box in sums]
        for unit in (second, of_motion):
            temporal = [layer for layer in unit.layers if "TemporalConv" in layer]
            assert [layer.endswith(", 3×1") for layer in temporal] == [True, True]
    assert sum("TemporalConv" in layer for box in network.boxes for layer in box.layers) == 16
    pools = [box for box in network.boxes if box.name == "cls_head.pool_time"]
    assert [box.shape[2] for box in pools] == ([11, 11] if variant == "ucf101_star" else [])


def test_the_pyramids_diagram_shows_its_joins(stored):
    """Snippets into M, S and M into the attention, its weights times S, then all three vectors."""
    network = stored("st_pyramid", "ucf101")
    relation, attention, joint = find(
        network, "cls_head.relation", "cls_head.attention", "cls_head.joint"
    )

    s, m = takes(network, relation)
    assert s == "backbone.appearance.layer4.2" and m == "cls_head.temporal"
    assert takes(network, attention) == ["cls_head.relation"]
    weighed = next(box for box in network.boxes if box.kind == "×")
    assert takes(network, weighed) == [s, "cls_head.attention"]
    vectors = [network.boxes[place] for place in joint.inputs]
    assert [box.kind for box in vectors] == ["mean", "mean", "sum"]
    assert [takes(network, box) for box in vectors] == [[s], [m], ["×"]]
    assert [box.shape for box in vectors] == [(1, 2048), (1, 1024), (1, 2048)]
    assert [box.shape[1] for box in find(network, "cls_head.temporal")] == [1024]
    assert relation.shape[1] == 2048 and joint.shape == (1, 4096)


@pytest.mark.parametrize(
    ("variant", "kind"), [("costa_r50", "static"), ("costb_r50", "input"), ("c2d_r50", None)]
)
def test_costs_diagrams_mark_every_second_block(stored, variant, kind):
    """Three views in the marked blocks and no others; the first pooling over time halves eight."""
    network = stored("cost", variant)
    blocks = [box for box in network.boxes if box.kind == "CoSTBottleneck3d"]
    marked = [any("CoSTConv" in layer for layer in box.layers) for box in blocks]

    every_second = (0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1)
    assert marked == [bool(kind) and bool(mark) for mark in every_second]
    assert [box.shape[2] for box in blocks] == [8] * 3 + [4] * 13
    for box in blocks:
        for layer in box.layers:
            if "CoSTConv" in layer:
                assert f"coefficients: {kind}" in layer and "views: hw tw th" in layer


def test_sta_lstms_diagram_shows_both_gates(stored):
    """Weights of joints meet the input, weights of frames the scores; both read the raw input."""
    network = stored("sta_lstm", "config")
    spatial, temporal, main, fc = find(
        network, "backbone.spatial", "backbone.temporal", "backbone.main.0", "cls_head.fc"
    )
    of_joints, of_frames = (box for box in network.boxes if box.kind == "×")

    assert takes(network, spatial) == takes(network, temporal) == ["one view"]
    assert takes(network, of_joints) == ["one view", "backbone.spatial"]
    assert takes(network, main) == ["×"]
    assert takes(network, fc) == ["backbone.main.2"]
    assert takes(network, of_frames) == ["backbone.temporal", "cls_head.fc"]


def test_every_stored_network_has_all_parameters(stored):
    """What boxes have and what is besides them add up to what a count of the variant found."""
    counted = {}
    for path in (ROOT / "results").glob("*/*/record.json"):
        record = json.loads(path.read_bytes())
        values = {found["metric"]: found["value"] for found in record["measurements"]}
        if "params" in values:
            plan = record["plan"]
            counted[plan["recipe"], plan["variant"]] = values["params"]
    both = [
        (network.params / 1e6, counted[key, variant])
        for key in recipe_keys()
        for variant, network in load_networks(load_recipe(key).folder).items()
        if (key, variant) in counted
    ]

    assert both and [drawn for drawn, _ in both] == [pytest.approx(count) for _, count in both]


def test_a_stored_diagram_of_another_network_is_found(tmp_path):
    """Whoever changes a model hears that its picture is no longer true, and how to mend it."""
    recipe = load_recipe("sta_lstm")
    copy = tmp_path / "copy"
    shutil.copytree(recipe.folder, copy)
    text = (copy / FILE).read_text()
    (copy / FILE).write_text(text.replace("LSTM 90→100", "LSTM 90→64"))

    (finding,) = Trial(replace(recipe, folder=copy), tmp_path).find_in_diagrams()

    assert "variant 'config' is of another network" in finding.problem
    assert finding.fix.endswith("harness diagram sta_lstm --store")


def test_a_file_that_holds_no_networks_is_refused(tmp_path):
    """Arrows that lead backwards, and what is no JSON, are told with the file's name."""
    for text in ("[", '{"a": {"boxes": []}}'):
        (tmp_path / FILE).write_text(text)
        with pytest.raises(HarnessError, match=FILE):
            load_networks(tmp_path)


def test_a_fusion_has_no_diagram(tmp_path, capsys):
    """It is said why."""
    assert main(["diagram", "stgcn", "--variant", "utd_two_stream", "--out",
                 str(tmp_path / "x.svg")]) == 2  # fmt: skip
    assert "cannot be drawn" in capsys.readouterr().err
