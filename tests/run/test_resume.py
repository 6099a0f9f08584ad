import contextlib
import os
import random
import signal
import time

import pytest
from short_runs import Bench, numbers

LONGER = ("--limit", "48", "--set", "train_cfg.max_iters=120")
WITH_LOADERS = (*LONGER, "--set", "train_dataloader.num_workers=2")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, data):
    """Numbers and seconds of runs that nobody interrupted, by their settings."""
    known = {}

    def run(settings):
        if settings not in known:
            bench = Bench(root=tmp_path_factory.mktemp("undisturbed"), data=data)
            began_s = time.monotonic()
            done = bench.run(*settings)
            assert done.returncode == 0, done.stderr
            known[settings] = (numbers(bench.runs[0]), time.monotonic() - began_s)
        return known[settings]

    return run


@pytest.mark.slow
@pytest.mark.parametrize("trial", range(20))
def test_a_killed_run_ends_with_the_same_bits(bench, undisturbed, trial):
    """SIGKILL at a random moment, of launcher or worker: nothing lost, doubled or off.

    A fifth of the trials load their data in worker processes.
    """
    settings = WITH_LOADERS if trial % 5 == 4 else LONGER
    expected, duration_s = undisturbed(settings)
    process = bench.start(*settings)
    time.sleep(random.Random(trial).uniform(0.3, 1.0) * duration_s)
    target = process.pid if trial % 2 else bench.worker()
    if target is not None:
        with contextlib.suppress(ProcessLookupError):  # it had ended
            os.kill(target, signal.SIGKILL)
    process.communicate(timeout=120)

    again = bench.run(*settings)

    assert again.returncode == 0, again.stderr
    completed = [run for run in bench.runs if run.record.status == "completed"]
    assert len(completed) == 1
    assert numbers(completed[0]) == expected
    assert list(bench.root.glob("results/*/.*")) == []


def test_a_killed_run_goes_on_from_its_checkpoint(bench, data, undisturbed):
    """It does not begin again: the record says that it was resumed, and how often."""
    expected, _ = undisturbed(LONGER)
    process = bench.start(*LONGER, "--save-every", "0")
    checkpoint = bench.wait_for("work/*/checkpoint.pt")
    size = checkpoint.stat().st_mtime_ns
    while checkpoint.stat().st_mtime_ns == size:
        time.sleep(0.02)
    os.kill(bench.worker(), signal.SIGKILL)
    process.communicate(timeout=60)

    assert bench.run(*LONGER).returncode == 0

    failed, completed = bench.runs
    assert failed.record.failure.kind == "crash"
    assert completed.record.timing.resumed == 1
    assert numbers(completed) == expected


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_a_record_and_goes_on(bench, undisturbed, number):
    """Ctrl-C and a scheduler's end are records too, and cost nothing."""
    expected, _ = undisturbed(LONGER)
    process = bench.start(*LONGER)
    bench.wait_for("work/*/progress.jsonl")
    process.send_signal(number)
    _, error = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "interrupted" in error
    assert [run.record.status for run in bench.runs] == ["interrupted"]
    assert bench.run(*LONGER).returncode == 0
    assert numbers(bench.runs[-1]) == expected
