r"""What we built: graph convolutions over joints, convolutions over frames.

Every joint of every frame is a position of an image of T x V pixels. A unit mixes
each joint with its neighbours (Yan et al., 2018, eq. 10), then each joint with
itself in the frames around it (kernel Γ x 1).

Activations are kept channels-last, (B, T, V, C) in memory. So the sum over
neighbours is one small matrix product a frame, the K 1x1 convolutions are one
matrix product over all positions, and nothing is copied between them.

Legend: N batch (samples x clips), M persons, B = N * M sequences, T frames,
V joints, C channels, K subsets of the neighbourhood.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn import functional as F

from harness.errors import PlanError
from recipes.stgcn.graph import read_adjacency

Unit = Literal["released", "early"]
Norm = Literal["shared", "person"]
Init = Literal["released", "early", "mmaction2", "torch"]


class GraphConv(nn.Module):
    """Sum over the subsets of a neighbourhood, each with weights of its own (eq. 10).

    Neighbours are summed before channels are mixed: the order does not matter to
    the result, and where a unit widens its channels there is less to sum.

    Args:
        in_channels: Channels C of the input.
        out_channels: Channels of the output.
        subsets: Number of subsets K.
        bias: ``before``: each subset's bias is summed over neighbours like its
            features, as in the released code, and so differs between joints;
            ``after``: it is the same at every joint, as in the early code.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        subsets: int,
        *,
        bias: Literal["before", "after"] = "before",
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, subsets * out_channels, 1)
        self.subsets = subsets
        self.bias_before = bias == "before"

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        """Mix joints, then channels.

        Args:
            x: ``(B, C, T, V)``, channels-last in memory.
            adjacency: ``(K, V, V)``; ``[k, v, w]`` is what w receives from v.

        Returns:
            ``(B, C', T, V)``, channels-last in memory.
        """
        b, c, t, v = x.shape
        frames = x.permute(0, 2, 3, 1).reshape(b * t, v, c)  # BT V C, no copy
        mixing = adjacency.permute(2, 0, 1).reshape(1, v * self.subsets, v)  # 1 WK V
        mixed = torch.bmm(mixing.expand(b * t, -1, -1), frames)  # BT WK C
        weight = self.conv.weight.view(self.subsets, -1, c)  # K C' C
        weight = weight.transpose(0, 1).reshape(-1, self.subsets * c)  # C' KC
        out = _mix_channels(mixed.view(b, t, v, self.subsets * c), weight)  # B T V C'
        assert self.conv.bias is not None  # for mypy: the convolution has one
        bias = self.conv.bias.view(self.subsets, -1)  # K C'
        bias = adjacency.sum(1).t() @ bias if self.bias_before else bias.sum(0)  # V C' or C'
        return (out + bias.to(out.dtype)).permute(0, 3, 1, 2)


def _mix_channels(x: Tensor, weight: Tensor) -> Tensor:
    """1x1 convolution of ``(B, T, V, C)`` by ``(C', C)``, in the faster of two forms.

    On CPUs oneDNN's convolution beats the BLAS product in float32 (2 to 3 times
    on AMD), and the product has less overhead in bfloat16.
    """
    if x.device.type == "cpu" and x.dtype == torch.float32:
        return F.conv2d(x.permute(0, 3, 1, 2), weight[:, :, None, None]).permute(0, 2, 3, 1)
    return F.linear(x, weight)


def drop(x: Tensor, probability: float) -> Tensor:
    """Dropout, with a mask of random bytes where they suffice.

    On CPUs PyTorch draws a number for each activation, a quarter of a training
    step. A byte decides as exactly where the probability is a multiple of 1/256,
    such as one half.

    Args:
        x: ``(B, C, T, V)``, channels-last in memory.
        probability: Of a zero; the rest is scaled up.
    """
    if x.device.type != "cpu" or not (256 * probability).is_integer():
        return F.dropout(x, probability)
    b, c, t, v = x.shape
    words = torch.empty(-(-x.numel() // 8), dtype=torch.int64).random_(-(2**63), None)
    kept = words.view(torch.uint8)[: x.numel()] >= int(256 * probability)
    scale = kept.to(x.dtype).mul_(1 / (1 - probability)).view(b, t, v, c).permute(0, 3, 1, 2)
    return x * scale


class STGCNUnit(nn.Module):
    """A graph convolution, a temporal convolution and a residual connection.

    ``released``: GCN - BN - ReLU - Conv - BN - Dropout, sum, ReLU.
    ``early``: GCN - BN - ReLU - Dropout - Conv - BN - ReLU, sum; no ReLU after the
    sum, one in the projected residual.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        subsets: Number of subsets K.
        stride: Temporal stride.
        residual: Whether there is a residual connection.
        dropout: Probability of dropping an activation.
        kernel: Frames Γ of the temporal convolution.
        form: ``released`` or ``early``.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        subsets: int,
        *,
        stride: int = 1,
        residual: bool = True,
        dropout: float = 0.0,
        kernel: int = 9,
        form: Unit = "released",
    ) -> None:
        super().__init__()
        self.early = form == "early"
        self.dropout = dropout
        self.gcn = GraphConv(
            in_channels, out_channels, subsets, bias="after" if self.early else "before"
        )
        self.gcn_bn = nn.BatchNorm2d(out_channels)
        self.tcn = nn.Conv2d(
            out_channels, out_channels, (kernel, 1), (stride, 1), ((kernel - 1) // 2, 0)
        )
        self.tcn_bn = nn.BatchNorm2d(out_channels)
        self.has_residual = residual
        self.projection: nn.Sequential | None = None
        if residual and (in_channels != out_channels or stride != 1):
            self.projection = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, (stride, 1)), nn.BatchNorm2d(out_channels)
            )

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        """``(B, C, T, V)`` to ``(B, C', T', V)``."""
        y = F.relu(self.gcn_bn(self.gcn(x, adjacency)), inplace=True)
        drops = self.training and self.dropout > 0
        if self.early:
            y = drop(y, self.dropout) if drops else y
            y = F.relu(self.tcn_bn(self.tcn(y)), inplace=True)
            return y + self._carry(x)
        y = self.tcn_bn(self.tcn(y))
        y = drop(y, self.dropout) if drops else y
        return F.relu(y + self._carry(x), inplace=True)

    def _carry(self, x: Tensor) -> Tensor | float:
        """The residual: the input, its projection, or nothing."""
        if not self.has_residual:
            return 0.0
        if self.projection is None:
            return x
        carried: Tensor = self.projection(x)
        return F.relu(carried, inplace=True) if self.early else carried


@MODELS.register_module()
class SpatialTemporalGCN(BaseModule):
    """ST-GCN in all forms that the paper and its public code have.

    The printed network has nine units; both public codes put a stem before them,
    a unit without residual connection and dropout.

    Args:
        graph: ``layout`` (a name, or a declared graph), ``partition`` and what else
            :func:`recipes.stgcn.graph.read_adjacency` takes.
        in_channels: Coordinates of a joint.
        persons: Persons M a frame, for ``norm="person"``.
        importance: Whether each unit learns a factor on each entry of A.
        norm: Statistics of the first normalisation: ``shared`` by the persons (code
            since June 2018) or of each ``person`` slot (early code).
        unit: Form of the units.
        stem: Whether a stem of the first width comes first.
        widths: Channels of the units after the stem.
        strides: Their temporal strides.
        kernel: Frames Γ of a temporal convolution, odd.
        dropout: Probability of dropping an activation, in all units but the stem.
        init: First weights: ``released`` N(0, 0.02) and zero biases, ``early``
            N(0, sqrt(2 / (C' x kernel area))), ``mmaction2`` the early code's with zero
            biases but PyTorch's for graph convolutions, or ``torch``, PyTorch's own.
        init_cfg: MMEngine's, for weights of a checkpoint.

    Raises:
        PlanError: A setting is none of these.
    """

    def __init__(
        self,
        graph: Mapping[str, Any],
        *,
        in_channels: int = 3,
        persons: int = 2,
        importance: bool = True,
        norm: Norm = "shared",
        unit: Unit = "released",
        stem: bool = True,
        widths: Sequence[int] = (64, 64, 64, 128, 128, 128, 256, 256, 256),
        strides: Sequence[int] = (1, 1, 1, 2, 1, 1, 2, 1, 1),
        kernel: int = 9,
        dropout: float = 0.0,
        init: Init = "released",
        init_cfg: Any = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        _check(norm=(norm, Norm), unit=(unit, Unit), init=(init, Init))
        if len(widths) != len(strides) or not widths or kernel % 2 == 0:
            raise PlanError(
                f"{len(widths)} widths, {len(strides)} strides and a kernel of {kernel}",
                fix="give one stride a width, and an odd kernel",
            )
        if not 0 <= dropout < 1:
            raise PlanError(f"a dropout of {dropout}", fix="give a probability below 1")
        self.adjacency: Tensor
        self.register_buffer(
            "adjacency", torch.from_numpy(read_adjacency(graph)), persistent=False
        )  # K V V
        subsets, joints = self.adjacency.shape[:2]
        self.init = init
        self.persons = persons if norm == "person" else 1
        self.data_bn = nn.BatchNorm1d(self.persons * joints * in_channels)
        units = []
        if stem:
            units.append(
                STGCNUnit(in_channels, widths[0], subsets, residual=False, kernel=kernel, form=unit)
            )
            in_channels = widths[0]
        for width, stride in zip(widths, strides, strict=True):
            units.append(
                STGCNUnit(
                    in_channels,
                    width,
                    subsets,
                    stride=stride,
                    dropout=dropout,
                    kernel=kernel,
                    form=unit,
                )
            )
            in_channels = width
        self.units = nn.ModuleList(units)
        self.importance = nn.ParameterList(
            nn.Parameter(torch.ones(self.adjacency.shape)) for _ in units if importance
        )

    def init_weights(self) -> None:
        """Draw the first weights as one of the codes does; a checkpoint's come after."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d) and not self._keeps_torch_weights(module):
                # The early code has a convolution for each subset: its width is C', not K C'.
                area = module.weight[0, 0].numel()
                subsets = self.adjacency.shape[0] if self._is_graph_conv(module) else 1
                width = module.out_channels // subsets
                std = 0.02 if self.init == "released" else (2 / (width * area)) ** 0.5
                nn.init.normal_(module.weight, 0.0, std)
                if self.init in ("released", "mmaction2") and module.bias is not None:
                    nn.init.zeros_(module.bias)
            elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d) and self.init == "released":
                nn.init.normal_(module.weight, 1.0, 0.02)
                nn.init.zeros_(module.bias)
        super().init_weights()

    def _keeps_torch_weights(self, module: nn.Module) -> bool:
        return self.init == "torch" or (self.init == "mmaction2" and self._is_graph_conv(module))

    def _is_graph_conv(self, module: nn.Module) -> bool:
        return any(unit.gcn.conv is module for unit in self.units)

    def adjacencies(self) -> list[Tensor]:
        """What each unit multiplies by: A, times its learned importance; ``(K, V, V)``."""
        if len(self.importance) == 0:
            return [self.adjacency] * len(self.units)
        return [self.adjacency * factor for factor in self.importance]

    def forward(self, x: Tensor) -> Tensor:
        """Features of all persons.

        Args:
            x: ``(N, M, T, V, C)``; a person who is absent is zero throughout.

        Returns:
            ``(N, M, C', T', V)``, as MMAction2's ``GCNHead`` takes them.

        Raises:
            ValueError: There is no person or frame, or joints or coordinates are
                not as many as the graph's.
        """
        n, m, t, v, c = x.shape
        if min(n, m, t) == 0:
            raise ValueError(f"there are no persons or frames in a batch of shape {tuple(x.shape)}")
        joints = self.adjacency.shape[1]
        if v != joints or self.data_bn.num_features != self.persons * joints * c:
            raise ValueError(f"{v} joints of {c} coordinates do not fit a graph of {joints} joints")
        per_slot = self.persons > 1
        if per_slot and m != self.persons:
            raise ValueError(f"{m} persons, but statistics of {self.persons}")
        flat = x.permute(0, 2, 1, 3, 4) if per_slot else x  # N T M V C, or N M T V C
        flat = self.data_bn(flat.reshape(-1, self.data_bn.num_features))
        if per_slot:
            flat = flat.view(n, t, m, v, c).transpose(1, 2).contiguous()
        y = flat.view(n * m, t, v, c).permute(0, 3, 1, 2)  # B C T V, channels-last
        for unit, adjacency in zip(self.units, self.adjacencies(), strict=True):
            y = unit(y, adjacency)
        return y.reshape(n, m, *y.shape[1:])


def _check(**settings: tuple[str, Any]) -> None:
    for name, (value, allowed) in settings.items():
        if value not in allowed.__args__:
            raise PlanError(
                f"{name}={value!r} is none of the forms of ST-GCN",
                fix=f"use one of: {', '.join(allowed.__args__)}",
            )
