r"""What we built: two ResNets, the motion of one added into the other, and time between frames.

Both streams are MMAction2's ResNet on single frames. In every stage the second unit
differs from a plain one twice:

* it looks at neighbouring frames: its two 1x1 convolutions become 3x1x1 ones over time,
  which begin as averages, w/3 (Eq. 5), with zeros before the first and after the last frame;
* in the appearance stream its residual branch is told of motion (Eq. 2). With x the sum
  of the first unit, before its ReLU f,

.. math::
    \hat x^a_{l+1} = f(x^a_l) + F\bigl(x^a_l + f(x^m_l);\, W^a_l\bigr)

The shortcut knows nothing of motion, and there is no ReLU between the sum and F. So
where there is no motion, F reads x before its ReLU, and not f(x) as in a plain unit.
This is what the authors' code does; it is traced in their STResNet_stage1.m.

Legend: N clips, C channels, T frames, H x W pixels; a and m, appearance and motion.
"""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, Self

from mmaction.models.backbones.resnet import Bottleneck
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn import functional as F

from harness.errors import PlanError
from recipes._shared.streams import StreamResNet, fold, unfold

Kind = Literal["add", "multiply", "none"]
Into = Literal["residual", "unit"]

COLOURS = 3  # channels of a frame
UNIT = 1  # the second of each stage


class Maps(NamedTuple):
    """Last maps of both streams, ``(N, C, T, H, W)`` each."""

    appearance: Tensor
    motion: Tensor


class TemporalConv(nn.Conv2d):
    """A 3x1x1 convolution of frames that are folded into the batch.

    With the channels last in memory, ``(N T, C, H, W)`` is ``(N, C, T, H W)``, and the
    convolution is one of 3x1 pixels.

    Args:
        in_channels: C.
        out_channels: C'.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, (3, 1), padding=(1, 0), bias=False)
        self.frames = 1  # of a clip, said by the network before each pass

    def forward(self, x: Tensor) -> Tensor:
        """``(N T, C, H, W)`` to ``(N T, C', H, W)``."""
        pixels = x.shape[2:]
        clips = unfold(x, self.frames).flatten(3)  # N C T HW
        return fold(super().forward(clips).unflatten(3, pixels))


class Injection(nn.Module):
    """Where one stream is told of the other, in one stage.

    Args:
        multiply: Whether the streams are multiplied and not added.
    """

    def __init__(self, *, multiply: bool) -> None:
        super().__init__()
        self.multiply = multiply

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        """Sum of the first unit, before its ReLU, and what is told, after it."""
        return x * told if self.multiply else x + told


@MODELS.register_module()
class STResNet(BaseModule):
    """Two residual streams, with motion told to appearance and with time.

    Args:
        depth: 50, 101 or 152, of both.
        in_channels: Channels of a frame and its stack of flow: 3 and 2 for each field.
        injection: How motion meets appearance: ``add`` as in the paper, ``multiply``
            as in its successor (Feichtenhofer et al., CVPR 2017), or ``none``.
        into: What reads both: the ``residual`` branch of the second unit as in the
            paper, or the whole ``unit`` with its shortcut, which the paper tried and
            rejected.
        both_ways: Whether motion is told of appearance too, tried and rejected alike.
        temporal: Whether the second units look at neighbouring frames.
        kwargs: Of both ``StreamResNet``.

    Raises:
        PlanError: There is no such network.
    """

    def __init__(
        self,
        depth: int = 50,
        *,
        in_channels: int = 23,
        injection: Kind = "add",
        into: Into = "residual",
        both_ways: bool = False,
        temporal: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        if injection not in ("add", "multiply", "none") or into not in ("residual", "unit"):
            raise PlanError(
                f"there is no injection '{injection}' into '{into}'",
                fix="choose add, multiply or none, and residual or unit",
            )
        self.into = into
        self.appearance = StreamResNet(depth, in_channels=COLOURS, **kwargs)
        self.motion = StreamResNet(depth, in_channels=in_channels - COLOURS, **kwargs)
        if self.appearance.block is not Bottleneck:
            raise PlanError(
                f"units of a ResNet of depth {depth} have no 1x1 convolutions",
                fix="choose a depth of 50, 101 or 152",
            )
        stages = range(len(self.appearance.res_layers) if injection != "none" else 0)
        multiply = injection == "multiply"
        self.to_appearance = nn.ModuleList(Injection(multiply=multiply) for _ in stages)
        self.to_motion = nn.ModuleList(
            Injection(multiply=multiply) for _ in (stages if both_ways else ())
        )
        if temporal:
            for stream in (self.appearance, self.motion):
                for layer in stream.res_layers:
                    give_time(getattr(stream, layer)[UNIT])

    def forward(self, x: Tensor) -> Maps:
        """Frames and flow, ``(N, 3 + 2L, T, H, W)``, to the last maps of both streams."""
        frames = x.shape[2]
        for module in self.modules():
            if isinstance(module, TemporalConv):
                module.frames = frames
        a = self._begin(self.appearance, x[:, :COLOURS])
        m = self._begin(self.motion, x[:, COLOURS:])
        for stage in range(len(self.appearance.res_layers)):
            a, m = self._pass_stage(stage, a, m)
        return Maps(unfold(a, frames), unfold(m, frames))

    @staticmethod
    def _begin(stream: StreamResNet, x: Tensor) -> Tensor:
        maps: Tensor = stream.maxpool(stream.conv1(fold(x)))
        return maps

    def _pass_stage(self, stage: int, a: Tensor, m: Tensor) -> tuple[Tensor, Tensor]:
        """One stage of both streams, ``(N T, C, H, W)`` to ``(N T, C', H', W')``."""
        of_a, of_m = (
            getattr(stream, stream.res_layers[stage]) for stream in (self.appearance, self.motion)
        )
        x_a, x_m = add_branches(of_a[0], a), add_branches(of_m[0], m)
        a = self._pass_second(of_a[UNIT], x_a, x_m, self.to_appearance[stage : stage + 1])
        m = self._pass_second(of_m[UNIT], x_m, x_a, self.to_motion[stage : stage + 1])
        return of_a[UNIT + 1 :](a), of_m[UNIT + 1 :](m)

    def _pass_second(
        self, unit: Bottleneck, x: Tensor, other: Tensor, injections: Iterable[nn.Module]
    ) -> Tensor:
        """The second unit of a stage, which may be told of the other stream (Eq. 2).

        Args:
            unit: The unit.
            x: Sum of the first unit of this stream, before its ReLU.
            other: The same of the other stream.
            injections: How it is told; empty where it is not.
        """
        read = shortcut = F.relu(x)
        for injection in injections:
            read = injection(x, F.relu(other))
            if self.into == "unit":
                read = shortcut = F.relu(read)
        return F.relu(branch(unit, read) + shortcut)

    def train(self, mode: bool = True) -> Self:
        """As of any module."""
        super().train(mode)
        return self


def branch(unit: Bottleneck, x: Tensor) -> Tensor:
    """The residual branch of a unit, F."""
    residual: Tensor = unit.conv3(unit.conv2(unit.conv1(x)))
    return residual


def add_branches(unit: Bottleneck, x: Tensor) -> Tensor:
    """A unit without its last ReLU."""
    shortcut = x if unit.downsample is None else unit.downsample(x)
    return branch(unit, x) + shortcut


def give_time(unit: Bottleneck) -> None:
    """Put 3x1x1 convolutions in the place of a unit's 1x1 ones."""
    for part in (unit.conv1, unit.conv3):
        part.conv = TemporalConv(part.conv.in_channels, part.conv.out_channels)


def give_weights_time(filters: Tensor) -> Tensor:
    """Filters of a 1x1 convolution as those of an average over three frames (Eq. 5).

    Args:
        filters: ``(C', C, 1, 1)``; over time already, ``(C', C, 3, 1)``, they stay.
    """
    return filters if filters.shape[2] == 3 else (filters / 3).repeat(1, 1, 3, 1)
