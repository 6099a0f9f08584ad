"""Promises of the table model and its renderers."""

import csv
import io
import re

import pytest

from harness.compare import Outcome
from harness.intervals import spread_of
from harness.metrics import METRICS
from harness.report.dataset_names import name_dataset
from harness.report.digits import show_duration, show_gap, show_p, show_spread
from harness.report.rendering import render_html
from harness.report.svg import shorten_name
from harness.report.tables import (
    Cell,
    Column,
    Link,
    Row,
    Table,
    anchor,
    render_csv,
    render_markdown,
)
from harness.report.texts import clean_address, escape_markdown, reveal

COLUMNS = (
    Column(key="name", label="Name"),
    Column(key="acc", label="Accuracy", unit="%", direction="up", is_number=True),
    Column(key="std", label="s", shown=False),
)
ODD_NAMES = (
    "Café Müller & Łoś",
    "50 % _of_ *all* | a^b ~ $x$ #1 {y} \\z",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "../../etc/passwd",
    "שלום עולם",
    "a\u202egnp.exe",
    "x" * 300,
    "=HYPERLINK(1)",
    "line\nbreak\ttab",
)


def table(*cells: Cell) -> Table:
    return Table(key="t", caption="T", columns=COLUMNS, rows=(Row(cells=cells, anchor="r"),))


def wide(columns: tuple[Column, ...], *rows: tuple[Cell, ...], **more) -> Table:
    return Table(
        key="t", caption="T", columns=columns, rows=tuple(Row(cells=row) for row in rows), **more
    )


def read_csv(made: Table) -> list[list[str]]:
    return list(csv.reader(io.StringIO(render_csv(made))))


def test_markdown_cells_cannot_break_the_table():
    """Pipes, line ends, markup and HTML in a text stay text, in one line."""
    text = render_markdown(table(Cell(text="a|b\n*c* <i>[d]"), Cell(text="1"), Cell(text="")))

    row = text.splitlines()[2]
    assert row == r'| <a id="r"></a>a\|b \*c\* &lt;i&gt;\[d\] | 1 |'


def test_heading_carries_unit_direction_and_protocol():
    """A reader sees what a number is in, which way is better, and under which conditions."""
    columns = (COLUMNS[0], Column(key="a", label="A", unit="%", direction="up", protocol="xsub"))
    made = wide(columns, (Cell(text="m"), Cell(text="1")))

    assert "| Name | A (%) ↑<br>xsub |" in render_markdown(made)
    html = render_html(made)
    assert "higher is better" in html and "<small>xsub</small>" in html


def test_csv_holds_bare_values_of_every_column():
    """CSV has what pages leave out, and numbers without their units."""
    made = table(Cell(text="a,b"), Cell(text="71.0 %", value=71.04), Cell(text="", value=""))

    assert read_csv(made) == [["name", "acc", "std"], ["a,b", "71.04", ""]]


def test_csv_says_spread_n_and_why_a_measured_value_is_missing():
    """A program learns from the table alone what a mean rests on, or why there is none."""
    columns = (COLUMNS[0], Column(key="acc", label="Accuracy", is_number=True, is_measured=True))
    made = wide(
        columns,
        (Cell(text="a"), Cell(text="71.0 ± 1.2 %", value=71.04, n=3, std=1.25)),
        (Cell(text="b"), Cell(text="70.0 %", value=70.0, n=1)),
        (Cell(text="c"), Cell(text="failed: it fell", value="", tone="missing")),
    )

    assert read_csv(made) == [
        ["name", "acc", "acc_std", "acc_n", "acc_missing"],
        ["a", "71.04", "1.25", "3", ""],
        ["b", "70.0", "", "1", ""],
        ["c", "", "", "", "failed: it fell"],
    ]


def test_links_and_notes_follow_the_number():
    """A number is a link, and its small print stands under it."""
    cell = Cell(text="71", href="x y.json", links=(Link(text="log", href="l"),), note="why")

    assert "[71](x%20y.json) [log](l)<br>why" in render_markdown(
        table(Cell(text="a"), cell, Cell(text=""))
    )


def test_shared_small_print_stands_once_under_the_table():
    """Footnotes are lettered in order of first mention; cells that share one share its letter."""
    made = wide(
        COLUMNS[:2],
        (Cell(text="a", footnotes=("recalled",)), Cell(text="1", footnotes=("one", "recalled"))),
        (Cell(text="b", footnotes=("two",)), Cell(text="2", footnotes=("one",))),
    )

    text = render_markdown(made)
    assert made.footnotes == {"recalled": "a", "one": "b", "two": "c"}
    assert "| a <sup>a</sup> | 1 <sup>b, a</sup> |" in text
    assert text.count("recalled") == text.count("one") == 1
    html = render_html(made)
    for letter in "abc":
        assert f'href="#t-{letter}"' in html and f'id="t-{letter}"' in html


def test_letters_go_on_after_z():
    """A long table has more notes than the alphabet has letters."""
    notes = tuple(f"note {index}" for index in range(54))

    found = wide(COLUMNS[:2], (Cell(text="a", footnotes=notes), Cell(text=""))).footnotes

    assert tuple(found) == notes
    assert [found[notes[index]] for index in (25, 26, 51, 52, 53)] == ["z", "aa", "az", "ba", "bb"]


def test_a_best_without_a_test_is_an_error():
    """Nothing is marked that does not say what the marking rests on."""
    with pytest.raises(ValueError, match="no test says why"):
        wide(COLUMNS[:2], (Cell(text="a"), Cell(text="1", rank="best")))


def test_a_best_is_marked_in_words_and_with_its_test():
    """Bold alone would say it to nobody who cannot see it."""
    made = wide(
        COLUMNS[:2],
        (Cell(text="a"), Cell(text="71", rank="best")),
        (Cell(text="b"), Cell(text="65", rank="second")),
        tests=("a − b = +6.00 pp [+1.00, +9.00], Holm p = 0.004",),
    )

    markdown, html = render_markdown(made), render_html(made)
    assert "| **71** (best) |" in markdown and "| **65** (second) |" in markdown
    for text in (markdown, html):
        assert "a − b = +6.00 pp" in text and "Holm p = 0.004" in text
    assert re.search(r"<strong><span>71</span></strong> <span class=\"rank\">best</span>", html)


def test_a_cell_knows_what_it_cites_and_how_its_verdict_looks():
    """The model holds keys and outcomes; how they look is the renderers' matter."""
    cell = Cell(
        text="below claim",
        verdict=Outcome.BELOW,
        links=(Link(text="Poe, 2019 [2]", href="#ref-poe", cites="poe2019"),),
    )

    assert cell.cites == ("poe2019",)
    assert cell.shade == "bad"
    assert Cell(text="", verdict=Outcome.BELOW, tone="open").shade == "open"


def test_a_row_has_a_cell_for_each_column():
    """A builder that forgets a cell fails at once."""
    with pytest.raises(ValueError, match="one cell a column"):
        table(Cell(text="a"))


def test_numbers_are_shown_with_sign_and_unit():
    """A gap between percentages is in points, with a true minus sign."""
    assert show_gap(METRICS["top1_acc"], -1.234) == "−1.23 pp"
    assert (show_p(0.0002), show_p(0.04)) == ("< 0.001", "0.040")
    assert [show_duration(s) for s in (4.25, 75, 3725)] == ["4.2 s", "1 min 15 s", "1 h 2 min"]
    assert escape_markdown("a & b") == "a &amp; b"


def test_a_count_that_all_seeds_share_has_no_spread():
    """No ± 0.000 beside a cost; an accuracy that did not scatter says so."""
    macs, top1 = METRICS["macs"], METRICS["top1_acc"]

    assert show_spread(macs, spread_of([0.01401, 0.01402])) == "0.014 G (n = 2)"
    assert show_spread(macs, spread_of([0.012, 0.016])) == "0.014 ± 0.003 G (n = 2)"
    assert show_spread(top1, spread_of([90.0, 90.0])) == "90.00 ± 0.00 % (n = 2)"


def test_data_sets_that_nothing_reads_have_the_name_that_papers_use():
    """Also several that weights come from; one that is known nowhere keeps its key."""
    assert name_dataset("ntu60") == "NTU RGB+D"
    assert name_dataset("imagenet+kinetics400") == "ImageNet + Kinetics-400"
    assert name_dataset("faraway") == "faraway"


def test_an_option_is_not_torn_from_its_dashes():
    """A line may end before or after it; what is only like one, or hostile, is left alone."""
    html = render_html(table(Cell(text="run --seeds 0 --<b> a--b"), Cell(text="1"), Cell(text="")))

    assert 'run <span class="option">--seeds</span> 0 --&lt;b&gt; a--b' in html


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
def test_odd_names_pass_through_every_renderer(name):
    """Whatever a method is called, each renderer shows it as text, in one cell of one row."""
    made = table(
        Cell(text=name, note=name, marks=(name,), footnotes=(name,)),
        Cell(text="1", links=(Link(text=name, href=name),)),
        Cell(text=name),
    )

    markdown, html, rows = render_markdown(made), render_html(made), read_csv(made)
    row = markdown.splitlines()[2]
    assert len(re.findall(r"(?<!\\)\|", row)) == 3
    assert not re.search(r"<(?!a id|/a>|br>|sup>|/sup>)", markdown)
    tags = set(re.findall(r"</?([a-z0-9]+)", html))
    assert tags <= {
        "a", "bdi", "caption", "dd", "div", "dl", "dt", "small", "span", "table", "tbody", "td",
        "th", "thead", "tr",
    }  # fmt: skip
    assert "\u202e" not in markdown + html + rows[1][0]
    assert rows[1][0].removeprefix("'") == reveal(name)
    assert len(rows) == 2 and len(rows[1]) == 3


def test_letters_from_right_to_left_leave_their_neighbours_alone():
    """A name in Hebrew does not move the number beside it."""
    assert "<bdi>שלום</bdi>" in render_html(table(Cell(text="שלום"), Cell(text="1"), Cell(text="")))
    assert reveal("a\u202eb\u2066c\x00d") == "a⟨U+202E⟩b⟨U+2066⟩c⟨U+0000⟩d"


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", " java\tscript:alert(1)", "data:text/html,x", "file:///etc/passwd"],
)
def test_an_address_that_would_run_is_no_link(href):
    """A record or a recipe may hold any address; a page follows http, https and files beside it."""
    made = table(Cell(text="a", href=href), Cell(text="1"), Cell(text=""))

    assert "href" not in render_html(made)
    assert "](" not in render_markdown(made)


def test_an_address_beside_the_page_is_a_link():
    """Fragments, files and the web."""
    for href in ("#claim-a", "../results/a%3Ab/record.json", "https://example.org/a:b"):
        assert clean_address(href) == href


def test_a_table_of_forty_rows_can_be_searched():
    """A long table says so; one that is seen at a glance does not."""
    rows = [(Cell(text=f"m{index}"), Cell(text=str(index), value=index)) for index in range(40)]

    assert wide(COLUMNS[:2], *rows).is_long
    assert 'class="table long"' in render_html(wide(COLUMNS[:2], *rows))
    assert render_markdown(wide(COLUMNS[:2], *rows)).count("\n") == 42
    assert not wide(COLUMNS[:2], *rows[:12]).is_long


def test_numbers_are_sorted_by_value():
    """HTML carries the value where the text is something else."""
    html = render_html(table(Cell(text="a"), Cell(text="1 h 2 min", value=3725.0), Cell(text="")))

    assert 'data-value="3725.0"' in html


def test_different_names_give_different_fragments():
    """Accents, slashes and length do not make two places on a page one."""
    names = ("a/b", "a-b", "é", "è", "x" * 200, "x" * 201)

    assert len({anchor("claim", name) for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]{1,140}", anchor("claim", name)) for name in names)
    assert anchor("claim", "sta-lstm-sbu") == "claim-sta-lstm-sbu"


def test_a_name_in_a_figure_is_short_and_no_formula():
    """Dollars would start a formula, and 300 letters leave no room for the axes."""
    assert shorten_name("cost $x$") == r"cost \$x\$"
    assert len(shorten_name("x" * 300)) <= 60
