"""One folder per paper: what it says, what we built, how we run it.

Folders elsewhere join this package: see :mod:`harness.outside`.
"""

import harness  # noqa: F401  (repairs mmaction2 before a recipe's model imports it)
from harness.outside import find_folders

__path__ += [folder for folder in find_folders() if folder not in __path__]
