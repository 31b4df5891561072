"""The card of a model in a hub: README.md, a head of YAML and what is known of the model, in Markdown."""

import html
import json

from linnaeus.record.record import RunRecord
from linnaeus.reporting.subject import split_title
from linnaeus.reporting.words import Words


def card(record: RunRecord, licence: str | None, is_timm: bool, say: Words) -> str:
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
