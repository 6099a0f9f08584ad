"""Where Chromium is; run as a program it installs it where it is missing and may be installed."""

import os
import shutil
import sys

from apt_packages import install

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


def main() -> None:
    """Say where it is, or how to get it; the tests that need it skip themselves without."""
    if not find_chromium():
        install(PACKAGES)
    found = find_chromium()
    sys.stdout.write(f"browser tests: {found or f'none, they are skipped; {HOW}'}\n")


if __name__ == "__main__":
    main()
