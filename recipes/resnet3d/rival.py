"""How a user of MMAction2 trains a 3D ResNet from the same video files.

It begins with the configuration that MMAction2 itself ships for its ``ResNet3d``, that
of I3D, and changes what another data set and network need: files, classes, clip, crop,
depth, strides, learning rate. Weights begin as drawn, as ours do.

At the same precision the network is ours, with our head, optimizer and batch size. With
its defaults the first pooling is MMAction2's, which sees one frame of two; dropout, clipped
gradients, mirror images, batches of 8 and 8 loaders are those of its configuration.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mmengine.config import Config

from harness.errors import PlanError
from harness.records import Json
from harness.rivals import (
    VIDEO_LIST_DELIMITER,
    Rival,
    Task,
    find_stock,
    video_steps,
    write_video_list,
)

if TYPE_CHECKING:
    from harness.datasets.videos import PreparedVideos

STOCK = "recognition/i3d/i3d_imagenet-pretrained-r50_8xb8-32x2x1-100e_kinetics400-rgb.py"
STOCK_BATCH = 8 * 8  # samples a step that its learning rate is for
DEPTHS = (18, 34, 50, 101, 152)
NETWORK = "HaraResNet3d"

#: What ``ResNet3d`` must be told to be Hara's, but for the first pooling.
FORM: Json = {
    "pretrained": None,
    "pretrained2d": False,
    "conv1_kernel": (7, 7, 7),
    "conv1_stride_t": 1,
    "pool1_stride_t": 2,
    "with_pool2": False,
    "temporal_strides": (1, 2, 2, 2),
    "inflate": (1, 1, 1, 1),
    "inflate_style": "3x3x3",
}


def write_data(prepared: "PreparedVideos", task: Task) -> None:
    """Write lists of the video files as MMAction2's ``VideoDataset`` reads them.

    Args:
        prepared: The data set.
        task: What is to be trained.
    """
    for subset in ("train", "test"):
        videos = prepared.subset(task.split, subset)
        write_video_list(
            task.folder / f"{subset}.txt",
            ((prepared.file_of(video), video.label) for video in videos),
        )


def configure(task: Task) -> Json:
    """MMAction2's own configuration of ``ResNet3d``, changed for another data set.

    Raises:
        PlanError: MMAction2 has no such network.
        RunError: The installed MMAction2 comes without its configurations.
    """
    config = Config.fromfile(str(find_stock(STOCK))).to_dict()
    ours, protocol = task.config["model"], task.config["protocol"]
    config["work_dir"] = str(task.folder / "work")
    model = config["model"]
    model["backbone"].update(FORM, depth=_depth(ours["backbone"]))
    model["cls_head"].update(
        num_classes=protocol["classes"], in_channels=ours["cls_head"]["in_channels"]
    )
    steps = task.config["train_dataloader"]["dataset"]["pipeline"]
    short_side = next((step["short_side"] for step in steps if "short_side" in step), None)
    for name, subset in (("train", "train"), ("val", "test"), ("test", "test")):
        dataset = config[f"{name}_dataloader"]["dataset"]
        dataset.update(
            ann_file=str(task.folder / f"{subset}.txt"),
            data_prefix={"video": ""},
            delimiter=VIDEO_LIST_DELIMITER,
            pipeline=_see(dataset["pipeline"], protocol, short_side),
        )
    optimizer = config["optim_wrapper"]["optimizer"]
    optimizer["lr"] *= config["train_dataloader"]["batch_size"] / STOCK_BATCH
    if task.setting == "same precision":
        _equal(config, task.config)
    plain: Json = config
    return plain


def _depth(ours: Json) -> int:
    """Depth of our network, where ``ResNet3d`` can be the same.

    Raises:
        PlanError: It cannot.
    """
    kind, depth = ours["type"].rpartition(".")[2], ours["depth"]
    form = (kind, ours.get("shortcut", "B"), ours.get("frozen_stages", -1))
    if form != (NETWORK, "B", -1) or depth not in DEPTHS:
        raise PlanError(
            f"MMAction2's ResNet3d is no {kind} of depth {depth} with shortcuts "
            f"{form[1]} and {form[2]} frozen stages",
            fix=f"choose a variant of depth {', '.join(map(str, DEPTHS))} with shortcuts B, as "
            "resnet18_b, that trains all of it",
        )
    return int(depth)


def _see(pipeline: list[Json], protocol: Json, short_side: int | None) -> list[Json]:
    """Its pipeline with another decoder, clip length, size and crop."""
    opening, decoding = video_steps()
    changes: dict[str, Json] = {
        "DecordInit": {"type": opening},
        "DecordDecode": {"type": decoding},
        "SampleFrames": {
            "clip_len": protocol["clip_len"],
            "frame_interval": protocol.get("frame_interval", 1),
        },
        "MultiScaleCrop": {"input_size": protocol["crop_size"]},
        "CenterCrop": {"crop_size": protocol["crop_size"]},
        "ThreeCrop": {"crop_size": protocol["crop_size"]},
    }
    seen = [step | changes.get(step["type"], {}) for step in pipeline]
    before, *after = [step for step in seen if step["type"] == "Resize"]
    if short_side is not None:
        before["scale"] = (-1, short_side)
    for step in after:
        step["scale"] = (protocol["crop_size"], protocol["crop_size"])
    return seen


def _equal(config: Json, ours: Json) -> None:
    """Make network, optimizer and batches ours."""
    config["custom_imports"] = {"imports": ["recipes.resnet3d._rival_network"]}
    model = config["model"]
    model["backbone"]["type"] = "ResNet3dPoolingFrames"
    model["cls_head"]["dropout_ratio"] = 0.0
    for key in ("mean", "std"):
        model["data_preprocessor"][key] = ours["model"]["data_preprocessor"][key]
    config["optim_wrapper"] = {"optimizer": ours["optim_wrapper"]["optimizer"] | {"type": "SGD"}}
    loader = config["train_dataloader"]
    loader["batch_size"] = ours["train_dataloader"]["batch_size"]
    steps = ours["train_dataloader"]["dataset"]["pipeline"]
    if not any(step["type"].endswith("Flip") for step in steps):
        pipeline = loader["dataset"]["pipeline"]
        loader["dataset"]["pipeline"] = [step for step in pipeline if step["type"] != "Flip"]


RIVALS: Mapping[str, Rival] = {
    "mmaction2": Rival(
        title="MMAction2", write_data=write_data, configure=configure, translate=dict
    )
}
