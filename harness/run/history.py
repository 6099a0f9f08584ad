"""What is watched while a run trains: curves, progress, finite numbers."""

import csv
import io
import time
from typing import Any

import torch
from mmaction.registry import METRICS
from mmengine.evaluator import BaseMetric
from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from harness.run.failures import NotFiniteError
from harness.run.progress import FIRST_BATCH, ProgressWriter

COLUMNS = (
    "epoch",
    "iteration",
    "lr",
    "train_loss",
    "train_acc",
    "monitored_loss",
    "monitored_acc",
    "seconds",
)


@HOOKS.register_module()
class History(Hook):
    """Curves by epoch; losses stay on the device until the epoch ends.

    Args:
        progress: Where to report; ``None`` for nowhere.
    """

    priority = "HIGH"

    def __init__(self, progress: ProgressWriter | None = None) -> None:
        self.rows: list[dict[str, float | None]] = []
        self.progress = progress
        self._losses: list[torch.Tensor] = []
        self._accuracies: list[torch.Tensor] = []
        self._began_s = 0.0
        self._first_batch = True

    def before_train_epoch(self, runner: Any) -> None:
        """Start the clock."""
        self._began_s = time.monotonic()

    def before_train_iter(self, runner: Any, batch_idx: int, data_batch: Any = None) -> None:
        """Say when the first batch is there."""
        if self._first_batch and self.progress is not None:
            self.progress.write(FIRST_BATCH)
        self._first_batch = False

    def after_train_iter(
        self, runner: Any, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Keep the loss and accuracy of a batch."""
        self._losses.append(outputs["loss"].detach())
        if "top1_acc" in outputs:
            self._accuracies.append(outputs["top1_acc"].detach())

    def after_train_epoch(self, runner: Any) -> None:
        """Close the row of an epoch.

        Raises:
            NotFiniteError: A loss of the epoch is NaN or infinite.
        """
        losses = torch.stack(self._losses).double()
        if not torch.isfinite(losses).all():
            first = runner.iter - len(losses) + int((~torch.isfinite(losses)).nonzero()[0])
            raise NotFiniteError(f"the loss is not finite at iteration {first + 1}")
        accuracies = self._accuracies
        self.rows.append(
            {
                "epoch": runner.epoch + 1,
                "iteration": runner.iter,
                "lr": runner.optim_wrapper.get_lr()["lr"][0],
                "train_loss": losses.mean().item(),
                "train_acc": 100 * torch.stack(accuracies).mean().item() if accuracies else None,
                "monitored_loss": None,
                "monitored_acc": None,
                "seconds": round(time.monotonic() - self._began_s, 3),
            }
        )
        self._losses.clear()
        self._accuracies.clear()
        self._report(runner)

    def after_val_epoch(self, runner: Any, metrics: dict[str, float] | None = None) -> None:
        """Add what the monitored subset gave."""
        if self.rows and metrics:
            self.rows[-1]["monitored_loss"] = metrics["seen/loss"]
            self.rows[-1]["monitored_acc"] = 100 * metrics["acc/top1"]
            self._report(runner)

    def _report(self, runner: Any) -> None:
        if self.progress is not None:
            loop = runner.train_loop
            self.progress.write(
                "epoch", epochs=loop.max_epochs, iterations=loop.max_iters, **self.rows[-1]
            )

    def csv(self) -> str:
        """The rows as CSV, empty where nothing was measured."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in self.rows:
            writer.writerow({name: _short(value) for name, value in row.items()})
        return text.getvalue()


def _short(value: float | None) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, int) else f"{value:.9g}"


@METRICS.register_module()
class SeenScores(BaseMetric):
    """Keeps the class probabilities of each sample, and their mean log loss."""

    default_prefix = "seen"

    def __init__(self) -> None:
        super().__init__(collect_device="cpu")
        self.seen: list[dict[str, Any]] = []

    def process(self, data_batch: Any, data_samples: Any) -> None:
        """Take the predictions of a batch."""
        for sample in data_samples:
            self.results.append(
                {
                    "id": sample["frame_dir"],
                    "group": sample["group"],
                    "label": int(sample["gt_label"]),
                    "scores": sample["pred_score"].detach().float().cpu().numpy(),
                }
            )

    def compute_metrics(self, results: list[dict[str, Any]]) -> dict[str, float]:
        """Mean negative log probability of the true class, in nats."""
        self.seen = list(results)
        true = torch.tensor([float(item["scores"][item["label"]]) for item in results])
        return {"loss": -true.clamp_min(1e-12).log().mean().item()}
