"""``harness new``: a folder of its own, cited from BibTeX or arXiv, or marked to be."""

import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

import recipes
from harness.catalog import load_recipe
from harness.citing import fetch_bibtex, load_bibtex, read_arxiv_identifier, read_bibtex
from harness.cli import main
from harness.contract import PROMISES, load_what_loads
from harness.drafting import Draft, write_draft
from harness.errors import CatalogError
from harness.outside import VARIABLE

BIBTEX = r"""
@inproceedings{mueller2020on,
  title = {On {3D} Graphs, \& More},
  author = {M{\"u}ller, Anna and van der Berg, Jan and Li, Wei},
  booktitle = {CVPR}, year = {2020}, pages = {1--9}, doi = {10.1/x},
}
"""
PREPRINT = (
    "@misc{x, title={A}, author={B, C}, year={2022}, eprint={2205.09443}, archivePrefix={arXiv}}"
)


@pytest.fixture
def joined(tmp_path, monkeypatch):
    """A folder of recipes that has joined."""
    monkeypatch.setattr(recipes, "__path__", [*recipes.__path__, str(tmp_path)])
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("recipes.draft")]:
        del sys.modules[name]


@pytest.fixture
def arxiv():
    """A site that answers as arXiv does."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            known = self.path == "/bibtex/2205.09443"
            self.send_response(200 if known else 404)
            self.end_headers()
            self.wfile.write(PREPRINT.encode() if known else b"")

        def log_message(self, *_words):
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_bibtex_becomes_a_citation():
    """TeX's marks and braces are gone, names are in reading order."""
    work = read_bibtex(BIBTEX, source="a test")

    assert work.key == "mueller2020on"
    assert work.title == "On 3D Graphs, & More"
    assert work.authors == ("Anna Müller", "Jan van der Berg", "Wei Li")
    assert (work.venue, work.year, work.pages, work.doi) == ("CVPR", 2020, "1--9", "10.1/x")


@pytest.mark.parametrize(
    "text", ["", "no entry", "@misc{x, title={A}, year={2020}}", "@misc{x,", "@misc{x, year={a}}"]
)
def test_bibtex_that_cannot_be_used_says_so(text):
    """No entry, no authors, no year: two lines."""
    with pytest.raises(CatalogError, match=r"mine\.bib is no BibTeX") as caught:
        read_bibtex(text, source="mine.bib")

    assert "title, author and year" in caught.value.fix


def test_bibtex_is_bounded(tmp_path):
    """A file is not read without end."""
    path = tmp_path / "long.bib"
    path.write_text("%" * 300_000)

    with pytest.raises(CatalogError, match="too long"):
        load_bibtex(path)


def test_arxiv_is_asked(arxiv):
    """What it knows is cited as a preprint, what it does not know is an error."""
    work = read_bibtex(fetch_bibtex("2205.09443", arxiv), source="arXiv")

    assert (work.venue, work.arxiv) == ("arXiv", "2205.09443")
    with pytest.raises(CatalogError, match="does not know"):
        fetch_bibtex("2205.99999", arxiv)


def test_without_a_network_the_citation_is_marked(joined):
    """Nothing is invented: what is not known is to be filled in."""
    assert fetch_bibtex("2205.09443", "http://127.0.0.1:9") is None

    text = (write_draft(Draft(method="Draft", arxiv="2205.09443"), joined) / "paper.py").read_text()

    assert 'arxiv="2205.09443"' in text
    assert len(re.findall(r"FILL IN: ", text)) > 4


@pytest.mark.parametrize("text", ["arXiv:2205.09443v2", "2205.09443", "arxiv:2205.09443"])
def test_an_arxiv_identifier_is_read(text):
    """With and without its prefix and version."""
    assert read_arxiv_identifier(text) == "2205.09443"


@pytest.mark.parametrize("text", ["", "arXiv:", "../x", "2205", "https://arxiv.org/abs/1"])
def test_what_is_no_arxiv_identifier_is_refused(text):
    """Only a number goes into an address."""
    with pytest.raises(CatalogError, match="no arXiv identifier"):
        read_arxiv_identifier(text)


def test_the_example_of_a_claim_is_one(joined):
    """Uncommented as the mark says, it loads and is under the variant's protocol."""
    path = write_draft(Draft(method="Draft claims"), joined) / "paper.py"
    text = path.read_text()
    example = "\n".join(re.findall(r"(?m)^#    ( .*)$", text))
    text = text.replace("import Citation,", "import Citation, Evidence, Place, Reading,")
    path.write_text(text.partition("CLAIMS:")[0] + f"CLAIMS = (\n{example}\n)\n")

    recipe = load_recipe("draft_claims")

    assert [claim.key for claim in recipe.claims] == ["top1-synthetic"]
    broken = [promise.text for promise in PROMISES if promise.ask(recipe).findings]
    assert broken == ["nothing is left to fill in"]


@pytest.mark.parametrize("like", ["stgcn", "sta_lstm", "resnet3d"])
def test_a_folder_may_begin_like_another(joined, like):
    """What its variants need is there, under names of its own; the rest is marked."""
    folder = write_draft(Draft(method=f"Draft {like}", like=load_recipe(like)), joined)
    recipe = load_what_loads(folder.name)

    broken = [promise.text for promise in PROMISES if promise.ask(recipe).findings]

    assert broken == ["nothing is left to fill in"]
    assert {"config", "synthetic"} <= set(recipe.variants)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["sta-lstm"], "'sta_lstm' is taken"),
        (["timm"], "'timm' is taken"),
        (["../x"], "cannot be made a folder's name"),
        (["New", "--like", "stgcnn"], "there is no recipe 'stgcnn'"),
        (["New", "--paper", "nothing"], "no arXiv identifier"),
        (["New", "--bib", "nowhere.bib"], "nowhere.bib"),
    ],
)
def test_a_mistake_writes_nothing(tmp_path, capsys, words, problem):
    """Two lines, and the folder is as it was."""
    assert main(["new", *words, "--dir", str(tmp_path)]) == 2

    assert problem in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_comes_next_is_said(tmp_path, capsys, monkeypatch):
    """A folder elsewhere is checked with the option that finds it."""
    monkeypatch.setattr(recipes, "__path__", list(recipes.__path__))

    assert main(["new", "Draft++", "--two-stream", "--dir", str(tmp_path)]) == 0

    assert f"harness check draftpp --recipes {tmp_path}" in capsys.readouterr().out
    assert (tmp_path / "draftpp" / "two_stream.py").exists()
