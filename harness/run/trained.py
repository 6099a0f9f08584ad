"""The network of a stored run: its plan as it is read today, and where its weights are."""

from dataclasses import dataclass, replace
from pathlib import Path

from harness.catalog import load_recipe
from harness.errors import PlanError, RunError
from harness.forms import is_fusion
from harness.plan import changes, load_config, override
from harness.records import Plan, RunRecord
from harness.run.job import WEIGHTS


@dataclass(frozen=True, kw_only=True, slots=True)
class Trained:
    """A run's network.

    Args:
        record: The run's record.
        plan: Its plan, in today's words.
        weights: File of its weights.
    """

    record: RunRecord
    plan: Plan
    weights: Path


def find_trained(record: RunRecord, work: Path) -> Trained:
    """The network of a run.

    Args:
        record: Its record.
        work: Folder of weights.

    Raises:
        PlanError: Its variant is no longer the one that was run.
        RunError: It has no weights, or they are gone.
    """
    if is_fusion(record.plan.config):
        raise RunError(
            f"{record.run_id} is a fusion, which has no weights",
            fix=f"name a run of one of its streams: {', '.join(record.plan.config['fusion'])}",
        )
    if not record.weights_sha256:
        raise RunError(
            f"{record.run_id} left no weights: it trained nothing or did not end",
            fix="name a completed run: harness list runs",
        )
    weights = work / record.plan_digest / WEIGHTS
    if not weights.exists():
        raise RunError(
            f"the weights of {record.run_id} are not in {work}",
            fix="say where they are with --work, or run it again",
        )
    return Trained(record=record, plan=plan_again(record.plan), weights=weights)


def plan_again(plan: Plan) -> Plan:
    """A stored plan with today's wording of choices and departures, which decides nothing.

    Raises:
        PlanError: More than that has changed.
    """
    recipe = load_recipe(plan.recipe)
    config = load_config(recipe, plan.variant)
    today = replace(plan, config=override(config, changes(config, plan.split, plan.overrides)))
    if today.digest != plan.digest:
        raise PlanError(
            f"{recipe.variant_file(plan.variant)} has changed since the run was planned",
            fix="run again: it is planned anew",
        )
    return today
