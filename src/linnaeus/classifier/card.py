"""`Card`, what a trained network is without its weights: classes, preprocessing, calibration. Read and written without torch.

`classifier.json`, format 2: format, classes, preprocessing, model, head, precision, calibration, checksums. Of format 1 some names were
others, and the weights had the only checksum; it is read. Where a card says `decoding`, that is left unread: `decoder` says it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from linnaeus import files
from linnaeus.classifier.confidence import Certainty
from linnaeus.classifier.preprocessing import Preprocessing as Preprocessing
from linnaeus.errors import LinnaeusError, RunError
from linnaeus.recipe.spec import Spec, parse
from linnaeus.record import codec

FORMAT = 2
WEIGHTS, CARD = "model.safetensors", "classifier.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """`model` rebuilds the network without its weights; `head`, where there is one, is the part set in its head's place.

    `calibration` says how probabilities are to be read; None: nothing was fitted, for want of validation images.
    """

    classes: tuple[str, ...]
    preprocessing: Preprocessing
    model: Spec
    head: Spec | None = None
    precision: str = "fp32"
    calibration: Certainty | None = None
    checksums: Mapping[str, str] = field(default_factory=dict)  # by file

    def write(self, folder: Path) -> None:
        """Write `classifier.json`. Raises RunError."""
        plain = {
            "format": FORMAT,
            "classes": list(self.classes),
            "preprocessing": asdict(self.preprocessing),
            "model": str(self.model),
            "head": str(self.head) if self.head else None,
            "precision": self.precision,
            "calibration": codec.to_plain(self.calibration) if self.calibration else None,
            "checksums": dict(self.checksums),
        }
        files.write_json(folder / CARD, plain)

    def check(self, folder: Path) -> None:
        """Raise RunError where a file beside the card is not the one that it describes."""
        for name, checksum in self.checksums.items():
            try:
                found = files.checksum(folder / name)
            except OSError as error:
                raise RunError(f"{folder / name} cannot be read: {error.strerror or error}") from None
            if found != checksum:
                raise RunError(
                    f"{folder / name} is damaged: its checksum is not the one in {CARD}; train again, or restore it from a copy"
                )


def read(folder: Path) -> Card:
    """The card in a folder.

    Raises:
        RunError: there is none, or it is damaged or of another format.
    """
    try:
        plain = files.read_json(folder / CARD)
    except FileNotFoundError:
        raise RunError(
            f"{folder} holds no trained model (no {CARD}); finish its training first: linnaeus resume {folder.name}"
        ) from None
    except (OSError, ValueError) as error:
        raise RunError(f"{folder / CARD} cannot be read: {error}") from None
    if not isinstance(plain, Mapping) or plain.get("format") not in (1, FORMAT):
        raise RunError(f"{folder / CARD} is not a classifier of format {FORMAT}")
    try:
        if len(set(plain["classes"])) < max(2, len(plain["classes"])):
            raise ValueError("its classes must be at least two, each named once")
        calibration = plain.get("calibration") or plain.get("certainty")  # which the earliest cards lack
        certainty = codec.from_plain(Certainty, calibration, str(folder / CARD)) if calibration else None
        return Card(
            classes=tuple(plain["classes"]),
            preprocessing=preprocessing_of(plain),
            model=parse(plain["model"]),
            head=parse(plain["head"]) if plain.get("head") else None,
            precision=plain["precision"],
            calibration=certainty.of(len(plain["classes"])) if certainty else None,
            checksums=checksums_of(plain),
        )
    except (KeyError, TypeError, ValueError, AttributeError, LinnaeusError) as error:
        raise RunError(f"{folder / CARD} is no whole card: {error}") from None


def preprocessing_of(plain: Mapping[str, Any]) -> Preprocessing:
    """What a card says of it, one of format 1 under other names. Raises KeyError, TypeError."""
    held = plain.get("preprocessing") or plain["intake"]
    held = {"std" if name == "deviation" else name: value for name, value in held.items()}
    return Preprocessing(**{**held, "mean": tuple(held["mean"]), "std": tuple(held["std"])})


def checksums_of(plain: Mapping[str, Any]) -> dict[str, str]:
    """By file; a card of format 1 has that of the weights alone. Raises KeyError."""
    return dict(plain["checksums"]) if "checksums" in plain else {WEIGHTS: plain["weights"]}
