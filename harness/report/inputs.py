"""What a recipe's page is made from, and where its records are."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import quote

from matplotlib.figure import Figure
from numpy.typing import NDArray

from harness.benches import FOLDER, Bench
from harness.catalog import Recipe
from harness.claims import Citation
from harness.compare import Evidence, Verdict, newest_runs
from harness.data_benches import DataBench
from harness.diagrams import Network
from harness.records import Json
from harness.report.dataset_names import name_dataset
from harness.report.page_files import recipe_file
from harness.report.tables import Link, anchor
from harness.report.texts import RUNS
from harness.store import RECORD
from harness.stresses import Stress
from harness.throughputs import FOLDER as COSTS
from harness.throughputs import CostBench

Edges = tuple[tuple[int, int], ...]


class Drawing(Protocol):
    """A figure as a recipe's ``figures.py`` draws it."""

    @property
    def name(self) -> str:
        """Name, unique on the page."""

    @property
    def caption(self) -> str:
        """What it shows, under the figure."""

    @property
    def alt(self) -> str:
        """What a reader who cannot see it should know."""

    @property
    def figure(self) -> Figure:
        """The figure."""


Names = tuple[str, ...]  # of classes, then of joints
Draw = Callable[[dict[str, NDArray[Any]], Edges, Names, Names], Sequence[Drawing]]


@dataclass(frozen=True, kw_only=True, slots=True)
class SplitFacts:
    """What a page says of a split.

    Args:
        name: The authors' name for it.
        role: ``reported``, or ``inner`` for one inside training data, to choose by.
        train: Number of training samples of the complete data set; ``None`` where only
            the owner of the files knows.
        val: Number of validation samples.
        test: Number of test samples.
        note: What a reader should know.
    """

    name: str
    role: str
    train: int | None
    val: int | None
    test: int | None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FormFacts:
    """What a page says of a data set's skeletons, or of its videos.

    Args:
        form: ``skeletons`` or ``videos``.
        holds: What a sample holds, in words.
        layout: The authors' layout that ``harness data prepare`` expects.
        command: What prepares them.
        fingerprint: SHA-256 of the complete prepared form; ``""`` where not known.
    """

    form: str
    holds: str
    layout: str
    command: str
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DatasetFacts:
    """What a page says of a data set.

    Args:
        title: Its name.
        citation: The work that introduced it; ``None`` for generated data.
        terms: Under which terms its authors give it away.
        obtain: Where and how to get it.
        classes: Class names, in label order.
        joint_names: Names of the joints of one person.
        edges: Bones, as pairs of joints.
        embedded: Whether the harness generates it.
        forms: What a sample holds.
        class_counts: Number of samples of each class.
        splits: How it is divided.
        monitored: Subset whose curve is watched in training, ``val`` or ``test``.
        resampled: What a bootstrap resamples: ``group`` or ``sample``.
        benches: Measurements of data pipelines, by file name.
    """

    title: str
    citation: Citation | None
    terms: str
    obtain: str
    classes: tuple[str, ...]
    joint_names: tuple[str, ...]
    edges: Edges
    embedded: bool = False
    forms: tuple[FormFacts, ...] = ()
    class_counts: tuple[int, ...] = ()
    splits: tuple[SplitFacts, ...] = ()
    monitored: str = ""
    resampled: str = ""
    benches: Mapping[str, DataBench] = field(default_factory=dict)

    def commands(self, forms: Collection[str]) -> tuple[str, ...]:
        """What prepares some of its forms."""
        return tuple(found.command for found in self.forms if found.form in forms)


@dataclass(frozen=True, kw_only=True)  # no slots: what tables ask for often is kept
class PageInput:
    """All that a recipe's page shows.

    Args:
        recipe: The recipe.
        verdicts: What the runs say of its claims, in the order of the claims.
        evidence: Its stored runs, oldest first, the invalidated included.
        configs: Resolved configuration by variant.
        datasets: Data sets of its claims and runs, by key.
        draw: ``draw`` of the recipe's ``figures.py``, where it has one.
        absent: What data are missing here and where to get them.
        benches: Measurements of speed against other people's code, by file name.
        costs: Measurements of what its variants cost, by file name.
        stresses: Measurements of its runs under stress, by file name, oldest first.
        networks: Networks that are stored beside it, by variant.
    """

    recipe: Recipe
    verdicts: tuple[Verdict, ...]
    evidence: tuple[Evidence, ...]
    configs: Mapping[str, Json]
    datasets: Mapping[str, DatasetFacts]
    draw: Draw | None = None
    absent: tuple[str, ...] = ()
    benches: Mapping[str, Bench] = field(default_factory=dict)
    costs: Mapping[str, CostBench] = field(default_factory=dict)
    stresses: Mapping[str, Stress] = field(default_factory=dict)
    networks: Mapping[str, Network] = field(default_factory=dict)

    def dataset_title(self, key: str) -> str:
        """Name of a data set, or its key where nothing is known of it."""
        return self.datasets[key].title if key in self.datasets else name_dataset(key)

    def file(self, kind: str) -> str:
        """Name of its page: ``html`` or ``md``."""
        return recipe_file(self.recipe.key, kind)

    def link(self, kind: str) -> Link:
        """Its method, which leads to its page: ``html`` or ``md``."""
        return Link(text=self.recipe.paper.method, href=self.file(kind))

    def addresses(self, results: str, kind: str) -> "Addresses":
        """Where its records are, and its page, as seen from another page.

        Args:
            results: ``results/`` as seen from the folder of the pages.
            kind: Which page: ``html`` or ``md``; of a document, ``tex``.
        """
        if kind == "tex":
            return Addresses(recipe=self.recipe.key, results=results, names_runs=True)
        return Addresses(recipe=self.recipe.key, results=results, page=self.file(kind))

    def of_variant(self, variant: str) -> tuple[Evidence, ...]:
        """Stored runs of a variant, apart from tests of the authors' weights."""
        return self._by_variant.get(variant, ())

    def config_of(self, variant: str) -> Json:
        """A variant's configuration, or that of its newest run where it is gone; may be empty."""
        stored = self.of_variant(variant)
        return self.configs.get(variant) or (stored[-1].record.plan.config if stored else {})

    @cached_property
    def _by_variant(self) -> dict[str, tuple[Evidence, ...]]:
        found: dict[str, list[Evidence]] = {}
        for item in self.evidence:
            if not item.record.has_authors_weights:
                found.setdefault(item.record.plan.variant, []).append(item)
        return {variant: tuple(items) for variant, items in found.items()}

    @cached_property
    def variants(self) -> tuple[str, ...]:
        """Variants of the recipe, then those that only records know."""
        known = dict.fromkeys((*self.recipe.variants, *self.configs))
        return tuple(known | dict.fromkeys(item.record.plan.variant for item in self.evidence))

    @cached_property
    def by_run(self) -> dict[str, Evidence]:
        """Stored runs by their ids."""
        return {item.record.run_id: item for item in self.evidence}

    def representative(self, variant: str) -> tuple[Evidence, ...]:
        """Runs that tables and curves of a variant rest on.

        Completed, valid, without overrides, on splits that the variant names;
        the newest of each split and seed, a fresh one before a stale one. Runs
        on limited or generated data stand in only where there are no others.
        """
        if variant not in self._representative:
            self._representative[variant] = self._choose(variant)
        return self._representative[variant]

    @cached_property
    def _representative(self) -> dict[str, tuple[Evidence, ...]]:
        return {}

    def _choose(self, variant: str) -> tuple[Evidence, ...]:
        splits = self.configs.get(variant, {}).get("splits", ())
        good = [
            item
            for item in self.of_variant(variant)
            if item.is_valid
            and not item.record.plan.overrides
            and (not splits or item.record.plan.split in splits)
        ]
        full = [item for item in good if not item.record.is_limited]
        return tuple(sorted(newest_runs(full or good), key=lambda item: item.split_and_seed))


@dataclass(frozen=True, kw_only=True, slots=True)
class Addresses:
    """Where a recipe's records are, as seen from the pages.

    Args:
        recipe: Key of the recipe.
        results: ``results/`` as seen from the folder of the pages.
        page: The recipe's page as seen from the page that links; ``""`` on itself.
        names_runs: Whether the address of a number names all its runs, as the macros
            of a document do, and leads nowhere.
    """

    recipe: str
    results: str
    page: str = ""
    names_runs: bool = False

    def file(self, run_id: str, name: str = RECORD) -> str:
        """Address of a file of a run."""
        if self.names_runs:
            return name_runs([f"{self.recipe}/{run_id}"])
        return quote(f"{self.results}/{self.recipe}/{run_id}/{name}")

    def bench(self, name: str) -> str:
        """Address of a measurement of speed."""
        return quote(f"{self.results}/{FOLDER}/{name}")

    def costs(self, name: str) -> str:
        """Address of a measurement of costs."""
        return quote(f"{self.results}/{COSTS}/{name}")

    def runs(self, run_ids: tuple[str, ...], variant: str) -> str:
        """Address of what a number rests on: one record, or the table of the runs."""
        if self.names_runs:
            return name_runs(f"{self.recipe}/{run_id}" for run_id in run_ids)
        if len(run_ids) == 1:
            return self.file(run_ids[0])
        return self.on_page("runs", variant) if run_ids else ""

    def on_page(self, *names: str) -> str:
        """Address of a place on the recipe's page."""
        return f"{self.page}#{anchor(*names)}"


def name_runs(runs: Iterable[str]) -> str:
    """An address that leads nowhere and names runs, given as ``recipe/run``."""
    return RUNS + " ".join(runs)


def runs_of_address(href: str) -> tuple[str, ...]:
    """The runs that an address names, as ``recipe/run``; none for one that leads somewhere."""
    return tuple(href.removeprefix(RUNS).split()) if href.startswith(RUNS) else ()


def stamps(item: Evidence) -> tuple[str, ...]:
    """What a reader must know before believing a run."""
    record = item.record
    marks = ["weights: author"] if record.has_authors_weights else []
    if item.run.invalidated:
        marks.append(f"invalidated: {item.run.invalidated}")
    if item.stale:
        marks.append(f"stale: {item.stale}")
    if record.is_count:
        marks.append("counted, not run")
    elif record.plan.limit is not None:
        marks.append(f"limited to {record.plan.limit} samples a subset")
    if record.data is not None and record.data.embedded:
        marks.append("generated data")
    elif record.data is not None and record.data.known is False:
        marks.append("not the authors' complete data")
    for name, value in record.plan.overrides.items():
        marks.append(f"overridden: {name}={value}")
    return tuple(marks)
