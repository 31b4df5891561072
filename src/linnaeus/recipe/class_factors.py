"""How often an epoch shows the images of a class: the words of the recipe's `sampling`."""

import math
from collections.abc import Mapping

from linnaeus.errors import RecipeError

NATURAL, BALANCED, ROOT = "natural", "balanced", "root"


def factors(text: str) -> Mapping[str, float]:
    """`"cat=3, dog=0.5"` as numbers by class; nothing for the words that name none.

    Raises:
        RecipeError: neither one of the words nor a list of factors above 0.
    """
    if text in (NATURAL, BALANCED, ROOT):
        return {}
    found: dict[str, float] = {}
    for item in text.split(","):
        name, equals, number = (part.strip() for part in item.rpartition("="))
        try:
            factor = float(number)
        except ValueError:
            factor = 0.0
        if not equals or not name or not 0 < factor < math.inf or name in found:
            raise RecipeError(
                f'sampling = {text!r} must be "natural", "balanced", "root", or factors above 0 by class, such as "cat=3, dog=0.5"'
            )
        found[name] = factor
    return found
