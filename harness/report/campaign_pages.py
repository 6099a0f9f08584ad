"""One page a campaign of which something was run: its methods head to head."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.catalog import Campaign
from harness.claims import Protocol
from harness.forms import trains
from harness.report.campaign_comparisons import Comparison, Method, compare_entrants
from harness.report.campaign_differences import differences_table
from harness.report.campaign_findings import gains_table, say_findings, tried_table
from harness.report.campaign_gaps import missing_table
from harness.report.campaign_runs import CampaignWithRuns, Entrant
from harness.report.campaign_tables import head_table, splits_table
from harness.report.campaign_training import training_table
from harness.report.charts import DotRow, draw_dots
from harness.report.commands import campaign_command
from harness.report.curves import average_curves, draw_methods
from harness.report.digits import show_number
from harness.report.figures import MONITORED_AS
from harness.report.inputs import stamps
from harness.report.page_files import PAGE_KINDS, campaign_file, dataset_file
from harness.report.rendering import render
from harness.report.statistics_texts import say_what_is_shown
from harness.report.summaries import say_stale
from harness.report.svg import Picture, stand_alone
from harness.report.tables import Link, Table
from harness.report.trial_tables import trials_table
from harness.report.unit_tables import compared_units_table

MOST_CURVED = 3  # seeds of a method that its curve is the mean of: each is a file to be read
MOST_LINES = 12  # in one figure


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparisonView:
    """What a page shows of methods on the same data and splits.

    Args:
        title: Data set and splits.
        page: The data set's page.
        findings: What the runs show.
        head: Accuracies and costs.
        differences: Paired differences.
        shown: What these can and cannot show.
        gains: What methods gain over those that they are built on.
        tried: Printed orderings on these data.
        training: How they were trained.
        splits: Accuracies split by split.
        units: Accuracies by test subject or pair.
        pictures: Accuracies with intervals, and learning curves.
        figure: File of the first of them.
    """

    title: str
    page: Link
    findings: tuple[str, ...]
    head: Table
    differences: Table
    shown: tuple[str, ...]
    gains: Table
    tried: Table
    training: Table
    splits: Table
    units: Table
    pictures: tuple[Picture, ...]
    figure: str


def make_campaign_pages(campaigns: Sequence[CampaignWithRuns], results: str) -> dict[str, str]:
    """Text of the campaigns' pages by file name.

    Args:
        campaigns: The campaigns of which something was run.
        results: ``results/`` as seen from the folder of the pages.

    Raises:
        StoreError: The curves or scores of a run are missing or damaged.
    """
    made = {}
    ran = {campaign.key: campaign for campaign, _ in campaigns}
    for campaign, entrants in campaigns:
        searches = [ran[key] for key in campaign.searches if key in ran]
        comparisons = compare_entrants(entrants)
        pictures = {id(found): _draw(found) for found in comparisons}
        for found in comparisons:
            for picture in pictures[id(found)][:1]:
                made[figure_file(campaign.key, found)] = stand_alone(picture.svg)
        for kind in PAGE_KINDS:
            views = [
                _view(found, (campaign, entrants), searches, pictures[id(found)], results, kind)
                for found in comparisons
            ]
            made[campaign_file(campaign.key, kind)] = render(
                f"campaign.{kind}.j2",
                campaign=campaign,
                recipes=_recipes(entrants, kind),
                overview=f"{overview_of(entrants)} {provenance_of(entrants)}".strip(),
                notices=notices_of(entrants),
                views=views,
                trials=trials_table(entrants, results, kind),
                missing=missing_table(entrants, results, kind),
                commands=_commands(campaign, entrants),
            )
    return made


def figure_file(campaign: str, comparison: Comparison) -> str:
    """Name of the drawing of a comparison's accuracies, for pages that are not HTML."""
    return campaign_file(f"{campaign}-{comparison.key()}", "svg")


def _recipes(entrants: Sequence[Entrant], kind: str) -> tuple[Link, ...]:
    pages = {entrant.page.recipe.key: entrant.page for entrant in entrants}
    return tuple(page.link(kind) for page in pages.values())


def overview_of(entrants: Sequence[Entrant]) -> str:
    """How many runs are asked for, and how many there are."""
    wanted = sum(len(entrant.wanted) for entrant in entrants)
    have = sum(len(entrant.runs) for entrant in entrants)
    failed = sum(item.record.failure is not None for entrant in entrants for item in entrant.others)
    lacking = f"; {failed} of the others failed or were interrupted" if failed else ""
    methods = len({(entrant.page.recipe.key, entrant.variant) for entrant in entrants})
    return f"{have} of {wanted} runs of {methods} methods are there{lacking}."


def provenance_of(entrants: Sequence[Entrant]) -> str:
    """When the runs were made, and by which code; ``""`` where none says so."""
    records = [item.record for entrant in entrants for item in entrant.runs]
    days = sorted({record.started_at[:10] for record in records})
    commits = {r.environment.commit for r in records if r.environment and r.environment.commit}
    if not days:
        return ""
    when = f"on {days[0]}" if len(days) == 1 else f"from {days[0]} to {days[-1]}"
    return (
        f"They were made {when}, by {len(commits)} commits of the code; each record names its own."
    )


def notices_of(entrants: Sequence[Entrant]) -> tuple[str, ...]:
    """What a reader must know before the numbers."""
    runs = [item for one in entrants for item in one.runs if not item.record.is_count]
    limited = sum(item.record.is_limited for item in runs)
    stale = sum(bool(item.stale) for item in runs)
    found = []
    if limited:
        found.append(
            f"{limited} of {len(runs)} runs saw limited, incomplete or generated data: they show "
            "that the code works, and rank no method."
        )
    if stale:
        found.append(say_stale(stale, len(runs)))
    return tuple(found)


def _commands(campaign: Campaign, entrants: Sequence[Entrant]) -> tuple[str, ...]:
    """What makes the runs and this page."""
    facts = {key: data for entrant in entrants for key, data in entrant.page.datasets.items()}
    datasets = sorted({entrant.dataset for entrant in entrants} & set(facts))
    absent = [key for key in datasets if not facts[key].embedded]
    used = {Protocol(**entrant.config["protocol"]).data for entrant in entrants if entrant.config}
    prepare = [
        command
        for key in absent
        for command in facts[key].commands({data.form for data in used if data.dataset == key})
    ]
    return (*prepare, campaign_command(campaign.key), "harness report")


def _view(
    comparison: Comparison,
    of: CampaignWithRuns,
    searches: Sequence[Campaign],
    pictures: tuple[Picture, ...],
    results: str,
    kind: str,
) -> ComparisonView:
    campaign, entrants = of
    return ComparisonView(
        title=f"{comparison.title}: {comparison.span}",
        page=Link(text=comparison.title, href=dataset_file(comparison.dataset, kind)),
        findings=say_findings(comparison),
        head=head_table(comparison, results, kind),
        differences=differences_table(comparison),
        shown=say_what_is_shown(comparison),
        gains=gains_table(comparison),
        tried=tried_table([m.entrant for m in comparison.methods], comparison.dataset, kind),
        training=training_table(comparison, entrants, searches, kind),
        splits=splits_table(comparison, results, kind),
        units=compared_units_table(comparison, results, kind),
        pictures=pictures,
        figure=figure_file(campaign.key, comparison),
    )


def _draw(comparison: Comparison) -> tuple[Picture, ...]:
    pictures = (_draw_accuracies(comparison), _draw_curves(comparison))
    return tuple(picture for picture in pictures if picture)


def _draw_accuracies(comparison: Comparison) -> Picture | None:
    """Mean accuracy of each method, with its interval and its seeds."""
    rows = accuracy_rows(comparison)
    if not rows:
        return None
    name = comparison.key("accuracies")
    said = [
        f"{row.name} {show_number(row.mean, 2)} % {_say_interval(row.halfwidth)}" for row in rows
    ]
    svg = draw_dots(
        rows,
        name=name,
        title=f"Top-1 accuracy of the methods on {comparison.title}",
        alt=f"{'; '.join(said)}.",
        across="Top-1 accuracy (%)",
    )
    return Picture(
        name=f"{name}-figure",
        caption=(
            "Mean accuracy (dot), each seed (ring) and the 95 % interval of the mean over seeds "
            "(bar, from two seeds on). The bars speak of seeds alone and overlap where paired "
            "differences are decided: read those from the matrix."
        ),
        svg=svg,
        links=(Link(text="the matrix", href=f"#{comparison.key('differences')}"),),
        marks=_marks(comparison.measured),
    )


def accuracy_rows(comparison: Comparison) -> list[DotRow]:
    """Accuracies of the methods that have a mean, each seed and the interval of the mean."""
    return [
        DotRow(
            name=method.entrant.label,
            values=method.seeds,
            mean=method.spread.mean,
            halfwidth=method.spread.of_mean,
        )
        for method in comparison.measured
        if method.spread
    ]


def _say_interval(halfwidth: float | None) -> str:
    return "from one seed" if halfwidth is None else f"± {show_number(halfwidth, 2)}"


def _marks(methods: Sequence[Method]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            mark
            for method in methods
            for item in method.entrant.runs
            if item.record.is_limited
            for mark in stamps(item)
        )
    )


def _draw_curves(comparison: Comparison) -> Picture | None:
    """Monitored accuracy in training, one line a method."""
    trained = [m for m in comparison.methods if m.entrant.runs and trains(m.entrant.config)]
    shown = trained[:MOST_LINES]
    curves, monitored, seeds = [], set(), 0
    for method in shown:
        first = sorted({item.record.plan.seed for item in method.entrant.runs})[:MOST_CURVED]
        runs = [item for item in method.entrant.runs if item.record.plan.seed in first]
        curves.append(average_curves(method.entrant.label, (item.run.history for item in runs)))
        monitored |= {item.record.data.monitored for item in runs if item.record.data}
        seeds = max(seeds, len(first))
    named = " and ".join(MONITORED_AS.get(subset, subset) for subset in sorted(monitored))
    few = f"the first {seeds} seeds" if seeds > 1 else "the first seed"
    left_out = len(trained) - len(shown)
    more = f" The {left_out} methods with the lowest means are left out." if left_out else ""
    return draw_methods(
        curves,
        name=comparison.key("curves"),
        caption=(
            f"Learning curves: accuracy on {named}, as mean over all splits of {few} of each "
            f"method. A fusion has none.{more}"
        ),
    )
