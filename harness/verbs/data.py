"""``data prepare``, ``data decode``, ``data flow`` and ``data verify``."""

import argparse
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import Progress

from harness.catalog import dataset_keys, load_dataset
from harness.claims import DataKey
from harness.datasets.annotations import write_annotations
from harness.datasets.collecting import (
    VideoSummary,
    decode_once,
    decoded_bytes,
    prepare_videos,
    verify_videos,
)
from harness.datasets.definition import Dataset
from harness.datasets.flow import FlowKind
from harness.datasets.flow_making import estimate_flow_s, export_flow, make_flow, pairs_of
from harness.datasets.flow_stored import bytes_of, load_flow, place_fields
from harness.datasets.prepared import prepare, verify
from harness.datasets.stored import INDEX as KEYPOINTS_INDEX
from harness.datasets.stored import Prepared, load_prepared
from harness.datasets.verification import Difference
from harness.datasets.videos import INDEX, PreparedVideos, load_videos
from harness.errors import DataError, HarnessError, PlanError
from harness.places import data_root
from harness.records import Plan
from harness.run.machine import usable_cores
from harness.verbs.arguments import read_whole
from harness.verbs.console import format_duration, out, show_table

_MOST_DEFECTS = 20  # lines


def prepare_data(args: argparse.Namespace) -> None:
    """Read the authors' files and write the prepared form."""
    dataset = load_dataset(args.name)
    if dataset.embedded and args.source:
        raise DataError(
            f"data set '{dataset.key}' is made here and reads no --source",
            fix=f"harness data prepare {dataset.key}",
        )
    root = data_root(args.dest or args.data)
    videos = args.videos or dataset.skeletons is None
    with _bar(f"preparing {dataset.key}", dataset.expected_samples) as progress:
        if videos:
            found = prepare_videos(
                dataset,
                args.source,
                root,
                progress,
                overwrite=args.overwrite,
                partial=args.partial,
                jobs=read_whole("--jobs", args.jobs) or 1,
            )
        else:
            summary = prepare(
                dataset,
                args.source,
                root,
                progress,
                overwrite=args.overwrite,
                partial=args.partial,
                skip_bad=args.skip_bad,
            )
    if videos:
        _tell_videos(found)
        return
    what = "is already there" if summary.unchanged else "prepared"
    out.print(
        f"{dataset.title}: {summary.samples} samples, {summary.frames} frames {what} in "
        f"{summary.folder}"
    )
    for item in summary.left_out[:_MOST_DEFECTS]:
        out.print(f"left out: {item.problem}")
    if len(summary.left_out) > _MOST_DEFECTS:
        out.print(
            f"and {len(summary.left_out) - _MOST_DEFECTS} more; the index names each: "
            f"{summary.folder / KEYPOINTS_INDEX}"
        )
    _tell_completeness(dataset, summary.difference, summary.known)


def _tell_videos(found: VideoSummary) -> None:
    prepared = found.prepared
    frames = sum(sample.frames for sample in prepared.samples)
    what = "are already there" if found.unchanged else "found"
    out.print(
        f"{prepared.dataset.title}: {len(prepared.samples)} videos, {frames} frames {what}; "
        f"index in {prepared.folder}"
    )
    defects = prepared.index.defects
    for defect in defects[:_MOST_DEFECTS]:
        out.print(f"{'kept' if defect.kept else 'left out'}: {defect.path} {defect.problem}")
    if len(defects) > _MOST_DEFECTS:
        missing = sum(defect.lost is not None for defect in defects)
        out.print(
            f"and {len(defects) - _MOST_DEFECTS} more; of {len(defects)} in all, {missing} are "
            f"samples that are missing; the index names each: {prepared.folder / INDEX}"
        )
    _tell_completeness(prepared.dataset, found.difference, prepared.known)
    for side in (112, 240):
        out.print(
            f"decoded once at a short side of {side} pixels they take "
            f"{decoded_bytes(prepared, side) / 1e9:.1f} GB: "
            f"harness data decode {prepared.dataset.key} --short-side {side}"
        )


def _tell_completeness(dataset: Dataset, difference: Difference, known: bool | None) -> None:
    if dataset.embedded:
        return
    if difference:
        out.print(f"incomplete: {difference}; runs on it speak for no claim")
    elif known:
        out.print("it is the authors' complete data set")


def decode_data(args: argparse.Namespace) -> None:
    """Decode prepared videos once, at a size."""
    prepared = load_videos(load_dataset(args.name), data_root(args.data))
    side = read_whole("--short-side", args.short_side) or 0
    needed = decoded_bytes(prepared, side)
    if not args.overwrite and prepared.decoded(side) is not None:
        out.print(f"the frames are already there: {prepared.folder}")
        return
    out.print(f"{len(prepared.samples)} videos take {needed / 1e9:.2f} GB in {prepared.folder}")
    with _bar(f"decoding {prepared.dataset.key}", len(prepared.samples)) as progress:
        path = decode_once(prepared, side, progress, jobs=read_whole("--jobs", args.jobs) or 1)
    out.print(f"decoded: {path}")


def make_data_flow(args: argparse.Namespace) -> None:
    """Compute the optical flow of prepared videos once, or read or write it as images."""
    prepared = load_videos(load_dataset(args.name), data_root(args.data))
    kind = FlowKind(
        method=args.method,
        bound=read_whole("--bound", args.bound) or 0,
        short_side=_short_side(args.short_side, prepared),
    )
    samples = prepared.samples
    if args.export is not None:
        with _bar(f"exporting {prepared.dataset.key}", len(samples)) as progress:
            export_flow(prepared, kind, args.export, progress)
        out.print(f"exported: {args.export}")
        return
    if not args.overwrite and load_flow(prepared, kind) is not None:
        out.print(f"the flow is already there: {prepared.folder / kind.name}")
        return
    jobs = read_whole("--jobs", args.jobs) or usable_cores() or 1
    text = (
        f"{len(samples)} videos, {pairs_of(samples)} pairs of frames; their flow takes "
        f"{bytes_of(place_fields(prepared, kind)) / 1e9:.2f} GB in {prepared.folder}"
    )
    if args.images is None:
        duration = format_duration(estimate_flow_s(prepared, kind, jobs))
        text += f" and, from the beginning, about {duration} with {jobs} at a time"
    out.print(text)
    with _bar(f"flow of {prepared.dataset.key}", len(samples)) as progress:
        make_flow(prepared, kind, progress, images=args.images, overwrite=args.overwrite, jobs=jobs)
    out.print(f"flow: {prepared.folder / kind.name}")


def _short_side(given: str | None, prepared: PreparedVideos) -> int:
    """The size that is asked for, or else the one at which frames were decoded once.

    Raises:
        DataError: None is given, and frames were decoded at none or at several.
    """
    if given is not None:
        return read_whole("--short-side", given) or 0
    sides = [int(path.stem.split("-")[1]) for path in prepared.folder.glob("frames-*.bin")]
    if len(sides) != 1:
        what = ", ".join(map(str, sides)) or "none"
        raise DataError(
            f"at which size to keep the flow is not clear: frames were decoded at {what}",
            fix="give --short-side, the size at which the frames are read",
        )
    return sides[0]


@contextmanager
def _bar(text: str, total: int | None) -> Iterator[Callable[[int, int], None]]:
    with Progress(console=out, transient=True) as bar:
        task = bar.add_task(text, total=total)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def export_data(args: argparse.Namespace) -> None:
    """Write prepared skeletons as others train on them."""
    prepared = load_prepared(load_dataset(args.name), data_root(args.data))
    persons = read_whole("--persons", args.persons) or 1
    count = write_annotations(prepared, args.pickle, persons)
    out.print(f"{prepared.dataset.title}: {count} samples in {args.pickle}")


def verify_data(args: argparse.Namespace) -> int:
    """Compare prepared data with what they should be; 1 if something is wrong."""
    dataset, root = load_dataset(args.name), data_root(args.data)
    if args.videos or dataset.skeletons is None:
        with _bar(f"verifying {dataset.key}", dataset.expected_samples) as progress:
            found = verify_videos(dataset, root, progress)
    else:
        found = verify(dataset, root)
    show_table(
        ("", "found", "expected"),
        [(c.name, c.found, c.expected) for c in (*found.classes, *found.splits)],
    )
    out.print(f"{found.samples} samples in {found.folder}, fingerprint {found.fingerprint[:16]}")
    for problem in found.problems:
        out.print(f"wrong: {problem}")
    if args.missing:
        missing = found.difference.missing
        args.missing.write_text("".join(f"{name}\n" for name in missing), encoding="utf-8")
        out.print(f"{len(missing)} missing samples, by name: {args.missing}")
    if not found.problems:
        out.print("complete and intact")
    return 1 if found.problems else 0


def require_data(data: Iterable[DataKey], root: Path) -> None:
    """Prepare what is embedded among some data.

    Raises:
        HarnessError: Something else among them is not prepared.
    """
    data = tuple(data)
    make_embedded(data, root)
    for error in find_absent(data, root).values():
        raise error


def check_classes(plans: Iterable[Plan], root: Path) -> None:
    """Refuse plans for another number of classes than the prepared data have.

    Raises:
        PlanError: They differ, as they may where people bring their own.
    """
    known: dict[DataKey, int] = {}
    for plan in plans:
        key, said = plan.protocol.data, plan.protocol.classes
        if key not in known:
            known[key] = len(load_data(key, root).classes)
        if (found := known[key]) != said:
            raise PlanError(
                f"the prepared '{key.dataset}' has {found} classes, and {plan.label} is for {said}",
                fix=f"add --set protocol.classes={found} --set model.cls_head.num_classes={found}",
            )


def make_embedded(data: Iterable[DataKey], root: Path) -> None:
    """Prepare what is embedded among some data, where it is not yet there."""
    for key in data:
        dataset = load_dataset(key.dataset)
        if not dataset.embedded:
            continue
        try:
            load_data(key, root)
        except DataError:
            if key.form == "videos":
                samples = len(prepare_videos(dataset, None, root, _quiet).prepared.samples)
            else:
                samples = prepare(dataset, None, root, _quiet).samples
            out.print(f"{dataset.title}: {samples} samples made in {root}")


def find_absent(data: Iterable[DataKey], root: Path) -> dict[DataKey, HarnessError]:
    """What is not prepared among some data, and what to do."""
    absent: dict[DataKey, HarnessError] = {}
    for key in data:
        try:
            load_data(key, root)
        except DataError as error:
            absent[key] = error
    return absent


def load_data(key: DataKey, root: Path) -> Prepared | PreparedVideos:
    """A data set's skeletons or videos.

    Raises:
        DataError: They are not prepared, or damaged.
    """
    dataset = load_dataset(key.dataset)
    return load_videos(dataset, root) if key.form == "videos" else load_prepared(dataset, root)


def data_keys() -> tuple[DataKey, ...]:
    """All skeletons and videos that are read here."""
    found = []
    for key in dataset_keys():
        dataset = load_dataset(key)
        found += [DataKey(key, "skeletons")] if dataset.skeletons else []
        found += [DataKey(key, "videos")] if dataset.videos else []
    return tuple(found)


def _quiet(_done: int, _total: int) -> None:
    """No bar for what takes seconds."""
