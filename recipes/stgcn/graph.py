"""Skeletons as graphs, and their adjacency split into the subsets that share weights.

A matrix is read by columns: entry ``[v, w]`` is what joint ``w`` receives from
joint ``v``, as in the authors' code. NumPy only.

Source: Yan et al., 2018, sections on partition strategies and on the
implementation; both public states of the authors' code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from harness.errors import PlanError, suggest

Array = NDArray[np.float64]
Partition = Literal["uniform", "distance", "distance_tied", "spatial", "spatial_hops"]
Normalisation = Literal["subset", "whole", "symmetric"]

PARTITIONS: tuple[str, ...] = ("uniform", "distance", "distance_tied", "spatial", "spatial_hops")
NORMALISATIONS: tuple[str, ...] = ("subset", "whole", "symmetric")


@dataclass(frozen=True, kw_only=True, slots=True)
class Skeleton:
    """The joints of one person and the bones between them.

    Args:
        joints: Number of joints V.
        bones: Pairs (child, parent), the tree that hangs from the centre.
        centre: The joint at the root of the tree.
    """

    joints: int
    bones: tuple[tuple[int, int], ...]
    centre: int

    def __post_init__(self) -> None:
        """Refuse what is no tree over all joints."""
        if not 1 <= self.joints <= 1024:
            raise ValueError(f"a skeleton has 1 to 1024 joints, not {self.joints}")
        if any(not 0 <= joint < self.joints for bone in self.bones for joint in bone):
            raise ValueError(f"a bone names a joint outside of 0 to {self.joints - 1}")
        if not 0 <= self.centre < self.joints:
            raise ValueError(f"the centre {self.centre} is not among 0 to {self.joints - 1}")
        if not np.isfinite(self.hops_to_centre).all() or len(self.bones) != self.joints - 1:
            raise ValueError(
                f"{len(self.bones)} bones do not join {self.joints} joints to one tree"
            )

    @property
    def neighbours(self) -> Array:
        """1 where two joints share a bone, ``(V, V)``, without the diagonal."""
        matrix = np.zeros((self.joints, self.joints))
        for child, parent in self.bones:
            matrix[child, parent] = matrix[parent, child] = 1
        return matrix

    @property
    def hops_to_centre(self) -> Array:
        """Bones from each joint to the centre, ``(V,)``."""
        hops = np.full(self.joints, np.inf)
        reached = np.zeros(self.joints)
        reached[self.centre] = 1
        step = np.eye(self.joints) + self.neighbours
        for distance in range(self.joints):
            hops[(reached > 0) & np.isinf(hops)] = distance
            reached = reached @ step > 0
        return hops


def _make_ntu() -> Skeleton:
    pairs = (  # numbered from 1, as the data set's authors do
        *((1, 2), (2, 21), (3, 21), (4, 3), (5, 21), (6, 5), (7, 6), (8, 7)),
        *((9, 21), (10, 9), (11, 10), (12, 11), (13, 1), (14, 13), (15, 14), (16, 15)),
        *((17, 1), (18, 17), (19, 18), (20, 19), (22, 23), (23, 8), (24, 25), (25, 12)),
    )
    return Skeleton(joints=25, bones=tuple((a - 1, b - 1) for a, b in pairs), centre=20)


LAYOUTS: Mapping[str, Skeleton] = {
    "ntu-25": _make_ntu(),
    # The hips hang from the shoulders; the centre is the neck.
    "openpose-18": Skeleton(
        joints=18,
        bones=(
            *((4, 3), (3, 2), (7, 6), (6, 5), (13, 12), (12, 11), (10, 9), (9, 8), (11, 5)),
            *((8, 2), (5, 1), (2, 1), (0, 1), (15, 0), (14, 0), (17, 15), (16, 14)),
        ),
        centre=1,
    ),
    "coco-17": Skeleton(
        joints=17,
        bones=(
            *((15, 13), (13, 11), (16, 14), (14, 12), (11, 5), (12, 6), (9, 7), (7, 5)),
            *((10, 8), (8, 6), (5, 0), (6, 0), (1, 0), (3, 1), (2, 0), (4, 2)),
        ),
        centre=0,
    ),
    # Kinect v1, in the order of UTD-MHAD; the centre is between the shoulders.
    "kinect-20": Skeleton(
        joints=20,
        bones=(
            *((0, 1), (2, 1), (3, 2), (4, 1), (5, 4), (6, 5), (7, 6), (8, 1), (9, 8), (10, 9)),
            *((11, 10), (12, 3), (13, 12), (14, 13), (15, 14), (16, 3), (17, 16), (18, 17)),
            (19, 18),
        ),
        centre=1,
    ),
    # One of the two persons of SBU; the centre is the neck.
    "sbu-15": Skeleton(
        joints=15,
        bones=(
            *((0, 1), (2, 1), (3, 1), (4, 3), (5, 4), (6, 1), (7, 6), (8, 7)),
            *((9, 2), (10, 9), (11, 10), (12, 2), (13, 12), (14, 13)),
        ),
        centre=1,
    ),
}


def make_skeleton(layout: str | Mapping[str, Any]) -> Skeleton:
    """A skeleton by name, or from what a configuration declares.

    Args:
        layout: A key of :data:`LAYOUTS`, or a mapping of ``joints`` (a number),
            ``bones`` (pairs of child and parent, from 0) and ``centre``.

    Raises:
        PlanError: There is no such layout, or it is no tree.
    """
    if isinstance(layout, str):
        if layout not in LAYOUTS:
            raise PlanError(f"there is no graph '{layout}'", fix=suggest(layout, LAYOUTS))
        return LAYOUTS[layout]
    try:
        bones = tuple((int(child), int(parent)) for child, parent in layout["bones"])
        return Skeleton(joints=int(layout["joints"]), bones=bones, centre=int(layout["centre"]))
    except (KeyError, TypeError, ValueError) as error:
        problem = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise PlanError(
            f"the declared graph is none: {problem}",
            fix="give joints=V, bones=[(child, parent), …] and centre=joint, counted from 0",
        ) from error


def read_adjacency(graph: Mapping[str, Any]) -> NDArray[np.float32]:
    """The matrices of a graph as a configuration writes it down.

    Args:
        graph: ``layout``, as :func:`make_skeleton` takes it, and any of the
            arguments of :func:`make_adjacency`.

    Returns:
        ``(K, V, V)``.

    Raises:
        PlanError: A key is missing or unknown, or a value is none of its kind.
    """
    known = ("layout", "partition", "normalisation", "alpha", "radii")
    for key in graph:
        if key not in known:
            raise PlanError(f"a graph has no '{key}'", fix=suggest(key, known))
    if "layout" not in graph:
        raise PlanError("the graph has no layout", fix=f"name one: {', '.join(LAYOUTS)}")
    settings = {key: value for key, value in graph.items() if key != "layout"}
    return make_adjacency(make_skeleton(graph["layout"]), **settings)


def make_adjacency(
    skeleton: Skeleton,
    partition: str = "spatial",
    normalisation: str = "subset",
    *,
    alpha: float = 0.001,
    radii: Sequence[float] | None = None,
) -> NDArray[np.float32]:
    """The matrices A_k of all subsets.

    Partitions of a joint's neighbourhood (itself and the joints one bone away):

    - ``uniform``: one subset (uni-labeling).
    - ``distance``: the joint itself, its neighbours.
    - ``distance_tied``: the neighbours' weight is the negative of the joint's own
      (distance*), hence one matrix, identity minus neighbours.
    - ``spatial``: the joint itself, the neighbours nearer to the centre, those
      farther away. By the tree, as in the early public code; by ``radii`` as the
      paper prints it.
    - ``spatial_hops``: the same as rewritten in June 2018. There hops are counted
      to 1 only, so all joints that are farther than one bone from the centre tie;
      ties go to the farther ones, and the third subset is left with the few bones
      around the centre (8 of 24 for NTU). Kept because released weights need it.

    Normalisations:

    - ``subset``: each matrix divided by its column sums (early code).
    - ``whole``: A + I divided by its column sums, then split (code since June 2018).
    - ``symmetric``: Λ_k^-½ A_k Λ_k^-½ with row sums of A_k plus ``alpha`` in Λ_k (as
      printed; receivers are the rows there).

    Args:
        skeleton: The graph.
        partition: One of :data:`PARTITIONS`.
        normalisation: One of :data:`NORMALISATIONS`.
        alpha: Keeps empty rows finite where a matrix is a part of the whole.
        radii: Mean distance of each joint to the centre of gravity over the
            training frames, ``(V,)``; ``None`` for bones to the centre joint.

    Returns:
        ``(K, V, V)``.

    Raises:
        PlanError: There is no such partition or normalisation, or they do not go
            together.
    """
    if partition not in PARTITIONS:
        raise PlanError(f"there is no partition '{partition}'", fix=suggest(partition, PARTITIONS))
    if normalisation not in NORMALISATIONS:
        raise PlanError(
            f"there is no normalisation '{normalisation}'",
            fix=suggest(normalisation, NORMALISATIONS),
        )
    if radii is not None and (partition != "spatial" or len(radii) != skeleton.joints):
        raise PlanError(
            f"{len(radii)} radii for the partition '{partition}' of {skeleton.joints} joints",
            fix="give one radius a joint, and only to the partition 'spatial'",
        )
    if normalisation == "symmetric" and alpha <= 0 and partition != "uniform":
        raise PlanError(f"alpha={alpha} leaves empty rows infinite", fix="give alpha above 0")
    if partition == "distance_tied":
        if normalisation == "symmetric":
            raise PlanError(
                "the partition 'distance_tied' is known from code with column sums only",
                fix="use normalisation 'subset' or 'whole'",
            )
        own, near = _normalise(_split(skeleton, "distance", None), normalisation, alpha)
        matrices = [own - near]
    else:
        distances = np.asarray(radii, dtype=float) if radii is not None else None
        matrices = _normalise(_split(skeleton, partition, distances), normalisation, alpha)
    return np.stack(matrices).astype(np.float32)


def _split(skeleton: Skeleton, partition: str, radii: Array | None) -> list[Array]:
    """0/1 matrices of the subsets; receivers are the columns."""
    itself, near = np.eye(skeleton.joints), skeleton.neighbours
    if partition == "uniform":
        return [itself + near]
    if partition == "distance":
        return [itself, near]
    far = skeleton.hops_to_centre if radii is None else radii
    if partition == "spatial_hops":
        far = np.where(far > 1, np.inf, far)
        nearer = far[:, None] < far[None, :]
        return [itself, near * ~nearer, near * nearer]
    itself = itself + near * (far[:, None] == far[None, :])  # only radii can tie
    return [itself, near * (far[:, None] < far[None, :]), near * (far[:, None] > far[None, :])]


def _normalise(subsets: list[Array], normalisation: str, alpha: float) -> list[Array]:
    if normalisation == "whole":
        total = np.sum(subsets, axis=0).sum(axis=0)
        return [subset / total for subset in subsets]
    if normalisation == "subset":
        return [subset / np.maximum(subset.sum(axis=0), 1) for subset in subsets]
    alpha = alpha if len(subsets) > 1 else 0.0
    degrees = [subset.sum(axis=0) + alpha for subset in subsets]
    return [
        subset / np.sqrt(degree[:, None] * degree[None, :])
        for subset, degree in zip(subsets, degrees, strict=True)
    ]
