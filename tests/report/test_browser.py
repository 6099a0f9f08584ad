"""Promises of the pages that only a browser can keep."""

import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse
from urllib.request import url2pathname

import pytest
from chromium import HOW, find_chromium

from harness.cli import main
from harness.compare import judge_all
from harness.report import write_reports
from harness.report.rendering import render_html
from harness.report.run_pages import write_run_pages
from harness.report.tables import Cell, Column, Row, Table

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]  # one browser for all

ROOT = Path(__file__).parents[2]
# Playwright itself starts it without a window and with an empty profile.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1200, "height": 900}
PAPER, BROAD = 703, 1032  # pixels between the margins of A4, upright and across
HOSTILE = "<script>alert(1)</script> a\u202eb ../../etc/passwd | & % _ $x$ שלום " + "y" * 300
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true })"


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """The browser, for all tests."""
    path = find_chromium()
    if path is None:
        pytest.skip(f"no Chromium: {HOW}")
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser):
    """Opens a page in a window of its own; anything from the net is refused."""

    @contextmanager
    def open_page(address: str | Path, *, viewport=DESK, **options):
        context = browser.new_context(viewport=viewport, offline=True, **options)
        page = context.new_page()
        page.goto(address.as_uri() if isinstance(address, Path) else address)
        yield page
        context.close()

    return open_page


def odd_page(site):
    """A recipe with hostile names, a method without a run, and a table of 40 rows."""
    site.fail("plain", "fold1", 7, message=HOSTILE)
    first, second, *rest = site.recipe.claims
    quoted = next(claim for claim in rest if claim.key == "quoted")
    many = [
        replace(quoted, key=f"m{index}", method=f"Méthode {index} %_&|", splits=("fold1",))
        for index in range(40)
    ]
    claims = (replace(first, method=HOSTILE, note=HOSTILE), second, *rest, *many)
    page = site.page(recipe=replace(site.recipe, claims=claims))
    configs = {**page.configs, "no_run": page.configs["plain"]}
    return replace(page, verdicts=judge_all(claims, page.evidence), configs=configs)


@pytest.fixture(scope="session")
def written(browser, odd_site) -> Path:
    """The pages of a small checkout with all that a page can show, beside its records."""
    page = odd_page(odd_site)
    write_reports([page], odd_site.out, odd_site.store.root)
    shown = [run.record.run_id for run in odd_site.store.runs()]
    list(write_run_pages([page], odd_site.out, odd_site.store.root, [shown[0], shown[-1]]))
    return odd_site.out


@pytest.fixture(scope="session")
def committed(browser, tmp_path_factory) -> Path:
    """The pages of the recipes and records of this repository."""
    out = tmp_path_factory.mktemp("committed") / "reports"
    words = ["report", "--reports", str(out), "--results", str(ROOT / "results")]
    assert main(words) == 0
    return out


@pytest.fixture(scope="session")
def paths(written, committed) -> tuple[Path, ...]:
    """Every page of both."""
    return tuple(path for out in (written, committed) for path in sorted(out.rglob("*.html")))


@pytest.fixture(scope="session")
def kinds(written, committed) -> tuple[Path, ...]:
    """Every page of the small checkout; of the repository's the largest of each kind."""
    largest: dict[str, Path] = {}
    for path in sorted(committed.rglob("*.html"), key=lambda path: path.stat().st_size):
        many = re.match(r"(dataset|campaign)-", path.name)
        largest[many[1] if many else path.name] = path
    return (*sorted(written.rglob("*.html")), *sorted(largest.values()))


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def test_no_page_complains_or_asks_the_net(browser, paths):
    """The console stays empty, and nothing but the page's own file is read."""
    problems = []
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.on("console", lambda message: problems.append((page.url, message.text)))
    page.on("pageerror", lambda error: problems.append((page.url, str(error))))
    page.on("dialog", lambda dialog: problems.append((page.url, dialog.message)))
    page.on("request", lambda request: asked.append(request.url))
    for path in paths:
        asked = []
        page.goto(path.as_uri())
        page.evaluate(OPEN_ALL)
        problems += [(path.name, url) for url in asked if url != path.as_uri()]
    context.close()

    assert [problem for problem in problems if not problem[1].startswith("data:")] == []


def test_every_link_and_fragment_leads_somewhere(visit, paths):
    """Files are there, and so are the places on pages that links name; checked without the net."""
    hrefs, places = {}, {}
    for path in paths:
        with visit(path) as page:
            hrefs[path] = page.evaluate("[...document.links].map((link) => link.href)")
            found = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
            places[path] = set(found)
    lost = set()
    for path, links in hrefs.items():
        for link in set(links):
            address, fragment = urldefrag(link)
            parts = urlparse(address)
            if parts.scheme in ("http", "https"):
                continue
            target = Path(url2pathname(parts.path))
            is_there = parts.scheme == "file" and target.is_file()
            if fragment and target.suffix == ".html":
                is_there = unquote(fragment) in places.get(target, ())
            if not is_there:
                lost.add((name_of(path), link))

    assert lost == set()


def test_a_citation_jumps_to_a_work_with_its_address(visit, written):
    """From the claim to the bibliography in one step, and from there to DOI or arXiv."""
    with visit(written / "walker.html") as page:
        page.locator("header a", has_text="[1]").first.click()
        target = page.locator("#bibliography ~ ol li:target")

        assert "Ann Doe" in target.inner_text()
        assert target.locator("a[href^='https://doi.org/']").count() == 1
        assert target.locator("a[href^='https://arxiv.org/']").count() == 1


def column(page, table: str, place: int) -> list[str]:
    cells = page.locator(f"#{table} tbody tr:not([hidden]) > :nth-child({place})")
    return [text.split("\n")[0] for text in cells.all_inner_texts()]


def test_tables_sort_by_keyboard(visit, written):
    """Enter on a heading sorts by value, best first; once more turns it; then the page's order."""
    with visit(written / "walker.html") as page:
        before = column(page, "methods-table", 3)
        heading = page.locator("#methods-table thead th").nth(2)
        heading.locator("button").focus()
        orders = []
        for key in ("Enter", "Space", "Enter"):
            page.keyboard.press(key)
            orders.append((heading.get_attribute("aria-sort"), column(page, "methods-table", 3)))

    numbers = [text for text in before if text[0].isdigit()]
    numbers.sort(key=lambda text: float(text.split()[0]))
    assert len(numbers) == 2 and len(before) == 3
    assert orders[0] == ("descending", [*numbers[::-1], "not run"])
    assert orders[1] == ("ascending", [*numbers, "not run"])
    assert orders[2] == (None, before)


def test_durations_are_sorted_by_value_not_by_text(visit, written):
    """Nine seconds are less than ten minutes."""
    with visit(written / "walker.html") as page:
        page.evaluate(OPEN_ALL)
        heading = page.locator("#runs-config thead th", has_text="Duration")
        heading.locator("button").press("Enter")
        keys = page.evaluate(
            "[...document.querySelectorAll('#runs-config tbody tr')]"
            ".map((row) => Number(row.cells[6].dataset.value))"
        )

        assert len(keys) > 3
        assert keys == sorted(keys, reverse=True)


def test_a_long_table_can_be_searched(visit, written):
    """Words narrow the rows; the count is said; a link to a hidden row brings all back."""
    with visit(written / "walker.html") as page:
        page.evaluate(OPEN_ALL)
        frame = page.locator(".table", has=page.locator("#quoted-steps"))
        box = frame.get_by_label("Filter rows")
        box.fill("méthode 3")
        left = column(page, "quoted-steps", 1)
        said = frame.get_by_role("status").inner_text()
        page.goto(f"{page.url}#claim-m25")

        assert [text.split(" %")[0] for text in left] == [
            f"Méthode {index}" for index in (3, 13, 23, *range(30, 40))
        ]
        assert said == "13 of 41 rows"
        assert page.locator("#claim-m25").is_visible()
        assert box.input_value() == ""


@pytest.mark.parametrize("scripted", [True, False], ids=["script", "no script"])
def test_a_link_opens_what_it_leads_into(visit, written, scripted):
    """A claim's or a variant's name in the address opens the part that is folded away."""
    for name in ("claim-quoted", "variant-plain", "runs-plain"):
        address = f"{(written / 'walker.html').as_uri()}#{name}"
        with visit(address, java_script_enabled=scripted) as page:
            assert page.locator(f"#{name}").is_visible(), name


def test_without_scripts_a_page_is_whole(visit, written):
    """No dead button, no row hidden."""
    with visit(written / "walker.html", java_script_enabled=False) as page:
        assert page.locator("button, input").count() == 0
        assert page.locator("#claims-table tbody tr").count() == 3
        assert page.locator("#claims-table tbody tr").first.is_visible()


def test_no_page_scrolls_sideways_on_a_phone(visit, kinds):
    """390 pixels are enough, also with all folds open; wide tables scroll in their frame."""
    wide = {}
    for path in kinds:
        with visit(path, viewport=PHONE) as page:
            for _ in range(2):
                width = page.evaluate("document.documentElement.scrollWidth")
                if width > PHONE["width"]:
                    wide[name_of(path)] = width
                page.evaluate(OPEN_ALL)

    assert wide == {}


def test_paper_has_every_row_and_nothing_is_cut(visit, kinds):
    """In print folds are open, filters forgotten, and no table is wider than its paper."""
    problems = {}
    for path in kinds:
        with visit(path, viewport={"width": PAPER, "height": 1000}) as page:
            for box in page.locator("input[type=search]").all():
                box.evaluate("(e) => { e.value = 'zzz'; e.dispatchEvent(new Event('input')) }")
            page.emulate_media(media="print")
            page.evaluate("dispatchEvent(new Event('beforeprint'))")
            found = page.evaluate(
                """([narrow, broad]) => {
                  const lost = [...document.querySelectorAll("tbody tr")]
                    .filter((row) => !row.getBoundingClientRect().height).length;
                  const wide = [...document.querySelectorAll("table, svg, pre")].filter((one) => {
                    let at = one;
                    while (at && getComputedStyle(at).page !== "broad") at = at.parentElement;
                    const across = at !== null;
                    return one.getBoundingClientRect().width > (across ? broad : narrow) + 1;
                  }).map((one) => one.id || one.tagName);
                  return [lost, wide];
                }""",
                [PAPER, BROAD],
            )
            if found != [0, []]:
                problems[name_of(path)] = found

    assert problems == {}


@pytest.mark.parametrize("frame", ["", "matrix", "matrix contrasts", "commands"])
@pytest.mark.parametrize("count", [1, 8, 13, 40])
def test_a_table_of_any_number_of_columns_fits_its_paper(browser, frame, count):
    """Long names, notes, marks and footnotes in every column ask for no more than their share."""
    names = [f"a_variant_with_a_long_name_{index}" for index in range(count)]
    columns = [
        Column(key=name, label=f"− {name}", unit="%", direction="up", is_number=True)
        for name in names
    ]
    cell = Cell(
        text="90.65 ± 1.07 % (n = 10)",
        href="#there",
        note="[−0.45, +3.84], p = 1.000: undecided",
        marks=("limited or generated data",),
        footnotes=("τ: one standard error.",),
        rank="best",
    )
    head = Cell(text="recipe/a_variant_with_a_long_name", href="#there", note="y" * 80)
    table = Table(
        key="wide",
        caption="Everything a cell may hold.",
        columns=(Column(key="method", label="Method"), *columns),
        rows=tuple(Row(cells=(head, *[cell] * count)) for _ in range(3)),
        tests=("Nothing was tested.",),
    )
    style = files("harness.report").joinpath("templates/style.css").read_text(encoding="utf-8")
    page = browser.new_page(viewport={"width": PAPER, "height": 1000})
    page.set_content(
        f"<style>{style}</style><main><section><div class='{frame}'>{render_html(table)}</div>"
        "</section></main>"
    )
    page.emulate_media(media="print")
    width, paper = page.evaluate(
        """() => {
          const table = document.querySelector("table");
          const section = getComputedStyle(table.closest("section"));
          return [table.getBoundingClientRect().width, section.page];
        }"""
    )
    page.close()

    assert width <= (BROAD if paper == "broad" else PAPER) + 1


def squeeze(text: str) -> str:
    """Text without blanks and ligatures, which a PDF has of its own."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def test_a_printed_page_has_the_words_of_all_rows(visit, written):
    """What the paper shows is read back from its PDF."""
    with visit(written / "walker.html") as page:
        names = page.locator("tbody th > :first-child").all_text_contents()
        pages = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
        text = squeeze("".join(part.extract_text() for part in pages))

    plain = [squeeze(name) for name in names if "שלום" not in name]
    assert len(plain) > 60
    assert [name for name in plain if name not in text] == []


def find_barriers(page, **options) -> list:
    """What axe objects to: rule and places."""
    found = axe.Axe().run(page, options=options).response["violations"]
    return [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]


@pytest.mark.parametrize("made", ["written", pytest.param("committed", marks=pytest.mark.slow)])
def test_pages_are_accessible_in_the_light_and_in_the_dark(visit, kinds, made, request):
    """No bar that axe finds: contrast, names, landmarks, headings, tables, focus.

    The small checkout's with all folds open, which in the large ones takes minutes.
    """
    problems = {}
    for path in kinds:
        if not path.is_relative_to(request.getfixturevalue(made)):
            continue
        with visit(path, color_scheme="light") as page:
            if made == "written":
                page.evaluate(OPEN_ALL)
            found = find_barriers(page)
            page.emulate_media(color_scheme="dark")
            found += find_barriers(page, runOnly=["color-contrast"])
            if found:
                problems[name_of(path)] = found

    assert problems == {}


def test_the_keyboard_can_skip_to_the_content(visit, written):
    """The first stop is the way past the navigation."""
    with visit(written / "walker.html") as page:
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")

        assert first == "Skip to the content"
        assert page.evaluate("document.activeElement.id") == "content"


def test_every_figure_says_what_it_shows(visit, kinds):
    """A drawing has a name and a description for those who cannot see it."""
    silent = {}
    for path in kinds:
        with visit(path) as page:
            found = page.evaluate(
                """[...document.querySelectorAll("main svg")].filter((one) => {
                  const title = one.querySelector(":scope > title");
                  const text = one.querySelector(":scope > desc");
                  const named = one.getAttribute("aria-labelledby") || "";
                  return one.getAttribute("role") !== "img" || !title?.textContent
                    || !text?.textContent || !named.includes(text.id);
                }).map((one) => one.outerHTML.slice(0, 80))"""
            )
            if found:
                silent[name_of(path)] = found

    assert silent == {}
