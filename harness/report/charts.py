"""Compact SVG charts written out by hand, where a page must be made in milliseconds."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

# Colours are those of the page's theme; outside a page, those of a white one.
INK, SOFT, GRID = "currentColor", "var(--soft, #57606a)", "var(--line, #d8dee4)"
PLAIN = ("#0072b2", "#d55e00", "#00795a", "#a3507f", "#7a5200", "#444c56")
# Told apart by the colour-blind, too, and at 3 : 1 against the page; past them the dashes change.
COLOURS = tuple(f"var(--line-{place}, {colour})" for place, colour in enumerate(PLAIN, 1))
DASHES = ("", "6 3", "2 3", "9 3 2 3")
FONT = 12  # pixels
LETTER = 6.6  # mean width of a letter of that size, generously
SMALL, LARGE = (420, 250), (840, 330)  # width and height of a panel
LEFT, RIGHT, TOP, BOTTOM = 62, 12, 10, 44  # its margins
MOST_POINTS = 400  # of a line; a screen shows no more
ROW, DOTS = 30, 640  # height and width of a row of dots

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a chart.

    Args:
        name: What it is, for the legend.
        points: Its points, from left to right.
        style: Which colour and dash it has, from 0.
    """

    name: str
    points: tuple[Point, ...]
    style: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """Axes with lines.

    Args:
        across: What is measured to the right.
        up: What is measured upwards, with its unit.
        lines: The lines; at least one has a point.
    """

    across: str
    up: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DotRow:
    """A row of dots around a mean.

    Args:
        name: What it is.
        values: Single values.
        mean: Their mean.
        halfwidth: Half the width of the interval of the mean; ``None`` for none.
    """

    name: str
    values: tuple[float, ...]
    mean: float
    halfwidth: float | None


def frame(body: str, *, name: str, title: str, alt: str, width: float, height: float) -> str:
    """An ``<svg>`` element with a title and a description.

    Args:
        body: What is in it.
        name: Put before its identifiers, so that figures share a page.
        title: Short name for assistive software.
        alt: What a reader who cannot see it should know.
        width: In pixels.
        height: In pixels.
    """
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" '
        f'xmlns="http://www.w3.org/2000/svg" style="--natural:{width:g}px" '
        f'viewBox="0 0 {width:g} {height:g}" font-size="{FONT}" '
        f'font-family="system-ui, DejaVu Sans, sans-serif" fill="{INK}">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(alt)}</desc>{body}</svg>'
    )


def draw_lines(panels: Sequence[Panel], *, name: str, title: str, alt: str) -> str:
    """Panels side by side, or a large one, with one legend."""
    size = SMALL if len(panels) > 1 else LARGE
    parts = [_draw_panel(panel, size, size[0] * place) for place, panel in enumerate(panels)]
    width = size[0] * len(panels)
    lines = {line.name: line.style for panel in panels for line in panel.lines}
    legend, height = _draw_legend(lines, width, top=size[1] + 12)
    return frame(
        "".join((*parts, legend)), name=name, title=title, alt=alt, width=width, height=height
    )


def _draw_panel(panel: Panel, size: tuple[int, int], shift: float) -> str:
    right, bottom = size[0] - RIGHT, size[1] - BOTTOM
    points = [point for line in panel.lines for point in line.points]
    xs, ys = zip(*points, strict=True)
    (x_low, x_high), (y_low, y_high) = _bounds(xs), _bounds(ys)

    def place(x: float, y: float) -> Point:
        across = (x - x_low) / (x_high - x_low)
        down = (y_high - y) / (y_high - y_low)
        return LEFT + (right - LEFT) * across, TOP + (bottom - TOP) * down

    parts = [f'<g transform="translate({shift:g} 0)">']
    for tick in ticks(y_low, y_high):
        _, y = place(x_low, tick)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{right}" stroke="{GRID}"/>')
        parts.append(_text(LEFT - 6, y + 4, show_tick(tick), "end"))
    for tick in ticks(x_low, x_high, whole=True):
        x, _ = place(tick, y_low)
        parts.append(_text(x, bottom + 16, show_tick(tick), "middle"))
    parts.append(f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="{SOFT}"/>')
    middle = (TOP + bottom) / 2
    parts.append(_text((LEFT + right) / 2, bottom + 34, panel.across, "middle"))
    parts.append(
        f'<text transform="translate(13 {middle:g}) rotate(-90)" text-anchor="middle">'
        f"{escape(panel.up)}</text>"
    )
    parts += [
        _draw_line(line, [place(x, y) for x, y in _thin(line.points)]) for line in panel.lines
    ]
    return "".join((*parts, "</g>"))


def _draw_line(line: Line, points: Sequence[Point]) -> str:
    if not points:
        return ""
    if len(points) == 1:
        (x, y), *_ = points
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_colour(line.style)}"/>'
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" {_stroke(line.style)}/>'


def _thin(points: Sequence[Point]) -> Sequence[Point]:
    """At most so many points as a screen shows, the last one included."""
    step = math.ceil(len(points) / MOST_POINTS)
    return points if step < 2 else [*points[:-1:step], points[-1]]


def _draw_legend(lines: dict[str, int], width: float, *, top: float) -> tuple[str, float]:
    """Names of the lines under the panels, and the height of all."""
    parts, x, y = [], 10.0, top
    for name, style in lines.items():
        needed = 34 + LETTER * len(name) + 16
        if x + needed > width and x > 10:
            x, y = 10.0, y + 20
        parts.append(f'<path d="M{x:.1f} {y - 4}h26" {_stroke(style)}/>')
        parts.append(_text(x + 32, y, name))
        x += needed
    return "".join(parts), y + 10


def _colour(style: int) -> str:
    return COLOURS[style % len(COLOURS)]


def _stroke(style: int) -> str:
    dash = DASHES[style // len(COLOURS) % len(DASHES)]
    pattern = f' stroke-dasharray="{dash}"' if dash else ""
    return f'fill="none" stroke="{_colour(style)}" stroke-width="1.8"{pattern}'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}"{where}>{escape(text)}</text>'


def draw_dots(rows: Sequence[DotRow], *, name: str, title: str, alt: str, across: str) -> str:
    """One row a name: single values as rings, their mean as a dot, its interval as a bar.

    Args:
        rows: At least one.
        name: Put before its identifiers.
        title: Short name for assistive software.
        alt: What a reader who cannot see it should know.
        across: What is measured to the right, with its unit.
    """
    left = 24 + LETTER * max(len(row.name) for row in rows)
    width, bottom = left + DOTS + 20, TOP + ROW * len(rows)
    low, high = _bounds([end for row in rows for end in _ends(row)])

    def place(value: float) -> float:
        return left + DOTS * (min(max(value, low), high) - low) / (high - low)

    parts = []
    for tick in ticks(low, high):
        x = place(tick)
        parts.append(f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="{GRID}"/>')
        parts.append(_text(x, bottom + 16, show_tick(tick), "middle"))
    for index, row in enumerate(rows):
        y = TOP + ROW * (index + 0.5)
        parts.append(_text(left - 10, y + 4, row.name, "end"))
        if row.halfwidth is not None:
            begin, end = place(row.mean - row.halfwidth), place(row.mean + row.halfwidth)
            parts.append(
                f'<path d="M{begin:.1f} {y:g}H{end:.1f}" stroke="{COLOURS[0]}" stroke-width="7" '
                'stroke-opacity=".28"/>'
            )
        parts += [
            f'<circle cx="{place(value):.1f}" cy="{y:g}" r="3.5" fill="none" stroke="{SOFT}"/>'
            for value in row.values
        ]
        parts.append(f'<circle cx="{place(row.mean):.1f}" cy="{y:g}" r="4.5" fill="{COLOURS[0]}"/>')
    parts.append(_text(left + DOTS / 2, bottom + 34, across, "middle"))
    return frame("".join(parts), name=name, title=title, alt=alt, width=width, height=bottom + 44)


def _ends(row: DotRow) -> Iterator[float]:
    """What an axis must reach; a wide interval is cut rather than the dots squeezed."""
    yield from row.values
    yield row.mean
    if row.halfwidth is not None:
        reach = max(2.0, 3 * (max(row.values) - min(row.values)))
        yield from (row.mean - min(row.halfwidth, reach), row.mean + min(row.halfwidth, reach))


def _bounds(values: Sequence[float]) -> Point:
    low, high = min(values), max(values)
    if low == high:
        return low - 0.5, high + 0.5
    margin = 0.03 * (high - low)
    return low - margin, high + margin


def ticks(low: float, high: float, *, whole: bool = False) -> Iterator[float]:
    """About five round numbers between two bounds.

    Args:
        low: The lower bound.
        high: The upper bound, which is greater.
        whole: Whether only whole numbers are meant.
    """
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    step = max(step, 1.0) if whole else step
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)  # 0.3 / 0.1 < 3
    yield from (number * step for number in range(first, last + 1))


def show_tick(value: float) -> str:
    """A round number in few letters, without what floating point adds to it."""
    text = f"{value:.6g}"
    if 0 < abs(value) < 0.001:
        digits, _, power = f"{value:.3e}".partition("e")
        text = f"{float(digits):g}e{int(power)}"
    return text.replace("-", "−")
