"""``predict``: what a run's network says of one file."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from harness.catalog import load_dataset
from harness.claims import DataKey
from harness.documents import dump, parse
from harness.errors import DataError, RunError
from harness.places import data_root
from harness.run.questions import Answer, Question
from harness.run.trained import find_trained
from harness.store import ResultStore
from harness.verbs.arguments import read_whole
from harness.verbs.console import out, show_table
from harness.verbs.data import load_data


def predict(args: argparse.Namespace) -> None:
    """Score a video or skeleton file with the stored weights of a run, and show the best classes.

    Raises:
        HarnessError: There is no such run, its weights are gone, or the file cannot be read.
    """
    trained = find_trained(ResultStore(args.results).find(args.run).record, args.work)
    plan = trained.plan
    question = Question(
        plan=plan,
        weights=str(trained.weights),
        weights_sha256=trained.record.weights_sha256,
        source=str(args.source),
    )
    answer = _ask(question)
    classes = _name_classes(plan.protocol.data, len(answer.scores), args.data)
    order = sorted(range(len(answer.scores)), key=lambda label: -answer.scores[label])
    best = order[: read_whole("--top", args.top)]
    if args.json:
        found = [{"class": classes[label], "score": answer.scores[label]} for label in best]
        print(json.dumps({"frames": answer.frames, "classes": found}, ensure_ascii=False))
        return
    out.print(f"{args.source}: {answer.frames} frames, by {plan.label}")
    show_table(
        ("class", "score"), [(classes[label], f"{answer.scores[label]:.4f}") for label in best]
    )


def _ask(question: Question) -> Answer:
    words = [sys.executable, "-m", "harness.run.prediction"]
    done = subprocess.run(words, input=dump(question), capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise RunError(f"{question.source} cannot be scored: {reason}", fix="look at the file")
    answer = parse(Answer, done.stdout, source="the answer")
    if answer.problem:
        raise RunError(answer.problem, fix=answer.fix)
    return answer


def _name_classes(key: DataKey, count: int, data: Path | None) -> tuple[str, ...]:
    """Names of the classes; of people's own data from where they are prepared, else numbers."""
    classes = load_dataset(key.dataset).classes
    if not classes:
        try:
            classes = load_data(key, data_root(data)).classes
        except DataError:
            classes = ()
    return classes if len(classes) == count else tuple(map(str, range(count)))
