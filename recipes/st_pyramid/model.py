r"""What we built: two streams, fused three times, the second time into an attention.

.. code-block:: text

    RGB frame at t ── appearance ── S ─┬─ average ─────────────── s ─┐
                                       └─ weighted by A ───────── a ─┤
    flow from t-τ ┐                        ↑ softmax                 ├─ fusion ── classes
    flow from t   ├─ motion ─ fusion ─ M ─┬┴─ fusion with S          │
    flow from t+τ ┘                       └─ average ──────────── m ─┘

The fusions are compact bilinear (Wang et al., 2017, Algorithm 1 and the figure of the
architecture). Neither the figure nor the algorithm shows what normalises a fused map;
kernels and width of the two convolutions of the attention, the layers of the
classifier and further losses are not known. Each is an argument here, and its default
a choice.

Legend: N clips, T snippets of flow, L flow fields of a snippet, C channels, d numbers
of a sketch, H x W positions of a map.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import torch
from mmaction.models.heads.base import BaseHead
from mmaction.registry import MODELS
from mmaction.utils import SampleList
from mmengine.model import BaseModule
from torch import Tensor, nn

from harness.errors import PlanError
from recipes._shared.streams import StreamResNet
from recipes.st_pyramid.sketch import CompactBilinear

Fusing = Literal["sketch", "concatenation", "sum"]

COLOURS = 3  # channels of an RGB frame


class Maps(NamedTuple):
    """Last maps of the streams.

    Args:
        appearance: S of the frame at t, ``(N, C, H, W)``.
        motion: Of each snippet of flow, ``(N, T, C, H, W)``.
    """

    appearance: Tensor
    motion: Tensor


@MODELS.register_module()
class PyramidStreams(BaseModule):
    """A residual network for the frame, and one for all snippets of flow.

    Args:
        depth: Depth of both ResNets.
        in_channels: Channels of the input: 3 of the frame, and 2 of each flow field.
        snippets: Snippets that the flow fields are of, T.
        kwargs: Further ones of both ResNets, such as ``strides``.

    Shape:
        - Input: ``(N, 3 + 2LT, 1, H, W)``: the frame at t, and the flow fields of one
          snippet after another
        - Output: :class:`Maps`
    """

    def __init__(
        self,
        depth: int = 50,
        *,
        in_channels: int = 63,
        snippets: int = 3,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        fields = (in_channels - COLOURS) // snippets  # channels of a snippet
        if fields < 2 or fields * snippets != in_channels - COLOURS:
            raise PlanError(
                f"{in_channels} channels are not of a frame and {snippets} snippets of flow",
                fix="give 3 + 2 x fields of a snippet x snippets",
            )
        self.snippets = snippets
        self.appearance = StreamResNet(depth, in_channels=COLOURS, **kwargs)
        self.motion = StreamResNet(depth, in_channels=fields, **kwargs)

    def forward(self, x: Tensor) -> Maps:
        """Read clips."""
        frame, flow = x[:, :COLOURS], x[:, COLOURS:, 0]  # N 3 1 H W, N 2LT H W
        flow = flow.unflatten(1, (self.snippets, -1)).transpose(1, 2)  # N 2L T H W
        return Maps(self.appearance(frame).squeeze(2), self.motion(flow).transpose(1, 2))


class Fusion(nn.Module):
    """Fuse maps, position by position, or vectors.

    Args:
        kind: ``sketch``, the paper's; ``concatenation`` or ``sum``, variants of ours.
        in_channels: Channels of each input.
        size: Numbers of a sketch.
        root: Whether the signed m-th root is taken of a product of m inputs, which
            keeps their unit. Gao et al., 2016, take it of two.
        scale: Whether a sample is scaled to a mean square of 1 over all channels and
            positions, as Gao et al. scale a vector to a length of 1.

    Raises:
        PlanError: There is no such fusion.
    """

    def __init__(
        self,
        kind: Fusing,
        in_channels: Sequence[int],
        size: int,
        *,
        root: bool = True,
        scale: bool = True,
    ) -> None:
        super().__init__()
        if kind not in ("sketch", "concatenation", "sum"):
            raise PlanError(
                f"there is no fusion '{kind}'", fix="choose sketch, concatenation or sum"
            )
        if kind == "sum" and len(set(in_channels)) > 1:
            raise PlanError(
                f"inputs of {list(in_channels)} channels cannot be added",
                fix="fuse them by a sketch or by concatenation",
            )
        self.kind, self.root, self.scale = kind, root, scale
        self.sketch = CompactBilinear(in_channels, size) if kind == "sketch" else None
        sizes = {"sketch": size, "concatenation": sum(in_channels), "sum": in_channels[0]}
        self.out_channels: int = sizes[kind]

    def forward(self, *inputs: Tensor) -> Tensor:
        """``(N, C_i, …)`` to ``(N, out_channels, …)``."""
        if self.sketch is not None:
            x = self.sketch(*inputs)
            x = signed_root(x, len(inputs)) if self.root else x
        elif self.kind == "concatenation":
            x = torch.cat(inputs, 1)
        else:
            x = torch.stack(inputs).sum(0)
        return scale_samples(x) if self.scale else x


def signed_root(x: Tensor, degree: int, *, epsilon: float = 1e-3) -> Tensor:
    r"""Root of the absolute value, with the sign of the value.

    .. math:: \mathrm{sign}(x) \, \bigl((|x| + ε)^{1/m} - ε^{1/m}\bigr)

    Source: Gao et al., 2016, for :math:`m = 2`; without ε the slope at 0 is infinite.

    Args:
        x: Numbers.
        degree: m.
        epsilon: ε.
    """
    power = 1 / degree
    return x.sign() * ((x.abs() + epsilon).pow(power) - epsilon**power)


def scale_samples(x: Tensor) -> Tensor:
    """Samples with a mean square of 1, ``(N, …)``; zeros stay zeros."""
    mean_square = x.square().flatten(1).mean(1)  # N
    return x * (mean_square + 1e-12).rsqrt().view(-1, *[1] * (x.dim() - 1))


class Attention(nn.Module):
    """Two convolutions and a softmax over the positions.

    The last convolution begins with zeros, so that all positions begin alike.

    Args:
        in_channels: Channels of the fused map.
        hidden: Channels between the convolutions.
        kernel: Side of both kernels, odd.

    Shape:
        - Input: ``(N, C, H, W)``
        - Output: ``(N, 1, H, W)``, summing to 1 over the positions
    """

    def __init__(self, in_channels: int, hidden: int = 64, kernel: int = 1) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(in_channels, hidden, kernel, padding=kernel // 2)
        self.score = nn.Conv2d(hidden, 1, kernel, padding=kernel // 2)
        nn.init.zeros_(self.score.weight)
        nn.init.zeros_(self.score.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Weigh the positions."""
        scores = self.score(self.squeeze(x).relu())  # N 1 H W
        return scores.flatten(2).softmax(-1).view_as(scores)


@MODELS.register_module()
class PyramidHead(BaseHead):
    """The three fusions, and the classifier.

    Args:
        num_classes: Number of classes.
        in_channels: Channels of the streams' maps.
        snippets: Snippets of flow of a clip, T; of one there is no temporal fusion.
        fusing: How all three fusions are made.
        sizes: Numbers of the sketch of the temporal fusion, of the attention and of
            the last fusion.
        root: Of :class:`Fusion`.
        scale: Of :class:`Fusion`.
        attention: Whether the attended vector is there; without it the last fusion is
            of two vectors.
        attention_hidden: Channels between the convolutions of the attention.
        attention_kernel: Side of their kernels.
        dropout: Probability with which a number of the last fusion is dropped.
        stream_weight: Weight of a further loss for each stream alone, on its averaged
            maps; 0 for none.
        kwargs: Of MMAction2's ``BaseHead``.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 2048,
        *,
        snippets: int = 3,
        fusing: Fusing = "sketch",
        sizes: Sequence[int] = (1024, 2048, 4096),
        root: bool = True,
        scale: bool = True,
        attention: bool = True,
        attention_hidden: int = 64,
        attention_kernel: int = 1,
        dropout: float = 0.0,
        stream_weight: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_classes, in_channels, **kwargs)
        temporal, attending, last = sizes

        def fusion(channels: Sequence[int], size: int) -> Fusion:
            return Fusion(fusing, channels, size, root=root, scale=scale)

        self.temporal = fusion([in_channels] * snippets, temporal) if snippets > 1 else None
        motion = self.temporal.out_channels if self.temporal is not None else in_channels
        vectors = [in_channels, motion]  # s, m
        self.relation = self.attention = None
        if attention:
            self.relation = fusion([in_channels, motion], attending)
            self.attention = Attention(
                self.relation.out_channels, attention_hidden, attention_kernel
            )
            vectors.append(in_channels)  # a
        self.joint = fusion(vectors, last)
        self.dropout = nn.Dropout(dropout)
        self.fc_cls = nn.Linear(self.joint.out_channels, num_classes)
        self.stream_weight = stream_weight
        self.streams = None
        if stream_weight:
            self.streams = nn.ModuleDict(
                {name: nn.Linear(in_channels, num_classes) for name in Maps._fields}
            )

    def fuse_snippets(self, motion: Tensor) -> Tensor:
        """M of the maps of all snippets: ``(N, T, C, H, W)`` to ``(N, C', H, W)``."""
        snippets = motion.unbind(1)
        return snippets[0] if self.temporal is None else self.temporal(*snippets)

    def attend(self, appearance: Tensor, motion: Tensor) -> Tensor:
        """Weights A of the positions of S, ``(N, 1, H, W)``.

        Args:
            appearance: S, ``(N, C, H, W)``.
            motion: M, ``(N, C', H, W)``.

        Raises:
            PlanError: This variant has no attention.
        """
        if self.relation is None or self.attention is None:
            raise PlanError("this variant attends to nothing", fix="choose one with attention")
        return self.attention(self.relation(appearance, motion))

    def forward(self, x: Maps, **kwargs: Any) -> Tensor:
        """Score the classes, ``(N, num_classes)``."""
        motion = self.fuse_snippets(x.motion)  # M
        vectors = [x.appearance.mean((2, 3)), motion.mean((2, 3))]  # s, m
        if self.attention is not None:
            weights = self.attend(x.appearance, motion)  # N 1 H W
            vectors.append((weights * x.appearance).sum((2, 3)))  # a
        return self.fc_cls(self.dropout(self.joint(*vectors)))

    def loss(self, feats: Maps, data_samples: SampleList, **kwargs: Any) -> dict[str, Tensor]:
        """Cross entropy of the fused scores, and of the streams' own where asked for."""
        losses: dict[str, Tensor] = super().loss(feats, data_samples, **kwargs)
        if self.streams is not None:
            vectors = (feats.appearance.mean((2, 3)), feats.motion.mean((1, 3, 4)))
            for (name, classify), x in zip(self.streams.items(), vectors, strict=True):
                own = self.loss_by_feat(classify(x), data_samples)["loss_cls"]
                losses[f"loss_{name}"] = self.stream_weight * own
        return losses

    def init_weights(self) -> None:
        """Leave the weights as PyTorch draws them, and the attention's zeros."""
