"""Promises of the diagrams of networks."""

import re
from xml.etree import ElementTree

import pytest
import torch
from torch import nn

from harness.cli import main
from harness.diagrams import Box
from harness.report.diagrams import draw_diagram, render_mermaid
from harness.run.tracing import trace


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
def boxes():
    return trace(Recognizer(), torch.zeros(1, 1, 3, 9))


def test_parts_are_those_that_were_called_with_what_they_gave(boxes):
    """Containers are opened; widths, strides, shapes and parameters are those of the model."""
    assert [box.name for box in boxes] == [
        "backbone.first", "backbone.units.0", "backbone.units.1", "backbone.join",
    ]  # fmt: skip
    assert boxes[0].layers == ("itself: Conv1d 3→4, 3, stride 2",)
    assert boxes[0].shape == (1, 4, 4) and boxes[0].params == 40
    assert boxes[3].layers == ("mix: Linear 4→5",)


def test_arrows_follow_the_tensors(boxes):
    """A part that takes two outputs has two arrows, one of them past the others."""
    assert [box.inputs for box in boxes] == [(), (0,), (1,), (0, 2)]


def test_mermaid_has_a_node_a_part_and_its_arrows(boxes):
    """In Mermaid's own words, with names as text."""
    odd = Box(name='a"] --> x', kind="<b>", layers=(), shape=(1,), params=1, inputs=(3,))
    text = render_mermaid((*boxes, odd), title='say "x"')

    assert 'title: "say \\"x\\""' in text
    assert re.findall(r"n\d --> n\d", text) == [
        "n0 --> n1", "n1 --> n2", "n0 --> n3", "n2 --> n3", "n3 --> n4",
    ]  # fmt: skip
    assert '"] --> x' not in text and "<b>" not in text


def test_the_drawing_is_svg_that_says_the_same(boxes):
    """Well-formed, with every line of every box and as many heads as arrows."""
    root = ElementTree.fromstring(draw_diagram(boxes, title="a & b"))

    texts = [found.text for found in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "mix: Linear 4→5" in texts and "gives 1 × 4 × 4; 40 parameters" in texts
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polygon"))) == 4


def test_st_gcns_diagram_is_true(tmp_path):
    """Ten units after the normalisation: widths 64, 128, 256, stride 2 at units 5 and 8."""
    out = tmp_path / "stgcn.mmd"

    assert main(["diagram", "stgcn", "--out", str(out)]) == 0

    text = out.read_text()
    units = re.findall(r"units\.(\d+) .*?tcn: Conv2d \d+→(\d+), 9×1, stride (\d)×1", text)
    widths = [64] * 4 + [128] * 3 + [256] * 3
    strides = [1, 1, 1, 1, 2, 1, 1, 2, 1, 1]
    assert [tuple(map(int, unit)) for unit in units] == list(
        zip(range(10), widths, strides, strict=True)
    )
    assert "cls_head" in text


def test_a_fusion_has_no_diagram(tmp_path, capsys):
    """It is said why."""
    assert main(["diagram", "stgcn", "--variant", "utd_two_stream", "--out",
                 str(tmp_path / "x.svg")]) == 2  # fmt: skip
    assert "cannot be drawn" in capsys.readouterr().err
