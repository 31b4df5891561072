"""`Passport`: what an exported file says of itself, as JSON in its metadata. Neither torch nor msgspec is needed to read it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from linnaeus.classifier.confidence import Certainty
from linnaeus.classifier.preprocessing import Preprocessing
from linnaeus.errors import RunError

FORMAT = 1
KEY = "linnaeus"  # of the metadata
BY_LEVEL = ("set_from", "class_from")  # of the calibration; JSON's keys are texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """`origin` is told and not needed: model, head, run, data, images, fingerprint, score, licence, decoder, linnaeus."""

    classes: tuple[str, ...]
    preprocessing: Preprocessing
    calibration: Certainty | None
    origin: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """One line, ASCII."""
        calibration = None
        if self.calibration is not None:
            calibration = asdict(self.calibration)
            for name in BY_LEVEL:
                calibration[name] = {f"{level:g}": found for level, found in calibration[name].items()}
        plain = {
            "format": FORMAT,
            "classes": list(self.classes),
            "preprocessing": asdict(self.preprocessing),
            "calibration": calibration,
            "origin": dict(self.origin),
        }
        return json.dumps(plain, allow_nan=False)


def read(text: str | None, what: str) -> Passport:
    """What `to_json` wrote. Raises RunError: there is none, or it is damaged or of another format."""
    if text is None:
        raise RunError(
            f"{what} was not exported by Linnaeus: it does not say how it wants its images, nor name its classes"
        )
    try:
        plain = json.loads(text)
        if plain["format"] != FORMAT:
            raise RunError(f"{what} is an export of format {plain['format']}, and this version reads format {FORMAT}")
        wanted, certainty = plain["preprocessing"], _certainty(plain["calibration"])
        return Passport(
            classes=tuple(plain["classes"]),
            preprocessing=Preprocessing(**{**wanted, "mean": tuple(wanted["mean"]), "std": tuple(wanted["std"])}),
            calibration=certainty.of(len(plain["classes"])) if certainty else None,
            origin=plain["origin"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(f"{what} is damaged: its metadata cannot be read ({error})") from None


def _certainty(plain: Mapping[str, Any] | None) -> Certainty | None:
    if plain is None:
        return None
    by_level = {
        name: {
            float(level): tuple(found) if isinstance(found, list) else float(found)
            for level, found in plain[name].items()
        }
        for name in BY_LEVEL
        if name in plain  # exports of earlier versions have no thresholds of classes
    }
    return Certainty(**{**plain, **by_level})
