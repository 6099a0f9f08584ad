"""The process in which ``bench report`` writes records, or makes their pages and is measured.

``python -m harness.verbs.page_process FOLDER COUNT`` writes records and
``python -m harness.verbs.page_process FOLDER`` makes their pages, as ``harness report``
does, and prints what that took in the last line.
"""

import json
import os
import resource
import sys
import time
from dataclasses import asdict
from pathlib import Path

import recipes
from harness import cli
from harness.catalog import load_recipe
from harness.generated_records import KEY, write_recipe, write_records
from harness.places import CACHE_VARIABLE
from harness.verbs.page_speed import Rendering

RECIPES, RESULTS, REPORTS, CACHE = "recipes", "results", "reports", "cache"


def main(home: Path, count: int | None) -> None:
    """Write records into a folder, or make the pages of those that are there.

    Args:
        home: The folder.
        count: How many records to write; ``None`` to make pages.
    """
    recipes.__path__ = [str(home / RECIPES)]  # the generated one alone
    if count is not None:
        write_recipe(home / RECIPES, count)
        write_records(home / RESULTS, load_recipe(KEY), count)
        return
    os.environ[CACHE_VARIABLE] = str(home / CACHE)
    places = ["--results", str(home / RESULTS), "--reports", str(home / REPORTS)]
    if status := cli.main(["report", *places]):
        sys.exit(status)
    sizes = [path.stat().st_size for path in (home / REPORTS).iterdir()]
    found = Rendering(
        pages=len(sizes),
        page_mib=sum(sizes) / 2**20,
        processor_s=time.process_time(),
        peak_memory_gib=_peak_memory_gib(),
    )
    print(json.dumps(asdict(found)))


def _peak_memory_gib() -> float:
    """Largest resident memory since this program was started.

    Linux counts into ``ru_maxrss`` what the process was before, as a copy of the one
    that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 2**20
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
