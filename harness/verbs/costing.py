"""``costs``: parameters and multiply-adds of variants, without data."""

import argparse
import subprocess
import sys
from collections.abc import Iterable, Mapping

from harness.catalog import DEFAULT_VARIANT, Recipe, load_recipe
from harness.claims import Claim
from harness.documents import parse_record
from harness.errors import HarnessError, PlanError, RunError
from harness.evidence import gather_evidence
from harness.records import Plan, RunRecord
from harness.request import plan_costs
from harness.run.machine import command_line
from harness.store import ResultStore
from harness.verbs.console import out, show_table


def count_costs(args: argparse.Namespace) -> None:
    """Count variants of a recipe, store what is new, and show it beside what is printed.

    Raises:
        HarnessError: A variant that was named cannot be counted.
    """
    recipe, store = load_recipe(args.recipe), ResultStore(args.results)
    names = [args.variant] if args.variant else list(recipe.variants) or [DEFAULT_VARIANT]
    plans, refused = _plan_each(recipe, names)
    if args.variant or not recipe.variants:
        for error in refused.values():
            raise error
    if not plans:
        raise PlanError(
            f"no variant of '{recipe.key}' has clips of a fixed length",
            fix="run them: a run counts its longest test sample",
        )
    records = store_costs(recipe, plans, store)
    show_table(
        ("variant", "parameters, M", "MACs per view, G", "printed"),
        [
            (
                name,
                f"{record.values['params']:.6f}",
                f"{record.values['macs']:.3f}",
                ", ".join(
                    f"{claim.metric} {claim.readings[0].printed}"
                    for claim in _cost_claims(recipe)
                    if claim.variant == name
                ),
            )
            for name, record in records.items()
        ],
    )


def count_claimed_costs(recipe: Recipe, store: ResultStore) -> None:
    """Count the variants that cost claims need; one that cannot be counted is said."""
    names = dict.fromkeys(claim.variant for claim in _cost_claims(recipe) if claim.variant)
    plans, refused = _plan_each(recipe, names)
    for name, error in refused.items():
        out.print(f"{recipe.key}/{name} is not counted: {error.problem}")
    try:
        store_costs(recipe, plans, store)
    except RunError as error:
        out.print(f"{error.problem}; {error.fix}")


def store_costs(
    recipe: Recipe, plans: Mapping[str, Plan], store: ResultStore
) -> dict[str, RunRecord]:
    """Records of what variants cost; those that are stored and fresh are not made again.

    Args:
        recipe: The recipe.
        plans: Plans of counting its variants, by variant.
        store: Where records are, and where new ones go.

    Raises:
        RunError: A variant cannot be built; the others are stored.
    """
    known = {
        item.record.plan_digest: item.record
        for item in gather_evidence(recipe, store)
        if item.is_valid and not item.stale
    }
    found = {name: known.get(plan.digest) for name, plan in plans.items()}
    missing = [name for name, record in found.items() if record is None]
    records, errors = _count(recipe, missing) if missing else ([], "")
    for record in records:
        found[record.plan.variant] = store.add(record, {}).record
    if uncounted := [name for name, record in found.items() if record is None]:
        raise RunError(
            f"{', '.join(uncounted)} of '{recipe.key}' cannot be counted: {errors}",
            fix=f"build each alone: harness costs {recipe.key} --variant NAME",
        )
    return {name: record for name, record in found.items() if record is not None}


def _plan_each(
    recipe: Recipe, variants: Iterable[str]
) -> tuple[dict[str, Plan], dict[str, HarnessError]]:
    """Plans of counting variants, and why the others have none."""
    plans, refused = {}, {}
    for name in variants:
        try:
            plans[name] = plan_costs(recipe, name)
        except HarnessError as error:
            refused[name] = error
    return plans, refused


def _count(recipe: Recipe, variants: list[str]) -> tuple[list[RunRecord], str]:
    """Count in a process that imports torch: the records, and what stopped it."""
    words = [sys.executable, "-m", "harness.run.costs", command_line(), recipe.key, *variants]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    reason = (done.stderr.strip().splitlines() or ["no message"])[-1] if done.returncode else ""
    records = [parse_record(line.encode(), source="a count") for line in done.stdout.splitlines()]
    return records, reason


def _cost_claims(recipe: Recipe) -> list[Claim]:
    return [claim for claim in recipe.claims if isinstance(claim, Claim) and claim.kind == "cost"]
