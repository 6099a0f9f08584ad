"""NTU RGB+D 120: 120 actions of 106 subjects, the Kinects' skeletons of up to six bodies."""

from harness.datasets.ntu import HUNDRED_TWENTY, make_dataset

DATASET = make_dataset("ntu120", HUNDRED_TWENTY)
