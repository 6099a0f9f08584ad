"""``compare``, ``report`` and ``invalidate``: what the stored runs say."""

import argparse
import json
from pathlib import Path

from harness import catalog
from harness.claims import Claim
from harness.compare import Verdict, verdict_json
from harness.errors import StoreError
from harness.evidence import judge_recipe
from harness.publication import gather_campaigns, gather_datasets, gather_page, gather_pages
from harness.report import (
    check_reports,
    readme_is_stale,
    update_readme,
    write_reports,
    write_run_pages,
)
from harness.store import ResultStore, write_replacing
from harness.verbs.console import format_metric, out, show_table
from harness.verbs.typesetting import (
    TypesettingError,
    find_stale_pdfs,
    publish_pdfs,
    write_latex,
)


def compare(args: argparse.Namespace) -> None:
    """Print a verdict a claim."""
    store = ResultStore(args.results)
    recipes = [catalog.load_recipe(key) for key in args.recipes or catalog.recipe_keys()]
    verdicts = {recipe.key: judge_recipe(recipe, store) for recipe in recipes}
    if args.json:
        rows = [verdict_json(v, key) for key, found in verdicts.items() for v in found]
        print(json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False))
        return
    for recipe in recipes:
        show_verdicts(recipe, verdicts[recipe.key])


def show_verdicts(recipe: catalog.Recipe, verdicts: tuple[Verdict, ...]) -> None:
    """Print a recipe's verdicts as a table, and explorations as another one."""
    printed = [verdict for verdict in verdicts if verdict.claim.kind != "exploration"]
    explored = [verdict for verdict in verdicts if verdict.claim.kind == "exploration"]
    title = f"{recipe.paper.method} ({recipe.paper.citation.short})"
    show_table(
        ("claim", "printed", "measured", "s", "n", "gap", "τ", "h", "outcome", "reason"),
        [_row(verdict) for verdict in printed],
        title=title,
    )
    if explored:
        show_table(
            ("exploration", "tried", "measured", "s", "n", "gap", "τ", "h", "outcome", "reason"),
            [_row(verdict) for verdict in explored],
            title=f"\nExploration on other data than those of {title}: no claim of the paper",
        )


def _row(verdict: Verdict) -> tuple[object, ...]:
    claim, spread, difference = verdict.claim, verdict.spread, verdict.difference
    is_claim = isinstance(claim, Claim)
    interval = f"[{difference.low:.2f}, {difference.high:.2f}]" if difference else ""
    return (
        claim.key,
        claim.readings[0].printed if isinstance(claim, Claim) else "A > B",
        format_metric(verdict.measured),
        format_metric(spread.std) if spread else "",
        spread.n if spread else "",
        format_metric(verdict.gap) if is_claim else "",
        claim.tolerance if isinstance(claim, Claim) else "",
        format_metric(spread.next_run) if spread else interval,
        verdict.outcome,
        verdict.reason,
    )


def report(args: argparse.Namespace) -> int:
    """Write the pages, or say which are out of date; 1 if some are."""
    store = ResultStore(args.results)
    if args.run or args.runs:
        _write_run_pages(store, args)
        return 0
    if args.latex is None and (args.topic or args.campaign):
        raise TypesettingError(
            "--topic and --campaign say what a document is of", fix="name its folder: --latex DIR"
        )
    if args.topic and args.campaign:
        raise TypesettingError(
            "a document is of topics or of a campaign", fix="leave out --topic or --campaign"
        )
    if args.latex:
        write_latex(store, args.latex, args.topic, args.campaign, pdf=args.pdf)
        return 0
    if args.check:
        return _check_pages(store, args.reports, args.readme)
    index = write_pages(store, args.reports, args.readme, pdf=args.pdf)
    out.print(f"report: {index.resolve()}")
    return 0


def _check_pages(store: ResultStore, reports: Path, readme: Path | None) -> int:
    """Say which pages are out of date; 1 if some are."""
    inputs, campaigns = gather_pages(store), gather_campaigns()
    stale = list(check_reports(inputs, reports, store.root, campaigns, gather_datasets(store)))
    if readme and readme_is_stale(_read(readme), inputs, campaigns):
        stale.append(readme)
    pdfs = find_stale_pdfs(inputs, campaigns, reports)
    for path in (*stale, *pdfs):
        out.print(f"not up to date: {path}")
    if pdfs:
        out.print("run: harness report --readme README.md --pdf, where there is a TeX")
    elif stale:
        out.print(
            "run: harness report --readme README.md, and delete pages of recipes that are gone"
        )
    else:
        out.print("every page is up to date")
    return 1 if stale or pdfs else 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} cannot be read: {error}", fix="check --readme") from error


def write_pages(
    store: ResultStore, reports: Path, readme: Path | None = None, *, pdf: bool = False
) -> Path:
    """Write all pages, and return the index.

    Args:
        store: The stored runs.
        reports: Folder of the pages.
        readme: Also the results of this README.
        pdf: Also the PDFs of campaigns that have one.

    Raises:
        TypesettingError: There is no TeX, or it does not accept a document.
    """
    inputs, campaigns = gather_pages(store), gather_campaigns()
    write_reports(inputs, reports, store.root, campaigns, gather_datasets(store))
    if readme:
        write_replacing(readme, update_readme(_read(readme), inputs, campaigns).encode())
    if pdf:
        publish_pdfs(inputs, campaigns, reports)
    return reports / "index.html"


def _write_run_pages(store: ResultStore, args: argparse.Namespace) -> None:
    """Write pages of some runs, or of all, and say where they are."""
    runs = [store.find(name).record for name in args.run or ()]
    keys = dict.fromkeys(record.plan.recipe for record in runs)
    pages = [gather_page(catalog.load_recipe(key), store) for key in keys]
    wanted = [record.run_id for record in runs] if runs else None
    found = write_run_pages(pages or gather_pages(store), args.reports, store.root, wanted)
    if runs:
        for path in found:
            out.print(f"run: {path.resolve()}")
        return
    count = sum(1 for _ in found)
    out.print(f"runs: {count} pages in {(args.reports / 'runs').resolve()}")


def invalidate(args: argparse.Namespace) -> None:
    """Say of a run that it no longer counts."""
    run = ResultStore(args.results).invalidate(args.run, args.reason)
    out.print(f"{run.record.run_id} no longer counts: {run.invalidated}")
