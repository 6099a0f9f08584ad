"""How the methods of a campaign were trained, and which settings were tried for them → a table."""

from collections.abc import Mapping, Sequence

from harness.catalog import Campaign
from harness.forms import trains
from harness.records import Json, digest_of
from harness.report.campaign_comparisons import Comparison
from harness.report.campaign_runs import Entrant
from harness.report.page_files import campaign_file
from harness.report.tables import ABSENT, Cell, Column, Link, Row, Table
from harness.settings import kind_of, show_value

COLUMNS = (
    Column(key="methods", label="Methods"),
    Column(key="length", label="Length"),
    Column(key="batch", label="Samples a step", is_number=True),
    Column(key="optimiser", label="Optimiser"),
    Column(key="schedule", label="Learning rate"),
    Column(key="start", label="Starts from"),
    Column(key="tried", label="Settings tried"),
)


def training_table(
    comparison: Comparison,
    entrants: Sequence[Entrant],
    searches: Sequence[Campaign],
    kind: str,
) -> Table:
    """One row for the methods that were trained alike; no row for what trains nothing.

    Args:
        comparison: The methods.
        entrants: Those of the campaign, in the order of its file.
        searches: Campaigns that tried settings for them.
        kind: Which pages to link to: ``html`` or ``md``.
    """
    order = {id(entrant): place for place, entrant in enumerate(entrants)}
    known = (method.entrant for method in comparison.methods)
    compared = [one for one in known if "train_cfg" in one.config and trains(one.config)]
    groups: dict[tuple[Cell, ...], list[Entrant]] = {}
    for entrant in sorted(compared, key=lambda entrant: order[id(entrant)]):
        groups.setdefault(_training_cells(entrant.config), []).append(entrant)
    return Table(
        key=comparison.key("training"),
        caption=(
            "How the networks were trained, those trained alike in one row. Settings were tried "
            "inside the training data, for the methods that are named; others of a row have what "
            "was chosen for these. Fusions, and what only tests what others trained, are left out."
        ),
        columns=COLUMNS,
        rows=tuple(
            Row(
                cells=(
                    Cell(text=", ".join(entrant.label for entrant in alike)),
                    *cells,
                    _tried_cell(alike, searches, kind),
                )
            )
            for cells, alike in groups.items()
        ),
    )


def _training_cells(config: Json) -> tuple[Cell, ...]:
    return (
        Cell(text=_say_length(config["train_cfg"])),
        Cell(text=str(_step_of(config))),
        Cell(text=show_value(config["optim_wrapper"]["optimizer"])),
        Cell(text=", ".join(map(kind_of, config.get("param_scheduler", ()))) or "constant"),
        Cell(text=", ".join(config.get("inputs", ())) or "first weights"),
    )


def _say_length(loop: Mapping[str, int]) -> str:
    if "max_iters" in loop:
        return f"{loop['max_iters']:,} steps"
    return f"{loop['max_epochs']} epochs"


def _step_of(config: Json) -> int:
    parts: int = config["optim_wrapper"].get("accumulative_counts", 1)
    return parts * int(config["train_dataloader"]["batch_size"])


def _tried_cell(entrants: Sequence[Entrant], searches: Sequence[Campaign], kind: str) -> Cell:
    """How many settings were tried for which of some methods, with links to what came out."""
    found, links = [], {}
    for entrant in entrants:
        for search in searches:
            tried = {
                digest_of(block.set)
                for block in search.runs
                if block.recipe == entrant.page.recipe.key and entrant.variant in block.variants
            }
            if tried:
                found.append(f"{len(tried)} for {entrant.label}")
                links[search.key] = campaign_file(search.key, kind)
    if not found:
        return Cell(text="none" if searches else ABSENT)
    return Cell(
        text=", ".join(found), links=tuple(Link(text=key, href=href) for key, href in links.items())
    )
