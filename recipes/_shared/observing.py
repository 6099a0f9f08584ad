"""Which test samples the ``observe.py`` of a recipe looks at."""

from collections.abc import Iterable

import numpy as np
from torch import Tensor

Sample = tuple[str, int, Tensor]
"""Name, label and input of a test sample."""


def choose_samples(samples: Iterable[Sample], most: int) -> list[Sample]:
    """The first sample of each of a few classes, never chosen by how well it is recognised.

    Args:
        samples: All test samples.
        most: Classes, at most; where there are more, those at equal distances in the
            order of labels.
    """
    first: dict[int, Sample] = {}
    for sample in samples:
        first.setdefault(sample[1], sample)
    labels = sorted(first)
    places = np.linspace(0, len(labels) - 1, min(most, len(labels))).round().astype(int)
    return [first[labels[place]] for place in places]
