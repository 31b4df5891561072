"""linnaeus weights [SOURCE]"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from linnaeus.cli import screen, summary
from linnaeus.cli.options import AsJson, RunsFolder

CLASSES = 8  # shown of those that the weights tell apart


def weights(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="SOURCE", help="a run, a file, timm:NAME, or what comes along; lists the last unless given"
        ),
    ] = None,
    runs: RunsFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the weights that come along, or describe some.

    SOURCE is what a recipe's `weights` takes. A checkpoint of torch is read by a process of its own; nothing in it is run.
    """
    from linnaeus.api import weights as verb

    found = verb.weights(source, runs=runs)
    if as_json:
        screen.print_json(found)
    elif isinstance(found, list):
        _list(found)
    else:
        _describe(found)


def _list(cards: Sequence[Mapping[str, Any]]) -> None:
    if not cards:
        screen.say("weights", "none come along")
        screen.suggest("linnaeus weights last")
        return
    rows = [
        (card["name"], card["model"], card["data"], f"{card['preprocessing']['size']} px", _score(card["score"]))
        for card in cards
    ]
    print(screen.table(("name", "network", "trained on", "images", "accuracy"), rows, left=3))
    name = cards[0]["name"]
    screen.suggest(f"linnaeus weights {name}", f"linnaeus train DATA --set weights={name}")


def _describe(found: Mapping[str, Any]) -> None:
    nested = f", in its {found['nested']}" if found["nested"] else ""
    screen.say("weights", f"{found['source']}{nested}")
    screen.say("network", found["model"] or "not known; a recipe must name it")
    if found["tensors"] is not None:
        screen.say("holds", f"{found['weights']:,} weights in {found['tensors']:,} tensors, {found['precision']}")
    else:
        screen.say("holds", "fetched by timm when a training asks for it")
    screen.say("classes", _classes(found["classes"]))
    preprocessing = found["preprocessing"]
    if preprocessing:
        size, colours = (
            preprocessing["size"],
            summary.COLOURS.get(preprocessing["channels"], f"{preprocessing['channels']} channels"),
        )
        screen.say("images", f"{size}×{size} {colours}, by the rule {preprocessing['resize']}")
        screen.say(
            "normalised",
            f"means {_numbers(preprocessing['mean'])}, standard deviations {_numbers(preprocessing['std'])}",
        )
    else:
        screen.say("images", "size and normalisation not known; a recipe says: image_size, normalise")
    if found["data"]:
        screen.say("trained on", found["data"])
    if found["score"]:
        screen.say("accuracy", _score(found["score"]))
    for key in ("published", "hours", "hardware", "licence"):
        if key in found["card"]:
            screen.say(key, str(found["card"][key]))
    if found["checksum"]:
        screen.say("checksum", found["checksum"])
    screen.suggest(f"linnaeus train DATA --set weights={found['source']}")


def _score(score: Mapping[str, Any] | None) -> str:
    if not score:
        return ""
    value, low, high = (f"{100 * score[key]:.1f}" for key in ("value", "low", "high"))
    return f"{summary.SPLITS.get(score['split'], score['split'])} {value} % ({low}–{high}, n {score['n']:,})"


def _classes(classes: Sequence[str]) -> str:
    if not classes:
        return "not known by name"
    more = f", … ({len(classes)} in all)" if len(classes) > CLASSES else ""
    return ", ".join(classes[:CLASSES]) + more


def _numbers(values: Sequence[float]) -> str:
    return " ".join(f"{value:.4g}" for value in values)
