"""Weights that baselines start from: 2D ResNets of ImageNet, inflated."""

from recipes._shared.imagenet import inflate as from_pretrained

__all__ = ["from_pretrained"]
