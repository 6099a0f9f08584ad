"""STGCN++.

Haodong Duan, Jiaqi Wang, Kai Chen, Dahua Lin. PYSKL: Towards Good Practices for Skeleton Action
Recognition. ACM Multimedia 2022. https://arxiv.org/abs/2205.09443
"""
