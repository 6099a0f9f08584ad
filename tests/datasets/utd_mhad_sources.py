"""Sources of UTD-MHAD in the authors' real format, made anew."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.io import savemat


def make_skeleton(frames: int, seed: int = 0) -> NDArray[np.float64]:
    """Make coordinates as the authors' are, ``(20, 3, T)``, metres, in MATLAB's order."""
    values = np.random.default_rng(seed).uniform(-1.5, 4.0, (20, 3, frames))
    return np.asfortranarray(values)


def pack(compressed: bool = True, **variables: Any) -> bytes:
    """Pack variables as MATLAB 5 does; the authors' files are compressed."""
    stream = BytesIO()
    savemat(stream, variables, do_compression=compressed)
    return stream.getvalue()


def take_file(source: Path, name: str) -> Path:
    """Give the file of a take."""
    return source / "Skeleton" / f"{name}_skeleton.mat"


def write_take(source: Path, name: str, frames: int = 5, seed: int = 0) -> Path:
    """Write the file of a take, invented."""
    path = take_file(source, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pack(d_skel=make_skeleton(frames, seed)))
    return path
