"""What a reader must know to believe the numbers: choices, evidence, gaps, hardware → tables."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import mean

from harness.claims import Claim, Ordering, Protocol
from harness.compare import Evidence, Outcome, Verdict
from harness.report.citations import make_bibliography
from harness.report.claim_tables import claims_table
from harness.report.digits import show_duration, show_number
from harness.report.estimates import HOUR, Pace, Unknown, estimate_run, find_pace
from harness.report.inputs import PageInput, name_runs
from harness.report.open_claims import find_remedy
from harness.report.tables import ABSENT, Cell, Column, Row, Table, missing_cell
from harness.report.variants import Decision, describe_variants

SEEDS = 5  # that harness reproduce runs where none are named
EVIDENCE = ("method", "conditions", "printed", "printed_evidence", "place", "place_evidence")


def decisions_table(pages: Sequence[PageInput]) -> Table:
    """One row for each choice or departure, and the variants that it holds for."""
    return Table(
        key="decisions-table",
        caption=(
            "Choices, ours where the paper is silent, and departures, which go against what it "
            "says and make a number not comparable."
        ),
        columns=(
            Column(key="recipe", label="Recipe"),
            Column(key="kind", label="Kind"),
            Column(key="what", label="What we did"),
            Column(key="why", label="Why"),
            Column(key="variants", label="Variants"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=page.recipe.paper.method),
                    Cell(text=kind),
                    Cell(text=decision.what),
                    Cell(text=decision.why),
                    Cell(text=_say_variants(variants, page)),
                )
            )
            for page in pages
            for (kind, decision), variants in _decisions(page).items()
        ),
    )


def _decisions(page: PageInput) -> dict[tuple[str, Decision], list[str]]:
    found: dict[tuple[str, Decision], list[str]] = defaultdict(list)
    for variant in describe_variants(page):
        for decision in variant.departures:
            found["departure", decision].append(variant.name)
        for decision in variant.choices:
            found["choice", decision].append(variant.name)
    return dict(sorted(found.items(), key=lambda item: item[0][0] != "departure"))


def _say_variants(variants: Sequence[str], page: PageInput) -> str:
    if len(variants) == len(page.configs):
        return "all" if len(variants) > 1 else variants[0]
    first = ", ".join(variants[:3])
    return f"{first} and {len(variants) - 3} more" if len(variants) > 3 else first


def known_table(page: PageInput) -> Table:
    """One row for each number of the paper's own: what is printed, and how we know it."""
    own = [v for v in page.verdicts if isinstance(v.claim, Claim) and v.claim.is_own]
    made = claims_table(
        replace(page, verdicts=tuple(own)), page.addresses("", "tex"), make_bibliography(page)
    )
    return replace(
        made,
        key=f"{page.recipe.key}-known",
        caption=(
            f"{page.recipe.paper.method}: every number of the paper's own that is recorded, and "
            "how the number and its place are known."
        ),
        columns=tuple(replace(column, shown=column.key in EVIDENCE) for column in made.columns),
    )


def not_run_table(pages: Sequence[PageInput]) -> Table:
    """One row for claims that lack runs for one reason: the command, and the hours it takes."""
    return Table(
        key="not-run-table",
        caption=(
            "Claims of the papers' own without a final verdict: what is lacking, the command, and "
            f"the hours that the lacking runs of {SEEDS} seeds take, one after the other, on the "
            "machine of the stored ones. About: no such run is stored, and the hours are the "
            "multiply-adds of one view for each test view, and three times these for each training "
            "sample, by its frames, at the median pace of stored trainings."
        ),
        columns=(
            Column(key="recipe", label="Recipe"),
            Column(key="claims", label="Claims", is_number=True),
            Column(key="reason", label="So far"),
            Column(key="needs", label="Needs"),
            Column(key="hours", label="Hours", is_number=True),
            Column(key="command", label="Command"),
        ),
        rows=tuple(row for page in pages for row in _open_rows(page, pages)),
    )


def _open_rows(page: PageInput, pages: Sequence[PageInput]) -> Iterator[Row]:
    groups: dict[tuple[str, str, str, str], list[Verdict]] = defaultdict(list)
    for verdict in page.verdicts:
        remedy = find_remedy(page, verdict)
        if verdict.claim.is_own and remedy is not None:
            key = (str(verdict.outcome), verdict.reason, remedy.words, remedy.command)
            groups[key].append(verdict)
    for (outcome, reason, words, command), verdicts in groups.items():
        yield Row(
            anchor=f"{page.recipe.key} open {verdicts[0].claim.key}",
            cells=(
                Cell(text=page.recipe.paper.method),
                Cell(text=str(len(verdicts)), note=f"the first: {verdicts[0].claim.key}"),
                Cell(text=outcome, note=reason),
                Cell(text=words),
                _hours_cell(page, verdicts, pages),
                Cell(text=command or ABSENT),
            ),
        )


def _hours_cell(page: PageInput, verdicts: Sequence[Verdict], pages: Sequence[PageInput]) -> Cell:
    """How long the lacking runs take: from runs of the same variants, or from their work."""
    hours = 0.0
    used: list[str] = []
    bases: dict[str, None] = {}
    for variant in dict.fromkeys(name for v in verdicts for name in _variants(v)):
        wanted = SEEDS * max(1, len(page.configs.get(variant, {}).get("splits", ())))
        runs = [item for item in page.representative(variant) if not item.record.is_limited]
        if runs:
            lacking = max(0, wanted - len(runs))
            hours += lacking * mean(item.record.duration_s for item in runs) / HOUR
            used += [f"{page.recipe.key}/{item.record.run_id}" for item in runs]
            continue
        found = _estimate(page, variant, pages)
        if isinstance(found, Unknown):
            return missing_cell("unknown", note=found.reason)
        each, pace = found
        hours += wanted * each
        used += pace.trainings
        number = len(pace.trainings)
        rests = f"{number} training{'' if number == 1 else 's'} {pace.what}"
        bases[f"at {pace.gmacs_per_s:.0f} G/s, {rests}"] = None
    if not used:
        return missing_cell("unknown", note="no variant")
    text = f"about {_round(hours)}" if bases else show_number(hours, 1)
    href = name_runs(dict.fromkeys(used))
    return Cell(text=text, value=hours, href=href, note="; ".join(bases))


def _estimate(
    page: PageInput, variant: str, pages: Sequence[PageInput]
) -> tuple[float, Pace] | Unknown:
    """Hours of one run of a variant that was never run, and at which pace."""
    config = page.configs.get(variant)
    if not config:
        return Unknown(reason=f"no configuration of {variant}")
    form = Protocol(**config["protocol"]).data.form
    pace = find_pace(pages, page.recipe.key, form)
    if pace is None:
        return Unknown(reason=f"no complete training on {form} is stored")
    found = estimate_run(page, variant, pace)
    return found if isinstance(found, Unknown) else (found, pace)


def _round(hours: float) -> str:
    """Two digits: an estimate has no more."""
    return f"{float(f'{hours:.2g}'):,.0f}" if hours >= 10 else f"{hours:.2g}"


def _variants(verdict: Verdict) -> tuple[str, ...]:
    claim = verdict.claim
    names = (claim.better, claim.worse) if isinstance(claim, Ordering) else (claim.variant,)
    return tuple(name for name in names if name)


def hardware_table(pages: Sequence[PageInput]) -> Table:
    """One row a device: how many runs it did, with what, and for how long."""
    groups: dict[tuple[str, str, str], list[Evidence]] = defaultdict(list)
    for page in pages:
        for item in page.evidence:
            where = item.record.environment
            if where is not None and not item.record.is_count:
                packages = where.packages
                torch = f"torch {packages['torch']}" if "torch" in packages else "no torch"
                groups[where.device, torch, f"Python {where.python}"].append(item)
    return Table(
        key="hardware-table",
        caption=(
            "Hardware and hours of all stored runs, those that failed and those that only chose "
            "settings included. Hours are wall-clock time of the run's process; several processes "
            "may have shared the device."
        ),
        columns=(
            Column(key="device", label="Device"),
            Column(key="software", label="Software"),
            Column(key="runs", label="Runs", is_number=True),
            Column(key="threads", label="Threads a run"),
            Column(key="hours", label="Hours", is_number=True),
            Column(key="longest", label="Longest run", is_number=True),
            Column(key="memory", label="Most memory (GiB)", is_number=True),
        ),
        rows=tuple(
            Row(anchor=f"hardware {' '.join(key)}", cells=_hardware_cells(*key, items))
            for key, items in sorted(groups.items())
        ),
    )


def _hardware_cells(
    device: str, torch: str, python: str, items: Sequence[Evidence]
) -> tuple[Cell, ...]:
    records = [item.record for item in items]
    threads = sorted({r.environment.threads for r in records if r.environment})
    memory = [r.timing.peak_memory_gib for r in records if r.timing]
    return (
        Cell(text=device),
        Cell(text=f"{torch}, {python}"),
        Cell(text=str(len(records))),
        Cell(text=", ".join(map(str, threads))),
        Cell(text=show_number(sum(r.duration_s for r in records) / HOUR, 1)),
        Cell(text=show_duration(max(r.duration_s for r in records))),
        Cell(text=show_number(max(memory), 2)) if memory else missing_cell("not measured"),
    )


def checklist_table(pages: Sequence[PageInput]) -> Table:
    """The questions that the field's reproducibility checklists ask, answered from records."""
    return Table(
        key="checklist-table",
        caption=(
            "Reproducibility checklist, after the questions of the machine-learning conferences' "
            "checklists in our words; the answers are counted over the stored records."
        ),
        columns=(
            Column(key="question", label="Question"),
            Column(key="answer", label="Answer"),
        ),
        rows=tuple(
            Row(cells=(Cell(text=question), Cell(text=answer)))
            for question, answer in _answers(pages)
        ),
    )


def _answers(pages: Sequence[PageInput]) -> Iterator[tuple[str, str]]:
    """Question and answer, each answer counted."""
    variants = sum(len(page.configs) for page in pages)
    items = [item for page in pages for item in page.evidence if not item.record.is_count]
    records = [item.record for item in items]
    total = len(records)
    decided = sum(len(_decisions(page)) for page in pages)
    yield (
        "Are the model and its settings described completely?",
        f"Yes: {variants} configurations are files of the repository, and each of {total} records "
        f"has the whole resolved one; {decided} choices and departures are listed.",
    )
    fingerprints = {r.data.fingerprint for r in records if r.data}
    known = sum(bool(r.data and r.data.known) for r in records)
    yield (
        "Are the data named, with their splits and sizes, and can one check to have the same?",
        f"Every record has the SHA-256 of the prepared data ({len(fingerprints)} different) and "
        f"the number of samples expected, scored and failed; {known} of {total} runs saw the "
        "authors' complete data.",
    )
    committed = sum(bool(r.environment and r.environment.commit) for r in records)
    dirty = sum(bool(r.environment and r.environment.dirty) for r in records)
    yield (
        "Is the code that gave the results there, with its dependencies?",
        f"{committed} of {total} records name the commit, {dirty} of them with changes that were "
        "not committed; each has a digest of the code behind it and the versions of all packages.",
    )
    trials = sum(bool(r.plan.overrides) for r in records)
    yield (
        "How were hyper-parameters chosen, and over which range?",
        f"Inside the training data, in campaigns whose trials are all stored: {trials} runs had "
        "settings other than their variant's.",
    )
    failed = sum(r.failure is not None for r in records)
    invalid = sum(bool(item.run.invalidated) for item in items)
    yield (
        "How many runs were made, and are all of them told?",
        f"{total}, of which {failed} failed and {invalid} were found wrong later; none is left out "
        "or overwritten.",
    )
    seeds = [v.spread.n for page in pages for v in page.verdicts if v.spread]
    few = sum(n < 2 for n in seeds)
    span = f"{min(seeds)} to {max(seeds)} seeds" if seeds else "none yet"
    yield (
        "Do results come with their variation, and is it said what that is?",
        f"Yes: standard deviation over seeds (ddof = 1), n, and 95 % intervals; judged numbers "
        f"rest on {span}, {few} of {len(seeds)} on a single one.",
    )
    hours = sum(r.duration_s for r in records) / HOUR
    timed = sum(r.timing is not None for r in records)
    yield (
        "What did it take to compute?",
        f"{show_number(hours, 1)} hours in all; {timed} of {total} records say how long training "
        "and testing took and how much memory; devices are in the table of hardware.",
    )
    open_claims = sum(
        v.outcome is Outcome.NOT_RUN and v.claim.is_own for page in pages for v in page.verdicts
    )
    own = sum(v.claim.is_own for page in pages for v in page.verdicts)
    yield (
        "Which claims were not tried?",
        f"{open_claims} of {own} claims of the papers' own; each is listed with what it lacks.",
    )
