"""Files of format 1 as those of format 2: only names have changed, and sentences are left out, whose facts are there already."""

from collections.abc import Mapping
from typing import Any

from linnaeus.errors import RunError
from linnaeus.recipe import renamed

Plain = dict[str, Any]

# Reasons were sentences; what they rest on was in them only. The first word of each that tells it from the others.
_REASONS = {
    "mistakes among": "few_mistakes",
    "images": "few_images",
    "no mistakes": "no_mistakes",
    "gradient": "no_gradient",
    "vectors": "vectors",
    "tokens": "tokens",
}


def record(plain: Mapping[str, Any], what: str) -> Plain:
    """The record of format 2 that a `record.json` of format 1 stands for. Raises RunError: fields are missing."""
    try:
        return _record(plain)
    except (KeyError, TypeError, AttributeError) as error:
        raise RunError(f"{what} cannot be read: {error!r} is missing or malformed") from None


def _record(plain: Mapping[str, Any]) -> Plain:
    return {
        **{name: plain[name] for name in ("name", "status", "parent", "environment", "time", "test_openings")},
        "recipe": renamed.today(plain["recipe"]),
        "data": {**plain["data"], "findings": [_finding(one) for one in plain["data"].get("findings", ())]},
        "model": plain["model"],
        "scores": {
            split: {"split": split, "metrics": metrics, "classes": list(map(_pair, plain["classes"].get(split, ())))}
            for split, metrics in plain["scores"].items()
        },
        "history": plain.get("history", ()),
        "earlier": plain.get("earlier", ()),
        "forgetting": {split: _forgetting(one) for split, one in plain.get("forgetting", {}).items()},
        "calibration": {split: _calibration(one) for split, one in plain.get("calibration", {}).items()},
        "inspection": {split: _inspection(one) for split, one in plain.get("examined", {}).items()},
        "references": {card: _without(one, "short", "sentence") for card, one in plain.get("references", {}).items()},
    }


def _without(plain: Mapping[str, Any], *names: str) -> Plain:
    return {name: value for name, value in plain.items() if name not in names}


def _renamed(plain: Mapping[str, Any], **names: str) -> Plain:
    """`old=new`"""
    return {names.get(name, name): value for name, value in plain.items()}


def _pair(plain: Mapping[str, Any]) -> Plain:
    return _renamed(plain, taken_for="confused_with")


def _reason(text: str | None) -> Plain | None:
    if text is None:
        return None
    return {"kind": next((kind for words, kind in _REASONS.items() if words in text), "other")}


def _finding(plain: Mapping[str, Any]) -> Plain:
    files = list(plain["files"])
    if plain["kind"] == "unreadable":  # the reason stood behind each name
        files = [name.partition(": ")[0] for name in files]
    return {**_without(plain, "what", "advice"), "files": files}


def _calibration(plain: Mapping[str, Any]) -> Plain:
    return {**_without(plain, "sentence"), "reason": _reason(plain["reason"])}


def _comparison(plain: Mapping[str, Any]) -> Plain:
    spread = plain.get("spread")
    if spread is not None:
        spread = _renamed(spread, deviation_first="std_first", deviation_second="std_second")
    return {**_without(plain, "verdict", "sentence", "remarks"), "spread": spread}


def _forgetting(plain: Mapping[str, Any]) -> Plain:
    crossed = {
        new: {**plain[old], "pairs": list(map(_pair, plain[old]["pairs"]))}
        for old, new in (("old_for_new", "old_as_new"), ("new_for_old", "new_as_old"))
    }
    paired = _comparison(plain["paired"]) if plain["paired"] is not None else None
    return {**_without(plain, "verdict", "old_for_new", "new_for_old"), **crossed, "paired": paired}


def _inspection(plain: Mapping[str, Any]) -> Plain:
    turned = [{**one, "blurred": list(map(_pair, one["blurred"]))} for one in plain["turned"]]
    return {
        **_without(plain, "suspects", "no_suspects", "attention", "turned"),
        "pairs": list(map(_pair, plain["pairs"])),
        "label_errors": plain["suspects"],
        "no_label_errors": _reason(plain["no_suspects"]),
        "no_attention": _reason(plain["attention"]),
        "symmetry": turned,
    }


def pictures(kind: str) -> str:
    """What pictures of this kind were called."""
    return kind.replace("inspection-", "examined-")
