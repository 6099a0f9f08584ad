"""Transforms of MMAction2 that give the same and take a fraction of the time.

MMAction2 looks at a sequence frame by frame in Python; here NumPy looks at it at once.
"""

from typing import Any

import numpy as np
from mmaction.datasets.transforms import PreNormalize3D, UniformSampleFrames
from mmaction.registry import TRANSFORMS

_NOTHING = 1e-8  # as numpy.isclose has it for zero


@TRANSFORMS.register_module()
class SwiftPreNormalize3D(PreNormalize3D):
    """MMAction2's ``PreNormalize3D`` of one or two persons, in float32."""

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Drop frames without the first person, centre and turn ``keypoint``."""
        skeleton = results["keypoint"]
        if skeleton.sum() == 0:
            return results
        there = (np.abs(skeleton) > _NOTHING).any((2, 3))  # M T
        if len(skeleton) == 2 and there[0].sum() < there[1].sum():
            skeleton, there = skeleton[::-1], there[::-1]
        if not there[0].all():
            skeleton = skeleton[:, there[0]]
        first = skeleton[0, 0]
        centre = first[1 if len(first) == 25 else -1].copy()
        results["body_center"], results["total_frames"] = centre, skeleton.shape[1]
        seen = skeleton.any(-1, keepdims=True)
        if self.align_center:
            skeleton = (skeleton - centre) * seen
        turn = np.eye(3)
        for (start, end), axis, wanted in (
            (self.zaxis, [0, 0, 1], self.align_spine),
            (self.xaxis[::-1], [1, 0, 0], self.align_shoulder),
        ):
            if wanted:
                bone = turn @ (skeleton[0, 0, end] - skeleton[0, 0, start])
                angle = self.angle_between(bone, axis)
                turn = self.rotation_matrix(np.cross(bone, axis), angle) @ turn
        results["keypoint"] = skeleton @ turn.T.astype(np.float32)
        return results


@TRANSFORMS.register_module()
class SwiftUniformSampleFrames(UniformSampleFrames):
    """MMAction2's ``UniformSampleFrames``, of which the drawn frames are all that matters."""

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Draw ``frame_inds``."""
        frames = results["total_frames"]
        draw = self._get_test_clips if self.test_mode else self._get_train_clips
        drawn = np.mod(draw(frames, self.clip_len), frames) + results.get("start_index", 0)
        facts = {"clip_len": self.clip_len, "frame_interval": None, "num_clips": self.num_clips}
        return results | facts | {"frame_inds": drawn.astype(np.int32)}
