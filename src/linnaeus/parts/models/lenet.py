"""LeNet-5 (LeCun et al. 1998, "Gradient-based learning applied to document recognition"): 61,706 weights at 28 px.

As it is taught: every map of the second convolution sees all maps of the first, pooling has no weights, the output
is a dense layer. An image of 28 px is padded by 2 within the first convolution, where the paper's has 32 px with a rim: from 32 px on
nothing is padded. So the maps are the paper's at both sizes, and in colour at 32 px there are 62,006 weights.

Measured, with ReLU and max pooling: recipes/mnist-lenet.toml, three seeds, test 0.9944 (0.9927–0.9957), 0.9940
(0.9923–0.9953) and 0.9941 (0.9924–0.9954), n 10,000.
"""

from torch import nn

from linnaeus.parts.models._network import Network

ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "elu": nn.ELU, "gelu": nn.GELU, "silu": nn.SiLU}
POOLINGS = {"average": nn.AvgPool2d, "max": nn.MaxPool2d}
LEAST = 12  # pixels: 12 → 6 → 2 → 1
WHOLE = 32  # pixels of the paper's images, which have their rim


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

    def convolution(width_in: int, width: int, padding: int) -> list[nn.Module]:
        if not small_kernels:
            return [nn.Conv2d(width_in, width, 5, padding=padding), active()]
        first = nn.Conv2d(width_in, width, 3, padding=padding // 2)
        return [first, active(), nn.Conv2d(width, width, 3, padding=padding // 2), active()]

    padding = 2 if image_size < WHOLE else 0
    side = ((image_size - 4 + 2 * padding) // 2 - 4) // 2  # of the maps after the second pooling; 5 at 28 and at 32 px
    fifth_layer: list[nn.Module]
    if fifth == "dense":
        fifth_layer = [nn.Flatten(), nn.Linear(16 * side * side, 120), active()]
    else:  # larger images leave several positions, which are averaged
        fifth_layer = [nn.Conv2d(16, 120, 5), active(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    features = nn.Sequential(
        *convolution(in_channels, 6, padding),
        POOLINGS[pooling](2),
        *convolution(6, 16, padding=0),
        POOLINGS[pooling](2),
        *fifth_layer,
        nn.Linear(120, 84),
        active(),
        nn.Dropout(dropout),
    )
    return Network(features, nn.Linear(84, num_classes))
