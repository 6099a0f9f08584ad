"""What a trained network weighs and answers to, for figures that need no weights.

Two things: the learned factors on the edges of the graph (Yan et al., 2018,
"Learnable edge importance weighting"), and how strongly the last unit answers at
each joint and frame, as the authors' code shows it.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from recipes._shared.observing import Sample, choose_samples
from recipes.stgcn.model import SpatialTemporalGCN

Arrays = dict[str, NDArray[np.generic]]

#: Bytes that the arrays of one record may take together.
BUDGET = 256 * 1024
#: Classes of which a sequence is kept.
CLASSES = 6

_ROOM = 16384  # for names, labels and the headers of the arrays
_LARGEST = float(np.finfo(np.float16).max)


def observe(model: Any, samples: Iterable[Sample]) -> Arrays:
    """Keep the factors on the edges, and the activation on a few test sequences.

    The sequences are the first of classes at equal distances in the order of
    labels, never chosen by how well they are recognised; fewer of them where more
    would not fit in the budget.

    Args:
        model: A trained ``RecognizerGCN``.
        samples: Name, label and input ``(1, clips, M, T, V, C)`` of each test sample.

    Returns:
        Where the network learned them, ``entries`` ``(E, 3)``: subset, sending and
        receiving joint of what is not zero in the adjacency; ``importance``
        ``(U, E)``: their factors in each unit. Further ``ids``, ``labels`` and
        ``predictions`` ``(S,)``; and per sequence ``s`` of them, of its first clip,
        ``frames_s`` ``(T',)``: which frames the last unit's stand on, from 0;
        ``keypoints_s`` ``(M, T', V, C)``: the input there; ``activation_s``
        ``(M, T', V)``: the norm over channels of the last unit's output. Real numbers
        are float16.
    """
    arrays = _read_importance(model.backbone)
    names: list[str] = []
    labels: list[int] = []
    predictions: list[int] = []
    was_training = model.training
    model.eval()
    for name, label, inputs in choose_samples(samples, CLASSES):
        found, prediction = _look(model, inputs, len(names))
        size = sum(array.nbytes for array in (*arrays.values(), *found.values()))
        if size > BUDGET - _ROOM:
            break
        arrays |= found
        names.append(name)
        labels.append(label)
        predictions.append(prediction)
    model.train(was_training)
    arrays["ids"] = np.array(names, dtype=np.str_)
    arrays["labels"] = np.array(labels, dtype=np.int16)
    arrays["predictions"] = np.array(predictions, dtype=np.int16)
    return arrays


def _read_importance(backbone: nn.Module) -> Arrays:
    """The factors where the adjacency is not zero; nothing where none are learned.

    MMAction2's own network keeps its factors in parts of its own and is not looked into.
    """
    if not isinstance(backbone, SpatialTemporalGCN) or len(backbone.importance) == 0:
        return {}
    entries = backbone.adjacency.nonzero()  # E 3
    places = entries.unbind(1)
    factors = torch.stack([factor.detach()[places] for factor in backbone.importance])  # U E
    return {
        "entries": entries.cpu().numpy().astype(np.int16),
        "importance": _to_half(factors),
    }


@torch.no_grad()
def _look(model: Any, inputs: Tensor, number: int) -> tuple[Arrays, int]:
    """Arrays of one sequence, and the predicted class."""
    clips = inputs.flatten(0, 1)  # clips M T V C
    features = model.backbone(clips)  # clips M C T' V
    scores = model.cls_head(features)  # clips classes
    activation = features[0].float().norm(dim=1)  # M T' V
    frames = torch.arange(activation.shape[1], device=clips.device)
    frames = frames * clips.shape[2] // activation.shape[1]
    found = {
        f"frames_{number}": frames.cpu().numpy().astype(np.int16),
        f"keypoints_{number}": _to_half(clips[0][:, frames]),
        f"activation_{number}": _to_half(activation),
    }
    return found, int(scores.float().mean(0).argmax())


def _to_half(values: Tensor) -> NDArray[np.float16]:
    """As float16; what is beyond its range becomes the largest of it."""
    kept: NDArray[np.float16] = (
        values.float().clamp(-_LARGEST, _LARGEST).cpu().numpy().astype(np.float16)
    )
    return kept
