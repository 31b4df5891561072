"""Parts of a recipe in words: `sgd(lr=0.2, momentum=0.9)` is "stochastic gradient descent (learning rate 0.2, momentum 0.9)"."""

import math
from typing import Any

from markupsafe import Markup

from linnaeus.errors import LinnaeusError
from linnaeus.recipe.spec import Spec, parse
from linnaeus.reporting.content.layout import code as code
from linnaeus.reporting.words import Words


def part(notation: str, say: Words) -> Markup:
    """The part in words; one that has none stays as it is written."""
    try:
        return _in_words(parse(notation), say)
    except LinnaeusError:
        return code(notation)


def _in_words(spec: Spec, say: Words) -> Markup:
    if spec.name in ("|", "+"):
        return Markup(", " if spec.name == "|" else " + ").join(_in_words(one, say) for one in spec.args)
    name = say(f"part-{spec.name}") if say.has(f"part-{spec.name}") else code(spec.name)
    inside = [_value(value, say) for value in spec.args]
    inside += [_option(key, value, say) for key, value in spec.options if value is not False]
    return name + (Markup(" ({})").format(Markup(", ").join(inside)) if inside else Markup())


def _option(name: str, value: Any, say: Words) -> Markup:
    shown = _value(value, say)
    if not say.has(f"option-{name}"):
        return code(f"{name} = ") + shown
    return say(f"option-{name}") if value is True else say(f"option-{name}") + Markup(" ") + shown


def _value(value: Any, say: Words) -> Markup:
    if isinstance(value, Spec):
        return _in_words(value, say)
    if isinstance(value, tuple):
        return Markup("; ").join(_value(one, say) for one in value)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return Markup.escape(say.figures(value, 6))
    return code(value)
