"""What every data set of the shelf keeps to."""

from typing import Any

import numpy as np


def check_contract(dataset: dict[str, Any]) -> None:
    """Raises AssertionError."""
    assert set(dataset["splits"]) in ({"all"}, {"train", "test"}, {"train", "val", "test"}, {"train", "val"}, {"train"})
    assert all(isinstance(name, str) for name in dataset["classes"])
    assert len(set(dataset["classes"])) == len(dataset["classes"])
    assert dataset["mirror"] in (True, False, None)
    for images, labels_N in dataset["splits"].values():
        assert labels_N.dtype == np.int64
        assert labels_N.shape == (len(images),)
        assert set(labels_N) <= set(range(len(dataset["classes"])))
        if isinstance(images, np.ndarray):
            assert images.dtype == np.uint8
            assert images.ndim == 4
            assert images.shape[3] in (1, 3, 4)
        else:
            assert all(path.is_absolute() and path.is_relative_to(dataset["root"]) for path in images)
