"""``plan``: what runs on skeletons would cost in hours here, on the complete data."""

import argparse

from harness.catalog import load_recipe
from harness.errors import PlanError
from harness.forms import is_fusion
from harness.records import Plan
from harness.request import Request, parse_seeds, request_claims, request_runs
from harness.run.forecast import Pace, Probe, forecast, measure_pace
from harness.verbs.arguments import read_device, read_whole
from harness.verbs.console import out, show_table


def foresee(args: argparse.Namespace) -> None:
    """Measure each variant that a plan needs, and show a row a variant and split.

    Raises:
        HarnessError: There is nothing to plan, or a variant cannot be measured.
    """
    recipe, seeds = load_recipe(args.recipe), parse_seeds(args.seeds)
    if args.split and not args.variant:
        raise PlanError("--split is of a variant", fix=f"harness plan {recipe.key} --variant NAME")
    if args.variant:
        splits = (args.split or "all").split(",")
        request = request_runs(recipe, args.variant, splits=splits, seeds=seeds)
    else:
        request = request_claims(recipe, seeds=seeds)
    plans = [plan for plan in request.plans if plan.protocol.data.form == "skeletons"]
    plans = [plan for plan in plans if not is_fusion(plan.config)]
    if not plans:
        raise PlanError(
            f"recipe '{recipe.key}' has nothing to run on skeletons that the harness reads",
            fix=f"for videos: harness bench {recipe.key}",
        )
    paces = _measure(plans, read_device(args.device), read_whole("--rounds", args.rounds) or 1)
    _show(Request(plans=tuple(plans)), paces)


def _measure(plans: list[Plan], device: str, rounds: int) -> dict[str, Pace]:
    """Pace of each variant, measured once."""
    paces: dict[str, Pace] = {}
    for plan in plans:
        if plan.variant not in paces:
            probe = Probe(recipe=plan.recipe, variant=plan.variant, device=device, rounds=rounds)
            paces[plan.variant] = measure_pace(probe)
    return paces


def _show(request: Request, paces: dict[str, Pace]) -> None:
    rows, total = [], 0.0
    groups: dict[tuple[str, str], list[Plan]] = {}
    for plan in request.plans:
        groups.setdefault((plan.variant, plan.split), []).append(plan)
    for (variant, split), plans in groups.items():
        pace = paces[variant]
        found = forecast(plans[0], pace)
        total += found.hours * len(plans)
        rows.append(
            (
                variant,
                f"{plans[0].dataset} {split}",
                len(plans),
                f"{found.trained:,}",
                f"{found.monitored + found.tested:,}",
                f"{1 / pace.train_s:.2f}",
                f"{1 / pace.test_s:.2f}",
                f"{found.hours:.2f}",
            )
        )
    columns = ("variant", "data", "runs", "trained on", "tested on")
    show_table((*columns, "training, samples/s", "test, samples/s", "hours a run"), rows)
    device = next(iter(paces.values())).device
    out.print(
        f"{total:.1f} hours in all, one run after another, on {device}; measured on imitated "
        "sequences, for the complete data"
    )
