"""Where a training begins: at weights drawn from the seed, or at those that the recipe's `weights` names; see `origin`.

The backbone must fit whole. The head keeps the rows of the classes that both know, by name. How the weights want their images
travels with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from torch import Tensor, nn

from linnaeus.classifier.card import Preprocessing
from linnaeus.data.dataset import Dataset
from linnaeus.data.statistics import channel_statistics
from linnaeus.errors import RecipeError, RunError
from linnaeus.finetuning.weights import matching
from linnaeus.finetuning.weights import source as origin
from linnaeus.finetuning.weights.matching import Head, Match
from linnaeus.finetuning.weights.source import Origin
from linnaeus.recipe.normalise import Normalisation, normalisation
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec
from linnaeus.record.facts import StartFacts
from linnaeus.record.record import RunRecord

From = Literal["recipe", "weights", "images"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The weights that a training begins with, and what came with them."""

    source: str  # as the recipe names it
    checksum: str
    weights: Mapping[str, Tensor]  # all of them, the source's own head too, under the names of the recipe's model
    model: Spec | None  # None: not known
    classes: tuple[str, ...]  # that the source's head tells apart; empty: not known by name
    preprocessing: Preprocessing | None  # how the source wants its images; None: not known
    normalised: From  # what decides how pixels become inputs
    parent: RunRecord | None
    head: Head  # "rows": those of `known`; "whole": as it is, its classes unnamed; "new": drawn from the seed
    known: tuple[str, ...]  # classes of these data whose rows of the head were kept
    nested: str  # key under which the weights stood in their file
    others: tuple[str, ...]  # keys of further sets of weights there
    left_out: tuple[str, ...]  # names of what found no place

    def facts(self) -> StartFacts:
        """As the record keeps it."""
        return StartFacts(
            weights=self.source,
            checksum=self.checksum,
            model=str(self.model) if self.model else None,
            head=self.head,
            known=self.known,
            classes=len(self.classes) or None,
            normalised=self.normalised,
            nested=self.nested,
            others=self.others,
            left_out=self.left_out,
        )


def start_at(recipe: Recipe, module: nn.Module, classes: tuple[str, ...]) -> Start:
    """Give `module` the weights that the recipe names.

    Raises:
        RunError: no finished run, no such file, or one that is damaged or no weights. RecipeError: weights of another network.
    """
    found = origin.find(recipe.weights)
    if found.preprocessing and found.preprocessing.channels != recipe.channels:
        raise _other_channels(recipe, found.preprocessing.channels)
    tensors, nested = found.read()
    try:
        fits = matching.match(tensors, module)
    except RunError as error:
        raise RunError(f"weights = {recipe.weights!r}: {error}") from None
    _check_body(recipe, found, fits, module)
    theirs = found.classes if recipe.rows == "keep" else ()
    head, kept, known = matching.head(fits.weights, module, theirs, classes)
    if recipe.rows == "new":
        head, kept = "new", {}
    wanted = module.state_dict()
    backbone = {name: value for name, value in fits.weights.items() if name in wanted and not name.startswith("head.")}
    module.load_state_dict({**wanted, **backbone, **kept})
    measured: From = "weights" if found.preprocessing else "images"
    return Start(
        source=recipe.weights,
        checksum=found.checksum(tensors),
        weights=fits.weights,
        model=found.model,
        classes=found.classes,
        preprocessing=found.preprocessing,
        normalised="recipe" if normalisation(recipe.normalise) else measured,
        parent=found.parent,
        head=head,
        known=known,
        nested=nested,
        others=found.others(),
        left_out=fits.left_out,
    )


def _check_body(recipe: Recipe, found: Origin, fits: Match, module: nn.Module) -> None:
    """Raise RecipeError unless the backbone fits whole; what is wrong is listed, and the likeliest reason said."""
    between = matching.channels(fits.weights, module)
    if between is not None:
        raise _other_channels(recipe, between[0])
    wanted = module.state_dict()
    shapes = [f"{name} ({_shape(fits.weights[name])} there, {_shape(wanted[name])} here)" for name in fits.mismatched]
    faults = [
        f"{fault} {matching.listed(names)}"
        for fault, names in (
            ("the file lacks", fits.missing),
            ("the recipe's model has no place for", fits.unexpected),
            ("the file has another shape of", shapes),
        )
        if names
    ]
    if not faults:
        return
    advice = "name the model that they are of"
    if found.model is not None and found.model != recipe.model:
        advice = f"they are of {found.model}: set that as the model, or leave the model out"
    elif found.preprocessing and found.preprocessing.size != recipe.image_size:
        advice = f"they are for images of {found.preprocessing.size} px: set image_size={found.preprocessing.size}"
    raise RecipeError(f"weights = {recipe.weights!r} are of another network: {'; '.join(faults)}; {advice}")


def _other_channels(recipe: Recipe, theirs: int) -> RecipeError:
    return RecipeError(
        f"weights = {recipe.weights!r} are for {theirs} channels, the recipe has channels = {recipe.channels}; "
        f"set channels={theirs}"
    )


def _shape(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape)) or "a number"


def preprocessing(recipe: Recipe, train: Dataset, start: Start | None) -> Preprocessing:
    """How the network wants its images. The recipe decides; where it leaves it open, what came with the weights; else the images.

    Raises:
        RecipeError: means and standard deviations of another number than there are channels.
    """
    given = normalisation(recipe.normalise)
    if given is not None:
        mean, std = _for_channels(recipe, given)
    elif start is not None and start.preprocessing is not None:
        mean, std = start.preprocessing.mean, start.preprocessing.std
    else:
        mean, std = channel_statistics(train, recipe)
    return Preprocessing(
        size=recipe.image_size,
        channels=recipe.channels,
        resize=recipe.resize,
        mean=mean,
        std=std,
        decoder=recipe.decoder,
    )


def _for_channels(recipe: Recipe, given: Normalisation) -> Normalisation:
    mean, std = given
    if len(mean) == 1:
        return mean * recipe.channels, std * recipe.channels
    if len(mean) != recipe.channels:
        raise RecipeError(
            f"normalise = {recipe.normalise!r} is for {len(mean)} channels, the recipe has channels = {recipe.channels}; "
            f"give {recipe.channels} means and standard deviations, or one for all, or set channels={len(mean)}"
        )
    return given
