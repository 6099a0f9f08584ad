"""Variants against each other, against their protocols, and against MMAction2's own files."""

from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from mmengine.config import Config

from harness.catalog import load_recipe
from harness.forms import is_fusion
from harness.openmm import repair
from harness.plan import load_config

repair()

import mmaction.models  # noqa: E402, F401  isort: skip  (fills the registries)

from mmaction.models.heads import GCNHead  # noqa: E402
from mmaction.registry import MODELS  # noqa: E402

from harness.run.models import enter_scope, read_config  # noqa: E402
from recipes.stgcn.graph import LAYOUTS, make_skeleton  # noqa: E402

RECIPE = load_recipe("stgcn")
CONFIGS = {variant: load_config(RECIPE, variant) for variant in RECIPE.variants}
TRAINED = sorted(variant for variant, config in CONFIGS.items() if not is_fusion(config))
FUSED = sorted(variant for variant, config in CONFIGS.items() if is_fusion(config))
LOADERS = ("train_dataloader", "val_dataloader", "test_dataloader")
ZOO = Path(find_spec("mmaction").origin).parent / ".mim" / "configs" / "skeleton" / "stgcn"
ZOO_STREAMS = {
    "zoo_ntu_joint": "joint",
    "zoo_ntu_bone": "bone",
    "zoo_ntu_joint_motion": "joint-motion",
    "zoo_ntu_bone_motion": "bone-motion",
}

GRAPH = "model.backbone.graph"
PARTITION = f"{GRAPH}.partition"
NORMALISATION = f"{GRAPH}.normalisation"
IMPORTANCE = "model.backbone.importance"
MODALITY = "protocol.modality"
RATE, STEPS = "optim_wrapper.optimizer.lr", "param_scheduler.0.milestones"
EARLY = {PARTITION, NORMALISATION} | {f"model.backbone.{key}" for key in ("norm", "unit", "init")}
EARLY |= {"model.cls_head.init_cfg.std"}
PRINTED = {PARTITION, NORMALISATION, f"{GRAPH}.alpha", RATE, STEPS}
PRINTED |= {"model.backbone.stem", "model.backbone.init", "model.cls_head.init_cfg"}
PRINTED |= {f"model.cls_head.init_cfg.{key}" for key in ("type", "layer", "std")}


def flatten(value: Any, place: str = "") -> dict[str, Any]:
    """Leaves of a configuration by dotted key; pipelines stay whole."""
    if isinstance(value, list) and place.endswith(("pipeline", "milestones", "widths", "strides")):
        return {place: value}
    if isinstance(value, dict | list) and value:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        found: dict[str, Any] = {}
        for key, item in items:
            found |= flatten(item, f"{place}.{key}".lstrip("."))
        return found
    return {place: value}


def differences(one: str, other: str) -> set[str]:
    """Keys whose values differ, apart from what only explains the variant."""
    first, second = (
        flatten({k: v for k, v in CONFIGS[name].items() if k not in ("choices", "departures")})
        for name in (one, other)
    )
    absent = object()
    keys = {k for k in first | second if first.get(k, absent) != second.get(k, absent)}
    return {key.replace("dataloader.dataset.pipeline", "pipeline") for key in keys}


def pipeline(variant: str, loader: str) -> list[dict[str, Any]]:
    return CONFIGS[variant][loader]["dataset"]["pipeline"]


def find(transforms: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """The one transform of a class, by the class's name."""
    found = [transform for transform in transforms if class_of(transform) == name]
    assert len(found) <= 1
    return found[0] if found else None


def class_of(part: dict[str, Any]) -> str:
    return part["type"].rpartition(".")[2]


def plain(part: Any) -> Any:
    """A part with the bare names of its classes, and without values that are the default."""
    if isinstance(part, list | tuple):
        return [plain(item) for item in part]
    if not isinstance(part, dict):
        return part
    part = {key: plain(value) for key, value in part.items()}
    if "type" in part:
        part["type"] = class_of(part)
    if part.get("type") == "UniformSampleFrames" and part.get("num_clips") == 1:
        part.pop("num_clips")  # the default
    if part.get("type") == "PackActionInputs":
        part.pop("meta_keys", None)  # by which our records know a sample
    return part


def read_zoo(stream: str) -> dict[str, Any]:
    """MMAction2's own configuration of a stream."""
    return Config.fromfile(
        ZOO / f"stgcn_8xb16-{stream}-u100-80e_ntu60-xsub-keypoint-3d.py"
    ).to_dict()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("early_kinetics_spatial", "early_kinetics", {IMPORTANCE}),
        ("early_kinetics_distance", "early_kinetics_spatial", {PARTITION}),
        ("early_kinetics_distance_tied", "early_kinetics_spatial", {PARTITION}),
        ("early_kinetics_uniform", "early_kinetics_spatial", {PARTITION}),
        ("utd_spatial", "config", {IMPORTANCE}),
        ("utd_distance", "utd_spatial", {PARTITION}),
        ("utd_distance_tied", "utd_spatial", {PARTITION}),
        ("utd_uniform", "utd_spatial", {PARTITION}),
        ("released_ntu_distance", "released_ntu", {PARTITION}),
        ("released_ntu_uniform", "released_ntu", {PARTITION}),
        ("early_ntu", "released_ntu", EARLY),
        ("early_kinetics", "released_kinetics", EARLY | {"train_cfg.max_epochs"}),
        ("printed_ntu", "released_ntu", PRINTED),
        (
            "printed_kinetics",
            "released_kinetics",
            PRINTED
            | {"model.backbone.dropout"}
            | {f"{subset}_pipeline" for subset in ("train", "val", "test")},
        ),
    ],
)
def test_variants_of_a_pair_differ_in_what_they_say(one, other, expected):
    """And in no other setting of network, training, data or protocol."""
    assert differences(one, other) == expected


@pytest.mark.parametrize(
    ("variant", "modality", "added"),
    [
        ("utd_bone", "bone", ["ToBones"]),
        ("utd_joint_motion", "joint-motion", ["ToMotions"]),
        ("utd_bone_motion", "bone-motion", ["ToBones", "ToMotions"]),
    ],
)
def test_streams_of_utd_differ_in_what_they_see(variant, modality, added):
    """The modality, and its transforms once in each of the three pipelines, at full rate."""
    expected = {MODALITY} | {f"{subset}_pipeline" for subset in ("train", "val", "test")}

    assert differences(variant, "config") == expected
    assert CONFIGS[variant]["protocol"]["modality"] == modality
    for loader in LOADERS:
        centring, *rest = pipeline("config", loader)
        seen = pipeline(variant, loader)
        assert [seen[0], *seen[1 + len(added) :]] == [centring, *rest]
        assert [class_of(transform) for transform in seen[1 : 1 + len(added)]] == added


@pytest.mark.parametrize("variant", sorted(set(ZOO_STREAMS) - {"zoo_ntu_joint"}))
def test_streams_of_the_zoo_differ_in_what_they_see(variant):
    """The modality, and one feature in each of the three pipelines."""
    feature = "".join(word[0] for word in ZOO_STREAMS[variant].split("-"))  # b, jm, bm
    expected = {MODALITY} | {f"{subset}_pipeline" for subset in ("train", "val", "test")}

    assert differences(variant, "zoo_ntu_joint") == expected
    for loader in LOADERS:
        joints = [dict(transform) for transform in pipeline("zoo_ntu_joint", loader)]
        find(joints, "GenSkeFeat")["feats"] = [feature]
        assert pipeline(variant, loader) == joints


def test_mmaction2s_network_on_utd_differs_from_ours_in_the_network_alone():
    """Same data, same training; the body of another project's code and its first weights."""
    assert {key.partition(".")[0] for key in differences("utd_zoo", "config")} == {"model"}
    graph = CONFIGS["utd_zoo"]["model"]["backbone"]["graph_cfg"]
    skeleton = LAYOUTS["kinect-20"]

    assert {tuple(bone) for bone in graph["layout"]["inward"]} == set(skeleton.bones)
    assert graph["layout"]["num_node"] == skeleton.joints
    assert graph["layout"]["center"] == skeleton.centre
    dropout = CONFIGS["config"]["model"]["backbone"]["dropout"]
    assert CONFIGS["utd_zoo"]["model"]["backbone"].get("tcn_dropout", 0.0) == dropout


@pytest.mark.parametrize("variant", TRAINED)
def test_loaders_read_the_protocols_data(variant):
    """Training on the training part, the reported number from the test part, no third set."""
    config = CONFIGS[variant]
    data = {loader: config[loader]["dataset"] for loader in LOADERS}

    assert {part["dataset"] for part in data.values()} == {config["protocol"]["dataset"]}
    assert {part["split"] for part in data.values()} == {config["splits"][0]}
    assert data["train_dataloader"]["subset"] == "train"
    assert data["test_dataloader"]["subset"] == "test"
    assert data["val_dataloader"]["subset"] in ("val", "test")
    assert config["train_dataloader"]["sampler"]["shuffle"]
    assert not config["test_dataloader"]["sampler"]["shuffle"]
    assert not config["test_dataloader"].get("drop_last", False)


@pytest.mark.parametrize("variant", TRAINED)
def test_pipelines_are_those_of_the_protocol(variant):
    """Frames, clips and persons of a test sample; sampling at a test draws nothing."""
    protocol = CONFIGS[variant]["protocol"]
    transforms = pipeline(variant, "test_dataloader")
    padding, sampling = find(transforms, "PadFrames"), find(transforms, "UniformSampleFrames")

    assert (padding is None) != (sampling is None)
    if padding:
        assert padding["frames"] == protocol["clip_len"]
        assert protocol.get("num_clips", 1) == 1
    if sampling:
        assert sampling["clip_len"] == protocol["clip_len"]
        assert sampling.get("num_clips", 1) == protocol.get("num_clips", 1)
        assert sampling["test_mode"]
    for loader in LOADERS:
        packing = find(pipeline(variant, loader), "FormatGCNInput")
        assert packing["num_person"] == protocol["persons"]
    for loader in LOADERS[1:]:
        random = {"RandomMove", "RandomWindow"}
        assert not random & {class_of(transform) for transform in pipeline(variant, loader)}


@pytest.mark.parametrize("variant", TRAINED)
def test_networks_fit_the_protocol(variant):
    """Classes of the head, joints of the graph, persons of the statistics."""
    config = CONFIGS[variant]
    protocol, backbone = config["protocol"], config["model"]["backbone"]

    assert config["model"]["cls_head"]["num_classes"] == protocol["classes"]
    if class_of(backbone) == "SpatialTemporalGCN":
        assert make_skeleton(backbone["graph"]["layout"]).joints == protocol["joints"]
        assert backbone["persons"] == protocol["persons"]
        assert config["model"]["cls_head"]["in_channels"] == backbone["widths"][-1]
    for loader in LOADERS:
        if bones := find(pipeline(variant, loader), "ToBones"):
            assert bones["layout"] == CONFIGS["config"]["model"]["backbone"]["graph"]["layout"]


@pytest.mark.parametrize("variant", TRAINED)
def test_schedules_end_with_the_training(variant):
    """A cosine ends at the last epoch; no step comes after it."""
    config = CONFIGS[variant]
    epochs = config["train_cfg"]["max_epochs"]

    for schedule in config["param_scheduler"]:
        assert schedule["by_epoch"]
        if "T_max" in schedule:
            assert schedule["T_max"] == epochs
        else:
            assert max(schedule["milestones"]) <= epochs
            assert schedule["gamma"] == 0.1


@pytest.mark.parametrize(
    ("variant", "epochs", "batch", "rate", "steps", "decay", "dropout"),
    [
        ("released_ntu", 80, 64, 0.1, [10, 50], 1e-4, 0.5),
        ("released_kinetics", 50, 256, 0.1, [20, 30, 40, 50], 1e-4, 0.0),
        ("early_ntu", 80, 64, 0.1, [10, 50], 1e-4, 0.5),
        ("early_kinetics", 60, 256, 0.1, [20, 30, 40, 50], 1e-4, 0.0),
        ("printed_ntu", 80, 64, 0.01, [10, 20, 30, 40, 50, 60, 70], 1e-4, 0.5),
        ("printed_kinetics", 50, 256, 0.01, [10, 20, 30, 40], 1e-4, 0.5),
        ("pyskl_ntu", 80, 128, 0.1, [10, 50], 1e-4, 0.5),
    ],
)
def test_training_is_that_of_its_source(variant, epochs, batch, rate, steps, decay, dropout):
    """Epochs, batch, learning rate and its steps, weight decay and dropout; SGD, 0.9."""
    config = CONFIGS[variant]
    optimizer, backbone = config["optim_wrapper"]["optimizer"], config["model"]["backbone"]

    assert config["train_cfg"]["max_epochs"] == epochs
    assert config["train_dataloader"]["batch_size"] == batch
    assert (optimizer["lr"], optimizer["weight_decay"]) == (rate, decay)
    assert (class_of(optimizer), optimizer["momentum"]) == ("SGD", 0.9)
    assert optimizer["nesterov"] == (variant != "pyskl_ntu")
    assert config["param_scheduler"][0]["milestones"] == steps
    assert backbone.get("dropout", backbone.get("tcn_dropout")) == dropout


def test_moves_and_windows_are_for_training_on_kinetics_alone():
    """Windows of 150 of 300 frames, then the moves; nothing of it for NTU."""
    for variant in TRAINED:
        names = [class_of(transform) for transform in pipeline(variant, "train_dataloader")]
        if CONFIGS[variant]["protocol"]["dataset"] == "kinetics_skeleton":
            assert names[1:4] == ["PadFrames", "RandomWindow", "RandomMove"]
            window = find(pipeline(variant, "train_dataloader"), "RandomWindow")
            assert window["frames"] == 150
        else:
            assert not {"RandomWindow", "RandomMove"} & set(names)


def test_who_is_looked_at_is_as_in_the_source():
    """Two bodies: the first, the surest of each frame, or the surest of the clip as printed."""
    for variant in TRAINED:
        first = plain(pipeline(variant, "test_dataloader")[0])
        dataset = CONFIGS[variant]["protocol"]["dataset"]
        is_ours = CONFIGS[variant]["model"]["backbone"]["type"].endswith("SpatialTemporalGCN")
        if dataset == "kinetics_skeleton":
            over = "clip" if variant == "printed_kinetics" else "frame"
            assert first == {"type": "SurestBodies", "count": 2, "over": over}
        elif dataset == "ntu60" and is_ours:
            assert first == {"type": "FirstBodies", "count": 2}


def test_the_printed_kinetics_variant_replays():
    """Where the released code pads with zeros, in all three pipelines."""
    for loader in LOADERS:
        assert find(pipeline("printed_kinetics", loader), "PadFrames")["mode"] == "replay"
        assert "mode" not in find(pipeline("released_kinetics", loader), "PadFrames")


@pytest.mark.parametrize("variant", ZOO_STREAMS)
def test_the_zoos_pipelines_are_in_its_wheel(variant):
    """Of training, monitoring and testing, transform by transform.

    Its annotation file has one or two persons already, by the rules that ours begin with.
    """
    theirs, ours = read_zoo(ZOO_STREAMS[variant]), CONFIGS[variant]
    their_train = theirs["train_dataloader"]["dataset"]["dataset"]

    first, *others = plain(pipeline(variant, "train_dataloader"))
    assert first == {"type": "MovingBodies"}
    assert others == plain(their_train["pipeline"])
    for loader in LOADERS[1:]:
        first, *others = plain(pipeline(variant, loader))
        assert first == {"type": "MovingBodies"}
        assert others == plain(theirs[loader]["dataset"]["pipeline"])
    clips = find(theirs["test_dataloader"]["dataset"]["pipeline"], "UniformSampleFrames")
    assert ours["protocol"]["num_clips"] == clips["num_clips"] == 10
    assert ours["protocol"]["clip_len"] == clips["clip_len"] == 100


@pytest.mark.parametrize("variant", ZOO_STREAMS)
def test_the_zoos_training_is_in_its_wheel(variant):
    """Optimiser and schedule; as many passes and as large batches over all its devices."""
    theirs, ours = read_zoo(ZOO_STREAMS[variant]), CONFIGS[variant]
    repeats = theirs["train_dataloader"]["dataset"]["times"]
    (their_schedule,), (schedule,) = theirs["param_scheduler"], ours["param_scheduler"]

    assert plain(ours["optim_wrapper"]) == plain(theirs["optim_wrapper"])
    assert ours["train_cfg"]["max_epochs"] == theirs["train_cfg"]["max_epochs"] * repeats == 80
    assert plain(schedule) == plain(their_schedule) | {"T_max": their_schedule["T_max"] * repeats}
    batch = theirs["train_dataloader"]["batch_size"] * 8
    assert ours["train_dataloader"]["batch_size"] == batch
    assert batch == theirs["auto_scale_lr"]["base_batch_size"]
    assert not ours["train_dataloader"]["drop_last"]


@pytest.mark.parametrize("variant", ZOO_STREAMS)
def test_the_zoos_network_is_in_its_wheel(variant):
    """What the wheel says is in ours; what ours adds is the default of its class."""
    theirs, ours = read_zoo(ZOO_STREAMS[variant])["model"], CONFIGS[variant]["model"]
    head, their_head = plain(ours["cls_head"]), plain(theirs["cls_head"])
    defaults = signature(GCNHead).parameters

    assert plain(ours["backbone"]) == plain(theirs["backbone"])
    assert head | their_head == head
    for key in set(head) - set(their_head):
        assert head[key] == plain(defaults[key].default)
    assert class_of(ours) == class_of(theirs)


def test_the_zoos_network_is_built_alike():
    """Layer by layer, and with the same first weights of the head."""
    enter_scope()
    ours = MODELS.build(read_config(RECIPE.variant_file("zoo_ntu_joint")).model)
    theirs = MODELS.build(Config(read_zoo("joint")).model)

    assert str(ours) == str(theirs)
    assert ours.cls_head.init_cfg == theirs.cls_head.init_cfg
    assert ours.cls_head.average_clips == theirs.cls_head.average_clips


@pytest.mark.parametrize("variant", FUSED)
def test_streams_are_weighed_as_the_zoo_does(variant):
    """Two streams 1 : 1; four 2 : 2 : 1 : 1, joints and bones before their motions."""
    weights = CONFIGS[variant]["fusion"]
    modalities = {
        CONFIGS[stream]["protocol"]["modality"]: weight for stream, weight in weights.items()
    }

    two = {"joint": 1, "bone": 1}
    four = {"joint": 2, "bone": 2, "joint-motion": 1, "bone-motion": 1}
    assert modalities == (two if variant.endswith("two_stream") else four)


def test_each_variant_that_trains_is_tested_here():
    """The families that the tests above go through are the recipe's."""
    families = {"config", "sbu", "synthetic"}
    known = ("early_", "printed_", "pyskl_", "released_", "utd_", "zoo_")

    strange = {v for v in RECIPE.variants if v not in families and not v.startswith(known)}

    assert strange == set()
    assert set(FUSED) == {
        *("utd_two_stream", "utd_four_stream", "zoo_ntu_two_stream", "zoo_ntu_four_stream")
    }
