"""Data sets: what each one is, its terms and its splits, and raw → prepared.

A new data set is one new file in this folder with a module-level
``DATASET = Dataset(…)``; the catalog finds it by scanning. The file says how to
read the authors' layout (``read``) and which subset of a split a sample belongs
to (``assign``); :mod:`harness.datasets.prepared` writes, loads and verifies the
prepared form for all of them, and :mod:`harness.datasets.sources` opens folders
and archives.
"""
