"""L2 on chosen weights, strength · Σ w², as Keras's `kernel_regularizer=l2(strength)`: `cross_entropy + l2(0.0001)`.

Other than an optimizer's weight decay it is part of the loss: it is seen in the curve, it passes through momentum and through
Adam's scaling, and SAM climbs on it. With plain SGD it is a weight decay of twice the strength.
"""

from linnaeus.parts.losses._of_weights import OfWeights, of_weights


def build(*, strength: float = 0.0001, match: str = "") -> OfWeights:
    """`strength` is the factor; `match` a regular expression that is looked for in a weight's name, as in "conv|head"; empty: all weights.

    Norms, biases and other vectors are left alone. ValueError: `strength` is negative, or `match` is no regular expression.
    """
    return of_weights(strength, match, lambda weight: weight.square().sum())
