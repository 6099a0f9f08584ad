"""NTU RGB+D: 60 actions, 17 joints of two persons that others detected in the videos."""

from harness.datasets.ntu import SIXTY, make_dataset

DATASET = make_dataset("ntu60_2d", SIXTY, detected=True)
