"""How pixels become inputs: the words of the recipe's `normalise`."""

import math
import re

from linnaeus.errors import RecipeError

Normalisation = tuple[tuple[float, ...], tuple[float, ...]]  # means and standard deviations, on the scale 0-1

AUTO, IMAGENET = "auto", "imagenet"
# with which most published weights were trained
OF_IMAGENET: Normalisation = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def normalisation(text: str) -> Normalisation | None:
    """Means and standard deviations, a number a channel or one for all; None for "auto", which depends on weights and images.

    Raises:
        RecipeError: neither a word nor numbers, `"0.5 0.5 0.4 / 0.2 0.2 0.2"`; or a standard deviation that is not above 0.
    """
    if text == AUTO:
        return None
    if text == IMAGENET:
        return OF_IMAGENET
    sides = [[_number(word) for word in re.split(r"[\s,]+", side.strip())] for side in text.split("/")]
    means, stds = sides if len(sides) == 2 else ([], [])
    if not means or len(means) != len(stds) or not all(map(math.isfinite, means + stds)) or min(stds) <= 0:
        raise RecipeError(
            f'normalise = {text!r} must be "auto", "imagenet", or means / stds above 0 on the scale 0 to 1, such as '
            '"0.507 0.487 0.441 / 0.201 0.199 0.203"'
        )
    return tuple(means), tuple(stds)


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return math.nan
