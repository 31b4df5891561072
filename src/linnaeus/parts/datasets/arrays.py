"""Images in a NumPy archive: `arrays("photos.npz")` with `images` (N, H, W) or (N, H, W, C), uint8, and `labels` (N), numbers or names."""

from pathlib import Path
from typing import Any

import numpy as np


def build(folder: Path, /, *, path: str) -> dict[str, Any]:
    """`path` of the archive. Nobody knows whether a mirrored image keeps its class.

    ValueError: it cannot be read, lacks one of the two arrays, or they are of another type or shape.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            images, labels = archive["images"], archive["labels"]
    except KeyError as error:
        raise ValueError(f"{path} has no array named {error.args[0].split()[0]}; it needs images and labels") from None
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as a NumPy archive: {error}") from None
    if images.dtype != np.uint8 or images.ndim not in (3, 4) or (images.ndim == 4 and images.shape[3] not in (1, 3, 4)):
        raise ValueError(
            f"{path}: images are {images.dtype} {images.shape}; they must be uint8 (N, H, W) or (N, H, W, 1, 3 or 4)"
        )
    if labels.shape != images.shape[:1]:
        raise ValueError(f"{path}: {len(images)} images but labels of shape {labels.shape}")
    classes, indices = np.unique(labels, return_inverse=True)
    images = images if images.ndim == 4 else images[..., None]
    return {
        "classes": [str(name) for name in classes],
        "splits": {"all": (images, indices.astype(np.int64))},
        "mirror": None,
    }
