"""The two streams of two-stream networks: a 2D ResNet on each frame, or each stack of flow.

Simonyan and Zisserman (2014) introduced them; ResNet-50 took the place of their network
in Feichtenhofer et al. (2016). What a stream scores by itself is here; how streams are
joined is for each recipe to say.

Legend: N clips, C channels, T frames (or stacks of flow), H x W pixels, K classes.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

import torch
from mmaction.evaluation import top_k_accuracy
from mmaction.models.backbones import ResNet
from mmaction.models.heads.base import BaseHead
from mmaction.registry import MODELS
from mmaction.utils import SampleList
from torch import Tensor, nn

from harness.errors import PlanError
from recipes._shared.imagenet import name_trunk

Pooling = Literal["maps", "averages"]

#: torchvision's names → MMAction2's, as patterns.
NAMES = (
    (r"(.*)downsample\.0\.(\w+)", r"\1downsample.conv.\2"),
    (r"(.*)downsample\.1\.(\w+)", r"\1downsample.bn.\2"),
    (r"(.*)conv(\d)\.(\w+)", r"\1conv\2.conv.\3"),
    (r"(.*)bn(\d)\.(\w+)", r"\1conv\2.bn.\3"),
)


def fold(x: Tensor) -> Tensor:
    """Frames into the batch: ``(N, C, T, H, W)`` to ``(N T, C, H, W)``.

    The channels come last in memory: convolutions on CPUs and GPUs are fastest so, and
    those over time need no copy.
    """
    folded = x.transpose(1, 2).flatten(0, 1)
    return folded.contiguous(memory_format=torch.channels_last)


def unfold(x: Tensor, frames: int) -> Tensor:
    """Frames out of the batch: ``(N T, C, H, W)`` to ``(N, C, T, H, W)``."""
    return x.unflatten(0, (-1, frames)).transpose(1, 2)


@MODELS.register_module()
class StreamResNet(ResNet):
    """MMAction2's 2D ResNet on each frame of a clip.

    Args:
        depth: 18, 34, 50, 101 or 152.
        in_channels: Channels of a frame: 3, or 2 for each field of a stack of flow.
        kwargs: Further ones of MMAction2's ``ResNet``, such as ``style``.
    """

    def __init__(self, depth: int = 50, *, in_channels: int = 3, **kwargs: Any) -> None:
        super().__init__(depth, in_channels=in_channels, **kwargs)
        self.depth = depth

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, T, H, W)`` to ``(N, C', T, H', W')``."""
        return unfold(super().forward(fold(x)), x.shape[2])

    def train(self, mode: bool = True) -> Self:
        """As of any module; MMAction2's answers nothing."""
        super().train(mode)
        return self


def start_from_imagenet(state: Mapping[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """Weights of a ResNet trained on ImageNet for a stream alone; its classifier is drawn.

    Args:
        state: State dict of torchvision's or timm's model.
        model: A recognizer with a :class:`StreamResNet`, as it is initialised.

    Returns:
        A state dictionary of the recognizer. For another number of channels than
        three, each filter of the first convolution is that of :func:`cross_modality`.

    Raises:
        RunError: The weights are of another network.
    """
    started = {name: x.clone() for name, x in model.state_dict().items()}
    for name, x in name_trunk(state, model.backbone.depth).items():
        pattern, ours = next(pair for pair in NAMES if re.fullmatch(pair[0], name))
        renamed = f"backbone.{re.sub(pattern, ours, name)}"
        started[renamed] = cross_modality(x, started[renamed].shape[1]) if x.ndim == 4 else x
    return started


def cross_modality(filters: Tensor, in_channels: int) -> Tensor:
    """Filters for colour as filters for another number of channels.

    The mean over the colours for every channel, not rescaled: with 20 channels the
    response is 20/3 of the former, which the batch normalisation takes away.

    Args:
        filters: ``(C', 3, H, W)``.
        in_channels: C; for 3 the filters stay as they are.
    """
    if in_channels == filters.shape[1]:
        return filters
    return filters.mean(1, keepdim=True).repeat(1, in_channels, 1, 1)


@MODELS.register_module()
class StreamHead(BaseHead):
    """Scores each frame by each stream; the mean of all is the sample's.

    Training adds the cross-entropies of all frames and streams and divides by the
    number of clips, as the code of Feichtenhofer et al. (2016) does. In tests scores
    before softmax are averaged over pixels, frames, streams and views (Sec. 3.4);
    what is given out is the softmax of that mean.

    Args:
        num_classes: K.
        in_channels: Channels of a stream's maps.
        streams: Names of the streams, in the order of the maps; a layer ``fc_NAME`` each.
        pooling: Whether there is max pooling over five frames, every second: of
            ``maps``, before the average over pixels, as released; or of ``averages``,
            after it, as printed.
        dropout_ratio: Share of the averages that is dropped in training.
        init_std: Standard deviation of the layers' first weights; biases are zero.
        kwargs: Further ones of MMAction2's ``BaseHead``.

    Raises:
        PlanError: There is no such pooling.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int,
        *,
        streams: Sequence[str] = ("cls",),
        pooling: Pooling | None = None,
        dropout_ratio: float = 0.0,
        init_std: float = 0.01,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_classes, in_channels, average_clips="score", **kwargs)
        if pooling not in (None, "maps", "averages"):
            raise PlanError(
                f"there is no pooling over time of '{pooling}'",
                fix="choose maps or averages, or None",
            )
        self.streams, self.pooling, self.init_std = tuple(streams), pooling, init_std
        self.pool_time = nn.MaxPool3d((5, 1, 1), stride=(2, 1, 1))
        self.dropout = nn.Dropout(dropout_ratio)
        for stream in self.streams:
            setattr(self, f"fc_{stream}", nn.Linear(in_channels, num_classes))

    def init_weights(self) -> None:
        """Draw the layers' weights."""
        for stream in self.streams:
            layer = getattr(self, f"fc_{stream}")
            nn.init.normal_(layer.weight, std=self.init_std)
            nn.init.zeros_(layer.bias)

    def score_frames(self, maps: Tensor | Sequence[Tensor]) -> dict[str, Tensor]:
        """Scores of every frame before softmax, ``(N, T', K)`` for each stream.

        Args:
            maps: ``(N, C, T, H, W)``, of the one stream or of each.
        """
        every = [maps] if isinstance(maps, Tensor) else maps
        return {
            stream: getattr(self, f"fc_{stream}")(self.dropout(self._average(x)))
            for stream, x in zip(self.streams, every, strict=True)
        }

    def _average(self, x: Tensor) -> Tensor:
        """Maps to features of frames, ``(N, T', C)``."""
        if self.pooling == "maps":
            x = self.pool_time(x)
        x = x.mean((3, 4), keepdim=True)  # N C T 1 1
        if self.pooling == "averages":
            x = self.pool_time(x)
        return x.flatten(2).transpose(1, 2)

    def forward(self, maps: Tensor | Sequence[Tensor], **_: Any) -> Tensor:
        """Scores before softmax, ``(N, K)``."""
        frames = self.score_frames(maps)
        return torch.stack([scores.mean(1) for scores in frames.values()]).mean(0)

    def loss(
        self, feats: Tensor | Sequence[Tensor], data_samples: SampleList, **_: Any
    ) -> dict[str, Tensor]:
        """A cross-entropy for each stream, summed over frames and averaged over clips."""
        frames = self.score_frames(feats)
        labels = torch.stack([sample.gt_label for sample in data_samples]).flatten()
        labels = labels.to(next(iter(frames.values())).device)
        mean = torch.stack([scores.detach().mean(1) for scores in frames.values()]).mean(0)
        (top1,) = top_k_accuracy(mean.cpu().numpy(), labels.cpu().numpy(), (1,))
        losses = {"top1_acc": mean.new_tensor(top1)}
        for stream, scores in frames.items():
            steps = scores.shape[1]
            every = self.loss_cls(scores.flatten(0, 1), labels.repeat_interleave(steps))
            losses[f"loss_{stream}"] = steps * every
        return losses

    def average_clip(self, cls_scores: Tensor, num_segs: int = 1) -> Tensor:
        """Class probabilities of the scores' mean over the views, ``(N, K)``."""
        mean: Tensor = super().average_clip(cls_scores, num_segs=num_segs)
        return mean.softmax(-1)
