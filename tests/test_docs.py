"""The documentation: every command and snippet is run, or compared with the code."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import recipes
from harness.cli import main, make_parser
from harness.outside import VARIABLE
from harness.reference import pages

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
SNIPPET = re.compile(r"(?ms)^<!-- (\S+) -->\n```python\n(.*?)^```")
FENCE = re.compile(r"(?ms)^```bash\n(.*?)^```")


def commands(path):
    """The lines of a page's shell blocks, without comments."""
    for block in FENCE.findall(path.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if words := shlex.split(line, comments=True):
                yield words


def snippets(path, *, of=None):
    """Python snippets of a page, with what the line before says of each."""
    found = SNIPPET.findall(path.read_text(encoding="utf-8"))
    return [(what, text) for what, text in found if of is None or what == of]


@pytest.mark.parametrize("name", pages())
def test_a_page_from_the_code_is_up_to_date(name):
    """``python -m harness.reference docs`` would change nothing."""
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_each_command_is_one(path):
    """Verbs and options that a page names are there."""
    for words in commands(path):
        if words[0] == "harness":
            make_parser().parse_args(words[1:])
        else:
            assert words[0] in ("rm", "git")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_each_snippet_says_what_it_is(path):
    """None escapes: it is of a file, or it is run."""
    text = path.read_text(encoding="utf-8")

    assert text.count("```python") == len(snippets(path))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_snippets_of_files_stand_there(path):
    """A snippet is a part of the file that the page says."""
    for what, text in snippets(path):
        if "/" in what:
            assert text in (ROOT / what).read_text(encoding="utf-8"), text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_snippets_that_compute_are_right(path):
    """What a page computes holds."""
    for _, text in snippets(path, of="python"):
        exec(compile(text, str(path), "exec"), {})


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    """Files and headings that a page refers to are there."""
    for target in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
        file, _, heading = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), target
        if heading:
            titles = re.findall(r"(?m)^#+ (.*)$", found.read_text(encoding="utf-8"))
            assert heading in {re.sub(r"[^\w\- ]", "", t).lower().replace(" ", "-") for t in titles}


def test_the_example_of_a_data_set_is_prepared(tmp_path, monkeypatch, capsys):
    """The file on the page and its commands, on four small samples."""
    monkeypatch.setattr(recipes, "__path__", list(recipes.__path__))
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.chdir(tmp_path)
    for name in ("DIR/_datasets", "FOLDER"):
        Path(name).mkdir(parents=True)
    ((_, text),) = snippets(DOCS / "datasets.md", of="run")
    Path("DIR/_datasets/waving.py").write_text(text, encoding="utf-8")
    for name in ("wave-1", "wave-2", "stand-1", "stand-2"):
        np.save(f"FOLDER/{name}.npy", np.zeros((5, 3, 3), dtype=np.float32))

    for words in commands(DOCS / "datasets.md"):
        assert main(words[1:]) == 0, capsys.readouterr().err

    assert "waving" in capsys.readouterr().out
    sys.modules.pop("recipes._datasets.waving", None)


@pytest.fixture
def clone(tmp_path):
    """A checkout without the tutorial's recipe, in which its commands are called."""
    home = tmp_path / "checkout"
    skip = shutil.ignore_patterns("__pycache__", "stgcnpp")
    for name in ("harness", "recipes", "docs"):
        shutil.copytree(ROOT / name, home / name, ignore=skip)
    shutil.copy(ROOT / ".gitignore", home)
    author = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "-A"], [*author, "commit", "-qm", "before"]):
        subprocess.run(["git", *words], cwd=home, check=True)

    def call(words):
        words = [sys.executable, "-m", *words] if words[0] == "harness" else words
        env = os.environ | {"PYTHONPATH": str(home), "OMP_NUM_THREADS": "1", VARIABLE: ""}
        env |= {"HARNESS_DATA": str(home / "data"), "HARNESS_CACHE": ""}
        return subprocess.run(
            words, cwd=home, env=env, capture_output=True, text=True, check=False, timeout=600
        )

    return home, call


@pytest.mark.slow
def test_the_tutorial_leads_to_a_judged_claim(clone):
    """Followed word for word: under 15 commands, each ends as said, git shows the folder alone."""
    home, call = clone
    theirs, ours = ROOT / "recipes" / "stgcnpp", home / "recipes" / "stgcnpp"
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    count, outputs = 0, []
    for write, block in re.findall(r"(?ms)<!-- write: ([\w. ]+) -->|^```bash\n(.*?)^```", text):
        names = [write] if write == "paper.py" else [path.name for path in theirs.glob("*.py")]
        for name in names if write else ():
            shutil.copy(theirs / name, ours)
        for line in block.splitlines():
            done = call(shlex.split(line, comments=True))
            expected = 1 if "ends with status 1" in line else 0
            assert done.returncode == expected, f"{line}: {done.stdout}{done.stderr}"
            count += 1
            outputs.append(done.stdout)

    compared = call(["harness", "compare", "stgcnpp", "--results", "work/tried", "--json"]).stdout
    verdicts = {row["claim"]: row["outcome"] for row in json.loads(compared)}
    assert count < 15
    assert verdicts["zoo-ntu60-3d-joint-params"] == "reproduced"
    assert outputs[-1] == "?? recipes/stgcnpp/\n"
