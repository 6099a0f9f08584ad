"""What we built: Hara's 3D ResNets, out of the residual blocks of MMAction2.

MMAction2's ``ResNet3d`` has the 7x7x7 convolution, the stages, both kinds of block
with the stride in the 3x3x3 convolution, projected shortcuts (B), and Kaiming's
initialisation over the fan-out. Here is what it lacks: a first pooling over time as
well as space, shortcuts without parameters (A), depth 200, Wide ResNet and ResNeXt.

Legend: N clips, C channels, T frames, H x W pixels.
"""

from typing import Any, ClassVar, Literal, Self

from mmaction.models.backbones import ResNet3d
from mmaction.models.backbones.resnet3d import Bottleneck3d
from mmaction.models.heads import I3DHead
from mmaction.registry import MODELS
from mmcv.cnn import ConvModule
from torch import Tensor, nn
from torch.nn import functional as F

from harness.errors import PlanError

Shortcut = Literal["A", "B"]

STEM_CHANNELS = 64


class PaddedShortcut(nn.Module):
    """Shortcut A: take every n-th position, and zeros for the channels that are new.

    Args:
        new_channels: Channels to add.
        strides: Of frames, rows and columns.
        passes_gradient: Whether the gradient of the loss flows back through it.
    """

    def __init__(
        self, new_channels: int, strides: tuple[int, int, int], *, passes_gradient: bool
    ) -> None:
        super().__init__()
        self.new_channels = new_channels
        self.strides = strides
        self.passes_gradient = passes_gradient

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, T, H, W)`` to ``(N, C', T', H', W')``."""
        frames, rows, columns = self.strides
        x = x if self.passes_gradient else x.detach()
        x = x[:, :, ::frames, ::rows, ::columns]  # N C T' H' W'
        return F.pad(x, (0, 0, 0, 0, 0, 0, 0, self.new_channels))


class WideBottleneck3d(Bottleneck3d):
    """A bottleneck that doubles its channels, where the common one quadruples them.

    Args:
        inplanes: Channels of the input.
        planes: Channels of its 3x3x3 convolution.
        groups: Groups of that convolution, the cardinality of ResNeXt.
        kwargs: Of MMAction2's ``Bottleneck3d``.
    """

    expansion = 2

    def __init__(self, inplanes: int, planes: int, *, groups: int = 1, **kwargs: Any) -> None:
        super().__init__(inplanes, planes, **kwargs)
        if groups > 1:
            self.conv2 = ConvModule(
                planes,
                planes,
                3,
                stride=self.conv2.stride,
                padding=1,
                groups=groups,
                bias=False,
                conv_cfg=self.conv_cfg,
                norm_cfg=self.norm_cfg,
                act_cfg=self.act_cfg,
            )


@MODELS.register_module()
class HaraResNet3d(ResNet3d):
    """3D ResNet: frames are halved by the first pooling and by three of the four stages.

    Args:
        depth: 18, 34, 50, 101, 152 or 200.
        in_channels: Channels of a frame: 3 of colour, 1 of depth.
        shortcut: Where a block changes the shape: ``A``, strided and padded with
            zeros, as in the released ResNet-18 and -34; ``B``, a 1x1x1 convolution, as
            in all deeper ones.
        shortcut_gradient: Whether the gradient passes shortcuts A. It does not in
            the authors' PyTorch code, which detaches them; in their Lua code it does.
        frozen_stages: The first convolution and so many stages are not trained; -1
            for all. Unlike MMAction2's, their batch normalisation still follows the
            batches, as in the authors' fine-tuning, where the others' learning rate is 0.
        kwargs: Further ones of MMAction2's ``ResNet3d``, such as ``with_cp``.

    Raises:
        PlanError: There is no such network.
    """

    arch_settings = ResNet3d.arch_settings | {200: (Bottleneck3d, (3, 24, 36, 3))}

    def __init__(
        self,
        depth: int = 18,
        *,
        in_channels: int = 3,
        shortcut: Shortcut = "B",
        shortcut_gradient: bool = False,
        frozen_stages: int = -1,
        **kwargs: Any,
    ) -> None:
        if depth not in self.arch_settings or shortcut not in ("A", "B"):
            depths = ", ".join(map(str, self.arch_settings))
            raise PlanError(
                f"there is no {type(self).__name__} of depth {depth} and shortcut '{shortcut}'",
                fix=f"choose a depth of {depths}, and shortcut A or B",
            )
        super().__init__(
            depth,
            pretrained2d=False,
            in_channels=in_channels,
            conv1_kernel=(7, 7, 7),
            pool1_stride_t=2,
            temporal_strides=(1, 2, 2, 2),
            with_pool2=False,
            inflate_style="3x3x3",
            frozen_stages=frozen_stages,
            zero_init_residual=False,
            **kwargs,
        )
        if shortcut == "A":
            self._drop_projections(shortcut_gradient)
        self._freeze_stages()

    def _make_stem_layer(self) -> None:
        """Always 64 channels, and a pooling that sees three frames where MMAction2's sees one."""
        widened, self.base_channels = self.base_channels, STEM_CHANNELS
        super()._make_stem_layer()
        self.base_channels, self.inplanes = widened, STEM_CHANNELS
        self.maxpool = nn.MaxPool3d(3, stride=2, padding=1)

    def _drop_projections(self, passes_gradient: bool) -> None:
        """Put a shortcut A in the place of each shortcut B."""
        for layer in self.res_layers:
            block = getattr(self, layer)[0]
            if block.downsample is not None:
                conv = block.downsample.conv
                block.downsample = PaddedShortcut(
                    conv.out_channels - conv.in_channels,
                    conv.stride,
                    passes_gradient=passes_gradient,
                )

    def _freeze_stages(self) -> None:
        """Train no weight of the first stages; their statistics are left in ``train()``."""
        if self.frozen_stages >= 0:
            for name in ("conv1", *self.res_layers[: self.frozen_stages]):
                getattr(self, name).requires_grad_(False)

    def train(self, mode: bool = True) -> Self:
        """As of any module; MMAction2's answers nothing."""
        super().train(mode)
        return self


@MODELS.register_module()
class HaraWideResNet3d(HaraResNet3d):
    """Wide ResNet (k = 2), and with groups ResNeXt: 3x3x3 convolutions twice as wide.

    Args:
        depth: 50, 101, 152 or 200; released are 50, and 101 with 32 groups.
        groups: Groups of the 3x3x3 convolutions, the cardinality of ResNeXt.
        kwargs: Of :class:`HaraResNet3d`.
    """

    arch_settings: ClassVar = {
        depth: (WideBottleneck3d, blocks)
        for depth, (block, blocks) in HaraResNet3d.arch_settings.items()
        if block is Bottleneck3d
    }

    def __init__(self, depth: int = 50, *, groups: int = 1, **kwargs: Any) -> None:
        super().__init__(depth, base_channels=2 * STEM_CHANNELS, groups=groups, **kwargs)


@MODELS.register_module()
class PooledLinearHead(I3DHead):
    """Average over frames and pixels, then a layer that begins as PyTorch draws it.

    MMAction2's draws it from N(0, 0.01), with zero biases, and has dropout.

    Args:
        num_classes: Number of classes.
        in_channels: Channels of the features.
        kwargs: Of MMAction2's ``I3DHead``.
    """

    def __init__(self, num_classes: int, in_channels: int, **kwargs: Any) -> None:
        super().__init__(num_classes, in_channels, dropout_ratio=0.0, **kwargs)

    def init_weights(self) -> None:
        """Draw weights and biases uniformly from ±1/√in_channels."""
        self.fc_cls.reset_parameters()
