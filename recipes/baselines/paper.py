"""x"""

from harness.claims import Citation, Paper

PAPER = Paper(
    method="x",
    citation=Citation(
        key="mmaction2020",
        title="OpenMMLab's Next Generation Video Understanding Toolbox and Benchmark",
        authors=("MMAction2",),
        venue="software",
        year=2020,
        url="https://github.com/open-mmlab/mmaction2",
    ),
)
CLAIMS = ()
