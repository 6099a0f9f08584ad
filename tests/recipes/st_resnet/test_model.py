"""ST-ResNet against what its paper and its authors' code say."""

import pytest
import torch
from mmaction.structures import ActionDataSample
from torch import nn
from torch.nn import functional as F

from harness.errors import PlanError, RunError
from harness.run.models import build_model, enter_scope
from recipes._shared.imagenet import list_shapes
from recipes._shared.streams import StreamHead, StreamResNet, fold
from recipes.st_resnet.model import STResNet, TemporalConv, give_weights_time
from recipes.st_resnet.weights import from_pretrained, merge_inputs

LAYERS = ("layer1", "layer2", "layer3", "layer4")


def count(module):
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.fixture(autouse=True)
def scope():
    """MMAction2's registries, and the same weights in every test."""
    enter_scope()
    torch.manual_seed(0)


def pair(**changes):
    """A network of both streams, its normalisations with statistics as of training."""
    network = STResNet(**changes)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.8, 1.2)
    return network.eval()


def from_plain(**changes):
    """Plain streams side by side, and a network that starts from them as a run does."""
    plain = pair(injection="none", temporal=False)
    network = STResNet(**changes).eval()
    state = {f"backbone.{name}": x for name, x in plain.state_dict().items()}
    merged = merge_inputs({"two_streams": state}, nn.Identity())
    network.load_state_dict({n.removeprefix("backbone."): x for n, x in merged.items()})
    return plain, network


@pytest.mark.parametrize(("classes", "total"), [(101, 58_624_394), (51, 58_419_494)])
def test_parameters_are_the_arithmetic_of_table_1(classes, total):
    """Both trunks with 3 and 20 channels, 16 temporal filters of three taps, two classifiers."""
    with torch.device("meta"):
        network = STResNet()
        head = StreamHead(classes, 2048, streams=("appearance", "motion"))
        plain = STResNet(injection="none", temporal=False)

    assert count(network) + count(head) == total
    assert count(network) - count(plain) == 2 * 5_570_560
    assert count(plain.appearance) == 23_508_032
    assert sum(isinstance(m, TemporalConv) for m in network.modules()) == 16


def test_temporal_filters_stand_in_the_second_unit_of_each_stage():
    """Both 1x1 convolutions there, and nowhere else (Table 1)."""
    with torch.device("meta"):
        network = STResNet()

    found = {n for n, m in network.named_modules() if isinstance(m, TemporalConv)}

    assert found == {
        f"{stream}.{layer}.1.conv{number}.conv"
        for stream in ("appearance", "motion")
        for layer in LAYERS
        for number in (1, 3)
    }


def test_a_temporal_filter_is_a_3x1x1_convolution():
    """With zeros before the first frame and after the last."""
    conv = TemporalConv(4, 5)
    conv.frames = 6
    x = torch.randn(2, 4, 6, 3, 2)
    wanted = F.conv3d(x, conv.weight[..., None], padding=(1, 0, 0))

    found = conv(fold(x))

    assert torch.allclose(found, fold(wanted), atol=1e-6)


def test_w_over_three_reproduces_the_2d_network_inside_25_static_frames():
    """Eq. 5: but for the frames that the zeros at both ends reach, one more with each stage."""
    plain, network = from_plain(injection="none")
    image = torch.randn(1, 23, 1, 48, 48)
    with torch.no_grad():
        wanted = plain(image)
        found = network(image.expand(-1, -1, 25, -1, -1))

    for one, other in zip(wanted, found, strict=True):
        inside = other[:, :, 8:17]  # 2 convolutions of 4 stages: 8 frames at either end
        scale = one.abs().max()
        assert (inside - one).abs().max() < 1e-4 * scale
        assert (other[:, :, 0] - one[:, :, 0]).abs().max() > 1e-2 * scale


def test_an_end_frame_begins_with_two_thirds():
    """Zeros take the place of the frame that is missing."""
    conv = TemporalConv(3, 3)
    conv.frames = 5
    flat = torch.randn(3, 3, 1, 1)
    conv.weight.data = give_weights_time(flat)
    frame = torch.randn(1, 3, 2, 2)

    found = conv(frame.expand(5, -1, -1, -1).contiguous())

    assert torch.allclose(found[1], F.conv2d(frame, flat)[0], atol=1e-6)
    assert torch.allclose(found[0], found[1] * 2 / 3, atol=1e-6)


def test_without_injection_and_time_it_is_two_plain_resnets():
    """Each stream is MMAction2's network, to the bit."""
    network = pair(injection="none", temporal=False)
    x = torch.randn(2, 23, 3, 32, 32)

    with torch.no_grad():
        appearance, motion = network(x)
        assert torch.equal(appearance, network.appearance(x[:, :3]))
        assert torch.equal(motion, network.motion(x[:, 3:]))


def silence(stream):
    """Make the first unit of each stage give nothing after its ReLU."""
    for layer in LAYERS:
        unit = getattr(stream, layer)[0]
        for norm in (unit.conv3.bn, unit.downsample.bn):
            nn.init.zeros_(norm.weight)
            nn.init.constant_(norm.bias, -1)


def run_plain(stream, x, *, read_before_relu):
    """A stream unit by unit; what the second unit's branch reads is said."""
    x = stream.maxpool(stream.conv1(fold(x)))
    for layer in LAYERS:
        first, second, *rest = getattr(stream, layer)
        total = first.conv3(first.conv2(first.conv1(x))) + first.downsample(x)
        read = total if read_before_relu else total.relu()
        x = (second.conv3(second.conv2(second.conv1(read))) + total.relu()).relu()
        for unit in rest:
            x = unit(x)
    return x


def test_with_motion_silent_appearance_is_the_plain_network():
    """Eq. 2 without f(x^m): but that the branch reads x before its ReLU, as in the code."""
    network = pair(temporal=False)
    silence(network.motion)
    x = torch.randn(1, 23, 2, 32, 32)

    with torch.no_grad():
        found = fold(network(x).appearance)
        wanted = run_plain(network.appearance, x[:, :3], read_before_relu=True)
        plain = run_plain(network.appearance, x[:, :3], read_before_relu=False)

    assert torch.allclose(found, wanted, atol=1e-5 * wanted.abs().max())
    assert torch.allclose(plain, fold(network.appearance(x[:, :3])))


def test_with_motion_silent_and_sums_above_zero_it_is_the_plain_network_exactly():
    """Where a first unit's sum is not negative, its ReLU changes nothing, and nothing differs."""
    network = pair(temporal=False).train()  # normalised by the batch: sums are around the bias
    silence(network.motion)
    for layer in LAYERS:
        nn.init.constant_(getattr(network.appearance, layer)[0].downsample.bn.bias, 30.0)
    x = torch.randn(1, 23, 2, 32, 32)

    with torch.no_grad():
        found, plain = network(x).appearance, network.appearance(x[:, :3])

    assert (found - plain).abs().max() < 1e-4 * plain.abs().max()


def test_motion_reaches_the_branch_and_not_the_shortcut():
    """With the branches of the second units silent, appearance knows nothing of motion."""
    network = pair(temporal=False)
    x, other = torch.randn(2, 1, 23, 2, 32, 32)
    other[:, :3] = x[:, :3]
    with torch.no_grad():
        assert not torch.equal(network(x).appearance, network(other).appearance)
        for layer in LAYERS:
            nn.init.zeros_(getattr(network.appearance, layer)[1].conv3.bn.weight)
        assert torch.equal(network(x).appearance, network(other).appearance)
        network.into = "unit"
        assert not torch.equal(network(x).appearance, network(other).appearance)


def test_motion_is_told_of_appearance_only_both_ways():
    """One way is from motion to appearance (Sec. 3.1)."""
    x, other = torch.randn(2, 1, 23, 2, 32, 32)
    other[:, 3:] = x[:, 3:]
    with torch.no_grad():
        for both_ways in (False, True):
            network = pair(temporal=False, both_ways=both_ways)
            told = not torch.equal(network(x).motion, network(other).motion)
            assert told == both_ways


def test_multiplied_motion_gates_appearance():
    """Without motion the branch reads zeros."""
    network = pair(temporal=False, injection="multiply")
    silence(network.motion)
    unit = network.appearance.layer1[1]
    read = []
    unit.conv1.register_forward_pre_hook(lambda _, inputs: read.append(inputs[0]))

    with torch.no_grad():
        network(torch.randn(1, 23, 2, 32, 32))

    assert not read[0].any()


def samples(labels):
    return [ActionDataSample().set_gt_label(label) for label in labels]


def test_the_loss_of_appearance_reaches_the_stream_of_motion():
    """Gradients flow through the sum, into every stage's first unit."""
    network = pair()
    head = StreamHead(5, 2048, streams=("appearance", "motion"))
    head.init_weights()

    losses = head.loss(network(torch.randn(1, 23, 2, 32, 32)), samples([3]))
    losses["loss_appearance"].backward()

    for layer in LAYERS:
        gradient = getattr(network.motion, layer)[0].conv1.conv.weight.grad
        assert gradient is not None
        assert gradient.abs().max() > 0
    assert network.motion.layer4[2].conv1.conv.weight.grad is None  # after the last sum


def test_losses_are_summed_over_frames_and_streams_and_averaged_over_videos():
    """As in the code: the sum of all cross-entropies, divided by the videos."""
    head = StreamHead(4, 6, streams=("appearance", "motion"))
    head.init_weights()
    maps = torch.randn(2, 2, 6, 5, 2, 2)  # streams N C T H W
    labels = torch.tensor([1, 3])

    losses = head.loss(tuple(maps), samples(labels.tolist()))

    for stream, x in zip(("appearance", "motion"), maps, strict=True):
        layer = getattr(head, f"fc_{stream}")
        total = sum(
            F.cross_entropy(layer(x[n, :, t].mean((1, 2)))[None], labels[n : n + 1])
            for n in range(2)
            for t in range(5)
        )
        assert torch.allclose(losses[f"loss_{stream}"], total / 2, atol=1e-5)
    assert sum(name.startswith("loss") for name in losses) == 2


def test_scores_are_averaged_before_softmax():
    """Over frames, pixels and streams, and over a clip and its mirror image (Sec. 3.4)."""
    head = StreamHead(4, 6, streams=("appearance", "motion"))
    nn.init.normal_(head.fc_appearance.weight)
    nn.init.normal_(head.fc_motion.weight)
    maps = torch.randn(2, 2, 6, 5, 2, 3)  # streams views C T H W
    layers = (head.fc_appearance, head.fc_motion)
    every = [layer(x.movedim(1, -1)) for layer, x in zip(layers, maps, strict=True)]
    wanted = torch.stack(every).mean((0, 1, 2, 3, 4)).softmax(0)

    with torch.no_grad():
        (found,) = head.predict(tuple(maps), samples([0]))

    assert torch.allclose(found.pred_score, wanted, atol=1e-5)


@pytest.mark.parametrize(("frames", "steps"), [(11, 4), (25, 11)])
def test_maxima_over_five_frames_every_second(frames, steps):
    """Of 11 frames come 4 predictions, of 25 in a test 11 (Table 1)."""
    x = torch.randn(1, 6, frames, 2, 2)
    averages = x.mean((3, 4))
    found = {}
    for pooling in ("maps", "averages"):
        head = StreamHead(6, 6, pooling=pooling)
        nn.init.eye_(head.fc_cls.weight)
        nn.init.zeros_(head.fc_cls.bias)
        found[pooling] = head.score_frames(x)["cls"]
        assert found[pooling].shape == (1, steps, 6)

    for step in range(steps):
        window = slice(2 * step, 2 * step + 5)
        assert torch.allclose(found["averages"][0, step], averages[0, :, window].amax(1))
        wanted = x[0, :, window].amax(1).mean((1, 2))
        assert torch.allclose(found["maps"][0, step], wanted)
    assert not torch.allclose(found["maps"], found["averages"])


def test_an_order_of_the_maxima_that_is_none_is_refused():
    """Neither maps nor averages."""
    with pytest.raises(PlanError, match="no pooling"):
        StreamHead(6, 6, pooling="frames")


def test_a_network_that_is_none_is_refused():
    """Nor one of units without 1x1 convolutions."""
    with torch.device("meta"):
        with pytest.raises(PlanError, match="no injection 'divide'"):
            STResNet(injection="divide")
        with pytest.raises(PlanError, match="depth 18 have no 1x1"):
            STResNet(18)


def test_it_starts_from_both_streams_and_then_from_the_stage_before():
    """Appearance and motion side by side, then w/3, then the same weights."""
    streams = {"utd_appearance": {}, "utd_motion": {}}
    for name, state in streams.items():
        state["backbone.layer1.1.conv1.conv.weight"] = torch.full((4, 8, 1, 1), len(name) * 3.0)
        state["backbone.layer1.1.conv2.conv.weight"] = torch.ones(4, 4, 3, 3)
        state["cls_head.fc_cls.bias"] = torch.ones(5)

    plain = merge_inputs(streams, nn.Identity())
    joint = merge_inputs({"utd_two_streams": plain}, nn.Identity())
    again = merge_inputs({"config": joint}, nn.Identity())

    assert "cls_head.fc_motion.bias" in plain
    name = "backbone.motion.layer1.1.conv1.conv.weight"
    assert plain[name].shape == (4, 8, 1, 1)
    assert joint[name].shape == (4, 8, 3, 1)
    assert joint[name].unique().tolist() == [10.0]
    assert torch.equal(again[name], joint[name])
    assert joint["backbone.motion.layer1.1.conv2.conv.weight"].shape == (4, 4, 3, 3)


def test_inputs_that_are_not_both_streams_are_named():
    """Two of a kind are no pair."""
    with pytest.raises(RunError, match="utd_motion, other_motion"):
        merge_inputs({"utd_motion": {}, "other_motion": {}}, nn.Identity())


def test_late_fusion_is_the_mean_of_both_streams_scores():
    """The plain pair, from both streams' weights, gives what they give alone."""
    alone = {
        name: build_model("st_resnet", f"synthetic_{name}") for name in ("appearance", "motion")
    }
    states = {f"synthetic_{name}": model.state_dict() for name, model in alone.items()}
    both = build_model("st_resnet", "synthetic_two_streams")
    both.load_state_dict(merge_inputs(states, nn.Identity()))
    x = torch.randn(1, 1, 23, 3, 32, 32)

    with torch.no_grad():
        scores = [
            alone["appearance"](x[:, :, :3], stage="head"),
            alone["motion"](x[:, :, 3:], stage="head"),
        ]
        found = both(x, stage="head")

    first = [s[0] if isinstance(s, tuple) else s for s in (*scores, found)]
    assert torch.allclose(first[2], (first[0] + first[1]) / 2, atol=1e-5)


@pytest.mark.parametrize("in_channels", [3, 20])
def test_a_stream_starts_from_imagenet_with_the_mean_of_its_colours(in_channels):
    """Every weight is the file's; conv1 of motion the mean over the colours, 20 times."""
    draw = torch.Generator().manual_seed(0)
    theirs = {name: torch.randn(x, generator=draw) for name, x in list_shapes(18).items()}
    theirs |= {"fc.weight": torch.ones(1000, 512), "fc.bias": torch.ones(1000)}
    model = nn.Module()
    model.backbone = StreamResNet(18, in_channels=in_channels)
    model.cls_head = StreamHead(5, 512)
    drawn = model.cls_head.fc_cls.weight.clone()

    model.load_state_dict(from_pretrained(theirs, model))

    conv1 = model.backbone.conv1.conv.weight
    if in_channels == 3:
        assert torch.equal(conv1, theirs["conv1.weight"])
    else:
        assert torch.allclose(conv1, theirs["conv1.weight"].mean(1, keepdim=True).expand_as(conv1))
    found = model.backbone.state_dict()
    for ours, name in (
        ("layer2.0.conv2.conv.weight", "layer2.0.conv2.weight"),
        ("layer3.0.downsample.conv.weight", "layer3.0.downsample.0.weight"),
        ("layer3.0.downsample.bn.weight", "layer3.0.downsample.1.weight"),
        ("layer4.1.conv1.bn.running_var", "layer4.1.bn1.running_var"),
    ):
        assert torch.equal(found[ours], theirs[name])
    assert torch.equal(model.cls_head.fc_cls.weight, drawn)
