"""What a data set is: its terms, layout, splits, and how it is read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

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
        train: Number of training samples when the data set is complete; ``None`` where
            only the owner of the files knows.
        val: Number of validation samples; 0 where the authors give none.
        test: Number of test samples (of an inner split: of held-out ones).
        note: What a reader should know.
    """

    name: str
    role: Literal["reported", "inner"]
    train: int | None
    val: int | None
    test: int | None
    note: str = ""

    @property
    def counts(self) -> dict[str, int | None]:
        """Number of samples by subset, ``None`` where it is not known."""
        return {"train": self.train, "val": self.val, "test": self.test}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One sequence of the prepared form, or of the authors' list of sequences.

    Args:
        id: Name, unique in its data set.
        label: Index into the classes.
        start: First frame among those of all samples, one after the other.
        frames: Number of frames.
        group: Subject, or pair of subjects.
    """

    id: str
    label: int
    start: int
    frames: int
    group: str


SampleT = TypeVar("SampleT", bound=Sample)


@dataclass(frozen=True, kw_only=True, slots=True)
class RawSample:
    """One sequence as a data set's ``read`` gives it.

    Args:
        id: Name, unique in its data set.
        label: Index into the classes.
        group: Subject, or pair of subjects.
        keypoints: Coordinates, shape ``(T, M, V, C)``, in the data set's unit; of a
            crowded set those of the bodies that are there, frame by frame, ``(R, V, C)``.
        checksum: SHA-256 of the source's bytes, in hexadecimal.
        tracks: Of a crowded set which body has which place of a frame, ``(T, M)``,
            numbered from 1 through the sequence; 0 where a place is empty.
    """

    id: str
    label: int
    group: str
    keypoints: NDArray[np.float32]
    checksum: str
    tracks: NDArray[np.uint8] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """One sequence that a data set's ``read`` cannot give.

    Args:
        id: Name, unique in its data set.
        label: Index into the classes; ``None`` where it cannot be known.
        group: Subject, or pair of subjects.
        problem: What is wrong with which file.
        fix: What its owner can do.
    """

    id: str
    label: int | None
    group: str
    problem: str
    fix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VideoFile:
    """One video file as a data set's ``find`` gives it.

    Args:
        id: Name, unique in its data set.
        label: Index into the classes.
        group: Subject, or what else a split may divide.
        path: The file, with ``/`` between its parts: below the source, or below the
            folder for what is made. It need not be there: a list may name it.
        made: Whether it was made there.
        subsets: Its subset by split, where the authors' lists say so.
    """

    id: str
    label: int
    group: str
    path: str
    made: bool = False
    subsets: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class StrayFile:
    """A video file that is none of the data set's samples.

    Args:
        path: The file, below the source.
        problem: Why it is none, in words that follow its name.
    """

    path: str
    problem: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Skeletons:
    """A data set's skeleton sequences.

    Args:
        layout: The authors' layout that ``harness data prepare`` expects.
        joints: Joints a person, V.
        persons: Persons a frame, M.
        joint_names: Names of the joints.
        edges: Bones, as pairs of joints of one person.
        coordinates: Values a joint, C.
        unit: Unit of a coordinate.
        fps: Frames per second.
        view_axes: The coordinates drawn to the right and upwards.
        view_signs: +1 or -1 for each of them; -1 where it grows the other way.
        read: Reads a folder or archive, ``None`` for an embedded set, sample by
            sample in a fixed order; gives a sequence that it cannot read as
            :class:`LeftOut`, or raises :class:`DataError`.
        parse: Reads one of the authors' files, from its content and its name for
            messages, ``(T, M, V, C)``; ``None`` where a file holds several samples.
        confidence: Whether the last value of a joint is how sure its detector was.
        crowded: Whether most places of persons are empty: only the bodies that are
            there are stored, and which body is where.
        known_fingerprint: Fingerprint of the complete prepared form, if known.
    """

    layout: str
    joints: int
    persons: int
    joint_names: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]
    coordinates: int
    unit: str
    fps: float
    view_axes: tuple[int, int]
    view_signs: tuple[int, int]
    read: Callable[[Path | None], Iterator[RawSample | LeftOut]]
    parse: Callable[[bytes, str], NDArray[np.float32]] | None = None
    confidence: bool = False
    crowded: bool = False
    known_fingerprint: str | None = None

    def __post_init__(self) -> None:
        """Refuse a definition that contradicts itself."""
        if len(self.joint_names) != self.joints:
            raise ValueError(f"{self.joints} joints, {len(self.joint_names)} names")
        if any(not 0 <= joint < self.joints for edge in self.edges for joint in edge):
            raise ValueError("an edge names a joint that does not exist")

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of one frame, ``(M, V, C)``."""
        return self.persons, self.joints, self.coordinates


@dataclass(frozen=True, kw_only=True, slots=True)
class Videos:
    """A data set's video files.

    Args:
        layout: The authors' layout that ``harness data prepare`` expects.
        modality: What a pixel says: ``rgb``, or ``depth`` as a grey value.
        find: Finds the files below a folder, in a fixed order, and makes those that
            are to be made in another folder; the first is the other where the data set
            is embedded. Files that a list names come too if they are not there, so
            that they are counted. Raises :class:`DataError`.
        known_fingerprint: Fingerprint of the complete prepared form, if known.
        name_classes: Reads the names of the classes from the folder, where they are
            its owner's.
    """

    layout: str
    modality: Literal["rgb", "depth"]
    find: Callable[[Path, Path], Iterator[VideoFile | StrayFile]]
    known_fingerprint: str | None = None
    name_classes: Callable[[Path], tuple[str, ...]] | None = None

    @property
    def channels(self) -> int:
        """Values a pixel."""
        return 1 if self.modality == "depth" else 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Dataset:
    """A data set: skeletons, videos, or both of the same samples.

    Args:
        key: Name in configs, on the command line and on disk.
        title: Name in text.
        citation: The work that introduced it.
        terms: Under which terms its authors give it away.
        obtain: Where and how to get it.
        classes: Class names, in label order; empty where they are its owner's.
        splits: How it is divided.
        monitored: Subset whose curve is watched in training: ``val`` where there
            is one, else ``test``, which nothing may then read to choose.
        expected_samples: Number of samples of the complete data set; ``None`` where
            no number holds for all who have it.
        class_counts: Number of samples by class; empty where it is not known.
        resample_unit: ``group`` where a split divides subjects or pairs, so that
            these are resampled; ``None`` where samples are.
        embedded: Whether it is made here and needs no source.
        assign: Gives the subset of a sample in a split, ``None`` for neither.
        manifest: Every sample of the complete data set, ``start`` being 0 and
            ``frames`` 0 where it is not known; empty where there is no such list.
        skeletons: Its skeletons, if it has any.
        videos: Its videos, if it has any.
        infer_missing: Finds samples that must exist because of those that are there,
            where there is no manifest.
    """

    key: str
    title: str
    citation: Citation | None
    terms: str
    obtain: str
    classes: tuple[str, ...]
    splits: tuple[Split, ...]
    monitored: Literal["val", "test"]
    expected_samples: int | None
    class_counts: tuple[int, ...]
    resample_unit: Literal["group"] | None
    embedded: bool
    assign: Callable[[str, Sample], str | None]
    manifest: tuple[Sample, ...] = ()
    skeletons: Skeletons | None = None
    videos: Videos | None = None
    infer_missing: Callable[[Sequence[Sample]], Iterable[Sample]] | None = None

    def __post_init__(self) -> None:
        """Refuse a definition that contradicts itself."""
        if self.skeletons is None and self.videos is None:
            raise ValueError(f"{self.key}: neither skeletons nor videos")
        if self.expected_samples is None:
            if self.skeletons is not None or self.class_counts or self.manifest:
                raise ValueError(f"{self.key}: how many samples it has is known")
            return
        if self.class_counts and len(self.class_counts) != len(self.classes):
            raise ValueError(f"{self.key}: not one count for each class")
        if self.class_counts and sum(self.class_counts) != self.expected_samples:
            raise ValueError(f"{self.key}: the class counts do not add up")
        if self.manifest and len(self.manifest) != self.expected_samples:
            raise ValueError(f"{self.key}: the manifest is not the expected samples")

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

    def select(self, samples: Sequence[SampleT], split: str, subset: str) -> tuple[SampleT, ...]:
        """Samples of one subset of a split, in order.

        Args:
            samples: Samples of this data set.
            split: Name of the split.
            subset: ``train``, ``val`` or ``test``.

        Raises:
            DataError: There is no such split or subset.
        """
        self.split(split)
        if subset not in SUBSETS:
            raise DataError(f"a split has no subset '{subset}'", fix=suggest(subset, SUBSETS))
        return tuple(s for s in samples if self.assign(split, s) == subset)

    def need_skeletons(self) -> Skeletons:
        """Its skeletons.

        Raises:
            DataError: It has none.
        """
        if self.skeletons is None:
            raise DataError(f"data set '{self.key}' has no skeletons", fix="use its videos")
        return self.skeletons

    def need_videos(self) -> Videos:
        """Its videos.

        Raises:
            DataError: It has none.
        """
        if self.videos is None:
            raise DataError(f"data set '{self.key}' has no videos", fix="use its skeletons")
        return self.videos


def is_known(known_fingerprint: str | None, fingerprint: str) -> bool | None:
    """Say whether a fingerprint is the complete data set's; ``None`` if not known."""
    return None if known_fingerprint is None else fingerprint == known_fingerprint
