"""Short runs on the embedded data, as a user starts them."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.catalog import load_recipe
from harness.plan import parse_overrides
from harness.request import request_runs
from harness.store import ResultStore, StoredRun

SHORT = ("--limit", "24", "--set", "train_cfg.max_iters=9")


@dataclass(frozen=True)
class Bench:
    """A place where runs are started from the command line.

    Args:
        root: Its folder.
        data: Folder of the prepared data.
    """

    root: Path
    data: Path

    @property
    def store(self) -> ResultStore:
        """Its records."""
        return ResultStore(self.root / "results")

    @property
    def runs(self) -> tuple[StoredRun, ...]:
        """Its stored runs."""
        return self.store.runs()

    def command(self, *words: str) -> list[str]:
        """A command line of ``harness run`` here."""
        places = ["--results", str(self.root / "results"), "--work", str(self.root / "work")]
        run = ["run", "sta_lstm", "--variant", "synthetic"]
        data = ["--data", str(self.data)]
        return [sys.executable, "-m", "harness", *run, *places, *data, "--jobs", "1", *words]

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        """Start a run and return its process."""
        return subprocess.Popen(
            self.command(*words),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            **options,
        )

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run to the end."""
        process = self.start(*words)
        out, err = process.communicate(timeout=600)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def wait_for(self, pattern: str) -> Path:
        """A file as soon as a run has made it."""
        for _ in range(600):
            if found := list(self.root.glob(pattern)):
                return found[0]
            time.sleep(0.05)
        raise TimeoutError(pattern)

    def planned(self, limit: str, count: str, flag: str, setting: str) -> str:
        """Digest of the plan that the short settings make."""
        request = request_runs(
            load_recipe("sta_lstm"),
            "synthetic",
            overrides=parse_overrides([setting]),
            limit=int(count),
        )
        return request.plans[0].digest

    def worker(self) -> int | None:
        """Process id of the running worker, if one has got as far as starting."""
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"harness.run.worker" in words and str(self.root).encode() in b" ".join(words):
                return int(folder.name)
        return None


def numbers(run: StoredRun) -> dict[str, Any]:
    """All of a run that must come out again to the bit."""
    history = [
        {name: value for name, value in row.items() if name != "seconds"} for row in run.history
    ]
    scores = run.scores
    return {
        "weights": run.record.weights_sha256,
        "history": json.dumps(history),
        "scores": (scores.ids.tolist(), scores.labels.tolist(), scores.scores.tobytes()),
        "measurements": run.record.measurements,
    }
