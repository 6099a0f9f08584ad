"""What the gates look at, for figures that need no weights."""

from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recipes.sta_lstm.model import AttentionRecognizer

#: Bytes that the arrays of one record may take together.
BUDGET = 256 * 1024


def observe(
    model: AttentionRecognizer, samples: Iterable[tuple[str, int, Tensor]]
) -> dict[str, NDArray[np.generic]]:
    """Keep the gates on the first test sequence of each class.

    Which sequences are kept depends on their order alone, never on how well
    they are recognised. Classes are taken in ascending order until the next
    sequence would not fit in the budget.

    Args:
        model: A trained model.
        samples: Name, label and input ``(1, 1, M, T, V, C)`` of each test sample.

    Returns:
        ``ids``, ``labels``, ``predictions`` ``(S,)``, and per sample ``s`` of
        them ``keypoints_s`` ``(M, T, V, C)``, ``alpha_s`` ``(T, M, V)`` and
        ``beta_s`` ``(T,)`` as float16; the last two where the model has them.
    """
    first: dict[int, tuple[str, int, Tensor]] = {}
    for sample in samples:
        first.setdefault(sample[1], sample)
    arrays: dict[str, NDArray[np.generic]] = {}
    names: list[str] = []
    labels: list[int] = []
    predictions: list[int] = []
    was_training = model.training
    model.eval()
    for label in sorted(first):
        name, _, inputs = first[label]
        found = _look(model, inputs, len(names))
        size = sum(array.nbytes for array in (*arrays.values(), *found.values()))
        if size > BUDGET - 4096:  # room for names and labels
            break
        arrays |= found
        names.append(name)
        labels.append(label)
        with torch.no_grad():
            scores = model(inputs, stage="head")  # 1 classes
        predictions.append(int(scores.argmax()))
    model.train(was_training)
    arrays["ids"] = np.array(names, dtype=np.str_)
    arrays["labels"] = np.array(labels, dtype=np.int16)
    arrays["predictions"] = np.array(predictions, dtype=np.int16)
    return arrays


def _look(
    model: AttentionRecognizer, inputs: Tensor, number: int
) -> dict[str, NDArray[np.generic]]:
    alpha, beta = model.attend(inputs)
    found = {f"keypoints_{number}": inputs[0, 0]}
    if alpha is not None:
        found[f"alpha_{number}"] = alpha[0]
    if beta is not None:
        found[f"beta_{number}"] = beta[0]
    return {name: x.cpu().numpy().astype(np.float16) for name, x in found.items()}
