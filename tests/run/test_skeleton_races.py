"""What is raced is the same: files, samples, and MMAction2's transforms done at once."""

import numpy as np
import pytest
import torch
from mmaction.datasets.transforms import PreNormalize3D, UniformSampleFrames

from harness.datasets.annotations import write_annotations
from harness.datasets.imitation import imitate_bodies, list_samples, write_ntu, write_skeleton
from harness.datasets.ntu import SIXTY
from harness.datasets.ntu60 import DATASET
from harness.datasets.ntu_files import parse_skeleton
from harness.datasets.prepared import load_prepared, prepare
from harness.run.races import skeletons
from harness.run.swift_transforms import SwiftPreNormalize3D, SwiftUniformSampleFrames


@pytest.fixture(scope="session")
def root(tmp_path_factory):
    """A folder with what one subject acted in a setup, prepared."""
    folder = tmp_path_factory.mktemp("races")
    write_ntu(folder / "source", list_samples(SIXTY, [1], 1)[::4], distinct=6)
    prepare(DATASET, folder / "source", folder, lambda done, total: None, partial=True)
    return folder


def test_the_plain_reader_reads_the_same(tmp_path):
    """To the bit of a float32."""
    path = tmp_path / "x.skeleton"
    write_skeleton(path, imitate_bodies(1, 20, 1))

    plain = np.array(skeletons.read_plainly(path), dtype=np.float32)

    assert np.array_equal(plain, parse_skeleton(path.read_bytes(), "x").spread()[:, :1])


@pytest.mark.parametrize("bodies", [1, 2])
@pytest.mark.parametrize("options", [{}, dict(align_spine=False), dict(align_shoulder=False)])
def test_centred_and_turned_as_mmaction2_does(bodies, options):
    """Also with frames in which somebody, or the first of two, is not there."""
    keypoint = imitate_bodies(5, 60, bodies).spread()[:, :bodies].transpose(1, 0, 2, 3)
    for hidden in ((), (0, [0, 1, 7]), (0, list(range(30)))):
        given = keypoint.copy()
        if hidden:
            given[hidden] = 0
        theirs = PreNormalize3D(**options).transform({"keypoint": given.copy()})

        ours = SwiftPreNormalize3D(**options).transform({"keypoint": given.copy()})

        assert ours["total_frames"] == theirs["total_frames"]
        assert np.allclose(ours["keypoint"], theirs["keypoint"], atol=1e-5)
        assert np.allclose(ours["body_center"], theirs["body_center"])


@pytest.mark.parametrize("frames", [1, 40, 100, 150, 333])
@pytest.mark.parametrize("views", [{}, dict(test_mode=True, num_clips=3)])
def test_the_same_frames_are_drawn(frames, views):
    """Of short and long sequences, in training and test."""
    keypoint = np.ones((2, frames, 3, 3), dtype=np.float32)
    keypoint[1, frames // 2 :] = 0
    given = {"keypoint": keypoint, "total_frames": frames, "start_index": 0}
    drawn = []
    for kind in (UniformSampleFrames, SwiftUniformSampleFrames):
        np.random.seed(3)
        drawn.append(kind(clip_len=100, **views).transform(dict(given)))

    theirs, ours = drawn
    assert np.array_equal(ours.pop("frame_inds"), theirs.pop("frame_inds"))
    assert ours.keys() == theirs.keys()
    assert (ours["num_clips"], ours["clip_len"]) == (theirs["num_clips"], theirs["clip_len"])


def test_the_races_are_held_on_the_same_samples(root, tmp_path):
    """Both sides run, and MMAction2's data set gives what ours does."""
    entries = list(skeletons.find_entries(DATASET, root, tmp_path))

    assert [entry.unit for entry in entries] == ["files", "samples", "samples"]
    assert all(side.run() > 0 for entry in entries[1:] for side in (entry.ours, entry.theirs))
    assert (entries[0].ours.run(), entries[0].theirs.run()) == (skeletons.FILES, 1)


def test_samples_to_train_on_are_the_same(root, tmp_path):
    """One of each subset, seed by seed."""
    write_annotations(load_prepared(DATASET, root), tmp_path / "annotations.pkl", 2)
    ours, theirs = skeletons.pair_samples(root, tmp_path / "annotations.pkl", DATASET)

    assert len(ours) == len(theirs)
    for at in (0, 17, len(ours) - 1):
        seen = []
        for samples in (ours, theirs):
            np.random.seed(at)
            seen.append(samples[at])
        assert torch.allclose(*(one["inputs"].float() for one in seen), atol=1e-5)
        assert seen[0]["data_samples"].gt_label == seen[1]["data_samples"].gt_label
