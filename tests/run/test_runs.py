import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
import torch
from short_runs import SHORT, numbers

from harness.scores import unpack


def two_lines(done) -> list[str]:
    """What a user's error looks like."""
    lines = done.stderr.strip().splitlines()
    assert done.returncode == 2, done.stdout + done.stderr
    assert len(lines) == 2, done.stderr
    assert lines[0].startswith("error: ")
    assert lines[1].startswith("  fix: ")
    return lines


def test_a_run_leaves_a_whole_record(finished):
    """Plan, place, data, cost, curves and scores: all that a page is made from."""
    run = finished.runs[0]
    record = run.record

    assert record.status == "completed"
    assert record.plan.limit == 24
    assert record.is_limited
    assert record.data.monitored == "val"
    assert (record.data.test.expected, record.data.test.scored) == (240, 24)
    assert record.environment.packages["torch"] == torch.__version__
    assert record.environment.threads == 1
    assert set(record.values) >= {"top1_acc", "top5_acc", "mean_class_acc", "params", "macs"}
    assert record.timing.iterations == 9
    assert [row["iteration"] for row in run.history] == [3, 6, 9]
    assert all(row["monitored_acc"] is not None for row in run.history)
    assert run.scores.scores.shape == (24, 10)


def test_accuracy_is_that_of_the_stored_scores(finished):
    """MMAction2's metric, converted once, is what anybody computes from scores.npz."""
    run = finished.runs[0]

    assert run.record.values["top1_acc"] == pytest.approx(run.scores.accuracy(1))
    assert run.record.values["top5_acc"] == pytest.approx(run.scores.accuracy(5))
    expected = run.scores.mean_class_accuracy()
    assert run.record.values["mean_class_acc"] == pytest.approx(expected)


def test_the_first_run_stores_what_the_recipe_observes(finished):
    """Attention over test sequences lies beside the record, small enough to commit."""
    path = finished.runs[0].folder / "observations.npz"

    arrays = unpack(path.read_bytes(), source=str(path))

    assert path.stat().st_size < 256 * 1024
    assert any(name.startswith("alpha") for name in arrays)


def test_a_finished_plan_is_not_run_again(finished):
    """The same command a second time starts nothing."""
    before = len(finished.runs)

    done = finished.run(*SHORT)

    assert "1 done" in done.stdout
    assert len(finished.runs) == before


def test_a_fresh_run_gives_the_same_numbers(bench, finished):
    """Equal plans end with equal bits, in another place and process."""
    assert bench.run(*SHORT).returncode == 0

    assert numbers(bench.runs[0]) == numbers(finished.runs[0])


def test_seeds_and_jobs(bench):
    """Two seeds at a time, each in its process: two records with different weights."""
    done = bench.run(*SHORT, "--seeds", "0,1", "--jobs", "2")

    assert done.returncode == 0, done.stderr
    weights = {run.record.weights_sha256 for run in bench.runs}
    assert len(weights) == 2


def test_the_first_batch_is_timed(finished):
    """From the launch to it, so that start-up costs can be looked at."""
    timing = finished.runs[0].record.timing

    assert 0 < timing.startup_s < finished.runs[0].record.duration_s


def test_a_loss_that_is_not_finite_is_a_failed_record(bench):
    """It stops at once, says where, and stores no NaN."""
    lr = ("--set", "optim_wrapper.optimizer.lr=1e38", "--set", "optim_wrapper.clip_grad=None")

    lines = two_lines(bench.run(*SHORT, *lr))

    assert "not finite" in lines[0]
    failure = bench.runs[0].record.failure
    assert failure.kind == "not finite"
    assert "NaN" not in (bench.runs[0].folder / "record.json").read_text()


def test_a_worker_that_dies_is_a_failed_record(bench):
    """Killed from outside, as by the system when memory is full."""
    process = bench.start(*SHORT)
    bench.wait_for("work/*/progress.jsonl")
    os.kill(bench.worker(), signal.SIGKILL)
    process.communicate(timeout=60)

    assert process.returncode == 2
    assert bench.runs[0].record.failure.kind == "crash"
    assert "signal 9" in bench.runs[0].record.failure.message


def test_a_worker_ends_with_its_launcher(bench):
    """No orphan goes on computing."""
    process = bench.start(*SHORT)
    bench.wait_for("work/*/progress.jsonl")
    worker = bench.worker()
    process.kill()
    process.communicate(timeout=60)

    for _ in range(100):
        if bench.worker() != worker:
            break
        time.sleep(0.05)
    assert bench.worker() is None


def test_missing_data_stop_a_run_before_it_starts(bench, tmp_path):
    """A data set that is not there is no traceback and no record."""
    done = bench.run("--variant", "config", "--split", "fold1", "--data", str(tmp_path / "none"))

    assert "sbu" in two_lines(done)[0]
    assert bench.runs == ()


def test_damaged_data_stop_a_run(bench, tmp_path):
    """A truncated file is found before anything is trained on it."""
    damaged = tmp_path / "damaged"
    shutil.copytree(bench.data / "synthetic", damaged / "sbu")
    os.truncate(damaged / "sbu" / "index.json", 1000)

    lines = two_lines(bench.run("--variant", "lstm", "--data", str(damaged)))

    assert "sbu" in lines[0]
    assert bench.runs == ()


def test_damaged_embedded_data_are_made_anew(bench, tmp_path):
    """They need no source, so the run mends them and goes on."""
    damaged = tmp_path / "damaged"
    shutil.copytree(bench.data, damaged)
    path = damaged / "synthetic" / "keypoints.npy"
    os.truncate(path, path.stat().st_size // 2)

    done = bench.run(*SHORT, "--data", str(damaged), "--plan")

    assert done.returncode == 0, done.stderr
    assert path.read_bytes() == (bench.data / "synthetic" / "keypoints.npy").read_bytes()


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [
        (("--variant", "synthetc"), "synthetic"),
        (("--split", "fixd"), "fixed"),
        (("--dataset", "sbu"), "choose another --variant"),
        (("--set", "optim_wrapper.optimiser.lr=1"), "optimizer"),
        (("--set", "optim_wrapper.optimizer.lr=fast"), "type"),
        (("--seeds", "a"), "0..4"),
        (("--device", "tpu"), "cpu"),
    ],
)
def test_a_slip_on_the_command_line_is_two_lines(bench, words, suggestion):
    """Each says what to type instead."""
    assert suggestion in two_lines(bench.run(*SHORT, *words))[1]


def test_a_checkpoint_that_carries_code_is_not_loaded(bench, tmp_path):
    """Neither as a run's checkpoint nor as weights; the code does not run."""
    marker = tmp_path / "code_ran"

    class Payload:
        def __reduce__(self):
            return os.system, (f"touch {marker}",)

    home = bench.root / "work" / bench.planned(*SHORT)
    home.mkdir(parents=True)
    torch.save({"tensors": Payload(), "facts": "{}"}, home / "checkpoint.pt")

    lines = two_lines(bench.run(*SHORT))

    assert "carries code" in lines[0]
    assert not marker.exists()


def test_a_full_disk_loses_nothing(bench):
    """A record that cannot be stored is said; room made, the same command stores it."""
    limited = f"ulimit -f 8; exec {' '.join(bench.command(*SHORT))}"
    done = subprocess.run(
        ["bash", "-c", limited], capture_output=True, text=True, check=False, timeout=120
    )

    two_lines(done)
    assert list(bench.root.glob("results/**/*.npz")) == []
    assert list(bench.root.glob("results/*/.*")) == []
    assert bench.run(*SHORT).returncode == 0
    assert bench.runs[-1].record.status == "completed"


def test_two_processes_cannot_run_one_plan(bench):
    """The second says so and leaves the first alone."""
    process = bench.start(*SHORT)
    bench.wait_for("work/*/job.json")

    second = bench.run(*SHORT)
    process.communicate(timeout=60)

    assert "another process" in two_lines(second)[0]
    assert [run.record.status for run in bench.runs] == ["completed"]


def test_the_two_functions_for_other_peoples_code():
    """build_model and score: MMAction2's parts, in eval(), raw scores of a batch."""
    probe = """
import torch
from harness.run import build_model, score
model = build_model("sta_lstm", "lstm")
assert not model.training and model.backbone is not None and model.cls_head is not None
print(tuple(score(model, torch.randn(3, 1, 2, 12, 15, 3)).shape))
"""
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "(3, 8)"


def test_a_record_is_plain_json(finished):
    """Version first, no NaN, in the order of the fields."""
    text = (finished.runs[0].folder / "record.json").read_text()

    stored = json.loads(text)

    assert next(iter(stored)) == "schema_version"
    assert "NaN" not in text
    assert "Infinity" not in text
