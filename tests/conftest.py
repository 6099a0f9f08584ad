"""Makers of small values: a claim, a plan, a record, and a stored run of it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.catalog import Recipe, load_recipe
from harness.claims import Claim, Ordering, Place, Protocol, Reading
from harness.claims import Evidence as Source
from harness.compare import Evidence
from harness.records import DataFacts, Measurement, Plan, RunRecord, SampleCounts
from harness.scores import Scores, pack_scores
from harness.store import SCORES, ResultStore, StoredRun

ROOT = Path(__file__).parents[1]
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in a shell's background, where Ctrl-C is ignored; the processes that tests start and
    # interrupt would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)

Make = Callable[..., Any]


@pytest.fixture
def protocol() -> Make:
    """Makes the conditions of a measurement."""

    def make(**changes: Any) -> Protocol:
        given: dict[str, Any] = dict(
            dataset="steps", modality="joint", classes=2, joints=3, persons=1
        )
        return Protocol(**given | changes)

    return make


@pytest.fixture
def claim(protocol: Make) -> Make:
    """Makes a claim of 91.51 % under the protocol, to be tried by ``config``."""

    def make(printed: str = "91.51", **changes: Any) -> Claim:
        given: dict[str, Any] = dict(
            key="walker",
            method="Walker",
            metric="top1_acc",
            readings=(Reading(printed=printed, evidence=Source.PAPER),),
            protocol=protocol(),
            splits=("fold1",),
            place=Place(where="Table 1", evidence=Source.PAPER),
            variant="config",
            tolerance=1.0,
            tolerance_reason="for the test",
        )
        return Claim(**given | changes)

    return make


@pytest.fixture
def ordering(protocol: Make) -> Make:
    """Makes the claim that ``config`` beats ``plain``."""

    def make(**changes: Any) -> Ordering:
        given: dict[str, Any] = dict(
            key="order",
            better="config",
            worse="plain",
            metric="top1_acc",
            protocol=protocol(),
            splits=("fold1",),
            place=Place(),
            evidence=Source.PAPER,
            statement="the gate helps",
        )
        return Ordering(**given | changes)

    return make


@pytest.fixture
def plan() -> Make:
    """Makes a plan; ``config`` adds to its configuration."""

    def make(config: dict[str, Any] | None = None, **changes: Any) -> Plan:
        conditions = dict(dataset="steps", modality="joint", classes=2, joints=3, persons=1)
        given: dict[str, Any] = dict(
            recipe="toy", variant="config", dataset="steps", split="fold1", seed=0
        )
        return Plan(**given | changes, config={"protocol": conditions} | (config or {}))

    return make


@pytest.fixture
def record(plan: Make) -> Make:
    """Makes the record of a completed run, by default with one top-1 accuracy."""

    def make(value: float = 91.0, *, metric: str = "top1_acc", **changes: Any) -> RunRecord:
        done = changes.pop("plan", None) or plan()
        given: dict[str, Any] = dict(
            run_id=f"20260102T030405Z-{done.digest[:8]}",
            status="completed",
            plan=done,
            plan_digest=done.digest,
            code_digest="c0de",
            started_at="2026-01-02T03:04:05+00:00",
            duration_s=1.5,
            data=DataFacts(
                fingerprint="f" * 64,
                known=True,
                embedded=False,
                train=80,
                test=SampleCounts(expected=20, scored=20),
                monitored="test",
            ),
            measurements=(Measurement(metric=metric, value=value, samples=20),),
        )
        return RunRecord(**given | changes)

    return make


@pytest.fixture
def evidence(plan: Make, record: Make, tmp_path: Path) -> Make:
    """Makes a run as the comparison sees it.

    ``correct`` says of each test sample whether the run had it right, and is
    stored as scores; the other words go to the plan or to the record.
    """

    def make(value: float = 91.0, *, correct: Sequence[bool] = (), **changes: Any) -> Evidence:
        seen = {key: changes.pop(key) for key in ("stale", "unit") if key in changes}
        invalidated = changes.pop("invalidated", "")
        groups = changes.pop("groups", None)
        names = ("config", "variant", "split", "seed", "overrides", "limit")
        planned = plan(**{key: changes.pop(key) for key in names if key in changes})
        if len(correct):
            value = 100 * float(np.mean(correct))
        done = record(value, plan=planned, **changes)
        run = StoredRun(record=done, folder=tmp_path / done.run_id, invalidated=invalidated)
        if len(correct):
            run.folder.mkdir(exist_ok=True)
            (run.folder / SCORES).write_bytes(pack_scores(_scores(correct, groups)))
        return Evidence(run=run, **seen)

    return make


def _scores(correct: Sequence[bool], groups: Sequence[str] | None) -> Scores:
    right = np.asarray(correct, dtype=float)
    ids = np.array([f"s{index:04}" for index in range(len(right))])
    return Scores(
        ids=ids,
        groups=ids if groups is None else np.asarray(groups),
        labels=np.zeros(len(right), dtype=np.int64),
        scores=np.stack([right, 1 - right], axis=1).astype(np.float32),
    )


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    """An empty store."""
    return ResultStore(tmp_path / "results")


CONFIG = """
protocol = dict(dataset="synthetic", modality="joint", classes=10, joints=25, persons=1)
splits = ["fixed"]
default_scope = "mmaction"
model = dict(
    type="Net", layers=[dict(width=8), dict(width=16)], rate=0.5, gate=True, name="plain", init=None
)
train_dataloader = dict(batch_size=4)
val_dataloader = dict(batch_size=4)
test_dataloader = dict(batch_size=4)
train_cfg = dict(max_iters=100)
val_cfg = dict()
test_cfg = dict()
val_evaluator = dict(type="AccMetric")
test_evaluator = dict(type="AccMetric")
optim_wrapper = dict(optimizer=dict(type="SGD", lr=0.1))
choices = [dict(what="batch of 4", why="the paper is silent")]
"""


@pytest.fixture
def toy(tmp_path: Path) -> Make:
    """Makes a recipe in a folder: each variant is the same config plus some lines."""

    def make(**variants: str) -> Recipe:
        folder = tmp_path / "toy"
        folder.mkdir(exist_ok=True)
        texts = {"config": ""} | variants
        for name, lines in texts.items():
            (folder / f"{name}.py").write_text(f"{CONFIG}\n{lines}\n")
        names = tuple(sorted(texts))
        return replace(load_recipe("sta_lstm"), key="toy", folder=folder, variants=names)

    return make


@pytest.fixture(scope="session")
def python() -> Make:
    """Runs Python text in a process of its own."""

    def run(
        text: str, *words: object, timeout_s: float = 120, **variables: object
    ) -> subprocess.CompletedProcess[str]:
        env = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, "-c", text, *map(str, words)],
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_s,
            env=env | {key: str(value) for key, value in variables.items()},
        )

    return run


@pytest.fixture(scope="session")
def without_torch(python: Make) -> Make:
    """Runs Python text as if torch and mmaction were not installed."""
    hide = """
import sys
class Hide:
    def __init__(self, finder):
        self.finder = finder
    def __getattr__(self, name):
        return getattr(self.finder, name)
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in ('torch', 'mmaction'):
            return None
        return self.finder.find_spec(name, path, target)
sys.meta_path[:] = [Hide(finder) for finder in sys.meta_path]
try:
    import torch
except ModuleNotFoundError:
    pass
else:
    sys.exit('torch is still here')
"""

    def run(text: str, *words: object) -> subprocess.CompletedProcess[str]:
        return python(hide + text, *words)

    return run
