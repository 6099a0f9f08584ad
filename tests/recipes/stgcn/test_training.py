"""The paper's augmentation and the four streams against plain loops."""

import random

import numpy as np
import pytest

from harness.errors import PlanError
from harness.openmm import repair

repair()

import mmaction.models  # noqa: E402, F401  isort: skip  (fills the registries)

from mmaction.datasets.transforms import JointToBone, ToMotion  # noqa: E402
from mmaction.registry import TRANSFORMS  # noqa: E402

from recipes.stgcn.graph import LAYOUTS  # noqa: E402
from recipes.stgcn.training import (  # noqa: E402
    PadFrames,
    RandomMove,
    RandomWindow,
    ToBones,
    ToMotions,
)

ANGLES = {-10, -5, 0, 5, 10}
SCALES = {0.9, 1.0, 1.1}
SHIFTS = {-0.2, -0.1, 0.0, 0.1, 0.2}
DRAWING = [RandomMove(), RandomWindow(4), RandomWindow(12)]


def make_keypoint(persons: int = 2, frames: int = 7, joints: int = 5, coordinates: int = 3):
    """Skeletons (M, T, V, C) in which no two numbers are equal."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(persons, frames, joints, coordinates)).astype(np.float32)


def apply(transform, keypoint: np.ndarray) -> np.ndarray:
    """What a transform makes of a copy."""
    return transform.transform({"keypoint": keypoint.copy()})["keypoint"]


def move_frame_by_frame(keypoint: np.ndarray) -> np.ndarray:
    """The authors' ``random_move`` with one move, for (M, T, V, C), in their order of draws."""
    frames = keypoint.shape[1]
    angle = np.random.choice(sorted(ANGLES), 2) * 1.0
    scale = np.random.choice(sorted(SCALES), 2)
    right = np.random.choice(sorted(SHIFTS), 2)
    up = np.random.choice(sorted(SHIFTS), 2)
    moved = keypoint.astype(float)
    for frame in range(frames):
        late = frame / (frames - 1) if frames > 1 else 0.0
        a, s, dx, dy = (first + (last - first) * late for first, last in (angle, scale, right, up))
        turn = np.array(
            [
                [np.cos(a * np.pi / 180) * s, -np.sin(a * np.pi / 180) * s],
                [np.sin(a * np.pi / 180) * s, np.cos(a * np.pi / 180) * s],
            ]
        )
        for person in range(keypoint.shape[0]):
            for joint in range(keypoint.shape[2]):
                xy = turn @ keypoint[person, frame, joint, :2].astype(float)
                moved[person, frame, joint, :2] = xy + np.array([dx, dy])
    return moved


def recover(seed: int, frames: int) -> np.ndarray:
    """Angle in degrees, scale and both shifts that a seed gives each frame, ``(4, T)``."""
    probe = np.zeros((1, frames, 2, 3), dtype=np.float64)
    probe[0, :, 1, 0] = 1  # the origin, and a point to its right
    np.random.seed(seed)
    origin, right = apply(RandomMove(), probe)[0].transpose(1, 0, 2)[:, :, :2]
    arm = right - origin
    angle = np.rad2deg(np.arctan2(arm[:, 1], arm[:, 0]))
    return np.stack([angle, np.hypot(*arm.T), *origin.T])


@pytest.mark.parametrize("frames", [1, 2, 7])
@pytest.mark.parametrize("seed", range(5))
def test_moves_are_the_authors(frames, seed):
    """Frame by frame and joint by joint, missing joints moved with the rest."""
    keypoint = make_keypoint(frames=frames)
    keypoint[1, :, 2] = 0  # missing
    np.random.seed(seed)
    expected = move_frame_by_frame(keypoint)
    np.random.seed(seed)

    found = apply(RandomMove(), keypoint)

    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_moves_begin_and_end_at_the_printed_values_and_reach_all_of_them():
    """Five angles, three scales and five shifts of each axis, at both ends."""
    moves = np.stack([recover(seed, 3) for seed in range(200)])

    for end in (0, -1):
        angles, scales, *shifts = moves[:, :, end].T.round(6)
        assert set(angles) == ANGLES
        assert set(scales) == SCALES
        assert all(set(shift) == SHIFTS for shift in shifts)
    assert not np.allclose(moves[:, :, 0], moves[:, :, -1])  # ends are drawn apart


def test_moves_are_linear_over_the_clip():
    """Angle, scale and shifts change by equal steps from frame to frame."""
    for seed in range(20):
        steps = np.diff(recover(seed, 9), axis=1)

        np.testing.assert_allclose(steps, np.repeat(steps[:, :1], 8, axis=1), atol=1e-9)


def test_moves_leave_the_third_coordinate_alone():
    """Depth, or the confidence of a joint."""
    keypoint = make_keypoint()

    moved = apply(RandomMove(), keypoint)

    np.testing.assert_array_equal(moved[..., 2], keypoint[..., 2])
    assert apply(RandomMove(), keypoint[..., :2]).shape == keypoint[..., :2].shape


def test_a_window_is_consecutive_and_begins_anywhere():
    """Each beginning from the first frame to the last that leaves enough is drawn."""
    keypoint = make_keypoint(frames=7)
    windows = [keypoint[:, begin : begin + 4] for begin in range(4)]
    np.random.seed(0)

    drawn = [apply(RandomWindow(4), keypoint) for _ in range(100)]

    seen = [[np.array_equal(one, window) for window in windows] for one in drawn]
    assert {sum(row) for row in seen} == {1}
    assert np.any(seen, axis=0).all()


def test_a_window_draws_its_beginnings_evenly():
    """The last beginning is as likely as the first."""
    keypoint = np.arange(5, dtype=np.float32).reshape(1, 5, 1, 1)
    np.random.seed(0)

    begins = [int(apply(RandomWindow(3), keypoint)[0, 0, 0, 0]) for _ in range(900)]

    counts = np.bincount(begins)
    assert len(counts) == 3
    assert (abs(counts - 300) < 5 * np.sqrt(200)).all()


def test_a_shorter_sequence_is_put_somewhere_in_the_window():
    """Whole and in order, with zeros before and after; every place is drawn."""
    keypoint = make_keypoint(frames=3)
    np.random.seed(0)
    places = set()

    for _ in range(100):
        window = apply(RandomWindow(6), keypoint)
        (present,) = np.nonzero(window.any((0, 2, 3)))
        np.testing.assert_array_equal(window[:, present], keypoint)
        assert (window.shape[1], window.dtype) == (6, np.float32)
        places.add(tuple(present.tolist()))

    assert places == {(0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5)}


def test_a_sequence_as_long_as_the_window_passes_unchanged():
    """There is one place for it."""
    keypoint = make_keypoint(frames=7)

    np.testing.assert_array_equal(apply(RandomWindow(7), keypoint), keypoint)


@pytest.mark.parametrize("mode", ["zero", "replay"])
def test_a_longer_sequence_is_cut(mode):
    """Its first frames stay."""
    keypoint = make_keypoint(frames=7)

    np.testing.assert_array_equal(apply(PadFrames(4, mode), keypoint), keypoint[:, :4])
    np.testing.assert_array_equal(apply(PadFrames(7, mode), keypoint), keypoint)


def test_padding_with_zeros():
    """The released code: nobody is there after the end."""
    keypoint = make_keypoint(frames=3)

    padded = apply(PadFrames(8), keypoint)

    np.testing.assert_array_equal(padded[:, :3], keypoint)
    assert padded.shape[1] == 8
    assert not padded[:, 3:].any()
    assert padded.dtype == np.float32


def test_padding_by_replay():
    """The paper: the sequence begins again, as often as it needs to."""
    keypoint = make_keypoint(frames=3)

    padded = apply(PadFrames(8, "replay"), keypoint)

    for frame in range(8):
        np.testing.assert_array_equal(padded[:, frame], keypoint[:, frame % 3])
    assert padded.shape[1] == 8


@pytest.mark.parametrize("transform", [PadFrames(5), PadFrames(5, "replay"), RandomWindow(5)])
@pytest.mark.parametrize("frames", [3, 5, 9])
def test_the_number_of_frames_is_told_to_what_follows(transform, frames):
    """Samplers and packers read ``total_frames``."""
    results = {"keypoint": make_keypoint(frames=frames), "total_frames": frames}

    assert transform.transform(results)["total_frames"] == 5


@pytest.mark.parametrize("layout", LAYOUTS)
def test_bones_are_joints_minus_parents(layout):
    """Child minus parent for each bone, and zero at the centre."""
    skeleton = LAYOUTS[layout]
    keypoint = make_keypoint(joints=skeleton.joints)

    bones = apply(ToBones(layout), keypoint)

    for child, parent in skeleton.bones:
        expected = keypoint[:, :, child] - keypoint[:, :, parent]
        np.testing.assert_array_equal(bones[:, :, child], expected)
    assert not bones[:, :, skeleton.centre].any()


def test_bones_of_ntu_are_mmaction2s():
    """Its transform knows the authors' tree, though its graph does not."""
    keypoint = make_keypoint(joints=25)

    found, expected = apply(ToBones("ntu-25"), keypoint), apply(JointToBone("nturgb+d"), keypoint)

    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("layout", ["kinect-20", "openpose-18"])
@pytest.mark.parametrize("seed", range(3))
def test_bones_may_be_declared_in_any_direction_and_order(layout, seed):
    """What hangs from what follows from the centre."""
    named, draw = LAYOUTS[layout], random.Random(seed)
    bones = [bone[:: draw.choice([1, -1])] for bone in named.bones]
    draw.shuffle(bones)
    declared = dict(joints=named.joints, bones=bones, centre=named.centre)
    keypoint = make_keypoint(joints=named.joints)

    np.testing.assert_array_equal(
        apply(ToBones(declared), keypoint), apply(ToBones(layout), keypoint)
    )


def test_motions_are_differences_to_the_next_frame():
    """As MMAction2's for Kinect; nothing follows the last frame."""
    keypoint = make_keypoint(frames=4)

    motions = apply(ToMotions(), keypoint)

    for frame in range(3):
        expected = keypoint[:, frame + 1] - keypoint[:, frame]
        np.testing.assert_array_equal(motions[:, frame], expected)
    assert not motions[:, 3].any()
    theirs = ToMotion("nturgb+d").transform({"keypoint": keypoint})["motion"]
    np.testing.assert_array_equal(motions, theirs)


def test_one_frame_has_no_motion():
    """Zero, and still one frame."""
    keypoint = make_keypoint(frames=1)

    assert not apply(ToMotions(), keypoint).any()
    assert apply(ToMotions(), keypoint).shape == keypoint.shape


@pytest.mark.parametrize("layout", LAYOUTS)
def test_motions_of_bones_are_bones_of_motions(layout):
    """Both are linear: the order of the two transforms does not matter."""
    keypoint = make_keypoint(joints=LAYOUTS[layout].joints)

    one = apply(ToMotions(), apply(ToBones(layout), keypoint))
    other = apply(ToBones(layout), apply(ToMotions(), keypoint))

    np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("transform", DRAWING, ids=repr)
def test_draws_repeat_under_a_seed(transform):
    """Equal seeds give equal samples; other seeds others."""
    keypoint = make_keypoint(frames=8)

    def draw(seed: int) -> bytes:
        np.random.seed(seed)
        return apply(transform, keypoint).tobytes()

    assert draw(3) == draw(3)
    assert len({draw(seed) for seed in range(10)}) > 1


@pytest.mark.parametrize(
    "transform",
    [
        *DRAWING,
        PadFrames(4),
        PadFrames(12),
        PadFrames(12, "replay"),
        ToBones("coco-17"),
        ToMotions(),
    ],
    ids=repr,
)
def test_what_is_stored_is_not_changed(transform):
    """Samples are memory-mapped: a transform works on its own copy."""
    keypoint = make_keypoint(frames=8, joints=17)
    before = keypoint.copy()

    transform.transform({"keypoint": keypoint})

    np.testing.assert_array_equal(keypoint, before)


@pytest.mark.parametrize(
    ("transform", "text"),
    [
        (PadFrames(300), "PadFrames(frames=300, mode='zero')"),
        (RandomWindow(150), "RandomWindow(frames=150)"),
        (RandomMove(), "RandomMove()"),
        (ToBones("kinect-20"), "ToBones(layout='kinect-20')"),
        (ToMotions(), "ToMotions()"),
    ],
)
def test_transforms_are_registered_and_say_what_they_do(transform, text):
    """By their class names, in MMAction2's registry, for its configurations and logs."""
    assert repr(transform) == text
    assert TRANSFORMS.get(type(transform).__name__) is type(transform)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: PadFrames(0), r"PadFrames\(frames=0"),
        (lambda: PadFrames(5, "mirror"), "mode='mirror'"),
        (lambda: RandomWindow(0), "a window of 0 frames"),
        (lambda: ToBones("kinect"), "no graph 'kinect'"),
        (lambda: ToBones(dict(joints=3, bones=[(1, 0)], centre=0)), "do not join 3 joints"),
    ],
)
def test_a_wrong_setting_is_refused(make, problem):
    """No frames, another mode, another graph."""
    with pytest.raises(PlanError, match=problem):
        make()
