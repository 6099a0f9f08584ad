"""How a user of MMAction2 trains ST-GCN on the same data.

It begins with the configuration that MMAction2 itself ships for ST-GCN and changes
what another data set needs: annotations, classes, clip length, width, learning rate.

At the same precision the network is ours: our graph as a declared layout, our
persons, dropout and batch size. With its defaults it keeps the graph of NTU RGB+D,
which is the one of its layouts that its pipeline for 3D joints knows, two persons,
batches of 16 and no dropout; other skeletons are mapped onto NTU's 25 joints first.
"""

import pickle
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from mmengine.config import Config

from harness.errors import PlanError
from harness.records import Json
from harness.rivals import Rival, Task, find_stock
from recipes.stgcn.graph import make_skeleton

if TYPE_CHECKING:
    from harness.datasets.stored import Prepared

STOCK = "skeleton/stgcn/stgcn_8xb16-joint-u100-80e_ntu60-xsub-keypoint-3d.py"
ANNOTATIONS = "annotations.pkl"
STOCK_BATCH = 8 * 16  # samples a step that its learning rate is for
EPOCHS = 80

#: Our partition and normalisation → MMAction2's ``mode``.
MODES = {("spatial", "subset"): "spatial", ("spatial_hops", "whole"): "stgcn_spatial"}

#: For each of NTU's 25 joints the one of a layout that is nearest.
TO_NTU: Mapping[str, tuple[int, ...]] = {
    "ntu-25": tuple(range(25)),
    # Spine downwards, arms and legs in the same order; the neck and the spine's top are the
    # shoulder centre, tips and thumbs the hands.
    "kinect-20": (3, 2, 1, 0, *range(4, 20), 1, 7, 7, 11, 11),
}
#: Joints by which ``PreNormalize3D`` stands a body upright and turns it to the front: from the
#: base of the spine upwards, from the right shoulder to the left one.
AXES: Mapping[str, Mapping[str, list[int]]] = {
    "ntu-25": {"zaxis": [0, 1], "xaxis": [8, 4]},
    "kinect-20": {"zaxis": [3, 2], "xaxis": [8, 4]},
}

#: Our names of weights → theirs, as patterns.
NAMES = (
    (r"backbone\.units\.(\d+)\.gcn\.conv\.(\w+)", r"backbone.gcn.\1.gcn.conv.\2"),
    (r"backbone\.units\.(\d+)\.gcn_bn\.(\w+)", r"backbone.gcn.\1.gcn.bn.\2"),
    (r"backbone\.units\.(\d+)\.tcn\.(\w+)", r"backbone.gcn.\1.tcn.conv.\2"),
    (r"backbone\.units\.(\d+)\.tcn_bn\.(\w+)", r"backbone.gcn.\1.tcn.bn.\2"),
    (r"backbone\.units\.(\d+)\.projection\.0\.(\w+)", r"backbone.gcn.\1.residual.conv.\2"),
    (r"backbone\.units\.(\d+)\.projection\.1\.(\w+)", r"backbone.gcn.\1.residual.bn.\2"),
    (r"backbone\.importance\.(\d+)", r"backbone.gcn.\1.gcn.PA"),
)


def write_data(prepared: "Prepared", task: Task) -> None:
    """Write annotations as MMAction2's ``PoseDataset`` reads them.

    Keypoints are ``(M, T, V, C)``, float32; at MMAction2's defaults V is NTU's.

    Args:
        prepared: The data set.
        task: What is to be trained.
    """
    joints = list(TO_NTU[_layout(task)]) if task.setting == "defaults" else np.s_[:]
    names: dict[str, list[str]] = {"train": [], "test": []}
    annotations = []
    for sample in prepared.samples:
        subset = prepared.dataset.assign(task.split, sample)
        if subset not in names:
            continue
        names[subset].append(sample.id)
        frames = prepared.frames_of(sample)[:, :, joints]  # T M V C
        annotations.append(
            {
                "frame_dir": sample.id,
                "label": sample.label,
                "keypoint": np.ascontiguousarray(frames.transpose(1, 0, 2, 3)),
                "total_frames": sample.frames,
            }
        )
    content = {"split": {_split(task, name): ids for name, ids in names.items()}}
    with (task.folder / ANNOTATIONS).open("wb") as file:
        pickle.dump(content | {"annotations": annotations}, file)


def configure(task: Task) -> Json:
    """MMAction2's own configuration of ST-GCN, changed for another data set.

    Raises:
        PlanError: MMAction2 has no such network or pipeline.
        RunError: The installed MMAction2 comes without its configurations.
    """
    config = Config.fromfile(str(find_stock(STOCK))).to_dict()
    protocol, same = task.config["protocol"], task.setting == "same precision"
    if protocol["modality"] != "joint":
        raise PlanError(
            f"the modality '{protocol['modality']}' is not compared with MMAction2",
            fix="choose a variant with modality 'joint'",
        )
    config["work_dir"] = str(task.folder / "work")
    layout, ours = _layout(task), task.config["model"]["backbone"]
    config["model"]["backbone"].update(_size(ours))
    config["model"]["cls_head"].update(
        num_classes=protocol["classes"], in_channels=ours["widths"][-1]
    )
    changes: dict[str, Json] = {"UniformSampleFrames": {"clip_len": protocol["clip_len"]}}
    if same:
        config["model"]["backbone"].update(_form(ours))
        config["train_dataloader"]["batch_size"] = task.config["train_dataloader"]["batch_size"]
        changes["FormatGCNInput"] = {"num_person": protocol["persons"]}
        changes["PreNormalize3D"] = dict(AXES[layout])
    for name, subset in (("train", "train"), ("val", "test"), ("test", "test")):
        dataset = config[f"{name}_dataloader"]["dataset"]
        dataset = dataset.get("dataset", dataset)  # the training set is repeated
        dataset.update(ann_file=str(task.folder / ANNOTATIONS), split=_split(task, subset))
        for step in dataset["pipeline"]:
            step.update(changes.get(step["type"], {}))
    config["train_cfg"]["max_epochs"] = config["param_scheduler"][0]["T_max"] = EPOCHS
    optimizer = config["optim_wrapper"]["optimizer"]
    optimizer["lr"] *= config["train_dataloader"]["batch_size"] / STOCK_BATCH
    plain: Json = config
    return plain


def _layout(task: Task) -> str:
    graph = task.config["model"]["backbone"].get("graph")
    if graph is None:
        raise PlanError(
            "the variant's network is not ours, so there is nothing to compare",
            fix="choose a variant whose backbone is SpatialTemporalGCN",
        )
    layout: Any = graph["layout"]
    if not isinstance(layout, str) or layout not in TO_NTU:
        raise PlanError(
            f"the layout '{layout}' is not yet mapped onto the joints of NTU RGB+D, which is "
            "what MMAction2's pipeline knows",
            fix=f"choose a variant with layout {' or '.join(TO_NTU)}, or add it to TO_NTU and AXES",
        )
    return str(layout)


def _split(task: Task, subset: str) -> str:
    """MMAction2's name for a subset of a split, such as ``xsub_val``."""
    return f"{task.split}_{'val' if subset == 'test' else subset}"


_FORM = {"norm": "shared", "unit": "released", "stem": True, "kernel": 9}


def _size(ours: Json) -> Json:
    """Settings that make ``STGCN`` as wide and deep as our network.

    Raises:
        PlanError: It cannot be made so.
    """
    settings = {key: ours.get(key, value) for key, value in _FORM.items()}
    if settings != _FORM:
        raise PlanError(
            f"MMAction2's STGCN has no such form: {settings}",
            fix="choose a variant of the released form: normalised over all persons, with a stem",
        )
    widths, strides = ours["widths"], ours["strides"]
    steps = [width / before for before, width in pairwise((widths[0], *widths))]
    if not {*steps, *strides} <= {1, 2}:
        raise PlanError(
            f"MMAction2's STGCN keeps or doubles widths and has strides of 1 and 2, not widths "
            f"{widths} and strides {strides}",
            fix="choose a variant with such widths and strides",
        )
    return {
        "in_channels": ours.get("in_channels", 3),
        "base_channels": widths[0],
        "num_stages": 1 + len(widths),  # the stem is stage 1
        "inflate_stages": [stage for stage, step in enumerate(steps, 2) if step == 2],
        "down_stages": [stage for stage, stride in enumerate(strides, 2) if stride == 2],
    }


def _form(ours: Json) -> Json:
    """Settings that make ``STGCN`` our network in all but its size.

    Raises:
        PlanError: It cannot be made so.
    """
    graph = dict(ours["graph"])
    layout, partition = graph.pop("layout"), graph.pop("partition", "spatial")
    mode = MODES.get((partition, graph.pop("normalisation", "subset")))
    if mode is None or any(graph.values()):
        raise PlanError(
            f"MMAction2's STGCN has no graph as {ours['graph']}",
            fix="choose a variant with the spatial partition and no further settings",
        )
    return {
        "graph_cfg": {"layout": _declare(layout), "mode": mode},
        "gcn_adaptive": "importance" if ours.get("importance", True) else None,
        "tcn_dropout": ours.get("dropout", 0.0),
    }


def _declare(layout: str) -> Json:
    """A layout of ours as MMAction2 takes it: bones towards the centre."""
    skeleton = make_skeleton(layout)
    far = skeleton.hops_to_centre
    inward = [bone if far[bone[0]] > far[bone[1]] else bone[::-1] for bone in skeleton.bones]
    return {"num_node": skeleton.joints, "inward": inward, "center": skeleton.centre}


def translate(state: Mapping[str, Any]) -> dict[str, Any]:
    """Rename weights of our model to MMAction2's.

    Args:
        state: State dict of our model.
    """
    return {_their_name(name): tensor for name, tensor in state.items()}


def _their_name(name: str) -> str:
    for pattern, replacement in NAMES:
        if re.fullmatch(pattern, name):
            return re.sub(pattern, replacement, name)
    return name


RIVALS: Mapping[str, Rival] = {
    "mmaction2": Rival(
        title="MMAction2", write_data=write_data, configure=configure, translate=translate
    )
}
