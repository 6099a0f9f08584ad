"""What the ``figures.py`` of a recipe gives to the report."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

Observations = Mapping[str, NDArray[np.generic]]


class Drawing(NamedTuple):
    """A figure and its words.

    Args:
        name: Short name, for files and links.
        caption: What it shows.
        alt: What it looks like, for readers who cannot see it.
        figure: The figure.
    """

    name: str
    caption: str
    alt: str
    figure: Figure


def name_sample(
    observations: Observations, index: int, class_names: Sequence[str], *, between: str = " "
) -> str:
    """Name of a sample's class, and of the predicted one where it is another.

    Args:
        observations: Among others ``labels`` and ``predictions``.
        index: Number of the sample.
        class_names: Names of the classes, by label.
        between: What stands between the two names.
    """
    label = int(observations["labels"][index])
    predicted = int(observations["predictions"][index])
    if label == predicted:
        return class_names[label]
    return f"{class_names[label]}{between}(predicted: {class_names[predicted]})"
