"""What is committed: records, pages and the README's table."""

from pathlib import Path
from statistics import median

import pytest

from harness.cli import main
from harness.forms import is_fusion
from harness.records import NO_SAMPLES
from harness.store import ResultStore

ROOT = Path(__file__).parents[1]
MOST_BYTES = 15 * 2**20


def test_every_page_is_what_the_records_give(monkeypatch, capsys):
    """The committed pages and the README's table are up to date, byte for byte."""
    monkeypatch.chdir(ROOT)

    status = main(["report", "--check", "--readme", "README.md"])

    assert status == 0, capsys.readouterr().out


def test_records_stay_small():
    """All that is committed under results/ stays under 15 MiB."""
    size = sum(path.stat().st_size for path in (ROOT / "results").rglob("*") if path.is_file())

    assert size < MOST_BYTES


def test_start_up_and_training_are_as_quick_as_promised():
    """The first batch within 8 s, and a fold in one stage within 60 s, in the median run."""
    timings = [
        run.record.timing
        for run in ResultStore(ROOT / "results").runs("sta_lstm")
        if run.record.timing and run.record.plan.variant == "end_to_end"
    ]

    assert median(timing.startup_s for timing in timings) < 8
    assert median(timing.train_s for timing in timings) < 60


def test_every_completed_record_has_its_scores_and_curves():
    """A number can be computed again from what lies beside it."""
    for run in ResultStore(ROOT / "results").runs():
        if run.record.status == "completed" and run.record.plan.limit != NO_SAMPLES:
            top1 = run.record.values["top1_acc"]
            assert run.scores.accuracy() == pytest.approx(top1, abs=1e-4), run.record.run_id
            trained = not is_fusion(run.record.plan.config) and run.record.timing.iterations > 0
            assert run.history or not trained, run.record.run_id
