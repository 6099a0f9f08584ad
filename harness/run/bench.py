"""Speed of a recipe's training against other people's code, measured in turns.

Each side is a process of its own (see :mod:`harness.run.contestant`), for MMEngine
keeps process-wide state. Both are alive for the whole measurement; one waits while
the other trains, so that what the machine does besides meets both alike.

Imports no torch.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from harness.benches import Bench, Comparison, Machine, Side, Turn
from harness.catalog import Recipe
from harness.documents import dump, parse
from harness.errors import PlanError, RunError
from harness.forms import is_fusion
from harness.plan import load_config
from harness.records import Json, Plan
from harness.request import request_runs
from harness.rivals import SETTINGS, Rival, Setting, Task, load_rival
from harness.run.machine import mean_load

WARM_UP = 5  # batches: the first ones pay for start of loaders and choice of kernels
SETTLE_S = 0.5  # the loaders of the side that stopped fill their queue, its threads stop spinning
GRACE_S = 10.0
ORDER = "order.json"
LOG = "log.txt"
Watcher = Callable[[Setting, int], None]
"""Told of each finished round of a comparison."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contest:
    """What is to be measured.

    Args:
        recipe: Key of the recipe.
        variant: Its variant, on the first of its splits.
        rival: Name of the rival.
        data: Folder of prepared data.
        device: ``auto``, ``cpu`` or ``cuda:N``.
        threads: Threads of torch on both sides at the same precision; ``None`` for
            as many as torch takes by itself, which is what both have by default.
        rounds: Turns of each side.
        batches: Batches a turn.
        command: The command line.
    """

    recipe: str
    variant: str
    rival: str
    data: str
    device: str = "auto"
    threads: int | None = None
    rounds: int = 10
    batches: int = 10
    command: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What one process is to train.

    Args:
        contest: What is measured.
        setting: What is equal on both sides.
        side: Which side it is.
    """

    contest: Contest
    setting: Setting
    side: Literal["ours", "theirs"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """What a side says before its first turn.

    Args:
        side: What it trains, without turns.
        machine: Where.
        score_gap: As :class:`harness.benches.Comparison` has it.
    """

    side: Side
    machine: Machine
    score_gap: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One line of a side's process; one of its fields is set."""

    ready: Ready | None = None
    turn: Turn | None = None
    problem: str = ""
    fix: str = ""


def make_plan(recipe: Recipe, contest: Contest, setting: Setting, threads: int) -> Plan:
    """Plan of our side.

    Args:
        recipe: The recipe.
        contest: What is measured.
        setting: What is equal on both sides.
        threads: Threads of torch.

    Raises:
        PlanError: The variant cannot be planned, or trains no model.
    """
    config = load_config(recipe, contest.variant)
    if is_fusion(config):
        raise PlanError(
            f"variant '{contest.variant}' is a fusion and trains nothing",
            fix=f"choose one of its streams: {', '.join(config['fusion'])}",
        )
    overrides: Json = {"runtime.threads": threads}
    if setting == "same precision":
        overrides["runtime.precision"] = "float32"
    splits = tuple(config["splits"][:1])
    return request_runs(recipe, contest.variant, splits=splits, overrides=overrides).plans[-1]


def bench(recipe: Recipe, contest: Contest, watch: Watcher | None = None) -> Bench:
    """Measure a recipe's variant against a rival, at the same precision and by default.

    Args:
        recipe: The recipe.
        contest: What is to be measured.
        watch: Told of each finished round.

    Raises:
        CatalogError: There is no such variant or rival.
        PlanError: It cannot be planned, or the rival has no such network.
        RunError: A side failed.
    """
    rival = load_rival(recipe, contest.rival)
    plan = make_plan(recipe, contest, SETTINGS[0], contest.threads or 1)
    began, load = datetime.now(UTC), mean_load()
    with _workshop() as home:
        for setting in SETTINGS:  # before anything is started
            rival.configure(
                Task(config=plan.config, split=plan.split, folder=home, setting=setting)
            )
        found = [_compare(contest, rival, setting, home, watch) for setting in SETTINGS]
    return Bench(
        recipe=recipe.key,
        variant=contest.variant,
        dataset=plan.dataset,
        split=plan.split,
        rival=contest.rival,
        started_at=began.isoformat(timespec="seconds"),
        command=contest.command,
        machine=replace(found[0][1], load=load),
        batches=contest.batches,
        warm_up=WARM_UP,
        comparisons=tuple(comparison for comparison, _ in found),
    )


@contextmanager
def _workshop() -> Iterator[Path]:
    """A temporary folder; it stays where a message leads to a log in it."""
    home = Path(tempfile.mkdtemp(prefix="bench-"))
    stays = False
    try:
        yield home
    except RunError as error:
        stays = str(home) in error.fix
        raise
    finally:
        if not stays:
            shutil.rmtree(home, ignore_errors=True)


def _compare(
    contest: Contest, rival: Rival, setting: Setting, home: Path, watch: Watcher | None
) -> tuple[Comparison, Machine]:
    """Let both sides take turns."""
    turns: dict[str, list[Turn]] = {"ours": [], "theirs": []}
    with ExitStack() as stack:
        sides = {
            name: stack.enter_context(
                _Side(Order(contest=contest, setting=setting, side=name), home)
            )
            for name in ("ours", "theirs")
        }
        ready = {name: side.await_ready() for name, side in sides.items()}
        for side in sides.values():
            side.take_turn(WARM_UP)
        for number in range(1, contest.rounds + 1):
            for name, side in sides.items():
                turns[name].append(side.take_turn(contest.batches))
            if watch is not None:
                watch(setting, number)
    shown = {
        name: replace(ready[name].side, turns=tuple(turns[name])) for name in ("ours", "theirs")
    }
    comparison = Comparison(
        setting=setting,
        ours=shown["ours"],
        theirs=replace(shown["theirs"], title=rival.title),
        score_gap=ready["theirs"].score_gap,
    )
    return comparison, ready["ours"].machine


class _Side:
    """The process of one side.

    Args:
        order: What it trains.
        home: Folder in which it gets one of its own.
    """

    def __init__(self, order: Order, home: Path) -> None:
        self.name = f"{order.side}, {order.setting}"
        self.folder = home / self.name.replace(", ", "-").replace(" ", "-")
        self.folder.mkdir()
        (self.folder / ORDER).write_text(dump(order), encoding="utf-8")
        with (self.folder / LOG).open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "harness.run.contestant", str(self.folder)],
                stdin=subprocess.PIPE,  # its end tells the process that we are gone
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(order.contest.device, home),
                start_new_session=True,  # so that its loaders end with it
            )

    def __enter__(self) -> "_Side":
        return self

    def __exit__(self, *_: object) -> None:
        """End it and its loaders, whatever they are doing."""
        assert self.process.stdin is not None and self.process.stdout is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE_S)
        with suppress(ProcessLookupError, PermissionError):  # it has ended by itself
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def await_ready(self) -> Ready:
        """What it is, as soon as it can begin.

        Raises:
            RunError: It failed.
        """
        ready = self._read().ready
        assert ready is not None
        return ready

    def take_turn(self, batches: int) -> Turn:
        """Let it train some batches.

        Raises:
            RunError: It failed.
        """
        assert self.process.stdin is not None
        time.sleep(SETTLE_S)
        with suppress(BrokenPipeError):  # the answer says why
            self.process.stdin.write(b"%d\n" % batches)
            self.process.stdin.flush()
        turn = self._read().turn
        assert turn is not None
        return turn

    def _read(self) -> Answer:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            status = self.process.wait()
            raise RunError(
                f"the side '{self.name}' ended with status {status} without a word",
                fix=f"see {self.folder / LOG}",
            )
        answer = parse(Answer, line, source=self.name)
        if answer.problem:
            raise RunError(
                f"the side '{self.name}' failed: {answer.problem}",
                fix=answer.fix or f"see {self.folder / LOG}",
            )
        return answer


def _environment(device: str, home: Path) -> Json:
    """Environment of a side: one on the CPU sees no GPU; what loaders leave lies in its folder."""
    env = os.environ | {"TMPDIR": str(home)}
    env.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS is repeatable only with it
    if device == "cpu":
        env["CUDA_VISIBLE_DEVICES"] = ""
    return env


def say(answer: Answer) -> bytes:
    """An answer as one line."""
    return json.dumps(asdict(answer), allow_nan=False).encode() + b"\n"
