"""What a recipe promises of its models, tried without data: ``python -m harness.run.trial KEY``.

In a process of its own, since it imports torch and may take classes of others out of
registries; each line of standard output is what came of a promise. The variant that
learns is the first one on embedded data, for which nothing has to be fetched.
"""

import gc
import inspect
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from mmaction.registry import DATASETS, HOOKS, METRICS, MODELS, TRANSFORMS
from mmaction.structures import ActionDataSample
from mmengine import registry as mmengine_registry
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.logging import MMLogger
from mmengine.registry import LOOPS
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.nn import init
from torch.overrides import TorchFunctionMode

import mmaction.models  # isort: skip
import mmaction.datasets  # isort: skip

from harness.catalog import Recipe, dataset_keys, load_dataset
from harness.claims import Claim, Protocol
from harness.contract import load_what_loads, registered, relative_imports
from harness.datasets.collecting import prepare_videos
from harness.datasets.definition import Dataset
from harness.datasets.prepared import prepare
from harness.diagrams import FILE, load_networks
from harness.documents import dump
from harness.errors import HarnessError
from harness.findings import Answer, Finding, ask, explain, find_name, find_text, read_tree
from harness.forms import is_fusion
from harness.metrics import METRICS as QUANTITIES
from harness.plan import load_config
from harness.records import Json
from harness.run.clips import make_clips
from harness.run.measure import count_macs, count_parameters
from harness.run.models import enter_scope, find_translator, read_config, score
from harness.run.nesting import list_tensors
from harness.run.runner import NoCanvas
from harness.run.tracing import trace_variant

SAMPLES = 8
TESTED = 2
MADE = 40  # of embedded data, of which those of two classes are kept: a few steps tell them apart
LEAST_STEPS, MOST_STEPS = 4, 16
MOST_STEPS_S = 2.0  # of processor time, for what is slow
FILLS = frozenset(
    {
        *(Tensor.normal_, Tensor.uniform_, Tensor.fill_, Tensor.zero_),
        *(init.normal_, init.uniform_, init.constant_, init.kaiming_uniform_),
    }
)
ROOMS = (MODELS, HOOKS, DATASETS, TRANSFORMS, METRICS, LOOPS)
CLASHES = "registered names shadow nothing of MMAction2's"
BUILDS = "every variant's model builds"
COSTS = "printed costs are those of the variants"
DRAWN = "stored diagrams are those of its networks"
STEP = "a clip is scored, and a training step has a finite loss"
GRADIENT = "the gradient reaches every parameter, or it is declared frozen"
STOCK = "stock MMAction2 trains and tests a variant, as its protocol says"
FALLS = f"the loss falls on {SAMPLES} samples"


class Trial:
    """A recipe whose models are tried.

    Args:
        recipe: The recipe, as far as it loads.
        home: A folder to write into.
    """

    def __init__(self, recipe: Recipe, home: Path) -> None:
        self.recipe, self.home = recipe, home
        self.mended = _mend_imports(recipe, home)
        self.clashes = tuple(self._find_clashes())
        self.losses: list[float] = []
        self._shapes: dict[str, Any] = {}
        self._has_stepped = False

    def answers(self) -> Iterator[Answer]:
        """What comes of each promise; what cannot be looked at says why."""
        before = [*self.answers_at_once()]
        yield from before
        yield from self.answers_of_training(before)

    def answers_at_once(self) -> Iterator[Answer]:
        """What comes of the promises that need no training."""
        yield Answer(promise=CLASHES, findings=self.clashes)
        yield (built := self._ask(BUILDS, self.find_in_builds))
        reason = "" if self.configs else "no variant has a model"
        reason = "the model does not build" if built.findings else reason
        looks = {
            COSTS: self.find_in_costs,
            DRAWN: self.find_in_diagrams,
            STEP: self.find_in_step,
            GRADIENT: self.find_in_gradient,
        }
        for promise, find in looks.items():
            yield Answer(promise=promise, unchecked=reason) if reason else self._ask(promise, find)
            if promise == STEP and not self._has_stepped:
                reason = reason or "no training step was made"

    def answers_of_training(self, before: Iterable[Answer]) -> Iterator[Answer]:
        """What comes of the promises that need training.

        Args:
            before: What has come of the others.
        """
        step = next(answer for answer in before if answer.promise == STEP)
        reason = "a training step cannot be made, or is not finite" if step.findings else ""
        reason = step.unchecked or reason
        if not reason and not self.is_embedded:
            reason = "no variant is on embedded data"
        if not reason:
            yield (stock := self._ask(STOCK, self.find_in_training))
            if not stock.findings:
                yield self._ask(FALLS, self.find_in_losses)
                return
            yield Answer(promise=FALLS, unchecked="stock MMAction2 does not train it")
            return
        yield from (Answer(promise=promise, unchecked=reason) for promise in (STOCK, FALLS))

    def _ask(self, promise: str, find: Any) -> Answer:
        answer = ask(promise, find, self.recipe.folder)
        moved = (self._point_back(finding) for finding in answer.findings)
        return replace(answer, findings=tuple(moved))

    def _point_back(self, finding: Finding) -> Finding:
        """A finding in the recipe's own file, not in its mended copy."""
        path = Path(finding.file)
        if finding.file and path.parent == self.mended.folder:
            return replace(finding, file=str(self.recipe.folder / path.name))
        return finding

    @cached_property
    def configs(self) -> dict[str, Json]:
        """Configurations of the variants that have a model and can be read."""
        found = {}
        for name in self.mended.variants:
            try:
                config = load_config(self.mended, name)
            except HarnessError:
                continue  # the contract says so
            if not is_fusion(config):
                found[name] = config
        return found

    @cached_property
    def learner(self) -> str:
        """The variant that is trained: the first on embedded data, or else the first."""
        return next(filter(self._is_on_embedded, self.configs), next(iter(self.configs)))

    @property
    def is_embedded(self) -> bool:
        """Whether the variant that is trained needs no data of others."""
        return self._is_on_embedded(self.learner)

    def _is_on_embedded(self, name: str) -> bool:
        key = self.configs[name]["protocol"]["dataset"]
        return key in dataset_keys() and load_dataset(key).embedded

    @cached_property
    def model(self) -> Any:
        """The model that is trained, with its first weights."""
        model = self._build(self.learner, "cpu")
        if not MMLogger.check_instance_created("harness"):
            MMLogger.get_instance("harness", log_level="WARNING")  # or each weight is a line
        model.init_weights()
        return model

    def _shape_of(self, name: str) -> Any:
        """A variant's model without memory for weights; equal configurations have one."""
        said = json.dumps(self.configs[name]["model"], sort_keys=True)
        if said not in self._shapes:
            self._shapes[said] = self._build(name, "meta")
        return self._shapes[said]

    def _build(self, name: str, device: str) -> Any:
        enter_scope()
        torch.manual_seed(0)
        with torch.device(device), _NoDraws():
            return MODELS.build(read_config(self.mended.variant_file(name)).model)

    def _find_clashes(self) -> Iterator[Finding]:
        """Names of MMAction2's; theirs are taken out, so that the rest can be looked at."""
        above = [getattr(mmengine_registry, name).module_dict for name in ("MODELS", "HOOKS")]
        for name, path, line in registered(self.recipe):
            theirs = [room for room in ROOMS if _is_of_others(room, name, self.recipe.key)]
            for room in theirs:
                room.module_dict.pop(name)
            stock = hasattr(mmaction.models, name) or hasattr(mmaction.datasets, name)
            if theirs or stock or any(name in room for room in above):
                yield Finding(
                    problem=f"'{name}' is a class of MMAction2's or MMEngine's",
                    fix="give the class another name",
                    file=str(path),
                    line=line,
                )

    def find_in_builds(self) -> Iterator[Finding]:
        """Build every variant's model without memory for weights."""
        for name, config in self.configs.items():
            path = self.recipe.variant_file(name)
            try:
                model = self._shape_of(name)
            except Exception as error:
                found = explain(error, self.mended.folder)
                found = found if found.file else explain(error, self.recipe.folder)
                problem = f"variant '{name}': {found.problem}"
                yield replace(found, problem=problem, file=found.file or str(path))
                continue
            strays = [key for key, value in model.named_parameters() if not value.is_meta]
            if strays:
                yield Finding(
                    problem=f"variant '{name}': {strays[0]} is made on a device of its own",
                    fix="make parameters without naming a device",
                    file=str(path),
                )
            if "pretrained" in config and find_translator(self.recipe, "from_pretrained") is None:
                yield Finding(
                    problem=f"variant '{name}' starts from weights of others that nothing reads",
                    fix="define from_pretrained(state, model) in weights.py",
                    file=str(path),
                    line=find_name(path, "pretrained"),
                )

    def find_in_costs(self) -> Iterator[Finding]:
        """Compare printed counts with those of the variants, on no data."""
        paper = self.recipe.folder / "paper.py"
        for claim in self.recipe.claims:
            if not isinstance(claim, Claim) or claim.kind != "cost":
                continue
            if claim.variant not in self.configs:
                continue
            model = self._shape_of(claim.variant)
            if claim.metric == "params":
                counted = count_parameters(model) / 1e6
            elif claim.protocol.clip_len:
                clip = make_clips(self.configs[claim.variant], 1, device="meta")
                counted = count_macs(model.to("meta"), clip) / 1e9  # buffers made of arrays, too
            else:
                continue
            said = claim.derived or claim.readings[0].printed
            gap = counted - float(said)
            if abs(gap) > (_half_digit(said) if claim.derived else claim.tolerance or 0):
                unit = QUANTITIES[claim.metric].unit
                layer = _layer_of(model, gap) if claim.metric == "params" else ""
                what = "derived" if claim.derived else "printed"
                yield Finding(
                    problem=f"claim '{claim.key}' says {said} {unit} ({what}), and "
                    f"variant '{claim.variant}' has {counted:.4f} {unit}{layer}",
                    fix="correct the network; where the print is another for a known reason, give "
                    "the reason in the claim's note and the count as derived",
                    file=str(paper),
                    line=find_text(paper, said) or find_text(paper, claim.key),
                )

    def find_in_diagrams(self) -> Iterator[Finding]:
        """Trace again what is stored beside the recipe for its page."""
        key, path = self.recipe.key, self.recipe.folder / FILE
        for name, stored in load_networks(self.recipe.folder).items():
            if name not in self.configs or trace_variant(self.mended, name) != stored:
                yield Finding(
                    problem=f"the stored diagram of variant '{name}' is of another network",
                    fix=f"draw those stored anew: harness diagram {key} --store",
                    file=str(path),
                )

    def find_in_step(self) -> Iterator[Finding]:
        """Score a clip as a test does, then make one training step on two."""
        first = next(iter(self.configs))
        for name in dict.fromkeys((first, self.learner)):
            model = self.model if name == self.learner else self._build(name, "cpu")
            protocol = Protocol(**self.configs[name]["protocol"])
            with _Watch(model) as watch:
                scores = score(model.eval(), make_clips(self.configs[name], 1))
            path = self.recipe.variant_file(name)
            if scores.shape != (1, protocol.classes):
                yield Finding(
                    problem=f"variant '{name}' gives scores {tuple(scores.shape)} for one clip of "
                    f"{protocol.classes} classes",
                    fix="correct num_classes of its cls_head, or the protocol",
                    file=str(path),
                )
            elif not scores.isfinite().all():
                yield watch.finding(f"variant '{name}' gives scores that are not finite", path)
                return
        with _Watch(self.model) as watch:
            loss = self._step()
        if not loss.isfinite():
            path = self.recipe.variant_file(self.learner)
            yield watch.finding(f"the loss of '{self.learner}' is {loss.item()} at step 1", path)

    def _step(self) -> Tensor:
        """The loss of two clips, whose gradient is left in the parameters."""
        torch.manual_seed(0)
        protocol = Protocol(**self.configs[self.learner]["protocol"])
        labels = [ActionDataSample().set_gt_label(n % protocol.classes) for n in range(2)]
        self.model.train()
        losses = self.model(make_clips(self.configs[self.learner], 2), labels, mode="loss")
        loss, _ = self.model.parse_losses(losses)
        loss.backward()
        self._has_stepped = True
        return loss.detach()  # type: ignore[no-any-return]

    def find_in_gradient(self) -> Iterator[Finding]:
        """Name the parameters that the training step did not reach."""
        config = self.configs[self.learner]
        declared = tuple(item["what"] for item in config.get("frozen", ()))
        if int(config["model"].get("backbone", {}).get("frozen_stages", -1)) >= 0:
            declared += ("backbone.",)  # MMAction2's own word for it
        unreached = [
            name
            for name, value in self.model.named_parameters()
            if value.grad is None and not (declared and name.startswith(declared))
        ]
        for owner, names in _group(unreached).items():
            is_frozen = not self.model.get_parameter(names[0]).requires_grad
            file, line = _where_made(self.model, owner, self.recipe.folder)
            what = "is frozen and not declared" if is_frozen else "is not reached by the gradient"
            yield Finding(
                problem=f"{', '.join(names)} {what}",
                fix="train it, or declare it in the config: "
                f'frozen = [dict(what="{owner}", why="…")]',
                file=file or str(self.recipe.variant_file(self.learner)),
                line=line,
            )

    def find_in_training(self) -> Iterator[Finding]:
        """Run the config by MMEngine's runner and MMAction2's registries, on a few samples."""
        config = read_config(self.mended.variant_file(self.learner))
        protocol = Protocol(**config.protocol)
        self._shorten(config, _prepare(protocol, self.home / "data"))
        enter_scope()
        runner = Runner.from_cfg(config)
        runner.train()
        runner.test_dataloader.dataset.subset = "test"  # as the transforms are told
        runner.test()
        self.losses = _hook(runner).losses
        path = self.recipe.variant_file(self.learner)
        if not _hook(runner).has_finite_scores:
            yield Finding(
                problem="test scores are not finite",
                fix="see which layer makes them",
                file=str(path),
            )
        shape = tuple(runner.test_dataloader.dataset[0]["inputs"].shape)
        for field, said, found in _compare_shape(protocol, shape):
            yield Finding(
                problem=f"a test sample is {shape}: {field} {found}, and the protocol says {said}",
                fix="let the test dataloader's pipeline read the protocol",
                file=str(path),
                line=find_name(path, "test_pipeline") or find_name(path, "protocol"),
            )

    def _shorten(self, config: Config, data: Path) -> None:
        """A few samples in one batch, a few steps of the config's own schedule, no validation."""
        for loader, limit in ((config.train_dataloader, SAMPLES), (config.test_dataloader, TESTED)):
            loader.dataset.update(root=str(data), limit=limit)
            loader.num_workers = 0
            loader.pop("persistent_workers", None)
        config.train_dataloader.batch_size = min(config.train_dataloader.batch_size, SAMPLES)
        config.test_dataloader.dataset.subset = "train"  # no other samples were made
        config.val_dataloader = config.val_cfg = config.val_evaluator = None
        config.custom_hooks = [*config.get("custom_hooks", []), dict(type=FewSteps.__name__)]
        config.default_hooks = dict(runtime_info=None, timer=None, logger=None, checkpoint=None)
        config.visualizer = dict(type=NoCanvas.__name__)
        config.work_dir = str(self.home / "work")
        config.log_level = "WARNING"
        config.randomness = dict(seed=0)

    def find_in_losses(self) -> Iterator[Finding]:
        """Compare the last losses with the first, on samples that are seen at every step."""
        last = sum(self.losses[-2:]) / len(self.losses[-2:])
        if not last < self.losses[0]:
            path = self.recipe.variant_file(self.learner)
            yield Finding(
                problem=f"after {len(self.losses)} steps on {SAMPLES} samples the loss is "
                f"{last:.3f}; it began at {self.losses[0]:.3f}",
                fix="see whether labels, learning rate and initial weights are as meant",
                file=str(path),
                line=find_name(path, "optim_wrapper"),
            )


@HOOKS.register_module()
class FewSteps(Hook):
    """Keeps the losses, ends training after a few steps, and looks at the test's scores."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.has_finite_scores = True
        self.began_s = time.process_time()

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any | None = None,
        outputs: Any | None = None,
    ) -> None:
        """Take the loss of a step."""
        self.losses.append(float((outputs or {})["loss"].detach()))
        spent_s = time.process_time() - self.began_s
        is_slow = len(self.losses) >= LEAST_STEPS and spent_s > MOST_STEPS_S
        if len(self.losses) >= MOST_STEPS or is_slow:
            runner.train_loop.stop_training = True

    def after_test_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any | None = None,
        outputs: Any | None = None,
    ) -> None:
        """Look at the scores of a batch."""
        finite = [bool(sample.pred_score.isfinite().all()) for sample in outputs or ()]
        self.has_finite_scores = self.has_finite_scores and all(finite)


def _hook(runner: Runner) -> FewSteps:
    return next(hook for hook in runner.hooks if isinstance(hook, FewSteps))


class _NoDraws(TorchFunctionMode):
    """Leaves tensors without memory alone where they would be filled, which takes longest."""

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Call a function, or answer with the tensor that it would fill."""
        if func in FILLS and args and args[0].is_meta:
            return args[0]
        return func(*args, **(kwargs or {}))


class _Watch:
    """Notes the first module of a model that makes something that is not finite."""

    def __init__(self, model: nn.Module) -> None:
        self.model, self.first = model, ""

    def __enter__(self) -> "_Watch":
        self.handles = [
            module.register_forward_hook(self._note(name))
            for name, module in self.model.named_modules()
            if name
        ]
        return self

    def __exit__(self, *_error: object) -> None:
        for handle in self.handles:
            handle.remove()

    def _note(self, name: str) -> Any:
        def note(_module: nn.Module, _inputs: Any, output: Any) -> None:
            if not self.first and not all(t.isfinite().all() for t in list_tensors(output)):
                self.first = name

        return note

    def finding(self, problem: str, path: Path) -> Finding:
        """What was found, at the module that made it."""
        if not self.first:
            return Finding(problem=problem, fix="see how its loss is made", file=str(path))
        module = self.model.get_submodule(self.first)
        file, line = _source(type(module), "forward")
        return Finding(
            problem=f"{problem}: {self.first} ({type(module).__name__}) makes it first",
            fix="look for a division by zero, a logarithm of zero, or values that are too large",
            file=file,
            line=line,
        )


def _compare_shape(protocol: Protocol, shape: tuple[int, ...]) -> Iterator[tuple[str, int, int]]:
    """Fields in which a test sample, ``(clips, …)``, is not what its protocol says."""
    clips = protocol.num_clips and protocol.num_clips * protocol.num_crops
    wanted: list[tuple[str, int | None]] = [("num_clips", clips)]
    if protocol.data.form == "videos":
        side = ("crop_size", protocol.crop_size)
        wanted += [("", None), ("clip_len", protocol.clip_len), side, side]
    else:
        wanted += [("persons", protocol.persons), ("clip_len", protocol.clip_len)]
        wanted += [("joints", protocol.joints)]
    for (name, said), found in zip(wanted, shape, strict=False):
        if said is not None and said != found:
            yield name, said, found
            return


def _is_of_others(room: Any, name: str, key: str) -> bool:
    found = room.module_dict.get(name)
    return found is not None and not found.__module__.startswith(f"recipes.{key}.")


def _mend_imports(recipe: Recipe, home: Path) -> Recipe:
    """A copy of a recipe's configs whose relative imports can be built; the recipe if none."""
    files = [path for path in recipe.folder.glob("*.py") if relative_imports(read_tree(path))]
    if not {path.stem for path in files} & {*recipe.variants, *_inherited(recipe)}:
        return recipe
    folder = home / recipe.key
    shutil.copytree(recipe.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in files:
        lines = (folder / path.name).read_text(encoding="utf-8").splitlines(keepends=True)
        for node in relative_imports(read_tree(path)):
            whole = f"from recipes.{recipe.key}."
            lines[node.lineno - 1] = re.sub(r"from\s+\.", whole, lines[node.lineno - 1], count=1)
        (folder / path.name).write_text("".join(lines), encoding="utf-8")
    return replace(recipe, folder=folder)


def _inherited(recipe: Recipe) -> set[str]:
    return {path.stem for path in recipe.folder.glob("_*.py")}


def _half_digit(printed: str) -> float:
    """Half of the last digit of a number, and what computers add to it."""
    return 0.5 * 10.0 ** -len(printed.partition(".")[2]) * (1 + 1e-9)


def _layer_of(model: nn.Module, gap: float) -> str:
    """The layer whose parameters are a gap in millions, in words; ``""`` for none."""
    for name, module in model.named_modules():
        count = sum(value.numel() for value in module.parameters()) / 1e6
        if name and count and abs(abs(gap) - count) < 0.0005 * max(count, 0.1):
            return f"; the difference is as large as {name}"
    return ""


def _group(names: list[str]) -> dict[str, list[str]]:
    """Parameters by the module that has them."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.rpartition(".")[0] or name, []).append(name)
    return found


def _where_made(model: nn.Module, owner: str, folder: Path) -> tuple[str, int]:
    """Where the recipe makes a module: the line that sets it, or the class that has it."""
    parts = owner.split(".")
    for end in range(len(parts), -1, -1):
        module = model.get_submodule(".".join(parts[:end]))
        file, line = _source(type(module), "__init__")
        if Path(file).parent == folder:
            name = parts[end] if end < len(parts) else parts[-1]
            text = Path(file).read_text(encoding="utf-8").splitlines()
            lines = [
                n for n, words in enumerate(text, 1) if f"self.{name}" in words and "=" in words
            ]
            later = [n for n in lines if n >= line]
            return file, (later or [line])[0]
    return "", 0


def _source(kind: type, method: str) -> tuple[str, int]:
    """File and line of a class's method, or of the class."""
    for thing in (kind.__dict__.get(method), kind):
        if thing is not None:
            try:
                return inspect.getsourcefile(thing) or "", inspect.getsourcelines(thing)[1]
            except (OSError, TypeError):
                continue
    return "", 0


def _prepare(protocol: Protocol, root: Path) -> Path:
    """A folder with some of the embedded data that a variant reads: the first to train on."""
    dataset = load_dataset(protocol.dataset)
    is_video = protocol.data.form == "videos"
    (prepare_videos if is_video else prepare)(_cut_short(dataset), None, root, _quiet, partial=True)
    return root


def _cut_short(dataset: Dataset) -> Dataset:
    """An embedded data set of which hardly more is made than is looked at."""
    wanted = {0, len(dataset.classes) // 2}

    def choose(samples: Iterator[Any]) -> Iterator[Any]:
        return (sample for sample in islice(samples, MADE) if sample.label in wanted)

    skeletons, videos = dataset.skeletons, dataset.videos
    return replace(
        dataset,
        skeletons=skeletons
        and replace(skeletons, read=lambda source: choose(skeletons.read(source))),
        videos=videos
        and replace(videos, find=lambda source, made: choose(videos.find(source, made))),
    )


def _quiet(_done: int, _total: int) -> None:
    """No bar for what takes seconds."""


def try_recipe(key: str) -> Iterator[Answer]:
    """What comes of the promises of a recipe's models."""
    with tempfile.TemporaryDirectory(prefix="harness-check-") as home:
        yield from Trial(load_what_loads(key), Path(home)).answers()


def main(key: str) -> None:
    """Write a line for each promise; whatever else is printed goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    gc.freeze()  # what was imported stays; looking through it takes a tenth of the time
    for answer in try_recipe(key):
        answers.write(" ".join(dump(answer).split()) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
