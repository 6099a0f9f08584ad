"""What motion adds to appearance in each stage, for figures that need no weights.

Two things are kept of a trained network: how strong the motion is that a stage's
residual branch is told, beside what it reads of appearance; and what the network
answers when a stage is told of no motion, or none is. The second is on the same
weights, and not a network that was trained without.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recipes._shared.observing import Sample
from recipes.st_resnet.model import COLOURS, STResNet

Arrays = dict[str, NDArray[np.generic]]

#: Most classes of which a test video is looked at: each is read once for every stage and twice.
MOST_CLASSES = 32
#: Videos of which maps are kept.
MAPS = 4


class Told(NamedTuple):
    """What a stage's branch reads, ``(N T, C, H, W)`` each.

    Args:
        appearance: Sum of its first unit, before the ReLU.
        motion: Of the other stream, after its ReLU.
    """

    appearance: Tensor
    motion: Tensor


def observe(model: Any, samples: Iterable[Sample]) -> Arrays:
    """Look at the first test video of each class, in the order of the test.

    Args:
        model: A trained recognizer.
        samples: Name, label and bytes ``(1, views, C, T, H, W)`` of each test video.

    Returns:
        Nothing for a stream alone, and where appearance is told of no motion. Else
        ``ids`` and ``labels`` ``(S,)``; with columns for the network as it is, without
        each of its stages' injections, and without all of them, ``predictions`` and
        ``probabilities`` of the true class, ``(S, stages + 2)``; ``strengths``
        ``(S, stages)``, the root mean square of motion over that of appearance; and of
        the middle frame of the first videos s ``frame_s`` ``(H, W)``, ``flow_s``
        ``(H, W)``, the length of the displacement in grey values, and for each stage
        k ``motion_s_k`` ``(H', W')``, the mean over channels. Real numbers are float16.
    """
    network = model.backbone
    if not isinstance(network, STResNet) or not len(network.to_appearance):
        return {}
    arrays: Arrays = {}
    names: list[str] = []
    labels: list[int] = []
    rows: dict[str, list[Any]] = {"predictions": [], "probabilities": [], "strengths": []}
    was_training = model.training
    model.eval()
    for name, label, inputs in samples:
        if len(labels) == MOST_CLASSES:
            break
        if label in labels:  # a video is looked at and let go: whole frames take 100 MB
            continue
        clip = inputs[:, :1]  # as it is, not its mirror image
        told, scores = _look(model, clip)
        rows["strengths"].append([_strength(stage) for stage in told])
        rows["predictions"].append(scores.argmax(-1).tolist())
        rows["probabilities"].append(scores.softmax(-1)[:, label].tolist())
        if len(labels) < MAPS:
            arrays |= _keep_maps(clip, told, len(labels))
        names.append(name)
        labels.append(label)
    model.train(was_training)
    arrays["ids"] = np.array(names, dtype=np.str_)
    arrays["labels"] = np.array(labels, dtype=np.int16)
    arrays["predictions"] = np.array(rows["predictions"], dtype=np.int16)
    arrays["probabilities"] = np.array(rows["probabilities"], dtype=np.float16)
    arrays["strengths"] = np.array(rows["strengths"], dtype=np.float16)
    return arrays


@torch.no_grad()
def _look(model: Any, clip: Tensor) -> tuple[list[Told], Tensor]:
    """What each stage is told, and scores ``(stages + 2, K)`` with and without that."""
    given = {"inputs": [clip[0]], "data_samples": []}
    pixels = model.data_preprocessor(given)["inputs"]
    stages = range(len(model.backbone.to_appearance))
    with _listening(model.backbone) as told:
        scores = [_score(model, pixels)]
    for cut in (*([stage] for stage in stages), stages):
        with _deafened(model.backbone, cut):
            scores.append(_score(model, pixels))
    return told, torch.cat(scores)


def _score(model: Any, pixels: Tensor) -> Tensor:
    """Scores before softmax, ``(1, K)``."""
    features, _ = model.extract_feat(pixels, stage="backbone")
    scores: Tensor = model.cls_head(features).float()
    return scores


@contextmanager
def _listening(network: STResNet) -> Iterator[list[Told]]:
    """Keep what each stage's branch is told in a pass."""
    heard: list[Told] = []
    handles = [
        injection.register_forward_pre_hook(lambda _, given: heard.append(Told(*given)))
        for injection in network.to_appearance
    ]
    try:
        yield heard
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def _deafened(network: STResNet, stages: Iterable[int]) -> Iterator[None]:
    """Tell some stages of no motion: where it is a sum zeros, where a product ones."""

    def silence(injection: Any, given: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        x, motion = given
        return x, torch.full_like(motion, float(injection.multiply))

    handles = [network.to_appearance[stage].register_forward_pre_hook(silence) for stage in stages]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _strength(told: Told) -> float:
    motion, appearance = (x.float().square().mean().sqrt() for x in (told.motion, told.appearance))
    return float(motion / appearance.clamp_min(1e-12))


def _keep_maps(clip: Tensor, told: list[Told], number: int) -> Arrays:
    """The middle frame of a clip, its flow, and the motion that each stage is told."""
    middle = clip.shape[3] // 2
    frame = clip[0, 0, :, middle].float().cpu()  # C H W
    flow = frame[COLOURS:].unflatten(0, (-1, 2)) - 128  # L 2 H W
    found = {
        f"frame_{number}": frame[:COLOURS].mean(0).to(torch.uint8).numpy(),
        f"flow_{number}": flow.norm(dim=1).mean(0).numpy().astype(np.float16),
    }
    for stage, heard in enumerate(told):
        found[f"motion_{number}_{stage}"] = (
            heard.motion[middle].float().mean(0).cpu().numpy().astype(np.float16)
        )
    return found
