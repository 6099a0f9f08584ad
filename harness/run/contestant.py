"""One side of a measurement of speed: ``python -m harness.run.contestant FOLDER``.

The folder holds ``order.json``. The process says what it is, then for each line of
standard input, a number of batches, trains so many and says how long they took. It
ends with its standard input.
"""

import os
import queue
import signal
import sys
import threading
import time
import traceback
from copy import deepcopy
from pathlib import Path
from typing import Any

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import EpochBasedTrainLoop, Runner
from mmengine.utils import import_modules_from_strings
from torch import nn

from harness.benches import Side, Turn
from harness.catalog import Recipe, load_dataset, load_recipe
from harness.datasets.stored import load_prepared
from harness.datasets.videos import load_videos
from harness.documents import parse
from harness.errors import HarnessError, RunError
from harness.records import Plan
from harness.rivals import Rival, Task, load_rival
from harness.run.bench import ORDER, Answer, Order, Ready, make_plan, say
from harness.run.bench_machine import describe_machine
from harness.run.checkpoints import SaveState
from harness.run.failures import explain
from harness.run.history import History
from harness.run.job import CHECKPOINT
from harness.run.models import enter_scope, read_config, score
from harness.run.progress import FILE, ProgressWriter
from harness.run.runner import make_runner
from harness.run.worker import choose_device, resolve, set_determinism

ENDLESS = 10**6  # epochs: a measurement ends by being told to
LARGEST_GAP = 1e-4  # of scores; float32 over ten layers gives about 1e-6


class EndOfContestError(Exception):
    """The launcher has closed standard input."""


class Channel:
    """Orders from standard input, answers to what was standard output.

    Whatever else is printed goes to standard error.
    """

    def __init__(self) -> None:
        self._answers = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        self._orders: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._waits = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        text = b""
        while new := os.read(0, 64):  # a forked loader closes sys.stdin and would wait for its lock
            *lines, text = (text + new).split(b"\n")
            for line in lines:
                self._orders.put(int(line))
        self._orders.put(0)
        if not self._waits.is_set():  # in the middle of training or of starting
            os.killpg(0, signal.SIGKILL)

    def answer(self, answer: Answer) -> None:
        """Say something."""
        self._answers.write(say(answer))
        self._answers.flush()

    def next_order(self) -> int:
        """Number of batches to train.

        Raises:
            EndOfContestError: There is no further order.
        """
        self._waits.set()
        batches = self._orders.get()
        self._waits.clear()
        if batches == 0:
            raise EndOfContestError
        return batches


class TakeTurns(Hook):
    """Trains as many batches as it is told to, and takes their time.

    The clock runs from an order to the end of its last iteration, after all other
    hooks; it stands still from the last iteration of an epoch to the first fetch
    of the next, for validation and checkpoints are not what is compared.

    Args:
        channel: Where orders come from.
        device: What is computed on; its work is awaited before the clock is read.
    """

    priority = "LOWEST"

    def __init__(self, channel: Channel, device: torch.device) -> None:
        self.channel = channel
        self.device = device
        self.left = self.samples = 0
        self.spent_s = self.waited_s = self.free_s = 0.0
        self.since_s: float | None = None
        self.by_epoch = True

    def before_train_epoch(self, runner: Any) -> None:
        """Take the first order; start the clock."""
        self.by_epoch = isinstance(runner.train_loop, EpochBasedTrainLoop)
        if self.left == 0:
            self._take_order()
        self._start()

    def before_train_iter(self, runner: Any, batch_idx: int, data_batch: Any = None) -> None:
        """Count what the trainer waited for the batch."""
        self.waited_s += time.perf_counter() - self.free_s

    def after_train_iter(
        self, runner: Any, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Count a batch; at the end of a turn say how long it took and wait."""
        self.samples += len(data_batch["inputs"])
        self.left -= 1
        pauses = self.by_epoch and self.end_of_epoch(runner.train_dataloader, batch_idx)
        if self.left == 0 or pauses:
            self._stop()
        if self.left == 0:
            turn = Turn(
                samples=self.samples,
                seconds=round(self.spent_s, 6),
                waited_s=round(self.waited_s, 6),
            )
            self.channel.answer(Answer(turn=turn))
            if not pauses:  # else the next epoch takes the order
                self._take_order()
                self._start()
        self.free_s = time.perf_counter()

    def _take_order(self) -> None:
        self.left = self.channel.next_order()
        self.samples, self.spent_s, self.waited_s = 0, 0.0, 0.0

    def _start(self) -> None:
        self._synchronize()
        self.since_s = self.free_s = time.perf_counter()

    def _stop(self) -> None:
        self._synchronize()
        assert self.since_s is not None
        self.spent_s += time.perf_counter() - self.since_s
        self.since_s = None

    def _synchronize(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def main(folder: Path) -> int:
    """Train as told until standard input ends."""
    channel = Channel()
    try:
        order = parse(Order, (folder / ORDER).read_bytes(), source=str(folder / ORDER))
        contend(order, folder, channel)
    except EndOfContestError:
        return 0
    except Exception as error:
        traceback.print_exc()
        failure = explain(error)
        fix = error.fix if isinstance(error, HarnessError) else ""
        channel.answer(Answer(problem=failure.message, fix=fix))
        return 1
    raise AssertionError("training ended by itself")


def contend(order: Order, folder: Path, channel: Channel) -> None:
    """Build a side, say what it is, and train.

    Raises:
        HarnessError: It cannot be built here, or the networks are not the same.
        EndOfContestError: The measurement is over.
    """
    contest = order.contest
    recipe = load_recipe(contest.recipe)
    device = choose_device(contest.device)
    wanted = contest.threads if order.setting == "same precision" else None
    threads = wanted or torch.get_num_threads()
    plan = make_plan(recipe, contest, order.setting, threads)
    hook = TakeTurns(channel, device)
    gap = None
    if order.side == "ours":
        runner, precision = make_ours(recipe, plan, folder, Path(contest.data), device, hook)
    else:
        torch.set_num_threads(threads)
        rival = load_rival(recipe, contest.rival)
        task = Task(config=plan.config, split=plan.split, folder=folder, setting=order.setting)
        runner, precision = make_theirs(rival, task, plan, Path(contest.data), hook)
        if order.setting == "same precision":
            ours = read_config(recipe.variant_file(plan.variant)).model
            clip = runner.train_dataloader.dataset[0]["inputs"]
            gap = check_same(ours, deepcopy(runner.model).cpu(), rival, tuple(clip.shape))
    side = describe(runner, precision)
    channel.answer(Answer(ready=Ready(side=side, machine=describe_machine(device), score_gap=gap)))
    runner.train()


def make_ours(
    recipe: Recipe, plan: Plan, folder: Path, data: Path, device: torch.device, hook: Hook
) -> tuple[Runner, str]:
    """Our runner as a run has it, and its precision."""
    config = resolve(recipe, plan)
    prolong(config)
    set_determinism(plan, device)
    state = SaveState(str(folder / CHECKPOINT))
    hooks = [History(ProgressWriter(folder / FILE)), state, hook]
    runner = make_runner(config, plan, home=folder, data=data, initial=None, hooks=hooks)
    runner.model.to(device)
    return runner, plan.config["runtime"]["precision"]


def make_theirs(rival: Rival, task: Task, plan: Plan, data: Path, hook: Hook) -> tuple[Runner, str]:
    """The rival's runner with its own data, and its precision."""
    load = load_videos if plan.protocol.data.form == "videos" else load_prepared
    rival.write_data(load(load_dataset(plan.dataset), data), task)
    config = Config(rival.configure(task))
    import_modules_from_strings(**config.get("custom_imports", {"imports": []}))
    prolong(config)
    runner = Runner.from_cfg(config)
    runner.register_hook(hook)
    wrapper = config.optim_wrapper.get("type", "OptimWrapper")
    return runner, "float16" if "Amp" in str(wrapper) else "float32"


def prolong(config: Config) -> None:
    """Make training so long that it does not end, and validation never comes."""
    limit = "max_epochs" if "max_epochs" in config.train_cfg else "max_iters"
    config.train_cfg[limit] = ENDLESS
    config.train_cfg["val_interval"] = ENDLESS


def check_same(config: Any, theirs: nn.Module, rival: Rival, shape: tuple[int, ...]) -> float:
    """Largest relative difference of two networks' scores for equal weights.

    Ours gets random weights and the statistics of random clips; theirs get the same.

    Args:
        config: Configuration of our model.
        theirs: The rival's model, on the CPU; it is left with other weights.
        rival: How its weights are called.
        shape: Of a sample, ``(clips, M, T, V, C)`` for skeletons,
            ``(clips, C, T, H, W)`` for videos.

    Raises:
        RunError: They are not the same network.
    """
    enter_scope()
    torch.manual_seed(0)
    clips = torch.randn(4, *shape)
    ours = MODELS.build(config)
    ours.init_weights()
    for module in ours.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.momentum = None  # its statistics are those of the clips at once
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter) * parameter.abs().mean())
        ours.train()(clips, None, mode="tensor", stage="head")
    theirs_state = rival.translate(ours.state_dict())
    learned = {name for name, _ in theirs.named_parameters()}
    try:
        missing, surplus = theirs.load_state_dict(theirs_state, strict=False)
    except RuntimeError as error:
        raise _differ(str(error)) from error
    if surplus or learned & set(missing):
        raise _differ(f"weights {sorted({*surplus, *(learned & set(missing))})[:3]} have no match")
    scores = score(ours.eval(), clips)
    gap = float((scores - score(theirs.eval(), clips)).abs().max() / scores.abs().max())
    if not gap <= LARGEST_GAP:
        raise _differ(f"for equal weights their scores differ by {gap:.1e}")
    return gap


def _differ(how: str) -> RunError:
    return RunError(
        f"the two networks are not the same: {' '.join(how.split())[:300]}",
        fix="mend configure() or translate() of the recipe's rival.py",
    )


def describe(runner: Runner, precision: str) -> Side:
    """What a runner trains."""
    loader = runner.train_dataloader
    dataset = loader.dataset
    while hasattr(dataset, "dataset"):  # it is repeated
        dataset = dataset.dataset
    model: Any = runner.model
    return Side(
        title="ours",
        network=type(model.backbone).__name__,
        trainer=type(runner).__name__,
        pipeline=tuple(type(step).__name__ for step in dataset.pipeline.transforms),
        precision=precision,
        threads=torch.get_num_threads(),
        loader_workers=loader.num_workers,
        batch_size=loader.batch_size,
        clip=tuple(loader.dataset[0]["inputs"].shape),
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        turns=(),
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
