"""Where a run runs, as its record says."""

import platform
from pathlib import Path

import torch

from harness.records import Environment
from harness.run.machine import (
    blas_kernels,
    package_versions,
    processor_name,
    read_commit,
    usable_cores,
)


def describe_environment(device: torch.device, *, determinism: str, command: str) -> Environment:
    """Device, packages, commit and threads of this process.

    Args:
        device: What the run computes on.
        determinism: What was asked of torch, and what broke it.
        command: The command line that started the run.
    """
    commit, dirty = read_commit(Path(__file__).parent)
    is_gpu = device.type == "cuda"
    return Environment(
        device=torch.cuda.get_device_name(device) if is_gpu else processor_name(),
        device_kind=device.type,
        driver=_driver() if is_gpu else "",
        python=platform.python_version(),
        platform=platform.platform(),
        packages=package_versions(),
        commit=commit,
        dirty=dirty,
        threads=torch.get_num_threads(),
        cores=usable_cores(),
        determinism=determinism,
        command=command,
        kernels=f"{blas_kernels()}, torch {torch.backends.cpu.get_cpu_capability()}",
    )


def _driver() -> str:
    version = Path("/proc/driver/nvidia/version")
    if version.exists():
        return version.read_text(encoding="utf-8").splitlines()[0]
    return torch.version.cuda or ""
