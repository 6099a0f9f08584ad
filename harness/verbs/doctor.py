"""``doctor``: what is installed, what is repaired, what is here."""

import argparse
import os
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

from harness import __version__, catalog
from harness.datasets.stored import load_prepared
from harness.errors import DataError
from harness.openmm import REPAIRS
from harness.places import data_root
from harness.verbs.console import out, show_table

PACKAGES = ("torch", "mmengine", "mmcv-lite", "mmaction2", "numpy", "scipy", "pandas")


def diagnose(args: argparse.Namespace) -> int:
    """Print versions, device, repairs and data; 1 if a package is missing."""
    versions = [(name, _version(name)) for name in PACKAGES]
    if (full := _version("mmcv")) is not None:  # a drop-in for mmcv-lite
        versions = [("mmcv", full) if name == "mmcv-lite" else (name, v) for name, v in versions]
    show_table(("package", "version"), [("harness", __version__), *versions])
    out.print(f"\nPython {platform.python_version()} on {platform.platform()}")
    out.print(f"CPU: {os.cpu_count()} cores, {platform.processor() or platform.machine()}")
    out.print(f"GPU: {_gpu()}\n")
    rows = [
        (
            item.key,
            "applied on import harness" if item.is_needed() else "not needed",
            item.defect,
            item.issue,
        )
        for item in REPAIRS
    ]
    show_table(("repair", "", "defect", "upstream"), rows)
    out.print()
    root = data_root(args.data)
    show_table(
        ("data set", f"in {root}"), [(key, _data(key, root)) for key in catalog.dataset_keys()]
    )
    return 1 if any(version is None for _, version in versions) else 0


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _gpu() -> str:
    """What the driver sees; asked without importing torch."""
    if shutil.which("nvidia-smi") is None:
        return "none"
    query = ["nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
    try:
        done = subprocess.run(query, capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"nvidia-smi does not answer: {error}"
    return done.stdout.strip() or "none"


def _data(key: str, root: Path) -> str:
    dataset = catalog.load_dataset(key)
    try:
        found = load_prepared(dataset, root)
    except DataError as error:
        return "made when it is needed" if dataset.embedded else error.problem
    return f"{len(found.samples)} samples, fingerprint {found.fingerprint[:16]}"
