"""``figure`` of the methods that were run on a data set; ``diagram`` of a network."""

import argparse
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec

from harness.catalog import DEFAULT_VARIANT, Recipe, dataset_keys, load_recipe, recipe_keys
from harness.diagrams import FILE, Network, dump_networks, load_networks
from harness.errors import CatalogError, HarnessError, suggest
from harness.forms import is_fusion
from harness.plan import Configs
from harness.publication import gather_page
from harness.report import (
    FIGURES,
    render_pdf,
    render_svg,
    summarise_methods,
)
from harness.report.diagrams import draw_diagram, render_mermaid
from harness.store import ResultStore, write_replacing
from harness.verbs.console import out, show_table

KINDS = (".pdf", ".svg")
DIAGRAMS = {".mmd": render_mermaid, ".svg": draw_diagram}


class FigureError(HarnessError):
    """A figure that cannot be drawn."""


def draw_figure(args: argparse.Namespace) -> None:
    """Draw a figure into a file, and print what is in it.

    Raises:
        FigureError: Nothing was run that it could show, or the file is of another kind.
    """
    _check_kind(args.out, KINDS)
    if args.dataset not in dataset_keys():
        problem = f"there is no data set {args.dataset!r}"
        raise CatalogError(problem, fix=suggest(args.dataset, dataset_keys()))
    store = ResultStore(args.results)
    pages = [gather_page(load_recipe(key), store) for key in args.recipes or recipe_keys()]
    kind = FIGURES[args.name]
    methods = kind.choose(summarise_methods(pages, args.dataset))
    if not methods:
        raise FigureError(
            f"no run on the whole of {args.dataset} has what the figure shows",
            fix="harness list runs shows what there is",
        )
    figure = kind.plot(methods)
    if args.out.suffix == ".pdf":
        data = render_pdf(figure)
    else:
        data = render_svg(figure, name=args.name, title=args.name, alt=kind.caption).encode()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    write_replacing(args.out, data)
    table = kind.table(args.dataset, methods)
    show_table(
        [column.heading for column in table.shown],
        [[cell.text for _, cell in table.cells(row)] for row in table.rows],
    )
    out.print(f"figure: {args.out.resolve()}")


def draw_network(args: argparse.Namespace) -> None:
    """Draw networks of a recipe into a file, or store them for its page.

    They are built and traced in a process that imports torch.

    Raises:
        FigureError: One cannot be built, or the file is of another kind.
    """
    recipe = load_recipe(args.recipe)
    if args.store:
        stored = load_networks(recipe.folder)
        variants = dict.fromkeys((*(args.variant or ()), *stored)) or {DEFAULT_VARIANT: None}
        networks = _trace(recipe, [name for name in variants if name in recipe.variants])
        path = recipe.folder / FILE
        write_replacing(path, dump_networks(networks))
        out.print(f"networks of {', '.join(sorted(networks))}: {path}")
        return
    _check_kind(args.out, DIAGRAMS)
    (variant, *more) = args.variant or (DEFAULT_VARIANT,)
    if more:
        raise FigureError("a file holds one diagram", fix="name one --variant, or --store them")
    network = _trace(recipe, [variant])[variant]
    text = DIAGRAMS[args.out.suffix](network, title=f"{recipe.paper.method}: {variant}")
    args.out.parent.mkdir(parents=True, exist_ok=True)
    write_replacing(args.out, text.encode())
    out.print(f"diagram: {args.out.resolve()} ({len(network.boxes)} parts)")


def _trace(recipe: Recipe, variants: Sequence[str]) -> dict[str, Network]:
    configs = Configs(recipe)
    for variant in variants:
        if is_fusion(config := configs.load(variant)):
            raise FigureError(
                f"'{variant}' of '{recipe.key}' cannot be drawn: it fuses scores and has no model",
                fix=f"draw its streams: {', '.join(config['fusion'])}",
            )
    words = [sys.executable, "-m", "harness.run.tracing", recipe.key, *variants]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise FigureError(
            f"'{', '.join(variants)}' of '{recipe.key}' cannot be drawn: {why}",
            fix="choose a variant with a model",
        )
    found = (msgspec.json.decode(line, type=Network) for line in done.stdout.splitlines())
    return dict(zip(variants, found, strict=True))


def _check_kind(path: Path, kinds: Collection[str]) -> None:
    if path.suffix not in kinds:
        raise FigureError(
            f"{path} is of a kind that is not written here",
            fix=f"end its name in {' or '.join(kinds)}",
        )
