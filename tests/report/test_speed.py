"""Stored measurements of speed on a recipe's page."""

import re
from dataclasses import replace

from harness.benches import (
    FOLDER,
    Bench,
    Comparison,
    Machine,
    Race,
    Side,
    Turn,
    Way,
    load_benches,
    write_bench,
)
from harness.data_benches import FOLDER as DATA
from harness.data_benches import DataBench, FlowOfMethod, FlowOfVideo
from harness.throughputs import FOLDER as COSTS
from harness.throughputs import (
    Cost,
    CostBench,
    cost_bench_json,
    load_cost_benches,
)


def side(title, rate, **changes):
    given = dict(
        title=title,
        network="Net",
        trainer="Runner",
        pipeline=("Cut", "Pack"),
        precision="float32",
        threads=2,
        loader_workers=0,
        batch_size=16,
        clip=(1, 2, 32, 3, 3),
        parameters=7,
        turns=tuple(Turn(samples=rate * factor, seconds=10.0) for factor in (9, 10, 12)),
    )
    return Side(**given | changes)


MACHINE = Machine(
    device="a CPU <fast>",
    device_kind="cpu",
    driver="",
    cores=2,
    load=0.5,
    python="3.11",
    platform="Linux",
    packages={"torch": "2.13.0"},
    commit="c0ffee",
    dirty=False,
)


def store(site):
    """Store one measurement of the recipe and one of another."""
    for recipe in ("walker", "other"):
        bench = Bench(
            recipe=recipe,
            variant="config",
            dataset="steps",
            split="fold1",
            rival="zoo",
            started_at="2026-01-02T03:04:05+00:00",
            command=f"harness bench {recipe} --against zoo",
            machine=MACHINE,
            batches=10,
            warm_up=5,
            comparisons=(
                Comparison(
                    setting="same precision",
                    ours=side("ours", 30),
                    theirs=side("Zoo", 20),
                    score_gap=2e-7,
                ),
            ),
        )
        write_bench(bench, site.store.root / FOLDER / f"{recipe}.json")
    return load_benches(site.store.root, "walker")


def test_a_page_without_measurements_says_nothing_of_speed(pages):
    """No empty section, no link to one."""
    assert 'id="speed"' not in pages["walker.html"]
    assert "#speed" not in pages["walker.html"]
    assert "Speed" not in pages["walker.md"]


def test_a_measurement_is_shown_with_spread_n_machine_and_command(full):
    """Median and range of both sides and of their ratio, and where the numbers are stored."""
    page = full.page(benches=store(full))

    pages = full.pages(page)

    for text in (pages["walker.html"], pages["walker.md"]):
        words = " ".join(re.sub(r"<[^>]+>", " ", text).replace("\\", "").split())
        for part in ("30.0", "(27.0 to 36.0)", "20.0", "× 1.50", "(1.50 to 1.50)", "2 threads"):
            assert part in words, part
        assert "harness bench walker --against zoo" in words
        assert "harness bench other" not in words
        assert "a CPU &lt;fast&gt;" in text
        assert f"../results/{FOLDER}/walker.json" in text


def test_what_variants_cost_is_shown(full):
    """Parameters, multiply-adds times views, clips a second in training and test, and memory."""
    turns = tuple(Turn(samples=4, seconds=seconds) for seconds in (1.0, 2.0, 4.0))
    cost = Cost(
        variant="config",
        precision="bfloat16",
        batch_size=4,
        clip=(3, 16, 64, 64),
        parameters=33_217_755,
        macs=2_680_000_000,
        views=10,
        test=tuple(Turn(samples=4, seconds=turn.seconds / 4) for turn in turns),
        train=turns,
        test_memory_gib=0.57,
        train_memory_gib=0.93,
    )
    for recipe in ("walker", "other"):
        bench = CostBench(
            recipe=recipe,
            started_at="2026-01-02T03:04:05+00:00",
            command=f"harness bench {recipe}",
            machine=MACHINE,
            threads=1,
            costs=(cost,),
        )
        write_bench(bench, full.store.root / COSTS / f"{recipe}.json")
    costs = load_cost_benches(full.store.root, "walker")
    assert (
        cost_bench_json(costs["walker.json"])["costs"][0]["summary"]["test_clips_per_s"]["n"] == 3
    )

    pages = full.pages(full.page(costs=costs))

    for text in (pages["walker.html"], pages["walker.md"]):
        words = " ".join(re.sub(r"<[^>]+>", " ", text).replace("\\", "").split())
        shown = ("33.22", "2.68 × 10", "2.00", "(1.00 to 4.00)", "8.00", "0.93", "0.57")
        for part in (*shown, "bfloat16, clips of 3×16×64×64", "batches of 4", "threads: 1"):
            assert part in words, part
        assert "harness bench other" not in words
        assert f"../results/{COSTS}/walker.json" in text
    assert 'id="costs"' not in full.pages(full.page())["walker.html"]


def test_what_fast_forms_gain_is_shown(full):
    """Both rates, both memories, the ratio with its spread and n, and what each form is."""
    ours, plain = (
        Way(
            title=title,
            steps=(step, "float32"),
            turns=tuple(Turn(samples=4, seconds=seconds) for seconds in spent),
            memory_mib=memory,
        )
        for title, step, spent, memory in (
            ("ours", "fuse", (1.0, 1.0), 12.25),
            ("plain", "look", (1.5, 2.0), 80.0),
        )
    )
    race = Race(what="a walker, fused against plain", unit="clips", ours=ours, theirs=plain)
    bench = CostBench(
        recipe="walker",
        started_at="2026-01-02T03:04:05+00:00",
        command="harness bench walker --threads 1",
        machine=MACHINE,
        threads=1,
        costs=(),
        races=(race,),
    )
    write_bench(bench, full.store.root / COSTS / "walker.json")
    costs = load_cost_benches(full.store.root, "walker")

    pages = full.pages(full.page(costs=costs))

    assert cost_bench_json(bench)["races"][0]["summary"]["ratio"]["median"] == 1.75
    for text in (pages["walker.html"], pages["walker.md"]):
        words = " ".join(re.sub(r"<[^>]+>", " ", text).replace("\\", "").split())
        shown = ("× 1.75", "(1.50 to 2.00)", "12.2", "80.0", "against plain", "threads: 1")
        for part in (*shown, "fuse, float32.", "look, float32.", "harness bench walker"):
            assert part in words, part
        assert f"../results/{COSTS}/walker.json" in text


def test_waiting_for_data_is_shown(full):
    """Whether loading or computing bounds a side; nothing where it was not measured."""
    (bench,) = store(full).values()
    (comparison,) = bench.comparisons
    waited = side("ours", 30, turns=(Turn(samples=300, seconds=10.0, waited_s=2.5),) * 3)
    shown = replace(bench, comparisons=(replace(comparison, ours=waited),))

    text = full.pages(full.page(benches={"b.json": shown}))["walker.md"]

    assert text.count("25% of it waiting for data") == 1
    assert "waiting for data" in text


def test_races_are_shown_on_the_page_of_their_data(full):
    """With spread, n, steps, machine and command; those on other data are not."""
    ours, theirs = (
        Way(title=title, steps=("Read",), turns=(Turn(samples=samples, seconds=1.0),) * 2)
        for title, samples in (("ours", 30), ("Zoo", 20))
    )
    races = tuple(
        Race(dataset=key, what=f"clips of {key}", unit="clips", ours=ours, theirs=theirs)
        for key in ("steps", "other")
    )
    videos = tuple(
        FlowOfVideo(video=str(left), pairs=2, seconds=0.01, change=100.0, left=left)
        for left in (10.0, 50.0)
    )
    bench = DataBench(
        started_at="2026-01-02T03:04:05+00:00",
        command="harness bench data",
        machine=MACHINE,
        turn_s=1.0,
        races=races,
        flows=tuple(
            FlowOfMethod(dataset=key, method=f"flow of {key}", videos=videos)
            for key in ("steps", "other")
        ),
    )
    (facts,) = full.page().datasets.values()
    page = full.page(datasets={"steps": replace(facts, benches={"cpu.json": bench})})

    pages = full.pages(page)

    for text in (pages["dataset-steps.html"], pages["dataset-steps.md"]):
        words = " ".join(re.sub(r"<[^>]+>", " ", text).replace("\\", "").split())
        for part in ("clips of steps", "against Zoo", "30.0", "20.0", "× 1.50", "Read.", "1 s or"):
            assert part in words, part
        for part in ("flow of steps", "70", "50 to 90", "5.0", "of 2 videos"):
            assert part in words, part
        assert "clips of other" not in words and "flow of other" not in words
        assert f"../results/{DATA}/cpu.json" in text
    assert 'id="speed"' not in full.pages(full.page())["dataset-steps.html"]
