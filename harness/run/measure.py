"""Quantities of a run: accuracies of its scores, parameters, multiply-adds."""

import resource
import sys
import warnings
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from harness.records import Measurement
from harness.scores import Scores


def make_scores(seen: list[dict[str, Any]]) -> Scores:
    """What :class:`~harness.run.history.SeenScores` kept, as arrays."""
    return Scores(
        ids=np.array([item["id"] for item in seen]),
        groups=np.array([item["group"] for item in seen]),
        labels=np.array([item["label"] for item in seen], dtype=np.int64),
        scores=np.stack([item["scores"] for item in seen]).astype(np.float32),
    )


def measure_scores(metrics: dict[str, float], samples: int) -> list[Measurement]:
    """MMAction2's fractions as percent; the one place where they are converted."""
    top1, top5 = 100 * metrics["acc/top1"], 100 * metrics["acc/top5"]
    values = {
        "top1_acc": top1,
        "top5_acc": top5,
        "mean_class_acc": 100 * metrics["acc/mean1"],
        "top1_top5_mean": (top1 + top5) / 2,
    }
    return [
        Measurement(metric=name, value=round(float(value), 6), samples=samples)
        for name, value in values.items()
    ]


def measure_costs(model: nn.Module, inputs: torch.Tensor) -> list[Measurement]:
    """Parameters in M, and multiply-adds in G of one view.

    Args:
        model: A recognizer.
        inputs: One view in MMAction2's tensor layout, ``(1, …)``.
    """
    return [
        Measurement(metric="params", value=count_parameters(model) / 1e6),
        Measurement(metric="macs", value=count_macs(model, inputs) / 1e9),
    ]


def count_parameters(model: nn.Module) -> int:
    """Number of parameters, the frozen included."""
    return sum(parameter.numel() for parameter in model.parameters())


def count_macs(model: nn.Module, inputs: torch.Tensor) -> int:
    """Multiply-adds of one forward pass to the class scores.

    Counted by torch's operator counter on what is really computed; oneDNN's
    fused operators are switched off meanwhile, because it does not know them.
    """
    was_training = model.training
    model.eval()
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), warnings.catch_warnings(), counter:
        warnings.simplefilter("ignore")  # torch's own, when it sets the flag
        with torch.backends.mkldnn.flags(enabled=False):
            model(inputs, None, mode="tensor", stage="head")
    model.train(was_training)
    return int(counter.get_total_flops()) // 2


def peak_memory_gib(device: torch.device) -> float:
    """Largest GPU memory allocated, or resident memory of this process, in GiB."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 2**30
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**30 if sys.platform == "darwin" else peak / 2**20
