"""What `linnaeus parts models NAME` tells of a network."""

from collections.abc import Sequence

from linnaeus.recipe import trusted
from linnaeus.recipe.spec import parse
from linnaeus.record.measurements import NetworkFacts


def model_facts(model: str, *, channels: int = 3, classes: int = 10, sizes: Sequence[int] = (32, 224)) -> NetworkFacts:
    """What a network is: at each of `sizes` its weights, multiply-accumulates and layers, or in `faults` why it is too small.

    >>> linnaeus.model_facts("resnet(depth=20)", sizes=[32]).sizes[32].parameters
    272474

    Args:
        model: such as "resnet(depth=20)".
        channels: of the images: 1, 3 or 4.
        classes: of the head.
        sizes: sides of the images, in pixels.

    Returns:
        Weights, multiply-accumulates and layers by the side of the images, as `NetworkFacts`.

    Raises:
        UnknownName, RecipeError: options that the model does not have or take, or no size that it can take.
    """
    from linnaeus.training import layers

    trusted.trust_named([model])
    return layers.facts(parse(model), channels, classes, sizes)
