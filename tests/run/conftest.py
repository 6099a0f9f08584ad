from pathlib import Path

import pytest
from short_runs import SHORT, Bench

from harness.catalog import load_dataset
from harness.datasets.prepared import prepare


@pytest.fixture(scope="session")
def data(tmp_path_factory) -> Path:
    """The embedded data set, prepared once."""
    root = tmp_path_factory.mktemp("data")
    prepare(load_dataset("synthetic"), None, root, lambda _done, _total: None)
    return root


@pytest.fixture
def bench(tmp_path: Path, data: Path) -> Bench:
    """An empty place with prepared data."""
    return Bench(root=tmp_path, data=data)


@pytest.fixture(scope="session")
def finished(tmp_path_factory, data: Path) -> Bench:
    """A place where one short run has ended."""
    bench = Bench(root=tmp_path_factory.mktemp("finished"), data=data)
    done = bench.run(*SHORT)
    assert done.returncode == 0, done.stderr
    return bench
