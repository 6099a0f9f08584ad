"""Promises of the figures that set methods on a data set side by side."""

from statistics import mean, stdev

import numpy as np
import pytest

from harness.cli import main
from harness.records import Measurement
from harness.report import summarise_methods
from harness.report.method_figures import (
    costing,
    costs_table,
    over_fitting,
    over_fitting_table,
    plot_costs,
    plot_over_fitting,
)
from harness.report.named_figures import COMPARED, draw_methods_on

SPLITS = ("fold1", "fold2")


def history(*gaps):
    """Curves whose training accuracy is so far above the monitored one, epoch by epoch."""
    lines = [f"{n},0.5,{60 + gap},0.6,60.0" for n, gap in enumerate(gaps, start=1)]
    head = "epoch,train_loss,train_acc,monitored_loss,monitored_acc"
    return "\n".join([head, *lines, ""]).encode()


def add(site, variant, seed, gaps, *, params=0.5, accuracy=60.0):
    """Store a run on each split; the gap on the second is two points larger."""
    for more, split in enumerate(SPLITS):
        counts = (
            Measurement(metric="top1_acc", value=accuracy, samples=40),
            Measurement(metric="params", value=params),
        )
        curves = history(*(gap + 2 * more for gap in gaps))
        site.add(variant, split, seed, accuracy, history=curves, measurements=counts)


@pytest.fixture
def both(site):
    """Two methods, one of which over-fits more with each epoch."""
    for seed, end in enumerate((9.0, 11.0, 16.0)):
        add(site, "config", seed, (1.0, 5.0, end), params=2.0, accuracy=70.0)
        add(site, "plain", seed, (0.0, 1.0, 2.0))
    return site


def test_the_gap_is_training_minus_monitored_accuracy_over_seeds(both):
    """At the last epoch, the mean over splits of each seed, then mean and spread over seeds."""
    first, second = summarise_methods([both.page()], "steps")

    assert first.label == "walker/config"
    assert first.gap_seeds == (10.0, 12.0, 17.0)
    assert first.gap.mean == pytest.approx(13.0)
    assert first.gap.std == pytest.approx(stdev((10, 12, 17)))
    assert second.gap_seeds == (3.0, 3.0, 3.0)


def test_the_gap_over_time_has_a_band_over_seeds(both):
    """Share of training, the lowest, the mean and the highest seed."""
    first, _ = summarise_methods([both.page()], "steps")

    expected = [(100 / 3, 2, 2, 2), (200 / 3, 6, 6, 6), (100, 10, 13, 17)]
    assert np.allclose(first.gap_curve, expected)


def test_a_seed_that_lacks_a_split_counts_nowhere(both):
    """Not in the accuracy, and not in the gap."""
    both.add("config", SPLITS[0], 3, 60.0, history=history(50.0))

    first, _ = summarise_methods([both.page()], "steps")

    assert first.accuracy.n == first.gap.n == 3


def test_the_figure_shows_every_method_in_time_at_the_end_and_by_size(both):
    """One line, one row and one mark a method, where its numbers are."""
    methods = over_fitting(summarise_methods([both.page()], "steps"))

    time, end, size = plot_over_fitting(methods).axes

    assert [line.get_ydata()[-1] for line in time.lines] == pytest.approx([13.0, 3.0])
    assert [text.get_text() for text in end.get_yticklabels()] == ["walker/config", "walker/plain"]
    rings = [line.get_xdata() for line in end.lines if len(line.get_xdata()) == 3]
    assert np.allclose(rings[0], (10, 12, 17))
    marks = [container.lines[0].get_xydata()[0] for container in size.containers]
    assert np.allclose(marks, [(2.0, 13.0), (0.5, 3.0)])


def test_the_cost_figure_shows_accuracy_against_parameters(both):
    """One mark a method; where multiply-adds were not counted the panel has none."""
    methods = costing(summarise_methods([both.page()], "steps"))

    params, macs = plot_costs(methods).axes

    marks = [container.lines[0].get_xydata()[0] for container in params.containers]
    assert np.allclose(marks, [(2.0, 70.0), (0.5, 60.0)])
    assert not macs.containers


def test_the_table_of_costs_has_every_method_of_the_figure(both):
    """Accuracy, parameters and multiply-adds, and what was not counted."""
    table = costs_table("steps", summarise_methods([both.page()], "steps"))

    assert [[cell.text for _, cell in table.cells(row)] for row in table.rows] == [
        ["walker/config", "70.00 ± 0.00 % (n = 3)", "2.000", "not counted"],
        ["walker/plain", "60.00 ± 0.00 % (n = 3)", "0.500", "not counted"],
    ]


def test_the_table_says_the_gap_per_parameter(both):
    """With its interval, and the accuracy that it went with."""
    table = over_fitting_table("steps", summarise_methods([both.page()], "steps"))

    first = [cell.text for _, cell in table.cells(table.rows[0])]
    assert first[:2] == ["walker/config", "13.0 ± 3.6 pp (n = 3)"]
    assert first[3:] == ["6.50", "2.000", "70.00 ± 0.00 % (n = 3)"]
    low, high = (float(end.replace("−", "-")) for end in first[2].strip("[]").split(", "))
    assert mean((low, high)) == pytest.approx(13.0)


def test_runs_on_generated_data_are_in_no_figure(site, generated):
    """They show that the code works, and compare nothing."""
    for split in SPLITS:
        site.add("config", split, 0, 60.0, data=generated)

    assert summarise_methods([site.page()], "steps") == ()
    assert draw_methods_on("steps", ()) == ()


def test_the_page_of_the_data_set_has_both_figures(both):
    """With a text alternative, a caption, and the table below."""
    pages = both.pages()

    assert 'id="over-fitting-steps-figure"' in pages["dataset-steps.html"]
    assert 'id="costs-steps-figure"' in pages["dataset-steps.html"]
    assert "walker/config 13.0 ± 3.6 pp (n = 3)" in pages["dataset-steps.html"]
    assert "13.0 ± 3.6 pp (n = 3)" in pages["dataset-steps.md"]


@pytest.mark.parametrize("name", COMPARED)
def test_one_command_draws_a_figure_of_recipes(name, tmp_path, capsys):
    """Over-fitting of some recipes' methods on the same data: one command, one figure."""
    out = tmp_path / "figure.pdf"
    words = ("stgcn", "sta_lstm", "--dataset", "utd_mhad", "--out", str(out))

    assert main(["figure", name, *words]) == 0

    assert out.read_bytes().startswith(b"%PDF")
    assert "stgcn/config" in capsys.readouterr().out


def test_a_figure_of_nothing_is_refused(tmp_path, capsys):
    """It is said that no run has what it would show."""
    out = tmp_path / "figure.svg"

    assert main(["figure", "costs", "stgcn", "--dataset", "ucf101", "--out", str(out)]) == 2
    assert "no run on the whole of ucf101" in capsys.readouterr().err
    assert not out.exists()
