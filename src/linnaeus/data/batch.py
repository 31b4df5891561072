"""What flows from the data to the network, and the legend of shapes.

B batch · N examples · K classes · C channels · H W image · D features
images_NHWC, images_BCHW   uint8, 0–255: as a person sees them
inputs_BCHW                float, normalised: as the network sees them
targets_BK                 float32 probabilities: one-hot, or soft after mix-up
logits_BK, loss_B
"""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some images on the training device, with their labels, and with their place in the training."""

    images_BCHW: Tensor
    labels_B: Tensor
    indices_B: Tensor | None = None  # places in the split, int64, on the CPU; None: made up
    epoch: int = 0  # that the batch is trained in, from 1; 0: none
