"""Whether a prepared data set is whole, and is what its authors gave away."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.datasets.definition import Dataset, LeftOut, Sample, is_known
from harness.datasets.stored import Prepared, hash_content, load_prepared

_MOST_NAMED = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """In what samples differ from the complete data set.

    Args:
        missing: Ids that should be there.
        surplus: Ids that should not be.
        altered: Ids with another class, group or number of frames.
        expected: Number of samples of the complete data set, or of those that it lists.
        found: Number of samples there are.
    """

    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    altered: tuple[str, ...]
    expected: int
    found: int

    def __bool__(self) -> bool:
        """Whether there is any."""
        named = self.missing or self.surplus or self.altered
        return bool(named) or self.expected != self.found

    def __str__(self) -> str:
        """Say it in words, the first few ids of each kind."""
        kinds = {"missing": self.missing, "surplus": self.surplus, "truncated": self.altered}
        parts = [f"{len(ids)} {kind}: {_few(ids)}" for kind, ids in kinds.items() if ids]
        return "; ".join(parts) or f"{self.found} of {self.expected} samples"


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """A number of samples.

    Args:
        name: Of what: a class, or a split and its subset.
        found: How many there are.
        expected: How many the complete data set has, or its lists name.
    """

    name: str
    found: int
    expected: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """What a verification found.

    Args:
        key: Key of the data set.
        folder: Where it lies.
        samples: Number of samples.
        recorded: Fingerprint that its index states.
        fingerprint: Fingerprint of the bytes that are there.
        known: Whether that is the complete data set's; ``None`` if not known.
        difference: In what the samples differ from the complete data set.
        classes: Samples by class.
        splits: Samples by split and subset.
        left_out: Sequences of the source that could not be read.
    """

    key: str
    folder: Path
    samples: int
    recorded: str
    fingerprint: str
    known: bool | None
    difference: Difference
    classes: tuple[Count, ...]
    splits: tuple[Count, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether the bytes are those that were written."""
        return self.recorded == self.fingerprint

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, in words; empty if nothing is."""
        found = []
        if not self.intact:
            found.append("what is there is not what was written; prepare it again")
        if self.difference:
            found.append(str(self.difference))
        found += [
            f"{count.name}: {count.found} samples, {count.expected} expected"
            for count in (*self.classes, *self.splits)
            if count.found != count.expected
        ]
        found += [f"left out: {item.problem}" for item in self.left_out[:_MOST_NAMED]]
        if len(self.left_out) > _MOST_NAMED:
            more = len(self.left_out) - _MOST_NAMED
            found.append(f"left out: {more} more, which the index names")
        if self.known is False:
            found.append("the fingerprint is not the complete data set's")
        return tuple(found)


def verify(dataset: Dataset, root: Path) -> Verification:
    """Read a prepared data set whole and compare it with what it should be.

    Args:
        dataset: Which one.
        root: Folder of the prepared data sets.

    Raises:
        DataError: It is not prepared there, or cannot be read.
    """
    prepared = load_prepared(dataset, root)
    fingerprint = recompute_fingerprint(prepared)
    left_out = prepared.index.left_out
    lost = find_lost(dataset, prepared.samples, left_out)
    return Verification(
        key=dataset.key,
        folder=prepared.folder,
        samples=len(prepared.samples),
        recorded=prepared.fingerprint,
        fingerprint=fingerprint,
        known=is_known(dataset.need_skeletons().known_fingerprint, fingerprint),
        difference=find_difference(dataset, prepared.samples, lost),
        classes=count_classes(dataset, prepared.samples, lost),
        splits=count_splits(dataset, prepared.samples, lost),
        left_out=left_out,
    )


def find_lost(
    dataset: Dataset, samples: Sequence[Sample], left_out: Sequence[LeftOut]
) -> tuple[Sample, ...]:
    """Samples that should be there and are not, of those that can be named.

    Args:
        dataset: Which one.
        samples: The samples.
        left_out: Sequences that could not be read.
    """
    lost = {
        item.id: Sample(id=item.id, label=item.label, start=0, frames=0, group=item.group)
        for item in left_out
        if item.label is not None
    }
    if dataset.infer_missing is not None:
        lost |= {s.id: s for s in dataset.infer_missing((*samples, *lost.values()))}
    return tuple(lost.values())


def recompute_fingerprint(prepared: Prepared) -> str:
    """Fingerprint of the bytes that are there, whatever the index says of them."""
    return replace(prepared.index, keypoints_sha256=hash_content(prepared)).fingerprint


def find_difference(
    dataset: Dataset, samples: Sequence[Sample], lost: Sequence[Sample] = ()
) -> Difference:
    """Compare samples with the complete data set.

    Args:
        dataset: Which one.
        samples: The samples.
        lost: Samples that should be there and are not, where the files say so.
    """
    found = {s.id: (s.label, s.group, s.frames) for s in samples}
    wanted = {
        s.id: (s.label, s.group, s.frames or found.get(s.id, (0, "", 0))[2])
        for s in dataset.manifest
    } or found | {s.id: (s.label, s.group, 0) for s in lost}
    expected = dataset.expected_samples
    return Difference(
        missing=tuple(sorted(wanted.keys() - found.keys())),
        surplus=tuple(sorted(found.keys() - wanted.keys())),
        altered=tuple(sorted(i for i in wanted.keys() & found.keys() if wanted[i] != found[i])),
        expected=len(wanted) if expected is None else expected,
        found=len(found),
    )


def _few(ids: tuple[str, ...]) -> str:
    shown = ", ".join(ids[:5])
    return f"{shown}, …" if len(ids) > 5 else shown


def count_classes(
    dataset: Dataset,
    samples: Sequence[Sample],
    lost: Sequence[Sample] = (),
    names: Sequence[str] = (),
) -> tuple[Count, ...]:
    """Samples by class.

    Args:
        dataset: Which one.
        samples: The samples.
        lost: Samples that should be there; what is expected where no number is known.
        names: Class names, where they are its owner's.
    """
    found, missing = (Counter(sample.label for sample in some) for some in (samples, lost))
    counts = dataset.class_counts
    return tuple(
        Count(
            name=name,
            found=found[label],
            expected=counts[label] if counts else found[label] + missing[label],
        )
        for label, name in enumerate(dataset.classes or names)
    )


def count_splits(
    dataset: Dataset, samples: Sequence[Sample], lost: Sequence[Sample] = ()
) -> tuple[Count, ...]:
    """Samples by split and subset; for the arguments see :func:`count_classes`."""
    counts = []
    for split in dataset.splits:
        found, missing = (
            Counter(dataset.assign(split.name, sample) for sample in some)
            for some in (samples, lost)
        )
        for subset, expected in split.counts.items():
            wanted = found[subset] + missing[subset] if expected is None else expected
            counts.append(
                Count(name=f"{split.name} {subset}", found=found[subset], expected=wanted)
            )
    return tuple(counts)
