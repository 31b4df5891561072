"""What an exported page says, in every language that there is. It fills in {name}, {reason} and the like itself."""

import html
from collections.abc import Mapping
from typing import Any

from linnaeus.record.scores import Score
from linnaeus.reporting.words import Words, languages, words

PLAIN = (
    "loading",
    "drop",
    "paste",
    "camera",
    "private",
    "take",
    "cancel",
    "clear",
    "top",
    "about",
    "cannot",
    "classes",
    "is-unknown",
    "pasted",
    "photo",
    "large",
)
FILLED = {"failed": ("reason",), "unreadable": ("reason",)}


def texts(
    origin: Mapping[str, Any], unknown_below: float | None, *, service: bool = False
) -> dict[str, dict[str, str]]:
    """By language and key. `origin` is what the file says of itself; a `service` gets the pictures, a page of its own keeps them."""
    found = {language: _texts(origin, unknown_below, words(language)) for language in languages()}
    for language in found if service else ():
        found[language]["private"] = str(words(language)("page-sent"))
    return found


def names() -> dict[str, str]:
    """Each language in its own words."""
    return {language: str(words(language)("language-name")) for language in languages()}


def _texts(origin: Mapping[str, Any], unknown_below: float | None, say: Words) -> dict[str, str]:
    found: dict[str, str] = {key.replace("-", "_"): say(f"page-{key}") for key in PLAIN}
    found |= {key: say(f"page-{key}", **{name: f"{{{name}}}" for name in held}) for key, held in FILLED.items()}
    found["title"] = say("page-title", run=origin["run"])
    found["made"] = say("page-made", version=origin["linnaeus"], fingerprint=origin["fingerprint"])
    found["trained"] = say("page-trained", n=origin["images"].get("train", 0), data=origin["data"])
    found["unknown"] = (
        say("page-unknown", share=say.share(unknown_below)) if unknown_below is not None else say("page-no-unknown")
    )
    found["score"] = _score(origin["score"], say)
    return {key: html.unescape(str(text)) for key, text in found.items()}


def _score(score: Mapping[str, Any] | None, say: Words) -> str:
    if score is None:
        return say("page-no-score")
    whole = Score(value=score["value"], low=score["low"], high=score["high"], n=score["n"])
    split = say.of("split", score["split"])
    return say("page-score", n=whole.n, split=split, share=say.share(whole.value), interval=say.interval(whole))
