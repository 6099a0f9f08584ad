"""Promises of the drawings of networks."""

import re
from xml.etree import ElementTree

import pytest

from harness.diagrams import Box, Network
from harness.report.diagrams import HIGHEST, INCH, draw_diagram, plot_diagram, render_mermaid
from harness.report.layouts import lay_out

SVG = "{http://www.w3.org/2000/svg}"


def box(name, *inputs, kind="Unit", params=1, **changes):
    made = dict(name=name, kind=kind, layers=(f"conv: Conv1d in {name}",), shape=(1, 4, 9))
    return Box(**{**made, "params": params, "inputs": inputs, **changes})


START = box("one view", kind="", layers=(), params=0)
PLUS = dict(kind="+", params=0, layers=(), is_operation=True)


@pytest.fixture
def told():
    """Two streams; the first is told of the second, and keeps its shortcut."""
    return Network(
        boxes=(
            START,
            box("backbone.a.0", 0),
            box("backbone.b.0", 0),
            box("backbone.told", 1, 2, kind="Injection", params=0, layers=("Injection: +",)),
            box("backbone.a.1", 3),
            box("backbone", 1, 4, **PLUS),
            box("backbone.b.1", 2),
            box("head", 5, 6, **PLUS),
        ),
        words=(("Injection", "Where a stream is told."),),
        besides=(("backbone.factors", 5),),
    )


def overlaps(a, b):
    return (
        a.x < b.x + b.width and b.x < a.x + a.width
        and a.y < b.y + b.height and b.y < a.y + a.height
    )  # fmt: skip


def test_boxes_do_not_overlap_and_arrows_pass_between_them(told):
    """A reader sees each box whole; an arrow touches those at its ends alone."""
    found = lay_out(told)

    pairs = [(a, b) for i, a in enumerate(found.boxes) for b in found.boxes[:i]]
    assert not [pair for pair in pairs if overlaps(*pair)]
    for arrow in found.arrows:
        for (x, y), (to_x, to_y) in zip(arrow.points, arrow.points[1:], strict=False):
            low, high = sorted((y, to_y))
            left, right = sorted((x, to_x))
            for placed in found.boxes:
                assert not (
                    left < placed.x + placed.width and placed.x < right + 0.1
                    and low < placed.y + placed.height - 0.1 and placed.y + 0.1 < high
                )  # fmt: skip
    assert all(placed.x + placed.width <= found.width for placed in found.boxes)


def test_each_arrow_runs_from_the_box_that_gives_to_the_one_that_takes(told):
    """As many arrows as outputs are taken, downwards, each at the edges of its boxes."""
    found = lay_out(told)
    ends = [(start, end) for end, one in enumerate(told.boxes) for start in one.inputs]

    assert len(found.arrows) == len(ends)
    for arrow, (start, end) in zip(found.arrows, ends, strict=True):
        first, last = found.boxes[start], found.boxes[end]
        (x, y), (to_x, to_y) = arrow.points[0], arrow.points[-1]
        assert first.x <= x <= first.x + first.width and y == first.y + first.height
        assert last.x <= to_x <= last.x + last.width and to_y == last.y


def test_streams_have_a_lane_each(told):
    """What a stream does stands in one column, whatever it is told by the other."""
    middle = [placed.x + placed.width / 2 for placed in lay_out(told).boxes]

    assert middle[1] == middle[3] == middle[4] == middle[5]
    assert middle[2] == middle[6] != middle[1]


def test_a_row_of_parts_alike_is_one_box():
    """And says how many they are; one that differs is a box of its own."""
    units = [box(f"units.{n}", n, layers=("conv",)) for n in range(4)]
    network = Network(boxes=(START, *units, box("units.4", 4)))

    assert [placed.lines[0] for placed in lay_out(network).boxes] == [
        "one view   1×4×9", "units.0 … 3 (4 × Unit)", "units.4 (Unit)",
    ]  # fmt: skip
    assert network.params == 5


def test_parts_alike_in_which_another_part_is_interested_stay_apart():
    """An arrow from the middle of a row would not be seen."""
    units = [box(f"units.{n}", n, layers=("conv",)) for n in range(2)]
    network = Network(boxes=(START, *units, box("sum", 1, 2, **PLUS)))

    assert len(lay_out(network).boxes) == 4


def test_the_drawing_is_svg_that_says_what_the_network_has(told):
    """Well-formed, every line of every box, a head an arrow, notes and text for who cannot see."""
    root = ElementTree.fromstring(draw_diagram(told, title="a & b"))

    texts = [found.text for found in root.iter(f"{SVG}text")]
    assert "conv: Conv1d in backbone.a.1" in texts and "gives 1×4×9; 1 parameter" in texts
    assert "Injection: Where a stream is told." in texts
    assert "Besides, backbone.factors has 5 parameters." in texts
    assert len(list(root.iter(f"{SVG}polygon"))) == 10
    assert "told (Injection)" in root.find(f"{SVG}desc").text


def test_mermaid_has_a_node_a_part_and_its_arrows(told):
    """In Mermaid's own words, with names as text."""
    odd = box('a"] --> x', 7, kind="<b>")
    network = Network(boxes=(*told.boxes, odd))

    text = render_mermaid(network, title='say "x"')

    assert 'title: "say \\"x\\""' in text
    assert re.findall(r"n\d --> n\d", text) == [
        "n0 --> n1", "n0 --> n2", "n1 --> n3", "n2 --> n3", "n3 --> n4",
        "n1 --> n5", "n4 --> n5", "n2 --> n6", "n5 --> n7", "n6 --> n7", "n7 --> n8",
    ]  # fmt: skip
    assert '"] --> x' not in text and "<b>" not in text


def test_a_drawing_that_is_higher_than_a_page_is_cut_between_rows():
    """Parts side by side where they are narrow, every box whole in one; formulas are none."""
    tall = [box(f"unit.{n}", n, layers=(f"conv: $x_{n}$",)) for n in range(50)]
    (page, *more) = pages = plot_diagram(Network(boxes=(START, *tall)))

    assert len(page.axes) == 2 and len(more) == 1
    assert all(one.get_figheight() <= HIGHEST + 1 / INCH for one in pages)
    shown = [text.get_text() for one in pages for axes in one.axes for text in axes.texts]
    assert all(shown.count(f"unit.{n} (Unit)") == 1 for n in range(50))
    assert r"conv: \$x_3\$" in shown


def test_a_low_drawing_is_one_part():
    """What fits into half a page is not torn."""
    (page,) = plot_diagram(Network(boxes=(START, box("unit", 0))))

    assert len(page.axes) == 1
