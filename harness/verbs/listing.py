"""``list`` and ``show``: what there is."""

import argparse
import json
from collections.abc import Callable
from typing import Any

from harness import catalog
from harness.claims import Claim
from harness.datasets.stored import how_to_get, load_prepared
from harness.documents import dump
from harness.errors import CatalogError, DataError
from harness.freshness import stale_because
from harness.places import data_root
from harness.store import ResultStore, StoredRun
from harness.verbs.console import format_duration, format_metric, out, show_table

Rows = list[dict[str, Any]]


def show_list(args: argparse.Namespace) -> None:
    """Print recipes, claims, data sets, campaigns or runs."""
    rows = LISTS[args.what](args)
    if args.json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
    elif rows:
        show_table(list(rows[0]), [[_cell(value) for value in row.values()] for row in rows])
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
            "row": str(claim.row) if isinstance(claim, Claim) else "own",
            "variant": claim.variant if isinstance(claim, Claim) else claim.better,
        }
        for recipe in catalog.load_recipes()
        for claim in recipe.claims
    ]


def list_datasets(args: argparse.Namespace) -> Rows:
    """Data sets, and which are prepared here."""
    root = data_root(args.data)
    rows = []
    for key in catalog.dataset_keys():
        dataset = catalog.load_dataset(key)
        try:
            state = f"prepared in {load_prepared(dataset, root).folder}"
        except DataError as error:
            state = "made when it is needed" if dataset.embedded else f"no: {error.problem}"
        rows.append(
            {
                "dataset": key,
                "title": dataset.title,
                "samples": dataset.expected_samples,
                "classes": len(dataset.classes),
                "splits": [split.name for split in dataset.splits if split.role == "reported"],
                "here": state,
                "obtain": how_to_get(dataset),
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
    return [_run_row(run) for run in ResultStore(args.results).runs()]


def _run_row(run: StoredRun) -> dict[str, Any]:
    record = run.record
    return {
        "run_id": record.run_id,
        "recipe": record.plan.recipe,
        "variant": record.plan.variant,
        "dataset": record.plan.dataset,
        "split": record.plan.split,
        "seed": record.plan.seed,
        "status": "invalidated" if run.invalidated else record.status,
        "metrics": record.values,
        "stale": bool(_staleness(run)),
        "duration_s": record.duration_s,
    }


def _staleness(run: StoredRun) -> str:
    try:
        return stale_because(run.record, catalog.load_recipe(run.record.plan.recipe))
    except CatalogError as error:
        return error.problem


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
    out.print(f"\nvariants: {', '.join(recipe.variants)}\nfolder: {recipe.folder}")


def _show_run(run: StoredRun, args: argparse.Namespace) -> None:
    record, plan = run.record, run.record.plan
    weights = args.work / record.plan_digest / "weights.pt"
    facts = [
        ("run", record.run_id),
        ("plan", f"{plan.label} on {plan.dataset} ({record.plan_digest})"),
        ("status", f"invalidated: {run.invalidated}" if run.invalidated else record.status),
        ("failure", record.failure.message if record.failure else None),
        ("overrides", json.dumps(plan.overrides) if plan.overrides else None),
        ("stale", _staleness(run) or "no"),
        ("started", f"{record.started_at}, took {format_duration(record.duration_s)}"),
        *((m.metric, f"{m.value:.4g} (n = {m.samples or 1})") for m in record.measurements),
        ("record", run.folder / "record.json"),
        ("log", log if (log := weights.with_name("log.txt")).exists() else None),
        ("weights", weights if weights.exists() else f"not here (they would be {weights})"),
    ]
    if environment := record.environment:
        where = f"{environment.device}, {environment.threads} threads, {environment.python}"
        facts.append(("environment", f"{where}; commit {environment.commit[:10] or 'none'}"))
        facts.append(("command", environment.command))
    show_table(("", ""), [fact for fact in facts if fact[1] is not None])
