"""What a person reads when a run has no result."""

import errno
import os

import pytest
import torch

from harness.errors import DataError
from harness.run.failures import NotFiniteError, explain


def refuse_memory():
    """Ask the CPU for more memory than there is."""
    torch.empty(2**60)


@pytest.mark.parametrize(
    ("error", "kind", "fix"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), "out of memory", "batch"),
        (MemoryError(), "out of memory", "--jobs"),
        (
            RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed."),
            "out of memory",
            "",
        ),
        (NotFiniteError("the loss is not finite at iteration 3"), "not finite", "learning rate"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x.pt"), "disk full", "make room"),
        (DataError("no data", fix="get them"), "data", "get them"),
    ],
)
def test_each_failure_says_what_to_do(error, kind, fix):
    """Its kind is one of the record's, and its fix can be acted on."""
    failure = explain(error)

    assert failure.kind == kind
    assert fix in failure.fix


def test_a_cpu_without_memory_is_known_by_its_words():
    """Torch raises a plain RuntimeError there."""
    with pytest.raises(RuntimeError) as caught:
        refuse_memory()

    assert explain(caught.value).kind == "out of memory"


def test_anything_else_is_a_crash_with_its_place():
    """A bug names the exception, the file and the line."""
    try:
        raise KeyError("alpha")
    except KeyError as error:
        failure = explain(error)

    assert failure.kind == "crash"
    assert "KeyError" in failure.message
    assert "test_failures.py" in failure.message
