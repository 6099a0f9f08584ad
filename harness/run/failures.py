"""Why a run has no result, in words that a person can act on."""

import errno
import traceback
from pathlib import Path

import torch

from harness.errors import DataError, HarnessError
from harness.records import Failure
from harness.run.job import GO_ON


class NotFiniteError(RuntimeError):
    """A loss or score is NaN or infinite."""


def _lacks_memory(text: str) -> bool:
    """Whether torch says so in a plain RuntimeError, as it does on the CPU."""
    killed_loader = "DataLoader worker" in text and "killed by signal" in text
    return "can't allocate memory" in text or killed_loader


def explain(error: Exception) -> Failure:
    """An exception of a worker as a failure."""
    if isinstance(error, HarnessError):
        kind = "data" if isinstance(error, DataError) else "configuration"
        return Failure(kind=kind, message=error.problem, fix=error.fix)
    if isinstance(error, NotFiniteError):
        return Failure(
            kind="not finite",
            message=str(error),
            fix="lower the learning rate, clip the gradient, or look at the data",
        )
    if isinstance(error, torch.OutOfMemoryError | MemoryError) or _lacks_memory(str(error)):
        return Failure(
            kind="out of memory",
            message="the device's memory is full",
            fix="close other programs on it, run fewer --jobs, or make the batch smaller",
        )
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Failure(
            kind="disk full",
            message=f"{error.filename or 'a file'}: {error.strerror}",
            fix=f"make room, then {GO_ON}",
        )
    where = traceback.extract_tb(error.__traceback__)[-1]
    text = " ".join(str(error).split())[:500]
    return Failure(
        kind="crash",
        message=f"{type(error).__name__}: {text} ({Path(where.filename).name}:{where.lineno})",
        fix="the run's log.txt has the traceback",
    )
