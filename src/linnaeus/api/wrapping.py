"""An exported model as what it is to be: the file itself, a page around it, or a folder for a hub."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus import files
from linnaeus.record.folder import RunFolder

if TYPE_CHECKING:
    from linnaeus.classifier.classifier import Classifier
    from linnaeus.delivery.passport import Passport


def write(file: Path, model: bytes, told: "Passport", trained: "Classifier", folder: RunFolder) -> int:
    """The model as `file` wants it, whole or not at all; returns its bytes. Raises RunError."""
    if file.suffix == "":
        from linnaeus.delivery import hub_folder

        timm = hub_folder.names_in_timm(trained.model.name, trained.module)
        hub_folder.write(file, model, told, folder.path, _card(folder, told, timm is not None), timm)
        return sum(one.stat().st_size for one in file.iterdir())
    content = model if file.suffix == ".onnx" else page(model, told, folder).encode()
    files.write_whole(file, content)
    return len(content)


def _card(folder: RunFolder, told: "Passport", is_timm: bool) -> str:
    from linnaeus.reporting.content import delivered
    from linnaeus.reporting.words import words

    return delivered.hub_card(folder.record(), told.origin["licence"], is_timm, words("en"))


def page(model: bytes, told: "Passport", folder: RunFolder | None) -> str:
    """The model as a page, with sample images of the classes where the run kept some."""
    from linnaeus.delivery import page as pages
    from linnaeus.reporting.content import delivered

    kept = folder.pictures("samples") if folder is not None else None
    samples = pages.pictures(kept["images"], kept["labels"]) if kept is not None else {}
    threshold = told.calibration.unknown_below if told.calibration is not None else None
    return pages.page(model, told, delivered.page_texts(told.origin, threshold), delivered.page_languages(), samples)
