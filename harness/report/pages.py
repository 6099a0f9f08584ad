"""All pages: made, written in one step each, or checked."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.catalog import Campaign
from harness.report.campaign_pages import make_campaign_pages
from harness.report.campaign_runs import campaigns_with_runs
from harness.report.dataset_pages import make_dataset_pages
from harness.report.inputs import DatasetFacts, PageInput
from harness.report.page_files import way_between
from harness.report.recipe_pages import make_recipe_pages
from harness.report.site_pages import (
    make_bibliography_pages,
    make_index_pages,
    make_literature_pages,
)
from harness.store import write_replacing

KINDS = frozenset({".html", ".md", ".csv", ".svg"})


def write_reports(
    inputs: Sequence[PageInput],
    out: Path,
    results: Path,
    campaigns: Sequence[Campaign] = (),
    datasets: Mapping[str, DatasetFacts] | None = None,
) -> tuple[Path, ...]:
    """Write every page; a reader sees an old page or a new one, never half of one.

    Args:
        inputs: All recipes, in the order of the index.
        out: Folder of the pages; made where it is missing.
        results: Folder of the records, which pages link to.
        campaigns: All campaigns; those with runs have pages.
        datasets: Data sets that are read here, beside those that the recipes name.

    Returns:
        The pages.
    """
    pages = make_pages(inputs, out, results, campaigns, datasets)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        write_replacing(out / name, text.encode())
    return tuple(out / name for name in pages)


def check_reports(
    inputs: Sequence[PageInput],
    out: Path,
    results: Path,
    campaigns: Sequence[Campaign] = (),
    datasets: Mapping[str, DatasetFacts] | None = None,
) -> tuple[Path, ...]:
    """Pages that are stale, missing or surplus; nothing is written.

    Args:
        inputs: All recipes, in the order of the index.
        out: Folder of the pages.
        results: Folder of the records.
        campaigns: All campaigns; those with runs have pages.
        datasets: Data sets that are read here, beside those that the recipes name.
    """
    pages = make_pages(inputs, out, results, campaigns, datasets)
    found = {path.name for path in out.glob("*") if path.suffix in KINDS}
    stale = {
        name for name in found & set(pages) if (out / name).read_bytes() != pages[name].encode()
    }
    return tuple(out / name for name in sorted(stale | (found ^ set(pages))))


def make_pages(
    inputs: Sequence[PageInput],
    out: Path,
    results: Path,
    campaigns: Sequence[Campaign] = (),
    datasets: Mapping[str, DatasetFacts] | None = None,
) -> dict[str, str]:
    """Text of every page by file name.

    Args:
        inputs: All recipes, in the order of the index.
        out: Folder that links start from.
        results: Folder of the records.
        campaigns: All campaigns; those with runs have pages.
        datasets: Data sets that are read here, beside those that the recipes name.
    """
    base = way_between(out, results)
    pages = make_recipe_pages(inputs, base)
    ran = campaigns_with_runs(campaigns, inputs)
    pages |= make_dataset_pages(inputs, datasets or {}, ran, base)
    pages |= make_campaign_pages(ran, base)
    pages |= make_literature_pages(inputs)
    pages |= make_bibliography_pages(inputs)
    return make_index_pages(inputs, campaigns, pages, datasets or {}) | pages
