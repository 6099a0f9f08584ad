"""``check``: what every recipe promises, one line each, and the fix for what is broken."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from harness.catalog import recipe_keys
from harness.contract import PROMISES, load_what_loads
from harness.documents import parse
from harness.findings import Answer, Finding
from harness.places import DATA_VARIABLE, data_root
from harness.verbs.console import out

TRIED = "its models can be tried"


def check(args: argparse.Namespace) -> int:
    """Check some recipes, or all; 1 if a promise is broken."""
    broken = 0
    for key in args.recipes or recipe_keys():
        answers = list(_show(key, args))
        findings = [finding for answer in answers for finding in answer.findings]
        broken += len(findings)
        if args.json:
            rows = [asdict(answer) for answer in answers]
            print(json.dumps({"recipe": key, "promises": rows}, ensure_ascii=False))
            continue
        kept = sum(not (answer.findings or answer.unchecked) for answer in answers)
        out.print(f"{key}: {kept} of {len(answers)} promises kept, {len(findings)} findings")
    return 1 if broken else 0


def _show(key: str, args: argparse.Namespace) -> Iterator[Answer]:
    """Answers as they come, each printed at once."""
    recipe = load_what_loads(key)
    if not args.json:
        out.print(f"{key}: {recipe.folder}")
    words = [sys.executable, "-m", "harness.run.trial", key]
    env = os.environ | {DATA_VARIABLE: str(data_root(args.data))}
    trial = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    )
    for answer in _answers(key, trial):
        if not args.json:
            _print(answer)
        yield answer


def _answers(key: str, trial: subprocess.Popen[str]) -> Iterator[Answer]:
    """What the files tell while the trial of the models starts; then what that tells."""
    recipe = load_what_loads(key)
    for promise in PROMISES:
        yield promise.ask(recipe)
    said, errors = trial.communicate()
    for line in said.splitlines():
        yield parse(Answer, line, source="a trial")
    if trial.returncode:
        last = (errors.strip().splitlines() or ["no message"])[-1]
        problem = f"the trial ended with status {trial.returncode}: {last}"
        fix = f"see it whole: python -m harness.run.trial {key}"
        yield Answer(promise=TRIED, findings=(Finding(problem=problem, fix=fix),))


def _print(answer: Answer) -> None:
    if answer.unchecked:
        out.print(f"– {answer.promise}: not looked at, {answer.unchecked}")
        return
    out.print(f"{'✗' if answer.findings else '✓'} {answer.promise}")
    for finding in answer.findings:
        place = finding.place.removeprefix(f"{Path.cwd()}/")
        out.print(f"    {place + ': ' if place else ''}{finding.problem}")
        out.print(f"      fix: {finding.fix}")
