"""The machine that this process runs on, as far as it is known without torch."""

import os
import platform
import resource
import shlex
import subprocess
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from threadpoolctl import threadpool_info

PACKAGES = ("torch", "mmengine", "mmcv-lite", "mmcv", "mmaction2", "numpy", "scipy")


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


def processor_name() -> str:
    """Name of the processor."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def blas_kernels() -> str:
    """The libraries of linear algebra that are loaded, each with the processor it computes for.

    Equal packages give other bits with other kernels; ``OPENBLAS_CORETYPE`` chooses
    OpenBLAS's.
    """
    loaded = {
        f"{library['internal_api']} {library['version']} {library.get('architecture', '')}".strip()
        for library in threadpool_info()
        if library["user_api"] == "blas"
    }
    return ", ".join(sorted(loaded))


def usable_cores() -> int:
    """Cores that this process may use; 0 where the system does not tell."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0


def mean_load() -> float | None:
    """Processes that ran or waited to, mean over the last minute; ``None`` if not told."""
    with suppress(OSError, AttributeError):
        return round(os.getloadavg()[0], 2)
    return None


def resident_memory_gib() -> float:
    """Largest resident memory of this process, in GiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**30 if sys.platform == "darwin" else peak / 2**20


def command_line() -> str:
    """The command line of this process."""
    return shlex.join(["harness", *sys.argv[1:]])
