"""Weights that the combination starts from (Song et al., 2017, Algorithm 1, step 7)."""

from collections.abc import Mapping

from torch import Tensor, nn

from harness.errors import RunError

#: End of an input variant's name → prefixes of the weights that are taken from it.
SOURCES = {
    "temporal_stage": ("backbone.temporal.",),
    "spatial_stage": ("backbone.spatial.", "backbone.main.", "cls_head."),
}


def merge_inputs(
    states: Mapping[str, Mapping[str, Tensor]], _model: nn.Module
) -> dict[str, Tensor]:
    """Put the pre-trained sub-networks together.

    Each attention sub-network comes from its own stage. The main LSTM and the
    scores come from the spatial stage (the paper does not say; a choice): in the
    combination the main LSTM reads joints weighed by the spatial sub-network, as
    it has learned to there, while the weights of frames come after it and only
    change how its scores are summed.

    Args:
        states: State dictionaries by name of the variant that left them.
        _model: Ours; all of it is in the stages.

    Returns:
        A state dictionary of the whole model.

    Raises:
        RunError: A stage is missing, or lacks its sub-network.
    """
    ends = {end: name for end in SOURCES for name in states if name.endswith(end)}
    if missing := sorted(set(SOURCES) - set(ends)):
        raise RunError(
            f"the combination lacks the weights of {', '.join(missing)}",
            fix="name both stages under 'inputs' in the configuration",
        )
    merged: dict[str, Tensor] = {}
    for end, prefixes in SOURCES.items():
        source = ends[end]
        for prefix in prefixes:
            taken = {key: x for key, x in states[source].items() if key.startswith(prefix)}
            if not taken:
                raise RunError(
                    f"the weights of '{source}' have nothing under '{prefix}'",
                    fix=f"check the model of '{source}'",
                )
            merged |= {key: x.clone() for key, x in taken.items()}
    return merged
