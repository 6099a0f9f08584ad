"""Promises of the figures and tables of methods under stress."""

import numpy as np
import pytest
from reading import words
from test_speed import MACHINE

from harness.cli import main
from harness.report import make_document, summarise_methods, write_run_pages
from harness.report.named_figures import STRESSED, draw_methods_on, under_stress
from harness.report.stress_figures import plot_clips, plot_joints, stress_table
from harness.report.stress_summaries import summarise_stress
from harness.stresses import Effect, Level, Pass, Series, Stress

USUAL = {Effect.NOISE: {0.02: -5.0, 0.05: -20.0}, Effect.CLIP_LEN: {8: -6.0, 16: -2.0}}
WHOLE = 32  # frames of the protocol


def level(place, *accuracies, macs=4_000_000_000, views=2.0):
    """A level with one pass an accuracy."""
    passes = tuple(
        Pass(seed=seed, top1_acc=value, mean_class_acc=value, seconds=8.0, processor_s=4.0)
        for seed, value in enumerate(accuracies)
    )
    return Level(level=place, samples=40, views=views, macs=macs, passes=passes)


def stress(run, changes=USUAL, *, started="2026-01-02T03:04:05+00:00", off=0.0):
    """A measurement of a run: drawn effects in two passes, two points apart."""
    base = run.record.values["top1_acc"] + off
    series = tuple(
        Series(
            effect=effect,
            base=WHOLE if effect is Effect.CLIP_LEN else 0,
            levels=tuple(
                level(place, base + change, macs=4_000_000_000 * place // WHOLE)
                if effect is Effect.CLIP_LEN
                else level(place, base + change - 1, base + change + 1)
                for place, change in by_level.items()
            ),
        )
        for effect, by_level in changes.items()
    )
    return Stress(
        recipe="walker",
        run_id=run.record.run_id,
        weights_sha256="0" * 64,
        started_at=started,
        command="harness stress",
        machine=MACHINE,
        stored=run.record.values["top1_acc"],
        unstressed=level(0.0, base),
        series=series,
    )


@pytest.fixture
def stressed(full):
    """The page of a recipe whose three first runs of ``config`` were stressed."""
    runs = [run for run in full.store.runs("walker") if run.record.plan.variant == "config"]
    found = {f"{number}.json": stress(run) for number, run in enumerate(runs[:3])}
    return full.page(stresses=found)


def curve(page, effect):
    """Points of ``config`` under an effect."""
    (found,) = under_stress(summarise_methods([page], "steps"))
    assert found.label == "walker/config"
    return found.curves[effect]


def test_a_point_is_the_mean_over_runs_of_the_means_over_draws(stressed):
    """With the change from the same runs as their protocol says, which is a point, too."""
    base, weak, strong = curve(stressed, Effect.NOISE)

    own = [found.stored for found in stressed.stresses.values()]
    assert (base.level, base.is_base, base.runs) == (0, True, tuple(own))
    assert (weak.level, weak.is_base, weak.passes) == (0.02, False, 6)
    assert strong.runs == tuple(value - 20 for value in own)
    assert strong.change == pytest.approx(-20)
    assert strong.accuracy.n == 3


def test_clips_cost_their_multiply_adds_times_their_number(stressed):
    """The protocol's own length stands among the others, in order."""
    points = curve(stressed, Effect.CLIP_LEN)

    assert [(point.level, point.is_base) for point in points] == [(8, 0), (16, 0), (32, 1)]
    assert [point.sample_macs / 1e9 for point in points] == [2, 4, 8]
    assert points[0].sample_s == pytest.approx(8 / 40)
    assert points[0].processor_s == pytest.approx(4 / 40)


def test_a_curve_has_the_levels_that_all_runs_have(full):
    """Or its points would be of different runs; of a run the newest measurement counts."""
    first, second = full.store.runs("walker")[:2]
    both = [
        stress(first, {Effect.NOISE: {0.02: -50.0, 0.05: -60.0}}),
        stress(second, {Effect.NOISE: {0.02: -5.0, 0.1: -30.0}}),
        stress(first, {Effect.NOISE: {0.02: -7.0}}, started="2026-01-03T00:00:00+00:00"),
    ]

    points = summarise_stress("walker", both).curves[Effect.NOISE]

    assert [point.level for point in points] == [0, 0.02]
    assert points[1].change == pytest.approx(-6)


def test_an_unstressed_accuracy_that_did_not_come_out_again_is_marked(full):
    """The change is from what was measured now; the mark says what the record has."""
    run = full.store.runs("walker")[0]

    found = summarise_stress("walker", [stress(run, off=-2.5)])

    assert found.curves[Effect.NOISE][1].change == pytest.approx(-5)
    (mark,) = found.marks
    assert f"in the record of {run.record.run_id} {run.record.values['top1_acc']:.2f} %" in mark


def test_the_figures_show_accuracy_and_cost_by_level(stressed):
    """One line a method, its levels where they are measured; the protocol's has a ring."""
    methods = under_stress(summarise_methods([stressed], "steps"))

    noise, dropped = plot_joints(methods).axes
    accuracy, cost = plot_clips(methods, Effect.CLIP_LEN).axes

    assert noise.lines[0].get_xdata().tolist() == [0, 2, 5]
    middle = np.mean([found.stored for found in stressed.stresses.values()])
    assert np.allclose(noise.lines[0].get_ydata(), [middle, middle - 5, middle - 20])
    assert not dropped.lines
    assert np.allclose(cost.lines[0].get_xydata(), [(8, 2), (16, 4), (32, 8)])
    assert np.allclose(cost.lines[1].get_xydata(), [(32, 8)])
    assert np.allclose(accuracy.lines[1].get_xydata(), [(32, middle)])


def test_the_table_says_each_level(stressed):
    """With its unit, spread over runs, change and cost."""
    table = stress_table("stress", under_stress(summarise_methods([stressed], "steps")))

    rows = [[cell.text for _, cell in table.cells(row)] for row in table.rows]
    assert [row[1:3] for row in rows] == [
        ["joint noise", "0 % of the body"],
        ["joint noise", "2 % of the body"],
        ["joint noise", "5 % of the body"],
        ["clip length", "8 frames"],
        ["clip length", "16 frames"],
        ["clip length", "32 frames"],
    ]
    assert rows[2][4] == "−20.00"
    assert rows[2][3].endswith("(n = 3)")
    assert rows[3][5:] == ["2.000", "0.2000"]


def test_pages_of_data_set_and_run_have_them(full, stressed):
    """Where something was measured, and nowhere else."""
    pages = full.pages(stressed)
    run_id = next(iter(stressed.stresses.values())).run_id
    (path,) = write_run_pages([stressed], full.out, full.store.root, [run_id])

    for html in (pages["dataset-steps.html"], path.read_text()):
        assert 'href="#stress"' in html
        assert "joint noise 5 % of the body" in html  # of the text alternative
        assert "−20.00" in words(html)
    assert "−20.00" in pages["dataset-steps.md"]
    assert "Under stress" not in full.pages(full.page())["dataset-steps.html"]
    assert draw_methods_on("steps", summarise_methods([full.page()], "steps"), STRESSED) == ()


def test_the_document_has_a_section_whose_numbers_name_their_runs(full, stressed):
    """A figure of each kind, and macros for the numbers."""
    files = make_document([stressed], ())

    text = files["stress.tex"].decode()
    assert "Accuracy under stress" in text
    assert {"figures/joint-noise-steps.pdf", "figures/clip-length-steps.pdf"} <= set(files)
    run_id = next(iter(stressed.stresses.values())).run_id
    assert f"walker/{run_id}" in files["numbers.tex"].decode()
    assert "-20.00" not in text
    assert "stress.tex" not in make_document([full.page()], ())


@pytest.mark.parametrize("name", ["joint-noise", "clip-length"])
def test_one_command_draws_what_was_measured(name, tmp_path, capsys):
    """From the committed measurements."""
    out = tmp_path / "figure.svg"

    assert main(["figure", name, "--dataset", "utd_mhad", "--out", str(out)]) == 0

    assert out.read_text().startswith("<svg")
    assert "Under stress" not in capsys.readouterr().err
