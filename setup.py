"""Ships the line that imports harness, and so repairs mmaction2, when Python starts.

Everything else is in pyproject.toml. A ``.pth`` file has to lie in
site-packages itself, and setuptools knows no other way to put it there.
"""

import os
import sys
import sysconfig

from setuptools import setup

HERE = os.path.relpath(sysconfig.get_path("purelib"), sys.prefix)

setup(data_files=[(HERE, ["harness/repair_mmaction.pth"])])
