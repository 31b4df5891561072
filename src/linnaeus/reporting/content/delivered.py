"""What is said of a classifier that was delivered: exported, on a page of its own, in a hub, or as a service."""

import html
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linnaeus.record.record import RunRecord
from linnaeus.record.scores import Score
from linnaeus.reporting.blocks import Block, Facts, Text
from linnaeus.reporting.subject import split_title
from linnaeus.reporting.words import Words, languages, words

if TYPE_CHECKING:
    from linnaeus.delivery.export import Exported

PLAIN = (
    "loading", "drop", "paste", "camera", "private", "take", "cancel", "clear", "top", "about", "cannot", "classes", "is-unknown",
    "pasted", "photo", "large",
)  # fmt: skip
FILLED = {"failed": ("reason",), "unreadable": ("reason",)}


def exported(found: "Exported", say: Words) -> list[Block]:
    """One line each. A score is told where the run has one."""
    parity = found.parity
    facts: list[tuple[Text, Text]] = [
        (say("exported"), say("exported-text", file=found.file, size=say.number(found.size / 1e6, 1), classes=found.classes)),
        (say("exported-parity"),
         say("exported-parity-text", n=parity.n, largest=say.figures(parity.largest, 2), tolerance=say.figures(parity.tolerance, 2))),
    ]  # fmt: skip
    if parity.from_bf16 is not None:
        facts.append((say("exported-bf16"), say("exported-bf16-text", largest=say.figures(parity.from_bf16, 2))))
    if (small := found.int8) is not None:
        compared = say("exported-int8-text", same=say.score(small.same), speedup=say.number(small.speedup, 1))
        facts.append((say("exported-int8"), compared))
    if (score := found.origin["score"]) is not None:
        facts.append((say.of("split", score["split"]), say.score(_score_of(score))))
    return [Facts(facts)]


def page_texts(
    origin: Mapping[str, Any], unknown_below: float | None, *, service: bool = False
) -> dict[str, dict[str, str]]:
    """By language and key. `origin` is what the file says of itself; a `service` gets the pictures, a page of its own keeps them."""
    found = {language: _page(origin, unknown_below, words(language)) for language in languages()}
    for language in found if service else ():
        found[language]["private"] = str(words(language)("page-sent"))
    return found


def page_languages() -> dict[str, str]:
    """Each language in its own words."""
    return {language: str(words(language)("language-name")) for language in languages()}


def _page(origin: Mapping[str, Any], unknown_below: float | None, say: Words) -> dict[str, str]:
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
    whole, split = _score_of(score), say.of("split", score["split"])
    return say("page-score", n=whole.n, split=split, share=say.share(whole.value), interval=say.interval(whole))


def _score_of(held: Mapping[str, Any]) -> Score:
    """What a file says of its own score, beside the split that it is of."""
    return Score(**{name: held[name] for name in ("value", "low", "high", "n")})


def hub_card(record: RunRecord, licence: str | None, is_timm: bool, say: Words) -> str:
    """Every score with its interval and n; the data by their fingerprint, what was not tested by name."""
    head = [
        "---",
        "pipeline_tag: image-classification",
        f"library_name: {'timm' if is_timm else 'onnx'}",
        "tags: [linnaeus]",
    ]
    head += [f"license: {licence.lower()}"] if licence else []
    classes = ", ".join(json.dumps(name, ensure_ascii=False) for name in record.data.classes)
    scores = [
        f"- {split_title(key, say)}: {say('metric-accuracy')} {say.score(found.metrics['accuracy'])}"
        for key, found in record.scores.items()
        if "accuracy" in found.metrics
    ]
    counts = ", ".join(f"{say.of('split', name)} {say.count(n)}" for name, n in record.data.counts.items())
    parts = [
        "\n".join([*head, "---"]),
        f"# {record.name}",
        say("card-what", n=len(record.data.classes), model=record.recipe["model"]),
        classes,
        f"## {say('card-evaluation')}",
        "\n".join(scores) or say("page-no-score"),
        f"## {say('card-data')}",
        say("card-data-text", data=record.data.source, counts=counts, fingerprint=record.data.fingerprint),
        f"## {say('card-use')}",
        say("page-cannot"),
        say("card-untested"),
        f"## {say('card-run')}",
        "    pip install linnaeus-runtime\n    python run.py photo.jpg",
        say("card-timm") if is_timm else "",
    ]
    return "\n\n".join(html.unescape(str(part)) for part in parts if part) + "\n"


def serving(link: str, token: str, model: str, say: Words) -> list[Block]:
    """The link to open, and the same question as one asks it from a shell and by the inference protocol."""
    address = link.partition("#")[0]
    key = f"-H 'Authorization: Bearer {token}' " if token else ""
    told = {
        "page": say("serving-page-text", link=link),
        "ask": say("serving-ask-text", token=key, address=f"{address}predict"),
        "protocol": say("serving-protocol-text", address=f"{address}v2/models/{model}/infer"),
        "stop": say("serving-stop-text"),
    }
    return [Facts([(say(f"serving-{name}"), text) for name, text in told.items()])]
