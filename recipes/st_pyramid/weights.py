"""Weights that a pyramid starts from: two streams that were trained alone."""

from collections.abc import Mapping

from torch import Tensor, nn

from harness.errors import RunError
from recipes._shared.streams import start_from_imagenet as from_pretrained

__all__ = ["from_pretrained", "merge_inputs"]

BACKBONE = "backbone."
HEAD = "cls_head."


def merge_inputs(states: Mapping[str, Mapping[str, Tensor]], model: nn.Module) -> dict[str, Tensor]:
    """Put the trunks of both streams together; their classifiers are left behind.

    Args:
        states: State dictionaries by name of the variant that left them, whose last
            word is the stream's: ``appearance``, ``motion``.
        model: The pyramid, as it is initialised.

    Returns:
        A state dictionary of the whole pyramid: the streams' trunks, and its fusions and its
        classifier as drawn.

    Raises:
        RunError: There is not one of each stream.
    """
    streams = {name.rpartition("_")[2]: state for name, state in states.items()}
    if set(streams) != {"appearance", "motion"} or len(states) != 2:
        raise RunError(
            f"a pyramid does not start from {', '.join(states)}",
            fix="name a variant …appearance and a variant …motion under 'inputs'",
        )
    trunks = {
        f"{BACKBONE}{stream}.{name.removeprefix(BACKBONE)}": x.clone()
        for stream, state in streams.items()
        for name, x in state.items()
        if name.startswith(BACKBONE)
    }
    drawn = {name: x.clone() for name, x in model.state_dict().items() if name.startswith(HEAD)}
    return trunks | drawn
