"""Promises of the pages of single runs."""

import re
import signal
import time
from html import unescape
from urllib.parse import unquote

import numpy as np
import pytest
from reading import words

from harness.catalog import load_recipe
from harness.cli import main
from harness.plan import make_plans
from harness.records import PlanInput
from harness.report import write_reports, write_run_pages
from harness.report.confusions import (
    MOST_CLASSES,
    classes_table,
    count_confusions,
    draw_confusions,
    wrong_table,
)
from harness.scores import Scores
from harness.store import ResultStore


def page_of(site, run, **changes):
    """The page of a run."""
    run_id = run.record.run_id
    (path,) = write_run_pages([site.page(**changes)], site.out, site.store.root, [run_id])
    assert path == site.out / "runs" / f"{run_id}.html"
    return path.read_text()


def some_scores(classes=3, samples=30, seed=0):
    """Probabilities drawn at random, each class at least once."""
    draw = np.random.default_rng(seed)
    values = draw.random((samples, classes))
    return Scores(
        ids=np.array([f"s{i:05d}" for i in range(samples)]),
        groups=np.array([f"g{i % 4}" for i in range(samples)]),
        labels=np.arange(samples) % classes,
        scores=(values / values.sum(axis=1, keepdims=True)).astype(np.float32),
    )


def test_a_page_says_what_was_run_where_and_how(full):
    """Plan, protocol, command, machine, data and timing, and how to run it alone."""
    text = words(page_of(full, full.store.runs("walker")[0]))

    for part in (
        "Walker, variant config, on Steps, split fold1, seed 0: completed after 1 min 15 s",
        "harness run walker --variant config --split fold1 --seeds 0 --fresh",
        "modality joint", "joints 3", "changed by --set nothing", "device a CPU (cpu)",
        "tested on 40 of 40 samples", "the authors' complete data", "training 1 min 0 s",
        "peak memory 0.50 GiB", "iterations 30", "f00d", "c0de",
    ):  # fmt: skip
        assert part in text, part


def test_measurements_name_the_claims_they_speak_to(full):
    """With this run's own gap, and the verdict of all runs; what no claim needs says so."""
    html = page_of(full, full.store.runs("walker")[0])
    text = words(html)

    assert "walker (75.0 %, this run 0.00 pp): inconclusive" in text.replace("+", "")
    assert "order: holds" in text
    assert 'href="../walker.html#claim-walker"' in html
    other = full.add("config", "fold1", 0, 10.0, plan={"overrides": {"model.rate": 0.1}},
                     run_id="20270101T000000Z-tried")  # fmt: skip
    tried = words(page_of(full, other))
    assert "no claim" in tried
    assert "--set model.rate=0.1 --fresh" in tried


def test_every_link_leads_somewhere(full):
    """To files of the record, to rows of the recipe's page and to the data set's page."""
    full.fail("plain", "fold1", 7)
    write_reports([full.page()], full.out, full.store.root)
    paths = list(write_run_pages([full.page()], full.out, full.store.root))

    assert len(paths) == len(full.store.runs()) == 13
    for path in paths:
        html = path.read_text()
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        for href in re.findall(r'<a [^>]*href="([^"]+)"', html):
            target, _, fragment = unescape(href).partition("#")
            place = (path.parent / unquote(target)).resolve() if target else path
            assert place.is_file(), href
            assert not fragment or f'id="{fragment}"' in place.read_text(), href


def test_a_failed_run_says_why_and_what_to_do(full):
    """There is no result, no curve and no matrix, and nothing breaks."""
    text = page_of(full, full.fail("plain", "fold1", 7))

    assert "it fell | &lt;over&gt;" in text and "look at it" in text
    assert "<over>" not in text
    assert "The run left no curve" in text and "The run stored no scores" in text


def test_doubts_are_on_the_page(full):
    """A stale or invalidated run says so at its head."""
    run = full.store.runs("walker")[0]
    full.store.invalidate(run.record.run_id, "labels were <wrong>")
    html = page_of(full, run, stale="the code has changed")

    assert "invalidated: labels were &lt;wrong&gt;" in html
    assert "stale: the code has changed" in html


def test_what_a_run_started_from_is_linked(full):
    """The streams of a fusion by the weights that it had: not a later run of the same plan."""
    first = full.store.runs("walker")[0].record
    stream = full.add("config", "fold1", 0, 75.0, weights_sha256="beef" * 16).record
    full.add("config", "fold1", 0, 75.0, run_id="20270102T030405Z-later")
    assert stream.plan_digest == first.plan_digest
    given = PlanInput(variant="config", use="scores", digest=stream.plan_digest)
    lost = PlanInput(variant="plain", use="scores", digest="0" * 16)
    config = full.page().configs["config"] | {"fusion": {"config": 2.0, "plain": 1.0}}
    run = full.add("fused", "fold1", 0, 80.0, input_weights={"config": "beef" * 16},
                   plan={"inputs": (given, lost), "config": config})  # fmt: skip
    html = page_of(full, run)

    assert f"../../results/walker/{stream.run_id}/record.json" in html
    assert f"scores, weight 2; plan {stream.plan_digest}, SHA-256 {'beef' * 16}" in words(html)
    assert "scores, weight 1; plan 0000000000000000" in words(html)
    assert "later/record.json" not in html


def test_curves_are_drawn_with_their_values_in_words(full):
    """Accuracy, loss and learning rate; the second curve is called what it is."""
    html = page_of(full, full.store.runs("walker")[0])

    assert "Top-1 accuracy, training: from 55 to 82, epoch 1 to 3." in html
    assert "Top-1 accuracy, test (monitored, not used to choose): from 66 to 71" in html
    assert "Learning rate, learning rate: from 0.1 to 0.01" in html
    assert html.count("<polyline") == 5


def test_confusions_count_every_sample_once():
    """Rows are the true classes; the diagonal is the accuracy."""
    scores = some_scores()
    counts = count_confusions(scores)

    assert counts.sum() == 30
    assert np.trace(counts) == scores.correct.sum()
    for label in range(3):
        taken = scores.scores[scores.labels == label].argmax(axis=1)
        assert counts[label].tolist() == np.bincount(taken, minlength=3).tolist()


def test_the_matrix_says_its_counts_in_words_too():
    """Each cell that is not empty has a name for the pointer, the whole a description."""
    counts = np.array([[5, 3], [0, 8]])
    svg = draw_confusions(counts, ("walk", "run & jump")).svg

    assert "<title>walk, right: 5 of 8</title>" in svg
    assert "<title>walk, taken for run &amp; jump: 3 of 8</title>" in svg
    assert svg.count("<rect") == 3
    assert "Of 16 test samples 13 are right. Most often taken: walk for run &amp; jump (3)." in svg


@pytest.mark.parametrize("classes", [MOST_CLASSES, MOST_CLASSES + 1])
def test_up_to_120_classes_are_drawn(classes):
    """Each with its name on both sides, in letters of nine pixels; more are a table alone."""
    names = [f"action {index}" for index in range(classes)]
    counts = count_confusions(some_scores(classes, 5 * classes))
    picture = draw_confusions(counts, names)

    assert len(classes_table(counts, names).rows) == classes
    if classes > MOST_CLASSES:
        assert picture is None
        return
    assert picture.svg.count(">action 7<") == 2
    assert 'font-size="9"' in picture.svg
    width = float(re.search(r"--natural:([\d.]+)px", picture.svg)[1])
    assert width > 11 * classes


def test_each_class_has_its_accuracy_and_what_it_became():
    """A class without test samples has no accuracy, and says why."""
    counts = np.array([[6, 1, 3], [0, 0, 0], [0, 0, 4]])
    first, second, third = classes_table(counts, ("a", "b", "c")).rows

    assert [cell.text for cell in first.cells] == ["a", "10", "6", "60.0", "c (3)"]
    assert second.cells[3].text == "not tested"
    assert [cell.text for cell in third.cells[3:]] == ["100.0", "–"]


def test_the_most_wrong_come_first():
    """By the probability of the wrong class, with what the true one got; right ones never."""
    scores = some_scores(samples=200)
    table = wrong_table(scores, ("a", "b", "c"))

    assert len(table.rows) == 20
    given = [row.cells[4].value for row in table.rows]
    assert given == sorted(given, reverse=True)
    wrong = ~scores.correct
    assert given[0] == pytest.approx(scores.scores[wrong].max(), abs=1e-6)
    place = {str(name): index for index, name in enumerate(scores.ids)}
    for row in table.rows:
        index = place[row.cells[0].text]
        assert wrong[index]
        assert row.cells[5].value == pytest.approx(scores.scores[index, scores.labels[index]])


def test_pages_are_made_fast(full):
    """Twenty a second at the least, of processor time; it is ten times that."""
    page = full.page()
    list(write_run_pages([page], full.out, full.store.root))
    began_s = time.process_time()
    pages = list(write_run_pages([page], full.out, full.store.root))

    assert len(pages) / (time.process_time() - began_s) > 20


def test_the_check_leaves_them_alone(full, monkeypatch, capsys):
    """Pages of runs are made on demand: they are no part of what must be up to date."""
    monkeypatch.chdir(full.out.parent)
    assert main(["report"]) == 0
    folder = full.out / "runs"
    folder.mkdir()
    (folder / "old.html").write_text("of a run that is gone")
    capsys.readouterr()

    assert main(["report", "--check"]) == 0
    assert "every page is up to date" in capsys.readouterr().out


@pytest.fixture(autouse=True)
def _same_signals():
    """Leaves the process's answer to SIGTERM as it was, which the command line changes."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def stored(record, tmp_path, monkeypatch):
    """A run of a real recipe in the folder that commands look into."""
    monkeypatch.chdir(tmp_path)
    plan = make_plans(load_recipe("sta_lstm"), "synthetic", split="fixed", seed=0)[-1]
    return ResultStore(tmp_path / "results").add(record(plan=plan), {})


@pytest.mark.parametrize("name", [("--run", "20260102"), ("--runs", "all")])
def test_the_command_writes_pages_of_runs(stored, tmp_path, capsys, name):
    """By id, by the beginning of one, or all; no other page is written."""
    assert main(["report", *name]) == 0

    path = tmp_path / "reports" / "runs" / f"{stored.record.run_id}.html"
    assert "STA-LSTM" in path.read_text()
    assert list((tmp_path / "reports").iterdir()) == [path.parent]
    assert "runs" in capsys.readouterr().out


def test_a_run_that_is_not_there_is_an_error(stored, capsys):
    """Two lines, exit code 2, and no page."""
    assert main(["report", "--run", "20990101"]) == 2

    problem, fix = capsys.readouterr().err.splitlines()
    assert "there is no run '20990101'" in problem and fix.startswith("  fix: ")
