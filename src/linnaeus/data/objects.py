"""From what Python holds, arrays with labels or a dataset of PyTorch, to a data set that a recipe can name."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from linnaeus.data.images import pixels
from linnaeus.errors import DataError, ImageError
from linnaeus.parts.datasets import memory
from linnaeus.recipe.spec import Spec

FORM = "give (X, y): images (N, H, W) or (N, H, W, C) of uint8, and a label for each"
GREY = ("1", "L", "LA", "I;16")  # modes of Pillow


def spec_of(given: Any) -> Spec:
    """Hold the images and name them by their content: (X, y), or a map-style dataset of PyTorch.

    Raises:
        DataError: what is given is neither, or holds what cannot be an image.
    """
    if isinstance(given, tuple) and len(given) == 2:
        images_NHWC, labels = _arrays(*given)
        names: Sequence[str] = ()
    elif _is_indexed(given):
        images_NHWC, labels, names = _items(given)
    elif hasattr(given, "__iter__") and hasattr(given, "dataset"):
        raise DataError("a data loader has batches, not images; give its dataset")
    else:
        raise DataError(f"{type(given).__name__} is no data set; {FORM}, a dataset of PyTorch, a path, or a name")
    return _held(images_NHWC, labels, names)


def _held(images_NHWC: npt.NDArray[np.uint8], labels: npt.NDArray[Any], names: Sequence[str]) -> Spec:
    found, labels_N = np.unique(labels, return_inverse=True)
    classes = [names[int(label)] if names else str(label) for label in found.tolist()]
    digest = hashlib.blake2b(str((images_NHWC.shape, classes)).encode(), digest_size=8)
    digest.update(np.ascontiguousarray(images_NHWC))
    digest.update(np.ascontiguousarray(labels_N.astype(np.int64)))
    content = digest.hexdigest()
    memory.hold(content, images_NHWC, labels_N.astype(np.int64), classes)
    return Spec("memory", (), (("content", content), ("images", " × ".join(map(str, images_NHWC.shape)))))


def _arrays(X: Any, y: Any) -> tuple[npt.NDArray[np.uint8], npt.NDArray[Any]]:
    images, labels = np.asarray(X), np.asarray(y)
    if images.ndim not in (3, 4):
        raise DataError(f"X has the shape {images.shape}; {FORM}")
    try:
        pixels.array(images[0] if len(images) else images)
    except ImageError as error:
        raise DataError(f"X: {error}") from None
    if labels.shape != images.shape[:1]:
        raise DataError(f"X has {len(images)} images, and y is of the shape {labels.shape}: a label for each is needed")
    if labels.dtype.kind not in "iubUS":
        raise DataError(f"y holds {labels.dtype}; labels are whole numbers or names")
    return images if images.ndim == 4 else images[..., None], labels


def _is_indexed(given: Any) -> bool:
    """True for a dataset of PyTorch whose items can be asked for by number."""
    plain = (np.ndarray, list, tuple, dict, str, bytes)
    return hasattr(given, "__len__") and hasattr(given, "__getitem__") and not isinstance(given, plain)


def _items(dataset: Any) -> tuple[npt.NDArray[np.uint8], npt.NDArray[Any], Sequence[str]]:
    """All items, read one by one. Names of classes are taken from `classes` where the dataset has that."""
    pairs = [_pair(dataset[index], index) for index in range(len(dataset))]
    if not pairs:
        raise DataError("the dataset is empty")
    channels = max(1 if _is_grey(image) else 3 for image, _ in pairs)
    found = []
    for index, (image, _) in enumerate(pairs):
        try:
            found.append(pixels.pixels(_channels_last(image), channels))
        except ImageError as error:
            raise DataError(f"item {index} of the dataset: {error}") from None
    sizes = {image.shape[:2] for image in found}
    if len(sizes) > 1:
        some = ", ".join(f"{width}×{height}" for height, width in sorted(sizes)[:3])
        raise DataError(
            f"the images of the dataset differ in size ({some} …): give the folder of the files, or let the dataset resize them"
        )
    known = getattr(dataset, "classes", getattr(getattr(dataset, "dataset", None), "classes", ()))
    labels = np.array([label for _, label in pairs])
    is_named = labels.dtype.kind in "iu" and len(known) > labels.max()
    return np.stack(found), labels, [str(name) for name in known] if is_named else ()


def _pair(item: Any, index: int) -> tuple[Any, Any]:
    if not isinstance(item, tuple | list) or len(item) != 2:
        raise DataError(f"item {index} of the dataset is no pair (image, label)")
    image, label = item
    return image, label.item() if hasattr(label, "item") else label


def _is_grey(image: Any) -> bool:
    if isinstance(image, Image.Image):
        return image.mode in GREY
    shape = tuple(getattr(image, "shape", ()))
    return len(shape) == 2 or (len(shape) == 3 and 1 in (shape[0], shape[2]))


def _channels_last(image: Any) -> Any:
    """A tensor of PyTorch (C, H, W) as an array (H, W, C); everything else as it is."""
    if hasattr(image, "permute") and image.ndim == 3 and image.shape[0] in pixels.CHANNELS:
        return np.asarray(image.permute(1, 2, 0))
    return image
