"""A learning rate is looked for where steps are taken."""

import numpy as np
import pytest
from PIL import Image

import linnaeus
from linnaeus.errors import RecipeError


def test_a_fitted_head_has_no_learning_rate(tmp_path, monkeypatch):
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))
    draws = np.random.default_rng(0)
    for number in range(12):
        file = tmp_path / "photos" / ("ant", "bee")[number % 2] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(draws.integers(0, 256, (120, 130, 3), np.uint8)).save(file)
    with pytest.raises(RecipeError, match=r"head logistic is fitted without steps.*set train=all, or weights=none"):
        linnaeus.find_lr(tmp_path / "photos", progress=False)
