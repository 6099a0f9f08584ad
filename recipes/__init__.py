"""One folder per paper: what it says, what we built, how we run it."""

import harness  # noqa: F401  (repairs mmaction2 before a recipe's model imports it)
