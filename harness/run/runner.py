"""MMEngine's runner, called from one place, without what a run does not need."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.dataset import DefaultSampler
from mmengine.registry import RUNNERS, VISUALIZERS
from mmengine.runner import Runner
from mmengine.visualization import Visualizer
from torch import nn

from harness.errors import PlanError
from harness.records import Plan
from harness.run.checkpoints import SaveState, Weights
from harness.run.history import History, SeenScores
from harness.run.models import enter_scope, load_weights
from harness.run.precision import use_precision
from harness.run.randomness import EpochSampler, SeedIterations, derive_seed

Initial = Callable[[nn.Module], Weights]
"""The weights that a model starts from, of the model as it is initialised."""


@VISUALIZERS.register_module()
class NoCanvas(Visualizer):
    """A visualizer that draws nothing; the stock one imports Matplotlib for half a second."""

    def _initialize_fig(self, fig_cfg: Any) -> tuple[None, Any, None]:
        return None, _NoFigure(), None


class _NoFigure:
    def get_dpi(self) -> int:
        """Answer what the stock constructor asks."""
        return 72


@RUNNERS.register_module()
class HarnessRunner(Runner):
    """A runner that continues from our checkpoints and writes none of its own logs.

    Args:
        initial: Gives the weights to start from; ``None`` for freshly drawn ones.
        kwargs: Of MMEngine's runner.
    """

    def __init__(self, *, initial: Initial | None, **kwargs: Any) -> None:
        self.initial = initial
        self._has_loaded = False
        super().__init__(**kwargs)

    @property
    def history(self) -> History:
        """The hook that keeps the curves."""
        history: History = self.hook(History)
        return history

    def hook(self, kind: type[Any]) -> Any:
        """Its hook of a kind."""
        return next(hook for hook in self.hooks if isinstance(hook, kind))

    def load_or_resume(self) -> None:
        """The seam after weight initialisation and before the first epoch."""
        if self._has_loaded:
            return
        self._has_loaded = True
        if self.initial is not None:
            load_weights(self.model, self.initial(self.model), source="the inputs")
        state = self.hook(SaveState)
        if state.path.exists() and not isinstance(self._train_loop, dict):
            state.restore(self)

    def _log_env(self, env_cfg: Any) -> None:
        """Leave the environment to the record."""

    def dump_config(self) -> None:
        """Leave the configuration to the plan."""


def make_runner(
    config: Config,
    plan: Plan,
    *,
    home: Path,
    data: Path,
    initial: Initial | None,
    hooks: list[Any],
) -> HarnessRunner:
    """A runner for a plan.

    Args:
        config: The variant's configuration with its classes, overrides applied.
        plan: The plan.
        home: Its work folder.
        data: Folder of the prepared data.
        initial: Gives the weights to start from; ``None`` for freshly drawn ones.
        hooks: Hooks of ours, beside the variant's.
    """
    enter_scope()
    torch.set_num_threads(plan.config["runtime"]["threads"])
    runner = HarnessRunner(
        initial=initial,
        model=config.model,
        work_dir=str(home / "mmengine"),
        train_dataloader=_loader(config.train_dataloader, plan, data),
        val_dataloader=_loader(config.val_dataloader, plan, data),
        test_dataloader=_loader(config.test_dataloader, plan, data),
        train_cfg=config.train_cfg,
        val_cfg=config.val_cfg,
        test_cfg=config.test_cfg,
        val_evaluator=[config.val_evaluator, dict(type=SeenScores)],
        test_evaluator=[config.test_evaluator, dict(type=SeenScores)],
        optim_wrapper=config.optim_wrapper,
        param_scheduler=config.get("param_scheduler") or None,
        default_hooks=dict(runtime_info=None, timer=None, logger=None, checkpoint=None),
        custom_hooks=[*hooks, SeedIterations(plan.seed), *config.get("custom_hooks", [])],
        visualizer=dict(type=NoCanvas),
        log_level="WARNING",
        default_scope="mmaction",
        randomness=dict(seed=derive_seed(plan.seed, "model") & 0x7FFFFFFF),
        experiment_name=plan.digest,
    )
    use_precision(runner.model, plan.config["runtime"]["precision"])
    return runner


def _loader(loader: Any, plan: Plan, data: Path) -> Any:
    """A data loader's configuration, told what this plan selects."""
    loader = loader.copy()
    shuffle = loader.dataset.subset == "train"
    if loader.sampler.type is not DefaultSampler:
        raise PlanError("a variant brings its own sampler", fix="use mmengine's DefaultSampler")
    loader.sampler = dict(type=EpochSampler, seed=plan.seed, shuffle=shuffle)
    loader.dataset = loader.dataset.copy()
    loader.dataset.update(split=plan.split, root=str(data), limit=plan.limit, seed=plan.seed)
    return loader


def seen_scores(runner: HarnessRunner) -> list[dict[str, Any]]:
    """What the last test saw."""
    metrics = runner.test_loop.evaluator.metrics
    return next(metric.seen for metric in metrics if isinstance(metric, SeenScores))
