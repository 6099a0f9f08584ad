"""The authors' weights: from a file to the plan of a run that tests it and trains nothing.

Imports no torch: what is in the file is the worker's to find out.
"""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from harness.catalog import Recipe
from harness.errors import PlanError, RunError
from harness.forms import is_fusion
from harness.plan import load_config
from harness.records import AUTHORS, Json, PlanInput
from harness.request import Request, request_runs

SHA256 = re.compile(r"[0-9a-f]{64}")


def digest_weights(file: Path, expected: str = "") -> str:
    """SHA-256 of a file of weights, in hex.

    Args:
        file: The file.
        expected: What it must be, in hex of either case; ``""`` for anything.

    Raises:
        RunError: The file is missing, empty, or another than expected.
    """
    wanted = expected.lower()
    if wanted and not SHA256.fullmatch(wanted):
        raise RunError(
            f"'{expected}' is no SHA-256", fix="give all of its 64 hex digits, or no --sha256"
        )
    if not file.is_file():
        raise RunError(f"there is no file {file}", fix="give the path of a file of weights")
    if file.stat().st_size == 0:
        raise RunError(f"{file} is empty", fix="get the file again")
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if wanted not in ("", found):
        raise RunError(
            f"{file} has SHA-256 {found}, not {wanted}",
            fix="get the file again, or give the SHA-256 of the one that you mean",
        )
    return found


def request_evaluation(
    recipe: Recipe,
    variant: str,
    digest: str,
    *,
    split: str | None = None,
    overrides: Json | None = None,
    limit: int | None = None,
) -> Request:
    """The plan of testing a file of weights under a variant's protocol.

    It is the variant's own plan with seed 0, with the file in place of whatever
    the variant starts from: its digest is no training's.

    Args:
        recipe: The recipe.
        variant: Its variant.
        digest: SHA-256 of the file.
        split: A split; needed where the variant names several.
        overrides: Changes to the configuration.
        limit: Most samples taken from each subset.

    Raises:
        PlanError: The variant is a fusion, it has several splits and none is
            given, or its runs cannot be planned.
    """
    config = load_config(recipe, variant)
    if is_fusion(config):
        raise PlanError(
            f"variant '{variant}' of '{recipe.key}' is a fusion, which has no weights",
            fix=f"evaluate one of its streams: {', '.join(config['fusion'])}",
        )
    splits = () if split is None else (split,)
    asked = request_runs(recipe, variant, splits=splits, overrides=overrides, limit=limit)
    ordinary = [plan for plan in asked.plans if plan.digest in asked.wanted]
    if len(ordinary) > 1:
        raise PlanError(
            f"variant '{variant}' of '{recipe.key}' has {len(ordinary)} splits, and weights were "
            "trained for one of them",
            fix=f"say which: --split {ordinary[0].split}",
        )
    source = PlanInput(variant=AUTHORS, use="author", digest=digest)
    plan = replace(ordinary[0], inputs=(source,))
    return Request(plans=(plan,), wanted=frozenset({plan.digest}))
