"""An exported model in 8-bit integers, and whether it still answers as before."""

from typing import TYPE_CHECKING

from linnaeus.errors import LinnaeusError
from linnaeus.events import Watcher
from linnaeus.record.folder import RunFolder

if TYPE_CHECKING:
    from linnaeus.classifier.classifier import Classifier
    from linnaeus.delivery.export import Int8
    from linnaeus.delivery.parity import Pictures
    from linnaeus.delivery.passport import Passport

LEAST = 0.99  # of the pictures must keep their class


def int8(
    whole: bytes,
    trained: "Classifier",
    told: "Passport",
    folder: RunFolder,
    pictures: "Pictures",
    accept: bool,
    watch: Watcher,
) -> tuple[bytes, "Int8"]:
    """The model in int8, its ranges seen on training images.

    Raises:
        LinnaeusError: fewer than `LEAST` of the pictures keep their class, and that is not accepted.
    """
    import numpy as np

    from linnaeus.api import own_data
    from linnaeus.data.statistics import pictures as squares
    from linnaeus.delivery import export, onnx_model, parity, quantise
    from linnaeus.stats.score import accuracy_score

    recipe = own_data.recipe_of(folder)
    train = own_data.splits(folder, recipe, "train", watch).train
    places = np.unique(np.linspace(0, len(train) - 1, min(quantise.IMAGES, len(train))).astype(np.int64))
    seen_NHWC = squares(train, places, recipe)
    small = export.model(trained, told, lambda network: quantise.quantised(network, seen_NHWC, trained.preprocessing))
    loaded = onnx_model.load(small)
    found = parity.compare(loaded, trained, pictures, 1.0, watch)
    same = accuracy_score(found.n - len(found.different), found.n)
    if same.value < LEAST and not accept:
        raise LinnaeusError(
            f"in int8 {len(found.different):,} of {found.n:,} pictures get another class, more than 1 in 100; "
            "leave --int8 out, or add --accept to have it all the same"
        )
    return small, export.Int8(same=same, speedup=quantise.speedup(loaded, onnx_model.load(whole), seen_NHWC))
