"""``run``, ``reproduce`` and ``evaluate``: plan, run, end with a table."""

import argparse
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from harness import catalog
from harness.authors_weights import digest_of_file, find_tested
from harness.claims import Claim, DataKey
from harness.compare import newest_runs, seed_values
from harness.errors import HarnessError, PlanError, RunError
from harness.evidence import gather_evidence, judge_recipe
from harness.intervals import spread_of
from harness.places import data_root, pretrained_root
from harness.plan import parse_overrides
from harness.records import Plan
from harness.report.page_files import campaign_file
from harness.request import (
    DEFAULT_SEEDS,
    Request,
    parse_seeds,
    refuse_small_limit,
    request_campaign,
    request_claims,
    request_runs,
)
from harness.run.evaluation import digest_weights, request_evaluation
from harness.run.launch import Workplace
from harness.run.session import Step, run_all, survey
from harness.store import ResultStore, StoredRun
from harness.verbs.arguments import read_device, read_seconds, read_whole
from harness.verbs.console import RunView, format_metric, out, show_steps, show_table
from harness.verbs.costing import count_claimed_costs
from harness.verbs.data import check_classes, find_absent, make_embedded, require_data
from harness.verbs.judging import show_verdicts, write_pages

MOST_NAMED = 3  # claims that a line names


def run_variant(args: argparse.Namespace) -> None:
    """Run splits and seeds of a variant.

    Raises:
        HarnessError: One of them failed; the others are stored.
    """
    request = request_runs(
        catalog.load_recipe(args.recipe),
        args.variant,
        splits=tuple(args.split.split(",")),
        seeds=parse_seeds(args.seeds),
        overrides=parse_overrides(args.overrides),
        limit=read_whole("--limit", args.limit),
        dataset=args.dataset,
    )
    require_data(request.data, data_root(args.data))
    check_classes(request.plans, data_root(args.data))
    steps, place = _survey(request, args), _workplace(args)
    for step in steps:
        if step.needed:
            refuse_small_limit(step.plan)
            place.pretrained_file(step.plan)
    errors = _run(steps, args)
    _show_runs(request, args)
    _raise_first(errors)


def reproduce(args: argparse.Namespace) -> None:
    """Run what claims or a campaign need, compare, and write the pages.

    Raises:
        HarnessError: A run failed; the others are stored, compared and shown.
    """
    recipes, request = _what_to_reproduce(args)
    root = data_root(args.data)
    make_embedded(request.data, root)
    absent = find_absent(request.data, root)
    present = [plan for plan in request.plans if plan.protocol.data not in absent]
    steps = _survey(replace(request, plans=tuple(present)), args)
    steps, unweighted = _split_by_weights(steps, _workplace(args))
    errors = _run(steps, args)
    store = ResultStore(args.results)
    if args.campaign:
        _show_runs(request, args)
    for recipe in recipes if not args.plan else ():
        count_claimed_costs(recipe, store)
    for recipe in recipes:
        show_verdicts(recipe, judge_recipe(recipe, store))
    if args.campaign:
        for error in absent.values():
            out.print(f"{error.problem}: {error.fix}")
    else:
        for line in _waiting_claims(recipes, absent):
            out.print(line)
    for error in unweighted:
        out.print(f"{error.problem}: {error.fix}")
    if not args.plan:
        index = write_pages(store, args.reports)
        page = args.reports / campaign_file(args.campaign, "html") if args.campaign else index
        out.print(f"report: {(page if page.exists() else index).resolve()}")
    _raise_first(errors)


def evaluate(args: argparse.Namespace) -> None:
    """Test a file of weights under a variant's protocol, and set it beside what is printed.

    Raises:
        HarnessError: The file is missing or another than was asked for, or the run
            failed, which is stored.
    """
    digest = digest_weights(args.weights, args.sha256)
    recipe = catalog.load_recipe(args.recipe)
    request = request_evaluation(
        recipe,
        args.variant,
        digest,
        split=args.split,
        overrides=parse_overrides(args.overrides),
        limit=read_whole("--limit", args.limit),
    )
    require_data(request.data, data_root(args.data))
    for error in _run(_survey(request, args), args, weights=args.weights):
        named = str(args.weights.resolve()) in error.problem
        problem = error.problem if named else f"{args.weights}: {error.problem}"
        raise RunError(problem, fix=error.fix)
    if not args.plan:
        _show_tested(recipe, request, args)


def _waiting_claims(
    recipes: list[catalog.Recipe], absent: dict[DataKey, HarnessError]
) -> Iterator[str]:
    """Data sets that claims wait for here, the papers' own and those with a variant, and why."""
    read = catalog.dataset_keys()
    for recipe in recipes:
        waiting: dict[DataKey, list[str]] = {}
        for claim in recipe.claims:
            if not isinstance(claim, Claim) or claim.is_own or claim.variant:
                waiting.setdefault(claim.protocol.data, []).append(claim.key)
        for data, keys in waiting.items():
            if data.dataset not in read:
                why = "the harness does not read it yet"
            elif data in absent:
                why = absent[data].fix
            else:
                continue
            more = len(keys) - MOST_NAMED
            who = ", ".join(keys[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
            verb = "waits" if len(keys) == 1 else "wait"
            yield f"{recipe.key}: {who} {verb} for data set '{data.dataset}': {why}"


def _what_to_reproduce(args: argparse.Namespace) -> tuple[list[catalog.Recipe], Request]:
    request = Request()
    if args.campaign:
        if args.recipes or args.seeds:
            raise PlanError(
                "a campaign names its recipes and seeds itself",
                fix="give --campaign alone, or recipes and seeds without it",
            )
        campaign = catalog.load_campaign(args.campaign)
        keys = dict.fromkeys(runs.recipe for runs in campaign.runs)
        return [catalog.load_recipe(key) for key in keys], request_campaign(campaign)
    recipes = [catalog.load_recipe(key) for key in args.recipes or catalog.recipe_keys()]
    seeds = parse_seeds(args.seeds) if args.seeds else DEFAULT_SEEDS
    for recipe in recipes:
        request += request_claims(recipe, seeds=seeds)
    return recipes, request


def _survey(request: Request, args: argparse.Namespace) -> tuple[Step, ...]:
    """How far the plans of a request are, and which must be run."""
    return survey(
        request.plans,
        _workplace(args),
        wanted=request.wanted,
        fresh=args.fresh,
        stale=args.stale,
    )


def _run(
    steps: tuple[Step, ...], args: argparse.Namespace, weights: Path | None = None
) -> list[HarnessError]:
    """Run what is needed; what kept runs from completing."""
    jobs = read_whole("--jobs", args.jobs) or _default_jobs(steps, args.device)
    show_steps(steps, jobs)
    if args.plan:
        show_table(
            ("run", "split", "seed", "state"),
            [
                (f"{s.plan.recipe}/{s.plan.variant}", s.plan.split, s.plan.seed, s.state)
                for s in steps
            ],
        )
        return []
    todo = sum(step.needed for step in steps)
    if not todo:
        return []
    stop = threading.Event()
    with RunView(todo) as view:
        results = run_all(
            steps,
            _workplace(args),
            jobs=jobs,
            fresh=args.fresh,
            watch=view.watch,
            ended=view.end,
            stop=stop,
            weights=weights,
        )
    return [error for result in results.values() if (error := _error_of(result)) is not None]


def _workplace(args: argparse.Namespace) -> Workplace:
    return Workplace(
        store=ResultStore(args.results),
        work=args.work,
        data=data_root(args.data),
        device=read_device(args.device),
        save_every_s=read_seconds("--save-every", args.save_every),
        pretrained=pretrained_root(args.pretrained),
    )


def _split_by_weights(
    steps: tuple[Step, ...], place: Workplace
) -> tuple[tuple[Step, ...], list[HarnessError]]:
    """Steps but those that need pretrained weights which are not here, and these by variant."""
    ready: list[Step] = []
    lacking: dict[tuple[str, str], HarnessError] = {}
    for step in steps:
        try:
            if step.needed:
                place.pretrained_file(step.plan)
            ready.append(step)
        except RunError as error:
            lacking.setdefault((step.plan.recipe, step.plan.variant), error)
    return tuple(ready), list(lacking.values())


def _error_of(result: StoredRun | HarnessError) -> HarnessError | None:
    """What kept a run from completing, if anything did."""
    if isinstance(result, HarnessError):
        return result
    record = result.record
    if record.failure is None:
        return None
    return RunError(
        f"{record.plan.label} {record.status}: {record.failure.message}", fix=record.failure.fix
    )


def _raise_first(errors: list[HarnessError]) -> None:
    if len(errors) == 1:
        raise errors[0]
    if errors:
        first = errors[0]
        raise RunError(f"{len(errors)} runs failed; the first: {first.problem}", fix=first.fix)


def _default_jobs(steps: tuple[Step, ...], device: str) -> int:
    """As many as the cores carry; one on a GPU."""
    if device.startswith("cuda") or (device == "auto" and shutil.which("nvidia-smi")):
        return 1
    runtimes = [step.plan.config.get("runtime", {}) for step in steps]  # a fusion has none
    threads = max((runtime.get("threads", 1) for runtime in runtimes), default=1)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, (cores or 1) // int(threads))


def _show_runs(request: Request, args: argparse.Namespace) -> None:
    """A table of what the asked-for variants have measured."""
    rows = []
    wanted = [plan for plan in request.plans if plan.digest in request.wanted]
    groups: dict[tuple[str, str], list[Plan]] = {}
    for plan in wanted:
        groups.setdefault((plan.recipe, plan.variant), []).append(plan)
    store = ResultStore(args.results)
    for (recipe, variant), plans in groups.items():
        digests = {plan.digest for plan in plans}
        newest = newest_runs(
            item
            for item in gather_evidence(catalog.load_recipe(recipe), store)
            if item.record.plan_digest in digests and item.is_valid
        )
        splits = tuple(dict.fromkeys(plan.split for plan in plans))
        values = seed_values(newest, "top1_acc", splits)
        spread = spread_of(list(values.values())) if values else None
        rows.append(
            (
                f"{recipe}/{variant}",
                ", ".join(splits),
                f"{len(newest)} of {len(plans)}",
                format_metric(spread.mean if spread else None),
                format_metric(spread.std if spread else None),
                spread.n if spread else 0,
            )
        )
    show_table(("variant", "splits", "runs", "top-1 % (mean)", "s", "n seeds"), rows)


def _show_tested(recipe: catalog.Recipe, request: Request, args: argparse.Namespace) -> None:
    """A table of what a file of weights gave, beside what is printed."""
    found = [
        item
        for item in gather_evidence(recipe, ResultStore(args.results))
        if item.record.plan_digest in request.wanted and item.is_valid
    ]
    newest = found[-1].record
    rows = [
        (
            tested.metric,
            format_metric(tested.measured),
            tested.claim.key if tested.claim else "no claim",
            tested.claim.readings[0].printed if tested.claim else "",
            format_metric(tested.gap),
            tested.reason,
        )
        for tested in find_tested(recipe.claims, found[-1:])
    ]
    out.print(f"{newest.run_id}, weights: author (SHA-256 {digest_of_file(newest)})")
    show_table(("metric", "measured", "would speak to", "printed", "gap", "why no gap"), rows)
