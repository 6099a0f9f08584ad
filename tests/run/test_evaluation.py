"""The authors' weights: tested, stored as such, and never taken for a training of ours."""

import json
import os
import re
import subprocess
import sys
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from short_runs import Bench

from harness.catalog import load_recipe
from harness.errors import PlanError, RunError
from harness.freshness import stale_because
from harness.records import AUTHORS
from harness.request import request_runs
from harness.run.evaluation import digest_weights, request_evaluation
from harness.run.launch import Workplace, launch
from harness.run.models import build_model
from harness.run.session import survey
from harness.store import StoredRun
from recipes.stgcn.weights import NAMES

FEW = ("--limit", "24")
CLASS_CONV = "fcn.weight"


@dataclass(frozen=True)
class Desk(Bench):
    """A place where files of weights are tested from the command line.

    Args:
        recipe: Recipe that they are of.
    """

    recipe: str = "stgcn"

    def command(self, *words: str) -> list[str]:
        """A command line of ``harness evaluate`` here."""
        places = ["--results", str(self.root / "results"), "--work", str(self.root / "work")]
        data = ["--data", str(self.data)]
        verb = ["evaluate", self.recipe, "--variant", "synthetic"]
        return [sys.executable, "-m", "harness", *verb, *places, *data, *words]

    def evaluate(self, file: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """Test a file of weights."""
        return self.run("--weights", str(file), *FEW, *words)


@pytest.fixture
def desk(tmp_path, data):
    """An empty one."""
    return Desk(root=tmp_path, data=data)


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """A state dict of ours with a number of its own at every place, and its file."""
    generator = torch.Generator().manual_seed(3)

    def draw(shape):
        return torch.rand(shape, generator=generator)

    state = {
        name: value if value.dtype == torch.int64 else value + 0.05 * draw(value.shape)
        for name, value in build_model("stgcn", "synthetic").state_dict().items()
    }
    return state, save(state, tmp_path_factory.mktemp("ours") / "ours.pt")


@pytest.fixture(scope="module")
def theirs(ours):
    """The same under the authors' names, as their code saved it: wrapped, with its graph."""
    state, _ = ours
    kept = {name: value for name, value in state.items() if "num_batches" not in name}
    named = OrderedDict((f"module.{their_name(name)}", value) for name, value in kept.items())
    named[f"module.{CLASS_CONV}"] = named[f"module.{CLASS_CONV}"][:, :, None, None]
    named["module.A"] = build_model("stgcn", "synthetic").backbone.adjacency.clone()
    return named


@pytest.fixture(scope="module")
def tested(tmp_path_factory, data, ours, theirs):
    """A place where both files were tested: it, the authors' file, and both runs."""
    desk = Desk(root=tmp_path_factory.mktemp("tested"), data=data)
    file = save(theirs, desk.root / "released.pt")
    for path in (ours[1], file):
        done = desk.evaluate(path)
        assert done.returncode == 0, done.stderr
    return desk, file, desk.runs


def save(state, path):
    """Write a state dict."""
    torch.save(state, path)
    return path


def their_name(name):
    """The authors' name for one of ours: NAMES backwards."""
    for pattern, replacement in NAMES:
        parts = re.split(r"\\\d", replacement)
        if found := re.fullmatch(r"(\w+)".join(map(re.escape, parts)), name):
            template = re.sub(r"\(.*?\)", "{}", pattern).replace("\\", "")
            return template.format(*found.groups())
    raise ValueError(name)


def two_lines(done):
    """What a user's error looks like."""
    lines = done.stderr.strip().splitlines()
    assert done.returncode == 2, done.stdout + done.stderr
    assert len(lines) == 2, done.stderr
    assert lines[0].startswith("error: ")
    assert lines[1].startswith("  fix: ")
    return lines


def test_a_runs_own_weights_give_its_own_scores_again(finished, tmp_path):
    """Training aside, a test of its file is the run: equal bits, and nothing trained."""
    trained = finished.runs[0]
    file = finished.root / "work" / trained.record.plan_digest / "weights.pt"
    desk = Desk(root=tmp_path, data=finished.data, recipe="sta_lstm")

    done = desk.evaluate(file)

    assert done.returncode == 0, done.stderr
    (run,) = desk.runs
    assert run.record.has_authors_weights
    assert run.record.measurements == trained.record.measurements
    assert np.array_equal(run.scores.scores, trained.scores.scores)
    assert run.record.weights_sha256 == trained.record.weights_sha256
    assert (run.record.timing.train_s, run.record.timing.iterations) == (0.0, 0)
    assert run.history == ()


def test_the_authors_names_are_ours(tested):
    """The same numbers under their names, in their wrapping, score the same."""
    _, _, (ours, theirs) = tested

    assert np.array_equal(ours.scores.scores, theirs.scores.scores)
    assert len(np.unique(ours.scores.scores)) > 24  # they tell samples and classes apart
    assert ours.record.measurements == theirs.record.measurements
    assert ours.record.input_weights == theirs.record.input_weights
    assert set(theirs.record.input_weights) == {AUTHORS}


def test_the_record_says_whose_weights_it_tested(tested):
    """The file's SHA-256 is in its plan, and so in its name."""
    _, file, (ours, theirs) = tested

    (source,) = theirs.record.plan.inputs
    assert (source.variant, source.use) == (AUTHORS, "author")
    assert source.digest == digest_weights(file)
    assert theirs.record.plan_digest != ours.record.plan_digest
    assert theirs.record.plan.seed == 0


def test_the_same_file_is_not_tested_twice(tested):
    """The second call shows the record that is there; --fresh tests anew."""
    desk, file, before = tested

    again = desk.evaluate(file, "--sha256", digest_weights(file).upper())

    assert again.returncode == 0, again.stderr
    assert "1 done" in again.stdout
    assert before[-1].record.run_id in again.stdout
    assert "weights: author" in again.stdout
    assert desk.runs == before
    assert "1 to run" in desk.evaluate(file, "--fresh", "--plan").stdout


def test_a_test_is_no_training(tested, data):
    """Training the variant is still to be done, and a test tells nothing of how long it takes."""
    desk, file, _ = tested
    place = Workplace(store=desk.store, work=desk.root / "work", data=data)
    recipe = load_recipe("stgcn")
    training = request_runs(recipe, "synthetic", limit=24)
    test = request_evaluation(recipe, "synthetic", digest_weights(file), limit=24)

    (train,), (again,) = (survey(r.plans, place, wanted=r.wanted) for r in (training, test))

    assert train.needed
    assert train.estimate_s is None
    assert not again.needed
    assert again.estimate_s > 0


def test_a_test_is_fresh_until_code_or_configuration_change(tested):
    """Today's plan is rebuilt with the same file."""
    record = tested[-1][-1].record
    recipe = load_recipe("stgcn")

    assert stale_because(record, recipe, ()) == ""
    assert stale_because(replace(record, code_digest="0"), recipe, ()) == "the code has changed"
    lower = replace(record.plan, config=record.plan.config | {"splits": ["other"]})
    other = replace(record, plan=lower, plan_digest=lower.digest)
    assert stale_because(other, recipe, ()) == "the variant's configuration has changed"


def test_equal_weights_of_tests_say_nothing_of_the_code(tested):
    """A test ends with the weights that it was given, whatever code ran."""
    run = tested[-1][-1]
    old = replace(run.record, code_digest="01d")
    trained = replace(old.plan, inputs=(), seed=7)
    past = replace(old, plan=trained, plan_digest=trained.digest)
    runs = [StoredRun(record=item, folder=run.folder) for item in (old, run.record, past)]

    assert stale_because(past, load_recipe("stgcn"), runs) == "the code has changed"


def test_it_is_listed_and_shown_as_such(tested):
    """The mark stands wherever a run does."""
    desk, file, (_, theirs) = tested
    here = ["--results", str(desk.root / "results")]

    def call(*words):
        return subprocess.run(
            [sys.executable, "-m", "harness", *words, *here],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    rows = json.loads(call("list", "runs", "--json"))
    shown = call("show", theirs.record.run_id)

    assert [row["weights"] for row in rows] == ["author", "author"]
    assert re.search(rf"weights +author, SHA-256 {digest_weights(file)}", shown)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda state: state.pop("module.edge_importance.1"), "'edge_importance.1' is missing"),
        (
            lambda state: state.update({"module.extra": torch.ones(1)}),
            "'extra' is not of this network",
        ),
        (
            lambda state: state.update({f"module.{CLASS_CONV}": torch.ones(400, 64, 1, 1)}),
            "'fcn.weight' is of another number of classes: (400, 64) instead of (10, 64)",
        ),
    ],
    ids=["lacks one", "has another", "other classes"],
)
def test_weights_that_do_not_fit_are_a_failed_record(desk, theirs, spoil, said):
    """Two lines name the file and the tensor as the authors call it; nothing is guessed."""
    state = OrderedDict(theirs)
    spoil(state)
    file = save(state, desk.root / "spoilt.pt")

    problem = two_lines(desk.evaluate(file))[0]

    assert str(file) in problem
    assert said in problem
    (run,) = desk.runs
    assert run.record.status == "failed"
    assert run.record.has_authors_weights
    assert said in run.record.failure.message


def test_weights_of_ours_that_do_not_fit_name_their_file(desk, ours):
    """Under our names too."""
    state = dict(ours[0])
    del state["cls_head.fc.weight"]
    file = save(state, desk.root / "spoilt.pt")

    problem = two_lines(desk.evaluate(file))[0]

    assert str(file) in problem
    assert "cls_head.fc.weight is missing" in problem
    assert [run.record.status for run in desk.runs] == ["failed"]


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "before PyTorch 1.6"])
def test_a_truncated_file_is_a_failed_record(desk, theirs, legacy):
    """Half a download, in today's format or in that of the authors' days."""
    file = desk.root / "half.pt"
    torch.save(theirs, file, _use_new_zipfile_serialization=not legacy)
    os.truncate(file, file.stat().st_size // 2)

    problem = two_lines(desk.evaluate(file))[0]

    assert str(file) in problem
    assert [run.record.status for run in desk.runs] == ["failed"]


def test_code_in_a_file_does_not_run(desk):
    """A pickle is never trusted; the record says why there is no result."""
    marker, file = desk.root / "code_ran", desk.root / "trap.pt"

    class Payload:
        def __reduce__(self):
            return os.system, (f"touch {marker}",)

    torch.save({"state_dict": Payload()}, file)

    assert "carries code" in two_lines(desk.evaluate(file))[0]
    assert not marker.exists()
    assert [run.record.status for run in desk.runs] == ["failed"]


def test_what_is_seen_before_the_start_stores_nothing(desk, ours):
    """No file, an empty one, another; a fusion, splits to choose from, data not read or here."""
    file = ours[1]
    (desk.root / "empty").touch()
    cases = {
        ("--weights", str(desk.root / "none")): "there is no file",
        ("--weights", str(desk.root / "empty")): "is empty",
        ("--weights", str(desk.root)): "there is no file",
        ("--weights", str(file), "--sha256", "abc"): "'abc' is no SHA-256",
        ("--weights", str(file), "--variant", "released_ntu"): "2 splits",
        ("--weights", str(file), "--variant", "utd_two_stream"): "fusion",
        ("--weights", str(file), "--variant", "sbu"): "5 splits",
        ("--weights", str(file), "--variant", "sbu", "--split", "fold1"): "not prepared",
    }
    for words, problem in cases.items():
        assert problem in two_lines(desk.run(*words))[0]
    wrong = "0" * 64
    problem = two_lines(desk.run("--weights", str(file), "--sha256", wrong))[0]
    assert wrong in problem
    assert digest_weights(file) in problem
    assert desk.runs == ()
    assert not (desk.root / "work").exists()


def test_the_file_is_asked_for_before_anything_else(desk, ours):
    """A wrong SHA-256 goes before a wrong name."""
    done = desk.run("--weights", str(ours[1]), "--sha256", "0" * 64, "--variant", "nope")

    assert "SHA-256" in two_lines(done)[0]


def test_settings_that_are_overridden_are_in_the_plan(ours):
    """As of a run that trains."""
    recipe, digest = load_recipe("stgcn"), digest_weights(ours[1])

    plain = request_evaluation(recipe, "synthetic", digest).plans[0]
    other = request_evaluation(
        recipe, "synthetic", digest, overrides={"test_dataloader.batch_size": 8}
    ).plans[0]

    assert other.overrides == {"test_dataloader.batch_size": 8}
    assert other.digest != plain.digest
    with pytest.raises(PlanError, match="a variant fixes it"):
        request_evaluation(recipe, "synthetic", digest, overrides={"splits": []})


def test_what_a_variant_starts_from_is_not_needed(ours):
    """A file of weights is in place of the stages that a training would run first."""
    request = request_evaluation(
        load_recipe("sta_lstm"), "config", digest_weights(ours[1]), split="fold1"
    )

    assert [plan.variant for plan in request.plans] == ["config"]
    assert [item.variant for item in request.plans[0].inputs] == [AUTHORS]


def test_a_plan_with_weights_is_never_trained(tmp_path, ours):
    """Launched without its file it is refused, before anything is written."""
    place = Workplace(
        store=Bench(root=tmp_path, data=tmp_path).store, work=tmp_path / "work", data=tmp_path
    )
    plan = request_evaluation(load_recipe("stgcn"), "synthetic", digest_weights(ours[1])).plans[0]

    with pytest.raises(RunError, match="tests a file of weights"):
        launch(plan, place)

    assert list(tmp_path.iterdir()) == []


def test_planning_it_needs_no_torch(without_torch, ours, tmp_path):
    """What is in the file is the worker's to find out."""
    done = without_torch(
        """
from harness.cli import main
status = main(sys.argv[1:])
assert 'torch' not in sys.modules
sys.exit(status)
""",
        *("evaluate", "stgcn", "--variant", "synthetic", "--plan"),
        *("--weights", ours[1], "--data", tmp_path / "data", "--results", tmp_path / "results"),
    )

    assert done.returncode == 0, done.stderr
    assert "1 to run" in done.stdout
