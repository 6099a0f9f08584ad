"""Weights that a pyramid starts from: two streams that were trained alone."""

from collections.abc import Mapping

from torch import Tensor

from harness.errors import RunError

BACKBONE = "backbone."


def merge_inputs(states: Mapping[str, Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Put the trunks of both streams together; their classifiers are left behind.

    Args:
        states: State dictionaries by name of the variant that left them, whose last
            word is the stream's: ``appearance``, ``motion``.

    Returns:
        The trunks of the pyramid; its fusions and its classifier begin as drawn.

    Raises:
        RunError: There is not one of each stream.
    """
    streams = {name.rpartition("_")[2]: state for name, state in states.items()}
    if set(streams) != {"appearance", "motion"} or len(states) != 2:
        raise RunError(
            f"a pyramid does not start from {', '.join(states)}",
            fix="name a variant …appearance and a variant …motion under 'inputs'",
        )
    return {
        f"{BACKBONE}{stream}.{name.removeprefix(BACKBONE)}": x.clone()
        for stream, state in streams.items()
        for name, x in state.items()
        if name.startswith(BACKBONE)
    }
