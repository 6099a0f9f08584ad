"""MMAction2's ``ResNet3d`` with the one part of Hara's stem that no setting of it gives."""

from mmaction.models.backbones import ResNet3d
from mmaction.registry import MODELS
from torch import nn


@MODELS.register_module()
class ResNet3dPoolingFrames(ResNet3d):
    """Its first pooling sees three frames, where MMAction2's sees one and skips the next."""

    def _make_stem_layer(self) -> None:
        super()._make_stem_layer()
        self.maxpool = nn.MaxPool3d(3, stride=2, padding=1)
