"""C3D, I3D, R(2+1)D and SlowFast, as MMAction2 has them.

MMAction2 Contributors. OpenMMLab's Next Generation Video Understanding Toolbox and
Benchmark. 2020.
https://github.com/open-mmlab/mmaction2
"""
