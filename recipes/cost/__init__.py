"""CoST.

Chao Li, Qiaoyong Zhong, Di Xie and Shiliang Pu. Collaborative Spatiotemporal Feature
Learning for Video Action Recognition. CVPR 2019.
https://doi.org/10.1109/CVPR.2019.00806
"""
