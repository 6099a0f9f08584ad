"""Figures of what the network weighs and answers to (Yan et al., 2018).

The factors that each unit learned on the edges of the graph, and the activation of
the last unit over joints and frames, which the authors' code shows as dots on the
skeleton.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from recipes._shared.drawing import Drawing, Observations, name_sample

Array = NDArray[np.float64]
Edges = Sequence[tuple[int, int]]

_FRAMES = 8  # drawn of a sequence
_COLUMNS = 5  # skeletons side by side
_LEAST_RANGE = 0.01  # so that factors that did not move are not drawn as if they had
_STEADY = 0.75  # mean of a bone over its mean length: 0.9 to 1 of positions, below 0.6 of motions
_SMALL, _TINY = 7, 6  # points
_BONE = "0.7"
_GAP = np.full(2, np.nan)  # between two bones of one line
_STRENGTH = "activation (mean of the sequence: 1)"
_FACTORS = LinearSegmentedColormap.from_list("factors", ["#0072b2", "#c8c8c8", "#d55e00"], N=33)
_STRENGTHS = colormaps["viridis"].resampled(32)


class Seen(NamedTuple):
    """What was kept of one test sequence.

    Args:
        title: Its class, and the predicted one where it is another.
        frames: Where the last unit's frames stand in the input, ``(T',)``.
        keypoints: The input there, ``(M, T', V, C)``.
        activation: Relative to the mean of the sequence, ``(M, T', V)``; NaN where
            nobody is.
    """

    title: str
    frames: Array
    keypoints: Array
    activation: Array

    @property
    def persons(self) -> list[int]:
        """Persons who are there in some frame."""
        return [m for m, person in enumerate(self.keypoints) if person.any()]


def draw(
    observations: Observations,
    edges: Edges,
    class_names: Sequence[str],
    joint_names: Sequence[str],
) -> list[Drawing]:
    """Draw the factors on the edges, and the activation on a few test sequences.

    Args:
        observations: Arrays of ``observe.py``.
        edges: Bones of one person, as pairs of joints.
        class_names: Names of the classes, by label.
        joint_names: Names of the joints of one person.
    """
    seen = [_read(observations, s, class_names) for s in range(len(observations["ids"]))]
    seen = [sequence for sequence in seen if sequence.persons]
    are_positions = bool(seen) and bool(edges) and _are_positions(seen, edges)
    drawings = []
    if "importance" in observations:
        joints = 1 + int(np.max(observations["entries"]))
        if are_positions:
            places, drawn = _stand(seen[0], edges), "Short bones are drawn longer than they are."
        else:
            places, drawn = _spread(joints, edges), "A tree: the input is not positions."
        drawings.append(_draw_importance(observations, places, drawn, joint_names))
    if seen:
        drawings.append(_draw_activation(seen, joint_names))
    if are_positions:
        drawings.append(_draw_frames(seen, edges))
    return drawings


def _read(observations: Observations, index: int, class_names: Sequence[str]) -> Seen:
    title = name_sample(observations, index, class_names, between="\n")
    keypoints = np.asarray(observations[f"keypoints_{index}"], dtype=np.float64)
    activation = np.array(observations[f"activation_{index}"], dtype=np.float64)
    activation[~keypoints.any((2, 3))] = np.nan
    there = activation[np.isfinite(activation)]
    mean = float(there.mean()) if there.size else 1.0
    return Seen(
        title=title,
        frames=np.asarray(observations[f"frames_{index}"], dtype=np.float64),
        keypoints=keypoints,
        activation=activation / max(mean, 1e-12),
    )


def _are_positions(seen: Sequence[Seen], edges: Edges) -> bool:
    """Whether the input is joints, which can be drawn, and not bones or motions.

    The bone of the centre is zero throughout; what lies between two motions points
    now here, now there.
    """
    steadiness = []
    for sequence in seen:
        for person in sequence.persons:
            body = sequence.keypoints[person]
            body = body[body.any((1, 2))]  # T V C
            if not body.any((0, 2)).all():
                return False
            bones = np.stack([body[:, a] - body[:, b] for a, b in edges])  # E T C
            mean, lengths = np.linalg.norm(bones.mean(1), axis=-1), np.linalg.norm(bones, axis=-1)
            steadiness.append(mean / np.maximum(lengths.mean(1), 1e-12))
    return float(np.median(steadiness)) > _STEADY


def _stand(sequence: Seen, edges: Edges) -> Array:
    """Places of the joints as the first person of a sequence stands at its start.

    Seen from where the body is widest, which is from the front or the back. Lengths
    are drawn by their square roots: hands and feet have factors, too.

    Returns:
        ``(V, 2)``.
    """
    person = sequence.keypoints[sequence.persons[0]]
    body = _face(person[person.any((1, 2)).argmax()])
    places = np.zeros_like(body)
    for joint, parent, _ in _walk(len(body), edges):
        if parent is not None:
            bone = body[joint] - body[parent]
            places[joint] = places[parent] + bone / max(float(np.hypot(*bone)), 1e-12) ** 0.5
    return places


def _walk(joints: int, edges: Edges) -> list[tuple[int, int | None, int]]:
    """Each joint with its parent and depth, from the most connected one outwards."""
    near: list[list[int]] = [[] for _ in range(joints)]
    for a, b in edges:
        near[a].append(b)
        near[b].append(a)
    root = max(range(joints), key=lambda joint: len(near[joint]))
    steps: list[tuple[int, int | None, int]] = []
    waiting: list[tuple[int, int | None, int]] = [(root, None, 0)]
    reached = {root}
    while waiting:
        joint, parent, depth = waiting.pop()
        steps.append((joint, parent, depth))
        further = [other for other in near[joint] if other not in reached]
        reached.update(further)
        waiting += [(other, joint, depth + 1) for other in further]
    return steps


def _face(body: Array) -> Array:
    """Turn a body ``(V, C)`` about the vertical to where it is widest; ``(V, 2)``."""
    if body.shape[1] < 3:
        return body[:, :2]
    flat = body[:, [0, 2]] - body[:, [0, 2]].mean(0)
    right = np.linalg.svd(flat, full_matrices=False)[2][0]
    right = right if right[0] >= 0 else -right
    return np.stack([flat @ right, body[:, 1]], axis=1)


def _spread(joints: int, edges: Edges) -> Array:
    """Places of the joints of a tree on circles about its middle; ``(V, 2)``.

    For inputs that are no positions. Ends of branches are at equal angles, a joint
    inside at the mean of what hangs from it.
    """
    steps = _walk(joints, edges)
    inside = {parent for _, parent, _ in steps}
    ends = [joint for joint, _, _ in steps if joint not in inside]
    depths = np.zeros(joints)
    angles: list[list[float]] = [[] for _ in range(joints)]
    for number, joint in enumerate(ends):
        angles[joint].append(2 * np.pi * number / len(ends))
    for joint, parent, depth in reversed(steps):
        depths[joint] = depth
        if parent is not None:
            angles[parent].append(float(np.mean(angles[joint])))
    angle = np.array([np.mean(found) if found else 0.0 for found in angles])
    return np.stack([depths * np.sin(angle), depths * np.cos(angle)], axis=1)


def _draw_importance(
    observations: Observations, places: Array, drawn: str, joint_names: Sequence[str]
) -> Drawing:
    entries = np.asarray(observations["entries"], dtype=int)  # E 3: subset, from, to
    factors = np.asarray(observations["importance"], dtype=np.float64)  # U E
    widest = max(float(np.abs(factors - 1).max()), _LEAST_RANGE)
    norm = Normalize(1 - widest, 1 + widest)
    columns = min(_COLUMNS, len(factors))
    rows = -(-len(factors) // columns)
    figure = Figure(figsize=(max(1.7 * columns, 3.4), 2.3 * rows + 0.6), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    for unit, axis in enumerate(grid.flat):
        axis.set_axis_off()
        if unit >= len(factors):
            continue
        _draw_graph(axis, places, entries, factors[unit], norm)
        axis.set_title(f"unit {unit + 1}", fontsize=_SMALL)
    _add_bar(
        figure,
        grid,
        ScalarMappable(norm, _FACTORS),
        "learned factor (1: as at the start)",
        "horizontal",
    )
    far, unit = np.abs(factors - 1).max(0).argmax(), np.abs(factors - 1).max(1).argmax()
    _, sender, receiver = entries[far]
    names = _label(joint_names, len(places))
    source = "itself" if sender == receiver else f"the {names[sender]}"
    return Drawing(
        "edge-importance",
        "Factors on the edges of the graph, as each unit learned them. A dot is what a joint "
        "takes from itself; the half of a bone at a joint is what that joint takes from the other "
        "end. All factors start at 1; the farther from it, the larger the dot and the wider the "
        f"half of the bone. {drawn}",
        f"{len(factors)} skeletons, one for each unit, with coloured halves of bones. Factors lie "
        f"between {factors.min():.2f} and {factors.max():.2f}; the farthest from 1 is in unit "
        f"{unit + 1}, on what the {names[receiver]} takes from {source}.",
        figure,
    )


def _draw_graph(
    axis: Axes, places: Array, entries: NDArray[np.int_], factors: Array, norm: Normalize
) -> None:
    """Draw the factors of one unit on the skeleton.

    Args:
        axis: Where.
        places: Of the joints, ``(V, 2)``.
        entries: Subset, sending and receiving joint of each factor, ``(E, 3)``.
        factors: ``(E,)``.
        norm: Range of the colours, about 1.
    """
    _, senders, receivers = entries.T
    strength = np.abs(factors - 1) / ((norm.vmax or 2) - 1)
    colours = _FACTORS(norm(factors))
    itself = senders == receivers
    ends = places[receivers[~itself]]
    middles = (places[senders[~itself]] + ends) / 2
    axis.add_collection(
        LineCollection(
            list(np.stack([ends, middles], axis=1)),
            colors=colours[~itself],
            linewidths=1.2 + 3 * strength[~itself],
            capstyle="butt",
            clip_on=False,
        )
    )
    _draw_dots(axis, places[receivers[itself]], 2.5 + 5 * strength[itself], colours[itself])
    _frame(axis, places)


def _draw_activation(seen: Sequence[Seen], joint_names: Sequence[str]) -> Drawing:
    persons = max(len(sequence.persons) for sequence in seen)
    joints = seen[0].activation.shape[-1]
    norm = _strength(seen)
    columns = min(3, len(seen))
    rows = -(-len(seen) // columns)
    size = (2.3 * columns + 1.5, rows * (persons * (0.105 * joints + 0.15) + 0.45) + 0.7)
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(rows * persons, columns, squeeze=False, sharey=True)
    for place in range(rows * columns):
        row, column = divmod(place, columns)
        axes = grid[row * persons : (row + 1) * persons, column]
        for axis in axes:
            axis.set_visible(False)
        if place < len(seen):
            _draw_maps(list(axes), seen[place], norm)
    for row, axis in enumerate(grid[:, 0]):
        axis.set_yticks(range(joints), _label(joint_names, joints), fontsize=_TINY)
        if persons > 1:
            axis.set_ylabel(f"person {row % persons + 1}", fontsize=_SMALL)
    figure.supxlabel("frame", fontsize=_SMALL)
    _add_bar(figure, grid, ScalarMappable(norm, _STRENGTHS), _STRENGTH, "vertical")
    people = "" if persons == 1 else " The persons are one above the other."
    return Drawing(
        "activation",
        "Activation of the last unit at each joint (rows) and frame (columns) of test sequences, "
        "the first of their class each: the norm over channels, relative to the mean of the "
        f"sequence. Blank where nobody is.{people}",
        f"{_count(seen)} Joints are rows, frames columns. {_say_strongest(seen, joint_names)}",
        figure,
    )


def _draw_maps(axes: Sequence[Axes], sequence: Seen, norm: Normalize) -> None:
    """Draw the activation of each person over joints and frames."""
    _, steps, joints = sequence.activation.shape
    step = float(sequence.frames[1] - sequence.frames[0]) if steps > 1 else 1.0
    for axis, person in zip(axes, sequence.persons, strict=False):
        axis.set_visible(True)
        axis.imshow(
            sequence.activation[person].T,
            cmap=_STRENGTHS,
            norm=norm,
            aspect="auto",
            interpolation="none",
            extent=(0.5, steps * step + 0.5, joints - 0.5, -0.5),
        )
        axis.tick_params(labelsize=_TINY, length=2)
        axis.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        if axis is not axes[len(sequence.persons) - 1]:
            axis.set_xticklabels([])
    axes[0].set_title(sequence.title, fontsize=_SMALL)


def _draw_frames(seen: Sequence[Seen], edges: Edges) -> Drawing:
    norm = _strength(seen)
    columns = min(_FRAMES, max(len(sequence.frames) for sequence in seen))
    figure = Figure(figsize=(8.4, 1.5 * len(seen) + 0.6), layout="constrained")
    grid = figure.subplots(len(seen), columns, squeeze=False)
    for row, sequence in zip(grid, seen, strict=True):
        _draw_bodies(list(row), sequence, edges, norm)
    _add_bar(figure, grid, ScalarMappable(norm, _STRENGTHS), _STRENGTH, "horizontal")
    return Drawing(
        "activation-on-skeleton",
        "The same activation on the skeleton: the larger and lighter a joint, the stronger. "
        "Frames from left to right, with their numbers below.",
        f"{_count(seen)} Each is a row of stick figures with marked joints.",
        figure,
    )


def _draw_bodies(axes: Sequence[Axes], sequence: Seen, edges: Edges, norm: Normalize) -> None:
    """Draw one sequence, seen from the front: the first two coordinates."""
    there = np.flatnonzero(sequence.keypoints.any((0, 2, 3)))
    steps = there[np.linspace(0, len(there) - 1, len(axes)).round().astype(int)]
    places = sequence.keypoints[sequence.keypoints.any(-1)][:, :2]
    for axis, step in zip(axes, steps, strict=True):
        _frame(axis, places)
        axis.text(
            *(0.5, 0.0, f"{sequence.frames[step] + 1:.0f}"),
            transform=axis.transAxes,
            ha="center",
            va="top",
            fontsize=_TINY,
        )
        for person in sequence.persons:
            body = sequence.keypoints[person, step]
            if not body.any():
                continue
            bones = [place for a, b in edges for place in (body[a, :2], body[b, :2], _GAP)]
            axis.plot(*np.transpose(bones), color=_BONE, linewidth=0.8, clip_on=False)
            strength = norm(sequence.activation[person, step])
            _draw_dots(axis, body[:, :2], 1.5 + 5 * strength, _STRENGTHS(strength))
    axes[0].set_title(sequence.title.replace("\n", " "), fontsize=_SMALL, loc="left")


def _draw_dots(axis: Axes, places: Array, diameters_pt: Array, colours: Array) -> None:
    """Draw dots as lines without length and with round ends: a third of a marker's SVG."""
    axis.add_collection(
        LineCollection(
            list(np.stack([places, places], axis=1)),
            colors=colours,
            linewidths=diameters_pt,
            capstyle="round",
            clip_on=False,
            zorder=3,
        )
    )


def _frame(axis: Axes, places: Array) -> None:
    """Show all places, as far apart in both directions, and no axes."""
    low, high = places.min(0), places.max(0)
    margin = 0.08 * max(float((high - low).max()), 1e-6)
    axis.set_xlim(low[0] - margin, high[0] + margin)
    axis.set_ylim(low[1] - margin, high[1] + margin)
    axis.set_aspect("equal")
    axis.set_axis_off()


def _add_bar(
    figure: Figure,
    grid: NDArray[np.object_],
    colours: ScalarMappable,
    label: str,
    orientation: Literal["horizontal", "vertical"],
) -> None:
    """Put a colour bar below or beside all panels."""
    bar = figure.colorbar(
        colours, ax=grid.ravel().tolist(), orientation=orientation, shrink=0.5, aspect=30, pad=0.02
    )
    bar.set_label(label, fontsize=_SMALL)
    bar.ax.tick_params(labelsize=_TINY)


def _strength(seen: Sequence[Seen]) -> Normalize:
    return Normalize(0, max(float(np.nanmax(sequence.activation)) for sequence in seen))


def _label(joint_names: Sequence[str], joints: int) -> list[str]:
    """Names of the joints, or their numbers where there are no names."""
    if len(joint_names) == joints:
        return list(joint_names)
    return [f"joint {joint}" for joint in range(joints)]


def _count(seen: Sequence[Seen]) -> str:
    titles = "; ".join(sequence.title.replace("\n", " ") for sequence in seen)
    return f"{len(seen)} test sequence{'s' if len(seen) > 1 else ''}: {titles}."


def _say_strongest(seen: Sequence[Seen], joint_names: Sequence[str]) -> str:
    """The joint of the strongest activation in each sequence, averaged over its frames."""
    found = []
    for sequence in seen:
        mean = np.nanmean(sequence.activation[sequence.persons], axis=(0, 1))  # V
        found.append(_label(joint_names, len(mean))[int(mean.argmax())])
    return f"The strongest joints on average are, in this order: {', '.join(found)}."
