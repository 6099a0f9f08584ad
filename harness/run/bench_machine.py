"""Where a measurement of speed is taken."""

from dataclasses import fields

import torch

from harness.benches import Machine
from harness.run.environment import describe_environment


def describe_machine(device: torch.device) -> Machine:
    """Where this process runs; the load before is the launcher's to say."""
    found = describe_environment(device, determinism="", command="")
    names = {field.name for field in fields(Machine)} - {"load"}
    return Machine(load=None, **{name: getattr(found, name) for name in names})
