"""`ImageClassifier`: Linnaeus in scikit-learn's manners."""

import math
import tempfile
import unicodedata
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from linnaeus.api.loading import load
from linnaeus.api.train import train

Array = npt.NDArray[Any]

SCALED = 0.02  # of the range of `fit`, within which numbers up to 1 are scaled otherwise


class ImageClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Classify images that are arrays.

    Images are (N, H, W) or (N, H, W, C) with 1, 3 or 4 channels, a list of Pillow's, or rows of pixels (N, H·W) as scikit-learn's own
    data sets hold them; where H·W is no square, the rest is filled with zeros. uint8 is taken as it is; other numbers are scaled from
    the range that `fit` sees to 0–255, and `predict` warns of another range. Images of any height and width become the squares that the
    network takes, in `fit` and `predict` alike.

    The same data, parameters and seed give the same network on the same machine, whatever the clock says.

    >>> images = np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8)
    >>> linnaeus.ImageClassifier(model="linear", epochs=1).fit(images, ["cat", "dog"] * 20).classes_
    array(['cat', 'dog'], dtype='<U3')

    Args:
        model: a part of the shelf `models`; None chooses by the data.
        weights: where the network begins: "imagenet", a run, a file, "timm:NAME"; "none": drawn from `random_state`. None chooses by the
            data: photographs begin at "imagenet", and a fit is features once and a head, in seconds.
        epochs: passes over the images; None chooses by the data.
        random_state: seed of weights, order and augmentation: a whole number, a RandomState, or None for another one each time.
        precision: of the training, "fp32" or "bf16", which is faster on processors that have it; answers are fp32.
        threads: CPU threads of one operation; more can be faster and change the last bits of the result.
        changes: further fields of the recipe, such as {"batch_size": 32, "optimizer.lr": 0.01}.
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        weights: str | None = None,
        epochs: int | None = None,
        random_state: int | np.random.RandomState | None = 0,
        precision: str = "fp32",
        threads: int = 1,
        changes: Mapping[str, Any] | None = None,
    ) -> None:
        self.model = model
        self.weights = weights
        self.epochs = epochs
        self.random_state = random_state
        self.precision = precision
        self.threads = threads
        self.changes = changes

    def fit(self, X: Array, y: Array) -> Self:
        """Train on all images given; none are held out. Raises ValueError on what scikit-learn calls invalid."""
        X = _stacked(X)
        X, y = validate_data(self, X, y, allow_nd=True, dtype="numeric")
        check_classification_targets(y)
        self.classes_, indices = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y has one class only ({self.classes_[0]}); a classifier needs at least two classes")
        if single := [label for label, count in zip(self.classes_, np.bincount(indices), strict=True) if count < 2]:
            raise ValueError(
                f"y holds one image only of {', '.join(map(str, single[:5]))}; each class needs at least two"
            )
        self.shape_ = X.shape[1:]
        self.low_, self.high_ = (0.0, 255.0) if X.dtype == np.uint8 else (float(X.min()), float(X.max()))
        settings = {
            "val": 0,
            "test": 0,
            "seed": self._seed(),
            "budget": 0,  # no clock decides
            "precision": self.precision,
            "threads": self.threads,
            "compile": "off",
            **({"weights": self.weights} if self.weights else {}),
            **({"epochs": self.epochs} if self.epochs else {}),
            **(self.changes or {}),
        }
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "images.npz")
            np.savez(file, images=self._images(X), labels=np.array(self._names())[indices])
            record = train(
                f"arrays({str(file)!r}, names='keep')",
                model=self.model,
                runs=folder,
                report=False,
                progress=False,
                **settings,
            )
            self.classifier_ = load(record.folder or folder)
        return self

    def predict_proba(self, X: Array) -> Array:
        """(N, K), columns in the order of `classes_`."""
        check_is_fitted(self)
        X = _stacked(X)
        X = check_array(X, allow_nd=True, dtype="numeric")
        if X.ndim == 2 and len(self.shape_) == 1:  # images may be of any height and width
            X = validate_data(self, X, dtype="numeric", reset=False)
        _check_count(X, self.shape_)
        self._check_range(X)
        found = self.classifier_.predict_proba(self._images(X))
        return found[:, [self.classifier_.classes.index(name) for name in self._names()]]

    def predict(self, X: Array) -> Array:
        """The most probable class of each image."""
        best_N = self.predict_proba(X).argmax(1)
        return np.asarray(self.classes_[best_N])

    def _seed(self) -> int:
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def _names(self) -> list[str]:
        """Of the classes, in the order of `classes_`: as y has them, or by number where two would be written alike."""
        names = [unicodedata.normalize("NFC", str(label)) for label in self.classes_]
        return names if len(set(names)) == len(names) else [str(number) for number in range(len(names))]

    def _check_range(self, X: Array) -> None:
        """Warn where X is scaled otherwise than what `fit` saw: all of it would be black or white."""
        if X.dtype == np.uint8:
            return
        low, high, span = float(X.min()), float(X.max()), self.high_ - self.low_
        beyond = max(self.low_ - low, high - self.high_) > span
        if beyond or (high <= 1 < SCALED * span and low >= 0 and np.issubdtype(X.dtype, np.floating)):
            warnings.warn(
                f"X lies between {low:g} and {high:g}, and the images of fit between {self.low_:g} and {self.high_:g}: scale it as they "
                "were",
                stacklevel=3,
            )

    def _images(self, X: Array) -> npt.NDArray[np.uint8]:
        if X.dtype != np.uint8:
            span = max(self.high_ - self.low_, np.finfo(float).tiny)
            X = np.clip((X.astype(float) - self.low_) / span * 255, 0, 255).round().astype(np.uint8)
        if X.ndim == 2:
            side = int(np.ceil(np.sqrt(X.shape[1])))
            X = np.pad(X, ((0, 0), (0, side * side - X.shape[1]))).reshape(len(X), side, side)
        if X.ndim == 3:
            X = X[..., None]
        if X.ndim != 4 or X.shape[3] not in (1, 3, 4):
            if X.ndim == 4 and X.shape[1] in (1, 3, 4):
                raise ValueError(f"X has the shape {X.shape}: move the channels to the end, X.transpose(0, 2, 3, 1)")
            raise ValueError(f"X has the shape {X.shape}, not (images, height, width, 1, 3 or 4 channels)")
        return X


def _check_count(X: Array, fitted: tuple[int, ...]) -> None:
    """Raise ValueError where one image stands in place of many; `fitted` is the shape of an image of `fit`."""
    row = X.ndim == 2 and len(fitted) > 1 and X.shape[1] != math.prod(fitted)
    if row or (X.ndim == len(fitted) == 3 and fitted[-1] > 1 and X.shape[-1] == fitted[-1]):
        raise ValueError(
            f"X has the shape {X.shape}, and each image of fit had {fitted}: of one image, predict X[None]"
        )


def _stacked(X: Any) -> Any:
    """A list of Pillow's pictures as a list of arrays; all else as it is.

    Raises ValueError, where NumPy would speak of inhomogeneous shapes.
    """
    if not isinstance(X, list | tuple):
        return X
    images = [np.asarray(image) if hasattr(image, "getbands") else image for image in X]
    sizes = sorted({np.shape(image)[:2] for image in images})
    if len(sizes) > 1:
        raise ValueError(
            f"the images are of {len(sizes)} sizes, such as {sizes[0]} and {sizes[-1]}, and an array has one: resize them, or train on "
            "their folder with linnaeus.train(FOLDER), which makes them alike"
        )
    return images
