"""Settings that were tried → tables, of a recipe and of a campaign."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import mean
from typing import Any

from harness.compare import Evidence
from harness.records import WORDING, Json, digest_of
from harness.report.campaign_runs import Entrant, resolve
from harness.report.digits import show_number
from harness.report.inputs import Addresses, PageInput
from harness.report.measured_cells import HEADLINE, accuracy_column
from harness.report.tables import ABSENT, Cell, Column, Row, Table, missing_cell

TRIED = {"html": "search", "md": "what-was-tried"}  # on a recipe's page
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
        columns=_columns(variants),
        rows=tuple(
            Row(cells=_trial_cells(page, runs, variants, addresses))
            for _, runs in sorted(groups.items(), key=lambda group: _started(group[1]))
        ),
    )


def _columns(methods: Iterable[str]) -> tuple[Column, ...]:
    return (
        Column(key="settings", label="Settings"),
        Column(key="splits", label="Splits and seeds"),
        *map(accuracy_column, methods),
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
            text=_show_settings(plan.config, page.configs.get(plan.variant, {})),
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


def _show_settings(config: Json, today: Json) -> str:
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


def trials_table(entrants: Sequence[Entrant], results: str, kind: str) -> Table:
    """One row a setting that was tried, one column a method: mean over splits and seeds."""
    trials = [entrant for entrant in entrants if entrant.is_trial]
    labels = tuple(dict.fromkeys(entrant.label for entrant in trials))
    groups: dict[tuple[str, tuple[str, ...]], dict[str, Entrant]] = {}
    for entrant in trials:
        groups.setdefault((_say_trial(entrant), entrant.splits), {})[entrant.label] = entrant
    return Table(
        key="trials-table",
        caption=(
            "Settings that were tried inside the training data: mean top-1 accuracy over the "
            "splits (number of runs). They choose settings; no verdict rests on them, and none is "
            "marked as best, because nothing was tested."
        ),
        columns=_columns(labels),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=settings),
                    Cell(text=", ".join(splits), note=_say_seeds(tuple(found.values()))),
                    *(_trial_cell(found.get(label), results, kind) for label in labels),
                )
            )
            for (settings, splits), found in groups.items()
        ),
    )


def _say_trial(entrant: Entrant) -> str:
    """In what a trial differs from the variant of today."""
    return _show_settings(resolve(entrant, entrant.splits[0]), entrant.config)


def _say_seeds(entrants: Sequence[Entrant]) -> str:
    seeds = sorted({seed for entrant in entrants for _, seed in entrant.wanted})
    return f"seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}"


def _trial_cell(entrant: Entrant | None, results: str, kind: str) -> Cell:
    if entrant is None:
        return missing_cell("not asked for")
    found = {
        item.record.plan.split: item.record.values[HEADLINE.key]
        for item in entrant.runs
        if HEADLINE.key in item.record.values
    }
    if not found:
        return missing_cell("not run")
    average, lacking = mean(found.values()), f" of {len(entrant.wanted)}" if entrant.missing else ""
    return Cell(
        text=f"{show_number(average, HEADLINE.decimals)} ({len(entrant.runs)}{lacking})",
        value=average,
        n=len(entrant.runs),
        note=", ".join(f"{split} {show_number(value, 1)}" for split, value in found.items()),
        href=entrant.page.addresses(results, kind).on_page(TRIED[kind]),
        marks=("stale",) if any(item.stale for item in entrant.runs) else (),
    )
