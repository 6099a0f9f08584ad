"""Pages from records: a thin view that knows pandas, Jinja2 and Matplotlib, and no torch."""

from harness.report.inputs import DatasetFacts, Draw, PageInput
from harness.report.pages import check_reports, make_pages, write_reports
from harness.report.readme import readme_is_stale, update_readme

__all__ = [
    "DatasetFacts",
    "Draw",
    "PageInput",
    "check_reports",
    "make_pages",
    "readme_is_stale",
    "update_readme",
    "write_reports",
]
