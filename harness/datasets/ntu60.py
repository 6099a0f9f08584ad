"""NTU RGB+D: 60 actions of 40 subjects, the Kinects' skeletons of up to six bodies."""

import numpy as np
from numpy.typing import NDArray

from harness.datasets.ntu import SIXTY, SKELETONS, make_dataset
from harness.datasets.ntu_files import parse_skeleton


def parse(content: bytes, name: str) -> NDArray[np.float32]:
    """Parse a ``.skeleton`` file on its own.

    Args:
        content: The file.
        name: Its name, for messages.

    Returns:
        Joints by place in the list of a frame, ``(T, 6, 25, 3)``, metres.

    Raises:
        DataError: It is no such file.
    """
    return parse_skeleton(content, name).spread()


DATASET = make_dataset("ntu60", SIXTY, SKELETONS)
