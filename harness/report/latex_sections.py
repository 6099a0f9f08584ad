"""Sections of a document: one a paper, one a campaign, one a topic."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from harness.catalog import Campaign
from harness.claims import Claim, Topic
from harness.compare import FEWEST_SEEDS, Outcome, Verdict
from harness.report.campaign_comparisons import Comparison, compare_entrants
from harness.report.campaign_findings import gains_table, runs_of, say_findings, tried_table
from harness.report.campaign_gaps import missing_table
from harness.report.campaign_pages import accuracy_rows, notices_of, overview_of, provenance_of
from harness.report.campaign_runs import CampaignWithRuns, Entrant
from harness.report.campaign_tables import BRIEF, conditions_table, head_table
from harness.report.campaign_training import training_table
from harness.report.citations import join_names, make_bibliography
from harness.report.claim_tables import LEGEND, judged_table
from harness.report.diagrams import WIDEST, plot_diagram, say_caption
from harness.report.digits import show_difference, show_p
from harness.report.figures import CLAIMS_CAPTION, plot_claims, scores_to_draw
from harness.report.honesty import (
    checklist_table,
    decisions_table,
    hardware_table,
    known_table,
    not_run_table,
)
from harness.report.inputs import Addresses, PageInput, runs_of_address
from harness.report.latex_tables import LONG, of_recipe, render_latex
from harness.report.latex_texts import escape_heading, escape_latex
from harness.report.manuscript import Manuscript, Source, source_of
from harness.report.measured_cells import HEADLINE
from harness.report.method_figures import over_fitting_table
from harness.report.method_summaries import MethodSummary, summarise_methods
from harness.report.named_figures import COMPARED, STRESSED, FigureKind, say_left_out, under_stress
from harness.report.ordering_tables import explorations_table, orderings_table
from harness.report.plots import plot_dots
from harness.report.provenance import evidence_table
from harness.report.run_tables import methods_table
from harness.report.statement_texts import Said, beside, contrast_table
from harness.report.statistics_texts import CAN, say_what_is_shown, seeds_table
from harness.report.stress_figures import stress_table
from harness.report.summaries import (
    EXPLORATION,
    Sentence,
    findings,
    notices,
    overview,
    say_whose_code,
)
from harness.report.tables import Cell, Column, Row, Table, choose
from harness.report.unit_tables import compared_units_table

ROOM = r"\needroom{0.25\textheight}"  # or a long table leaves its heading behind
NEW_PAGE = "\\clearpage\n\n"  # or a section of tables and figures alone is a heading without any
NETWORKS = (
    "One view went through each network, and what was called, with what, is drawn. Several parts "
    "alike that follow one another are one box."
)
MOST_SUBJECTS = 10  # side by side
CLAIMS = ("method", "conditions", "printed", "measured", "gap", "outcome")
ORDERINGS = ("statement", "conditions", "difference", "adjusted_p", "seeds", "outcome")
METHODS = ("variant", "conditions", "top1_acc", "params", "macs", "train_s")
PAIRS = (
    Column(key="pair", label="Methods"),
    Column(key="difference", label="Difference [95 % interval]", is_number=True),
    Column(key="p", label="p (Holm)", is_number=True),
    Column(key="seeds", label="Seeds", is_number=True),
    Column(key="outcome", label="First is"),
)


def section(title: str, *blocks: str, level: str = "section") -> str:
    """A heading and what stands under it; empty blocks are left out."""
    shown = list(filter(None, blocks))
    room = [ROOM] if shown and shown[0].startswith(LONG) else []
    return "\n\n".join((*room, rf"\{level}{{{escape_heading(title)}}}", *shown))


def items(lines: Sequence[str]) -> str:
    """Lines of LaTeX as a list; nothing for none."""
    if not lines:
        return ""
    body = "\n".join(rf"  \item {line}" for line in lines)
    return "\\begin{itemize}\n" + body + "\n\\end{itemize}"


def paper_section(page: PageInput, manuscript: Manuscript) -> str:
    """What a paper claims and what came out; claims that nothing was run for are counted."""
    paper, recipe = page.recipe.paper, page.recipe.key
    tried = _with(page, [v for v in page.verdicts if v.outcome is not Outcome.NOT_RUN])
    addresses = page.addresses("", "tex")
    scores = scores_to_draw(tried)
    return section(
        paper.method,
        rf"{escape_latex(join_names(paper.citation.authors))}: "
        rf"\emph{{{escape_latex(paper.citation.title)}}}~{manuscript.cite(paper.citation.key)}. "
        f"{escape_latex(say_whose_code(page))}",
        items(_count(overview(page), (recipe, "overview"), f"records of {recipe}", manuscript)),
        *_notes(notices(page), recipe, f"records of {recipe}", manuscript),
        items([_sentence(found, recipe, manuscript) for found in findings(tried, addresses)]),
        render_latex(_claims(tried, addresses, "own"), manuscript),
        manuscript.figure(f"claims-{recipe}", plot_claims(scores), CLAIMS_CAPTION)
        if scores
        else "",
        render_latex(_claims(tried, addresses, "third-party"), manuscript),
        _table(recipe, orderings_table(tried, addresses), ORDERINGS, manuscript),
        _explorations(tried, addresses, manuscript),
        _table(recipe, _measured(methods_table(page, addresses)), METHODS, manuscript),
    )


def _count(
    lines: Sequence[str], name: Sequence[str], over: str, manuscript: Manuscript
) -> list[str]:
    """Lines whose numbers were counted."""
    what = f"counted over the {over}"
    return [
        manuscript.counts(line, (*name, str(place)), what) for place, line in enumerate(lines, 1)
    ]


def _notes(lines: Sequence[str], name: str, over: str, manuscript: Manuscript) -> list[str]:
    counted = _count(lines, (name, "note"), over, manuscript)
    return [rf"\textbf{{Note.}} {line}" for line in counted]


def _with(page: PageInput, verdicts: Sequence[Verdict]) -> PageInput:
    return replace(page, verdicts=tuple(verdicts))


def _measured(table: Table) -> Table:
    """The methods that have an accuracy."""
    keys = [column.key for column in table.columns]
    place = keys.index(HEADLINE.key) if HEADLINE.key in keys else None
    rows = table.rows if place is not None else ()
    return replace(table, rows=tuple(row for row in rows if row.cells[place or 0].value != ""))


def _table(recipe: str, table: Table, columns: Sequence[str], manuscript: Manuscript) -> str:
    chosen = of_recipe(recipe, choose(table, columns))
    return render_latex(replace(chosen, key=f"{recipe}-{table.key}"), manuscript)


def _claims(page: PageInput, addresses: Addresses, whose: str) -> Table:
    """Printed and measured numbers, the paper's own or other people's that were tried."""
    verdicts = [
        verdict
        for verdict in page.verdicts
        if isinstance(verdict.claim, Claim)
        and verdict.claim.variant
        and str(verdict.claim.row) == whose
    ]
    made = judged_table(
        page,
        verdicts,
        addresses,
        make_bibliography(page),
        key=f"{page.recipe.key}-{whose}-claims",
        caption=f"Printed ({whose} rows) and measured. {LEGEND}",
    )
    return of_recipe(page.recipe.key, choose(made, CLAIMS))


def _explorations(page: PageInput, addresses: Addresses, manuscript: Manuscript) -> str:
    found = explorations_table(page, addresses)
    if not found.rows:
        return ""
    made = _table(page.recipe.key, found, ORDERINGS, manuscript)
    return f"{escape_latex(EXPLORATION)}\n\n{made}"


def _sentence(found: Sentence, recipe: str, manuscript: Manuscript) -> str:
    """A finding, with the macros of its row in the table."""
    about = f"{recipe} {found.about}"
    column = "difference" if "[" in found.number.text else "measured"
    source = source_of(found.number.href, about)
    number = manuscript.numbers(found.number.text, (about, column), source)
    claim, printed, value = found.before.rpartition(": printed ")
    before = escape_latex(claim + printed)
    before += manuscript.counts(value, (about, "printed"), f"printed: {about}")
    return f"{before} {number}{manuscript.numbers(found.after, (about, 'sentence'), source)}"


def campaign_section(
    found: CampaignWithRuns, manuscript: Manuscript, searches: Sequence[Campaign] = ()
) -> str:
    """The methods of a campaign head to head; nothing while none has an accuracy.

    Args:
        found: The campaign, and what there is of it.
        manuscript: The document.
        searches: Campaigns that tried settings for its methods.
    """
    campaign, entrants = found
    comparisons = [found for found in compare_entrants(entrants) if found.measured]
    if not comparisons:
        return ""
    over = f"records of campaign {campaign.key}"
    about = (overview_of(entrants), provenance_of(entrants))
    said = _count(about, (campaign.key, "overview"), over, manuscript)
    return section(
        campaign.title,
        rf"\emph{{{escape_latex(campaign.question)}}} " + " ".join(said),
        *_notes(notices_of(entrants), campaign.key, over, manuscript),
        *(_comparison(one, found, searches, manuscript) for one in comparisons),
        _missing(campaign, entrants, manuscript),
    )


def _comparison(
    comparison: Comparison,
    of: CampaignWithRuns,
    searches: Sequence[Campaign],
    manuscript: Manuscript,
) -> str:
    campaign, entrants = of
    head = _measured(head_table(comparison, "", "tex"))  # the others are in the last table
    head = _without_notes(choose(head, BRIEF))
    rows = accuracy_rows(comparison)
    caption = (
        f"Top-1 accuracy on {comparison.title}: mean (dot), each seed (ring) and the 95 % "
        "interval of the mean over seeds (bar, from two seeds on)."
    )
    figure = plot_dots(rows, across="Top-1 accuracy (%)") if rows else None
    after = (
        gains_table(comparison),
        tried_table([m.entrant for m in comparison.methods], comparison.dataset, "tex"),
        subjects_table(comparison),
        training_table(comparison, entrants, searches, "tex"),
    )

    def show(table: Table) -> str:
        return _in_place(campaign, table, manuscript)

    return section(
        f"{comparison.title}: {comparison.span}",
        items(_tell(comparison, campaign, say_findings(comparison), "found", manuscript)),
        show(head),
        show(conditions_table(comparison)),
        manuscript.figure(f"{campaign.key} {comparison.key('accuracies')}", figure, caption)
        if figure
        else "",
        show(pairs_table(comparison)),
        items(_tell(comparison, campaign, say_what_is_shown(comparison), "shown", manuscript)),
        *map(show, after),
        level="subsection",
    )


def _tell(
    comparison: Comparison,
    campaign: Campaign,
    lines: Sequence[str],
    what: str,
    manuscript: Manuscript,
) -> list[str]:
    """Sentences on a comparison, whose numbers rest on the runs of all pairs."""
    runs = [run for pair in comparison.contrasts for run in runs_of_address(runs_of(pair))]
    key = comparison.key(what)
    source = Source(runs=tuple(dict.fromkeys(runs)), what=f"of all pairs of {campaign.key} {key}")
    return [
        manuscript.numbers(line, (campaign.key, key, str(place)), source)
        for place, line in enumerate(lines, 1)
    ]


def _without_notes(table: Table) -> Table:
    rows = tuple(
        replace(row, cells=tuple(replace(cell, note="") for cell in row.cells))
        for row in table.rows
    )
    return replace(table, rows=rows)


def _in_place(campaign: Campaign, table: Table, manuscript: Manuscript) -> str:
    """A table of a campaign, where its text is: of so many, floats would drift far from it."""
    named = replace(of_recipe(campaign.key, table), key=f"{campaign.key}-{table.key}")
    return render_latex(named, manuscript, floats=False)


def pairs_table(comparison: Comparison) -> Table:
    """How far the best method and each other one are apart: one row a pair."""
    best = comparison.leaders[0] if comparison.leaders else None
    pairs = [(pair, found) for pair, found in comparison.contrasts.items() if pair[0] is best]
    return Table(
        key=comparison.key("pairs"),
        caption=(
            "Paired differences of top-1 accuracy from the method with the highest mean, with 95 % "
            "intervals over resampled test units and seeds; p by Holm over all "
            f"{len(comparison.contrasts)} pairs. Undecided: p above 0.05, or fewer than "
            f"{FEWEST_SEEDS} seeds of one of the two."
        ),
        columns=PAIRS,
        rows=tuple(
            Row(
                anchor=f"pair {' '.join(method.entrant.label for method in pair)}",
                cells=(
                    Cell(text=" − ".join(comparison.short(method) for method in pair)),
                    Cell(text=show_difference(found.difference), href=runs_of(pair)),
                    Cell(text=show_p(found.p), href=runs_of(pair)),
                    Cell(text=str(found.seeds), href=runs_of(pair)),
                    Cell(text=found.outcome),
                ),
            )
            for pair, found in pairs
        ),
    )


def subjects_table(comparison: Comparison) -> Table:
    """Accuracy by test subject or pair: one row a method; no row where a line has no room."""
    table = compared_units_table(comparison, "", "tex")
    units = table.rows if len(table.rows) <= MOST_SUBJECTS else ()
    columns = (
        Column(key=unit.text, label=f"{unit.text} ({samples.text})", is_number=True)
        for unit, samples, *_ in (row.cells for row in units)
    )
    return Table(
        key=table.key,
        caption=f"{table.caption} In brackets: its test samples.",
        columns=(Column(key="method", label="Method"), *columns),
        rows=tuple(
            Row(
                anchor=f"subjects {method.key}",
                cells=(Cell(text=method.label), *(row.cells[place] for row in units)),
            )
            for place, method in enumerate(table.columns[2:], 2)
            if units
        ),
    )


def _missing(campaign: Campaign, entrants: Sequence[Entrant], manuscript: Manuscript) -> str:
    table = missing_table(entrants, "", "tex")
    return _in_place(campaign, table, manuscript)


def topic_section(topics: Sequence[str], pages: Sequence[PageInput], manuscript: Manuscript) -> str:
    """What the recipes that carry some topics claim, and what was measured.

    Args:
        topics: The topics; a recipe carries all of them.
        pages: The recipes that do.
        manuscript: The document.
    """
    cited = [
        f"{escape_latex(page.recipe.paper.method)}~{manuscript.cite(page.recipe.paper.citation.key)}"
        for page in pages
    ]
    return section(
        f"Topic: {' and '.join(topics)}",
        f"Recipes that carry it: {join_names(tuple(cited))}.",
        render_latex(_topic_table(topics, pages), manuscript),
        items([_say_counts(page, manuscript) for page in pages]),
    )


def _say_counts(page: PageInput, manuscript: Manuscript) -> str:
    key = page.recipe.key
    said = _count(overview(page), (key, "overview"), f"records of {key}", manuscript)
    return f"{escape_latex(page.recipe.paper.method)}. {' '.join(said)}"


def _topic_table(topics: Sequence[str], pages: Sequence[PageInput]) -> Table:
    """Claims of several recipes of which something was measured, in one table."""
    made = []
    for page in pages:
        tried = _with(page, [v for v in page.verdicts if v.spread is not None])
        made.append(_claims(tried, page.addresses("", "tex"), "own"))
    if not made:
        raise ValueError("no recipe carries the topic")
    return replace(
        made[0],
        key=f"topic-{'-'.join(topics)}",
        caption=f"Claims of these recipes for which something was measured. {LEGEND}",
        rows=tuple(row for table in made for row in table.rows),
    )


def papers_section(
    pages: Sequence[PageInput], datasets: Iterable[str], manuscript: Manuscript
) -> str:
    """Which papers the methods are of, and who made the data."""
    facts = {key: found for page in pages for key, found in page.datasets.items()}
    data = [facts[key] for key in datasets if key in facts]
    works = [(page.recipe.paper.method, page.recipe.paper.citation) for page in pages]
    works += [(found.title, found.citation) for found in data if found.citation]
    said = [
        rf"\textbf{{{escape_latex(name)}}}: {escape_latex(join_names(work.authors))}, "
        rf"\emph{{{escape_latex(work.title)}}}~{manuscript.cite_work(work)}."
        for name, work in works
    ]
    return section("Papers and data", escape_latex(say_whose_code(*pages)), items(said))


def statistics_section(manuscript: Manuscript) -> str:
    """What the tests can and cannot show."""
    return section(
        "What the numbers can show",
        items([escape_latex(line) for line in CAN]),
        render_latex(seeds_table(), manuscript),
    )


def appendix(pages: Sequence[PageInput], manuscript: Manuscript) -> str:
    """What a reader must know to believe the numbers."""
    known = (evidence_table(pages, "tex"), *map(known_table, pages))
    parts = [
        _appended("Choices and departures", decisions_table(pages), manuscript),
        section(
            "How the printed numbers are known",
            *(render_latex(table, manuscript, floats=False) for table in known),
        ),
        campaign_appendix(pages, manuscript),
    ]
    drawn = [figure for page in pages for figure in _networks(page, manuscript)]
    if drawn:
        parts.append(section("Networks as built", NETWORKS, *drawn, r"\clearpage"))
    return "\n\n".join(parts)


def campaign_appendix(
    pages: Sequence[PageInput], manuscript: Manuscript, runs: Collection[str] | None = None
) -> str:
    """What was not run and what that would take, and what the runs took.

    Args:
        pages: The recipes.
        manuscript: The document.
        runs: Ids of the runs that it is about; all for ``None``.
    """
    about = [
        replace(page, evidence=tuple(i for i in page.evidence if i.record.run_id in runs))
        if runs is not None
        else page
        for page in pages
    ]
    tables = {
        "What was not run": not_run_table(pages),
        "Reproducibility checklist": checklist_table(about),
        "Hardware and hours": hardware_table(about),
    }
    return "\n\n".join(_appended(title, shown, manuscript) for title, shown in tables.items())


def _appended(title: str, table: Table, manuscript: Manuscript) -> str:
    return section(title, render_latex(table, manuscript, floats=False))


def _networks(page: PageInput, manuscript: Manuscript) -> Iterator[str]:
    """Diagrams of the networks that are stored beside a recipe."""
    for variant, network in page.networks.items():
        figures = plot_diagram(network)
        for place, figure in enumerate(figures, 1):
            name = f"network-{page.recipe.key}-{variant}" + f"-{place}" * (place > 1)
            part = f" Part {place} of {len(figures)}." if len(figures) > 1 else ""
            caption = f"{page.recipe.paper.method}. {say_caption(variant)}{part}"
            width = min(1.0, figure.get_figwidth() / WIDEST)
            yield manuscript.figure(name, figure, caption, width=width)


def over_fitting_section(pages: Sequence[PageInput], manuscript: Manuscript) -> str:
    """By how much methods over-fit, what they cost, and what the papers say of over-fitting."""
    blocks = [
        section(
            found.aspect.capitalize(),
            items(
                [
                    rf"\textbf{{{escape_latex(side.family)}, {escape_latex(said.paper.text)}.}} "
                    + _said(said, manuscript)
                    for side in found.sides
                    for said in side.said
                ]
            ),
            level="subsubsection",
        )
        for found in beside(pages, Topic.OVER_FITTING, "tex")
    ]
    measured = [
        part for dataset in _datasets(pages) for part in _on_dataset(pages, dataset, manuscript)
    ]
    told = section(
        "As the papers tell it",
        render_latex(contrast_table(pages, Topic.OVER_FITTING, "tex"), manuscript),
        level="subsection",
    )
    parts = (*measured, *([told, *blocks] if blocks else []))
    return section("Over-fitting and cost across methods", *parts) if parts else ""


def measured_section(
    pages: Sequence[PageInput], datasets: Iterable[str], manuscript: Manuscript
) -> str:
    """By how much methods over-fit on some data sets, and what they cost."""
    found = (_on_dataset(pages, dataset, manuscript) for dataset in datasets)
    parts = [part for parts in found for part in parts if part]
    return NEW_PAGE + section("Over-fitting and cost", *parts) if parts else ""


def stress_section(
    pages: Sequence[PageInput], manuscript: Manuscript, datasets: Iterable[str] = ()
) -> str:
    """How methods fare on noisy, incomplete or shorter samples, and what shorter ones cost.

    Args:
        pages: The recipes.
        manuscript: The document.
        datasets: Only on these data sets; on all for none.
    """
    parts: list[str] = []
    for dataset in datasets or _datasets(pages):
        methods = summarise_methods(pages, dataset)
        parts += _figures(pages, dataset, methods, STRESSED, manuscript)
        table = stress_table(f"stress-{dataset}", under_stress(methods))
        parts.append(render_latex(table, manuscript))
    return NEW_PAGE + section("Accuracy under stress", *parts) if any(parts) else ""


def _datasets(pages: Sequence[PageInput]) -> list[str]:
    return sorted({item.record.plan.dataset for page in pages for item in page.evidence})


def _on_dataset(pages: Sequence[PageInput], dataset: str, manuscript: Manuscript) -> Iterator[str]:
    """What methods reach on a data set, at which cost, and by how much they over-fit."""
    methods = summarise_methods(pages, dataset)
    yield from _figures(pages, dataset, methods, COMPARED, manuscript)
    yield render_latex(over_fitting_table(dataset, methods), manuscript)


def _figures(
    pages: Sequence[PageInput],
    dataset: str,
    methods: Sequence[MethodSummary],
    kinds: Mapping[str, FigureKind],
    manuscript: Manuscript,
) -> Iterator[str]:
    knowing = [page for page in pages if dataset in page.datasets] or pages
    title = knowing[0].dataset_title(dataset)
    for name, kind in kinds.items():
        if shown := kind.choose(methods):
            key = f"{name}-{dataset}"
            caption = f"{title}. {kind.caption}{say_left_out(kind, methods, shown)}"
            yield manuscript.figure(key, kind.plot(shown), caption)


def _said(said: Said, manuscript: Manuscript) -> str:
    """A statement, and the numbers that are printed with it."""
    numbers = []
    for number in said.numbers:
        name = (said.paper.text, said.anchor, "said")
        text = number.number.text + (f" ({number.also})" if number.also else "")
        source = source_of(number.number.href, f"statement {said.anchor}: {number.what}")
        numbers.append(f"{escape_latex(number.what)}: {manuscript.numbers(text, name, source)}")
    listed = f"[{'; '.join(numbers)}]" if numbers else ""
    parts = (escape_latex(said.text), listed, escape_latex(f"({said.known})"))
    return " ".join(part for part in parts if part)
