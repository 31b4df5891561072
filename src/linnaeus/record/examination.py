"""`Inspection`: what was found by looking at a run's mistakes on one split, as `record.inspection[split]` holds it.

Numbers and references only. Pictures lie in `pictures-examined-SPLIT.npz`; `picture` is a row there, None where none was kept:

    images    (P, H, W, C) uint8, the longer side at most 96 pixels
    names     (P,) of the images, `splits` (P,) that they are of
    maps      (M, 2, H, W) uint8, Grad-CAM of the class that was answered and of the label; 255 is what spoke most for it
    map_of    (M,) the picture that each pair of maps belongs to

The whole list of mistakes is `examined-SPLIT.csv`, the whole list of possible label errors `fixes.csv` (see `FIXES`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from linnaeus.record import shown
from linnaeus.record.scores import Score

# The columns of the list of possible label errors, which `linnaeus fix DATA FILE` takes. `path` is the image's name in the
# data set, for a folder its path below it. `action` is keep (nothing is changed), relabel (its class becomes `label`) or drop.
FIXES = ("path", "action", "label", "given", "suggested_probability", "given_probability", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A training image near another in feature space; `distance` is 1 − cosine, from 0 to 2."""

    name: str
    label: str
    distance: float
    picture: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """An image that was answered wrongly. `top` are the likeliest classes with their probabilities, the first is the answer."""

    name: str
    label: str
    predicted: str
    top: tuple[tuple[str, float], ...]
    of_label: float  # probability of `label`
    neighbours: tuple[Neighbour, ...]  # the nearest first; empty where only the picture is kept
    picture: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confused:
    """`count` of the `share.n` images of class `name` were taken for `taken_for`; `images` names the most confident of them."""

    name: str
    taken_for: str
    count: int
    share: Score
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelError:
    """An image whose label may be wrong: probabilities by a model that was fitted without it."""

    name: str
    split: str
    given: str
    suggested: str
    of_given: float
    of_suggested: float
    action: str  # as in the fix list: "relabel" where it is beyond much doubt, else "keep"
    picture: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelErrors:
    """Labels that probabilities speak against, of models that were fitted without the image.

    `share` is of how many images looked at. `accuracy` is how often the out-of-fold answer is the label: the lower, the more
    of the label errors are hard images rather than wrong labels. `seen` says that the features were trained on these very
    labels, so that a wrong label which the network has learned by heart does not show. `both` counts the label errors that own
    features name as well, where others judged.
    """

    count: int
    share: Score
    accuracy: Score
    splits: tuple[str, ...]
    features: (
        str  # "own", the weights that gave them, or "retrained": networks that were trained anew, without the image
    )
    seen: bool
    folds: int
    relabel: int  # of the label errors, with that action
    both: int | None
    left_out: tuple[str, ...]  # classes of fewer images than folds
    pairs: tuple[tuple[str, str, int], ...]  # given, suggested, how many; the most frequent first
    top: tuple[LabelError, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Of the images of class `name` that are answered rightly as they are, the share that is answered `to` when turned."""

    name: str
    to: str
    count: int
    share: Score
    back: bool  # and images of `to` become `name`


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What the network answers to images that are mirrored or turned.

    `same` is how many of those answered rightly keep their answer. `moves` are the classes most of whose images become one
    other class. `blurred` are pairs that cannot be told apart, where the augmentation shows both turned: their share is of
    wrong answers among those that name one of the two.
    """

    kind: str  # "mirror", "upside_down", "half_turn" or "quarter_turn"
    same: Score
    moves: tuple[Move, ...]
    augmented_by: str | None  # the part of the recipe's augmentation that turns images so
    blurred: tuple[Confused, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    split: str
    n: int
    errors: Score  # share of the images that are answered wrongly
    mistakes: tuple[Mistake, ...]  # the most confident first: those with neighbours, then others with a picture only
    listed: int  # mistakes in the CSV file: all
    pairs: tuple[Confused, ...]  # the most frequent first
    label_errors: LabelErrors | None
    no_label_errors: str | None  # why `label errors` is None
    attention: str | None  # why there are no maps; None: there are
    turned: tuple[Turned, ...]
    files: Mapping[str, str]  # names in the run's folder, or paths: "mistakes", "pictures", "fixes"
    fixes_checksum: str | None  # of the fix list as it was written: one that was edited since is not overwritten
    time_s: Mapping[str, float]  # seconds, by stage
    folder: Path | None = None  # of the run; not part of the record

    def file(self, name: str) -> Path | None:
        """Where a list lies, "mistakes" or "fixes"; None: there is none."""
        return (self.folder or Path()) / self.files[name] if name in self.files else None

    def to_plain(self) -> dict[str, Any]:
        plain = asdict(self)
        del plain["folder"]
        return plain

    def _repr_html_(self) -> str:
        return shown.inspection(self)


def from_plain(plain: Mapping[str, Any], folder: Path | None = None) -> Inspection:
    """What `to_plain` wrote. Raises KeyError, TypeError where something is missing or malformed."""
    earlier = {"suspects": "label_errors", "no_suspects": "no_label_errors"}  # names of earlier versions
    plain = {earlier.get(name, name): value for name, value in plain.items()}
    label_errors = plain["label_errors"]
    return Inspection(
        **{
            **plain,
            "errors": Score(**plain["errors"]),
            "mistakes": tuple(map(_mistake, plain["mistakes"])),
            "pairs": tuple(map(_confused, plain["pairs"])),
            "label_errors": _label_errors(label_errors) if label_errors is not None else None,
            "turned": tuple(map(_turned, plain["turned"])),
        },
        folder=folder,
    )


def _mistake(plain: Mapping[str, Any]) -> Mistake:
    neighbours = tuple(Neighbour(**one) for one in plain["neighbours"])
    return Mistake(**{**plain, "neighbours": neighbours, "top": tuple((name, p) for name, p in plain["top"])})


def _confused(plain: Mapping[str, Any]) -> Confused:
    return Confused(**{**plain, "share": Score(**plain["share"]), "images": tuple(plain["images"])})


def _label_errors(plain: Mapping[str, Any]) -> LabelErrors:
    return LabelErrors(
        **{
            **plain,
            "share": Score(**plain["share"]),
            "accuracy": Score(**plain["accuracy"]),
            "splits": tuple(plain["splits"]),
            "left_out": tuple(plain["left_out"]),
            "pairs": tuple((given, suggested, count) for given, suggested, count in plain["pairs"]),
            "top": tuple(LabelError(**one) for one in plain["top"]),
        }
    )


def _turned(plain: Mapping[str, Any]) -> Turned:
    moves = tuple(Move(**{**one, "share": Score(**one["share"])}) for one in plain["moves"])
    return Turned(
        **{
            **plain,
            "same": Score(**plain["same"]),
            "moves": moves,
            "blurred": tuple(map(_confused, plain["blurred"])),
        }
    )
