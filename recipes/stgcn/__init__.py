"""ST-GCN.

Sijie Yan, Yuanjun Xiong and Dahua Lin. Spatial Temporal Graph Convolutional
Networks for Skeleton-Based Action Recognition. AAAI 2018.
https://doi.org/10.1609/aaai.v32i1.12328
"""
