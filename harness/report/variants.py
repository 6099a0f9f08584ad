"""What each variant runs, and where it had to choose or depart."""

from dataclasses import dataclass

from harness.report.derivation import find_parents
from harness.report.digits import show_splits
from harness.report.inputs import PageInput
from harness.report.networks import NetworkPart, describe_network
from harness.report.protocol_texts import list_conditions
from harness.report.settings_tables import changes_table, show_streams
from harness.report.tables import Link, Table, anchor


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """A choice or a departure, and why."""

    what: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantText:
    """What a page says of a variant.

    Args:
        name: Its name.
        anchor: Name that links lead to.
        file: Its config file, in the repository.
        conditions: Its protocol, field by field.
        splits: Its splits.
        network: Whose code its model is, part by part.
        inputs: Variants that it starts from.
        streams: Of a fusion, the variants whose scores it averages, with weights.
        parent: The variant that it is read as a change of.
        changes: In what it differs from that one.
        choices: Where the paper is silent.
        departures: Where the paper is not.
    """

    name: str
    anchor: str
    file: str
    conditions: tuple[tuple[str, str], ...]
    splits: str
    network: tuple[NetworkPart, ...]
    inputs: tuple[str, ...]
    streams: tuple[str, ...]
    parent: Link | None
    changes: Table | None
    choices: tuple[Decision, ...]
    departures: tuple[Decision, ...]


def describe_variants(page: PageInput) -> tuple[VariantText, ...]:
    """The variants that can be planned, in the recipe's order."""
    parents = find_parents(page.recipe.folder, page.configs)
    return tuple(
        _describe(page, variant, parents.get(variant))
        for variant in page.variants
        if variant in page.configs
    )


def _describe(page: PageInput, variant: str, parent: str | None) -> VariantText:
    config = page.configs[variant]
    streams = show_streams(config)
    inputs = {} if streams else config.get("inputs", {})
    return VariantText(
        name=variant,
        anchor=anchor("variant", variant),
        file=f"recipes/{page.recipe.key}/{variant}.py",
        conditions=list_conditions(config.get("protocol", {})),
        splits=show_splits(tuple(config.get("splits", ()))),
        network=describe_network(config),
        inputs=tuple(f"{name} ({use})" for name, use in inputs.items()),
        streams=streams,
        parent=Link(text=parent, href=f"#{anchor('variant', parent)}") if parent else None,
        changes=changes_table(variant, parent, page.configs) if parent else None,
        choices=_decisions(config.get("choices", ())),
        departures=_decisions(config.get("departures", ())),
    )


def _decisions(entries: list[dict[str, str]]) -> tuple[Decision, ...]:
    return tuple(Decision(what=entry["what"], why=entry["why"]) for entry in entries)
