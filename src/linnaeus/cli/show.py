"""linnaeus show RUN"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Run, RunsFolder

LOGITS = 12  # classes whose logits fit beside each other; of more, the largest are shown
LARGEST = 3


def show(
    run: Run,
    split: Annotated[
        str, typer.Option(metavar="val|train", help="which images of the run's own data; val unless given")
    ] = "val",
    count: Annotated[int, typer.Option(metavar="N", min=1, help="images, evenly over the split; 12 unless given")] = 12,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="picture of the images, .svg or .png; none unless given")
    ] = None,
    runs: RunsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show single images of a run's own data, with their logits.

    A row an image: its label, the answer with its probability, and the logits from which both come. They are taken evenly over
    the split, not chosen by what the network says of them. Test images are not shown: that would be a look at the sealed split.
    """
    from linnaeus.api import show as verb

    with progress.watching(as_json) as watch:
        found = verb.show(run, split=split, count=count, out=out, runs=runs, progress=watch)
    if as_json:
        screen.print_json(found)
        return
    print(_table(found))
    print()
    right = sum(image["label"] == image["answer"] for image in found["images"])
    screen.say("right", f"{right} of {len(found['images'])} of these; of all {split} images: linnaeus evaluate {run}")
    if out is not None:
        screen.say("picture", str(out))
    screen.suggest(f"linnaeus inspect {run}", f"linnaeus report {run}")


def _table(found: Mapping[str, Any]) -> str:
    classes = found["classes"]
    is_narrow = len(classes) <= LOGITS
    rows = []
    for image in found["images"]:
        logits = image["logits"]
        said = [f"{logits[name]:.1f}" for name in classes] if is_narrow else [_largest(logits)]
        sign = "" if image["label"] == image["answer"] else "wrong"
        rows.append(
            [image["name"], image["label"], image["answer"], sign, f"{100 * image['probability']:.1f} %", *said]
        )
    logits = [f"logit of {classes[0]}", *classes[1:]] if is_narrow else ["largest logits"]
    return screen.table(["image", "label", "answer", "", "probability", *logits], rows, left=4)


def _largest(logits: Mapping[str, float]) -> str:
    best = sorted(logits.items(), key=lambda pair: -pair[1])[:LARGEST]
    return ", ".join(f"{name} {logit:.1f}" for name, logit in best)
