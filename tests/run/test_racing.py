"""Data pipelines against other people's: what is counted, and a short measurement."""

import json
from itertools import count

import numpy as np
import pytest
import torch

from harness.benches import Machine, Race, Turn, Way, write_bench
from harness.catalog import load_dataset
from harness.cli import main
from harness.data_benches import (
    FOLDER,
    DataBench,
    data_bench_json,
    load_data_benches,
)
from harness.datasets.collecting import decode_once, prepare_videos
from harness.datasets.flow import METHODS
from harness.errors import StoreError
from harness.run.flow_methods import compare_methods, warp_back
from harness.run.form_racing import measure_memory_mib
from harness.run.races import Entry, Runner, clips
from harness.run.racing import hold
from harness.run.randomness import seed_everything
from harness.throughputs import FOLDER as COSTS
from harness.throughputs import load_cost_benches


def way(*turns, title="ours"):
    return Way(
        title=title,
        steps=("Read",),
        turns=tuple(Turn(samples=samples, seconds=seconds) for samples, seconds in turns),
    )


def race(ours, theirs):
    return Race(
        dataset="synthetic",
        what="clips",
        unit="clips",
        ours=way(*ours),
        theirs=way(*theirs, title="Theirs"),
    )


def bench_of(*races, **changes):
    machine = Machine(
        device="a CPU",
        device_kind="cpu",
        driver="",
        cores=2,
        load=0.5,
        python="3.11",
        platform="Linux",
        packages={},
        commit="",
        dirty=False,
    )
    given = dict(
        started_at="2026-01-02T03:04:05+00:00",
        command="harness bench data",
        machine=machine,
        turn_s=1.0,
        races=races,
    )
    return DataBench(**given | changes)


def test_the_ratio_is_taken_pair_by_pair():
    """What slows both down for a while leaves it alone; half a round is no pair."""
    found = race([(30, 1.0), (30, 10.0)], [(10, 1.0), (10, 10.0)])

    assert (found.ratio.low, found.ratio.high) == (3.0, 3.0)
    assert found.ours.per_s.median == 16.5
    with pytest.raises(ValueError, match="not as many turns"):
        race([(30, 1.0)], [])


def test_a_stored_measurement_comes_back(tmp_path):
    """By its file's name and without a computed number; scripts get the summary too."""
    found = bench_of(race([(30, 1.0)], [(10, 1.0)]))
    write_bench(found, tmp_path / FOLDER / "cpu.json")

    assert load_data_benches(tmp_path) == {"cpu.json": found}
    assert "summary" not in (tmp_path / FOLDER / "cpu.json").read_text()
    assert data_bench_json(found)["races"][0]["summary"]["ratio"]["median"] == 3.0
    assert load_data_benches(tmp_path / "nowhere") == {}


def test_a_measurement_of_another_form_is_refused(tmp_path):
    """Never half of one."""
    newer = bench_of(race([(30, 1.0)], [(10, 1.0)]), schema_version=2)
    write_bench(newer, tmp_path / FOLDER / "cpu.json")

    with pytest.raises(StoreError, match="schema version 2"):
        load_data_benches(tmp_path)


def test_ways_take_turns_and_the_first_does_not_count():
    """Ours, theirs, ours, theirs; a turn goes on until its time is over."""
    called = []

    def runner(title, samples):
        def run():
            called.append(title)
            return samples

        return Runner(title=title, steps=(), run=run)

    entry = Entry(what="w", unit="clips", ours=runner("ours", 3), theirs=runner("theirs", 2))
    found = hold(entry, rounds=2, turn_s=1e-9)

    assert called == ["ours", "theirs"] * 3
    assert [turn.samples for turn in found.ours.turns] == [3, 3]
    assert [turn.samples for turn in found.theirs.turns] == [2, 2]


def test_seconds_are_those_of_the_clock_that_is_given():
    """What others do on the machine meanwhile can be left out."""
    ticks = count(0.0, 2.5)
    way = Runner(title="", steps=(), run=lambda: 1)
    entry = Entry(what="w", unit="clips", ours=way, theirs=way)

    race = hold(entry, rounds=2, turn_s=0.0, clock=lambda: next(ticks))

    assert [turn.seconds for turn in race.ours.turns] == [2.5, 2.5]


def test_memory_is_the_most_at_once():
    """Not the sum: what was let go is free again; what was there before does not count."""
    x = torch.zeros(2**18)  # 1 MiB

    def run():
        y = x + 1
        z = y * 2  # two of them live
        del y
        return z.sum()

    assert measure_memory_mib(run, torch.device("cpu")) == pytest.approx(2.0, abs=0.01)


def test_forms_of_a_recipe_are_raced_end_to_end(tmp_path, capfd):
    """Beside what a variant costs: found by the recipe's races.py, shown, stored with memory."""
    words = ["bench", "st_pyramid", "--variant", "synthetic", "--device", "cpu", "--threads", "1"]
    words += ["--rounds", "1", "--batch-size", "2", "--seconds", "0"]

    assert main([*words, "--out", str(tmp_path / COSTS / "cpu.json")]) == 0
    shown = capfd.readouterr().out
    (bench,) = load_cost_benches(tmp_path, "st_pyramid").values()
    assert [cost.variant for cost in bench.costs] == ["synthetic"]
    assert len(bench.races) == 3
    for race in bench.races:
        assert race.ratio.n == 1
        assert race.what in shown
        assert 0 < race.ours.memory_mib < race.theirs.memory_mib / 10


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Drawn clips of the embedded data set, also decoded once."""
    root = tmp_path_factory.mktemp("data")
    dataset = load_dataset("synthetic")
    quiet = lambda done, total: None  # noqa: E731
    prepared = prepare_videos(dataset, None, root, quiet).prepared
    decode_once(prepared, clips.SHORT_SIDE, quiet)
    return dataset, root


def test_both_ways_give_the_same_samples(drawn, tmp_path):
    """The same clips of the same videos, but for how frames are scaled and compressed."""
    seen = []
    for what, *sides in clips.pair_samples(*drawn, tmp_path):
        seen.append(what)
        for index in (0, 5):
            pair = []
            for samples in sides:
                seed_everything(0, "sample", 0, index)
                pair.append(samples[index])
            ours, theirs = (sample["inputs"].float() for sample in pair)
            labels = {int(sample["data_samples"].gt_label) for sample in pair}
            assert ours.shape == theirs.shape
            assert len(labels) == 1
            assert float((ours - theirs).abs().mean()) < 3  # of 255

    assert seen == [
        f"{kind} clips, from {source}"
        for kind in ("training", "test")
        for source in ("video files", "frames decoded once")
    ]


def test_data_are_measured_end_to_end(drawn, tmp_path, monkeypatch, capfd):
    """Found by itself, shown, stored; what was measured is not overwritten."""
    monkeypatch.setattr("signal.signal", lambda *_: None)
    words = ["bench", "data", "synthetic", "--data", str(drawn[1]), "--rounds", "1"]
    words += ["--seconds", "0", "--out", str(tmp_path / FOLDER / "cpu.json")]

    assert main([*words, "--json"]) == 0
    shown = json.loads(capfd.readouterr().out)
    (stored,) = load_data_benches(tmp_path).values()
    assert {race.dataset for race in stored.races} == {"synthetic"}
    assert shown["races"][0]["summary"]["ratio"]["n"] == 1
    assert [flow["explained"] for flow in shown["flows"]] == [f.explained for f in stored.flows]
    assert main(words) == 2
    assert "already there" in capfd.readouterr().err


def test_flow_is_compared_where_there_are_videos(drawn, tmp_path):
    """The true flow of a shift explains what a shift can; each method sees the same pairs."""
    first = np.random.default_rng(0).integers(0, 256, (40, 60), np.uint8)
    second = np.roll(first, 2, axis=1)
    field = np.full((40, 60, 2), (2.0, 0.0), np.float32)
    assert np.abs(warp_back(second, field) - first)[:, :-2].max() == 0

    flows = list(compare_methods(load_dataset("synthetic"), drawn[1]))

    assert [flow.method for flow in flows] == list(METHODS)
    assert len({tuple((v.video, v.pairs, v.change) for v in flow.videos) for flow in flows}) == 1
    assert all(flow.pairs > 0 and 0 < flow.explained < 1 for flow in flows)
    assert all(flow.ms_a_pair.n == len(flow.videos) for flow in flows)


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("data", "ucf101"), "harness data prepare ucf101"),
        (("data", "ucf11"), "did you mean"),
        (("stgcn", "synthetic", "--against", "mmaction2"), "harness bench data"),
    ],
    ids=["not prepared", "mistyped", "not of data"],
)
def test_a_mistake_ends_in_two_lines(tmp_path, monkeypatch, capfd, words, fix):
    """What is wrong, and what to do about it."""
    monkeypatch.setattr("signal.signal", lambda *_: None)

    assert main(["bench", *words, "--data", str(tmp_path)]) == 2
    *_, problem, remedy = capfd.readouterr().err.splitlines()
    assert problem.startswith("error: ")
    assert fix in remedy
