"""Promises of the campaigns' pages."""

import re
from dataclasses import replace
from html import unescape
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from reading import part, rows

from harness.catalog import Campaign, CampaignRuns
from harness.compare import Evidence, compare_methods
from harness.errors import HarnessError
from harness.intervals import holm
from harness.report import make_pages, update_readme
from harness.report.campaign_comparisons import compare_entrants
from harness.report.campaign_runs import campaigns_with_runs
from harness.report.digits import show_difference
from harness.report.readme import END, START

SPLITS = ("fold1", "fold2")


def campaign(*runs, **changes):
    given = dict(
        key="both",
        title="Both <walkers>",
        question="Which is better?",
        runs=runs or (block(),),
    )
    return Campaign(**given | changes)


def block(**changes):
    given = dict(recipe="walker", variants=("config", "plain"), seeds=(0, 1, 2))
    return CampaignRuns(**given | changes)


def pages_of(site, *campaigns, others=(), **changes):
    inputs = [site.page(**changes), *others]
    return make_pages(inputs, site.out, site.store.root, campaigns or (campaign(),))


def comparisons_of(site, *campaigns):
    """What the pages compare, without the pages."""
    ((_, entrants),) = campaigns_with_runs(campaigns or (campaign(),), [site.page()])
    return compare_entrants(entrants)


def test_a_campaign_without_runs_has_no_page(full):
    """Nothing is compared where nothing ran, and a recipe that is gone is no error."""
    idle = campaign(block(seeds=(9,)), key="idle")
    gone = campaign(block(recipe="ghost"), key="gone")

    pages = pages_of(full, campaign(), idle, gone)
    assert [name for name in pages if name.startswith("campaign-")] == [
        "campaign-both-steps-fold1.svg",
        "campaign-both.html",
        "campaign-both.md",
    ]


def test_a_variant_that_is_gone_keeps_its_runs(full):
    """Its numbers stand with a mark and without a dead link; of one never run that is said."""
    plain = {"plain": full.page().configs["plain"]}
    asked = campaign(block(), block(variants=("ghost",)))
    text = pages_of(full, asked, configs=plain)["campaign-both.md"]

    head = part(text, "Steps: fold1, fold2")
    assert "config **the variant is gone**" in rows(head)[2][0]
    assert "75.83 ± 1.44 % (n = 3)" in head
    assert "#variant-config" not in text
    assert rows(part(text, "What is missing"))[2][:3] == [
        "ghost",
        "0 of 0",
        "the variant is gone",
    ]


def test_methods_stand_head_to_head_with_cost_and_n(full):
    """The best first: mean ± s (n), parameters, training time and memory of a run."""
    text = pages_of(full)["campaign-both.md"]

    found = rows(part(text, "Steps: fold1, fold2"))[2:4]
    assert found[0] == [
        "config<br>Walker, joint", "**75.83 ± 1.44 % (n = 3)** (best)", "0.512 M", "not measured",
        "1", "1 min 0 s (6 runs)<br>a CPU", "0.50 GiB<br>the most of 6 runs",
    ]  # fmt: skip
    assert found[1][1] == "**57.50 ± 2.50 % (n = 3)** (second)"
    assert "walker.md#runs-config" in text
    assert "Which is better?" in text


def test_a_single_seed_is_called_one(site):
    """No spread and no order follow from one draw, and the table says how many have no more."""
    for split in SPLITS:
        site.add("config", split, 0, 75.0)
    text = pages_of(site)["campaign-both.md"]

    assert "1 of the methods has one seed: a single draw, without a spread" in text


def test_differences_are_those_of_the_comparison_adjusted_over_the_table(full):
    """The same paired bootstrap as of orderings; Holm over all pairs, not over the paper's."""
    for seed in range(3):
        for split in SPLITS:
            full.add("config", split, seed, 65.0, run_id=f"20270102T0304{seed}-{split}",
                     plan={"variant": "third"})  # fmt: skip
    (found,) = comparisons_of(full, campaign(block(variants=("config", "plain", "third"))))

    assert [method.entrant.variant for method in found.methods] == ["config", "third", "plain"]
    expected = [
        compare_methods(a.entrant.runs, b.entrant.runs, SPLITS)
        for a, b in combinations(found.methods, 2)
    ]
    contrasts = [found.contrasts[pair] for pair in combinations(found.methods, 2)]
    assert [contrast.difference for contrast in contrasts] == expected
    assert [contrast.p for contrast in contrasts] == holm([d.p for d in expected])


def test_the_matrix_shows_interval_p_and_what_is_decided(full):
    """Each pair once, row − column, with the words for what came out."""
    text = pages_of(full)["campaign-both.md"]
    (found,) = comparisons_of(full)
    (contrast,) = found.contrasts.values()

    ((name, cell),) = rows(part(text, "Paired differences"))[2:]
    difference = show_difference(contrast.difference).replace("[", "(").replace("]", ")")
    value, interval = difference.split(" pp ")
    assert name == "config"
    assert cell == f"✓ {value} pp<br>{interval}, p &lt; 0.001: ahead"
    assert "10 test subjects or pairs" in text


def test_few_seeds_decide_nothing(site):
    """However small p is: with two seeds of one side it is undecided, and no best is marked."""
    for seed, split in ((s, f) for s in range(3) for f in SPLITS):
        site.add("config", split, seed, 100.0)
        if seed < 2:
            site.add("plain", split, seed, 10.0)
    text = pages_of(site)["campaign-both.md"]

    assert "undecided: 2 of 3 seeds" in part(text, "Paired differences")
    assert "No best is marked: config − plain is +90.00 pp" in text
    assert "(best)" not in text


def test_a_best_is_marked_only_where_a_test_tells_it_apart(site):
    """Two methods within their uncertainty get the difference, and no mark."""
    for seed, split in ((s, f) for s in range(3) for f in SPLITS):
        site.add("config", split, seed, 75.0 + 5 * (seed % 2))
        site.add("plain", split, seed, 75.0)
    text = pages_of(site)["campaign-both.md"]

    assert "No best is marked: config − plain is +1.67 pp" in text
    assert "(best)" not in text and "✓" not in text


def test_what_is_missing_is_named_with_its_reason(site):
    """Seeds, splits, and what became of those that failed."""
    for split in SPLITS:
        site.add("config", split, 0, 75.0)
    site.add("config", "fold1", 1, 75.0)
    site.fail("config", "fold2", 1)
    text = pages_of(site)["campaign-both.md"]

    found = rows(part(text, "What is missing"))[2:]
    assert found[0][:3] == ["config", "3 of 6", "seed 1 on fold2; seed 2"]
    assert "fold2 seed 1 failed (crash: it fell \\| &lt;over&gt;)" in found[0][3]
    assert found[1] == ["plain", "0 of 6", "seeds 0, 1, 2", "not tried"]
    assert "3 of 12 runs of 2 methods are there; 1 of the others failed" in text
    assert rows(part(text, "Steps: fold1, fold2"))[3][1:] == ["not run"] * 6


def test_nothing_missing_says_so(full):
    """A whole campaign has no table of gaps."""
    assert "every run that the campaign asks for is there" in pages_of(full)["campaign-both.md"]


def test_more_seeds_in_another_block_are_the_same_method(full):
    """A method is listed once, with all of its seeds."""
    runs = (block(seeds=(0, 1)), block(variants=("config",), seeds=(2,)))
    ((_, entrants),) = campaigns_with_runs([campaign(*runs)], [full.page()])

    assert [(e.variant, len(e.runs)) for e in entrants] == [("config", 6), ("plain", 4)]


def add_second_recipe(site, accuracy=60.0, ids="s"):
    """A recipe of another paper with runs on the same data, or on samples of other names."""
    for seed in range(3):
        for split in SPLITS:
            site.add("config", split, seed, accuracy, ids, plan={"recipe": "runner"})
    recipe = replace(site.recipe, key="runner", claims=())
    evidence = tuple(Evidence(run=run, unit="group") for run in site.store.runs("runner"))
    return site.page(recipe=recipe, evidence=evidence, verdicts=())


def test_methods_of_several_recipes_are_compared(full):
    """Named with their recipe, and tested pair by pair on the same samples."""
    other = add_second_recipe(full)
    runs = (block(), block(recipe="runner", variants=("config",)))
    text = pages_of(full, campaign(*runs), others=(other,))["campaign-both.md"]

    names = [cells[0] for cells in rows(part(text, "Steps: fold1, fold2"))[2:5]]
    assert [name.partition("<br>")[0] for name in names] == [
        "walker/config",
        "runner/config",
        "walker/plain",
    ]
    assert "Holm over all 3 pairs" in text
    assert "runner.md#runs-config" in text


def test_unequal_protocols_are_named(full):
    """Methods on the same samples may differ in their clips: that is said, and where."""
    plain = full.page().configs["plain"]
    clips = plain | {"protocol": plain["protocol"] | {"clip_len": 46}}
    configs = {"config": full.page().configs["config"], "plain": clips}
    head = part(pages_of(full, configs=configs)["campaign-both.md"], "Steps: fold1, fold2")

    assert "The protocols differ in frames a clip" in head
    assert [cells[0] for cells in rows(head)[2:4]] == [
        "config<br>Walker, joint; frames a clip: all",
        "plain<br>Walker, joint; frames a clip: 46",
    ]
    assert "All were tested under one protocol." in pages_of(full)["campaign-both.md"]


def test_other_samples_are_not_subtracted(full):
    """Where the test samples differ there is no difference, no mark and no failure."""
    other = add_second_recipe(full, accuracy=90.0, ids="t")
    runs = (block(), block(recipe="runner", variants=("config",)))
    text = pages_of(full, campaign(*runs), others=(other,))["campaign-both.md"]

    assert "No best is marked: runner/config and walker/config were tested on other" in text
    assert "tested on other samples" in part(text, "Paired differences")
    assert "Holm over all 1 pairs" in text


def test_splits_and_test_units_are_shown_one_by_one(full):
    """A mean over folds or subjects hides which of them are hard."""
    text = pages_of(full)["campaign-both.md"]

    assert rows(part(text, "Split by split"))[2] == ["fold1", "75.8 (3)", "57.5 (3)"]
    units = rows(part(text, "Test subjects"))[2:]
    assert len(units) == 10 and units[0][:2] == ["g0", "8"]
    right = [float(cells[2]) for cells in units]
    assert np.mean(right) == pytest.approx(75.83, abs=0.1)


SET = {"model.rate": 0.5}


def trial_configs(site):
    """The recipe's configurations, with a setting that a trial may change."""
    config = site.page().configs["config"] | {"model": {"rate": 0.1}, "per_split": {}}
    return {"config": config, "plain": config}


def test_trials_of_settings_are_a_table_and_no_result(site):
    """Runs with other settings choose; nothing is ranked or tested, and gaps are said."""
    configs = trial_configs(site)
    tried = configs["config"] | {"model": {"rate": 0.5}}
    for split in SPLITS:
        site.add("config", split, 0, 70.0, plan={"overrides": SET, "config": tried})
    text = pages_of(site, campaign(block(seeds=(0,), set=SET)), configs=configs)["campaign-both.md"]

    ((setting, splits, config, plain),) = rows(part(text, "Settings tried"))[2:]
    assert setting == "rate = 0.5"
    assert splits == "fold1, fold2<br>seed 0"
    assert config == "70.00 (2)<br>fold1 70.0, fold2 70.0"
    assert plain == "not run"
    assert "Paired differences" not in text and "(best)" not in text


def test_a_trial_is_known_by_its_settings_not_by_its_words(site):
    """The same configuration reached by another override is the same trial."""
    configs = trial_configs(site)
    tried = configs["config"] | {"model": {"rate": 0.5}}
    wording = {"choices": [{"what": "other words", "why": "x"}]}
    same = {"overrides": {"model": {"rate": 0.5}}, "config": tried | wording}
    other = {"overrides": {"model.rate": 0.7}, "config": tried | {"model": {"rate": 0.7}}}
    site.add("config", "fold1", 0, 70.0, plan=same)
    site.add("config", "fold2", 0, 10.0, plan=other)
    asked = campaign(block(variants=("config",), seeds=(0,), set=SET))
    ((_, (entrant,)),) = campaigns_with_runs([asked], [site.page(configs=configs)])

    assert [item.record.plan.split for item in entrant.runs] == ["fold1"]


def test_doubtful_runs_are_flagged(site, generated):
    """Stale, invalidated and limited runs never pass for results."""
    for split in SPLITS:
        site.add("config", split, 0, 90.0, data=generated)
        run = site.add("plain", split, 0, 50.0)
        site.store.invalidate(run.record.run_id, "labels were wrong")
    text = pages_of(site, stale="the code has changed")["campaign-both.md"]

    assert "saw limited, incomplete or generated data" in text
    assert "2 of 2 runs are stale" in text
    assert "**limited or generated data** **stale**" in text
    assert "invalidated (labels were wrong)" in text


def test_a_figure_says_in_words_what_it_shows(full):
    """Accuracies and curves have text alternatives, and names of their own."""
    html = pages_of(full)["campaign-both.html"]

    assert html.count('<svg role="img"') == html.count("<desc ") == 2
    assert "config 75.83 % ± 3.59; plain 57.50 % ± 6.21." in html
    assert "config ends at 71.0 % in epoch 3" in html
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_links_of_a_campaigns_pages_lead_somewhere(full):
    """To rows of recipe pages, to the data set, and to places on the page itself."""
    pages = pages_of(full)

    for name in ("campaign-both.html",):
        for href in re.findall(r'<a [^>]*href="([^"]+)"', pages[name]):
            target, _, fragment = unescape(href).partition("#")
            if target.startswith(("..", "https")):
                continue
            text = pages[target or name]
            assert not fragment or f'id="{fragment}"' in text, href


def test_the_command_makes_the_page(full):
    """A reader can copy what makes the runs."""
    text = pages_of(full)["campaign-both.md"]

    assert "harness data prepare steps --source FOLDER_OR_ZIP\n" in text
    assert "harness reproduce --campaign both\nharness report\n" in text


def test_pages_are_a_pure_function_and_escaped(full):
    """The same bytes for the same records; a title's brackets are shown, not obeyed."""
    pages = pages_of(full)

    assert pages == pages_of(full)
    assert "Both &lt;walkers&gt;" in pages["campaign-both.html"]
    assert "<walkers>" not in pages["campaign-both.html"]


def test_it_is_said_what_the_tests_can_show(full):
    """Seeds, units and pairs, the p-value that is needed, and how small a difference is seen."""
    text = pages_of(full)["campaign-both.md"]
    (found,) = comparisons_of(full)
    (contrast,) = found.contrasts.values()

    assert "3 seeds of the method that has fewer, 10 units" in text
    assert "at most 0.05, which" in text
    width = (contrast.difference.high - contrast.difference.low) / 2
    assert f"reaches {width:.1f} points" in text
    assert "stay undecided" not in text


PLACE = f"""{START}
{END}
text
<!-- campaign both: generated by harness report -->
<!-- /campaign -->
more
"""


def test_a_readme_shows_the_campaigns_that_it_names(full):
    """Figure, caption and table, links to the page alone, and nothing else is touched."""
    pages = pages_of(full)
    text = update_readme(PLACE, [full.page()], [campaign()])

    figures = re.findall(r"\[!\[.*?\]\((.*?)\)\]\((.*?)\)", text)
    assert [page for _, page in figures] == ["reports/campaign-both.md"] * len(figures)
    assert figures and all(name.removeprefix("reports/") in pages for name, _ in figures)
    assert "| config | **75.83 ± 1.44 % (n = 3)** (best) | 0.512 M" in text
    assert text.startswith(START) and text.endswith("<!-- /campaign -->\nmore\n")
    assert update_readme(text, [full.page()], [campaign()]) == text


def test_a_readme_that_names_no_campaign_that_ran_is_an_error(full):
    """A mistyped name does not leave an old table standing."""
    with pytest.raises(HarnessError, match="campaign 'both', of which nothing was run"):
        update_readme(PLACE, [full.page()], [])


@pytest.mark.parametrize("built", [True, False])
def test_what_is_gained_is_over_what_a_method_is_built_on(full, built):
    """The paired difference of the matrix, with the sign of the method that builds on the other."""
    own, other = ("config", "plain") if built else ("plain", "config")
    configs = dict(full.page().configs)
    configs[own] = configs[own] | {"inputs": {other: "weights"}}
    text = pages_of(full, configs=configs)["campaign-both.md"]

    ((method, over, gain, _, outcome),) = rows(part(text, "What is gained"))[2:]
    assert (method, over) == (own, other)
    low, high = (float(end.replace("−", "-")) for end in re.findall(r"[+−][\d.]+", gain)[1:])
    assert gain.startswith("+18.33 pp" if built else "−18.33 pp")
    assert low < (18.33 if built else -18.33) < high
    assert outcome == ("✓ ahead" if built else "behind")


def test_nothing_is_gained_over_nothing(full):
    """Methods that build on none of the others have no such table."""
    assert "What is gained" not in pages_of(full)["campaign-both.md"]


def test_figures_are_files_for_pages_that_hold_none(full):
    """A drawing of its own size and colours, which the Markdown page shows."""
    pages = pages_of(full)
    (name,) = (name for name in pages if name.endswith(".svg"))

    assert f"]({name})" in pages["campaign-both.md"]
    assert pages[name].startswith("<svg") and "background:#fff" in pages[name]
    ElementTree.fromstring(pages[name])


def trained(config, length, **changes):
    """A configuration that trains."""
    given = {
        "train_cfg": {"max_epochs": length},
        "train_dataloader": {"batch_size": 8},
        "optim_wrapper": {"optimizer": {"type": "torch.optim.SGD", "lr": 0.1}},
        "param_scheduler": [{"type": "mmengine.optim.PolyLR"}],
    }
    return config | given | changes


def test_methods_that_were_trained_alike_share_a_row(full):
    """With what they start from and how many settings were tried; tests of others' have none."""
    gathered = {"optimizer": {"type": "torch.optim.SGD", "lr": 0.1}, "accumulative_counts": 4}
    base = full.page().configs["config"]
    configs = {
        "config": trained(base, 3),
        "plain": trained(base, 3),
        "joint": trained(base, 2, optim_wrapper=gathered, inputs={"plain": "weights"}),
        "views": trained(base, 0),
    }
    names = tuple(configs)
    search = campaign(
        block(variants=("config", "plain"), set={"lr": 0.1}),
        block(variants=("config", "plain"), set={"lr": 0.2}),
        key="tried",
    )
    asked = campaign(block(variants=names), searches=("tried",))
    text = pages_of(full, asked, replace(search, runs=(*search.runs, block())), configs=configs)

    found = rows(part(text["campaign-both.md"], "How they were trained"))[2:]
    assert found == [
        [
            "config, plain",
            "3 epochs",
            "8",
            "SGD(lr=0.1)",
            "PolyLR",
            "first weights",
            "3 for config, 3 for plain tried",
        ],
        ["joint", "2 epochs", "32", "SGD(lr=0.1)", "PolyLR", "plain", "none"],
    ]


def test_what_the_runs_show_is_said_before_the_tables(full):
    """Means by what the methods see, and how many pairs are told apart."""
    text = pages_of(full)["campaign-both.md"].partition("| Method |")[0]

    assert "joint 57.5 to 75.8 % (2 methods); by chance 50.0 % (2 classes)." in text
    assert "- 1 of 1 pairs of methods are told apart." in text
