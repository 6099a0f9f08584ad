"""The command line: two lines for a mistake, and JSON that scripts can rely on."""

import json
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import recipes
from harness.catalog import load_recipe
from harness.cli import main
from harness.plan import make_plans
from harness.store import ResultStore

TALK_ONLY = """
from dataclasses import replace
from recipes.sta_lstm.paper import CLAIMS, PAPER
CLAIMS = [
    replace(claim, variant=None, tolerance=None, tolerance_reason="")
    for claim in CLAIMS if claim.key.startswith("sta-lstm-ntu")
]
"""


@pytest.fixture(autouse=True)
def _same_signals():
    """Leaves the process's answer to SIGTERM as it was."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Calls the command line in an empty folder: status, standard output and error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HARNESS_DATA", raising=False)

    def run(*words):
        status = main(words)
        out, err = capsys.readouterr()
        return status, out, err

    return run


@pytest.fixture(autouse=True)
def _talk_only(tmp_path, monkeypatch):
    """A folder of recipes outside the repository, with one that has claims only."""
    folder = tmp_path / "more" / "talk_only"
    folder.mkdir(parents=True)
    (folder / "paper.py").write_text(TALK_ONLY)
    monkeypatch.setattr(recipes, "__path__", [*recipes.__path__, str(folder.parent)])
    yield
    sys.modules.pop("recipes.talk_only.paper", None)


@pytest.fixture
def stored(record, tmp_path):
    """A run of the embedded variant in the folder that commands look into."""
    plan = make_plans(load_recipe("sta_lstm"), "synthetic", split="fixed", seed=0)[-1]
    done = record(plan=plan)
    done = replace(done, data=replace(done.data, embedded=True))
    return ResultStore(tmp_path / "results").add(done, {})


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("run", "sta_lstmm"), "did you mean 'sta_lstm'?"),
        (("show", "sta_lstmm"), ""),
        (("compare", "sta_lstmm"), "did you mean 'sta_lstm'?"),
        (("reproduce", "sta_lstmm"), "did you mean 'sta_lstm'?"),
        (("reproduce", "--campaign", "demoo"), "did you mean 'demo'?"),
        (("reproduce", "sta_lstm", "--campaign", "demo"), "--campaign alone"),
        (("run", "sta_lstm", "--variant", "sa_lstmm"), "did you mean 'sa_lstm'?"),
        (("run", "stgcn", "--variant", "released_ntu"), "harness data prepare ntu60 --source"),
        (("run", "sta_lstm", "--dataset", "nope"), "choose another --variant"),
        (("run", "sta_lstm", "--split", "fold9"), "did you mean 'fold"),
        (("run", "sta_lstm", "--seeds", "two"), "0..4"),
        (("run", "sta_lstm", "--set", "modle.l1_weight=1"), "did you mean 'model'?"),
        (("run", "sta_lstm", "--set", "model.l1_weight=much"), "of that type"),
        (("run", "sta_lstm", "--set", "model"), "key.subkey=value"),
        (("run", "sta_lstm", "--limit", "0"), ""),
        (("diff", "sta_lstmm", "config", "lstm"), "did you mean 'sta_lstm'?"),
        (("diff", "sta_lstm", "config", "lstmm"), "did you mean 'lstm'?"),
        (("run", "talk_only"), "harness show talk_only"),
        (("costs", "talk_only"), "harness show talk_only"),
        (("data", "verify", "sbuu"), "did you mean 'sbu'?"),
        (("data", "prepare", "sbu"), ""),
        (("show", "20200101"), ""),
        (("invalidate", "20200101", "--reason", "wrong"), ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_mistake_ends_in_two_lines(call, words, fix):
    """What is wrong, and what to do about it: exit code 2, nothing else on stderr."""
    status, _, err = call(*words)

    problem, remedy = err.splitlines()
    assert status == 2
    assert problem.startswith("error: ")
    assert remedy.startswith("  fix: ")
    assert fix in remedy


def test_a_recipe_with_claims_only_is_listed_shown_and_compared(call):
    """What it prints can be read everywhere, and nothing of it is run."""
    listed = json.loads(call("list", "--json")[1])
    status, compared, _ = call("compare", "talk_only", "--json")

    assert {row["recipe"]: row["variants"] for row in listed}["talk_only"] == []
    assert "claims only" in call("list")[1]
    assert "claims only" in call("show", "talk_only")[1]
    assert status == 0
    assert {row["outcome"] for row in json.loads(compared)} == {"not run"}
    assert call("reproduce", "talk_only", "--plan")[0] == 0


def test_real_data_that_are_not_here_are_asked_for(call):
    """Without the authors' data a run says where to get them."""
    status, _, err = call("run", "sta_lstm", "--split", "fold1")

    assert status == 2
    assert err.splitlines()[1].startswith("  fix: ")


def test_runs_as_json(call, stored):
    """Scripts read these names."""
    status, out, _ = call("list", "runs", "--json")

    (row,) = json.loads(out)
    assert status == 0
    assert list(row) == [
        "run_id", "recipe", "variant", "dataset", "split", "seed", "weights", "status", "metrics",
        "stale", "duration_s",
    ]  # fmt: skip
    assert row["run_id"] == stored.record.run_id
    assert (row["status"], row["metrics"], row["duration_s"]) == (
        "completed",
        {"top1_acc": 91.0},
        1.5,
    )
    assert row["stale"] is True  # its code digest is invented


def test_an_invalidated_run_is_listed_as_such(call, stored):
    """It stays in the list, and says what it is."""
    call("invalidate", stored.record.run_id, "--reason", "wrong labels")

    (row,) = json.loads(call("list", "runs", "--json")[1])

    assert row["status"] == "invalidated"


def test_verdicts_as_json(call, stored):
    """One object a claim, all with the same fields; a synthetic run speaks for none of them."""
    status, out, _ = call("compare", "sta_lstm", "--json")

    rows = json.loads(out)
    assert status == 0
    assert [row["claim"] for row in rows] == [c.key for c in load_recipe("sta_lstm").claims]
    assert {tuple(row) for row in rows} == {(
        "recipe", "variant", "claim", "kind", "metric", "claimed", "measured", "gap",
        "tolerance", "n", "std", "halfwidth", "outcome", "reason", "evidence", "run_ids",
    )}  # fmt: skip
    assert {row["outcome"] for row in rows} <= {"not run", "quoted", "third-party"}
    assert all(row["run_ids"] == [] for row in rows)


def test_explorations_are_printed_apart(call):
    """Below the claims, under a title that says what they are; JSON calls them by their kind."""
    claims, _, explored = call("compare", "stgcn")[1].partition("Exploration on other data")
    rows = json.loads(call("compare", "stgcn", "--json")[1])

    kinds = {row["claim"]: row["kind"] for row in rows}
    assert {key for key, kind in kinds.items() if kind == "exploration"} == {
        claim.key for claim in load_recipe("stgcn").claims if claim.kind == "exploration"
    }
    for key, kind in kinds.items():
        assert (key in explored) == (kind == "exploration") == (key not in claims), key


def test_what_waits_for_data_is_said_once_a_data_set(call):
    """Claims whose data nothing reads keep nobody from reproducing the others."""
    status, out, _ = call("reproduce", "stgcn", "--plan")

    text = " ".join(out.split())
    assert status == 0
    assert "wait for data set 'kinetics_motion': the harness does not read it yet" in text
    _, *said = text.split("wait for data set 'ntu60': ")
    assert len(said) == 1
    assert said[0].startswith("get it from the authors' page")


@pytest.mark.parametrize("what", ["recipes", "claims", "datasets", "campaigns", "runs"])
def test_each_list_is_a_table_and_a_json_array(call, what):
    """Both views come from the same rows, also when there are none."""
    assert call("list", what)[0] == 0
    assert isinstance(json.loads(call("list", what, "--json")[1]), list)


def test_a_record_is_shown_as_it_is_stored(call, stored):
    """``show --json`` prints the bytes of the record."""
    text = (stored.folder / "record.json").read_text(encoding="utf-8")

    assert call("show", stored.record.run_id, "--json")[1] == text


def test_listing_takes_about_a_second(python, tmp_path):
    """The first thing a person types answers at once, also on a busy machine."""
    began = time.monotonic()
    done = python("from harness.cli import main; main(['list'])")

    assert "sta_lstm" in done.stdout
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--jobs", "0"), "--jobs 0 is no positive whole number"),
        (("--jobs", "-1"), "--jobs"),
        (("--save-every", "nan"), "--save-every nan is no number of seconds"),
        (("--device", "meta"), "there is no device 'meta'"),
        (("--limit", "none"), "--limit none is no positive whole number"),
        (("--seeds", "0..99999999999999999999"), "names no seeds"),
        (("--set", "protocol.joints=3"), "a variant fixes it"),
        (("--set", "train_dataloader.dataset.split='x'"), "a variant fixes it"),
        (("--set", "runtime.threads=0"), "runtime.threads is 0"),
    ],
)
def test_options_are_checked_before_anything_runs(call, words, problem):
    """A value that cannot be meant is refused, and nothing is stored."""
    status, _, err = call("run", "sta_lstm", "--variant", "synthetic", *words)

    assert status == 2
    assert len(err.strip().splitlines()) == 2
    assert problem in err
    assert ResultStore(Path("results")).runs() == ()


def test_a_file_in_the_way_is_two_lines(call):
    """Folders that cannot be made are a mistake of the user's, not a traceback."""
    Path("taken").write_text("a file")

    status, _, err = call("report", "--reports", "taken")

    assert status == 2
    assert len(err.strip().splitlines()) == 2


def test_brackets_are_shown_as_they_are(call, stored):
    """A reason with brackets is text, not markup."""
    run_id = stored.record.run_id

    assert call("invalidate", run_id, "--reason", "see [/tmp/x]")[0] == 0

    assert "[/tmp/x]" in call("show", run_id)[1]


def test_no_run_has_an_empty_name(call, stored):
    """An empty variable in a script invalidates nothing."""
    status, _, err = call("invalidate", "", "--reason", "oops")

    assert status == 2
    assert "empty" in err


def test_the_doctor_names_versions_device_repairs_and_data(call):
    """All that a bug report needs."""
    status, out, _ = call("doctor")

    assert status == 0
    for word in ("torch", "mmaction2", "CPU", "GPU", "mmaction2-drn", "sbu", "synthetic"):
        assert word in out


def test_two_variants_are_shown_side_by_side(call):
    """A row for each setting that differs, then what only one of them declares."""
    status, out, _ = call("diff", "sta_lstm", "end_to_end", "as_printed")

    settings, _, declared = out.partition("declared differences from the paper")
    assert status == 0
    assert [line.split() for line in settings.splitlines() if line] == [
        ["setting", "end_to_end", "as_printed"],
        ["model.backbone.rescale", "gate", "none"],
    ]
    assert "only in end_to_end: none" in declared
    assert "choice: weights of joints not multiplied by their number" in declared


def test_equal_variants_are_said_to_be_equal(call):
    """No empty table, and no failure."""
    status, out, _ = call("diff", "sta_lstm", "lstm", "lstm")

    assert status == 0
    assert "no setting differs between lstm and lstm" in out


def test_differences_as_json(call):
    """Whole values under every key, and how they differ."""
    status, out, _ = call("diff", "sta_lstm", "config", "temporal_stage", "--json")

    found = json.loads(out)
    assert status == 0
    assert list(found) == ["recipe", "a", "b", "settings", "declared"]
    assert {tuple(row) for row in found["settings"]} == {("key", "how", "a", "b")}
    by_key = {row["key"]: (row["how"], row["a"], row["b"]) for row in found["settings"]}
    assert by_key["train_cfg.max_iters"] == ("changed", 1500, 2500)
    assert by_key["inputs.spatial_stage"] == ("only_a", "weights", None)
    assert by_key["custom_hooks.StagedTraining.stages#1"][0] == "only_b"
    assert [entry["kind"] for entry in found["declared"]["only_b"]] == ["choice"]
