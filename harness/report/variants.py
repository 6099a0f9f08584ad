"""What each variant runs, and where it had to choose or depart."""

from dataclasses import dataclass

from harness.report.digits import show_splits
from harness.report.inputs import PageInput
from harness.report.tables import anchor


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
        inputs: Variants that it starts from.
        choices: Where the paper is silent.
        departures: Where the paper is not.
    """

    name: str
    anchor: str
    file: str
    conditions: tuple[tuple[str, str], ...]
    splits: str
    inputs: tuple[str, ...]
    choices: tuple[Decision, ...]
    departures: tuple[Decision, ...]


def describe_variants(page: PageInput) -> tuple[VariantText, ...]:
    """The variants that can be planned, in the recipe's order."""
    return tuple(
        VariantText(
            name=variant,
            anchor=anchor("variant", variant),
            file=f"recipes/{page.recipe.key}/{variant}.py",
            conditions=tuple(
                (name.replace("_", " "), str(value))
                for name, value in config.get("protocol", {}).items()
                if value is not None
            ),
            splits=show_splits(tuple(config.get("splits", ()))),
            inputs=tuple(f"{name} ({use})" for name, use in config.get("inputs", {}).items()),
            choices=_decisions(config.get("choices", ())),
            departures=_decisions(config.get("departures", ())),
        )
        for variant in page.variants
        if (config := page.configs.get(variant)) is not None
    )


def _decisions(entries: list[dict[str, str]]) -> tuple[Decision, ...]:
    return tuple(Decision(what=entry["what"], why=entry["why"]) for entry in entries)
