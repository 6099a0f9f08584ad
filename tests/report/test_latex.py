"""Promises of the LaTeX documents."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from pypdf import PdfReader
from test_campaign_pages import block, campaign
from test_tables import ODD_NAMES
from tex import HOW, find_tex

from harness.catalog import Recipe
from harness.claims import Amount, Aspect, Citation, Evidence, Reading, Statement, Topic
from harness.cli import main
from harness.errors import HarnessError
from harness.report import make_campaign_document, make_document, write_files
from harness.report.latex_tables import render_latex
from harness.report.latex_texts import escape_address, escape_heading, escape_latex, join_letters
from harness.report.manuscript import Manuscript
from harness.report.tables import Cell, Column, Link, Row, Table
from harness.verbs.typesetting import (
    TypesettingError,
    compile_pdf,
    find_stale_pdfs,
    publish_pdfs,
)

tex = pytest.mark.skipif(not find_tex(), reason=HOW)
HOSTILE = (
    r"\input{/etc/passwd}",
    r"\immediate\write18{touch pwned}",
    r"} \end{document} {",
    "% a comment",
    "$x^2_1$ & #1 ~ ^^5c",
    "--- ``quoted'' ?` !` << >>",
    "Κώστας Παπαδόπουλος 李明 Ωмега 😀",
    "ﬁne — “quotes” ½ ² µ → ≤ √ ⟨x⟩",
    *ODD_NAMES,
)


def documents(site, *topics, campaigns=(), **changes):
    page = site.page(**changes)
    return {
        name: data.decode("ascii") if not name.endswith(".pdf") else data
        for name, data in make_document([page], campaigns, topics).items()
    }


def with_paper(recipe: Recipe, **changes) -> Recipe:
    return replace(recipe, paper=replace(recipe.paper, **changes))


@pytest.fixture(scope="module")
def document(full_site):
    return documents(full_site, campaigns=[campaign()])


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_any_name_is_text(name):
    """No command, comment or column comes from a name, and every letter is one pdfTeX has."""
    shown = escape_latex(name)

    assert shown.isascii()
    bare = re.sub(r"\\ensuremath\{[^{}]*\}", "", shown)
    bare = re.sub(r"\\[&%#_$]|\\[a-z]+\b|\\[`'^~=.\"urHvdck](?=\{)", "", bare, flags=re.I)
    assert not set(bare) & set('\\$&%#~_<>|"`\n\t')
    assert shown.count("{") == shown.count("}")
    assert r"\input" not in shown and r"\immediate" not in shown and r"\end" not in shown


def test_letters_beyond_ascii_are_accents_symbols_or_code_points():
    """European names and the field's symbols come out as printed; other letters are told."""
    assert escape_latex("João Łoś") == r"Jo{\~{a}}o {\L}o{\'{s}}"
    assert escape_latex("τ ≤ 2 × σ") == (
        r"\ensuremath{\tau} \ensuremath{\le} 2 \ensuremath{\times} \ensuremath{\sigma}"
    )
    assert "U+674E" in escape_latex("李")


def test_dashes_and_quotes_stay_what_they_were():
    """TeX's ligatures make a dash of two hyphens: an option of a command keeps both."""
    assert escape_latex("--set 'a''b'") == "-{}-set 'a'{}'b'"


def test_long_words_break():
    """A name without blanks does not run out of its column."""
    assert escape_latex("x" * 40).count(r"\allowbreak{}") == 2


def test_addresses_of_the_web_alone_are_links():
    """A script's address leads nowhere, and what TeX reads in an address is escaped."""
    assert escape_address("javascript:alert(1)") == ""
    assert escape_address("https://x.org/a%20b_c#d}\\") == r"https://x.org/a\%20b\_c\#d\%7D\%5C"


def test_macro_names_are_letters():
    """Digits are spelled, so that split 1 and split 2 are two names."""
    assert join_letters("st-gcn", "fold1_x") == "StGcnFoldOneX"
    assert join_letters("fold1") != join_letters("fold2")


def test_headings_have_a_plain_version():
    """Readers of PDF list headings without formulas."""
    assert escape_heading("a_1 ≤ τ") == (
        r"\texorpdfstring{a\_\allowbreak{}1 \ensuremath{\le} \ensuremath{\tau}}{a1  }"
    )


def test_a_table_is_booktabs_with_macros_citations_and_footnotes():
    """What a page shows in a table stands in the document's table."""
    work = Citation(key="poe_2019", title="T", authors=("Cy Poe",), venue="ECCV", year=2019)
    made = Table(
        key="t",
        caption="50 % of them",
        columns=(
            Column(key="name", label="Name"),
            Column(key="acc", label="Acc", unit="%", direction="up", is_number=True),
            Column(key="hidden", label="H", shown=False),
        ),
        rows=(
            Row(
                anchor="claim-a",
                cells=(
                    Cell(text="a_b", links=(Link(text="Poe [1]", href="#r", cites="poe_2019"),)),
                    Cell(text="71.0 ± 2.5 (n = 3)", href="#runs=w/r1 w/r2", footnotes=("x & y",),
                         rank="best"),
                    Cell(text="secret"),
                ),
            ),
        ),
        tests=("A − B is +1.0",),
    )  # fmt: skip
    manuscript = Manuscript(works={work.key: work})

    text = render_latex(made, manuscript)

    assert r"\toprule" in text and r"\midrule" in text and r"\bottomrule" in text
    assert (
        r"\caption{\NumTCaption{} \% of them}" in text and r"Acc (\%)~\ensuremath{\uparrow}" in text
    )
    assert r"\cite{poe_2019}" in text and "secret" not in text
    mean = r"\textbf{\NumClaimAAcc{}~\ensuremath{\pm}~\NumClaimAAccStd{}"
    assert mean + r" (n~=~\NumClaimAAccN{})}" in text
    assert r"\textsuperscript{a}\,x \& y" in text and r"A \ensuremath{-} B is \NumTTests{}" in text
    numbers = manuscript.render_numbers()
    assert "% record w/r1\n% record w/r2\n\\newcommand{\\NumClaimAAcc}{71.0}" in numbers
    assert r"\newcommand{\NumTCaption}{50} % said of table t" in numbers
    assert r"\newcommand{\NumTTests}{+1.0} % tested between rows of table t" in numbers


def test_every_number_is_a_macro_that_names_its_records(document, full_site):
    """From any macro one comes to records that exist, whose pages are named after them."""
    numbers = document["numbers.tex"]
    defined = re.findall(r"^\\newcommand\{\\(\w+)\}", numbers, re.M)
    sections = [text for name, text in document.items()
                if name.endswith(".tex") and name != "numbers.tex"]  # fmt: skip
    used = {name for text in sections for name in re.findall(r"\\(Num[A-Za-z]+)", text)}
    named = set(re.findall(r"^% record walker/(\S+)$", numbers, re.M))

    assert len(defined) == len(set(defined))
    assert used == set(defined)
    assert named == {run.record.run_id for run in full_site.store.runs("walker")}
    group = next(part for part in numbers.split("\n\n") if "NumWalkerClaimWalkerMeasured}" in part)
    assert group.count("% record walker/") == 6
    assert r"\newcommand{\NumWalkerClaimWalkerMeasured}{75.83}" in group
    assert "runs/RUN.html" in numbers


def test_measured_numbers_of_a_table_are_never_typed(document):
    """A cell of a measured column holds macros and no digits."""
    rows = [line for line in document["paper-walker.tex"].splitlines()
            if "NumWalkerClaimWalkerMeasured" in line and line.endswith(r"\\[2pt]")]  # fmt: skip

    (row,) = rows
    assert not re.search(r"\d", row.split(" & ")[3])


def test_captions_and_sentences_hold_macros(document):
    """No number of ours is typed outside a table either: names and sections alone have digits."""
    text = document["paper-walker.tex"] + document["campaign-both.tex"]
    ours = [line for line in text.splitlines() if re.match(r" *\\(item|caption|textbf)", line)]
    plain = [re.sub(r"\\label\{[^}]*\}|\\Num\w+", "", line) for line in ours]

    assert len(ours) > 10
    assert not [line for line in plain if re.search(r"(?<![\w.-])\d+(\.\d+)?(?!\w)", line)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("NTU RGB+D 60, UCF101 and Kinetics-400", ["60"]),
        ("10,000 resamples, p = 0.050, +1.62 pp [−0.45, +3.84]",
         ["10,000", "0.050", "+1.62", "−0.45", "+3.84"]),
        ("MMAction2 1.x, 3D, x2, 1.2.0", []),
        ("5 of 13 runs.", ["5", "13"]),
    ],
)  # fmt: skip
def test_a_number_is_told_from_a_name(text, numbers):
    """Digits of names and versions stay; a thousand is one number, and a sign is its own."""
    manuscript = Manuscript(works={})

    manuscript.counts(text, ("x",), "a test")

    found = re.findall(r"\\newcommand\{\\\w+\}\{(.*)\} %", manuscript.render_numbers())
    assert found == [escape_latex(number) for number in numbers]


def test_the_bibliography_is_what_is_cited(document):
    """Another reader of BibTeX finds the cited works, all of them and no others."""
    database = pytest.importorskip("pybtex.database")
    found = database.parse_string(document["references.bib"], "bibtex")
    text = "".join(value for name, value in document.items() if name.endswith(".tex"))

    assert set(found.entries) == set(re.findall(r"\\cite\{([^}]*)\}", text))
    work = found.entries["doe2020walk"]
    assert work.fields["title"].startswith(r"{Walk \textless{}b\textgreater{}this")
    assert work.fields["title"].endswith(r"\textbar{} way \& more}")
    assert [str(person) for person in work.persons["author"]] == ["Doe, Ann", "Roe, Bo"]
    assert work.fields["doi"] == "10.1000/xyz"


def test_same_records_same_document(full_site, document):
    """Figures too: nothing of the day or the machine is in them."""
    assert documents(full_site, campaigns=[campaign()]) == document


def test_a_topic_chooses_recipes(full_site):
    """Only recipes that carry every topic; one that none carries is a user's mistake."""
    carrying = with_paper(full_site.recipe, topics=("skeletons", "attention"))

    made = documents(full_site, "attention", "skeletons", recipe=carrying)

    assert r"Recipes that carry it: Walker~\cite{doe2020walk}" in made["topic.tex"]
    assert r"\NumWalkerClaimWalkerMeasured" in made["topic.tex"]
    with pytest.raises(HarnessError, match="no recipe carries singing"):
        documents(full_site, "singing", recipe=carrying)


def test_the_appendix_tells_what_a_reader_must_know(document):
    """Choices with reasons, evidence, what was not run and what it takes, hardware and hours."""
    text = document["appendix.tex"]

    assert r"Adam \textless{}fast\textgreater{}" in text and "the paper names none" in text
    assert "recalled" in text and "Reproducibility checklist" in text
    assert "harness reproduce walker" in text
    assert "a CPU" in text and "Hours" in text
    assert "12, of which" in text


def test_other_peoples_statements_are_in_the_document(full_site):
    """What a paper says of over-fitting, with its numbers and how it is known."""
    said = Statement(
        key="gap",
        topic=Topic.OVER_FITTING,
        aspect=Aspect.HELD_OUT,
        text="It over-fits by 50 %.",
        evidence=Evidence.PAPER,
        amounts=(Amount(what="training", unit="%",
                        readings=(Reading(printed="99.5", evidence=Evidence.PAPER),)),),
    )  # fmt: skip
    recipe = replace(full_site.recipe, statements=(said,))

    text = documents(full_site, recipe=recipe)["over-fitting.tex"]
    assert r"It over-fits by 50 \%. [training: \NumWalkerSaidWalkerGapSaid{} \%]" in text


def test_a_document_of_a_campaign_holds_what_its_page_shows(full_site):
    """Findings, methods, differences, subjects, citations, and what the papers' numbers lack."""
    made = make_campaign_document([full_site.page()], [campaign()], "both")
    files = {name: data.decode("ascii") for name, data in made.items() if name.endswith(".tex")}

    assert "campaign-both.tex" in files and "paper-walker.tex" not in files
    text = files["campaign-both.tex"]
    assert all(said in text for said in ("are told apart", "Paired differences", "Test subjects"))
    assert r"\cite{doe2020walk}" in files["papers.tex"]
    assert "What was not run" in files["appendix.tex"]
    assert r"\title{\texorpdfstring{Both" in files["main.tex"]


def test_a_campaign_without_accuracy_has_no_document(full_site):
    """It says how to get one."""
    idle = campaign(block(seeds=(9,)), key="idle")

    with pytest.raises(HarnessError) as caught:
        make_campaign_document([full_site.page()], [idle], "idle")
    assert "harness reproduce --campaign idle" in caught.value.fix


@pytest.mark.parametrize("words", [("--topic", "skeleton"), ("--campaign", "sbu")])
def test_options_of_a_document_need_it(words, capsys):
    """What a document is of, without one, is a mistake that is told, not ignored."""
    assert main(["report", *words]) == 2
    assert "--latex DIR" in capsys.readouterr().err


def test_a_document_is_of_one_thing(tmp_path, capsys):
    """Topics choose recipes, a campaign has its own."""
    words = ["--latex", str(tmp_path), "--topic", "skeleton", "--campaign", "sbu"]

    assert main(["report", *words]) == 2
    assert "leave out --topic or --campaign" in capsys.readouterr().err


def test_without_tex_it_is_said_what_to_install(tmp_path, monkeypatch):
    """The document is there all the same."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(TypesettingError) as caught:
        compile_pdf(tmp_path / "main.tex")
    assert "apt-get install latexmk" in caught.value.fix


def compiled(folder, inputs, campaigns=()):
    """A document's log and the text of its pages."""
    pdf = compile_pdf(write_files(make_document(inputs, campaigns), folder))
    log = (folder / "main.log").read_text(errors="replace")
    text = " ".join(page.extract_text() for page in PdfReader(pdf).pages)
    return SimpleNamespace(log=log, text=text)


def assert_clean(log):
    """No doubtful reference, and no box more than 5 pt too wide."""
    assert not re.search(r"undefined|multiply.defined|Citation|Reference", log), log[-3000:]
    wide = [float(found) for found in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert max(wide, default=0.0) <= 5


@tex
@pytest.mark.tex
def test_the_document_compiles_without_warnings(full_site, tmp_path):
    """References resolve, tables fit, and the numbers stand in the PDF."""
    found = compiled(tmp_path, [full_site.page()], [campaign()])

    assert_clean(found.log)
    assert "75.83" in found.text and "Walker beats the plain network" in found.text
    assert "Ann Doe and Bo Roe. Walk" in found.text.replace("\n", " ")


@tex
@pytest.mark.tex
@pytest.mark.slow
def test_the_document_of_the_committed_records_compiles(tmp_path, capsys):
    """The command that a researcher types, on all that is stored here."""
    assert main(["report", "--latex", str(tmp_path), "--pdf"]) == 0

    assert_clean((tmp_path / "main.log").read_text(errors="replace"))
    assert str(tmp_path / "main.pdf") in "".join(capsys.readouterr().out.split())


@tex
@pytest.mark.tex
def test_a_published_pdf_is_stale_with_its_records(full_site, tmp_path):
    """It is made once, of equal bytes, and known for old when a number of it changes."""
    pages, asked = [full_site.page()], [campaign(pdf=True), campaign(key="unpublished")]
    path = tmp_path / "campaign-both.pdf"

    assert find_stale_pdfs(pages, asked, tmp_path) == (path,)
    publish_pdfs(pages, asked, tmp_path)
    first = path.read_bytes()
    assert find_stale_pdfs(pages, asked, tmp_path) == ()
    assert "75.83" in " ".join(page.extract_text() for page in PdfReader(path).pages)
    path.unlink()
    publish_pdfs(pages, asked, tmp_path)
    assert path.read_bytes() == first

    fewer = [campaign(block(seeds=(0, 1)), pdf=True)]
    assert find_stale_pdfs(pages, fewer, tmp_path) == (path,)


@tex
@pytest.mark.tex
def test_hostile_and_odd_names_are_text_in_the_pdf(full_site, tmp_path):
    """Commands in names are printed, not run; odd names neither stop TeX nor widen a table."""
    claims = tuple(
        replace(claim, key=f"{claim.key}-{n}", note=name, method=name)
        for n, name in enumerate(HOSTILE)
        for claim in full_site.recipe.claims[:1]
    )
    names = tuple(name for name in HOSTILE if name.strip())
    paper = replace(
        full_site.recipe.paper,
        method=r"\evil{} & Co. _1_",
        citation=replace(
            full_site.recipe.paper.citation, title=" ".join(HOSTILE[:6]), authors=names,
            key="we{ir}d, key%",
        ),
    )  # fmt: skip
    site = full_site._replace(recipe=replace(full_site.recipe, claims=claims, paper=paper))

    found = compiled(tmp_path, [site.page()])

    assert_clean(found.log)
    assert r"\input{/etc/passwd}" in re.sub(r"\s", "", found.text)
    assert r"\immediate\write18{touch" in re.sub(r"\s", "", found.text)
    assert "U+674E" in re.sub(r"\s", "", found.text)
    assert not (tmp_path / "pwned").exists()
