"""Run as a program it installs the distribution's TeX where it is missing and may be installed."""

import shutil
import sys

from apt_packages import install

PACKAGES = ("latexmk", "lmodern", "texlive-latex-recommended")
HOW = f"install a TeX (Debian: apt-get install {' '.join(PACKAGES)})"


def find_tex() -> str | None:
    """Path of latexmk."""
    return shutil.which("latexmk")


def main() -> None:
    """Say where it is, or how to get it; the tests that need it skip themselves without."""
    if not find_tex():
        install(PACKAGES)
    sys.stdout.write(f"document tests: {find_tex() or f'none, they are skipped; {HOW}'}\n")


if __name__ == "__main__":
    main()
