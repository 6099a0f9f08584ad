"""Clips of which a run can store what the network does with them."""

from mmaction.registry import DATASETS

from harness.datasets.videos import VideoSample
from harness.run.video_loading import ClipDataset

#: Videos that are looked at after a test; all clips of all of Kinetics would fill the memory.
MOST_OBSERVED = 32


@DATASETS.register_module()
class ObservedClips(ClipDataset):
    """Videos whose first ones are shown to the recipe's ``observe.py``."""

    @property
    def samples(self) -> list[VideoSample]:
        """The first videos, in the order of the data set; no more than can be held at once."""
        return [video for video, _ in self.views[:MOST_OBSERVED]]
