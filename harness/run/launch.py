"""Plans → records: one worker process a run, watched from here; fusions are made here.

Imports no torch: starting, watching and storing runs costs what it must.
"""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harness.catalog import load_recipe
from harness.documents import dump, parse
from harness.errors import RunError, StoreError
from harness.forms import is_fusion
from harness.freshness import claim_digest, digest_code
from harness.records import Failure, Json, Plan, RunRecord, Status
from harness.run.fusing import fuse_stored
from harness.run.job import (
    CHECKPOINT,
    GO_ON,
    JOB,
    LOG,
    OUTCOME,
    WEIGHTS,
    Job,
    Outcome,
    read_outcome,
)
from harness.run.machine import command_line
from harness.run.progress import FILE, ProgressReader
from harness.store import HISTORY, OBSERVATIONS, SCORES, ResultStore, StoredRun, write_replacing

POLL_S = 0.1
GRACE_S = 5.0
Watcher = Callable[[Plan, Json], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Workplace:
    """Where runs read and write.

    Args:
        store: Where records go.
        work: Folder of checkpoints and logs.
        data: Folder of prepared data.
        device: ``auto``, ``cpu`` or ``cuda:N``.
        save_every_s: Least seconds from one checkpoint to the next.
        pretrained: Folder of other people's weights.
    """

    store: ResultStore
    work: Path
    data: Path
    device: str = "auto"
    save_every_s: float = 10.0
    pretrained: Path = Path("pretrained")

    def home(self, plan: Plan) -> Path:
        """Work folder of a plan."""
        return self.work / plan.digest

    def pretrained_file(self, plan: Plan) -> Path | None:
        """File of other people's weights that a plan starts from; ``None`` for none.

        Raises:
            RunError: It is not there.
        """
        if not (said := plan.config.get("pretrained")):
            return None
        path = self.pretrained / str(said["file"])
        if not path.is_file():
            raise RunError(
                f"{plan.label} starts from {path}, which is not there",
                fix=f"get it: {said['source']}; --pretrained names its folder",
            )
        return path

    def has_weights(self, plan: Plan) -> bool:
        """Whether the weights of a finished run are still here."""
        return (self.home(plan) / WEIGHTS).exists()


def launch(
    plan: Plan,
    place: Workplace,
    *,
    watch: Watcher | None = None,
    stop: threading.Event | None = None,
    fresh: bool = False,
    known: frozenset[str] | None = None,
    weights: Path | None = None,
) -> StoredRun:
    """Run a plan in a process of its own, or fuse in this one, and store the record.

    MMEngine keeps loggers, message hubs and registry scopes in process-wide
    tables named by the second they were made in; two runs in one process can
    read each other's losses. A process also ends with all of its GPU memory
    returned, whatever happened in it.

    Args:
        plan: What to run.
        place: Where to read and write.
        watch: Told of each event of the worker.
        stop: Set to interrupt the run.
        fresh: Begin anew, whatever an earlier attempt has left.
        known: Ids of the runs that were stored when the session began; another
            session may have completed the plan since. ``None`` for all.
        weights: File of the authors' weights, for a plan that tests it.

    Raises:
        RunError: Another process is running the same plan, a stream has not been run,
            or a file of weights, to be tested or to start from, is not given or not there.
        StoreError: The record cannot be stored.
    """
    if weights is None and any(item.use == "author" for item in plan.inputs):
        raise RunError(f"{plan.label} tests a file of weights", fix="use harness evaluate")
    pretrained = place.pretrained_file(plan) if weights is None else None
    home = place.home(plan)
    home.mkdir(parents=True, exist_ok=True)
    with _claimed(home, plan):
        if done := _completed_meanwhile(plan, place, known):
            return done
        attempt = _Attempt(plan, place, home, weights, pretrained)
        if is_fusion(plan.config):
            return attempt.fuse()
        if fresh or attempt.is_by_other_code():
            _clear(home)
        if outcome := read_outcome(home):  # the last launcher died before it stored it
            stored = attempt.store(outcome)
            if outcome.status == "completed":
                return stored
        code = attempt.work(watch or (lambda _plan, _event: None), stop or threading.Event())
        outcome = read_outcome(home)
        return attempt.store(outcome) if outcome else attempt.store_failure(code)


def _completed_meanwhile(
    plan: Plan, place: Workplace, known: frozenset[str] | None
) -> StoredRun | None:
    """A completed run of the plan that another session has stored since."""
    if known is None:
        return None
    for run in place.store.runs(plan.recipe):
        is_new = run.record.run_id not in known and not run.invalidated
        if is_new and run.record.plan == plan and run.record.status == "completed":
            return run
    return None


class _Attempt:
    """One attempt at a plan, from its job to its record."""

    def __init__(
        self,
        plan: Plan,
        place: Workplace,
        home: Path,
        weights: Path | None,
        pretrained: Path | None,
    ) -> None:
        self.plan, self.place, self.home = plan, place, home
        self.weights, self.pretrained = weights, pretrained
        self.recipe = load_recipe(plan.recipe)
        self.began = datetime.now(UTC)
        self.clock = time.monotonic()
        self.stopped = False
        self.code = digest_code(plan, self.recipe)
        self.run_id = f"{self.began:%Y%m%dT%H%M%SZ}-{plan.digest[:8]}"

    def is_by_other_code(self) -> bool:
        """Whether the last attempt was made by code that has changed since."""
        path = self.home / JOB
        if not path.exists():
            return False
        try:
            return parse(Job, path.read_bytes(), source=str(path)).code != self.code
        except StoreError:
            return True  # of an older harness

    def fuse(self) -> StoredRun:
        """Fuse the stored scores of the streams and store the record."""
        outcome, files = fuse_stored(
            self.plan, self.recipe, self.place.store, run_id=self.run_id, command=command_line()
        )
        record = self._record(self.run_id, outcome.status, outcome, outcome.failure)
        return self.place.store.add(record, files)

    def work(self, watch: Watcher, stop: threading.Event) -> int:
        """Start the worker, watch it, and return its exit status."""
        write_replacing(self.home / JOB, dump(self._job()).encode())
        reader = ProgressReader(self.home / FILE)
        (self.home / FILE).unlink(missing_ok=True)
        with (self.home / LOG).open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "harness.run.worker", str(self.home)],
                stdin=subprocess.PIPE,  # its end tells the worker that we are gone
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment_for(self.place.device),
                start_new_session=True,  # so that its loaders end with it
            )
        try:
            while worker.poll() is None:
                for event in reader.events():
                    watch(self.plan, event)
                if stop.wait(POLL_S):
                    self.stopped = True
                    break
        finally:
            _end(worker)
        for event in reader.events():
            watch(self.plan, event)
        return worker.returncode

    def _job(self) -> Job:
        plan = self.plan
        inputs = {
            item.variant: str(self.place.work.resolve() / item.digest / WEIGHTS)
            for item in plan.inputs
            if item.use == "weights"
        }
        is_first = plan.seed == 0 and plan.split == plan.config["splits"][0]
        return Job(
            run_id=self.run_id,
            plan=plan,
            code=self.code,
            data=str(self.place.data.resolve()),
            device=self.place.device,
            inputs=inputs,
            pretrained=str(self.pretrained.resolve()) if self.pretrained else "",
            command=command_line(),
            launched_at=time.time(),
            save_every_s=self.place.save_every_s,
            weights=str(self.weights.resolve()) if self.weights else "",
            observe=is_first and (self.recipe.folder / "observe.py").exists(),
        )

    def store(self, outcome: Outcome) -> StoredRun:
        """Store what a worker left."""
        files = {
            name: (self.home / name).read_bytes()
            for name in (HISTORY, SCORES, OBSERVATIONS)
            if outcome.status == "completed" and (self.home / name).exists()
        }
        record = self._record(outcome.run_id, outcome.status, outcome, outcome.failure)
        stored = self._stored_before(record) or self.place.store.add(record, files)
        (self.home / OUTCOME).unlink(missing_ok=True)
        if outcome.status == "completed":
            (self.home / CHECKPOINT).unlink(missing_ok=True)
        return stored

    def _stored_before(self, record: RunRecord) -> StoredRun | None:
        """The record, if the last launcher died just after it stored it."""
        for run in self.place.store.runs(self.plan.recipe):
            if run.record.run_id == record.run_id and run.record.plan == record.plan:
                return run
        return None

    def store_failure(self, code: int) -> StoredRun:
        """Store that a worker left nothing."""
        ends = (-signal.SIGINT, -signal.SIGTERM)
        if self.stopped or code in ends:
            failure = Failure(kind="interrupted", message="stopped on request", fix=GO_ON)
            status: Status = "interrupted"
        else:
            failure, status = _crash(code, self.home / LOG), "failed"
        return self.place.store.add(self._record(self.run_id, status, None, failure), {})

    def _record(
        self, run_id: str, status: Status, outcome: Outcome | None, failure: Failure | None
    ) -> RunRecord:
        plan, timing = self.plan, outcome.timing if outcome else None
        claims = [c for c in self.recipe.claims if plan.variant in _variants(c)]
        spent = timing.startup_s + timing.train_s + timing.test_s if timing else 0.0
        return RunRecord(
            run_id=run_id,
            status=status,
            plan=plan,
            plan_digest=plan.digest,
            code_digest=self.code,
            claim_digests={claim.key: claim_digest(claim) for claim in claims},
            input_weights=outcome.input_weights if outcome else {},
            started_at=self.began.isoformat(timespec="seconds"),
            duration_s=round(max(spent, time.monotonic() - self.clock), 3),
            environment=outcome.environment if outcome else None,
            data=outcome.data if outcome else None,
            timing=timing,
            measurements=outcome.measurements if outcome else (),
            weights_sha256=outcome.weights_sha256 if outcome else "",
            failure=failure,
        )


def _variants(claim: object) -> tuple[str | None, ...]:
    names = ("variant", "better", "worse")
    return tuple(getattr(claim, name, None) for name in names)


def _crash(code: int, log: Path) -> Failure:
    if code == -signal.SIGKILL:
        return Failure(
            kind="crash",
            message="the worker was killed by signal 9, as the system does when memory is full",
            fix=f"close other programs or run fewer --jobs, then {GO_ON}",
        )
    how = f"was killed by signal {-code}" if code < 0 else f"ended with status {code}"
    return Failure(kind="crash", message=f"the worker {how} without a word", fix=f"see {log}")


def environment_for(device: str) -> dict[str, str]:
    """Environment of a worker; one on the CPU sees no GPU."""
    env = dict(os.environ)
    env.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS is repeatable only with it
    if device == "cpu":
        env["CUDA_VISIBLE_DEVICES"] = ""
    return env


def _end(worker: subprocess.Popen[bytes]) -> None:
    """End a worker and whatever it has started."""
    if worker.poll() is None:
        _signal_group(worker.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            worker.wait(GRACE_S)
    _signal_group(worker.pid, signal.SIGKILL)
    worker.wait()
    if worker.stdin is not None:
        worker.stdin.close()


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # it has ended by itself
        os.killpg(group, number)


def _clear(home: Path) -> None:
    for name in (CHECKPOINT, OUTCOME, WEIGHTS, HISTORY, SCORES, OBSERVATIONS):
        (home / name).unlink(missing_ok=True)


@contextmanager
def _claimed(home: Path, plan: Plan) -> Iterator[None]:
    """Hold the plan's lock; it ends with this process."""
    with (home / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RunError(
                f"another process is running {plan.label}",
                fix="wait for it, or stop it and run again",
            ) from error
        yield
