"""``export``: all that some runs rest on and what they say, in one archive."""

import argparse
import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import harness
from harness.catalog import Campaign, load_campaign, load_recipe
from harness.errors import CatalogError
from harness.publication import gather_page
from harness.records import RunRecord
from harness.report import write_reports, write_run_pages
from harness.report.campaign_runs import campaigns_with_runs
from harness.store import ResultStore, StoredRun, write_replacing
from harness.verbs.console import out

WHEN = (1980, 1, 1, 0, 0, 0)  # of every file: equal contents make equal archives
MANIFEST = "MANIFEST.json"
REPOSITORY = Path(harness.__file__).parents[1]


def export(args: argparse.Namespace) -> None:
    """Write the archive and say what is in it.

    The pages in it speak of its runs alone, and lead to nothing outside it.

    Raises:
        CatalogError: A run or campaign is not there, or has no runs.
    """
    store = ResultStore(args.results)
    campaigns = [load_campaign(args.campaign)] if args.campaign else []
    chosen = [store.find(name) for name in args.run or ()] or _runs_of(campaigns[0], store)
    runs = _with_inputs(chosen, store)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        _gather(runs, campaigns, root)
        write_replacing(args.bundle, _pack(root))
    out.print(f"bundle: {args.bundle.resolve()} ({len(runs)} runs)")


def _runs_of(campaign: Campaign, store: ResultStore) -> list[StoredRun]:
    keys = dict.fromkeys(block.recipe for block in campaign.runs)
    pages = [gather_page(load_recipe(key), store) for key in keys]
    found = [
        item.run
        for _, entrants in campaigns_with_runs([campaign], pages)
        for entrant in entrants
        for item in (*entrant.runs, *entrant.others)
    ]
    if not found:
        raise CatalogError(
            f"nothing of campaign {campaign.key} was run",
            fix=f"harness reproduce --campaign {campaign.key}",
        )
    return found


def _with_inputs(runs: Sequence[StoredRun], store: ResultStore) -> tuple[StoredRun, ...]:
    """The runs and those whose weights or scores they start from, by id."""
    by_end = {run.record.end: run for run in store.runs()}
    found: dict[str, StoredRun] = {}
    waiting = list(runs)
    while waiting:
        run = waiting.pop()
        found[run.record.run_id] = run
        inputs = (by_end.get(run.record.start(given)) for given in run.record.plan.inputs)
        waiting += [given for given in inputs if given and given.record.run_id not in found]
    return tuple(run for _, run in sorted(found.items()))


def _gather(runs: Sequence[StoredRun], campaigns: Sequence[Campaign], root: Path) -> None:
    """Lay out the bundle's files below a folder."""
    records = [run.record for run in runs]
    recipes = [load_recipe(key) for key in dict.fromkeys(r.plan.recipe for r in records)]
    for run in runs:
        home = root / "results" / run.record.plan.recipe / run.record.run_id
        shutil.copytree(run.folder, home)
    for recipe in recipes:
        shutil.copytree(recipe.folder, root / "recipes" / recipe.key, ignore=_COMPILED)
    shutil.copytree(
        REPOSITORY / "recipes" / "_shared", root / "recipes" / "_shared", ignore=_COMPILED
    )
    definitions = [f"harness/datasets/{r.plan.dataset}.py" for r in records]
    definitions += [f"recipes/_campaigns/{campaign.key}.toml" for campaign in campaigns]
    for name in dict.fromkeys(definitions):
        _copy(REPOSITORY / name, root / name)
    results, reports = root / "results", root / "reports"
    pages = [gather_page(recipe, ResultStore(results)) for recipe in recipes]
    write_reports(pages, reports, results, campaigns)
    for _ in write_run_pages(pages, reports, results):
        pass  # each page is written as it comes
    for number, (packages, ids) in enumerate(_environments(records).items(), start=1):
        lines = [f"# of {len(ids)} runs, the first {ids[0]}", *packages, ""]
        path = root / "environment" / f"requirements-{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines), encoding="utf-8")
    (root / MANIFEST).write_text(_manifest(records, campaigns, root), encoding="utf-8")


_COMPILED = shutil.ignore_patterns("__pycache__", "*.pyc")


def _copy(source: Path, target: Path) -> None:
    if source.is_file():  # a data set or campaign of a folder elsewhere has its own
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _environments(records: Sequence[RunRecord]) -> dict[tuple[str, ...], list[str]]:
    """Runs by the packages that they had."""
    found: dict[tuple[str, ...], list[str]] = {}
    for record in records:
        if record.environment:
            given = record.environment.packages
            packages = tuple(f"{name}=={version}" for name, version in sorted(given.items()))
            found.setdefault(packages, []).append(record.run_id)
    return found


def _manifest(records: Sequence[RunRecord], campaigns: Sequence[Campaign], root: Path) -> str:
    """What the bundle holds, with the digests by which it can be checked."""
    about = {
        "harness": harness.__version__,
        "campaigns": [campaign.key for campaign in campaigns],
        "runs": [
            {
                "run": record.run_id,
                "recipe": record.plan.recipe,
                "variant": record.plan.variant,
                "split": record.plan.split,
                "seed": record.plan.seed,
                "status": record.status,
                "plan": record.plan_digest,
                "code": record.code_digest,
                "data": record.data.fingerprint if record.data else "",
                "commit": record.environment.commit if record.environment else "",
                "device": record.environment.device if record.environment else "",
            }
            for record in records
        ],
        "sha256": {
            path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in _files(root)
        },
    }
    return json.dumps(about, indent=1, ensure_ascii=False) + "\n"


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def _pack(root: Path) -> bytes:
    """A ZIP file: same contents, same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(root):
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), date_time=WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()
