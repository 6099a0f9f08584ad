"""Speed against other people's code: what is counted, and a short measurement."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
import torch
from mmengine.runner import EpochBasedTrainLoop

from harness.benches import (
    FOLDER,
    Bench,
    Comparison,
    Machine,
    Side,
    Turn,
    bench_json,
    load_bench,
    load_benches,
    refuse_taken,
    summarise,
    write_bench,
)
from harness.catalog import load_recipe
from harness.cli import main
from harness.errors import StoreError
from harness.rivals import load_rivals
from harness.run.contestant import TakeTurns
from harness.run.models import build_model
from harness.throughputs import FOLDER as COSTS
from harness.throughputs import load_cost_benches

MEASURE = ["bench", "stgcn", "--variant", "synthetic", "--against", "mmaction2"]
SHORT = ["--rounds", "2", "--batches", "2", "--device", "cpu"]


def side(*turns, **changes):
    given = dict(
        title="ours",
        network="Net",
        trainer="Runner",
        pipeline=("Cut", "Pack"),
        precision="float32",
        threads=1,
        loader_workers=0,
        batch_size=16,
        clip=(1, 1, 32, 20, 3),
        parameters=7,
        turns=tuple(Turn(samples=samples, seconds=seconds) for samples, seconds in turns),
    )
    return Side(**given | changes)


def compared(ours, theirs):
    return Comparison(
        setting="same precision",
        ours=side(*ours),
        theirs=side(*theirs, title="MMAction2"),
        score_gap=1e-7,
    )


def bench_of(*comparisons, recipe="stgcn"):
    return Bench(
        recipe=recipe,
        variant="config",
        dataset="synthetic",
        split="fixed",
        rival="mmaction2",
        started_at="2026-01-02T03:04:05+00:00",
        command="harness bench stgcn",
        machine=Machine(
            device="a CPU",
            device_kind="cpu",
            driver="",
            cores=2,
            load=0.5,
            python="3.11",
            platform="Linux",
            packages={"torch": "2.13.0"},
            commit="",
            dirty=False,
        ),
        batches=2,
        warm_up=5,
        comparisons=comparisons,
    )


def test_a_summary_is_median_and_range():
    """Not the mean, which one disturbed turn would move."""
    found = summarise([3.0, 1.0, 2.0, 100.0])

    assert asdict(found) == {"median": 2.5, "low": 1.0, "high": 100.0, "n": 4}
    with pytest.raises(ValueError, match="no values"):
        summarise([])


def test_rates_are_samples_by_seconds_of_each_turn():
    """A short last batch counts as what it is."""
    found = side((32, 2.0), (20, 1.0)).samples_per_s

    assert (found.median, found.low, found.high) == (18.0, 16.0, 20.0)


def test_the_ratio_is_taken_pair_by_pair():
    """What slows both sides of a round down leaves its ratio alone."""
    found = compared([(30, 1.0), (30, 10.0), (30, 1.0)], [(10, 1.0), (10, 10.0), (20, 1.0)]).ratio

    assert (found.median, found.low, found.high, found.n) == (3.0, 1.5, 3.0, 3)


def test_waiting_is_a_share_of_all_turns():
    """A turn of an older measurement did not say; then nothing is said."""
    turns = (Turn(samples=1, seconds=1.0, waited_s=0.5), Turn(samples=1, seconds=3.0, waited_s=0.1))

    assert side(turns=turns).waiting == pytest.approx(0.15)
    assert side((30, 1.0)).waiting is None


def test_sides_have_as_many_turns():
    """A half round is no pair."""
    with pytest.raises(ValueError, match="not as many turns"):
        compared([(30, 1.0), (30, 1.0)], [(10, 1.0)])


def test_json_has_the_turns_and_the_summary():
    """Scripts need not compute what the terminal shows."""
    (shown,) = bench_json(bench_of(compared([(30, 1.0)], [(10, 1.0)])))["comparisons"]

    assert shown["ours"]["turns"] == [{"samples": 30, "seconds": 1.0, "waited_s": None}]
    assert shown["summary"]["ratio"] == {"median": 3.0, "low": 3.0, "high": 3.0, "n": 1}
    assert shown["summary"]["theirs_samples_per_s"]["median"] == 10.0


def test_a_stored_measurement_comes_back(tmp_path):
    """It is found by its recipe, under its file's name, and holds no computed number."""
    found = bench_of(compared([(30, 1.0)], [(10, 1.0)]))
    write_bench(found, tmp_path / FOLDER / "b.json")
    write_bench(replace(found, recipe="other"), tmp_path / FOLDER / "a.json")

    assert load_benches(tmp_path, "stgcn") == {"b.json": found}
    assert "summary" not in (tmp_path / FOLDER / "b.json").read_text()
    assert load_benches(tmp_path / "nowhere", "stgcn") == {}


@pytest.mark.parametrize(
    ("change", "problem"),
    [({"schema_version": 2}, "schema version 2"), ({"comparisons": 3}, "cannot be read")],
    ids=["newer", "damaged"],
)
def test_a_measurement_that_cannot_be_read_is_refused(tmp_path, change, problem):
    """Never half of one."""
    found = asdict(bench_of(compared([(30, 1.0)], [(10, 1.0)]))) | change
    (tmp_path / "b.json").write_text(json.dumps(found))

    with pytest.raises(StoreError, match=problem):
        load_bench(tmp_path / "b.json")


def test_what_was_measured_is_not_overwritten(tmp_path):
    """Also not by a measurement that would only fail at its end."""
    (tmp_path / "b.json").write_text("{}")

    with pytest.raises(StoreError, match="already there"):
        refuse_taken(tmp_path / "b.json")
    with pytest.raises(StoreError, match=r"\.json"):
        refuse_taken(tmp_path / "b.txt")


class Script:
    """Orders in the order of a list, with what was answered."""

    def __init__(self, *orders):
        self.orders, self.turns = list(orders), []

    def next_order(self):
        """The next one; the last is the end."""
        if not self.orders:
            raise EOFError
        return self.orders.pop(0)

    def answer(self, answer):
        """Keep it."""
        self.turns.append(answer.turn)


def train(hook, epochs, *, pause_s):
    """What MMEngine's loop tells a hook over epochs of three batches of 2, each 20 ms."""
    loop = EpochBasedTrainLoop.__new__(EpochBasedTrainLoop)
    runner = SimpleNamespace(train_loop=loop, train_dataloader=range(3))
    for _ in range(epochs):
        hook.before_train_epoch(runner)
        for index in range(3):
            time.sleep(0.02)
            hook.before_train_iter(runner, index)
            hook.after_train_iter(runner, index, {"inputs": [None, None]})
        time.sleep(pause_s)


@pytest.mark.parametrize("orders", [(4, 2), (3, 3), (1, 5)], ids=str)
def test_the_end_of_an_epoch_is_not_timed(orders):
    """Validation and checkpoints between two epochs, in a turn or between two, do not count."""
    script = Script(*orders)

    with pytest.raises(EOFError):
        train(TakeTurns(script, torch.device("cpu")), 3, pause_s=1.0)

    assert [turn.samples for turn in script.turns] == [2 * batches for batches in orders]
    for turn, batches in zip(script.turns, orders, strict=True):
        assert 0.02 * batches <= turn.seconds < 0.9
        assert 0.02 * batches <= turn.waited_s <= turn.seconds  # only batches are awaited here


@pytest.fixture(autouse=True)
def _same_signals():
    """Leaves the process's answer to SIGTERM as it was."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("stgcn", "--against", "mmaction"), "did you mean 'mmaction2'?"),
        (("sta_lstm", "--against", "mmaction2"), "rival.py"),
        (("stgcn", "--against", "mmaction2", "--variant", "utd_two_stream"), "streams: config"),
        (
            ("stgcn", "--against", "mmaction2", "--variant", "zoo_ntu_joint"),
            "harness data prepare ntu60",
        ),
        (("stgcn", "--against", "mmaction2", "--rounds", "0"), "--rounds 4"),
        (("stgcn", "--against", "mmaction2", "--batches", "few"), "--batches 4"),
        (("stgcn", "--against", "mmaction2", "--device", "tpu"), "cuda:N"),
        (("stgcn", "--against", "mmaction2", "--out", "x.csv"), ".json"),
        (("stgcn", "--against", "mmaction2"), "harness data prepare utd_mhad"),
        (("stgcn", "--variant", "utd_two_stream"), "count those: config"),
        (("stgcn", "--variant", "utd_disance"), "did you mean 'utd_distance'?"),
        (("stgcn", "--batch-size", "0"), "--batch-size 4"),
        (("stgcn", "--against", "mmaction2", "--records", "9"), "harness bench report"),
        (("report", "--records", "few"), "--records 4"),
        (("report", "--records", "50", "0"), "--records 4"),
        (("report", "--records", "99999999"), "give at most "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_mistake_ends_in_two_lines(tmp_path, monkeypatch, capsys, words, fix):
    """Before anything is started: what is wrong, and what to do about it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HARNESS_DATA", raising=False)

    status = main(["bench", *words])

    problem, remedy = capsys.readouterr().err.splitlines()
    assert status == 2
    assert problem.startswith("error: ")
    assert fix in remedy


def test_what_a_variant_costs_is_measured_without_data(tmp_path, capfd):
    """Counted as everywhere; every turn and the memory of training and test are kept."""
    words = ["bench", "stgcn", "--variant", "synthetic", "--device", "cpu", "--rounds", "2"]
    words += ["--batch-size", "3", "--out", str(tmp_path / COSTS / "cpu.json")]

    assert main(words) == 0
    (cost,) = load_cost_benches(tmp_path, "stgcn")["cpu.json"].costs
    assert cost.parameters == sum(p.numel() for p in build_model("stgcn", "synthetic").parameters())
    assert cost.macs > 0
    assert (cost.variant, cost.batch_size, cost.views) == ("synthetic", 3, 1)
    for turns in (cost.test, cost.train):
        assert [turn.samples for turn in turns] == [3, 3]
        assert all(turn.seconds > 0 for turn in turns)
    assert 0 < cost.test_memory_gib <= cost.train_memory_gib
    assert cost.macs_text in capfd.readouterr().out


def test_rivals_are_those_that_the_recipe_declares():
    """Without a rival.py there is none."""
    assert set(load_rivals(load_recipe("stgcn"))) == {"mmaction2"}
    assert set(load_rivals(load_recipe("resnet3d"))) == {"mmaction2"}
    assert load_rivals(load_recipe("sta_lstm")) == {}


def test_a_rival_is_found_where_torch_cannot_be_imported(without_torch, tmp_path):
    """What the command line refuses, it refuses at once."""
    done = without_torch(
        "import os; os.chdir(sys.argv.pop()); from harness.cli import main; "
        "status = main(sys.argv[1:]); assert 'torch' not in sys.modules; sys.exit(status)",
        *MEASURE[:3],
        "config",
        *MEASURE[4:],
        tmp_path,
    )

    assert done.returncode == 2
    assert "not prepared" in done.stderr


@pytest.fixture
def temporary():
    """A folder with a short name, as sockets of loaders need it."""
    with TemporaryDirectory(prefix="b") as folder:
        yield Path(folder)


@pytest.fixture
def measure(temporary, data):
    """Starts a measurement with temporary files of its own."""

    def start(*words):
        command = [sys.executable, "-m", "harness", *MEASURE, *SHORT, "--data", str(data), *words]
        env = os.environ | {"OMP_NUM_THREADS": "1", "TMPDIR": str(temporary)}
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
        )

    return start


@pytest.mark.slow
def test_both_sides_train_the_same_at_the_same_precision(measure, temporary, tmp_path):
    """Two rounds on the embedded data: equal networks, equal clips, every sample counted."""
    process = measure("--json", "--out", str(tmp_path / "stored.json"))
    out, err = process.communicate(timeout=600)

    assert process.returncode == 0, err
    found = load_bench(tmp_path / "stored.json")
    assert json.loads(out) == json.loads(json.dumps(bench_json(found)))
    same, default = found.comparisons
    assert (same.setting, default.setting) == ("same precision", "defaults")
    assert same.score_gap < 1e-4
    for name in ("clip", "parameters", "precision", "threads", "batch_size"):
        assert getattr(same.ours, name) == getattr(same.theirs, name), name
    assert same.ours.network == "SpatialTemporalGCN"
    assert (same.theirs.network, same.theirs.trainer) == ("STGCN", "Runner")
    assert same.theirs.pipeline[0] == "PreNormalize3D"
    assert (default.ours.precision, default.theirs.precision) == ("bfloat16", "float32")
    assert default.theirs.clip[1] == 2  # persons
    for comparison in found.comparisons:
        assert comparison.theirs.loader_workers == 2
        for trained in (comparison.ours, comparison.theirs):
            assert [turn.samples for turn in trained.turns] == [32, 32]
            assert all(turn.seconds > 0 for turn in trained.turns)
    assert list(temporary.iterdir()) == []


def test_an_interrupted_measurement_leaves_nothing(measure, temporary):
    """Both processes, their loaders and their files are gone."""
    process = measure()
    for _ in range(1200):
        if list(temporary.glob("*/theirs-*/work")):
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert err.strip().splitlines()[-1].startswith("interrupted")
    assert list(temporary.iterdir()) == []
    commands = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(temporary) not in commands.stdout


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_side_that_fails_says_why(measure):
    """In two lines, with the side's own remedy."""
    process = measure("--device", "cuda:0")
    _, err = process.communicate(timeout=120)

    assert process.returncode == 2
    assert "GPUs, not cuda:0" in err.splitlines()[-2]
    assert "--device cpu" in err.splitlines()[-1]
