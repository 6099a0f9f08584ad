"""NTU RGB+D: 60 actions of 40 subjects, the Kinects' skeletons of up to six bodies."""

from harness.datasets.ntu import SIXTY, make_dataset

DATASET = make_dataset("ntu60", SIXTY)
