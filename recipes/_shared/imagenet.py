"""2D ResNets pre-trained on ImageNet: their weights by torchvision's names, and inflated.

torchvision and timm call the layers of a plain ResNet alike. Their files differ in
what is around them: prefixes of wrappers, and counters that old files lack.
"""

import re
from collections.abc import Callable, Mapping

from mmcv.cnn import ConvModule
from torch import Tensor, nn

from harness.errors import RunError
from harness.run.checkpoints import Weights

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


def name_trunk(state: Mapping[str, Tensor], depth: int) -> Weights:
    """The trunk of a 2D ResNet from a state dict of torchvision or timm.

    Args:
        state: Their state dict.
        depth: 18, 34, 50, 101 or 152.

    Returns:
        Weights and running statistics without the classifier, by torchvision's
        names: ``conv1.weight``, ``bn1.running_mean``, ``layer2.0.conv3.weight``,
        ``layer2.0.downsample.0.weight`` (convolution), ``layer2.0.downsample.1.bias``
        (normalisation), …; convolutions are ``(C', C, H, W)``.

    Raises:
        RunError: It is of another network; the message has the file's names.
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


def inflate(
    state: Mapping[str, Tensor],
    model: nn.Module,
    reach: Callable[[nn.Conv3d], int] = lambda conv: int(conv.kernel_size[0]),
) -> Weights:
    """Fill MMAction2's 3D ResNet from a 2D one: all of its trunk, or nothing.

    A kernel over frames takes the 2D one at each of them, divided by their number
    (Carreira and Zisserman, 2017, section 2.4.1). Whatever else the network has, its
    classifier too, stays as it was initialised.

    Args:
        state: State dict of torchvision or timm.
        model: A recognizer, initialised.
        reach: Frames that a convolution's kernel adds up.

    Returns:
        A state dict of the recognizer.

    Raises:
        RunError: The file is of another network.
    """
    trunk = name_trunk(state, model.backbone.depth)
    weights = {name: x.clone() for name, x in model.state_dict().items()}
    for name, module in model.backbone.named_modules():
        if not isinstance(module, ConvModule):
            continue
        flat = re.sub(r"downsample$", "downsample.0", name)
        norm = re.sub(r"downsample$", "downsample.1", name).replace("conv", "bn")
        kernel = trunk[f"{flat}.weight"][:, :, None] / reach(module.conv)  # D C 1 H W
        place = f"backbone.{name}"
        weights[f"{place}.conv.weight"] = kernel.expand_as(module.conv.weight).clone()
        for part in NORM:
            weights[f"{place}.bn.{part}"] = trunk[f"{norm}.{part}"].clone()
    return weights


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
