"""``data prepare`` and ``data verify``."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from rich.progress import Progress

from harness.catalog import load_dataset
from harness.datasets.prepared import prepare, verify
from harness.datasets.stored import load_prepared
from harness.errors import DataError, HarnessError
from harness.places import data_root
from harness.verbs.console import out, show_table


def prepare_data(args: argparse.Namespace) -> None:
    """Read the authors' files and write the prepared form."""
    dataset = load_dataset(args.name)
    if dataset.embedded and args.source:
        raise DataError(
            f"data set '{dataset.key}' is made here and reads no --source",
            fix=f"harness data prepare {dataset.key}",
        )
    root = data_root(args.dest or args.data)
    with Progress(console=out, transient=True) as bar:
        task = bar.add_task(f"preparing {dataset.key}", total=dataset.expected_samples)
        summary = prepare(
            dataset,
            args.source,
            root,
            lambda done, total: bar.update(task, completed=done, total=total),
            overwrite=args.overwrite,
            partial=args.partial,
        )
    what = "is already there" if summary.unchanged else "prepared"
    out.print(
        f"{dataset.title}: {summary.samples} samples, {summary.frames} frames {what} in "
        f"{summary.folder}"
    )
    if dataset.embedded:
        return
    if summary.difference:
        out.print(f"incomplete: {summary.difference}; runs on it speak for no claim")
    elif summary.known:
        out.print("it is the authors' complete data set")


def verify_data(args: argparse.Namespace) -> int:
    """Compare prepared data with what they should be; 1 if something is wrong."""
    found = verify(load_dataset(args.name), data_root(args.data))
    show_table(
        ("", "found", "expected"),
        [(c.name, c.found, c.expected) for c in (*found.classes, *found.splits)],
    )
    out.print(f"{found.samples} samples in {found.folder}, fingerprint {found.fingerprint[:16]}")
    for problem in found.problems:
        out.print(f"wrong: {problem}")
    if not found.problems:
        out.print("complete and intact")
    return 1 if found.problems else 0


def require_data(datasets: Iterable[str], root: Path) -> None:
    """Prepare the embedded data sets among some.

    Raises:
        HarnessError: Another one of them is not prepared.
    """
    datasets = tuple(datasets)
    make_embedded(datasets, root)
    for error in find_absent(datasets, root).values():
        raise error


def make_embedded(datasets: Iterable[str], root: Path) -> None:
    """Prepare the embedded data sets among some, where they are not yet there."""
    for key in datasets:
        dataset = load_dataset(key)
        if not dataset.embedded:
            continue
        try:
            load_prepared(dataset, root)
        except DataError:
            summary = prepare(dataset, None, root, lambda _done, _total: None)
            out.print(f"{dataset.title}: {summary.samples} samples made in {summary.folder}")


def find_absent(datasets: Iterable[str], root: Path) -> dict[str, HarnessError]:
    """The data sets among some that are not prepared, and what to do."""
    absent: dict[str, HarnessError] = {}
    for key in datasets:
        try:
            load_prepared(load_dataset(key), root)
        except DataError as error:
            absent[key] = error
    return absent
