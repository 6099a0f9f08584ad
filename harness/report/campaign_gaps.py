"""What a campaign asks for and has not got → a table."""

from collections import defaultdict
from collections.abc import Iterable

from harness.report.campaign_runs import Entrant
from harness.report.campaign_tables import variant_address
from harness.report.tables import Cell, Column, Row, Table

MOST_NAMED = 6  # runs that a line names


def missing_table(entrants: Iterable[Entrant], results: str, kind: str) -> Table:
    """One row for each method of which runs are wanted and lacking."""
    return Table(
        key="missing-table",
        caption="What the campaign asks for and has no completed run that counts.",
        columns=(
            Column(key="method", label="Method"),
            Column(key="runs", label="Completed", is_number=True),
            Column(key="missing", label="Missing"),
            Column(key="others", label="What became of them"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(
                        text=entrant.label,
                        href=variant_address(entrant, results, kind),
                        note=_say_settings(entrant) if entrant.settings else "",
                    ),
                    Cell(
                        text=f"{len(entrant.runs)} of {len(entrant.wanted)}",
                        value=len(entrant.runs),
                    ),
                    Cell(text=_say_missing(entrant)),
                    Cell(text=_say_others(entrant) or "not tried"),
                )
            )
            for entrant in entrants
            if entrant.missing or not entrant.config
        ),
    )


def _say_settings(entrant: Entrant) -> str:
    """What a campaign sets, in words; the same for train, val and test once."""
    short = {f"{key.rsplit('.', 1)[-1]} = {value}": None for key, value in entrant.settings.items()}
    return "; ".join(short) or "as the variant is"


def _say_missing(entrant: Entrant) -> str:
    """Seeds by the splits that they lack."""
    if not entrant.config:
        return "the variant is gone"
    lacking: dict[int, list[str]] = defaultdict(list)
    for split, seed in entrant.missing:
        lacking[seed].append(split)
    seeds: dict[str, list[int]] = defaultdict(list)
    for seed, splits in sorted(lacking.items()):
        whole = len(splits) == len(entrant.splits)
        seeds["" if whole else f" on {', '.join(splits)}"].append(seed)
    return "; ".join(
        f"seed{'s' if len(found) > 1 else ''} {', '.join(map(str, found))}{where}"
        for where, found in seeds.items()
    )


def _say_others(entrant: Entrant) -> str:
    said = []
    for item in entrant.others[-MOST_NAMED:]:
        plan, failure = item.record.plan, item.record.failure
        why = f"{failure.kind}: {failure.message}" if failure else item.run.invalidated
        state = item.record.status if failure else "invalidated"
        said.append(f"{plan.split} seed {plan.seed} {state} ({why})")
    return "; ".join(said)
