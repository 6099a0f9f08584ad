"""Promises of the charts that are written out by hand."""

import re

import pytest
from matplotlib.figure import Figure

from harness.report.charts import (
    MOST_POINTS,
    DotRow,
    Line,
    Panel,
    draw_dots,
    draw_lines,
    show_tick,
    ticks,
)
from harness.report.curves import average_curves, draw_history, read_curve
from harness.report.svg import render_svg


def lines(*series):
    """A chart of one panel."""
    panel = Panel(
        across="Epoch",
        up="Accuracy <%>",
        lines=tuple(
            Line(name=f"n{place} & co", points=points, style=place)
            for place, points in enumerate(series)
        ),
    )
    return draw_lines([panel], name="c", title="T", alt="A <b> & c")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 100, ["0", "20", "40", "60", "80", "100"]),
        (-0.3, 0.2, ["−0.3", "−0.2", "−0.1", "0", "0.1", "0.2"]),
        (86.2, 94.9, ["88", "90", "92", "94"]),
        (0, 0.001, ["0", "2e−4", "4e−4", "6e−4", "8e−4", "0.001"]),
    ],
)
def test_ticks_are_round_numbers(low, high, expected):
    """About five of them, without digits that floating point adds."""
    assert [show_tick(tick) for tick in ticks(low, high)] == expected


def test_whole_numbers_have_no_ticks_between_them():
    """There is no epoch 1.5."""
    assert [show_tick(tick) for tick in ticks(0.9, 3.1, whole=True)] == ["1", "2", "3"]


def test_a_chart_has_a_title_a_description_and_a_legend():
    """Texts are escaped; every line is named, and told apart by colour or dashes."""
    svg = lines(((1, 2.0), (2, 3.0)), *(((1, 1.0), (2, 2.0)) for _ in range(6)))

    assert '<title id="c-title">T</title><desc id="c-desc">A &lt;b&gt; &amp; c</desc>' in svg
    assert "n0 &amp; co" in svg and "Accuracy &lt;%&gt;" in svg
    strokes = re.findall(r'<polyline points="[^"]+" fill="none" (.*?)/>', svg)
    assert len(strokes) == len(set(strokes)) == 7


def test_a_drawing_follows_the_theme_of_its_page():
    """No letter, axis or curve has a colour of its own, which a dark page could not show."""
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([0, 1], color="#0072b2", label="a")
    drawn = render_svg(figure, name="m", title="T", alt="A")

    for svg in (drawn, lines(((1, 2.0), (2, 3.0)))):
        assert 'fill="currentColor"' in svg
        colours = re.findall(r"(?:fill|stroke)[:=] ?\"?([^;\"]+)", svg)
        assert "var(--line-1, #0072b2)" in colours
        assert [colour for colour in colours if colour.startswith("#")] == []


def test_lone_points_and_flat_lines_are_drawn():
    """A single epoch is a dot, and a constant has an axis of its own."""
    assert lines(((1, 2.0),)).count("<circle") == 1
    assert "nan" not in lines(((1, 2.0), (2, 2.0)))


def test_long_lines_are_thinned_and_keep_their_end():
    """A page does not grow with the number of epochs."""
    svg = lines(tuple((epoch, epoch % 7) for epoch in range(10_000)))
    (points,) = re.findall(r'<polyline points="([^"]+)"', svg)

    places = [float(point.partition(",")[0]) for point in points.split()]
    assert len(places) <= MOST_POINTS + 1
    (whole,) = re.findall(r'<polyline points="([^"]+)"', lines(((0, 0.0), (9999, 6.0))))
    assert places[-1] == float(whole.split()[-1].partition(",")[0])


def test_a_wide_interval_does_not_squeeze_the_dots():
    """With two seeds the interval is many times their distance: its bar is cut."""
    row = DotRow(name="a", values=(90.0, 91.0), mean=90.5, halfwidth=6.4)
    svg = draw_dots([row], name="d", title="T", alt="A", across="%")

    first, last = (float(x) for x in re.findall(r'<circle cx="([\d.]+)"', svg)[:2])
    assert last - first > 80
    begin, end = map(
        float, re.search(r'M([\d.]+) [\d.]+H([\d.]+)" stroke="[^"]*#0072b2', svg).groups()
    )
    assert begin < first < last < end


def test_epochs_without_a_value_are_left_out():
    """Nothing is drawn for what was not measured or is no number."""
    history = [
        {"epoch": 1.0, "monitored_acc": None, "train_loss": float("nan")},
        {"epoch": 2.0, "monitored_acc": 50.0, "train_loss": 1.5},
    ]

    assert read_curve(history, "monitored_acc") == ((2.0, 50.0),)
    assert read_curve(history, "train_loss") == ((2.0, 1.5),)
    assert read_curve(history, "lr") == ()
    assert draw_history([], "test") is None


def test_a_methods_curve_is_the_mean_by_epoch():
    """Runs that end early count as long as they last."""
    short = [{"epoch": 1.0, "monitored_acc": 40.0}]
    long = [{"epoch": 1.0, "monitored_acc": 60.0}, {"epoch": 2.0, "monitored_acc": 70.0}]

    assert average_curves("m", [short, long]).points == ((1.0, 50.0), (2.0, 70.0))
