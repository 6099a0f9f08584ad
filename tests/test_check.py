"""``harness check``: ten seeded mistakes, each found where it is, with what to do about it."""

import json
import re
import sys
from pathlib import Path

import pytest

import recipes
from harness.cli import main
from harness.contract import PROMISES, load_what_loads
from harness.drafting import KINDS, Draft, write_draft
from harness.outside import VARIABLE
from harness.run.trial import Trial

CLAIMS = """
from harness.claims import Evidence, Place, Reading


def _claim(key, printed, place=Place(where="Table 1", evidence=Evidence.PAPER), **more):
    given = dict(metric="top1_acc", variant="config", tolerance=1.0, tolerance_reason="a test")
    return Claim(
        key=key,
        method="Wrong",
        readings=(Reading(printed=printed, evidence=Evidence.PAPER),),
        protocol=PROTOCOL,
        splits=("fixed",),
        place=place,
        **given | more,
    )


CLAIMS = (
    _claim("nowhere", "91.5", place=Place()),
    _claim("a-fraction", "0.915"),
    _claim("no-variant", "91.5", variant="confgi"),
    _claim("twice", "91.5"),
    _claim(
        "twice",
        "91.6",
    ),
    _claim("layers", "0.005642", metric="params", tolerance=0.0005),
)
"""
# The draft has 42,570 parameters, its convolution over time alone 36,928.
RELATIVE = '''"""A variant whose class is imported relatively."""

from mmengine.config import read_base

with read_base():
    from .config import *

from .model import STGCN

model["backbone"].update(type=STGCN)
'''


@pytest.fixture
def joined(tmp_path, monkeypatch):
    """A folder of recipes that has joined, for this test and the processes that it starts."""
    monkeypatch.setattr(recipes, "__path__", [*recipes.__path__, str(tmp_path)])
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("recipes.wrong")]:
        del sys.modules[name]


def edit(path, *changes):
    """Replace texts that are there in a file."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def line_of(path, words):
    """Number of the first line with some words."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


@pytest.fixture
def wrong(joined):
    """A folder with ten mistakes, filled in otherwise."""
    folder = write_draft(Draft(method="Wrong"), joined)
    for path in folder.glob("*.py"):
        kept = re.sub(r"\s*# FILL IN.*|FILL IN: ", "", path.read_text(encoding="utf-8"))
        path.write_text(kept, encoding="utf-8")
    paper = folder / "paper.py"
    body = paper.read_text(encoding="utf-8").partition("#     Claim(")[0]
    paper.write_text(body + CLAIMS, encoding="utf-8")
    (folder / "relative.py").write_text(RELATIVE, encoding="utf-8")
    edit(folder / "config.py", ("WrongBackbone", "STGCN"))
    edit(
        folder / "config.py",
        (
            'UniformSampleFrames, clip_len=protocol["clip_len"], test_mode=True',
            "UniformSampleFrames, clip_len=32, test_mode=True",
        ),
    )
    edit(
        folder / "model.py",
        ("class WrongBackbone", "class STGCN"),
        ("self.relu = nn.ReLU()", "self.relu = nn.ReLU()\n        self.time.requires_grad_(False)"),
        ("self.relu(self.time(x))", "self.relu(self.time(x)) / (0 if self.training else 1)"),
    )
    return folder


def test_ten_mistakes_are_ten_findings(wrong, capsys):
    """Each names its file and line, and what to do; nothing is found twice."""
    paper, config, model = (wrong / f"{name}.py" for name in ("paper", "config", "model"))

    status = main(["check", "wrong", "--json"])

    answers = json.loads(capsys.readouterr().out)["promises"]
    found = [finding for answer in answers for finding in answer["findings"]]
    places = [f"{Path(finding['file']).name}:{finding['line']}" for finding in found]
    assert status == 1
    assert places == [
        f"paper.py:{line_of(paper, '91.6') - 1}",
        f"paper.py:{line_of(paper, 'nowhere')}",
        f"paper.py:{line_of(paper, '0.915')}",
        f"paper.py:{line_of(paper, 'confgi')}",
        f"relative.py:{line_of(wrong / 'relative.py', 'from .model')}",
        f"config.py:{line_of(config, 'clip_len=32')}",
        f"model.py:{line_of(model, 'class STGCN')}",
        f"paper.py:{line_of(paper, '0.005642')}",
        f"model.py:{line_of(model, 'def forward')}",
        f"model.py:{line_of(model, 'self.time =')}",
    ]
    assert all(finding["fix"] for finding in found)
    said = " ".join(finding["problem"] + finding["fix"] for finding in found)
    for words in (
        "write 91.5",
        "did you mean 'config'?",
        "from recipes.wrong.model import STGCN",
        'protocol["clip_len"]',
        "as large as backbone.time",
        "is nan at step 1",
        "frozen = ",
    ):
        assert words in said, words
    assert [answer["unchecked"] != "" for answer in answers[-2:]] == [True, True]


def test_a_note_excuses_no_count(joined):
    """What is printed otherwise for a known reason is held to the count that the claim derives."""
    folder = write_draft(Draft(method="Wrong counts"), joined)
    paper = folder / "paper.py"
    body = paper.read_text(encoding="utf-8").partition("# FILL IN: what")[0]
    helper, _, _ = CLAIMS.partition("CLAIMS = ")
    noted = 'metric="params", tolerance=0.001, note="why"'
    claims = (
        f'_claim("noted", "0.051", {noted}), '
        f'_claim("right", "0.052", {noted}, derived="0.0426"), '
        f'_claim("wrong", "0.053", {noted}, derived="0.0427")'
    )
    paper.write_text(f"{body}{helper}CLAIMS = ({claims})\n", encoding="utf-8")

    findings = list(Trial(load_what_loads(folder.name), joined).find_in_costs())

    said = [found.problem.partition(", and")[0] for found in findings]
    assert said == [
        "claim 'noted' says 0.051 M (printed)",
        "claim 'wrong' says 0.0427 M (derived)",
    ]
    assert all(found.line for found in findings)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_folder_keeps_what_can_be_read_and_says_what_is_left(joined, kind):
    """All promises of its files but one: what is marked is refused, each mark with its line."""
    folder = write_draft(Draft(method=f"Wrong {kind}", kind=kind), joined)
    recipe = load_what_loads(folder.name)

    broken = {p.text: found for p in PROMISES if (found := p.ask(recipe).findings)}

    assert list(broken) == ["nothing is left to fill in"]
    assert {finding.line > 0 for finding in broken["nothing is left to fill in"]} == {True}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")  # of the stock runner
def test_a_new_folder_trains(joined, kind):
    """Of whatever kind: its variants build, stock MMAction2 trains and tests it, it learns."""
    folder = write_draft(Draft(method=f"Wrong trained {kind}", kind=kind), joined)

    answers = list(Trial(load_what_loads(folder.name), joined / "home").answers())

    assert [found for answer in answers for found in answer.findings] == []
    assert [answer.promise for answer in answers if answer.unchecked] == []


@pytest.mark.parametrize(
    ("text", "promise", "line"),
    [
        ("import torch\n", "the paper loads", 1),
        ("PAPER = CLAIMS = (\n", "the paper loads", 1),
        ("from harness.claims import Claim\nCLAIMS = (\n    Claim(key=1),\n)\n", "the paper", 3),
    ],
    ids=["torch", "syntax", "no place"],
)
def test_a_paper_that_does_not_load_is_named_by_its_line(joined, text, promise, line):
    """The error's own line; the rest of the folder is still looked at."""
    folder = joined / f"wrong_{abs(hash(text))}"
    folder.mkdir()
    (folder / "paper.py").write_text(text)

    findings = PROMISES[0].ask(load_what_loads(folder.name)).findings

    assert PROMISES[0].text.startswith(promise)
    assert line in [finding.line for finding in findings]
    assert {finding.file for finding in findings if finding.line} == {str(folder / "paper.py")}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("runtime = ", "runtmie = ", "did you mean 'runtime'?"),
        ("classes=10", "classes=11", "protocol.classes is 11"),
        ('splits = ["fixed"]', 'splits = ["fixt"]', "did you mean 'fixed'?"),
        ("modality=", "modalty=", "did you mean 'modality'?"),
        ("choices = []", 'choices = [dict(what="x")]', "dict(what=…, why=…)"),
    ],
)
def test_a_mistake_in_a_config_is_named_by_its_line(joined, old, new, words):
    """An unknown key, a wrong number of classes, a split that is none, no reason."""
    folder = write_draft(Draft(method=f"Wrong {abs(hash(new))}"), joined)
    edit(folder / "config.py", (old, new))
    recipe = load_what_loads(folder.name)

    answers = [promise.ask(recipe) for promise in PROMISES[:-1]]
    findings = [finding for answer in answers for finding in answer.findings]

    assert findings
    said = " ".join(f"{finding.problem} {finding.fix}" for finding in findings)
    assert words in said
    assert all(finding.file == str(folder / "config.py") for finding in findings)
    assert any(finding.line for finding in findings)


def test_samples_that_there_are_not_are_not_watched(joined, capsys):
    """A data set without val samples is watched on its test samples, or training fails late."""
    folder = write_draft(Draft(method="Wrong val"), joined)
    edit(folder / "config.py", ('dataset="synthetic"', 'dataset="utd_mhad"'))

    assert main(["check", folder.name]) == 1

    assert "'utd_mhad' has no val samples" in " ".join(capsys.readouterr().out.split())
