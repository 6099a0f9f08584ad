"""The page of what the papers print, made from the claims alone, without a single run."""

from collections.abc import Sequence

from harness.claims import Topic
from harness.report.disagreements import disagreeing_papers, disagreeing_sources
from harness.report.inputs import PageInput
from harness.report.literature_tables import tables_by_dataset
from harness.report.page_files import PAGE_KINDS
from harness.report.provenance import evidence_table
from harness.report.rendering import render
from harness.report.statement_texts import beside, contrast_table, families_without_contrast


def make_literature_pages(inputs: Sequence[PageInput]) -> dict[str, str]:
    """Text of the page by file name.

    Args:
        inputs: All recipes.
    """
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
