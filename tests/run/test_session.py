import json
import os
import signal
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from two_streams import BOTH, copy_recipe

import recipes
from harness.catalog import load_recipe
from harness.cli import main
from harness.errors import RunError
from harness.freshness import Freshness, code_digest, digest_code, stale_because
from harness.records import DataFacts, Measurement, RunRecord, SampleCounts, digest_of
from harness.request import request_runs
from harness.run.job import CHECKPOINT, WEIGHTS
from harness.run.launch import Workplace, launch
from harness.run.session import State, run_all, survey
from harness.scores import Scores, pack_scores
from harness.store import RECORD, SCORES, ResultStore


@pytest.fixture
def place(tmp_path):
    """An empty place without data."""
    return Workplace(
        store=ResultStore(tmp_path / "results"), work=tmp_path / "work", data=tmp_path / "data"
    )


@pytest.fixture
def request_staged():
    """The staged model: two stages, then the combination that starts from them."""
    return request_runs(load_recipe("sta_lstm"), "config", splits=("fold1",))


def finish(plan, place, *, weights=True, code=None):
    """Store a completed record of a plan, made by today's code unless told, and its weights."""
    place.store.add(
        RunRecord(
            run_id=f"20260101T000000Z-{plan.digest[:8]}",
            status="completed",
            plan=plan,
            plan_digest=plan.digest,
            code_digest=code or code_digest(load_recipe(plan.recipe), plan.dataset),
            started_at="2026-01-01T00:00:00+00:00",
            duration_s=10.0,
        ),
        {},
    )
    if weights:
        place.home(plan).mkdir(parents=True)
        (place.home(plan) / WEIGHTS).write_bytes(b"")


def needed(steps):
    """Variants that must be run, in order."""
    return [step.plan.variant for step in steps if step.needed]


def test_inputs_come_before_what_starts_from_them(place, request_staged):
    """Asking for the combination plans its stages, first."""
    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    assert needed(steps) == ["temporal_stage", "spatial_stage", "config"]
    assert {step.state for step in steps} == {State.RUN}


def test_a_finished_input_is_not_run_again(place, request_staged):
    """Its record and weights are there."""
    finish(request_staged.plans[0], place)

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    assert needed(steps) == ["spatial_stage", "config"]
    assert steps[0].estimate_s == 10.0


def test_an_input_without_weights_is_run_again(place, request_staged):
    """In a fresh clone the record is there and the weights are not."""
    finish(request_staged.plans[0], place, weights=False)

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    assert needed(steps) == ["temporal_stage", "spatial_stage", "config"]


def test_nothing_is_run_for_a_finished_plan(place, request_staged):
    """Whatever became of its inputs."""
    finish(request_staged.plans[-1], place, weights=False)

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    assert needed(steps) == []


def test_fresh_runs_again_what_was_asked_for_and_no_more(place, request_staged):
    """The stages' weights are still good."""
    for plan in request_staged.plans:
        finish(plan, place)

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted, fresh=True)

    assert needed(steps) == ["config"]


def test_stale_runs_again_what_the_code_has_left_behind(place, request_staged):
    """Records of other code are run again when asked for."""
    for plan in request_staged.plans:
        finish(plan, place, code=digest_of("older code"))

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted, stale=True)

    assert needed(steps) == ["temporal_stage", "spatial_stage", "config"]


def test_a_stale_input_is_not_built_on(place, request_staged):
    """Weights of other code would make a record that looks fresh and is not."""
    for plan in request_staged.plans[:2]:
        finish(plan, place, code=digest_of("older code"))

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    assert needed(steps) == ["temporal_stage", "spatial_stage", "config"]


def test_an_invalidated_run_does_not_count(place, request_staged):
    """Its plan is run again."""
    last = request_staged.plans[-1]
    finish(last, place)
    place.store.invalidate(place.store.runs()[0].record.run_id, "the data were wrong")

    steps = survey((last,), place)

    assert needed(steps) == ["config"]


def test_a_checkpoint_is_resumed(place, request_staged):
    """The table says so before anything starts."""
    plan = request_staged.plans[0]
    place.home(plan).mkdir(parents=True)
    (place.home(plan) / CHECKPOINT).write_bytes(b"")

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    assert steps[0].state is State.RESUME


def test_what_starts_from_a_failed_input_is_not_tried(place, request_staged):
    """Without data the stages fail, each with a record, and the combination says why not."""
    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    results = run_all([replace(step, needed=True) for step in steps], place, jobs=2)

    combination = results[request_staged.plans[-1].digest]
    assert isinstance(combination, RunError)
    assert "input failed" in combination.problem
    assert [run.record.failure.kind for run in place.store.runs()] == ["data", "data"]


SEEN = DataFacts(
    fingerprint="f" * 64,
    known=True,
    embedded=False,
    train=80,
    test=SampleCounts(expected=3, scored=3),
    monitored="val",
)
JOINT = [[0.9, 0.1], [0.9, 0.1], [0.4, 0.6]]  # of three samples of class 0, two are right
BONE = [[0.4, 0.6], [0.9, 0.1], [0.9, 0.1]]


@pytest.fixture
def both(tmp_path, monkeypatch):
    """The plans of two streams and of their fusion, 1 : 2, in a recipe of their own."""
    load_recipe("sta_lstm")  # its package stays the repository's
    monkeypatch.setattr(recipes, "__path__", [str(copy_recipe(tmp_path))])
    return request_runs(load_recipe("sta_lstm"), "both", seeds=(4,))


def score_stream(plan, place, rows, *, weights, code=None, seen=SEEN, at="20260101T000000Z"):
    """Store a completed record of a stream, with its scores."""
    scores = Scores(
        ids=np.array(list("abc")),
        groups=np.array(list("xyy")),
        labels=np.zeros(3, dtype=np.int64),
        scores=np.array(rows, dtype=np.float32),
    )
    return place.store.add(
        RunRecord(
            run_id=f"{at}-{plan.digest[:8]}",
            status="completed",
            plan=plan,
            plan_digest=plan.digest,
            code_digest=code or digest_code(plan, load_recipe(plan.recipe)),
            started_at="2026-01-01T00:00:00+00:00",
            duration_s=10.0,
            data=seen,
            measurements=(
                Measurement(metric="top1_acc", value=200 / 3, samples=3),
                Measurement(metric="params", value=3.0),
                Measurement(metric="macs", value=1.5),
            ),
            weights_sha256=weights,
        ),
        {SCORES: pack_scores(scores)},
    )


@pytest.fixture
def streams(place, both):
    """Both streams, run: plans of the two and of the fusion."""
    joint, bone, fusion = both.plans
    score_stream(joint, place, JOINT, weights="j1")
    score_stream(bone, place, BONE, weights="b1")
    return joint, bone, fusion


def fuse(request, place, **given):
    """Survey and run, as the command line does; the results by variant."""
    steps = survey(request.plans, place, wanted=request.wanted, **given)
    results = run_all(steps, place, fresh=given.get("fresh", False))
    variants = {plan.digest: plan.variant for plan in request.plans}
    return {variants[digest]: result for digest, result in results.items()}


def staleness(run, place):
    """Why a stored run is stale."""
    return stale_because(run.record, load_recipe("sta_lstm"), place.store.runs())


def test_streams_come_before_their_fusion(place, both):
    """Asking for a fusion plans what it fuses, of the same seed, first."""
    steps = survey(both.plans, place, wanted=both.wanted)

    assert needed(steps) == ["short", "short_lstm", "both"]
    assert {step.plan.seed for step in steps} == {4}


def test_a_fusion_of_finished_streams_is_a_record(place, both, streams):
    """Fused here and at once: accuracies, summed costs, what was fused, and no weights."""
    (run,) = fuse(both, place).values()

    record = run.record
    assert record.status == "completed"
    assert record.plan == streams[-1]
    assert record.values == {
        "top1_acc": 100.0, "top5_acc": 100.0, "mean_class_acc": 100.0, "top1_top5_mean": 100.0,
        "params": 6.0, "macs": 3.0,
    }  # fmt: skip
    assert record.input_weights == {"short": "j1", "short_lstm": "b1"}
    assert record.weights_sha256 == ""
    assert record.data == SEEN
    assert record.code_digest == digest_code(streams[-1], load_recipe("sta_lstm"))
    assert (record.timing.train_s, record.timing.iterations) == (0.0, 0)
    assert record.timing.test_s <= record.duration_s < 5
    assert record.environment.packages == {"numpy": np.__version__}
    assert record.environment.command.startswith("harness")
    assert run == place.store.find(record.run_id)
    assert {path.name for path in run.folder.iterdir()} == {RECORD, SCORES}
    assert run.history == ()
    expected = (np.array(JOINT) + 2 * np.array(BONE)) / 3
    assert run.scores.scores == pytest.approx(expected, abs=1e-7)
    assert run.scores.groups.tolist() == list("xyy")


def test_a_finished_fusion_is_not_made_again(place, both, streams):
    """The same command a second time does nothing; --fresh does it again, streams left alone."""
    fuse(both, place)

    assert fuse(both, place) == {}
    assert list(fuse(both, place, fresh=True)) == ["both"]


def test_a_stream_that_was_run_again_makes_its_fusion_stale(place, both, streams):
    """Other weights: the record says so, and the fusion is made anew when it is asked for."""
    old = fuse(both, place)["both"]
    score_stream(streams[1], place, JOINT, weights="b2", at="20260102T000000Z")

    assert staleness(old, place) == "its stream 'short_lstm' has been run again, with other weights"
    new = fuse(both, place)["both"]
    assert new.record.input_weights == {"short": "j1", "short_lstm": "b2"}
    assert new.record.values["top1_acc"] == pytest.approx(66.666667)
    assert staleness(new, place) == ""
    assert fuse(both, place) == {}


def test_a_stream_that_came_out_again_leaves_its_fusion_fresh(place, both, streams):
    """Equal weights are the same run, whenever it ran."""
    run = fuse(both, place)["both"]
    score_stream(streams[1], place, BONE, weights="b1", at="20260102T000000Z")

    assert staleness(run, place) == ""
    assert fuse(both, place) == {}


def test_a_stale_stream_is_not_fused(place, both):
    """Scores of other code would make a record that looks fresh and is not."""
    joint, bone, _ = both.plans
    score_stream(joint, place, JOINT, weights="j1")
    score_stream(bone, place, BONE, weights="b1", code=digest_of("older code"))

    steps = survey(both.plans, place, wanted=both.wanted)

    assert needed(steps) == ["short_lstm", "both"]


def test_a_fusion_of_a_stream_that_is_stale_is_stale(place, both, streams):
    """It is run again when that is asked for, with the stream; until then it is flagged."""
    run = fuse(both, place)["both"]
    stream = next(r for r in place.store.runs() if r.record.weights_sha256 == "b1")
    place.store.invalidate(stream.record.run_id, "the file was damaged")
    score_stream(streams[1], place, BONE, weights="b0", code=digest_of("older code"))

    assert staleness(run, place) == "its stream 'short_lstm' has no fresh run"
    assert needed(survey(both.plans, place, wanted=both.wanted)) == []
    steps = survey(both.plans, place, wanted=both.wanted, stale=True)
    assert needed(steps) == ["short_lstm", "both"]


def test_a_fusion_follows_a_stream_that_is_run_beside_it(place, both, streams):
    """A campaign asks for all three: the stream whose run was invalidated, then the fusion."""
    fuse(both, place)
    stream = next(r for r in place.store.runs() if r.record.weights_sha256 == "b1")
    place.store.invalidate(stream.record.run_id, "the file was damaged")

    assert needed(survey(both.plans, place)) == ["short_lstm", "both"]


def test_streams_of_another_recipe_are_fused(place, both):
    """Planned as in their own recipe, found among its runs, and asked about there again."""
    across = request_runs(load_recipe("pairs"), "config", seeds=(4,))
    assert across.plans[:2] == both.plans[:2]
    assert needed(survey(across.plans, place, wanted=across.wanted)) == [
        "short", "short_lstm", "config",
    ]  # fmt: skip
    for plan, scores, weights in zip(both.plans[:2], (JOINT, BONE), ("j1", "b1"), strict=True):
        score_stream(plan, place, scores, weights=weights)

    run = fuse(across, place)["config"]

    def reason():
        runs = place.store.runs("pairs")
        return Freshness(load_recipe("pairs"), runs, place.store).stale_because(run.record)

    assert run.record.plan.recipe == "pairs"
    assert run.record.input_weights == {"sta_lstm/short": "j1", "sta_lstm/short_lstm": "b1"}
    assert run.scores.scores == pytest.approx((np.array(JOINT) + 2 * np.array(BONE)) / 3, abs=1e-7)
    assert fuse(across, place) == {}
    assert reason() == ""
    score_stream(both.plans[1], place, JOINT, weights="b2", at="20260102T000000Z")
    assert reason() == ("its stream 'sta_lstm/short_lstm' has been run again, with other weights")
    assert list(fuse(across, place)) == ["config"]


def test_another_weight_makes_a_fusion_stale(place, both, streams, tmp_path):
    """Its configuration is compared as that of any run."""
    run = fuse(both, place)["both"]
    (tmp_path / "recipes" / "sta_lstm" / "both.py").write_text(BOTH.replace("2.0", "3.0"))

    assert staleness(run, place) == "the variant's configuration has changed"


def test_the_code_of_a_fusion_is_not_the_runners(both):
    """Neither model nor data set nor runner: what fuses, and what reads scores."""
    recipe, fusion = load_recipe("sta_lstm"), both.plans[-1]
    before = digest_code(fusion, recipe)

    (recipe.folder / "model.py").write_text("STEP = 1\n")

    assert digest_code(fusion, recipe) == before
    stream = both.plans[0]
    today = code_digest(recipe, "synthetic", stream.variant)
    assert digest_code(stream, recipe) == today != before


def test_only_valid_completed_runs_are_fused(place, both):
    """A launcher that finds none says which stream must be run."""
    joint, _, fusion = both.plans
    score_stream(joint, place, JOINT, weights="j1")

    with pytest.raises(RunError, match="stream 'short_lstm' has no completed run") as caught:
        launch(fusion, place)

    assert "run again" in caught.value.fix


def test_streams_that_saw_different_data_are_a_failed_record(place, both):
    """Which streams, and why, is stored as of any run that failed."""
    joint, bone, _ = both.plans
    score_stream(joint, place, JOINT, weights="j1")
    score_stream(bone, place, BONE, weights="b1", seen=replace(SEEN, fingerprint="0" * 64))

    record = fuse(both, place)["both"].record

    assert record.status == "failed"
    assert record.failure.kind == "data"
    assert record.failure.message == "streams 'short' and 'short_lstm' saw different data"
    assert record.measurements == ()
    assert needed(survey(both.plans, place, wanted=both.wanted)) == ["both"]


def test_damaged_scores_are_a_failed_record(place, both, streams):
    """The file is named, and nothing is made up in its place."""
    run = next(r for r in place.store.runs() if r.record.weights_sha256 == "j1")
    (run.folder / SCORES).write_bytes(b"PK")

    failure = fuse(both, place)["both"].record.failure

    assert str(run.folder / SCORES) in failure.message
    assert "restore it" in failure.fix


def test_a_fusion_of_a_failed_stream_is_not_tried(place, both):
    """Without data one stream fails; the fusion says why it was not run."""
    score_stream(both.plans[0], place, JOINT, weights="j1")

    results = fuse(both, place)

    assert results["short_lstm"].record.failure is not None
    assert isinstance(results["both"], RunError)
    assert "an input failed" in results["both"].problem


def test_fusing_imports_no_torch(place, streams, without_torch, tmp_path):
    """A launcher fuses where torch is not, and so do planning and reporting."""
    done = without_torch(
        """
from pathlib import Path
import recipes
from harness.catalog import load_recipe
from harness.request import request_runs
from harness.run.launch import Workplace, launch
from harness.store import ResultStore
home = Path(sys.argv[1])
recipes.__path__ = [str(home / "recipes")]
place = Workplace(store=ResultStore(home / "results"), work=home / "work", data=home / "data")
run = launch(request_runs(load_recipe("sta_lstm"), "both", seeds=(4,)).plans[-1], place)
print(run.record.status, sorted({"torch", "mmaction"} & set(sys.modules)))
""",
        tmp_path,
    )

    assert done.stdout.strip() == "completed []", done.stderr


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Calls the command line in the folder of the records, and returns what it prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HARNESS_DATA", raising=False)
    before = signal.getsignal(signal.SIGTERM)

    def run(*words):
        status = main(words)
        out, err = capsys.readouterr()
        assert status == 0, err
        return out

    yield run
    signal.signal(signal.SIGTERM, before)


def test_a_fusion_is_listed_and_shown(place, both, streams, call):
    """A record without curves and weights is shown as any other, with what it fused."""
    run = fuse(both, place)["both"]

    (row,) = [row for row in json.loads(call("list", "runs", "--json")) if row["variant"] == "both"]
    shown = call("show", run.record.run_id)

    assert (row["metrics"]["top1_acc"], row["stale"]) == (100.0, False)
    assert "short × 1 (weights j1), short_lstm × 2 (weights b1)" in shown
    assert "weights.pt" not in shown


def test_a_fusion_is_reported(place, both, streams, call, tmp_path):
    """Its page has its streams, its runs and its costs, and no curve of it."""
    fuse(both, place)

    call("report")

    text = (tmp_path / "reports" / "sta_lstm.md").read_text()
    page = (tmp_path / "reports" / "sta_lstm.html").read_text()
    assert "late fusion of" in page
    rows = [line for line in text.splitlines() if line.startswith("| [both](#variant-both)")]
    assert any("100.00 %" in row and "6.000 M" in row for row in rows)
    assert "curves-both" not in page


def test_a_campaign_names_a_fusion_like_any_variant(place, both, streams, call, tmp_path):
    """One line in its list is enough: streams that are done are left alone."""
    text = 'title = "t"\nquestion = "q"\n[[runs]]\nrecipe = "sta_lstm"\n'
    path = tmp_path / "recipes" / "_campaigns" / "pair.toml"
    path.write_text(f'{text}variants = ["both"]\nseeds = [4]\n')

    said = call("reproduce", "--campaign", "pair")

    assert "[1/1, 0 s left] sta_lstm/both fixed seed 4: top-1 100.00 %" in said
    assert [run.record.plan.variant for run in place.store.runs()].count("both") == 1
    assert "2 done, 1 to run" in said
    assert "3 done" in call("reproduce", "--campaign", "pair")


@pytest.mark.slow
def test_a_user_runs_a_fusion(bench, tmp_path):
    """One command trains both streams in their processes and fuses what they answered."""
    copy_recipe(tmp_path)
    words = bench.command("--variant", "both", "--limit", "24")

    done = subprocess.run(
        words, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    joint, bone, fusion = bench.runs
    assert [run.record.plan.variant for run in bench.runs] == ["short", "short_lstm", "both"]
    assert fusion.record.is_limited
    assert fusion.record.data == joint.record.data
    assert fusion.record.input_weights == {
        "short": joint.record.weights_sha256, "short_lstm": bone.record.weights_sha256,
    }  # fmt: skip
    expected = (joint.scores.scores + 2 * bone.scores.scores) / 3
    assert fusion.scores.scores == pytest.approx(expected, abs=1e-6)
    for cost in ("params", "macs"):
        total = joint.record.values[cost] + bone.record.values[cost]
        assert fusion.record.values[cost] == pytest.approx(total)
