"""Fine-tuning in stages: the head alone, then its last blocks too, then all weights; each is kept only where it is better.

for each stage that the recipe names after the head:
    train it from the network that has been kept so far, as a training of its own
    take weights on the way from there to here: a network between the two is better than either (WiSE-FT: Wortsman et al. 2022,
        arXiv 2109.01903), and less sure of itself
    keep the one of them that is best on the validation images, where a paired permutation test over all of them says that it is better
"""

import copy
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from linnaeus.classifier.classifier import Classifier
from linnaeus.evaluation.predictions import Predictions
from linnaeus.events import Note, StageBegun, StageDone, Watcher
from linnaeus.record.facts import Stage
from linnaeus.training import checkpoint, loop
from linnaeus.training.judged import accuracy, judged
from linnaeus.training.prepare import prepare
from linnaeus.training.state import Begun, Prepared, TrainState, copied_weights
from linnaeus.training.validation import on_validation

BETWEEN = (0.25, 0.5, 0.75, 1.0)  # shares of the trained weights that are tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """The best network so far, the training that it came of, and all stages that were tried."""

    prepared: Prepared
    state: TrainState
    classifier: Classifier
    stages: tuple[Stage, ...] = ()
    stages_s: tuple[float, ...] = ()


def further(first: Trained, checkpoints: Path, tell: Watcher) -> Trained:
    """The best of the stages that the recipe names, of which the head is trained already.

    Each has a folder for its checkpoints, where the last one of a finished stage stays until the run ends: a resumed run trains
    none again. Raises what `loop.run` does.
    """
    best = replace(first, stages=(_first(first),), stages_s=(first.state.seconds,))
    tell(StageDone(stage=best.stages[0], seconds=first.state.seconds))
    for place, train in enumerate(first.prepared.of_run().later(), 1):
        start = time.perf_counter()
        best, stage = _tried(best, train, checkpoints / f"stage-{place}", tell)
        seconds = time.perf_counter() - start
        tell(StageDone(stage=stage, seconds=seconds))
        best = replace(best, stages=(*best.stages, stage), stages_s=(*best.stages_s, seconds))
    return best


def _first(first: Trained) -> Stage:
    """The stage that is there already."""
    fitted, val = first.prepared.fitted, on_validation(first.prepared, first.classifier.module)
    return Stage(
        train=first.prepared.recipe.train,
        kept=True,
        fitted=fitted.chosen if fitted is not None else {},
        chosen_by=fitted.chosen_by if fitted is not None else "",
        epochs=0 if fitted is not None else len(first.state.history),
        score=None if val is None else accuracy(val),
    )


def _tried(best: Trained, train: str, checkpoints: Path, tell: Watcher) -> tuple[Trained, Stage]:
    """Train a stage, and see whether it is better than the best so far."""
    before = on_validation(best.prepared, best.classifier.module)
    assert before is not None, "a stage that nothing judges is left out before"
    whole = best.classifier.module
    kept = copied_weights(whole)
    begun = Begun(
        machine=best.prepared.machine,
        head=copy.deepcopy(whole.get_submodule("head")).requires_grad_(True),
        fitted=best.prepared.head,
        weights=kept,
    )
    prepared, state = prepare(best.prepared.of_run().of_stage(train), best.prepared.splits, _quiet(tell), begun)
    prepared = replace(prepared, asked=best.prepared.of_run())
    checkpoint.restore_newest(state, checkpoints)
    tell(StageBegun(train=train, step=state.step, steps=prepared.steps))
    trained = loop.run(prepared, state, checkpoints, tell)
    checkpoint.save(state, checkpoints)
    own = copied_weights(trained.module)
    stage = judged(train, prepared.recipe.epochs, before, _on_the_way(prepared, trained.module, kept, own))
    if not stage.kept:
        return best, stage
    _mix(trained.module, kept, own, stage.between)
    return replace(best, prepared=prepared, state=state, classifier=trained), stage


def _on_the_way(
    prepared: Prepared, module: nn.Module, kept: Mapping[str, Tensor], own: Mapping[str, Tensor]
) -> dict[float, Predictions]:
    """By the share of the trained weights, what the network between says of the validation images."""
    found = {}
    for share in BETWEEN:
        _mix(module, kept, own, share)
        said = on_validation(prepared, module)
        assert said is not None, "a stage that nothing judges is left out before"
        found[share] = said
    return found


@torch.no_grad()
def _mix(module: nn.Module, kept: Mapping[str, Tensor], own: Mapping[str, Tensor], share: float) -> None:
    """What is equal in both stays as it is, to the bit."""
    for name, tensor in module.state_dict().items():
        there = tensor.is_floating_point() and share < 1
        tensor.copy_(kept[name].lerp(own[name], share) if there else own[name])


def _quiet(tell: Watcher) -> Watcher:
    """A stage begins with words of its own; what its preparation finds was told of the first one."""
    return lambda event: None if isinstance(event, Note) else tell(event)
