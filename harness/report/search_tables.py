"""Runs that are no verdict's → tables of what was tried, and of each test unit."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from statistics import mean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.compare import Evidence
from harness.records import WORDING, Json, digest_of
from harness.report.digits import show_number
from harness.report.inputs import Addresses, PageInput
from harness.report.measured_cells import HEADLINE
from harness.report.tables import ABSENT, Cell, Column, Row, Table, anchor, missing_cell

Group = tuple[str, str]  # settings, as a digest; data set and splits


def search_table(page: PageInput, addresses: Addresses) -> Table:
    """What was tried with other settings: one row a setting, one column a variant."""
    tried = [item for item in page.evidence if _is_trial(item)]
    having = set(map(_variant, tried))
    variants = tuple(variant for variant in page.variants if variant in having)
    groups: dict[Group, list[Evidence]] = defaultdict(list)
    for item in tried:
        groups[_group(item)].append(item)
    return Table(
        key="search-table",
        caption=(
            "Runs with other settings than the variants': mean top-1 accuracy over the "
            "splits (number of runs). A split such as fold1-inner2 leaves fold 1 out, trains "
            "on the rest but fold 2, and tests on fold 2; no verdict rests on it."
        ),
        columns=(
            Column(key="settings", label="Settings"),
            Column(key="splits", label="Splits and seeds"),
            *(
                Column(key=variant, label=variant, unit="%", direction="up", is_number=True)
                for variant in variants
            ),
        ),
        rows=tuple(
            Row(cells=_trial_cells(page, runs, variants, addresses))
            for _, runs in sorted(groups.items(), key=lambda group: _started(group[1]))
        ),
    )


def _is_trial(item: Evidence) -> bool:
    """Whether it was trained with other settings, on all samples, and counts."""
    plan = item.record.plan
    is_trained = item.is_valid and not item.record.has_authors_weights
    return is_trained and bool(plan.overrides) and plan.limit is None


def _variant(item: Evidence) -> str:
    return item.record.plan.variant


def _started(runs: list[Evidence]) -> str:
    return min(item.record.run_id for item in runs)


def _group(item: Evidence) -> Group:
    """Trials of a campaign share settings and, in splits, whether they are inner ones."""
    plan = item.record.plan
    kind = "inner" if plan.split not in plan.config["splits"] else "reported"
    return digest_of(plan.overrides), f"{plan.dataset} {kind}"


def _trial_cells(
    page: PageInput, runs: list[Evidence], variants: tuple[str, ...], addresses: Addresses
) -> tuple[Cell, ...]:
    plan = runs[0].record.plan
    splits = sorted({item.record.plan.split for item in runs})
    seeds = sorted({item.record.plan.seed for item in runs})
    stale = any(item.stale for item in runs)
    return (
        Cell(
            text=show_settings(plan.config, page.configs.get(plan.variant, {})),
            marks=("stale",) if stale else (),
        ),
        Cell(text=", ".join(splits), note=f"seeds {', '.join(map(str, seeds))}"),
        *(_mean_cell([i for i in runs if _variant(i) == v], v, addresses) for v in variants),
    )


def _mean_cell(runs: list[Evidence], variant: str, addresses: Addresses) -> Cell:
    values = [item.record.values[HEADLINE.key] for item in runs]
    if not values:
        return missing_cell(ABSENT)
    return Cell(
        text=f"{show_number(mean(values), HEADLINE.decimals)} ({len(values)})",
        value=mean(values),
        n=len(values),
        note=", ".join(
            f"{item.record.plan.split} {show_number(item.record.values[HEADLINE.key], 1)}"
            for item in sorted(runs, key=lambda item: item.split_and_seed)
        ),
        href=addresses.runs(tuple(item.record.run_id for item in runs), variant),
    )


def show_settings(config: Json, today: Json) -> str:
    """In what a run's configuration differs from the variant's of today.

    A name stands once where all its places have the same value; a part that
    only one of the two has is called absent.
    """
    was, now = dict(_leaves(config)), dict(_leaves(today))
    differing = {key: was.get(key, "absent") for key in was | now if was.get(key) != now.get(key)}
    short: dict[str, None] = {}
    for key, value in differing.items():
        name = key.rsplit(".", 1)[-1]
        same = {str(v) for k, v in differing.items() if k.rsplit(".", 1)[-1] == name}
        short[f"{name if len(same) == 1 else key} = {value}"] = None
    return "; ".join(sorted(short)) or "as the variant is today"


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Settings by path; an item of a list goes by its type, so that another may be added."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in WORDING:
                yield from _leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        seen: Counter[str] = Counter()
        for item in value:
            kind = str(item.get("type", "")).rsplit(".", 1)[-1]
            seen[kind] += 1
            yield f"{path}.{kind}{seen[kind]}", "present"
            yield from _leaves(item, f"{path}.{kind}{seen[kind]}")
    else:
        yield path, value


def units_table(page: PageInput) -> Table:
    """Accuracy of each test unit, where verdicts resample few of them.

    One row a subject or subject pair, one column a variant: the mean over seeds
    of the share of its test sequences that were right.
    """
    found = {variant: page.representative(variant) for variant in page.variants}
    found = {
        variant: runs
        for variant, runs in found.items()
        if runs and all(item.unit == "group" and not item.record.is_limited for item in runs)
    }
    shares = {variant: _shares(runs) for variant, runs in found.items()}
    sizes = {unit: size for by_unit in shares.values() for unit, (_, size) in by_unit.items()}
    return Table(
        key="units-table",
        caption=(
            "Test units: top-1 accuracy of each subject or subject pair, as mean over seeds. "
            "There are few, and they differ: this is what the intervals resample."
        ),
        columns=(
            Column(key="unit", label="Unit"),
            Column(key="sequences", label="Test sequences", is_number=True),
            *(Column(key=v, label=v, unit="%", direction="up", is_number=True) for v in shares),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=unit),
                    Cell(text=str(sizes[unit]), value=sizes[unit]),
                    *(_share_cell(by_unit.get(unit), v) for v, by_unit in shares.items()),
                )
            )
            for unit in sorted(sizes)
        ),
    )


def _shares(runs: Iterable[Evidence]) -> dict[str, tuple[float, int]]:
    """Mean accuracy in percent and number of sequences, by unit."""
    values: dict[str, list[float]] = defaultdict(list)
    sizes: dict[str, int] = {}
    known: dict[int, tuple[list[str], NDArray[np.intp], NDArray[np.intp]]] = {}
    for item in runs:
        hits = item.run.hits
        if id(hits.groups) not in known:  # runs that saw the same samples share them
            names, place = np.unique(hits.groups, return_inverse=True)
            known[id(hits.groups)] = names.tolist(), place, np.bincount(place)
        units, place, counts = known[id(hits.groups)]
        shares = np.bincount(place, hits.correct) / counts
        for unit, share, count in zip(units, shares.tolist(), counts.tolist(), strict=True):
            values[unit].append(100 * share)
            sizes[unit] = count
    return {unit: (mean(found), sizes[unit]) for unit, found in values.items()}


def _share_cell(share: tuple[float, int] | None, variant: str) -> Cell:
    if share is None:
        return missing_cell(ABSENT)
    text = show_number(share[0], 1)
    return Cell(text=text, value=share[0], href=f"#{anchor('runs', variant)}")
