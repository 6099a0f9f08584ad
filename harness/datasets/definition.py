"""What a data set is: its terms, layout, splits, and how it is read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from harness.claims import Citation
from harness.errors import DataError, suggest

SUBSETS = ("train", "val", "test")


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """A division of a data set into train, validation and test samples.

    Args:
        name: The authors' name for it.
        role: ``reported``: the authors' split, which tables report;
            ``inner``: inside the training data of a reported split, for choosing
            hyper-parameters.
        train: Number of training samples when the data set is complete.
        val: Number of validation samples; 0 where the authors give none.
        test: Number of test samples (of an inner split: of held-out ones).
        note: What a reader should know.
    """

    name: str
    role: Literal["reported", "inner"]
    train: int
    val: int
    test: int
    note: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """Number of samples by subset."""
        return {"train": self.train, "val": self.val, "test": self.test}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One sequence of the prepared form, or of the authors' list of sequences.

    Args:
        id: Name, unique in its data set.
        label: Index into the classes.
        start: First frame in ``keypoints.npy``.
        frames: Number of frames.
        group: Subject, or pair of subjects.
    """

    id: str
    label: int
    start: int
    frames: int
    group: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RawSample:
    """One sequence as a data set's ``read`` gives it.

    Args:
        id: Name, unique in its data set.
        label: Index into the classes.
        group: Subject, or pair of subjects.
        keypoints: Coordinates, shape ``(T, M, V, C)``, in the data set's unit.
        checksum: SHA-256 of the source's bytes, in hexadecimal.
    """

    id: str
    label: int
    group: str
    keypoints: NDArray[np.float32]
    checksum: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dataset:
    """A data set.

    Args:
        key: Name in configs, on the command line and on disk.
        title: Name in text.
        citation: The work that introduced it.
        terms: Under which terms its authors give it away.
        obtain: Where and how to get it.
        layout: The authors' layout that ``harness data prepare`` expects.
        classes: Class names, in label order.
        modality: What a sample holds, such as ``joint``.
        joints: Joints a person, V.
        persons: Persons a frame, M.
        joint_names: Names of the joints.
        edges: Bones, as pairs of joints of one person.
        coordinates: Values a joint, C.
        unit: Unit of a coordinate.
        fps: Frames per second.
        view_axes: The coordinates drawn to the right and upwards.
        view_signs: +1 or -1 for each of them; -1 where it grows the other way.
        splits: How it is divided.
        monitored: Subset whose curve is watched in training: ``val`` where there
            is one, else ``test``, which nothing may then read to choose.
        expected_samples: Number of samples of the complete data set.
        class_counts: Number of samples by class.
        resample_unit: ``group`` where a split divides subjects or pairs, so that
            these are resampled; ``None`` where samples are.
        embedded: Whether it is made here and needs no source.
        manifest: Every sample of the complete data set, ``start`` being 0; empty
            where there is no such list.
        known_fingerprint: Fingerprint of the complete prepared form, if known.
        read: Reads a folder or archive, ``None`` for an embedded set, sample by
            sample in a fixed order; raises :class:`DataError`.
        assign: Gives the subset of a sample in a split, ``None`` for neither.
    """

    key: str
    title: str
    citation: Citation | None
    terms: str
    obtain: str
    layout: str
    classes: tuple[str, ...]
    modality: str
    joints: int
    persons: int
    joint_names: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]
    coordinates: int
    unit: str
    fps: float
    view_axes: tuple[int, int]
    view_signs: tuple[int, int]
    splits: tuple[Split, ...]
    monitored: Literal["val", "test"]
    expected_samples: int
    class_counts: tuple[int, ...]
    resample_unit: Literal["group"] | None
    embedded: bool
    read: Callable[[Path | None], Iterator[RawSample]]
    assign: Callable[[str, Sample], str | None]
    manifest: tuple[Sample, ...] = ()
    known_fingerprint: str | None = None

    def __post_init__(self) -> None:
        """Refuse a definition that contradicts itself."""
        if len(self.joint_names) != self.joints:
            raise ValueError(f"{self.key}: {self.joints} joints, {len(self.joint_names)} names")
        if any(not 0 <= joint < self.joints for edge in self.edges for joint in edge):
            raise ValueError(f"{self.key}: an edge names a joint that does not exist")
        if len(self.class_counts) != len(self.classes):
            raise ValueError(f"{self.key}: not one count for each class")
        if sum(self.class_counts) != self.expected_samples:
            raise ValueError(f"{self.key}: the class counts do not add up")
        if self.manifest and len(self.manifest) != self.expected_samples:
            raise ValueError(f"{self.key}: the manifest is not the expected samples")

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of one frame, ``(M, V, C)``."""
        return self.persons, self.joints, self.coordinates

    def split(self, name: str) -> Split:
        """Find a split.

        Raises:
            DataError: There is none of that name.
        """
        for split in self.splits:
            if split.name == name:
                return split
        raise DataError(
            f"data set '{self.key}' has no split '{name}'",
            fix=suggest(name, [split.name for split in self.splits]),
        )
