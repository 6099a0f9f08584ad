"""How a trained network weighs the three views, and what they show of real clips."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from recipes.cost.model import CoSTConv

Arrays = dict[str, NDArray[np.generic]]

#: Bytes that the arrays of one record may take together, and the videos that are pictured.
BUDGET = 256 * 1024
PICTURED = 3


def observe(model: Any, samples: Sequence[tuple[str, int, Tensor]]) -> Arrays:
    """Keep mean coefficients of each layer, and three slices of a few clips.

    Which clips are kept depends on their order alone.

    Args:
        model: A trained recognizer.
        samples: Name, label and clips ``(1, clips, C, T, H, W)``, bytes, of test videos.

    Returns:
        ``layers`` ``(L,)`` and ``views`` ``(V,)``, names; ``share`` and ``spread``
        ``(L, V)``, the mean over channels (and clips, where they matter) and its
        standard deviation over channels; ``clips``, how many clips the means are over,
        0 where coefficients do not depend on them; ``labels`` ``(S,)`` and of each
        pictured video ``s`` ``hw_s`` ``(H, W, C)``, ``tw_s`` ``(T, W, C)`` and ``th_s``
        ``(T, H, C)`` through the middle of its middle clip, bytes. The first five are
        of networks with CoST only.
    """
    model.eval()
    arrays = _weigh(model, samples) | _cut(samples)
    size = sum(array.nbytes for array in arrays.values())
    if size > BUDGET:  # of large frames
        arrays = {name: array for name, array in arrays.items() if name[:3] not in _SLICES}
        arrays["labels"] = arrays["labels"][:0]
    return arrays


_SLICES = ("hw_", "tw_", "th_")


def _weigh(model: Any, samples: Sequence[tuple[str, int, Tensor]]) -> Arrays:
    convs = {
        name.removesuffix(".conv2.conv"): module
        for name, module in model.backbone.named_modules()
        if isinstance(module, CoSTConv)
    }
    if not convs:
        return {}
    with torch.no_grad():
        found, clips = {name: _static(conv) for name, conv in convs.items()}, 0
        if any(conv.coefficients == "input" for conv in convs.values()):
            found, clips = _of_clips(model, convs, samples)
    return {
        "layers": np.array(list(convs), dtype=np.str_),
        "views": np.array(next(iter(convs.values())).views, dtype=np.str_),
        "share": np.stack([share.mean(1).cpu().numpy() for share in found.values()]),
        "spread": np.stack([share.std(1).cpu().numpy() for share in found.values()]),
        "clips": np.array(clips),
    }


def _static(conv: CoSTConv) -> Tensor:
    """Coefficients that are the same for all clips, ``(V, D)``; zeros where there are none."""
    return conv.share if conv.coefficients != "input" else torch.zeros(len(conv.views), 1)


def _of_clips(
    model: Any, convs: dict[str, CoSTConv], samples: Sequence[tuple[str, int, Tensor]]
) -> tuple[dict[str, Tensor], int]:
    """Coefficients ``(V, D)`` of each layer, averaged over all clips, and their number."""
    seen: dict[str, list[Tensor]] = {name: [] for name in convs}

    def keep(name: str) -> Any:
        def note(_module: nn.Module, _given: Any, logits: Tensor) -> None:  # N D V
            seen[name].append(logits.float().softmax(-1))

        return note

    handles = [conv.fc2.register_forward_hook(keep(name)) for name, conv in convs.items()]
    try:
        for _, _, inputs in samples:
            batch = model.data_preprocessor({"inputs": [inputs[0]], "data_samples": None})
            model(batch["inputs"], None, mode="tensor", stage="backbone")
    finally:
        for handle in handles:
            handle.remove()
    stacked = {name: torch.cat(parts) for name, parts in seen.items()}
    clips = len(next(iter(stacked.values())))
    return {name: share.mean(0).T for name, share in stacked.items()}, clips


def _cut(samples: Sequence[tuple[str, int, Tensor]]) -> Arrays:
    """Slices through the first video of each of a few classes."""
    first: dict[int, Tensor] = {}
    for _, label, inputs in samples:
        first.setdefault(label, inputs[0])
    arrays: Arrays = {}
    kept = sorted(first)[:PICTURED]
    for number, label in enumerate(kept):
        clips = first[label]
        clip = clips[len(clips) // 2].permute(1, 2, 3, 0).cpu().numpy().astype(np.uint8)  # T H W C
        t, h, w = (length // 2 for length in clip.shape[:3])
        arrays[f"hw_{number}"] = clip[t]
        arrays[f"tw_{number}"] = clip[:, h]
        arrays[f"th_{number}"] = clip[:, :, w]
    return arrays | {"labels": np.array(kept, dtype=np.int16)}
