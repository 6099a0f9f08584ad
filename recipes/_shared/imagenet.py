"""2D ResNets pre-trained on ImageNet, from a file: the weights by torchvision's names.

torchvision and timm call the layers of a plain ResNet alike. Their files differ in
what is around them: prefixes of wrappers, and counters that old files lack. How the
2D weights fill a network of another shape is for each recipe to say.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from harness.errors import RunError
from harness.run.checkpoints import Weights, read_weights

#: Depth → blocks of each stage, and convolutions of a block.
NETWORKS = {
    18: ((2, 2, 2, 2), 2),
    34: ((3, 4, 6, 3), 2),
    50: ((3, 4, 6, 3), 3),
    101: ((3, 4, 23, 3), 3),
    152: ((3, 8, 36, 3), 3),
}
PREFIX = re.compile(r"^(?:module\.|model\.|backbone\.)+")  # of DataParallel, EMA and MMEngine
CLASSIFIER = "fc."
COUNTER = "num_batches_tracked"  # not in files of before PyTorch 0.4.1, and without effect
NORM = ("weight", "bias", "running_mean", "running_var")
_FIX = "give torchvision's or timm's plain 2D ResNet-{depth}, pre-trained on ImageNet"


def read_resnet(path: Path, depth: int) -> Weights:
    """The trunk of a 2D ResNet from a file of torchvision or timm.

    Args:
        path: File with a state dict, alone or in a training checkpoint.
        depth: 18, 34, 50, 101 or 152.

    Returns:
        Weights and running statistics without the classifier, by torchvision's
        names: ``conv1.weight``, ``bn1.running_mean``, ``layer2.0.conv3.weight``,
        ``layer2.0.downsample.0.weight`` (convolution), ``layer2.0.downsample.1.bias``
        (normalisation), …; convolutions are ``(C', C, H, W)``.

    Raises:
        RunError: The file cannot be read, or holds another network; the message has
            the file's names.
    """
    try:
        return name_trunk(read_weights(path), depth)
    except RunError as error:
        raise RunError(f"{path}: {error.problem}", fix=error.fix) from error


def name_trunk(state: Mapping[str, Tensor], depth: int) -> Weights:
    """The trunk of a 2D ResNet from a state dict, as :func:`read_resnet` gives it.

    Raises:
        RunError: It is of another network.
    """
    fix = _FIX.format(depth=depth)
    found = {PREFIX.sub("", name): tensor for name, tensor in state.items()}
    trunk = {
        name: tensor
        for name, tensor in found.items()
        if not name.startswith(CLASSIFIER) and not name.endswith(COUNTER)
    }
    wanted = list_shapes(depth)
    if strange := next((name for name in trunk if name not in wanted), None):
        raise RunError(f"tensor '{strange}' is not of a 2D ResNet-{depth}", fix=fix)
    for name, shape in wanted.items():
        if name not in trunk:
            raise RunError(f"tensor '{name}' of a 2D ResNet-{depth} is missing", fix=fix)
        if tuple(trunk[name].shape) != shape:
            raise RunError(
                f"tensor '{name}' is {tuple(trunk[name].shape)} instead of {shape}", fix=fix
            )
    return {name: trunk[name] for name in wanted}


def list_shapes(depth: int) -> dict[str, tuple[int, ...]]:
    """Tensors of a 2D ResNet's trunk by torchvision's names, in its order."""
    stages, convs = NETWORKS[depth]
    shapes = _conv_and_norm("conv1", "bn1", (64, 3, 7, 7))
    inplanes = 64
    for stage, blocks in enumerate(stages):
        planes = 64 * 2**stage
        out = planes * (4 if convs == 3 else 1)
        for block in range(blocks):
            place = f"layer{stage + 1}.{block}"
            sides = (1, 3, 1) if convs == 3 else (3, 3)
            widths = (inplanes, planes, planes, out)[: convs + 1]
            for number, side in enumerate(sides):
                shape = (widths[number + 1], widths[number], side, side)
                shapes |= _conv_and_norm(
                    f"{place}.conv{number + 1}", f"{place}.bn{number + 1}", shape
                )
            if inplanes != out:
                skip = f"{place}.downsample"
                shapes |= _conv_and_norm(f"{skip}.0", f"{skip}.1", (out, inplanes, 1, 1))
            inplanes = out
    return shapes


def _conv_and_norm(conv: str, norm: str, shape: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    return {f"{conv}.weight": shape} | {f"{norm}.{name}": shape[:1] for name in NORM}
