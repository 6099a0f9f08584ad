"""Where the boxes and arrows of a network stand: rows by depth, lanes by stream.

A box stands in the lane of the box before it; where one is read by several, the one of the
same stream stays in its lane. Other arrows run between rows and lanes, past the boxes.
"""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.diagrams import Box, Network, fold_rows
from harness.report.texts import reveal

LETTER, BOLD = 7.2, 8.0  # pixels: mean width of a letter of 12 pixels, generously
LINE = 15  # height of a line in a box
PAD = 7  # around its text
GAP = 18  # between two rows without an arrow across
TRACK = 8  # between two arrows side by side
LONGEST = 44  # letters of a line
MARGIN = 10
NARROWEST = 380.0  # a drawing, for the sake of the lines under it
WITHOUT = "backbone."  # left out of names: nearly all have it

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedBox:
    """A box with its place, in pixels from the left upper corner.

    Args:
        box: What it is.
        lines: Its text, the first line bold.
        x: Its left side.
        y: Its upper side.
        width: Its width.
        height: Its height.
        is_tinted: Whether layers of the recipe's own are in it.
    """

    box: Box
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    is_tinted: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrow:
    """An arrow, by its corners.

    Args:
        points: From its beginning to its head.
        is_straight: Whether it stays in its lane.
    """

    points: tuple[Point, ...]
    is_straight: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """A drawing of a network, in pixels.

    Args:
        boxes: Its boxes.
        arrows: Its arrows.
        notes: Lines under it: what the kinds are, and what no box has.
        cuts: Heights between two rows, where it may be cut.
        width: Of all.
        height: Of all.
    """

    boxes: tuple[PlacedBox, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[str, ...]
    cuts: tuple[float, ...]
    width: float
    height: float


def say_box(box: Box) -> tuple[str, ...]:
    """What stands in a box: name and class, layers, then what it gives."""
    shape = "×".join(map(str, box.shape))
    if box.is_operation:
        return (f"{reveal(box.kind)}   {shape}",)
    if not box.inputs:
        return (f"{reveal(box.name)}   {shape}",)
    row = f"{box.times} × " if box.times > 1 else ""
    each = " each" if row else ""
    name = box.name.removeprefix(WITHOUT)
    weights = f"; {count_parameters(box.params)}{each}" if box.params else ""
    return (
        f"{reveal(name)} ({row}{reveal(box.kind)})",
        *_pack(box.layers),
        f"gives {shape}{weights}",
    )


def count_parameters(count: int) -> str:
    """A number of parameters in words."""
    return f"{count:,} parameter{'' if count == 1 else 's'}"


def _pack(layers: Sequence[str]) -> list[str]:
    """Layers in lines, none torn that fits into one."""
    lines = [""]
    for layer in layers:
        for piece in textwrap.wrap(reveal(layer), LONGEST, break_on_hyphens=False):
            both = f"{lines[-1]}; {piece}" if lines[-1] else piece
            fits = len(both) <= LONGEST and piece == reveal(layer)
            lines[-1:] = [both] if fits or not lines[-1] else [lines[-1], piece]
    return [line for line in lines if line]


def say_notes(network: Network) -> tuple[str, ...]:
    """What kinds of parts are, what no box has, and the sum."""
    said = [f"{kind}: {words}" for kind, words in network.words]
    said += [f"Besides, {name} has {count_parameters(count)}." for name, count in network.besides]
    tinted = any(is_tinted(box, network) for box in network.boxes)
    shown = "Tinted: layers of the recipe's own. " * tinted
    shown += "Orange: what joins, and from where." * any(len(b.inputs) > 1 for b in network.boxes)
    named = f"Names without {WITHOUT[:-1]}; strides of 1 are not named."
    return (
        *map(reveal, said),
        f"In all {count_parameters(network.params)}. {named} {shown}".strip(),
    )


def is_tinted(box: Box, network: Network) -> bool:
    """Whether layers of the recipe's own are in it."""
    kinds = {kind for kind, _ in network.words}
    words = {word for layer in box.layers for word in re.findall(r"\w+", layer)}
    return bool(kinds & words)


def lay_out(network: Network) -> Layout:
    """Place a network's boxes and arrows, parts alike in a row as one."""
    boxes = fold_rows(network.boxes)
    plan = _Plan(boxes, network)
    notes = say_notes(network)
    width = max(plan.width, NARROWEST)
    wrapped = [line for note in notes for line in textwrap.wrap(note, int(width / LETTER) - 3)]
    return Layout(
        boxes=plan.boxes,
        arrows=tuple(map(plan.arrow, plan.edges)),
        notes=tuple(wrapped),
        cuts=plan.cuts,
        width=width,
        height=plan.height + LINE * len(wrapped) + MARGIN,
    )


def measure(lines: Sequence[str]) -> float:
    """Width of lines in pixels; the first one is bold."""
    return max(BOLD * len(lines[0]), LETTER * max(map(len, lines)))


class _Plan:
    """Rows, lanes, and the tracks between them.

    Args:
        boxes: The boxes, each after those whose output it takes.
        network: What they are of.
    """

    def __init__(self, boxes: Sequence[Box], network: Network) -> None:
        self.network = network
        self.edges = [(start, end) for end, box in enumerate(boxes) for start in box.inputs]
        self.rows = find_rows(boxes)
        self.lanes = find_lanes(boxes, self.rows)
        self.levels: dict[tuple[tuple[int, int], int], int] = {}  # edge, row → track under the row
        self.gaps: dict[int, int] = {}  # row → tracks in the gap under it
        self.tracks: dict[tuple[int, int], tuple[int, int]] = {}  # edge → gutter, track
        self.gutters: dict[int, list[int]] = {}  # gutter → last row of each track
        bent = [edge for edge in self.edges if not self.is_straight(edge)]
        for edge in bent:
            self._take_tracks(edge)
        self.outs = self._number([edge[0] for edge in bent], bent)
        self.ins = self._number([edge[1] for edge in bent], bent)
        said = [say_box(box) for box in boxes]
        self.sizes = [(2 * PAD + measure(lines), 2 * PAD - 4 + LINE * len(lines)) for lines in said]
        self.lefts = self._place_lanes()
        self.row_tops, self.height = self._place_rows()
        self.boxes = tuple(self._place(i, box, said[i]) for i, box in enumerate(boxes))
        self.width = self.lefts[-1] + MARGIN
        self.cuts = tuple(top - 3 for top in self.row_tops[1:])

    def is_straight(self, edge: tuple[int, int]) -> bool:
        """Whether it stays in its lane, and nothing of the lane is in between."""
        start, end = edge
        return self.lanes[start] == self.lanes[end] and not any(
            lane == self.lanes[start] and self.rows[start] < row < self.rows[end]
            for lane, row in zip(self.lanes, self.rows, strict=True)
        )

    def _take_tracks(self, edge: tuple[int, int]) -> None:
        start, end = edge
        for row in sorted({self.rows[start], self.rows[end] - 1}):
            self.levels[edge, row] = self.gaps.get(row, 0)
            self.gaps[row] = self.levels[edge, row] + 1
        if self.rows[end] - self.rows[start] > 1:
            gutter = self.lanes[end] + (self.lanes[start] >= self.lanes[end])
            ends = self.gutters.setdefault(gutter, [])
            free = (i for i, last in enumerate(ends) if last < self.rows[start])
            track = next(free, len(ends))
            ends[track : track + 1] = [self.rows[end]]
            self.tracks[edge] = (gutter, track)

    @staticmethod
    def _number(
        boxes: Sequence[int], bent: Sequence[tuple[int, int]]
    ) -> dict[tuple[int, int], int]:
        """For each bent arrow, which it is of those of its box."""
        return {edge: boxes[:place].count(boxes[place]) for place, edge in enumerate(bent)}

    def _place_lanes(self) -> list[float]:
        """Left sides of the lanes, and the right side of the last gutter."""
        lefts, x = [], float(MARGIN)
        for lane in range(max(self.lanes) + 1):
            x += TRACK * (1 + len(self.gutters.get(lane, ()))) if lane else 0
            x += TRACK * len(self.gutters.get(0, ())) if not lane else TRACK
            lefts.append(x)
            x += self.lane_width(lane)
        return [*lefts, x + TRACK * (1 + len(self.gutters.get(len(lefts), ())))]

    def lane_width(self, lane: int) -> float:
        """Width of the widest box of a lane."""
        return max(
            size[0] for size, mine in zip(self.sizes, self.lanes, strict=True) if mine == lane
        )

    def _place_rows(self) -> tuple[list[float], float]:
        tops, y = [], float(MARGIN)
        for row in range(max(self.rows) + 1):
            tops.append(y)
            y += max(s[1] for s, mine in zip(self.sizes, self.rows, strict=True) if mine == row)
            y += GAP + TRACK * self.gaps.get(row, 0)
        return tops, y

    def _place(self, place: int, box: Box, lines: tuple[str, ...]) -> PlacedBox:
        lane, (width, height) = self.lanes[place], self.sizes[place]
        return PlacedBox(
            box=box,
            lines=lines,
            x=self.lefts[lane] + (self.lane_width(lane) - width) / 2,
            y=self.row_tops[self.rows[place]],
            width=width,
            height=height,
            is_tinted=is_tinted(box, self.network),
        )

    def arrow(self, edge: tuple[int, int]) -> Arrow:
        """Corners of an arrow."""
        start, end = (self.boxes[place] for place in edge)
        x, y = start.x + start.width / 2, start.y + start.height
        to_x, to_y = end.x + end.width / 2, end.y
        if self.is_straight(edge):
            return Arrow(points=((x, y), (x, to_y)), is_straight=True)
        side = 1 if self.lanes[edge[0]] <= self.lanes[edge[1]] else -1
        x += side * min(start.width / 2 - 6, 16 + 10 * self.outs[edge])
        came = 1 if self.lanes[edge[0]] >= self.lanes[edge[1]] else -1
        to_x += came * min(end.width / 2 - 6, 16 + 10 * self.ins[edge])
        under, over = (self._level(edge, row) for row in self._gap_rows(edge))
        if edge not in self.tracks:
            points: tuple[Point, ...] = ((x, y), (x, under), (to_x, under), (to_x, to_y))
        else:
            along = self._along(*self.tracks[edge])
            points = ((x, y), (x, under), (along, under), (along, over), (to_x, over), (to_x, to_y))
        return Arrow(points=points, is_straight=False)

    def _gap_rows(self, edge: tuple[int, int]) -> tuple[int, int]:
        return self.rows[edge[0]], self.rows[edge[1]] - 1

    def _level(self, edge: tuple[int, int], row: int) -> float:
        """Height of the track of an arrow in the gap under a row."""
        below = self.row_tops[row + 1]
        return below - 11 - TRACK * self.levels[edge, row]

    def _along(self, gutter: int, track: int) -> float:
        """Where a track of a gutter runs; the first one next to the boxes on its left."""
        if gutter < len(self.lefts) - 1:
            return self.lefts[gutter] - TRACK * (1 + track)
        return self.lefts[-1] - TRACK * (len(self.gutters[gutter]) - track)


def find_rows(boxes: Sequence[Box]) -> list[int]:
    """Row of each box: under all that it takes, as near as can be to what takes it."""
    rows: list[int] = []
    for box in boxes:
        rows.append(1 + max((rows[start] for start in box.inputs), default=-1))
    takers = _find_takers(boxes)
    for place in range(len(boxes) - 1, -1, -1):
        if takers[place] and boxes[place].inputs:
            rows[place] = min(rows[taker] for taker in takers[place]) - 1
    return rows


def find_lanes(boxes: Sequence[Box], rows: Sequence[int]) -> list[int]:
    """Lane of each box, from the left."""
    heirs = {
        place: _find_heir(boxes, place, takers)
        for place, takers in _find_takers(boxes).items()
        if takers
    }
    lanes: dict[int, int] = {}
    busy: dict[int, int] = {}  # lane → last row that it is taken in
    for place in sorted(range(len(boxes)), key=lambda place: (rows[place], place)):
        mine = [lanes[start] for start in boxes[place].inputs if heirs[start] == place]
        free = (lane for lane in range(len(boxes)) if busy.get(lane, -1) < rows[place])
        lanes[place] = min(mine) if mine else next(free)
        busy[lanes[place]] = rows[heirs[place]] if place in heirs else rows[place]
    return [lanes[place] for place in range(len(boxes))]


def _find_heir(boxes: Sequence[Box], place: int, takers: Sequence[int]) -> int:
    """Which of those that take a box's output stays in its lane."""
    shared = [_share(boxes[place], boxes[taker]) for taker in takers]
    return takers[shared.index(max(shared))]


def _find_takers(boxes: Sequence[Box]) -> Mapping[int, list[int]]:
    return {
        place: [end for end, box in enumerate(boxes) if place in box.inputs]
        for place in range(len(boxes))
    }


def _share(a: Box, b: Box) -> int:
    """How many words two names begin with in common."""
    pairs = zip(a.name.split("."), b.name.split("."), strict=False)
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count
