"""Installs what tests need and Python's registry has not, where the machine allows it."""

import os
import shutil
import subprocess
from collections.abc import Sequence


def install(packages: Sequence[str]) -> bool:
    """Install packages with apt where that is there and allowed; whether it came out well."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        if subprocess.run([apt, "-q", *words], check=False, env=env).returncode:
            return False
    return True
