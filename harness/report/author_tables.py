"""Runs that tested the authors' weights → their table, without verdicts."""

from harness.authors_weights import Tested, digest_of_file, find_tested
from harness.claims import Claim
from harness.metrics import METRICS
from harness.report.digits import show_gap, show_value
from harness.report.inputs import Addresses, PageInput, stamps
from harness.report.page_files import claim_address
from harness.report.tables import ABSENT, Cell, Column, Row, Table, anchor, missing_cell
from harness.report.verdict_texts import show_printed

SHOWN = 16  # hex digits of a file's SHA-256; the record has all 64

COLUMNS = (
    Column(key="variant", label="Variant"),
    Column(key="split", label="Split"),
    Column(key="file", label="SHA-256 of the file"),
    Column(key="metric", label="Metric"),
    Column(key="measured", label="Measured", is_number=True),
    Column(key="claim", label="Would speak to"),
    Column(key="printed", label="Printed", is_number=True),
    Column(key="gap", label="Gap", is_number=True),
    Column(key="run", label="Run"),
)


def authors_weights_table(page: PageInput, addresses: Addresses) -> Table:
    """One row for each value that a file of weights gave, and the number it stands beside."""
    rows: list[Row] = []
    named: set[str] = set()
    for tested in find_tested(page.recipe.claims, page.evidence):
        run_id = tested.item.record.run_id
        name = "" if run_id in named else anchor("run", run_id)  # once on a page
        named.add(run_id)
        rows.append(Row(cells=_cells(page, tested, addresses), anchor=name))
    return Table(
        key="authors-weights-table",
        caption=(
            "Authors' weights: our network under our protocol with weights that others trained. "
            "These values are in no mean, no n and no verdict."
        ),
        columns=COLUMNS,
        rows=tuple(rows),
    )


def _cells(page: PageInput, tested: Tested, addresses: Addresses) -> tuple[Cell, ...]:
    record, metric = tested.item.record, METRICS[tested.metric]
    variant, digest = record.plan.variant, digest_of_file(record)
    href = addresses.file(record.run_id)
    return (
        Cell(
            text=variant, href=f"#{anchor('variant', variant)}" if variant in page.configs else ""
        ),
        Cell(text=record.plan.split),
        Cell(text=digest[:SHOWN], value=digest),
        Cell(text=metric.label, value=metric.key),
        _measured_cell(tested, href),
        *_claim_cells(tested.claim),
        _gap_cell(tested, href),
        Cell(text=record.run_id, href=href, marks=stamps(tested.item)),
    )


def _measured_cell(tested: Tested, href: str) -> Cell:
    record = tested.item.record
    if tested.measured is not None:
        text = show_value(METRICS[tested.metric], tested.measured)
        return Cell(text=text, value=tested.measured, href=href)
    if record.failure is None:
        return missing_cell("not measured")
    note = f"{record.failure.kind}: {record.failure.message}"
    return Cell(text=record.status, value="", tone="bad", note=note)


def _claim_cells(claim: Claim | None) -> tuple[Cell, Cell]:
    if claim is None:
        return Cell(text="no claim", value=""), Cell(text=ABSENT, value="")
    href, printed = claim_address(claim), claim.readings[0].printed
    return (
        Cell(text=claim.key, href=href),
        Cell(text=show_printed(claim), value=printed, href=href),
    )


def _gap_cell(tested: Tested, href: str) -> Cell:
    if tested.gap is None:
        note = "" if tested.measured is None else tested.reason
        return Cell(text=ABSENT, value="", note=note)
    return Cell(text=show_gap(METRICS[tested.metric], tested.gap), value=tested.gap, href=href)
