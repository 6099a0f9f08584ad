"""How long runs take that nobody has made: their multiply-adds at the pace of stored trainings.

A training step is taken for three times the multiply-adds of its views: forward, and twice
that backward. A training sample is taken for one view of the test's size, in proportion to
its frames.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from harness.claims import Protocol
from harness.compare import Evidence
from harness.forms import is_fusion
from harness.records import Json
from harness.report.inputs import PageInput, SplitFacts

HOUR = 3600  # seconds
STEP = 3  # multiply-adds of a training step, in those of its views


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How fast stored trainings were.

    Args:
        gmacs_per_s: Their median, in G multiply-adds a second of wall-clock time.
        trainings: Their runs, as ``recipe/run``.
        what: What they are of.
    """

    gmacs_per_s: float
    trainings: tuple[str, ...]
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """Why nothing can be estimated."""

    reason: str


def find_pace(pages: Sequence[PageInput], recipe: str, form: str) -> Pace | None:
    """The pace of a recipe's own trainings, or of all on the same form of data.

    Args:
        pages: All recipes.
        recipe: Key of the recipe.
        form: ``videos`` or ``skeletons``.
    """
    own = [
        (run, pace)
        for page in pages
        if page.recipe.key == recipe
        for run, pace in _paces(page, form)
    ]
    alike = own or [found for page in pages for found in _paces(page, form)]
    if not alike:
        return None
    runs, paces = zip(*alike, strict=True)
    whose = "of this recipe" if own else f"of other recipes on {form}"
    return Pace(gmacs_per_s=median(paces), trainings=runs, what=whose)


def _paces(page: PageInput, form: str) -> Iterator[tuple[str, float]]:
    """Complete trainings of a recipe, and the multiply-adds of each a second."""
    for item in page.evidence:
        record = item.record
        if record.is_limited or not item.is_valid or record.plan.protocol.data.form != form:
            continue
        batch = _batch(record.plan.config)
        if record.timing and batch and "macs" in record.values and record.timing.train_s > 0:
            seen = record.timing.iterations * batch
            if seen:
                work = STEP * _train_share(record.plan.config) * record.values["macs"] * seen
                yield f"{page.recipe.key}/{record.run_id}", work / record.timing.train_s


def _batch(config: Json) -> int:
    size: int = config.get("train_dataloader", {}).get("batch_size", 0)
    return size


def estimate_run(page: PageInput, variant: str, pace: Pace) -> float | Unknown:
    """Hours of one run of a variant, with those of the variants that it starts from or fuses.

    Args:
        page: The recipe.
        variant: Its variant.
        pace: How fast it goes.
    """
    seconds = 0.0
    for name in _needed(page, variant):
        config = page.configs.get(name, {})
        if not config:
            return Unknown(reason=f"no configuration of {name}")
        if is_fusion(config):
            continue
        work = _work(page, name, config)
        if isinstance(work, Unknown):
            return work
        seconds += work / pace.gmacs_per_s
    return seconds / HOUR


def _needed(page: PageInput, variant: str) -> tuple[str, ...]:
    """A variant, after all that it starts from or fuses, each once."""
    config = page.configs.get(variant, {})
    before = (*config.get("inputs", {}), *config.get("fusion", {}))
    return tuple(dict.fromkeys((*(n for name in before for n in _needed(page, name)), variant)))


def _work(page: PageInput, variant: str, config: Json) -> float | Unknown:
    """G multiply-adds of one run: its training, then its test."""
    protocol = Protocol(**config["protocol"])
    counted = [item for item in page.of_variant(variant) if _has_macs(item)]
    facts = page.datasets.get(protocol.dataset)
    splits = [split for split in facts.splits if split.name in config["splits"]] if facts else []
    if not counted:
        return Unknown(reason=f"the multiply-adds of {variant} are not counted")
    if not splits:
        return Unknown(reason=f"nothing here reads {page.dataset_title(protocol.dataset)}")
    trained = _trained(config, splits[0])
    tested = splits[0].test or splits[0].val
    if trained is None or tested is None:
        return Unknown(reason="the samples of the split are not counted")
    views = (protocol.num_clips or 1) * (protocol.num_crops or 1)
    share = _train_share(config)
    return counted[-1].record.values["macs"] * (STEP * share * trained + views * tested)


def _train_share(config: Json) -> float:
    """Frames of a training sample by those of a view: some papers train on fewer."""
    clip_len = config["protocol"].get("clip_len")
    return _train_frames(config) / clip_len if clip_len else 1.0


def _train_frames(config: Json) -> int:
    steps = config.get("train_dataloader", {}).get("dataset", {}).get("pipeline", ())
    said = [step["clip_len"] for step in steps if "clip_len" in step]
    frames: int = said[0] if said else config["protocol"]["clip_len"]
    return frames


def _has_macs(item: Evidence) -> bool:
    return item.is_valid and "macs" in item.record.values


def _trained(config: Json, split: SplitFacts) -> int | None:
    """How many samples a training sees, each as often as it does."""
    loop = config.get("train_cfg", {})
    if "max_iters" in loop:
        return int(loop["max_iters"]) * _batch(config)
    return None if split.train is None else int(loop.get("max_epochs", 0)) * split.train
