"""Staged joint training (Song et al., 2017, Algorithm 1)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner


class Stage(NamedTuple):
    """Iterations in which the same sub-networks are trained.

    Args:
        iterations: How many.
        main_layers: Active layers of the main LSTM.
        train: Sub-networks that are trained; the others are frozen.
    """

    iterations: int
    main_layers: int
    train: tuple[str, ...]


@HOOKS.register_module()
class StagedTraining(Hook):
    """Switch sub-networks on and off at given iterations.

    The stage follows from ``runner.iter`` alone, so a run that is interrupted
    and resumed is in the stage that it would have been in. Each stage starts
    with a fresh solver: the state of the optimiser is cleared, since moments
    that were gathered with other sub-networks frozen say nothing about the
    new problem (the paper does not say; a choice).

    Args:
        stages: For each stage ``iterations``, ``main_layers`` and ``train``.
    """

    priority = "VERY_HIGH"

    def __init__(self, stages: Sequence[dict[str, Any]]) -> None:
        if not stages:
            raise ValueError("there are no stages")
        self.stages = tuple(
            Stage(int(stage["iterations"]), int(stage["main_layers"]), tuple(stage["train"]))
            for stage in stages
        )
        if any(stage.iterations < 1 for stage in self.stages):
            raise ValueError("each stage needs at least one iteration")

    @property
    def iterations(self) -> int:
        """Iterations of all stages."""
        return sum(stage.iterations for stage in self.stages)

    def locate(self, iteration: int) -> tuple[Stage, bool]:
        """Stage of an iteration, and whether the iteration is its first.

        Args:
            iteration: Iterations done before it. One past the last belongs to
                the last stage, as a finished run that is looked at again.
        """
        start = 0
        for stage in self.stages:
            if iteration < start + stage.iterations:
                return stage, iteration == start
            start += stage.iterations
        return self.stages[-1], False

    def before_train(self, runner: Runner) -> None:
        """Enter the stage of the first iteration, or of the one resumed at.

        Raises:
            ValueError: The stages are not as long as the run.
        """
        if self.iterations != runner.max_iters:
            raise ValueError(
                f"the stages have {self.iterations} iterations and the run {runner.max_iters}"
            )
        stage, _ = self.locate(runner.iter)
        self.enter(runner, stage)

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any | None = None
    ) -> None:
        """Enter a stage at its first iteration, with a fresh solver."""
        stage, is_first = self.locate(runner.iter)
        if is_first:
            self.enter(runner, stage)
            runner.optim_wrapper.optimizer.state.clear()

    def enter(self, runner: Runner, stage: Stage) -> None:
        """Set what is trained and how many main layers are active."""
        model = runner.model.module if is_model_wrapper(runner.model) else runner.model
        model.set_stage(stage.train, stage.main_layers)
