"""Parameters and multiply-adds of variants: ``python -m harness.run.costs RECIPE VARIANT…``.

Without data and without training, in a process of its own, since it imports torch;
a line of standard output is the record of a variant.
"""

import sys
import time
from datetime import UTC, datetime

import torch

from harness.catalog import Recipe, load_recipe
from harness.documents import dump
from harness.errors import HarnessError
from harness.freshness import claim_digest, digest_code
from harness.records import Plan, RunRecord
from harness.request import plan_costs
from harness.run.environment import describe_environment
from harness.run.measure import measure_costs
from harness.run.models import build_model


def measure_variant(recipe: Recipe, variant: str, *, command: str) -> RunRecord:
    """Build a variant on the CPU and count one view of zeros.

    Args:
        recipe: The recipe.
        variant: Its variant.
        command: The command line, for the record.

    Raises:
        PlanError: The variant has no model, or its clips no fixed length.
    """
    began, clock = datetime.now(UTC), time.monotonic()
    plan = plan_costs(recipe, variant)
    measured = measure_costs(build_model(recipe.key, variant), one_view(plan))
    return RunRecord(
        run_id=f"{began:%Y%m%dT%H%M%SZ}-{plan.digest[:8]}",
        status="completed",
        plan=plan,
        plan_digest=plan.digest,
        code_digest=digest_code(plan, recipe),
        claim_digests={
            claim.key: claim_digest(claim) for claim in recipe.claims if claim.kind == "cost"
        },
        started_at=began.isoformat(timespec="seconds"),
        duration_s=round(time.monotonic() - clock, 3),
        environment=describe_environment(
            torch.device("cpu"), determinism="counted, not run", command=command
        ),
        measurements=tuple(measured),
    )


def one_view(plan: Plan) -> torch.Tensor:
    """Zeros in the layout of one view: ``(1, 1, M, T, V, C)``, or ``(1, 1, C, T, H, W)``."""
    protocol = plan.config["protocol"]
    channels = plan.config["model"]["backbone"].get("in_channels", 3)
    if plan.protocol.data.form == "videos":
        size = protocol["crop_size"]
        return torch.zeros(1, 1, channels, protocol["clip_len"], size, size)
    persons, joints = protocol["persons"], protocol["joints"]
    return torch.zeros(1, 1, persons, protocol["clip_len"], joints, channels)


def main(key: str, variants: list[str], command: str) -> None:
    """Write the records of some variants, a line each; exit with what is wrong with the others."""
    recipe, wrong = load_recipe(key), []
    for variant in variants:
        try:
            record = measure_variant(recipe, variant, command=command)
        except HarnessError as error:
            wrong.append(f"{variant}: {error.problem}")
        else:
            sys.stdout.write(" ".join(dump(record).splitlines()) + "\n")
    sys.exit("; ".join(wrong) or None)


if __name__ == "__main__":
    main(sys.argv[2], sys.argv[3:], command=sys.argv[1])
