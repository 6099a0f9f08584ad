"""Two-stream network.

Karen Simonyan and Andrew Zisserman. Two-Stream Convolutional Networks for Action
Recognition in Videos. NIPS 2014.
https://arxiv.org/abs/1406.2199
"""
