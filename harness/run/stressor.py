"""A run's network on harder test samples: ``python -m harness.run.stressor``.

Standard input holds the :class:`~harness.run.stress.Task`; standard output gets an
:class:`~harness.run.stress.Answer` a line. Each pass is the test of the run, by the same
runner: the protocol as it is gives the stored accuracy, or something has changed.
"""

import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.hooks import Hook

from harness.catalog import load_dataset, load_recipe
from harness.documents import dump, parse
from harness.errors import DataError, HarnessError, RunError
from harness.records import Plan
from harness.run.bench_machine import describe_machine
from harness.run.checkpoints import SaveState, Weights
from harness.run.damage import DropJoints, JitterJoints
from harness.run.measure import count_macs, make_scores, measure_scores
from harness.run.own_weights import read_own_weights
from harness.run.runner import HarnessRunner, make_runner, seen_scores
from harness.run.stress import Answer, Task, base_level, find_settings
from harness.run.transforms import ScaleKeypoints
from harness.run.worker import check_finite, choose_device, one_view, resolve, set_determinism
from harness.stresses import DRAWN, Effect, Level, Pass


class Watch(Hook):
    """Counts views and time of a test."""

    def __init__(self) -> None:
        self.views = 0
        self.seconds = self.processor_s = 0.0

    def before_test_epoch(self, runner: Any) -> None:
        """Begin."""
        self.seconds, self.processor_s = -time.perf_counter(), -time.process_time()

    def after_test_iter(
        self, runner: Any, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Count the views of a batch."""
        self.views += sum(len(inputs) for inputs in data_batch["inputs"])

    def after_test_epoch(self, runner: Any, metrics: dict[str, float] | None = None) -> None:
        """End."""
        self.seconds += time.perf_counter()
        self.processor_s += time.process_time()


@dataclass(kw_only=True)
class Bench:
    """Where a run's network is tested.

    Args:
        task: What is to be done.
        config: The variant's configuration with its classes.
        weights: The run's weights.
        device: Where it computes.
        home: An empty folder.
        macs: Multiply-adds of a view by effect and level, as far as they were counted.
    """

    task: Task
    config: Config
    weights: Weights
    device: torch.device
    home: Path
    macs: dict[tuple[Effect | None, float], int] = field(default_factory=dict)

    def measure(self, effect: Effect | None, level: float) -> Level:
        """Score the test samples under an effect, once for each seed where it is drawn.

        Raises:
            RunError: They cannot be scored so.
        """
        seeds = self.task.seeds if effect in DRAWN else (None,)
        try:
            found = [self._test(effect, level, seed) for seed in seeds]
        except (RuntimeError, ValueError, IndexError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise RunError(
                f"{self.task.plan.label} cannot be scored at {effect or 'its protocol'} "
                f"{level:g}: {reason}",
                fix="leave this level out",
            ) from error
        return replace(found[0], passes=tuple(one.passes[0] for one in found))

    def _test(self, effect: Effect | None, level: float, seed: int | None) -> Level:
        watch = Watch()
        runner = self._make_runner(
            apply_effect(self.config, self.task.plan, effect, level, seed), watch
        )
        metrics = runner.test()
        self._check_data(runner)
        scores = make_scores(seen_scores(runner))
        check_finite(scores)
        samples = len(scores.ids)
        values = {found.metric: found.value for found in measure_scores(metrics, samples)}
        return Level(
            level=level,
            samples=samples,
            views=round(watch.views / samples, 6),
            macs=self._count(runner, None if effect in DRAWN else effect, level),
            passes=(
                Pass(
                    seed=seed,
                    top1_acc=values["top1_acc"],
                    mean_class_acc=values["mean_class_acc"],
                    seconds=round(watch.seconds, 3),
                    processor_s=round(watch.processor_s, 3),
                ),
            ),
        )

    def _make_runner(self, config: Config, watch: Watch) -> HarnessRunner:
        with warnings.catch_warnings():
            # Runners of one second share a name; for tests of one model that is no harm.
            warnings.filterwarnings("ignore", r".*instance named of .* has been created")
            runner = make_runner(
                config,
                self.task.plan,
                home=self.home,
                data=Path(self.task.data),
                initial=lambda _model: self.weights,
                hooks=[SaveState(str(self.home / "none")), watch],
            )
        runner.model.to(self.device)
        return runner

    def _check_data(self, runner: HarnessRunner) -> None:
        found = runner.test_dataloader.dataset.prepared.fingerprint
        if found != self.task.fingerprint:
            raise DataError(
                f"the data in {self.task.data} are not those that {self.task.plan.label} saw",
                fix="give --data the folder of these, or prepare them again",
            )

    def _count(self, runner: HarnessRunner, effect: Effect | None, level: float) -> int:
        """Multiply-adds of a view; noise and lost joints change none."""
        key = (effect, level if effect else 0.0)
        if key not in self.macs:
            view = one_view(runner, self.task.plan, self.device)
            self.macs[key] = count_macs(runner.model, view)
        return self.macs[key]


def apply_effect(
    config: Config, plan: Plan, effect: Effect | None, level: float, seed: int | None
) -> Config:
    """A configuration whose test samples come under an effect.

    Args:
        config: The variant's, which stays as it is.
        plan: Plan of the run.
        effect: The effect; ``None`` for the protocol as it is.
        level: How strong.
        seed: Seed of what is drawn.
    """
    if effect is None:
        return config
    changed = config.copy()
    changed.test_dataloader = deepcopy(config.test_dataloader)
    dataset = changed.test_dataloader.dataset
    if effect in SETTERS:
        dataset.pipeline = [SETTERS[effect](dataset, plan, level, seed), *dataset.pipeline]
        return changed
    for part, name in list(find_settings(dataset, effect, base_level(plan, effect))):
        part[name] = int(level)
    return changed


def _jitter(dataset: Any, plan: Plan, level: float, seed: int) -> dict[str, Any]:
    units = find_units(dataset.pipeline, plan)
    return dict(type=JitterJoints, share=level, seed=seed, units=units)


def _drop(_dataset: Any, _plan: Plan, level: float, seed: int) -> dict[str, Any]:
    return dict(type=DropJoints, share=level, seed=seed)


SETTERS: dict[Effect, Callable[..., dict[str, Any]]] = {
    Effect.NOISE: _jitter,
    Effect.DROPPED: _drop,
}


def find_units(pipeline: Any, plan: Plan) -> list[float]:
    """Length of one unit of each coordinate, apart from a confidence.

    A pipeline that scales coordinates by different factors says that they are in different
    units: SBU's are shares of an image's width, of its height, and of a range of depth.
    """
    skeletons = load_dataset(plan.dataset).need_skeletons()
    count = skeletons.coordinates - skeletons.confidence
    for step in pipeline:
        if step["type"] is ScaleKeypoints:
            factors = [abs(float(factor)) for factor in step["scale"]]
            if len(set(factors)) > 1:
                return factors[:count]
    return [1.0] * count


def answer(task: Task) -> Iterator[Answer]:
    """Measure the protocol as it is, then each level of each effect.

    Raises:
        HarnessError: The weights are not the run's, or something cannot be scored.
    """
    plan = task.plan
    weights = read_own_weights(Path(task.weights), task.weights_sha256, plan)
    device = choose_device(task.device)
    config = resolve(load_recipe(plan.recipe), plan)
    set_determinism(plan, device)
    with tempfile.TemporaryDirectory() as home:
        bench = Bench(task=task, config=config, weights=weights, device=device, home=Path(home))
        unstressed = bench.measure(None, 0.0)
        yield Answer(machine=describe_machine(device), level=unstressed)
        for ordeal in task.ordeals:
            for level in ordeal.levels:
                yield Answer(effect=ordeal.effect, level=bench.measure(ordeal.effect, level))


def main() -> None:
    """Answer standard input on standard output, whatever else is printed."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        for found in answer(parse(Task, sys.stdin.buffer.read(), source="the task")):
            _say(found, answers)
    except HarnessError as error:
        _say(Answer(problem=error.problem, fix=error.fix), answers)
    with suppress(BrokenPipeError):
        answers.close()


def _say(found: Answer, answers: Any) -> None:
    answers.write(dump(found).replace("\n", "") + "\n")  # line breaks in texts are escaped
    answers.flush()


if __name__ == "__main__":
    main()
