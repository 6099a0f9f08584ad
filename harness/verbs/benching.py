"""``bench``: samples a second against other people's code; of ``data`` and pages too."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout

from rich.console import Console
from rich.progress import Progress

from harness.benches import Bench, Summary, bench_json, refuse_taken, write_bench
from harness.catalog import DEFAULT_VARIANT, Recipe, load_dataset, load_recipe
from harness.errors import PlanError
from harness.places import data_root
from harness.rivals import SETTINGS, Setting, load_rival
from harness.run.bench import Contest, bench, make_plan
from harness.run.machine import command_line
from harness.verbs.arguments import read_device, read_whole
from harness.verbs.console import out, show_table
from harness.verbs.cost_speed import time_variants
from harness.verbs.data import require_data
from harness.verbs.data_speed import time_data
from harness.verbs.page_speed import time_pages

INTERRUPTED = 130
PAGES, DATA = "report", "data"  # stand where a recipe's name does


def measure_speed(args: argparse.Namespace) -> int:
    """Measure a recipe alone or against a rival, data pipelines, or how long the pages take.

    Raises:
        HarnessError: What is asked for cannot be measured.
    """
    if args.recipe == PAGES:
        time_pages(args)
        return 0
    if args.recipe == DATA:
        return time_data(args)
    if args.name:
        raise PlanError(
            f"'{args.name}' says nothing of recipe '{args.recipe}'", fix=f"harness bench {DATA}"
        )
    if args.records:
        raise PlanError(
            f"--records says nothing of recipe '{args.recipe}'", fix=f"harness bench {PAGES}"
        )
    if args.against is None:
        return time_variants(args)
    return compare_speed(args)


def compare_speed(args: argparse.Namespace) -> int:
    """Measure a variant against a rival and show samples a second, twice.

    Raises:
        HarnessError: There is no such rival, the data are absent, or a side failed.
    """
    recipe = load_recipe(args.recipe)
    load_rival(recipe, args.against)
    root = data_root(args.data)
    contest = Contest(
        recipe=recipe.key,
        variant=args.variant or DEFAULT_VARIANT,
        rival=args.against,
        data=str(root.resolve()),
        device=read_device(args.device),
        threads=read_whole("--threads", args.threads),
        rounds=read_whole("--rounds", args.rounds) or 0,
        batches=read_whole("--batches", args.batches) or 0,
        command=command_line(),
    )
    if args.out is not None:
        refuse_taken(args.out)
    data = make_plan(recipe, contest, "defaults", threads=1).protocol.data
    with redirect_stdout(sys.stderr):  # so that --json is one object
        require_data((data,), root)
    try:
        found = _measure(recipe, contest)
    except KeyboardInterrupt:
        print("interrupted: both sides have ended, nothing is stored", file=sys.stderr)
        return INTERRUPTED
    if args.out is not None:
        write_bench(found, args.out)
    if args.json:
        print(json.dumps(bench_json(found), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        _show(recipe, found)
    return 0


def _measure(recipe: Recipe, contest: Contest) -> Bench:
    """Measure, with a bar on standard error where that is a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks = {name: bar.add_task(name, total=contest.rounds) for name in SETTINGS}

        def watch(setting: Setting, number: int) -> None:
            bar.update(tasks[setting], completed=number)

        return bench(recipe, contest, watch)


def _show(recipe: Recipe, found: Bench) -> None:
    """A block for each comparison, then where and how it was measured."""
    where = f"{load_dataset(found.dataset).title}, split {found.split}"
    out.print(f"{recipe.paper.method}, variant {found.variant}, training on {where}")
    for comparison in found.comparisons:
        out.print(f"\n{comparison.setting}")
        ours, theirs, ratio = comparison.ours, comparison.theirs, comparison.ratio
        rows = [
            _row(side.title, side.samples_per_s, side.conditions, waiting=side.waiting)
            for side in (ours, theirs)
        ]
        same = comparison.score_gap
        note = "" if same is None else f"same network: scores {same:.0e} apart for equal weights"
        rows.append(_row(f"{ours.title} / {theirs.title}", ratio, note, times=True))
        show_table(
            ("", "samples/s (median)", "lowest to highest", "n", "waits for data", "what ran"), rows
        )
        for side in (ours, theirs):
            out.print(f"{side.title}: {' > '.join(side.pipeline)}")
    out.print()
    show_table(("", ""), list(_facts(found)))


def _row(
    name: str,
    summary: Summary,
    note: str,
    *,
    times: bool = False,
    waiting: float | None = None,
) -> tuple[str, str, str, int, str, str]:
    mark, digits = ("× ", 2) if times else ("", 1)
    return (
        name,
        f"{mark}{summary.median:.{digits}f}",
        f"{summary.low:.{digits}f} to {summary.high:.{digits}f}",
        summary.n,
        "" if waiting is None else f"{waiting:.0%} of the time",
        note,
    )


def _facts(found: Bench) -> Iterator[tuple[str, str]]:
    machine = found.machine
    load = "" if machine.load is None else f"; load {machine.load:g} before it began"
    yield "turns", f"{found.batches} batches each, ours first, after {found.warm_up} to warm up"
    yield "machine", f"{machine.device}, {machine.cores} cores, {machine.platform}{load}"
    yield "versions", ", ".join(f"{name} {text}" for name, text in machine.packages.items())
    yield "commit", machine.commit + (" and changes" if machine.dirty else "")
    yield "command", found.command
