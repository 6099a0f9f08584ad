"""A network → Mermaid, SVG, and figures of a document."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Polygon

from harness.diagrams import Box, Network, fold_rows
from harness.report.charts import FONT, GRID, PLAIN, SOFT, frame
from harness.report.layouts import LINE, PAD, Arrow, Layout, PlacedBox, lay_out, say_box, say_notes
from harness.report.svg import STYLE, Picture
from harness.report.tables import anchor
from harness.report.texts import reveal

ACROSS = f"var(--line-2, {PLAIN[1]})"  # colour of what runs from lane to lane, and of what joins
TINT, PAPER = "#0072b21f", "none"
PRINTED = {SOFT: "#57606a", GRID: "#eef1f4", ACROSS: PLAIN[1], TINT: "#e0eef6", PAPER: "white"}
INCH = 128  # pixels of a drawing in an inch of a document: its letters have 6.8 points
WIDEST, HIGHEST = 6.3, 8.6  # inches of a page's line, and that are left for a figure
HEAD = ((-3.5, -7), (3.5, -7))


def render_mermaid(network: Network, *, title: str) -> str:
    """A Mermaid flow chart, a node a part, an arrow where its output goes.

    Args:
        network: The network.
        title: What it shows.
    """
    lines = ["---", f"title: {_quote(title)}", "---", "flowchart TD"]
    boxes = fold_rows(network.boxes)
    for place, box in enumerate(boxes):
        text = "<br>".join(escape(line, quote=True) for line in say_box(box))
        opened, closed = ('(["', '"])') if box.is_operation or not box.inputs else ('["', '"]')
        lines.append(f"  n{place}{opened}{text}{closed}")
        lines += [f"  n{start} --> n{place}" for start in box.inputs]
    lines += [f"  %% {note}" for note in say_notes(network)]
    return "\n".join((*lines, ""))


def _quote(text: str) -> str:
    return '"' + reveal(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def draw_diagram(network: Network, *, title: str, name: str = "diagram") -> str:
    """The same as SVG.

    Args:
        network: The network.
        title: What it shows.
        name: Put before its identifiers, so that figures share a page.
    """
    found = lay_out(network)
    parts = [*map(_draw_arrow, found.arrows), *map(_draw_box, found.boxes)]
    top = found.height - LINE * len(found.notes)
    for number, note in enumerate(found.notes):
        parts.append(
            f'<text x="10" y="{top + LINE * number:g}" fill="{SOFT}">{escape(note)}</text>'
        )
    alt = "; ".join(placed.lines[0] for placed in found.boxes)
    return frame(
        "".join(parts),
        name=name,
        title=reveal(title),
        alt=f"From input to output: {alt}.",
        width=found.width,
        height=found.height,
    )


def _is_join(box: Box) -> bool:
    """Whether something without weights brings several together."""
    return len(box.inputs) > 1 and not box.params


def _colours(placed: PlacedBox) -> tuple[str, str]:
    """Of its edge and of what is in it."""
    inside = TINT if placed.is_tinted else GRID if placed.box.is_operation else PAPER
    return (ACROSS if _is_join(placed.box) else SOFT), inside


def _draw_box(placed: PlacedBox) -> str:
    edge, inside = _colours(placed)
    round_by = 10 if placed.box.is_operation or not placed.box.inputs else 3
    parts = [
        f'<rect x="{placed.x:.1f}" y="{placed.y:.1f}" width="{placed.width:.1f}" '
        f'height="{placed.height:g}" rx="{round_by}" fill="{inside}" stroke="{edge}"/>'
    ]
    for number, line in enumerate(placed.lines):
        weight = ' font-weight="600"' if number == 0 else ""
        x, y = placed.x + PAD, placed.y + PAD + LINE * number + 9
        parts.append(f'<text x="{x:.1f}" y="{y:.1f}"{weight}>{escape(line)}</text>')
    return "".join(parts)


def _draw_arrow(arrow: Arrow) -> str:
    colour = SOFT if arrow.is_straight else ACROSS
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in arrow.points)
    head = " ".join(f"{x:.1f},{y:.1f}" for x, y in _head(arrow))
    line = f'<path d="M{path}" fill="none" stroke="{colour}"/>'
    return f'{line}<polygon points="{head}" fill="{colour}"/>'


def _head(arrow: Arrow) -> tuple[tuple[float, float], ...]:
    """Corners of a head that points down."""
    x, y = arrow.points[-1]
    return ((x, y), *((x + dx, y + dy) for dx, dy in HEAD))


def draw_networks(networks: Mapping[str, Network], method: str) -> dict[str, Picture]:
    """Pictures of networks that are stored beside a recipe, by variant.

    Args:
        networks: The networks, by variant.
        method: Whose they are.
    """
    pictures = {}
    for variant, network in networks.items():
        name = anchor("network", variant)
        svg = draw_diagram(network, title=f"{method}: {variant}", name=name)
        pictures[variant] = Picture(name=name, caption=say_caption(variant), svg=svg)
    return pictures


def say_caption(variant: str) -> str:
    """What a diagram shows."""
    return (
        f"The network of {variant} as built: its parts in the order in which one view went "
        "through them, with the shape of what each gives, batch first."
    )


def plot_diagram(network: Network) -> tuple[Figure, ...]:
    """The same as figures of a document, a page each at most.

    What is higher than a page is cut between rows; parts stand side by side where they can.
    """
    found = lay_out(network)
    columns = max(1, int(WIDEST * INCH // found.width))
    scale = max(1.0, found.width / INCH / WIDEST)
    ends = _cut(found, HIGHEST * INCH * scale, columns)
    parts = list(zip([0.0, *ends], ends, strict=False))
    pages = [parts[start : start + columns] for start in range(0, len(parts), columns)]
    return tuple(_plot_page(found, page) for page in pages)


def _cut(layout: Layout, most: float, columns: int) -> list[float]:
    """Where parts end: about equally high, as few as there can be; all columns of a page."""
    count = -(-layout.height // most)
    if layout.height > most / 2:
        count = -(-count // columns) * columns
    ends: list[float] = []
    for left in range(int(count), 1, -1):
        top = ends[-1] if ends else 0.0
        wanted = top + (layout.height - top) / left
        fitting = [cut for cut in layout.cuts if top < cut <= top + most]
        ends += [min(fitting, key=lambda cut: abs(cut - wanted))] if fitting else []
    return [*ends, layout.height]


def _plot_page(layout: Layout, parts: Sequence[tuple[float, float]]) -> Figure:
    """Some parts of a drawing side by side."""
    high = max(bottom - top for top, bottom in parts)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(len(parts) * layout.width / INCH, high / INCH))
        for place, (top, bottom) in enumerate(parts):
            share = (bottom - top) / high
            axes = figure.add_axes((place / len(parts), 1 - share, 1 / len(parts), share))
            axes.set(xlim=(0, layout.width), ylim=(bottom, top))
            axes.axis("off")
            _plot_part(axes, layout, top, bottom)
    return figure


def _plot_part(axes: Axes, layout: Layout, top: float, bottom: float) -> None:
    for arrow in layout.arrows:
        colour = PRINTED[SOFT if arrow.is_straight else ACROSS]
        axes.plot(*zip(*arrow.points, strict=True), color=colour, linewidth=0.6)
        if top < arrow.points[-1][1] < bottom:
            axes.add_patch(Polygon(_head(arrow), facecolor=colour, edgecolor="none"))
    for placed in layout.boxes:
        if top <= placed.y < bottom:
            _plot_box(axes, placed)
    start = layout.height - LINE * len(layout.notes)
    for number, note in enumerate(layout.notes):
        if top <= start + LINE * number <= bottom:
            _write(axes, 10, start + LINE * number, note, color=PRINTED[SOFT])


def _plot_box(axes: Axes, placed: PlacedBox) -> None:
    edge, inside = _colours(placed)
    axes.add_patch(
        FancyBboxPatch(
            (placed.x, placed.y),
            placed.width,
            placed.height,
            boxstyle="round,pad=0,rounding_size=3",
            edgecolor=PRINTED[edge],
            facecolor=PRINTED[inside],
            linewidth=0.6,
            zorder=3,
        )
    )
    for number, line in enumerate(placed.lines):
        y = placed.y + PAD + LINE * number + 9
        weight = "bold" if number == 0 else "normal"
        _write(axes, placed.x + PAD, y, line, fontweight=weight, zorder=4)


def _write(axes: Axes, x: float, y: float, line: str, **how: Any) -> None:
    # Matplotlib's letters are wider than a browser's.
    axes.text(x, y, line.replace("$", r"\$"), fontsize=FONT * 72 / INCH * 0.94, **how)
