"""Classes of one file, by a run's network: ``python -m harness.run.prediction``.

In a process of its own, since it imports torch. Standard input holds a
:class:`~harness.run.questions.Question` as JSON; standard output gets an ``Answer``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.dataset import Compose, pseudo_collate

from harness.catalog import load_dataset, load_recipe
from harness.datasets.decoding import (
    Frames,
    UnreadableVideoError,
    VideoFacts,
    decode,
    fit_short_side,
    probe,
)
from harness.errors import DataError
from harness.records import Plan
from harness.run.answering import answer_once
from harness.run.models import enter_scope, load_weights
from harness.run.own_weights import read_own_weights
from harness.run.precision import use_precision
from harness.run.questions import Answer, Question
from harness.run.worker import resolve

MOST_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class OneVideo:
    """A file, read as prepared videos are."""

    path: Path
    facts: VideoFacts
    channels: int

    def read(self, _sample: object, wanted: Sequence[int], short_side: int | None) -> Frames:
        """Some of its frames, ``(T, H, W, C)``, uint8."""
        size = fit_short_side(self.facts.width, self.facts.height, short_side)
        return decode(self.path, wanted, size, self.channels)


def predict(question: Question) -> Answer:
    """Score a file as the run's test does: its clips, its averaging, its precision.

    Raises:
        HarnessError: The file cannot be read, or the weights do not fit.
    """
    plan, path = question.plan, Path(question.source)
    recipe = load_recipe(plan.recipe)
    config = resolve(recipe, plan)
    sample = _read_video(plan, path) if _is_video(plan) else _read_skeleton(plan, path)
    frames = sample["total_frames"]
    enter_scope()
    torch.set_num_threads(plan.config["runtime"]["threads"])
    model = MODELS.build(config.model)
    weights = read_own_weights(Path(question.weights), question.weights_sha256, plan)
    load_weights(model, weights, source=question.weights)
    use_precision(model, plan.config["runtime"]["precision"])
    pipeline = Compose(config.test_dataloader.dataset.pipeline)
    with torch.no_grad():
        (tested,) = model.eval().test_step(pseudo_collate([pipeline(sample)]))
    return Answer(frames=frames, scores=tuple(tested.pred_score.tolist()))


def _is_video(plan: Plan) -> bool:
    return plan.protocol.data.form == "videos"


def _read_video(plan: Plan, path: Path) -> dict[str, Any]:
    try:
        facts = probe(path)
    except UnreadableVideoError as problem:
        raise DataError(f"{path} {problem}", fix="give another video") from problem
    channels = load_dataset(plan.dataset).need_videos().channels
    video = OneVideo(path, facts, channels)
    return {"videos": video, "sample": None, "modality": "RGB", **_facts(path, facts.frames)}


def _read_skeleton(plan: Plan, path: Path) -> dict[str, Any]:
    """One skeleton file of the authors of the plan's data set."""
    parse_file = load_dataset(plan.dataset).need_skeletons().parse
    if parse_file is None:
        raise DataError(
            f"files of data set '{plan.dataset}' cannot be read one by one",
            fix="predict with a run on a data set whose authors give a file for each sample",
        )
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise DataError(f"there is no skeleton file {path}", fix="give the path of one")
    keypoints = parse_file(path.read_bytes(), str(path))  # T M V C
    moved = np.ascontiguousarray(keypoints.transpose(1, 0, 2, 3))
    return {"keypoint": moved, "modality": "Pose", **_facts(path, len(keypoints))}


def _facts(path: Path, frames: int) -> dict[str, Any]:
    return {
        "total_frames": frames,
        "start_index": 0,
        "label": 0,  # asked for by the transforms, looked at by nobody
        "frame_dir": path.name,
        "group": "",
        "test_mode": True,
    }


def answer(question: Question) -> Answer:
    """What the network says, or why it cannot."""
    try:
        return predict(question)
    except (RuntimeError, ValueError) as error:
        problem = f"it cannot be scored: {error}"
        return Answer(problem=problem, fix="look at the file, or give another one")


if __name__ == "__main__":
    answer_once(Question, answer, Answer)
