"""Fixtures: invented sources, prepared data, and the real data where it lies."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sbu_sources import ignore_progress, sequence_file, write_sequence

from harness.datasets.prepared import prepare
from harness.datasets.sbu import DATASET as SBU
from harness.datasets.synthetic import DATASET as SYNTHETIC


@pytest.fixture(scope="session")
def _complete_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source")
    for seed, sample in enumerate(SBU.manifest):
        write_sequence(sequence_file(source, sample.id), sample.frames, seed)
    return source


@pytest.fixture
def complete_source(_complete_source: Path, tmp_path: Path) -> Path:
    """All 282 sequences, invented values; hard links, so replace a file, never write into it."""
    source = tmp_path / "sbu-source"
    for file in _complete_source.rglob("*.txt"):
        copy = source / file.relative_to(_complete_source)
        copy.parent.mkdir(parents=True)
        os.link(file, copy)
    return source


@pytest.fixture
def small_source(tmp_path: Path) -> Path:
    """Two sequences, to be damaged."""
    source = tmp_path / "small"
    for seed, name in enumerate(("s01s02/01/001", "s02s03/07/002")):
        write_sequence(sequence_file(source, name), 12, seed)
    return source


@pytest.fixture(scope="session")
def synthetic_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the synthetic data set prepared; not to be changed."""
    root = tmp_path_factory.mktemp("data")
    prepare(SYNTHETIC, None, root, ignore_progress)
    return root


@pytest.fixture
def real_data() -> Path:
    """Folder of the real data; skips where there is none."""
    checkout = Path(__file__).parents[2]
    data = Path(os.environ.get("HARNESS_TEST_DATA", checkout.parent / "shared" / "data"))
    if not data.is_dir():
        pytest.skip(f"no real data in {data}")
    return data


@pytest.fixture
def real_sbu(real_data: Path) -> Iterator[Path]:
    """The authors' sequences; skips where they are not."""
    if not (real_data / "sbu").is_dir():
        pytest.skip(f"no sequences in {real_data}")
    yield real_data / "sbu"
