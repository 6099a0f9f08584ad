"""Variants' configurations → tables of the settings in which they differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from harness.differences import find_differences, merge_subsets
from harness.forms import is_fusion
from harness.records import Json
from harness.report.derivation import group_by_dataset
from harness.report.inputs import PageInput
from harness.report.networks import PARTS, describe_network
from harness.report.tables import ABSENT, Cell, Column, Row, Table, anchor, missing_cell
from harness.settings import show_values
from harness.variations import Setting, find_settings

VALUE_WIDTH = 160  # characters
MARKDOWN_VARIANTS = 7  # columns beside the setting, without a scroll bar


@dataclass(frozen=True, kw_only=True, slots=True)
class Matrix:
    """The settings of a data set's variants.

    Args:
        table: One column a variant.
        pieces: The same in tables that Markdown has room for.
    """

    table: Table
    pieces: tuple[Table, ...]


def settings_matrices(page: PageInput) -> tuple[Matrix, ...]:
    """One for each data set with two or more variants that have a model."""
    return tuple(
        _matrix(page, dataset, variants)
        for dataset, variants in group_by_dataset(page.configs).items()
        if len(variants) > 1
    )


def _matrix(page: PageInput, dataset: str, variants: tuple[str, ...]) -> Matrix:
    configs = [page.configs[variant] for variant in variants]
    rows = (*_code_rows(configs), *map(_setting_row, find_settings(configs)))
    table = Table(
        key=anchor("settings", dataset),
        caption=(
            f"{page.dataset_title(dataset)}: whose code runs, and the settings in which the "
            f"{len(variants)} variants differ."
        ),
        columns=(
            Column(key="setting", label="Setting"),
            *(Column(key=variant, label=variant) for variant in variants),
        ),
        rows=rows,
    )
    return Matrix(table=table, pieces=_cut(table))


def _code_rows(configs: Sequence[Json]) -> tuple[Row, ...]:
    parts = [{part.name: part for part in describe_network(config)} for config in configs]
    return tuple(
        Row(
            cells=(
                Cell(text=f"{name.capitalize()} code"),
                *(
                    Cell(text=found[name].code, note=found[name].kind) if name in found else _dash()
                    for found in parts
                ),
            )
        )
        for name in PARTS
        if any(name in found for found in parts)
    )


def _setting_row(setting: Setting) -> Row:
    texts = show_values(setting.values, VALUE_WIDTH)
    return Row(cells=(key_cell(setting.key), *map(_value_cell, texts)))


def key_cell(key: str) -> Cell:
    """A setting's own name, and under it where it is."""
    path, _, name = key.rpartition(".")
    return Cell(text=name, value=key, note=path)


def _value_cell(text: str) -> Cell:
    return _dash() if text == ABSENT else Cell(text=text)


def _dash() -> Cell:
    return missing_cell(ABSENT)


def _cut(table: Table) -> tuple[Table, ...]:
    """A table in pieces of about equal width, each with the first column."""
    variants = len(table.columns) - 1
    count = -(-variants // MARKDOWN_VARIANTS)
    ends = [1 + variants * piece // count for piece in range(count + 1)]
    return tuple(
        replace(
            table,
            columns=(table.columns[0], *table.columns[begin:end]),
            rows=tuple(
                replace(row, cells=(row.cells[0], *row.cells[begin:end]))
                for row in table.rows
                if any(cell.text != ABSENT for cell in row.cells[begin:end])
            ),
        )
        for begin, end in pairwise(ends)
    )


def fusions_table(page: PageInput) -> Table:
    """One row a late fusion: whose scores it averages, with which weights."""
    fusions = {name: config for name, config in page.configs.items() if is_fusion(config)}
    return Table(
        key="fusions-table",
        caption=(
            "Late fusions: weighted averages of the streams' scores, with no network of their own."
        ),
        columns=(
            Column(key="fusion", label="Fusion"),
            Column(key="dataset", label="Data set"),
            Column(key="modality", label="Modality"),
            Column(key="streams", label="Streams (weight)"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=name, href=f"#{anchor('variant', name)}"),
                    Cell(text=page.dataset_title(config["protocol"]["dataset"])),
                    Cell(text=str(config["protocol"].get("modality", ABSENT))),
                    Cell(text=", ".join(show_streams(config))),
                )
            )
            for name, config in fusions.items()
        ),
    )


def show_streams(config: Json) -> tuple[str, ...]:
    """A fusion's streams, each with its weight; none where it is no fusion."""
    return tuple(f"{name} ({weight:g})" for name, weight in config.get("fusion", {}).items())


def changes_table(variant: str, parent: str, configs: Mapping[str, Json]) -> Table:
    """One row for each setting in which a variant differs from another."""
    differences = merge_subsets(find_differences(configs[parent], configs[variant]))
    return Table(
        key=anchor("changes", variant),
        caption=f"Settings of {variant} that differ from {parent}.",
        columns=(
            Column(key="setting", label="Setting"),
            Column(key="parent", label=parent),
            Column(key="variant", label=variant),
        ),
        rows=tuple(
            Row(cells=(key_cell(item.key), *map(_value_cell, item.texts(VALUE_WIDTH))))
            for item in differences
        ),
    )
