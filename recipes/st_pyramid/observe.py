"""Where the pyramid attends to, for figures that need no weights."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recipes._shared.observing import Sample, choose_samples
from recipes.st_pyramid.model import COLOURS, PyramidHead

Arrays = dict[str, NDArray[np.generic]]

#: Classes of which a video is kept.
CLASSES = 6
#: Pixels of the longer side of what is kept of a frame, at most.
SIDE = 80


def observe(model: Any, samples: Iterable[Sample]) -> Arrays:
    """Keep the attention on the middle clip of a few test videos, never a mirrored one.

    The videos are the first of classes at equal distances in the order of labels,
    never chosen by how well they are recognised.

    Args:
        model: A trained recognizer; one without attention has nothing to be kept.
        samples: Name, label and input ``(1, clips, 3 + 2LT, 1, H, W)``, as bytes, of
            each test sample.

    Returns:
        ``ids``, ``labels`` and ``predictions`` ``(S,)``; and per video ``s`` of them
        ``frame_s`` ``(H', W', 3)``, ``motion_s`` ``(H', W')``: how far the byte of
        either displacement is from that of none, the larger of the two, as a mean over
        the fields of the middle snippet; and ``attention_s``: the weights of the
        positions, which add up to 1. Frames are bytes, the rest is float16: at most
        6 × 80 × 80 × 5 bytes, and the weights.
    """
    head = model.cls_head
    if not isinstance(head, PyramidHead) or head.attention is None:
        return {}
    arrays: Arrays = {}
    names: list[str] = []
    labels: list[int] = []
    predictions: list[int] = []
    was_training = model.training
    model.eval()
    for name, label, inputs in choose_samples(samples, CLASSES):
        found, prediction = _look(model, inputs)
        arrays |= {f"{key}_{len(names)}": array for key, array in found.items()}
        names.append(name)
        labels.append(label)
        predictions.append(prediction)
    model.train(was_training)
    arrays["ids"] = np.array(names, dtype=np.str_)
    arrays["labels"] = np.array(labels, dtype=np.int16)
    arrays["predictions"] = np.array(predictions, dtype=np.int16)
    return arrays


@torch.no_grad()
def _look(model: Any, inputs: Tensor) -> tuple[Arrays, int]:
    """Arrays of one video, and the predicted class."""
    head, middle = model.cls_head, (inputs.shape[1] - 1) // 2
    data = model.data_preprocessor({"inputs": list(inputs), "data_samples": None})
    maps = model.backbone(data["inputs"].flatten(0, 1))
    weights = head.attend(maps.appearance, head.fuse_snippets(maps.motion))  # clips 1 H W
    seen = inputs[0, middle, :, 0]  # C H W
    step = -(-max(seen.shape[1:]) // SIDE)
    seen = seen[:, ::step, ::step]
    snippets = seen[COLOURS:].unflatten(0, (maps.motion.shape[1], -1, 2))  # T L 2 H W
    fields = snippets[len(snippets) // 2].float()
    motion = (fields - 128).abs().amax(1).mean(0)  # H W
    found = {
        "frame": seen[:COLOURS].permute(1, 2, 0).cpu().numpy().astype(np.uint8),
        "motion": motion.cpu().numpy().astype(np.float16),
        "attention": weights[middle, 0].cpu().numpy().astype(np.float16),
    }
    return found, int(head(maps).softmax(-1).mean(0).argmax())
