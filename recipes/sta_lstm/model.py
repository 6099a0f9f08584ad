r"""What we built: a skeleton classifier with a gate on joints and a gate on frames.

Three sub-networks read the same sequence :math:`x_1 \dots x_T`. The spatial one
weighs joints before the main LSTM sees them, the temporal one weighs the class
scores of frames after it (Song et al., 2017, sections on the spatial and the
temporal attention sub-network). Both gates depend on the raw input and on the
state of their *own* LSTM, never on the main one, so each LSTM is one call on a
whole sequence and nothing here loops over time.

Frames that follow the last frame with a non-zero coordinate are padding: a
batch is padded with zeros to its longest sequence, and sums over time leave
those frames out.

Legend: N batch (samples x clips), M persons, T frames, V joints of a person,
C coordinates of a joint (classes for scores), K = M * V joints of a frame,
D = K * C numbers of a frame, H hidden units.
"""

from itertools import islice
from typing import Any, Literal, NamedTuple

import torch
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.heads.base import BaseHead
from mmaction.models.losses import CrossEntropyLoss
from mmaction.models.recognizers import RecognizerGCN
from mmaction.registry import MODELS
from mmaction.utils import SampleList
from mmengine.model import BaseModule
from torch import Tensor, nn

Rescale = Literal["none", "regularizer", "gate"]


class Features(NamedTuple):
    """What the backbone hands to the head.

    Args:
        hidden: States of the last active main layer, ``(T, N, H)``.
        mask: 1 for frames of the sequence and 0 for padding, ``(T, N)``.
        joint_scale: Factor on ``alpha`` inside the spatial regulariser.
        alpha: Softmax weights of joints, ``(T, N, K)``; ``None`` without the
            spatial sub-network.
        beta: Weights of frames, ``(T, N)``; ``None`` without the temporal one.
    """

    hidden: Tensor
    mask: Tensor
    joint_scale: float
    alpha: Tensor | None
    beta: Tensor | None


class Attention(NamedTuple):
    """What the gates do with a batch; padding is zero.

    Args:
        alpha: Weights of joints, ``(N, T, M, V)``, summing to 1 over a frame.
        beta: Weights of frames, ``(N, T)``.
    """

    alpha: Tensor | None
    beta: Tensor | None


def find_frames(x: Tensor) -> Tensor:
    """Tell the frames of a sequence from the zero padding behind them.

    Args:
        x: Sequences, ``(T, N, D)``.

    Returns:
        1 up to the last frame with a non-zero number, 0 after it, ``(T, N)``.
        A sequence of zeros only keeps its first frame.
    """
    index = torch.arange(1, x.shape[0] + 1, device=x.device).unsqueeze(1)  # T 1
    last = ((x != 0).any(-1) * index).amax(0).clamp(min=1)  # N
    return (index <= last).to(x.dtype)


def previous(h: Tensor) -> Tensor:
    """Shift states by one frame: :math:`h_{t-1}` beside :math:`x_t`, zeros first.

    Args:
        h: States, ``(T, N, H)``.
    """
    return torch.cat((torch.zeros_like(h[:1]), h[:-1]))


class SpatialAttention(nn.Module):
    r"""Joint-selection gates, from an LSTM of their own.

    .. math::
        s_t &= U_s \tanh(W_{xs} x_t + W_{hs} h^s_{t-1} + b_s) + b_{us} \\
        \alpha_{t,k} &= \exp(s_{t,k}) / \sum_{i=1}^{K} \exp(s_{t,i})

    Source: Song et al., 2017, spatial attention with joint-selection gates.

    Args:
        inputs: Numbers of a frame, D.
        joints: Joints of a frame over all persons, K.
        hidden: Units of the LSTM, H.
        width: Units of the tanh layer; the paper's is not known.

    Shape:
        - Input: ``(T, N, D)``
        - Output: ``(T, N, K)``
    """

    def __init__(self, inputs: int, joints: int, *, hidden: int, width: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden)
        self.from_input = nn.Linear(inputs, width)
        self.from_state = nn.Linear(hidden, width, bias=False)
        self.to_joints = nn.Linear(width, joints)

    def forward(self, x: Tensor) -> Tensor:
        """Weigh the joints of each frame."""
        h, _ = self.lstm(x)  # T N H
        s = self.to_joints(torch.tanh(self.from_input(x) + self.from_state(previous(h))))  # T N K
        return s.softmax(-1)


class TemporalAttention(nn.Module):
    r"""Frame-selection gate, from an LSTM of its own.

    .. math:: \beta_t = \mathrm{ReLU}(
        w_{\tilde x} x_t + w_{\tilde h} \tilde h_{t-1} + \tilde b)

    One note lists two fully connected layers; the published equation has one.

    Source: Song et al., 2017, temporal attention with frame-selection gate.

    Args:
        inputs: Numbers of a frame, D.
        hidden: Units of the LSTM, H.

    Shape:
        - Input: ``(T, N, D)``
        - Output: ``(T, N)``
    """

    def __init__(self, inputs: int, *, hidden: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden)
        self.from_input = nn.Linear(inputs, 1)
        self.from_state = nn.Linear(hidden, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Weigh the frames."""
        h, _ = self.lstm(x)  # T N H
        gate = self.from_input(x) + self.from_state(previous(h))  # T N 1
        return torch.relu(gate).squeeze(-1)


@MODELS.register_module()
class STALSTM(BaseModule):
    r"""The main LSTM with the attention sub-networks around it.

    ``spatial`` and ``temporal`` switch the paper's four ablation models: LSTM,
    SA-LSTM, TA-LSTM, STA-LSTM. A sub-network that is absent acts as one whose
    weights are fixed to ones.

    **Scale of alpha.** The softmax sums to one over K joints, so its mean over
    time is about 1 / K and the printed regulariser
    :math:`\sum_k (1 - \frac{1}{T} \sum_t \alpha_{t,k})^2` asks for ones that it
    can never reach. Since the means sum to one, it equals
    :math:`K - 2 + \sum_k \bar\alpha_k^2`, while with :math:`K \bar\alpha_k` in
    place of :math:`\bar\alpha_k` it equals
    :math:`-K + K^2 \sum_k \bar\alpha_k^2`: the same minimum (uniform
    attention), less a constant, :math:`K^2` times as strong. ``rescale`` says
    where the factor K goes:

    - ``none``: nowhere, as printed. The main LSTM sees inputs about K times
      smaller than the raw ones.
    - ``regularizer``: into the regulariser only (re-implementation A).
    - ``gate``: into the gate, which then passes the raw input when attention is
      uniform, and into the regulariser (re-implementation B).

    **Initial weights.** Gaussian, as the paper says, of standard deviation
    ``std`` (not given). Biases start at zero but for the forget gates (1, so
    that early gradients reach the first frames) and the temporal gate
    (``beta_bias``, positive: a ReLU that starts negative passes no gradient). The
    weights of the temporal gate itself start smaller (``beta_std``), so that every
    frame starts with about the same positive weight: at ``std`` whole sequences
    lose all of their frames early and are never learned.

    Dropout follows each active main layer, the places where Zhu et al. (2016)
    and stacked LSTMs in general have it; the paper's places are not known.

    Args:
        joints: Joints of a person, V.
        persons: Persons of a frame, M; their joints are concatenated.
        in_channels: Coordinates of a joint, C.
        hidden: Units of each LSTM layer, H.
        layers: Layers of the main LSTM.
        width: Units of the tanh layer of the spatial sub-network.
        dropout: Probability with which a unit is dropped after a main layer.
        spatial: Whether the spatial sub-network is there.
        temporal: Whether the temporal sub-network is there.
        rescale: Where the factor K goes.
        std: Standard deviation of the initial weights.
        beta_bias: Initial bias of the temporal gate.
        beta_std: Standard deviation of the initial weights of the temporal gate.
        init_cfg: MMEngine's initialisation, applied after ours.

    Shape:
        - Input: ``(N, M, T, V, C)``
        - Output: :class:`Features`
    """

    def __init__(
        self,
        joints: int,
        persons: int,
        *,
        in_channels: int = 3,
        hidden: int = 100,
        layers: int = 3,
        width: int = 100,
        dropout: float = 0.5,
        spatial: bool = True,
        temporal: bool = True,
        rescale: Rescale = "none",
        std: float = 0.1,
        beta_bias: float = 1.0,
        beta_std: float = 0.01,
        init_cfg: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        if rescale not in ("none", "regularizer", "gate"):
            raise ValueError(f"rescale is 'none', 'regularizer' or 'gate', not {rescale!r}")
        self.joints, self.persons, self.in_channels = joints, persons, in_channels
        self.rescale = rescale
        self.std = std
        self.beta_bias = beta_bias
        self.beta_std = beta_std
        self.active_layers = layers
        k = persons * joints
        d = k * in_channels
        self.main = nn.ModuleList(
            nn.LSTM(d if index == 0 else hidden, hidden) for index in range(layers)
        )
        self.dropout = nn.Dropout(dropout)
        self.spatial = SpatialAttention(d, k, hidden=hidden, width=width) if spatial else None
        self.temporal = TemporalAttention(d, hidden=hidden) if temporal else None

    def init_weights(self) -> None:
        """Draw the weights from a Gaussian (Algorithm 1, step 0)."""
        for module in self.modules():
            if isinstance(module, nn.LSTM):
                _draw(module, self.std)
                forget = slice(module.hidden_size, 2 * module.hidden_size)
                with torch.no_grad():
                    module.bias_ih_l0[forget] = 1.0
            elif isinstance(module, nn.Linear):
                _draw(module, self.std)
        if self.temporal is not None:
            _draw(self.temporal.from_input, self.beta_std)
            _draw(self.temporal.from_state, self.beta_std)
            nn.init.constant_(self.temporal.from_input.bias, self.beta_bias)
        super().init_weights()

    def forward(self, x: Tensor) -> Features:
        """Read skeleton sequences."""
        x = self.flatten(x)  # T N D
        mask = find_frames(x)  # T N
        alpha = None if self.spatial is None else self.spatial(x)  # T N K
        beta = None if self.temporal is None else self.temporal(x)  # T N
        h = x if alpha is None else self.modulate(x, alpha)  # T N D
        for layer in islice(self.main, self.active_layers):
            h = self.dropout(layer(h)[0])  # T N H
        return Features(h, mask, self.joint_scale, alpha, beta)

    @property
    def joint_scale(self) -> float:
        """Factor on alpha inside the spatial regulariser: 1 or K."""
        return 1.0 if self.rescale == "none" else float(self.persons * self.joints)

    def flatten(self, x: Tensor) -> Tensor:
        """Concatenate the joints of a frame, time first.

        Time comes first because the fused LSTM of a CPU is nearly twice as fast
        that way.

        Args:
            x: Skeletons, ``(N, M, T, V, C)``.

        Returns:
            Frames, ``(T, N, D)``.

        Raises:
            ValueError: The skeletons are not those that the model was made for.
        """
        n, m, t, v, c = x.shape
        if (m, v, c) != (self.persons, self.joints, self.in_channels):
            raise ValueError(
                f"expected {self.persons} persons of {self.joints} joints with "
                f"{self.in_channels} coordinates, got {m} of {v} with {c}"
            )
        return x.permute(2, 0, 1, 3, 4).reshape(t, n, m * v * c)

    def modulate(self, x: Tensor, alpha: Tensor) -> Tensor:
        r"""Weigh the joints: :math:`x'_{t,k} = \alpha_{t,k} x_{t,k}`, not summed over k.

        Args:
            x: Frames, ``(T, N, D)``.
            alpha: Weights, ``(T, N, K)``.
        """
        if self.rescale == "gate":
            alpha = alpha * self.joint_scale
        x = x.unflatten(-1, (-1, self.in_channels))  # T N K C
        return (alpha.unsqueeze(-1) * x).flatten(-2)


@MODELS.register_module()
class STALSTMHead(BaseHead):
    r"""Class scores of frames, summed with the weights of the frames.

    .. math:: o = \sum_{t=1}^{T} \beta_t z_t, \quad z_t = W h_t + b

    and two regularisers (Song et al., 2017, regularised objective):

    .. math::
        \lambda_1 \sum_{k=1}^{K} \Bigl(1 - \frac{1}{T} \sum_t \alpha_{t,k}\Bigr)^2
        + \frac{\lambda_2}{T} \sum_t |\beta_t|

    each averaged over the batch. Sums run over frames that are not padding, and
    T is the true length. The norm of the scalar :math:`\beta_t` is its absolute
    value: the published form is not squared.

    Args:
        num_classes: Classes.
        in_channels: Units of the main LSTM, H.
        spatial_weight: :math:`\lambda_1`.
        temporal_weight: :math:`\lambda_2`.
        normalize: Whether the sum over time is divided by the true length. The
            paper sums, so its scores grow with the length of a sequence.
        std: Standard deviation of the initial weights.
        average_clips: How scores of clips become one; ``prob`` averages
            probabilities and gives probabilities for one clip too.
        topk: Ranks whose training accuracy is logged; those above the number
            of classes are left out.
        loss_cls: Loss of the scores; cross entropy by default.
        **kwargs: Further arguments of MMAction2's ``BaseHead``.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 100,
        *,
        spatial_weight: float = 0.0,
        temporal_weight: float = 0.0,
        normalize: bool = False,
        std: float = 0.1,
        average_clips: str | None = "prob",
        topk: tuple[int, ...] = (1, 5),
        loss_cls: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            num_classes,
            in_channels,
            loss_cls=loss_cls or dict(type=CrossEntropyLoss),
            average_clips=average_clips,
            topk=tuple(k for k in topk if k <= num_classes),
            **kwargs,
        )
        self.spatial_weight = spatial_weight
        self.temporal_weight = temporal_weight
        self.normalize = normalize
        self.std = std
        self.fc = nn.Linear(in_channels, num_classes)

    def init_weights(self) -> None:
        """Draw the weights from a Gaussian (Algorithm 1, step 0)."""
        _draw(self.fc, self.std)
        super().init_weights()

    def forward(self, x: Features, **kwargs: Any) -> Tensor:
        """Score the classes, ``(N, C)``."""
        weight = x.mask if x.beta is None else x.beta * x.mask  # T N
        if self.normalize:
            weight = weight / x.mask.sum(0)
        z = self.fc(x.hidden)  # T N C
        return (weight.unsqueeze(-1) * z).sum(0)

    def loss(self, feats: Features, data_samples: SampleList, **kwargs: Any) -> dict[str, Tensor]:
        """Cross entropy and the regularisers of the gates that are there."""
        losses = super().loss(feats, data_samples, **kwargs)
        if feats.alpha is not None and self.spatial_weight:
            losses["loss_spatial"] = self.spatial_weight * regularize_joints(
                feats.alpha * feats.joint_scale, feats.mask
            )
        if feats.beta is not None and self.temporal_weight:
            losses["loss_temporal"] = self.temporal_weight * regularize_frames(
                feats.beta, feats.mask
            )
        return losses


@MODELS.register_module()
class AttentionRecognizer(RecognizerGCN):
    r"""MMAction2's skeleton recognizer with an l1 norm on connection weights.

    The third regulariser, :math:`\lambda_3 \lVert W \rVert_1`, sums over the
    weight matrices (not the biases) of every sub-network that is being trained.

    Args:
        l1_weight: :math:`\lambda_3`.
        data_preprocessor: What stacks a batch; MMAction2's, which pads with zeros.
        **kwargs: Further arguments of MMAction2's ``RecognizerGCN``.
    """

    def __init__(
        self,
        *,
        l1_weight: float = 0.0,
        data_preprocessor: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            data_preprocessor=data_preprocessor or dict(type=ActionDataPreprocessor), **kwargs
        )
        self.l1_weight = l1_weight

    def loss(self, inputs: Tensor, data_samples: SampleList, **kwargs: Any) -> dict[str, Tensor]:
        """Losses of the head and the norm of the weights."""
        losses: dict[str, Tensor] = super().loss(inputs, data_samples, **kwargs)
        if self.l1_weight and (weights := self.connections()):
            norms = [weight.norm(1) for weight in weights]
            losses["loss_l1"] = self.l1_weight * torch.stack(norms).sum()
        return losses

    def connections(self) -> list[nn.Parameter]:
        """Weight matrices that are being trained."""
        return [weight for weight in self.parameters() if weight.requires_grad and weight.ndim > 1]

    def parts(self) -> dict[str, tuple[nn.Module, ...]]:
        """Sub-networks that stages of training switch on and off."""
        parts: dict[str, tuple[nn.Module, ...]] = {"main": (self.backbone.main, self.cls_head)}
        for name in ("spatial", "temporal"):
            if (module := getattr(self.backbone, name)) is not None:
                parts[name] = (module,)
        return parts

    def set_stage(self, train: tuple[str, ...], main_layers: int) -> None:
        """Train some sub-networks and freeze the others (Algorithm 1).

        Main layers that are not active are frozen too: they wait, as drawn.

        Args:
            train: Names of :meth:`parts`.
            main_layers: Active layers of the main LSTM.

        Raises:
            ValueError: There is no such part, or there are not as many layers.
        """
        parts = self.parts()
        if unknown := sorted(set(train) - set(parts)):
            raise ValueError(f"the model has no part {', '.join(unknown)}; it has {list(parts)}")
        if not 1 <= main_layers <= len(self.backbone.main):
            raise ValueError(f"{main_layers} of {len(self.backbone.main)} main layers")
        self.backbone.active_layers = main_layers
        for name, modules in parts.items():
            for module in modules:
                module.requires_grad_(name in train)
        self.backbone.main[main_layers:].requires_grad_(False)
        for weight in self.parameters():
            if not weight.requires_grad:
                weight.grad = None

    @torch.no_grad()
    def attend(self, inputs: Tensor) -> Attention:
        """Look at the gates, in evaluation mode.

        Args:
            inputs: Skeletons, ``(N, clips, M, T, V, C)``.
        """
        was_training = self.training
        self.eval()
        features = self.extract_feat(inputs)[0]
        self.train(was_training)
        alpha, beta = features.alpha, features.beta
        if alpha is not None:
            alpha = (alpha * features.mask.unsqueeze(-1)).transpose(0, 1)  # N T K
            alpha = alpha.unflatten(-1, (self.backbone.persons, self.backbone.joints))  # N T M V
        if beta is not None:
            beta = (beta * features.mask).transpose(0, 1)  # N T
        return Attention(alpha, beta)


def regularize_joints(alpha: Tensor, mask: Tensor) -> Tensor:
    r"""First regulariser, before :math:`\lambda_1`: no joint is ignored for good.

    .. math:: \sum_{k=1}^{K} \Bigl(1 - \frac{1}{T} \sum_{t=1}^{T} \alpha_{t,k}\Bigr)^2

    Args:
        alpha: Weights of joints, ``(T, N, K)``.
        mask: Frames that count, ``(T, N)``.

    Returns:
        Its mean over the batch.
    """
    mean = (alpha * mask.unsqueeze(-1)).sum(0) / mask.sum(0).unsqueeze(-1)  # N K
    return (1 - mean).square().sum(-1).mean()


def regularize_frames(beta: Tensor, mask: Tensor) -> Tensor:
    r"""Second regulariser, before :math:`\lambda_2`: weights stay bounded.

    .. math:: \frac{1}{T} \sum_{t=1}^{T} |\beta_t|

    Args:
        beta: Weights of frames, ``(T, N)``.
        mask: Frames that count, ``(T, N)``.

    Returns:
        Its mean over the batch.
    """
    return ((beta.abs() * mask).sum(0) / mask.sum(0)).mean()


def _draw(module: nn.Module, std: float) -> None:
    """Gaussian matrices and zero biases, in the order of the parameters."""
    for weight in module.parameters():
        if weight.ndim > 1:
            nn.init.normal_(weight, std=std)
        else:
            nn.init.zeros_(weight)
