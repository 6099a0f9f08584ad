"""A small recipe with claims of every kind, and runs in a real store."""

from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from matplotlib.figure import Figure

from harness.catalog import Recipe
from harness.claims import (
    Citation,
    Claim,
    Evidence,
    Implementation,
    Ordering,
    Paper,
    Place,
    Protocol,
    Reading,
    Row,
)
from harness.compare import Evidence as Run
from harness.compare import judge_all
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
from harness.report import DatasetFacts, FormFacts, PageInput, make_pages
from harness.scores import Scores, pack, pack_scores
from harness.store import HISTORY, OBSERVATIONS, SCORES, ResultStore, StoredRun

SPLITS = ("fold1", "fold2")
PROTOCOL = Protocol(dataset="steps", modality="joint", classes=2, joints=3, persons=1)
PRINTED = Place(where="Table 1, row 'Walk & <talk>'", evidence=Evidence.RECALLED)
WORK = Citation(
    key="doe2020walk",
    title="Walk <b>this</b> | way & more",
    authors=("Ann Doe", "Bo Roe"),
    venue="CVPR",
    year=2020,
    doi="10.1000/xyz",
    arxiv="2001.00001",
)
OTHER = Citation(key="poe2019", title="Other", authors=("Cy Poe",), venue="ECCV", year=2019)
HISTORY_TEXT = (
    b"epoch,iteration,lr,train_loss,train_acc,monitored_loss,monitored_acc,seconds\n"
    b"1,10,0.1,0.9,55.0,,,1.5\n2,20,0.1,0.6,70.0,0.7,66.0,1.5\n3,30,0.01,0.4,82.0,0.6,71.0,1.5\n"
)


class Drawn(NamedTuple):
    """What a recipe's figures.py gives back."""

    name: str
    caption: str
    alt: str
    figure: Figure


def draw(
    observations: dict[str, Any], edges: Any, names: tuple[str, ...], joints: tuple[str, ...]
) -> list[Drawn]:
    figure = Figure(figsize=(3, 2))
    figure.subplots().bar(range(len(observations["weights"])), observations["weights"])
    return [Drawn("weights", f"Weight by joint of {names[0]}", "Joint 2 weighs most.", figure)]


def claim(key: str, printed: str, variant: str | None, **changes: Any) -> Claim:
    given: dict[str, Any] = dict(
        key=key,
        method="Walker",
        metric="top1_acc",
        readings=(Reading(printed=printed, evidence=Evidence.RECALLED),),
        protocol=PROTOCOL,
        splits=SPLITS,
        place=PRINTED,
        variant=variant,
        tolerance=2.0 if variant else None,
        tolerance_reason="spread of a small test split" if variant else "",
    )
    return Claim(**given | changes)


CLAIMS: tuple[Claim | Ordering, ...] = (
    claim("walker", "75.0", "config"),
    claim("plain", "70.0", "plain"),
    claim("params", "0.5", "config", metric="params", tolerance=0.05, splits=("fold1",)),
    claim("later", "91.5", None, place=Place()),
    claim("quoted", "60.5", None, method="Poe's", row=Row.QUOTED, cites=OTHER.key),
    claim("zoo", "61.0", None, method="Zoo walker", row=Row.THIRD_PARTY),
    Ordering(
        key="order",
        better="config",
        worse="plain",
        metric="top1_acc",
        protocol=PROTOCOL,
        splits=SPLITS,
        place=PRINTED,
        evidence=Evidence.PAPER,
        statement="Walker beats the plain network",
    ),
)
PAPER = Paper(
    method="Walker",
    citation=WORK,
    references=(OTHER,),
    cites=(OTHER.key,),
    compares_with=(OTHER.key,),
    implementations=(Implementation(by="someone", url="https://example.org/code"),),
)
CONFIG: dict[str, Any] = {
    "protocol": dict(dataset="steps", modality="joint", classes=2, joints=3, persons=1),
    "splits": list(SPLITS),
    "choices": [{"what": "Adam <fast>", "why": "the paper names none"}],
    "departures": [],
}
DATASETS = {
    "steps": DatasetFacts(
        title="Steps",
        citation=replace(OTHER, key="poe2019data"),
        terms="research",
        obtain="its authors",
        classes=("walk", "run"),
        joint_names=("head", "hip", "foot"),
        edges=((0, 1), (1, 2)),
        forms=(
            FormFacts(
                form="skeletons",
                holds="joint positions",
                layout="takes as text",
                command="harness data prepare steps --source FOLDER_OR_ZIP",
            ),
        ),
    )
}


def record(variant: str, split: str, seed: int, accuracy: float, **changes: Any) -> RunRecord:
    """A completed run, as the worker would write it."""
    plan = Plan(
        recipe="walker", variant=variant, dataset="steps", split=split, seed=seed, config=CONFIG
    )
    plan = replace(plan, **changes.pop("plan", {}))
    given: dict[str, Any] = dict(
        run_id=f"20260102T03040{seed}Z-{variant}-{split}",
        status="completed",
        plan=plan,
        plan_digest=plan.digest,
        code_digest="c0de",
        started_at=f"2026-01-02T03:04:0{seed}+00:00",
        duration_s=75.0 + seed,
        environment=Environment(
            device="a CPU",
            device_kind="cpu",
            driver="",
            python="3.11",
            platform="Linux",
            packages={},
            commit="",
            dirty=False,
            threads=1,
            cores=2,
            determinism="warn",
            command="harness run walker",
        ),
        data=DataFacts(
            fingerprint="f00d",
            known=True,
            embedded=False,
            train=60,
            test=SampleCounts(expected=40, scored=40),
            monitored="test",
        ),
        timing=Timing(startup_s=1, train_s=60, test_s=2, iterations=30, peak_memory_gib=0.5),
        measurements=(
            Measurement(metric="top1_acc", value=accuracy, samples=40),
            Measurement(metric="params", value=0.512),
        ),
    )
    return RunRecord(**given | changes)


def files(accuracy: float, ids: str, history: bytes) -> dict[str, bytes]:
    """What a completed run leaves beside its record; its samples' names begin with some letters."""
    labels = np.arange(40) % 2
    right = np.arange(40) < round(accuracy / 100 * 40)
    scores = np.where((np.arange(2) == labels[:, None]) == right[:, None], 0.9, 0.1)
    kept = Scores(
        ids=np.array([f"{ids}{i:02d}" for i in range(40)]),
        groups=np.array([f"g{i % 10}" for i in range(40)]),
        labels=labels,
        scores=scores.astype(np.float32),
    )
    observed = pack({"weights": np.array([0.1, 0.2, 0.7])})
    return {SCORES: pack_scores(kept), HISTORY: history, OBSERVATIONS: observed}


class Site(NamedTuple):
    """A checkout: records, and the folder of the pages."""

    store: ResultStore
    out: Path
    recipe: Recipe

    def add(
        self,
        variant: str,
        split: str,
        seed: int,
        accuracy: float,
        ids: str = "s",
        history: bytes = HISTORY_TEXT,
        **more: Any,
    ) -> StoredRun:
        """Store a completed run."""
        kept = files(accuracy, ids, history)
        return self.store.add(record(variant, split, seed, accuracy, **more), kept)

    def fail(
        self, variant: str, split: str, seed: int, message: str = "it fell | <over>"
    ) -> StoredRun:
        """Store a failed run."""
        failure = Failure(kind="crash", message=message, fix="look at it")
        run = record(
            variant, split, seed, 0.0, status="failed", failure=failure, measurements=(), data=None
        )
        return self.store.add(run, {})

    def page(self, stale: str = "", **changes: Any) -> PageInput:
        """All that the recipe's page shows, judged from what is stored."""
        evidence = tuple(
            Run(run=run, stale=stale, unit="group") for run in self.store.runs("walker")
        )
        given: dict[str, Any] = dict(
            recipe=self.recipe,
            verdicts=judge_all(self.recipe.claims, evidence),
            evidence=evidence,
            configs={"config": CONFIG, "plain": CONFIG},
            datasets=DATASETS,
            draw=draw,
        )
        return PageInput(**given | changes)

    def pages(self, *inputs: PageInput, **changes: Any) -> dict[str, str]:
        """Text of all pages of some recipes, else of this one, which may be changed."""
        return make_pages(inputs or [self.page(**changes)], self.out, self.store.root)


def make_site(folder: Path) -> Site:
    recipe = Recipe(
        key="walker",
        folder=folder / "recipes" / "walker",
        paper=PAPER,
        claims=CLAIMS,
        variants=("config", "plain"),
    )
    return Site(ResultStore(folder / "results"), folder / "reports", recipe)


def make_full_site(folder: Path) -> Site:
    site = make_site(folder)
    accuracies = {"config": (75.0, 77.5, 75.0), "plain": (55.0, 60.0, 57.5)}
    for variant, values in accuracies.items():
        for seed, accuracy in enumerate(values):
            for split in SPLITS:
                site.add(variant, split, seed, accuracy)
    return site


@pytest.fixture
def generated() -> DataFacts:
    """What a record says of generated data."""
    return DataFacts(
        fingerprint="f",
        known=None,
        embedded=True,
        train=4,
        test=SampleCounts(expected=40, scored=40),
        monitored="test",
    )


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A checkout in which nothing has been run."""
    return make_site(tmp_path)


@pytest.fixture
def full(tmp_path: Path) -> Site:
    """One in which both variants ran on both splits with three seeds."""
    return make_full_site(tmp_path)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages of such a checkout."""
    site = make_full_site(tmp_path_factory.mktemp("pages"))
    return site.pages()


@pytest.fixture(scope="session")
def odd_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Another one, to which the tests in a browser add what is odd."""
    return make_full_site(tmp_path_factory.mktemp("odd"))


@pytest.fixture(scope="session")
def full_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Such a checkout, for all tests that add no run to it."""
    return make_full_site(tmp_path_factory.mktemp("site"))
