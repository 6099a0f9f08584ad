"""One run in its own process: ``python -m harness.run.worker FOLDER``.

The folder holds ``job.json``; the worker leaves ``outcome.json`` and the files
that go beside the record. It ends when its launcher does: a thread waits for
the end of standard input.
"""

import os
import signal
import sys
import threading
import time
import traceback
import warnings
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from torch import nn

from harness.catalog import Recipe, load_recipe
from harness.documents import parse
from harness.errors import PartialWeightsWarning, PlanError, RunError
from harness.plan import changes, load_config, override, replace_values
from harness.records import (
    AUTHORS,
    PRETRAINED,
    DataFacts,
    Environment,
    Measurement,
    Plan,
    SampleCounts,
    Timing,
)
from harness.run.checkpoints import (
    SaveState,
    Weights,
    read_weights,
    weights_digest,
    write_checkpoint,
)
from harness.run.environment import describe_environment
from harness.run.failures import NotFiniteError, explain
from harness.run.history import History
from harness.run.job import CHECKPOINT, JOB, WEIGHTS, Job, Outcome, write_outcome
from harness.run.measure import make_scores, measure_costs, measure_scores, peak_memory_gib
from harness.run.models import find_translator, read_config, read_fitting_weights
from harness.run.progress import FILE, ProgressWriter
from harness.run.runner import HarnessRunner, Initial, make_runner, seen_scores
from harness.scores import Scores, pack, pack_scores
from harness.store import HISTORY, OBSERVATIONS, SCORES, write_replacing

MOST_OBSERVED_BYTES = 256 * 1024


@dataclass(kw_only=True)
class Notes:
    """What a run has found out so far; a failure keeps what there is."""

    environment: Environment | None = None
    data: DataFacts | None = None
    timing: Timing | None = None
    measurements: list[Measurement] = field(default_factory=list)
    input_weights: dict[str, str] = field(default_factory=dict)
    weights_sha256: str = ""


def main(home: Path) -> int:
    """Run the job of a folder; the outcome says how it ended."""
    end_with_launcher()
    job = parse(Job, (home / JOB).read_bytes(), source=str(home / JOB))
    notes, failure = Notes(), None
    broken = watch_determinism()
    try:
        run(job, home, notes)
    except Exception as error:
        traceback.print_exc()
        failure = explain(error)
    if broken and notes.environment is not None:
        level = f"{notes.environment.determinism}; not by {', '.join(sorted(broken))}"
        notes.environment = replace(notes.environment, determinism=level)
    write_outcome(
        home,
        Outcome(
            run_id=job.run_id,
            status="completed" if failure is None else "failed",
            environment=notes.environment,
            data=notes.data,
            timing=notes.timing,
            measurements=tuple(notes.measurements) if failure is None else (),
            input_weights=notes.input_weights,
            weights_sha256=notes.weights_sha256,
            failure=failure,
        ),
    )
    return 0 if failure is None else 1


def end_with_launcher() -> None:
    """End this process and its loaders when the launcher dies, however it dies."""

    def wait() -> None:
        while os.read(0, 1):
            pass
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


def watch_determinism() -> set[str]:
    """Operators that torch says have no deterministic form, as they are met."""
    met: set[str] = set()
    show = warnings.showwarning

    def note(message: Warning | str, *rest: Any) -> None:
        text = str(message)
        if "does not have a deterministic implementation" in text:
            met.add(text.split()[0])
        show(message, *rest)

    warnings.showwarning = note  # type: ignore[assignment]
    return met


def run(job: Job, home: Path, notes: Notes) -> None:
    """Train and test what a plan says.

    Raises:
        HarnessError: It cannot be followed here.
        NotFiniteError: A loss is NaN or infinite.
    """
    plan = job.plan
    progress = ProgressWriter(home / FILE)
    recipe = load_recipe(plan.recipe)
    config = resolve(recipe, plan)
    device = choose_device(job.device)
    determinism = set_determinism(plan, device)
    torch.set_num_threads(plan.config["runtime"]["threads"])
    notes.environment = describe_environment(device, determinism=determinism, command=job.command)
    initial = find_initial(recipe, job, notes) if not job.weights else None
    state = SaveState(str(home / CHECKPOINT), job.save_every_s)
    hooks = [History(progress), state]
    data = Path(job.data)
    runner = make_runner(config, plan, home=home, data=data, initial=initial, hooks=hooks)
    runner.model.to(device)
    if job.weights:
        take_weights(recipe, runner, Path(job.weights), notes)
        train_s = 0.0
    else:
        runner.train()
        train_s = state.elapsed_s
    progress.write("test")
    began_s = time.monotonic()
    metrics = runner.test()
    test_s = time.monotonic() - began_s
    scores = make_scores(seen_scores(runner))
    check_finite(scores)
    weights = {name: value.cpu() for name, value in runner.model.state_dict().items()}
    notes.weights_sha256 = weights_digest(weights)
    write_checkpoint(home / WEIGHTS, {name: w.clone() for name, w in weights.items()}, {})
    notes.data = describe_data(runner, scores)
    if job.weights:
        notes.data = replace(notes.data, train=0)
    notes.measurements = measure_scores(metrics, len(scores.ids))
    notes.measurements += measure_costs(runner.model, one_view(runner, plan, device))
    notes.timing = Timing(
        startup_s=round(progress.first_batch_at - job.launched_at, 3),
        train_s=round(train_s, 3),
        test_s=round(test_s, 3),
        iterations=runner.iter if not job.weights else 0,
        peak_memory_gib=round(peak_memory_gib(device), 3),
        resumed=state.resumed,
    )
    write_replacing(home / HISTORY, runner.history.csv().encode())
    write_replacing(home / SCORES, pack_scores(scores))
    if job.observe:
        observe(recipe, runner, device, home)


def resolve(recipe: Recipe, plan: Plan) -> Config:
    """The variant's configuration with its classes, if it is still the plan's.

    Raises:
        PlanError: The file has changed since the plan was made.
    """
    changed = changes(load_config(recipe, plan.variant), plan.split, plan.overrides)
    if override(load_config(recipe, plan.variant), changed) != plan.config:
        raise PlanError(
            f"{recipe.variant_file(plan.variant)} has changed since the run was planned",
            fix="run again: it is planned anew",
        )
    config = read_config(recipe.variant_file(plan.variant))
    replace_values(config, changed)
    return config


def choose_device(name: str) -> torch.device:
    """The device by name; ``auto`` is the first GPU, or else the CPU.

    Raises:
        RunError: There is no such device.
    """
    if name == "auto":
        return torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise RunError(f"there is no device '{name}'", fix="use auto, cpu or cuda:N") from error
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise RunError(
            f"torch sees {torch.cuda.device_count()} GPUs, not {name}",
            fix="use --device cpu, or install a torch build for your GPU",
        )
    if device.type == "cuda":
        torch.cuda.set_device(device)
    return device


def set_determinism(plan: Plan, device: torch.device) -> str:
    """Ask torch for deterministic operators, and say what was asked."""
    level = plan.config["runtime"]["deterministic"]
    if level == "off":
        return "off"
    torch.use_deterministic_algorithms(True, warn_only=level == "warn")
    torch.backends.cudnn.benchmark = False
    return f"deterministic algorithms ({level}) on {device.type}"


def find_initial(recipe: Recipe, job: Job, notes: Notes) -> Initial | None:
    """What a run starts from: weights of others, or of its inputs; ``None`` for neither.

    Raises:
        RunError: Weights are missing or damaged, or the recipe does not say how to
            start from them.
    """
    if job.pretrained:
        return take_pretrained(recipe, Path(job.pretrained), notes)
    return take_inputs(recipe, job, notes) if job.inputs else None


def take_pretrained(recipe: Recipe, path: Path, notes: Notes) -> Initial:
    """Other people's weights, for the recipe to put into the model that it fits.

    Raises:
        RunError: They cannot be read, or the recipe does not say how to start from them.
    """
    state = read_weights(path)
    translate = find_translator(recipe, "from_pretrained")
    if translate is None:
        raise RunError(
            f"recipe '{recipe.key}' does not say how to start from pretrained weights",
            fix="define from_pretrained(state, model) in its weights.py",
        )
    notes.input_weights = {PRETRAINED: weights_digest(state)}

    def initial(model: nn.Module) -> Weights:
        try:
            return translate(state, model)
        except RunError as error:
            raise RunError(f"{path}: {error.problem}", fix=error.fix) from error

    return initial


def take_inputs(recipe: Recipe, job: Job, notes: Notes) -> Initial:
    """Weights of a run's inputs, for the recipe to merge.

    Raises:
        RunError: Weights are missing or damaged, or the recipe does not say how to
            merge several.
    """
    states = {variant: read_weights(Path(path)) for variant, path in job.inputs.items()}
    notes.input_weights = {variant: weights_digest(state) for variant, state in states.items()}
    merge = find_translator(recipe, "merge_inputs")
    if merge is not None:
        return lambda model: merge(states, model)
    if len(states) > 1:
        raise RunError(
            f"recipe '{recipe.key}' does not say how to start from {len(states)} inputs",
            fix="define merge_inputs(states, model) in its weights.py",
        )
    (state,) = states.values()
    return lambda _model: state


def take_weights(recipe: Recipe, runner: HarnessRunner, path: Path, notes: Notes) -> None:
    """Put the authors' weights into a runner that is only to test.

    Raises:
        RunError: They cannot be read, do not fit, or leave a part of the network out.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", PartialWeightsWarning)
            weights = read_fitting_weights(recipe, runner.model, path)
    except PartialWeightsWarning as part:
        raise RunError(f"{path}: {part}", fix="give weights of the whole network") from part
    runner.initial = lambda _model: weights
    notes.input_weights = {AUTHORS: weights_digest(weights)}


def check_finite(scores: Scores) -> None:
    """Refuse scores that are NaN or infinite.

    Raises:
        NotFiniteError: Some are.
    """
    bad = ~torch.isfinite(torch.from_numpy(scores.scores)).all(dim=1)
    if bad.any():
        first = scores.ids[int(bad.nonzero()[0])]
        raise NotFiniteError(
            f"{int(bad.sum())} test samples have scores that are not finite, {first} the first"
        )


def describe_data(runner: HarnessRunner, scores: Scores) -> DataFacts:
    """What a run saw."""
    tested = runner.test_dataloader.dataset
    return DataFacts(
        fingerprint=tested.prepared.fingerprint,
        known=tested.prepared.known,
        embedded=tested.prepared.dataset.embedded,
        train=len(runner.train_dataloader.dataset),
        test=SampleCounts(expected=tested.complete, scored=len(scores.ids), failed=tested.failed),
        monitored=runner.val_dataloader.dataset.subset,
    )


def one_view(runner: HarnessRunner, plan: Plan, device: torch.device) -> torch.Tensor:
    """The first view of a test sample, for counting operations.

    Where the clip length varies, it is the longest sample.
    """
    dataset = runner.test_dataloader.dataset
    among = range(1 if plan.protocol.clip_len else len(dataset))
    inputs = max((dataset[i]["inputs"] for i in among), key=lambda x: x.numel())
    view: torch.Tensor = inputs[:1].to(device, torch.float32)  # pixels are bytes until the model
    return view[None] if view.dim() == inputs.dim() else view


def observe(recipe: Recipe, runner: HarnessRunner, device: torch.device, home: Path) -> None:
    """Store what the recipe wants to be seen of the trained model.

    Raises:
        RunError: It is more than a record may carry.
    """
    module = import_module(f"recipes.{recipe.key}.observe")
    dataset = runner.test_dataloader.dataset
    samples = (
        (*dataset.name(sample), dataset[index]["inputs"][None].to(device))
        for index, sample in enumerate(dataset.samples)
    )
    runner.model.eval()
    packed = pack(module.observe(runner.model, samples))
    if len(packed) > MOST_OBSERVED_BYTES:
        raise RunError(
            f"observe.py of '{recipe.key}' gives {len(packed)} bytes; "
            f"a record carries {MOST_OBSERVED_BYTES}",
            fix="observe fewer samples, or in float16",
        )
    write_replacing(home / OBSERVATIONS, packed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
