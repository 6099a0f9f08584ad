"""Boxes and arrows of a network → Mermaid and SVG."""

from collections.abc import Sequence
from html import escape

from harness.diagrams import Box
from harness.report.charts import LETTER, SOFT, frame
from harness.report.texts import reveal

LINE = 16  # pixels, of a line in a box
GAP = 22  # between two boxes
LANE = 14  # between two arrows that go past boxes
MARGIN = 16


def render_mermaid(boxes: Sequence[Box], *, title: str) -> str:
    """A Mermaid flow chart, a node a part, an arrow where its output goes.

    Args:
        boxes: The parts, in the order of execution.
        title: What it shows.
    """
    lines = ["---", f"title: {_quote(title)}", "---", "flowchart TD"]
    for place, box in enumerate(boxes):
        text = "<br>".join(escape(reveal(line), quote=True) for line in _say(box))
        lines.append(f'  n{place}["{text}"]')
    lines += [f"  n{start} --> n{end}" for start, end in _arrows(boxes)]
    return "\n".join((*lines, ""))


def _quote(text: str) -> str:
    return '"' + reveal(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _say(box: Box) -> tuple[str, ...]:
    """What stands in a box: name and class, layers, then what it gives."""
    shape = " × ".join(map(str, box.shape))
    return (f"{box.name} ({box.kind})", *box.layers, f"gives {shape}; {box.params:,} parameters")


def _arrows(boxes: Sequence[Box]) -> list[tuple[int, int]]:
    return [(start, end) for end, box in enumerate(boxes) for start in box.inputs]


def draw_diagram(boxes: Sequence[Box], *, title: str) -> str:
    """The same as SVG: boxes one below the other, arrows past boxes on the right.

    Args:
        boxes: The parts, in the order of execution; at least one.
        title: What it shows.
    """
    said = [_say(box) for box in boxes]
    width = 2 * MARGIN + LETTER * max(len(line) for lines in said for line in lines)
    tops, top = [], float(MARGIN)
    for lines in said:
        tops.append(top)
        top += LINE * len(lines) + 12 + GAP
    parts = []
    for start, lines in zip(tops, said, strict=True):
        height = LINE * len(lines) + 12
        parts.append(
            f'<rect x="{MARGIN}" y="{start:g}" width="{width:g}" height="{height}" rx="4" '
            f'fill="none" stroke="{SOFT}"/>'
        )
        for number, line in enumerate(lines):
            weight = ' font-weight="600"' if number == 0 else ""
            y = start + LINE * (number + 1)
            parts.append(f'<text x="{MARGIN + 10}" y="{y:g}"{weight}>{escape(reveal(line))}</text>')
    lanes = 0
    for begin, end in _arrows(boxes):
        under = tops[begin] + LINE * len(said[begin]) + 12
        if end == begin + 1:
            middle = MARGIN + width / 2
            parts.append(_arrow(f"M{middle:g} {under:g}V{tops[end]:g}", middle, tops[end], "down"))
            continue
        lanes += 1
        edge, lane = MARGIN + width, MARGIN + width + LANE * lanes
        y = tops[end] + 10
        parts.append(_arrow(f"M{edge:g} {under - 8:g}H{lane:g}V{y:g}H{edge:g}", edge, y, "left"))
    alt = "; ".join(lines[0] for lines in said)
    return frame(
        "".join(parts),
        name="diagram",
        title=reveal(title),
        alt=f"From input to output: {reveal(alt)}.",
        width=2 * MARGIN + width + LANE * (lanes + 1),
        height=top,
    )


def _arrow(path: str, x: float, y: float, way: str) -> str:
    """A line and its head, whose point is at x and y."""
    sides = ((-4, -7), (4, -7)) if way == "down" else ((7, -4), (7, 4))
    head = " ".join(f"{x + dx:g},{y + dy:g}" for dx, dy in ((0, 0), *sides))
    return f'<path d="{path}" fill="none" stroke="{SOFT}"/><polygon points="{head}" fill="{SOFT}"/>'
