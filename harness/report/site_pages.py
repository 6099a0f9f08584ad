"""The pages that are about all recipes: the index, the literature and the bibliography."""

from collections.abc import Collection, Mapping, Sequence

from harness.catalog import Campaign
from harness.claims import Topic
from harness.report.citation_graph import citations_table, collect_works
from harness.report.disagreements import disagreeing_papers, disagreeing_sources
from harness.report.glossary import GLOSSARY
from harness.report.indexes import outcomes_table, papers_table, summarise
from harness.report.inputs import DatasetFacts, PageInput
from harness.report.literature_tables import tables_by_dataset
from harness.report.open_claims import open_table
from harness.report.page_files import PAGE_KINDS
from harness.report.provenance import evidence_table
from harness.report.rendering import render
from harness.report.resource_tables import campaigns_table, datasets_table
from harness.report.statement_texts import beside, contrast_table, families_without_contrast


def make_index_pages(
    inputs: Sequence[PageInput],
    campaigns: Sequence[Campaign],
    made: Collection[str],
    datasets: Mapping[str, DatasetFacts],
) -> dict[str, str]:
    """Text of the index by file name.

    Args:
        inputs: All recipes, in the order of the index.
        campaigns: All campaigns.
        made: Names of the other pages; the index links to no page that is not made.
        datasets: Data sets that are read here, beside those that the recipes name.
    """
    return {
        f"index.{kind}": render(
            f"index.{kind}.j2",
            summary=summarise(inputs),
            outcomes=outcomes_table(inputs, kind),
            papers=papers_table(inputs, kind),
            chapters=GLOSSARY,
            evidence=evidence_table(inputs, kind),
            open=open_table(inputs, kind),
            datasets=datasets_table(inputs, kind, made, datasets),
            campaigns=campaigns_table(campaigns, kind, made),
        )
        for kind in PAGE_KINDS
    }


def make_bibliography_pages(inputs: Sequence[PageInput]) -> dict[str, str]:
    """Text of the bibliography by file name."""
    works = collect_works(inputs)
    return {
        f"bibliography.{kind}": render(
            f"bibliography.{kind}.j2",
            works=works,
            citations=citations_table(works, inputs, kind),
        )
        for kind in PAGE_KINDS
    }


def make_literature_pages(inputs: Sequence[PageInput]) -> dict[str, str]:
    """Text of what the papers print by file name, made from the claims alone."""
    return {
        f"literature.{kind}": render(
            f"literature.{kind}.j2",
            evidence=evidence_table(inputs, kind),
            datasets=tables_by_dataset(inputs, kind),
            sources=disagreeing_sources(inputs, kind),
            papers=disagreeing_papers(inputs, kind),
            contrast=contrast_table(inputs, Topic.OVER_FITTING, kind),
            aspects=beside(inputs, Topic.OVER_FITTING, kind),
            untold=families_without_contrast(inputs, Topic.OVER_FITTING),
        )
        for kind in PAGE_KINDS
    }
