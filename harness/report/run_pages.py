"""One page a run, made when it is asked for: all that its record and the files beside it say."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.claims import Claim
from harness.compare import Evidence, Verdict
from harness.metrics import METRICS
from harness.report.confusions import (
    classes_table,
    count_confusions,
    draw_confusions,
    name_classes,
    wrong_table,
)
from harness.report.curves import draw_history
from harness.report.digits import show_duration, show_gap, show_value
from harness.report.inputs import Addresses, PageInput, stamps
from harness.report.page_files import claim_address, dataset_file, way_between
from harness.report.rendering import render
from harness.report.run_details import (
    Fact,
    describe_data,
    describe_environment,
    describe_plan,
    describe_protocol,
    describe_timing,
    say_again,
    settings_table,
)
from harness.report.stress_figures import draw_stress, stress_table
from harness.report.stress_summaries import summarise_stress
from harness.report.tables import ABSENT, Cell, Column, Link, Row, Table
from harness.report.verdict_texts import show_printed
from harness.store import HISTORY, OBSERVATIONS, RECORD, SCORES, write_replacing

FOLDER = "runs"  # below that of the pages

MEASURED_COLUMNS = (
    Column(key="metric", label="Metric"),
    Column(key="value", label="Measured", is_number=True),
    Column(key="samples", label="Test samples", is_number=True),
    Column(key="claims", label="Speaks to"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFile:
    """A file beside a record.

    Args:
        link: Where it is.
        holds: What is in it.
    """

    link: Link
    holds: str


FILES = {
    RECORD: "the record: plan, environment, measurements",
    HISTORY: "the curves: one row an epoch",
    SCORES: "class probabilities of each test sample",
    OBSERVATIONS: "arrays that the paper's figures are drawn from",
}


def write_run_pages(
    inputs: Sequence[PageInput], out: Path, results: Path, run_ids: Sequence[str] | None = None
) -> Iterator[Path]:
    """Write a page for each of some runs, and give each page when it is written.

    Args:
        inputs: Recipes that the runs are of.
        out: Folder of the recipes' pages; the runs' go into ``runs/`` below it.
        results: Folder of the records, which pages link to.
        run_ids: The runs; ``None`` for all.

    Raises:
        StoreError: The curves or scores of a run are damaged.
    """
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    base = way_between(folder, results)
    wanted = None if run_ids is None else set(run_ids)
    by_end = _by_end(inputs)
    for page in inputs:
        here = Addresses(recipe=page.recipe.key, results=base, page=f"../{page.file('html')}")
        family = Family(verdicts=_by_run(page), by_end=by_end)
        for item in page.evidence:
            run_id = item.record.run_id
            if wanted is None or run_id in wanted:
                path = folder / f"{run_id}.html"
                write_replacing(path, make_run_page(page, item, here, family).encode())
                yield path


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """What a run's page says of other things than the run.

    Args:
        verdicts: Verdicts that rest on a run, by its id.
        by_end: Newest completed run of any recipe by its plan's digest and the SHA-256 of its
            weights.
    """

    verdicts: Mapping[str, Sequence[Verdict]]
    by_end: Mapping[tuple[str, str], str]


def _by_run(page: PageInput) -> dict[str, list[Verdict]]:
    """A recipe's verdicts by the runs that they rest on."""
    verdicts: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in page.verdicts:
        for run_id in verdict.run_ids:
            verdicts[run_id].append(verdict)
    return verdicts


def _by_end(pages: Iterable[PageInput]) -> dict[tuple[str, str], str]:
    return {
        item.record.end: item.record.run_id
        for page in pages
        for item in page.evidence
        if item.record.failure is None
    }


def make_run_page(page: PageInput, item: Evidence, addresses: Addresses, family: Family) -> str:
    """Text of a run's page.

    Args:
        page: Its recipe.
        item: The run.
        addresses: Where records are, and the recipe's page.
        family: What it has to do with claims and other runs.

    Raises:
        StoreError: Its curves or scores are damaged.
    """
    record = item.record
    history = item.run.history
    context = {
        "record": record,
        "marks": stamps(item),
        "method": page.recipe.paper.method,
        "dataset": page.dataset_title(record.plan.dataset),
        "recipe_page": Link(
            text=page.recipe.paper.method, href=addresses.on_page("run", record.run_id)
        ),
        "dataset_page": f"../{dataset_file(record.plan.dataset, 'html')}",
        "duration": show_duration(record.duration_s),
        "measured": measured_table(item, family.verdicts.get(record.run_id, ()), addresses),
        "protocol": describe_protocol(record.plan),
        "plan": describe_plan(record, page, addresses),
        "inputs": _describe_inputs(item, addresses, family),
        "settings": settings_table(record.plan.config),
        "environment": describe_environment(record.environment),
        "data": describe_data(record.data),
        "timing": describe_timing(record),
        "again": say_again(record.plan),
        "curves": draw_history(history, record.data.monitored if record.data else ""),
        "files": _list_files(item, addresses),
        **_confusions(page, item),
        **_stress(page, item),
    }
    return render("run.html.j2", **context)


def measured_table(item: Evidence, verdicts: Sequence[Verdict], addresses: Addresses) -> Table:
    """One row a measurement, with the claims that rest on it."""
    record, rows = item.record, []
    href = addresses.file(record.run_id)
    for found in record.measurements:
        metric = METRICS.get(found.metric)
        text = f"{found.value:g}" if metric is None else show_value(metric, found.value)
        spoken = [verdict for verdict in verdicts if verdict.claim.metric == found.metric]
        samples = "" if found.samples is None else str(found.samples)
        rows.append(
            Row(
                cells=(
                    Cell(text=metric.label if metric else found.metric, value=found.metric),
                    Cell(text=text, value=found.value, href=href),
                    Cell(text=samples or ABSENT, value=found.samples, note=_why_none(samples)),
                    Cell(
                        text="" if spoken else "no claim",
                        tone="" if spoken else "missing",
                        links=tuple(
                            Link(
                                text=_say_verdict(verdict, found.value),
                                href=claim_address(verdict.claim, addresses.page),
                            )
                            for verdict in spoken
                        ),
                    ),
                )
            )
        )
    return Table(
        key="measured-table",
        caption="What was measured, and the claims whose verdicts rest on it among other runs.",
        columns=MEASURED_COLUMNS,
        rows=tuple(rows),
    )


def _why_none(samples: str) -> str:
    return "" if samples else "no mean over samples"


def _say_verdict(verdict: Verdict, value: float) -> str:
    """A claim, how far this run alone is from it, and what all of its runs say."""
    claim = verdict.claim
    if not isinstance(claim, Claim):
        return f"{claim.key}: {verdict.outcome}"
    gap = show_gap(claim.quantity, value - claim.value)
    return f"{claim.key} ({show_printed(claim)}, this run {gap}): {verdict.outcome}"


def _describe_inputs(item: Evidence, addresses: Addresses, family: Family) -> tuple[Fact, ...]:
    """What it started from: runs of other variants, or a file of the authors'."""
    record, facts = item.record, []
    weights = record.plan.config.get("fusion", {})
    for given in record.plan.inputs:
        digest = record.input_weights.get(given.variant, "")
        run_id = family.by_end.get(record.start(given), "")
        theirs = replace(addresses, recipe=record.plan.recipe_of(given))
        share = f", weight {weights[given.variant]:g}" if given.variant in weights else ""
        known = f", SHA-256 {digest}" if digest else ""
        facts.append(
            Fact(
                name=given.variant,
                value=f"{given.use}{share}; plan {given.digest}{known}",
                link=Link(text=run_id, href=theirs.file(run_id)) if run_id else None,
            )
        )
    return tuple(facts)


def _stress(page: PageInput, item: Evidence) -> dict[str, object]:
    """Figures and table of what was measured of it under stress; nothing where nothing was."""
    run_id = item.record.run_id
    found = summarise_stress(run_id, [s for s in page.stresses.values() if s.run_id == run_id])
    if found is None:
        return {"stressed": (), "stress": None}
    return {"stressed": draw_stress(found), "stress": stress_table("stress-table", [found])}


def _list_files(item: Evidence, addresses: Addresses) -> tuple[RunFile, ...]:
    return tuple(
        RunFile(link=Link(text=name, href=addresses.file(item.record.run_id, name)), holds=holds)
        for name, holds in FILES.items()
        if (item.run.folder / name).is_file()
    )


def _confusions(page: PageInput, item: Evidence) -> dict[str, object]:
    """Matrix and tables of what it mixed up; nothing where there are no scores."""
    if not (item.run.folder / SCORES).is_file():
        return {"matrix": None, "classes": None, "wrong": None}
    scores = item.run.scores
    counts = count_confusions(scores)
    facts = page.datasets.get(item.record.plan.dataset)
    names = name_classes(facts.classes if facts else (), len(counts))
    return {
        "matrix": draw_confusions(counts, names),
        "classes": classes_table(counts, names),
        "wrong": wrong_table(scores, names),
    }
