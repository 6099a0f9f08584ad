"""Pages from records: a thin view that knows pandas, Jinja2 and Matplotlib, and no torch."""

from harness.report.inputs import DatasetFacts, Draw, FormFacts, PageInput, SplitFacts
from harness.report.latex_document import make_campaign_document, make_document, write_files
from harness.report.manuscript import render_pdf
from harness.report.method_summaries import summarise_methods
from harness.report.named_figures import FIGURES
from harness.report.pages import check_reports, make_pages, write_reports
from harness.report.readme import readme_is_stale, update_readme
from harness.report.run_pages import write_run_pages
from harness.report.svg import render_svg

__all__ = [
    "FIGURES",
    "DatasetFacts",
    "Draw",
    "FormFacts",
    "PageInput",
    "SplitFacts",
    "check_reports",
    "make_campaign_document",
    "make_document",
    "make_pages",
    "readme_is_stale",
    "render_pdf",
    "render_svg",
    "summarise_methods",
    "update_readme",
    "write_files",
    "write_reports",
    "write_run_pages",
]
