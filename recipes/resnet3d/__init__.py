"""3D ResNet.

Kensho Hara, Hirokatsu Kataoka and Yutaka Satoh. Can Spatiotemporal 3D CNNs
Retrace the History of 2D CNNs and ImageNet? CVPR 2018.
https://doi.org/10.1109/CVPR.2018.00685
"""
