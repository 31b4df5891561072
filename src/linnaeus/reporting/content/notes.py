"""What a user is told along the way, in a line: each kind of note in words, with the numbers and names that it carries."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from linnaeus.events import Note
from linnaeus.record.facts import StartFacts
from linnaeus.reporting.content import audit, forgetting, tuning
from linnaeus.reporting.words import Words

LISTED = 5  # names of a list


def line(note: Note | str, say: Words) -> str:
    """The note as plain text; of a kind that only a later version knows, its values. Data sets say some in sentences of their own."""
    return note if isinstance(note, str) else " ".join(one.striptags() for one in _sentences(note, say))


def _sentences(note: Note, say: Words) -> Sequence[Markup]:
    values = note.values
    match note.kind:
        case "finding":
            return [*audit.sentence(values["found"], say), *audit.limits([values["found"]], say)]
        case "forgetting":
            return forgetting.sentences(values["found"], say)
        case "study-tells":
            from linnaeus.reporting.content import study  # with its figures; no training asks for it

            return [study.tells(**values, say=say)]
        case "start":
            return [_start(values["start"], values["classes"], say)]
    if not say.has(f"note-{note.kind}"):
        return [say("note-said", text=f"{note.kind}: {_value('', values, say)}")]
    return [say(f"note-{note.kind}", **{name: _value(name, value, say) for name, value in values.items()})]


def _start(start: StartFacts, classes: int, say: Words) -> Markup:
    """What a training begins with, `classes` of its own."""
    told = say("note-start", weights=start.weights, nested=start.nested or None, model=start.model)
    others = [say("note-start-others", others=", ".join(start.others), first=start.others[0])] if start.others else []
    parts = [
        *others,
        say(f"note-start-head-{start.head}", known=len(start.known), n=classes),
        say(f"note-start-pixels-{start.normalised}"),
    ]
    if start.left_out:
        parts.append(say("note-start-left-out", names=_value("", start.left_out, say)))
    return told + ": " + Markup("; ").join(parts)


def _value(name: str, value: Any, say: Words) -> object:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={_value('', one, say)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        rest = [say("finding-more", n=len(value) - LISTED)] if len(value) > LISTED else []
        return ", ".join(map(str, [*value[:LISTED], *rest]))
    if name == "train":
        return tuning.trained(value, say)
    if isinstance(value, float):
        return (
            say.share(value)
            if name == "share"
            else say.seconds(value)
            if name in ("seconds", "budget")
            else say.figures(value)
        )
    return value
