"""A generated recipe with as many records as wanted: what the pages' speed is measured on.

The records have the form, the files and the sizes of real ones: a configuration that
variants share but for a setting, curves of 90 epochs, scores of 56 test samples; some
runs failed, some were invalidated, tried other settings, or repeat another one by newer
code. Their numbers are drawn at random and mean nothing, so they are written to a folder
of their own and never to ``results/``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.catalog import Recipe
from harness.claims import Claim, Ordering
from harness.documents import dump
from harness.freshness import claim_digest, code_digest
from harness.plan import make_plans
from harness.records import (
    DataFacts,
    Environment,
    Failure,
    Measurement,
    Plan,
    RunRecord,
    SampleCounts,
    Timing,
)
from harness.scores import Scores, pack_scores
from harness.store import HISTORY, INVALID, RECORD, SCORES

KEY = "generated"
DATASET, SPLIT = "sbu", "fold1"
SEEDS = 50  # runs of a variant
EPOCHS = 90
SAMPLES, CLASSES, GROUPS = 56, 8, 4
# Every fifth variant was run by older code; one seed's repetition by today's confirms it.
OLD_EVERY = 5
REPEATED, INVALIDATED, TRIED, FAILED = range(SEEDS - 4, SEEDS)  # seeds that are special
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)

# What the variants differ in; their product is the number of variants that there can be.
SETTINGS = {
    "hidden": tuple(range(40, 240, 8)),
    "layers": (1, 2, 3, 4),
    "dropout": (0.0, 0.2, 0.5, 0.7),
    "width": (50, 100, 200, 400, 800),
}
MOST = SEEDS * prod(map(len, SETTINGS.values()))  # records

BASE = '''"""What the generated variants share."""

from mmaction.datasets.transforms import FormatGCNInput, PackActionInputs
from mmaction.evaluation import AccMetric
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.losses import CrossEntropyLoss
from mmengine.dataset import DefaultSampler
from mmengine.optim import PolyLR
from torch.optim import Adam

from harness.run.loading import SkeletonDataset
from harness.run.loops import IterationLoop
from harness.run.transforms import AlignPersons, CentreKeypoints, ScaleKeypoints, SmoothKeypoints

protocol = dict(
    dataset="{dataset}", modality="joint", classes=8, level="video", joints=15, persons=2
)
default_scope = "mmaction"
splits = ["{split}"]
model = dict(
    type="recipes.generated.model.Network",
    data_preprocessor=dict(type=ActionDataPreprocessor),
    backbone=dict(type="recipes.generated.model.Backbone", hidden=100, layers=3, width=100),
    cls_head=dict(
        type="recipes.generated.model.Head", num_classes=8, loss_cls=dict(type=CrossEntropyLoss)
    ),
)
train_pipeline = [
    dict(type=SmoothKeypoints),
    dict(type=ScaleKeypoints, scale=[-2.56, -1.92, 1.28], offset=[1.28, 0.96, 0.0]),
    dict(type=CentreKeypoints, joints=[2], origin="first"),
    dict(type=AlignPersons, joint=2),
    dict(type=ScaleKeypoints, scale=[3.0, 3.0, 3.0]),
    dict(type=FormatGCNInput, num_person=2),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = train_pipeline
train_dataloader = dict(
    batch_size=8,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=True),
    dataset=dict(
        type=SkeletonDataset,
        dataset="{dataset}",
        split="{split}",
        subset="train",
        pipeline=train_pipeline,
    ),
)
test_dataloader = dict(
    batch_size=64,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(
        type=SkeletonDataset,
        dataset="{dataset}",
        split="{split}",
        subset="test",
        pipeline=test_pipeline,
    ),
)
val_dataloader = test_dataloader
train_cfg = dict(type=IterationLoop, max_iters=1500)
val_cfg = dict()
test_cfg = dict()
val_evaluator = dict(type=AccMetric)
test_evaluator = val_evaluator
optim_wrapper = dict(optimizer=dict(type=Adam, lr=1e-3), clip_grad=dict(max_norm=1.0))
param_scheduler = [dict(type=PolyLR, power=1.0, by_epoch=False)]
runtime = dict(threads=1, precision="float32")
choices = [
    dict(what=f"{{what}} as in the generated base", why="so that it takes the room of a real one")
    for what in ("origin and unit", "padding", "initial weights", "cell", "dropout", "schedule")
]
'''

VARIANT = '''"""A generated variant."""

from mmengine.config import read_base

with read_base():
    from ._base import *

model["backbone"].update({changes})
'''

PAPER = '''"""A generated paper: one claim a variant, and the default compared with every tenth."""

from harness.claims import Citation, Claim, Evidence, Ordering, Paper, Place, Protocol, Reading

PAPER = Paper(
    method="Generated",
    citation=Citation(
        key="generated2026",
        title="Generated Records",
        authors=("Nobody Anywhere",),
        venue="none",
        year=2026,
    ),
)
VARIANTS = {variants!r}
_CONDITIONS = Protocol(dataset="{dataset}", modality="joint", classes=8, joints=15, persons=2)
_PLACE = Place(where="Table 1", evidence=Evidence.PAPER)
CLAIMS = (
    *(
        Claim(
            key=f"top1-{{variant}}",
            method=f"Generated {{variant}}",
            metric="top1_acc",
            readings=(Reading(printed="80.0", evidence=Evidence.PAPER),),
            protocol=_CONDITIONS,
            splits=("{split}",),
            place=_PLACE,
            variant=variant,
            tolerance=2.0,
            tolerance_reason="for the measurement of speed",
        )
        for variant in VARIANTS
    ),
    *(
        Ordering(
            key=f"over-{{variant}}",
            better="config",
            worse=variant,
            metric="top1_acc",
            protocol=_CONDITIONS,
            splits=("{split}",),
            place=_PLACE,
            evidence=Evidence.PAPER,
            statement=f"the default is better than {{variant}}",
        )
        for variant in VARIANTS[1::10]
    ),
)
'''


CAMPAIGN = """title = "Generated"
question = "How long do the pages of many records take?"

[[runs]]
recipe = "{recipe}"
variants = [{variants}]
seeds = [{seeds}]
"""


def write_recipe(recipes: Path, records: int) -> None:
    """Write the recipe's files, with a variant for every 50 records, and a campaign of them.

    Args:
        recipes: Folder of recipes.
        records: How many records there will be, at most :data:`MOST`.

    Raises:
        ValueError: They are more, or none.
    """
    if not 0 < records <= MOST:
        raise ValueError(f"{records} records are not between 1 and {MOST}")
    settings = [dict(zip(SETTINGS, values, strict=True)) for values in product(*SETTINGS.values())]
    count = -(-records // SEEDS)
    chosen = {_name(index): settings[index] for index in range(count)}
    home = recipes / KEY
    home.mkdir(parents=True)
    places = {"dataset": DATASET, "split": SPLIT}
    files = {"__init__": '"""Generated."""\n', "model": '"""Generated."""\n'}
    files["_base"] = BASE.format(**places)
    files["paper"] = PAPER.format(variants=tuple(chosen), **places)
    files |= {name: VARIANT.format(changes=changes) for name, changes in chosen.items()}
    for name, text in files.items():
        (home / f"{name}.py").write_text(text, encoding="utf-8")
    campaigns = recipes / "_campaigns"
    campaigns.mkdir()
    text = CAMPAIGN.format(
        recipe=KEY,
        variants=", ".join(f'"{name}"' for name in chosen),
        seeds=", ".join(map(str, range(SEEDS))),
    )
    (campaigns / f"{KEY}.toml").write_text(text, encoding="utf-8")


def _name(index: int) -> str:
    return f"variant_{index:03}" if index else "config"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cast:
    """Plans of a variant: of every seed, and of the one that tried something else."""

    plans: dict[int, Plan]
    claims: dict[str, str]
    code: str
    index: int


def write_records(results: Path, recipe: Recipe, records: int) -> None:
    """Write records of a generated recipe, its variants' seeds in turn.

    Args:
        results: Folder of the records, which is not ``results/``.
        recipe: The recipe that :func:`write_recipe` wrote.
        records: How many.
    """
    today = code_digest(recipe, DATASET)
    casts = [_cast(recipe, index, today) for index in range(len(recipe.variants))]
    for number in range(records):
        cast = casts[number // SEEDS]
        _write(results / recipe.key, _make_record(cast, number, today), number)


def _cast(recipe: Recipe, index: int, today: str) -> _Cast:
    variant = _name(index)
    first = make_plans(recipe, variant, split=SPLIT, seed=0)[-1]
    plans = {seed: replace(first, seed=seed) for seed in range(SEEDS)}
    if index % OLD_EVERY == 0:
        plans[REPEATED] = first
    tried = {"optim_wrapper.optimizer.lr": 0.01}
    plans[TRIED] = make_plans(recipe, variant, split=SPLIT, seed=TRIED, overrides=tried)[-1]
    claims = {
        claim.key: claim_digest(claim) for claim in recipe.claims if variant in _variants(claim)
    }
    return _Cast(
        plans=plans,
        claims=claims,
        code="0" * 64 if index % OLD_EVERY == 0 else today,
        index=index,
    )


def _variants(claim: Claim | Ordering) -> tuple[str | None, ...]:
    return (claim.better, claim.worse) if isinstance(claim, Ordering) else (claim.variant,)


def _make_record(cast: _Cast, number: int, today: str) -> RunRecord:
    """A record without its measurements, which follow from its scores."""
    seed = number % SEEDS
    plan = cast.plans[seed]
    failure = Failure(kind="crash", message="it was meant to fail", fix="nothing")
    began = BEGAN + timedelta(minutes=number)
    return RunRecord(
        run_id=f"{began:%Y%m%dT%H%M%SZ}-{plan.digest[:8]}",
        status="failed" if seed == FAILED else "completed",
        plan=plan,
        plan_digest=plan.digest,
        code_digest=today if seed == REPEATED else cast.code,
        claim_digests=cast.claims,
        started_at=began.isoformat(timespec="seconds"),
        duration_s=round(60 + number % 97 / 7, 3),
        environment=ENVIRONMENT,
        data=DATA,
        timing=Timing(
            startup_s=5.1,
            train_s=50 + number % 89 / 9,
            test_s=0.5,
            iterations=1500,
            peak_memory_gib=0.9,
        ),
        weights_sha256=f"{cast.index:032x}{plan.seed:032x}",
        failure=failure if seed == FAILED else None,
    )


ENVIRONMENT = Environment(
    device="Generated processor",
    device_kind="cpu",
    driver="",
    python="3.11.7",
    platform="Linux x86_64",
    packages={"torch": "2.13.0", "mmengine": "0.10.7", "mmaction2": "1.2.0", "numpy": "2.4.6"},
    commit="0" * 40,
    dirty=False,
    threads=1,
    cores=2,
    determinism="warn",
    command="harness run generated",
    kernels="openblas 0.3.31 Haswell, torch AVX512",
)
DATA = DataFacts(
    fingerprint="f" * 64,
    known=True,
    embedded=False,
    train=226,
    test=SampleCounts(expected=SAMPLES, scored=SAMPLES),
    monitored="test",
)


def _write(home: Path, record: RunRecord, number: int) -> None:
    """Write a run's folder, without the flushing of what must not be lost."""
    folder = home / record.run_id
    folder.mkdir(parents=True)
    draw = np.random.default_rng(number)
    if record.failure is None:
        scores = _draw_scores(draw, skill=0.9 - (number // SEEDS) % 11 / 30)
        value = scores.accuracy()
        record = replace(
            record, measurements=(Measurement(metric="top1_acc", value=value, samples=SAMPLES),)
        )
        (folder / SCORES).write_bytes(pack_scores(scores))
        (folder / HISTORY).write_text("\n".join(_draw_history(draw, value)) + "\n")
    (folder / RECORD).write_text(dump(record), encoding="utf-8")
    if number % SEEDS == INVALIDATED:
        (folder / INVALID).write_text(json.dumps({"reason": "it was meant to be"}))


def _draw_scores(draw: np.random.Generator, skill: float) -> Scores:
    labels = np.arange(SAMPLES) % CLASSES
    right = draw.random(SAMPLES) < skill
    answers = np.where(right, labels, draw.integers(CLASSES, size=SAMPLES))
    logits = draw.normal(size=(SAMPLES, CLASSES))
    logits[np.arange(SAMPLES), answers] += 6
    odds = np.exp(logits)
    scores = (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)
    return Scores(ids=_NAMES, groups=_GROUPS, labels=labels, scores=scores)


_NAMES = np.array([f"s01s{i % GROUPS:02}/c{i % CLASSES:02}/r{i:03}" for i in range(SAMPLES)])
_GROUPS = np.array([f"s01s{i % GROUPS:02}" for i in range(SAMPLES)])


def _draw_history(draw: np.random.Generator, value: float) -> Iterator[str]:
    """Lines of a curve that ends at an accuracy."""
    yield "epoch,iteration,lr,train_loss,train_acc,monitored_loss,monitored_acc,seconds"
    rise: NDArray[np.float64] = 1 - np.exp(-np.arange(1, EPOCHS + 1) / 20)
    noise = draw.normal(size=(EPOCHS, 4))
    for epoch in range(EPOCHS):
        level, (a, b, c, d) = rise[epoch], noise[epoch]
        yield (
            f"{epoch + 1},{17 * (epoch + 1)},{0.001 * (1 - epoch / EPOCHS):.9g},"
            f"{2.1 - 2 * level + 0.02 * a:.9g},{100 * level - abs(b):.9g},"
            f"{2.1 - 1.5 * level + 0.02 * c:.9g},{value * level + d:.9g},0.287"
        )
