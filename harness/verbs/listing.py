"""``list``, ``show`` and ``diff``: what there is."""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Column, Table

from harness import catalog
from harness.authors_weights import digest_of_file
from harness.claims import Claim
from harness.datasets.stored import how_to_get
from harness.datasets.videos import how_to_prepare
from harness.differences import (
    Declaration,
    Difference,
    find_declared,
    find_differences,
    merge_subsets,
)
from harness.documents import dump
from harness.errors import CatalogError, DataError
from harness.freshness import Freshness
from harness.places import data_root
from harness.plan import load_config
from harness.settings import ABSENT
from harness.store import ResultStore, StoredRun
from harness.verbs.console import format_duration, format_metric, out, show_table
from harness.verbs.data import data_keys, load_data

Rows = list[dict[str, Any]]
NONE_OF = {"variants": "claims only"}  # what an empty list means, by name of the column
VALUE_WIDTH = 100  # characters of a setting's value in a table


def show_list(args: argparse.Namespace) -> None:
    """Print recipes, claims, data sets, campaigns or runs."""
    rows = LISTS[args.what](args)
    if args.json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
    elif rows:
        shown = [[_cell(value) or NONE_OF.get(key, "") for key, value in r.items()] for r in rows]
        show_table(list(rows[0]), shown)
    else:
        out.print(f"there are no {args.what}")


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_cell(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return format_metric(value) if isinstance(value, float) else str("" if value is None else value)


def list_recipes(_args: argparse.Namespace) -> Rows:
    """Recipes with their papers."""
    return [
        {
            "recipe": recipe.key,
            "method": recipe.paper.method,
            "paper": f"{recipe.paper.citation.short}, {recipe.paper.citation.venue}",
            "claims": len(recipe.claims),
            "variants": list(recipe.variants),
        }
        for recipe in catalog.load_recipes()
    ]


def list_claims(_args: argparse.Namespace) -> Rows:
    """Claims with their numbers and how we know them."""
    return [
        {
            "recipe": recipe.key,
            "claim": claim.key,
            "kind": claim.kind,
            "metric": claim.metric,
            "dataset": claim.protocol.dataset,
            "splits": list(claim.splits),
            "printed": claim.readings[0].printed if isinstance(claim, Claim) else claim.statement,
            "evidence": str(
                claim.readings[0].evidence if isinstance(claim, Claim) else claim.evidence
            ),
            "row": str(claim.row) if isinstance(claim, Claim) else "own" if claim.is_own else "",
            "variant": claim.variant if isinstance(claim, Claim) else claim.better,
        }
        for recipe in catalog.load_recipes()
        for claim in recipe.claims
    ]


def list_datasets(args: argparse.Namespace) -> Rows:
    """Data sets, and which are prepared here."""
    root = data_root(args.data)
    rows = []
    for key in data_keys():
        dataset = catalog.load_dataset(key.dataset)
        try:
            state = f"prepared in {load_data(key, root).folder}"
        except DataError as error:
            state = "made when it is needed" if dataset.embedded else f"no: {error.problem}"
        rows.append(
            {
                "dataset": key.dataset,
                "form": key.form,
                "title": dataset.title,
                "samples": dataset.expected_samples,
                "classes": len(dataset.classes) or None,
                "splits": [split.name for split in dataset.splits if split.role == "reported"],
                "here": state,
                "obtain": how_to_prepare(dataset) if key.form == "videos" else how_to_get(dataset),
            }
        )
    return rows


def list_campaigns(_args: argparse.Namespace) -> Rows:
    """Campaigns with their questions."""
    campaigns = (catalog.load_campaign(key) for key in catalog.campaign_keys())
    return [
        {
            "campaign": campaign.key,
            "title": campaign.title,
            "question": campaign.question,
            "variants": [f"{r.recipe}/{v}" for r in campaign.runs for v in r.variants],
        }
        for campaign in campaigns
    ]


def list_runs(args: argparse.Namespace) -> Rows:
    """Stored runs, oldest first."""
    store = ResultStore(args.results)
    runs = store.runs()
    by_recipe: dict[str, list[StoredRun]] = defaultdict(list)
    for run in runs:
        by_recipe[run.record.plan.recipe].append(run)
    freshness = {key: _look_at(key, its, store) for key, its in by_recipe.items()}
    return [_run_row(run, freshness[run.record.plan.recipe]) for run in runs]


def _run_row(run: StoredRun, freshness: Freshness | str) -> dict[str, Any]:
    record = run.record
    return {
        "run_id": record.run_id,
        "recipe": record.plan.recipe,
        "variant": record.plan.variant,
        "dataset": record.plan.dataset,
        "split": record.plan.split,
        "seed": record.plan.seed,
        "weights": "author" if record.has_authors_weights else "",
        "status": "invalidated" if run.invalidated else record.status,
        "metrics": record.values,
        "stale": bool(_staleness(run, freshness)),
        "duration_s": record.duration_s,
    }


def _look_at(key: str, runs: Sequence[StoredRun], store: ResultStore) -> Freshness | str:
    """A look at a recipe of today, or why there is none."""
    try:
        return Freshness(catalog.load_recipe(key), runs, store)
    except CatalogError as error:
        return error.problem


def _staleness(run: StoredRun, freshness: Freshness | str) -> str:
    return freshness if isinstance(freshness, str) else freshness.stale_because(run.record)


LISTS: dict[str, Callable[[argparse.Namespace], Rows]] = {
    "recipes": list_recipes,
    "claims": list_claims,
    "datasets": list_datasets,
    "campaigns": list_campaigns,
    "runs": list_runs,
}


def show_one(args: argparse.Namespace) -> None:
    """Print a recipe or a run."""
    if args.name in catalog.recipe_keys():
        _show_recipe(catalog.load_recipe(args.name))
        return
    run = ResultStore(args.results).find(args.name)
    if args.json:
        print(dump(run.record), end="")
    else:
        _show_run(run, args)


def _show_recipe(recipe: catalog.Recipe) -> None:
    paper = recipe.paper.citation
    out.print(f"{recipe.key}: {paper.title}\n{paper.short}, {paper.venue}. {paper.link}\n")
    rows = []
    for claim in recipe.claims:
        if isinstance(claim, Claim):
            printed = f"{claim.readings[0].printed} {claim.quantity.unit}"
            rows.append((claim.key, claim.method, printed, claim.place.where, claim.variant))
        else:
            better = f"{claim.better} > {claim.worse}" if claim.better else claim.statement
            rows.append((claim.key, better, "", claim.place.where, claim.better))
    show_table(("claim", "method", "printed", "where", "variant"), rows)
    for said in recipe.statements:
        out.print(f"\n{said.topic}, {said.aspect}: {said.text}")
    variants = ", ".join(recipe.variants) or NONE_OF["variants"]
    out.print(f"\nvariants: {variants}\nfolder: {recipe.folder}")


def _show_run(run: StoredRun, args: argparse.Namespace) -> None:
    record, plan = run.record, run.record.plan
    weights = args.work / record.plan_digest / "weights.pt"
    kept = weights if weights.exists() else f"not here (they would be {weights})"
    if record.has_authors_weights:
        kept = f"author, SHA-256 {digest_of_file(record)}; under our names {kept}"
    streams = [
        f"{name} × {weight:g} (weights {record.input_weights.get(name, '')[:10]})"
        for name, weight in plan.config.get("fusion", {}).items()
    ]
    store = ResultStore(args.results)
    runs = store.runs(plan.recipe)
    facts = [
        ("run", record.run_id),
        ("plan", f"{plan.label} on {plan.dataset} ({record.plan_digest})"),
        ("status", f"invalidated: {run.invalidated}" if run.invalidated else record.status),
        ("failure", record.failure.message if record.failure else None),
        ("overrides", json.dumps(plan.overrides) if plan.overrides else None),
        ("stale", _staleness(run, _look_at(plan.recipe, runs, store)) or "no"),
        ("started", f"{record.started_at}, took {format_duration(record.duration_s)}"),
        *((m.metric, f"{m.value:.4g} (n = {m.samples or 1})") for m in record.measurements),
        ("record", run.folder / "record.json"),
        ("log", log if (log := weights.with_name("log.txt")).exists() else None),
        ("streams", ", ".join(streams) or None),
        ("weights", None if streams else kept),
    ]
    if environment := record.environment:
        where = f"{environment.device}, {environment.threads} threads, {environment.python}"
        facts.append(("environment", f"{where}; commit {environment.commit[:10] or 'none'}"))
        facts.append(("command", environment.command))
    show_table(("", ""), [fact for fact in facts if fact[1] is not None])


def show_difference(args: argparse.Namespace) -> None:
    """Print in which settings two variants of a recipe differ, and what only one declares."""
    recipe = catalog.load_recipe(args.recipe)
    first, second = load_config(recipe, args.a), load_config(recipe, args.b)
    differences, declared = find_differences(first, second), find_declared(first, second)
    if args.json:
        settings = [
            {
                "key": item.key,
                "how": item.how,
                "a": None if item.first is ABSENT else item.first,
                "b": None if item.second is ABSENT else item.second,
            }
            for item in differences
        ]
        only = [[asdict(entry) for entry in entries] for entries in declared]
        found = {"recipe": recipe.key, "a": args.a, "b": args.b, "settings": settings}
        found["declared"] = {"only_a": only[0], "only_b": only[1]}
        print(json.dumps(found, indent=1, ensure_ascii=False))
        return
    if differences:
        _show_settings(merge_subsets(differences), args.a, args.b)
    else:
        out.print(f"no setting differs between {args.a} and {args.b}")
    if any(declared):
        out.print("\ndeclared differences from the paper")
        for name, entries in zip((args.a, args.b), declared, strict=True):
            _show_declared(name, entries)
    else:
        out.print("both declare the same differences from the paper")


def _show_settings(differences: Sequence[Difference], a: str, b: str) -> None:
    """Nothing is cut off: keys take up to half of the terminal, what is longer is folded."""
    key_width = min(max(len(item.key) for item in differences), out.width // 2)
    value_width = (out.width - key_width) // 2 - 2  # two spaces between columns
    table = Table(
        Column("setting", overflow="fold", width=key_width),
        *(Column(name, overflow="fold", max_width=value_width) for name in (a, b)),
        box=None,
        pad_edge=False,
    )
    for item in differences:
        table.add_row(item.key, *item.texts(VALUE_WIDTH))
    out.print(table)


def _show_declared(variant: str, entries: Sequence[Declaration]) -> None:
    out.print(f"only in {variant}:{'' if entries else ' none'}")
    for entry in entries:
        out.print(f"  {entry.kind}: {entry.what}\n    why: {entry.why}")
