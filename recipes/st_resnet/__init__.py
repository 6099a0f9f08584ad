"""ST-ResNet.

Christoph Feichtenhofer, Axel Pinz and Richard P. Wildes. Spatiotemporal Residual
Networks for Video Action Recognition. NIPS 2016.
https://arxiv.org/abs/1611.02155
"""
