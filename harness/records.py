"""What decides a run, and what a run did: plans and records.

Records are plain values: stored once as JSON, in the field order below, and
never edited. Absence is spelled by the status, never by NaN.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

from harness.claims import Protocol

SCHEMA_VERSION = 1

WORDING = frozenset({"choices", "departures", "frozen"})

AUTHORS = "authors"
"""Stands for a variant's name where weights are those of the paper's authors."""

PRETRAINED = "pretrained"
"""Stands for a variant's name where weights are other people's, of another data set."""

NO_SAMPLES = 0
"""Limit of a plan that is neither trained nor tested."""

Status = Literal["completed", "failed", "interrupted"]
Json = dict[str, Any]


def digest_of(value: object) -> str:
    """SHA-256 of a value's canonical JSON, in hex."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def canonical_json(value: object) -> str:
    """JSON in the one form that digests are taken of."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanInput:
    """A run that another one starts from, or weights of the paper's authors.

    Args:
        variant: Its variant, of the same split and seed, ``RECIPE/VARIANT`` where it is of
            another recipe; :data:`AUTHORS`.
        use: What is taken from it: ``weights``, ``scores``, or ``author`` for a file
            of weights that is tested and not trained on.
        digest: Its plan's digest; the SHA-256 of the authors' file.
    """

    variant: str
    use: Literal["weights", "scores", "author"]
    digest: str


@dataclass(frozen=True, kw_only=True)  # no slots: the digest is kept
class Plan:
    """Everything that decides a run's numbers, apart from the device.

    Args:
        recipe: Key of the recipe.
        variant: Its config file.
        dataset: Key of the data set.
        split: One split of it.
        seed: Seed of every random draw.
        config: The resolved configuration, as plain JSON.
        overrides: What ``--set`` changed in it.
        limit: Most samples taken from each subset; ``None`` for all.
        inputs: Runs that it starts from.
    """

    recipe: str
    variant: str
    dataset: str
    split: str
    seed: int
    config: Json
    overrides: Json = field(default_factory=dict)
    limit: int | None = None
    inputs: tuple[PlanInput, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Name of the plan: equal plans have equal digests.

        The wording of choices and departures decides no number.
        """
        decides = {key: value for key, value in self.config.items() if key not in WORDING}
        return digest_of(asdict(self) | {"config": decides})[:16]

    @property
    def protocol(self) -> Protocol:
        """The conditions that its config states."""
        return Protocol(**self.config["protocol"])

    def recipe_of(self, given: PlanInput) -> str:
        """Key of the recipe that an input is a run of."""
        return given.variant.rpartition("/")[0] or self.recipe

    @property
    def label(self) -> str:
        """How a person calls it."""
        return f"{self.recipe}/{self.variant} {self.split} seed {self.seed}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """Where a run ran.

    Args:
        device: Name of the processor or GPU.
        device_kind: ``cpu`` or ``cuda``.
        driver: GPU driver; ``""`` on a CPU.
        python: Version of Python.
        platform: Operating system and machine.
        packages: Versions by package.
        commit: Commit of the checkout; ``""`` outside one.
        dirty: Whether tracked files differed from that commit.
        threads: Threads a run computes with.
        cores: Cores that the process may use.
        determinism: Level that was asked of torch, and operators that broke it.
        command: The command line that started it.
        kernels: Libraries of linear algebra, and the processor that each computed for, on which
            bits depend; ``""`` in records from before it was asked.
    """

    device: str
    device_kind: str
    driver: str
    python: str
    platform: str
    packages: dict[str, str]
    commit: str
    dirty: bool
    threads: int
    cores: int
    determinism: str
    command: str
    kernels: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleCounts:
    """Test samples of a run.

    Args:
        expected: How many there should be.
        scored: How many have scores.
        failed: How many cannot be read.
    """

    expected: int
    scored: int
    failed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class DataFacts:
    """The data that a run saw.

    Args:
        fingerprint: SHA-256 of the prepared data.
        known: Whether it is the fingerprint of the authors' complete data;
            ``None`` where that is not known.
        embedded: Whether the data were generated by the harness.
        train: Samples trained on.
        test: Samples tested on.
        monitored: Subset of the second curve: ``val``, or ``test`` where the
            authors give no validation data and nothing reads it to choose.
    """

    fingerprint: str
    known: bool | None
    embedded: bool
    train: int
    test: SampleCounts
    monitored: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """One measured value, in its metric's unit.

    Args:
        metric: Key of :data:`harness.metrics.METRICS`.
        value: Measured value.
        samples: Samples it averages over; ``None`` where it does not.
    """

    metric: str
    value: float
    samples: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """What a run cost.

    Args:
        startup_s: From the launch to the first batch, summed over resumptions
            only in that the last one counts.
        train_s: Training and monitoring.
        test_s: Testing.
        iterations: Training iterations.
        peak_memory_gib: Largest resident memory of the worker process, or GPU
            memory allocated on CUDA.
        resumed: How often the run was continued from a checkpoint.
    """

    startup_s: float
    train_s: float
    test_s: float
    iterations: int
    peak_memory_gib: float
    resumed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why a run has no result.

    Args:
        kind: ``crash``, ``out of memory``, ``not finite``, ``data``,
            ``disk full``, ``configuration`` or ``interrupted``.
        message: What happened.
        fix: What to do about it.
    """

    kind: str
    message: str
    fix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRecord:
    """The outcome of one plan on one machine, never edited after it is written.

    A completed run has measurements and no failure; every other status has a
    failure and no measurements. A worker that died before it could look around
    leaves no environment.

    Args:
        schema_version: :data:`SCHEMA_VERSION` of the harness that wrote it.
        run_id: Name: UTC start and plan digest.
        status: How it ended.
        plan: What decided it.
        plan_digest: Digest of the plan.
        code_digest: Digest of the recipe's, runner's and data set's code.
        claim_digests: Digests of the claims (tolerances included) as they
            stood before the run, by claim key.
        input_weights: SHA-256 of the weights it started from, by variant.
        started_at: UTC, ISO 8601.
        duration_s: From launch to end, over all resumptions.
        environment: Where it ran.
        data: What it saw.
        timing: What it cost.
        measurements: What it measured.
        weights_sha256: SHA-256 of its final weights.
        failure: Why there is no result.
    """

    schema_version: int = SCHEMA_VERSION
    run_id: str
    status: Status
    plan: Plan
    plan_digest: str
    code_digest: str
    claim_digests: dict[str, str] = field(default_factory=dict)
    input_weights: dict[str, str] = field(default_factory=dict)
    started_at: str
    duration_s: float
    environment: Environment | None = None
    data: DataFacts | None = None
    timing: Timing | None = None
    measurements: tuple[Measurement, ...] = ()
    weights_sha256: str = ""
    failure: Failure | None = None

    def __post_init__(self) -> None:
        if (self.status == "completed") != (self.failure is None):
            raise ValueError(f"run {self.run_id} is {self.status} but failure={self.failure!r}")
        if self.failure is not None and self.measurements:
            raise ValueError(f"run {self.run_id} is {self.status} and has measurements")

    @property
    def values(self) -> dict[str, float]:
        """Measured values by metric."""
        return {m.metric: m.value for m in self.measurements}

    @property
    def has_authors_weights(self) -> bool:
        """Whether it tested weights of the paper's authors and trained nothing."""
        return any(item.use == "author" for item in self.plan.inputs)

    @property
    def is_count(self) -> bool:
        """Whether parameters and multiply-adds were counted, and no data seen."""
        return self.plan.limit == NO_SAMPLES

    @property
    def end(self) -> tuple[str, str]:
        """What another run knows it by that started from it: its plan, and its weights."""
        return self.plan_digest, self.weights_sha256

    def start(self, given: PlanInput) -> tuple[str, str]:
        """The :attr:`end` of the run that gave an input."""
        return given.digest, self.input_weights.get(given.variant, "")

    @property
    def is_limited(self) -> bool:
        """Whether it saw limited, incomplete or generated data."""
        if self.plan.limit is not None:
            return True
        return self.data is not None and (self.data.embedded or self.data.known is False)
