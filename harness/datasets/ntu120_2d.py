"""NTU RGB+D 120: 120 actions, 17 joints of two persons that others detected in the videos."""

from harness.datasets.ntu import HUNDRED_TWENTY, make_dataset

DATASET = make_dataset("ntu120_2d", HUNDRED_TWENTY, detected=True)
