"""``bench RECIPE``: what its variants cost on this machine."""

import argparse
import json

from harness.benches import refuse_taken, write_bench
from harness.catalog import load_recipe
from harness.errors import HarnessError
from harness.request import plan_costs
from harness.run.cost_bench import Load, measure_costs
from harness.run.machine import command_line
from harness.throughputs import CostBench, cost_bench_json
from harness.verbs.arguments import read_device, read_seconds, read_whole
from harness.verbs.console import out, show_races, show_table


def time_variants(args: argparse.Namespace) -> int:
    """Measure, store where that is asked for, and show.

    Raises:
        HarnessError: A variant that was named, or each of all, cannot be measured.
    """
    recipe = load_recipe(args.recipe)
    names = [args.variant] if args.variant else list(recipe.variants)
    refused: dict[str, HarnessError] = {}
    for name in names:
        try:
            plan_costs(recipe, name)
        except HarnessError as error:
            refused[name] = error
    if len(refused) == len(names):
        raise next(iter(refused.values()))
    if args.out is not None:
        refuse_taken(args.out)
    loads = [
        Load(
            recipe=recipe.key,
            variant=name,
            device=read_device(args.device),
            threads=read_whole("--threads", args.threads),
            rounds=read_whole("--rounds", args.rounds) or 0,
            batch_size=read_whole("--batch-size", args.batch_size) or 0,
            turn_s=read_seconds("--seconds", args.seconds),
        )
        for name in names
        if name not in refused
    ]
    for name, refusal in refused.items():
        _tell(args, f"{name}: {refusal.problem}")
    found = measure_costs(
        loads,
        command=command_line(),
        watch=lambda load, problem: _tell(args, f"{load.variant}: {problem}" if problem else ""),
    )
    if args.out is not None:
        write_bench(found, args.out)
    if args.json:
        print(json.dumps(cost_bench_json(found), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        _show(found)
    return 0


def _tell(args: argparse.Namespace, problem: str) -> None:
    if problem and not args.json:
        out.print(problem)


def _show(found: CostBench) -> None:
    """A row a variant, a row a race of forms, then where that was measured."""
    columns = ("variant", "parameters, M", "MACs × views, G", "clip", "precision")
    show_table(
        (*columns, "training, clips/s", "test, clips/s", "memory, GiB: training", "test"),
        [
            (
                cost.variant,
                f"{cost.parameters / 1e6:.3f}",
                cost.macs_text,
                f"{cost.batch_size} × {'×'.join(map(str, cost.clip))}",
                cost.precision,
                f"{cost.train_per_s.median:.2f}",
                f"{cost.test_per_s.median:.2f}",
                f"{cost.train_memory_gib:.2f}",
                f"{cost.test_memory_gib:.2f}",
            )
            for cost in found.costs
        ],
    )
    if found.races:
        show_races(found.races)
    machine = found.machine
    out.print(
        f"{machine.device}, {found.threads} of {machine.cores} threads, {machine.platform}; "
        f"medians of n = {len(found.costs[0].test)}; {found.command}"
    )
