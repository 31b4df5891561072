"""`Inspection`: what was found by looking at a run's mistakes on one split, as `record.inspection[split]` holds it.

Numbers and references only. Pictures lie in `pictures-inspection-SPLIT.npz`; `picture` is a row there, None where none was kept:

    images    (P, H, W, C) uint8, the longer side at most 96 pixels
    names     (P,) of the images, `splits` (P,) that they are of
    maps      (M, 2, H, W) uint8, Grad-CAM of the predicted class and of the label; 255 is what spoke most for it
    map_of    (M,) the picture that each pair of maps belongs to

The whole list of mistakes is `mistakes-SPLIT.csv`, the whole list of possible label errors `fixes.csv` (see `FIXES`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from linnaeus.record.display import Shown
from linnaeus.record.scores import Reason, Score

# The columns of the list of label errors, which `linnaeus fix DATA FILE` takes. `path` is the image's name in the
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
    """A misclassified image. `top` are the most probable classes with their probabilities, the first is the prediction."""

    name: str
    label: str
    predicted: str
    top: tuple[tuple[str, float], ...]
    of_label: float  # probability of `label`
    neighbours: tuple[Neighbour, ...]  # the nearest first; empty where only the picture is kept
    picture: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confused:
    """`count` of the `share.n` images of class `name` were predicted as `confused_with`; `images` names the most confident of them."""

    name: str
    confused_with: str
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

    `share` is of how many images looked at. `accuracy` is how often the out-of-fold prediction is the label: the lower, the more
    of them are hard images rather than wrong labels. `seen` says that the features were trained on these very
    labels, so that a wrong label that the network has memorised does not show. `both` counts those that the own
    features name as well, where others judged.
    """

    count: int
    share: Score
    accuracy: Score
    splits: tuple[str, ...]
    features: str  # "own", the weights that gave them, or "retrained": networks trained anew without the image
    seen: bool
    folds: int
    relabel: int  # of them, with that action
    both: int | None
    left_out: tuple[str, ...]  # classes of fewer images than folds
    pairs: tuple[tuple[str, str, int], ...]  # given, suggested, how many; the most frequent first
    top: tuple[LabelError, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Of the images of class `name` that are classified correctly as they are, the share that is predicted as `to` when turned."""

    name: str
    to: str
    count: int
    share: Score
    back: bool  # and images of `to` become `name`


@dataclass(frozen=True, slots=True, kw_only=True)
class Symmetry:
    """What the network predicts for images that are mirrored or turned.

    `same` is how many of those classified correctly keep their class. `moves` are the classes most of whose images become one
    other class. `blurred` are pairs that cannot be told apart, where the augmentation shows both turned: their share is of
    mistakes among those that name one of the two.
    """

    kind: str  # "mirror", "upside_down", "half_turn" or "quarter_turn"
    same: Score
    moves: tuple[Move, ...]
    augmented_by: str | None  # the part of the recipe's augmentation that turns images so
    blurred: tuple[Confused, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection(Shown):
    """What a look at a run's mistakes on one split found.

    Label errors: Northcutt, Jiang & Chuang 2021, "Confident Learning", JAIR 70; heat maps: Selvaraju et al. 2017, arXiv 1610.02391.
    """

    split: str  # whose mistakes were looked at
    n: int  # its images
    errors: Score  # share of the images that are misclassified
    mistakes: tuple[Mistake, ...]  # the most confident first: those with neighbours, then others with a picture only
    listed: int  # mistakes in the CSV file: all
    pairs: tuple[Confused, ...]  # the most frequent first
    label_errors: LabelErrors | None  # None: none were looked for
    no_label_errors: Reason | None  # why not: "few_images" (folds: fewer than two classes have so many images)
    # why there are no maps: "no_mistakes", "no_gradient", "vectors", "tokens"; None: there are
    no_attention: Reason | None
    symmetry: tuple[Symmetry, ...]  # predictions of images that are mirrored or turned
    files: Mapping[str, str]  # names in the run's folder, or paths elsewhere: "mistakes", "pictures", "fixes"
    fixes_checksum: str | None  # of the fix list as it was written: one that was edited since is not overwritten
    time_s: Mapping[str, float]  # seconds, by stage
