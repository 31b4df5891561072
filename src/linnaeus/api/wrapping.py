"""An exported model as what it is to be: the file itself, a page around it, or a folder for a hub."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus import files
from linnaeus.record.folder import RunFolder

if TYPE_CHECKING:
    from linnaeus.classifier.classifier import Classifier
    from linnaeus.delivery.passport import Passport

    Around = tuple[dict[str, dict[str, str]], dict[str, str], dict[int, str]]


def write(file: Path, model: bytes, told: "Passport", trained: "Classifier", folder: RunFolder) -> int:
    """The model as `file` wants it, whole or not at all; returns its bytes. Raises RunError."""
    if file.suffix == "":
        from linnaeus.delivery import hub_folder

        timm = hub_folder.names_in_timm(trained.model.name, trained.module)
        hub_folder.write(file, model, told, folder.path, _card(folder, told, timm is not None), timm)
        return sum(one.stat().st_size for one in file.iterdir())
    if file.suffix == ".html":
        from linnaeus.delivery import page

        model = page.page(model, told, *around(told, folder)).encode()
    files.write_whole(file, model)
    return len(model)


def _card(folder: RunFolder, told: "Passport", is_timm: bool) -> str:
    from linnaeus.reporting.content import delivered
    from linnaeus.reporting.words import words

    return delivered.hub_card(folder.record(), told.origin["licence"], is_timm, words("en"))


def around(told: "Passport", folder: RunFolder | None, *, service: bool = False) -> "Around":
    """What a page says, in which languages, and a sample image of each class where the run kept some."""
    from linnaeus.delivery import page
    from linnaeus.reporting.content import delivered

    kept = folder.pictures("samples") if folder is not None else None
    samples = page.pictures(kept["images"], kept["labels"]) if kept is not None else {}
    threshold = told.calibration.unknown_below if told.calibration is not None else None
    return delivered.page_texts(told.origin, threshold, service=service), delivered.page_languages(), samples
