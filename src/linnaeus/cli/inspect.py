"""linnaeus inspect RUN"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Run, RunsFolder
from linnaeus.record import codec
from linnaeus.record.inspection import Inspection
from linnaeus.reporting import told

PAIRS = 8  # printed
WHOSE = {"own": "the run's own features, cross-validated", "retrained": "networks trained anew without the image,"}
KINDS = {
    "mirror": "mirrored",
    "upside_down": "mirrored upside down",
    "half_turn": "turned by 180°",
    "quarter_turn": "turned by 90°",
}


def inspect(
    run: Run,
    split: Annotated[
        str, typer.Option(metavar="val|test|train", help="whose mistakes; test opens the sealed split, and is counted")
    ] = "val",
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="W",
            help="weights that have not seen these labels, to judge them by; the run's own features unless given",
        ),
    ] = None,
    retrain: Annotated[
        bool,
        typer.Option(
            "--retrain", help="judge labels by five networks trained anew, each without a fifth; off unless given"
        ),
    ] = False,
    fixes: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="where the list of possible label errors goes; RUN/fixes.csv unless given"),
    ] = None,
    runs: RunsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show a run's mistakes and the labels that may be wrong.

    All mistakes go to RUN/mistakes-SPLIT.csv, with the nearest training images in feature space. Labels that cross-validated
    probabilities speak against go to the fix list, which linnaeus fix DATA FILE takes once you have gone through
    it. Images are mirrored and turned, to see which classes become others. The report shows the pictures.
    """
    from linnaeus.api import inspect as verb

    with progress.watching(as_json) as watch:
        found = verb.inspect(run, split=split, weights=weights, retrain=retrain, fixes=fixes, runs=runs, progress=watch)
    if as_json:
        screen.print_json(codec.to_plain(found))
        return
    _show(found, run)


def _show(found: Inspection, run: str) -> None:
    screen.say("mistakes", f"{found.listed:,}: {told.percent(found.errors)} of the {found.split} images")
    if found.pairs:
        print(f"\n{_pairs(found)}\n")
    _say_all("labels", _label_errors(found))
    _say_all("turned", _turned(found))
    if found.no_attention is not None:
        screen.say("no maps", told.reason(found.no_attention))
    screen.say("lists", " · ".join(found.files[name] for name in ("mistakes", "fixes") if name in found.files))
    screen.say("took", " · ".join(f"{stage} {screen.seconds(taken)}" for stage, taken in found.time_s.items()))
    screen.suggest(f"linnaeus report {run}", *_next(found))


def _say_all(label: str, sentences: Sequence[str]) -> None:
    for place, sentence in enumerate(sentences):
        screen.say("" if place else label, sentence)


def _pairs(found: Inspection) -> str:
    rows = [
        (
            pair.name,
            pair.confused_with,
            f"{pair.count:,}",
            f"{100 * pair.share.value:.1f} % ({100 * pair.share.low:.1f}–{100 * pair.share.high:.1f})",
            f"{pair.share.n:,}",
            pair.images[0],
        )
        for pair in found.pairs[:PAIRS]
    ]
    return screen.table(("class", "confused with", "images", "share", "n", "such as"), rows)


def _label_errors(found: Inspection) -> list[str]:
    """How many labels are suspected, by what, and how far that can be believed."""
    label_errors = found.label_errors
    if label_errors is None:
        return [f"none looked for: {told.reason(found.no_label_errors)}"]
    whose = WHOSE.get(label_errors.features, f"the features of {label_errors.features}, cross-validated")
    said = [
        f"{label_errors.count:,} labels of {label_errors.share.n:,} ({' and '.join(label_errors.splits)}); another is advised for "
        f"{label_errors.relabel:,}",
        f"by {whose} in {label_errors.folds} parts: the label is named for {told.percent(label_errors.accuracy)}",
    ]
    if label_errors.pairs:
        given, suggested, count = label_errors.pairs[0]
        said.append(f"the most frequent are labelled {given} and look like {suggested}: {count:,}")
    if label_errors.both is not None:
        said.append(f"{label_errors.both:,} of them are label errors by the run's own features, too")
    if label_errors.seen:
        said.append(
            "these features were trained on the same labels, so that a wrong one learned by heart does not show; --weights "
            "names others, and "
            "--retrain trains anew"
        )
    if label_errors.left_out:
        said.append(f"not looked at, of fewer than {label_errors.folds} images: {', '.join(label_errors.left_out[:5])}")
    return said


def _turned(found: Inspection) -> list[str]:
    """Classes that become others when turned, and pairs that an augmentation has blurred; silence means all is well."""
    said = []
    for turned in found.symmetry:
        how = KINDS[turned.kind]
        if turned.moves:
            moves = (f"{move.name} for {move.to} ({move.count:,} of {move.share.n:,})" for move in turned.moves)
            said.append(f"{how}, most images of a class are taken for another: {', '.join(moves)}")
        exchanged = [f"{move.name} and {move.to}" for move in turned.moves if move.back and move.name < move.to]
        if exchanged:
            advice = f"leave {turned.augmented_by} out" if turned.augmented_by else "no augmentation should do that"
            said.append(f"{how}, these exchange their places: {', '.join(exchanged)}; {advice}")
        for pair in turned.blurred:
            said.append(
                f"{pair.name} and {pair.confused_with} cannot be told apart ({pair.count:,} of {pair.share.n:,} wrong), and "
                f"{turned.augmented_by} shows both {how}: if that makes one of the other, leave it out"
            )
    return said


def _next(found: Inspection) -> list[str]:
    if found.label_errors is None or not found.label_errors.count:
        return []
    return [f"linnaeus fix DATA {found.files['fixes']}, once you have gone through that list"]
