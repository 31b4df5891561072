"""Weights that a network measures on training images before the first step (`prime`, see parts/models)."""

from typing import Any

import numpy as np
import torch
from torch import nn

from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import normalise
from linnaeus.data.dataset import Dataset
from linnaeus.data.statistics import pictures
from linnaeus.errors import RecipeError
from linnaeus.recipe.recipe import Recipe

IMAGES = 5_000  # at most
PIXELS = 2**23  # of all of them at most: 8,192 images of 32 px, 167 of 224


def prime(module: nn.Module, train: Dataset, recipe: Recipe, preprocessing: Preprocessing) -> None:
    """Show the network some training images, normalised and not augmented, if it asks for them.

    They are evenly spaced over the split, since a split may be sorted by class. The same split gives the same weights.

    Raises:
        RecipeError: what the network complains of.
    """
    measure: Any = getattr(module, "prime", None)
    if measure is None:
        return
    count = min(len(train), IMAGES, max(1, PIXELS // recipe.image_size**2))
    picked = np.linspace(0, len(train) - 1, count).astype(np.int64)
    images_BCHW = torch.from_numpy(pictures(train, picked, recipe)).permute(0, 3, 1, 2)
    try:
        measure(normalise(images_BCHW.to(next(module.parameters()).device), preprocessing))
    except ValueError as error:
        raise RecipeError(f"model {recipe.model}: {error}") from error
