"""Stored measurements of speed on a recipe's page."""

import re

from harness.benches import (
    FOLDER,
    Bench,
    Comparison,
    Machine,
    Side,
    Turn,
    load_benches,
    write_bench,
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


def store(site):
    """Store one measurement of the recipe and one of another."""
    machine = Machine(
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
    for recipe in ("walker", "other"):
        bench = Bench(
            recipe=recipe,
            variant="config",
            dataset="steps",
            split="fold1",
            rival="zoo",
            started_at="2026-01-02T03:04:05+00:00",
            command=f"harness bench {recipe} --against zoo",
            machine=machine,
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
