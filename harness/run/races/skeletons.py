"""Skeletons: conversion of files against a plain reader, samples against MMAction2's.

The plain reader goes line by line and keeps every number of a file, as the scripts in
circulation do.
"""

import os
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import mmaction.datasets  # noqa: F401  (fills the registries)
import numpy as np
from mmaction.registry import DATASETS

from harness.datasets.annotations import write_annotations
from harness.datasets.definition import Dataset
from harness.datasets.imitation import imitate_bodies, list_samples, write_skeleton
from harness.datasets.ntu import SIXTY
from harness.datasets.stored import Prepared, load_prepared
from harness.run import bodies, swift_transforms  # noqa: F401  (register themselves)
from harness.run.loading import SkeletonDataset
from harness.run.models import enter_scope
from harness.run.races import Entry, Runner

FILES, FRAMES, BODIES = 128, 300, 2
PERSONS = 2
READS = 256  # samples a call
Steps = list[dict[str, Any]]

_BODY = (
    *("id", "clipped", "left_confidence", "left_state", "right_confidence", "right_state"),
    *("restricted", "lean_x", "lean_y", "tracking"),
)
_JOINT = (
    *("x", "y", "z", "depth_x", "depth_y", "colour_x", "colour_y"),
    *("turn_w", "turn_x", "turn_y", "turn_z", "tracking"),
)


def find_entries(dataset: Dataset, root: Path, scratch: Path) -> Iterator[Entry]:
    """Files of NTU RGB+D, random samples, and samples ready to train on.

    Args:
        dataset: The data set.
        root: Folder of the prepared data.
        scratch: For files and pickles.

    Raises:
        DataError: Its skeletons are not prepared.
    """
    if dataset.skeletons is None:
        return
    if dataset.key == "ntu60":
        yield _convert(dataset, scratch / "files")
    prepared = load_prepared(dataset, root)
    write_annotations(prepared, scratch / "annotations.pkl", PERSONS)
    yield _read_at_random(prepared)
    if dataset.skeletons.joints == 25:
        yield _train(prepared, root, scratch / "annotations.pkl")


def _convert(dataset: Dataset, folder: Path) -> Entry:
    folder.mkdir()
    names = list_samples(SIXTY, [1], 1)[:FILES]
    paths = [folder / f"{name}.skeleton" for name in names]
    write_skeleton(paths[0], imitate_bodies(0, FRAMES, BODIES))
    for path in paths[1:]:
        os.link(paths[0], path)
    order = cycle(paths)
    read = dataset.need_skeletons().read

    def convert_all() -> int:
        return sum(1 for _ in read(folder))

    def read_one() -> int:
        read_plainly(next(order))
        return 1

    return Entry(
        what=f"files of {FRAMES} frames of {BODIES} bodies, read; ours on all cores",
        unit="files",
        ours=Runner(title="ours", steps=("parse_skeleton",), run=convert_all),
        theirs=Runner(title="a line at a time", steps=("read_plainly",), run=read_one),
    )


def read_plainly(path: Path) -> list[list[list[list[float]]]]:
    """Read a ``.skeleton`` file as scripts do; x, y, z by frame, body and joint."""
    with path.open(encoding="ascii") as lines:
        frames = []
        for _ in range(int(lines.readline())):
            bodies = []
            for _ in range(int(lines.readline())):
                body: dict[str, Any] = _name(lines.readline(), _BODY)
                body["joints"] = [
                    _name(lines.readline(), _JOINT) for _ in range(int(lines.readline()))
                ]
                bodies.append(body)
            frames.append(bodies)
    return [[[[j["x"], j["y"], j["z"]] for j in b["joints"]] for b in frame] for frame in frames]


def _name(line: str, names: tuple[str, ...]) -> dict[str, float]:
    return dict(zip(names, map(float, line.split()), strict=True))


def _read_at_random(prepared: Prepared) -> Entry:
    """Samples from the mapped files, against the same from a list in memory."""
    order = np.random.default_rng(0).integers(len(prepared.samples), size=READS)
    samples = [prepared.samples[at] for at in order]
    held = [np.array(prepared.frames_of(sample)) for sample in samples]

    def read() -> int:
        for sample in samples:
            prepared.frames_of(sample)
        return READS

    def copy() -> int:
        for frames in held:
            frames.copy()
        return READS

    return Entry(
        what="random samples, read",
        unit="samples",
        ours=Runner(title="ours, from the mapped file", steps=("frames_of",), run=read),
        theirs=Runner(title="a copy in memory", steps=("copy",), run=copy),
    )


def _train(prepared: Prepared, root: Path, pickled: Path) -> Entry:
    """Training samples as MMAction2's recipe of ST-GCN makes them."""
    ours, theirs = pair_samples(root, pickled, prepared.dataset)
    return Entry(
        what="training samples of 100 frames, centred and turned",
        unit="samples",
        ours=_run("ours", ours),
        theirs=_run("MMAction2", theirs),
    )


def pair_samples(root: Path, pickled: Path, dataset: Dataset) -> tuple[SkeletonDataset, Any]:
    """Our data set, and MMAction2's of the same samples in the same order."""
    enter_scope()
    split = dataset.splits[0].name
    persons = min(PERSONS, dataset.need_skeletons().persons)
    pipeline = _steps("Swift", persons)
    ours = SkeletonDataset(dataset.key, split, "train", pipeline, root=str(root))
    theirs = DATASETS.build(
        dict(
            type="PoseDataset",
            ann_file=str(pickled),
            split=f"{split}_train",
            pipeline=_steps("", persons)[1:],
        )
    )
    return ours, theirs


def _steps(kind: str, persons: int) -> Steps:
    return [
        dict(type="FirstBodies", count=persons),
        dict(type=f"{kind}PreNormalize3D"),
        dict(type=f"{kind}UniformSampleFrames", clip_len=100),
        dict(type="PoseDecode"),
        dict(type="FormatGCNInput", num_person=persons),
        dict(type="PackActionInputs"),
    ]


def _run(title: str, samples: Any) -> Runner:
    """Run through a data set, again and again."""
    order = cycle(range(len(samples)))
    steps = tuple(type(step).__name__ for step in samples.pipeline.transforms)

    def run() -> int:
        samples[next(order)]
        return 1

    return Runner(title=title, steps=(type(samples).__name__, *steps), run=run)
