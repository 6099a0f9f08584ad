"""Runs on real data, where they lie beside the checkout."""

import os
from pathlib import Path

import pytest
from short_runs import Bench, numbers

from harness.catalog import load_dataset
from harness.datasets.prepared import prepare
from harness.run.environment import package_versions
from harness.store import ResultStore

ROOT = Path(__file__).parents[2]
SBU = Path(os.environ.get("HARNESS_TEST_DATA", ROOT.parent / "shared" / "data")) / "sbu"


@pytest.fixture(scope="module")
def sbu(tmp_path_factory) -> Path:
    """SBU, prepared from the authors' files."""
    if not SBU.is_dir():
        pytest.skip(f"SBU is not in {SBU}")
    root = tmp_path_factory.mktemp("sbu")
    prepare(load_dataset("sbu"), SBU, root, lambda _done, _total: None)
    return root


@pytest.mark.data
@pytest.mark.slow
def test_a_committed_record_comes_out_again(sbu, tmp_path, monkeypatch):
    """Equal bits on an equal machine, the same accuracy within ten points on another.

    The committed runs multiplied matrices with OpenBLAS's kernels for Haswell; those that
    it takes by itself on the same processor end in other bits.
    """
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    bench = Bench(root=tmp_path, data=sbu)

    done = bench.run("--variant", "lstm", "--split", "fold1", "--seeds", "0")

    assert done.returncode == 0, done.stderr
    run = bench.runs[0]
    committed = next(
        item
        for item in ResultStore(ROOT / "results").runs("sta_lstm")
        if item.record.plan_digest == run.record.plan_digest and not item.invalidated
    )
    top1 = committed.record.values["top1_acc"]
    assert run.record.values["top1_acc"] == pytest.approx(top1, abs=10)
    here, there = run.record.environment, committed.record.environment
    if here.device == there.device and there.packages == package_versions():
        assert numbers(run) == numbers(committed)
