"""``figure``: one figure of the methods that were run on a data set."""

import argparse

from harness.catalog import dataset_keys, load_recipe, recipe_keys
from harness.errors import CatalogError, HarnessError, suggest
from harness.publication import gather_page
from harness.report import (
    FIGURES,
    over_fitting_table,
    render_pdf,
    render_svg,
    summarise_methods,
)
from harness.store import ResultStore, write_replacing
from harness.verbs.console import out, show_table

KINDS = (".pdf", ".svg")


class FigureError(HarnessError):
    """A figure that cannot be drawn."""


def draw_figure(args: argparse.Namespace) -> None:
    """Draw a figure into a file, and print what is in it.

    Raises:
        FigureError: Nothing was run that it could show, or the file is of another kind.
    """
    if args.out.suffix not in KINDS:
        raise FigureError(
            f"{args.out} is no figure that is written here",
            fix=f"end its name in {' or '.join(KINDS)}",
        )
    if args.dataset not in dataset_keys():
        problem = f"there is no data set {args.dataset!r}"
        raise CatalogError(problem, fix=suggest(args.dataset, dataset_keys()))
    store = ResultStore(args.results)
    pages = [gather_page(load_recipe(key), store) for key in args.recipes or recipe_keys()]
    choose, plot, caption = FIGURES[args.name]
    methods = choose(summarise_methods(pages, args.dataset))
    if not methods:
        raise FigureError(
            f"no run on the whole of {args.dataset} has what the figure shows",
            fix="harness list runs shows what there is",
        )
    figure = plot(methods)
    if args.out.suffix == ".pdf":
        data = render_pdf(figure)
    else:
        data = render_svg(figure, name=args.name, title=args.name, alt=caption).encode()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    write_replacing(args.out, data)
    table = over_fitting_table(args.dataset, methods)
    show_table(
        [column.heading for column in table.shown],
        [[cell.text for _, cell in table.cells(row)] for row in table.rows],
    )
    out.print(f"figure: {args.out.resolve()}")
