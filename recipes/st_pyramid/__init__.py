"""Spatiotemporal pyramid network.

Yunbo Wang, Mingsheng Long, Jianmin Wang and Philip S. Yu. Spatiotemporal Pyramid
Network for Video Action Recognition. CVPR 2017.
https://doi.org/10.1109/CVPR.2017.226
"""
