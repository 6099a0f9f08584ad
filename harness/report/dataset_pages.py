"""One page a data set, also for those that papers print numbers about and nothing here reads."""

from collections.abc import Mapping, Sequence

from harness.catalog import Campaign
from harness.report.campaign_runs import CampaignWithRuns
from harness.report.citations import reference_links, reference_text
from harness.report.dataset_results import claims_table, methods_table, waiting_claims
from harness.report.dataset_tables import classes_table, protocols_table, splits_table
from harness.report.dataset_views import DatasetView, gather_views
from harness.report.inputs import DatasetFacts, PageInput
from harness.report.method_figures import over_fitting_table
from harness.report.method_summaries import summarise_methods
from harness.report.named_figures import COMPARED, STRESSED, draw_methods_on, under_stress
from harness.report.page_files import PAGE_KINDS, campaign_file, dataset_file
from harness.report.rendering import render
from harness.report.speed_tables import flow_table, pipelines_table
from harness.report.stress_figures import stress_table
from harness.report.tables import Link, anchor


def make_dataset_pages(
    pages: Sequence[PageInput],
    datasets: Mapping[str, DatasetFacts],
    campaigns: Sequence[CampaignWithRuns],
    results: str,
) -> dict[str, str]:
    """Text of the data sets' pages by file name.

    Args:
        pages: All recipes.
        datasets: Data sets that are read here, beside those that the recipes name.
        campaigns: The campaigns of which something was run.
        results: ``results/`` as seen from the folder of the pages.
    """
    ran = _campaigns_by_dataset(campaigns)
    made = {}
    for view in gather_views(pages, datasets):
        methods = summarise_methods(pages, view.key)
        measured = {
            "gaps": over_fitting_table(view.key, methods),
            "pictures": draw_methods_on(view.key, methods, COMPARED),
            "stress": stress_table(anchor("stress", view.key), under_stress(methods)),
            "stressed": draw_methods_on(view.key, methods, STRESSED),
        }
        for kind in PAGE_KINDS:
            context = _context(view, ran.get(view.key, ()), results, kind)
            made[dataset_file(view.key, kind)] = render(f"dataset.{kind}.j2", **context, **measured)
    return made


def _campaigns_by_dataset(
    campaigns: Sequence[CampaignWithRuns],
) -> dict[str, tuple[Campaign, ...]]:
    found: dict[str, tuple[Campaign, ...]] = {}
    for campaign, entrants in campaigns:
        for key in dict.fromkeys(entrant.dataset for entrant in entrants):
            found[key] = (*found.get(key, ()), campaign)
    return found


def _context(
    view: DatasetView, campaigns: Sequence[Campaign], results: str, kind: str
) -> dict[str, object]:
    facts = view.facts
    citation = facts.citation if facts else None
    untried = [item for item in view.variants if not item.stored]
    return {
        "key": view.key,
        "title": view.title,
        "facts": facts,
        "citation": reference_text(citation) if citation else "",
        "citation_links": reference_links(citation) if citation else (),
        "about": _about(facts) if facts else (),
        "commands": [form.command for form in facts.forms] if facts else [],
        "campaigns": tuple(
            Link(text=campaign.title, href=campaign_file(campaign.key, kind))
            for campaign in campaigns
        ),
        "protocols": protocols_table(view, kind),
        "splits": splits_table(view, "reported"),
        "inner": splits_table(view, "inner"),
        "classes": classes_table(view),
        "methods": methods_table(view, results, kind),
        "speed": pipelines_table(view.key, facts, results),
        "flow": flow_table(view.key, facts, results),
        "untried": tuple(
            Link(
                text=f"{item.page.recipe.paper.method}: {item.variant}",
                href=item.page.addresses(results, kind).on_page("variant", item.variant),
            )
            for item in untried
        ),
        "claims": claims_table(view, kind),
        "waiting": waiting_claims(view, kind),
    }


def _about(facts: DatasetFacts) -> tuple[tuple[str, str], ...]:
    """Named facts, those that are known."""
    reported = [split.name for split in facts.splits if split.role == "reported"]
    samples = sum(facts.class_counts)
    persons = "subjects or pairs" if facts.joint_names else "groups of clips that a split divides"
    resampled = {"group": persons, "sample": "test samples"}.get(facts.resampled, "")
    monitored = {
        "val": "val, the authors' validation data",
        "test": "test, because the authors give no validation data; nothing reads it to choose",
    }.get(facts.monitored, "")
    found = (
        *(("holds", form.holds) for form in facts.forms),
        ("classes", str(len(facts.classes) or "")),
        ("samples", str(samples) if samples else ""),
        ("reported splits", ", ".join(reported)),
        ("curve watched in training", monitored),
        ("intervals resample", resampled),
        ("terms", facts.terms),
        ("obtain it from", facts.obtain),
        *(("layout that is read", form.layout) for form in facts.forms),
        *(("prepared form, SHA-256", form.fingerprint) for form in facts.forms),
    )
    return tuple((name, value) for name, value in found if value)
