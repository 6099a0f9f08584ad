"""Skeletons and their adjacency against the authors' lists, MMAction2 and the printed formulas."""

from itertools import pairwise, product

import numpy as np
import pytest

from harness.errors import PlanError
from harness.openmm import repair

repair()

from mmaction.models.utils import Graph  # noqa: E402

from recipes.stgcn.graph import (  # noqa: E402
    LAYOUTS,
    NORMALISATIONS,
    PARTITIONS,
    Skeleton,
    make_adjacency,
    make_skeleton,
    read_adjacency,
)

# As the authors' code writes them: child and parent, numbered from 1.
NTU = (
    "1-2 2-21 3-21 4-3 5-21 6-5 7-6 8-7 9-21 10-9 11-10 12-11 13-1 14-13 15-14 16-15 17-1 18-17 "
    "19-18 20-19 22-23 23-8 24-25 25-12"
)
KINECT = (
    "head - neck - spine - hips; neck - left shoulder - left elbow - left wrist - left hand; "
    "neck - right shoulder - right elbow - right wrist - right hand; "
    "hips - left hip - left knee - left ankle - left foot; "
    "hips - right hip - right knee - right ankle - right foot"
)
KINECT_JOINTS = (
    *("head", "neck", "spine", "hips"),
    *("left shoulder", "left elbow", "left wrist", "left hand"),
    *("right shoulder", "right elbow", "right wrist", "right hand"),
    *("left hip", "left knee", "left ankle", "left foot"),
    *("right hip", "right knee", "right ankle", "right foot"),
)
SBU = (
    "head - neck - torso; neck - left shoulder - left elbow - left hand; "
    "neck - right shoulder - right elbow - right hand; "
    "torso - left hip - left knee - left foot; torso - right hip - right knee - right foot"
)
SBU_JOINTS = (
    *("head", "neck", "torso"),
    *("left shoulder", "left elbow", "left hand", "right shoulder", "right elbow", "right hand"),
    *("left hip", "left knee", "left foot", "right hip", "right knee", "right foot"),
)
#: Ours → MMAction2's.
ZOO = {"openpose-18": "openpose", "coco-17": "coco", "ntu-25": "nturgb+d"}

each_layout = pytest.mark.parametrize("layout", LAYOUTS)


def undirected(bones) -> set[frozenset[int]]:
    return {frozenset(bone) for bone in bones}


def read_chains(text: str, names: tuple[str, ...]) -> set[frozenset[int]]:
    """Bones of a drawing in words: chains of joints."""
    chains = [chain.strip().split(" - ") for chain in text.split(";")]
    return {
        frozenset((names.index(one), names.index(other)))
        for chain in chains
        for one, other in pairwise(chain)
    }


def count_nonzero(layout: str, partition: str) -> list[int]:
    matrices = make_adjacency(LAYOUTS[layout], partition, "subset")
    return [int(np.count_nonzero(matrix)) for matrix in matrices]


def evaluate_symmetric(subset: np.ndarray, alpha: float) -> np.ndarray:
    """Λ^-½ A Λ^-½ entry by entry, where row i receives: Λ_ii = Σ_k A_ik + α."""
    joints = len(subset)
    found = np.zeros((joints, joints))
    for i, j in product(range(joints), range(joints)):
        if subset[i, j]:
            of_i = sum(subset[i, k] for k in range(joints)) + alpha
            of_j = sum(subset[j, k] for k in range(joints)) + alpha
            found[i, j] = of_i**-0.5 * subset[i, j] * of_j**-0.5
    return found


def test_bones_of_ntu_are_the_authors():
    """24 pairs of child and parent, one after the other, around joint 21."""
    pairs = [tuple(int(joint) - 1 for joint in pair.split("-")) for pair in NTU.split()]

    assert list(LAYOUTS["ntu-25"].bones) == pairs
    assert LAYOUTS["ntu-25"].centre == 21 - 1


@pytest.mark.parametrize("layout", ["openpose-18", "coco-17"])
def test_bones_and_centre_are_mmaction2s(layout):
    """OpenPose and COCO have the same bones, in the same direction, as MMAction2's."""
    theirs = Graph(layout=ZOO[layout], mode="spatial")

    assert set(LAYOUTS[layout].bones) == set(theirs.inward)
    assert (LAYOUTS[layout].joints, LAYOUTS[layout].centre) == (theirs.num_node, theirs.center)


def test_ntu_differs_from_mmaction2_at_the_hands_alone():
    """The authors hang the tip from the thumb, MMAction2 hangs both from the hand."""
    theirs = Graph(layout="nturgb+d", mode="spatial")
    ours = LAYOUTS["ntu-25"]

    assert set(ours.bones) - set(theirs.inward) == {(21, 22), (23, 24)}
    assert set(theirs.inward) - set(ours.bones) == {(21, 7), (23, 11)}
    assert (ours.joints, ours.centre) == (theirs.num_node, theirs.center)


@pytest.mark.parametrize(
    ("layout", "text", "names", "centre"),
    [("kinect-20", KINECT, KINECT_JOINTS, "neck"), ("sbu-15", SBU, SBU_JOINTS, "neck")],
)
def test_bones_of_our_data_join_neighbours_of_the_body(layout, text, names, centre):
    """The trees of UTD-MHAD and SBU are the body's, in the joint order of their files."""
    skeleton = LAYOUTS[layout]

    assert undirected(skeleton.bones) == read_chains(text, names)
    assert skeleton.joints == len(names)
    assert names[skeleton.centre] == centre


@each_layout
def test_each_named_graph_is_a_tree_that_points_to_its_centre(layout):
    """All joints but the centre are the child of one bone, whose parent is nearer to it."""
    skeleton = LAYOUTS[layout]
    hops = skeleton.hops_to_centre
    children = [child for child, _ in skeleton.bones]

    assert sorted([*children, skeleton.centre]) == list(range(skeleton.joints))
    assert all(hops[child] == hops[parent] + 1 for child, parent in skeleton.bones)


@pytest.mark.parametrize(
    ("layout", "partition", "counts"),
    [
        ("ntu-25", "spatial_hops", [25, 40, 8]),
        ("openpose-18", "spatial_hops", [18, 25, 9]),
        ("ntu-25", "spatial", [25, 24, 24]),
        ("openpose-18", "spatial", [18, 17, 17]),
        ("ntu-25", "distance", [25, 48]),
        ("openpose-18", "distance", [18, 34]),
        ("ntu-25", "uniform", [73]),
        ("openpose-18", "uniform", [52]),
        ("ntu-25", "distance_tied", [73]),
    ],
)
def test_subsets_have_as_many_entries_as_the_authors(layout, partition, counts):
    """The rewritten code leaves 8 and 9 entries in the third subset, the tree 24 and 17."""
    assert count_nonzero(layout, partition) == counts


@pytest.mark.parametrize("layout", ["openpose-18", "coco-17"])
@pytest.mark.parametrize(
    ("partition", "normalisation", "mode"),
    [("spatial_hops", "whole", "stgcn_spatial"), ("spatial", "subset", "spatial")],
)
def test_adjacency_equals_mmaction2s(layout, partition, normalisation, mode):
    """Both of its modes are a partition of ours under one of our normalisations."""
    theirs = Graph(layout=ZOO[layout], mode=mode).A

    ours = make_adjacency(LAYOUTS[layout], partition, normalisation)

    np.testing.assert_allclose(ours, theirs, atol=1e-7)


@each_layout
def test_subsets_split_the_neighbourhood(layout):
    """Each joint and each of its neighbours is in one subset, of any partition."""
    skeleton = LAYOUTS[layout]
    neighbourhood = np.eye(skeleton.joints) + skeleton.neighbours
    radii = np.linspace(0, 1, skeleton.joints).round(1)  # with ties

    for partition in set(PARTITIONS) - {"distance_tied"}:
        subsets = make_adjacency(skeleton, partition, "subset")
        np.testing.assert_array_equal((subsets != 0).sum(0), neighbourhood)
    by_radii = make_adjacency(skeleton, "spatial", "subset", radii=list(radii))
    np.testing.assert_array_equal((by_radii != 0).sum(0), neighbourhood)


@each_layout
def test_the_tree_split_says_who_gives_to_whom(layout):
    """The second subset holds what children receive from parents, the third the reverse."""
    skeleton = LAYOUTS[layout]

    itself, from_parents, from_children = make_adjacency(skeleton, "spatial", "subset")

    np.testing.assert_array_equal(itself, np.eye(skeleton.joints))
    assert {(int(w), int(v)) for v, w in np.argwhere(from_parents)} == set(skeleton.bones)
    assert {(int(v), int(w)) for v, w in np.argwhere(from_children)} == set(skeleton.bones)


@each_layout
def test_hops_counted_to_one_tie_beyond_the_centres_ring(layout):
    """The third subset holds what the centre gives, and its neighbours to those beyond them."""
    skeleton = LAYOUTS[layout]
    hops = skeleton.hops_to_centre

    third = make_adjacency(skeleton, "spatial_hops", "whole")[2]

    expected = {
        (v, w)
        for v, w in np.argwhere(skeleton.neighbours).tolist()
        if hops[v] < hops[w] and hops[v] <= 1
    }
    assert {(v, w) for v, w in np.argwhere(third).tolist()} == expected


@each_layout
@pytest.mark.parametrize("partition", sorted(set(PARTITIONS) - {"distance_tied"}))
def test_whole_normalisation_makes_all_subsets_one_mean(layout, partition):
    """What a joint receives over all subsets sums to one, in equal shares."""
    matrices = make_adjacency(LAYOUTS[layout], partition, "whole")
    degrees = 1 + LAYOUTS[layout].neighbours.sum(0)

    np.testing.assert_allclose(matrices.sum((0, 1)), 1, rtol=1e-6)
    shares = np.broadcast_to(1 / degrees, matrices.shape)
    np.testing.assert_allclose(matrices[matrices != 0], shares[matrices != 0], rtol=1e-6)


@each_layout
@pytest.mark.parametrize("partition", sorted(set(PARTITIONS) - {"distance_tied"}))
def test_subset_normalisation_makes_each_subset_a_mean(layout, partition):
    """What a joint receives in one subset sums to one, or to nothing where it is empty."""
    matrices = make_adjacency(LAYOUTS[layout], partition, "subset")
    sums = matrices.sum(1)

    np.testing.assert_allclose(sums, (matrices != 0).any(1), rtol=1e-6)


@pytest.mark.parametrize("layout", ["ntu-25", "coco-17"])
@pytest.mark.parametrize("partition", ["distance", "spatial"])
@pytest.mark.parametrize("alpha", [0.001, 0.01])
def test_symmetric_normalisation_is_the_printed_formula(layout, partition, alpha):
    """Each Λ_k^-½ A_k Λ_k^-½, evaluated entry by entry where receivers are rows."""
    skeleton = LAYOUTS[layout]
    subsets = make_adjacency(skeleton, partition, "subset") != 0

    found = make_adjacency(skeleton, partition, "symmetric", alpha=alpha)

    for matrix, subset in zip(found, subsets, strict=True):
        expected = evaluate_symmetric(subset.T.astype(float), alpha).T
        np.testing.assert_allclose(matrix, expected, rtol=1e-6)


@each_layout
def test_one_subset_needs_no_alpha(layout):
    """The printed form of uni-labeling is Λ^-½ (A + I) Λ^-½: symmetric, whatever α is."""
    skeleton = LAYOUTS[layout]
    whole = np.eye(skeleton.joints) + skeleton.neighbours

    (found,) = make_adjacency(skeleton, "uniform", "symmetric", alpha=0.5)

    np.testing.assert_allclose(found, evaluate_symmetric(whole, 0.0), rtol=1e-6)
    np.testing.assert_array_equal(found, found.T)


def test_alpha_weighs_a_joint_whose_own_subset_is_empty():
    """The centre has no parent: its child receives 1 / sqrt(α (1 + α)) of it, by default 31.6."""
    skeleton = Skeleton(joints=3, bones=((1, 0), (2, 1)), centre=0)

    default = make_adjacency(skeleton, "spatial", "symmetric")
    larger = make_adjacency(skeleton, "spatial", "symmetric", alpha=0.01)

    assert default[1, 0, 1] == pytest.approx(1 / np.sqrt(0.001 * 1.001), rel=1e-6)
    assert larger[1, 0, 1] == pytest.approx(1 / np.sqrt(0.01 * 1.01), rel=1e-6)
    assert default[1, 1, 2] == pytest.approx(1 / 1.001, rel=1e-6)
    assert np.isfinite(default).all()


@each_layout
def test_tied_distance_is_identity_minus_the_mean_of_neighbours(layout):
    """I - N, with N's columns summing to one; every column of the matrix sums to zero."""
    skeleton = LAYOUTS[layout]
    near = skeleton.neighbours / skeleton.neighbours.sum(0)

    (found,) = make_adjacency(skeleton, "distance_tied", "subset")

    np.testing.assert_allclose(found, np.eye(skeleton.joints) - near, rtol=1e-6)
    np.testing.assert_allclose(found.sum(0), 0, atol=1e-6)


@each_layout
def test_radii_that_grow_along_the_tree_split_as_the_tree(layout):
    """The printed rule compares distances; where they grow with the bones it is the tree split."""
    skeleton = LAYOUTS[layout]
    radii = list(np.sqrt(skeleton.hops_to_centre))

    for normalisation in NORMALISATIONS:
        np.testing.assert_array_equal(
            make_adjacency(skeleton, "spatial", normalisation, radii=radii),
            make_adjacency(skeleton, "spatial", normalisation),
        )


def test_radii_decide_pair_by_pair():
    """A neighbour nearer to the centre of gravity is centripetal, a farther one centrifugal."""
    skeleton = Skeleton(joints=4, bones=((1, 0), (2, 1), (3, 2)), centre=0)

    root, nearer, farther = make_adjacency(
        skeleton, "spatial", "subset", radii=[0.3, 0.1, 0.1, 0.2]
    )

    assert np.argwhere(nearer).tolist() == [[1, 0], [2, 3]]
    assert np.argwhere(farther).tolist() == [[0, 1], [3, 2]]
    assert np.argwhere(root - np.diag(root.diagonal())).tolist() == [[1, 2], [2, 1]]  # a tie
    np.testing.assert_allclose(root[:, 1], [0, 0.5, 0.5, 0])


def test_matrices_are_float32_and_subset_first():
    """(K, V, V), in the precision of the network."""
    found = make_adjacency(LAYOUTS["ntu-25"], "spatial_hops", "whole")

    assert (found.shape, found.dtype) == ((3, 25, 25), np.float32)


@each_layout
def test_a_declared_graph_equals_the_named_one(layout):
    """Numbers and pairs as a configuration's JSON has them make the same skeleton."""
    named = LAYOUTS[layout]
    declared = dict(
        joints=named.joints, bones=[list(bone) for bone in named.bones], centre=named.centre
    )

    assert make_skeleton(declared) == make_skeleton(layout) == named


@pytest.mark.parametrize(
    ("layout", "problem", "fix"),
    [
        ("ntu", "there is no graph 'ntu'", "did you mean 'ntu-25'?"),
        ("openpose", "there is no graph 'openpose'", "did you mean 'openpose-18'?"),
        ("xyz", "there is no graph 'xyz'", "choose one of: coco-17, kinect-20"),
        (dict(bones=[], centre=0), "lacks 'joints'", "give joints=V"),
        (dict(joints=2, centre=0), "lacks 'bones'", "give joints=V"),
        (dict(joints=2, bones=[(1, 0)]), "lacks 'centre'", "give joints=V"),
        (dict(joints=0, bones=[], centre=0), "1 to 1024 joints, not 0", "counted from 0"),
        (dict(joints=2000, bones=[], centre=0), "1 to 1024 joints, not 2000", "counted from 0"),
        (dict(joints=2, bones=[(2, 1)], centre=1), "outside of 0 to 1", "counted from 0"),
        (dict(joints=2, bones=[(-1, 1)], centre=1), "outside of 0 to 1", "counted from 0"),
        (dict(joints=2, bones=[(1, 0)], centre=2), "centre 2 is not among 0 to 1", "from 0"),
        (dict(joints=3, bones=[(1, 0)], centre=0), "1 bones do not join 3 joints", "bones="),
        (dict(joints=2, bones=[(1, 0), (0, 1)], centre=0), "2 bones do not join 2", "bones="),
        (dict(joints=3, bones=[(1, 0), (1, 0)], centre=0), "2 bones do not join 3", "bones="),
        (dict(joints=2, bones=[(0, 0)], centre=0), "1 bones do not join 2", "bones="),
        (dict(joints=2, bones=[(1, 0, 1)], centre=0), "too many values", "(child, parent)"),
        (dict(joints=2, bones=[1], centre=0), "int", "(child, parent)"),
        (dict(joints="many", bones=[], centre=0), "many", "joints=V"),
        (dict(joints=2, bones=None, centre=0), "NoneType", "(child, parent)"),
        (["ntu-25"], "the declared graph is none", "give joints=V"),
        (None, "the declared graph is none", "give joints=V"),
    ],
)
def test_a_wrong_graph_is_refused_with_what_to_write(layout, problem, fix):
    """A name that is none, and each way in which a declaration is no tree."""
    with pytest.raises(PlanError) as caught:
        make_skeleton(layout)

    assert problem in caught.value.problem
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("settings", "problem", "fix"),
    [
        (dict(partition="spacial"), "no partition 'spacial'", "did you mean 'spatial'?"),
        (dict(partition="?"), "no partition '?'", "choose one of: distance, "),
        (dict(normalisation="symetric"), "no normalisation 'symetric'", "'symmetric'?"),
        (dict(radii=[0.1, 0.2]), "2 radii for the partition 'spatial' of 25", "one radius a joint"),
        (dict(partition="distance", radii=[0.1] * 25), "partition 'distance'", "only to"),
        (dict(normalisation="symmetric", alpha=0.0), "leaves empty rows", "alpha above 0"),
        (
            dict(partition="distance_tied", normalisation="symmetric"),
            "column sums only",
            "use normalisation 'subset' or 'whole'",
        ),
    ],
)
def test_a_wrong_setting_is_refused_with_what_to_write(settings, problem, fix):
    """Partitions and normalisations by name, radii by number, and what does not go together."""
    with pytest.raises(PlanError) as caught:
        make_adjacency(LAYOUTS["ntu-25"], **settings)

    assert problem in caught.value.problem
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("graph", "problem", "fix"),
    [
        (dict(partition="spatial"), "no layout", "name one: ntu-25, "),
        (dict(layout="ntu-25", normalization="whole"), "no 'normalization'", "'normalisation'?"),
        (dict(layout="ntu25"), "no graph 'ntu25'", "'ntu-25'?"),
    ],
)
def test_a_wrong_key_of_a_graph_is_refused(graph, problem, fix):
    """A misspelt key is an error, not a default."""
    with pytest.raises(PlanError) as caught:
        read_adjacency(graph)

    assert problem in caught.value.problem
    assert fix in caught.value.fix
