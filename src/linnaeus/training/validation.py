"""The validation images while a network is trained: what it says of them, and how good that is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from linnaeus.classifier.classifier import Classifier
from linnaeus.data.loader import in_order
from linnaeus.evaluation.predictions import Answering, Predictions, predict, predictions, said_of
from linnaeus.finetuning.backbone import OnFeatures
from linnaeus.finetuning.seam import Upper
from linnaeus.recipe.recipe import LINEAR
from linnaeus.record.facts import EpochRow
from linnaeus.stats.groups import things
from linnaeus.stats.score import share_score
from linnaeus.training.state import Prepared, TrainState


def classifier(prepared: Prepared, module: nn.Module) -> Classifier:
    """The whole network of this training as it stands. It computes in fp32, whatever it is trained in: what is kept of a run is one
    network, whose probabilities depend on the machine as little as may be."""
    whole = module
    if prepared.whole is not None:
        whole = prepared.whole
        if not isinstance(module, Upper):
            whole.head = module
        elif module is not prepared.network:  # whose modules are the whole network's own
            prepared.network.load_state_dict(module.state_dict())
    return Classifier(
        module=whole,
        classes=prepared.splits.classes,
        preprocessing=prepared.rules.preprocessing,
        model=prepared.recipe.model,
        head=prepared.head if prepared.head != LINEAR else None,
    )


def on_validation(prepared: Prepared, module: nn.Module) -> Predictions | None:
    """What the network, or a head on its features, says of the validation images, in the precision of the training; None where there
    are none. Of several processes each is asked about its part.
    """
    val = prepared.splits.val
    if prepared.val is None or val is None:
        return None
    answering: Answering = OnFeatures(head=_part(prepared, module))
    if prepared.whole is None:
        answering = replace(classifier(prepared, module), precision=prepared.machine.precision)
    ranks = prepared.rules.ranks
    own = ranks.part_of(np.arange(len(val)))
    orders = [own[order] for order in in_order(len(own), max(256, prepared.recipe.batch_size))]
    labels_N, probabilities_NK = predict(answering, prepared.val.batches(orders))
    if not ranks.alone:
        labels_N, probabilities_NK = map(np.concatenate, zip(*ranks.each((labels_N, probabilities_NK)), strict=True))
    return said_of(val, labels_N, probabilities_NK)


def of_validation(prepared: Prepared, trained: Classifier) -> Predictions | None:
    """What the finished network says of the validation images, in its own precision; None where there are none."""
    val = prepared.splits.val
    if val is None or prepared.machine.precision == trained.precision:
        return on_validation(prepared, trained.module)
    return predictions(trained, val, prepared.recipe)


def _part(prepared: Prepared, module: nn.Module) -> nn.Module:
    """What of the network sees this training's inputs: its head, or its upper half."""
    if module is not prepared.whole:
        return module
    return prepared.network if isinstance(prepared.network, Upper) else module.get_submodule("head")


def epoch_row(prepared: Prepared, state: TrainState, losses: Tensor, accuracies: Tensor) -> EpochRow:
    """What an epoch came to: the losses and accuracies of its batches, and the validation images where there are some."""
    return EpochRow(
        epoch=len(state.history) + 1,
        step=state.step,
        lr=state.optimizer.param_groups[0]["lr"],
        **_quartiles("loss", losses),
        **_quartiles("accuracy", accuracies),
        **_validated(prepared, state.evaluated()),
    )


def _quartiles(name: str, values: Tensor) -> dict[str, Any]:
    low, middle, high = torch.quantile(values, torch.tensor([0.25, 0.5, 0.75])).tolist()
    return {name: middle, f"{name}_q1": low, f"{name}_q3": high}


def _validated(prepared: Prepared, module: nn.Module) -> Mapping[str, Any]:
    """The fields of an EpochRow that are of validation; none where there are no validation images."""
    found = on_validation(prepared, module)
    if found is None:
        return {}
    labels, probabilities = found.labels_N, found.probabilities_NK
    score = share_score(probabilities.argmax(1) == labels, things(found.groups))
    picked = probabilities[np.arange(len(labels)), labels].astype(np.float64).clip(min=1e-12)
    return {
        "val_loss": float(-np.log(picked).mean()),
        "val_accuracy": score.value,
        "val_low": score.low,
        "val_high": score.high,
        "val_n": score.n,
    }
