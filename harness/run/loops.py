"""Training for a number of iterations, seen as epochs."""

from math import ceil
from typing import Any

from mmengine.registry import LOOPS
from mmengine.runner import EpochBasedTrainLoop


@LOOPS.register_module()
class IterationLoop(EpochBasedTrainLoop):
    """Ends after a number of iterations, in the middle of an epoch if need be.

    Papers that count iterations are followed exactly; curves, monitoring and
    checkpoints stay by epoch.

    Args:
        runner: The runner.
        dataloader: Training batches.
        max_iters: Iterations in all.
        val_interval: Epochs from one monitoring to the next; the last epoch is
            always monitored.
    """

    def __init__(self, runner: Any, dataloader: Any, max_iters: int, val_interval: int = 1) -> None:
        super().__init__(runner, dataloader, max_epochs=1, val_interval=val_interval)
        self._max_epochs = ceil(max_iters / len(self.dataloader))
        self._max_iters = max_iters

    def run_epoch(self) -> None:
        """Iterate over one epoch, or what is left of the iterations."""
        self.runner.call_hook("before_train_epoch")
        self.runner.model.train()
        for idx, data_batch in enumerate(self.dataloader):
            self.run_iter(idx, data_batch)
            if self._iter >= self._max_iters:
                break
        self.runner.call_hook("after_train_epoch")
        self._epoch += 1
