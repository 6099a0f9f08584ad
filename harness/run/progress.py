"""Progress of a run: lines that its worker appends and its launcher reads."""

import json
import time
from pathlib import Path
from typing import Any

from harness.records import Json

FILE = "progress.jsonl"
FIRST_BATCH = "first_batch"


class ProgressWriter:
    """Appends events of a run to a file, one JSON object a line.

    Args:
        path: The file; begun anew.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.first_batch_at = 0.0
        path.write_text("", encoding="utf-8")

    def write(self, event: str, **facts: Any) -> None:
        """Append one event."""
        now = time.time()
        self.first_batch_at = self.first_batch_at or now  # "test", where training was over
        line = json.dumps({"event": event, "at": now, **facts})
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


class ProgressReader:
    """Reads the events that were appended since the last time.

    Args:
        path: The file; need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0

    def events(self) -> list[Json]:
        """New events, complete lines only."""
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        end = new.rfind(b"\n") + 1
        self._read += end
        return [json.loads(line) for line in new[:end].splitlines()]
