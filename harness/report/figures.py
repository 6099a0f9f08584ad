"""Records and verdicts → figures: curves, claims, and what the paper looks into."""

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib
import msgspec
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from harness.cache import recall
from harness.claims import Claim
from harness.compare import Evidence, Verdict
from harness.report.digits import show_number
from harness.report.inputs import Addresses, DatasetFacts, Draw, PageInput, stamps
from harness.report.svg import STYLE, Picture, render_svg, say_engine, shorten_name
from harness.report.tables import Link, anchor
from harness.scores import unpack
from harness.store import OBSERVATIONS

TRAIN, MONITORED = "#0072b2", "#d55e00"  # told apart by the colour-blind, too
BAND = 0.18
MONITORED_AS = {
    "test": "test (monitored, not used to choose)",
    "val": "validation (val)",
}
History = Sequence[Mapping[str, float | None]]


def draw_curves(page: PageInput, addresses: Addresses) -> tuple[Picture, ...]:
    """Learning curves, one picture a variant, averaged over its runs."""
    pictures = []
    engine = say_engine()
    for variant in page.variants:
        found = page.representative(variant)
        curves = _recall_curves(variant, found, engine)
        runs = [item for item, has in zip(found, curves.has, strict=True) if has]
        if not runs:
            continue
        href = addresses.runs(tuple(item.record.run_id for item in runs), variant)
        pictures.append(
            Picture(
                name=anchor("curves", variant),
                caption=_curve_caption(variant, runs, _monitored(runs)),
                svg=curves.svg,
                links=(Link(text="the runs", href=href),),
                marks=tuple(dict.fromkeys(mark for item in runs for mark in stamps(item))),
            )
        )
    return tuple(pictures)


class _Curves(NamedTuple):
    """Learning curves of some runs.

    Args:
        has: Whether each of the runs has a curve.
        svg: The drawing; empty where none has.
    """

    has: tuple[bool, ...]
    svg: str


def _recall_curves(variant: str, runs: Sequence[Evidence], engine: str) -> _Curves:
    """Draw curves, where they have not been drawn before from the same files."""
    files = [item.run.read_history() for item in runs]
    monitored = [item.record.data.monitored if item.record.data else None for item in runs]
    kept = recall(
        "curves",
        (engine, repr((variant, monitored)), *files),
        lambda: msgspec.msgpack.encode(_draw_variant(variant, runs, files)),
    )
    return msgspec.msgpack.decode(kept, type=_Curves)


def _draw_variant(variant: str, runs: Sequence[Evidence], files: Sequence[bytes]) -> _Curves:
    histories = [item.run.parse_history(data) for item, data in zip(runs, files, strict=True)]
    having = [item for item, history in zip(runs, histories, strict=True) if history]
    has = tuple(map(bool, histories))
    if not having:
        return _Curves(has, "")
    monitored = _monitored(having)
    table = _average(histories)
    svg = render_svg(
        _curve_figure(table, monitored),
        name=anchor("curves", variant),
        title=f"Learning curves of {variant}",
        alt=_curve_alt(table, monitored),
    )
    return _Curves(has, svg)


def _average(histories: Sequence[History]) -> pd.DataFrame:
    """Mean, least and greatest value by epoch, of all runs."""
    rows = [row for history in histories for row in history]
    table = pd.DataFrame(rows).astype(float).set_index("epoch")
    return table.groupby(level="epoch").agg(["mean", "min", "max"])


def _monitored(runs: Sequence[Evidence]) -> str:
    subsets = sorted({item.record.data.monitored for item in runs if item.record.data})
    return " and ".join(MONITORED_AS.get(subset, subset) for subset in subsets) or "monitored"


def _curve_figure(table: pd.DataFrame, monitored: str) -> Figure:
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8.4, 3.1), layout="constrained")
        accuracy, loss = figure.subplots(1, 2)
        for axes, quantity, label in (
            (accuracy, "acc", "Top-1 accuracy (%)"),
            (loss, "loss", "Loss"),
        ):
            _plot(axes, table, f"train_{quantity}", "training", TRAIN, "-")
            _plot(axes, table, f"monitored_{quantity}", monitored, MONITORED, "--")
            axes.set(xlabel="Epoch", ylabel=label)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.grid(alpha=0.3)
            axes.spines[["top", "right"]].set_visible(False)
        lines, names = accuracy.get_legend_handles_labels()
        figure.legend(lines, names, loc="outside lower center", ncols=2, frameon=False)
    return figure


def _plot(
    axes: Axes, table: pd.DataFrame, column: str, label: str, colour: str, style: str
) -> None:
    """A mean line in its least-to-greatest band; epochs without a value are skipped."""
    if column not in table.columns.get_level_values(0):
        return
    curve = table[column].dropna()
    if curve.empty:
        return
    epochs = curve.index.to_numpy()
    marker = "o" if len(curve) < 3 else ""
    axes.plot(epochs, curve["mean"], style, color=colour, label=label, marker=marker)
    axes.fill_between(epochs, curve["min"], curve["max"], color=colour, alpha=BAND, linewidth=0)


def _curve_caption(variant: str, runs: Sequence[Evidence], monitored: str) -> str:
    seeds = len({item.record.plan.seed for item in runs})
    splits = len({item.record.plan.split for item in runs})
    band = " (the band spans the lowest to the highest run)" if len(runs) > 1 else ""
    return (
        f"{variant}: training and {monitored}; mean of {len(runs)} "
        f"run{'s' if len(runs) > 1 else ''}, {seeds} seed{'s' if seeds > 1 else ''} × "
        f"{splits} split{'s' if splits > 1 else ''}{band}."
    )


def _curve_alt(table: pd.DataFrame, monitored: str) -> str:
    said = []
    for column, name, unit in (
        ("train_acc", "Training accuracy", " %"),
        ("monitored_acc", f"Accuracy on {monitored}", " %"),
        ("train_loss", "Training loss", ""),
        ("monitored_loss", f"Loss on {monitored}", ""),
    ):
        if column not in table.columns.get_level_values(0):
            continue
        curve = table[column]["mean"].dropna()
        if len(curve):
            first, last = (show_number(float(curve.iloc[i]), 2) for i in (0, -1))
            span = f"epoch {curve.index[0]:g} to {curve.index[-1]:g}"
            said.append(f"{name} goes from {first}{unit} to {last}{unit}, {span}.")
    return " ".join(said) or "No value was measured in any epoch."


CLAIMS_CAPTION = (
    "Printed (diamond, with ± τ as a bar) and measured accuracy (dot, with the 95 % interval "
    "for one more run where there are two seeds or more)."
)


def scores_to_draw(page: PageInput) -> list[tuple[Verdict, Claim]]:
    """Printed accuracies that something was measured for."""
    return [
        (verdict, verdict.claim)
        for verdict in page.verdicts
        if isinstance(verdict.claim, Claim) and verdict.claim.kind == "score" and verdict.spread
    ]


def draw_claims(page: PageInput) -> tuple[Picture, ...]:
    """Printed and measured accuracies side by side; empty while nothing is measured."""
    shown = scores_to_draw(page)
    if not shown:
        return ()
    name = "claimed-measured"
    alt = "; ".join(_say(verdict, claim) for verdict, claim in shown)
    drawn = [
        (claim.method, _key(claim), claim.value, claim.tolerance, verdict.measured, verdict.spread)
        for verdict, claim in shown
    ]
    svg = recall(
        "claims",
        (say_engine(), repr(drawn), alt),
        lambda: render_svg(
            plot_claims(shown), name=name, title="Printed and measured", alt=alt
        ).encode(),
    ).decode()
    links = (Link(text="the table of claims", href="#claims"),)
    return (Picture(name=name, caption=CLAIMS_CAPTION, svg=svg, links=links),)


def _say(verdict: Verdict, claim: Claim) -> str:
    measured = show_number(verdict.measured or 0.0, claim.quantity.decimals)
    printed = f"printed {claim.readings[0].printed}, measured {measured}"
    return f"{claim.method}, {_key(claim)}: {printed}"


def _key(claim: Claim) -> str:
    """A claim's key in a picture, which has no row that says whose number it is."""
    return claim.key if claim.is_own else f"{claim.key}, a third party's"


def plot_claims(shown: Sequence[tuple[Verdict, Claim]]) -> Figure:
    """Printed numbers with their tolerance and measured ones with their interval, row by row."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8.4, 1.3 + 0.42 * len(shown)), layout="constrained")
        axes = figure.subplots()
        for place, (verdict, claim) in enumerate(shown):
            tau, spread = claim.tolerance or 0.0, verdict.spread
            axes.barh(place, 2 * tau, left=claim.value - tau, height=0.6, color=TRAIN, alpha=BAND)
            label = "" if place else "printed ± τ"
            axes.plot(claim.value, place, "D", color=TRAIN, label=label, zorder=3)
            halfwidth = (spread.next_run if spread else None) or 0.0
            axes.errorbar(
                [verdict.measured or 0.0],
                [place],
                xerr=[halfwidth],
                fmt="o",
                color=MONITORED,
                capsize=3,
                label="" if place else "measured ± h",
            )
        names = [shorten_name(f"{claim.method} ({_key(claim)})") for _, claim in shown]
        axes.set_yticks(range(len(shown)), names)
        axes.set(xlabel="Accuracy (%)", ylim=(len(shown) - 0.4, -0.6))
        axes.grid(axis="x", alpha=0.3)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return figure


def draw_observations(page: PageInput, addresses: Addresses) -> tuple[Picture, ...]:
    """What the paper looks into, from the arrays beside a record: one run of one variant.

    The default variant comes first. Other variants' arrays lie beside their
    records; a page with the figures of them all is too heavy to read.
    """
    for variant in page.variants if page.draw else ():
        runs = [i for i in page.representative(variant) if (i.run.folder / OBSERVATIONS).is_file()]
        if runs and page.draw:
            return tuple(_draw_run(page, page.draw, variant, runs[0], addresses))
    return ()


def _draw_run(
    page: PageInput, draw: Draw, variant: str, item: Evidence, addresses: Addresses
) -> list[Picture]:
    path = item.run.folder / OBSERVATIONS
    facts = page.datasets.get(item.record.plan.dataset)
    if facts is None:  # nothing is known of its joints and classes
        return []
    data = path.read_bytes()
    words = (variant, facts.edges, facts.classes, facts.joint_names, draw.__module__)
    kept = recall(
        "observations",
        (say_engine(), repr(words), *_read_code(draw), data),
        lambda: msgspec.msgpack.encode(_draw_arrays(draw, variant, facts, data, str(path))),
    )
    link = Link(text=item.record.plan.label, href=addresses.file(item.record.run_id))
    return [
        Picture(name=name, caption=caption, svg=svg, links=(link,), marks=stamps(item))
        for name, caption, svg in msgspec.msgpack.decode(kept, type=list[tuple[str, str, str]])
    ]


def _read_code(draw: Draw) -> list[bytes]:
    """The recipe's files, and those that recipes share: what its drawing may follow from."""
    folder = Path(inspect.getfile(draw)).parent
    files = sorted((*folder.glob("*.py"), *(folder.parent / "_shared").glob("*.py")))
    return [path.name.encode() + path.read_bytes() for path in files]


def _draw_arrays(
    draw: Draw, variant: str, facts: DatasetFacts, data: bytes, source: str
) -> list[tuple[str, str, str]]:
    """Name, caption and SVG of each drawing of a recipe."""
    arrays = unpack(data, source=source)
    with matplotlib.rc_context(STYLE):
        drawings = draw(arrays, facts.edges, facts.classes, facts.joint_names)
    pictures = []
    for drawing in drawings:
        name = anchor("observed", variant, drawing.name)
        title = f"{drawing.name} of {variant}"
        svg = render_svg(drawing.figure, name=name, title=title, alt=drawing.alt)
        pictures.append((name, drawing.caption, svg))
    return pictures
