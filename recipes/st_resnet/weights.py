"""Weights that a stage of the training starts from: those of the stage before."""

import re
from collections.abc import Mapping

from torch import Tensor, nn

from harness.errors import RunError
from recipes._shared.streams import start_from_imagenet as from_pretrained
from recipes.st_resnet.model import UNIT, give_weights_time

__all__ = ["from_pretrained", "merge_inputs"]

STREAMS = ("appearance", "motion")
OVER_TIME = re.compile(rf"backbone\.(?:\w+)\.layer\d\.{UNIT}\.conv[13]\.conv\.weight")


def merge_inputs(
    states: Mapping[str, Mapping[str, Tensor]], _model: nn.Module
) -> dict[str, Tensor]:
    """Put two streams side by side, or give time to two that are.

    From the variants ``…appearance`` and ``…motion`` comes the plain pair of streams; from
    the plain pair ST-ResNet, and from that ST-ResNet*.

    Args:
        states: State dictionaries by name of the variant that left them.
        _model: Ours; all of it is in them.

    Returns:
        A state dictionary of the whole model.

    Raises:
        RunError: They are neither both streams nor one network.
    """
    if len(states) == 1:
        (state,) = states.values()
        return {
            name: give_weights_time(x) if OVER_TIME.fullmatch(name) else x.clone()
            for name, x in state.items()
        }
    merged: dict[str, Tensor] = {}
    for stream in STREAMS:
        found = [state for variant, state in states.items() if variant.endswith(stream)]
        if len(found) != 1 or len(states) != len(STREAMS):
            raise RunError(
                f"{', '.join(states)} are not one stream of appearance and one of motion",
                fix="name a variant …appearance and one …motion under 'inputs'",
            )
        for name, x in found[0].items():
            part, _, rest = name.partition(".")
            renamed = f"{part}.{stream}.{rest}"
            if part == "cls_head":
                renamed = name.replace("fc_cls", f"fc_{stream}")
            merged[renamed] = x.clone()
    return merged
