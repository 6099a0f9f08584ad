"""Weights that a stream starts from: those of a ResNet trained on ImageNet."""

from recipes._shared.streams import start_from_imagenet as from_pretrained

__all__ = ["from_pretrained"]
