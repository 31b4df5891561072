"""LeNet-5 (LeCun et al. 1998, "Gradient-based learning applied to document recognition"): 61,706 weights at 28 px.

As it is taught: every map of the second convolution sees all maps of the first, pooling has no weights, the output
is a dense layer. An image of 28 px is padded by 2 within the first convolution, where the paper's has 32 px with a rim: from 32 px on
nothing is padded. So the maps are the paper's at both sizes, and in colour at 32 px there are 62,006 weights.

Measured, with ReLU and max pooling: recipes/mnist-lenet.toml, three seeds, test 0.9944 (0.9927–0.9957), 0.9940
(0.9923–0.9953) and 0.9941 (0.9924–0.9954), n 10,000.
"""

from torch import Tensor, nn
from torch.nn.functional import pad

from linnaeus.parts.models._network import Network

ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "elu": nn.ELU, "gelu": nn.GELU, "silu": nn.SiLU}
POOLINGS = {"average": nn.AvgPool2d, "max": nn.MaxPool2d}
LEAST = 12  # pixels: 12 → 6 → 2 → 1
WHOLE = 32  # pixels of the paper's images, which have their rim
TOGETHER = 8  # maps that a CPU's vectors hold


class Conv2d(nn.Conv2d):
    """torch's, which in training on a CPU computes its maps by eights: those too many are zero, and the next one passes over them.

    Six maps are pooled and convolved one number at a time, eight together. A step of 250 images, one thread of an AMD EPYC (AVX-512),
    with max pooling before ReLU: 82 µs an image became 81 in fp32, 73 became 62 in bf16; held to AVX2 84 became 74 (medians of 7).
    """

    def forward(self, maps_BCHW: Tensor) -> Tensor:
        more_in = maps_BCHW.shape[1] - self.in_channels
        more_out = -self.out_channels % TOGETHER if self.training and maps_BCHW.device.type == "cpu" else 0
        if not more_in and not more_out:
            return super().forward(maps_BCHW)
        weight, bias = self.weight, self.bias
        assert bias is not None
        weight = pad(weight, (0, 0, 0, 0, 0, more_in, 0, more_out))
        found: Tensor = self._conv_forward(maps_BCHW, weight, pad(bias, (0, more_out)))
        return found


def build(
    in_channels: int,
    num_classes: int,
    /,
    *,
    activation: str = "tanh",
    pooling: str = "average",
    fifth: str = "dense",
    small_kernels: bool = False,
    dropout: float = 0.0,
    image_size: int = 28,
) -> nn.Module:
    """`fifth`: the 120 units are a "dense" layer, or the "conv" of 1998: the same weights where its maps are 5 × 5.

    `activation`: tanh, relu, elu, gelu or silu; `pooling`: average or max; `small_kernels` puts two 3 × 3 convolutions, each with its
    activation, in place of each 5 × 5; `dropout` stands before the output (0: off). `image_size` (px) is filled in by the recipe.
    ValueError: an option that is none of these, or an image too small.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation {activation!r} must be one of {', '.join(ACTIVATIONS)}")
    if pooling not in POOLINGS:
        raise ValueError(f"pooling {pooling!r} must be average or max")
    if fifth not in ("dense", "conv"):
        raise ValueError(f"fifth {fifth!r} must be dense or conv")
    least = LEAST if fifth == "dense" else 28
    if image_size < least:
        raise ValueError(f"images of {image_size} px are too small: with fifth={fifth!r} the least size is {least} px")
    active = ACTIVATIONS[activation]
    is_quick = (activation, pooling) == ("relu", "max")
    conv = Conv2d if is_quick else nn.Conv2d  # eight maps of tanh cost more than they gain

    def pooled(layer: nn.Module) -> list[nn.Module]:
        if is_quick:  # the same bits, gradients too, for a quarter of the activation's work
            return [layer, nn.MaxPool2d(2), active()]
        return [layer, active(), POOLINGS[pooling](2)]

    def convolution(width_in: int, width: int, padding: int) -> list[nn.Module]:
        if not small_kernels:
            return pooled(conv(width_in, width, 5, padding=padding))
        first = conv(width_in, width, 3, padding=padding // 2)
        return [first, active(), *pooled(conv(width, width, 3, padding=padding // 2))]

    padding = 2 if image_size < WHOLE else 0
    side = ((image_size - 4 + 2 * padding) // 2 - 4) // 2  # of the maps after the second pooling; 5 at 28 and at 32 px
    fifth_layer: list[nn.Module]
    if fifth == "dense":
        fifth_layer = [nn.Flatten(), nn.Linear(16 * side * side, 120), active()]
    else:  # larger images leave several positions, which are averaged
        fifth_layer = [nn.Conv2d(16, 120, 5), active(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    features = nn.Sequential(
        *convolution(in_channels, 6, padding),
        *convolution(6, 16, padding=0),
        *fifth_layer,
        nn.Linear(120, 84),
        active(),
        nn.Dropout(dropout),
    )
    return Network(features, nn.Linear(84, num_classes))
