"""Where a run runs, as its record says."""

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

import torch

from harness.records import Environment

PACKAGES = ("torch", "mmengine", "mmcv-lite", "mmcv", "mmaction2", "numpy", "scipy")


def describe_environment(device: torch.device, *, determinism: str, command: str) -> Environment:
    """Device, packages, commit and threads of this process.

    Args:
        device: What the run computes on.
        determinism: What was asked of torch, and what broke it.
        command: The command line that started the run.
    """
    commit, dirty = read_commit(Path(__file__).parent)
    return Environment(
        device=_device_name(device),
        device_kind=device.type,
        driver=_driver() if device.type == "cuda" else "",
        python=platform.python_version(),
        platform=platform.platform(),
        packages=package_versions(),
        commit=commit,
        dirty=dirty,
        threads=torch.get_num_threads(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0,
        determinism=determinism,
        command=command,
    )


def package_versions() -> dict[str, str]:
    """Installed versions of the packages that can change a number."""
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def read_commit(folder: Path) -> tuple[str, bool]:
    """Commit of a checkout, and whether tracked files differ; ``""`` outside one.

    Records and pages are left out: runs write them.
    """
    try:
        commit = _git(folder, "rev-parse", "HEAD").strip()
        status = _git(folder, "status", "--porcelain", "-uno", "--", ":/harness", ":/recipes")
    except (OSError, subprocess.CalledProcessError):
        return "", False
    return commit, bool(status.strip())


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], check=True, capture_output=True, text=True, timeout=20
    )
    return done.stdout


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _driver() -> str:
    version = Path("/proc/driver/nvidia/version")
    if version.exists():
        return version.read_text(encoding="utf-8").splitlines()[0]
    return torch.version.cuda or ""
