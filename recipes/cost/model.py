"""What we built: CoST, and the baselines of its tables, on MMAction2's 3D ResNet.

A CoST convolution looks at a clip from three sides: one 3x3 kernel slides over height
and width, over time and width, and over time and height, and a softmax weighs the
three views for each output channel. MMAction2's ``ResNet3d`` has the rest: bottlenecks
with the stride in the middle, the pooling over time after the first stage, marks for
every second block, and with these the baselines C2D and C3D.

Legend: N clips, C channels in, D channels out, T frames, H x W pixels, V views, K
kernels (one where the views share it).
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self, get_args

import torch
from mmaction.models.backbones import ResNet3d
from mmaction.models.backbones.resnet3d import Bottleneck3d
from mmaction.registry import MODELS
from mmcv.cnn import ConvModule
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from harness.errors import PlanError

Unit = Literal["c2d", "c3d_3x1x1", "c3d_3x3x3", "cost"]
Coefficients = Literal["static", "input", "fixed"]
View = Literal["hw", "tw", "th"]
Merged = Literal["evaluation", "always", "never"]

#: The axis of (T, H, W) that a view's kernel does not reach over. The other two take the
#: kernel's first and second axis in their order: T the first one in both temporal views.
ACROSS: dict[View, int] = {"hw": 0, "tw": 1, "th": 2}
VIEWS: tuple[View, ...] = ("hw", "tw", "th")

#: Where static coefficients begin in the release: at 0.67 for space, 0.165 for the others.
FIRST_LOGITS: dict[View, float] = {"hw": 0.7, "tw": -0.7, "th": -0.7}


def plane(kernel: Tensor, view: View) -> Tensor:
    """The part of ``(D, C, 3, 3, 3)`` that a view's ``(D, C, 3, 3)`` lies in; not a copy."""
    return kernel.select(2 + ACROSS[view], 1)


class MergeViews(torch.autograd.Function):
    """Add the views' weighted kernels up to one of 19 taps, and their gradients back.

    The same as padding and adding them, without the padded copies; the corners of the
    3x3x3 kernel stay empty.
    """

    @staticmethod
    def forward(ctx: Any, weight: Tensor, share: Tensor, views: tuple[View, ...]) -> Tensor:
        """``(D, C, K, 3, 3)`` and ``(V, D)`` to ``(D, C, 3, 3, 3)``."""
        ctx.save_for_backward(weight, share)
        ctx.views = views
        merged = weight.new_zeros(*weight.shape[:2], 3, 3, 3)
        for number, view in enumerate(views):
            kernel, by = number % weight.shape[2], share[number, :, None, None, None]
            plane(merged, view).addcmul_(weight[:, :, kernel], by)
        return merged

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, None]:
        """Of the weight, of the share, and of nothing else."""
        weight, share = ctx.saved_tensors
        of_weight, of_share = torch.zeros_like(weight), torch.empty_like(share)
        for number, view in enumerate(ctx.views):
            part, kernel = plane(gradient, view), number % weight.shape[2]
            of_weight[:, :, kernel].addcmul_(part, share[number, :, None, None, None])
            of_share[number] = (part * weight[:, :, kernel]).sum((1, 2, 3))
        return of_weight, of_share, None


class FramePool(nn.Module):
    """Max pooling of frames by two, then of 3x3 pixels by two, either left out on demand.

    The same maxima as of ``nn.MaxPool3d``, which on CPUs takes a fifth of the
    network's time.
    """

    def __init__(self, *, frames: bool, pixels: bool) -> None:
        super().__init__()
        self.frames, self.pixels = frames, pixels

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, T, H, W)`` to ``(N, C, T', H', W')``."""
        if self.frames:
            x = torch.maximum(x[:, :, : x.shape[2] // 2 * 2 : 2], x[:, :, 1::2])
        if self.pixels:
            flat = x.transpose(1, 2).flatten(0, 1)  # NT C H W
            flat = F.max_pool2d(flat, 3, stride=2, padding=1)
            x = flat.view(*x.transpose(1, 2).shape[:3], *flat.shape[2:]).transpose(1, 2)
        return x


class CoSTConv(nn.Conv3d):
    """A 3x3 kernel in up to three planes of a clip, and their weighted sum.

    Names and shapes of what it learns are those of the release: ``weight`` is
    ``(D, C, K, 3, 3)``, ``alpha`` the logits ``(V, D)``.

    Args:
        in_channels: C.
        out_channels: D.
        kernel_size: 3; its reach over each axis of the clip.
        stride: Of frames, rows and columns, in all views.
        padding: 1.
        coefficients: ``static``, CoST(a): learned, the same for all clips. ``input``,
            CoST(b): computed from the clip. ``fixed``: as static ones begin.
        views: The planes, in the order of ``alpha``.
        shared: Whether one kernel serves all views; else each has its own.
        merged: When static and fixed coefficients and the kernels are added up to one
            3x3x3 kernel with empty corners before the convolution, which gives the
            same numbers in one pass: in ``evaluation``, ``always`` or ``never``. In
            training CPUs are as fast with each view by itself, in either precision.
        kwargs: Further ones of torch's ``Conv3d``.

    Raises:
        PlanError: There is no such convolution.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int = 3,
        stride: int | tuple[int, int, int] = 1,
        padding: int = 1,
        *,
        coefficients: Coefficients = "static",
        views: Sequence[View] = VIEWS,
        shared: bool = True,
        merged: Merged = "evaluation",
        **kwargs: Any,
    ) -> None:
        if (kernel_size, padding) != (3, 1) or not views or not set(views) <= set(VIEWS):
            raise PlanError(
                f"CoSTConv(kernel_size={kernel_size}, padding={padding}, views={tuple(views)})",
                fix=f"give kernels of 3 with a padding of 1, and views of {', '.join(VIEWS)}",
            )
        for given, known in ((coefficients, Coefficients), (merged, Merged)):
            if given not in get_args(known):
                raise PlanError(
                    f"a CoST convolution knows no '{given}'",
                    fix=f"choose {', '.join(get_args(known))}",
                )
        super().__init__(in_channels, out_channels, 3, stride, 1, **kwargs)
        self.views = tuple(views)
        self.coefficients = coefficients
        self.merged = merged
        self._kept: tuple[tuple[object, ...], Tensor] | None = None
        kernels = 1 if shared else len(views)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, kernels, 3, 3))
        if coefficients == "static":
            self.alpha = nn.Parameter(torch.empty(len(views), out_channels))
        elif coefficients == "fixed":
            self.register_buffer("alpha", torch.empty(len(views), out_channels))
        else:
            self.fc1 = nn.Linear(out_channels, out_channels, bias=False)
            self.fc2 = nn.Linear(len(views), len(views), bias=False)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weights as the release does; torch's constructor calls it early."""
        if not hasattr(self, "views"):
            return
        for kernel in self.weight.unbind(2):
            nn.init.kaiming_normal_(kernel, mode="fan_out", nonlinearity="relu")
        if self.bias is not None:
            nn.init.zeros_(self.bias)
        if self.coefficients == "input":
            nn.init.normal_(self.fc1.weight, std=0.01)
            nn.init.normal_(self.fc2.weight, std=0.01)
        else:
            logits = torch.tensor([FIRST_LOGITS[view] for view in self.views])
            with torch.no_grad():
                self.alpha.copy_(logits[:, None].expand_as(self.alpha))

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, T, H, W)`` to ``(N, D, T', H', W')``."""
        if self.is_merged:
            return F.conv3d(x, self._keep_merged(x.device.type), self.bias, self.stride, 1)
        seen = self.look(x)
        share = self.weigh(seen) if self.coefficients == "input" else self.share[:, None]
        share = share[..., None, None, None].to(seen[0].dtype)  # V, N or 1, D, 1, 1, 1
        y = seen[0] * share[0]
        for number in range(1, len(seen)):
            y = torch.addcmul(y, seen[number], share[number])
        return y if self.bias is None else y + self.bias[:, None, None, None]

    @property
    def is_merged(self) -> bool:
        """Whether the next clip is convolved in one pass."""
        when = self.merged == "always" or (self.merged == "evaluation" and not self.training)
        return when and self.coefficients != "input"

    @property
    def share(self) -> Tensor:
        """Static or fixed coefficients, ``(V, D)``; over the views they add up to one."""
        return self.alpha.softmax(0)

    def merge(self) -> Tensor:
        """Static or fixed coefficients and kernels as one kernel, ``(D, C, 3, 3, 3)``."""
        merged: Tensor = MergeViews.apply(self.weight, self.share, self.views)
        return merged

    def _keep_merged(self, device: str) -> Tensor:
        """The merged kernel, made once for weights that nobody changes and needs no gradient of.

        It is kept as the next convolution computes with it: in autocast's precision,
        channels last. Whatever writes into the weights counts up their versions.
        """
        if torch.is_grad_enabled():
            return self.merge()
        dtype = self.weight.dtype
        if torch.is_autocast_enabled(device):
            dtype = torch.get_autocast_dtype(device)
        made_of = (dtype, *((x.data_ptr(), x._version) for x in (self.weight, self.alpha)))
        if self._kept is None or self._kept[0] != made_of:
            merged = self.merge().to(dtype, memory_format=torch.channels_last_3d)
            self._kept = (made_of, merged)
        return self._kept[1]

    def look(self, x: Tensor) -> list[Tensor]:
        """Convolve each view; V of ``(N, D, T', H', W')``."""
        seen = []
        for number, view in enumerate(self.views):
            kernel = self.weight[:, :, number % self.weight.shape[2]]  # D C 3 3
            padding = tuple(int(axis != ACROSS[view]) for axis in range(3))
            kernel = kernel.unsqueeze(2 + ACROSS[view])
            seen.append(F.conv3d(x, kernel, None, self.stride, padding))
        return seen

    def weigh(self, seen: Sequence[Tensor]) -> Tensor:
        """Coefficients of a clip from what its views show, CoST(b); ``(V, N, D)``."""
        peaks = torch.stack([one.amax((2, 3, 4)) for one in seen])  # V N D
        logits: Tensor = self.fc2(self.fc1(peaks).movedim(0, -1))  # N D V
        return logits.softmax(-1).movedim(-1, 0)


class CoSTBottleneck3d(Bottleneck3d):
    """A bottleneck with a CoST convolution in its middle.

    Args:
        inplanes: Channels of the input.
        planes: Channels of the middle.
        inflate: Whether this block is one of the marked ones; the others are 2D.
        cost: Arguments of :class:`CoSTConv`; ``None`` where marked blocks are those of
            a baseline.
        kwargs: Of MMAction2's ``Bottleneck3d``.
    """

    def __init__(
        self,
        inplanes: int,
        planes: int,
        *,
        inflate: bool = True,
        cost: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(inplanes, planes, inflate=inflate and cost is None, **kwargs)
        if inflate and cost is not None:
            self.conv2 = ConvModule(
                planes,
                planes,
                3,
                stride=self.conv2.stride,
                padding=1,
                bias=False,
                conv_cfg=dict(type=CoSTConv, **cost),
                norm_cfg=self.norm_cfg,
                act_cfg=self.act_cfg,
            )


#: Depth → which blocks of each stage are marked: every second one, as released. The last
#: stage begins with a marked block at one depth and with a plain one at the other.
MARKS: dict[int, tuple[tuple[int, ...], ...]] = {
    50: ((0, 1, 0), (1, 0, 1, 0), (1, 0, 1, 0, 1, 0), (1, 0, 1)),
    101: ((0, 1, 0), (1, 0, 1, 0), (1, *(0, 1) * 11), (0, 1, 0)),
}


@MODELS.register_module()
class CoSTResNet3d(ResNet3d):
    """ResNet on clips of 8 or 32 frames, with CoST or a baseline in every second block.

    Args:
        depth: 50 or 101.
        unit: What marked blocks are: ``cost``; ``c3d_3x1x1``, with a first convolution
            over three frames; ``c3d_3x3x3``, with a middle one over three frames;
            ``c2d``, like all others.
        frames: Of a clip: 8, which are halved once, or 32, halved two times more in
            the first convolution and pooling.
        coefficients: Of CoST; see :class:`CoSTConv`.
        views: Of CoST, likewise.
        shared: Of CoST, likewise.
        merged: Of CoST, likewise.
        kwargs: Further ones of MMAction2's ``ResNet3d``, such as ``with_cp``.

    Raises:
        PlanError: There is no such network.
    """

    arch_settings: ClassVar = {
        depth: (CoSTBottleneck3d, tuple(map(len, marks))) for depth, marks in MARKS.items()
    }

    def __init__(
        self,
        depth: int = 50,
        *,
        unit: Unit = "cost",
        frames: Literal[8, 32] = 8,
        coefficients: Coefficients = "static",
        views: Sequence[View] = VIEWS,
        shared: bool = True,
        merged: Merged = "evaluation",
        **kwargs: Any,
    ) -> None:
        if depth not in MARKS or unit not in get_args(Unit) or frames not in (8, 32):
            raise PlanError(
                f"there is no {unit} of depth {depth} on {frames} frames",
                fix=f"choose {', '.join(get_args(Unit))}, a depth of 50 or 101, 8 or 32 frames",
            )
        cost = dict(coefficients=coefficients, views=views, shared=shared, merged=merged)
        early = dict(conv1_kernel=(1, 7, 7), conv1_stride_t=1, pool1_stride_t=1)
        if frames == 32:
            early = dict(conv1_kernel=(5, 7, 7), conv1_stride_t=2, pool1_stride_t=2)
        super().__init__(
            depth,
            None,
            inflate=(0, 0, 0, 0) if unit == "c2d" else MARKS[depth],
            inflate_style="3x1x1" if unit == "c3d_3x1x1" else "3x3x3",
            cost=cost if unit == "cost" else None,
            zero_init_residual=False,
            **early,
            **kwargs,
        )

    def _make_stem_layer(self) -> None:
        """Where the first pooling halves the frames it sees both; MMAction2's sees one."""
        super()._make_stem_layer()
        self.maxpool = FramePool(frames=self.pool1_stride_t == 2, pixels=True)
        self.pool2 = FramePool(frames=True, pixels=False)

    def forward(self, x: Tensor) -> Tensor:
        """``(N, 3, T, H, W)`` to ``(N, C, T', H', W')``.

        Channels come last in memory, which on CPUs is what bfloat16 is fastest with.
        """
        features: Tensor = super().forward(x.contiguous(memory_format=torch.channels_last_3d))
        return features

    def init_weights(self, pretrained: str | None = None) -> None:
        """Draw all weights."""
        super().init_weights(pretrained)
        for module in self.modules():
            if isinstance(module, CoSTConv):
                module.reset_parameters()

    def train(self, mode: bool = True) -> Self:
        """As of any module; MMAction2's answers nothing."""
        super().train(mode)
        return self
