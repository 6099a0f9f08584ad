"""The weights of a stored run, and no others."""

from pathlib import Path

from harness.errors import RunError
from harness.records import Plan
from harness.run.checkpoints import Weights, read_weights, weights_digest


def read_own_weights(path: Path, sha256: str, plan: Plan) -> Weights:
    """Weights of a run, known by their digest: its plan may have been run again since.

    Args:
        path: Their file.
        sha256: As the run's record has it.
        plan: The run's plan.

    Raises:
        RunError: The file is missing, damaged, or holds other weights.
    """
    weights = read_weights(path)
    if weights_digest(weights) != sha256:
        raise RunError(
            f"{path} holds other weights than those of the run ({plan.label})",
            fix="name the newest run of that plan: harness list runs; or run it again with --fresh",
        )
    return weights
