"""Sources of SBU in the authors' real format, made anew."""

import zipfile
from pathlib import Path

import numpy as np

from harness.datasets.definition import Sample


def ignore_progress(done: int, total: int) -> None:
    """Take no notice."""


def write_sequence(path: Path, frames: int, seed: int) -> None:
    """Write a ``skeleton_pos.txt`` as the authors do: 91 values a line, CRLF."""
    values = np.random.default_rng(seed).uniform(-0.1, 2.4, (frames, 90))
    lines = [
        ",".join([str(seed % 300 + at), *(f"{value:.5g}" for value in row)])
        for at, row in enumerate(values)
    ]
    path.parent.mkdir(parents=True)
    path.write_bytes("".join(line + "\r\n" for line in lines).encode("ascii"))


def write_zip(folder: Path, target: Path, prefix: str = "") -> Path:
    """Pack a folder, with the litter that macOS adds."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                name = prefix + file.relative_to(folder).as_posix()
                archive.write(file, name)
                archive.writestr(f"__MACOSX/{name}", b"\0")
    return target


def sequence_file(source: Path, name: str) -> Path:
    """Give the file of a sequence."""
    return source / name / "skeleton_pos.txt"


def make_sample(name: str) -> Sample:
    """Make the sample of an SBU sequence."""
    pair, kind, _ = name.split("/")
    return Sample(id=name, label=int(kind) - 1, start=0, frames=1, group=pair)
