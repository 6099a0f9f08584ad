"""Checkpoints: tensors, plus JSON for the rest; loaded with ``weights_only=True``."""

import hashlib
import json
import os
import pickle
import time
from pathlib import Path
from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from torch import Tensor

from harness.errors import RunError

Weights = dict[str, Tensor]


def write_checkpoint(path: Path, tensors: dict[str, Any], facts: dict[str, Any]) -> None:
    """Write a checkpoint in one step: a killed process leaves the old one.

    Args:
        path: Where to.
        tensors: Nested dicts of tensors.
        facts: The rest, as JSON allows.
    """
    new = path.with_name(f".{path.name}.new")
    with new.open("wb") as file:
        torch.save({"tensors": tensors, "facts": json.dumps(facts)}, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def read_checkpoint(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tensors and facts of a checkpoint that we wrote.

    Raises:
        RunError: It is damaged, or not one of ours.
    """
    state = _load(path)
    try:
        return state["tensors"], json.loads(state["facts"])
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(f"{path} is no checkpoint of a run", fix="run with --fresh") from error


def read_weights(path: Path) -> Weights:
    """A model's weights from a file: ours, or a plain state dict.

    Raises:
        RunError: The file is missing, damaged, carries code or holds no weights.
    """
    state = _load(path)
    for key in ("tensors", "model", "state_dict"):
        if isinstance(state, dict) and isinstance(state.get(key), dict):
            state = state[key]
    if not isinstance(state, dict) or not state:
        raise RunError(f"{path} holds no weights", fix="give a file with a state dict")
    if not all(isinstance(value, Tensor) for value in state.values()):
        raise RunError(f"{path} holds more than tensors", fix="give a file with a state dict")
    return state


def _load(path: Path) -> Any:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise RunError(f"there is no file {path}", fix="give the path of a checkpoint") from error
    except pickle.UnpicklingError as error:
        raise RunError(
            f"{path} carries code or objects other than tensors and was not loaded",
            fix="save its state dict alone with torch.save, where you trust it, and give that",
        ) from error
    except Exception as error:  # whatever the bytes of a damaged file make torch stumble over
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise RunError(
            f"{path} is damaged or no checkpoint: {reason}",
            fix="run with --fresh, or give another file",
        ) from error


def weights_digest(weights: Weights) -> str:
    """SHA-256 over names, types, shapes and bytes of weights."""
    digest = hashlib.sha256()
    for name, tensor in sorted(weights.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


@HOOKS.register_module()
class SaveState(Hook):
    """Saves all that a run needs to continue, at the start of an epoch.

    There, the monitoring of the last epoch is inside. Random states are not
    saved: no draw depends on them (see :mod:`harness.run.randomness`).

    Args:
        path: The checkpoint.
        interval_s: Least seconds from one to the next; the end is always saved.
    """

    priority = "VERY_HIGH"

    def __init__(self, path: str, interval_s: float = 10.0) -> None:
        self.path = Path(path)
        self.interval_s = interval_s
        self._last_s = time.monotonic()
        self._began_s = time.monotonic()
        self._before_s = 0.0
        self.resumed = 0

    @property
    def elapsed_s(self) -> float:
        """Seconds of training, over all resumptions."""
        return self._before_s + time.monotonic() - self._began_s

    def before_train_epoch(self, runner: Any) -> None:
        """Save, if the last time is long ago."""
        if time.monotonic() - self._last_s >= self.interval_s:
            self.save(runner)

    def after_train(self, runner: Any) -> None:
        """Save the end."""
        self.save(runner)

    def save(self, runner: Any) -> None:
        """Write the state of a runner between two epochs."""
        optimizer = runner.optim_wrapper.state_dict()
        gradients = {
            name: parameter.grad
            for name, parameter in runner.model.named_parameters()
            if parameter.grad is not None
        }
        write_checkpoint(
            self.path,
            tensors={
                "model": runner.model.state_dict(),
                "optimizer": optimizer["state"],
                "gradients": gradients,  # an accumulation may straddle the epoch
            },
            facts={
                "epoch": runner.epoch,
                "iter": runner.iter,
                "history": runner.history.rows,
                "param_groups": optimizer["param_groups"],
                "schedulers": [_plain(s.state_dict()) for s in runner.param_schedulers or []],
                "elapsed_s": self.elapsed_s,
                "resumed": self.resumed,
            },
        )
        self._last_s = time.monotonic()

    def restore(self, runner: Any) -> None:
        """Put a runner where the checkpoint was written.

        Raises:
            RunError: The checkpoint is damaged or of another model.
        """
        tensors, facts = read_checkpoint(self.path)
        try:
            runner.model.load_state_dict(tensors["model"], strict=True)
            runner.optim_wrapper.optimizer.load_state_dict(
                {"state": tensors["optimizer"], "param_groups": facts["param_groups"]}
            )
            for name, parameter in runner.model.named_parameters():
                gradient = tensors["gradients"].get(name)
                parameter.grad = None if gradient is None else gradient.to(parameter.device)
            for scheduler, state in zip(
                runner.param_schedulers or [], facts["schedulers"], strict=True
            ):
                scheduler.load_state_dict(state)
            runner.train_loop._epoch, runner.train_loop._iter = facts["epoch"], facts["iter"]
            runner.history.rows = facts["history"]
            self._before_s, self.resumed = facts["elapsed_s"], facts["resumed"] + 1
        except (KeyError, ValueError, RuntimeError) as error:
            raise RunError(
                f"{self.path} does not fit this run: {error}", fix="run with --fresh"
            ) from error


def _plain(state: dict[str, Any]) -> dict[str, Any]:
    """What JSON can hold; the constructor brings the rest (milestones, functions)."""
    kinds = (int, float, str, bool, list, type(None))
    return {key: value for key, value in state.items() if isinstance(value, kinds)}
