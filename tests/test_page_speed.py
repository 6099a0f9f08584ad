"""Pages of many records: how long they take, and what that is measured on."""

import json
import sys

import pytest

import recipes
from harness.catalog import load_campaign, load_recipe
from harness.cli import main
from harness.compare import Outcome
from harness.evidence import gather_evidence, judge_evidence
from harness.generated_records import KEY, MOST, SEEDS, write_recipe, write_records
from harness.store import HISTORY, SCORES, ResultStore
from harness.verbs.page_speed import measure_pages

# Ten times what an idle core needs: other tests run at the same time.
MOST_SECONDS = 15
MOST_GIB = 1


@pytest.fixture
def generated(tmp_path, monkeypatch):
    """The generated recipe with two variants, and its records."""
    write_recipe(tmp_path / "recipes", 2 * SEEDS)
    monkeypatch.setattr(recipes, "__path__", [str(tmp_path / "recipes")])
    recipe, store = load_recipe(KEY), ResultStore(tmp_path / "results")
    write_records(store.root, recipe, 2 * SEEDS)
    yield recipe, store
    for name in [name for name in sys.modules if name.startswith(f"recipes.{KEY}")]:
        del sys.modules[name]


def test_generated_records_are_like_real_ones(generated):
    """Completed, failed, invalidated and tried; their scores give their accuracies."""
    _, store = generated
    runs = store.runs(KEY)
    completed = [run for run in runs if run.record.status == "completed"]

    assert len(runs) == 2 * SEEDS
    assert len(completed) == 2 * (SEEDS - 1)
    assert sum(bool(run.invalidated) for run in runs) == 2
    assert sum(bool(run.record.plan.overrides) for run in runs) == 2
    for run in completed[::7]:
        assert run.scores.accuracy() == run.record.values["top1_acc"]
        assert len(run.history) == 90
        assert run.record.plan.digest == run.record.plan_digest
    assert {path.name for path in runs[0].folder.iterdir()} == {"record.json", HISTORY, SCORES}


def test_generated_records_are_judged_like_real_ones(generated):
    """Those of older code are fresh by the repetition of one of them; every claim is judged."""
    recipe, store = generated
    evidence = gather_evidence(recipe, store)

    assert len({item.record.code_digest for item in evidence}) == 2
    assert not any(item.stale for item in evidence)
    judged = {Outcome.REPRODUCED, Outcome.ABOVE, Outcome.BELOW, Outcome.INCONCLUSIVE}
    judged |= {Outcome.HOLDS, Outcome.REVERSED, Outcome.UNDECIDED}
    verdicts = judge_evidence(recipe, evidence)
    assert {verdict.outcome for verdict in verdicts} <= judged
    assert len(verdicts) == 3
    assert load_campaign(KEY).runs[0].variants == recipe.variants


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_too_many_records_are_refused(tmp_path, count):
    """There are only so many variants."""
    with pytest.raises(ValueError, match="are not between"):
        write_recipe(tmp_path, count)


def test_the_measurement_is_printed(capsys):
    """Time, memory and records a second of each pass, and how the time grows."""
    status = main(["bench", "report", "--records", "60", "10"])

    lines = capsys.readouterr().out.splitlines()
    assert status == 0
    assert [line.split()[:2] for line in lines if line.startswith(("10 ", "60 "))] == [
        ["10", "cold"],
        ["10", "warm"],
        ["60", "cold"],
        ["60", "warm"],
    ]
    assert [line.partition(":")[0] for line in lines[-2:]] == ["cold", "warm"]
    assert "6.0 × the records take" in lines[-1]


def test_the_measurement_is_one_array(capsys):
    """For scripts."""
    main(["bench", "report", "--records", "10", "--json"])

    cold, warm = json.loads(capsys.readouterr().out)
    assert (cold["cache"], warm["cache"]) == ("cold", "warm")
    assert warm["records_per_s"] == pytest.approx(10 / warm["seconds"])
    assert warm["rendering"]["pages"] == cold["rendering"]["pages"] > 0


@pytest.mark.slow
def test_time_grows_with_the_number_of_records():
    """Four times the records take at most six times the computing, and little memory."""
    few, many = (list(measure_pages(count)) for count in (250, 1000))

    for before, after in zip(few, many, strict=True):
        growth = after.rendering.processor_s / before.rendering.processor_s
        assert growth < 6, before.cache
    warm = many[-1].rendering
    assert warm.processor_s < MOST_SECONDS
    assert warm.peak_memory_gib < MOST_GIB
