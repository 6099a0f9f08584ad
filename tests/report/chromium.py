"""Where Chromium is; run as a program it installs it where it is missing and may be installed."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGES = ("chromium", "fonts-dejavu-core")
HOW = (
    "install Chromium (Debian: apt-get install chromium) "
    "or say where it is in $HARNESS_TEST_CHROMIUM"
)


def find_chromium() -> str | None:
    """Path of Chromium, or of a browser that is driven like it."""
    given = os.environ.get("HARNESS_TEST_CHROMIUM")
    return given or next((path for name in NAMES if (path := shutil.which(name))), None)


def install_chromium() -> bool:
    """Install it with apt where that is there and allowed; whether it came out well."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        if subprocess.run([apt, "-q", *words], check=False, env=env).returncode:
            return False
    return True


def main() -> None:
    """Say where it is, or how to get it; the tests that need it skip themselves without."""
    if not find_chromium():
        install_chromium()
    found = find_chromium()
    sys.stdout.write(f"browser tests: {found or f'none, they are skipped; {HOW}'}\n")


if __name__ == "__main__":
    main()
