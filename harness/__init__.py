"""A reproducibility harness for video and skeleton action recognition."""

from harness.openmm import repair

__version__ = "0.1.0"

repair()  # costs a millisecond; everything of ours that imports mmaction comes after it
