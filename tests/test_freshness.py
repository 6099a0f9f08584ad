"""Whether a record is still what today's code would give."""

from dataclasses import replace

import pytest

from harness.claims import Evidence, Reading
from harness.freshness import (
    Freshness,
    _syntax_digest,
    claim_digest,
    code_digest,
    stale_because,
)
from harness.plan import make_plans
from harness.store import StoredRun

MODEL = '''"""What we built."""


class Net:
    """A network."""

    def forward(self, x):
        """Double it."""
        return 2 * x
'''


@pytest.fixture
def recipe(toy):
    """Makes the toy recipe with a model."""

    def make(model=MODEL, lines="", **files):
        imports = "from recipes.toy.model import Net\nfrom recipes.toy.training import STEP\n"
        made = toy(config=imports + lines)
        for name, text in ({"model": model, "training": "STEP = 0\n"} | files).items():
            (made.folder / f"{name}.py").write_text(text)
        return made

    return make


@pytest.mark.parametrize(
    "model",
    [
        MODEL + "\n# a comment\n",
        MODEL.replace("Double it.", "Give twice the input."),
        MODEL.replace('    """A network."""\n\n', ""),
        MODEL.replace("2 * x", "(\n            2 * x\n        )"),
    ],
    ids=["comment", "docstring", "no docstring", "layout"],
)
def test_words_and_layout_do_not_make_stale(recipe, model):
    """Explaining the code better costs nobody a run."""
    before = code_digest(recipe(), "synthetic")

    assert code_digest(recipe(model), "synthetic") == before


@pytest.mark.parametrize(
    "files",
    [
        dict(model=MODEL.replace("2 * x", "3 * x")),
        dict(model=MODEL.replace("2 * x", "x * 2")),
        dict(model=MODEL + "\nSTEP = 'text'\n"),
        dict(training="STEP = 1\n"),
        dict(weights="STEP = 1\n"),
    ],
    ids=["number", "order", "constant", "training", "weights"],
)
def test_code_makes_stale(recipe, files):
    """Whatever the model, its training or its initial weights compute with counts."""
    before = code_digest(recipe(), "synthetic")

    assert code_digest(recipe(**files), "synthetic") != before


@pytest.mark.parametrize("name", ["observe", "figures", "paper"])
def test_what_only_looks_does_not_make_stale(recipe, name):
    """Claims and figures are changed without running again."""
    before = code_digest(recipe(), "synthetic")

    assert code_digest(recipe(**{name: "STEP = 1\n"}), "synthetic") == before


def test_the_data_set_counts(recipe):
    """A run knows the code of its own data set."""
    assert code_digest(recipe(), "synthetic") != code_digest(recipe(), "sbu")


def test_a_record_says_why_it_is_stale(recipe, record):
    """Configuration, code, or that it cannot be planned any more."""
    made = recipe()
    plan = make_plans(made, "config", split="fixed", seed=0)[-1]
    run = record(plan=plan, code_digest=code_digest(made, "synthetic"))

    assert stale_because(run, made, ()) == ""
    assert stale_because(replace(run, code_digest="0"), made, ()) == "the code has changed"
    changed = recipe(lines='model["rate"] = 0.1')
    assert stale_because(run, changed, ()) == "the variant's configuration has changed"
    gone = replace(made, variants=())
    assert stale_because(run, gone, ()).startswith("it cannot be planned today: ")


@pytest.fixture
def repeated(recipe, record, tmp_path):
    """Makes records of two seeds by old code, and of the first one by today's."""
    made = recipe()
    today = code_digest(made, "synthetic")

    def make(*ends, old="01d"):
        plans = [make_plans(made, "config", split="fixed", seed=seed)[-1] for seed in (0, 1)]
        records = [
            record(plan=plans[0], code_digest=old, weights_sha256="a"),
            record(plan=plans[1], code_digest=old, weights_sha256="b"),
        ]
        for seed, code, weights in ends:
            records.append(
                record(plan=plans[seed], code_digest=code or today, weights_sha256=weights)
            )
        return made, records, [StoredRun(record=item, folder=tmp_path) for item in records]

    return make


@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        ([], "the code has changed"),
        ([(0, "", "a")], ""),
        ([(0, "", "c")], "the code has changed"),
        ([(0, "", "a"), (1, "", "c")], "the code has changed"),
        ([(0, "between", "a"), (1, "between", "b"), (0, "", "a")], ""),
    ],
    ids=["never", "equal", "other bits", "once other bits", "by a third code"],
)
def test_a_repetition_with_the_same_bits_keeps_a_variant_fresh(repeated, ends, reason):
    """Code that was rewritten and gives the same weights costs one run, not all."""
    made, records, runs = repeated(*ends)

    assert stale_because(records[1], made, runs) == reason


def test_an_invalidated_repetition_confirms_nothing(repeated):
    """A run found wrong does not speak for others either."""
    made, records, runs = repeated((0, "", "a"))
    runs[-1] = replace(runs[-1], invalidated="wrong")

    assert stale_because(records[1], made, runs) == "the code has changed"


@pytest.mark.parametrize("again", [False, True])
def test_what_started_from_an_invalidated_run_is_stale(repeated, again):
    """Its weights are those that were found wrong, unless a valid run ended with the same."""
    made, records, runs = repeated((0, "", "a"), (1, "", "b"))
    child = replace(records[-1], input_weights={"stage": "a"})
    wrong = [replace(run, invalidated="wrong") if run.record.weights_sha256 == "a" else run
             for run in runs]  # fmt: skip
    if again:
        wrong.append(runs[0])

    reason = "" if again else "the run of 'stage' that it started from is invalidated"
    assert stale_because(child, made, wrong) == reason
    assert stale_because(child, made, runs) == ""


def test_invalidity_goes_on_to_what_rests_on_it(repeated, tmp_path):
    """By way of a run between, and past one that only tests the same weights."""
    made, records, runs = repeated((0, "", "a"), (1, "", "b"))
    between = replace(records[-1], weights_sha256="c", input_weights={"stage": "a"})
    tested = replace(records[-1], weights_sha256="a", input_weights={"stage": "a"})
    last = replace(records[-1], weights_sha256="d", input_weights={"joint": "c"})
    runs += [StoredRun(record=item, folder=tmp_path) for item in (between, tested)]
    wrong = [replace(run, invalidated="wrong")
             if run.record.weights_sha256 == "a" and run.record is not tested else run
             for run in runs]  # fmt: skip

    assert "is invalidated" in stale_because(last, made, wrong)
    assert stale_because(last, made, runs) == ""


@pytest.mark.parametrize(
    ("ends", "fresh"),
    [([], [None, None]), ([(0, "", "a")], [2, 1]), ([(0, "", "c"), (1, "", "b")], [2, 3])],
    ids=["none", "equal bits", "run again"],
)
def test_one_look_says_the_same_of_all_records(repeated, ends, fresh):
    """Of the first asked about as of the last, whatever was asked before."""
    made, records, runs = repeated(*ends)
    freshness = Freshness(made, runs)
    asked = [*records, *reversed(records), replace(records[0], plan_digest="other")]

    assert list(map(freshness.stale_because, asked)) == [
        stale_because(record, made, runs) for record in asked
    ]
    for record, place in zip(records, fresh, strict=False):
        found = None if place is None else runs[place]
        assert freshness.find_fresh(record.plan_digest) is found
        assert Freshness(made, runs).find_fresh(record.plan_digest) is found


def test_a_choice_that_is_worded_better_leaves_a_record_fresh(recipe, record):
    """Reasons are for readers."""
    made = recipe()
    plan = make_plans(made, "config", split="fixed", seed=0)[-1]
    run = record(plan=plan, code_digest=code_digest(made, "synthetic"))

    changed = recipe(lines='choices = [dict(what="four at a time", why="memory")]')

    assert stale_because(run, changed, ()) == ""


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        (dict(note="a word"), True),
        (dict(tolerance_reason="other words"), True),
        (dict(tolerance=2.0), False),
        (dict(variant="plain"), False),
        (dict(splits=("fold1", "fold2")), False),
        (dict(readings=(Reading(printed="91.5", evidence=Evidence.PAPER),)), False),
    ],
    ids=str,
)
def test_what_decides_a_verdict_is_in_the_digest_of_a_claim(claim, changes, same):
    """A tolerance that is widened after the run does not go unseen."""
    assert (claim_digest(claim(**changes)) == claim_digest(claim())) is same


def test_the_conditions_are_in_the_digest_of_a_claim(claim, ordering, protocol):
    """Scores and orderings both."""
    for make in (claim, ordering):
        assert claim_digest(make()) != claim_digest(make(protocol=protocol(num_clips=10)))


def test_a_digest_is_the_same_on_every_python():
    """Records made on 3.11 are not stale on 3.13: the text of a syntax tree changed between."""
    source = b"class Net(Base):\n    def forward(self, x, *rest, scale=2, **more):\n"
    source += b'        pass\n        return scale * x\n\n\nprint([], f"{1}")\n'

    expected = "695849cbfda13ac15211bff6010ad8d4436f39daefe069ea6cc8fa65c6aa854a"

    assert _syntax_digest(source) == expected
